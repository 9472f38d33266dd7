//! What a deliverer takes note of after each attempt, keeps for the next start, and tells the screens.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::claim::lock;
use super::clock::Rng;
use super::sent::AttemptResult;
use super::worker::Deliverer;
use crate::domain::delivery::{Backoff, EntryState, Flow, Reconcile, Tried};
use crate::services::api::ApiClient;
use crate::services::outbox::db::backoffs;
use crate::services::outbox::entry::Outgoing;
use crate::services::sabotage::Sabotage;

/// The backoffs as they are on disk, where they end by the clock on the wall.
#[derive(Debug, Default)]
pub(super) struct SavedBackoffs {
    backoffs: Vec<Backoff>,
    /// How far that clock was ahead of uptime, in milliseconds.
    ahead_ms: i64,
}

/// A clock that is further off than this was set, and does not just run unevenly.
const CLOCK_WAS_SET_MS: u64 = 2_000;

impl SavedBackoffs {
    /// Rests that are, or are about to be, on disk.
    pub(super) fn new(backoffs: Vec<Backoff>, uptime: Duration, now_ms: i64) -> Self {
        let uptime_ms = i64::try_from(uptime.as_millis()).unwrap_or(i64::MAX);
        Self { backoffs, ahead_ms: now_ms.saturating_sub(uptime_ms) }
    }

    /// Whether these are others, or end elsewhere on a clock that was set since.
    fn differs_from(&self, kept: &Self) -> bool {
        let is_set = self.ahead_ms.abs_diff(kept.ahead_ms) > CLOCK_WAS_SET_MS;
        self.backoffs != kept.backoffs || (is_set && !self.backoffs.is_empty())
    }
}

impl Deliverer {
    pub(super) fn note(&self, attempt: &Outgoing, sent: AttemptResult, pause: Option<Duration>) {
        let now = self.uptime();
        let mut schedule = self.schedule();
        match sent {
            // SWiP is there, and has said when to come again: that is no failure of the way there.
            AttemptResult::Stays(state @ (EntryState::Pending | EntryState::Unknown)) if pause.is_some() => {
                schedule.added(attempt.id, state, now);
            }
            AttemptResult::Stays(state) => {
                let tried = Tried { id: attempt.id, state, attempts: attempt.attempts };
                schedule.stayed(tried, now, &mut Rng(&*self.timing));
            }
            AttemptResult::Ended(_) | AttemptResult::Refused(_) | AttemptResult::NotOurs => {
                schedule.removed(attempt.id);
                schedule.reached(now);
            }
        }
        if let Some(pause) = pause.filter(|_| !Sabotage::IgnoreRetryAfter.is_on()) {
            schedule.paused(pause, now);
        }
    }

    /// Whether an attempt that may have been carried out is looked up before it is repeated.
    pub(super) fn asks_first(&self, client: &ApiClient) -> bool {
        let is_void = self.is_lookup_void.load(Ordering::Relaxed);
        let reconcile = if is_void { Reconcile::Repost } else { client.connection().reconcile };
        self.schedule().reconcile_by(reconcile);
        reconcile == Reconcile::Lookup
    }

    /// Keeps on disk what must hold after a restart, if that is news.
    pub(super) async fn remember(&self) {
        let now = self.uptime();
        let now_ms = self.timing.unix_ms();
        let backoffs = self.schedule().backoffs(now);
        let news = SavedBackoffs::new(backoffs.clone(), now, now_ms);
        let is_news = {
            let mut kept = lock(&self.kept);
            let is_news = news.differs_from(&kept);
            if is_news {
                *kept = news;
            }
            is_news
        };
        if !is_news {
            return;
        }
        if let Err(error) = self.outbox.ask(move |store| backoffs::save(store, &backoffs, now, now_ms)).await {
            tracing::error!(%error, "when to try again could not be stored");
            *lock(&self.kept) = SavedBackoffs::default();
        }
    }

    pub(super) async fn publish(&self) {
        self.remember().await;
        if let Ok(counts) = self.outbox.counts().await {
            let now = self.uptime();
            let flow = self.schedule().flow(now);
            let shown = lock(&self.flow).offer(flow, now);
            let warning = self.warning(counts);
            self.outbox.status.send_modify(|status| {
                status.count(counts);
                status.flow = shown;
                status.warning = warning;
            });
        }
    }

    /// Shows how the way to SWiP is, and says when to look again.
    pub(super) fn show_flow(&self) -> Option<Duration> {
        let now = self.uptime();
        let (flow, backoffs) = {
            let schedule = self.schedule();
            (schedule.flow(now), schedule.backoffs(now))
        };
        let mut debounced = lock(&self.flow);
        let shown = debounced.offer(flow, now);
        self.outbox.status.send_if_modified(|status| std::mem::replace(&mut status.flow, shown) != shown);
        let pause_ends = backoffs.iter().find(|backoff| backoff.flow == Flow::Paused).map(|backoff| backoff.until);
        pause_ends.into_iter().chain(debounced.next_look()).min()
    }
}
