//! How one attempt ended, and how that stands in the journal.

use crate::domain::Failure;
use crate::domain::delivery::{EntryState, FinalState};
use crate::domain::journal::Outcome;

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttemptResult {
    /// The entry has left the outbox.
    Ended(FinalState),
    /// SWiP refused it in front of the customer; it is withdrawn.
    Refused(Failure),
    /// It stays for later.
    Stays(EntryState),
    /// Somebody else sends it, or it is gone, or it is too early.
    NotOurs,
}

impl AttemptResult {
    /// As it stands in the journal.
    pub(super) fn noted(self) -> Outcome {
        match self {
            Self::Ended(FinalState::Delivered) => Outcome::Registered,
            Self::Ended(FinalState::AlreadyMember) => Outcome::AlreadyMember,
            Self::Ended(FinalState::Withdrawn) | Self::Refused(_) => Outcome::Refused,
            Self::Stays(EntryState::Attention(_)) => Outcome::Attention,
            Self::Stays(EntryState::Held(_)) => Outcome::Held,
            Self::Stays(_) | Self::NotOurs => Outcome::Saved,
        }
    }
}
