//! Whether new signups can be taken, and why not.

use super::status::Status;
use crate::domain::delivery::CAPACITY;

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
