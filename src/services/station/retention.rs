//! How long signups are kept that SWiP does not take.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::timeout;

use super::Station;
use crate::domain::Failure;
use crate::services::outbox::KeepFor;

/// Nobody waits longer for a disk that hangs.
const STOP: Duration = Duration::from_secs(1);

impl Station {
    /// Ends what has waited too long, for ever.
    ///
    /// # Errors
    /// [`Failure::Storage`] if the outbox cannot be used.
    pub(super) async fn look_after_the_queue(&self) -> Result<Infallible, Failure> {
        let never: Infallible = self.deliverer().await?.sweep_hourly(|| self.keep_for()).await;
        Ok(never)
    }

    /// Takes note of the time before the process ends: what is on disk goes on growing old from here.
    pub async fn stop(&self) {
        let Some(deliverer) = self.deliverer.get() else {
            return;
        };
        if !matches!(timeout(STOP, deliverer.sweep(self.keep_for())).await, Ok(Ok(_))) {
            tracing::warn!("the time of the stop was not stored");
        }
        if !matches!(timeout(STOP, deliverer.outbox().update_copy()).await, Ok(Ok(()))) {
            tracing::warn!("the copy of the outbox was not brought up to date");
        }
    }

    fn keep_for(&self) -> KeepFor {
        let preferences = self.settings().map(|settings| settings.preferences).unwrap_or_default();
        KeepFor { signups: preferences.retention.signups, consents: preferences.consents.retention }
    }
}
