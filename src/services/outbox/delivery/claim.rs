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
        is_free.then_some(Self { in_flight, id })
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
