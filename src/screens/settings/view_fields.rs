//! Draws the fields of the settings.

use std::borrow::Cow;

use egui::{Id, Response, Ui};

use super::{Action, SettingsScreen, Status, view_monitor};
use crate::domain::connection::StatsMethod;
use crate::domain::delivery::Reconcile;
use crate::domain::settings::Mode;
use crate::domain::{PinState, SettingKey, phone, token};
use crate::i18n::{phone_error, setting_error, token_error};
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

/// A text field among the settings.
struct TextEntry<'a> {
    label: &'static str,
    hint: Cow<'a, str>,
    error: Option<Cow<'a, str>>,
    is_secret: bool,
}

const TEXT_LIMIT: usize = 2048;
/// A token that is cut would be refused for no visible reason: one over the longest, and the word before it, fit.
const TOKEN_LIMIT: usize = token::LONGEST + 64;

impl<'a> FieldsView<'a> {
    /// The fields of a screen.
    pub(super) fn new(settings: &'a mut SettingsScreen, cx: &'a ViewContext<'a>) -> Self {
        let is_enabled = !matches!(settings.status, Status::Saving(_));
        let focus = settings.focus.take();
        // A trial has no kiosk that customers use.
        let has_pin = settings.stored.keys.is_none_or(|keys| keys.pin != PinState::NotSet);
        Self { settings, cx, is_enabled, has_pin, focus, step: FocusStep::Resting, action: None }
    }

    /// The same; the focus goes to the next field if so wished, and from the last one nowhere.
    pub(super) fn moving_on(self, is_next: bool) -> Self {
        Self { step: if is_next { FocusStep::Leaving } else { FocusStep::Resting }, ..self }
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
    fn takes_focus(&mut self) -> bool {
        let takes = matches!(self.step, FocusStep::Left(_));
        if takes {
            self.step = FocusStep::Resting;
        }
        takes
    }

    /// Notes that the field just drawn is the one that the focus leaves.
    fn note_focus(&mut self, response: &Response) {
        if self.step == FocusStep::Leaving && response.has_focus() {
            self.step = FocusStep::Left(response.id);
        }
    }

    /// How SWiP is reached.
    pub(super) fn connection(&mut self, ui: &mut Ui) {
        self.text(ui, SettingKey::BaseUrl);
        self.text(ui, SettingKey::Token);
        self.text(ui, SettingKey::MerchantId);
        layout::pair(ui, |ui, half| match half {
            Half::First => self.text(ui, SettingKey::StoreId),
            Half::Second => self.text(ui, SettingKey::CashId),
        });
    }

    /// Whose points the connection test asks for.
    pub(super) fn test_phone(&mut self, ui: &mut Ui) {
        let texts = self.cx.texts;
        let takes_focus = self.takes_focus();
        let label = texts.get("settings-test-phone");
        let hint = texts.get("settings-test-phone-hint");
        let error = self.settings.phone_error.map(|error| phone_error(texts, error));
        let response = Field::new(&label, &mut self.settings.test_phone)
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

    /// What the station is.
    pub(super) fn station(&mut self, ui: &mut Ui) {
        let texts = self.cx.texts;
        let form = &mut self.settings.form.station;
        let (counter, kiosk) = (texts.get("settings-mode-counter"), texts.get("settings-mode-kiosk"));
        let is_mode_changed = Choice::new(&texts.get("settings-mode"))
            .option(Mode::Counter, &counter)
            .option(Mode::Kiosk, &kiosk)
            .show(ui, &mut form.mode);
        if form.mode == Mode::Kiosk && !self.has_pin {
            caption(ui, &texts.get("settings-mode-kiosk-pin"));
        }
        ui.add_space(space::M);
        let label = texts.get("settings-language");
        let mut language = self.cx.languages.iter().position(|(tag, _)| *tag == form.language).unwrap_or_default();
        let choice = self
            .cx
            .languages
            .iter()
            .enumerate()
            .fold(Choice::new(&label), |choice, (i, (_, name))| choice.option(i, name));
        let is_language_changed = choice.show(ui, &mut language);
        if let Some((tag, _)) = self.cx.languages.get(language).filter(|_| is_language_changed) {
            form.language = tag.clone();
        }
        ui.add_space(space::M);
        let is_contrast_changed = Check::new(&texts.get("settings-contrast"))
            .hint(&texts.get("settings-contrast-hint"))
            .show(ui, &mut form.is_high_contrast)
            .changed();
        self.note(is_mode_changed, SettingKey::Mode);
        self.note(is_language_changed, SettingKey::Language);
        self.note(is_contrast_changed, SettingKey::HighContrast);
        self.text(ui, SettingKey::TextPercent);
    }

    /// What a kiosk asks and offers.
    pub(super) fn kiosk(&mut self, ui: &mut Ui) {
        let texts = self.cx.texts;
        let form = &mut self.settings.form.kiosk;
        let switches = [
            (SettingKey::AskFirstName, "settings-ask-first-name", &mut form.asks.first_name),
            (SettingKey::AskLastName, "settings-ask-last-name", &mut form.asks.last_name),
            (SettingKey::AskBirthday, "settings-ask-birthday", &mut form.asks.birthday),
        ];
        let mut changed = None;
        for (key, label, is_on) in switches {
            if Check::new(&texts.get(label)).show(ui, is_on).changed() {
                changed = Some(key);
            }
        }
        let by_phone = Check::new(&texts.get("settings-points-by-phone"))
            .hint(&texts.get("settings-points-by-phone-hint"))
            .show(ui, &mut form.points_by_phone);
        if by_phone.changed() {
            changed = Some(SettingKey::KioskPointsByPhone);
        }
        self.action = changed.map(Action::Edit).or(self.action);
        self.text(ui, SettingKey::IdleSeconds);
        self.action = view_monitor::choice_ui(ui, self.settings, self.cx).or(self.action);
    }

    /// What the station accepts, and what SWiP does not document.
    pub(super) fn rules(&mut self, ui: &mut Ui) {
        let texts = self.cx.texts;
        let is_changed = Check::new(&texts.get("settings-landlines"))
            .hint(&texts.get("settings-landlines-hint"))
            .show(ui, &mut self.settings.form.rules.accept_landlines)
            .changed();
        self.note(is_changed, SettingKey::AcceptLandlines);
        self.text(ui, SettingKey::MobilePrefixes);
        layout::pair(ui, |ui, half| match half {
            Half::First => self.text(ui, SettingKey::MinimumAge),
            Half::Second => self.text(ui, SettingKey::RetentionDays),
        });
        let (get, post) = (texts.get("settings-method-get"), texts.get("settings-method-post"));
        let is_changed = Choice::new(&texts.get("settings-method"))
            .option(StatsMethod::Get, &get)
            .option(StatsMethod::Post, &post)
            .show(ui, &mut self.settings.form.connection.stats_method);
        self.note(is_changed, SettingKey::StatsMethod);
        ui.add_space(space::M);
        let (repost, lookup) = (texts.get("settings-reconcile-repost"), texts.get("settings-reconcile-lookup"));
        let is_changed = Choice::new(&texts.get("settings-reconcile"))
            .option(Reconcile::Repost, &repost)
            .option(Reconcile::Lookup, &lookup)
            .show(ui, &mut self.settings.form.connection.reconcile);
        self.note(is_changed, SettingKey::Reconcile);
        ui.add_space(space::M);
        layout::pair(ui, |ui, half| match half {
            Half::First => self.text(ui, SettingKey::NotFoundCodes),
            Half::Second => self.text(ui, SettingKey::AlreadyExistsCodes),
        });
        self.text(ui, SettingKey::CaFile);
    }

    /// How long the evidence is kept.
    pub(super) fn consents(&mut self, ui: &mut Ui) {
        self.text(ui, SettingKey::ConsentRetentionDays);
    }

    fn note(&mut self, is_changed: bool, key: SettingKey) {
        if is_changed {
            self.action = Some(Action::Edit(key));
        }
    }

    fn text(&mut self, ui: &mut Ui, key: SettingKey) {
        let entry = self.entry(key);
        let label = self.cx.texts.get(entry.label);
        let is_enabled = self.is_enabled;
        let focus = self.takes_focus() || self.focus == Some(key);
        let Some(text) = self.settings.form.text_mut(key) else {
            return;
        };
        let response = Field::new(&label, text)
            .id_salt(("settings", key))
            .hint(&entry.hint)
            .error(entry.error.as_deref())
            .secret(entry.is_secret)
            .digits(key.is_number())
            .limit(if entry.is_secret { TOKEN_LIMIT } else { TEXT_LIMIT })
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

    fn entry(&self, key: SettingKey) -> TextEntry<'a> {
        let texts = self.cx.texts;
        let (label, hint) = match key {
            SettingKey::BaseUrl => ("settings-base-url", "settings-base-url-hint"),
            SettingKey::Token => return self.token_entry(),
            SettingKey::MerchantId => ("settings-merchant", "settings-merchant-hint"),
            SettingKey::StoreId => ("settings-store", "settings-store-hint"),
            SettingKey::CashId => ("settings-cash", "settings-cash-hint"),
            SettingKey::CaFile => ("settings-ca-file", "settings-ca-file-hint"),
            SettingKey::MobilePrefixes => ("settings-prefixes", "settings-prefixes-hint"),
            SettingKey::MinimumAge => ("settings-age", "settings-age-hint"),
            SettingKey::RetentionDays => ("settings-retention", "settings-retention-hint"),
            SettingKey::ConsentRetentionDays => ("settings-consent-days", "settings-consent-days-hint"),
            SettingKey::IdleSeconds => ("settings-idle", "settings-idle-hint"),
            SettingKey::TextPercent => ("settings-text-percent", "settings-text-percent-hint"),
            SettingKey::NotFoundCodes => ("settings-not-found-codes", "settings-codes-hint"),
            _ => ("settings-exists-codes", "settings-codes-hint"),
        };
        let error = self.settings.errors.get(&key).map(|error| setting_error(texts, *error));
        TextEntry { label, hint: texts.get(hint), error, is_secret: false }
    }

    /// The stored token is never shown again, only its end.
    fn token_entry(&self) -> TextEntry<'a> {
        let texts = self.cx.texts;
        let hint = match &self.settings.stored.token_tail {
            Some(tail) if !self.settings.needs_token() => {
                texts.with("settings-token-stored", &[("tail", tail.clone().into())])
            }
            Some(_) => texts.get("settings-token-other-address"),
            None => texts.get("settings-token-hint"),
        };
        let error = self.settings.token_error.map(|error| token_error(texts, error));
        TextEntry { label: "settings-token", hint, error, is_secret: true }
    }
}
