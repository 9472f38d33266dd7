//! The manager's door: a PIN on a pad, typed to open, or chosen.

#[cfg(test)]
mod tests;
pub mod view;

use std::time::Duration;

use crate::domain::pin::{PinEntry, PinVerdict, SHORTEST};
use crate::domain::{Failure, Pin, PinError};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The door.
#[derive(Debug)]
pub struct Door {
    /// What it was come to for.
    pub purpose: PinPurpose,
    /// Which PIN is being typed.
    pub step: PinStep,
    /// The digits so far; the view types into it.
    pub typed: PinEntry,
    /// Where the screen stands.
    pub status: Status,
    /// When somebody may try again, in uptime.
    pub free_at: Duration,
    /// What is known of the way here.
    pub facts: DoorFacts,
    /// The new PIN, until it was typed twice.
    chosen: Option<Pin>,
}

/// What is known of the way to the door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoorFacts {
    /// Whether there is anything to go back to.
    pub can_leave: bool,
    /// How the last stay behind the door ended by itself, if it did.
    pub last_stay: Option<EndedStay>,
}

/// A stay behind the door that ended because nobody touched anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedStay {
    /// Whether changes were dropped that nobody had saved.
    pub has_dropped_changes: bool,
}

/// What the door was come to for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinPurpose {
    /// To get behind it.
    Open,
    /// To give it its first PIN.
    Set,
    /// To give it another one.
    Change,
}

/// Which PIN is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinStep {
    /// The one that opens.
    Current,
    /// A new one.
    New,
    /// The new one again.
    Repeat,
}

/// Where the screen stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// A person types.
    #[default]
    Typing,
    /// The digits are being tried.
    Checking(RequestId),
    /// The new PIN is being stored.
    Saving(RequestId),
    /// The digits were wrong.
    Wrong,
    /// The digits cannot be a PIN.
    Refused(PinError),
    /// The repeat was another PIN.
    Different,
    /// The PIN could not be tried or stored.
    Failed(Failure),
    /// The PIN cannot be tried any more: it went with its key.
    Lost,
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Digits were typed or taken back.
    Edit,
    /// Digits were typed, and Enter was pressed.
    Submit,
    /// Back.
    Leave,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The digits were tried.
    Tried {
        /// To which request.
        id: RequestId,
        /// When they were typed, in uptime.
        at: Duration,
        /// How it ended.
        result: Result<PinVerdict, Failure>,
    },
    /// The new PIN is stored, or is not.
    Stored {
        /// To which request.
        id: RequestId,
        /// Why not.
        result: Result<(), Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What lies behind it: the PIN was right.
    Opened,
    /// Where the person came from, with a new PIN.
    PinSet,
    /// Where the person came from.
    Left,
}

impl Door {
    /// The door, for a purpose; nobody may try before `free_at`, in uptime.
    pub fn new(purpose: PinPurpose, free_at: Duration, facts: DoorFacts) -> Self {
        let step = if purpose == PinPurpose::Set { PinStep::New } else { PinStep::Current };
        Self { purpose, step, typed: PinEntry::default(), status: Status::Typing, free_at, facts, chosen: None }
    }

    /// The door whose PIN went with its key: nothing opens it here.
    pub fn lost(facts: DoorFacts) -> Self {
        Self { status: Status::Lost, ..Self::new(PinPurpose::Open, Duration::ZERO, facts) }
    }

    /// How much longer nobody may try at `now`, in uptime; none while anybody may.
    pub fn locked_for(&self, now: Duration) -> Option<Duration> {
        let left = self.free_at.saturating_sub(now);
        (self.step == PinStep::Current && self.status != Status::Lost && !left.is_zero()).then_some(left)
    }

    /// Whether digits are taken at `now`, in uptime.
    pub fn takes_digits(&self, now: Duration) -> bool {
        !self.is_busy() && self.status != Status::Lost && self.locked_for(now).is_none()
    }

    /// Whether the outside is being asked.
    pub fn is_busy(&self) -> bool {
        matches!(self.status, Status::Checking(_) | Status::Saving(_))
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(action) => return self.act(action, cx),
            Event::Tried { id, at, result } if self.status == Status::Checking(id) => {
                return Update { exit: self.tried(at, result), ..Update::default() };
            }
            Event::Stored { id, result } if self.status == Status::Saving(id) => {
                self.step = PinStep::New;
                self.status = result.map_or_else(Status::Failed, |()| Status::Typing);
                return Update { exit: result.ok().map(|()| Exit::PinSet), ..Update::default() };
            }
            Event::Tried { .. } | Event::Stored { .. } => {}
        }
        Update::default()
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match action {
            // What was typed before the lock was noticed is no try.
            Action::Edit | Action::Submit if !self.takes_digits(cx.now.uptime) => self.typed.clear(),
            Action::Edit => self.status = Status::Typing,
            Action::Submit => return self.submit(cx).into(),
            // A PIN that is being stored is waited for.
            Action::Leave if self.facts.can_leave && !matches!(self.status, Status::Saving(_)) => {
                self.typed.clear();
                if let Status::Checking(_) = self.status {
                    // Whoever has left is not let in by an answer that comes late.
                    self.status = Status::Typing;
                }
                return Update::exit(Exit::Left);
            }
            Action::Leave => {}
        }
        Update::default()
    }

    fn submit(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        // Enter beside an empty field is nothing to complain about.
        if self.typed.is_empty() {
            return Vec::new();
        }
        let typed = std::mem::take(&mut self.typed);
        match self.step {
            // It cannot be the one: no try, so no failure.
            PinStep::Current if typed.len() < SHORTEST => self.status = Status::Refused(PinError::TooShort),
            PinStep::Current => {
                let id = cx.ids.next_id();
                self.status = Status::Checking(id);
                return vec![Effect::TryPin { id, entry: typed, at: cx.now.uptime }];
            }
            PinStep::New => match typed.to_pin() {
                Err(error) => self.status = Status::Refused(error),
                Ok(pin) => {
                    self.chosen = Some(pin);
                    self.step = PinStep::Repeat;
                    self.status = Status::Typing;
                }
            },
            PinStep::Repeat => {
                if let Some(pin) = self.chosen.take().filter(|pin| pin.expose() == typed.expose()) {
                    let id = cx.ids.next_id();
                    self.status = Status::Saving(id);
                    return vec![Effect::SetPin { id, pin }];
                }
                self.step = PinStep::New;
                self.status = Status::Different;
            }
        }
        Vec::new()
    }

    fn tried(&mut self, at: Duration, result: Result<PinVerdict, Failure>) -> Option<Exit> {
        let mut exit = None;
        self.status = match result {
            Ok(PinVerdict::Right) if self.purpose == PinPurpose::Change => {
                self.step = PinStep::New;
                Status::Typing
            }
            Ok(PinVerdict::Right) => {
                exit = Some(Exit::Opened);
                Status::Typing
            }
            Ok(PinVerdict::Wrong { .. }) => Status::Wrong,
            Ok(PinVerdict::Locked { .. }) => Status::Typing,
            // It was there when the door was come to.
            Ok(PinVerdict::NotSet | PinVerdict::Lost) => Status::Lost,
            Err(failure) => Status::Failed(failure),
        };
        if let Some(free_at) = result.ok().and_then(|verdict| free_at(verdict, at)) {
            self.free_at = free_at;
        }
        exit
    }
}

/// When somebody may try again after a verdict about a try at `at`, both in uptime; nothing where it says nothing.
pub fn free_at(verdict: PinVerdict, at: Duration) -> Option<Duration> {
    match verdict {
        PinVerdict::Right => Some(Duration::ZERO),
        PinVerdict::Wrong { wait } | PinVerdict::Locked { left: wait } => Some(at.saturating_add(wait)),
        PinVerdict::NotSet | PinVerdict::Lost => None,
    }
}
