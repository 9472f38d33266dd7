//! The letters and words of the on-screen keyboard.

use super::{Catalogue, Texts};

/// What a language says about its keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyboardTexts {
    /// The language's tag.
    pub tag: String,
    /// Its name for itself.
    pub name: String,
    /// Its letters, a line a row; empty if it has none of its own.
    pub letters: String,
    /// The signs that stand in its names.
    pub signs: String,
    /// `-`
    pub hyphen: String,
    /// `'`
    pub apostrophe: String,
    /// The space bar.
    pub space: String,
    /// The key for capitals.
    pub shift: String,
    /// The key that erases.
    pub backspace: String,
    /// The keys that switch to each of the languages, in their order.
    pub switch: Vec<String>,
    /// The key to the next field.
    pub next: String,
}

impl Catalogue {
    /// The keyboard of every language.
    pub fn keyboards(&self) -> Vec<KeyboardTexts> {
        let names: Vec<String> = self.languages().into_iter().map(|(_, name)| name).collect();
        self.languages.values().map(|texts| keyboard(texts, &names)).collect()
    }
}

fn keyboard(texts: &Texts, names: &[String]) -> KeyboardTexts {
    let text = |text: std::borrow::Cow<'_, str>| text.into_owned();
    KeyboardTexts {
        tag: texts.tag().to_string(),
        name: texts.language_name(),
        letters: texts.own("keyboard-letters").unwrap_or_default(),
        signs: text(texts.get("keyboard-signs")),
        hyphen: text(texts.get("keyboard-hyphen")),
        apostrophe: text(texts.get("keyboard-apostrophe")),
        space: text(texts.get("keyboard-space")),
        shift: text(texts.get("keyboard-shift")),
        backspace: text(texts.get("keyboard-backspace")),
        switch: names
            .iter()
            .map(|name| text(texts.with("keyboard-switch", &[("name", name.as_str().into())])))
            .collect(),
        next: text(texts.get("keyboard-next")),
    }
}
