//! A file of texts that a shop adds.

use swip_kiosk::domain::LanguageTag;
use swip_kiosk::i18n::Catalogue;

/// Whatever is in it, the program goes on, and what it says is short enough to be drawn.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(tag) = LanguageTag::parse("kk") else { panic!("a tag") };
    let catalogue = Catalogue::from_sources([("kk", text)]);
    let Some(texts) = catalogue.texts(&tag) else { panic!("a language") };
    let ids = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').filter(|id| !id.is_empty());
    for id in ids.take(64) {
        let said = texts.with(id, &[("n", 1.into()), ("count", 5.into()), ("word", "w".into())]);
        assert!(said.len() <= 64 * 1024 + id.len());
    }
}
