//! What is known of the manager's access besides its screens: the stay that ends by itself, and when the PIN may be tried.

use std::time::Duration;

use super::corner::{Corner, CornerPresses};
use crate::domain::PinState;
use crate::domain::pin::PinVerdict;
use crate::screens::door::{Door, DoorFacts, EndedStay, PinPurpose, free_at};

/// What the program knows of the manager's access.
#[derive(Debug, Default)]
pub(super) struct ManagerAccess {
    /// The last key or touch, in uptime, while somebody is at the door or behind it and it shuts by itself.
    stay: Option<Duration>,
    /// How the last stay ended by itself, until the door is open again.
    ended: Option<EndedStay>,
    /// When the PIN may be tried, in uptime.
    free_at: Duration,
    presses: CornerPresses,
    /// Counts what was typed behind the door and must be forgotten.
    wipes: u64,
}

/// Without a key or touch for so long the door shuts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl ManagerAccess {
    /// Nobody may try the PIN before `free_at`, in uptime.
    pub(super) fn new(free_at: Duration) -> Self {
        Self { free_at, ..Self::default() }
    }

    /// A press in a corner of a kiosk at `now`, in uptime; true with the one that asks for the manager's screens.
    pub(super) fn press(&mut self, corner: Corner, now: Duration) -> bool {
        self.presses.press(corner, now)
    }

    /// The door, for a purpose; one whose PIN is lost opens nothing.
    pub(super) fn door(&self, purpose: PinPurpose, pin: PinState, can_leave: bool) -> Door {
        let last_stay = self.ended.filter(|_| purpose == PinPurpose::Open);
        let facts = DoorFacts { can_leave, last_stay };
        match pin {
            PinState::Lost => Door::lost(facts),
            PinState::Set | PinState::NotSet => Door::new(purpose, self.free_at, facts),
        }
    }

    /// Somebody is at the door, or behind one that shuts by itself, since `now`, in uptime.
    pub(super) fn begin_stay(&mut self, now: Duration) {
        self.stay = Some(now);
    }

    /// Somebody is behind a door that stays open.
    pub(super) fn begin_open_stay(&mut self) {
        self.stay = None;
    }

    /// The PIN was right at `now`, in uptime.
    pub(super) fn opened(&mut self, now: Duration) {
        self.ended = None;
        self.stay = Some(now);
    }

    /// Somebody is back at the settings, which are guarded from the first PIN on.
    pub(super) fn is_back(&mut self, pin: PinState, now: Duration) {
        let is_guarded = pin != PinState::NotSet;
        self.stay = self.stay.or(is_guarded.then_some(now));
    }

    /// The stay is over: whatever was typed is to be forgotten.
    pub(super) fn end_stay(&mut self) {
        self.stay = None;
        self.wipes += 1;
    }

    /// Takes note of a key or a touch at `now`, in uptime.
    pub(super) fn touched(&mut self, is_at_door: bool, now: Duration) {
        // The door of a station that cannot work is always there: what is typed at it is forgotten in time, too.
        if self.stay.is_some() || is_at_door {
            self.stay = Some(now);
        }
    }

    /// When the door shuts by itself, in uptime, unless somebody touches something.
    pub(super) fn locks_at(&self) -> Option<Duration> {
        self.stay.map(|last| last.saturating_add(LONGEST_PAUSE))
    }

    /// Whether nobody has touched anything for too long at `now`, in uptime.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.locks_at().is_some_and(|at| now >= at)
    }

    /// The stay has ended by itself: whoever comes next reads how.
    pub(super) fn note_ended(&mut self, ended: EndedStay) {
        self.ended = Some(ended);
    }

    /// A try of the PIN at `at`, in uptime, was answered.
    pub(super) fn tried(&mut self, verdict: PinVerdict, at: Duration) {
        self.free_at = free_at(verdict, at).unwrap_or(self.free_at);
    }

    /// A new PIN is in force.
    pub(super) fn pin_set(&mut self) {
        self.free_at = Duration::ZERO;
    }

    /// How often what was typed had to be forgotten; another number means once more.
    pub(super) fn wipes(&self) -> u64 {
        self.wipes
    }
}
