//! How long to wait between attempts.

use std::time::Duration;

/// Random numbers from outside, each 0.0 to 1.0.
pub trait Jitter {
    /// The next one.
    fn next(&mut self) -> f64;
}

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(15);
const SHORTEST: Duration = Duration::from_secs(2);

/// The wait before the next attempt after `attempts` of them: full jitter over 5 s doubled each time, 2 s to 15 min.
pub fn backoff(attempts: u32, jitter: &mut impl Jitter) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(attempts.min(16)).unwrap_or(u32::MAX));
    doubled.min(LONGEST).mul_f64(jitter.next().clamp(0.0, 1.0)).max(SHORTEST)
}
