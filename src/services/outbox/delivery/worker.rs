//! Sends what waits: one request at a time, at a pace that the schedule sets.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::attempt::{Attempt, AttemptContext, Reconciled};
use super::claim::{Claim, lock};
use super::clock::{SystemTiming, Timing};
use super::pacing::Pacing;
use super::sent::AttemptResult;
use super::sweep::RetentionSweep;
use crate::domain::delivery::{
    Concern, EntryState, FailureAttribution, FinalState, Hold, Next, Submission, Transition,
};
use crate::domain::journal::Kind;
use crate::domain::station::{Connection, Origin};
use crate::domain::{Enrolment, Failure};
use crate::services::api::{ApiClient, CUSTOMER_DEADLINE};
use crate::services::journal::{Journal, Note};
use crate::services::outbox::db::attempts;
use crate::services::outbox::db::seal::RecordId;
use crate::services::outbox::entry::{Enqueued, Outgoing};
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;
use crate::services::outbox::status::Status;
use crate::services::sabotage::Sabotage;

/// Delivers the signups of one outbox, at the counter's wish and in the background.
pub struct Deliverer {
    pub(super) outbox: Outbox,
    pub(super) pacing: Pacing,
    /// What is being sent now, at the counter or in the background.
    in_flight: Mutex<BTreeSet<i64>>,
    /// Who got through lately.
    others: Mutex<FailureAttribution>,
    pub(super) nudge: Notify,
    /// How often the outbox had been opened anew when the schedule was last compared with it.
    openings: AtomicU64,
    pub(super) journal: Journal,
    pub(super) ages: RetentionSweep,
}

impl Deliverer {
    /// A deliverer for what is in the outbox; entries found there are spread over the first seconds.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn new(outbox: Outbox) -> Result<Self, StoreError> {
        Self::timed_by(Arc::new(SystemTiming::start()), outbox).await
    }

    /// As [`Self::new`], with time and chance from elsewhere.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn timed_by(timing: Arc<dyn Timing>, outbox: Outbox) -> Result<Self, StoreError> {
        let opened = *outbox.openings.borrow();
        let deliverer = Self {
            pacing: Pacing::new(timing, outbox.clone()).await?,
            outbox,
            openings: AtomicU64::new(opened),
            in_flight: Mutex::default(),
            others: Mutex::default(),
            nudge: Notify::new(),
            journal: Journal::of(None),
            ages: RetentionSweep::default(),
        };
        deliverer.publish().await;
        Ok(deliverer)
    }

    /// Notes each attempt down.
    pub(in crate::services) fn noting(self, journal: Journal) -> Self {
        Self { journal, ..self }
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
    /// [`Failure::Storage`] if it could not be stored, [`Failure::Refused`] if SWiP refused it; nothing is kept then.
    pub async fn submit(
        &self,
        enrolment: Enrolment,
        link: Connection,
        client: Result<&ApiClient, Failure>,
        now_ms: i64,
    ) -> Result<Submission, Failure> {
        let until = Some(self.pacing.uptime() + CUSTOMER_DEADLINE);
        let stored = self.outbox.enqueue(enrolment, link, now_ms).await.map_err(|error| {
            tracing::error!(%error, "a signup was not stored");
            Failure::Storage
        })?;
        self.ages.taken.notify_one();
        let id = stored.id();
        // Any other row was said to be saved before.
        let may_withdraw = matches!(stored, Enqueued::New(_));
        if !matches!(stored, Enqueued::Same(_)) {
            self.pacing.schedule().added(id, EntryState::Saved, self.pacing.uptime());
        }
        // Whoever asked to be left alone is left alone by customers too.
        let is_paused = self.pacing.schedule().is_paused(self.pacing.uptime());
        let sent = match client {
            Ok(client) if !is_paused => self.deliver_once(id, AttemptContext { client, may_withdraw, until }).await,
            Ok(_) | Err(_) => Ok(AttemptResult::NotOurs),
        };
        self.publish().await;
        self.nudge.notify_one();
        match sent {
            Ok(AttemptResult::Ended(FinalState::Delivered)) => Ok(Submission::Registered),
            Ok(AttemptResult::Ended(FinalState::AlreadyMember)) => Ok(Submission::AlreadyMember),
            Ok(AttemptResult::Refused(failure)) => Err(failure),
            // Said to be saved before: it stays, for a manager.
            Ok(AttemptResult::Stays(EntryState::Attention(Concern::Refused(refusal)))) => {
                Err(Failure::Refused(refusal))
            }
            Ok(AttemptResult::Ended(FinalState::Withdrawn) | AttemptResult::Stays(_) | AttemptResult::NotOurs) => {
                Ok(Submission::Saved)
            }
            Err(error) => {
                // It is stored; what became of it the next start will find out.
                tracing::error!(%error, "the end of an attempt was not stored");
                Ok(Submission::Saved)
            }
        }
    }

    /// Takes note that some call came through: an outage is over.
    pub fn reached(&self) {
        self.pacing.schedule().reached(self.pacing.uptime());
        self.nudge.notify_one();
    }

    /// Takes note that SWiP asked to wait, in answer to some call.
    pub fn paused(&self, wait: Duration) {
        self.pacing.schedule().paused(wait, self.pacing.uptime());
        self.nudge.notify_one();
    }

    /// Takes in new settings: what waits for others rests, what waits for these is tried at once.
    pub async fn adopt(&self, origin: Origin, merchant_id: String) {
        if let Err(error) = self.outbox.belong_to(origin, merchant_id).await {
            tracing::error!(%error, "the queue could not be sorted for the new settings");
        }
        self.lookups_tell();
        self.pacing.schedule().open();
        self.reload().await;
    }

    /// Takes note that lookups tell unknown customers, as a test has just shown.
    pub fn lookups_tell(&self) {
        self.pacing.set_lookups_tell(true);
    }

    /// Puts one entry, or all that are held or need a manager, back in line, and tries them at once.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn retry(&self, id: Option<i64>) -> Result<usize, StoreError> {
        let count = self.outbox.retry(id).await?;
        self.pacing.schedule().open();
        self.reload().await;
        Ok(count)
    }

    /// Plans everything anew from what is on disk: as soon as the way is free.
    pub async fn reload(&self) {
        self.pacing.plan_anew().await;
        self.publish().await;
        self.nudge.notify_one();
    }

    /// Tells the screens how the queue is.
    pub(super) async fn publish(&self) {
        self.pacing.remember().await;
        if let Ok(counts) = self.outbox.counts().await {
            let shown = self.pacing.shown_flow();
            let warning = self.warning(counts);
            self.outbox.status.send_modify(|status| {
                status.count(counts);
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
        if let Err(error) = self.deliver_once(id, AttemptContext { client, may_withdraw: false, until: None }).await {
            tracing::error!(%error, "an attempt could not be stored");
            self.pacing.schedule().rest(AFTER_A_STORE_ERROR, self.pacing.uptime());
        }
        self.publish().await;
    }

    /// Whether anything is left that can be sent, now or later, or is under way.
    pub fn has_work(&self) -> bool {
        self.next() != Next::Idle || !lock(&self.in_flight).is_empty()
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

    /// Delivers an entry unless that is being done already. One whose end could not be stored is tried again.
    async fn deliver_once(&self, id: i64, context: AttemptContext<'_>) -> Result<AttemptResult, StoreError> {
        let Some(_claim) = Claim::take(&self.in_flight, id) else {
            // Looked at again only after the usual pause.
            self.pacing.schedule().sent(self.pacing.uptime());
            return Ok(AttemptResult::NotOurs);
        };
        let sent = self.deliver(id, context).await;
        if sent.is_err() {
            self.pacing.failed(id);
        }
        sent
    }

    /// Tries to deliver one entry: the attempt is on disk before any byte of it leaves.
    ///
    /// # Errors
    /// Whatever the database refused; the entry then stands as it last stood on disk.
    async fn deliver(&self, id: i64, context: AttemptContext<'_>) -> Result<AttemptResult, StoreError> {
        if !Sabotage::NoSpacing.is_on() {
            self.pacing.schedule().sent(self.pacing.uptime());
        }
        let mut attempt = Attempt::new(&self.pacing, context);
        let at = context.client.connection().clone();
        if self.pacing.asks_first(context.client) {
            let Some(mut entry) = self.outbox.ask(move |store| attempts::peek(store, id, &at)).await? else {
                return Ok(self.gone(id));
            };
            if entry.stats.is_unsettled && !Sabotage::RepostWithoutLookup.is_on() {
                if !self.pacing.schedule().is_settled(id, self.pacing.uptime()) {
                    // The last attempt may be under way at SWiP still.
                    return Ok(AttemptResult::NotOurs);
                }
                entry.attempts = entry.attempts.saturating_add(1);
                match attempt.reconcile(&mut entry).await {
                    Reconciled::Done(sent) => return self.settle(entry, sent, &attempt).await,
                    Reconciled::ToPost(state) => {
                        self.outbox.ask(move |store| attempts::keep_tried(store, &entry, state)).await?;
                    }
                }
            }
        }
        if attempt.is_over() {
            return Ok(AttemptResult::NotOurs);
        }
        let at = context.client.connection().clone();
        let Some(outgoing) = self.outbox.ask(move |store| attempts::begin(store, id, &at)).await? else {
            return Ok(self.gone(id));
        };
        if Sabotage::LogPayload.is_on() {
            tracing::info!(phone = outgoing.signup.phone.digits(), "a signup is sent");
        }
        let sent = match attempt.post(&outgoing).await {
            Transition::Ends(FinalState::Withdrawn) => AttemptResult::Refused(Failure::Refused(attempt.refusal)),
            Transition::Ends(ending) => AttemptResult::Ended(ending),
            Transition::Stays(state) => AttemptResult::Stays(state),
            // It was asked already.
            Transition::Ask => AttemptResult::Stays(EntryState::Unknown),
        };
        self.settle(outgoing, sent, &attempt).await
    }

    /// Takes note of how an attempt ended: first of what SWiP asked for, which must hold whoever dies meanwhile.
    async fn settle(
        &self,
        mut outgoing: Outgoing,
        sent: AttemptResult,
        attempt: &Attempt<'_>,
    ) -> Result<AttemptResult, StoreError> {
        let (id, record) = (outgoing.id, RecordId { id: outgoing.id, created_ms: outgoing.created_ms });
        let (phone, attempts) = (Some(outgoing.signup.phone.mask()), outgoing.attempts);
        let mut reclassified = None;
        let sent = match sent {
            // It was said to other settings: those of now are tried at once.
            AttemptResult::Stays(EntryState::Held(_)) if attempt.generation != self.pacing.schedule().generation() => {
                AttemptResult::Stays(EntryState::Pending)
            }
            AttemptResult::Stays(state) => {
                let verdict = self.others().judge((id, outgoing.stats), state, attempt.failure, self.pacing.uptime());
                outgoing.stats = verdict.stats;
                reclassified = verdict.reclassified;
                AttemptResult::Stays(verdict.state)
            }
            AttemptResult::Ended(FinalState::Delivered | FinalState::AlreadyMember) if attempt.has_posted => {
                self.others().got_through(id, self.pacing.uptime());
                sent
            }
            sent => {
                self.others().forget(id);
                sent
            }
        };
        self.pacing.note(&outgoing, sent, attempt.pause);
        self.pacing.remember().await;
        match sent {
            AttemptResult::Ended(FinalState::Delivered) if Sabotage::PostAfterDelivered.is_on() => {}
            AttemptResult::Stays(EntryState::Attention(_)) if Sabotage::DeleteOnRefusal.is_on() => {
                self.outbox.ask(move |store| attempts::end(store, record, FinalState::Withdrawn)).await?;
            }
            AttemptResult::Ended(ending) => self.outbox.ask(move |store| attempts::end(store, record, ending)).await?,
            AttemptResult::Refused(_) => {
                self.outbox.ask(move |store| attempts::end(store, record, FinalState::Withdrawn)).await?;
            }
            AttemptResult::Stays(state) => {
                self.outbox.ask(move |store| attempts::keep_tried(store, &outgoing, state)).await?;
            }
            AttemptResult::NotOurs => {}
        }
        if let (Some(other), AttemptResult::Stays(state)) = (reclassified, sent)
            && self.outbox.ask(move |store| attempts::reclassify(store, other, state)).await?
        {
            self.pacing.schedule().added(other, state, self.pacing.uptime());
        }
        let took = self.pacing.uptime().saturating_sub(attempt.since);
        self.journal.note(Note { kind: Kind::Delivery, outcome: sent.noted(), phone, attempts, took });
        Ok(sent)
    }

    fn gone(&self, id: i64) -> AttemptResult {
        self.pacing.schedule().removed(id);
        self.others().forget(id);
        AttemptResult::NotOurs
    }

    fn others(&self) -> MutexGuard<'_, FailureAttribution> {
        lock(&self.others)
    }
}

/// How long there may be no way to build a client before it is tried again.
const WITHOUT_A_CLIENT: Duration = Duration::from_mins(1);
const AFTER_A_STORE_ERROR: Duration = Duration::from_secs(5);
