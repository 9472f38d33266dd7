//! When to try which signup: kind to a server that is down, quick once it is back.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pace::{Jitter, backoff};
use super::{EntryState, Hold};

/// The plan of one delivery worker, on a clock that never jumps. Pure: time and randomness come in.
#[derive(Debug, Default)]
pub struct Schedule {
    entries: BTreeMap<i64, Planned>,
    queue: Queue,
    /// Transport failures since the last success.
    failures_in_a_row: u32,
    /// Nothing goes out before this moment.
    not_before: Duration,
}

#[derive(Debug)]
struct Planned {
    due: Duration,
    state: EntryState,
}

/// How the way to SWiP is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Queue {
    /// Requests go through.
    #[default]
    Flowing,
    /// They do not; one at a time is tried.
    Outage { canary: Duration },
    /// SWiP asked to wait.
    Paused { until: Duration },
    /// The station is turned away; one at a time is tried.
    Held { hold: Hold, canary: Duration },
}

/// An entry that was tried and stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which.
    pub id: i64,
    /// How it stands now.
    pub state: EntryState,
    /// How often it was tried.
    pub attempts: u32,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this entry now.
    Send(i64),
    /// Nothing before this moment.
    Wait(Duration),
    /// Nothing at all.
    Idle,
}

/// Failures in a row after which the way to SWiP is taken for broken.
const OUTAGE_AFTER: u32 = 3;
const CANARY: Duration = Duration::from_mins(1);
const CANARY_SPREAD: Duration = Duration::from_secs(30);
const CREDENTIALS_CANARY: Duration = Duration::from_mins(15);
const ADDRESS_CANARY: Duration = Duration::from_hours(1);
/// At most two requests a second while the queue drains.
const SPACING: Duration = Duration::from_millis(500);
/// Entries found at start are spread over this.
const START_SPREAD: Duration = Duration::from_secs(10);
const PAUSE_SHORTEST: Duration = Duration::from_secs(1);
const PAUSE_LONGEST: Duration = Duration::from_hours(1);

impl Schedule {
    /// Takes in an entry that was found at start.
    pub fn found(&mut self, id: i64, state: EntryState, now: Duration, jitter: &mut impl Jitter) {
        let due = now + START_SPREAD.mul_f64(jitter.next());
        self.entries.insert(id, Planned { due, state });
    }

    /// Takes in an entry that is to be tried as soon as possible.
    pub fn added(&mut self, id: i64, state: EntryState, now: Duration) {
        self.entries.insert(id, Planned { due: now, state });
    }

    /// Whether an entry is planned.
    pub fn knows(&self, id: i64) -> bool {
        self.entries.contains_key(&id)
    }

    /// Forgets an entry that has left the outbox, or needs a manager.
    pub fn removed(&mut self, id: i64) {
        self.entries.remove(&id);
    }

    /// Forgets all entries, and what was known of the way to SWiP; but not that SWiP asked to wait.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.failures_in_a_row = 0;
        if !matches!(self.queue, Queue::Paused { .. }) {
            self.queue = Queue::Flowing;
        }
    }

    /// What to do now: the entry that is due longest, if the way is free.
    pub fn next(&self, now: Duration) -> Next {
        let Some((id, planned)) = self.sendable().min_by_key(|(id, planned)| (planned.due, **id)) else {
            return Next::Idle;
        };
        let spaced = self.not_before;
        let at = match self.queue {
            Queue::Flowing => planned.due.max(spaced),
            // A canary needs no entry to be due: it is the queue that is tried.
            Queue::Outage { canary } | Queue::Held { canary, .. } => canary.max(spaced),
            Queue::Paused { until } => planned.due.max(until).max(spaced),
        };
        if at <= now { Next::Send(*id) } else { Next::Wait(at) }
    }

    /// Takes note that a request goes out.
    pub fn sent(&mut self, now: Duration) {
        self.rest(SPACING, now);
    }

    /// Lets nothing go out for a while.
    pub fn rest(&mut self, wait: Duration, now: Duration) {
        self.not_before = self.not_before.max(now + wait);
    }

    /// Takes note of how an attempt ended for an entry that stays.
    pub fn stayed(&mut self, tried: Tried, now: Duration, jitter: &mut impl Jitter) {
        let Tried { id, state, attempts } = tried;
        let due = now + backoff(attempts, jitter);
        match state {
            EntryState::Attention(_) => {
                self.entries.remove(&id);
                self.reached(now);
            }
            EntryState::Held(Hold::OtherStation | Hold::Key | Hold::Exported) => {
                self.entries.insert(id, Planned { due, state });
            }
            EntryState::Held(hold) => {
                self.entries.insert(id, Planned { due: now, state });
                let canary = now + if hold == Hold::Credentials { CREDENTIALS_CANARY } else { ADDRESS_CANARY };
                self.queue = Queue::Held { hold, canary };
            }
            EntryState::Saved | EntryState::InFlight | EntryState::Pending | EntryState::Unknown => {
                self.entries.insert(id, Planned { due, state });
                self.failures_in_a_row += 1;
                if self.failures_in_a_row >= OUTAGE_AFTER {
                    self.queue = Queue::Outage { canary: now + CANARY + CANARY_SPREAD.mul_f64(jitter.next()) };
                }
            }
        }
    }

    /// Takes note that SWiP asked to wait, 1 s to 1 h.
    pub fn paused(&mut self, wait: Duration, now: Duration) {
        self.queue = Queue::Paused { until: now + wait.clamp(PAUSE_SHORTEST, PAUSE_LONGEST) };
    }

    /// Whether SWiP has asked to wait, and the wait is not over.
    pub fn is_paused(&self, now: Duration) -> bool {
        matches!(self.queue, Queue::Paused { until } if until > now)
    }

    /// Takes note that some request came through, a lookup too: an outage is over at once.
    pub fn reached(&mut self, now: Duration) {
        self.failures_in_a_row = 0;
        if self.is_paused(now) {
            return;
        }
        if self.queue != Queue::Flowing {
            self.queue = Queue::Flowing;
            for planned in self.entries.values_mut() {
                planned.due = planned.due.min(now);
            }
        }
    }

    fn sendable(&self) -> impl Iterator<Item = (&i64, &Planned)> {
        let rests = |state| matches!(state, EntryState::Held(Hold::OtherStation | Hold::Key | Hold::Exported));
        self.entries.iter().filter(move |(_, planned)| !rests(planned.state))
    }
}
