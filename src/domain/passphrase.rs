//! The words that seal a queue for another machine.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// A passphrase: 12 characters to 1,024 bytes without controls, wiped from memory when dropped.
///
/// NFC, because keyboards differ in how they write one letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

/// Why a text is not a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was given.
    #[error("the passphrase is empty")]
    Empty,
    /// Too few characters to keep anything.
    #[error("the passphrase is too short")]
    TooShort,
    /// Longer than anybody would type.
    #[error("the passphrase is too long")]
    TooLong,
    /// A control character, a second line too.
    #[error("the passphrase holds a control character")]
    UnexpectedCharacter,
}

/// The shortest passphrase, in characters.
pub const SHORTEST_CHARS: usize = 12;
/// The longest passphrase, in bytes.
pub const LONGEST_BYTES: usize = 1024;

impl Passphrase {
    /// Reads a passphrase; every space in it counts.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, PassphraseError> {
        // Checked before normalising: NFC of a hostile text may be costly.
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.len() > LONGEST_BYTES {
            return Err(PassphraseError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(PassphraseError::UnexpectedCharacter);
        }
        // Roomy enough that no half of it is left behind when it grows.
        let mut normal = Zeroizing::new(String::with_capacity(3 * LONGEST_BYTES));
        normal.extend(text.nfc());
        if normal.len() > LONGEST_BYTES {
            Err(PassphraseError::TooLong)
        } else if normal.chars().count() < SHORTEST_CHARS {
            Err(PassphraseError::TooShort)
        } else {
            Ok(Self(normal))
        }
    }

    /// The secret itself: for the key derivation only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(•••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_characters_of_any_script_are_enough() {
        for text in ["correct horse", "двенадцать!!", " twelve chars"] {
            assert_eq!(Passphrase::parse(text).unwrap().expose(), text);
        }
        assert_eq!(Passphrase::parse("одиннадцать"), Err(PassphraseError::TooShort));
        assert_eq!(Passphrase::parse(""), Err(PassphraseError::Empty));
        assert_eq!(Passphrase::parse("two lines\nof it"), Err(PassphraseError::UnexpectedCharacter));
        assert_eq!(Passphrase::parse(&"x".repeat(1025)), Err(PassphraseError::TooLong));
        assert!(Passphrase::parse(&"x".repeat(1024)).is_ok());
    }

    #[test]
    fn one_letter_written_in_two_ways_is_one() {
        assert_eq!(Passphrase::parse("чёрный лебедь"), Passphrase::parse("че\u{308}рный лебедь"));
    }

    #[test]
    fn it_is_never_shown() {
        assert_eq!(format!("{:?}", Passphrase::parse("correct horse")), "Ok(Passphrase(•••))");
    }
}
