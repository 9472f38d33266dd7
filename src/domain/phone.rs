//! A customer's phone: one number in one form, whatever way it was written.

use std::fmt;

use zeroize::Zeroizing;

/// A phone of the +7 numbering plan (Russia and Kazakhstan): 11 digits starting with 7.
///
/// The same form is shown, stored, compared and sent. SWiP turns a leading 8 into 7; this does it first.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Zeroizing<String>);

/// Which numbers of the plan a station accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhoneRules {
    /// Accept fixed-line numbers besides mobile ones.
    pub accept_landlines: bool,
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
        format!("+7 ••• •••-••-{}", &self.0[LENGTH - 2..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl PhoneRules {
    /// Whether the 10 digits after the country code may belong to a customer.
    fn accepts(self, national: &str) -> bool {
        is_mobile(national) || (self.accept_landlines && is_landline(national))
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
        match self.digits.len() {
            _ if self.has_plus && !self.digits.is_empty() && !leads_with('7') => Err(PhoneError::Foreign),
            LENGTH if leads_with('7') || leads_with('8') => Ok(Zeroizing::new(self.digits[1..].to_owned())),
            LENGTH => Err(PhoneError::Foreign),
            10 if !self.has_plus => Ok(self.digits),
            0..LENGTH => Err(PhoneError::TooShort),
            _ => Err(PhoneError::TooLong),
        }
    }
}

/// Whether a text holds nothing but what phones are written with; empty counts.
pub fn is_phone_like(text: &str) -> bool {
    text.chars().all(|c| ascii_digit(c).is_some() || is_plus(c) || is_punctuation(c))
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
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
