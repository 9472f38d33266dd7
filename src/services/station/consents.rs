//! What the merchant may do with the evidence of consents; each is noted down, and whom it was about is not.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tokio::task::spawn_blocking;

use super::Station;
use crate::domain::consent::{ConsentAnswer, ConsentQuestion, KeptConsent};
use crate::domain::journal::{Kind, Outcome};
use crate::domain::{Failure, FileForm, Phone};
use crate::services::clock::{Clock, zone};
use crate::services::journal::Note;
use crate::services::outbox::{Evidence, ExportError, Forgotten, StoreError};
use crate::services::table_file::write_new;

impl Station {
    /// Does what a manager wants with the evidence of consents. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be read or destroyed, or the file not written.
    pub async fn ask_consents(&self, question: ConsentQuestion) -> Result<ConsentAnswer, Failure> {
        match question {
            ConsentQuestion::Find(phone) => {
                let (found, zone) = (self.evidence_of(phone).await?, zone());
                Ok(ConsentAnswer::Found(found.into_iter().map(|evidence| found_consent(evidence, &zone)).collect()))
            }
            ConsentQuestion::Forget(phone) => {
                let Forgotten { signups, consents } = self.forget(phone).await?;
                Ok(ConsentAnswer::Forgotten { signups, consents })
            }
            ConsentQuestion::Export(form) => {
                let exported = self.export_table(form).await;
                self.note_down(Kind::ConsentsExported, exported.as_ref().err());
                let (path, consents) = exported?;
                Ok(ConsentAnswer::Exported { path, consents })
            }
        }
    }

    /// Writes all the evidence into a new file where people find it; where that is, and how many consents it holds.
    async fn export_table(&self, form: FileForm) -> Result<(PathBuf, usize), Failure> {
        let places = self.store.as_ref().ok_or(Failure::Storage)?.dirs.places_for_people();
        let all = self.deliverer().await?.outbox().all_evidence().await.map_err(|error| failed(&error))?;
        let consents = all.consents.len();
        let stem = format!("consents-{}", Clock::System.local().date());
        let job =
            spawn_blocking(move || write_new(&places, &stem, form, |path, dialect| all.write_table(path, dialect)));
        let written = job.await.map_err(|_| Failure::Internal)?;
        let path = written.map_err(|error| {
            tracing::error!(kind = ?error.kind(), "the evidence of consents was not written into a file");
            Failure::Storage
        })?;
        Ok((path, consents))
    }

    /// The evidence about one customer, oldest first. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be read.
    pub async fn evidence_of(&self, phone: Phone) -> Result<Vec<Evidence>, Failure> {
        self.deliverer().await?.outbox().evidence_of(phone).await.map_err(|error| failed(&error))
    }

    /// Writes all the evidence into a new file; how many consents it holds, none if there is a file of that name.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be read or written.
    pub async fn export_evidence(&self, file: PathBuf) -> Result<Option<usize>, Failure> {
        let exported = match self.deliverer().await?.outbox().export_evidence(file).await {
            Ok(count) => Ok(Some(count)),
            Err(ExportError::Exists) => return Ok(None),
            Err(ExportError::Store(error)) => Err(failed(&error)),
            Err(ExportError::File(error)) => {
                tracing::error!(error = %error.kind(), "the evidence of consents cannot be written");
                Err(Failure::Storage)
            }
        };
        self.note_down(Kind::ConsentsExported, exported.as_ref().err());
        exported
    }

    /// Destroys the evidence about one customer, and every signup of the phone that SWiP has not taken.
    ///
    /// # Errors
    /// [`Failure::Storage`]; nothing is destroyed then.
    pub async fn forget(&self, phone: Phone) -> Result<Forgotten, Failure> {
        let deliverer = self.deliverer().await?;
        let forgotten = deliverer.outbox().forget(phone).await.map_err(|error| failed(&error));
        // What was counted as waiting may be gone.
        deliverer.reload().await;
        self.note_down(Kind::CustomerForgotten, forgotten.as_ref().err());
        forgotten
    }

    pub(super) fn note_down(&self, kind: Kind, failure: Option<&Failure>) {
        let outcome = failure.map_or(Outcome::Done, |failure| Outcome::from(*failure));
        self.journal.note(Note { kind, outcome, phone: None, attempts: 1, took: Duration::ZERO });
    }
}

/// A piece of evidence by the calendar of the place.
fn found_consent(evidence: Evidence, zone: &TimeZone) -> KeptConsent {
    let Evidence { purpose, how, facts, phone } = evidence;
    let taken = Timestamp::from_millisecond(facts.corrected_ms.unwrap_or(facts.taken_ms));
    KeptConsent {
        purpose,
        how,
        version: facts.version,
        language: facts.language,
        taken: taken.map_or(DateTime::MIN, |taken| taken.to_zoned(zone.clone()).datetime()),
        store_id: facts.store_id,
        cash_id: facts.cash_id,
        is_altered: phone.is_err(),
    }
}

fn failed(error: &StoreError) -> Failure {
    tracing::error!(%error, "the evidence of consents cannot be had");
    Failure::Storage
}
