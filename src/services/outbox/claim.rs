//! Nobody sends an entry that somebody else is sending.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::worker::lock;

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
