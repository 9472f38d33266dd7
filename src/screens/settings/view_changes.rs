//! Draws the way back from what was changed, and from what is set to what the program begins with.

use std::borrow::Cow;

use egui::Ui;

use super::view_fields::{FieldsView, ON};
use super::view_sections::title_of;
use super::{Action, SettingsSection};
use crate::domain::SettingKey;
use crate::domain::settings::{SettingGroup, SettingKind};
use crate::i18n::setting_word;
use crate::screens::ViewContext;
use crate::ui::widgets::{Button, Icon, Modal, wrapped_row};

/// More of what was set is not told.
const LONGEST_TOLD: usize = 32;

impl FieldsView<'_> {
    /// The sign that a field is changed, which puts it back.
    pub(super) fn undo(&mut self, ui: &mut Ui, key: SettingKey) {
        if !self.settings_mut().is_changed_at(key) {
            return;
        }
        let saved = self.settings_mut().saved_text(key).to_owned();
        let words = undo_words(key, &saved, self.context());
        let button = Button::plain(&words).icon(Icon::Refresh).id_salt(("undo", key));
        if button.show(ui).clicked() {
            self.act(Action::Undo(key));
        }
    }

    /// The defaults of a card, if it has any and not all of them stand.
    pub(super) fn defaults(&mut self, ui: &mut Ui, group: SettingGroup) {
        let texts = self.words();
        if self.settings_mut().differs_from_defaults(group)
            && Button::quiet(&texts.get("settings-defaults")).show(ui).clicked()
        {
            self.act(Action::AskDefaults(group));
        }
    }
}

/// What a press puts back: as the field shows it, if that is short.
fn undo_words<'a>(key: SettingKey, saved: &str, cx: &ViewContext<'a>) -> Cow<'a, str> {
    let texts = cx.texts;
    let is_on = saved == ON;
    let told = match (key, key.entry().kind) {
        (_, SettingKind::Secret) => return texts.get("settings-undo-token"),
        (SettingKey::Consents, _) => return texts.get("settings-undo-texts"),
        (SettingKey::Language, _) => {
            let name = cx.languages.iter().find(|(tag, _)| tag.as_str() == saved).map(|(_, name)| name.clone());
            name.unwrap_or_else(|| saved.to_owned())
        }
        (_, SettingKind::Switch) => texts.get(if is_on { "settings-on" } else { "settings-off" }).into_owned(),
        (_, SettingKind::OneOf(words)) => {
            let word = words.iter().find(|word| **word == saved);
            word.map(|word| setting_word(texts, key, word).into_owned()).unwrap_or_default()
        }
        (_, SettingKind::Text | SettingKind::Texts | SettingKind::Number(_) | SettingKind::Numbers(_)) => {
            saved.to_owned()
        }
    };
    if told.is_empty() {
        return texts.get("settings-undo-empty");
    }
    let mut short: String = told.chars().take(LONGEST_TOLD).collect();
    if short.len() < told.len() {
        short.push('…');
    }
    texts.with("settings-undo", &[("saved", short.into())])
}

/// Whether the defaults of a card are wanted indeed.
pub(super) fn dialog_ui(ui: &Ui, group: SettingGroup, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let card = texts.get(title_of(SettingsSection::Settings(group))).into_owned();
    let heading = texts.with("settings-defaults-ask", &[("card", card.into())]);
    let is_consents = group == SettingGroup::Consents;
    let body = texts.get(if is_consents { "settings-defaults-consents" } else { "settings-defaults-text" });
    let response = Modal::new("settings-defaults", &heading).body(&body).show(ui.ctx(), |ui| {
        let mut action = None;
        wrapped_row(ui, |ui| {
            if Button::primary(&texts.get("settings-defaults-set")).show(ui).clicked() {
                action = Some(Action::SetDefaults);
            }
            if Button::quiet(&texts.get("settings-defaults-keep")).show(ui).clicked() {
                action = Some(Action::Stay);
            }
        });
        action
    });
    response.inner.or(response.dismissed.then_some(Action::Stay))
}
