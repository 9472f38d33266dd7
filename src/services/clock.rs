//! The clock on the wall, which only people are shown.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::plain_file;
use crate::domain::ClockError;

/// The zone of this machine. Where the environment names a pipe or a device for it, which would never end, it is UTC.
pub fn zone() -> TimeZone {
    static NAMES_NO_FILE: OnceLock<bool> = OnceLock::new();
    let names_none = *NAMES_NO_FILE.get_or_init(|| names_no_file(env::var_os("TZ"), env::var_os("TZDIR")));
    if names_none { TimeZone::UTC } else { TimeZone::system() }
}

fn names_no_file(zone: Option<OsString>, folder: Option<OsString>) -> bool {
    let Some(zone) = zone.and_then(|zone| zone.into_string().ok()) else { return false };
    let zone = Path::new(zone.strip_prefix(':').unwrap_or(&zone));
    let is_no_file = |path: &Path| zone != Path::new("") && plain_file::is_no_file(path);
    is_no_file(zone) || folder.is_some_and(|folder| is_no_file(&Path::new(&folder).join(zone)))
}

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
            Self::Fixed(moment) => moment.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond()),
        }
    }

    /// The local date and time.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock on the wall is read")]
    pub fn local(self) -> DateTime {
        match self {
            Self::System => jiff::Timestamp::now().to_zoned(zone()).datetime(),
            Self::Fixed(moment) => moment,
        }
    }

    /// How far local time is ahead of UTC now, in seconds.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock on the wall is read")]
    pub fn utc_offset_secs(self) -> i32 {
        match self {
            Self::System => jiff::Timestamp::now().to_zoned(zone()).offset().seconds(),
            Self::Fixed(_) => 0,
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_is_no_file_is_not_read() {
        let names = |zone: &str, folder: Option<&str>| names_no_file(Some(zone.into()), folder.map(Into::into));
        for zone in [":/dev/zero", "/dev/zero", "/tmp"] {
            assert!(names(zone, None), "{zone}");
        }
        assert!(names("zero", Some("/dev")) && names(":zero", Some("/dev")));
        for zone in ["", ":", "UTC", "Europe/Moscow", ":Europe/Moscow", "MSK-3", "/etc/passwd", "/not/there"] {
            assert!(!names(zone, None) && !names(zone, Some("/not/there")), "{zone}");
        }
        assert!(!names_no_file(None, Some("/dev".into())));
    }
}
