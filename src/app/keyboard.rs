//! Gives the on-screen keyboard the letters and words of every language.

use egui::Context;

use crate::domain::LanguageTag;
use crate::domain::settings::KeyboardLayouts;
use crate::i18n::{Catalogue, KeyboardTexts};
use crate::ui::keyboard::{self, KeyNames, Layout, PageNames};

/// Puts the on-screen keyboard onto a context.
pub fn install(ctx: &Context, catalogue: &Catalogue) {
    let languages = catalogue.languages();
    let is_spoken = |texts: &KeyboardTexts| languages.iter().any(|(tag, _)| tag.as_str() == texts.tag);
    let layouts = catalogue.keyboards().into_iter().map(|texts| {
        let is_spare = !is_spoken(&texts);
        layout(texts, is_spare)
    });
    keyboard::install(ctx, layouts.collect());
}

/// The layouts that a kiosk's keyboard goes through.
pub(super) fn offer(ctx: &Context, layouts: &KeyboardLayouts) {
    keyboard::offer(ctx, &layouts.tags().iter().map(LanguageTag::as_str));
}

fn layout(texts: KeyboardTexts, is_spare: bool) -> Layout {
    let KeyboardTexts { sign_names, space, shift, backspace, switch, next, hide, pages, .. } = texts;
    let pages = PageNames { signs: pages.signs, letters: pages.letters, abc: pages.abc };
    Layout {
        tag: texts.tag,
        name: texts.name,
        letters: texts.letters,
        signs: texts.signs,
        names: KeyNames { signs: sign_names, space, shift, backspace, switch, next, hide, pages },
        is_spare,
        is_offered: !is_spare,
    }
}
