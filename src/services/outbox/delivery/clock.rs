//! Where a deliverer's time and chance come from: the machine, or a test.

use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::domain::delivery::Jitter;
use crate::services::clock::Clock;

/// The clocks that a deliverer looks at, and the dice it throws.
pub trait Timing: Send + Sync {
    /// Time since some start, from a clock that never jumps.
    fn uptime(&self) -> Duration;

    /// What the clock on the wall says, Unix milliseconds. It may jump.
    fn unix_ms(&self) -> i64;

    /// A random number, 0.0 to 1.0, that nobody's secret depends on.
    fn chance(&self) -> f64;

    /// Waits between two requests about one entry. Nobody waits where time is not real.
    fn pause(&self, _wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(ready(()))
    }
}

/// The machine's own.
#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct SystemTiming {
    started: Instant,
}

impl SystemTiming {
    /// Counts from now.
    #[expect(clippy::disallowed_methods, reason = "the clock that the schedule runs by")]
    pub(in crate::services) fn start() -> Self {
        Self { started: Instant::now() }
    }
}

impl Timing for SystemTiming {
    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    fn unix_ms(&self) -> i64 {
        Clock::System.unix_ms()
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }

    fn pause(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(sleep(wait))
    }
}

/// The chance of a timing, as the schedule takes it.
pub(super) struct Rng<'a>(pub(super) &'a dyn Timing);

impl Jitter for Rng<'_> {
    fn next(&mut self) -> f64 {
        self.0.chance()
    }
}
