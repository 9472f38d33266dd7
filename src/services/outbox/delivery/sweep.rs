//! Sweeps: looks at the age of what is kept, once an hour, and warns the staff in time.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use super::worker::Deliverer;
use crate::domain::delivery::{AgeWarning, EntryState, RetentionDays, Waiting, next_warning, warning};
use crate::domain::journal::{Kind, Outcome};
use crate::services::journal::Note;
use crate::services::outbox::db::retention::{self, KeepFor, SweepInput};
use crate::services::outbox::entry::Counts;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::status::Status;

/// What the last sweep found, for the warnings of the time until the next, and what makes one worth while.
#[derive(Debug)]
pub(super) struct RetentionSweep {
    /// Until the first entry expires; the most if nothing is known.
    left_secs: AtomicU64,
    days: AtomicU8,
    /// When it was, in uptime, and the time at work that it stored; none before the first of this process.
    last: Mutex<Option<(Duration, i64)>>,
    /// Somebody was signed up.
    pub(super) taken: Notify,
}

impl Default for RetentionSweep {
    fn default() -> Self {
        Self {
            left_secs: AtomicU64::new(u64::MAX),
            days: AtomicU8::new(RetentionDays::default().get()),
            last: Mutex::default(),
            taken: Notify::new(),
        }
    }
}

/// How often the queue is looked at. This is also how often the station clock is written down.
const EVERY: Duration = Duration::from_hours(1);

impl Deliverer {
    /// Sweeps every hour while anything is in it, and at the evidence of consents; warns the staff in time; never
    /// returns.
    ///
    /// `keep` is asked for at each sweep: the settings may change.
    pub async fn sweep_hourly(&self, keep: impl Fn() -> KeepFor) -> Infallible {
        let mut keeps_consents = true;
        loop {
            tokio::select! {
                () = self.anything_kept() => {}
                // Evidence grows old in an empty queue, too.
                () = sleep(EVERY), if keeps_consents => {}
                // What was delivered at once never waited, but left evidence.
                () = self.ages.taken.notified(), if !keeps_consents => {}
            }
            match self.sweep(keep()).await {
                Ok(found) => keeps_consents = found,
                Err(error) => tracing::error!(%error, "the age of the queue could not be result at"),
            }
            let next = self.pacing.uptime().saturating_add(EVERY);
            loop {
                self.publish().await;
                let wait = next.saturating_sub(self.pacing.uptime());
                if wait.is_zero() {
                    break;
                }
                sleep(self.until_next_warning().map_or(wait, |warning| warning.min(wait))).await;
            }
        }
    }

    /// One sweep: goes on with the station clock, and ends what has waited too long by it. Whether there is any
    /// evidence of consents.
    ///
    /// # Errors
    /// Whatever the database refused; the next sweep counts the time.
    pub async fn sweep(&self, keep: KeepFor) -> Result<bool, StoreError> {
        let now = self.pacing.uptime();
        let last = self.last_sweep().map(|(then, worked_ms)| {
            let ago = now.saturating_sub(then);
            (worked_ms, i64::try_from(ago.as_millis()).unwrap_or(i64::MAX))
        });
        let input = SweepInput { last, wall_ms: self.pacing.wall_ms(), keep };
        let result = self.outbox().ask(move |store| retention::sweep(store, input)).await?;
        *self.last_sweep() = Some((now, result.worked_ms));
        let left_secs = result.left.map_or(u64::MAX, |left| left.as_secs());
        self.ages.left_secs.store(left_secs, Ordering::Relaxed);
        self.ages.days.store(keep.signups.get(), Ordering::Relaxed);
        if result.consents_expired > 0 {
            tracing::info!(
                count = result.consents_expired,
                "evidence of consents has reached its age and was destroyed"
            );
        }
        for id in &result.expired {
            tracing::warn!(id, "a signup has waited too long; its data was destroyed");
            self.pacing.schedule().removed(*id);
            let (kind, outcome) = (Kind::Expiry, Outcome::Expired);
            self.journal.note(Note { kind, outcome, phone: None, attempts: 1, took: Duration::ZERO });
        }
        self.publish().await;
        Ok(result.keeps_consents)
    }

    fn last_sweep(&self) -> MutexGuard<'_, Option<(Duration, i64)>> {
        self.ages.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the staff must be told about the age of what is kept.
    pub(super) fn warning(&self, counts: Counts) -> Option<AgeWarning> {
        let is_kept = counts.waiting + counts.held + counts.attention > 0;
        let left_secs = Some(self.ages.left_secs.load(Ordering::Relaxed)).filter(|secs| is_kept && *secs < u64::MAX);
        let days = RetentionDays::new(self.ages.days.load(Ordering::Relaxed)).unwrap_or_default();
        warning(Waiting {
            waited: self.waited(counts),
            left: left_secs.map(Duration::from_secs),
            limit: days.limit(EntryState::Saved),
        })
    }

    /// How long the oldest has waited by the clock on the wall, as people are shown it.
    fn waited(&self, counts: Counts) -> Option<Duration> {
        let waited_ms = self.pacing.wall_ms().saturating_sub(counts.oldest_ms?);
        Some(Duration::from_millis(u64::try_from(waited_ms).unwrap_or(0)))
    }

    fn until_next_warning(&self) -> Option<Duration> {
        let counts = self.status().borrow().counts;
        next_warning(self.waited(counts)?)
    }

    async fn anything_kept(&self) {
        let is_kept = |status: &Status| status.counts.waiting + status.counts.held + status.counts.attention > 0;
        // The sender lives as long as we do.
        let _ = self.status().wait_for(is_kept).await;
    }
}
