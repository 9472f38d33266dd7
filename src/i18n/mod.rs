//! The words of every screen, in every language there is a folder of texts for.

mod balances;
mod brand;
mod consents;
mod failure;
mod fields;
mod form;
mod guides;
mod journal;
mod keyboard;
mod profile;
mod queue;
mod scanner;
mod search;
mod source;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::domain::LanguageTag;

pub use balances::{list_error, list_fault, list_filter, list_form, list_headings, list_sort, row_answer};
pub use brand::brand_note;
pub use consents::{built_in_consents, consent_origin, purpose_name};
pub use failure::{failure_advice, failure_title, step_name, unfit_advice};
pub use fields::{
    field_error, pass_error, phone_error, pin_error, setting_error, setting_hint, setting_label, setting_word,
    token_error,
};
pub use guides::{GuideBlock, GuideSection, GuideWords, guide, guide_name};
pub use journal::{journal_kind, journal_kinds, journal_outcome, journal_outcomes, journal_range};
pub use keyboard::{KeyboardTexts, PageTexts};
pub use profile::{profile_error, profile_fault};
pub use queue::{delete_reason, entry_advice, entry_title};
pub use scanner::{port_advice, port_title, scan_error};
pub use search::SettingSearch;

/// Every language, each with its own texts.
pub struct Catalogue {
    languages: BTreeMap<LanguageTag, Texts>,
}

/// The texts of one language.
pub struct Texts {
    tag: LanguageTag,
    own: Arc<Bundle>,
    /// What stands in for a message that the language does not have.
    fallback: Option<Arc<Bundle>>,
}

type Bundle = FluentBundle<FluentResource>;

#[derive(RustEmbed)]
#[folder = "i18n/"]
struct LanguageFolder;

/// The language that stands in for one there are no texts for.
const FALLBACK: &str = "ru";
/// Messages that refer to others can grow without end; a screen has no room for more, and drawing it would take the memory.
const LONGEST_TEXT_BYTES: usize = 64 * 1024;

impl Catalogue {
    /// The languages built into the program: one a folder under `i18n/`.
    pub fn built_in() -> Self {
        Self::with_more(&[])
    }

    /// The built-in languages, and more of them from pairs of a tag and the text of one Fluent file.
    ///
    /// What is built in stays as it is: customers agree to its words.
    pub fn with_more(files: &[(String, String)]) -> Self {
        let built_in: Vec<_> = LanguageFolder::iter()
            .filter_map(|path| {
                let (tag, _) = path.split_once('/')?;
                let text = LanguageFolder::get(&path)?.data;
                Some((tag.to_owned(), String::from_utf8_lossy(&text).into_owned()))
            })
            .collect();
        let is_new = |tag: &str| !built_in.iter().any(|(known, _)| known.eq_ignore_ascii_case(tag));
        let more = files.iter().filter(|(tag, _)| is_new(tag));
        Self::from_sources(built_in.iter().chain(more).map(|(tag, text)| (tag.as_str(), text.as_str())))
    }

    /// Languages from pairs of a language's tag and the text of one Fluent file of it.
    pub fn from_sources<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut entries: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (tag, text) in files {
            if let Some(tag) = LanguageTag::parse(tag) {
                entries.entry(tag).or_default().extend(source::entries(text));
            }
        }
        let bundle = |(tag, entries)| {
            let bundle = Arc::new(bundle(&tag, entries));
            (tag, bundle)
        };
        let bundles: BTreeMap<_, _> = entries.into_iter().map(bundle).collect();
        let fallback = bundles.iter().find(|(tag, _)| tag.as_str() == FALLBACK).map(|(_, bundle)| Arc::clone(bundle));
        let texts = |(tag, own): (LanguageTag, Arc<Bundle>)| {
            let fallback = fallback.clone().filter(|_| tag.as_str() != FALLBACK);
            (tag.clone(), Texts { tag, own, fallback })
        };
        Self { languages: bundles.into_iter().map(texts).collect() }
    }

    /// The texts for a tag, or those of the fallback.
    pub fn texts(&self, tag: &LanguageTag) -> Option<&Texts> {
        self.languages
            .get(tag)
            .or_else(|| self.languages.iter().find(|(known, _)| known.as_str() == FALLBACK).map(|(_, texts)| texts))
    }

    /// Every language's tag and its own name for itself.
    pub fn languages(&self) -> Vec<(LanguageTag, String)> {
        self.languages.iter().map(|(tag, texts)| (tag.clone(), texts.language_name())).collect()
    }
}

fn bundle(tag: &LanguageTag, entries: Vec<FluentResource>) -> Bundle {
    // An unknown tag only costs the right plural forms.
    let language: LanguageIdentifier = tag.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // No bidi isolation marks: they would be part of what is drawn, compared and copied.
    bundle.set_use_isolating(false);
    // What is broken is left out, the rest stands; a test holds the built-in texts to having none.
    for entry in source::without_repeated(entries) {
        bundle.add_resource_overriding(entry);
    }
    bundle
}

impl Texts {
    /// Which language this is.
    pub fn tag(&self) -> &LanguageTag {
        &self.tag
    }

    /// The language's own name for itself, or its tag.
    fn language_name(&self) -> String {
        self.own("language-name").unwrap_or_else(|| self.tag.to_string())
    }

    /// The text of a message that nothing may stand in for.
    fn own(&self, id: &str) -> Option<String> {
        text_of(&self.own, id, None)
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

    /// The text of a message that may be missing.
    fn find<'a>(&'a self, id: &str, variables: &[(&'a str, FluentValue<'a>)]) -> Option<Cow<'a, str>> {
        let is_there = |bundle: &Bundle| bundle.has_message(id);
        let is_known = is_there(&self.own) || self.fallback.as_deref().is_some_and(is_there);
        is_known.then(|| self.with(id, variables))
    }

    /// A missing message is the fallback's; missing there too it shows its id, so that nothing is ever silently blank.
    fn format<'a>(&'a self, id: &str, args: Option<&FluentArgs<'_>>) -> Cow<'a, str> {
        let fallback = || text_of(self.fallback.as_ref()?, id, args);
        Cow::Owned(text_of(&self.own, id, args).or_else(fallback).unwrap_or_else(|| id.to_owned()))
    }
}

fn text_of(bundle: &Bundle, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let text = bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned();
    (text.len() <= LONGEST_TEXT_BYTES).then_some(text)
}
