//! A customer's birthday.

use std::fmt;

use jiff::{ToSpan, civil::Date};

use super::name::plain_sign;
use super::phone::ascii_digit;

/// A real date, not in the future, not over 120 years ago, old enough for the station's rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birthday(Date);

/// What a station asks of a birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BirthdayRules {
    /// The least age in whole years, 0 to 99; 0 for none.
    pub minimum_age: u8,
}

/// Why a text or date is not a birthday that the station accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthdayError {
    /// Not eight digits in the expected order.
    #[error("the birthday is not complete")]
    Incomplete,
    /// No such day in the calendar.
    #[error("there is no such day")]
    NoSuchDay,
    /// After today.
    #[error("the birthday is in the future")]
    InFuture,
    /// More than 120 years ago.
    #[error("the birthday is too long ago")]
    TooLongAgo,
    /// Younger than the station's minimum age, in years.
    #[error("the customer is younger than {0}")]
    TooYoung(u8),
}

/// The oldest customer, in years.
const OLDEST: i16 = 120;

impl Birthday {
    /// Checks a date against the calendar day `today`.
    ///
    /// # Errors
    /// The first rule that the date breaks.
    pub fn new(date: Date, rules: BirthdayRules, today: Date) -> Result<Self, BirthdayError> {
        if date > today {
            return Err(BirthdayError::InFuture);
        }
        let years_before = |years: i16| today.checked_sub(years.years()).unwrap_or(Date::MIN);
        if date < years_before(OLDEST) {
            return Err(BirthdayError::TooLongAgo);
        }
        if date > years_before(i16::from(rules.minimum_age)) {
            return Err(BirthdayError::TooYoung(rules.minimum_age));
        }
        Ok(Self(date))
    }

    /// Reads typed digits in the order day, month, year, with or without separators: `24.01.1990`, `24011990`.
    ///
    /// # Errors
    /// [`BirthdayError::Incomplete`] unless there are eight digits and nothing but separators; else as [`Self::new`].
    pub fn parse_typed(text: &str, rules: BirthdayRules, today: Date) -> Result<Self, BirthdayError> {
        let digits = typed_digits(text).ok_or(BirthdayError::Incomplete)?;
        let [d1, d2, m1, m2, y1, y2, y3, y4] = digits[..] else {
            return Err(BirthdayError::Incomplete);
        };
        let year = i16::from(y1) * 1000 + i16::from(y2) * 100 + i16::from(y3) * 10 + i16::from(y4);
        Self::of_numbers(year, m1 * 10 + m2, d1 * 10 + d2, rules, today)
    }

    /// Reads the form of SWiP and of the command line: `yyyy-MM-dd`.
    ///
    /// # Errors
    /// As [`Self::parse_typed`].
    pub fn parse_iso(text: &str, rules: BirthdayRules, today: Date) -> Result<Self, BirthdayError> {
        let plain: String = text.chars().filter_map(plain_sign).map(|c| ascii_digit(c).unwrap_or(c)).collect();
        let bytes = plain.as_bytes();
        let is_iso = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !is_iso {
            return Err(BirthdayError::Incomplete);
        }
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0_i16, |sum, b| sum * 10 + i16::from(b - b'0'));
        let small = |range| u8::try_from(number(range)).unwrap_or(u8::MAX);
        Self::of_numbers(number(0..4), small(5..7), small(8..10), rules, today)
    }

    /// The form of SWiP: `yyyy-MM-dd`.
    pub fn iso(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }

    fn of_numbers(year: i16, month: u8, day: u8, rules: BirthdayRules, today: Date) -> Result<Self, BirthdayError> {
        let small = |n: u8| i8::try_from(n).unwrap_or(i8::MAX);
        let date = Date::new(year, small(month), small(day)).map_err(|_| BirthdayError::NoSuchDay)?;
        Self::new(date, rules, today)
    }
}

impl fmt::Debug for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birthday(•••)")
    }
}

/// A birthday while it is being typed, day, month and year apart: `24.01.19`.
pub fn format_as_typed(text: &str, separator: char) -> String {
    let Some(digits) = typed_digits(text) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(10);
    for (i, digit) in digits.iter().take(8).enumerate() {
        if i == 2 || i == 4 {
            out.push(separator);
        }
        out.push(char::from(b'0' + digit));
    }
    out
}

/// [`format_as_typed`] for one separator.
pub fn formatter(separator: char) -> fn(&str) -> String {
    match separator {
        '/' => |text| format_as_typed(text, '/'),
        '-' => |text| format_as_typed(text, '-'),
        _ => |text| format_as_typed(text, '.'),
    }
}

/// The longest text looked at, in bytes: generous for any way to write eight digits.
const LONGEST_TEXT: usize = 64;

/// The digits of a text that holds nothing else but separators.
fn typed_digits(text: &str) -> Option<Vec<u8>> {
    let trimmed = text.trim();
    // A long text is no birthday, even where its start looks like one.
    if trimmed.len() > LONGEST_TEXT {
        return None;
    }
    let mut digits = Vec::with_capacity(8);
    for c in trimmed.chars() {
        match ascii_digit(c).and_then(|digit| digit.to_digit(10)) {
            Some(digit) => digits.push(u8::try_from(digit).ok()?),
            None if matches!(plain_sign(c), None | Some('.' | '/' | '-' | ' ')) => {}
            None => return None,
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 15);

    fn rules(minimum_age: u8) -> BirthdayRules {
        BirthdayRules { minimum_age }
    }

    fn typed(text: &str) -> Result<String, BirthdayError> {
        Birthday::parse_typed(text, rules(0), TODAY).map(Birthday::iso)
    }

    fn iso(text: &str) -> Result<String, BirthdayError> {
        Birthday::parse_iso(text, rules(0), TODAY).map(Birthday::iso)
    }

    #[test]
    fn typed_birthdays_are_day_month_year_with_any_separators() {
        for text in ["24.01.1990", "24011990", "24/01/1990", "24-01-1990", " 24 01 1990 ", "24.01. 1990", "٢٤٠١١٩٩٠"]
        {
            assert_eq!(typed(text).as_deref(), Ok("1990-01-24"), "{text:?}");
        }
        for text in ["", "24.01.90", "1.1.1990", "240119900", "24,01,1990", "24.янв.1990", "24.01.1990\0", "1990"] {
            assert_eq!(typed(text), Err(BirthdayError::Incomplete), "{text:?}");
        }
    }

    #[test]
    fn signs_that_look_like_a_separator_are_one() {
        for sign in ["–", "—", "−", "\u{A0}", "\u{202F}", "\u{2011}"] {
            assert_eq!(typed(&["24", "01", "1990"].join(sign)).as_deref(), Ok("1990-01-24"), "{sign:?}");
        }
        assert_eq!(typed("\u{200E}24.01.1990\u{200B}").as_deref(), Ok("1990-01-24"));
        assert_eq!(iso("1990–01−24").as_deref(), Ok("1990-01-24"));
        for text in ["\u{FEFF}1990-01-24", "１９９０-０１-２４", "١٩٩٠-٠١-٢٤", "１９９０－０１－２４"]
        {
            assert_eq!(iso(text).as_deref(), Ok("1990-01-24"), "{text}");
        }
    }

    #[test]
    fn nothing_hides_behind_a_long_run_of_separators() {
        let padded = format!("24.01.1990{}x", " ".repeat(60));
        assert_eq!(typed(&padded), Err(BirthdayError::Incomplete));
        assert_eq!(typed(&format!("24.01.1990{}5", ".".repeat(40))), Err(BirthdayError::Incomplete));
        assert_eq!(format_as_typed(&padded, '.'), padded, "left as it is");
    }

    #[test]
    fn iso_birthdays_have_exactly_one_form() {
        assert_eq!(iso("1990-01-24").as_deref(), Ok("1990-01-24"));
        for text in [
            "",
            "1990-1-24",
            "24-01-1990",
            "1990/01/24",
            "19900124",
            " 1990-01-24",
            "1990-01-24T",
            "199٠-01-2",
            "-990-01-24",
        ] {
            assert_eq!(iso(text), Err(BirthdayError::Incomplete), "{text:?}");
        }
    }

    #[test]
    fn only_days_of_the_calendar_are_birthdays() {
        assert_eq!(typed("29.02.2024").as_deref(), Ok("2024-02-29"));
        assert_eq!(typed("29.02.2000").as_deref(), Ok("2000-02-29"));
        for text in [
            "29.02.2023",
            "29.02.1900",
            "30.02.2024",
            "31.04.2000",
            "00.01.2000",
            "01.00.2000",
            "01.13.2000",
            "99.99.9999",
        ] {
            assert_eq!(typed(text), Err(BirthdayError::NoSuchDay), "{text}");
        }
        assert_eq!(iso("2023-02-29"), Err(BirthdayError::NoSuchDay));
    }

    #[test]
    fn a_birthday_lies_between_120_years_ago_and_today() {
        assert!(typed("15.03.2026").is_ok());
        assert_eq!(typed("16.03.2026"), Err(BirthdayError::InFuture));
        assert_eq!(typed("31.12.9999"), Err(BirthdayError::InFuture));
        assert!(typed("15.03.1906").is_ok());
        assert_eq!(typed("14.03.1906"), Err(BirthdayError::TooLongAgo));
        assert_eq!(typed("01.01.0000"), Err(BirthdayError::TooLongAgo));
    }

    #[test]
    fn the_minimum_age_is_reached_on_the_birthday_itself() {
        let of_age = |born, today| Birthday::new(born, rules(18), today).map(|_| ());
        assert_eq!(of_age(date(2008, 3, 15), TODAY), Ok(()));
        assert_eq!(of_age(date(2008, 3, 16), TODAY), Err(BirthdayError::TooYoung(18)));
        // Born on 29 February: of age on 1 March of a common year.
        let leap = date(2008, 2, 29);
        assert_eq!(of_age(leap, date(2026, 2, 28)), Err(BirthdayError::TooYoung(18)));
        assert_eq!(of_age(leap, date(2026, 3, 1)), Ok(()));
        assert_eq!(of_age(date(2006, 2, 28), date(2024, 2, 29)), Ok(()));
        assert_eq!(of_age(date(2006, 3, 1), date(2024, 2, 29)), Err(BirthdayError::TooYoung(18)));
    }

    #[test]
    fn a_birthday_takes_its_form_while_it_is_typed() {
        let steps = ["2", "24", "24.0", "24.01", "24.01.1", "24.01.19", "24.01.199", "24.01.1990", "24.01.1990"];
        let mut field = String::new();
        for (key, shown) in "240119905".chars().zip(steps) {
            field.push(key);
            field = format_as_typed(&field, '.');
            assert_eq!(field, shown);
            assert_eq!(format_as_typed(&field, '.'), shown, "again");
        }
        assert_eq!(format_as_typed("24 янв", '.'), "24 янв");
        assert_eq!(format_as_typed("24.01.1990", '/'), "24/01/1990");
    }

    #[test]
    fn debug_output_keeps_the_birthday_to_itself() {
        assert_eq!(format!("{:?}", Birthday::new(date(1990, 1, 24), rules(0), TODAY).unwrap()), "Birthday(•••)");
    }
}
