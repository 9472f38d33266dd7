//! One attempt to SWiP about one entry: its requests one after the other, at the worker's pace or the customer's.

use std::time::Duration;

use super::pacing::Pacing;
use super::sent::AttemptResult;
use crate::domain::delivery::{
    Control, EntryState, FinalState, Found, SPACING, Transition, after_lookup, after_post, control, found,
};
use crate::domain::failure::{Refusal, Unavailable};
use crate::domain::{CustomerQuery, Failure, Lookup, Phone};
use crate::services::api::{ApiClient, ApiError};
use crate::services::outbox::entry::Outgoing;
use crate::services::sabotage::Sabotage;

/// What an attempt needs besides the entry.
#[derive(Clone, Copy)]
pub(super) struct AttemptContext<'a> {
    /// The way to SWiP.
    pub(super) client: &'a ApiClient,
    /// Whether nobody was told yet that the entry is saved.
    pub(super) may_withdraw: bool,
    /// Until when a customer waits, in uptime; none in the background.
    pub(super) until: Option<Duration>,
}

/// The requests of an attempt, and what they brought besides their meaning for the entry.
pub(super) struct Attempt<'a> {
    pacing: &'a Pacing,
    context: AttemptContext<'a>,
    has_asked: bool,
    /// Under which settings, by the count of the schedule.
    pub(super) generation: u64,
    /// When it began, in uptime.
    pub(super) since: Duration,
    /// Whether the entry was posted.
    pub(super) has_posted: bool,
    /// How long SWiP asks to wait.
    pub(super) pause: Option<Duration>,
    /// What the last request brought, if it failed.
    pub(super) failure: Option<Failure>,
    /// How SWiP refused the entry, if it did.
    pub(super) refusal: Refusal,
}

/// What a lookup that came before makes of an entry.
pub(super) enum Reconciled {
    /// It is settled, or goes on waiting.
    Done(AttemptResult),
    /// It is to be posted, and stands like this until it is.
    ToPost(EntryState),
}

impl<'a> Attempt<'a> {
    pub(super) fn new(pacing: &'a Pacing, context: AttemptContext<'a>) -> Self {
        // A conflict that is no membership is a rule of the merchant's.
        let refusal = Refusal::AgainstRules;
        let (since, generation) = (pacing.uptime(), pacing.schedule().generation());
        Self {
            pacing,
            context,
            generation,
            since,
            has_asked: false,
            has_posted: false,
            pause: None,
            failure: None,
            refusal,
        }
    }

    /// Whether the customer has waited long enough.
    pub(super) fn is_over(&self) -> bool {
        self.context.until.is_some_and(|until| until <= self.pacing.uptime())
    }

    /// Posts an entry, and asks where only that tells what became of it.
    pub(super) async fn post(&mut self, attempt: &Outgoing) -> Transition {
        let AttemptContext { may_withdraw, .. } = self.context;
        let result = match self.next_client().await {
            Some(client) => {
                self.has_posted = true;
                let sender = &attempt.sender;
                let posted = client.register_under(&attempt.signup, &sender.store_id, &sender.cash_id).await;
                self.note(posted)
            }
            None => Err(TOO_LATE),
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
    pub(super) async fn reconcile(&mut self, entry: &mut Outgoing) -> Reconciled {
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
                    self.pacing.set_lookups_tell(false);
                    return Reconciled::ToPost(EntryState::Unknown);
                }
                Control::Open(state) => state,
            },
        };
        Reconciled::Done(AttemptResult::Stays(state))
    }

    async fn look_up(&mut self, phone: &Phone) -> Result<Lookup, Failure> {
        let Some(client) = self.next_client().await else {
            return Err(TOO_LATE);
        };
        let looked_up = client.look_up(&CustomerQuery::Phone(phone.clone())).await;
        self.note(looked_up)
    }

    /// The client of the next request: in the background at the pace of the queue, before a customer for as long as the
    /// customer still waits; none once that is over.
    async fn next_client(&mut self) -> Option<ApiClient> {
        let client = match self.context.until {
            None => {
                if self.has_asked {
                    self.pacing.pause(SPACING).await;
                }
                self.context.client.patient()
            }
            Some(until) => {
                let left = until.saturating_sub(self.pacing.uptime());
                (!left.is_zero()).then(|| self.context.client.within(left))?
            }
        };
        self.has_asked = true;
        if !Sabotage::NoSpacing.is_on() {
            self.pacing.schedule().sent(self.pacing.uptime());
        }
        Some(client)
    }

    fn note<T>(&mut self, result: Result<T, ApiError>) -> Result<T, Failure> {
        let pause = result.as_ref().err().and_then(ApiError::retry_after);
        self.pause = self.pause.max(pause);
        let result = result.map_err(|error| Failure::from(&error));
        self.failure = result.as_ref().err().copied();
        result
    }
}

const DELIVERED: AttemptResult = AttemptResult::Ended(FinalState::Delivered);
/// The customer has waited long enough: nothing was sent.
const TOO_LATE: Failure = Failure::Unavailable(Unavailable::TimedOut);
