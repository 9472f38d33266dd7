//! At most one request at a time is about any one entry.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// One entry that is being sent, as long as this lives.
pub(super) struct Claim<'a> {
    in_flight: &'a Mutex<BTreeSet<i64>>,
    id: i64,
}

impl<'a> Claim<'a> {
    /// Claims an entry; none if somebody has it.
    pub(super) fn take(in_flight: &'a Mutex<BTreeSet<i64>>, id: i64) -> Option<Self> {
        let is_free = in_flight.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        is_free.then_some(Self { in_flight, id })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
