//! The letters and words of the on-screen keyboard.

use super::{Catalogue, Texts};
use crate::domain::LanguageTag;

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
    /// What each sign is called.
    pub sign_names: Vec<(char, String)>,
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
    /// The key that puts the keyboard away.
    pub hide: String,
    /// The keys between its pages.
    pub pages: PageTexts,
}

/// What the keys between the pages are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTexts {
    /// The key to the page of signs.
    pub signs: String,
    /// The key back to the letters.
    pub letters: String,
    /// What is written on that key.
    pub abc: String,
}

/// The signs that have a name, each with its message.
const SIGNS: [(char, &str); 30] = [
    ('.', "keyboard-sign-dot"),
    ('-', "keyboard-hyphen"),
    ('_', "keyboard-sign-underscore"),
    ('/', "keyboard-sign-slash"),
    (':', "keyboard-sign-colon"),
    ('@', "keyboard-sign-at"),
    ('#', "keyboard-sign-number"),
    ('%', "keyboard-sign-percent"),
    ('&', "keyboard-sign-and"),
    ('=', "keyboard-sign-equals"),
    ('+', "keyboard-sign-plus"),
    ('?', "keyboard-sign-question"),
    ('!', "keyboard-sign-exclamation"),
    ('(', "keyboard-sign-left-parenthesis"),
    (')', "keyboard-sign-right-parenthesis"),
    ('[', "keyboard-sign-left-bracket"),
    (']', "keyboard-sign-right-bracket"),
    ('{', "keyboard-sign-left-brace"),
    ('}', "keyboard-sign-right-brace"),
    ('~', "keyboard-sign-tilde"),
    (',', "keyboard-sign-comma"),
    (';', "keyboard-sign-semicolon"),
    ('\'', "keyboard-apostrophe"),
    ('\u{2019}', "keyboard-apostrophe"),
    ('"', "keyboard-sign-quotation"),
    ('*', "keyboard-sign-asterisk"),
    ('\\', "keyboard-sign-backslash"),
    ('|', "keyboard-sign-bar"),
    ('$', "keyboard-sign-dollar"),
    ('^', "keyboard-sign-caret"),
];

/// Letters of languages that no screen speaks: the language's name, then its keys.
const SPARE: [(&str, &str); 2] =
    [("kk", include_str!("../../assets/keyboards/kk.txt")), ("tt", include_str!("../../assets/keyboards/tt.txt"))];

impl Catalogue {
    /// The keyboard of every language, and spare ones.
    pub fn keyboards(&self) -> Vec<KeyboardTexts> {
        let spare: Vec<_> = self.spare().collect();
        let mut names: Vec<String> = self.languages().into_iter().map(|(_, name)| name).collect();
        names.extend(spare.iter().map(|(_, name, _)| (*name).to_owned()));
        let mut keyboards: Vec<_> = self.languages.values().map(|texts| keyboard(texts, &names)).collect();
        // What its own keys are called, every screen says in its own language.
        let keys = keyboards.first().cloned();
        keyboards.extend(keys.into_iter().flat_map(|keys| {
            spare.iter().map(move |(tag, name, letters)| KeyboardTexts {
                tag: (*tag).to_owned(),
                name: (*name).to_owned(),
                letters: (*letters).to_owned(),
                signs: "-".to_owned(),
                ..keys.clone()
            })
        }));
        keyboards
    }

    /// Every layout that there is, with the name of its language.
    pub fn layouts(&self) -> Vec<(LanguageTag, String)> {
        let has_letters =
            |tag: &LanguageTag| self.texts(tag).is_some_and(|texts| texts.own("keyboard-letters").is_some());
        let mut layouts: Vec<_> = self.languages().into_iter().filter(|(tag, _)| has_letters(tag)).collect();
        layouts.extend(self.spare().filter_map(|(tag, name, _)| Some((LanguageTag::parse(tag)?, name.to_owned()))));
        layouts
    }

    /// A language that a shop has added has letters of its own.
    fn spare(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        let has_own = |texts: &Texts| texts.own("keyboard-letters").is_some();
        let is_new =
            move |tag: &str| !self.languages.values().any(|texts| texts.tag().as_str() == tag && has_own(texts));
        let new = SPARE.into_iter().filter(move |(tag, _)| is_new(tag));
        new.filter_map(|(tag, text)| text.split_once('\n').map(|(name, letters)| (tag, name, letters)))
    }
}

fn keyboard(texts: &Texts, names: &[String]) -> KeyboardTexts {
    let text = |text: std::borrow::Cow<'_, str>| text.into_owned();
    KeyboardTexts {
        tag: texts.tag().to_string(),
        name: texts.language_name(),
        letters: texts.own("keyboard-letters").unwrap_or_default(),
        signs: text(texts.get("keyboard-signs")),
        sign_names: SIGNS.iter().map(|&(sign, id)| (sign, text(texts.get(id)))).collect(),
        space: text(texts.get("keyboard-space")),
        shift: text(texts.get("keyboard-shift")),
        backspace: text(texts.get("keyboard-backspace")),
        switch: names
            .iter()
            .map(|name| text(texts.with("keyboard-switch", &[("name", name.as_str().into())])))
            .collect(),
        next: text(texts.get("keyboard-next")),
        hide: text(texts.get("keyboard-hide")),
        pages: PageTexts {
            signs: text(texts.get("keyboard-to-signs")),
            letters: text(texts.get("keyboard-to-letters")),
            abc: text(texts.get("keyboard-abc")),
        },
    }
}
