//! When what is sent, and what is kept of that between attempts and over a restart.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::claim::lock;
use super::clock::{Rng, Timing};
use super::result::AttemptResult;
use crate::domain::delivery::{Backoff, Debounced, EntryState, Flow, Pending, Reconcile, Schedule};
use crate::services::api::ApiClient;
use crate::services::outbox::db::backoffs;
use crate::services::outbox::entry::Outgoing;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;

/// The plan of an outbox, and its clocks.
pub(super) struct Pacing {
    outbox: Outbox,
    timing: Arc<dyn Timing>,
    schedule: Mutex<Schedule>,
    /// None after an error: nobody knows what is on disk then.
    saved: Mutex<Option<SavedBackoffs>>,
    /// How the way to SWiP is shown to be.
    flow: Mutex<Debounced<Flow>>,
    /// The server no longer tells unknown customers, whatever the settings say.
    is_lookup_void: AtomicBool,
}

/// The back-offs as they are on disk, where they end by the clock on the wall.
#[derive(Debug)]
struct SavedBackoffs {
    backoffs: Vec<Backoff>,
    /// How far that clock was ahead of uptime, in milliseconds.
    ahead_ms: i64,
}

/// A clock that is further off than this was set, and does not just run unevenly.
const CLOCK_WAS_SET_MS: u64 = 2_000;

impl SavedBackoffs {
    /// Back-offs that are, or are about to be, on disk.
    fn new(backoffs: Vec<Backoff>, uptime: Duration, now_ms: i64) -> Self {
        let uptime_ms = i64::try_from(uptime.as_millis()).unwrap_or(i64::MAX);
        Self { backoffs, ahead_ms: now_ms.saturating_sub(uptime_ms) }
    }

    /// Whether these are others, or end elsewhere on a clock that was set since.
    fn differs_from(&self, kept: &Self) -> bool {
        let is_set = self.ahead_ms.abs_diff(kept.ahead_ms) > CLOCK_WAS_SET_MS;
        self.backoffs != kept.backoffs || (is_set && !self.backoffs.is_empty())
    }
}

impl Pacing {
    /// A plan of what is in the outbox; its entries are spread over the first seconds.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub(super) async fn new(timing: Arc<dyn Timing>, outbox: Outbox) -> Result<Self, StoreError> {
        let mut schedule = Schedule::default();
        let (now, now_ms) = (timing.uptime(), timing.unix_ms());
        for entry in outbox.live().await? {
            schedule.found(entry, now, &mut Rng(&*timing));
        }
        let saved = outbox.ask(move |store| backoffs::saved(store, now, now_ms)).await?;
        for backoff in &saved {
            schedule.resume(*backoff, now);
        }
        let flow = schedule.flow(now);
        Ok(Self {
            outbox,
            timing,
            schedule: Mutex::new(schedule),
            saved: Mutex::new(Some(SavedBackoffs::new(saved, now, now_ms))),
            flow: Mutex::new(Debounced::new(flow)),
            is_lookup_void: AtomicBool::new(false),
        })
    }

    /// From a clock that never jumps.
    pub(super) fn uptime(&self) -> Duration {
        self.timing.uptime()
    }

    /// What the clock on the wall says, Unix milliseconds.
    pub(super) fn wall_ms(&self) -> i64 {
        self.timing.unix_ms()
    }

    /// Waits between two requests about one entry.
    pub(super) async fn pause(&self, wait: Duration) {
        self.timing.pause(wait).await;
    }

    /// The plan itself.
    pub(super) fn schedule(&self) -> MutexGuard<'_, Schedule> {
        lock(&self.schedule)
    }

    /// The end of an attempt about an entry could not be stored, which says nothing of the way to SWiP.
    pub(super) fn failed(&self, id: i64) {
        let tried = Pending { id, state: EntryState::Unknown, attempts: 1 };
        self.schedule().tried(tried, self.uptime(), &mut Rng(&*self.timing));
    }

    /// A wait until some moment is over.
    pub(super) fn woke(&self, until: Duration) {
        self.schedule().woke(until, self.uptime(), &mut Rng(&*self.timing));
    }

    /// Whether lookups tell unknown customers, as was just seen.
    pub(super) fn set_lookups_tell(&self, they_do: bool) {
        self.is_lookup_void.store(!they_do, Ordering::Relaxed);
    }

    /// Plans everything anew from what is on disk: as soon as the way is free.
    pub(super) async fn plan_anew(&self) {
        self.plan_from_disk(|schedule, live| {
            schedule.clear();
            for entry in live {
                schedule.added(*entry, self.uptime());
            }
        })
        .await;
    }

    /// Takes in what an outbox that was opened anew holds besides what is planned; what it lost ends by itself.
    pub(super) async fn compare(&self) {
        self.plan_from_disk(|schedule, live| {
            for entry in live {
                if !schedule.knows(entry.id) {
                    schedule.found(*entry, self.uptime(), &mut Rng(&*self.timing));
                }
            }
        })
        .await;
    }

    async fn plan_from_disk(&self, plan: impl FnOnce(&mut Schedule, &[Pending])) {
        match self.outbox.live().await {
            Ok(live) => plan(&mut self.schedule(), &live),
            Err(error) => tracing::error!(%error, "the queue could not be read"),
        }
    }

    /// How the way to SWiP is to be shown now.
    pub(super) fn debounce_flow(&self) -> Flow {
        let now = self.uptime();
        let flow = self.schedule().flow(now);
        lock(&self.flow).offer(flow, now)
    }

    /// Takes note of what became of an entry, and of what SWiP asked for.
    pub(super) fn note(&self, attempt: &Outgoing, sent: AttemptResult, pause: Option<Duration>) {
        let now = self.uptime();
        let mut schedule = self.schedule();
        let waiting = |state| Pending { id: attempt.id, state, attempts: attempt.attempts };
        match sent {
            // SWiP is there, and has said when to come again: that is no failure of the way there.
            AttemptResult::Stays(state @ (EntryState::Pending | EntryState::Unknown)) if pause.is_some() => {
                schedule.added(waiting(state), now);
            }
            AttemptResult::Stays(state) => {
                schedule.stayed(waiting(state), now, &mut Rng(&*self.timing));
            }
            AttemptResult::Ended(_) | AttemptResult::Refused(_) | AttemptResult::NotOurs => {
                schedule.removed(attempt.id);
                schedule.reached(now);
            }
        }
        if let Some(pause) = pause {
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
            let mut kept = lock(&self.saved);
            let is_news = kept.as_ref().is_none_or(|kept| news.differs_from(kept));
            if is_news {
                *kept = Some(news);
            }
            is_news
        };
        if !is_news {
            return;
        }
        if let Err(error) = self.outbox.ask(move |store| backoffs::save(store, &backoffs, now, now_ms)).await {
            tracing::error!(%error, "when to try again could not be stored");
            *lock(&self.saved) = None;
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
