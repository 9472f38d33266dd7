//! When the staff is told that a signup has waited long.

use std::time::Duration;

/// How urgent it is, from the least on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeWarning {
    /// The oldest has waited for an hour.
    Hour,
    /// For a day.
    Day,
    /// For a week.
    Week,
    /// The personal data of one is destroyed within three days.
    ExpiresSoon,
}

/// How long what waits has waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The oldest by the clock on the wall, as people are shown it; none if nothing waits.
    pub waited: Option<Duration>,
    /// Until the first is destroyed, by the station clock; none if nothing is kept.
    pub left: Option<Duration>,
    /// How long one may wait in all.
    pub limit: Duration,
}

const AGES: [(Duration, AgeWarning); 3] = [
    (Duration::from_hours(1), AgeWarning::Hour),
    (Duration::from_hours(24), AgeWarning::Day),
    (Duration::from_hours(7 * 24), AgeWarning::Week),
];
const SOON: Duration = Duration::from_hours(3 * 24);

/// The most urgent warning, if there is one.
pub fn warning(waiting: Waiting) -> Option<AgeWarning> {
    // Where one may wait for a few days only, it is the second half of them.
    let soon = SOON.min(waiting.limit / 2);
    if waiting.left.is_some_and(|left| left <= soon) {
        return Some(AgeWarning::ExpiresSoon);
    }
    let waited = waiting.waited?;
    AGES.iter().rev().find(|(age, _)| waited >= *age).map(|(_, warning)| *warning)
}

/// How long until the age alone asks for another warning.
pub fn next_warning(waited: Duration) -> Option<Duration> {
    AGES.iter().find(|(age, _)| waited < *age).map(|(age, _)| age.saturating_sub(waited))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const DAY: Duration = Duration::from_hours(24);
    const INSTANT: Duration = Duration::from_millis(1);

    fn just_before(time: Duration) -> Duration {
        time.saturating_sub(INSTANT)
    }

    fn at(waited: Option<Duration>, left: Option<Duration>, limit: Duration) -> Option<AgeWarning> {
        warning(Waiting { waited, left, limit })
    }

    #[test]
    fn staff_is_warned_at_an_hour_a_day_a_week_and_three_days_before_the_end() {
        let cases = [
            (Duration::ZERO, None),
            (just_before(HOUR), None),
            (HOUR, Some(AgeWarning::Hour)),
            (just_before(DAY), Some(AgeWarning::Hour)),
            (DAY, Some(AgeWarning::Day)),
            (just_before(7 * DAY), Some(AgeWarning::Day)),
            (7 * DAY, Some(AgeWarning::Week)),
            (300 * DAY, Some(AgeWarning::Week)),
        ];
        for (waited, expected) in cases {
            assert_eq!(at(Some(waited), Some(20 * DAY), 30 * DAY), expected, "{waited:?}");
            assert_eq!(at(Some(waited), Some(3 * DAY), 30 * DAY), Some(AgeWarning::ExpiresSoon), "{waited:?}");
        }
        assert_eq!(at(Some(8 * DAY), Some(3 * DAY + INSTANT), 30 * DAY), Some(AgeWarning::Week));
        assert_eq!(at(None, None, 30 * DAY), None);
        // What needs a manager is no longer among the oldest, and ends all the same.
        assert_eq!(at(None, Some(DAY), 30 * DAY), Some(AgeWarning::ExpiresSoon));
    }

    #[test]
    fn a_short_retention_warns_in_its_second_half() {
        assert_eq!(at(Some(Duration::ZERO), Some(DAY), DAY), None);
        assert_eq!(at(Some(DAY / 2), Some(DAY / 2), DAY), Some(AgeWarning::ExpiresSoon));
    }

    #[test]
    fn the_next_warning_comes_exactly_when_the_age_is_reached() {
        for waited in [Duration::ZERO, HOUR / 2, HOUR, 2 * HOUR, DAY, 3 * DAY, just_before(7 * DAY)] {
            let wait = next_warning(waited).unwrap();
            let before = at(Some(just_before(waited + wait)), None, 30 * DAY);
            assert_ne!(before, at(Some(waited + wait), None, 30 * DAY), "{waited:?}");
        }
        assert_eq!(next_warning(7 * DAY), None);
    }
}
