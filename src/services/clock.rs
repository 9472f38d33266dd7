//! The clock on the wall, which only people are shown.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use jiff::{SignedDuration, Zoned};

use crate::domain::ClockError;

/// Where local dates and times come from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock and time zone.
    System,
    /// One moment for ever: tests.
    Fixed(DateTime),
}

impl Clock {
    /// Milliseconds since 1970, UTC.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock on the wall is read")]
    pub fn unix_ms(self) -> i64 {
        match self {
            Self::System => jiff::Timestamp::now().as_millisecond(),
            Self::Fixed(moment) => {
                moment.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond())
            }
        }
    }

    /// The local date and time.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock on the wall is read")]
    pub fn local(self) -> DateTime {
        match self {
            Self::System => Zoned::now().datetime(),
            Self::Fixed(moment) => moment,
        }
    }

    /// The local date and time, put right by what is known of the clock.
    pub fn local_put_right(self, error: Option<ClockError>) -> DateTime {
        let ahead = error.map_or(0, |error| error.ahead_ms);
        let local = self.local();
        local.checked_sub(SignedDuration::from_millis(ahead)).unwrap_or(local)
    }

    /// A time that cannot be set and goes on while nothing is drawn; none where time stands still.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock of the machine is read")]
    pub fn steady(self) -> Option<Duration> {
        static START: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::System => Some(START.get_or_init(Instant::now).elapsed()),
            Self::Fixed(_) => None,
        }
    }
}
