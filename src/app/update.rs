//! What every event does to the state, and which effects follow: pure.

use super::event::{Event, ShellAction};
use super::state::{LinkState, Screen, State, Toast, ToastMessage, Trial};
use crate::domain::delivery::{Reconcile, Submission};
use crate::domain::{Failure, Now};
use crate::effect::{Effect, RequestId};
use crate::screens::settings::Status as SettingsStatus;
use crate::screens::{counter, door, kiosk, settings, welcome};
use crate::services::station::AtWork;

impl State {
    /// Takes an event in.
    pub fn update(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Welcome(welcome::Action::Connect) => {
                self.connect();
                Vec::new()
            }
            Event::Welcome(action) => self.welcome(welcome::Event::Acted(action), now),
            Event::Counter(action) => self.counter(counter::Event::Acted(action), now),
            Event::Settings(settings::Action::ChoosePin) => {
                self.choose_pin();
                Vec::new()
            }
            Event::Door(action) => self.door(door::Event::Acted(action), now),
            Event::PinTried { id, at, result } => self.pin_tried(id, at, result, now),
            Event::PinSet { id, result } => self.pin_stored(id, result, now),
            Event::Kiosk(event) => self.kiosk(event, now),
            Event::Settings(action) => self.settings(settings::Event::Acted(action), now),
            Event::Shell(ShellAction::DismissDamage) if self.tells_staff() => vec![Effect::NoteDamage],
            Event::Shell(action) => {
                self.shell(action, now);
                Vec::new()
            }
            Event::QueueChanged(queue) => {
                // What the delivery has found out is newer than what the last lookup met.
                if queue.got_through_since(self.queue) {
                    self.link = LinkState::Online;
                }
                self.queue = queue;
                self.kiosk(kiosk::Event::Opened(queue.can_take()), now)
            }
            // The window itself keeps the brand.
            Event::DamageNoted | Event::Brand(_) => Vec::new(),
            Event::LookedUp { id, result } => {
                self.note_link(id, result.err());
                match self.screen {
                    Screen::Kiosk(_) => self.kiosk(kiosk::Event::LookedUp { id, result }, now),
                    _ => self.counter(counter::Event::LookedUp { id, result }, now),
                }
            }
            Event::Registered { id, result } => {
                // What is only saved says nothing about the way to SWiP.
                if result != Ok(Submission::Saved) {
                    self.note_link(id, result.err());
                }
                match self.screen {
                    Screen::Kiosk(_) => self.kiosk(kiosk::Event::Registered { id, result }, now),
                    _ => self.counter(counter::Event::Registered { id, result }, now),
                }
            }
            Event::Tested { id, result } => {
                let is_adopted = result.as_ref().is_ok_and(|outcome| outcome.is_adopted);
                if let Some(settings) = self.station.settings.as_mut().filter(|_| is_adopted) {
                    settings.connection.reconcile = Reconcile::Lookup;
                }
                self.settings(settings::Event::Tested { id, result }, now)
            }
            Event::Saved { id, result } => {
                let mode = self.station.preferences.mode;
                let kept = result.map(|at_work| self.connected(*at_work, now));
                if self.station.preferences.mode != mode && !matches!(self.screen, Screen::Settings(_)) {
                    // The door has shut meanwhile, on the home of the mode before.
                    self.screen = self.home();
                }
                self.settings(settings::Event::Saved { id, result: kept }, now)
            }
            Event::SandboxStarted { id, result } => self.sandbox_started(id, result, now),
        }
    }

    /// Forgets a toast that has been read.
    pub fn expire_toast(&mut self, now: Now) {
        self.toast = self.toast.filter(|toast| now.since(toast.since) < Toast::SHOWN);
    }

    fn welcome(&mut self, event: welcome::Event, now: Now) -> Vec<Effect> {
        let Self { screen, station, language, ids, .. } = self;
        let mut cx = station.context(language, ids, now);
        match screen {
            Screen::Welcome(welcome) => welcome.update(event, &mut cx),
            _ => Vec::new(),
        }
    }

    fn counter(&mut self, event: counter::Event, now: Now) -> Vec<Effect> {
        let Self { screen, station, language, ids, .. } = self;
        let mut cx = station.context(language, ids, now);
        match screen {
            Screen::Counter(counter) => counter.update(event, &mut cx),
            _ => Vec::new(),
        }
    }

    /// Every customer chooses a language; the next begins with the station's.
    fn kiosk(&mut self, event: kiosk::Event, now: Now) -> Vec<Effect> {
        let Self { screen, station, ids, language, first_language, .. } = self;
        let mut cx = station.context(language, ids, now);
        let Screen::Kiosk(kiosk) = screen else {
            return Vec::new();
        };
        let effects = kiosk.update(event, &mut cx);
        *language = kiosk.language.as_ref().unwrap_or(first_language).clone();
        effects
    }

    fn settings(&mut self, event: settings::Event, now: Now) -> Vec<Effect> {
        let Self { screen, station, language, ids, .. } = self;
        let mut cx = station.context(language, ids, now);
        let Screen::Settings(settings) = screen else {
            return Vec::new();
        };
        let effects = settings.update(event, &mut cx);
        if settings.status == SettingsStatus::Left {
            self.leave_manager();
        }
        effects
    }

    fn connect(&mut self) {
        // A sandbox that is starting would otherwise answer a station that was connected meanwhile.
        if matches!(&self.screen, Screen::Welcome(welcome) if !welcome.is_starting()) {
            self.screen = self.guarded_setup();
            if let Screen::Door(door) = &mut self.screen {
                door.facts.can_leave = true;
            }
        }
    }

    fn shell(&mut self, action: ShellAction, now: Now) {
        match action {
            ShellAction::OpenSettings if matches!(self.screen, Screen::Counter(_)) => self.open_manager(now),
            ShellAction::PressCorner(corner) => self.press_corner(corner, now),
            ShellAction::SetFirstPin => self.set_first_pin(now),
            ShellAction::SwitchLanguage(tag) => self.language = tag,
            ShellAction::DismissNotes => self.station.notes.clear(),
            // A kiosk has no gear. What is asked of the outside is told by the queue.
            ShellAction::OpenSettings | ShellAction::DismissDamage => {}
        }
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
        let effects =
            self.welcome(welcome::Event::SandboxStarted { id, result: result.as_ref().map(drop).map_err(|e| *e) }, now);
        if let (Ok(at_work), Screen::Welcome(_)) = (result, &self.screen) {
            let language = self.language.clone();
            self.put_to_work(*at_work);
            // The person has chosen a language already.
            self.first_language = language.clone();
            self.language = language;
            self.station.trial = Trial::UntilConnected;
            self.screen = self.home();
        }
        effects
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
