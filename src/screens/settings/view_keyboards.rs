//! Draws the choice of the on-screen keyboard's layouts.

use egui::Ui;

use super::{Action, SettingsScreen};
use crate::domain::SettingKey;
use crate::domain::settings::KeyboardLayouts;
use crate::i18n::{setting_hint, setting_label};
use crate::screens::ViewContext;
use crate::ui::widgets::{Check, caption, strong};

/// A box for each layout that there is. Where none is named, those of the screens' languages are ticked: they hold.
pub(super) fn choice_ui(ui: &mut Ui, settings: &mut SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let key = SettingKey::KioskKeyboards;
    let text = settings.form.text_mut(key);
    let named = KeyboardLayouts::parse(text).unwrap_or_default();
    strong(ui, &setting_label(cx.texts, key));
    caption(ui, setting_hint(cx.texts, key).as_deref().unwrap_or_default());
    let is_spoken = |tag| cx.languages.iter().any(|(language, _)| language == tag);
    let mut tags = Vec::new();
    let mut is_changed = false;
    for (tag, name) in cx.layouts {
        let mut is_on = if named.tags().is_empty() { is_spoken(tag) } else { named.tags().contains(tag) };
        is_changed |= Check::new(name).show(ui, &mut is_on).changed();
        if is_on {
            tags.push(tag.as_str());
        }
    }
    if is_changed {
        *text = tags.join(", ");
    }
    is_changed.then_some(Action::Edit(key))
}
