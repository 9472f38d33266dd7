//! A person's first or last name.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

/// A name as SWiP gets it: NFC, trimmed, 1 to 64 graphemes, letters of any script with their marks, single spaces,
/// apostrophe, hyphen and full stop. What keyboards and office programs put for these signs is read as them.
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
        let name = with_plain_signs(trimmed);
        if name.is_empty() {
            return Ok(None);
        }
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
    matches!(c, ' ' | '\'' | '-' | '.')
}

/// The text in NFC with look-alikes as the plain sign, single spaces and nothing invisible.
fn with_plain_signs(text: &str) -> Zeroizing<String> {
    // Composed first, which makes some look-alikes of others, and last: what was between a letter and its mark may be gone.
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    for sign in text.nfc().filter_map(plain_sign) {
        if sign != ' ' || !(plain.is_empty() || plain.ends_with(' ')) {
            plain.push(sign);
        }
    }
    Zeroizing::new(plain.trim_end().nfc().collect())
}

/// What a sign stands for; `None` for one that cannot be seen. Marks of direction that reorder what follows stay, to be refused.
pub(super) fn plain_sign(c: char) -> Option<char> {
    match c {
        // Grave and acute accents, quotes, primes, and the letters that are written for an apostrophe in many languages.
        '`'
        | '\u{B4}'
        | '\u{2B9}'
        | '\u{2BB}'..='\u{2BF}'
        | '\u{2C8}'
        | '\u{2CA}'
        | '\u{2CB}'
        | '\u{384}'
        | '\u{55A}'
        | '\u{5F3}'
        | '\u{2018}'..='\u{201B}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{A78B}'
        | '\u{A78C}'
        | '\u{FF07}'
        | '\u{FF40}' => Some('\''),
        '\u{2D7}' | '\u{2043}' | '\u{2212}' => Some('-'),
        // Letters of full width, and the full stop among them.
        '\u{FF0E}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{AD}'
        | '\u{34F}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => None,
        _ => match c.general_category() {
            GeneralCategory::DashPunctuation => Some('-'),
            GeneralCategory::SpaceSeparator => Some(' '),
            _ => Some(c),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<String>, NameError> {
        PersonName::parse(text).map(|name| name.map(|name| name.as_str().to_owned()))
    }

    #[test]
    fn names_of_many_scripts_are_names() {
        let names =
            ["Анна", "Анна-Мария", "Jean Paul", "O'Neill", "Әлия", "Nguyễn Thị", "नहीं", "李小龍", "محمد", "И. И.", "ß"];
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
    fn signs_that_look_like_an_apostrophe_a_hyphen_or_a_space_are_those() {
        let apostrophes = "'`´‘’‚‛′‵ʹʻʼʽʾʿˈˊˋ՚׳＇｀ꞌ\u{384}\u{1FEF}\u{1FFD}\u{374}";
        for sign in apostrophes.chars() {
            assert_eq!(parse(&format!("O{sign}ktam")), Ok(Some("O'ktam".to_owned())), "{sign:?}");
        }
        for sign in "-‐‑‒–—―−⁃﹘﹣－˗־᠆⸺".chars() {
            assert_eq!(parse(&format!("Анна{sign}Мария")), Ok(Some("Анна-Мария".to_owned())), "{sign:?}");
        }
        for sign in " \u{A0}\u{1680}\u{2000}\u{2003}\u{2007}\u{2009}\u{200A}\u{202F}\u{205F}\u{3000}".chars() {
            for text in [format!("Жан{sign}Поль"), format!("{sign}Жан{sign} {sign}Поль{sign}{sign}")] {
                assert_eq!(parse(&text), Ok(Some("Жан Поль".to_owned())), "{sign:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_name() {
        for sign in "\u{AD}\u{34F}\u{180E}\u{200B}\u{200C}\u{200D}\u{200E}\u{200F}\u{2060}\u{FE0F}\u{FEFF}".chars() {
            for text in [format!("{sign}Ан{sign}на{sign}"), format!(" {sign} Анна {sign} ")] {
                assert_eq!(parse(&text), Ok(Some("Анна".to_owned())), "{sign:?}");
            }
            assert_eq!(parse(&sign.to_string()), Ok(None), "{sign:?}");
            assert_eq!(parse(&format!("е{sign}\u{308}")), Ok(Some("ё".to_owned())), "{sign:?}");
            assert_eq!(parse(&format!("Жан {sign} Поль")), Ok(Some("Жан Поль".to_owned())), "{sign:?}");
        }
    }

    #[test]
    fn hostile_texts_are_refused() {
        let unexpected = [
            "Анна\u{202E}",
            "\u{2066}Анна\u{2069}",
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
        for text in [
            "Семе\u{308}н",
            "A\u{30A}sa",
            "각",
            "\u{1100}\u{1161}\u{11A8}",
            " Анна ",
            "O‘ktam – 2".trim_end_matches(" 2"),
            "а\u{200B}\u{301}",
        ] {
            let once = parse(text).unwrap().unwrap();
            assert_eq!(parse(&once), Ok(Some(once)));
        }
    }

    #[test]
    fn debug_output_keeps_the_name_to_itself() {
        assert_eq!(format!("{:?}", PersonName::parse("Анна").unwrap()), "Some(PersonName(•••))");
    }
}
