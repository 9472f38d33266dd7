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
    /// A damaged database was put aside, and nobody has taken note of it yet: how many entries came back.
    pub salvaged: Option<u32>,
}

impl Status {
    /// Takes note of the counts; how the disk is, others tell.
    pub(super) fn count(&mut self, counts: Counts) {
        let taken = counts.oldest_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        self.counts = counts;
        self.oldest = taken.map(|taken| taken.to_zoned(TimeZone::system()).datetime());
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
