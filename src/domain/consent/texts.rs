//! The texts that customers agree to, by purpose and language, and the form in which files hold them.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Asked, Purpose};
use crate::domain::{LanguageTag, SettingError};

/// The texts of a station, at most one version a purpose. None at all is what a station starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentTexts(Vec<ConsentText>);

/// The text of one purpose, in one language at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    purpose: Purpose,
    version: Arc<str>,
    /// The first one stands in for a language that is not there.
    languages: Vec<(LanguageTag, Arc<str>)>,
}

/// Which part of a text is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentField {
    /// No purpose of ours.
    Purpose,
    /// No version, or another one than in the other languages.
    Version,
    /// No language, or one that is there already.
    Language,
    /// No text.
    Text,
}

/// The version of the program's own texts. A merchant's versions never start like it.
pub const WORDS_OF_OURS: &str = "built-in-1";
/// The most one text may have, in characters.
pub const LONGEST_TEXT: usize = 8_000;
/// The most all texts may have with their headings, in bytes of UTF-8.
pub const LONGEST_TEXTS: usize = 64 * 1024;

const RESERVED: &str = "built-in";
const LONGEST_VERSION: usize = 40;

impl ConsentTexts {
    /// Reads the form that files hold: a heading `[purpose version language]` on a line of its own, then the text.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        if text.len() > LONGEST_TEXTS {
            return Err(SettingError::TooLong);
        }
        let mut texts = Self::default();
        let mut heading: Option<[&str; 3]> = None;
        let mut body = String::new();
        for line in text.lines() {
            if let Some(words) = heading_of(line) {
                texts.finish(heading.take(), &body)?;
                body.clear();
                heading = Some(words.try_into().map_err(|_| SettingError::UnknownValue)?);
            } else {
                body.push_str(line);
                body.push('\n');
            }
        }
        texts.finish(heading, &body)?;
        Ok(texts)
    }

    fn finish(&mut self, heading: Option<[&str; 3]>, body: &str) -> Result<(), SettingError> {
        match heading {
            Some([purpose, version, language]) => {
                self.add(purpose, version, language, body).map_err(|(_, error)| error)
            }
            None if body.trim().is_empty() => Ok(()),
            // Words that belong to nothing.
            None => Err(SettingError::UnknownValue),
        }
    }

    /// Adds the text of one purpose in one language. Space around it, and at the ends of lines, is dropped.
    ///
    /// # Errors
    /// Which part is wrong, and why.
    pub fn add(
        &mut self,
        purpose: &str,
        version: &str,
        language: &str,
        text: &str,
    ) -> Result<(), (ConsentField, SettingError)> {
        let purpose = Purpose::of_name(purpose).ok_or((ConsentField::Purpose, SettingError::UnknownValue))?;
        check_version(version).map_err(|error| (ConsentField::Version, error))?;
        let tag = LanguageTag::parse(language).ok_or((ConsentField::Language, SettingError::UnknownValue))?;
        let text = tidy(text).map_err(|error| (ConsentField::Text, error))?;
        self.put(purpose, version, tag, &text)?;
        if self.as_text().len() > LONGEST_TEXTS {
            return Err((ConsentField::Text, SettingError::TooLong));
        }
        Ok(())
    }

    fn put(
        &mut self,
        purpose: Purpose,
        version: &str,
        tag: LanguageTag,
        text: &str,
    ) -> Result<(), (ConsentField, SettingError)> {
        let text = (tag, Arc::from(text));
        match self.0.iter_mut().find(|known| known.purpose == purpose) {
            None => self.0.push(ConsentText { purpose, version: Arc::from(version), languages: vec![text] }),
            Some(known) if *known.version != *version => {
                return Err((ConsentField::Version, SettingError::GivenTwice));
            }
            Some(known) if known.languages.iter().any(|(tag, _)| *tag == text.0) => {
                return Err((ConsentField::Language, SettingError::GivenTwice));
            }
            Some(known) => known.languages.push(text),
        }
        Ok(())
    }

    /// The program's own texts, under its own version; what is there already stays.
    pub fn of_ours(texts: impl IntoIterator<Item = (Purpose, LanguageTag, String)>) -> Self {
        let mut ours = Self::default();
        for (purpose, language, text) in texts {
            // Nothing but a language that is there twice can be wrong with it.
            let _ = ours.put(purpose, WORDS_OF_OURS, language, text.trim());
        }
        ours
    }

    /// The form that files hold; [`Self::parse`] reads it back.
    pub fn as_text(&self) -> String {
        let mut whole = String::new();
        for text in &self.0 {
            for (language, words) in &text.languages {
                let gap = if whole.is_empty() { "" } else { "\n" };
                // Writing to memory cannot fail.
                let _ = writeln!(whole, "{gap}[{} {} {language}]\n{words}", text.purpose.name(), text.version);
            }
        }
        whole
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text for a purpose.
    pub fn of(&self, purpose: Purpose) -> Option<&ConsentText> {
        self.0.iter().find(|text| text.purpose == purpose)
    }

    /// Every text, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &ConsentText> {
        self.0.iter()
    }
}

impl ConsentText {
    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Which version it is.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every language it is in, the one that stands in for others first.
    pub fn languages(&self) -> impl Iterator<Item = &LanguageTag> {
        self.languages.iter().map(|(tag, _)| tag)
    }

    /// The text as a screen in this language shows it.
    pub fn asked(&self, language: &LanguageTag) -> Asked {
        let found = self.languages.iter().find(|(tag, _)| tag == language).or(self.languages.first());
        let (language, text) = found.cloned().unwrap_or_else(|| (language.clone(), Arc::from("")));
        Asked { purpose: self.purpose, version: Arc::clone(&self.version), language, text }
    }
}

/// The words of a line that is a heading; a good one has three.
fn heading_of(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim_end().strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split_whitespace().collect())
}

fn check_version(version: &str) -> Result<(), SettingError> {
    if version.is_empty() {
        return Err(SettingError::Empty);
    }
    if version.len() > LONGEST_VERSION {
        return Err(SettingError::TooLong);
    }
    if !version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        return Err(SettingError::UnexpectedCharacter);
    }
    if version.starts_with(RESERVED) { Err(SettingError::UnknownValue) } else { Ok(()) }
}

/// The text without space that nobody sees, which would change its hash.
fn tidy(text: &str) -> Result<String, SettingError> {
    let lines: Vec<_> = text.trim().lines().map(str::trim_end).collect();
    if lines.iter().any(|line| heading_of(line).is_some()) {
        return Err(SettingError::UnexpectedCharacter);
    }
    let tidied = lines.join("\n");
    if tidied.is_empty() {
        return Err(SettingError::Empty);
    }
    if tidied.chars().count() > LONGEST_TEXT {
        return Err(SettingError::TooLong);
    }
    if tidied.chars().any(|c| c.is_control() && c != '\n') {
        return Err(SettingError::UnexpectedCharacter);
    }
    Ok(tidied)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &str = "[personal_data 2026-01 ru]\nЯ согласен.\n\nВторой абзац.\n\n[personal_data 2026-01 en]\nI agree.\n\n\
                        [marketing 3 en]\nAdvertising.\n";

    fn shown(texts: &ConsentTexts, purpose: Purpose, language: &str) -> (String, String) {
        let asked = texts.of(purpose).unwrap().asked(&LanguageTag::parse(language).unwrap());
        (asked.language.to_string(), asked.text.to_string())
    }

    #[test]
    fn texts_are_found_by_language_and_the_first_stands_in() {
        let texts = ConsentTexts::parse(BOTH).unwrap();
        let pair = |language: &str, text: &str| (language.to_owned(), text.to_owned());
        assert_eq!(shown(&texts, Purpose::PersonalData, "en"), pair("en", "I agree."));
        assert_eq!(shown(&texts, Purpose::PersonalData, "kk"), pair("ru", "Я согласен.\n\nВторой абзац."));
        assert_eq!(shown(&texts, Purpose::Marketing, "ru"), pair("en", "Advertising."));
        assert_eq!(texts.of(Purpose::Terms), None);
        assert_eq!(texts.of(Purpose::PersonalData).unwrap().version(), "2026-01");
    }

    #[test]
    fn the_form_of_files_leads_back() {
        let texts = ConsentTexts::parse(BOTH).unwrap();
        assert_eq!(texts.as_text(), BOTH);
        assert_eq!(ConsentTexts::parse(&texts.as_text()), Ok(texts));
        assert_eq!(ConsentTexts::parse(" \n"), Ok(ConsentTexts::default()));
        assert_eq!(ConsentTexts::default().as_text(), "");
        let crlf = BOTH.replace('\n', "  \r\n");
        assert_eq!(ConsentTexts::parse(&crlf).unwrap().as_text(), BOTH, "unseen space has no say");
    }

    #[test]
    fn every_broken_rule_is_told() {
        use SettingError::{Empty, GivenTwice, TooLong, UnexpectedCharacter, UnknownValue};
        let long = format!("[terms 1 ru]\n{}", "x".repeat(LONGEST_TEXT + 1));
        let many = format!("[terms 1 ru]\n{}", "x\n".repeat(LONGEST_TEXTS));
        for (text, error) in [
            ("words of nothing", UnknownValue),
            ("[terms 1]\nx", UnknownValue),
            ("[sales 1 ru]\nx", UnknownValue),
            ("[terms 1 русский]\nx", UnknownValue),
            ("[terms built-in-1 ru]\nx", UnknownValue),
            ("[terms 1,5 ru]\nx", UnexpectedCharacter),
            ("[terms 1 ru]\nx\u{7}", UnexpectedCharacter),
            ("[terms 1 ru]\n \n", Empty),
            ("[terms 1 ru]\nx\n[terms 2 en]\nx", GivenTwice),
            ("[terms 1 ru]\nx\n[terms 1 ru]\ny", GivenTwice),
            (long.as_str(), TooLong),
            (many.as_str(), TooLong),
        ] {
            assert_eq!(ConsentTexts::parse(text), Err(error), "{:?}", text.get(..40).unwrap_or(text));
        }
        let mut texts = ConsentTexts::default();
        let heading = texts.add("terms", "1", "ru", "a\n[terms 1 en]\nb");
        assert_eq!(heading, Err((ConsentField::Text, UnexpectedCharacter)), "a text cannot smuggle another in");
        let versions = ["", &"1".repeat(41)].map(|version| texts.add("terms", version, "ru", "x").unwrap_err());
        assert_eq!(versions, [(ConsentField::Version, Empty), (ConsentField::Version, TooLong)]);
    }

    #[test]
    fn what_all_texts_take_has_a_limit_however_they_come() {
        let mut texts = ConsentTexts::default();
        let text = "щ".repeat(LONGEST_TEXT);
        let added = ["ru", "en", "kk", "be"].map(|language| texts.add("terms", "1", language, &text).is_ok());
        assert_eq!(added, [true; 4]);
        assert_eq!(texts.add("terms", "1", "uz", &text), Err((ConsentField::Text, SettingError::TooLong)));
    }
}
