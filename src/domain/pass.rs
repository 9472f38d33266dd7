//! The id on a customer's loyalty pass.

use std::fmt;

use zeroize::Zeroizing;

/// A pass id: 1 to 64 characters of any script without controls, trimmed.
///
/// SWiP does not document the format, so nothing else is assumed.
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
        let trimmed = text.trim();
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
