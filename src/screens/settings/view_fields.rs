//! Draws the fields of the settings.

use std::borrow::Cow;

use egui::{Id, Response, Ui};

use super::{Action, SettingsScreen, Status, view_consents, view_keyboards, view_monitor, view_scanner};
use crate::domain::settings::{Mode, SettingGroup, SettingKind};
use crate::domain::{PinState, SettingKey, phone, token};
use crate::i18n::{Texts, phone_error, setting_error, setting_hint, setting_label, setting_word, token_error};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::space;
use crate::ui::widgets::{Check, Choice, Field, Icon, caption};

/// The fields of the settings, and what a person did with one of them this frame.
pub(super) struct FieldsView<'a> {
    settings: &'a mut SettingsScreen,
    cx: &'a ViewContext<'a>,
    is_enabled: bool,
    has_pin: bool,
    focus: Option<SettingKey>,
    step: FocusStep,
    action: Option<Action>,
}

/// How far the focus is on its way to the next field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FocusStep {
    Resting,
    /// It is to leave the field that has it.
    Leaving,
    /// It has left this field.
    Left(Id),
}

/// Fields that share a line where there is room; every other has a line of its own.
const BESIDE_EACH_OTHER: [(SettingKey, SettingKey); 4] = [
    (SettingKey::StoreId, SettingKey::CashId),
    (SettingKey::ScannerPrefix, SettingKey::ScannerSuffix),
    (SettingKey::MinimumAge, SettingKey::RetentionDays),
    (SettingKey::NotFoundCodes, SettingKey::AlreadyExistsCodes),
];
/// The text of a switch that is on.
pub(super) const ON: &str = "true";
const TEXT_LIMIT: usize = 2048;
/// A token that is cut would be refused for no visible reason: one over the longest, and the word before it, fit.
const TOKEN_LIMIT: usize = token::LONGEST + 64;

impl<'a> FieldsView<'a> {
    /// The fields of a screen.
    pub(super) fn new(settings: &'a mut SettingsScreen, cx: &'a ViewContext<'a>) -> Self {
        let is_enabled = !matches!(settings.status, Status::Saving(_));
        let focus = settings.sections.focus.take();
        // A trial has no kiosk that customers use.
        let has_pin = settings.stored.keys.is_none_or(|keys| keys.pin != PinState::NotSet);
        Self { settings, cx, is_enabled, has_pin, focus, step: FocusStep::Resting, action: None }
    }

    /// The same; the focus goes to the next field if so wished, and from the last one nowhere.
    pub(super) fn moving_on(self, is_next: bool) -> Self {
        Self { step: if is_next { FocusStep::Leaving } else { FocusStep::Resting }, ..self }
    }

    /// The words.
    pub(super) fn words(&self) -> &'a Texts {
        self.cx.texts
    }

    /// What a view may need.
    pub(super) fn context(&self) -> &'a ViewContext<'a> {
        self.cx
    }

    /// Notes what a person did.
    pub(super) fn act(&mut self, action: Action) {
        self.action = Some(action);
    }

    /// The screen they belong to.
    pub(super) fn settings_mut(&mut self) -> &mut SettingsScreen {
        self.settings
    }

    /// What a person did; called below the last field.
    pub(super) fn action(self, ui: &Ui) -> Option<Action> {
        if let FocusStep::Left(last) = self.step {
            ui.memory_mut(|memory| memory.surrender_focus(last));
        }
        self.action
    }

    /// Whether the field about to be drawn is the one that the focus goes to.
    pub(super) fn takes_focus(&mut self) -> bool {
        let takes = matches!(self.step, FocusStep::Left(_));
        if takes {
            self.step = FocusStep::Resting;
        }
        takes
    }

    /// Notes that the field just drawn is the one that the focus leaves.
    pub(super) fn note_focus(&mut self, response: &Response) {
        if self.step == FocusStep::Leaving && response.has_focus() {
            self.step = FocusStep::Left(response.id);
        }
    }

    /// Whether one of the fields of a card that are wanted is there.
    pub(super) fn has(&self, group: SettingGroup, is_wanted: impl Fn(SettingKey) -> bool) -> bool {
        SettingKey::ALL.iter().any(|key| key.entry().group == group && self.is_there(*key) && is_wanted(*key))
    }

    /// The fields of one card, those that are wanted.
    pub(super) fn group(&mut self, ui: &mut Ui, group: SettingGroup, is_wanted: impl Fn(SettingKey) -> bool) {
        let keys = SettingKey::ALL.iter().copied().filter(|key| key.entry().group == group);
        let keys: Vec<_> = keys.filter(|key| self.is_there(*key) && is_wanted(*key)).collect();
        let mut keys = keys.into_iter().peekable();
        while let Some(key) = keys.next() {
            match keys.next_if(|next| BESIDE_EACH_OTHER.contains(&(key, *next))) {
                None => self.field(ui, key),
                Some(next) => layout::pair(ui, |ui, half| match half {
                    Half::First => self.field(ui, key),
                    Half::Second => self.field(ui, next),
                }),
            }
        }
    }

    /// Whether there is anything to set.
    fn is_there(&self, key: SettingKey) -> bool {
        let form = &self.settings.form;
        if self.settings.is_changed_at(key) {
            return true;
        }
        if key == SettingKey::KioskMonitor {
            return self.cx.monitors.len() > 1 || !form.text(key).is_empty();
        }
        // A scanner that types has none.
        key != SettingKey::ScannerSpeed || !form.text(SettingKey::ScannerPort).trim().is_empty()
    }

    fn field(&mut self, ui: &mut Ui, key: SettingKey) {
        self.value(ui, key);
        self.undo(ui, key);
    }

    fn value(&mut self, ui: &mut Ui, key: SettingKey) {
        match (key, key.entry().kind) {
            (SettingKey::Language, _) => self.language(ui),
            (SettingKey::KioskMonitor, _) => {
                self.action = view_monitor::choice_ui(ui, self.settings, self.cx).or(self.action);
            }
            (SettingKey::KioskKeyboards, _) => {
                self.action = view_keyboards::choice_ui(ui, self.settings, self.cx).or(self.action);
            }
            (SettingKey::ScannerPort, _) => {
                self.text(ui, key);
                self.action = view_scanner::port_ui(ui, self.settings, self.cx).or(self.action);
            }
            (SettingKey::Consents, _) => {
                view_consents::texts_ui(ui, self.settings.form.text(key), self.cx);
            }
            (_, SettingKind::OneOf(words)) => self.choice(ui, key, words),
            (_, SettingKind::Switch) => self.switch(ui, key),
            (
                _,
                SettingKind::Text
                | SettingKind::Texts
                | SettingKind::Secret
                | SettingKind::Number(_)
                | SettingKind::Numbers(_),
            ) => self.text(ui, key),
        }
    }

    /// Whose points the connection test asks for.
    pub(super) fn test_phone(&mut self, ui: &mut Ui) {
        let texts = self.cx.texts;
        let takes_focus = self.takes_focus();
        let label = texts.get("settings-test-phone");
        let hint = texts.get("settings-test-phone-hint");
        let error = self.settings.test.error.map(|error| phone_error(texts, error));
        let response = Field::new(&label, &mut self.settings.test.phone)
            .id_salt("settings-test-phone")
            .hint(&hint)
            .error(error.as_deref())
            .leading(Icon::Phone)
            .limit(64)
            .format(phone::format_as_typed)
            .request_focus(takes_focus)
            .show(ui);
        self.note_focus(&response.response);
        if response.entered {
            self.action = Some(Action::Test);
        } else if response.changed {
            self.action = Some(Action::EditTestPhone);
        }
    }

    fn choice(&mut self, ui: &mut Ui, key: SettingKey, words: &'static [&'static str]) {
        let texts = self.cx.texts;
        let chosen = self.settings.form.text_mut(key);
        let label = setting_label(texts, key);
        let names: Vec<_> = words.iter().map(|word| setting_word(texts, key, word)).collect();
        let mut index = words.iter().position(|word| word == chosen).unwrap_or_default();
        let choice = names.iter().enumerate().fold(Choice::new(&label), |choice, (i, name)| choice.option(i, name));
        let is_changed = choice.show(ui, &mut index);
        if let Some(word) = words.get(index).filter(|_| is_changed) {
            chosen.replace_range(.., word);
        }
        if key == SettingKey::Mode && chosen == Mode::Kiosk.name() && !self.has_pin {
            caption(ui, &texts.get("settings-mode-kiosk-pin"));
        }
        ui.add_space(space::M);
        self.note(is_changed, key);
    }

    fn language(&mut self, ui: &mut Ui) {
        let languages = self.cx.languages;
        let chosen = self.settings.form.text_mut(SettingKey::Language);
        let label = setting_label(self.cx.texts, SettingKey::Language);
        let mut index = languages.iter().position(|(tag, _)| tag.as_str() == chosen).unwrap_or_default();
        let names = languages.iter().enumerate();
        let choice = names.fold(Choice::new(&label), |choice, (i, (_, name))| choice.option(i, name));
        let is_changed = choice.show(ui, &mut index);
        if let Some((tag, _)) = languages.get(index).filter(|_| is_changed) {
            chosen.replace_range(.., tag.as_str());
        }
        ui.add_space(space::M);
        self.note(is_changed, SettingKey::Language);
    }

    fn switch(&mut self, ui: &mut Ui, key: SettingKey) {
        let texts = self.cx.texts;
        let text = self.settings.form.text_mut(key);
        let mut is_on = text == ON;
        let hint = setting_hint(texts, key);
        let is_changed =
            Check::new(&setting_label(texts, key)).hint(hint.as_deref().unwrap_or_default()).show(ui, &mut is_on);
        if is_changed.changed() {
            *text = is_on.to_string();
        }
        self.note(is_changed.changed(), key);
    }

    fn note(&mut self, is_changed: bool, key: SettingKey) {
        if is_changed {
            self.action = Some(Action::Edit(key));
        }
    }

    fn text(&mut self, ui: &mut Ui, key: SettingKey) {
        let (hint, error) = if key == SettingKey::Token { self.token_texts() } else { self.texts(key) };
        let label = setting_label(self.cx.texts, key);
        let is_enabled = self.is_enabled;
        let is_secret = key.entry().kind == SettingKind::Secret;
        let focus = self.takes_focus() || self.focus == Some(key);
        let response = Field::new(&label, self.settings.form.text_mut(key))
            .id_salt(("settings", key))
            .hint(&hint)
            .error(error.as_deref())
            .secret(is_secret)
            .digits(matches!(key.entry().kind, SettingKind::Number(_)))
            .limit(if is_secret { TOKEN_LIMIT } else { TEXT_LIMIT })
            .enabled(is_enabled)
            .request_focus(focus)
            .show(ui);
        self.note_focus(&response.response);
        match (response.changed, response.left) {
            (true, true) => self.action = Some(Action::Finish(key)),
            (true, false) => self.action = Some(Action::Edit(key)),
            (false, true) => self.action = self.action.or(Some(Action::LeaveField(key))),
            (false, false) => {}
        }
    }

    /// The hint and the error of a field.
    fn texts(&self, key: SettingKey) -> (Cow<'a, str>, Option<Cow<'a, str>>) {
        let texts = self.cx.texts;
        let error = self.settings.errors.get(&key).map(|error| setting_error(texts, key, *error));
        (setting_hint(texts, key).unwrap_or_default(), error)
    }

    /// The stored token is never shown again, only its end.
    fn token_texts(&self) -> (Cow<'a, str>, Option<Cow<'a, str>>) {
        let texts = self.cx.texts;
        let hint = match &self.settings.stored.token_tail {
            Some(tail) if !self.settings.needs_token() => {
                texts.with("settings-token-stored", &[("tail", tail.clone().into())])
            }
            Some(_) => texts.get("settings-token-other-address"),
            None => texts.get("settings-token-hint"),
        };
        let error = self.settings.token_error.map(|error| token_error(texts, error));
        (hint, error)
    }
}
