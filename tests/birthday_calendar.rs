//! Every day of two centuries, and every day that is none, as a birthday.

use jiff::civil::{Date, date};
use swip_kiosk::domain::birthday::format_as_typed;
use swip_kiosk::domain::{Birthday, BirthdayError, BirthdayRules};

const TODAYS: [Date; 3] = [date(2026, 3, 15), date(2024, 2, 29), date(2027, 2, 28)];
const MINIMUM_AGES: [u8; 4] = [0, 14, 18, 99];

/// The rules again, in plain numbers.
fn expected(born: (i16, i8, i8), minimum_age: u8, today: Date) -> Result<(), BirthdayError> {
    let (year, month, day) = born;
    let is_leap = |year: i16| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i8::from(is_leap(year)),
        _ => 0,
    };
    let years_before = |years: i16| {
        let year = today.year() - years;
        let is_missing_day = (today.month(), today.day()) == (2, 29) && !is_leap(year);
        (year, today.month(), if is_missing_day { 28 } else { today.day() })
    };
    if !(1..=days).contains(&day) {
        Err(BirthdayError::NoSuchDay)
    } else if born > years_before(0) {
        Err(BirthdayError::InFuture)
    } else if born < years_before(120) {
        Err(BirthdayError::TooLongAgo)
    } else if born > years_before(i16::from(minimum_age)) {
        Err(BirthdayError::TooYoung(minimum_age))
    } else {
        Ok(())
    }
}

#[test]
fn every_day_and_every_day_that_is_none_is_judged_by_the_calendar() {
    let mut days = 0;
    for year in 1900_i16..=2100 {
        for month in 0..=15_i8 {
            for day in 0..=40_i8 {
                let calendar = Date::new(year, month, day);
                days += u32::from(calendar.is_ok());
                let iso = format!("{year:04}-{month:02}-{day:02}");
                let typed = format!("{day:02}.{month:02}.{year:04}");
                for (today, minimum_age) in TODAYS.into_iter().flat_map(|today| MINIMUM_AGES.map(|age| (today, age))) {
                    let rules = BirthdayRules { minimum_age };
                    let ours = Birthday::parse_iso(&iso, rules, today);
                    let verdict = ours.map(|_| ());
                    assert_eq!(verdict, expected((year, month, day), minimum_age, today), "{iso} on {today}");
                    assert_eq!(calendar.is_err(), verdict == Err(BirthdayError::NoSuchDay), "{iso}");
                    if let Ok(birthday) = ours {
                        assert_eq!(birthday.iso(), iso);
                    }
                }
                let rules = BirthdayRules { minimum_age: 18 };
                let (iso, typed_birthday) =
                    (Birthday::parse_iso(&iso, rules, TODAYS[0]), Birthday::parse_typed(&typed, rules, TODAYS[0]));
                assert_eq!(typed_birthday, iso, "{typed}");
                assert_eq!(format_as_typed(&format!("{day:02}{month:02}{year:04}"), '.'), typed);
            }
        }
    }
    assert_eq!(days, 201 * 365 + 49, "all days of the years 1900 to 2100 were among them");
}
