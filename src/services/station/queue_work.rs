//! What a manager sees of the queue and does with it. What is done is noted down, and with whom is not.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use super::Station;
use crate::domain::Failure;
use crate::domain::journal::Kind;
use crate::domain::queue::{EndedEntry, QueueDone, QueueEntry, QueueList, QueuePause, QueueWork};
use crate::services::clock::{Clock, zone};
use crate::services::outbox::{Change, Deliverer, Entry, ExpiredEntry, Forgotten, StoreError};

impl Station {
    /// Everything in the queue. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be read.
    pub async fn queue_list(&self) -> Result<QueueList, Failure> {
        let outbox = self.deliverer().await?.outbox();
        let now_ms = Clock::System.unix_ms();
        let entries = outbox.list().await.map_err(failed)?;
        let ended = outbox.expired_entries().await.map_err(failed)?;
        let pauses = outbox.backoffs(now_ms).await.map_err(failed)?;
        let now = Clock::System.local();
        let pause = |flow, wait: Duration| {
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            QueuePause { flow, until: now.checked_add(wait).unwrap_or(DateTime::MAX) }
        };
        Ok(QueueList {
            entries: entries.into_iter().map(shown).collect(),
            ended: ended.into_iter().rev().map(|ended| shown_ended(&ended)).collect(),
            pauses: pauses.into_iter().map(|backoff| pause(backoff.flow, backoff.until)).collect(),
        })
    }

    /// Does what a manager wants. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be stored: nothing is done then.
    pub async fn work_on_queue(&self, work: QueueWork) -> Result<QueueDone, Failure> {
        let deliverer = self.deliverer().await?;
        let kind = match &work {
            QueueWork::Reveal(_) => Some(Kind::SignupRevealed),
            QueueWork::Correct(..) => Some(Kind::SignupCorrected),
            QueueWork::Delete(..) => Some(Kind::SignupDeleted),
            // To forget notes itself down; to try again is no more than to wait.
            QueueWork::Forget(_) | QueueWork::Retry(_) => None,
        };
        let done = self.carry_out(deliverer, work).await;
        if let Some(kind) = kind {
            self.note_down(kind, done.as_ref().err());
        }
        done
    }

    async fn carry_out(&self, deliverer: &Deliverer, work: QueueWork) -> Result<QueueDone, Failure> {
        let (change, done) = match work {
            QueueWork::Retry(id) => return deliverer.retry(id).await.map(QueueDone::Retried).map_err(failed),
            QueueWork::Reveal(id) => {
                let found = deliverer.outbox().reveal(id).await.map_err(failed)?;
                return Ok(found.map_or(QueueDone::Gone, |signup| QueueDone::Revealed(id, Box::new(signup))));
            }
            QueueWork::Forget(phone) => {
                let Forgotten { consents, signups } = self.forget(phone).await?;
                return Ok(QueueDone::Forgotten { signups, consents });
            }
            QueueWork::Correct(id, signup) => (deliverer.correct(id, signup).await, QueueDone::Corrected),
            QueueWork::Delete(id, reason) => (deliverer.delete(id, reason).await, QueueDone::Deleted),
        };
        Ok(match change.map_err(failed)? {
            Change::Done => done,
            Change::Gone => QueueDone::Gone,
            Change::InFlight => QueueDone::InFlight,
            Change::AnotherWaits => QueueDone::AnotherWaits,
        })
    }
}

fn shown(entry: Entry) -> QueueEntry {
    let Entry { id, state, created_ms, attempts, phone_masked, .. } = entry;
    QueueEntry { id, state, taken: local(created_ms), attempts, phone_masked }
}

fn shown_ended(ended: &ExpiredEntry) -> EndedEntry {
    EndedEntry { id: ended.id, state: ended.state, ended: local(ended.expired_ms), deleted: ended.deleted }
}

/// A time that no calendar has is the first one.
fn local(unix_ms: i64) -> DateTime {
    let time = Timestamp::from_millisecond(unix_ms);
    time.map_or(DateTime::MIN, |time| time.to_zoned(zone()).datetime())
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn failed(error: StoreError) -> Failure {
    tracing::error!(%error, "the queue cannot be worked on");
    Failure::Storage
}
