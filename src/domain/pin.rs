//! The manager's PIN, and how often it may be tried.

use std::fmt;
use std::time::Duration;

use zeroize::{Zeroize, Zeroizing};

/// What opens the manager's door: 6 to 12 digits, none of the obvious ones; wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

/// Digits as they are typed, right or not: at most [`LONGEST`]; wiped from memory when dropped, never moved by growing.
#[derive(PartialEq, Eq)]
pub struct PinEntry(Zeroizing<String>);

/// What is stored of a PIN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinState {
    /// Nobody ever set one.
    #[default]
    NotSet,
    /// It can be tried.
    Set,
    /// Its key is gone, or the file is damaged.
    Lost,
}

/// Why a text is not a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Nothing was given.
    #[error("the PIN is empty")]
    Empty,
    /// Something else than a digit.
    #[error("the PIN holds something else than digits")]
    UnexpectedCharacter,
    /// Below [`SHORTEST`].
    #[error("the PIN is too short")]
    TooShort,
    /// Over [`LONGEST`].
    #[error("the PIN is too long")]
    TooLong,
    /// A repeat, a run, a date, or a figure on the keypad.
    #[error("the PIN is too easy to guess")]
    Obvious,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    /// The door is open, and earlier failures are forgotten.
    Right,
    /// It is shut, and nobody may try for so long; zero while failures are free.
    Wrong {
        /// How long.
        wait: Duration,
    },
    /// Nothing was compared: nobody may try yet.
    Locked {
        /// For how much longer.
        left: Duration,
    },
    /// Nobody ever set a PIN.
    NotSet,
    /// The PIN went with its key: a new one must be set.
    Lost,
}

/// The fewest digits.
pub const SHORTEST: usize = 6;
/// The most digits.
pub const LONGEST: usize = 12;

/// Failures that cost no wait.
const FREE_FAILURES: u32 = 4;
/// The wait after each failure beyond the free ones; the last holds for all that follow.
const WAITS: [Duration; 6] = [
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(2),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
];

/// Figures that a finger draws on a keypad, top row 1 2 3 or 7 8 9.
const FIGURES: [&str; 20] = [
    "147258", "258147", "258369", "369258", "147369", "369147", "741852", "852741", "852963", "963852", "741963",
    "963741", "159357", "357159", "159753", "951753", "753951", "123654", "456123", "789456",
];

impl Pin {
    /// Reads a new PIN.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        if text.is_empty() {
            return Err(PinError::Empty);
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PinError::UnexpectedCharacter);
        }
        match text.len() {
            length if length < SHORTEST => return Err(PinError::TooShort),
            length if length > LONGEST => return Err(PinError::TooLong),
            _ => {}
        }
        if is_obvious(text) { Err(PinError::Obvious) } else { Ok(Self(Zeroizing::new(text.to_owned()))) }
    }

    /// The digits: for the hash only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(•••)")
    }
}

impl Default for PinEntry {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(LONGEST)))
    }
}

impl PinEntry {
    /// Adds a digit, 0 to 9; one too many is left out.
    pub fn push(&mut self, digit: u8) {
        if self.len() < LONGEST && digit <= 9 {
            self.0.push(char::from(b'0' + digit));
        }
    }

    /// Takes the last digit away.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Wipes all digits.
    pub fn clear(&mut self) {
        self.0.zeroize();
    }

    /// How many digits there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The PIN to be set.
    ///
    /// # Errors
    /// The first rule that the digits break.
    pub fn to_pin(&self) -> Result<Pin, PinError> {
        Pin::parse(&self.0)
    }

    /// The digits: to be tried only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PinEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinEntry(•••)")
    }
}

/// How long nobody may try after so many failures in a row: at most 57 tries a day.
pub fn wait_after(failures: u32) -> Duration {
    let Some(beyond) = failures.checked_sub(FREE_FAILURES + 1) else {
        return Duration::ZERO;
    };
    let last = WAITS.len() - 1;
    WAITS[usize::try_from(beyond).unwrap_or(last).min(last)]
}

/// The tries at one door, counted in uptime: no clock on the wall can shorten a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    failures: u32,
    free_at: Duration,
}

impl Throttle {
    /// What is known of earlier failures at `now`, in uptime: the whole wait starts anew, however long it lasted before.
    pub fn new(failures: u32, now: Duration) -> Self {
        Self { failures, free_at: now.saturating_add(wait_after(failures)) }
    }

    /// Failures in a row.
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// How much longer nobody may try.
    pub fn left(self, now: Duration) -> Duration {
        self.free_at.saturating_sub(now)
    }

    /// One more failure. A try counts as one from before it is looked at until it has proved right.
    #[must_use]
    pub fn failed(self, now: Duration) -> Self {
        Self::new(self.failures.saturating_add(1), now)
    }
}

fn is_obvious(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let distinct = (b'0'..=b'9').filter(|digit| bytes.contains(digit)).count();
    distinct <= 2 || is_run(bytes) || is_run_of_repeats(bytes) || is_repeat(bytes) || is_date(digits) || {
        FIGURES.iter().any(|figure| digits.starts_with(figure))
    }
}

/// The same step from each digit to the next, over 9 and 0 too: 123456, 987654, 890123, 246802.
fn is_run(bytes: &[u8]) -> bool {
    let step = |pair: &[u8]| (pair[1] + 10 - pair[0]) % 10;
    let mut steps = bytes.windows(2).map(step);
    let first = steps.next();
    steps.all(|step| Some(step) == first)
}

/// 112233 and 123321: what is left without doubles, or of a mirrored one its half, is a run.
fn is_run_of_repeats(bytes: &[u8]) -> bool {
    let mut once = Zeroizing::new(bytes.to_vec());
    once.dedup();
    let is_mirrored = bytes.iter().eq(bytes.iter().rev());
    (once.len() < bytes.len() && is_run(&once)) || (is_mirrored && is_run(&bytes[..bytes.len() / 2]))
}

/// 123123, 4747 47: one part again and again.
fn is_repeat(bytes: &[u8]) -> bool {
    (1..=bytes.len() / 2).any(|part| bytes.iter().zip(&bytes[part..]).all(|(a, b)| a == b))
}

/// A day of a year in any usual order: 240190, 19900124, 011990.
fn is_date(digits: &str) -> bool {
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0_u32);
    let is_day = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let is_year = |year: u32| (1900..2100).contains(&year);
    match digits.len() {
        6 => {
            let (a, b, c) = (number(0, 2), number(2, 4), number(4, 6));
            let is_short = is_day(a, b) || is_day(b, a) || is_day(c, b);
            is_short || (is_year(number(0, 4)) && is_day(1, c)) || (is_year(number(2, 6)) && is_day(1, a))
        }
        8 => {
            let (a, b, c, d) = (number(0, 2), number(2, 4), number(4, 6), number(6, 8));
            (is_year(number(4, 8)) && (is_day(a, b) || is_day(b, a))) || (is_year(number(0, 4)) && is_day(d, c))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_pin_is_six_to_twelve_digits() {
        for text in ["802947", "7302846", "80294715", "802947153628"] {
            assert_eq!(Pin::parse(text).map(|pin| pin.expose().to_owned()).as_deref(), Ok(text));
        }
        let wrong = [
            ("", PinError::Empty),
            ("8", PinError::TooShort),
            ("80294", PinError::TooShort),
            ("8029471536284", PinError::TooLong),
            ("80294a", PinError::UnexpectedCharacter),
            (" 802947", PinError::UnexpectedCharacter),
            ("802947\n", PinError::UnexpectedCharacter),
            ("\u{663}\u{664}\u{665}\u{666}\u{667}\u{668}", PinError::UnexpectedCharacter),
        ];
        for (text, error) in wrong {
            assert_eq!(Pin::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(format!("{:?}", Pin::parse("802947")), "Ok(Pin(•••))");
    }

    #[test]
    fn digits_are_typed_one_by_one_and_none_is_shown() {
        let mut entry = PinEntry::default();
        let place = entry.expose().as_ptr();
        for digit in [8, 0, 2, 9, 4, 7, 10, 255] {
            entry.push(digit);
        }
        assert_eq!((entry.expose(), entry.len()), ("802947", 6));
        assert_eq!(entry.to_pin().map(|pin| pin.expose().to_owned()).as_deref(), Ok("802947"));
        entry.pop();
        assert_eq!(entry.to_pin(), Err(PinError::TooShort));
        for _ in 0..100 {
            entry.push(3);
        }
        assert_eq!((entry.expose(), entry.expose().as_ptr()), ("802943333333", place), "no copy was left behind");
        assert_eq!(format!("{entry:?}"), "PinEntry(•••)");
        entry.clear();
        assert!(entry.is_empty());
        entry.pop();
        assert_eq!(entry.to_pin(), Err(PinError::Empty));
    }

    #[test]
    fn the_obvious_ones_are_refused() {
        let listed = [
            "123456",
            "654321",
            "012345",
            "890123",
            "1234567",
            "123456789012",
            "246802",
            "135791",
            "975319",
            "000000",
            "111111",
            "77777777",
            "121212",
            "123123",
            "112112",
            "47474747",
            "1231231",
            "111222",
            "111112",
            "112233",
            "332211",
            "123321",
            "12344321",
            "1223",
            "240190",
            "012490",
            "900124",
            "24011990",
            "01241990",
            "19900124",
            "199001",
            "011990",
            "310125",
            "147258",
            "159753",
            "1472583",
        ];
        for text in listed.into_iter().filter(|text| text.len() >= SHORTEST) {
            assert_eq!(Pin::parse(text), Err(PinError::Obvious), "{text}");
        }
    }

    #[test]
    fn most_pins_are_left_to_choose_from() {
        // Every eleventh: patterns such as rows, pairs and dates are among them as they are among all.
        const STEP: usize = 11;
        let tried = (0..1_000_000).step_by(STEP);
        let refused = tried.filter(|n| Pin::parse(&format!("{n:06}")).is_err()).count() * STEP;
        println!("about {refused} of 1,000,000 six-digit PINs are refused");
        assert!(refused >= 100, "{refused}");
        assert!(refused < 150_000, "{refused}");
    }

    #[test]
    fn four_failures_are_free_and_the_waits_grow_to_half_an_hour() {
        let waits: Vec<u64> = (0..13).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 300, 900, 1800, 1800, 1800]);
        assert_eq!(wait_after(u32::MAX), Duration::from_mins(30));
    }

    /// Tries at once whenever that is allowed, for as long, and restarts the program every so often.
    fn tries_within(end: Duration, restart_every: Option<Duration>) -> u32 {
        let mut throttle = Throttle::new(0, Duration::ZERO);
        let (mut now, mut started, mut tries) = (Duration::ZERO, Duration::ZERO, 0);
        while now < end {
            if let Some(every) = restart_every
                && now.saturating_sub(started) >= every
            {
                started = now;
                throttle = Throttle::new(throttle.failures(), now);
            }
            if throttle.left(now).is_zero() {
                tries += 1;
                throttle = throttle.failed(now);
            }
            now += Duration::from_secs(1).min(throttle.left(now)).max(Duration::from_secs(1));
        }
        tries
    }

    #[test]
    fn whoever_tries_without_end_gets_57_tries_a_day() {
        assert_eq!(tries_within(DAY, None), 57);
        for restart in [1, 29, 60, 600, 3600] {
            let tries = tries_within(DAY, Some(Duration::from_secs(restart)));
            assert!(tries <= 57, "{tries} tries with a restart every {restart} s");
        }
    }

    #[test]
    fn ten_thousand_tries_take_more_than_half_a_year() {
        let mut now = Duration::ZERO;
        let mut throttle = Throttle::new(0, now);
        for _ in 0..10_000 {
            now += throttle.left(now);
            throttle = throttle.failed(now);
        }
        assert!(now > 180 * DAY, "{} days", now.as_secs() / DAY.as_secs());
    }

    #[test]
    fn a_restart_starts_the_whole_wait_anew_and_a_success_ends_it() {
        let late = Duration::from_secs(1_000);
        let locked = Throttle::new(6, late);
        assert_eq!(locked.left(late), Duration::from_mins(1));
        assert_eq!(locked.left(late + Duration::from_secs(59)), Duration::from_secs(1));
        assert_eq!(Throttle::new(locked.failures(), Duration::ZERO).left(Duration::ZERO), Duration::from_mins(1));
        assert_eq!(Throttle::new(0, late).left(late), Duration::ZERO);
    }
}
