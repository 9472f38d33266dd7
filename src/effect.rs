//! Everything the program may ask of the outside world, as data.

use std::time::Duration;

use crate::domain::balances::{ListQuestion, SavedList};
use crate::domain::brand::PictureUse;
use crate::domain::consent::ConsentQuestion;
use crate::domain::journal::JournalQuestion;
use crate::domain::queue::QueueWork;
use crate::domain::{CustomerQuery, Given, PictureName, Pin, PinEntry, ProfileQuestion, Settings, Signup, TokenChoice};

/// Which question an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

/// Gives out request ids, each once.
#[derive(Debug, Default)]
pub struct RequestIds {
    last: u64,
}

impl RequestIds {
    /// An id that no request had before.
    pub fn next_id(&mut self) -> RequestId {
        self.last += 1;
        RequestId(self.last)
    }

    /// The newest id given out; every later one is greater.
    pub fn newest(&self) -> RequestId {
        RequestId(self.last)
    }
}

/// One thing asked of the outside world.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask SWiP for a customer's points.
    LookUp {
        /// Answered with.
        id: RequestId,
        /// Whom.
        query: CustomerQuery,
    },
    /// Ask SWiP to create a customer's account.
    Register {
        /// Answered with.
        id: RequestId,
        /// Whose.
        signup: Signup,
        /// What the customer agreed to: evidence that is stored with the signup.
        consents: Vec<Given>,
    },
    /// Try a connection that may not be saved yet.
    TestConnection {
        /// Answered with.
        id: RequestId,
        /// Where and under which ids.
        settings: Box<Settings>,
        /// With which token.
        token: TokenChoice,
        /// Whose points are asked for.
        query: CustomerQuery,
    },
    /// Store the settings durably and work by them from then on.
    SaveSettings {
        /// Answered with.
        id: RequestId,
        /// What.
        settings: Box<Settings>,
        /// With which token.
        token: TokenChoice,
    },
    /// Look which serial ports there are.
    FindPorts {
        /// Answered with.
        id: RequestId,
    },
    /// Read the queue.
    ListQueue {
        /// Answered with.
        id: RequestId,
    },
    /// Do what a manager wants with the queue.
    WorkOnQueue {
        /// Answered with.
        id: RequestId,
        /// What.
        work: QueueWork,
    },
    /// Read the journal, or write it into a file.
    AskJournal {
        /// Answered with.
        id: RequestId,
        /// What.
        question: JournalQuestion,
    },
    /// Do what a manager wants with the consents.
    AskConsents {
        /// Answered with.
        id: RequestId,
        /// What.
        question: ConsentQuestion,
    },
    /// Gather what the station tells of itself.
    ReadAbout {
        /// Answered with.
        id: RequestId,
    },
    /// Write a profile into a file, or read one.
    AskProfile {
        /// Answered with.
        id: RequestId,
        /// What.
        question: ProfileQuestion,
    },
    /// Read a list of customers, keep or forget one, write one into a file.
    AskList {
        /// Answered with.
        id: RequestId,
        /// What.
        question: ListQuestion,
    },
    /// Ask SWiP about every row of a list of which nothing is known. The answers come as they do, and then its end.
    RunList {
        /// Answered with.
        id: RequestId,
        /// Which.
        list: SavedList,
    },
    /// Ask about no more rows.
    StopList,
    /// Note that a person knows of the damaged queue that was put aside; the sign on the screen goes away.
    NoteReturn,
    /// Try digits as the manager PIN. Counted durably before they are looked at.
    TryPin {
        /// Answered with.
        id: RequestId,
        /// What was typed.
        entry: PinEntry,
        /// When, in uptime: waits are counted from here.
        at: Duration,
    },
    /// Set the manager PIN in place of the one before.
    SetPin {
        /// Answered with.
        id: RequestId,
        /// The new one.
        pin: Pin,
    },
    /// Read the brand folder.
    ReadBrand,
    /// Decode a picture of the brand folder, as large as the screen needs.
    ReadPicture {
        /// What for.
        usage: PictureUse,
        /// Which.
        name: PictureName,
    },
    /// Start the built-in sandbox and work against it, without storing anything.
    StartSandbox {
        /// Answered with.
        id: RequestId,
    },
}
