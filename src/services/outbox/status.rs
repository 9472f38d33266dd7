//! What the screens show about the outbox: what is in it, whether more can be taken, and why not.

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::entry::Counts;
use crate::domain::delivery::{AgeWarning, CAPACITY, Flow};
use crate::services::clock::zone;

/// What the screens show about the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How many entries stand where.
    pub counts: Counts,
    /// When the oldest live one was taken, in local time.
    pub oldest: Option<DateTime>,
    /// How the way to SWiP is; changes at most once in 10 seconds.
    pub flow: Flow,
    /// How the disk is.
    pub disk: Disk,
    /// What the staff must be told about the age of what waits.
    pub warning: Option<AgeWarning>,
    /// Another number means that some entry may stand elsewhere than before, also where the counts are the same.
    pub revision: u64,
    /// The database is not the one that was here last, and nobody has taken note of it yet.
    pub returned: Option<Returned>,
}

/// What came back, and why nobody knows what became of it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returned {
    /// From where.
    pub cause: ReturnCause,
    /// Entries that there were afterwards.
    pub count: u32,
    /// From when the copy was that took the place of the database, Unix milliseconds; none if there was none.
    pub copied_ms: Option<i64>,
}

/// Why the database is not the one that was here last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnCause {
    /// It was damaged and put aside.
    Damage,
    /// The data directory was put back from a backup.
    Backup,
    /// The data directory comes from another machine, which may be at work with the same.
    OtherMachine,
}

impl ReturnCause {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Damage => "damage",
            Self::Backup => "backup",
            Self::OtherMachine => "other_machine",
        }
    }

    /// How it is stored.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Damage => 0,
            Self::Backup => 1,
            Self::OtherMachine => 2,
        }
    }

    /// The one that is stored so.
    pub(super) fn of_code(code: u8) -> Option<Self> {
        [Self::Damage, Self::Backup, Self::OtherMachine].into_iter().find(|cause| cause.code() == code)
    }
}

impl Returned {
    /// From when the copy was, in local time.
    pub fn copied(self) -> Option<DateTime> {
        local_time(self.copied_ms?)
    }
}

fn local_time(unix_ms: i64) -> Option<DateTime> {
    Some(Timestamp::from_millisecond(unix_ms).ok()?.to_zoned(zone()).datetime())
}

impl Status {
    /// Takes note of the counts; how the disk is, others tell.
    pub(super) fn count(&mut self, counts: Counts) {
        self.counts = counts;
        self.oldest = counts.oldest_ms.and_then(local_time);
    }
}

/// How the disk under the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Disk {
    /// It takes what it is given.
    #[default]
    Good,
    /// There is too little room for new signups; what waits is sent all the same.
    Low,
    /// It refused several times in a row.
    Broken,
}

/// Why no new signup can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// As many wait as may.
    Full,
    /// The disk has too little room.
    LowDisk,
    /// The disk refuses.
    Broken,
}

impl Status {
    /// Why no new signup can be taken; none if one can.
    pub fn closed(&self) -> Option<Closed> {
        let live = usize::try_from(self.counts.waiting + self.counts.held).unwrap_or(usize::MAX);
        match self.disk {
            Disk::Broken => Some(Closed::Broken),
            Disk::Low => Some(Closed::LowDisk),
            Disk::Good => (live >= CAPACITY).then_some(Closed::Full),
        }
    }
}
