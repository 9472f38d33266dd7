//! When to try which signup: kind to a server that is down, quick once it is back.

use std::collections::BTreeMap;
use std::time::Duration;

use super::pace::{Jitter, backoff};
use super::reconcile::{BEFORE_A_LOOKUP, Reconcile};
use super::{EntryState, Hold};

/// The plan of one delivery worker, on a clock that never jumps. Pure: time and randomness come in.
#[derive(Debug, Default)]
pub struct Schedule {
    entries: BTreeMap<i64, Planned>,
    queue: QueueState,
    /// SWiP asked for silence until then. It holds whatever else is known of the way there.
    paused_until: Duration,
    /// Transport failures since the last success.
    failures_in_a_row: u32,
    /// Nothing goes out before this moment.
    not_before: Duration,
    /// How an attempt is settled whose end is unknown.
    reconcile: Reconcile,
    /// How often the way was declared to be another.
    generation: u64,
    /// When a lookup last led to a try of what is refused.
    probed_by_lookup: Option<Duration>,
    /// When the last pause ends that a lookup brought.
    paused_by_lookup_until: Option<Duration>,
}

#[derive(Debug)]
struct Planned {
    due: Duration,
    /// When a lookup may tell what became of its last attempt.
    settled: Duration,
    state: EntryState,
    /// How often it was tried.
    attempts: u32,
}

/// How the way to SWiP is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum QueueState {
    /// Requests go through.
    #[default]
    Flowing,
    /// They do not; one at a time is tried.
    Outage { probe: Duration },
    /// The station is turned away; one at a time is tried.
    Held { hold: Hold, probe: Duration },
}

/// How the way to SWiP is, for people and for the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Requests go through, as far as is known.
    #[default]
    Flowing,
    /// They do not: one is tried every 60 to 90 seconds.
    Outage,
    /// SWiP asked to wait.
    Paused,
    /// The station is turned away: one is tried after a minute, then every quarter of an hour, or every hour.
    Held(Hold),
}

impl Flow {
    /// Its name on disk and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flowing => "flowing",
            Self::Outage => "outage",
            Self::Paused => "paused",
            Self::Held(_) => "held",
        }
    }

    /// What the station is turned away for, if it is.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Held(hold) => EntryState::Held(hold).reason(),
            Self::Flowing | Self::Outage | Self::Paused => None,
        }
    }
}

/// A back-off of the whole queue, which holds across a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Why.
    pub flow: Flow,
    /// Until when, in uptime.
    pub until: Duration,
}

/// An entry that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
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
const PROBE: Duration = Duration::from_mins(1);
const PROBE_SPREAD: Duration = Duration::from_secs(30);
const CREDENTIALS_PROBE: Duration = Duration::from_mins(15);
const ADDRESS_PROBE: Duration = Duration::from_hours(1);
/// At most two requests a second while the queue drains.
pub const SPACING: Duration = Duration::from_millis(500);
/// Entries found at start are spread over this.
const START_SPREAD: Duration = Duration::from_secs(10);
/// Later than this by a clock that never jumps is no scheduling of the system's.
const STANDSTILL: Duration = Duration::from_mins(1);
const PAUSE_SHORTEST: Duration = Duration::from_secs(1);
const PAUSE_LONGEST: Duration = Duration::from_hours(1);
/// What is asked for in answer to a lookup says little of signups. As long at least is the way open between two such pauses.
pub const LOOKUP_PAUSE_LONGEST: Duration = Duration::from_mins(1);

impl Schedule {
    /// Takes in an entry that was found at start.
    pub fn found(&mut self, entry: Pending, now: Duration, jitter: &mut impl Jitter) {
        self.plan(entry, now + START_SPREAD.mul_f64(jitter.next()), now);
    }

    /// Takes in an entry that is to be tried as soon as possible.
    pub fn added(&mut self, entry: Pending, now: Duration) {
        self.plan(entry, now, now);
    }

    /// Whether an entry is planned.
    pub fn knows(&self, id: i64) -> bool {
        self.entries.contains_key(&id)
    }

    /// Forgets an entry that has left the outbox, or needs a manager.
    pub fn removed(&mut self, id: i64) {
        self.entries.remove(&id);
    }

    /// Forgets all entries, which are about to be taken in anew.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Forgets what was known of the way to SWiP, which may be another now; but not that SWiP asked to wait.
    pub fn open(&mut self) {
        self.generation += 1;
        self.failures_in_a_row = 0;
        self.queue = QueueState::Flowing;
    }

    /// Which way it is, counted: what was begun before another was opened says nothing of it.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Holds the whole queue. The first probe is soon, and of another entry: one that is turned away alone says nothing of the
    /// station.
    pub fn hold(&mut self, hold: Hold, now: Duration) {
        let is_held = matches!(self.queue, QueueState::Held { .. });
        let wait = if is_held { longest_backoff(Flow::Held(hold)) } else { PROBE };
        self.queue = QueueState::Held { hold, probe: now + wait };
    }

    /// Settles attempts whose end is unknown in this way from now on.
    pub fn reconcile_by(&mut self, reconcile: Reconcile) {
        self.reconcile = reconcile;
    }

    /// What to do now: of the entries that may go out, the one that was tried least, then the one that is due longest. What keeps
    /// being turned away keeps nobody else from being tried.
    pub fn next(&self, now: Duration) -> Next {
        let is_one_for_all = matches!(self.queue, QueueState::Held { .. } | QueueState::Outage { .. });
        let order = |(id, planned): (&i64, &Planned)| {
            let turn = if is_one_for_all { (Duration::ZERO, scattered(*id)) } else { (planned.due, id.unsigned_abs()) };
            (self.moment(planned).max(now), planned.attempts, turn, *id)
        };
        let first = self.sendable().map(order).min();
        match first {
            None => Next::Idle,
            Some((at, .., id)) if at <= now => Next::Send(id),
            Some((at, ..)) => Next::Wait(at),
        }
    }

    /// Whether an entry may be tried by now as far as a lookup is concerned.
    pub fn is_settled(&self, id: i64, now: Duration) -> bool {
        self.entries.get(&id).is_none_or(|planned| self.settled(planned) <= now)
    }

    /// Lets nothing follow a request, or the look at an entry that is being sent, before the usual pause is over.
    pub fn space(&mut self, now: Duration) {
        self.rest(SPACING, now);
    }

    /// Lets nothing go out for a while.
    pub fn rest(&mut self, wait: Duration, now: Duration) {
        self.not_before = self.not_before.max(now + wait);
    }

    /// Takes in an entry that was just tried.
    pub fn tried(&mut self, entry: Pending, now: Duration, jitter: &mut impl Jitter) {
        self.plan(entry, now + backoff(entry.attempts, jitter), now);
    }

    /// Takes note of how an attempt ended for an entry that stays.
    pub fn stayed(&mut self, tried: Pending, now: Duration, jitter: &mut impl Jitter) {
        let Pending { id, state, attempts } = tried;
        let due = now + backoff(attempts, jitter);
        match state {
            EntryState::Attention(_) => {
                self.entries.remove(&id);
                self.reached(now);
            }
            EntryState::Held(Hold::OtherStation | Hold::Key | Hold::Exported) => self.plan(tried, due, now),
            EntryState::Held(hold) => {
                self.plan(tried, now, now);
                self.hold(hold, now);
            }
            EntryState::Saved | EntryState::InFlight | EntryState::Pending | EntryState::Unknown => {
                self.plan(tried, due, now);
                self.failures_in_a_row += 1;
                if self.failures_in_a_row >= OUTAGE_AFTER {
                    self.queue = QueueState::Outage { probe: now + PROBE + PROBE_SPREAD.mul_f64(jitter.next()) };
                }
            }
        }
    }

    /// Takes note that SWiP asked to wait, 1 s to 1 h. A longer wait that it asked for before still holds. Then it is
    /// everybody's turn: nobody is to blame.
    pub fn paused(&mut self, wait: Duration, now: Duration) {
        self.paused_until = self.paused_until.max(now + wait.clamp(PAUSE_SHORTEST, PAUSE_LONGEST));
        for planned in self.entries.values_mut() {
            planned.due = planned.due.min(self.paused_until);
        }
    }

    /// Takes note that SWiP asked to wait in answer to somebody's lookup. However many lookups come, signups get their turn.
    pub fn paused_by_lookup(&mut self, wait: Duration, now: Duration) {
        if self.paused_by_lookup_until.is_some_and(|until| now < until + LOOKUP_PAUSE_LONGEST) {
            return;
        }
        let wait = wait.min(LOOKUP_PAUSE_LONGEST);
        self.paused_by_lookup_until = Some(now + wait);
        self.paused(wait, now);
    }

    /// A manager does not wait any longer.
    pub fn end_pause(&mut self) {
        self.paused_until = Duration::ZERO;
    }

    /// Takes note that something planned for `planned` is only done `now`. If that is far too late, the machine stood
    /// still: what fell due meanwhile is spread over the next seconds, as after a start.
    pub fn woke(&mut self, planned: Duration, now: Duration, jitter: &mut impl Jitter) {
        if now.saturating_sub(planned) <= STANDSTILL {
            return;
        }
        let mut spread = |at: &mut Duration| {
            if *at <= now {
                *at = now + START_SPREAD.mul_f64(jitter.next());
            }
        };
        self.entries.values_mut().for_each(|planned| spread(&mut planned.due));
        if let QueueState::Outage { probe } | QueueState::Held { probe, .. } = &mut self.queue {
            spread(probe);
        }
    }

    /// Whether SWiP has asked to wait, and the wait is not over.
    pub fn is_paused(&self, now: Duration) -> bool {
        self.paused_until > now
    }

    /// Takes note that a signup came through: whatever held the others up is over at once.
    pub fn reached(&mut self, now: Duration) {
        self.failures_in_a_row = 0;
        if self.queue != QueueState::Flowing {
            self.queue = QueueState::Flowing;
            for planned in self.entries.values_mut() {
                planned.due = planned.due.min(now);
            }
        }
    }

    /// Takes note that a lookup came through: an outage is over at once. That signups are refused may not be: it is tried, once a
    /// minute however many lookups come through meanwhile.
    pub fn reached_by_lookup(&mut self, now: Duration) {
        match &mut self.queue {
            QueueState::Flowing | QueueState::Outage { .. } | QueueState::Held { hold: Hold::Tls, .. } => {
                self.reached(now);
            }
            QueueState::Held { probe, .. } => {
                if self.probed_by_lookup.is_none_or(|last| now.saturating_sub(last) >= PROBE) {
                    self.probed_by_lookup = Some(now);
                    *probe = (*probe).min(now);
                }
            }
        }
    }

    /// How the way to SWiP is.
    pub fn flow(&self, now: Duration) -> Flow {
        match self.queue {
            _ if self.is_paused(now) => Flow::Paused,
            QueueState::Flowing => Flow::Flowing,
            QueueState::Outage { .. } => Flow::Outage,
            QueueState::Held { hold, .. } => Flow::Held(hold),
        }
    }

    /// What must hold after a restart too: that SWiP asked to wait, and when the next try is due.
    pub fn backoffs(&self, now: Duration) -> Vec<Backoff> {
        let pause = self.is_paused(now).then_some(Backoff { flow: Flow::Paused, until: self.paused_until });
        let probe = match self.queue {
            QueueState::Flowing => None,
            QueueState::Outage { probe } => Some(Backoff { flow: Flow::Outage, until: probe }),
            QueueState::Held { hold, probe } => Some(Backoff { flow: Flow::Held(hold), until: probe }),
        };
        pause.into_iter().chain(probe).collect()
    }

    /// Goes on with a back-off from before a restart, never for longer than such a one may be.
    pub fn resume(&mut self, backoff: Backoff, now: Duration) {
        let until = backoff.until.min(now + longest_backoff(backoff.flow));
        match backoff.flow {
            Flow::Flowing => {}
            Flow::Paused => self.paused_until = self.paused_until.max(until),
            Flow::Outage => self.queue = QueueState::Outage { probe: until },
            Flow::Held(hold) => self.queue = QueueState::Held { hold, probe: until },
        }
    }

    fn plan(&mut self, entry: Pending, due: Duration, now: Duration) {
        let Pending { id, state, attempts } = entry;
        self.entries.insert(id, Planned { due, settled: now + BEFORE_A_LOOKUP, state, attempts });
    }

    /// When an entry may go out.
    fn moment(&self, planned: &Planned) -> Duration {
        let at = match self.queue {
            QueueState::Flowing => planned.due,
            // A probe needs no entry to be due: it is the queue that is tried.
            QueueState::Outage { probe } | QueueState::Held { probe, .. } => probe,
        };
        at.max(self.settled(planned)).max(self.not_before).max(self.paused_until)
    }

    fn settled(&self, planned: &Planned) -> Duration {
        let is_asked_about = self.reconcile == Reconcile::Lookup && planned.state == EntryState::Unknown;
        if is_asked_about { planned.settled } else { Duration::ZERO }
    }

    fn sendable(&self) -> impl Iterator<Item = (&i64, &Planned)> {
        let rests = |state| matches!(state, EntryState::Held(Hold::OtherStation | Hold::Key | Hold::Exported));
        self.entries.iter().filter(move |(_, planned)| !rests(planned.state))
    }
}

/// The longest that a rest of this kind may be.
pub fn longest_backoff(flow: Flow) -> Duration {
    match flow {
        Flow::Flowing => Duration::ZERO,
        Flow::Outage => PROBE + PROBE_SPREAD,
        Flow::Paused => PAUSE_LONGEST,
        Flow::Held(Hold::Credentials) => CREDENTIALS_PROBE,
        Flow::Held(_) => ADDRESS_PROBE,
    }
}

/// Where an entry comes when one is tried for all. Several who are turned away for what is in them often stand side by side:
/// the next to be tried is from elsewhere in the queue.
fn scattered(id: i64) -> u64 {
    // Multiplying by the golden ratio, as in Fibonacci hashing, leads neighbours far apart.
    id.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
