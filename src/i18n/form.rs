//! Numbers, dates and times in the form of a language.

use jiff::civil::DateTime;

use super::Texts;
use crate::domain::Points;

impl Texts {
    /// A balance with its thousands apart: `11 806`.
    pub fn points_number(&self, points: Points) -> String {
        let digits = points.value().unsigned_abs().to_string();
        let separator = self.get("form-thousands");
        let mut out = String::new();
        if points.value() < 0 {
            out.push('\u{2212}');
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(&separator);
            }
            out.push(digit);
        }
        out
    }

    /// The word for points in the form that goes with the number: `баллов`.
    pub fn points_word(&self, points: Points) -> String {
        // Plural forms go by the size of the number alone.
        let count = points.value().unsigned_abs();
        self.with("points-word", &[("count", count.into())]).into_owned()
    }

    /// A time of day: `12:41`.
    pub fn time(&self, at: DateTime) -> String {
        at.strftime(&*self.get("form-time")).to_string()
    }

    /// A time of day, with the date unless it is today's: `24.01, 12:41`.
    pub fn date_and_time(&self, at: DateTime, now: DateTime) -> String {
        let time = self.time(at);
        if at.date() == now.date() {
            return time;
        }
        format!("{}, {time}", self.short_date(at))
    }

    /// A moment of a place that is so many seconds ahead of UTC, as [`Self::date_and_time`].
    pub fn moment(&self, unix_ms: i64, utc_offset_secs: i32, now: DateTime) -> String {
        let time = jiff::Timestamp::from_millisecond(unix_ms).ok();
        let offset = jiff::tz::Offset::from_seconds(utc_offset_secs).unwrap_or(jiff::tz::Offset::UTC);
        time.map(|time| self.date_and_time(offset.to_datetime(time), now)).unwrap_or_default()
    }

    /// A number with its thousands apart.
    pub fn count(&self, count: usize) -> String {
        self.points_number(Points::new(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// How long something will take, roughly: `2 min`.
    pub fn roughly(&self, duration: std::time::Duration) -> String {
        let secs = duration.as_secs();
        let (id, number) = match secs {
            0..60 => ("form-roughly-seconds", secs.max(1)),
            60..3_600 => ("form-roughly-minutes", secs.div_ceil(60)),
            _ => ("form-roughly-hours", secs.div_ceil(3_600)),
        };
        self.with(id, &[("number", number.into())]).into_owned()
    }

    /// A day without its year: `24.01`.
    pub fn short_date(&self, at: DateTime) -> String {
        at.strftime(&*self.get("form-date")).to_string()
    }

    /// How long something took: `0.3 s`.
    pub fn seconds(&self, millis: u32) -> String {
        let tenths = millis.div_ceil(100);
        let point = self.get("form-decimal");
        let number = format!("{}{point}{}", tenths / 10, tenths % 10);
        self.with("form-seconds", &[("number", number.into())]).into_owned()
    }

    /// A whole date and a time of day: `24.01.2026, 12:41`.
    pub fn whole_date_and_time(&self, at: DateTime) -> String {
        at.strftime(&*self.get("form-whole-date")).to_string()
    }

    /// The sign between day, month and year of a typed birthday.
    pub fn birthday_separator(&self) -> char {
        self.get("form-birthday-separator").chars().next().unwrap_or('.')
    }
}
