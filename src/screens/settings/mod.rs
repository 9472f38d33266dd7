//! The settings screen: a form, its errors, the connection test, and care for unsaved changes.

pub mod about;
mod changes;
mod form;
mod messages;
pub mod profile;
mod report;
pub mod scanner;
mod sections;
#[cfg(test)]
mod tests;
pub mod view;
mod view_about;
mod view_brand;
mod view_changes;
mod view_consents;
mod view_fields;
mod view_keyboards;
mod view_keys;
mod view_monitor;
mod view_pages;
mod view_profile;
mod view_scanner;
mod view_sections;
mod view_test;

use std::time::Duration;

use crate::domain::connection::Origin;
use crate::domain::delivery::Reconcile;
use crate::domain::settings::{MonitorName, SettingErrors};
use crate::domain::{CustomerQuery, KeyFacts, Now, Phone, SettingError, SettingKey, Settings, TokenChoice, TokenError};
use crate::effect::Effect;
use crate::screens::{Update, UpdateContext};

use about::AboutCard;
pub use form::SettingsForm;
pub use messages::{Action, Event, Exit, Status};
use profile::ProfileCard;
pub use report::{ConnectionTest, TestReport};
use scanner::ScannerCard;
pub use sections::{SectionMark, Sections, SettingsSection};

/// The settings screen.
#[derive(Debug)]
pub struct SettingsScreen {
    /// As typed.
    pub form: SettingsForm,
    /// The errors that show, save the token's and the test phone's.
    pub errors: SettingErrors,
    /// What is wrong with the token, once it matters.
    pub token_error: Option<TokenError>,
    /// Where the screen stands.
    pub status: Status,
    /// What it is tried with, and what the last test found.
    pub test: ConnectionTest,
    /// Which part of the settings shows.
    pub sections: Sections,
    /// What the scanner's card shows beside its settings.
    pub scanner: ScannerCard,
    /// What goes into files, and comes from them.
    pub profile: ProfileCard,
    /// The station as it was when the screen opened.
    pub stored: Stored,
    /// What the station tells of itself.
    pub about: AboutCard,
    /// A monitor that shows its name, and since when, in uptime.
    shown: Option<(MonitorName, Duration)>,
    /// The form as it was then, to tell changes by.
    initial: SettingsForm,
}

/// Another server, merchant or method may tell less of an unknown customer.
const LOOKED_UP_BY: [SettingKey; 3] = [SettingKey::BaseUrl, SettingKey::MerchantId, SettingKey::StatsMethod];
/// How long a monitor shows its name.
const MONITOR_SHOWN: Duration = Duration::from_secs(4);

/// What the station had when the screen opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Where the stored token may go.
    pub origin: Option<Origin>,
    /// The end of the stored token.
    pub token_tail: Option<String>,
    /// Why nothing can be saved here, if so.
    pub is_read_only: bool,
    /// Whether there is anything to go back to.
    pub can_leave: bool,
    /// What protects what is stored; a trial stores nothing.
    pub keys: Option<KeyFacts>,
}

impl SettingsScreen {
    /// The screen for a station with these settings, or none yet.
    pub fn open(form: SettingsForm, stored: Stored) -> Self {
        Self {
            initial: form.clone(),
            scanner: ScannerCard::new(&form.draft),
            form,
            errors: SettingErrors::new(),
            token_error: None,
            status: Status::Editing,
            test: ConnectionTest::default(),
            about: AboutCard::default(),
            profile: ProfileCard::default(),
            // A new station starts with typing; one that works starts with looking.
            sections: Sections::focusing(stored.origin.is_none().then_some(SettingKey::BaseUrl)),
            stored,
            shown: None,
        }
    }

    /// Whether anything was changed since the screen opened or was saved.
    pub fn is_changed(&self) -> bool {
        self.form != self.initial
    }

    /// The monitor that shows its name now, and for how long it still does.
    pub fn shown_monitor(&self, now: Now) -> Option<(&MonitorName, Duration)> {
        let (name, since) = self.shown.as_ref()?;
        let left = MONITOR_SHOWN.saturating_sub(now.since(*since));
        (!left.is_zero()).then_some((name, left))
    }

    /// Whether the PIN can be set now: not on a trial, and not while an answer is awaited.
    pub fn can_choose_pin(&self) -> bool {
        let is_waiting = matches!(self.status, Status::Testing { .. } | Status::Saving(_));
        !self.stored.is_read_only && !is_waiting
    }

    /// Whether the typed address leads elsewhere than the stored token may go.
    pub fn needs_token(&self) -> bool {
        self.form.origin().is_none_or(|origin| self.stored.origin.as_ref() != Some(&origin))
            || self.stored.token_tail.is_none()
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(action) => return self.act(action, cx),
            Event::Tested { id, result } => {
                if result.as_ref().is_ok_and(|outcome| outcome.is_adopted) {
                    // It is stored already: no change that could be lost.
                    self.initial.draft.set(SettingKey::Reconcile, Reconcile::Lookup.name());
                    self.reconcile_as_was_seen();
                }
                if matches!(self.status, Status::Testing { id: asked, .. } if asked == id) {
                    self.status = Status::Editing;
                    match result {
                        Ok(outcome) => {
                            if outcome.tells_unknown {
                                self.form.draft.set(SettingKey::Reconcile, Reconcile::Lookup.name());
                            }
                            self.test.report = Some(TestReport { steps: outcome.steps, is_new: true });
                        }
                        Err(failure) => self.status = Status::Failed(failure),
                    }
                }
            }
            Event::Saved { id, result } if self.status == Status::Saving(id) => match result {
                Ok(()) => return self.leave(),
                Err(failure) => self.status = Status::Failed(failure),
            },
            Event::Saved { .. } => {}
            Event::Scanned(scan) => self.scanned(&scan),
            Event::PortsFound { id, ports } => self.ports_found(id, ports),
            Event::AboutRead { id, facts } => self.about_read(id, facts),
            Event::ProfileAnswered { id, result } => self.profile_answered(id, result),
        }
        Update::default()
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match (action, &self.status) {
            // Nothing may change under what is being stored.
            (_, Status::Saving(_)) => {}
            (Action::Edit(key), _) => self.edited(key),
            (Action::EditTestPhone, _) => {
                self.test.error = None;
                self.forget_test();
            }
            (Action::LeaveField(key), _) => self.left(key),
            (Action::Finish(key), _) => {
                self.edited(key);
                self.left(key);
            }
            (Action::Test, status) if !matches!(status, Status::Testing { .. }) => return self.start_test(cx).into(),
            (Action::Save, _) if !self.stored.is_read_only => return self.save(cx).into(),
            (Action::Leave, _) if self.is_changed() => self.status = Status::ConfirmingLeave,
            (Action::Leave | Action::Discard, _) => return self.leave(),
            (Action::ExportProfile, _) => return self.export_profile(cx).into(),
            (Action::ReadProfile, _) => return self.read_profile(cx).into(),
            (Action::Undo(key), _) => self.undo(key),
            (Action::UndoAll, _) => self.undo_all(),
            (Action::AskDefaults(group), _) => self.ask_defaults(group),
            (Action::SetDefaults, _) => self.set_defaults(),
            (Action::Stay, _) => self.status = Status::Editing,
            (Action::ShowMonitor, _) => {
                let chosen = MonitorName::parse(self.form.text(SettingKey::KioskMonitor)).ok().flatten();
                self.shown = chosen.map(|name| (name, cx.now.uptime));
            }
            (Action::ReadBrand, _) => return vec![Effect::ReadBrand].into(),
            (Action::FindPorts, _) => return self.find_ports(cx).into(),
            (Action::EditScan, _) => self.scanner.refusal = None,
            (Action::Show(section), _) => {
                self.left_fields();
                self.sections.show(section);
                if section == SettingsSection::About {
                    return self.ask_about(cx).into();
                }
            }
            (Action::NoteCopied, _) => self.copied(),
            (Action::EndSearch, _) => {
                self.left_fields();
                self.sections.end_search();
            }
            (Action::ChoosePin, _) => return self.step_aside(Exit::ChoosePin),
            (Action::Open(page), _) => return self.step_aside(Exit::Open(page)),
            (Action::Test | Action::Save, _) => {}
        }
        Update::default()
    }

    fn leave(&mut self) -> Update<Exit> {
        self.status = Status::Editing;
        Update::exit(Exit::Left)
    }

    /// An error that shows goes as soon as it is mended. An answer about other settings means nothing any more.
    fn edited(&mut self, key: SettingKey) {
        self.forget_test();
        if key == SettingKey::ScannerSpeed {
            self.try_port();
        }
        if LOOKED_UP_BY.contains(&key) {
            self.reconcile_as_was_seen();
        }
        let found = self.form.draft.check().err().unwrap_or_default();
        if self.errors.contains_key(&key) {
            self.show(key, found.get(&key).copied());
        }
        // Another address may need a token, or need none any more.
        let is_wrong = self.form.token_choice(self.needs_token()).is_err();
        self.token_error = self.token_error.filter(|_| is_wrong && key != SettingKey::Token);
    }

    /// What one server was seen to tell says nothing about another.
    fn reconcile_as_was_seen(&mut self) {
        let is_as_before = LOOKED_UP_BY.into_iter().all(|key| self.form.text(key) == self.initial.text(key));
        let repost = Reconcile::Repost.name();
        let reconcile = if is_as_before { self.initial.text(SettingKey::Reconcile) } else { repost };
        self.form.draft.set(SettingKey::Reconcile, reconcile);
    }

    fn forget_test(&mut self) {
        self.test.report = None;
        self.status = Status::Editing;
    }

    /// A field is complained about when it is left, but not for being empty: it may be filled in later.
    fn left(&mut self, key: SettingKey) {
        if key == SettingKey::ScannerPort {
            self.try_port();
        }
        if key == SettingKey::Token {
            self.token_error = self.form.token_choice(false).err();
            return;
        }
        let is_empty = self.form.text(key).trim().is_empty();
        let found = self.form.draft.check().err().unwrap_or_default();
        self.show(key, found.get(&key).copied().filter(|_| !is_empty));
    }

    /// Fields that show no longer are left.
    fn left_fields(&mut self) {
        for key in SettingKey::ALL.iter().copied() {
            if self.form.text(key) != self.initial.text(key) {
                self.left(key);
            }
        }
    }

    fn show(&mut self, key: SettingKey, error: Option<SettingError>) {
        match error {
            Some(error) => self.errors.insert(key, error),
            None => self.errors.remove(&key),
        };
    }

    fn start_test(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let phone = self.test_phone(cx);
        let (Some((settings, token)), Some(phone)) = (self.check(), phone) else {
            return Vec::new();
        };
        let id = cx.ids.next_id();
        self.test.report = None;
        self.status = Status::Testing { id, since: cx.now.uptime };
        let query = CustomerQuery::Phone(phone);
        vec![Effect::TestConnection { id, settings: Box::new(settings), token, query }]
    }

    fn test_phone(&mut self, cx: &UpdateContext<'_>) -> Option<Phone> {
        let text = &self.test.phone;
        let phone = if text.trim().is_empty() {
            Ok(Phone::unassignable())
        } else {
            Phone::parse(text, cx.preferences.phone_rules)
        };
        self.test.error = phone.as_ref().err().copied();
        phone.ok()
    }

    fn save(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Some((settings, token)) = self.check() else {
            self.status = Status::Editing;
            return Vec::new();
        };
        let id = cx.ids.next_id();
        self.status = Status::Saving(id);
        vec![Effect::SaveSettings { id, settings: Box::new(settings), token }]
    }

    /// The settings and token to go on with, unless something is wrong, which then shows.
    fn check(&mut self) -> Option<(Settings, TokenChoice)> {
        let settings = self.form.draft.check();
        let token = self.form.token_choice(self.needs_token());
        self.errors = settings.as_ref().err().cloned().unwrap_or_default();
        self.token_error = token.as_ref().err().copied();
        self.go_to_first_error();
        settings.ok().zip(token.ok())
    }

    fn go_to_first_error(&mut self) {
        let first_wrong = self.errors.keys().next().copied();
        self.sections.focus = first_wrong.or(self.token_error.map(|_| SettingKey::Token));
        if let Some(key) = self.sections.focus {
            self.sections.show(SettingsSection::of(key));
        }
    }
}
