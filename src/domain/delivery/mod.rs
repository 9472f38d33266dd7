//! How a signup gets to SWiP and is never lost on the way: states, outcomes, and when to try what.

mod attribution;
mod debounced;
mod pace;
mod reconcile;
mod retention;
mod schedule;
mod station_clock;
#[cfg(test)]
mod tests;
mod warning;

pub use attribution::{AttemptStats, FailureAttribution, Verdict};
pub use debounced::Debounced;
pub use pace::{Jitter, backoff};
pub use reconcile::{BEFORE_A_LOOKUP, Control, Found, Reconcile, control, found};
pub use retention::RetentionDays;
pub use schedule::{Backoff, Flow, LOOKUP_PAUSE_LONGEST, Next, Pending, SPACING, Schedule, longest_backoff};
pub use station_clock::{Jump, StationClock};
pub use warning::{AgeWarning, Waiting, next_warning, warning};

use super::failure::{Failure, Refusal, Unavailable};
use super::{Lookup, Registration};

/// Where a stored signup stands.
///
/// All but [`EntryState::Attention`] are live: at most one live row exists per phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryState {
    /// Stored, never tried.
    Saved,
    /// An attempt was recorded and may be under way.
    InFlight,
    /// Certainly not carried out; to be tried again.
    Pending,
    /// Perhaps carried out; to be settled before anything is said.
    Unknown,
    /// Waits for something that is no fault of its own.
    Held(Hold),
    /// A manager must look.
    Attention(Concern),
}

/// What a held signup waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// SWiP accepts the station again.
    Credentials,
    /// The address is SWiP's again.
    Address,
    /// A secure connection can be made again.
    Tls,
    /// The station works for the same origin and merchant again.
    OtherStation,
    /// The key it was sealed under is there again.
    Key,
    /// Somebody says that no other machine sends it. Programs before 0.2 could put it into a file for one.
    Exported,
}

/// Why a manager must look at a signup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concern {
    /// SWiP refused it.
    Refused(Refusal),
    /// The same phone was taken twice with different details, and the first was already on its way.
    TakenTwice,
    /// SWiP permits others, but not this one.
    NotPermitted,
    /// It met server errors again and again while others got through.
    ServerErrors,
}

/// How a stored signup leaves the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinalState {
    /// SWiP has the account.
    Delivered,
    /// SWiP had it before.
    AlreadyMember,
    /// Refused in front of the customer, before "Saved" was said.
    Withdrawn,
}

/// What an attempt to deliver means for the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// It leaves the outbox.
    Ends(FinalState),
    /// It stays, in this state.
    Stays(EntryState),
    /// Whether the phone is a member decides.
    Ask,
}

/// What a person is told about a signup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// SWiP has it.
    Registered,
    /// SWiP had it before.
    AlreadyMember,
    /// It is stored durably and will be sent.
    Saved,
    /// It is stored durably, and a manager decides: another of the phone, with other details, may have arrived.
    SavedForManager,
}

/// What SWiP's answer to a POST, or its absence, means.
///
/// Source: SWiP's signup page, read as in ARCHITECTURE.md. An entry that nobody was told is saved may be withdrawn
/// when SWiP refuses it: the customer is there to hear it. Where SWiP may refuse because the account is there, a lookup comes first.
pub fn after_post(result: Result<Registration, Failure>, may_withdraw: bool) -> Transition {
    let failure = match result {
        Ok(Registration::Registered) => return Transition::Ends(FinalState::Delivered),
        Ok(Registration::AlreadyMember) => return Transition::Ends(FinalState::AlreadyMember),
        Err(failure) => failure,
    };
    match failure {
        Failure::Refused(Refusal::AgainstRules) | Failure::Unavailable(Unavailable::Conflict) => Transition::Ask,
        Failure::Refused(_) if may_withdraw => Transition::Ends(FinalState::Withdrawn),
        Failure::Refused(refusal) => Transition::Stays(EntryState::Attention(Concern::Refused(refusal))),
        Failure::Credentials(_) | Failure::NotConfigured => Transition::Stays(EntryState::Held(Hold::Credentials)),
        Failure::Unavailable(unavailable) => match unavailable {
            Unavailable::NameNotFound | Unavailable::NoConnection | Unavailable::Busy => {
                Transition::Stays(EntryState::Pending)
            }
            Unavailable::NoCaCertificates
            | Unavailable::CaFileUnusable
            | Unavailable::NotSecure
            | Unavailable::Certificate(_) => Transition::Stays(EntryState::Held(Hold::Tls)),
            Unavailable::Redirected | Unavailable::WrongAddress | Unavailable::MethodNotAllowed => {
                Transition::Stays(EntryState::Held(Hold::Address))
            }
            Unavailable::Conflict
            | Unavailable::TimedOut
            | Unavailable::Interrupted
            | Unavailable::Undecided
            | Unavailable::ServerError
            | Unavailable::UnusableAnswer
            | Unavailable::Compressed => Transition::Stays(EntryState::Unknown),
        },
        // Ours to mend; the request may have left.
        Failure::StationInUse | Failure::Storage | Failure::Unfit(_) | Failure::Internal => {
            Transition::Stays(EntryState::Unknown)
        }
    }
}

/// What a lookup says about an entry that SWiP refused as if the account were there.
///
/// No points prove no membership: SWiP does not say whether it tells that from an unknown customer.
pub fn after_lookup(result: Result<Lookup, Failure>, may_withdraw: bool) -> Transition {
    match result {
        Ok(Lookup::Member(points)) if points.value() != 0 => Transition::Ends(FinalState::AlreadyMember),
        Ok(_) if may_withdraw => Transition::Ends(FinalState::Withdrawn),
        Ok(_) => Transition::Stays(EntryState::Attention(Concern::Refused(Refusal::AgainstRules))),
        Err(_) => Transition::Stays(EntryState::Pending),
    }
}

/// The most live entries; the next is refused before the customer types.
pub const CAPACITY: usize = 5_000;

impl EntryState {
    /// The name in the database and in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::InFlight => "in_flight",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Held(_) => "held",
            Self::Attention(_) => "attention",
        }
    }

    /// Why it stands there, in machine-readable output.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Held(Hold::Credentials) => Some("credentials"),
            Self::Held(Hold::Address) => Some("address"),
            Self::Held(Hold::Tls) => Some("not_secure"),
            Self::Held(Hold::OtherStation) => Some("other_station"),
            Self::Held(Hold::Key) => Some("key_lost"),
            Self::Held(Hold::Exported) => Some("exported"),
            Self::Attention(Concern::Refused(refusal)) => Some(Failure::Refused(refusal).reason()),
            Self::Attention(Concern::TakenTwice) => Some("taken_twice"),
            Self::Attention(Concern::NotPermitted) => Some("not_permitted"),
            Self::Attention(Concern::ServerErrors) => Some("server_error"),
            Self::Saved | Self::InFlight | Self::Pending | Self::Unknown => None,
        }
    }

    /// Reads what [`Self::name`] and [`Self::reason`] wrote.
    pub fn parse(name: &str, reason: Option<&str>) -> Option<Self> {
        const ALL: [EntryState; 16] = [
            EntryState::Saved,
            EntryState::InFlight,
            EntryState::Pending,
            EntryState::Unknown,
            EntryState::Held(Hold::Credentials),
            EntryState::Held(Hold::Address),
            EntryState::Held(Hold::Tls),
            EntryState::Held(Hold::OtherStation),
            EntryState::Held(Hold::Key),
            EntryState::Held(Hold::Exported),
            EntryState::Attention(Concern::Refused(Refusal::Rejected)),
            EntryState::Attention(Concern::Refused(Refusal::AgainstRules)),
            EntryState::Attention(Concern::Refused(Refusal::Unacceptable)),
            EntryState::Attention(Concern::TakenTwice),
            EntryState::Attention(Concern::NotPermitted),
            EntryState::Attention(Concern::ServerErrors),
        ];
        ALL.into_iter().find(|state| state.name() == name && state.reason() == reason)
    }

    /// Whether it waits to be sent.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Attention(_))
    }
}
