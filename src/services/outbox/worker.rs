//! Sends what waits: one request at a time, at a pace that the schedule sets.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::status::Status;
use super::timing::{Dice, SystemTiming, Timing};
use super::{Attempt, Enqueued, Outbox, StoreError};
use crate::domain::delivery::{
    Concern, Ending, EntryState, Next, Outcome, Schedule, Submission, Tried, after_lookup, after_post,
};
use crate::domain::failure::Refusal;
use crate::domain::journal::{Kind, Outcome as Noted};
use crate::domain::station::{Connection, Origin};
use crate::domain::{CustomerQuery, Failure, Signup};
use crate::services::api::ApiClient;
use crate::services::journal::{Journal, Note};
use crate::services::sabotage::Sabotage;

/// Delivers the signups of one outbox, at the counter's wish and in the background.
pub struct Deliverer {
    outbox: Outbox,
    schedule: Mutex<Schedule>,
    /// What is being sent now, at the counter or in the background.
    in_flight: Mutex<BTreeSet<i64>>,
    timing: Arc<dyn Timing>,
    nudge: Notify,
    /// How often the outbox had been opened anew when the schedule was last compared with it.
    openings: AtomicU64,
    journal: Journal,
}

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// The entry has left the outbox.
    Ended(Ending),
    /// SWiP refused it in front of the customer; it is withdrawn.
    Refused(Failure),
    /// It stays for later.
    Stays(EntryState),
    /// Somebody else sends it, or it is gone.
    NotOurs,
}

impl Sent {
    /// As it stands in the journal.
    fn noted(self) -> Noted {
        match self {
            Self::Ended(Ending::Delivered) => Noted::Registered,
            Self::Ended(Ending::AlreadyMember) => Noted::AlreadyMember,
            Self::Ended(Ending::Withdrawn) | Self::Refused(_) => Noted::Refused,
            Self::Stays(EntryState::Attention(_)) => Noted::Attention,
            Self::Stays(EntryState::Held(_)) => Noted::Held,
            Self::Stays(_) | Self::NotOurs => Noted::Saved,
        }
    }
}

/// What an attempt needs besides the entry.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// The way to SWiP.
    client: &'a ApiClient,
    /// Whether nobody was told yet that the entry is saved.
    may_withdraw: bool,
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
        let mut schedule = Schedule::default();
        let now = timing.uptime();
        for (id, state) in outbox.live().await? {
            schedule.found(id, state, now, &mut Dice(&*timing));
        }
        let opened = *outbox.openings.borrow();
        let deliverer = Self {
            outbox,
            openings: AtomicU64::new(opened),
            schedule: Mutex::new(schedule),
            in_flight: Mutex::default(),
            timing,
            nudge: Notify::new(),
            journal: Journal::of(None),
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

    /// Stores a signup durably, then tries to deliver it while the customer waits.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it could not be stored, [`Failure::Refused`] if SWiP refused it; nothing is kept then.
    pub async fn submit(
        &self,
        signup: Signup,
        link: Connection,
        client: Result<&ApiClient, Failure>,
        now_ms: i64,
    ) -> Result<Submission, Failure> {
        let stored = self.outbox.enqueue(signup, link, now_ms).await.map_err(|error| {
            tracing::error!(%error, "a signup was not stored");
            Failure::Storage
        })?;
        let id = stored.id();
        // Any other row was said to be saved before.
        let may_withdraw = matches!(stored, Enqueued::New(_));
        self.schedule().added(id, EntryState::Saved, self.uptime());
        // Whoever asked to be left alone is left alone by customers too.
        let is_paused = self.schedule().is_paused(self.uptime());
        let sent = match client {
            Ok(client) if !is_paused => self.deliver_once(id, Line { client, may_withdraw }).await,
            Ok(_) | Err(_) => Ok(Sent::NotOurs),
        };
        self.publish().await;
        self.nudge.notify_one();
        match sent {
            Ok(Sent::Ended(Ending::Delivered)) => Ok(Submission::Registered),
            Ok(Sent::Ended(Ending::AlreadyMember)) => Ok(Submission::AlreadyMember),
            Ok(Sent::Refused(failure)) => Err(failure),
            // Said to be saved before: it stays, for a manager.
            Ok(Sent::Stays(EntryState::Attention(Concern::Refused(refusal)))) => Err(Failure::Refused(refusal)),
            Ok(Sent::Ended(Ending::Withdrawn) | Sent::Stays(_) | Sent::NotOurs) => Ok(Submission::Saved),
            Err(error) => {
                // It is stored; what became of it the next start will find out.
                tracing::error!(%error, "the end of an attempt was not stored");
                Ok(Submission::Saved)
            }
        }
    }

    /// Takes in new settings: what waits for others rests, what waits for these is tried at once.
    pub async fn adopt(&self, origin: Origin, merchant_id: String) {
        if let Err(error) = self.outbox.belong_to(origin, merchant_id).await {
            tracing::error!(%error, "the queue could not be sorted for the new settings");
        }
        self.reload().await;
    }

    /// Plans everything anew from what is on disk, and tries it at once.
    pub async fn reload(&self) {
        match self.outbox.live().await {
            Ok(live) => {
                let now = self.uptime();
                let mut schedule = self.schedule();
                schedule.clear();
                for (id, state) in live {
                    schedule.added(id, state, now);
                }
            }
            Err(error) => tracing::error!(%error, "the queue could not be read"),
        }
        self.publish().await;
        self.nudge.notify_one();
    }

    /// Takes note that some call came through: an outage is over.
    pub fn reached(&self) {
        self.schedule().reached(self.uptime());
        self.nudge.notify_one();
    }

    /// What is to be done now.
    pub fn next(&self) -> Next {
        self.schedule().next(self.uptime())
    }

    /// Waits until an entry is due, and says which.
    pub async fn due(&self) -> i64 {
        loop {
            let mut openings = self.outbox.openings.subscribe();
            let opened = *openings.borrow_and_update();
            if self.openings.swap(opened, Ordering::Relaxed) != opened {
                self.compare().await;
            }
            let nudged = async {
                tokio::select! {
                    () = self.nudge.notified() => {}
                    _ = openings.changed() => {}
                }
            };
            match self.next() {
                Next::Send(id) => return id,
                Next::Wait(until) => {
                    let wait = until.saturating_sub(self.uptime());
                    let _ = timeout(wait, nudged).await;
                }
                Next::Idle => nudged.await,
            }
        }
    }

    /// Takes in what an outbox that was opened anew holds besides what is planned; what it lost ends by itself.
    async fn compare(&self) {
        match self.outbox.live().await {
            Ok(live) => {
                let now = self.uptime();
                let mut schedule = self.schedule();
                for (id, state) in live {
                    if !schedule.knows(id) {
                        schedule.found(id, state, now, &mut Dice(&*self.timing));
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the queue could not be read"),
        }
        self.publish().await;
    }

    /// Sends an entry while nobody waits for it.
    pub async fn deliver_in_background(&self, id: i64, client: &ApiClient) {
        let client = client.patient();
        if let Err(error) = self.deliver_once(id, Line { client: &client, may_withdraw: false }).await {
            tracing::error!(%error, "an attempt could not be stored");
            self.schedule().rest(AFTER_A_STORE_ERROR, self.uptime());
        }
        self.publish().await;
    }

    /// Whether anything is left that can be sent, now or later.
    pub fn has_work(&self) -> bool {
        self.next() != Next::Idle
    }

    /// Delivers an entry unless that is being done already. One whose end could not be stored is tried again.
    async fn deliver_once(&self, id: i64, line: Line<'_>) -> Result<Sent, StoreError> {
        let Some(_claim) = Claim::take(&self.in_flight, id) else {
            // Looked at again only after the usual pause.
            self.schedule().sent(self.uptime());
            return Ok(Sent::NotOurs);
        };
        let sent = self.deliver(id, line).await;
        if sent.is_err() {
            let tried = Tried { id, state: EntryState::Unknown, attempts: 1 };
            self.schedule().stayed(tried, self.uptime(), &mut Dice(&*self.timing));
        }
        sent
    }

    /// Waits for new settings, or for as long as they may take to help.
    pub async fn without_a_client(&self) {
        let _ = timeout(WITHOUT_A_CLIENT, self.nudge.notified()).await;
    }

    /// Tries to deliver one entry: the attempt is on disk before any byte of it leaves.
    ///
    /// # Errors
    /// Whatever the database refused; the entry then stands as it last stood on disk.
    async fn deliver(&self, id: i64, line: Line<'_>) -> Result<Sent, StoreError> {
        if !Sabotage::NoSpacing.is_on() {
            self.schedule().sent(self.uptime());
        }
        let at = line.client.connection().clone();
        let Some(attempt) = self.outbox.ask(move |store| store.begin(id, &at)).await? else {
            self.schedule().removed(id);
            return Ok(Sent::NotOurs);
        };
        if Sabotage::LogPayload.is_on() {
            tracing::info!(phone = attempt.signup.phone.digits(), "a signup is sent");
        }
        let sent_at = self.uptime();
        let (outcome, refusal, pause) = post(&attempt, line).await;
        let took = self.uptime().saturating_sub(sent_at);
        let sent = match outcome {
            Outcome::Ends(Ending::Withdrawn) => Sent::Refused(Failure::Refused(refusal)),
            Outcome::Ends(ending) => Sent::Ended(ending),
            Outcome::Stays(state) => Sent::Stays(state),
            // It was asked already.
            Outcome::Ask => Sent::Stays(EntryState::Unknown),
        };
        match sent {
            Sent::Ended(Ending::Delivered) if Sabotage::PostAfterDelivered.is_on() => {}
            Sent::Stays(EntryState::Attention(_)) if Sabotage::DeleteOnRefusal.is_on() => {
                self.outbox.ask(move |store| store.end(id, Ending::Withdrawn)).await?;
            }
            Sent::Ended(ending) => self.outbox.ask(move |store| store.end(id, ending)).await?,
            Sent::Refused(_) => self.outbox.ask(move |store| store.end(id, Ending::Withdrawn)).await?,
            Sent::Stays(state) => self.outbox.ask(move |store| store.keep(id, state)).await?,
            Sent::NotOurs => {}
        }
        let (phone, attempts) = (Some(attempt.signup.phone.mask()), attempt.attempts);
        self.journal.note(Note { kind: Kind::Delivery, outcome: sent.noted(), phone, attempts, took });
        self.note(&attempt, sent, pause);
        Ok(sent)
    }

    fn note(&self, attempt: &Attempt, sent: Sent, pause: Option<Duration>) {
        let now = self.uptime();
        let mut schedule = self.schedule();
        match sent {
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

    async fn publish(&self) {
        if let Ok(counts) = self.outbox.counts().await {
            let Status { counts, oldest, .. } = Status::from(counts);
            self.outbox.status.send_modify(|status| {
                status.counts = counts;
                status.oldest = oldest;
            });
        }
    }

    fn uptime(&self) -> Duration {
        self.timing.uptime()
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        // Every method leaves the schedule whole.
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Posts an entry, and asks where only that tells what became of it: the outcome, how SWiP refused it if it did, and
/// how long it asks to wait.
async fn post(attempt: &Attempt, line: Line<'_>) -> (Outcome, Refusal, Option<Duration>) {
    let Line { client, may_withdraw } = line;
    let posted = client.register_under(&attempt.signup, &attempt.sender.store_id, &attempt.sender.cash_id).await;
    let pause = posted.as_ref().err().and_then(crate::services::api::ApiError::retry_after);
    let result = posted.map_err(|error| Failure::from(&error));
    let refusal = match result {
        Err(Failure::Refused(refusal)) => refusal,
        // A conflict that is no membership is a rule of the merchant's.
        _ => Refusal::AgainstRules,
    };
    let outcome = after_post(result, may_withdraw);
    if outcome != Outcome::Ask {
        return (outcome, refusal, pause);
    }
    let query = CustomerQuery::Phone(attempt.signup.phone.clone());
    let looked_up = client.look_up(&query).await.map_err(|error| Failure::from(&error));
    (after_lookup(looked_up, may_withdraw), refusal, pause)
}

/// One entry that is being sent, as long as this lives.
struct Claim<'a> {
    in_flight: &'a Mutex<BTreeSet<i64>>,
    id: i64,
}

impl<'a> Claim<'a> {
    fn take(in_flight: &'a Mutex<BTreeSet<i64>>, id: i64) -> Option<Self> {
        let is_free = in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        is_free.then_some(Self { in_flight, id })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// How long there may be no way to build a client before it is tried again.
const WITHOUT_A_CLIENT: Duration = Duration::from_mins(1);
const AFTER_A_STORE_ERROR: Duration = Duration::from_secs(5);
