//! The words of every screen, in every language there is a folder of texts for.

mod failure;
mod fields;
mod form;

use std::borrow::Cow;
use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::domain::LanguageTag;

pub use failure::{failure_advice, failure_title, step_name};
pub use fields::{birthday_error, name_error, pass_error, phone_error, pin_error, setting_error, token_error};

/// Every language, each with its own texts.
pub struct Catalogue {
    languages: BTreeMap<LanguageTag, Texts>,
}

/// The texts of one language.
pub struct Texts {
    tag: LanguageTag,
    bundle: FluentBundle<FluentResource>,
}

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct Folder;

/// The language that stands in for one there are no texts for.
const FALLBACK: &str = "ru";

impl Catalogue {
    /// The languages built into the program: one a folder under `i18n/`.
    pub fn built_in() -> Self {
        let files: Vec<_> = Folder::iter()
            .filter_map(|path| {
                let (tag, _) = path.split_once('/')?;
                let text = Folder::get(&path)?.data;
                Some((tag.to_owned(), String::from_utf8_lossy(&text).into_owned()))
            })
            .collect();
        Self::from_sources(files.iter().map(|(tag, text)| (tag.as_str(), text.as_str())))
    }

    /// Languages from pairs of a language's tag and the text of one Fluent file of it.
    pub fn from_sources<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut languages = BTreeMap::new();
        for (tag, text) in files {
            if let Some(tag) = LanguageTag::parse(tag) {
                languages.entry(tag.clone()).or_insert_with(|| Texts::empty(tag)).add(text);
            }
        }
        Self { languages }
    }

    /// The texts for a tag, or those of the fallback.
    pub fn texts(&self, tag: &LanguageTag) -> Option<&Texts> {
        self.languages
            .get(tag)
            .or_else(|| self.languages.iter().find(|(known, _)| known.as_str() == FALLBACK).map(|(_, texts)| texts))
    }

    /// Every language's tag and its own name for itself.
    pub fn languages(&self) -> Vec<(LanguageTag, String)> {
        self.languages.iter().map(|(tag, texts)| (tag.clone(), texts.get("language-name").into_owned())).collect()
    }
}

impl Texts {
    fn empty(tag: LanguageTag) -> Self {
        // An unknown tag only costs the right plural forms.
        let language: LanguageIdentifier = tag.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // No bidi isolation marks: they would be part of what is drawn, compared and copied.
        bundle.set_use_isolating(false);
        Self { tag, bundle }
    }

    fn add(&mut self, text: &str) {
        // A broken message is left out, the rest stands; a test holds the built-in texts to having none.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial);
        self.bundle.add_resource_overriding(resource);
    }

    /// Which language this is.
    pub fn tag(&self) -> &LanguageTag {
        &self.tag
    }

    /// The text of a message without variables.
    pub fn get(&self, id: &str) -> Cow<'_, str> {
        self.format(id, None)
    }

    /// The text of a message with its variables.
    pub fn with<'a>(&'a self, id: &str, variables: &[(&'a str, FluentValue<'a>)]) -> Cow<'a, str> {
        let args: FluentArgs<'_> = variables.iter().map(|(name, value)| (*name, value.clone())).collect();
        Cow::Owned(self.format(id, Some(&args)).into_owned())
    }

    /// A missing message shows its id, so that nothing is ever silently blank.
    fn format<'a>(&'a self, id: &str, args: Option<&FluentArgs<'_>>) -> Cow<'a, str> {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return Cow::Owned(id.to_owned());
        };
        let text = self.bundle.format_pattern(pattern, args, &mut Vec::new());
        Cow::Owned(text.into_owned())
    }
}
