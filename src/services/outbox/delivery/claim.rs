//! Nobody sends an entry that somebody else is sending.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One entry that is being sent, as long as this lives.
pub(super) struct Claim<'a> {
    in_flight: &'a Mutex<BTreeSet<i64>>,
    id: i64,
}

impl<'a> Claim<'a> {
    pub(super) fn take(in_flight: &'a Mutex<BTreeSet<i64>>, id: i64) -> Option<Self> {
        let is_free = lock(in_flight).insert(id);
        // Made only if it is free: one that is dropped again would give up the claim of whoever is sending.
        is_free.then(|| Self { in_flight, id })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        lock(self.in_flight).remove(&self.id);
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
        let in_flight = Mutex::default();
        let first = Claim::take(&in_flight, 1).expect("free");
        assert!(Claim::take(&in_flight, 1).is_none());
        assert!(Claim::take(&in_flight, 1).is_none(), "still claimed");
        assert!(Claim::take(&in_flight, 2).is_some(), "another entry is free");
        drop(first);
        assert!(Claim::take(&in_flight, 1).is_some());
    }
}
