//! One attempt to SWiP about one entry: its requests one after the other, at the worker's pace or the customer's.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use super::claim::lock;
use super::pacing::Pacing;
use super::result::AttemptResult;
use crate::domain::delivery::{
    Control, EntryState, FailureAttribution, FinalState, Found, LOOKUP_PAUSE_LONGEST, Pending, SPACING, Transition,
    after_lookup, after_post, control, found,
};
use crate::domain::failure::{Refusal, Unavailable};
use crate::domain::journal::Kind;
use crate::domain::{CustomerQuery, Failure, Lookup, Phone};
use crate::services::api::{ApiClient, ApiError};
use crate::services::journal::{Journal, Note};
use crate::services::outbox::db::attempts;
use crate::services::outbox::db::seal::RecordId;
use crate::services::outbox::entry::Outgoing;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;

/// What an attempt needs besides the entry.
#[derive(Clone, Copy)]
pub(super) struct AttemptContext<'a> {
    pub(super) outbox: &'a Outbox,
    pub(super) pacing: &'a Pacing,
    /// Who got through lately.
    pub(super) attribution: &'a Mutex<FailureAttribution>,
    pub(super) journal: &'a Journal,
    /// The way to SWiP.
    pub(super) client: &'a ApiClient,
    /// Whether nobody can have been told that the entry is saved: in the moments after it was stored.
    pub(super) may_withdraw: bool,
    /// Until when a customer waits, in uptime; none in the background.
    pub(super) until: Option<Duration>,
}

/// The requests of an attempt, and what they brought besides their meaning for the entry.
pub(super) struct Attempt<'a> {
    context: AttemptContext<'a>,
    has_asked: bool,
    /// Under which settings, by the count of the schedule.
    generation: u64,
    /// When it began, in uptime.
    since: Duration,
    /// Whether the entry was posted.
    has_posted: bool,
    /// How long SWiP asks to wait.
    pause: Option<Duration>,
    /// What the last request brought, if it failed.
    failure: Option<Failure>,
    /// How SWiP refused the entry, if it did.
    refusal: Refusal,
}

/// What a lookup that came before makes of an entry.
enum Reconciled {
    /// It is settled, or goes on waiting.
    Done(AttemptResult),
    /// It is to be posted, and stands like this until it is.
    ToPost(EntryState),
}

impl<'a> Attempt<'a> {
    pub(super) fn new(context: AttemptContext<'a>) -> Self {
        // A conflict that is no membership is a rule of the merchant's.
        let refusal = Refusal::AgainstRules;
        let (since, generation) = (context.pacing.uptime(), context.pacing.schedule().generation());
        Self { context, generation, since, has_asked: false, has_posted: false, pause: None, failure: None, refusal }
    }

    /// Tries to deliver one entry: the attempt is on disk before any byte of it leaves.
    ///
    /// # Errors
    /// Whatever the database refused; the entry then stands as it last stood on disk.
    pub(super) async fn run(mut self, id: i64) -> Result<AttemptResult, StoreError> {
        let AttemptContext { outbox, pacing, client, .. } = self.context;
        pacing.schedule().space(pacing.uptime());
        let at = client.connection().clone();
        if pacing.asks_first(client) {
            let Some(mut entry) = outbox.ask(move |store| attempts::find_sendable(store, id, &at)).await? else {
                return Ok(self.gone(id));
            };
            if entry.stats.is_unsettled {
                if !pacing.schedule().is_settled(id, pacing.uptime()) {
                    // The last attempt may be under way at SWiP still.
                    return Ok(AttemptResult::NotOurs);
                }
                entry.attempts = entry.attempts.saturating_add(1);
                match self.reconcile(&mut entry).await {
                    Reconciled::Done(sent) => return self.settle(entry, sent).await,
                    Reconciled::ToPost(state) => {
                        outbox.ask(move |store| attempts::keep_tried(store, &entry, state)).await?;
                    }
                }
            }
        }
        if self.is_over() || self.is_told_to_wait() {
            return Ok(AttemptResult::NotOurs);
        }
        let at = client.connection().clone();
        let Some(outgoing) = outbox.ask(move |store| attempts::begin(store, id, &at)).await? else {
            return Ok(self.gone(id));
        };
        let sent = match self.post(&outgoing).await {
            Transition::Ends(FinalState::Withdrawn) => AttemptResult::Refused(Failure::Refused(self.refusal)),
            Transition::Ends(ending) => AttemptResult::Ended(ending),
            Transition::Stays(state) => AttemptResult::Stays(state),
            // It was asked already.
            Transition::Ask => AttemptResult::Stays(EntryState::Unknown),
        };
        self.settle(outgoing, sent).await
    }

    /// Takes note of how an attempt ended: first of what SWiP asked for, which must hold whoever dies meanwhile.
    async fn settle(&self, mut outgoing: Outgoing, sent: AttemptResult) -> Result<AttemptResult, StoreError> {
        let AttemptContext { outbox, pacing, journal, .. } = self.context;
        let (id, record) = (outgoing.id, RecordId { id: outgoing.id, created_ms: outgoing.created_ms });
        let (phone, attempts) = (Some(outgoing.signup.phone.mask()), outgoing.attempts);
        let mut reclassified = None;
        let sent = match sent {
            // It was said to other settings: those of now are tried at once.
            AttemptResult::Stays(EntryState::Held(_)) if self.generation != pacing.schedule().generation() => {
                AttemptResult::Stays(EntryState::Pending)
            }
            AttemptResult::Stays(state) => {
                let verdict = self.attribution().judge((id, outgoing.stats), state, self.failure, pacing.uptime());
                outgoing.stats = verdict.stats;
                reclassified = verdict.reclassified;
                AttemptResult::Stays(verdict.state)
            }
            AttemptResult::Ended(FinalState::Delivered | FinalState::AlreadyMember) if self.has_posted => {
                self.attribution().got_through(id, pacing.uptime());
                sent
            }
            sent => {
                self.attribution().forget(id);
                sent
            }
        };
        pacing.note(&outgoing, sent, self.pause);
        pacing.remember().await;
        match sent {
            AttemptResult::Ended(ending) => {
                outbox.ask(move |store| attempts::end(store, record, ending)).await?;
            }
            AttemptResult::Refused(_) => {
                outbox.ask(move |store| attempts::end(store, record, FinalState::Withdrawn)).await?;
            }
            AttemptResult::Stays(state) => {
                outbox.ask(move |store| attempts::keep_tried(store, &outgoing, state)).await?;
            }
            AttemptResult::NotOurs => {}
        }
        if let (Some(other), AttemptResult::Stays(state)) = (reclassified, sent)
            && let Some(attempts) = outbox.ask(move |store| attempts::reclassify(store, other, state)).await?
        {
            pacing.schedule().added(Pending { id: other, state, attempts }, pacing.uptime());
        }
        let took = pacing.uptime().saturating_sub(self.since);
        journal.note(Note { kind: Kind::Delivery, outcome: sent.noted(), phone, attempts, took });
        Ok(sent)
    }

    fn gone(&self, id: i64) -> AttemptResult {
        self.context.pacing.schedule().removed(id);
        self.attribution().forget(id);
        AttemptResult::NotOurs
    }

    fn attribution(&self) -> MutexGuard<'a, FailureAttribution> {
        lock(self.context.attribution)
    }

    /// Whether the customer has waited long enough.
    fn is_over(&self) -> bool {
        self.context.until.is_some_and(|until| until <= self.context.pacing.uptime())
    }

    /// Whether SWiP has asked to wait since this attempt was due. A customer's is not begun then.
    fn is_told_to_wait(&self) -> bool {
        let pacing = self.context.pacing;
        self.context.until.is_none() && pacing.schedule().is_paused(pacing.uptime())
    }

    /// Posts an entry, and asks where only that tells what became of it.
    async fn post(&mut self, attempt: &Outgoing) -> Transition {
        let AttemptContext { may_withdraw, .. } = self.context;
        let result = match self.next_client().await {
            Some(client) => {
                self.has_posted = true;
                let sender = &attempt.sender;
                let posted = client.register_under(&attempt.signup, &sender.store_id, &sender.cash_id).await;
                self.note(posted, Duration::MAX)
            }
            None => Err(self.too_late()),
        };
        if let Err(Failure::Refused(refusal)) = result {
            self.refusal = refusal;
        }
        match after_post(result, may_withdraw) {
            Transition::Ask => after_lookup(self.look_up(&attempt.signup.phone).await, may_withdraw),
            outcome => outcome,
        }
    }

    /// Asks what became of an attempt that may have been carried out. No points are believed only if, at this very moment,
    /// the server tells a number that nobody has from one without points.
    async fn reconcile(&mut self, entry: &mut Outgoing) -> Reconciled {
        let state = match found(self.look_up(&entry.signup.phone).await) {
            Found::There => return Reconciled::Done(DELIVERED),
            Found::NotThere => {
                entry.stats.is_unsettled = false;
                entry.stats.fruitless = 0;
                return Reconciled::ToPost(EntryState::Pending);
            }
            Found::Fruitless => {
                entry.stats = entry.stats.fruitless();
                if entry.stats.is_asking_in_vain() {
                    entry.stats.fruitless = 0;
                    return Reconciled::ToPost(EntryState::Unknown);
                }
                EntryState::Unknown
            }
            Found::Open(state) => state,
            Found::Unsure => match control(self.look_up(&Phone::unassignable()).await) {
                Control::Tells => return Reconciled::Done(DELIVERED),
                Control::DoesNotTell => {
                    tracing::warn!("lookups no longer tell unknown customers: what may have arrived is sent again");
                    self.context.pacing.set_lookups_tell(false);
                    return Reconciled::ToPost(EntryState::Unknown);
                }
                Control::Open(state) => state,
            },
        };
        Reconciled::Done(AttemptResult::Stays(state))
    }

    async fn look_up(&mut self, phone: &Phone) -> Result<Lookup, Failure> {
        let Some(client) = self.next_client().await else {
            return Err(self.too_late());
        };
        let looked_up = client.look_up(&CustomerQuery::Phone(phone.clone())).await;
        self.note(looked_up, LOOKUP_PAUSE_LONGEST)
    }

    /// The client of the next request: in the background at the pace of the queue, before a customer for as long as the
    /// customer still waits; none once that is over.
    async fn next_client(&mut self) -> Option<ApiClient> {
        let client = match self.context.until {
            None => {
                if self.has_asked {
                    self.context.pacing.pause(SPACING).await;
                }
                self.context.client.patient()
            }
            Some(until) => {
                let left = until.saturating_sub(self.context.pacing.uptime());
                (!left.is_zero()).then(|| self.context.client.within(left))?
            }
        };
        self.has_asked = true;
        self.context.pacing.schedule().space(self.context.pacing.uptime());
        Some(client)
    }

    /// Nothing was sent, so what the request before brought says nothing of this one.
    fn too_late(&mut self) -> Failure {
        self.failure = Some(TOO_LATE);
        TOO_LATE
    }

    fn note<T>(&mut self, result: Result<T, ApiError>, longest_pause: Duration) -> Result<T, Failure> {
        let pause = result.as_ref().err().and_then(ApiError::retry_after).map(|pause| pause.min(longest_pause));
        self.pause = self.pause.max(pause);
        let result = result.map_err(|error| Failure::from(&error));
        self.failure = result.as_ref().err().copied();
        result
    }
}

const DELIVERED: AttemptResult = AttemptResult::Ended(FinalState::Delivered);
/// The customer has waited long enough: nothing was sent.
const TOO_LATE: Failure = Failure::Unavailable(Unavailable::TimedOut);
