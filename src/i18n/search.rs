//! Finds settings by what people remember of them.

use super::{Texts, setting_hint, setting_label, setting_word};
use crate::domain::SettingKey;
use crate::domain::settings::SettingKind;

/// Words that all have to be there; large and small letters are the same, and so are ё and е.
#[derive(Debug)]
pub struct SettingSearch {
    words: Vec<String>,
}

impl SettingSearch {
    /// The words of a text.
    pub fn new(query: &str) -> Self {
        Self { words: fold(query).split_whitespace().map(str::to_owned).collect() }
    }

    /// Whether every word is somewhere in these texts.
    pub fn finds(&self, texts: &[&str]) -> bool {
        let texts = fold(&texts.join("\n"));
        self.words.iter().all(|word| texts.contains(word))
    }

    /// Whether a setting on the card `title` is found: by its label, its hint, its name in files or what it can be set to.
    pub fn finds_setting(&self, texts: &Texts, key: SettingKey, title: &str) -> bool {
        let entry = key.entry();
        let mut told = vec![title.to_owned(), entry.name.to_owned(), setting_label(texts, key).into_owned()];
        told.extend(setting_hint(texts, key).map(std::borrow::Cow::into_owned));
        if let SettingKind::OneOf(words) = entry.kind {
            told.extend(words.iter().map(|word| setting_word(texts, key, word).into_owned()));
        }
        self.finds(&told.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LanguageTag;
    use crate::i18n::Catalogue;

    fn found(language: &str, query: &str) -> Vec<SettingKey> {
        let catalogue = Catalogue::built_in();
        let texts = catalogue.texts(&LanguageTag::parse(language).unwrap()).unwrap();
        let search = SettingSearch::new(query);
        SettingKey::ALL.iter().copied().filter(|key| search.finds_setting(texts, *key, "")).collect()
    }

    #[test]
    fn every_setting_is_found_by_its_label_its_hint_and_its_name_however_they_are_written() {
        let catalogue = Catalogue::built_in();
        for language in ["ru", "en"] {
            let texts = catalogue.texts(&LanguageTag::parse(language).unwrap()).unwrap();
            for key in SettingKey::ALL {
                let label = setting_label(texts, *key).into_owned();
                let hint = setting_hint(texts, *key).unwrap_or_default().into_owned();
                for query in [label.to_uppercase(), label.replace('е', "ё"), hint, key.name().to_owned()] {
                    assert!(found(language, &query).contains(key), "{language} {query}");
                }
            }
        }
    }

    #[test]
    fn every_word_has_to_be_there() {
        assert_eq!(found("en", "serial PORT"), [SettingKey::ScannerPort]);
        assert_eq!(found("en", "serial birthday"), []);
        assert!(found("ru", "лет").contains(&SettingKey::MinimumAge));
    }
}
