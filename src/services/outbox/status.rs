//! What the screens show about the outbox: what is in it, whether more can be taken, and why not.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Counts;
use crate::domain::delivery::CAPACITY;

/// What the screens show about the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How many entries stand where.
    pub counts: Counts,
    /// When the oldest live one was taken, in local time.
    pub oldest: Option<DateTime>,
    /// How the disk is.
    pub disk: Disk,
    /// A damaged database was put aside, and nobody has taken note of it yet: how many entries came back.
    pub salvaged: Option<u32>,
}

impl From<Counts> for Status {
    fn from(counts: Counts) -> Self {
        let taken = counts.oldest_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let oldest = taken.map(|taken| taken.to_zoned(TimeZone::system()).datetime());
        Self { counts, oldest, ..Self::default() }
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
