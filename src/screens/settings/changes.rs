//! What was changed and not saved: put back one by one or as a whole, and whole cards put to their defaults.

use super::{SettingsScreen, Status};
use crate::domain::settings::SettingGroup;
use crate::domain::{SettingKey, token};

impl SettingsScreen {
    /// Whether a setting is another one than is saved. At the first set-up nothing is saved yet.
    pub fn is_changed_at(&self, key: SettingKey) -> bool {
        !self.is_first_setup() && self.form.text(key) != self.initial.text(key)
    }

    /// Whether there is something to put back.
    pub fn can_undo(&self) -> bool {
        !self.is_first_setup() && self.is_changed()
    }

    /// The text of a setting as it is saved; a token is never told.
    pub fn saved_text(&self, key: SettingKey) -> &str {
        self.initial.text(key)
    }

    /// Whether something on a card is set otherwise than by default.
    pub fn differs_from_defaults(&self, group: SettingGroup) -> bool {
        defaults(group).any(|(key, default)| self.form.text(key) != default)
    }

    pub(super) fn undo(&mut self, key: SettingKey) {
        let saved = self.initial.text(key).to_owned();
        self.put(vec![(key, saved)]);
    }

    pub(super) fn undo_all(&mut self) {
        self.form = self.initial.clone();
        self.errors.clear();
        self.token_error = None;
        self.forget_test();
        self.try_port();
    }

    pub(super) fn ask_defaults(&mut self, group: SettingGroup) {
        self.forget_test();
        self.status = Status::ConfirmingDefaults(group);
    }

    /// What was asked about is agreed to.
    pub(super) fn set_defaults(&mut self) {
        if let Status::ConfirmingDefaults(group) = self.status {
            self.put(defaults(group).map(|(key, default)| (key, default.to_owned())).collect());
            self.status = Status::Editing;
        }
    }

    /// Other texts, as if they had been typed.
    pub(super) fn put(&mut self, texts: Vec<(SettingKey, String)>) {
        for (key, text) in &texts {
            if *key == SettingKey::Token {
                token::wipe(&mut self.form.token);
            }
            self.form.text_mut(*key).clone_from(text);
        }
        for (key, _) in &texts {
            self.edited(*key);
            self.left(*key);
        }
        // Another address has its own way; one that is named here counts all the same.
        if let Some((key, text)) = texts.into_iter().find(|(key, _)| *key == SettingKey::Reconcile) {
            self.form.draft.set(key, text);
        }
        self.try_port();
    }
}

/// What can be put to a default on a card, and to which.
fn defaults(group: SettingGroup) -> impl Iterator<Item = (SettingKey, &'static str)> {
    let keys = SettingKey::ALL.iter().copied().filter(move |key| key.entry().group == group && key.has_default());
    keys.map(|key| (key, key.entry().default))
}
