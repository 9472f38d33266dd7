//! A customer's phone: one number in one form, whatever way it was written.

use std::fmt;

use zeroize::Zeroizing;

use super::MobilePrefixes;
use super::name::plain_sign;

/// A phone of the +7 numbering plan (Russia and Kazakhstan): 11 digits starting with 7.
///
/// The same form is shown, stored, compared and sent. SWiP turns a leading 8 into 7; this does it first.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Zeroizing<String>);

/// The last two digits of a phone; it has no room for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneMask(u8);

/// Which numbers of the plan a station accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhoneRules {
    /// Accept fixed-line numbers besides mobile ones.
    pub accept_landlines: bool,
    /// Prefixes of mobile numbers besides those the program knows.
    pub mobile_prefixes: MobilePrefixes,
}

/// Why a text is not a phone that the station accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was typed.
    #[error("the phone is empty")]
    Empty,
    /// A letter or a sign that no phone is written with.
    #[error("the phone holds a character that is neither a digit nor phone punctuation")]
    UnexpectedCharacter,
    /// Fewer than 10 digits.
    #[error("the phone has too few digits")]
    TooShort,
    /// More than 11 digits.
    #[error("the phone has too many digits")]
    TooLong,
    /// A number of another country.
    #[error("the phone is not a Russian or Kazakh number")]
    Foreign,
    /// A fixed-line, toll-free or unassigned number.
    #[error("the phone is not a mobile number")]
    NotMobile,
}

/// Digits of a phone in this form.
const LENGTH: usize = 11;

/// The longest text looked at, in bytes: generous for any way to write eleven digits.
const LONGEST_TEXT: usize = 128;

/// The first three digits of Kazakh mobile numbers after the country code, from libphonenumber's metadata for KZ.
const KZ_MOBILE: [&str; 19] = [
    "700", "701", "702", "705", "706", "707", "708", "747", "760", "761", "762", "763", "764", "771", "775", "776",
    "777", "778", "785",
];

impl Phone {
    /// A number that no operator can assign, for the connection test.
    pub fn unassignable() -> Self {
        Self(Zeroizing::new("70000000000".to_owned()))
    }

    /// Reads a phone as people write it: any spacing and punctuation, a leading 8, +7, 7 or none,
    /// digits of other scripts.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str, rules: PhoneRules) -> Result<Self, PhoneError> {
        let written = Written::read(text)?;
        let phone = written.into_national()?;
        if rules.accepts(&phone) {
            Ok(Self(Zeroizing::new(format!("7{}", phone.as_str()))))
        } else {
            Err(PhoneError::NotMobile)
        }
    }

    /// The 11 digits as sent to SWiP, such as `79167795322`.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The number as people read it: `+7 916 779-53-22`.
    pub fn pretty(&self) -> String {
        format!("+7 {}", grouped(&self.0[1..]))
    }

    /// All but the last two digits hidden: `+7 ••• •••-••-22`.
    pub fn masked(&self) -> String {
        self.mask().to_string()
    }

    /// The last two digits, which is all that may be noted down.
    pub fn mask(&self) -> PhoneMask {
        PhoneMask(self.0[LENGTH - 2..].parse().unwrap_or_default())
    }
}

impl PhoneMask {
    /// The two digits as a number, 0 to 99.
    pub fn tail(self) -> u8 {
        self.0
    }

    /// Reads what [`Self::tail`] gave.
    pub fn of_tail(tail: u8) -> Option<Self> {
        (tail < 100).then_some(Self(tail))
    }
}

/// `+7 ••• •••-••-22`
impl fmt::Display for PhoneMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+7 ••• •••-••-{:02}", self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl PhoneRules {
    /// Mobile numbers that the program knows.
    pub const MOBILE: Self = Self { accept_landlines: false, mobile_prefixes: MobilePrefixes::NONE };
    /// Fixed lines too.
    pub const WITH_LANDLINES: Self = Self { accept_landlines: true, ..Self::MOBILE };
    /// Whatever was accepted once, whatever the settings are today.
    pub const ANY: Self = Self { accept_landlines: true, mobile_prefixes: MobilePrefixes::ALL };

    /// Whether the 10 digits after the country code may belong to a customer.
    fn accepts(self, national: &str) -> bool {
        is_mobile(national) || self.mobile_prefixes.accept(national) || (self.accept_landlines && is_landline(national))
    }
}

fn is_mobile(national: &str) -> bool {
    national.starts_with('9') || KZ_MOBILE.contains(&&national[..3])
}

/// Area codes: Russia 3xx, 4xx and 81x to 87x, Kazakhstan 71x and 72x.
fn is_landline(national: &str) -> bool {
    let bytes = national.as_bytes();
    matches!((bytes[0], bytes[1]), (b'3' | b'4', _) | (b'8', b'1'..=b'7') | (b'7', b'1' | b'2'))
}

/// The digits of a text and whether a plus led them.
struct Written {
    digits: Zeroizing<String>,
    has_plus: bool,
}

impl Written {
    fn read(text: &str) -> Result<Self, PhoneError> {
        if text.len() > LONGEST_TEXT {
            return Err(PhoneError::TooLong);
        }
        let mut digits = Zeroizing::new(String::with_capacity(LONGEST_TEXT));
        let mut has_plus = false;
        for c in text.chars() {
            if let Some(digit) = ascii_digit(c) {
                digits.push(digit);
            } else if is_plus(c) && digits.is_empty() && !has_plus {
                has_plus = true;
            } else if !is_punctuation(c) {
                return Err(PhoneError::UnexpectedCharacter);
            }
        }
        if digits.is_empty() && !has_plus {
            return Err(PhoneError::Empty);
        }
        Ok(Self { digits, has_plus })
    }

    /// The 10 digits after the country code.
    fn into_national(self) -> Result<Zeroizing<String>, PhoneError> {
        let leads_with = |c| self.digits.starts_with(c);
        let dialled = behind_prefix(&self.digits).filter(|_| !self.has_plus);
        if let Some(ours) = dialled.filter(|rest| rest.len() == LENGTH && rest.starts_with('7')) {
            return Ok(Zeroizing::new(ours[1..].to_owned()));
        }
        match self.digits.len() {
            _ if self.has_plus && !self.digits.is_empty() && !leads_with('7') => Err(PhoneError::Foreign),
            LENGTH if leads_with('7') || leads_with('8') => Ok(Zeroizing::new(self.digits[1..].to_owned())),
            LENGTH => Err(PhoneError::Foreign),
            _ if !self.has_plus && is_of_another_country(&self.digits) => Err(PhoneError::Foreign),
            10 if !self.has_plus => Ok(self.digits),
            0..LENGTH => Err(PhoneError::TooShort),
            _ => Err(PhoneError::TooLong),
        }
    }
}

/// What follows the two prefixes that are dialled for a plus here.
fn behind_prefix(digits: &str) -> Option<&str> {
    digits.strip_prefix("00").or_else(|| digits.strip_prefix("810"))
}

/// Whether more than eleven digits without a plus are a number of another country rather than one of ours with digits too many.
fn is_of_another_country(digits: &str) -> bool {
    /// Neighbours whose codes begin with 9, as our mobile numbers do, by the length of a whole number.
    const NEIGHBOURS: [(&str, usize); 13] = [
        ("905", 12),
        ("971", 12),
        ("972", 12),
        ("974", 12),
        ("992", 12),
        ("994", 12),
        ("995", 12),
        ("996", 12),
        ("998", 12),
        // 8 is what we dial for 7 within the country, and no area begins like these codes.
        ("81", 12),
        ("82", 12),
        ("86", 13),
        ("880", 13),
    ];
    /// The longest number of the world's plan.
    const LONGEST: usize = 15;
    if let Some(rest) = behind_prefix(digits) {
        return (10..=LONGEST).contains(&rest.len());
    }
    match digits.as_bytes() {
        [b'1'..=b'6', ..] => (LENGTH + 1..=LONGEST).contains(&digits.len()),
        _ => NEIGHBOURS.iter().any(|(code, length)| digits.starts_with(code) && digits.len() == *length),
    }
}

/// Whether a text holds nothing but what phones are written with; empty counts.
pub fn is_phone_like(text: &str) -> bool {
    text.chars().all(|c| ascii_digit(c).is_some() || is_plus(c) || is_punctuation(c))
}

/// Whether a text may still become a phone: phone-like, and of no more digits than a phone has. Behind a plus it is meant for
/// one, however long.
pub fn can_be_phone(text: &str) -> bool {
    is_phone_like(text) && (text.chars().any(is_plus) || digits_of(text).len() <= LENGTH)
}

/// The digits of a text, whatever script they are in.
pub fn digits_of(text: &str) -> String {
    text.chars().filter_map(ascii_digit).collect()
}

/// A phone while it is being typed, grouped as far as it is certain: `+7 916 779-5`.
///
/// Never loses or reorders a digit; puts `+7` only where the start leaves no doubt. A text that is no phone is
/// returned as it is.
pub fn format_as_typed(text: &str) -> String {
    if !is_phone_like(text) {
        return text.to_owned();
    }
    let Ok(Written { digits, has_plus }) = Written::read(text) else {
        return text.to_owned();
    };
    let is_whole = digits.len() == LENGTH;
    match digits.as_bytes() {
        _ if digits.len() > LENGTH => format!("{}{}", if has_plus { "+" } else { "" }, *digits),
        [b'7', ..] if has_plus => with_country_code(&digits[1..]),
        _ if has_plus => format!("+{}", *digits),
        [b'7' | b'8', b'9', ..] => with_country_code(&digits[1..]),
        [b'7' | b'8', ..] if is_whole => with_country_code(&digits[1..]),
        [b'9', ..] if !is_whole => with_country_code(&digits),
        _ if is_whole => digits.to_string(),
        _ => grouped(&digits),
    }
}

/// What was typed into a field that shows it as [`format_as_typed`] does; what shows, if it came there another way.
pub fn before_format<'a>(typed: &'a str, shown: &'a str) -> &'a str {
    if format_as_typed(typed) == shown { typed } else { shown }
}

fn with_country_code(national: &str) -> String {
    if national.is_empty() { "+7".to_owned() } else { format!("+7 {}", grouped(national)) }
}

/// Up to 10 digits in the groups 3 3-2-2.
fn grouped(national: &str) -> String {
    let mut out = String::with_capacity(national.len() + 3);
    for (i, c) in national.chars().enumerate() {
        match i {
            3 => out.push(' '),
            6 | 8 => out.push('-'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The ASCII digit of a decimal digit in the scripts that phones turn up in.
pub(super) fn ascii_digit(c: char) -> Option<char> {
    // First digit of ASCII, Arabic-Indic, Extended Arabic-Indic and full-width digits.
    const ZEROS: [u32; 4] = [0x30, 0x0660, 0x06F0, 0xFF10];
    let code = c as u32;
    ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|offset| *offset < 10))
        .and_then(|offset| char::from_digit(offset, 10))
}

fn is_plus(c: char) -> bool {
    matches!(c, '+' | '\u{FF0B}')
}

/// Spaces of any width, dashes, brackets, and the invisible marks that address books add when copying.
fn is_punctuation(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{FF08}' | '\u{FF09}'
        )
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(plain_sign(c), None | Some('-' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOBILE: PhoneRules = PhoneRules::MOBILE;
    const ANY: PhoneRules = PhoneRules::WITH_LANDLINES;

    fn parse(text: &str) -> Result<String, PhoneError> {
        Phone::parse(text, MOBILE).map(|phone| phone.digits().to_owned())
    }

    #[test]
    fn every_way_to_write_a_number_gives_the_same_digits() {
        let ways = [
            "79167795322",
            "+79167795322",
            "89167795322",
            "9167795322",
            "8 916 779-53-22",
            "007 916 779-53-22",
            "8 10 7 916 779-53-22",
            "+7 (916) 779-53-22",
            "8(916)7795322",
            "916.779.53.22",
            "7/916/779/53/22",
            "\u{A0}+7\u{A0}916\u{202F}779\u{2011}53\u{2013}22 ",
            "\u{202A}+7 916 779-53-22\u{202C}",
            "\u{FEFF}\u{200E}8\u{200B}9167795322\u{2060}",
            "\u{2068}+79167795322\u{2069}",
            "8 916\u{AD}779\u{2043}53\u{FE63}22\u{FE0F}",
            "٨٩١٦٧٧٩٥٣٢٢",
            "۷۹۱۶۷۷۹۵۳۲۲",
            "\u{FF0B}7\u{FF08}916\u{FF09}779\u{FF0D}53\u{FF0D}22",
            "\u{FF17}\u{FF19}\u{FF11}\u{FF16}\u{FF17}\u{FF17}\u{FF19}\u{FF15}\u{FF13}\u{FF12}\u{FF12}",
        ];
        for way in ways {
            assert_eq!(parse(way).as_deref(), Ok("79167795322"), "{way:?}");
        }
    }

    #[test]
    fn only_a_leading_eight_of_eleven_digits_becomes_seven() {
        assert_eq!(parse("88005553535"), Err(PhoneError::NotMobile));
        assert_eq!(parse("89888888888").as_deref(), Ok("79888888888"));
        assert_eq!(parse("9888888888").as_deref(), Ok("79888888888"));
        assert_eq!(parse("8005553535"), Err(PhoneError::NotMobile), "ten digits keep their 8");
        assert_eq!(parse("+89167795322"), Err(PhoneError::Foreign));
    }

    #[test]
    fn what_is_no_phone_is_refused_with_its_reason() {
        use PhoneError::{Empty, Foreign, NotMobile, TooLong, TooShort, UnexpectedCharacter};
        let cases = [
            ("", Empty),
            (" \u{200B}-() ", Empty),
            ("+", TooShort),
            ("+7", TooShort),
            ("916779532", TooShort),
            ("+7916779532", TooShort),
            ("791677953221", TooLong),
            ("+791677953221", TooLong),
            ("8+9167795322", UnexpectedCharacter),
            ("++79167795322", UnexpectedCharacter),
            ("7916779532+2", UnexpectedCharacter),
            ("7916779532O", UnexpectedCharacter),
            ("7916779532\u{41E}", UnexpectedCharacter),
            ("79167795322;", UnexpectedCharacter),
            ("79167795322\0", UnexpectedCharacter),
            ("#79167795322", UnexpectedCharacter),
            ("七九一六七七九五三二二", UnexpectedCharacter),
            ("+375291234567", Foreign),
            ("+1 202 555 0143", Foreign),
            ("12025550143", Foreign),
            ("+380", Foreign),
            ("84951234567", NotMobile),
            ("+77172123456", NotMobile),
            ("70000000000", NotMobile),
        ];
        for (text, error) in cases {
            assert_eq!(parse(text), Err(error), "{text:?}");
        }
        assert_eq!(parse(&"9".repeat(1_000_000)), Err(TooLong));
        assert_eq!(parse(&"\u{200B}".repeat(1_000_000)), Err(TooLong));
    }

    #[test]
    fn fixed_lines_are_a_setting_and_toll_free_never_passes() {
        for text in ["+7 495 123-45-67", "8 812 123-45-67", "+7 343 123-45-67", "+7 7172 12-34-56", "+7 727 123-45-67"]
        {
            assert_eq!(parse(text), Err(PhoneError::NotMobile), "{text}");
            assert!(Phone::parse(text, ANY).is_ok(), "{text}");
        }
        for text in ["8 800 555-35-35", "8 809 555-35-35", "70000000000", "+7 188 123-45-67"] {
            assert_eq!(Phone::parse(text, ANY), Err(PhoneError::NotMobile), "{text}");
        }
        for text in ["+7 701 123-45-67", "8 777 123-45-67", "7001234567"] {
            assert!(parse(text).is_ok(), "Kazakh mobile {text}");
        }
    }

    #[test]
    fn a_number_of_another_country_without_a_plus_is_told_as_foreign() {
        for text in [
            "994501234567",
            "998 90 123-45-67",
            "375291234567",
            "380501234567",
            "996555123456",
            "992917123456",
            "995599123456",
            "37369123456",
            "37491123456",
            "99361123456",
            "905321234567",
            "8613812345678",
            "4915112345678",
            "491511234567",
            "447911123456",
            "00994501234567",
            "810 994 50 123-45-67",
            "00 1 202 555 01 43",
        ] {
            assert_eq!(parse(text), Err(PhoneError::Foreign), "{text}");
        }
        for text in
            ["791677953221", "8916779532212", "916779532212", "99677953221234", "9999999999999999", "4951234567891234"]
        {
            assert_eq!(parse(text), Err(PhoneError::TooLong), "{text}");
        }
    }

    #[test]
    fn a_prefix_of_the_settings_is_a_mobile_number_in_every_written_form() {
        let rules = PhoneRules { mobile_prefixes: MobilePrefixes::parse("001, 600, 709").unwrap(), ..MOBILE };
        for (text, digits) in [
            ("+7 001 123-45-67", "70011234567"),
            ("80011234567", "70011234567"),
            ("0011234567", "70011234567"),
            ("+7 600 123-45-67", "76001234567"),
            ("7091234567", "77091234567"),
            ("9167795322", "79167795322"),
        ] {
            assert_eq!(
                Phone::parse(text, rules).map(|phone| phone.digits().to_owned()).as_deref(),
                Ok(digits),
                "{text}"
            );
            let is_known = digits.starts_with("79");
            assert_eq!(Phone::parse(text, MOBILE).is_ok(), is_known, "{text}");
            assert!(Phone::parse(digits, PhoneRules::ANY).is_ok(), "{text}: what waits is read under any settings");
        }
        assert_eq!(Phone::parse("+7 002 123-45-67", rules), Err(PhoneError::NotMobile));
    }

    #[test]
    fn a_phone_is_shown_grouped_and_logged_masked() {
        let phone = Phone::parse("89167795322", MOBILE).unwrap();
        assert_eq!(phone.pretty(), "+7 916 779-53-22");
        assert_eq!(phone.masked(), "+7 ••• •••-••-22");
        assert_eq!(format!("{phone:?}"), "Phone(+7 ••• •••-••-22)");
        assert_eq!(Phone::parse(&phone.pretty(), MOBILE), Ok(phone));
        assert_eq!(Phone::unassignable().digits(), "70000000000");
    }

    #[test]
    fn typing_digit_by_digit_never_loses_or_reorders_one() {
        let typed =
            ["9167795322", "89167795322", "79167795322", "+79167795322", "+375291234567", "84951234567", "7011234567"];
        for whole in typed.iter().chain(&["99999999999999", "+7999999999999", "4951234567", "78", "8800555353512"]) {
            let mut field = String::new();
            let mut digits = String::new();
            for key in whole.chars() {
                field.push(key);
                field = format_as_typed(&field);
                digits.extend(key.is_ascii_digit().then_some(key));
                let shown: String = field.chars().filter(char::is_ascii_digit).collect();
                let swapped = format!("7{}", digits.get(1..).unwrap_or_default());
                let led = format!("7{digits}");
                assert!([&digits, &swapped, &led].contains(&&shown), "{whole}: {digits} is shown as {field:?}");
                assert_eq!(format_as_typed(&field), field, "{whole}: formatting again changes nothing");
            }
            if let Ok(phone) = Phone::parse(whole, ANY) {
                assert_eq!(Phone::parse(&field, ANY), Ok(phone), "{whole} shown as {field:?} is the same phone");
            }
        }
    }

    #[test]
    fn a_number_takes_its_form_while_it_is_typed() {
        let cases = [
            ("", ""),
            ("+", "+"),
            ("9", "+7 9"),
            ("8", "8"),
            ("89", "+7 9"),
            ("8916", "+7 916"),
            ("9167795", "+7 916 779-5"),
            ("849512", "849 512"),
            ("84951234567", "+7 495 123-45-67"),
            ("+7 ", "+7"),
            ("+44", "+44"),
            ("12025550143", "12025550143"),
            ("791677953221", "791677953221"),
            ("Anna", "Anna"),
            ("8+9", "8+9"),
        ];
        for (text, shown) in cases {
            assert_eq!(format_as_typed(text), shown, "{text:?}");
        }
    }
}
