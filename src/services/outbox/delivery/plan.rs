//! The plan of a deliverer follows what is on disk: after new settings, at a manager's wish, after a database was opened anew.

use std::sync::atomic::Ordering;

use super::clock::Rng;
use super::worker::Deliverer;
use crate::domain::station::Origin;
use crate::services::outbox::error::StoreError;

impl Deliverer {
    /// Takes in new settings: what waits for others rests, what waits for these is tried at once.
    pub async fn adopt(&self, origin: Origin, merchant_id: String) {
        if let Err(error) = self.outbox.belong_to(origin, merchant_id).await {
            tracing::error!(%error, "the queue could not be sorted for the new settings");
        }
        self.is_lookup_void.store(false, Ordering::Relaxed);
        self.schedule().open();
        self.reload().await;
    }

    /// Takes note that lookups tell unknown customers, as a test has just shown.
    pub fn lookups_tell(&self) {
        self.is_lookup_void.store(false, Ordering::Relaxed);
    }

    /// Puts one entry, or all that are held or need a manager, back in line, and tries them at once.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn retry(&self, id: Option<i64>) -> Result<usize, StoreError> {
        let count = self.outbox.retry(id).await?;
        self.schedule().open();
        self.reload().await;
        Ok(count)
    }

    /// Plans everything anew from what is on disk: as soon as the way is free.
    pub async fn reload(&self) {
        match self.outbox.live().await {
            Ok(live) => {
                let now = self.uptime();
                let mut schedule = self.schedule();
                schedule.clear();
                for (id, state) in live {
                    schedule.added(id, state, now);
                }
            }
            Err(error) => tracing::error!(%error, "the queue could not be read"),
        }
        self.publish().await;
        self.nudge.notify_one();
    }

    /// Takes in what an outbox that was opened anew holds besides what is planned; what it lost ends by itself.
    pub(super) async fn compare(&self) {
        match self.outbox.live().await {
            Ok(live) => {
                let now = self.uptime();
                let mut schedule = self.schedule();
                for (id, state) in live {
                    if !schedule.knows(id) {
                        schedule.found(id, state, now, &mut Rng(&*self.timing));
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the queue could not be read"),
        }
        self.publish().await;
    }
}
