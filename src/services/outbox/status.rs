//! What the screens show about the outbox.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Counts;
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
}

impl Status {
    /// The status of these counts.
    pub(super) fn new(counts: Counts, flow: Flow) -> Self {
        let taken = counts.oldest_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        Self { counts, oldest: taken.map(|taken| taken.to_zoned(TimeZone::system()).datetime()), flow }
    }
}
