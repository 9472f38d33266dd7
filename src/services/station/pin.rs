//! The manager PIN of a station at work: tried and set away from the window's thread, which a slow hash would stop.

use std::sync::PoisonError;
use std::time::Duration;

use super::{SaveError, Station};
use crate::domain::pin::PinVerdict;
use crate::domain::{Failure, Pin, PinEntry};
use crate::services::durable;

/// No answer comes sooner, so that a right PIN and a wrong one take the same time. More than a hash takes.
const SOONEST_ANSWER: Duration = Duration::from_millis(250);

impl Station {
    /// Tries digits as the manager PIN at `at`, in uptime. The try is counted on disk before it is looked at, also if
    /// nobody waits for the answer. A trial has no PIN.
    ///
    /// # Errors
    /// [`Failure::Storage`] or [`Failure::Unfit`] if the try could not be counted: nothing was compared then.
    pub async fn try_pin(&self, entry: PinEntry, at: Duration) -> Result<PinVerdict, Failure> {
        let Some(pins) = self.pins.clone() else {
            return Ok(PinVerdict::NotSet);
        };
        let trying = tokio::task::spawn_blocking(move || pins.try_pin(entry.expose(), at));
        let (tried, ()) = tokio::join!(trying, tokio::time::sleep(SOONEST_ANSWER));
        let result = tried.map_err(|_| Failure::Internal)?;
        result.map_err(|error| {
            tracing::error!(%error, "a try of the manager PIN could not be counted");
            self.fit().err().map_or(Failure::Storage, Failure::Unfit)
        })
    }

    /// Sets the manager PIN in place of the one before, and forgives all failed tries. Blocks on the disk.
    ///
    /// # Errors
    /// [`SaveError::Trial`] on a trial, which keeps nothing; else what the disk refused.
    pub fn set_pin(&self, pin: &Pin) -> Result<(), SaveError> {
        // Token and PIN share a file.
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(store), Some(pins)) = (&self.store, &self.pins) else {
            return Err(SaveError::Trial);
        };
        self.fit().map_err(SaveError::Unfit)?;
        durable::create_private_dir(store.dirs.data())?;
        Ok(pins.set(pin)?)
    }
}
