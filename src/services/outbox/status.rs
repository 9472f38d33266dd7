//! What the screens show about the outbox.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Counts, Disk};
use crate::domain::delivery::Flow;

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
}

impl Status {
    /// Takes note of the counts; how the disk is, others tell.
    pub(super) fn count(&mut self, counts: Counts) {
        let taken = counts.oldest_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        self.counts = counts;
        self.oldest = taken.map(|taken| taken.to_zoned(TimeZone::system()).datetime());
    }
}
