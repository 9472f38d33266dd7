//! What every event does to the state, and which effects follow: pure.

use std::time::Duration;

use super::event::{Event, ShellAction};
use super::screen::{Audience, Screen, ScreenEvent};
use super::screen_keys::ScanReading;
use super::state::{LinkState, State, Toast, ToastMessage, Trial};
use crate::domain::balances::ListQuestion;
use crate::domain::delivery::{Reconcile, Submission};
use crate::domain::pin::PinVerdict;
use crate::domain::{Connection, Failure, Now, PinState, Scan, ScanError};
use crate::effect::{Effect, RequestId};
use crate::screens::{balances, consents, door, kiosk, queue, settings, welcome};
use crate::services::station::AtWork;

impl State {
    /// Takes an event in.
    pub fn update(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Screen(event) => self.on_screen(event, now),
            Event::PinTried { id, at, result } => self.pin_tried(id, at, result, now),
            Event::PinSet { id, result } => self.pin_stored(id, result, now),
            Event::Shell(action) => self.shell(action, now),
            Event::QueueChanged(status) => {
                // What the delivery has found out is newer than what the last lookup met.
                if status.got_through_since(self.queue) {
                    self.link = LinkState::Online;
                }
                self.queue = status;
                let mut effects = self.on_screen(ScreenEvent::Kiosk(kiosk::Event::Opened(status.can_take())), now);
                effects.extend(self.on_screen(ScreenEvent::Queue(queue::Event::Changed), now));
                effects
            }
            Event::QueueListed { id, result } => {
                self.on_screen(ScreenEvent::Queue(queue::Event::Listed { id, result }), now)
            }
            Event::QueueWorked { id, result } => {
                self.on_screen(ScreenEvent::Queue(queue::Event::Worked { id, result }), now)
            }
            Event::JournalAnswered { id, result } => {
                let event = self.screen.journal_answered(id, result);
                event.map(|event| self.on_screen(event, now)).unwrap_or_default()
            }
            Event::ConsentsAnswered { id, result } => {
                self.on_screen(ScreenEvent::Consents(consents::Event::Answered { id, result }), now)
            }
            Event::ListAnswered { id, result } => self.on_balances(balances::Event::Answered { id, result }, now),
            Event::ListNews { id, news } => self.on_balances(balances::Event::News { id, news }, now),
            Event::ListEnded { id, result } => self.on_balances(balances::Event::Ended { id, result }, now),
            Event::Scanned(scan) => self.scanned(scan, now),
            Event::ScannerChanged(status) => {
                self.station.scanner = status;
                Vec::new()
            }
            Event::PortsFound { id, ports } => self.on_settings(settings::Event::PortsFound { id, ports }, now),
            Event::AboutRead { id, facts } => self.on_settings(settings::Event::AboutRead { id, facts }, now),
            Event::ProfileAnswered { id, result } => {
                self.on_settings(settings::Event::ProfileAnswered { id, result }, now)
            }
            // The window itself keeps the brand.
            Event::ReturnNoted | Event::ListStopped | Event::Brand(_) => Vec::new(),
            Event::LookedUp { id, result } => {
                self.note_link(id, result.err());
                let event = self.screen.looked_up(id, result);
                event.map(|event| self.on_screen(event, now)).unwrap_or_default()
            }
            Event::Registered { id, result } => {
                // What is only saved says nothing about the way to SWiP.
                if !matches!(result, Ok(Submission::Saved | Submission::SavedForManager)) {
                    self.note_link(id, result.err());
                }
                let event = self.screen.registered(id, result);
                event.map(|event| self.on_screen(event, now)).unwrap_or_default()
            }
            Event::Tested { id, result } => {
                let is_adopted = result.as_ref().is_ok_and(|outcome| outcome.is_adopted);
                if let Some(settings) = self.station.settings.as_mut().filter(|_| is_adopted) {
                    settings.connection.reconcile = Reconcile::Lookup;
                }
                self.on_screen(ScreenEvent::Settings(settings::Event::Tested { id, result }), now)
            }
            Event::Saved { id, result } => {
                let mode = self.station.preferences.mode;
                let before = self.station.settings.as_ref().map(|settings| settings.connection.clone());
                let kept = result.map(|at_work| self.connected(*at_work, now));
                let mut effects = self.drop_list_of_another(before.as_ref());
                if self.station.preferences.mode != mode && !matches!(self.screen, Screen::Settings(_)) {
                    // The door has shut meanwhile, on the home of the mode before.
                    self.screen = self.home();
                }
                effects.extend(self.on_screen(ScreenEvent::Settings(settings::Event::Saved { id, result: kept }), now));
                effects
            }
            Event::SandboxStarted { id, result } => self.sandbox_started(id, result, now),
        }
    }

    fn on_settings(&mut self, event: settings::Event, now: Now) -> Vec<Effect> {
        self.on_screen(ScreenEvent::Settings(event), now)
    }

    /// Something about a list, which goes on while nobody looks at it.
    fn on_balances(&mut self, event: balances::Event, now: Now) -> Vec<Effect> {
        let Some(waiting) = &mut self.waiting.balances else {
            return self.on_screen(ScreenEvent::Balances(event), now);
        };
        let mut cx = self.station.context(&self.language, &mut self.ids, now);
        waiting.update(event, &mut cx).effects
    }

    /// The balances of one merchant say nothing about another's.
    fn drop_list_of_another(&mut self, before: Option<&Connection>) -> Vec<Effect> {
        let now = self.station.settings.as_ref().map(|settings| &settings.connection);
        if before.zip(now).is_none_or(|(before, now)| now.looks_up_like(before)) {
            return Vec::new();
        }
        self.waiting.balances = None;
        vec![Effect::StopList, Effect::AskList { id: self.ids.next_id(), question: ListQuestion::Forget }]
    }

    /// A scan is the next customer's pass, or is told to be none.
    fn scanned(&mut self, scan: Scan, now: Now) -> Vec<Effect> {
        match self.screen.reads_scans() {
            ScanReading::Everywhere => {}
            ScanReading::OutsideFields => {
                // Somebody is at work there, though no key tells.
                self.touched(now);
                return self.on_screen(ScreenEvent::Settings(settings::Event::Scanned(scan)), now);
            }
            // A scanner at a port does not know what stands on the screen.
            ScanReading::Nowhere => return Vec::new(),
        }
        match self.station.preferences.scanner.rules.read(&scan) {
            Ok(pass) => {
                let event = self.screen.scanned(pass);
                event.map(|event| self.on_screen(event, now)).unwrap_or_default()
            }
            Err(error) if self.tells_staff() => {
                let message =
                    if error == ScanError::Unclear { ToastMessage::ScanUnclear } else { ToastMessage::ScanRefused };
                self.toast = Some(Toast { message, since: now.uptime });
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    /// Forgets a toast that has been read.
    pub fn expire_toast(&mut self, now: Now) {
        self.toast = self.toast.filter(|toast| now.since(toast.since) < Toast::SHOWN);
    }

    /// A try of the PIN was answered, whether or not anybody still waits for it.
    fn pin_tried(&mut self, id: RequestId, at: Duration, result: Result<PinVerdict, Failure>, now: Now) -> Vec<Effect> {
        if let Ok(verdict) = result {
            self.manager_access.tried(verdict, at);
            if let (PinVerdict::Lost, Some(keys)) = (verdict, &mut self.station.keys) {
                keys.pin = PinState::Lost;
            }
        }
        self.on_screen(ScreenEvent::Door(door::Event::Tried { id, at, result }), now)
    }

    /// A new PIN is stored, or is not.
    fn pin_stored(&mut self, id: RequestId, result: Result<(), Failure>, now: Now) -> Vec<Effect> {
        if let (Ok(()), Some(keys)) = (result, &mut self.station.keys) {
            keys.pin = PinState::Set;
            self.manager_access.pin_set();
        }
        self.on_screen(ScreenEvent::Door(door::Event::Stored { id, result }), now)
    }

    fn shell(&mut self, action: ShellAction, now: Now) -> Vec<Effect> {
        match action {
            // A kiosk has no gear.
            ShellAction::OpenSettings if self.screen.audience() == Audience::Staff => return self.call_manager(now),
            ShellAction::PressCorner(corner) => return self.press_corner(corner, now),
            ShellAction::SwitchLanguage(tag) => self.language = tag,
            ShellAction::DismissNotes => self.station.notes.clear(),
            // The queue tells when that is done.
            ShellAction::DismissReturn if self.tells_staff() => return vec![Effect::NoteReturn],
            ShellAction::OpenSettings | ShellAction::DismissReturn => {}
        }
        Vec::new()
    }

    /// New settings are in force: everything that was asked under the old ones is forgotten.
    fn connected(&mut self, at_work: AtWork, now: Now) {
        self.put_to_work(at_work);
        if self.station.trial != Trial::No {
            // What happened in the trial did not happen.
            self.waiting.counter = None;
            self.waiting.kiosk = None;
        }
        self.station.trial = Trial::No;
        self.station.notes.clear();
        if let Some(keys) = &mut self.station.keys {
            // Whatever became of the old token, the one in force could be stored.
            keys.is_token_lost = false;
        }
        self.toast = Some(Toast { message: ToastMessage::SettingsSaved, since: now.uptime });
    }

    fn sandbox_started(&mut self, id: RequestId, result: Result<Box<AtWork>, Failure>, now: Now) -> Vec<Effect> {
        let result = result.map(|at_work| {
            // A station that was ever set up has no use for a sandbox.
            if self.station.is_first_start || self.station.trial == Trial::UntilConnected {
                let language = self.language.clone();
                self.put_to_work(*at_work);
                // The person has chosen a language already.
                self.first_language = language.clone();
                self.language = language;
                self.station.trial = Trial::UntilConnected;
            }
        });
        self.on_screen(ScreenEvent::Welcome(welcome::Event::SandboxStarted { id, result }), now)
    }

    fn put_to_work(&mut self, at_work: AtWork) {
        let AtWork { settings, token_tail } = at_work;
        self.language = settings.preferences.language.clone();
        self.first_language = self.language.clone();
        self.station.preferences = settings.preferences.clone();
        self.station.settings = Some(settings);
        self.station.token_tail = Some(token_tail);
        self.station.is_first_start = false;
        self.link = LinkState::Untried;
        self.outdated = self.ids.newest();
    }

    /// What an answer, or its failure, says about the way to SWiP. A refusal came over a way that works.
    fn note_link(&mut self, id: RequestId, failure: Option<Failure>) {
        if id <= self.outdated {
            return;
        }
        self.link = match failure {
            None | Some(Failure::Refused(_)) => LinkState::Online,
            Some(failure) => LinkState::Troubled(failure),
        };
    }
}
