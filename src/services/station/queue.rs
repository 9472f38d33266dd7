//! What waits for SWiP at a station, and how it gets there.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::Station;
use super::files::OutboxError;
use crate::domain::{Connection, Failure, Lookup};
use crate::services::api::ApiError;
use crate::services::network;
use crate::services::outbox::{Deliverer, Outbox, SystemTiming};
use crate::services::panics::{FailPoint, panic_if_asked};

/// How often is looked whether trust may be another, while something is held for want of it.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// What a clock is set by makes a certificate valid or not.
const CLOCK_WAS_SET_MS: u64 = 60_000;

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

    /// What a lookup shows about the way to SWiP holds for what waits, too.
    pub(super) fn tell_deliverer(&self, result: &Result<Lookup, ApiError>) {
        let Some(deliverer) = self.deliverer.get() else {
            return;
        };
        match result {
            Ok(_) => deliverer.reached_by_lookup(),
            Err(error) => {
                if let Some(wait) = error.retry_after() {
                    deliverer.paused_by_lookup(wait);
                }
            }
        }
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
            never = self.retry_when_trust_changes() => never,
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

    /// Tries what is held for want of trust as soon as something that trust hangs on is another: the authorities on disk, the clock,
    /// or the way into the network. That is looked at only while something is held.
    async fn retry_when_trust_changes(&self) -> Result<Infallible, Failure> {
        let deliverer = self.deliverer().await?;
        loop {
            deliverer.mistrusts().await;
            let (clock, routes) = (deliverer.clock_ahead_ms(), network::routes());
            while deliverer.is_mistrusting() {
                sleep(LOOK_AGAIN).await;
                let is_clock_set = deliverer.clock_ahead_ms().abs_diff(clock) > CLOCK_WAS_SET_MS;
                let has_other_authorities = match self.link() {
                    Ok(link) => link.has_other_authorities().await,
                    Err(_) => false,
                };
                if is_clock_set || has_other_authorities || network::routes() != routes {
                    tracing::info!("the clock, the network or the authorities changed: what is held is tried");
                    deliverer.reached_by_lookup();
                    break;
                }
            }
            // One try at a time: how it ends shows in a moment.
            sleep(LOOK_AGAIN).await;
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
        let timing = self.timing.clone().unwrap_or_else(|| Arc::new(SystemTiming::start()));
        Ok(Arc::new(Deliverer::new(outbox, timing, self.journal.clone()).await?))
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
