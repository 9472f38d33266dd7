//! Which screen comes next: exits are carried out here, and nowhere else is one screen put in another's place.

use super::corner::Corner;
use super::screen::{Audience, Screen, ScreenEvent, ScreenExit};
use super::state::{State, Toast, ToastMessage, Trial, WaitingScreens};
use crate::domain::settings::Mode;
use crate::domain::{Now, PinState};
use crate::effect::Effect;
use crate::screens::ManagerPage;
use crate::screens::consents::ConsentsScreen;
use crate::screens::door::{EndedStay, PinPurpose};
use crate::screens::help::HelpScreen;
use crate::screens::journal::JournalScreen;
use crate::screens::kiosk::Kiosk;
use crate::screens::out_of_service::OutOfService;
use crate::screens::queue::QueueScreen;
use crate::screens::settings::{SettingsForm, SettingsScreen, Stored};
use crate::screens::welcome::Welcome;
use crate::screens::{
    Update, balances, consents, counter, door, help, journal, kiosk, out_of_service, queue, settings, welcome,
};

impl State {
    /// Hands an event to its screen, and goes where that leads.
    pub(super) fn on_screen(&mut self, event: ScreenEvent, now: Now) -> Vec<Effect> {
        let Self { screen, station, ids, language, first_language, .. } = self;
        let mut cx = station.context(language, ids, now);
        let Update { mut effects, exit } = screen.update(event, &mut cx);
        // Every customer chooses a language; the next begins with the station's.
        if let Screen::Kiosk(kiosk) = screen {
            *language = kiosk.language.as_ref().unwrap_or(first_language).clone();
        }
        if let Some(exit) = exit {
            effects.extend(self.carry_out(exit, now));
        }
        effects
    }

    /// Goes where a screen is left for; what is asked of the outside is what the next one begins with.
    fn carry_out(&mut self, exit: ScreenExit, now: Now) -> Vec<Effect> {
        match exit {
            ScreenExit::Welcome(welcome::Exit::Connect) => self.screen = self.guarded_setup(true),
            ScreenExit::Welcome(welcome::Exit::Trial) => self.screen = self.home(),
            ScreenExit::Counter(counter::Exit::Manager) | ScreenExit::Kiosk(kiosk::Exit::Manager) => {
                self.open_manager(now);
            }
            // What happens in a trial is not noted down.
            ScreenExit::Counter(counter::Exit::Open(ManagerPage::Queue | ManagerPage::Journal))
                if self.station.trial != Trial::No => {}
            ScreenExit::Counter(counter::Exit::Open(ManagerPage::Help)) => self.open_help(),
            ScreenExit::Counter(counter::Exit::Open(page)) => return self.open_page(page, now),
            ScreenExit::OutOfService(out_of_service::Exit::SetPin) => {
                self.manager_access.begin_stay(now.uptime);
                self.screen = self.door(PinPurpose::Set, true);
            }
            ScreenExit::Settings(settings::Exit::ChoosePin) => self.choose_pin(),
            ScreenExit::Settings(settings::Exit::Open(page)) => {
                self.waiting.settings = self.take_settings();
                return self.show_page(page, now);
            }
            ScreenExit::Settings(settings::Exit::Left) => self.leave_manager(),
            ScreenExit::Queue(queue::Exit::ConfirmPin) => self.confirm_pin(),
            ScreenExit::Queue(queue::Exit::Left)
            | ScreenExit::Journal(journal::Exit::Left)
            | ScreenExit::Balances(balances::Exit::Left)
            | ScreenExit::Consents(consents::Exit::Left)
            | ScreenExit::Help(help::Exit::Left) => self.leave_door(now),
            ScreenExit::Door(door::Exit::Opened) => {
                // Staff is here, and has looked at who signs up.
                if let Some(kiosk) = &mut self.waiting.kiosk {
                    kiosk.lift_limits();
                }
                self.manager_access.opened(now.uptime);
                if let Some(queue) = self.waiting.queue.take() {
                    let mut effects = self.back_to_queue(queue, now);
                    effects.extend(self.on_screen(ScreenEvent::Queue(queue::Event::Confirmed), now));
                    return effects;
                }
                self.screen = self.settings_screen();
                return self.go_on(now);
            }
            ScreenExit::Door(door::Exit::PinSet) => {
                self.toast = Some(Toast { message: ToastMessage::PinSaved, since: now.uptime });
                self.leave_door(now);
            }
            ScreenExit::Door(door::Exit::Left) => match self.waiting.queue.take() {
                Some(queue) => return self.back_to_queue(queue, now),
                None => self.leave_door(now),
            },
        }
        Vec::new()
    }

    /// From the counter to help, and back to it.
    fn open_help(&mut self) {
        if let Screen::Counter(counter) = std::mem::replace(&mut self.screen, Screen::Help(HelpScreen::at_work())) {
            self.waiting.counter = Some(Box::new(counter.set_down()));
        }
    }

    /// From the counter to a page behind the manager's door.
    fn open_page(&mut self, page: ManagerPage, now: Now) -> Vec<Effect> {
        self.open_manager(now);
        self.waiting.wants = Some(page);
        self.go_on(now)
    }

    /// Whoever asked for a page at the counter is past the door: on to it, and from it back to the counter.
    fn go_on(&mut self, now: Now) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Settings(_)) {
            return Vec::new();
        }
        self.waiting.wants.take().map(|page| self.show_page(page, now)).unwrap_or_default()
    }

    fn show_page(&mut self, page: ManagerPage, now: Now) -> Vec<Effect> {
        match page {
            ManagerPage::Queue => {
                self.screen = Screen::Queue(Box::new(QueueScreen::new(self.pin() != PinState::NotSet)));
                self.on_screen(ScreenEvent::Queue(queue::Event::Changed), now)
            }
            ManagerPage::Journal => {
                self.screen = Screen::Journal(Box::<JournalScreen>::default());
                self.on_screen(ScreenEvent::Journal(journal::Event::Opened), now)
            }
            ManagerPage::Balances => {
                self.screen = Screen::Balances(self.waiting.balances.take().unwrap_or_default());
                self.on_screen(ScreenEvent::Balances(balances::Event::Opened), now)
            }
            ManagerPage::Help => {
                let is_kiosk = self.station.preferences.mode == Mode::Kiosk;
                self.screen = Screen::Help(HelpScreen::behind_door(is_kiosk));
                Vec::new()
            }
            ManagerPage::Consents => {
                self.screen = Screen::Consents(Box::<ConsentsScreen>::default());
                Vec::new()
            }
        }
    }

    /// The settings, which are left for another page; what is typed in them stays.
    fn take_settings(&mut self) -> Option<Box<SettingsScreen>> {
        match std::mem::replace(&mut self.screen, Screen::OutOfService(OutOfService)) {
            Screen::Settings(settings) => Some(settings),
            other => {
                self.screen = other;
                None
            }
        }
    }

    /// A list goes on while nobody looks at it.
    fn put_balances_aside(&mut self) {
        if let Screen::Balances(balances) = &mut self.screen
            && let Some(aside) = std::mem::take(balances).put_aside()
        {
            self.waiting.balances = Some(Box::new(aside));
        }
    }

    /// From the queue to the PIN, and back to it.
    fn confirm_pin(&mut self) {
        let door = self.door(PinPurpose::Open, true);
        if let Screen::Queue(queue) = std::mem::replace(&mut self.screen, door) {
            self.waiting.queue = Some(queue);
        }
    }

    fn back_to_queue(&mut self, queue: Box<QueueScreen>, now: Now) -> Vec<Effect> {
        self.screen = Screen::Queue(queue);
        self.on_screen(ScreenEvent::Queue(queue::Event::Back), now)
    }

    /// A press in a corner of a kiosk.
    pub(super) fn press_corner(&mut self, corner: Corner, now: Now) -> Vec<Effect> {
        if self.is_public() && self.manager_access.press(corner, now.uptime) {
            self.call_manager(now)
        } else {
            Vec::new()
        }
    }

    /// Somebody asks for the manager's screens.
    pub(super) fn call_manager(&mut self, now: Now) -> Vec<Effect> {
        let event = self.screen.manager_called();
        event.map(|event| self.on_screen(event, now)).unwrap_or_default()
    }

    /// From the counter or a kiosk to the manager's door; where there is no PIN, through it.
    fn open_manager(&mut self, now: Now) {
        let next = self.guarded_setup(true);
        // A counter without a PIN stays open, as staff left it; whatever customers reach shuts.
        if self.is_public() || self.pin() != PinState::NotSet {
            self.manager_access.begin_stay(now.uptime);
        } else {
            self.manager_access.begin_open_stay();
        }
        match std::mem::replace(&mut self.screen, next) {
            Screen::Counter(counter) => self.waiting.counter = Some(Box::new(counter.put_aside())),
            // Whoever stood there is gone; what was counted stays counted.
            Screen::Kiosk(kiosk) => self.waiting.kiosk = Some(Box::new(kiosk.put_aside())),
            Screen::Welcome(_)
            | Screen::Settings(_)
            | Screen::Queue(_)
            | Screen::Journal(_)
            | Screen::Balances(_)
            | Screen::Consents(_)
            | Screen::Help(_)
            | Screen::Door(_)
            | Screen::OutOfService(_) => {}
        }
    }

    /// From the settings to a new PIN, and back to them.
    fn choose_pin(&mut self) {
        let purpose = match self.pin() {
            PinState::NotSet => PinPurpose::Set,
            PinState::Set => PinPurpose::Change,
            PinState::Lost => return,
        };
        let door = self.door(purpose, true);
        if let Screen::Settings(settings) = std::mem::replace(&mut self.screen, door) {
            self.waiting.settings = Some(settings);
        }
    }

    /// Back to where the door was come to from.
    fn leave_door(&mut self, now: Now) {
        self.put_balances_aside();
        match self.waiting.settings.take() {
            Some(mut settings) => {
                settings.stored.keys = self.station.keys;
                self.manager_access.is_back(self.pin(), now.uptime);
                self.screen = Screen::Settings(settings);
            }
            None => self.leave_manager(),
        }
    }

    /// Back to work: whatever was typed is forgotten.
    fn leave_manager(&mut self) {
        self.put_balances_aside();
        self.manager_access.end_stay();
        self.waiting.settings = None;
        self.waiting.queue = None;
        self.waiting.wants = None;
        self.screen = self.home();
    }

    /// Begins anew after a bug: whatever stood on the screen is gone, what is known of the station stays.
    pub(super) fn start_afresh(&mut self) {
        self.waiting = WaitingScreens::default();
        self.toast = None;
        self.language = self.first_language.clone();
        self.leave_manager();
    }

    /// Takes note of a key or a touch.
    pub(super) fn touched(&mut self, now: Now) {
        let is_at_door = matches!(self.screen, Screen::Door(_)) && self.waiting.settings.is_none();
        self.manager_access.touched(is_at_door, now.uptime);
    }

    /// Shuts the door if nobody has touched anything for a minute.
    pub(super) fn lock_if_idle(&mut self, now: Now) {
        if !self.manager_access.is_idle(now.uptime) {
            return;
        }
        let waiting = self.waiting.settings.as_deref().map(SettingsScreen::is_changed);
        let changes = waiting.or_else(|| self.screen.has_changes());
        if let Some(has_dropped_changes) = changes {
            self.manager_access.note_ended(EndedStay { has_dropped_changes });
            if self.station.preferences.mode == Mode::Counter {
                self.toast = Some(Toast { message: ToastMessage::ManagerTimedOut, since: now.uptime });
            }
        }
        self.leave_manager();
    }

    /// The screen that a station in this state belongs on.
    pub(super) fn home(&mut self) -> Screen {
        let waiting_counter = self.waiting.counter.take();
        let lacks_pin = self.lacks_pin();
        let station = &self.station;
        match (&station.settings, &station.token_tail) {
            (Some(_), Some(_)) if lacks_pin => Screen::OutOfService(OutOfService),
            (Some(_), Some(_)) if station.preferences.mode == Mode::Kiosk => {
                self.language = self.first_language.clone();
                let can_take = self.queue.can_take();
                let mut kiosk = self.waiting.kiosk.take().unwrap_or_else(|| Box::new(Kiosk::new(can_take)));
                kiosk.set_open(can_take);
                Screen::Kiosk(kiosk)
            }
            (Some(_), Some(_)) => Screen::Counter(waiting_counter.unwrap_or_default()),
            (None, _) if station.is_first_start => Screen::Welcome(Welcome::default()),
            // Broken settings never lead to the trial: a shop must not register into the void.
            (None, _) | (Some(_), None) => self.guarded_setup(false),
        }
    }

    /// The settings, or the door before them.
    fn guarded_setup(&self, can_leave: bool) -> Screen {
        match self.pin() {
            PinState::NotSet => self.settings_screen(),
            PinState::Set | PinState::Lost => self.door(PinPurpose::Open, can_leave),
        }
    }

    fn door(&self, purpose: PinPurpose, can_leave: bool) -> Screen {
        Screen::Door(Box::new(self.manager_access.door(purpose, self.pin(), can_leave)))
    }

    /// The settings as they stand, to be worked on.
    pub(super) fn settings_screen(&self) -> Screen {
        let station = &self.station;
        // A trial's settings are of no use for the real thing.
        let settings = station.settings.as_ref().filter(|_| station.trial != Trial::UntilConnected);
        let stored = Stored {
            origin: settings.map(|settings| settings.connection.base_url.origin()),
            token_tail: station.token_tail.clone().filter(|_| settings.is_some()),
            is_read_only: station.trial == Trial::Whole,
            keys: station.keys,
            can_leave: station.is_first_start || (station.settings.is_some() && station.token_tail.is_some()),
        };
        let mut preferences = station.preferences.clone();
        if settings.is_none() {
            // Whoever sets the station up has chosen its language already.
            preferences.language = self.language.clone();
        }
        let form = SettingsForm::new(settings, &preferences);
        Screen::Settings(Box::new(SettingsScreen::open(form, stored)))
    }

    /// Whether customers stand before this screen.
    fn is_public(&self) -> bool {
        self.station.preferences.mode == Mode::Kiosk && self.screen.audience() == Audience::Public
    }
}
