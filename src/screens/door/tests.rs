//! What the manager's door does with events.

use std::fmt::Write;

use jiff::civil::date;

use super::*;
use crate::domain::pin::{LONGEST, wait_after};
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, Now};
use crate::effect::RequestIds;

const RIGHT: &str = "802947";
const WRONG: &str = "729461";
const CAN_LEAVE: DoorFacts = DoorFacts { can_leave: true, last_stay: None };

struct Rig {
    door: Door,
    ids: RequestIds,
    uptime: Duration,
    /// Where the screen was last left for.
    exit: Option<Exit>,
}

impl Rig {
    fn new(purpose: PinPurpose) -> Self {
        let door = Door::new(purpose, Duration::ZERO, CAN_LEAVE);
        Self { door, ids: RequestIds::default(), uptime: Duration::from_secs(100), exit: None }
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        let now = Now { uptime: self.uptime, local: date(2025, 5, 20).at(12, 0, 0, 0) };
        let preferences = Preferences::default();
        let texts = &preferences.consents.texts;
        let consents = ConsentSources { merchant: texts, built_in: texts, language: &preferences.language };
        let mut cx = UpdateContext { now, preferences: &preferences, consents, ids: &mut self.ids };
        let Update { effects, exit } = self.door.update(event, &mut cx);
        self.exit = exit;
        effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.update(Event::Acted(action))
    }

    /// Types digits as the view does, and presses Enter.
    fn enter(&mut self, digits: &str) -> Vec<Effect> {
        for digit in digits.bytes() {
            self.door.typed.push(digit - b'0');
            assert_eq!(self.act(Action::Edit), []);
        }
        self.act(Action::Submit)
    }

    /// Types digits that are tried; the question.
    fn try_pin(&mut self, digits: &str) -> (RequestId, Duration) {
        match self.enter(digits).as_slice() {
            [Effect::TryPin { id, entry, at }] => {
                assert_eq!(entry.expose(), digits);
                (*id, *at)
            }
            other => panic!("no try but {other:?}"),
        }
    }

    fn tried(&mut self, digits: &str, verdict: PinVerdict) {
        let (id, at) = self.try_pin(digits);
        assert!(self.door.typed.is_empty(), "what is tried is not kept here");
        self.update(Event::Tried { id, at, result: Ok(verdict) });
    }
}

fn wrong(wait: Duration) -> PinVerdict {
    PinVerdict::Wrong { wait }
}

#[test]
fn the_right_pin_opens_and_a_wrong_one_says_so() {
    let mut rig = Rig::new(PinPurpose::Open);
    rig.tried(WRONG, wrong(Duration::ZERO));
    assert_eq!(rig.door.status, Status::Wrong);
    rig.door.typed.push(8);
    rig.act(Action::Edit);
    assert_eq!(rig.door.status, Status::Typing, "the words go with the first digit");
    rig.door.typed.clear();
    assert_eq!(rig.exit, None);
    rig.tried(RIGHT, PinVerdict::Right);
    assert_eq!(rig.exit, Some(Exit::Opened));
}

#[test]
fn what_cannot_be_the_pin_is_no_try() {
    let mut rig = Rig::new(PinPurpose::Open);
    assert_eq!(rig.act(Action::Submit), [], "an empty field");
    assert_eq!(rig.door.status, Status::Typing);
    assert_eq!(rig.enter("80294"), []);
    assert_eq!(rig.door.status, Status::Refused(PinError::TooShort));
    assert!(rig.door.typed.is_empty());
    let digits = "802947153628";
    assert_eq!(digits.len(), LONGEST);
    rig.try_pin(digits);
}

#[test]
fn while_a_try_is_looked_at_nothing_is_typed_and_nothing_tried_again() {
    let mut rig = Rig::new(PinPurpose::Open);
    let (id, at) = rig.try_pin(WRONG);
    for _ in 0..1000 {
        assert!(!rig.door.takes_digits(rig.uptime));
        assert_eq!(rig.enter(RIGHT), []);
    }
    assert!(rig.door.typed.is_empty());
    rig.update(Event::Tried { id, at, result: Ok(wrong(Duration::ZERO)) });
    assert_eq!(rig.door.status, Status::Wrong);
}

#[test]
fn an_answer_to_another_question_changes_nothing() {
    let mut rig = Rig::new(PinPurpose::Open);
    let (first, at) = rig.try_pin(WRONG);
    rig.update(Event::Tried { id: first, at, result: Err(Failure::Storage) });
    assert_eq!(rig.door.status, Status::Failed(Failure::Storage));
    let (second, at) = rig.try_pin(WRONG);
    rig.update(Event::Tried { id: first, at, result: Ok(PinVerdict::Right) });
    assert_eq!(rig.door.status, Status::Checking(second));
    rig.act(Action::Leave);
    assert_eq!(rig.exit, Some(Exit::Left));
    rig.update(Event::Tried { id: second, at, result: Ok(PinVerdict::Right) });
    assert_eq!(rig.exit, None, "whoever left is not let in");
    rig.update(Event::Stored { id: second, result: Ok(()) });
    assert_eq!(rig.exit, None);
}

#[test]
fn the_waits_of_the_table_hold_at_the_door() {
    let mut rig = Rig::new(PinPurpose::Open);
    for failures in 1..=12 {
        assert_eq!(rig.door.locked_for(rig.uptime), None, "{failures}");
        let wait = wait_after(failures);
        rig.tried(WRONG, wrong(wait));
        assert_eq!(rig.door.locked_for(rig.uptime), Some(wait).filter(|wait| !wait.is_zero()), "{failures}");
        if wait.is_zero() {
            continue;
        }
        rig.uptime += wait.saturating_sub(Duration::from_millis(1));
        assert_eq!(rig.door.locked_for(rig.uptime), Some(Duration::from_millis(1)));
        assert_eq!(rig.enter(RIGHT), [], "locked to the last moment");
        assert!(rig.door.typed.is_empty());
        rig.uptime += Duration::from_millis(1);
    }
    rig.tried(RIGHT, PinVerdict::Right);
    assert_eq!((rig.exit, rig.door.free_at), (Some(Exit::Opened), Duration::ZERO));
}

#[test]
fn a_wait_counts_from_the_try_and_not_from_its_answer() {
    let mut rig = Rig::new(PinPurpose::Open);
    let (id, at) = rig.try_pin(WRONG);
    rig.uptime += Duration::from_secs(2);
    rig.update(Event::Tried { id, at, result: Ok(wrong(Duration::from_secs(30))) });
    assert_eq!(rig.door.locked_for(rig.uptime), Some(Duration::from_secs(28)));
    let (mut rig, at) = (Rig::new(PinPurpose::Open), Duration::from_secs(100));
    rig.tried(WRONG, PinVerdict::Locked { left: Duration::from_secs(7) });
    assert_eq!((rig.door.status, rig.door.free_at), (Status::Typing, at + Duration::from_secs(7)));
}

#[test]
fn a_first_pin_is_typed_twice() {
    let mut rig = Rig::new(PinPurpose::Set);
    assert_eq!(rig.enter("123456"), []);
    assert_eq!(rig.door.status, Status::Refused(PinError::Obvious));
    assert_eq!(rig.enter(RIGHT), []);
    assert_eq!((rig.door.step, rig.door.status), (PinStep::Repeat, Status::Typing));
    assert_eq!(rig.enter(WRONG), []);
    assert_eq!((rig.door.step, rig.door.status), (PinStep::New, Status::Different));
    assert_eq!(rig.enter(WRONG), [], "it is typed anew, twice");
    rig.enter(RIGHT);
    assert_eq!(rig.door.status, Status::Different);
    rig.enter(RIGHT);
    let effects = rig.enter(RIGHT);
    let [Effect::SetPin { id, pin }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(pin.expose(), RIGHT);
    assert_eq!(rig.act(Action::Leave), []);
    assert_eq!(rig.door.status, Status::Saving(*id), "what is being stored is waited for");
    rig.update(Event::Stored { id: *id, result: Err(Failure::Storage) });
    assert_eq!((rig.door.step, rig.door.status), (PinStep::New, Status::Failed(Failure::Storage)));
    rig.enter(RIGHT);
    let effects = rig.enter(RIGHT);
    let [Effect::SetPin { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    rig.update(Event::Stored { id: *id, result: Ok(()) });
    assert_eq!(rig.exit, Some(Exit::PinSet));
}

#[test]
fn another_pin_needs_the_one_in_force() {
    let mut rig = Rig::new(PinPurpose::Change);
    rig.tried(WRONG, wrong(Duration::from_secs(30)));
    assert_eq!((rig.door.step, rig.door.status), (PinStep::Current, Status::Wrong));
    assert!(rig.door.locked_for(rig.uptime).is_some(), "guessing costs the same here");
    rig.uptime += Duration::from_secs(30);
    rig.tried(RIGHT, PinVerdict::Right);
    assert_eq!((rig.door.step, rig.door.status), (PinStep::New, Status::Typing));
    rig.enter("5928374");
    assert!(matches!(rig.enter("5928374").as_slice(), [Effect::SetPin { .. }]));
}

#[test]
fn a_lost_pin_opens_nothing() {
    let mut rig = Rig::new(PinPurpose::Open);
    rig.tried(RIGHT, PinVerdict::Lost);
    assert_eq!(rig.door.status, Status::Lost);
    assert_eq!(rig.enter(RIGHT), []);
    rig.door = Door::lost(CAN_LEAVE);
    assert_eq!(rig.enter(RIGHT), []);
    rig.act(Action::Leave);
    assert_eq!(rig.exit, Some(Exit::Left));
    rig.door = Door::lost(DoorFacts::default());
    rig.act(Action::Leave);
    assert_eq!((rig.door.status, rig.exit), (Status::Lost, None), "there is nowhere to go");
}

#[test]
fn what_was_typed_is_in_nothing_that_can_be_said() {
    let mut rig = Rig::new(PinPurpose::Set);
    for digit in RIGHT.bytes() {
        rig.door.typed.push(digit - b'0');
    }
    let mut said = format!("{:?}", rig.door);
    let _ = write!(said, "{:?}", rig.act(Action::Submit));
    let _ = write!(said, "{:?}", rig.door);
    for digit in RIGHT.bytes() {
        rig.door.typed.push(digit - b'0');
    }
    let _ = write!(said, "{:?}", rig.act(Action::Submit));
    assert!(said.contains("SetPin") && said.contains("•••"), "{said}");
    let mut rig = Rig::new(PinPurpose::Open);
    let _ = write!(said, "{:?} {:?}", rig.enter(RIGHT), rig.door);
    assert!(said.contains("TryPin"), "{said}");
    assert!(!said.contains(RIGHT) && !said.contains(&RIGHT[..4]), "{said}");
    rig.door.typed.push(8);
    rig.act(Action::Leave);
    assert!(rig.door.typed.is_empty(), "nothing stays behind");
}
