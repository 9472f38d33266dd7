//! Sends what waits: one request at a time, at a pace that the schedule sets.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::attempt::{Attempt, AttemptContext};
use super::claim::Claims;
use super::clock::Timing;
use super::pacing::Pacing;
use super::result::AttemptResult;
use super::sweep::{RetentionSweep, until_next_warning};
use crate::domain::connection::{Connection, Origin};
use crate::domain::delivery::{
    Concern, EntryState, FailureAttribution, FinalState, Flow, Hold, Next, Pending, Submission,
};
use crate::domain::journal::{Kind, Outcome};
use crate::domain::queue::DeleteReason;
use crate::domain::{Enrolment, Failure, Signup};
use crate::services::api::{ApiClient, CUSTOMER_DEADLINE};
use crate::services::journal::{Journal, Note};
use crate::services::outbox::db::entries;
use crate::services::outbox::db::one_entry::Change;
use crate::services::outbox::db::retention::KeepFor;
use crate::services::outbox::entry::{Enqueued, Taken};
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;
use crate::services::outbox::status::Status;

/// Delivers the signups of one outbox, at the counter's wish and in the background.
pub struct Deliverer {
    outbox: Outbox,
    pacing: Pacing,
    claims: Claims,
    /// Who got through lately.
    attribution: Mutex<FailureAttribution>,
    nudge: Notify,
    /// How often the outbox had been opened anew when the schedule was last compared with it.
    openings: AtomicU64,
    journal: Journal,
    ages: RetentionSweep,
}

impl Deliverer {
    /// A deliverer for what is in the outbox, which notes each attempt down; entries found there are spread over the first seconds.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn new(outbox: Outbox, timing: Arc<dyn Timing>, journal: Journal) -> Result<Self, StoreError> {
        let opened = *outbox.openings.borrow();
        let deliverer = Self {
            pacing: Pacing::new(timing, outbox.clone()).await?,
            outbox,
            openings: AtomicU64::new(opened),
            claims: Claims::default(),
            attribution: Mutex::default(),
            nudge: Notify::new(),
            journal,
            ages: RetentionSweep::default(),
        };
        deliverer.publish().await;
        Ok(deliverer)
    }

    /// What the screens show, as it changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.outbox.status.subscribe()
    }

    /// The outbox itself.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Stores a signup durably, then tries to deliver it while the customer waits, 8 seconds in all.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it could not be stored; [`Failure::Refused`] if SWiP refused it. Then nothing is kept, unless the row
    /// was there before: a manager decides about that.
    pub async fn submit(
        &self,
        enrolment: Enrolment,
        link: Connection,
        client: Result<&ApiClient, Failure>,
        taken: Taken,
    ) -> Result<Submission, Failure> {
        let until = Some(self.pacing.uptime() + CUSTOMER_DEADLINE);
        let store = async || {
            self.outbox.enqueue(enrolment.clone(), link.clone(), taken).await.map_err(|error| {
                tracing::error!(%error, "a signup was not stored");
                Failure::Storage
            })
        };
        let mut stored = store().await?;
        if self.claims.wait_until_free(stored.id(), CUSTOMER_DEADLINE).await {
            // The same signup was under way: if it was refused or has got through meanwhile, its row is gone.
            stored = store().await?;
        }
        self.ages.taken.notify_one();
        if let Enqueued::Aside(_) = stored {
            self.publish().await;
            return Ok(stored.told());
        }
        let id = stored.id();
        // Any other row may have been said to be saved before.
        let may_withdraw = matches!(stored, Enqueued::New(_));
        if matches!(stored, Enqueued::New(_) | Enqueued::Replaced(_) | Enqueued::Filled(_)) {
            let entry = Pending { id, state: EntryState::Saved, attempts: 0 };
            self.pacing.schedule().added(entry, self.pacing.uptime());
        }
        // Whoever asked to be left alone is left alone by customers too.
        let is_paused = self.pacing.schedule().is_paused(self.pacing.uptime());
        let sent = match client {
            Ok(client) if !is_paused => {
                self.deliver_once(id, AttemptContext { may_withdraw, until, ..self.context(client) }).await
            }
            Ok(_) | Err(_) => Ok(AttemptResult::NotOurs),
        };
        self.publish().await;
        self.nudge.notify_one();
        let sent = sent.unwrap_or_else(|error| {
            // It is stored, and tried again in a few seconds; after a crash, at the next start.
            tracing::error!(%error, "the end of an attempt was not stored");
            AttemptResult::NotOurs
        });
        match sent {
            AttemptResult::Ended(FinalState::Delivered) => Ok(Submission::Registered),
            AttemptResult::Ended(FinalState::AlreadyMember) => Ok(Submission::AlreadyMember),
            AttemptResult::Refused(failure) => Err(failure),
            // Said to be saved before: it stays, for a manager.
            AttemptResult::Stays(EntryState::Attention(Concern::Refused(refusal))) => Err(Failure::Refused(refusal)),
            AttemptResult::Ended(FinalState::Withdrawn) | AttemptResult::Stays(_) | AttemptResult::NotOurs => {
                // Another attempt may have ended it, or damage: what is said to be saved is there now.
                match self.outbox.ask(move |store| entries::is_there(store, id)).await {
                    Ok(false) => store().await.map(Enqueued::told),
                    Ok(true) | Err(_) => Ok(Submission::Saved),
                }
            }
        }
    }

    /// Takes note that a lookup came through: an outage is over.
    pub fn reached_by_lookup(&self) {
        self.pacing.schedule().reached_by_lookup(self.pacing.uptime());
        self.nudge.notify_one();
    }

    /// Waits until the queue is held because no server could be trusted.
    pub async fn mistrusts(&self) {
        // The sender lives as long as we do.
        let _ = self.status().wait_for(|_| self.is_mistrusting()).await;
    }

    /// Whether the queue is held because no server could be trusted.
    pub fn is_mistrusting(&self) -> bool {
        self.pacing.schedule().flow(self.pacing.uptime()) == Flow::Held(Hold::Tls)
    }

    /// How far the clock on the wall is ahead of uptime: another value is a clock that was set.
    pub fn clock_ahead_ms(&self) -> i64 {
        let uptime_ms = i64::try_from(self.pacing.uptime().as_millis()).unwrap_or(i64::MAX);
        self.pacing.wall_ms().saturating_sub(uptime_ms)
    }

    /// Takes note that SWiP asked to wait, in answer to somebody's lookup: signups wait for a minute at most.
    pub fn paused_by_lookup(&self, wait: Duration) {
        self.pacing.schedule().paused_by_lookup(wait, self.pacing.uptime());
        self.nudge.notify_one();
    }

    /// Takes in new settings: what waits for others rests, what waits for these is tried at once.
    pub async fn adopt(&self, origin: Origin, merchant_id: String) {
        if let Err(error) = self.outbox.belong_to(origin, merchant_id).await {
            tracing::error!(%error, "the queue could not be sorted for the new settings");
        }
        self.note_lookups_tell();
        self.pacing.schedule().open();
        self.reload().await;
    }

    /// Takes note that lookups tell unknown customers, as a test has just shown.
    pub fn note_lookups_tell(&self) {
        self.pacing.set_lookups_tell(true);
    }

    /// Puts one entry, or all that are held or need a manager, back in line, and tries them at once, whatever SWiP asked to wait.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn retry(&self, id: Option<i64>) -> Result<usize, StoreError> {
        let count = self.outbox.retry(id).await?;
        self.pacing.schedule().open();
        self.pacing.schedule().end_pause();
        self.reload().await;
        Ok(count)
    }

    /// Puts a signup with other details in the place of an entry, and tries it as soon as the way is free.
    ///
    /// # Errors
    /// Whatever the database refused; the entry is as it was then.
    pub async fn correct(&self, id: i64, signup: Signup) -> Result<Change, StoreError> {
        let Some(_claim) = self.claims.take(id) else {
            return Ok(Change::InFlight);
        };
        let change = self.outbox.correct(id, signup).await?;
        self.reload().await;
        Ok(change)
    }

    /// Deletes an entry; that there was one, and why it is gone, is kept.
    ///
    /// # Errors
    /// Whatever the database refused; the entry is still there then.
    pub async fn delete(&self, id: i64, reason: DeleteReason) -> Result<Change, StoreError> {
        let Some(_claim) = self.claims.take(id) else {
            return Ok(Change::InFlight);
        };
        let change = self.outbox.delete(id, reason, self.pacing.wall_ms()).await?;
        self.reload().await;
        Ok(change)
    }

    /// Plans everything anew from what is on disk: as soon as the way is free.
    pub async fn reload(&self) {
        self.pacing.plan_anew().await;
        self.publish().await;
        self.nudge.notify_one();
    }

    /// Tells the screens how the queue is.
    async fn publish(&self) {
        self.pacing.remember().await;
        if let Ok(counts) = self.outbox.counts().await {
            let shown = self.pacing.debounce_flow();
            let warning = self.ages.warning(counts, self.pacing.wall_ms());
            self.outbox.status.send_modify(|status| {
                status.count(counts);
                status.revision = status.revision.wrapping_add(1);
                status.flow = shown;
                status.warning = warning;
            });
        }
    }

    /// What is to be done now.
    pub fn next(&self) -> Next {
        self.pacing.schedule().next(self.pacing.uptime())
    }

    /// Waits until an entry is due, and says which.
    pub async fn due(&self) -> i64 {
        loop {
            let mut openings = self.outbox.openings.subscribe();
            let opened = *openings.borrow_and_update();
            if self.openings.swap(opened, Ordering::Relaxed) != opened {
                self.pacing.compare().await;
                self.publish().await;
            }
            let nudged = async {
                tokio::select! {
                    () = self.nudge.notified() => {}
                    _ = openings.changed() => {}
                }
            };
            self.pacing.remember().await;
            let look = self.pacing.show_flow();
            let until = match self.next() {
                Next::Send(id) => return id,
                Next::Wait(until) => Some(look.map_or(until, |look| look.min(until))),
                Next::Idle => look,
            };
            match until {
                Some(until) => {
                    let wait = until.saturating_sub(self.pacing.uptime());
                    let _ = timeout(wait, nudged).await;
                    self.pacing.woke(until);
                }
                None => nudged.await,
            }
        }
    }

    /// Sends an entry while nobody waits for it.
    pub async fn deliver_in_background(&self, id: i64, client: &ApiClient) {
        if let Err(error) = self.deliver_once(id, self.context(client)).await {
            tracing::error!(%error, "an attempt could not be stored");
            self.pacing.schedule().rest(AFTER_A_STORE_ERROR, self.pacing.uptime());
        }
        self.publish().await;
    }

    /// Whether anything is left that can be sent, now or later, or is under way.
    pub fn has_work(&self) -> bool {
        self.next() != Next::Idle || !self.claims.is_empty()
    }

    /// Sweeps every hour while anything is in the queue, and while there is evidence of consents; warns the staff in time; never
    /// returns.
    ///
    /// `keep` is asked for at each sweep: the settings may change.
    pub async fn sweep_hourly(&self, keep: impl Fn() -> KeepFor) -> Infallible {
        let mut keeps_more = true;
        loop {
            tokio::select! {
                () = self.anything_kept() => {}
                // Evidence grows old in an empty queue, too.
                () = sleep(SWEEP_EVERY), if keeps_more => {}
                // What was delivered at once never waited, but left evidence.
                () = self.ages.taken.notified(), if !keeps_more => {}
            }
            match self.sweep(keep()).await {
                Ok(found) => keeps_more = found,
                Err(error) => tracing::error!(%error, "the age of the queue could not be looked at"),
            }
            let next = self.pacing.uptime().saturating_add(SWEEP_EVERY);
            loop {
                self.publish().await;
                let wait = next.saturating_sub(self.pacing.uptime());
                if wait.is_zero() {
                    break;
                }
                let counts = self.status().borrow().counts;
                sleep(until_next_warning(counts, self.pacing.wall_ms()).map_or(wait, |warning| warning.min(wait)))
                    .await;
            }
        }
    }

    /// One sweep: goes on with the station clock, and ends what has waited too long by it. Whether anything besides entries
    /// grows old.
    ///
    /// # Errors
    /// Whatever the database refused; the next sweep counts the time.
    pub async fn sweep(&self, keep: KeepFor) -> Result<bool, StoreError> {
        let result = self.ages.run(&self.outbox, &self.pacing, keep).await?;
        if result.consents_expired > 0 {
            let count = result.consents_expired;
            tracing::info!(count, "evidence of consents has reached its age and was destroyed");
        }
        for id in &result.expired {
            tracing::warn!(id, "a signup has waited too long; its data was destroyed");
            self.pacing.schedule().removed(*id);
            let (kind, outcome) = (Kind::Expiry, Outcome::Expired);
            self.journal.note(Note { kind, outcome, phone: None, attempts: 1, took: Duration::ZERO });
        }
        self.publish().await;
        Ok(result.keeps_more)
    }

    async fn anything_kept(&self) {
        // The sender lives as long as we do.
        let _ = self.status().wait_for(|status| status.counts.any()).await;
    }

    /// Waits for new settings, or for as long as they may take to help.
    pub async fn without_a_client(&self, why: Failure) {
        if let Failure::Unavailable(_) = why {
            // No server could be trusted: nothing is even tried.
            self.pacing.schedule().hold(Hold::Tls, self.pacing.uptime());
            self.publish().await;
        }
        let _ = timeout(WITHOUT_A_CLIENT, self.nudge.notified()).await;
    }

    /// An attempt that nobody waits for, about what was said to be saved.
    fn context<'a>(&'a self, client: &'a ApiClient) -> AttemptContext<'a> {
        AttemptContext {
            outbox: &self.outbox,
            pacing: &self.pacing,
            attribution: &self.attribution,
            journal: &self.journal,
            client,
            may_withdraw: false,
            until: None,
        }
    }

    /// Delivers an entry unless that is being done already. One whose end could not be stored is tried again.
    async fn deliver_once(&self, id: i64, context: AttemptContext<'_>) -> Result<AttemptResult, StoreError> {
        let Some(_claim) = self.claims.take(id) else {
            // Looked at again only after the usual pause.
            self.pacing.schedule().space(self.pacing.uptime());
            return Ok(AttemptResult::NotOurs);
        };
        Attempt::new(context).run(id).await.inspect_err(|_| self.pacing.failed(id))
    }
}

/// How often the queue is looked at. This is also how often the station clock is written down.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// How long there may be no way to build a client before it is tried again.
const WITHOUT_A_CLIENT: Duration = Duration::from_mins(1);
const AFTER_A_STORE_ERROR: Duration = Duration::from_secs(5);
