//! What the merchant may do with the evidence of consents; each is noted down, and whom it was about is not.

use std::path::PathBuf;
use std::time::Duration;

use super::Station;
use crate::domain::journal::{Kind, Outcome};
use crate::domain::{Failure, Phone};
use crate::services::journal::Note;
use crate::services::outbox::{Evidence, ExportError, Forgotten, StoreError};

impl Station {
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
        let forgotten = self.deliverer().await?.outbox().forget(phone).await.map_err(|error| failed(&error));
        self.note_down(Kind::CustomerForgotten, forgotten.as_ref().err());
        forgotten
    }

    pub(super) fn note_down(&self, kind: Kind, failure: Option<&Failure>) {
        let outcome = failure.map_or(Outcome::Done, |failure| Outcome::from(*failure));
        self.journal.note(Note { kind, outcome, phone: None, attempts: 1, took: Duration::ZERO });
    }
}

fn failed(error: &StoreError) -> Failure {
    tracing::error!(%error, "the evidence of consents cannot be had");
    Failure::Storage
}
