//! The id on a customer's loyalty pass.

use std::fmt;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use zeroize::Zeroizing;

use super::name::plain_sign;
use super::phone::ascii_digit;

/// A pass id: 1 to 64 characters of any script without controls, trimmed.
///
/// SWiP does not document the format, so nothing else is assumed. What a text that was copied has for a digit, a hyphen or a space is
/// read as that, and what cannot be seen is left out: it would be another pass.
#[derive(Clone, PartialEq, Eq)]
pub struct PassId(Zeroizing<String>);

/// Why a text is not a pass id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// Nothing but white space.
    #[error("the pass is empty")]
    Empty,
    /// More than 64 characters.
    #[error("the pass is too long")]
    TooLong,
    /// A control character.
    #[error("the pass holds a control character")]
    UnexpectedCharacter,
}

/// The longest pass id, in characters.
pub const LONGEST: usize = 64;

impl PassId {
    /// Reads a pass id.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, PassError> {
        let plain: Zeroizing<String> = Zeroizing::new(text.chars().filter_map(plain).collect());
        let trimmed = plain.trim();
        if trimmed.is_empty() {
            return Err(PassError::Empty);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(PassError::UnexpectedCharacter);
        }
        if trimmed.chars().count() > LONGEST {
            return Err(PassError::TooLong);
        }
        Ok(Self(Zeroizing::new(trimmed.to_owned())))
    }

    /// The id as sent to SWiP.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last two characters hidden; an id of three or fewer is hidden whole.
    pub fn masked(&self) -> String {
        let length = self.0.chars().count();
        let shown = if length > 3 { 2 } else { 0 };
        let tail: String = self.0.chars().skip(length - shown).collect();
        format!("•••{tail}")
    }
}

/// What a character stands for; `None` for one that cannot be seen.
fn plain(c: char) -> Option<char> {
    if let Some(digit) = ascii_digit(c) {
        return Some(digit);
    }
    if ('\u{FF01}'..='\u{FF5E}').contains(&c) {
        return char::from_u32(u32::from(c) - 0xFEE0);
    }
    match plain_sign(c) {
        Some(sign @ ('-' | ' ')) => Some(sign),
        Some(_) if c.general_category() != GeneralCategory::Format => Some(c),
        _ => None,
    }
}

impl fmt::Debug for PassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PassId({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_without_controls_is_a_pass() {
        for text in
            ["1", "4006381333931", "SWIP-0001", "Карта 7+1/4&5%", "#&+ %=?", "会員", &"x".repeat(64), &"я".repeat(64)]
        {
            assert_eq!(PassId::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(PassId::parse("\r\n 12 34\t").unwrap().as_str(), "12 34", "trimmed, inner spaces kept");
    }

    #[test]
    fn signs_that_look_like_those_of_a_pass_are_those_and_what_cannot_be_seen_is_no_part_of_it() {
        for text in [
            "４００６３８１３３３９３１",
            "٤٠٠٦٣٨١٣٣٣٩٣١",
            "\u{feff}4006381333931",
            "4006381333931\u{200b}",
            "\u{200e}4006381333931\u{200f}",
            "\u{202a}4006381333931\u{202c}",
            "40063\u{ad}81333931\u{a0}",
        ] {
            assert_eq!(PassId::parse(text).unwrap().as_str(), "4006381333931", "{text:?}");
        }
        for text in ["SWIP\u{2011}0001", "ＳＷＩＰ－０００１", "SWIP–0001", "SWIP\u{2212}0001\u{2060}"] {
            assert_eq!(PassId::parse(text).unwrap().as_str(), "SWIP-0001", "{text:?}");
        }
        assert_eq!(PassId::parse("12\u{a0}34").unwrap().as_str(), "12 34");
        assert_eq!(PassId::parse("\u{200b}\u{feff}"), Err(PassError::Empty));
    }

    #[test]
    fn empty_long_and_control_texts_are_no_pass() {
        assert_eq!(PassId::parse(" \t"), Err(PassError::Empty));
        assert_eq!(PassId::parse(&"я".repeat(65)), Err(PassError::TooLong));
        for text in ["a\0b", "a\nb", "a\u{1B}b", "a\u{7F}b", "a\u{85}b"] {
            assert_eq!(PassId::parse(text), Err(PassError::UnexpectedCharacter), "{text:?}");
        }
    }

    #[test]
    fn a_pass_shows_its_last_two_characters_if_that_hides_enough() {
        let masked = |text: &str| PassId::parse(text).unwrap().masked();
        assert_eq!(masked("4006381333931"), "•••31");
        assert_eq!(masked("1234"), "•••34");
        assert_eq!(masked("Карта"), "•••та");
        assert_eq!(masked("123"), "•••");
        assert_eq!(format!("{:?}", PassId::parse("4006381333931").unwrap()), "PassId(•••31)");
    }
}
