//! A person's first or last name.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

/// A name as SWiP gets it: NFC, trimmed, 1 to 64 graphemes, letters of any script with their marks, space,
/// apostrophe, hyphen and full stop.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(Zeroizing<String>);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// More than 64 graphemes or 256 bytes.
    #[error("the name is too long")]
    TooLong,
    /// A digit, sign, emoji, control or text-direction character.
    #[error("the name holds a character that names are not written with")]
    UnexpectedCharacter,
    /// Signs only, or marks piled on one letter.
    #[error("the name is not made of letters")]
    NotAName,
}

/// The longest name, in graphemes.
pub const LONGEST_GRAPHEMES: usize = 64;
/// The longest name, in bytes of UTF-8.
pub const LONGEST_BYTES: usize = 256;
/// Marks allowed on one letter; real scripts need two.
const MOST_MARKS: usize = 2;

impl PersonName {
    /// Reads a name; nothing but white space is no name, which is fine because names are optional.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Option<Self>, NameError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        // Checked before normalising: NFC of a hostile text may be costly.
        if trimmed.len() > LONGEST_BYTES {
            return Err(NameError::TooLong);
        }
        let name = Zeroizing::new(trimmed.nfc().collect::<String>());
        if name.len() > LONGEST_BYTES || name.graphemes(true).count() > LONGEST_GRAPHEMES {
            return Err(NameError::TooLong);
        }
        check_characters(&name)?;
        Ok(Some(Self(name)))
    }

    /// The name as sent to SWiP.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(•••)")
    }
}

fn check_characters(name: &str) -> Result<(), NameError> {
    let mut marks = MOST_MARKS;
    let mut has_letter = false;
    for c in name.chars() {
        match c.general_category_group() {
            GeneralCategoryGroup::Letter => {
                has_letter = true;
                marks = 0;
            }
            GeneralCategoryGroup::Mark if marks < MOST_MARKS => marks += 1,
            GeneralCategoryGroup::Mark => return Err(NameError::NotAName),
            _ if is_joiner(c) => marks = MOST_MARKS,
            _ => return Err(NameError::UnexpectedCharacter),
        }
    }
    if has_letter { Ok(()) } else { Err(NameError::NotAName) }
}

/// The signs between the parts of a name.
fn is_joiner(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\'' | '\u{2018}' | '\u{2019}' | '-' | '\u{2010}' | '\u{2011}' | '.')
}
