//! Where a stored signup stands, why, and what to do, in words for a manager.

use std::borrow::Cow;

use super::Texts;
use crate::domain::delivery::{Concern, EntryState, Hold};
use crate::domain::failure::Refusal;
use crate::domain::queue::DeleteReason;

/// Where it stands and why, in a few words.
pub fn entry_title(texts: &Texts, state: EntryState) -> Cow<'_, str> {
    texts.get(match state {
        EntryState::Saved => "entry-saved",
        EntryState::InFlight => "entry-in-flight",
        EntryState::Pending => "entry-pending",
        EntryState::Unknown => "entry-unknown",
        EntryState::Held(Hold::Credentials) => "entry-held-credentials",
        EntryState::Held(Hold::Address) => "entry-held-address",
        EntryState::Held(Hold::Tls) => "entry-held-tls",
        EntryState::Held(Hold::OtherStation) => "entry-held-other-station",
        EntryState::Held(Hold::Key) => "entry-held-key",
        EntryState::Held(Hold::Exported) => "entry-held-exported",
        EntryState::Attention(Concern::Refused(Refusal::Rejected)) => "entry-rejected",
        EntryState::Attention(Concern::Refused(Refusal::AgainstRules)) => "entry-against-rules",
        EntryState::Attention(Concern::Refused(Refusal::Unacceptable)) => "entry-unacceptable",
        EntryState::Attention(Concern::TakenTwice) => "entry-taken-twice",
        EntryState::Attention(Concern::NotPermitted) => "entry-not-permitted",
        EntryState::Attention(Concern::ServerErrors) => "entry-server-errors",
    })
}

/// What a manager can do about it.
pub fn entry_advice(texts: &Texts, state: EntryState) -> Cow<'_, str> {
    texts.get(match state {
        EntryState::Saved | EntryState::InFlight | EntryState::Pending => "entry-advice-wait",
        EntryState::Unknown => "entry-advice-unknown",
        EntryState::Held(Hold::Credentials) => "entry-advice-credentials",
        EntryState::Held(Hold::Address) => "entry-advice-address",
        EntryState::Held(Hold::Tls) => "entry-advice-tls",
        EntryState::Held(Hold::OtherStation) => "entry-advice-other-station",
        EntryState::Held(Hold::Key) => "entry-advice-key",
        EntryState::Held(Hold::Exported) => "entry-advice-exported",
        EntryState::Attention(Concern::Refused(Refusal::Rejected)) => "entry-advice-rejected",
        EntryState::Attention(Concern::Refused(Refusal::AgainstRules | Refusal::Unacceptable)) => {
            "entry-advice-against-rules"
        }
        EntryState::Attention(Concern::TakenTwice) => "entry-advice-taken-twice",
        EntryState::Attention(Concern::NotPermitted) => "entry-advice-not-permitted",
        EntryState::Attention(Concern::ServerErrors) => "entry-advice-server-errors",
    })
}

/// Why a manager deletes a signup.
pub fn delete_reason(texts: &Texts, reason: DeleteReason) -> Cow<'_, str> {
    texts.get(match reason {
        DeleteReason::Duplicate => "queue-reason-duplicate",
        DeleteReason::WrongNumber => "queue-reason-wrong-number",
        DeleteReason::Test => "queue-reason-test",
        DeleteReason::Other => "queue-reason-other",
    })
}
