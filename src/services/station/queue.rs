//! What waits for SWiP at a station, and how it gets there.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError};

use super::{OutboxError, Station};
use crate::domain::{Connection, Failure};
use crate::services::outbox::{Deliverer, Outbox};
use crate::services::panics::{FailPoint, panic_if_asked};

impl Station {
    /// Takes note that a person knows of the damaged database that was put aside.
    ///
    /// # Errors
    /// [`Failure::Storage`] if that cannot be stored; the sign then stays.
    pub async fn acknowledge_return(&self) -> Result<(), Failure> {
        self.deliverer().await?.outbox().acknowledge_return().await.map_err(|error| {
            tracing::error!(%error, "the sign of a damaged outbox stays");
            Failure::Storage
        })
    }

    /// What waits for SWiP. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if nothing can be stored here.
    pub async fn deliverer(&self) -> Result<&Arc<Deliverer>, Failure> {
        self.deliverer.get_or_try_init(|| self.open_deliverer()).await.map_err(|error| {
            tracing::error!(%error, "the outbox cannot be used");
            match error {
                OutboxError::Unfit(unfit) => Failure::Unfit(unfit),
                error if error.is_busy() => Failure::StationInUse,
                _ => Failure::Storage,
            }
        })
    }

    /// Delivers what waits, for ever, once the station is connected, and ends what has waited too long.
    ///
    /// # Errors
    /// [`Failure::Storage`] if the outbox cannot be used.
    pub async fn deliver_forever(&self) -> Result<Infallible, Failure> {
        self.connected().await;
        tokio::select! {
            never = self.send_forever() => never,
            never = self.look_after_the_queue() => never,
        }
    }

    async fn send_forever(&self) -> Result<Infallible, Failure> {
        let deliverer = self.deliverer().await?;
        loop {
            let id = deliverer.due().await;
            panic_if_asked(FailPoint::Delivery);
            // Asked for before each request, so that new settings hold at once.
            match self.client().await {
                Ok(client) => deliverer.deliver_in_background(id, &client).await,
                Err(why) => deliverer.without_a_client(why).await,
            }
        }
    }

    async fn open_deliverer(&self) -> Result<Arc<Deliverer>, OutboxError> {
        let store = self.store.clone().ok_or(OutboxError::Trial)?;
        self.fit().map_err(OutboxError::Unfit)?;
        let saving = Arc::clone(&self.saving);
        let opening = tokio::task::spawn_blocking(move || {
            // Token and PIN may be sealed anew.
            let _saving = saving.lock().unwrap_or_else(PoisonError::into_inner);
            store.open_outbox()
        });
        let outbox = opening.await.map_err(|_| OutboxError::Trial)??;
        if let Ok(settings) = self.settings() {
            let Connection { base_url, merchant_id, .. } = &settings.connection;
            outbox.belong_to(base_url.origin(), merchant_id.as_str().to_owned()).await?;
        }
        let deliverer = match &self.timing {
            Some(timing) => Deliverer::timed_by(Arc::clone(timing), outbox).await?,
            None => Deliverer::new(outbox).await?,
        };
        Ok(Arc::new(deliverer.noting(self.journal.clone())))
    }

    /// Lets what waits belong to the settings in force, and tries it again at once.
    pub async fn adopt_queue(&self) {
        let (Some(deliverer), Ok(settings)) = (self.deliverer.get(), self.settings()) else {
            return;
        };
        let Connection { base_url, merchant_id, .. } = &settings.connection;
        deliverer.adopt(base_url.origin(), merchant_id.as_str().to_owned()).await;
    }

    /// As [`Self::adopt_queue`], in a process that has not opened the queue yet: what rested for the old settings must not
    /// rest for these. Only the process that owns the station may ask.
    pub async fn adopt_waiting_queue(&self) {
        let has_queue = self.store.as_ref().is_some_and(|store| Outbox::is_in(store.dirs.data()));
        if has_queue && self.deliverer().await.is_ok() {
            self.adopt_queue().await;
        }
    }
}
