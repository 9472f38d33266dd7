//! The queue as a manager sees it, and what a manager may do with it.

use jiff::civil::DateTime;

use super::delivery::{EntryState, Flow};
use super::{Phone, Signup};

/// Everything that waits, what ended unsent, and what keeps all of it from being sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueList {
    /// Oldest first.
    pub entries: Vec<QueueEntry>,
    /// What ended unsent, newest first.
    pub ended: Vec<EndedEntry>,
    /// What keeps all of it from being sent.
    pub pauses: Vec<QueuePause>,
}

/// One signup that waits, without what is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// Its number.
    pub id: i64,
    /// Where it stands.
    pub state: EntryState,
    /// When it was taken, in local time.
    pub taken: DateTime,
    /// How often it was tried.
    pub attempts: u32,
    /// None if the record cannot be opened.
    pub phone_masked: Option<String>,
}

/// What remains of a signup that SWiP never took: nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedEntry {
    /// Its number.
    pub id: i64,
    /// Where it stood last.
    pub state: EntryState,
    /// When it ended, in local time.
    pub ended: DateTime,
    /// Why a manager deleted it; none if its time was over.
    pub deleted: Option<DeleteReason>,
}

/// Something that keeps the whole queue from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePause {
    /// What.
    pub flow: Flow,
    /// Until when, in local time; then it is tried.
    pub until: DateTime,
}

/// Why a manager deletes a signup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeleteReason {
    /// The customer was signed up in another way.
    Duplicate,
    /// The number is nobody's, and the customer cannot be asked.
    WrongNumber,
    /// It was only tried out.
    Test,
    /// Something else.
    Other,
}

/// What a manager wants done with the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueWork {
    /// Send one, or all that are held or need a manager, once more, at once: every pause ends.
    Retry(Option<i64>),
    /// Show what is sealed in one.
    Reveal(i64),
    /// Put other details in the place of those of one.
    Correct(i64, Signup),
    /// Delete one.
    Delete(i64, DeleteReason),
    /// Destroy everything about a customer who takes the consent back.
    Forget(Phone),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueDone {
    /// So many were put back in line.
    Retried(usize),
    /// What is sealed in one.
    Revealed(i64, Box<Signup>),
    /// It waits with its new details.
    Corrected,
    /// It is gone.
    Deleted,
    /// All about a customer is gone.
    Forgotten {
        /// Signups that SWiP had not taken.
        signups: usize,
        /// Pieces of evidence.
        consents: usize,
    },
    /// It left the queue meanwhile.
    Gone,
    /// It is being sent just now.
    InFlight,
    /// Another signup of the phone waits.
    AnotherWaits,
}

impl DeleteReason {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Duplicate, Self::WrongNumber, Self::Test, Self::Other];

    /// The name on disk and in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::WrongNumber => "wrong_number",
            Self::Test => "test",
            Self::Other => "other",
        }
    }

    /// Reads what [`Self::name`] wrote; what nobody wrote is something else.
    pub fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.name() == name).unwrap_or(Self::Other)
    }
}
