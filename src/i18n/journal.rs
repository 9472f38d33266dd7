//! The journal in words: what was done, how it ended, which days.

use std::borrow::Cow;

use super::Texts;
use crate::domain::journal::{JournalRange, Kind, KindGroup, Outcome, OutcomeGroup};

/// Which days.
pub fn journal_range(texts: &Texts, range: JournalRange) -> Cow<'_, str> {
    texts.get(match range {
        JournalRange::Today => "journal-today",
        JournalRange::Yesterday => "journal-yesterday",
        JournalRange::Week => "journal-week",
        JournalRange::ThisMonth => "journal-this-month",
        JournalRange::LastMonth => "journal-last-month",
    })
}

/// What was done, roughly.
pub fn journal_kinds(texts: &Texts, group: KindGroup) -> Cow<'_, str> {
    texts.get(match group {
        KindGroup::Lookups => "journal-kinds-lookups",
        KindGroup::Signups => "journal-kinds-signups",
        KindGroup::Deliveries => "journal-kinds-deliveries",
        KindGroup::Upkeep => "journal-kinds-upkeep",
    })
}

/// How it ended, roughly.
pub fn journal_outcomes(texts: &Texts, group: OutcomeGroup) -> Cow<'_, str> {
    texts.get(match group {
        OutcomeGroup::Well => "journal-outcomes-well",
        OutcomeGroup::Waiting => "journal-outcomes-waiting",
        OutcomeGroup::Refused => "journal-outcomes-refused",
        OutcomeGroup::Failed => "journal-outcomes-failed",
    })
}

/// What was done.
pub fn journal_kind(texts: &Texts, kind: Kind) -> Cow<'_, str> {
    texts.get(match kind {
        Kind::LookupByPhone => "journal-lookup-by-phone",
        Kind::LookupByPass => "journal-lookup-by-pass",
        Kind::Signup => "journal-signup",
        Kind::Delivery => "journal-delivery",
        Kind::ConnectionTest => "journal-connection-test",
        Kind::SettingsSaved => "journal-settings-saved",
        Kind::Expiry => "journal-expiry",
        Kind::ConsentsExported => "journal-consents-exported",
        Kind::CustomerForgotten => "journal-customer-forgotten",
        Kind::SignupRevealed => "journal-signup-revealed",
        Kind::SignupCorrected => "journal-signup-corrected",
        Kind::SignupDeleted => "journal-signup-deleted",
        Kind::BalancesListed => "journal-balances-listed",
    })
}

/// How it ended.
pub fn journal_outcome(texts: &Texts, outcome: Outcome) -> Cow<'_, str> {
    texts.get(match outcome {
        Outcome::Done => "journal-done",
        Outcome::Registered => "recent-registered",
        Outcome::AlreadyMember => "recent-already-member",
        Outcome::Found => "journal-found",
        Outcome::NotFound => "recent-unknown",
        Outcome::Saved => "recent-saved",
        Outcome::Held => "journal-held",
        Outcome::Attention => "journal-attention",
        Outcome::Refused => "journal-outcome-refused",
        Outcome::CredentialsRefused => "entry-held-credentials",
        Outcome::Unavailable => "journal-unavailable",
        Outcome::NotConfigured => "failure-not-configured",
        Outcome::StorageFailed => "failure-storage",
        Outcome::Internal => "failure-internal",
        Outcome::Expired => "journal-expired",
    })
}
