//! What was wrong with a brand, in words.

use std::borrow::Cow;

use super::Texts;
use crate::domain::{BrandNote, PictureFault};

/// One note about the brand folder.
pub fn brand_note<'a>(texts: &'a Texts, note: &'a BrandNote) -> Cow<'a, str> {
    match note {
        BrandNote::Unreadable => texts.get("brand-unreadable"),
        BrandNote::GivenTwice(name, line) => {
            texts.with("brand-given-twice", &[("field", name.as_str().into()), ("line", (*line).into())])
        }
        BrandNote::BadValue(field) => texts.with("brand-bad-value", &[("field", field.name().into())]),
        BrandNote::UnknownField(name) => texts.with("brand-unknown-field", &[("field", name.as_str().into())]),
        BrandNote::Picture(name, fault) => {
            let file = [("file", name.as_str().into())];
            match fault {
                PictureFault::Missing => texts.with("brand-picture-missing", &file),
                PictureFault::TooLarge => texts.with("brand-picture-large", &file),
                PictureFault::Broken => texts.with("brand-picture-broken", &file),
            }
        }
        BrandNote::AccentCorrected { given, used } => {
            let (given, used) = (given.to_string(), used.to_string());
            Cow::Owned(texts.with("brand-accent", &[("given", given.into()), ("used", used.into())]).into_owned())
        }
    }
}
