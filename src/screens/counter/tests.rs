//! What the counter does with events, without a window and without a network.

use std::time::Duration;

use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::*;
use crate::domain::delivery::Submission;
use crate::domain::failure::{Credentials, Refusal, Unavailable};
use crate::domain::journal::{JournalAnswer, JournalQuestion, JournalRow, Kind, Outcome, Record};
use crate::domain::settings::Preferences;
use crate::domain::{
    BirthdayError, ConsentSources, FieldError, NameError, Now, PhoneError, PhoneRules, Signup, SignupErrors,
};
use crate::effect::RequestIds;

const TEN_DIGITS: &str = "9991112233";
const FULL: &str = "79991112233";

const FAILURES: [Failure; 23] = [
    Failure::Credentials(Credentials::TokenRejected),
    Failure::Credentials(Credentials::NotPermitted),
    Failure::Refused(Refusal::Rejected),
    Failure::Refused(Refusal::AgainstRules),
    Failure::Refused(Refusal::Unacceptable),
    Failure::Unavailable(Unavailable::NameNotFound),
    Failure::Unavailable(Unavailable::NoConnection),
    Failure::Unavailable(Unavailable::NoCaCertificates),
    Failure::Unavailable(Unavailable::CaFileUnusable),
    Failure::Unavailable(Unavailable::NotSecure),
    Failure::Unavailable(Unavailable::TimedOut),
    Failure::Unavailable(Unavailable::Interrupted),
    Failure::Unavailable(Unavailable::Redirected),
    Failure::Unavailable(Unavailable::WrongAddress),
    Failure::Unavailable(Unavailable::MethodNotAllowed),
    Failure::Unavailable(Unavailable::Undecided),
    Failure::Unavailable(Unavailable::Busy),
    Failure::Unavailable(Unavailable::ServerError),
    Failure::Unavailable(Unavailable::UnusableAnswer),
    Failure::NotConfigured,
    Failure::StationInUse,
    Failure::Storage,
    Failure::Internal,
];

const DOWN: Failure = Failure::Unavailable(Unavailable::NoConnection);
const REJECTED: Failure = Failure::Refused(Refusal::Rejected);

fn moment() -> DateTime {
    date(2025, 5, 20).at(12, 41, 0, 0)
}

#[expect(clippy::unnecessary_wraps, reason = "an answer is a result")]
fn points(value: i64) -> Result<Lookup, Failure> {
    Ok(Lookup::Member(Points::new(value)))
}

fn every_lookup_answer() -> Vec<Result<Lookup, Failure>> {
    let known = [Ok(Lookup::Unknown), points(0), points(1), points(-150), points(i64::MAX)];
    known.into_iter().chain(FAILURES.map(Err)).collect()
}

fn every_signup_answer() -> Vec<Result<Submission, Failure>> {
    [Ok(Submission::Registered), Ok(Submission::AlreadyMember)].into_iter().chain(FAILURES.map(Err)).collect()
}

/// A counter with a clock that only the test moves.
struct CounterFixture {
    counter: Counter,
    ids: RequestIds,
    preferences: Preferences,
    uptime: Duration,
}

impl CounterFixture {
    fn new() -> Self {
        let uptime = Duration::from_secs(100);
        Self { counter: Counter::default(), ids: RequestIds::default(), preferences: Preferences::default(), uptime }
    }

    fn with_entry(text: &str) -> Self {
        let mut desk = Self::new();
        assert_eq!(desk.type_entry(text), []);
        desk
    }

    /// A form that was opened by a lookup that found nobody.
    fn with_form() -> Self {
        let mut desk = Self::with_entry(TEN_DIGITS);
        let id = desk.look_up();
        desk.wait(1000);
        assert_eq!(desk.answer(id, Ok(Lookup::Unknown)), []);
        assert!(matches!(desk.counter.status, Status::Form(_)));
        desk
    }

    fn take_in(&mut self, event: Event) -> Update<Exit> {
        let now = Now { uptime: self.uptime, local: moment() };
        let texts = &self.preferences.consents.texts;
        let consents = ConsentSources { merchant: texts, built_in: texts, language: &self.preferences.language };
        let mut cx = UpdateContext { now, preferences: &self.preferences, consents, ids: &mut self.ids };
        self.counter.update(event, &mut cx)
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        self.take_in(event).effects
    }

    fn exit(&mut self, event: Event) -> Option<Exit> {
        self.take_in(event).exit
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.update(Event::Acted(action))
    }

    fn wait(&mut self, millis: u64) {
        self.uptime += Duration::from_millis(millis);
    }

    fn type_entry(&mut self, text: &str) -> Vec<Effect> {
        text.clone_into(&mut self.counter.entry);
        self.act(Action::EditEntry)
    }

    /// Enter, which must lead to one lookup.
    fn look_up(&mut self) -> RequestId {
        match self.act(Action::LookUp).as_slice() {
            [Effect::LookUp { id, .. }] => *id,
            other => panic!("no lookup but {other:?}"),
        }
    }

    /// Enter in the form, which must lead to one signup.
    fn sign_up(&mut self) -> RequestId {
        self.wait(150);
        id_of_signup(&self.act(Action::SignUp))
    }

    fn answer(&mut self, id: RequestId, result: Result<Lookup, Failure>) -> Vec<Effect> {
        self.update(Event::LookedUp { id, result })
    }

    fn answer_signup(&mut self, id: RequestId, result: Result<Submission, Failure>) -> Vec<Effect> {
        self.update(Event::Registered { id, result })
    }

    fn form(&mut self) -> &mut SignupForm {
        match &mut self.counter.status {
            Status::Form(form) => form,
            other => panic!("no form but {other:?}"),
        }
    }

    fn type_field(&mut self, field: SignupField, text: &str) {
        text.clone_into(self.form().draft.text_mut(field));
        assert_eq!(self.act(Action::EditField(field)), []);
    }

    fn is_waiting(&self) -> bool {
        matches!(self.counter.status, Status::LookingUp(_)) || self.counter.is_signing_up()
    }
}

fn id_of_signup(effects: &[Effect]) -> RequestId {
    match effects {
        [Effect::Register { id, .. }] => *id,
        other => panic!("no signup but {other:?}"),
    }
}

fn signups(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Register { .. })).count()
}

/// Ids that this desk never gave out.
fn foreign_id() -> RequestId {
    let mut ids = RequestIds::default();
    (0..9_999).fold(ids.next_id(), |_, _| ids.next_id())
}

/// A desk in every status, with its name.
fn every_status() -> Vec<(&'static str, CounterFixture)> {
    let ready = CounterFixture::with_entry(TEN_DIGITS);
    let mut looking_up = CounterFixture::with_entry(TEN_DIGITS);
    looking_up.look_up();
    let mut member = CounterFixture::with_entry(TEN_DIGITS);
    let id = member.look_up();
    member.answer(id, points(5));
    let mut unknown_pass = CounterFixture::with_entry("#SWIP-1");
    let id = unknown_pass.look_up();
    unknown_pass.answer(id, Ok(Lookup::Unknown));
    let mut lookup_failed = CounterFixture::with_entry("#SWIP-1");
    let id = lookup_failed.look_up();
    lookup_failed.answer(id, Err(DOWN));
    let mut sending = CounterFixture::with_form();
    sending.sign_up();
    let mut done = CounterFixture::with_form();
    let id = done.sign_up();
    done.answer_signup(id, Ok(Submission::Registered));
    assert!(matches!(member.counter.status, Status::Member(_)));
    assert!(matches!(unknown_pass.counter.status, Status::UnknownPass));
    assert!(matches!(lookup_failed.counter.status, Status::LookupFailed(_)));
    assert!(matches!(sending.counter.status, Status::Sending(_)));
    assert!(matches!(done.counter.status, Status::Done(_)));
    vec![
        ("ready", ready),
        ("looking up", looking_up),
        ("member", member),
        ("unknown pass", unknown_pass),
        ("lookup failed", lookup_failed),
        ("form", CounterFixture::with_form()),
        ("sending", sending),
        ("done", done),
    ]
}

#[test]
fn ten_digits_and_enter_ask_once() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let effects = desk.act(Action::LookUp);
    let [Effect::LookUp { query: CustomerQuery::Phone(phone), .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(phone.digits(), FULL);
    assert!(matches!(&desk.counter.status, Status::LookingUp(asked) if !asked.signs_up_next));
}

#[test]
fn a_second_enter_before_the_answer_signs_up_once_when_nobody_is_found() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let id = desk.look_up();
    desk.wait(150);
    assert_eq!(desk.act(Action::LookUp), []);
    assert_eq!(desk.act(Action::LookUp), []);
    let effects = desk.answer(id, Ok(Lookup::Unknown));
    let [Effect::Register { signup, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let Signup { phone, first_name, last_name, birthday } = signup;
    assert_eq!((phone.digits(), first_name, last_name, birthday), (FULL, &None, &None, &None));
    assert_eq!(desk.act(Action::LookUp), []);
    assert_eq!(desk.act(Action::SignUp), []);
    assert_eq!(desk.answer(id, Ok(Lookup::Unknown)), [], "the same answer again");
}

#[test]
fn an_enter_for_another_customer_is_a_lookup_of_that_one() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let first = desk.look_up();
    desk.wait(500);
    // A scanner's burst and its Enter arrive in one frame, which tells of the Enter only.
    "79990000001".clone_into(&mut desk.counter.entry);
    let effects = desk.act(Action::LookUp);
    let [Effect::LookUp { id, query: CustomerQuery::Phone(phone) }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(phone.digits(), "79990000001");
    assert_eq!(desk.answer(first, Ok(Lookup::Unknown)), []);
    assert_eq!(desk.answer(*id, points(1)), []);
    assert!(matches!(desk.counter.status, Status::Member(_)));
}

#[test]
fn a_found_member_is_never_signed_up() {
    for value in [0, 1, -150, 11_806] {
        let mut desk = CounterFixture::with_entry(TEN_DIGITS);
        let id = desk.look_up();
        desk.wait(1000);
        desk.act(Action::LookUp);
        assert_eq!(desk.answer(id, points(value)), []);
        assert_eq!(desk.act(Action::SignUp), []);
        let Status::Member(member) = &desk.counter.status else { panic!("{:?}", desk.counter.status) };
        assert_eq!((member.points, member.answered_at), (Points::new(value), moment()));
    }
}

#[test]
fn a_failed_lookup_shows_before_anything_is_sent() {
    for failure in FAILURES {
        let mut desk = CounterFixture::with_entry(TEN_DIGITS);
        let id = desk.look_up();
        desk.wait(1000);
        desk.act(Action::LookUp);
        assert_eq!(desk.answer(id, Err(failure)), [], "{failure:?}");
        assert_eq!(desk.form().checked, Checked::No(failure));
        assert_eq!(desk.form().draft.phone, "+7 999 111-22-33");
        desk.sign_up();
    }
}

#[test]
fn a_pass_is_looked_up_and_never_signed_up() {
    for (entry, id_text) in
        [("#SWIP-1", "SWIP-1"), ("abc", "abc"), ("#4006381333931", "4006381333931"), ("4006381333931", "4006381333931")]
    {
        let mut desk = CounterFixture::with_entry(entry);
        let effects = desk.act(Action::LookUp);
        let [Effect::LookUp { id, query: CustomerQuery::Pass(pass) }] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert_eq!(pass.as_str(), id_text);
        desk.wait(1000);
        desk.act(Action::LookUp);
        assert_eq!(desk.answer(*id, Ok(Lookup::Unknown)), []);
        assert!(matches!(desk.counter.status, Status::UnknownPass));
        assert_eq!(desk.act(Action::OpenForm), []);
        assert_eq!(desk.form().draft.phone, "");
        desk.wait(150);
        assert_eq!(desk.act(Action::SignUp), [], "a signup needs a phone");
        assert_eq!(desk.form().errors.get(&SignupField::Phone).copied(), Some(FieldError::Phone(PhoneError::Empty)));
    }
}

#[test]
fn a_bad_entry_shows_its_error_and_asks_nothing() {
    for (entry, error) in [
        ("", EntryError::Phone(PhoneError::Empty)),
        ("916", EntryError::Phone(PhoneError::TooShort)),
        ("+44 7700 900123", EntryError::Phone(PhoneError::Foreign)),
        ("#", EntryError::Pass(PassError::Empty)),
    ] {
        let mut desk = CounterFixture::with_entry(entry);
        assert_eq!(desk.act(Action::LookUp), []);
        assert_eq!(desk.counter.entry_error, Some(error), "{entry}");
        assert_eq!(desk.counter.status, Status::Ready);
        desk.type_entry(TEN_DIGITS);
        assert_eq!(desk.counter.entry_error, None);
    }
}

#[test]
fn late_answers_change_nothing_in_any_status() {
    for (name, mut desk) in every_status() {
        let before = format!("{:?}", desk.counter);
        for result in every_lookup_answer() {
            assert_eq!(desk.answer(foreign_id(), result), [], "{name}");
        }
        for result in every_signup_answer() {
            assert_eq!(desk.answer_signup(foreign_id(), result), [], "{name}");
        }
        assert_eq!(format!("{:?}", desk.counter), before, "{name}");
    }
}

#[test]
fn an_answer_of_the_wrong_kind_changes_nothing() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let id = desk.look_up();
    assert_eq!(desk.answer_signup(id, Ok(Submission::Registered)), []);
    assert!(matches!(desk.counter.status, Status::LookingUp(_)));
    let mut desk = CounterFixture::with_form();
    let id = desk.sign_up();
    assert_eq!(desk.answer(id, points(1)), []);
    assert!(matches!(desk.counter.status, Status::Sending(_)));
}

#[test]
fn every_answer_ends_the_waiting() {
    for entry in [TEN_DIGITS, "#SWIP-1"] {
        for result in every_lookup_answer() {
            let mut desk = CounterFixture::with_entry(entry);
            let id = desk.look_up();
            assert_eq!(desk.answer(id, result), []);
            assert!(!desk.is_waiting(), "{entry}: {result:?}");
            assert_eq!(desk.counter.recent.len(), 1);
        }
    }
    for result in every_signup_answer() {
        let mut desk = CounterFixture::with_form();
        let id = desk.sign_up();
        assert_eq!(desk.answer_signup(id, result), []);
        assert!(!desk.is_waiting(), "{result:?}");
        assert_eq!(desk.counter.recent.len(), 2);
    }
}

#[test]
fn an_edit_during_the_lookup_drops_the_answer() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let id = desk.look_up();
    desk.wait(1000);
    desk.act(Action::LookUp);
    desk.type_entry("999111223");
    assert_eq!(desk.counter.status, Status::Ready);
    assert_eq!(desk.answer(id, Ok(Lookup::Unknown)), []);
    assert_eq!(desk.counter.status, Status::Ready);
    assert!(desk.counter.recent.is_empty());
}

#[test]
fn escape_forgets_the_customer_and_drops_the_answer() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let id = desk.look_up();
    let generation = desk.counter.generation;
    assert_eq!(desk.act(Action::Clear), []);
    assert_eq!((desk.counter.entry.as_str(), &desk.counter.status), ("", &Status::Ready));
    assert!(desk.counter.generation > generation, "the next customer gets fresh fields");
    assert_eq!(desk.answer(id, points(3)), []);
    assert_eq!(desk.counter.status, Status::Ready);
}

#[test]
fn escape_leaves_every_status_but_one() {
    for (name, mut desk) in every_status() {
        assert_eq!(desk.act(Action::Clear), [], "{name}");
        let is_ready = desk.counter.status == Status::Ready;
        assert_eq!(is_ready, name != "sending", "{name}");
    }
}

#[test]
fn escape_while_sending_keeps_sending() {
    let mut desk = CounterFixture::with_form();
    let id = desk.sign_up();
    for action in [Action::Clear, Action::LookUp, Action::OpenForm, Action::SignUp, Action::SwitchKind, Action::Reopen]
    {
        assert_eq!(desk.act(action), []);
        assert!(matches!(&desk.counter.status, Status::Sending(sent) if sent.id == id), "{action:?}");
    }
    desk.answer_signup(id, Ok(Submission::Registered));
    let Status::Done(done) = &desk.counter.status else { panic!("{:?}", desk.counter.status) };
    assert_eq!((done.phone.digits(), done.submission), (FULL, Submission::Registered));
    assert_eq!(desk.counter.entry, "");
}

#[test]
fn enter_in_the_empty_box_after_a_signup_is_no_error() {
    let mut desk = CounterFixture::with_form();
    let id = desk.sign_up();
    desk.answer_signup(id, Ok(Submission::AlreadyMember));
    assert_eq!(desk.act(Action::LookUp), []);
    assert_eq!(desk.counter.entry_error, None);
    assert!(matches!(desk.counter.status, Status::Done(_)));
}

#[test]
fn an_error_appears_when_its_field_is_left_and_goes_when_it_is_mended() {
    let mut desk = CounterFixture::with_form();
    for (field, bad, good) in [
        (SignupField::Phone, "916", "9167795322"),
        (SignupField::FirstName, "Anna7", "Anna"),
        (SignupField::LastName, "...", "Lee"),
        (SignupField::Birthday, "31.02.1990", "28.02.1990"),
    ] {
        desk.type_field(field, bad);
        assert_eq!(desk.form().errors, SignupErrors::default(), "not while typing");
        assert_eq!(desk.act(Action::LeaveField(field)), []);
        let errors = desk.form().errors.clone();
        assert_ne!(errors, SignupErrors::default(), "{field:?}");
        desk.type_field(field, bad);
        assert_eq!(desk.form().errors, errors, "still wrong");
        desk.type_field(field, good);
        assert_eq!(desk.form().errors, SignupErrors::default(), "{field:?}");
    }
    desk.sign_up();
}

#[test]
fn a_name_that_is_left_shows_as_it_will_be_sent() {
    let mut desk = CounterFixture::with_form();
    desk.type_field(SignupField::FirstName, " O`ktam ");
    assert_eq!(desk.form().draft.first_name, " O`ktam ", "not while typing");
    desk.act(Action::LeaveField(SignupField::FirstName));
    assert_eq!(desk.form().draft.first_name, "O'ktam");
    let mut desk = CounterFixture::with_form();
    desk.type_field(SignupField::Phone, "916");
    desk.type_field(SignupField::LastName, "Анна–Мария\u{A0}\u{A0}Ли");
    desk.act(Action::SignUp);
    assert_eq!(desk.form().draft.last_name, "Анна-Мария Ли", "beside what is wrong");
}

#[test]
fn an_empty_field_is_left_in_peace() {
    let mut desk = CounterFixture::with_form();
    for field in [SignupField::Phone, SignupField::FirstName, SignupField::LastName, SignupField::Birthday] {
        desk.type_field(field, " ");
        desk.act(Action::LeaveField(field));
        assert_eq!(desk.form().errors, SignupErrors::default(), "{field:?}");
    }
}

#[test]
fn submit_shows_all_errors_and_leads_to_the_first() {
    let mut desk = CounterFixture::with_form();
    desk.type_field(SignupField::FirstName, "7");
    desk.type_field(SignupField::Birthday, "21.05.2025");
    assert_eq!(desk.act(Action::SignUp), []);
    let form = desk.form();
    assert_eq!(
        form.errors.get(&SignupField::FirstName).copied(),
        Some(FieldError::Name(NameError::UnexpectedCharacter))
    );
    assert_eq!(form.errors.get(&SignupField::Birthday).copied(), Some(FieldError::Birthday(BirthdayError::InFuture)));
    assert_eq!(form.errors.get(&SignupField::Phone), None);
    assert_eq!(form.focus, Some(SignupField::FirstName));
}

#[test]
fn the_stations_rules_hold_in_the_form() {
    let mut desk = CounterFixture::with_form();
    desk.preferences.minimum_age = 18;
    desk.type_field(SignupField::Birthday, "21.05.2007");
    assert_eq!(desk.act(Action::SignUp), []);
    assert_eq!(
        desk.form().errors.get(&SignupField::Birthday).copied(),
        Some(FieldError::Birthday(BirthdayError::TooYoung(18)))
    );
    desk.type_field(SignupField::Birthday, "20.05.2007");
    desk.sign_up();
}

#[test]
fn a_refused_signup_opens_the_form_again_with_everything_typed() {
    for failure in FAILURES {
        let mut desk = CounterFixture::with_form();
        desk.type_field(SignupField::FirstName, "Anna");
        desk.type_field(SignupField::LastName, "Lee");
        desk.type_field(SignupField::Birthday, "24.01.1990");
        let typed = desk.form().draft.clone();
        let id = desk.sign_up();
        assert_eq!(desk.answer_signup(id, Err(failure)), []);
        let form = desk.form();
        assert_eq!(form.failure, Some(failure));
        assert!(form.draft == typed, "{failure:?}");
        desk.type_field(SignupField::Phone, "9990000001");
        assert_eq!(desk.form().failure, None, "an edit answers the reproach");
        desk.sign_up();
    }
}

#[test]
fn a_thousand_submits_send_once() {
    let mut desk = CounterFixture::with_form();
    let sent: usize = (0..1000)
        .map(|_| {
            desk.wait(1);
            signups(&desk.act(Action::SignUp))
        })
        .sum();
    assert_eq!(sent, 1);
}

#[test]
fn a_thousand_enters_ask_once() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let sent: usize = (0..1000)
        .map(|_| {
            desk.wait(200);
            desk.act(Action::LookUp).len()
        })
        .sum();
    assert_eq!(sent, 1);
}

#[test]
fn a_member_may_still_be_signed_up_on_purpose() {
    let mut desk = CounterFixture::with_entry(TEN_DIGITS);
    let id = desk.look_up();
    desk.answer(id, points(0));
    assert_eq!(desk.act(Action::OpenForm), []);
    assert_eq!(desk.form().draft.phone, TEN_DIGITS);
    desk.sign_up();
}

#[test]
fn the_list_is_masked_and_bounded_and_starts_with_the_newest() {
    let mut desk = CounterFixture::new();
    for n in 0..50 {
        desk.type_entry(&format!("99911122{n:02}"));
        let id = desk.look_up();
        desk.answer(id, points(n));
    }
    desk.type_entry("#4006381333931");
    let id = desk.look_up();
    desk.answer(id, Err(REJECTED));
    let recent = &desk.counter.recent;
    assert_eq!(recent.len(), RECENT);
    assert_eq!(recent[0].outcome, CounterOutcome::Failed(REJECTED));
    assert_eq!(recent[1].outcome, CounterOutcome::Member(Points::new(49)));
    assert_eq!(recent[1].at, moment());
    for operation in recent {
        assert!(is_masked(&operation.masked), "{}", operation.masked);
    }
}

/// Records of today, newest first, as the journal tells them.
fn noted(records: &[(&str, Outcome)]) -> JournalAnswer {
    let row = |(phone, outcome): &(&str, Outcome)| {
        let phone = (!phone.is_empty()).then(|| Phone::parse(phone, PhoneRules::ANY).unwrap().mask());
        let kind = if phone.is_some() { Kind::Signup } else { Kind::LookupByPass };
        let record = Record { at_ms: 0, kind, outcome: *outcome, phone, attempts: 1, latency_ms: 0 };
        JournalRow { number: 1, at: moment(), record }
    };
    JournalAnswer::Recent(records.iter().map(row).collect())
}

#[test]
fn what_was_done_before_the_start_is_told_by_the_journal_once() {
    let mut desk = CounterFixture::new();
    let asked = desk.counter.ask_recent(&mut desk.ids);
    let Some(Effect::AskJournal { id, question: JournalQuestion::Recent }) = asked else { panic!("{asked:?}") };
    assert_eq!(desk.counter.ask_recent(&mut desk.ids), None, "it is being asked");
    // Meanwhile a customer is looked up, and noted down before the journal answers.
    desk.type_entry(TEN_DIGITS);
    let lookup = desk.look_up();
    desk.answer(lookup, points(7));
    let told = noted(&[(TEN_DIGITS, Outcome::Found), ("9161112244", Outcome::Saved), ("", Outcome::NotFound)]);
    desk.update(Event::RecentTold { id, result: Ok(told.clone()) });
    let list: Vec<_> = desk.counter.recent.iter().map(|one| (one.masked.as_str(), one.outcome)).collect();
    let expected = [
        ("+7 ••• •••-••-33", CounterOutcome::Member(Points::new(7))),
        ("+7 ••• •••-••-44", CounterOutcome::Noted(Outcome::Saved)),
        ("", CounterOutcome::Noted(Outcome::NotFound)),
    ];
    assert_eq!(list, expected);
    desk.update(Event::RecentTold { id, result: Ok(told) });
    assert_eq!(desk.counter.recent.len(), 3, "it was answered");
    assert_eq!(desk.counter.ask_recent(&mut desk.ids), None);
}

#[test]
fn a_question_whose_answer_did_not_reach_the_counter_is_asked_again() {
    let mut desk = CounterFixture::new();
    let first = desk.counter.ask_recent(&mut desk.ids);
    desk.counter = std::mem::take(&mut desk.counter).put_aside();
    let again = desk.counter.ask_recent(&mut desk.ids);
    assert!(again.is_some() && again != first);
    let Some(Effect::AskJournal { id, .. }) = again else { panic!("{again:?}") };
    desk.update(Event::RecentTold { id, result: Err(Failure::Storage) });
    assert_eq!((desk.counter.recent.len(), desk.counter.ask_recent(&mut desk.ids)), (0, None));
}

#[test]
fn nobody_leaves_for_the_journal_while_a_signup_runs() {
    let mut desk = CounterFixture::with_form();
    desk.sign_up();
    assert_eq!(desk.exit(Event::Acted(Action::Open(ManagerPage::Journal))), None);
    let mut desk = CounterFixture::new();
    assert_eq!(desk.exit(Event::Acted(Action::Open(ManagerPage::Journal))), Some(Exit::Open(ManagerPage::Journal)));
}

#[test]
fn help_is_there_at_any_time_but_while_a_signup_runs() {
    for (name, mut desk) in every_status() {
        let wanted = (!desk.counter.is_signing_up()).then_some(Exit::Open(ManagerPage::Help));
        assert_eq!(desk.exit(Event::Acted(Action::Open(ManagerPage::Help))), wanted, "{name}");
    }
}

#[test]
fn a_counter_that_is_set_down_keeps_its_customer_and_waits_for_nothing() {
    for (name, desk) in every_status() {
        let (entry, had_form) = (desk.counter.entry.clone(), matches!(desk.counter.status, Status::Form(_)));
        let was_asking = matches!(desk.counter.status, Status::LookingUp(_));
        let was_answered = desk.counter.is_entry_done;
        let counter = desk.counter.set_down();
        assert_eq!((&counter.entry, matches!(counter.status, Status::Form(_))), (&entry, had_form), "{name}");
        assert!(!matches!(counter.status, Status::LookingUp(_)), "{name}");
        assert!(counter.is_entry_done || !was_answered, "{name}: the next customer still replaces this one");
        assert!(!was_asking || counter.status == Status::Ready, "{name}");
    }
}

/// No more than the country code and the last two characters.
fn is_masked(text: &str) -> bool {
    let bare = text.strip_prefix("+7").unwrap_or(text);
    bare.chars().filter(char::is_ascii_alphanumeric).count() <= 2
}

#[test]
fn nothing_personal_is_in_debug_output() {
    let mut desk = CounterFixture::with_form();
    desk.type_field(SignupField::FirstName, "Anastasia");
    let id = desk.sign_up();
    let shown = format!("{:?}", desk.counter.status);
    assert!(!shown.contains("Anastasia") && !shown.contains("1112"), "{shown}");
    desk.answer_signup(id, Ok(Submission::Registered));
    let shown = format!("{:?} {:?}", desk.counter.status, desk.counter.recent);
    assert!(!shown.contains("1112"), "{shown}");
}

/// One thing that may happen at the counter.
#[derive(Clone, Copy, Debug)]
enum CounterEvent {
    Type(&'static str),
    TypeField(SignupField, &'static str),
    Act(Action),
    AnswerLookup(usize, Result<Lookup, Failure>),
    AnswerSignup(usize, Result<Submission, Failure>),
    Wait(u64),
}

fn happenings() -> impl Strategy<Value = Vec<CounterEvent>> {
    let entries = ["", "916", TEN_DIGITS, "9167795322", "#SWIP-1", "abc", "+44"];
    let fields = [SignupField::Phone, SignupField::FirstName, SignupField::LastName, SignupField::Birthday];
    let texts = ["", "Anna", "7", "9990000001", "24.01.1990", "31.02.1990"];
    let actions = [Action::LookUp, Action::OpenForm, Action::SignUp, Action::Clear, Action::SwitchKind, Action::Reopen];
    let any_field = prop::sample::select(fields.to_vec());
    let one = prop_oneof![
        3 => prop::sample::select(entries.to_vec()).prop_map(CounterEvent::Type),
        1 => (any_field.clone(), prop::sample::select(texts.to_vec())).prop_map(|(f, t)| CounterEvent::TypeField(f, t)),
        1 => any_field.prop_map(|field| CounterEvent::Act(Action::LeaveField(field))),
        8 => prop::sample::select(actions.to_vec()).prop_map(CounterEvent::Act),
        4 => (0..3_usize, prop::sample::select(every_lookup_answer())).prop_map(|(n, r)| CounterEvent::AnswerLookup(n, r)),
        3 => (0..3_usize, prop::sample::select(every_signup_answer())).prop_map(|(n, r)| CounterEvent::AnswerSignup(n, r)),
        2 => (0..400_u64).prop_map(CounterEvent::Wait),
    ];
    prop::collection::vec(one, 0..80)
}

/// What the world outside has been asked and has not answered.
#[derive(Default)]
struct SentRequests {
    lookups: Vec<RequestId>,
    signing_up: Vec<RequestId>,
    wishes: usize,
    signups: usize,
}

impl SentRequests {
    /// What was asked, and how often a person may have wished for it.
    fn note(&mut self, effects: &[Effect], desk: &CounterFixture) {
        assert!(effects.len() <= 1, "{effects:?}");
        for effect in effects {
            match effect {
                Effect::LookUp { id, .. } => {
                    assert!(matches!(&desk.counter.status, Status::LookingUp(asked) if asked.id == *id));
                    self.lookups.insert(0, *id);
                }
                Effect::Register { id, .. } => {
                    assert!(matches!(&desk.counter.status, Status::Sending(sent) if sent.id == *id));
                    self.signing_up.push(*id);
                    self.signups += 1;
                }
                other => panic!("the counter asks for {other:?}"),
            }
        }
        assert!(self.signups <= self.wishes, "{} signups for {} wishes", self.signups, self.wishes);
        assert!(desk.counter.recent.len() <= RECENT);
        assert!(desk.counter.recent.iter().all(|operation| is_masked(&operation.masked)));
        let shown = usize::from(matches!(desk.counter.status, Status::Sending(_)));
        assert_eq!(desk.counter.running.len() + shown, self.signing_up.len(), "each signup is waited for");
    }

    fn happens(&mut self, happening: CounterEvent, desk: &mut CounterFixture) {
        let effects = match happening {
            CounterEvent::Type(text) if desk.counter.shows_entry() => desk.type_entry(text),
            CounterEvent::TypeField(field, text) if matches!(desk.counter.status, Status::Form(_)) => {
                desk.type_field(field, text);
                Vec::new()
            }
            CounterEvent::Type(_) | CounterEvent::TypeField(..) => Vec::new(),
            CounterEvent::Act(action) => {
                let is_second = matches!(desk.counter.status, Status::LookingUp(_)) && action == Action::LookUp;
                self.wishes += usize::from(is_second || action == Action::SignUp);
                desk.act(action)
            }
            CounterEvent::AnswerLookup(n, result) => match self.lookups.get(n).copied() {
                Some(id) => {
                    self.lookups.remove(n);
                    desk.answer(id, result)
                }
                None => desk.answer(foreign_id(), result),
            },
            CounterEvent::AnswerSignup(n, result) => {
                let id = (n < self.signing_up.len()).then(|| self.signing_up.remove(n));
                desk.answer_signup(id.unwrap_or_else(foreign_id), result)
            }
            CounterEvent::Wait(millis) => {
                desk.wait(millis);
                Vec::new()
            }
        };
        self.note(&effects, desk);
    }
}

#[test]
fn whatever_happens_one_wish_is_one_signup_and_no_status_lasts_for_ever() {
    let config = ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_250_520),
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&happenings(), |happenings| {
        let (mut desk, mut asked) = (CounterFixture::new(), SentRequests::default());
        for happening in happenings {
            asked.happens(happening, &mut desk);
        }
        // Every request is answered in the end, and then nobody waits any more.
        while let Some(id) = asked.lookups.pop() {
            let effects = desk.answer(id, Ok(Lookup::Unknown));
            asked.note(&effects, &desk);
        }
        while let Some(id) = asked.signing_up.pop() {
            desk.answer_signup(id, Err(DOWN));
        }
        prop_assert!(!desk.is_waiting(), "{:?}", desk.counter.status);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn a_field_that_is_edited_and_left_in_one_frame_is_complained_about() {
    let mut desk = CounterFixture::with_form();
    desk.form().draft.birthday = "31.02.2020".to_owned();
    desk.act(Action::FinishField(SignupField::Birthday));
    assert_eq!(
        desk.form().errors.get(&SignupField::Birthday).copied(),
        Some(FieldError::Birthday(BirthdayError::NoSuchDay))
    );
}

#[test]
fn the_next_customer_begins_while_the_first_ones_signup_runs_and_no_answer_mixes() {
    for result in every_signup_answer() {
        let mut desk = CounterFixture::with_form();
        desk.type_field(SignupField::FirstName, "Anna");
        let first = desk.sign_up();
        assert_eq!((desk.counter.entry.as_str(), desk.counter.shows_entry()), ("", true));
        desk.type_entry("9990000001");
        assert_eq!(desk.counter.status, Status::Ready);
        let second = desk.look_up();
        desk.wait(500);
        assert_eq!(desk.answer_signup(first, result), []);
        assert!(matches!(&desk.counter.status, Status::LookingUp(asked) if asked.id == second), "{result:?}");
        assert_eq!(desk.counter.entry, "9990000001");
        let expected = result.map_or_else(CounterOutcome::Failed, CounterOutcome::SignedUp);
        assert_eq!(desk.counter.recent[0].outcome, expected, "its result is in the list");
        assert_eq!(desk.answer_signup(first, result), [], "the same answer again");
        assert_eq!(desk.counter.recent.len(), 2);
        desk.answer(second, points(7));
        assert!(matches!(&desk.counter.status, Status::Member(member) if member.points == Points::new(7)));
        // What did not go through waits, with everything typed.
        assert_eq!(desk.counter.unfinished().is_some(), result.is_err());
        desk.act(Action::Reopen);
        if let Err(failure) = result {
            assert_eq!((desk.form().failure, desk.form().draft.first_name.as_str()), (Some(failure), "Anna"));
            assert_eq!(desk.form().draft.phone, "+7 999 111-22-33");
            assert!(desk.counter.unfinished().is_none() && desk.counter.entry.is_empty());
        } else {
            assert!(matches!(desk.counter.status, Status::Member(_)));
        }
    }
}

#[test]
fn two_signups_run_and_each_answer_reaches_its_own() {
    let mut desk = CounterFixture::with_form();
    let first = desk.sign_up();
    desk.type_entry("9990000002");
    let lookup = desk.look_up();
    desk.answer(lookup, Ok(Lookup::Unknown));
    let second = desk.sign_up();
    assert_eq!(desk.counter.running.len(), 1);
    assert_eq!(desk.answer_signup(first, Ok(Submission::Saved)), []);
    assert!(matches!(&desk.counter.status, Status::Sending(sent) if sent.id == second));
    desk.answer_signup(second, Ok(Submission::Registered));
    let Status::Done(done) = &desk.counter.status else { panic!("{:?}", desk.counter.status) };
    assert_eq!((done.phone.digits(), done.submission), ("79990000002", Submission::Registered));
    assert_eq!(desk.counter.recent[0].masked, "+7 ••• •••-••-02");
    assert_eq!(desk.counter.recent[1].outcome, CounterOutcome::SignedUp(Submission::Saved));
}

#[test]
fn the_manager_is_not_called_while_a_signup_runs_behind_another_customer() {
    let mut desk = CounterFixture::with_form();
    let id = desk.sign_up();
    desk.type_entry("9");
    let exits = |desk: &mut CounterFixture| {
        let now = Now { uptime: desk.uptime, local: moment() };
        let texts = &desk.preferences.consents.texts;
        let consents = ConsentSources { merchant: texts, built_in: texts, language: &desk.preferences.language };
        let mut cx = UpdateContext { now, preferences: &desk.preferences, consents, ids: &mut desk.ids };
        desk.counter.update(Event::ManagerCalled, &mut cx).exit
    };
    assert_eq!(exits(&mut desk), None);
    desk.answer_signup(id, Ok(Submission::Registered));
    assert_eq!(exits(&mut desk), Some(Exit::Manager));
}

#[test]
fn one_key_switches_what_the_box_is_taken_for() {
    // A card of eleven digits that looks like a phone.
    let mut desk = CounterFixture::with_entry("+7 916 779-53-22");
    "89167795322".clone_into(&mut desk.counter.typed);
    assert_eq!(desk.counter.kind(), EntryKind::Phone);
    assert_eq!(desk.act(Action::SwitchKind), []);
    assert_eq!((desk.counter.kind(), desk.counter.entry.as_str()), (EntryKind::Pass, "89167795322"), "as it was typed");
    assert!(matches!(desk.act(Action::LookUp).as_slice(), [Effect::LookUp { query: CustomerQuery::Pass(_), .. }]));
    // Asked already: it is asked anew at once, and the first answer comes too late.
    let Status::LookingUp(asked) = &desk.counter.status else { panic!("{:?}", desk.counter.status) };
    let first = asked.id;
    let effects = desk.act(Action::SwitchKind);
    assert!(matches!(effects.as_slice(), [Effect::LookUp { query: CustomerQuery::Phone(_), .. }]), "{effects:?}");
    assert_eq!(desk.answer(first, Ok(Lookup::Unknown)), []);
    assert!(matches!(desk.counter.status, Status::LookingUp(_)));
    // Thirteen digits may be a phone with digits too many.
    let mut desk = CounterFixture::with_entry("4006381333931");
    assert_eq!(desk.counter.kind(), EntryKind::Pass);
    desk.act(Action::SwitchKind);
    assert_eq!(desk.counter.kind(), EntryKind::Phone);
    assert_eq!(desk.act(Action::LookUp), []);
    assert_eq!(desk.counter.entry_error, Some(EntryError::Phone(PhoneError::Foreign)));
    // Until the next customer.
    desk.type_entry("");
    desk.type_entry("4006381333931");
    assert_eq!(desk.counter.kind(), EntryKind::Pass);
    desk.act(Action::SwitchKind);
    desk.act(Action::Clear);
    desk.type_entry("4006381333931");
    assert_eq!(desk.counter.kind(), EntryKind::Pass);
    // What holds a letter is no phone, and an empty box is nothing.
    for entry in ["SWIP-0001", "#4006381333931", ""] {
        let mut desk = CounterFixture::with_entry(entry);
        let kind = desk.counter.kind();
        assert_eq!(desk.act(Action::SwitchKind), []);
        assert_eq!(desk.counter.kind(), kind, "{entry}");
    }
}

#[test]
fn what_replaces_an_answered_customer_is_taken_for_what_it_looks_like() {
    let mut desk = CounterFixture::with_entry("79167795322");
    desk.act(Action::SwitchKind);
    let id = desk.look_up();
    desk.answer(id, Ok(Lookup::Unknown));
    assert!(matches!(desk.counter.status, Status::UnknownPass));
    desk.type_entry("9161234567");
    assert_eq!(desk.counter.kind(), EntryKind::Phone);
}

#[test]
fn a_scan_is_the_next_customer_in_every_status_and_nothing_is_lost() {
    for (name, mut desk) in every_status() {
        let had_form = matches!(desk.counter.status, Status::Form(_));
        let was_signing_up = desk.counter.is_signing_up();
        let scanned = PassId::parse("79167795322").unwrap();
        let effects = desk.update(Event::Scanned(scanned.clone()));
        let [Effect::LookUp { id, query: CustomerQuery::Pass(pass) }] = effects.as_slice() else {
            panic!("{name}: {effects:?}");
        };
        assert_eq!(*pass, scanned, "{name}");
        assert_eq!((desk.counter.entry.as_str(), desk.counter.kind()), ("79167795322", EntryKind::Pass), "{name}");
        assert_eq!(desk.counter.unfinished().is_some(), had_form, "{name}");
        assert_eq!(desk.counter.is_signing_up(), was_signing_up, "{name}");
        desk.answer(*id, points(3));
        assert!(matches!(desk.counter.status, Status::Member(_)), "{name}");
    }
}
