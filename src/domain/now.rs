//! The time of one event, read once at the edge of the program and passed in.

use std::time::Duration;

use jiff::civil::DateTime;

/// What the clocks said when an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Time since the program started, from a clock that never jumps.
    pub uptime: Duration,
    /// Local date and time, for people only: it may jump.
    pub local: DateTime,
}

impl Now {
    /// How long ago `earlier` was, zero if it lies in the future.
    pub fn since(&self, earlier: Duration) -> Duration {
        self.uptime.saturating_sub(earlier)
    }
}
