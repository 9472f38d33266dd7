//! What the screens show about the outbox: what is in it, whether more can be taken, and why not.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::entry::Counts;
use crate::domain::delivery::{AgeWarning, CAPACITY, Flow};

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
    /// A damaged database was put aside, and nobody has taken note of it yet.
    pub restored: Option<Restored>,
}

/// What came back after damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Entries that there were afterwards.
    pub count: u32,
    /// From when the copy was that took the place of the database, Unix milliseconds; none if there was none.
    pub copied_ms: Option<i64>,
}

impl Restored {
    /// From when the copy was, in local time.
    pub fn copied(self) -> Option<DateTime> {
        local_time(self.copied_ms?)
    }
}

fn local_time(unix_ms: i64) -> Option<DateTime> {
    Some(Timestamp::from_millisecond(unix_ms).ok()?.to_zoned(TimeZone::system()).datetime())
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
