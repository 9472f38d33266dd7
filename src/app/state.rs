//! The state of the whole program, and nothing that is not state.

use std::time::Duration;

use super::event::QueueStatus;
use super::manager_access::ManagerAccess;
use crate::domain::settings::{Mode, MonitorName, Preferences};
use crate::domain::{ConsentSources, ConsentTexts, Failure, KeyFacts, LanguageTag, Now, PinState, Settings};
use crate::effect::{RequestId, RequestIds};
use crate::screens::UpdateContext;
use crate::screens::counter::Counter;
use crate::screens::door::{Door, DoorFacts, PinPurpose};
use crate::screens::kiosk::Kiosk;
use crate::screens::settings::{SettingsForm, SettingsScreen, Stored};
use crate::screens::welcome::Welcome;
use crate::services::settings_file::SettingsNote;
use crate::services::station::{AtWork, Opened};

/// The state of the program.
#[derive(Debug)]
pub struct State {
    /// What stands on the screen.
    pub screen: Screen,
    /// What is known of the station.
    pub station: StationFacts,
    /// The language of the screens now.
    pub language: LanguageTag,
    /// What the last call said about the way to SWiP.
    pub link: LinkState,
    /// How the queue of signups that wait is.
    pub queue: QueueStatus,
    /// A short word about what was just done.
    pub toast: Option<Toast>,
    /// Gives out request ids.
    pub ids: RequestIds,
    /// What is known of the manager's door.
    pub(super) manager_access: ManagerAccess,
    /// The language that every customer at a kiosk begins with.
    pub(super) first_language: LanguageTag,
    /// What comes back when the settings are closed.
    pub(super) waiting: WaitingScreens,
    /// Answers up to this one came by a way to SWiP that is no longer taken.
    pub(super) outdated: RequestId,
    /// Never full screen: for development.
    is_windowed: bool,
}

/// What stands aside while somebody works in the settings.
#[derive(Debug, Default)]
pub(super) struct WaitingScreens {
    /// The counter.
    pub(super) counter: Option<Box<Counter>>,
    /// The kiosk.
    pub(super) kiosk: Option<Box<Kiosk>>,
}

/// Tells the customers of a kiosk from those of other screens.
const KIOSK: u8 = 2;

/// What stands on the screen.
#[derive(Debug)]
pub enum Screen {
    /// Never set up.
    Welcome(Welcome),
    /// A cashier works.
    Counter(Box<Counter>),
    /// A customer stands alone.
    Kiosk(Box<Kiosk>),
    /// A technician works.
    Settings(Box<SettingsScreen>),
    /// Somebody wants to, or gives the station its PIN.
    Door(Box<Door>),
    /// Nobody can work: a kiosk without a PIN.
    OutOfService,
}

/// What is known of the station.
#[derive(Debug)]
pub struct StationFacts {
    /// What it works by, if it is set up.
    pub settings: Option<Settings>,
    /// What holds with or without a connection.
    pub preferences: Preferences,
    /// The end of its token.
    pub token_tail: Option<String>,
    /// What was wrong with the settings file, until somebody has read it.
    pub notes: Vec<SettingsNote>,
    /// Whether the built-in sandbox answers.
    pub trial: Trial,
    /// Whether it was never set up.
    pub is_first_start: bool,
    /// What protects its secrets; a trial has none.
    pub keys: Option<KeyFacts>,
    /// The program's own texts for consents; the window brings them.
    pub built_in_consents: ConsentTexts,
}

/// Whether the built-in sandbox answers, and nobody is really registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// SWiP itself.
    No,
    /// The sandbox, until the station is connected.
    UntilConnected,
    /// The sandbox to the end; nothing can be stored.
    Whole,
}

/// What the last call said about the way to SWiP. Only a real request is proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// No call yet.
    #[default]
    Untried,
    /// SWiP answered.
    Online,
    /// It did not, or turned the station away.
    Troubled(Failure),
}

/// A short word about what was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What.
    pub message: ToastMessage,
    /// Since when it shows, in uptime.
    pub since: Duration,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastMessage {
    /// The settings are stored and in force.
    SettingsSaved,
    /// The manager PIN is stored and in force.
    PinSaved,
    /// What was typed while a request ran had no place in its answer.
    TypingDropped,
    /// The program that has put something onto the clipboard does not hand it over.
    NothingPasted,
    /// Nobody touched the settings for a minute: they are closed, and what was not saved is gone.
    ManagerTimedOut,
}

impl Toast {
    /// How long it shows.
    pub const SHOWN: Duration = Duration::from_secs(4);
}

impl StationFacts {
    /// What customers are asked to agree to on a screen in this language.
    pub fn consents<'a>(&'a self, language: &'a LanguageTag) -> ConsentSources<'a> {
        ConsentSources { merchant: &self.preferences.consents.texts, built_in: &self.built_in_consents, language }
    }

    /// What an update may need of the station.
    pub(super) fn context<'a>(
        &'a self,
        language: &'a LanguageTag,
        ids: &'a mut RequestIds,
        now: Now,
    ) -> UpdateContext<'a> {
        UpdateContext { now, preferences: &self.preferences, consents: self.consents(language), ids }
    }
}

impl State {
    /// The state of a station as it was found on disk.
    pub fn new(opened: Opened, language: Option<LanguageTag>) -> Self {
        let Opened { loaded, token_tail, keys, pin_wait } = opened;
        let station = StationFacts {
            settings: loaded.settings,
            preferences: loaded.preferences,
            token_tail,
            notes: loaded.notes,
            trial: Trial::No,
            is_first_start: loaded.is_first_start,
            keys: Some(keys),
            built_in_consents: ConsentTexts::default(),
        };
        Self::with(station, language, ManagerAccess::new(pin_wait))
    }

    /// The state of a program that works against a sandbox of its own and stores nothing.
    pub fn sandbox(at_work: AtWork, mode: Mode, language: Option<LanguageTag>) -> Self {
        let AtWork { settings, token_tail } = at_work;
        let station = StationFacts {
            preferences: Preferences { mode, ..settings.preferences.clone() },
            settings: Some(settings),
            token_tail: Some(token_tail),
            notes: Vec::new(),
            trial: Trial::Whole,
            is_first_start: false,
            keys: None,
            built_in_consents: ConsentTexts::default(),
        };
        Self::with(station, language, ManagerAccess::default())
    }

    fn with(station: StationFacts, language: Option<LanguageTag>, manager_access: ManagerAccess) -> Self {
        let ids = RequestIds::default();
        let language = language.unwrap_or_else(|| station.preferences.language.clone());
        let mut state = Self {
            screen: Screen::OutOfService,
            first_language: language.clone(),
            language,
            station,
            link: LinkState::Untried,
            queue: QueueStatus::Unopened,
            toast: None,
            manager_access,
            waiting: WaitingScreens::default(),
            outdated: ids.newest(),
            ids,
            is_windowed: false,
        };
        state.screen = state.home();
        state
    }

    /// The same state in a window that is never full screen, if so wished.
    #[must_use]
    pub fn windowed(self, is_windowed: bool) -> Self {
        Self { is_windowed, ..self }
    }

    /// Whether staff stands before this screen: on a kiosk, only behind the door.
    pub(super) fn tells_staff(&self) -> bool {
        self.station.preferences.mode != Mode::Kiosk || matches!(self.screen, Screen::Settings(_))
    }

    /// Whether the window fills the screen: a kiosk, whoever stands before it.
    pub fn is_full_screen(&self) -> bool {
        self.station.preferences.mode == Mode::Kiosk && !self.is_windowed
    }

    /// The monitor that the window is to fill, by name: the one that settings show, or a kiosk's own.
    pub(super) fn monitor(&self, now: Now) -> Option<&str> {
        let shown = match &self.screen {
            Screen::Settings(settings) => settings.shown_monitor(now).map(|(name, _)| name),
            _ => None,
        };
        let own = || self.station.preferences.kiosk_monitor.as_ref().filter(|_| self.is_full_screen());
        shown.or_else(own).map(MonitorName::as_str)
    }

    /// Whether nobody may get out: a kiosk without a manager inside.
    pub fn is_locked_down(&self) -> bool {
        self.is_full_screen() && !self.is_manager_inside()
    }

    /// Whether somebody works who may end the program, paste and use every key.
    fn is_manager_inside(&self) -> bool {
        matches!(self.screen, Screen::Settings(_) | Screen::Welcome(_))
    }

    /// Whether the screen invites customers: the one that stands for hours.
    pub(super) fn is_inviting(&self) -> bool {
        matches!(&self.screen, Screen::Kiosk(kiosk) if kiosk.status == crate::screens::kiosk::Status::Attract)
    }

    /// Begins anew after a bug: whatever stood on the screen is gone, what is known of the station stays.
    pub(super) fn start_afresh(&mut self) {
        self.waiting = WaitingScreens::default();
        self.toast = None;
        self.language = self.first_language.clone();
        self.leave_manager();
    }

    /// The screen that a station in this state belongs on.
    pub(super) fn home(&mut self) -> Screen {
        let waiting_counter = self.waiting.counter.take();
        let lacks_pin = self.lacks_pin();
        let station = &self.station;
        match (&station.settings, &station.token_tail) {
            (Some(_), Some(_)) if lacks_pin => Screen::OutOfService,
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
            _ => self.guarded_setup(),
        }
    }

    /// What is stored of the manager PIN; a trial has none.
    pub(super) fn pin(&self) -> PinState {
        self.station.keys.map_or(PinState::NotSet, |keys| keys.pin)
    }

    /// Whether this is a kiosk that nobody gave a PIN yet: out of service until somebody does.
    pub(super) fn lacks_pin(&self) -> bool {
        self.station.preferences.mode == Mode::Kiosk
            && self.pin() == PinState::NotSet
            && self.station.trial == Trial::No
    }

    /// How often what was typed had to be forgotten; another number means once more.
    pub(super) fn wipes(&self) -> u64 {
        self.manager_access.wipes
    }

    /// Whether customers stand before this screen.
    pub(super) fn is_public(&self) -> bool {
        let is_of_staff =
            matches!(self.screen, Screen::Welcome(_) | Screen::Counter(_) | Screen::Settings(_) | Screen::Door(_));
        self.station.preferences.mode == Mode::Kiosk && !is_of_staff
    }

    /// The settings, or the door before them: the set-up of a station that cannot work.
    pub(super) fn guarded_setup(&self) -> Screen {
        let facts = self.door_facts(false);
        match self.pin() {
            PinState::NotSet => self.settings_screen(),
            PinState::Set => Screen::Door(Box::new(Door::new(PinPurpose::Open, self.manager_access.free_at, facts))),
            PinState::Lost => Screen::Door(Box::new(Door::lost(facts))),
        }
    }

    /// Back to work: whatever was typed is forgotten.
    pub(super) fn leave_manager(&mut self) {
        self.manager_access.stay = None;
        self.manager_access.settings = None;
        self.manager_access.wipes += 1;
        self.screen = self.home();
    }

    /// What the manager's door shows besides its PIN pad.
    pub(super) fn door_facts(&self, can_leave: bool) -> DoorFacts {
        DoorFacts { can_leave, last_stay: self.manager_access.ended }
    }

    /// Whose typing is on the screen: it is another number with every customer and every screen.
    pub(super) fn customer(&self) -> (u8, u64) {
        match &self.screen {
            Screen::Counter(counter) => (1, counter.generation),
            Screen::Kiosk(kiosk) => (KIOSK, kiosk.generation),
            Screen::Welcome(_) | Screen::Settings(_) | Screen::Door(_) | Screen::OutOfService => (0, self.wipes()),
        }
    }

    /// Whether that customer stood at a kiosk.
    pub(super) fn is_kiosk((screen, _): (u8, u64)) -> bool {
        screen == KIOSK
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
}
