//! The state of the whole program, and nothing that is not state.

use std::time::Duration;

use super::event::QueueStatus;
use super::manager_access::ManagerAccess;
use super::screen::{Audience, Screen, Typist};
use crate::domain::settings::{KioskDevice, Mode, MonitorName, Panel, PanelInches, Preferences, panel_of};
use crate::domain::{
    ConsentSources, ConsentTexts, Failure, KeyFacts, LanguageTag, Now, PinState, PortStatus, SerialPort, Settings,
};
use crate::effect::{RequestId, RequestIds};
use crate::screens::ManagerPage;
use crate::screens::UpdateContext;
use crate::screens::balances::BalancesScreen;
use crate::screens::counter::Counter;
use crate::screens::kiosk::Kiosk;
use crate::screens::out_of_service::OutOfService;
use crate::screens::queue::QueueScreen;
use crate::screens::settings::SettingsScreen;
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

/// What stands aside while somebody works elsewhere.
#[derive(Debug, Default)]
pub(super) struct WaitingScreens {
    /// The counter.
    pub(super) counter: Option<Box<Counter>>,
    /// The kiosk.
    pub(super) kiosk: Option<Box<Kiosk>>,
    /// The settings, while their PIN is being set or the queue is looked after.
    pub(super) settings: Option<Box<SettingsScreen>>,
    /// The queue, while the PIN is typed before what is sealed.
    pub(super) queue: Option<Box<QueueScreen>>,
    /// The balances, as long as there is a list.
    pub(super) balances: Option<Box<BalancesScreen>>,
    /// What the door was come to for, if not for the settings.
    pub(super) wants: Option<ManagerPage>,
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
    /// How it is with a scanner at a serial port.
    pub scanner: PortStatus,
    /// The program's own texts for consents; the window brings them.
    pub built_in_consents: ConsentTexts,
    /// The panels whose size the system knows; the window of a kiosk brings them.
    pub panels: Vec<Panel>,
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
    /// What was scanned is no pass.
    ScanRefused,
    /// A scan, or something typed, that had no place either way.
    ScanUnclear,
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

    /// The size of the panel that a kiosk fills: as it is set, or else as the system knows it.
    pub(super) fn panel_inches(&self) -> Option<PanelInches> {
        let KioskDevice { monitor, panel, .. } = &self.preferences.kiosk_device;
        panel.or_else(|| panel_of(&self.panels, monitor.as_ref()))
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
            scanner: PortStatus::Off,
            built_in_consents: ConsentTexts::default(),
            panels: Vec::new(),
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
            scanner: PortStatus::Off,
            built_in_consents: ConsentTexts::default(),
            panels: Vec::new(),
        };
        Self::with(station, language, ManagerAccess::default())
    }

    fn with(station: StationFacts, language: Option<LanguageTag>, manager_access: ManagerAccess) -> Self {
        let ids = RequestIds::default();
        let language = language.unwrap_or_else(|| station.preferences.language.clone());
        let mut state = Self {
            screen: Screen::OutOfService(OutOfService),
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
        self.station.preferences.mode != Mode::Kiosk || self.screen.audience() == Audience::Manager
    }

    /// Whether the window fills the screen: a kiosk, whoever stands before it.
    pub fn is_full_screen(&self) -> bool {
        self.station.preferences.mode == Mode::Kiosk && !self.is_windowed
    }

    /// The serial port that a scanner is at, if there is one.
    pub(super) fn serial_port(&self) -> Option<SerialPort> {
        match &self.screen {
            // What is typed there can be tried before it is saved.
            Screen::Settings(settings) => settings.serial_port(),
            Screen::Welcome(_)
            | Screen::Counter(_)
            | Screen::Kiosk(_)
            | Screen::Queue(_)
            | Screen::Journal(_)
            | Screen::Balances(_)
            | Screen::Consents(_)
            | Screen::Help(_)
            | Screen::Door(_)
            | Screen::OutOfService(_) => self.station.preferences.scanner.serial_port(),
        }
    }

    /// The monitor that the window is to fill, by name: the one that settings show, or a kiosk's own.
    pub(super) fn monitor(&self, now: Now) -> Option<&str> {
        let own = || self.station.preferences.kiosk_device.monitor.as_ref().filter(|_| self.is_full_screen());
        self.screen.shown_monitor(now).or_else(|| own().map(MonitorName::as_str))
    }

    /// Whether nobody may get out: a kiosk without a manager inside.
    pub fn is_locked_down(&self) -> bool {
        self.is_full_screen() && self.screen.audience() != Audience::Manager
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

    /// Whose typing is on the screen: it is another value with every customer and every screen.
    pub(super) fn typist(&self) -> Typist {
        self.screen.typist(self.manager_access.wipes())
    }
}
