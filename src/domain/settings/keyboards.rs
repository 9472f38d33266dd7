//! Which layouts the on-screen keyboard of a kiosk goes through.

use super::SettingError;
use crate::domain::language::LanguageTag;

/// The layouts by the tags of their languages, in order, none twice; none at all for those of the screens' languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyboardLayouts(Vec<LanguageTag>);

impl KeyboardLayouts {
    /// Nobody finds a letter among more.
    const MOST: usize = 8;

    /// Tags with commas. Whether there is such a layout, only the program with all its languages knows.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let mut tags = Vec::new();
        for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
            let tag = LanguageTag::parse(part).ok_or(SettingError::UnknownValue)?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > Self::MOST {
            return Err(SettingError::TooLong);
        }
        Ok(Self(tags))
    }

    /// The tags.
    pub fn tags(&self) -> &[LanguageTag] {
        &self.0
    }

    /// As it is parsed.
    pub fn as_text(&self) -> String {
        self.0.iter().map(LanguageTag::as_str).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_tags_in_order_and_none_stands_twice() {
        for (text, shown) in [("", ""), ("kk", "kk"), ("ru,kk ,tt", "ru, kk, tt"), ("ru, kk, ru", "ru, kk")] {
            assert_eq!(KeyboardLayouts::parse(text).unwrap().as_text(), shown);
        }
        assert_eq!(KeyboardLayouts::parse("ru, 1"), Err(SettingError::UnknownValue));
        assert_eq!(KeyboardLayouts::parse("aa ab ac ad ae af ag ah ai"), Err(SettingError::TooLong));
    }
}
