//! Whether the clock on the wall is believed against SWiP's.

use std::time::Duration;

/// What SWiP said the time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerMoment {
    /// Unix milliseconds.
    pub unix_ms: i64,
    /// What the clock on the wall said then, Unix milliseconds.
    pub wall_ms: i64,
    /// When it was heard, from a clock that is never set, and may stand still while the machine sleeps.
    pub heard: Duration,
}

/// How far the clock on the wall is ahead of SWiP's; behind is negative. It destroys nothing and starts nothing: it is told, and
/// ages are reckoned by the better time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockError {
    /// In milliseconds.
    pub ahead_ms: i64,
}

/// What was heard longer ago says little of now.
const FRESH: Duration = Duration::from_hours(1);
/// What clocks may differ by.
const TOLERANCE_MS: u64 = 5 * 60 * 1_000;

impl ServerMoment {
    /// How wrong the clock on the wall is, if it is.
    pub fn judge(self, wall_ms: i64, uptime: Duration) -> Option<ClockError> {
        let since = uptime.checked_sub(self.heard).filter(|since| *since <= FRESH)?;
        let since_ms = i64::try_from(since.as_millis()).ok()?;
        // The clock on the wall was set meanwhile, or the machine slept and `since` is too little.
        let jump_ms = wall_ms.saturating_sub(self.wall_ms.saturating_add(since_ms));
        if jump_ms.unsigned_abs() > TOLERANCE_MS {
            return None;
        }
        let ahead_ms = wall_ms.saturating_sub(self.unix_ms.saturating_add(since_ms));
        (ahead_ms.unsigned_abs() > TOLERANCE_MS).then_some(ClockError { ahead_ms })
    }
}

impl ClockError {
    /// In whole minutes, as people are told; negative is behind.
    pub fn ahead_minutes(self) -> i64 {
        self.ahead_ms / 60_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn what_was_heard_before_the_machine_slept_says_nothing() {
        // The steady clock of Linux stands still in suspend, the clock on the wall does not.
        let moment = ServerMoment { unix_ms: NOW, wall_ms: NOW, heard: Duration::from_secs(100) };
        let asleep_ms = 12 * 60 * MINUTE_MS;
        assert_eq!(moment.judge(NOW + 5 * MINUTE_MS + asleep_ms, Duration::from_secs(400)), None);
        // Nor does it of a clock that was set meanwhile: it may be the right one now.
        assert_eq!(moment.judge(NOW - asleep_ms, Duration::from_secs(400)), None);
    }

    #[test]
    fn more_than_five_minutes_beside_what_was_heard_within_an_hour_is_an_error() {
        let judge = |ahead_ms: i64, secs: u64| {
            let passed = i64::try_from(secs).unwrap() * 1_000;
            let moment = ServerMoment { unix_ms: NOW, wall_ms: NOW + ahead_ms, heard: Duration::from_secs(100) };
            let found = moment.judge(NOW + passed + ahead_ms, Duration::from_secs(100 + secs));
            found.map(|error| error.ahead_ms)
        };
        for secs in [0, 60, 3_600] {
            for ahead in [0, 5 * MINUTE_MS, -5 * MINUTE_MS] {
                assert_eq!(judge(ahead, secs), None);
            }
            for ahead in [5 * MINUTE_MS + 1, -5 * MINUTE_MS - 1, -NOW, 73 * 365 * 24 * 60 * MINUTE_MS] {
                assert_eq!(judge(ahead, secs), Some(ahead));
            }
        }
        assert_eq!(judge(-NOW, 3_601), None, "too long ago");
        let moment = ServerMoment { unix_ms: NOW, wall_ms: 0, heard: Duration::from_secs(100) };
        assert_eq!(moment.judge(0, Duration::ZERO), None, "heard in another life");
        assert_eq!(ClockError { ahead_ms: -90 * MINUTE_MS }.ahead_minutes(), -90);
    }
}
