//! How one attempt ended.

use crate::domain::Failure;
use crate::domain::delivery::{Ending, EntryState};
use crate::domain::journal::Outcome as Noted;

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The entry has left the outbox.
    Ended(Ending),
    /// SWiP refused it in front of the customer; it is withdrawn.
    Refused(Failure),
    /// It stays for later.
    Stays(EntryState),
    /// Somebody else sends it, or it is gone, or it is too early.
    NotOurs,
}

impl Sent {
    /// As it stands in the journal.
    pub(super) fn noted(self) -> Noted {
        match self {
            Self::Ended(Ending::Delivered) => Noted::Registered,
            Self::Ended(Ending::AlreadyMember) => Noted::AlreadyMember,
            Self::Ended(Ending::Withdrawn) | Self::Refused(_) => Noted::Refused,
            Self::Stays(EntryState::Attention(_)) => Noted::Attention,
            Self::Stays(EntryState::Held(_)) => Noted::Held,
            Self::Stays(_) | Self::NotOurs => Noted::Saved,
        }
    }
}
