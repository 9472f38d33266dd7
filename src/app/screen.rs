//! The screens as one: which there are, whom each is for, and what the rest of the program asks of any of them.

use std::time::Duration;

use egui::Ui;

use crate::domain::delivery::Submission;
use crate::domain::journal::JournalAnswer;
use crate::domain::settings::KioskRules;
use crate::domain::{Failure, Lookup, Now, PassId};
use crate::effect::RequestId;
use crate::screens::balances::BalancesScreen;
use crate::screens::consents::ConsentsScreen;
use crate::screens::counter::Counter;
use crate::screens::door::Door;
use crate::screens::help::HelpScreen;
use crate::screens::journal::JournalScreen;
use crate::screens::kiosk::{Comfort, Kiosk};
use crate::screens::out_of_service::OutOfService;
use crate::screens::queue::QueueScreen;
use crate::screens::settings::SettingsScreen;
use crate::screens::welcome::Welcome;
use crate::screens::{
    Update, UpdateContext, ViewContext, balances, consents, counter, door, help, journal, kiosk, out_of_service, queue,
    settings, welcome,
};

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
    /// A manager looks after what waits.
    Queue(Box<QueueScreen>),
    /// A manager looks at what was done.
    Journal(Box<JournalScreen>),
    /// A manager asks for the points of many.
    Balances(Box<BalancesScreen>),
    /// A manager looks at what customers agreed to.
    Consents(Box<ConsentsScreen>),
    /// Somebody reads how it is done.
    Help(HelpScreen),
    /// Somebody wants to, or gives the station its PIN.
    Door(Box<Door>),
    /// Nobody can work: a kiosk without a PIN.
    OutOfService(OutOfService),
}

/// What a screen takes in; one of a screen that is gone changes nothing.
#[derive(Debug)]
pub enum ScreenEvent {
    /// For the welcome screen.
    Welcome(welcome::Event),
    /// For the counter.
    Counter(counter::Event),
    /// For the kiosk.
    Kiosk(kiosk::Event),
    /// For the settings.
    Settings(settings::Event),
    /// For the queue.
    Queue(queue::Event),
    /// For the journal.
    Journal(journal::Event),
    /// For the balances.
    Balances(balances::Event),
    /// For the consents.
    Consents(consents::Event),
    /// For the help screen.
    Help(help::Event),
    /// For the manager's door.
    Door(door::Event),
    /// For a kiosk without a PIN.
    OutOfService(out_of_service::Event),
}

/// Where a screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScreenExit {
    Welcome(welcome::Exit),
    Counter(counter::Exit),
    Kiosk(kiosk::Exit),
    Settings(settings::Exit),
    Queue(queue::Exit),
    Journal(journal::Exit),
    Balances(balances::Exit),
    Consents(consents::Exit),
    Help(help::Exit),
    Door(door::Exit),
    OutOfService(out_of_service::Exit),
}

/// Whom a screen is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Customers, where the station is a kiosk.
    Public,
    /// Whoever works in the shop.
    Staff,
    /// Who may change the station and end the program.
    Manager,
}

/// Whose typing is on the screen: it is another value with every customer and every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Typist {
    Counter(u64),
    Kiosk(u64),
    Manager(u64),
}

impl Screen {
    /// Whom the screen is for. The lock-down and the way to the manager's screens go by it.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Kiosk(_) | Self::OutOfService(_) => Audience::Public,
            Self::Help(help) if help.is_behind_door => Audience::Manager,
            Self::Counter(_) | Self::Door(_) | Self::Help(_) => Audience::Staff,
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_) => Audience::Manager,
        }
    }

    /// Takes an event in.
    pub(super) fn update(&mut self, event: ScreenEvent, cx: &mut UpdateContext<'_>) -> Update<ScreenExit> {
        match event {
            ScreenEvent::Welcome(event) => {
                let Self::Welcome(welcome) = self else { return Update::default() };
                welcome.update(event, cx).map(ScreenExit::Welcome)
            }
            ScreenEvent::Counter(event) => {
                let Self::Counter(counter) = self else { return Update::default() };
                counter.update(event, cx).map(ScreenExit::Counter)
            }
            ScreenEvent::Kiosk(event) => {
                let Self::Kiosk(kiosk) = self else { return Update::default() };
                kiosk.update(event, cx).map(ScreenExit::Kiosk)
            }
            ScreenEvent::Settings(event) => {
                let Self::Settings(settings) = self else { return Update::default() };
                settings.update(event, cx).map(ScreenExit::Settings)
            }
            ScreenEvent::Queue(event) => {
                let Self::Queue(queue) = self else { return Update::default() };
                queue.update(event, cx).map(ScreenExit::Queue)
            }
            ScreenEvent::Journal(event) => {
                let Self::Journal(journal) = self else { return Update::default() };
                journal.update(event, cx).map(ScreenExit::Journal)
            }
            ScreenEvent::Balances(event) => {
                let Self::Balances(balances) = self else { return Update::default() };
                balances.update(event, cx).map(ScreenExit::Balances)
            }
            ScreenEvent::Consents(event) => {
                let Self::Consents(consents) = self else { return Update::default() };
                consents.update(event, cx).map(ScreenExit::Consents)
            }
            ScreenEvent::Help(event) => {
                let Self::Help(help) = self else { return Update::default() };
                help.update(event).map(ScreenExit::Help)
            }
            ScreenEvent::Door(event) => {
                let Self::Door(door) = self else { return Update::default() };
                door.update(event, cx).map(ScreenExit::Door)
            }
            ScreenEvent::OutOfService(event) => {
                let Self::OutOfService(screen) = self else { return Update::default() };
                screen.update(event).map(ScreenExit::OutOfService)
            }
        }
    }

    /// Draws the screen; what a person wants of it is an event.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) -> Option<ScreenEvent> {
        match self {
            Self::Welcome(screen) => {
                welcome::view::ui(ui, screen, cx).map(|action| ScreenEvent::Welcome(welcome::Event::Acted(action)))
            }
            Self::Counter(screen) => {
                counter::view::ui(ui, screen, cx).map(|action| ScreenEvent::Counter(counter::Event::Acted(action)))
            }
            Self::Kiosk(screen) => {
                kiosk::view::ui(ui, screen, cx).map(|action| ScreenEvent::Kiosk(kiosk::Event::Acted(action)))
            }
            Self::Settings(screen) => {
                settings::view::ui(ui, screen, cx).map(|action| ScreenEvent::Settings(settings::Event::Acted(action)))
            }
            Self::Queue(screen) => {
                queue::view::ui(ui, screen, cx).map(|action| ScreenEvent::Queue(queue::Event::Acted(action)))
            }
            Self::Journal(screen) => {
                journal::view::ui(ui, screen, cx).map(|action| ScreenEvent::Journal(journal::Event::Acted(action)))
            }
            Self::Balances(screen) => {
                balances::view::ui(ui, screen, cx).map(|action| ScreenEvent::Balances(balances::Event::Acted(action)))
            }
            Self::Consents(screen) => {
                consents::view::ui(ui, screen, cx).map(|action| ScreenEvent::Consents(consents::Event::Acted(action)))
            }
            Self::Help(screen) => {
                help::view::ui(ui, screen, cx).map(|action| ScreenEvent::Help(help::Event::Acted(action)))
            }
            Self::Door(screen) => {
                door::view::ui(ui, screen, cx).map(|action| ScreenEvent::Door(door::Event::Acted(action)))
            }
            Self::OutOfService(_) => out_of_service::view::ui(ui, cx)
                .map(|action| ScreenEvent::OutOfService(out_of_service::Event::Acted(action))),
        }
    }

    /// What an answer to a lookup is for this screen.
    pub(super) fn looked_up(&self, id: RequestId, result: Result<Lookup, Failure>) -> Option<ScreenEvent> {
        match self {
            Self::Counter(_) => Some(ScreenEvent::Counter(counter::Event::LookedUp { id, result })),
            Self::Kiosk(_) => Some(ScreenEvent::Kiosk(kiosk::Event::LookedUp { id, result })),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// What an answer of the journal is for this screen.
    pub(super) fn journal_answered(
        &self,
        id: RequestId,
        result: Result<JournalAnswer, Failure>,
    ) -> Option<ScreenEvent> {
        match self {
            Self::Counter(_) => Some(ScreenEvent::Counter(counter::Event::RecentTold { id, result })),
            Self::Journal(_) => Some(ScreenEvent::Journal(journal::Event::Answered { id, result })),
            Self::Welcome(_)
            | Self::Kiosk(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// What a scanned pass is for this screen.
    pub(super) fn scanned(&self, pass: PassId) -> Option<ScreenEvent> {
        match self {
            Self::Counter(_) => Some(ScreenEvent::Counter(counter::Event::Scanned(pass))),
            Self::Kiosk(_) => Some(ScreenEvent::Kiosk(kiosk::Event::Scanned(pass))),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// What an answer to a signup is for this screen.
    pub(super) fn registered(&self, id: RequestId, result: Result<Submission, Failure>) -> Option<ScreenEvent> {
        match self {
            Self::Counter(_) => Some(ScreenEvent::Counter(counter::Event::Registered { id, result })),
            Self::Kiosk(_) => Some(ScreenEvent::Kiosk(kiosk::Event::Registered { id, result })),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// What "to the manager" is for this screen.
    pub(super) fn manager_called(&self) -> Option<ScreenEvent> {
        match self {
            Self::Counter(_) => Some(ScreenEvent::Counter(counter::Event::ManagerCalled)),
            Self::Kiosk(_) => Some(ScreenEvent::Kiosk(kiosk::Event::ManagerCalled)),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// Whose typing is on the screen; `wipes` tells one stay with the manager from another.
    pub(super) fn typist(&self, wipes: u64) -> Typist {
        match self {
            Self::Counter(counter) => Typist::Counter(counter.generation),
            Self::Kiosk(kiosk) => Typist::Kiosk(kiosk.generation),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => Typist::Manager(wipes),
        }
    }

    fn kiosk(&self) -> Option<&Kiosk> {
        if let Self::Kiosk(kiosk) = self { Some(kiosk) } else { None }
    }

    fn settings(&self) -> Option<&SettingsScreen> {
        match self {
            Self::Settings(settings) => Some(settings),
            Self::Welcome(_)
            | Self::Counter(_)
            | Self::Kiosk(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }

    /// Whether it fills the window: a customer has no use for what staff must know.
    pub(super) fn fills_window(&self) -> bool {
        self.kiosk().is_some()
    }

    /// Whether it invites customers: the one that stands for hours.
    pub(super) fn is_inviting(&self) -> bool {
        self.kiosk().is_some_and(Kiosk::is_inviting)
    }

    /// What this customer needs to read and to reach.
    pub(super) fn comfort(&self) -> Comfort {
        self.kiosk().map(|kiosk| kiosk.comfort).unwrap_or_default()
    }

    /// When it must be drawn again though nothing happens.
    pub(super) fn wakes_in(&self, now: Now, rules: KioskRules) -> Option<Duration> {
        self.kiosk()?.wakes_in(now, &rules)
    }

    /// The monitor that shows its name now.
    pub(super) fn shown_monitor(&self, now: Now) -> Option<&str> {
        self.settings()?.shown_monitor(now).map(|(name, _)| name.as_str())
    }

    /// Whether changes would be dropped by leaving now; nothing where there is nothing to change.
    pub(super) fn has_changes(&self) -> Option<bool> {
        // There is nothing to change, but a stay with the manager that ends.
        let only_looks = matches!(self, Self::Journal(_) | Self::Balances(_) | Self::Consents(_)).then_some(false);
        self.settings().map(SettingsScreen::is_changed).or(only_looks)
    }
}
