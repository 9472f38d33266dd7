//! Everything that can happen to the program.

use std::time::Duration;

use super::brand::BrandEvent;
use super::corner::Corner;
use super::screen::ScreenEvent;
use crate::domain::balances::{ListAnswer, ListNews};
use crate::domain::check::TestOutcome;
use crate::domain::consent::ConsentAnswer;
use crate::domain::delivery::{Flow, Submission};
use crate::domain::journal::JournalAnswer;
use crate::domain::pin::PinVerdict;
use crate::domain::queue::{QueueDone, QueueList};
use crate::domain::{
    AboutFacts, Failure, LanguageTag, Lookup, PortName, PortStatus, ProfileAnswer, ProfileFault, Scan, Unfit,
};
use crate::effect::RequestId;
use crate::services::outbox;
use crate::services::station::AtWork;

/// One thing that happened.
#[derive(Debug)]
pub enum Event {
    /// A screen is to take something in; mostly what a person did on it.
    Screen(ScreenEvent),
    /// A person did something in the frame around the screens.
    Shell(ShellAction),
    /// The queue of signups that wait is another than before.
    QueueChanged(QueueStatus),
    /// A scanner brought something.
    Scanned(Scan),
    /// It is otherwise with the scanner's port than before.
    ScannerChanged(PortStatus),
    /// The serial ports there are.
    PortsFound {
        /// To which request.
        id: RequestId,
        /// By name.
        ports: Vec<PortName>,
    },
    /// A lookup was answered, or was not.
    LookedUp {
        /// To which request.
        id: RequestId,
        /// What SWiP said.
        result: Result<Lookup, Failure>,
    },
    /// A signup was answered, or was not.
    Registered {
        /// To which request.
        id: RequestId,
        /// What SWiP said.
        result: Result<Submission, Failure>,
    },
    /// The connection test is done.
    Tested {
        /// To which request.
        id: RequestId,
        /// What it found.
        result: Result<TestOutcome, Failure>,
    },
    /// The settings are stored, or are not.
    Saved {
        /// To which request.
        id: RequestId,
        /// What the station works with now.
        result: Result<Box<AtWork>, Failure>,
    },
    /// Digits were tried as the manager PIN.
    PinTried {
        /// To which request.
        id: RequestId,
        /// When they were typed, in uptime: a wait counts from here.
        at: Duration,
        /// How it ended.
        result: Result<PinVerdict, Failure>,
    },
    /// The manager PIN is set, or is not.
    PinSet {
        /// To which request.
        id: RequestId,
        /// Why not.
        result: Result<(), Failure>,
    },
    /// The queue was read, or was not.
    QueueListed {
        /// To which request.
        id: RequestId,
        /// What is in it.
        result: Result<QueueList, Failure>,
    },
    /// A manager's wish was done, or was not.
    QueueWorked {
        /// To which request.
        id: RequestId,
        /// How it ended.
        result: Result<QueueDone, Failure>,
    },
    /// The journal was read, or was not.
    JournalAnswered {
        /// To which request.
        id: RequestId,
        /// What it tells.
        result: Result<JournalAnswer, Failure>,
    },
    /// A manager's wish with the consents was done, or was not.
    ConsentsAnswered {
        /// To which request.
        id: RequestId,
        /// What came of it.
        result: Result<ConsentAnswer, Failure>,
    },
    /// What the station tells of itself; nothing if it could not be gathered.
    AboutRead {
        /// To which request.
        id: RequestId,
        /// What.
        facts: Option<Box<AboutFacts>>,
    },
    /// A question about profiles was answered, or was not.
    ProfileAnswered {
        /// To which request.
        id: RequestId,
        /// What came of it.
        result: Result<ProfileAnswer, ProfileFault>,
    },
    /// A question about a list was answered, or was not.
    ListAnswered {
        /// To which request.
        id: RequestId,
        /// What was told.
        result: Result<ListAnswer, Failure>,
    },
    /// A list that is asked about has got on.
    ListNews {
        /// Of which request.
        id: RequestId,
        /// Since the last time.
        news: Vec<ListNews>,
    },
    /// A list is asked about no longer.
    ListEnded {
        /// Of which request.
        id: RequestId,
        /// Why.
        result: Result<(), Failure>,
    },
    /// A list was told to stop; its end comes by itself.
    ListStopped,
    /// Something of the brand was read.
    Brand(BrandEvent),
    /// A person knows of the damaged queue; the queue itself tells whether the sign is gone.
    ReturnNoted,
    /// The sandbox runs, or does not.
    SandboxStarted {
        /// To which request.
        id: RequestId,
        /// What the station works with now.
        result: Result<Box<AtWork>, Failure>,
    },
}

/// How the queue of signups that wait is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueStatus {
    /// The station is not connected yet, or is being opened.
    #[default]
    Unopened,
    /// Signups can be stored.
    Open(outbox::Status),
    /// They cannot: signup is out of service.
    Failed,
    /// They cannot, and never will be where the station's files are.
    Unfit(Unfit),
}

impl QueueStatus {
    /// What an outbox that cannot be had means for the queue.
    pub(super) fn of_failure(failure: Failure) -> Self {
        match failure {
            Failure::Unfit(unfit) => Self::Unfit(unfit),
            _ => Self::Failed,
        }
    }

    /// Whether something got through to SWiP between `before` and now.
    pub fn got_through_since(self, before: Self) -> bool {
        let (Self::Open(now), Self::Open(before)) = (self, before) else {
            return false;
        };
        let waiting = |status: outbox::Status| status.counts.waiting + status.counts.held;
        now.flow == Flow::Flowing && (before.flow != Flow::Flowing || waiting(now) < waiting(before))
    }

    /// Whether a signup can be taken, as far as is known.
    pub fn can_take(self) -> bool {
        match self {
            Self::Unopened => true,
            Self::Open(status) => status.closed().is_none(),
            Self::Failed | Self::Unfit(_) => false,
        }
    }
}

/// What a person wants from the frame around the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellAction {
    /// The settings, through the manager's door.
    OpenSettings,
    /// A press in a top corner of a kiosk.
    PressCorner(Corner),
    /// Another language, until the program ends.
    SwitchLanguage(LanguageTag),
    /// The note about the settings file was read.
    DismissNotes,
    /// The note about a damaged queue was read.
    DismissReturn,
}
