//! How a customer is asked for: by phone or by pass.

use super::{PassId, Phone, Points, phone};

/// Whom a lookup is about; SWiP takes exactly one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerQuery {
    /// By phone.
    Phone(Phone),
    /// By the id of a loyalty pass.
    Pass(PassId),
}

impl CustomerQuery {
    /// The phone or pass with all but its last two characters hidden.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(phone) => phone.masked(),
            Self::Pass(pass) => pass.masked(),
        }
    }
}

/// What SWiP knows about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A member with this balance.
    Member(Points),
    /// A definite "not found".
    Unknown,
}

/// How a signup that SWiP took ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// 204. SWiP does not say whether the account is new.
    Registered,
    /// SWiP said that the account was there before.
    AlreadyMember,
}

/// What the text in the counter's customer box is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Nothing yet.
    Empty,
    /// Digits and phone punctuation.
    Phone,
    /// Anything with a letter, or led by `#`.
    Pass,
}

impl EntryKind {
    /// Sorts a typed text.
    pub fn of(text: &str) -> Self {
        if text.trim().is_empty() {
            Self::Empty
        } else if phone::is_phone_like(text) {
            Self::Phone
        } else {
            Self::Pass
        }
    }
}

/// The pass id within a typed text: a leading `#` only marks it as a pass.
pub fn pass_text(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed.strip_prefix('#').unwrap_or(trimmed)
}
