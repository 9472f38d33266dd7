//! What the kiosk does with events, without a window and without a network.

use std::time::Duration;

use jiff::civil::{DateTime, date};

use super::time::NO_SOONER;
use super::*;
use crate::domain::consent::{ConsentTexts, How};
use crate::domain::failure::{Credentials, Refusal, Unavailable};
use crate::domain::settings::{AskedFields, IdleSeconds, InARow, PauseSeconds, Preferences};
use crate::domain::{
    Birthday, BirthdayError, CustomerQuery, FieldError, NameError, Now, PassError, PersonName, PhoneError, Points,
    Signup, SignupField,
};
use crate::effect::RequestIds;

const TEN_DIGITS: &str = "9991112233";
const REFUSED: Failure = Failure::Refused(Refusal::Rejected);
const DOWN: Failure = Failure::Unavailable(Unavailable::NoConnection);

const TEXTS: &str = "[personal_data 1 ru]\nДанные.\n[personal_data 1 en]\nData.\n[marketing 1 ru]\nРеклама.";

fn moment() -> DateTime {
    date(2025, 5, 20).at(12, 41, 0, 0)
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A kiosk with a clock that only the test moves, and ticks as often as a window would wake.
struct Stand {
    kiosk: Kiosk,
    ids: RequestIds,
    preferences: Preferences,
    built_in: ConsentTexts,
    language: LanguageTag,
    uptime: Duration,
}

impl Stand {
    fn new() -> Self {
        Self {
            kiosk: Kiosk::new(true),
            ids: RequestIds::default(),
            preferences: Preferences::default(),
            built_in: ConsentTexts::parse(TEXTS).unwrap(),
            language: LanguageTag::default(),
            uptime: seconds(1_000),
        }
    }

    fn asking_nothing() -> Self {
        let mut stand = Self::new();
        stand.preferences.kiosk.asks = AskedFields::new(SignupField::is_required);
        stand
    }

    fn with_points_by_phone() -> Self {
        let mut stand = Self::new();
        stand.preferences.kiosk.points_by_phone = true;
        stand
    }

    /// A signup that stands at its last page.
    fn at_confirm() -> Self {
        let mut stand = Self::asking_nothing();
        stand.join();
        stand.type_phone(TEN_DIGITS);
        stand.next();
        stand.act(Action::Consent(Purpose::PersonalData));
        stand.next();
        assert_eq!(stand.page(), Page::Confirm);
        stand
    }

    fn sending() -> (Self, RequestId) {
        let mut stand = Self::at_confirm();
        let id = stand.send();
        (stand, id)
    }

    fn now(&self) -> Now {
        Now { uptime: self.uptime, local: moment() }
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        let now = self.now();
        let consents = ConsentSources {
            merchant: &self.preferences.consents.texts,
            built_in: &self.built_in,
            language: &self.language,
        };
        let mut cx = UpdateContext { now, preferences: &self.preferences, consents, ids: &mut self.ids };
        self.kiosk.update(event, &mut cx).effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.update(Event::Acted(action))
    }

    fn call_manager(&mut self) -> Option<Exit> {
        let now = self.now();
        let texts = ConsentTexts::default();
        let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &self.language };
        let mut cx = UpdateContext { now, preferences: &self.preferences, consents, ids: &mut self.ids };
        self.kiosk.update(Event::ManagerCalled, &mut cx).exit
    }

    /// Lets time pass until the window would wake next.
    fn wake(&mut self) -> Vec<Effect> {
        let wait = self.kiosk.wakes_in(self.now(), &self.preferences.kiosk).expect("it wakes");
        self.uptime += wait.max(Duration::from_millis(1));
        self.update(Event::Ticked)
    }

    fn join(&mut self) {
        assert_eq!(self.act(Action::Join), []);
        self.wait(1_000);
    }

    /// Lets time pass in the steps in which the window would wake.
    fn wait(&mut self, millis: u64) {
        let until = self.uptime + Duration::from_millis(millis);
        loop {
            let wake = self.kiosk.wakes_in(self.now(), &self.preferences.kiosk);
            let next = wake.map_or(until, |wait| (self.uptime + wait.max(Duration::from_millis(1))).min(until));
            self.uptime = next;
            assert_eq!(self.update(Event::Ticked), []);
            if self.uptime >= until {
                return;
            }
        }
    }

    fn form(&mut self) -> &mut Form {
        match &mut self.kiosk.status {
            Status::Form(form) => form,
            other => panic!("no form but {other:?}"),
        }
    }

    fn page(&mut self) -> Page {
        self.form().page
    }

    fn type_phone(&mut self, text: &str) {
        text.clone_into(&mut self.form().draft.phone);
        assert_eq!(self.act(Action::Edit), []);
    }

    fn next(&mut self) {
        self.wait(400);
        assert_eq!(self.act(Action::Next), []);
    }

    fn send(&mut self) -> RequestId {
        self.wait(400);
        match self.act(Action::Next).as_slice() {
            [Effect::Register { id, .. }] => *id,
            other => panic!("no signup but {other:?}"),
        }
    }

    fn answer(&mut self, id: RequestId, result: Result<Submission, Failure>) {
        assert_eq!(self.update(Event::Registered { id, result }), []);
    }

    fn enter(&mut self, text: &str) {
        let Status::Points(entry) = &mut self.kiosk.status else { panic!("no entry") };
        text.clone_into(&mut entry.entry);
        assert_eq!(self.act(Action::Edit), []);
    }

    fn look_up(&mut self) -> (RequestId, CustomerQuery) {
        match self.act(Action::LookUp).pop() {
            Some(Effect::LookUp { id, query }) => (id, query),
            other => panic!("no lookup but {other:?}"),
        }
    }

    fn found(&self) -> FoundPoints {
        match &self.kiosk.status {
            Status::Answer(answer) => answer.found,
            other => panic!("no answer but {other:?}"),
        }
    }
}

#[test]
fn a_signup_goes_from_the_invitation_to_the_welcome_and_back() {
    let mut stand = Stand::new();
    let mut seen = Vec::new();
    stand.join();
    seen.push(stand.page());
    stand.type_phone(TEN_DIGITS);
    stand.next();
    for text in ["Анна", "Петрова"] {
        seen.push(stand.page());
        match stand.page() {
            Page::Field(SignupField::FirstName) => text.clone_into(&mut stand.form().draft.first_name),
            _ => text.clone_into(&mut stand.form().draft.last_name),
        }
        stand.next();
    }
    seen.push(stand.page());
    "24.01.1990".clone_into(&mut stand.form().draft.birthday);
    stand.next();
    seen.push(stand.page());
    stand.act(Action::Consent(Purpose::PersonalData));
    stand.next();
    seen.push(stand.page());
    assert_eq!(seen, pages(&stand.preferences.kiosk).collect::<Vec<_>>());
    stand.wait(400);
    let effects = stand.act(Action::Next);
    let [Effect::Register { id, signup, consents }] = effects.as_slice() else { panic!("{effects:?}") };
    let given: Vec<_> = consents.iter().map(|given| (given.asked.purpose, given.how)).collect();
    assert_eq!(given, [(Purpose::PersonalData, How::TickedByCustomer)]);
    let Signup { phone, first_name, last_name, birthday } = signup;
    assert_eq!(phone.digits(), "79991112233");
    assert_eq!(first_name.as_ref().map(PersonName::as_str), Some("Анна"));
    assert_eq!(last_name.as_ref().map(PersonName::as_str), Some("Петрова"));
    assert_eq!(birthday.map(Birthday::iso), Some("1990-01-24".to_owned()));
    stand.answer(*id, Ok(Submission::Registered));
    stand.wait(1_500);
    assert!(matches!(&stand.kiosk.status, Status::Done(done) if done.ending == Ending::Welcome));
    let generation = stand.kiosk.generation;
    stand.wait(10_000);
    assert_eq!((&stand.kiosk.status, stand.kiosk.generation), (&Status::Attract, generation + 1));
    assert_eq!(stand.kiosk.wakes_in(stand.now(), &stand.preferences.kiosk), None, "at rest nothing is drawn");
}

#[test]
fn only_what_is_asked_has_a_page() {
    let mut stand = Stand::new();
    for (first_name, last_name, birthday) in
        [(true, true, true), (true, false, false), (false, true, false), (false, false, true), (false, false, false)]
    {
        stand.preferences.kiosk.asks = AskedFields::new(|field| match field {
            SignupField::Phone => true,
            SignupField::FirstName => first_name,
            SignupField::LastName => last_name,
            SignupField::Birthday => birthday,
        });
        let pages: Vec<_> = pages(&stand.preferences.kiosk).collect();
        assert_eq!(pages.contains(&Page::Field(SignupField::FirstName)), first_name);
        assert_eq!(pages.contains(&Page::Field(SignupField::LastName)), last_name);
        assert_eq!(pages.contains(&Page::Field(SignupField::Birthday)), birthday);
        assert_eq!((pages[0], pages[pages.len() - 1]), (Page::Field(SignupField::Phone), Page::Confirm));
    }
}

#[test]
fn a_name_shows_as_it_will_be_sent_when_the_customer_comes_back_to_it() {
    let mut stand = Stand::new();
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    "Анна–Мария \u{A0} ".clone_into(&mut stand.form().draft.first_name);
    stand.next();
    assert_eq!(stand.page(), Page::Field(SignupField::LastName));
    stand.wait(400);
    stand.act(Action::Back);
    assert_eq!(stand.form().draft.first_name, "Анна-Мария");
}

#[test]
fn every_page_about_you_can_be_skipped_and_forgets_what_was_typed() {
    let mut stand = Stand::new();
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    "Анна".clone_into(&mut stand.form().draft.first_name);
    for page in
        [Page::Field(SignupField::FirstName), Page::Field(SignupField::LastName), Page::Field(SignupField::Birthday)]
    {
        assert_eq!(stand.page(), page);
        stand.wait(400);
        assert_eq!(stand.act(Action::Skip), []);
    }
    assert_eq!(stand.page(), Page::Consents);
    assert_eq!(stand.form().draft.first_name, "");
    stand.wait(400);
    assert_eq!(stand.act(Action::Skip), []);
    assert_eq!(stand.page(), Page::Consents, "this one cannot be skipped");
}

#[test]
fn what_is_wrong_stays_on_its_page_with_its_reason_until_it_is_mended() {
    let mut stand = Stand::new();
    stand.join();
    stand.type_phone("916");
    assert!(!stand.form().shows_error(), "not at the first key");
    stand.next();
    assert_eq!(
        (stand.page(), stand.form().errors.get(&SignupField::Phone).copied()),
        (Page::Field(SignupField::Phone), Some(FieldError::Phone(PhoneError::TooShort)))
    );
    stand.type_phone(TEN_DIGITS);
    assert!(!stand.form().shows_error());
    stand.next();
    "123".clone_into(&mut stand.form().draft.first_name);
    stand.next();
    assert_eq!(
        stand.form().errors.get(&SignupField::FirstName).copied(),
        Some(FieldError::Name(NameError::UnexpectedCharacter))
    );
    stand.wait(400);
    stand.act(Action::Skip);
    stand.next();
    "31.02.1990".clone_into(&mut stand.form().draft.birthday);
    stand.next();
    assert_eq!(
        (stand.page(), stand.form().errors.get(&SignupField::Birthday).copied()),
        (Page::Field(SignupField::Birthday), Some(FieldError::Birthday(BirthdayError::NoSuchDay)))
    );
    assert!(stand.form().wants_focus);
}

#[test]
fn no_box_is_ticked_before_the_customer_does_and_the_required_one_is_needed() {
    let mut stand = Stand::asking_nothing();
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    let ticks = |form: &Form| form.consents.boxes().map(|(_, is_ticked)| is_ticked).collect::<Vec<_>>();
    assert_eq!(ticks(stand.form()), [false, false]);
    stand.next();
    assert_eq!(stand.page(), Page::Consents);
    stand.act(Action::Consent(Purpose::Marketing));
    stand.next();
    assert_eq!(stand.page(), Page::Consents, "advertising is no consent to the rest");
    stand.act(Action::Consent(Purpose::PersonalData));
    stand.act(Action::Consent(Purpose::Marketing));
    stand.next();
    assert_eq!(stand.page(), Page::Confirm, "advertising is not required");
}

#[test]
fn a_tick_goes_with_the_words_it_was_made_under() {
    let mut stand = Stand::at_confirm();
    stand.act(Action::Back);
    assert!(stand.form().consents.is_complete());
    stand.act(Action::Speak(LanguageTag::parse("en").unwrap()));
    let texts: Vec<_> = stand.form().consents.boxes().map(|(asked, _)| asked.text.to_string()).collect();
    assert_eq!(texts, ["Data.", "Реклама."]);
    assert!(!stand.form().consents.is_complete());
}

#[test]
fn back_leads_page_by_page_to_the_beginning_and_forgets_nothing_on_the_way() {
    let mut stand = Stand::at_confirm();
    for page in [Page::Consents, Page::Field(SignupField::Phone)] {
        stand.act(Action::Back);
        assert_eq!(stand.page(), page);
    }
    assert_eq!(stand.form().draft.phone, TEN_DIGITS);
    assert!(stand.form().consents.is_complete());
    stand.act(Action::Back);
    assert_eq!((&stand.kiosk.status, stand.kiosk.generation), (&Status::Attract, 1));
}

#[test]
fn a_wrong_number_is_corrected_from_the_last_page() {
    let mut stand = Stand::at_confirm();
    stand.act(Action::Correct);
    assert_eq!((stand.page(), stand.form().draft.phone.as_str()), (Page::Field(SignupField::Phone), TEN_DIGITS));
}

#[test]
fn starting_over_forgets_the_customer_everywhere_but_while_sending() {
    let mut stand = Stand::at_confirm();
    stand.act(Action::Speak(LanguageTag::parse("en").unwrap()));
    stand.act(Action::Switch(Need::Large));
    stand.act(Action::StartOver);
    assert_eq!((&stand.kiosk.status, stand.kiosk.generation), (&Status::Attract, 1));
    assert_eq!((stand.kiosk.language.clone(), stand.kiosk.comfort), (None, Comfort::default()));
    let (mut stand, _) = Stand::sending();
    for action in [Action::StartOver, Action::Back, Action::Next, Action::Join] {
        assert_eq!(stand.act(action), []);
        assert!(matches!(stand.kiosk.status, Status::Sending(_)));
    }
}

#[test]
fn a_thousand_presses_send_one_signup() {
    let mut stand = Stand::at_confirm();
    stand.wait(400);
    let sent: usize = (0..1_000).map(|_| stand.act(Action::Next).len()).sum();
    assert_eq!(sent, 1);
}

#[test]
fn new_and_known_customers_see_the_same_after_the_same_time() {
    let mut shown = Vec::new();
    for (submission, after) in [(Submission::Registered, 1), (Submission::AlreadyMember, 900)] {
        let (mut stand, id) = Stand::sending();
        let sent = stand.uptime;
        stand.wait(after);
        stand.answer(id, Ok(submission));
        while matches!(stand.kiosk.status, Status::Sending(_)) {
            stand.wait(1);
        }
        let Status::Done(Finished { ending, phone, .. }) = &stand.kiosk.status else {
            panic!("{:?}", stand.kiosk.status)
        };
        shown.push((stand.now().since(sent), *ending, phone.to_string()));
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], (NO_SOONER, Ending::Welcome, "+7 ••• •••-••-33".to_owned()));
}

#[test]
fn a_stored_signup_says_so() {
    let (mut stand, id) = Stand::sending();
    stand.wait(8_000);
    stand.answer(id, Ok(Submission::Saved));
    assert!(matches!(&stand.kiosk.status, Status::Done(done) if done.ending == Ending::Saved));
}

#[test]
fn every_failure_a_refused_phone_too_ends_on_the_same_page() {
    let failures = [Failure::Storage, Failure::Internal, Failure::StationInUse, Failure::NotConfigured, DOWN];
    let refusals = [Refusal::Rejected, Refusal::AgainstRules, Refusal::Unacceptable].map(Failure::Refused);
    let failures = failures.into_iter().chain([Failure::Credentials(Credentials::TokenRejected)]);
    for failure in failures.chain(refusals) {
        let (mut stand, id) = Stand::sending();
        stand.answer(id, Err(failure));
        stand.wait(1_499);
        assert!(matches!(stand.kiosk.status, Status::Sending(_)), "as late as any other answer");
        stand.wait(1);
        assert!(matches!(stand.kiosk.status, Status::AskStaff { .. }), "{failure:?}");
        stand.wait(10_000);
        assert_eq!(stand.kiosk.status, Status::Attract);
    }
}

#[test]
fn a_kiosk_that_cannot_store_asks_nobody_for_anything() {
    let mut stand = Stand::new();
    stand.update(Event::Opened(false));
    stand.act(Action::Join);
    assert!(matches!(stand.kiosk.status, Status::AskStaff { .. }));
    let mut stand = Stand::at_confirm();
    stand.update(Event::Opened(false));
    stand.wait(400);
    assert_eq!(stand.act(Action::Next), []);
    assert!(matches!(stand.kiosk.status, Status::AskStaff { .. }));
}

#[test]
fn late_answers_change_nothing() {
    let (mut stand, id) = Stand::sending();
    stand.answer(id, Ok(Submission::Registered));
    stand.wait(20_000);
    assert_eq!(stand.kiosk.status, Status::Attract);
    stand.answer(id, Err(REFUSED));
    assert_eq!(stand.kiosk.status, Status::Attract);
    stand.join();
    stand.type_phone("916");
    let before = format!("{:?}", stand.kiosk);
    stand.answer(id, Ok(Submission::Saved));
    stand.update(Event::LookedUp { id, result: Ok(Lookup::Unknown) });
    assert_eq!(format!("{:?}", stand.kiosk), before);
    let (mut other, _) = Stand::sending();
    let before = format!("{:?}", other.kiosk);
    let foreign = other.ids.next_id();
    other.answer(foreign, Ok(Submission::Registered));
    assert_eq!(format!("{:?}", other.kiosk), before);
}

#[test]
fn nobody_waits_for_ever() {
    let (mut stand, id) = Stand::sending();
    stand.wait(40_000);
    assert!(matches!(stand.kiosk.status, Status::AskStaff { .. }));
    stand.answer(id, Ok(Submission::Registered));
    assert!(matches!(stand.kiosk.status, Status::AskStaff { .. }));
    let mut stand = Stand::new();
    stand.act(Action::AskPoints);
    stand.enter("#CARD-1");
    stand.look_up();
    stand.wait(40_000);
    assert_eq!(stand.found(), FoundPoints::Nothing);
}

#[test]
fn idle_asks_and_then_forgets_everything() {
    for idle in [20, 45, 300] {
        let mut stand = Stand::at_confirm();
        stand.preferences.kiosk.idle = IdleSeconds::new(idle).unwrap();
        stand.update(Event::Touched);
        let idle = u64::from(idle) * 1_000;
        stand.wait(idle - 1);
        assert_eq!(stand.kiosk.asked_since, None);
        stand.wait(1);
        assert_eq!(stand.kiosk.asked_since, Some(stand.uptime));
        stand.wait(14_999);
        assert_eq!(stand.page(), Page::Confirm);
        stand.wait(1);
        assert_eq!((&stand.kiosk.status, stand.kiosk.generation), (&Status::Attract, 1));
        assert_eq!(stand.kiosk.asked_since, None);
    }
}

#[test]
fn typing_never_brings_the_question_and_an_answer_extends_without_limit() {
    let mut stand = Stand::new();
    stand.act(Action::Join);
    for _ in 0..100 {
        stand.wait(44_999);
        assert_eq!(stand.kiosk.asked_since, None);
        stand.update(Event::Touched);
    }
    for _ in 0..100 {
        stand.wait(45_000 + 14_999);
        assert!(stand.kiosk.asked_since.is_some());
        stand.act(Action::StillHere);
        assert_eq!(stand.kiosk.asked_since, None);
    }
    assert_eq!(stand.page(), Page::Field(SignupField::Phone));
}

#[test]
fn while_it_is_asked_only_the_answer_to_that_counts() {
    let mut stand = Stand::new();
    stand.join();
    stand.wait(45_000);
    stand.update(Event::Touched);
    assert!(stand.kiosk.asked_since.is_some(), "the finger that comes down belongs to the question");
    for action in [Action::Edit, Action::Next, Action::Back, Action::ChooseComfort(true), Action::Correct] {
        assert_eq!(stand.act(action), []);
        assert!(stand.kiosk.asked_since.is_some());
    }
    assert_eq!(stand.page(), Page::Field(SignupField::Phone));
    stand.act(Action::StartOver);
    assert_eq!((&stand.kiosk.status, stand.kiosk.asked_since), (&Status::Attract, None));
}

#[test]
fn after_the_question_the_phone_is_not_shown_again() {
    let mut stand = Stand::at_confirm();
    assert!(stand.form().hidden_phone().is_none());
    stand.wait(45_000);
    stand.act(Action::StillHere);
    assert_eq!(stand.page(), Page::Confirm);
    for _ in 0..2 {
        let form = stand.form();
        let hidden = form.hidden_phone().expect("hidden").to_string();
        assert_eq!((hidden.as_str(), form.draft.phone.as_str()), ("+7 ••• •••-••-33", ""));
        stand.act(Action::Back);
    }
    stand.act(Action::Back);
    assert_eq!(stand.kiosk.status, Status::Attract, "it was the page of the phone");
    // It is signed up all the same, or another one that is typed in its place.
    for (typed, digits) in [("", "79991112233"), ("9991112244", "79991112244")] {
        let mut stand = Stand::at_confirm();
        stand.wait(45_000);
        stand.act(Action::StillHere);
        stand.act(Action::Correct);
        stand.type_phone(typed);
        assert_eq!(stand.form().hidden_phone().is_some(), typed.is_empty());
        stand.next();
        stand.next();
        stand.wait(400);
        let effects = stand.act(Action::Next);
        let [Effect::Register { signup, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(signup.phone.digits(), digits);
    }
}

#[test]
fn after_the_question_nothing_of_a_phone_by_half_or_of_one_for_points_is_left() {
    let mut stand = Stand::new();
    stand.act(Action::Join);
    stand.type_phone("916779532");
    stand.next();
    assert!(stand.form().shows_error());
    stand.wait(45_000);
    stand.act(Action::StillHere);
    let form = stand.form();
    assert!(form.draft.phone.is_empty() && form.hidden_phone().is_none() && !form.shows_error());

    let mut stand = Stand::with_points_by_phone();
    stand.act(Action::AskPoints);
    stand.enter(TEN_DIGITS);
    stand.wait(45_000);
    stand.act(Action::StillHere);
    let Status::Points(entry) = &stand.kiosk.status else { panic!("{:?}", stand.kiosk.status) };
    assert_eq!((entry.entry.as_str(), entry.typed.as_str()), ("", ""));
}

#[test]
fn a_result_goes_after_ten_seconds_and_stays_while_it_is_touched() {
    let (mut stand, id) = Stand::sending();
    stand.answer(id, Ok(Submission::Registered));
    stand.wait(1_500);
    for _ in 0..20 {
        stand.wait(9_999);
        stand.update(Event::Touched);
    }
    assert!(matches!(stand.kiosk.status, Status::Done(_)));
    stand.wait(10_000);
    assert_eq!(stand.kiosk.status, Status::Attract);
}

#[test]
fn a_result_with_a_code_to_scan_stays_for_thirty_seconds() {
    for (shows_code, millis) in [(true, 30_000), (false, 10_000)] {
        let (mut stand, id) = Stand::sending();
        stand.kiosk.set_shows_code(shows_code);
        stand.answer(id, Ok(Submission::Registered));
        stand.wait(1_500);
        assert!(matches!(stand.kiosk.status, Status::Done(_)));
        stand.wait(millis - 1);
        assert!(matches!(stand.kiosk.status, Status::Done(_)), "{shows_code}");
        stand.wait(1);
        assert_eq!(stand.kiosk.status, Status::Attract, "{shows_code}");
    }
    // A result that shows no code goes as every other.
    let mut stand = Stand::new();
    stand.kiosk.set_shows_code(true);
    stand.kiosk.status = Status::AskStaff { since: stand.uptime };
    stand.wait(10_000);
    assert_eq!(stand.kiosk.status, Status::Attract);
}

#[test]
fn the_countdown_is_drawn_once_a_second() {
    let (mut stand, id) = Stand::sending();
    stand.answer(id, Ok(Submission::Registered));
    stand.wait(1_500);
    let mut wakes = 0;
    while matches!(stand.kiosk.status, Status::Done(_)) {
        let wait = stand.kiosk.wakes_in(stand.now(), &stand.preferences.kiosk).unwrap();
        stand.uptime += wait;
        stand.update(Event::Ticked);
        wakes += 1;
    }
    assert_eq!(wakes, 10);
}

#[test]
fn a_choice_left_on_the_invitation_goes_back_by_itself() {
    let mut stand = Stand::new();
    stand.act(Action::Speak(LanguageTag::parse("en").unwrap()));
    stand.wait(44_999);
    assert!(stand.kiosk.language.is_some());
    stand.wait(1);
    assert_eq!((stand.kiosk.language.clone(), stand.kiosk.generation), (None, 1));
    stand.act(Action::ChooseComfort(true));
    stand.act(Action::Switch(Need::HighContrast));
    stand.act(Action::Switch(Need::Low));
    assert!(stand.kiosk.comfort.is_high_contrast && stand.kiosk.comfort.is_low);
    stand.wait(45_000);
    assert_eq!((stand.kiosk.comfort, stand.kiosk.is_choosing_comfort), (Comfort::default(), false));
}

/// Brings one customer to the last press, and gives the time from it to the sending.
fn sign_one_up(stand: &mut Stand, answer: Result<Submission, Failure>) -> Duration {
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    stand.act(Action::Consent(Purpose::PersonalData));
    stand.next();
    stand.wait(400);
    let pressed = stand.uptime;
    let mut effects = stand.act(Action::Next);
    while effects.is_empty() {
        effects = stand.wake();
    }
    let [Effect::Register { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let waited = stand.now().since(pressed);
    stand.answer(*id, answer);
    stand.wait(1_500);
    stand.act(Action::StartOver);
    waited
}

const SIGNED_UP: Result<Submission, Failure> = Ok(Submission::Registered);

#[test]
fn a_thousand_honest_customers_never_meet_a_limit() {
    let mut stand = Stand::asking_nothing();
    let mut seed: u64 = 1;
    let mut waited = Duration::ZERO;
    let mut answers = [SIGNED_UP, Ok(Submission::AlreadyMember), Ok(Submission::Saved)].into_iter().cycle();
    for customer in 0..1_000 {
        waited += sign_one_up(&mut stand, answers.next().unwrap());
        if customer % 100 < 10 {
            // Ten of each hundred come as one group, one right after the other.
            continue;
        }
        // Thirty an hour, now closer to each other and now less.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        stand.wait(20_000 + (seed >> 33) % 200_000);
    }
    assert_eq!(waited, Duration::ZERO);
}

#[test]
fn a_thousand_invented_phones_slow_down_and_keep_nobody_waiting_for_a_minute() {
    let mut stand = Stand::asking_nothing();
    let began = stand.uptime;
    let answers = [SIGNED_UP, Ok(Submission::AlreadyMember), Err(REFUSED), Ok(Submission::Saved)];
    for answer in answers.into_iter().cycle().take(1_000) {
        assert!(sign_one_up(&mut stand, answer) <= seconds(30));
    }
    assert!(stand.now().since(began) >= seconds(985 * 30), "all answers count: {:?}", stand.now().since(began));
    // He is gone, and the next ones come one right after the other.
    for _ in 0..10 {
        assert!(sign_one_up(&mut stand, SIGNED_UP) <= seconds(30));
    }
    stand.wait(60_000);
    assert_eq!(sign_one_up(&mut stand, SIGNED_UP), Duration::ZERO);
}

#[test]
fn staff_lifts_what_slows_customers_down_and_settings_say_how_much_it_is() {
    let mut stand = Stand::asking_nothing();
    stand.preferences.kiosk.in_a_row = InARow::new(12).unwrap();
    stand.preferences.kiosk.pause = PauseSeconds::new(60).unwrap();
    let waits: Vec<_> = (0..16).map(|_| sign_one_up(&mut stand, SIGNED_UP)).collect();
    assert_eq!(waits[..12], [Duration::ZERO; 12]);
    assert!(waits[15] > seconds(30), "{waits:?}");
    stand.kiosk.lift_limits();
    assert_eq!(sign_one_up(&mut stand, SIGNED_UP), Duration::ZERO);
}

#[test]
fn a_manager_does_not_wait_for_a_signup_that_is_held_back() {
    let mut stand = Stand::asking_nothing();
    while sign_one_up(&mut stand, SIGNED_UP).is_zero() {}
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    stand.act(Action::Consent(Purpose::PersonalData));
    stand.next();
    stand.wait(400);
    assert_eq!(stand.act(Action::Next), []);
    assert_eq!(stand.call_manager(), Some(Exit::Manager));
    let (mut stand, _) = Stand::sending();
    assert_eq!(stand.call_manager(), None, "the customer sees how it ends");
}

#[test]
fn whoever_comes_after_a_long_darkness_finds_nothing_of_the_last_customer() {
    let mut stand = Stand::new();
    stand.join();
    stand.type_phone(TEN_DIGITS);
    // Not one frame was drawn meanwhile.
    stand.uptime += seconds(3600);
    stand.update(Event::Ticked);
    stand.update(Event::Touched);
    assert_eq!(stand.kiosk.status, Status::Attract);
    assert_eq!(stand.kiosk.asked_since, None);
}

#[test]
fn after_a_card_that_cannot_be_read_the_next_one_can() {
    let mut stand = Stand::new();
    stand.act(Action::AskPoints);
    stand.enter(&"x".repeat(100));
    assert_eq!(stand.act(Action::LookUp), []);
    let Status::Points(entry) = &stand.kiosk.status else { panic!("{:?}", stand.kiosk.status) };
    assert_eq!((entry.entry.as_str(), entry.error), ("", Some(PointsEntryError::Pass(PassError::TooLong))));
    stand.enter("4006381333931");
    assert!(matches!(stand.look_up().1, CustomerQuery::Pass(_)));
}

#[test]
fn points_are_asked_for_by_card_only_unless_the_station_says_otherwise() {
    for text in ["#CARD-1", "CARD-1", "4006381333931", TEN_DIGITS] {
        let mut stand = Stand::new();
        stand.act(Action::AskPoints);
        stand.enter(text);
        let (_, query) = stand.look_up();
        assert!(matches!(&query, CustomerQuery::Pass(_)), "{text}");
    }
    let mut stand = Stand::new();
    stand.act(Action::AskPoints);
    assert_eq!(stand.act(Action::LookUp), []);
    let Status::Points(entry) = &stand.kiosk.status else { panic!("{:?}", stand.kiosk.status) };
    assert_eq!(entry.error, Some(PointsEntryError::Pass(PassError::Empty)));
}

#[test]
fn where_phones_are_taken_a_scanned_number_is_a_card_and_a_typed_one_a_phone() {
    let mut stand = Stand::with_points_by_phone();
    stand.act(Action::AskPoints);
    stand.enter(TEN_DIGITS);
    assert!(matches!(stand.look_up().1, CustomerQuery::Phone(phone) if phone.digits() == "79991112233"));
    let mut stand = Stand::with_points_by_phone();
    stand.act(Action::AskPoints);
    let scanned = Event::Scanned(PassId::parse(TEN_DIGITS).unwrap());
    assert!(matches!(stand.update(scanned).as_slice(), [Effect::LookUp { query: CustomerQuery::Pass(_), .. }]));
    let mut stand = Stand::with_points_by_phone();
    stand.act(Action::AskPoints);
    stand.enter("916");
    assert_eq!(stand.act(Action::LookUp), []);
    let Status::Points(entry) = &stand.kiosk.status else { panic!("{:?}", stand.kiosk.status) };
    assert_eq!(entry.error, Some(PointsEntryError::Phone(PhoneError::TooShort)));
}

#[test]
fn points_show_with_their_time_and_go_after_ten_seconds() {
    let mut stand = Stand::new();
    for (result, found) in [
        (Ok(Lookup::Member(Points::new(5))), FoundPoints::Points(Points::new(5), moment())),
        (Ok(Lookup::Unknown), FoundPoints::Nobody),
        (Err(DOWN), FoundPoints::Nothing),
    ] {
        stand.act(Action::AskPoints);
        stand.enter("#CARD-1");
        let (id, _) = stand.look_up();
        assert_eq!(stand.act(Action::LookUp), [], "one press, one question");
        stand.update(Event::LookedUp { id, result });
        assert_eq!(stand.found(), found);
        stand.wait(10_000);
        assert_eq!(stand.kiosk.status, Status::Attract);
        stand.update(Event::LookedUp { id, result });
        assert_eq!(stand.kiosk.status, Status::Attract);
    }
}

/// Asks for points once, and gives how long it took until SWiP was asked.
fn ask_for(stand: &mut Stand, text: &str) -> Duration {
    stand.act(Action::AskPoints);
    stand.enter(text);
    let pressed = stand.uptime;
    let mut effects = stand.act(Action::LookUp);
    while effects.is_empty() {
        effects = stand.wake();
    }
    let [Effect::LookUp { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    stand.update(Event::LookedUp { id: *id, result: Ok(Lookup::Unknown) });
    stand.act(Action::StartOver);
    stand.now().since(pressed)
}

#[test]
fn cards_and_phones_that_are_tried_one_after_another_slow_down_alike() {
    for (by_phone, text) in [(false, "#CARD-1"), (false, "4006381333931"), (true, "999 111-22-33"), (true, "#CARD-1")] {
        let mut stand = Stand::new();
        stand.preferences.kiosk.points_by_phone = by_phone;
        let mut asked = 0;
        let until = stand.uptime + seconds(600);
        while stand.uptime < until {
            assert!(ask_for(&mut stand, text) <= seconds(30));
            stand.uptime += Duration::from_millis(500);
            asked += 1;
        }
        assert!((30..=36).contains(&asked), "{asked} in ten minutes");
        // Whoever comes a minute later.
        stand.wait(60_000);
        assert_eq!(ask_for(&mut stand, text), Duration::ZERO);
    }
}

#[test]
fn whoever_is_held_back_waits_once_and_not_anew_when_it_is_sent() {
    let mut stand = Stand::asking_nothing();
    while sign_one_up(&mut stand, SIGNED_UP).is_zero() {}
    stand.join();
    stand.type_phone(TEN_DIGITS);
    stand.next();
    stand.act(Action::Consent(Purpose::PersonalData));
    stand.next();
    stand.wait(400);
    let pressed = stand.uptime;
    assert_eq!(stand.act(Action::Next), [], "held back");
    while stand.wake().is_empty() {}
    let Status::Sending(sent) = &stand.kiosk.status else { panic!("{:?}", stand.kiosk.status) };
    assert!(stand.uptime > pressed + seconds(10));
    assert_eq!((sent.since, sent.sent_at), (pressed, stand.uptime));
}

#[test]
fn a_card_scanned_beneath_the_choices_of_comfort_is_seen() {
    let mut stand = Stand::new();
    stand.act(Action::AskPoints);
    stand.act(Action::ChooseComfort(true));
    let scanned = Event::Scanned(PassId::parse("4006381333931").unwrap());
    assert!(matches!(stand.update(scanned).as_slice(), [Effect::LookUp { .. }]));
    assert!(!stand.kiosk.is_choosing_comfort);
}

#[test]
fn a_kiosk_put_aside_is_the_next_customers_and_still_counts() {
    let mut stand = Stand::asking_nothing();
    while sign_one_up(&mut stand, SIGNED_UP).is_zero() {}
    let generation = stand.kiosk.generation;
    stand.kiosk = std::mem::replace(&mut stand.kiosk, Kiosk::new(true)).put_aside();
    assert_eq!(stand.kiosk.generation, generation + 1);
    assert!(!sign_one_up(&mut stand, SIGNED_UP).is_zero());
}

#[test]
fn debug_output_names_nobody() {
    let (mut stand, _) = Stand::sending();
    let shown = format!("{:?}", stand.kiosk);
    assert!(!shown.contains("999111"), "{shown}");
    stand.kiosk.end_customer();
    stand.act(Action::AskPoints);
    stand.enter("8999111");
    assert!(!format!("{:?}", stand.kiosk).contains("8999111"));
}

#[test]
fn a_scan_counts_before_and_on_the_page_of_points_only() {
    let scanned = || Event::Scanned(PassId::parse("79167795322").unwrap());
    let mut stand = Stand::new();
    assert!(matches!(stand.update(scanned()).as_slice(), [Effect::LookUp { query: CustomerQuery::Pass(_), .. }]));
    assert_eq!(stand.update(scanned()), [], "while it is asked");
    let mut stand = Stand::new();
    stand.act(Action::AskPoints);
    assert!(matches!(stand.update(scanned()).as_slice(), [Effect::LookUp { query: CustomerQuery::Pass(_), .. }]));
    let mut stand = Stand::at_confirm();
    let before = format!("{:?}", stand.kiosk.status);
    assert_eq!(stand.update(scanned()), []);
    assert_eq!(format!("{:?}", stand.kiosk.status), before);
}
