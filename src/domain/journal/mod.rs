//! What a station notes down about its own work: what was done, how it ended, how long it took; nobody's name or number.

mod groups;
mod range;
mod report;

use super::failure::Failure;
use super::phone::PhoneMask;
use super::settings::key::SettingKey;

pub use groups::{KindGroup, OutcomeGroup};
pub use range::JournalRange;
pub use report::{
    AnswerTimes, JournalAnswer, JournalBar, JournalFigures, JournalQuestion, JournalReport, JournalRow, JournalRows,
    JournalSearch,
};

/// One thing that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it ended, Unix milliseconds by the station's own clock.
    pub at_ms: i64,
    /// What was done.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// Whom it was about, if it was about a phone.
    pub phone: Option<PhoneMask>,
    /// Of a delivery, which attempt for this entry it was; of anything else 1.
    pub attempts: u32,
    /// From the wish to the end, in milliseconds of a clock that never jumps.
    pub latency_ms: u32,
}

/// What was done. The numbers on disk are [`Kind::code`]s: a kind is only ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Points were asked for by phone.
    LookupByPhone,
    /// Points were asked for by pass.
    LookupByPass,
    /// A customer was signed up, as far as the customer was told.
    Signup,
    /// A stored signup was tried, in front of the customer or in the background.
    Delivery,
    /// The connection was tested.
    ConnectionTest,
    /// Settings were saved.
    SettingsSaved,
    /// A stored signup came to the end of its time.
    Expiry,
    /// The evidence of consents was written into a file.
    ConsentsExported,
    /// All about one customer was destroyed at the merchant's wish.
    CustomerForgotten,
    /// A manager has looked into a stored signup.
    SignupRevealed,
    /// A manager has put other details in the place of a stored signup's.
    SignupCorrected,
    /// A manager has deleted a stored signup.
    SignupDeleted,
    /// A manager has asked for the points of a whole list.
    BalancesListed,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// As it should.
    Done,
    /// SWiP has the account.
    Registered,
    /// SWiP had the account before.
    AlreadyMember,
    /// The customer has points.
    Found,
    /// SWiP knows no such customer.
    NotFound,
    /// It waits for another attempt.
    Saved,
    /// It waits for something that is no fault of its own.
    Held,
    /// It waits for a manager.
    Attention,
    /// SWiP refused it.
    Refused,
    /// SWiP turned the station away.
    CredentialsRefused,
    /// No trustworthy answer came.
    Unavailable,
    /// The station was not set up for it.
    NotConfigured,
    /// The disk refused.
    StorageFailed,
    /// A bug of ours.
    Internal,
    /// Its personal data was destroyed.
    Expired,
}

/// Which records are asked for; nothing means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these kinds; of any if there is none.
    pub kinds: &'static [Kind],
    /// With one of these outcomes; with any if there is none.
    pub outcomes: &'static [Outcome],
    /// About a phone that ends so.
    pub phone: Option<PhoneMask>,
    /// Not before, Unix milliseconds.
    pub from_ms: Option<i64>,
    /// Before, Unix milliseconds.
    pub until_ms: Option<i64>,
}

/// Whole days that the journal is kept, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalDays(u16);

/// Where a record stands among the others: by its time, and by its number where several have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordPlace {
    /// Its time, Unix milliseconds.
    pub at_ms: i64,
    /// Its number; a record that was written later has a higher one.
    pub number: i64,
}

/// Some records, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalPage {
    /// Each with its number.
    pub records: Vec<(i64, Record)>,
    /// Where the next page begins; none after the last. A page of a filter may be short, or empty, before that.
    pub next: Option<RecordPlace>,
}

/// How often something ended in some way within an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourTotal {
    /// Whole hours since 1970, UTC.
    pub hour: i64,
    /// What was done.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// How often.
    pub count: u64,
}

/// The most records; the oldest make room.
pub const MOST_RECORDS: i64 = 1_000_000;

const HOUR_MS: i64 = 3_600_000;

impl Record {
    /// The hour it counts for: whole hours since 1970, UTC.
    pub fn hour(&self) -> i64 {
        self.at_ms.div_euclid(HOUR_MS)
    }
}

impl Filter {
    /// Whether a record is of those that are asked for, whenever it was.
    pub fn lets_through(&self, record: &Record) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&record.kind))
            && (self.outcomes.is_empty() || self.outcomes.contains(&record.outcome))
            && (self.phone.is_none() || self.phone == record.phone)
    }
}

impl Kind {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 13] = [
        Self::LookupByPhone,
        Self::LookupByPass,
        Self::Signup,
        Self::Delivery,
        Self::ConnectionTest,
        Self::SettingsSaved,
        Self::Expiry,
        Self::ConsentsExported,
        Self::CustomerForgotten,
        Self::SignupRevealed,
        Self::SignupCorrected,
        Self::SignupDeleted,
        Self::BalancesListed,
    ];

    /// The name in files that are written for others.
    pub fn name(self) -> &'static str {
        match self {
            Self::LookupByPhone => "lookup_by_phone",
            Self::LookupByPass => "lookup_by_pass",
            Self::Signup => "signup",
            Self::Delivery => "delivery",
            Self::ConnectionTest => "connection_test",
            Self::SettingsSaved => "settings_saved",
            Self::Expiry => "expiry",
            Self::ConsentsExported => "consents_exported",
            Self::CustomerForgotten => "customer_forgotten",
            Self::SignupRevealed => "signup_revealed",
            Self::SignupCorrected => "signup_corrected",
            Self::SignupDeleted => "signup_deleted",
            Self::BalancesListed => "balances_listed",
        }
    }

    /// The number on disk, from 1.
    pub fn code(self) -> i64 {
        code(&Self::ALL, &self)
    }

    /// Reads what [`Self::code`] wrote.
    pub fn of_code(code: i64) -> Option<Self> {
        of_code(&Self::ALL, code)
    }
}

impl Outcome {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 15] = [
        Self::Done,
        Self::Registered,
        Self::AlreadyMember,
        Self::Found,
        Self::NotFound,
        Self::Saved,
        Self::Held,
        Self::Attention,
        Self::Refused,
        Self::CredentialsRefused,
        Self::Unavailable,
        Self::NotConfigured,
        Self::StorageFailed,
        Self::Internal,
        Self::Expired,
    ];

    /// The name in files that are written for others.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Registered => "registered",
            Self::AlreadyMember => "already_member",
            Self::Found => "found",
            Self::NotFound => "not_found",
            Self::Saved => "saved",
            Self::Held => "held",
            Self::Attention => "attention",
            Self::Refused => "refused",
            Self::CredentialsRefused => "credentials_refused",
            Self::Unavailable => "unavailable",
            Self::NotConfigured => "not_configured",
            Self::StorageFailed => "storage_failed",
            Self::Internal => "internal",
            Self::Expired => "expired",
        }
    }

    /// The number on disk, from 1.
    pub fn code(self) -> i64 {
        code(&Self::ALL, &self)
    }

    /// Reads what [`Self::code`] wrote.
    pub fn of_code(code: i64) -> Option<Self> {
        of_code(&Self::ALL, code)
    }
}

impl JournalDays {
    /// So many days, if the journal may be kept for them.
    pub fn new(days: u16) -> Option<Self> {
        SettingKey::JournalDays.accepts(days).then_some(Self(days))
    }

    /// As a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for JournalDays {
    fn default() -> Self {
        Self(SettingKey::JournalDays.default_number())
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Credentials(_) => Self::CredentialsRefused,
            Failure::Refused(_) => Self::Refused,
            Failure::Unavailable(_) => Self::Unavailable,
            Failure::NotConfigured => Self::NotConfigured,
            Failure::StationInUse | Failure::Storage | Failure::Unfit(_) => Self::StorageFailed,
            Failure::Internal => Self::Internal,
        }
    }
}

/// The place in the list, counted from 1; what is in no list is 0, which nothing has.
fn code<T: PartialEq>(all: &[T], item: &T) -> i64 {
    let place = all.iter().position(|one| one == item);
    place.and_then(|place| i64::try_from(place + 1).ok()).unwrap_or(0)
}

fn of_code<T: Copy>(all: &[T], code: i64) -> Option<T> {
    all.get(usize::try_from(code).ok()?.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_and_outcome_survives_its_number() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_code(kind.code()), Some(kind));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_code(outcome.code()), Some(outcome));
        }
        let names: BTreeSet<_> = Kind::ALL.map(Kind::name).into_iter().chain(Outcome::ALL.map(Outcome::name)).collect();
        assert_eq!(names.len(), Kind::ALL.len() + Outcome::ALL.len(), "no name is given twice");
        for code in [-1, 0, 100, i64::MIN, i64::MAX] {
            assert_eq!((Kind::of_code(code), Outcome::of_code(code)), (None, None));
        }
        // What is on disk already keeps its meaning.
        assert_eq!((Kind::LookupByPhone.code(), Kind::Expiry.code()), (1, 7));
        assert_eq!((Outcome::Done.code(), Outcome::Saved.code(), Outcome::Expired.code()), (1, 6, 15));
    }

    #[test]
    fn an_hour_before_1970_is_an_hour_like_any_other() {
        let at = |at_ms| {
            let kind = Kind::SettingsSaved;
            Record { at_ms, kind, outcome: Outcome::Done, phone: None, attempts: 1, latency_ms: 0 }.hour()
        };
        assert_eq!([at(-1), at(0), at(HOUR_MS - 1), at(HOUR_MS)], [-1, 0, 0, 1]);
    }
}
