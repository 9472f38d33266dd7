//! The language of the screens, as a tag.

use std::fmt;

/// A language tag such as `ru` or `uz-Latn`: 2 to 35 ASCII letters, digits and hyphens, kept as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag; none if the text has not the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let tag = text.trim();
        let is_tag = (2..=35).contains(&tag.len())
            && tag.starts_with(|c: char| c.is_ascii_alphabetic())
            && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_tag.then(|| Self(tag.to_owned()))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LanguageTag {
    fn default() -> Self {
        Self("ru".to_owned())
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_letters_digits_and_hyphens() {
        for tag in ["ru", "en", "uz-Latn", "en-GB", "x1"] {
            assert_eq!(LanguageTag::parse(&format!(" {tag} ")).unwrap().as_str(), tag);
        }
        for text in ["", "r", "1u", "-ru", "ру", "ru_RU", "ru/..", &"x".repeat(36)] {
            assert_eq!(LanguageTag::parse(text), None, "{text:?}");
        }
        assert_eq!(LanguageTag::default().to_string(), "ru");
    }
}
