//! Nobody sends an entry that somebody else is sending.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// What is being sent now, at the counter or in the background.
#[derive(Default)]
pub(super) struct Claims {
    in_flight: watch::Sender<BTreeSet<i64>>,
}

/// One entry that is being sent, as long as this lives.
pub(super) struct Claim<'a> {
    claims: &'a Claims,
    id: i64,
}

impl Claims {
    pub(super) fn take(&self, id: i64) -> Option<Claim<'_>> {
        let is_free = self.in_flight.send_if_modified(|in_flight| in_flight.insert(id));
        // Made only if it is free: one that is dropped again would give up the claim of whoever is sending.
        is_free.then(|| Claim { claims: self, id })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.in_flight.borrow().is_empty()
    }

    /// Waits until nobody sends an entry, but no longer than this; whether anybody did.
    pub(super) async fn wait_until_free(&self, id: i64, at_most: Duration) -> bool {
        let was_taken = self.in_flight.borrow().contains(&id);
        if was_taken {
            // The sender lives as long as we do.
            let _ = timeout(at_most, self.in_flight.subscribe().wait_for(|in_flight| !in_flight.contains(&id))).await;
        }
        was_taken
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.claims.in_flight.send_modify(|in_flight| {
            in_flight.remove(&self.id);
        });
    }
}

/// Every method leaves what it locks whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_that_is_refused_leaves_the_one_there_is() {
        let claims = Claims::default();
        let first = claims.take(1).expect("free");
        assert!(claims.take(1).is_none());
        assert!(claims.take(1).is_none(), "still claimed");
        assert!(claims.take(2).is_some(), "another entry is free");
        drop(first);
        assert!(claims.take(1).is_some());
    }
}
