//! What a deliverer takes note of after each visit, keeps for the next start, and tells the screens.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Attempt;
use super::claim::lock;
use super::sent::Sent;
use super::timing::Dice;
use super::worker::Deliverer;
use crate::domain::delivery::{EntryState, Flow, Next, Reconcile, Tried};
use crate::services::api::ApiClient;
use crate::services::sabotage::Sabotage;

impl Deliverer {
    /// Whether anything is left that can be sent, now or later.
    pub fn has_work(&self) -> bool {
        self.next() != Next::Idle
    }

    pub(super) fn note(&self, attempt: &Attempt, sent: Sent, pause: Option<Duration>) {
        let now = self.uptime();
        let mut schedule = self.schedule();
        match sent {
            // SWiP is there, and has said when to come again: that is no failure of the way there.
            Sent::Stays(state @ (EntryState::Pending | EntryState::Unknown)) if pause.is_some() => {
                schedule.added(attempt.id, state, now);
            }
            Sent::Stays(state) => {
                let tried = Tried { id: attempt.id, state, attempts: attempt.attempts };
                schedule.stayed(tried, now, &mut Dice(&*self.timing));
            }
            Sent::Ended(_) | Sent::Refused(_) | Sent::NotOurs => {
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
        let rests = self.schedule().rests(now);
        let is_news = std::mem::replace(&mut *lock(&self.kept), rests.clone()) != rests;
        if !is_news {
            return;
        }
        let now_ms = self.timing.unix_ms();
        if let Err(error) = self.outbox.ask(move |store| store.keep_rests(&rests, now, now_ms)).await {
            tracing::error!(%error, "when to try again could not be stored");
            lock(&self.kept).clear();
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
        let (flow, rests) = {
            let schedule = self.schedule();
            (schedule.flow(now), schedule.rests(now))
        };
        let mut steady = lock(&self.flow);
        let shown = steady.offer(flow, now);
        self.outbox.status.send_if_modified(|status| std::mem::replace(&mut status.flow, shown) != shown);
        let pause_ends = rests.iter().find(|rest| rest.flow == Flow::Paused).map(|rest| rest.until);
        pause_ends.into_iter().chain(steady.next_look()).min()
    }
}
