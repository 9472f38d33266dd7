//! The queue screen without a window.

use super::*;
use crate::domain::delivery::{Concern, EntryState};
use crate::domain::failure::Refusal;
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, ConsentTexts, LanguageTag};
use crate::effect::RequestIds;

/// A manager at the screen, and a clock.
struct Desk {
    queue: QueueScreen,
    ids: RequestIds,
    uptime: Duration,
}

impl Desk {
    /// With one refused signup in the queue, which is looked at.
    fn with_one(is_guarded: bool) -> Self {
        let mut desk =
            Self { queue: QueueScreen::new(is_guarded), ids: RequestIds::default(), uptime: Duration::from_secs(500) };
        let listing = desk.on(Event::Changed);
        desk.answer_list(&listing, list(&[7, 8]));
        desk.act(Action::Select(7));
        desk
    }

    fn update(&mut self, event: Event) -> Update<Exit> {
        let (preferences, texts, language) = (Preferences::default(), ConsentTexts::default(), LanguageTag::default());
        let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &language };
        let local = jiff::civil::date(2026, 3, 1).at(12, 0, 0, 0);
        let now = Now { uptime: self.uptime, local };
        self.queue.update(event, &mut UpdateContext { now, preferences: &preferences, consents, ids: &mut self.ids })
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let Update { effects, exit } = self.update(event);
        assert_eq!(exit, None);
        effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.on(Event::Acted(action))
    }

    fn answer_list(&mut self, effects: &[Effect], list: QueueList) {
        let [Effect::ListQueue { id }] = effects else { panic!("{effects:?}") };
        self.on(Event::Listed { id: *id, result: Ok(list) });
    }

    /// Answers work that was asked for, and gives back what is asked then.
    fn answer(&mut self, effects: &[Effect], done: QueueDone) -> Vec<Effect> {
        let [Effect::WorkOnQueue { id, .. }] = effects else { panic!("{effects:?}") };
        self.on(Event::Worked { id: *id, result: Ok(done) })
    }

    fn reveal(&mut self) {
        let asked = self.act(Action::Reveal);
        assert_eq!(self.answer(&asked, QueueDone::Revealed(7, Box::new(signup("79161234567")))), []);
    }
}

fn list(ids: &[i64]) -> QueueList {
    let entry = |id: &i64| QueueEntry {
        id: *id,
        state: EntryState::Attention(Concern::Refused(Refusal::Rejected)),
        taken: jiff::civil::date(2026, 3, 1).at(11, 0, 0, 0),
        attempts: 1,
        phone_masked: Some("+7 ••• •••-••-67".to_owned()),
    };
    QueueList { entries: ids.iter().map(entry).collect(), ..QueueList::default() }
}

fn signup(phone: &str) -> Signup {
    let draft = SignupDraft { phone: phone.to_owned(), birthday: "24.01.1990".to_owned(), ..SignupDraft::default() };
    let today = jiff::civil::date(2026, 3, 1);
    draft.check(BirthdayForm::Typed, &Preferences::default(), today).unwrap_or_else(|error| panic!("{error:?}"))
}

#[test]
fn what_is_sealed_shows_after_the_pin_and_for_a_minute() {
    let mut desk = Desk::with_one(true);
    assert_eq!(desk.update(Event::Acted(Action::Reveal)).exit, Some(Exit::ConfirmPin));
    let asked = desk.on(Event::Confirmed);
    desk.answer(&asked, QueueDone::Revealed(7, Box::new(signup("79161234567"))));
    let revealed = desk.queue.revealed.as_ref().expect("it shows");
    assert_eq!((revealed.draft.phone.as_str(), revealed.draft.birthday.as_str()), ("+7 916 123-45-67", "24.01.1990"));
    assert_eq!(revealed.until, desk.uptime + REVEALED);
    // Within the minute the PIN counts for another look.
    desk.act(Action::Hide);
    assert!(desk.queue.revealed.is_none());
    desk.reveal();
    desk.act(Action::Hide);
    desk.uptime += REVEALED;
    assert_eq!(desk.update(Event::Acted(Action::Reveal)).exit, Some(Exit::ConfirmPin));
    assert!(!format!("{:?}", desk.queue).contains("9161234567"));
}

#[test]
fn what_is_typed_is_checked_and_then_put_in_the_place_of_what_is_sealed() {
    let mut desk = Desk::with_one(false);
    desk.reveal();
    desk.queue.revealed.as_mut().expect("it shows").draft.phone = "916 12".to_owned();
    assert_eq!(desk.act(Action::Correct), []);
    assert!(desk.queue.revealed.as_ref().expect("it stays").errors.contains_key(&SignupField::Phone));
    desk.queue.revealed.as_mut().expect("it shows").draft.phone = "8 916 765-43-21".to_owned();
    desk.act(Action::Edit(SignupField::Phone));
    let asked = desk.act(Action::Correct);
    let [Effect::WorkOnQueue { work: QueueWork::Correct(7, corrected), .. }] = asked.as_slice() else { panic!() };
    assert_eq!(*corrected, signup("79167654321"));
    assert_eq!(desk.act(Action::Correct), [], "one press, one correction");
    let then = desk.answer(&asked, QueueDone::Corrected);
    assert!(desk.queue.revealed.is_none());
    desk.answer_list(&then, list(&[8, 9]));
    assert_eq!((desk.queue.selected, &desk.queue.done), (None, &Some(QueueDone::Corrected)));
}

#[test]
fn what_another_signup_stands_in_the_way_of_stays_to_be_corrected_further() {
    let mut desk = Desk::with_one(false);
    desk.reveal();
    let asked = desk.act(Action::Correct);
    desk.answer(&asked, QueueDone::AnotherWaits);
    assert!(desk.queue.revealed.is_some());
}

#[test]
fn nothing_is_deleted_without_a_reason_or_a_whole_phone() {
    let mut desk = Desk::with_one(false);
    desk.act(Action::AskDelete);
    assert_eq!(desk.act(Action::Confirm), []);
    desk.act(Action::Choose(DeleteReason::Test));
    let asked = desk.act(Action::Confirm);
    assert!(matches!(&asked[..], [Effect::WorkOnQueue { work: QueueWork::Delete(7, DeleteReason::Test), .. }]));
    desk.answer(&asked, QueueDone::Deleted);
    desk.act(Action::AskForget);
    desk.queue.dialog = Some(Dialog::Forget("916 12".to_owned(), None));
    assert_eq!(desk.act(Action::Confirm), []);
    assert!(matches!(desk.queue.dialog, Some(Dialog::Forget(_, Some(PhoneError::TooShort)))));
    desk.act(Action::Cancel);
    assert!(desk.queue.dialog.is_none());
}

#[test]
fn a_queue_that_changes_while_it_is_read_is_read_once_more() {
    let mut desk = Desk::with_one(false);
    let first = desk.on(Event::Changed);
    assert_eq!(desk.on(Event::Changed), []);
    assert_eq!(desk.on(Event::Changed), []);
    let [Effect::ListQueue { id }] = first[..] else { panic!("{first:?}") };
    let again = desk.on(Event::Listed { id, result: Ok(list(&[7])) });
    assert!(matches!(again[..], [Effect::ListQueue { .. }]));
    // A late answer changes nothing.
    desk.on(Event::Listed { id, result: Ok(list(&[])) });
    assert_eq!(desk.queue.list, Some(list(&[7])));
}

#[test]
fn an_answer_about_an_entry_that_is_no_longer_looked_at_shows_nothing() {
    let mut desk = Desk::with_one(false);
    let asked = desk.act(Action::Reveal);
    desk.queue.selected = Some(8);
    desk.answer(&asked, QueueDone::Revealed(7, Box::new(signup("79161234567"))));
    assert!(desk.queue.revealed.is_none());
    let failed = desk.act(Action::Retry(None));
    let [Effect::WorkOnQueue { id, .. }] = failed[..] else { panic!("{failed:?}") };
    desk.on(Event::Worked { id, result: Err(Failure::Storage) });
    assert_eq!(desk.queue.status, Status::Failed(Failure::Storage));
    assert!(!desk.queue.is_busy(), "there is a way out");
}
