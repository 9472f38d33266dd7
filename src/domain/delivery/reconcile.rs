//! What a lookup says about an entry whose attempt may have been carried out.

use std::time::Duration;

use super::{EntryState, Hold};
use crate::domain::failure::{Failure, Unavailable};
use crate::domain::{Lookup, Points};

/// How an entry is settled whose attempt may have been carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reconcile {
    /// It is posted again: the phone is SWiP's key.
    #[default]
    Repost,
    /// SWiP is asked first; for a server that was seen to tell an unknown customer from one without points.
    Lookup,
}

impl Reconcile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Repost, Self::Lookup];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repost => "repost",
            Self::Lookup => "lookup",
        }
    }
}

/// How long an attempt may still be under way at SWiP before a lookup says anything about it.
pub const BEFORE_A_LOOKUP: Duration = Duration::from_secs(10);

/// What the lookup of an entry's phone says about the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The account is there.
    There,
    /// It is not: the entry is posted again.
    NotThere,
    /// No points: there, if the server tells that from an unknown customer today, which a number decides that nobody has.
    Unsure,
    /// Neither yes nor no; the entry goes on waiting like this.
    Open(EntryState),
    /// The same, but it was an answer, and another lookup may bring the same for ever.
    Fruitless,
}

/// What the lookup of a number that nobody has says about a lookup that found no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The server tells an unknown customer from one without points: the account is there.
    Tells,
    /// It does not: lookups prove nothing here, and the entry is posted again.
    DoesNotTell,
    /// No answer that decides; the entry goes on waiting like this.
    Open(EntryState),
}

/// What the lookup of an entry's phone says.
pub fn found(result: Result<Lookup, Failure>) -> Found {
    match result {
        Ok(Lookup::Unknown) => Found::NotThere,
        Ok(Lookup::Member(points)) if points == Points::new(0) => Found::Unsure,
        Ok(Lookup::Member(_)) => Found::There,
        Err(failure) if is_definite(failure) => Found::Fruitless,
        Err(failure) => Found::Open(open(failure)),
    }
}

/// What the lookup of a number that nobody has says.
pub fn control(result: Result<Lookup, Failure>) -> Control {
    match result {
        Ok(Lookup::Unknown) => Control::Tells,
        Ok(Lookup::Member(_)) => Control::DoesNotTell,
        Err(failure) => Control::Open(open(failure)),
    }
}

/// Whether SWiP answered, and would answer the same again.
fn is_definite(failure: Failure) -> bool {
    match failure {
        Failure::Refused(_) => true,
        Failure::Unavailable(unavailable) => {
            matches!(unavailable, Unavailable::WrongAddress | Unavailable::MethodNotAllowed | Unavailable::Conflict)
        }
        Failure::Credentials(_)
        | Failure::NotConfigured
        | Failure::StationInUse
        | Failure::Storage
        | Failure::Unfit(_)
        | Failure::Internal => false,
    }
}

/// An entry stays unknown whatever a lookup runs into, unless nothing at all gets through as things are.
fn open(failure: Failure) -> EntryState {
    match failure {
        Failure::Credentials(_) => EntryState::Held(Hold::Credentials),
        Failure::Unavailable(unavailable) => match unavailable {
            Unavailable::NotSecure
            | Unavailable::Certificate(_)
            | Unavailable::NoCaCertificates
            | Unavailable::CaFileUnusable => EntryState::Held(Hold::Tls),
            Unavailable::Redirected => EntryState::Held(Hold::Address),
            Unavailable::NameNotFound
            | Unavailable::NoConnection
            | Unavailable::TimedOut
            | Unavailable::Interrupted
            | Unavailable::WrongAddress
            | Unavailable::MethodNotAllowed
            | Unavailable::Undecided
            | Unavailable::Conflict
            | Unavailable::Busy
            | Unavailable::ServerError
            | Unavailable::UnusableAnswer
            | Unavailable::Compressed => EntryState::Unknown,
        },
        Failure::Refused(_)
        | Failure::NotConfigured
        | Failure::StationInUse
        | Failure::Storage
        | Failure::Unfit(_)
        | Failure::Internal => EntryState::Unknown,
    }
}
