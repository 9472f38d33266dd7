//! Stretches of whole days by the calendar of a place, and the bars that a chart of one has: days there have 23, 24 or 25 hours.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

/// A stretch of days that a person may ask about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JournalRange {
    /// From midnight on.
    #[default]
    Today,
    /// The day before.
    Yesterday,
    /// Today and the six days before.
    Week,
    /// This month as far as it has come.
    ThisMonth,
    /// The month before, all of it.
    LastMonth,
}

const HOUR_MS: i64 = 3_600_000;

impl JournalRange {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Today, Self::Yesterday, Self::Week, Self::ThisMonth, Self::LastMonth];

    /// Whether it is one day, whose bars are hours; those of the others are days.
    pub fn is_one_day(self) -> bool {
        match self {
            Self::Today | Self::Yesterday => true,
            Self::Week | Self::ThisMonth | Self::LastMonth => false,
        }
    }

    /// Its first day, and the one after its last.
    pub fn days(self, today: Date) -> Range<Date> {
        let back = |date: Date, days: i64| date.saturating_sub(days.days());
        let tomorrow = today.saturating_add(1.day());
        match self {
            Self::Today => today..tomorrow,
            Self::Yesterday => back(today, 1)..today,
            Self::Week => back(today, 6)..tomorrow,
            Self::ThisMonth => today.first_of_month()..tomorrow,
            Self::LastMonth => back(today.first_of_month(), 1).first_of_month()..today.first_of_month(),
        }
    }

    /// Where its bars begin, and at the end where the last one ends: Unix milliseconds, each later than the one before.
    ///
    /// An hour that comes twice has two bars, one that is left out has none.
    pub fn edges(self, today: Date, zone: &TimeZone) -> Vec<i64> {
        let Range { start, end } = self.days(today);
        let mut edges = Vec::new();
        if self.is_one_day() {
            let (first, last) = (midnight(start, zone), midnight(end, zone));
            edges.extend((0..).map(|hour| first + hour * HOUR_MS).take_while(|at| *at < last));
            edges.push(last);
        } else {
            let mut day = start;
            while day < end {
                edges.push(midnight(day, zone));
                day = day.saturating_add(1.day());
            }
            edges.push(midnight(end, zone));
        }
        edges
    }
}

/// The first moment of a day: where the clocks go forward at midnight, that is later than 00:00.
fn midnight(day: Date, zone: &TimeZone) -> i64 {
    let start: Option<Zoned> = day.to_zoned(zone.clone()).ok();
    start.map_or(0, |start| start.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    /// Central Europe by rule, whatever this machine knows of places.
    fn europe() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule")
    }

    fn local(at_ms: i64, zone: &TimeZone) -> String {
        let time = Timestamp::from_millisecond(at_ms).expect("a time").to_zoned(zone.clone());
        time.strftime("%d.%m %H:%M").to_string()
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let today = date(2026, 3, 1);
        let days = JournalRange::ALL.map(|range| range.days(today));
        assert_eq!(
            days,
            [
                today..date(2026, 3, 2),
                date(2026, 2, 28)..today,
                date(2026, 2, 23)..date(2026, 3, 2),
                today..date(2026, 3, 2),
                date(2026, 2, 1)..today,
            ]
        );
        let new_year = JournalRange::LastMonth.days(date(2027, 1, 31));
        assert_eq!(new_year, date(2026, 12, 1)..date(2027, 1, 1));
    }

    #[test]
    fn a_day_has_as_many_hours_as_its_clocks_show() {
        let zone = europe();
        for (day, hours, third) in [
            (date(2026, 3, 28), 24, "28.03 02:00"),
            (date(2026, 3, 29), 23, "29.03 03:00"),
            (date(2026, 10, 25), 25, "25.10 02:00"),
        ] {
            let edges = JournalRange::Today.edges(day, &zone);
            assert_eq!(edges.len() - 1, hours, "{day}");
            assert_eq!(local(edges[2], &zone), third);
            assert_eq!(local(edges[hours], &zone), local(midnight(day.tomorrow().expect("a day"), &zone), &zone));
            assert!(edges.windows(2).all(|pair| pair[1] - pair[0] == HOUR_MS));
        }
        let autumn = JournalRange::Today.edges(date(2026, 10, 25), &zone);
        assert_eq!([2, 3].map(|at| local(autumn[at], &zone)), ["25.10 02:00", "25.10 02:00"], "it comes twice");
    }

    #[test]
    fn the_days_of_a_week_begin_at_midnight_on_both_sides_of_a_change() {
        let zone = europe();
        let edges = JournalRange::Week.edges(date(2026, 3, 31), &zone);
        assert_eq!(edges.len(), 8);
        assert!(edges.iter().all(|at| local(*at, &zone).ends_with("00:00")));
        let hours: Vec<_> = edges.windows(2).map(|pair| (pair[1] - pair[0]) / HOUR_MS).collect();
        assert_eq!(hours, [24, 24, 24, 24, 23, 24, 24]);
    }

    #[test]
    fn a_day_may_begin_at_one_and_change_by_half_an_hour() {
        // The clocks go forward at midnight, and by half an hour.
        let midnight = TimeZone::posix("CST5CDT,M3.2.0/0,M11.1.0/1").expect("a rule");
        let edges = JournalRange::Today.edges(date(2026, 3, 8), &midnight);
        assert_eq!((edges.len() - 1, local(edges[0], &midnight)), (23, "08.03 01:00".to_owned()));
        let half = TimeZone::posix("LHS-10:30LHD-11,M10.1.0,M4.1.0").expect("a rule");
        let edges = JournalRange::Today.edges(date(2026, 10, 4), &half);
        let lengths: Vec<_> = edges.windows(2).map(|pair| (pair[1] - pair[0]) * 2 / HOUR_MS).collect();
        assert_eq!((lengths.len(), lengths[22], lengths[23]), (24, 2, 1), "the last bar is half an hour");
    }
}
