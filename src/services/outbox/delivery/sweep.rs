//! The age of what is kept: what is destroyed in time, and when the staff is warned.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::pacing::Pacing;
use crate::domain::delivery::{AgeWarning, EntryState, RetentionDays, Waiting, next_warning, warning};
use crate::services::outbox::db::retention::{KeepFor, SweepInput, SweepResult};
use crate::services::outbox::entry::Counts;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;

/// What the last sweep found, for the warnings of the time until the next, and what makes one worth while.
#[derive(Debug)]
pub(super) struct RetentionSweep {
    /// Until the first entry expires; the most if nothing is known.
    left_secs: AtomicU64,
    days: AtomicU16,
    /// When it was, in uptime, and the time at work that it stored; none before the first of this process.
    last: Mutex<Option<(Duration, i64)>>,
    /// Somebody was signed up.
    pub(super) taken: Notify,
}

impl Default for RetentionSweep {
    fn default() -> Self {
        Self {
            left_secs: AtomicU64::new(u64::MAX),
            days: AtomicU16::new(RetentionDays::default().get()),
            last: Mutex::default(),
            taken: Notify::new(),
        }
    }
}

impl RetentionSweep {
    /// Goes on with the station clock, and ends what has waited too long by it.
    ///
    /// # Errors
    /// Whatever the database refused; the next sweep counts the time.
    pub(super) async fn run(&self, outbox: &Outbox, pacing: &Pacing, keep: KeepFor) -> Result<SweepResult, StoreError> {
        let now = pacing.uptime();
        let last = self.last().map(|(then, worked_ms)| {
            let ago = now.saturating_sub(then).min(LONGEST_AT_WORK);
            (worked_ms, i64::try_from(ago.as_millis()).unwrap_or(i64::MAX))
        });
        let input = SweepInput { last, wall_ms: pacing.wall_ms(), keep };
        let result = outbox.sweep(input).await?;
        *self.last() = Some((now, result.worked_ms));
        let left_secs = result.left.map_or(u64::MAX, |left| left.as_secs());
        self.left_secs.store(left_secs, Ordering::Relaxed);
        self.days.store(keep.signups.get(), Ordering::Relaxed);
        Ok(result)
    }

    /// What the staff must be told about the age of what is kept, at a time by the clock on the wall, Unix milliseconds.
    pub(super) fn warning(&self, counts: Counts, wall_ms: i64) -> Option<AgeWarning> {
        let left_secs = Some(self.left_secs.load(Ordering::Relaxed)).filter(|secs| counts.any() && *secs < u64::MAX);
        let days = RetentionDays::new(self.days.load(Ordering::Relaxed)).unwrap_or_default();
        warning(Waiting {
            waited: waited(counts, wall_ms),
            left: left_secs.map(Duration::from_secs),
            limit: days.limit(EntryState::Saved),
        })
    }

    fn last(&self) -> MutexGuard<'_, Option<(Duration, i64)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sweeps are an hour apart: a longer time between two was no time at work, though Windows lets its clock run while it sleeps.
const LONGEST_AT_WORK: Duration = Duration::from_hours(2);

/// How long until the age of the oldest alone asks for another warning.
pub(super) fn until_next_warning(counts: Counts, wall_ms: i64) -> Option<Duration> {
    next_warning(waited(counts, wall_ms)?)
}

/// How long the oldest has waited by the clock on the wall, as people are shown it.
fn waited(counts: Counts, wall_ms: i64) -> Option<Duration> {
    let waited_ms = wall_ms.saturating_sub(counts.oldest_ms?);
    Some(Duration::from_millis(u64::try_from(waited_ms).unwrap_or(0)))
}
