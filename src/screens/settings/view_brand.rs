//! Draws the shop's own looks: what was found, and what was wrong with it.

use egui::Ui;

use super::Action;
use crate::domain::Brand;
use crate::i18n::brand_note;
use crate::screens::ViewContext;
use crate::ui::brand;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Icon, muted, strong};

/// The largest the logo is shown.
const LOGO: [f32; 2] = [240.0, 72.0];

pub(super) fn brand_ui(ui: &mut Ui, cx: &ViewContext<'_>) -> Option<Action> {
    let (texts, facts) = (cx.texts, cx.brand);
    let is_empty = facts.brand == Brand::default() && facts.notes.is_empty();
    if let Some(name) = &facts.brand.name {
        strong(ui, name.as_str());
    }
    let name = facts.brand.name.as_ref().map_or_else(|| texts.get("brand-title"), |name| name.as_str().into());
    if brand::logo(ui, LOGO.into(), &name) {
        ui.add_space(space::S);
    }
    muted(ui, &texts.get(if is_empty { "brand-none" } else { "brand-found" }));
    if !facts.notes.is_empty() {
        let lines: Vec<_> = facts.notes.iter().map(|note| brand_note(texts, note)).collect();
        ui.add_space(space::S);
        Banner::new(Tone::Warning, &texts.get("brand-notes")).body(&lines.join("\n")).show(ui);
    }
    ui.add_space(space::S);
    let is_clicked = Button::quiet(&texts.get("brand-read")).icon(Icon::Refresh).show(ui).clicked();
    is_clicked.then_some(Action::ReadBrand)
}
