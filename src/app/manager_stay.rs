//! Behind the manager's door: who gets there, and how it shuts by itself.

use std::time::Duration;

use super::corner::Corner;
use super::state::{Screen, State, Toast, ToastMessage};
use crate::domain::pin::PinVerdict;
use crate::domain::settings::Mode;
use crate::domain::{Failure, Now, PinState};
use crate::effect::{Effect, RequestId};
use crate::screens::door::{Door, DoorFacts, EndedStay, PinPurpose, Status, free_at};
use crate::screens::{counter, door, kiosk};

impl State {
    /// A press in a corner of a kiosk.
    pub(super) fn press_corner(&mut self, corner: Corner, now: Now) {
        if self.is_public() && !self.lacks_pin() && self.manager_access.presses.press(corner, now.uptime) {
            self.open_manager(now);
        }
    }

    /// From the counter or a kiosk to the manager's door; where there is no PIN, through it.
    pub(super) fn open_manager(&mut self, now: Now) {
        // The cashier sees how it ends, and so does a customer: the limits count answers.
        let is_sending = match &self.screen {
            Screen::Counter(counter) => matches!(counter.status, counter::Status::Sending(_)),
            Screen::Kiosk(kiosk) => matches!(kiosk.status, kiosk::Status::Sending(_)),
            _ => false,
        };
        let is_at_work = self.is_public() || matches!(self.screen, Screen::Counter(_));
        if !is_at_work || is_sending || self.lacks_pin() {
            return;
        }
        let facts = self.door_facts(true);
        let next = match self.pin() {
            PinState::NotSet => self.settings_screen(),
            PinState::Set => Screen::Door(Box::new(Door::new(PinPurpose::Open, self.manager_access.free_at, facts))),
            PinState::Lost => Screen::Door(Box::new(Door::lost(facts))),
        };
        // A counter without a PIN stays open, as staff left it; whatever customers reach shuts.
        let shuts = self.is_public() || matches!(next, Screen::Door(_));
        self.manager_access.stay = shuts.then_some(now.uptime);
        match std::mem::replace(&mut self.screen, next) {
            Screen::Counter(counter) => self.waiting.counter = Some(Box::new(counter.put_aside())),
            // Whoever stood there is gone; what was counted stays counted.
            Screen::Kiosk(kiosk) => self.waiting.kiosk = Some(Box::new(kiosk.put_aside())),
            _ => {}
        }
    }

    /// The way out of "set-up is not finished": a kiosk gets its first PIN.
    pub(super) fn set_first_pin(&mut self, now: Now) {
        if self.is_public() && self.lacks_pin() {
            self.manager_access.stay = Some(now.uptime);
            self.screen = Screen::Door(Box::new(Door::new(PinPurpose::Set, Duration::ZERO, self.door_facts(true))));
        }
    }

    /// From the settings to a new PIN, and back to them.
    pub(super) fn choose_pin(&mut self) {
        let purpose = match self.pin() {
            PinState::NotSet => PinPurpose::Set,
            PinState::Set => PinPurpose::Change,
            PinState::Lost => return,
        };
        let can_choose = matches!(&self.screen, Screen::Settings(settings) if settings.can_choose_pin());
        if !can_choose {
            return;
        }
        let facts = DoorFacts { can_leave: true, last_stay: None };
        let door = Screen::Door(Box::new(Door::new(purpose, self.manager_access.free_at, facts)));
        if let Screen::Settings(settings) = std::mem::replace(&mut self.screen, door) {
            self.manager_access.settings = Some(settings);
        }
    }

    /// What happened at the door.
    pub(super) fn door(&mut self, event: door::Event, now: Now) -> Vec<Effect> {
        let Self { screen, station, language, ids, .. } = self;
        let mut cx = station.context(language, ids, now);
        let Screen::Door(door) = screen else {
            return Vec::new();
        };
        let effects = door.update(event, &mut cx);
        match (door.status, door.purpose) {
            (Status::Passed, PinPurpose::Open) => {
                // Staff is here, and has looked at who signs up.
                if let Some(kiosk) = &mut self.waiting.kiosk {
                    kiosk.lift_limits();
                }
                self.manager_access.ended = None;
                self.manager_access.stay = Some(now.uptime);
                self.screen = self.settings_screen();
            }
            (Status::Passed, PinPurpose::Set | PinPurpose::Change) => {
                self.toast = Some(Toast { message: ToastMessage::PinSaved, since: now.uptime });
                self.leave_door(now);
            }
            (Status::Left, _) => self.leave_door(now),
            _ => {}
        }
        effects
    }

    /// A try of the PIN was answered, whether or not anybody still waits for it.
    pub(super) fn pin_tried(
        &mut self,
        id: RequestId,
        at: Duration,
        result: Result<PinVerdict, Failure>,
        now: Now,
    ) -> Vec<Effect> {
        if let Ok(verdict) = result {
            self.manager_access.free_at = free_at(verdict, at).unwrap_or(self.manager_access.free_at);
            if let (PinVerdict::Lost, Some(keys)) = (verdict, &mut self.station.keys) {
                keys.pin = PinState::Lost;
            }
        }
        self.door(door::Event::Tried { id, at, result }, now)
    }

    /// A new PIN is stored, or is not.
    pub(super) fn pin_stored(&mut self, id: RequestId, result: Result<(), Failure>, now: Now) -> Vec<Effect> {
        if let (Ok(()), Some(keys)) = (result, &mut self.station.keys) {
            keys.pin = PinState::Set;
            self.manager_access.free_at = Duration::ZERO;
        }
        self.door(door::Event::Stored { id, result }, now)
    }

    /// Back to where the door was come to from.
    fn leave_door(&mut self, now: Now) {
        match self.manager_access.settings.take() {
            Some(mut settings) => {
                settings.stored.keys = self.station.keys;
                // With its first PIN, the door shuts by itself from now on.
                let is_guarded = self.pin() != PinState::NotSet;
                self.manager_access.stay = self.manager_access.stay.or(is_guarded.then_some(now.uptime));
                self.screen = Screen::Settings(settings);
            }
            None => self.leave_manager(),
        }
    }

    /// Takes note of a key or a touch.
    pub(super) fn touched(&mut self, now: Now) {
        if let Some(last) = &mut self.manager_access.stay {
            *last = now.uptime;
        } else if matches!(self.screen, Screen::Door(_)) && self.manager_access.settings.is_none() {
            // The door of a station that cannot work is always there: what is typed at it is forgotten in time, too.
            self.manager_access.stay = Some(now.uptime);
        }
    }

    /// Shuts the door if nobody has touched anything for a minute.
    pub(super) fn lock_if_idle(&mut self, now: Now) {
        if self.manager_access.locks_at().is_none_or(|at| now.uptime < at) {
            return;
        }
        let waiting = self.manager_access.settings.as_deref();
        let settings = match &self.screen {
            Screen::Settings(settings) => Some(&**settings),
            _ => waiting,
        };
        if let Some(settings) = settings {
            self.manager_access.ended = Some(EndedStay { has_dropped_changes: settings.is_changed() });
        }
        let is_told = settings.is_some() && self.station.preferences.mode == Mode::Counter;
        self.leave_manager();
        if is_told {
            self.toast = Some(Toast { message: ToastMessage::ManagerTimedOut, since: now.uptime });
        }
        if let Screen::Door(door) = &mut self.screen {
            door.facts.last_stay = self.manager_access.ended;
        }
    }
}
