//! What the station does, noted down in its journal as it is done.

use std::ops::Range;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

use super::{AtWork, SaveError, Station};
use crate::domain::check::TestOutcome;
use crate::domain::delivery::Submission;
use crate::domain::journal::{HourTotal, JournalPage, Kind, Outcome};
use crate::domain::{CustomerQuery, Enrolment, Failure, Lookup, PhoneMask, Settings, TokenChoice};
use crate::services::clock::Clock;
use crate::services::journal::{JournalError, Note, PageRequest, lookup_of};
use crate::services::station_lock::StationLock;

impl Station {
    /// Lets this station write the journal, for as long as the process holds the lock, and tells it whether anything can be stored.
    ///
    /// One that does not own its data directory notes nothing down.
    pub fn own(&self, lock: &StationLock) {
        self.journal.own(lock);
        if let Ok(settings) = self.settings() {
            self.journal.keep_for(settings.preferences.retention.journal);
        }
        if let Some(unfit) = lock.unfit().filter(|unfit| unfit.lasts()) {
            // One that owns it already knows.
            let _ = self.unfit.set(unfit);
        }
    }

    /// Asks SWiP for a customer's points.
    ///
    /// # Errors
    /// Whatever kept SWiP from a definite answer.
    pub async fn look_up(&self, query: &CustomerQuery) -> Result<Lookup, Failure> {
        let stopwatch = Stopwatch::start();
        let result = self.ask_for_points(query).await;
        let outcome = match &result {
            Ok(Lookup::Member(_)) => Outcome::Found,
            Ok(Lookup::Unknown) => Outcome::NotFound,
            Err(failure) => Outcome::from(*failure),
        };
        let (kind, phone) = lookup_of(query);
        self.note(kind, outcome, phone, &stopwatch);
        result
    }

    /// Signs a customer up: stored durably first, with the evidence of what was agreed to, then sent while the customer
    /// waits. A trial sends and stores nothing.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it could not be stored, [`Failure::Refused`] if SWiP refused it; nothing is kept then.
    /// On a trial whatever kept the sandbox from saying yes.
    pub async fn submit(&self, enrolment: Enrolment, clock: Clock) -> Result<Submission, Failure> {
        let (stopwatch, phone) = (Stopwatch::start(), enrolment.signup.phone.mask());
        let result = self.store_and_send(enrolment, clock).await;
        let outcome = match &result {
            Ok(Submission::Registered) => Outcome::Registered,
            Ok(Submission::AlreadyMember) => Outcome::AlreadyMember,
            Ok(Submission::Saved) => Outcome::Saved,
            Ok(Submission::SavedForManager) => Outcome::Attention,
            Err(failure) => Outcome::from(*failure),
        };
        self.note(Kind::Signup, outcome, Some(phone), &stopwatch);
        result
    }

    /// Tries settings that may not be saved yet.
    ///
    /// # Errors
    /// [`SaveError::TokenMissing`] if there is no token to try them with.
    pub async fn test(
        &self,
        settings: Settings,
        token: &TokenChoice,
        query: &CustomerQuery,
    ) -> Result<TestOutcome, SaveError> {
        let stopwatch = Stopwatch::start();
        let result = self.try_out(settings, token, query).await;
        let outcome = match &result {
            Ok(outcome) => outcome.steps.iter().find_map(|step| step.failure).map_or(Outcome::Done, Outcome::from),
            Err(error) => after(error),
        };
        self.note(Kind::ConnectionTest, outcome, None, &stopwatch);
        result
    }

    /// Stores settings durably and works by them from then on. Blocks on the disk.
    ///
    /// # Errors
    /// The old settings then stand, on disk and at work.
    pub fn save(&self, settings: Settings, choice: &TokenChoice) -> Result<AtWork, SaveError> {
        let stopwatch = Stopwatch::start();
        let keep = settings.preferences.retention.journal;
        let result = {
            let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
            self.store_settings(settings, choice)
        };
        if result.is_ok() {
            self.journal.keep_for(keep);
        }
        let outcome = result.as_ref().map_or_else(after, |_| Outcome::Done);
        self.note(Kind::SettingsSaved, outcome, None, &stopwatch);
        result
    }

    /// A page of the journal, newest first.
    ///
    /// # Errors
    /// [`JournalError::NotOurs`] for a process that does not own the station, else what the disk refused.
    pub async fn journal_page(&self, request: PageRequest) -> Result<JournalPage, JournalError> {
        self.journal.page(request).await
    }

    /// What the journal counted in some hours, oldest first; hours are whole hours since 1970, UTC.
    ///
    /// # Errors
    /// As of [`Self::journal_page`].
    pub async fn journal_totals(&self, hours: Range<i64>) -> Result<Vec<HourTotal>, JournalError> {
        self.journal.totals(hours).await
    }

    /// How many records could not be written since the program started.
    pub fn journal_dropped(&self) -> u64 {
        self.journal.dropped()
    }

    fn note(&self, kind: Kind, outcome: Outcome, phone: Option<PhoneMask>, stopwatch: &Stopwatch) {
        // What is tried out in the sandbox is nobody's business.
        if self.link().is_ok_and(|link| link.is_trial()) {
            return;
        }
        self.journal.note(Note { kind, outcome, phone, attempts: 1, took: stopwatch.took() });
    }
}

fn after(error: &SaveError) -> Outcome {
    match error {
        SaveError::TokenMissing => Outcome::NotConfigured,
        SaveError::Trial | SaveError::Unfit(_) | SaveError::Secrets(_) | SaveError::Storage(_) => {
            Outcome::StorageFailed
        }
    }
}

/// How long something takes, on a clock that never jumps.
struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the clock that operations are timed by")]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn took(&self) -> Duration {
        self.0.elapsed()
    }
}
