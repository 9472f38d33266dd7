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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<String>, NameError> {
        PersonName::parse(text).map(|name| name.map(|name| name.as_str().to_owned()))
    }

    #[test]
    fn names_of_many_scripts_are_names() {
        let names = [
            "Анна",
            "Анна-Мария",
            "Jean Paul",
            "O'Neill",
            "O\u{2019}Neill",
            "Әлия",
            "Nguyễn Thị",
            "नहीं",
            "李小龍",
            "محمد",
            "И. И.",
            "ß",
            "Hawai\u{2BB}i",
        ];
        for name in names {
            assert_eq!(parse(name), Ok(Some(name.to_owned())), "{name}");
        }
    }

    #[test]
    fn a_name_is_trimmed_and_composed_and_nothing_is_no_name() {
        assert_eq!(parse(" \u{A0}Семе\u{308}н\t"), Ok(Some("Сем\u{451}н".to_owned())));
        assert_eq!(parse("Zoe\u{308}"), Ok(Some("Zo\u{EB}".to_owned())));
        assert_eq!(parse(" \u{A0}\n\t"), Ok(None));
        assert_eq!(parse(""), Ok(None));
    }

    #[test]
    fn hostile_texts_are_refused() {
        let unexpected = [
            "Анна\u{202E}",
            "\u{2066}Анна\u{2069}",
            "\u{200F}Анна",
            "Ан\u{200B}на",
            "Ан\u{200D}на",
            "Ан\u{FEFF}на",
            "Анна1",
            "Анна٣",
            "'; DROP TABLE customers",
            "=cmd",
            "+1",
            "@SUM",
            "Анна😀",
            "👩‍👩‍👧",
            "Ан\nна",
            "Ан\0на",
            "Ан\tна",
            "Анна\u{E000}",
            "Анна\u{378}",
            "<b>",
            "a\"b",
            "a\\b",
            "a,b",
            "a_b",
            "A\u{2028}B",
            "Анна\u{E0041}",
        ];
        for text in unexpected {
            assert_eq!(parse(text), Err(NameError::UnexpectedCharacter), "{text:?}");
        }
        let no_names = ["-", "'", ". .", "\u{301}а", "-\u{301}а", "а\u{316}\u{317}\u{318}", "Z\u{489}\u{489}\u{489}"];
        for text in no_names {
            assert_eq!(parse(text), Err(NameError::NotAName), "{text:?}");
        }
        let storm = format!("Z{}", "\u{335}".repeat(100));
        assert_eq!(parse(&storm), Err(NameError::NotAName));
    }

    #[test]
    fn sixty_four_graphemes_or_256_bytes_are_the_limit() {
        assert!(parse(&"я".repeat(64)).is_ok());
        assert_eq!(parse(&"я".repeat(65)), Err(NameError::TooLong));
        // Two code points a letter even when composed: graphemes count, not code points.
        assert!(parse(&"й\u{301}".repeat(64)).is_ok());
        assert_eq!(parse(&"й\u{301}".repeat(65)), Err(NameError::TooLong));
        assert!(parse(&"\u{20000}".repeat(64)).is_ok());
        assert_eq!(parse(&"я\u{316}\u{301}".repeat(50)), Err(NameError::TooLong), "bytes");
        assert_eq!(parse(&"😀".repeat(100_000)), Err(NameError::TooLong));
    }

    #[test]
    fn normalising_a_name_again_changes_nothing() {
        for text in ["Семе\u{308}н", "A\u{30A}sa", "각", "\u{1100}\u{1161}\u{11A8}", " Анна "] {
            let once = parse(text).unwrap().unwrap();
            assert_eq!(parse(&once), Ok(Some(once)));
        }
    }

    #[test]
    fn debug_output_keeps_the_name_to_itself() {
        assert_eq!(format!("{:?}", PersonName::parse("Анна").unwrap()), "Some(PersonName(•••))");
    }
}
