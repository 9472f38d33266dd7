//! The manager's door in the program as a whole: who gets through it, and when it shuts.

use super::*;
use crate::app::corner::Corner;
use crate::domain::balances::ListQuestion;
use crate::domain::delivery::{Concern, EntryState};
use crate::domain::pin::wait_after;
use crate::domain::queue::QueueEntry;
use crate::screens::door::{self, PinPurpose, Status as DoorStatus};

const RIGHT: &str = "802947";
const WRONG: &str = "729461";

fn with_pin(mode: Mode, pin: PinState) -> Opened {
    let mut settings = some_settings("Main street", "ru");
    settings.preferences.mode = mode;
    let mut opened = opened(Some(settings), false);
    opened.keys.pin = pin;
    opened
}

fn guarded_counter() -> State {
    State::new(with_pin(Mode::Counter, PinState::Set), None)
}

fn a_kiosk(pin: PinState) -> State {
    State::new(with_pin(Mode::Kiosk, pin), None)
}

fn door_of(state: &mut State) -> &mut door::Door {
    match &mut state.screen {
        Screen::Door(door) => door,
        other => panic!("no door but {other:?}"),
    }
}

fn act(state: &mut State, action: door::Action, second: u64) -> Vec<Effect> {
    state.update(on_door(action), at(second))
}

fn type_pin(state: &mut State, digits: &str, second: u64) -> Vec<Effect> {
    for digit in digits.bytes() {
        door_of(state).typed.push(digit - b'0');
    }
    act(state, door::Action::Edit, second);
    act(state, door::Action::Submit, second)
}

/// Types digits that are tried, and answers.
fn try_pin(state: &mut State, digits: &str, verdict: PinVerdict, second: u64) -> Vec<Effect> {
    let effects = type_pin(state, digits, second);
    let [Effect::TryPin { id, at: tried, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    state.update(Event::PinTried { id: *id, at: *tried, result: Ok(verdict) }, at(second))
}

fn choose_pin(state: &mut State, digits: &str, second: u64) {
    assert_eq!(type_pin(state, digits, second), []);
    let effects = type_pin(state, digits, second);
    let [Effect::SetPin { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    state.update(Event::PinSet { id: *id, result: Ok(()) }, at(second));
}

fn press_corners(state: &mut State, presses: u64, second: u64) {
    for press in 0..presses {
        let mut now = at(second);
        now.uptime += Duration::from_millis(200 * press);
        assert_eq!(state.update(Event::Shell(ShellAction::PressCorner(Corner::TopLeft)), now), []);
    }
}

/// Opens the settings at the counter.
fn open_settings(state: &mut State, second: u64) {
    state.update(Event::Shell(ShellAction::OpenSettings), at(second));
    try_pin(state, RIGHT, PinVerdict::Right, second);
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn the_gear_asks_for_the_pin_and_only_the_right_one_leads_to_the_settings() {
    let mut state = guarded_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    assert_eq!(name_of(&state.screen), "door");
    for event in [
        Event::Shell(ShellAction::OpenSettings),
        on_settings(settings::Action::Save),
        on_settings(settings::Action::ChoosePin),
        on_out_of_service(out_of_service::Action::SetPin),
        on_welcome(welcome::Action::Connect),
        on_counter(counter::Action::OpenForm),
    ] {
        assert_eq!(state.update(event, at(2)), []);
        assert_eq!(name_of(&state.screen), "door");
    }
    try_pin(&mut state, WRONG, PinVerdict::Wrong { wait: Duration::ZERO }, 3);
    assert_eq!((name_of(&state.screen), door_of(&mut state).status), ("door", DoorStatus::Wrong));
    try_pin(&mut state, RIGHT, PinVerdict::Right, 4);
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn whoever_turns_back_is_at_the_counter_with_the_list_of_the_day() {
    let mut state = guarded_counter();
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Member(Points::new(5))) }, at(11));
    state.update(Event::Shell(ShellAction::OpenSettings), at(12));
    act(&mut state, door::Action::Leave, 13);
    assert_eq!(counter_of(&mut state).recent.len(), 1);
    open_settings(&mut state, 14);
    state.update(on_settings(settings::Action::Leave), at(15));
    assert_eq!(counter_of(&mut state).recent.len(), 1);
}

fn on_journal(action: journal::Action) -> Event {
    Event::Screen(ScreenEvent::Journal(journal::Event::Acted(action)))
}

#[test]
fn a_key_leads_from_the_counter_over_the_pin_to_the_queue_and_a_trial_has_none() {
    let mut state = guarded_counter();
    state.update(on_counter(counter::Action::Open(ManagerPage::Queue)), at(1));
    assert_eq!(name_of(&state.screen), "door");
    try_pin(&mut state, RIGHT, PinVerdict::Right, 2);
    assert_eq!((name_of(&state.screen), state.screen.audience()), ("queue", Audience::Manager));
    state.update(Event::Screen(ScreenEvent::Queue(queue::Event::Acted(queue::Action::Leave))), at(3));
    assert_eq!(name_of(&state.screen), "counter");
    state.station.trial = Trial::Whole;
    assert_eq!(state.update(on_counter(counter::Action::Open(ManagerPage::Queue)), at(4)), []);
    assert_eq!(name_of(&state.screen), "counter");
}

#[test]
fn the_journal_is_behind_the_pin_and_leads_back_to_where_it_was_asked_for() {
    let mut state = guarded_counter();
    assert_eq!(state.update(on_counter(counter::Action::Open(ManagerPage::Journal)), at(1)), []);
    assert_eq!(name_of(&state.screen), "door");
    try_pin(&mut state, WRONG, PinVerdict::Wrong { wait: Duration::ZERO }, 2);
    assert_eq!(name_of(&state.screen), "door");
    try_pin(&mut state, RIGHT, PinVerdict::Right, 3);
    assert_eq!((name_of(&state.screen), state.screen.audience()), ("journal", Audience::Manager));
    state.update(on_journal(journal::Action::Leave), at(4));
    assert_eq!(name_of(&state.screen), "counter");
    open_settings(&mut state, 5);
    assert_eq!(
        state.update(on_settings(settings::Action::Open(ManagerPage::Journal)), at(6)).len(),
        2,
        "figures and records"
    );
    state.update(on_journal(journal::Action::Leave), at(7));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn whoever_turns_back_at_the_door_has_not_asked_for_the_journal() {
    let mut state = guarded_counter();
    state.update(on_counter(counter::Action::Open(ManagerPage::Journal)), at(1));
    act(&mut state, door::Action::Leave, 2);
    assert_eq!(name_of(&state.screen), "counter");
    open_settings(&mut state, 3);
}

#[test]
fn a_minute_at_the_journal_without_a_touch_shuts_the_door() {
    let mut state = guarded_counter();
    state.update(on_counter(counter::Action::Open(ManagerPage::Journal)), at(1));
    try_pin(&mut state, RIGHT, PinVerdict::Right, 2);
    state.lock_if_idle(at(70));
    assert_eq!(name_of(&state.screen), "counter");
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::ManagerTimedOut));
}

fn on_queue(action: queue::Action) -> Event {
    Event::Screen(ScreenEvent::Queue(queue::Event::Acted(action)))
}

fn one_refused() -> QueueList {
    let entry = QueueEntry {
        id: 7,
        state: EntryState::Attention(Concern::Refused(Refusal::Rejected)),
        taken: jiff::civil::date(2026, 3, 1).at(11, 0, 0, 0),
        attempts: 1,
        phone_masked: None,
    };
    QueueList { entries: vec![entry], ..QueueList::default() }
}

#[test]
fn the_queue_is_read_anew_when_somebody_comes_back_to_it_from_the_pad() {
    let changed = || Event::QueueChanged(QueueStatus::default());
    let lists = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::ListQueue { .. })).count();
    let at_the_queue = || {
        let mut state = guarded_counter();
        open_settings(&mut state, 1);
        let effects = state.update(on_settings(settings::Action::Open(ManagerPage::Queue)), at(2));
        let [Effect::ListQueue { id }] = effects.as_slice() else { panic!("{effects:?}") };
        state.update(Event::QueueListed { id: *id, result: Ok(one_refused()) }, at(2));
        state.update(on_queue(queue::Action::Select(7)), at(3));
        state
    };
    for is_opened in [true, false] {
        let mut state = at_the_queue();
        // The queue changes and is read, and before it is there somebody is at the pad.
        let effects = state.update(changed(), at(4));
        let [Effect::ListQueue { id }] = effects.as_slice() else { panic!("{effects:?}") };
        state.update(on_queue(queue::Action::Reveal), at(5));
        assert_eq!(name_of(&state.screen), "door");
        state.update(Event::QueueListed { id: *id, result: Ok(one_refused()) }, at(6));
        state.update(changed(), at(6));
        let back = if is_opened {
            try_pin(&mut state, RIGHT, PinVerdict::Right, 7)
        } else {
            act(&mut state, door::Action::Leave, 7)
        };
        assert_eq!(name_of(&state.screen), "queue");
        assert_eq!(lists(&back), 1, "opened: {is_opened}: {back:?}");
        assert_eq!(back.iter().any(|effect| matches!(effect, Effect::WorkOnQueue { .. })), is_opened, "{back:?}");
        let Some(Effect::ListQueue { id }) = back.iter().find(|effect| matches!(effect, Effect::ListQueue { .. }))
        else {
            panic!("{back:?}")
        };
        state.update(Event::QueueListed { id: *id, result: Ok(one_refused()) }, at(8));
        assert_eq!(lists(&state.update(changed(), at(9))), 1, "and goes on being read");
    }
}

fn on_help(action: help::Action) -> Event {
    Event::Screen(ScreenEvent::Help(help::Event::Acted(action)))
}

#[test]
fn help_at_the_counter_needs_no_pin_and_opens_nothing() {
    let mut state = guarded_counter();
    "91677".clone_into(&mut counter_of(&mut state).entry);
    assert_eq!(state.update(on_counter(counter::Action::Open(ManagerPage::Help)), at(1)), []);
    assert_eq!((name_of(&state.screen), state.screen.audience()), ("help", Audience::Staff));
    for event in [Event::Shell(ShellAction::OpenSettings), on_settings(settings::Action::Save)] {
        assert_eq!(state.update(event, at(2)), []);
        assert_eq!(name_of(&state.screen), "help");
    }
    state.lock_if_idle(at(600));
    assert_eq!((name_of(&state.screen), state.toast), ("help", None), "nobody's stay ends");
    state.update(on_help(help::Action::Leave), at(601));
    assert_eq!(counter_of(&mut state).entry, "91677");
}

#[test]
fn an_answer_that_comes_while_somebody_reads_help_changes_nothing() {
    let mut state = guarded_counter();
    let id = look_up(&mut state, "9167795322");
    state.update(on_counter(counter::Action::Open(ManagerPage::Help)), at(11));
    state.update(Event::LookedUp { id, result: Ok(Lookup::Member(Points::new(5))) }, at(12));
    state.update(on_help(help::Action::Leave), at(13));
    let counter = counter_of(&mut state);
    assert_eq!((counter.entry.as_str(), &counter.status), ("9167795322", &counter::Status::Ready));
}

#[test]
fn help_in_the_settings_leads_back_to_them_and_ends_with_the_stay() {
    let mut state = guarded_counter();
    open_settings(&mut state, 1);
    state.update(on_settings(settings::Action::Open(ManagerPage::Help)), at(2));
    assert_eq!((name_of(&state.screen), state.screen.audience()), ("help", Audience::Manager));
    state.update(on_help(help::Action::Leave), at(3));
    assert_eq!(name_of(&state.screen), "settings");
    state.update(on_settings(settings::Action::Open(ManagerPage::Help)), at(4));
    state.lock_if_idle(at(70));
    assert_eq!(name_of(&state.screen), "counter");
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::ManagerTimedOut));
}

fn on_balances(action: balances::Action) -> Event {
    Event::Screen(ScreenEvent::Balances(balances::Event::Acted(action)))
}

/// Past the door at the balances, where a list of one is asked about; under which id.
fn running_list(state: &mut State) -> RequestId {
    use crate::domain::balances::{ListContent, ListRows, SavedList, read_cell};
    state.update(on_counter(counter::Action::Open(ManagerPage::Balances)), at(1));
    try_pin(state, RIGHT, PinVerdict::Right, 2);
    assert_eq!((name_of(&state.screen), state.screen.audience()), ("balances", Audience::Manager));
    let Screen::Balances(screen) = &state.screen else { panic!("no balances") };
    let balances::Status::Finding(id) = screen.status else { panic!("it looks for a list") };
    let rows = [read_cell("79167795322", ListContent::Phones, crate::domain::PhoneRules::MOBILE)];
    let list = ListRows { rows: rows.into(), content: ListContent::Phones };
    let found = ListAnswer::Found(Some(SavedList { list, answers: vec![None] }));
    state.update(Event::ListAnswered { id, result: Ok(found) }, at(3));
    let asked = state.update(on_balances(balances::Action::GoOn), at(4));
    let [Effect::RunList { id, .. }] = asked[..] else { panic!("{asked:?}") };
    id
}

#[test]
fn a_list_goes_on_behind_the_door_that_a_minute_without_a_touch_shuts() {
    use crate::domain::balances::{AnsweredRow, ListNews, ListWork, RowAnswer};
    let mut state = guarded_counter();
    let id = running_list(&mut state);
    state.lock_if_idle(at(70));
    assert_eq!(name_of(&state.screen), "counter");
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::ManagerTimedOut));
    let answered = AnsweredRow { row: 0, answer: RowAnswer::NotFound, at_ms: 1 };
    state.update(Event::ListNews { id, news: vec![ListNews::Answered(answered)] }, at(71));
    state.update(Event::ListEnded { id, result: Ok(()) }, at(72));
    assert_eq!(name_of(&state.screen), "counter");
    state.update(on_counter(counter::Action::Open(ManagerPage::Balances)), at(80));
    assert_eq!(name_of(&state.screen), "door", "the PIN again");
    assert_eq!(try_pin(&mut state, RIGHT, PinVerdict::Right, 81), [], "there is a list already");
    let Screen::Balances(screen) = &state.screen else { panic!("no balances") };
    assert_eq!((screen.status, screen.list.as_ref().map(ListWork::waiting)), (balances::Status::Done, Some(0)));
    state.update(on_balances(balances::Action::Leave), at(82));
    assert_eq!(name_of(&state.screen), "counter");
    open_settings(&mut state, 83);
    state.update(on_settings(settings::Action::Open(ManagerPage::Balances)), at(84));
    state.update(on_balances(balances::Action::Leave), at(85));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn a_list_is_dropped_when_the_station_asks_for_another_merchant() {
    for (store, merchant, stays) in [("Other store", "ABCD", true), ("Main street", "WXYZ", false)] {
        let mut state = guarded_counter();
        running_list(&mut state);
        state.update(on_balances(balances::Action::Leave), at(5));
        open_settings(&mut state, 6);
        settings_of(&mut state).form.draft.set(SettingKey::StoreId, store);
        settings_of(&mut state).form.draft.set(SettingKey::MerchantId, merchant);
        let asked = state.update(on_settings(settings::Action::Save), at(7));
        let [Effect::SaveSettings { .. }] = &asked[..] else { panic!("{asked:?}") };
        let saved = asked.into_iter().map(|effect| answer(effect, true)).next().expect("one");
        let effects = state.update(saved, at(8));
        let is_forgotten =
            matches!(effects[..], [Effect::StopList, Effect::AskList { question: ListQuestion::Forget, .. }]);
        assert_eq!((effects.is_empty(), is_forgotten), (stays, !stays), "{effects:?}");
        assert_eq!(state.waiting.balances.is_some(), stays);
    }
}

#[test]
fn a_minute_without_a_touch_shuts_the_door_and_drops_what_was_not_saved() {
    let mut state = guarded_counter();
    open_settings(&mut state, 10);
    settings_of(&mut state).form.draft.set(SettingKey::CashId, "0002");
    let wipes = state.manager_access.wipes();
    state.lock_if_idle(at(69));
    assert_eq!(name_of(&state.screen), "settings");
    state.touched(at(69));
    state.lock_if_idle(at(128));
    assert_eq!((name_of(&state.screen), state.manager_access.locks_at()), ("settings", Some(Duration::from_secs(129))));
    state.lock_if_idle(at(129));
    assert_eq!((name_of(&state.screen), state.manager_access.locks_at()), ("counter", None));
    assert!(state.manager_access.wipes() > wipes, "what was typed is forgotten");
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::ManagerTimedOut));
    state.update(Event::Shell(ShellAction::OpenSettings), at(500));
    let ended = door::EndedStay { has_dropped_changes: true };
    assert_eq!(door_of(&mut state).facts.last_stay, Some(ended), "whoever comes back reads why");
    try_pin(&mut state, RIGHT, PinVerdict::Right, 501);
    assert_eq!(settings_of(&mut state).form.text(SettingKey::CashId), "0001");
    state.update(on_settings(settings::Action::Leave), at(502));
    state.update(Event::Shell(ShellAction::OpenSettings), at(503));
    assert_eq!(door_of(&mut state).facts.last_stay, None, "told once");
}

#[test]
fn a_pad_that_nobody_touches_goes_away_with_what_was_typed() {
    let mut state = guarded_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(10));
    door_of(&mut state).typed.push(8);
    state.lock_if_idle(at(70));
    assert_eq!((name_of(&state.screen), state.toast), ("counter", None));
    state.update(Event::Shell(ShellAction::OpenSettings), at(80));
    assert!(door_of(&mut state).typed.is_empty() && door_of(&mut state).facts.last_stay.is_none());
}

#[test]
fn without_a_pin_the_settings_open_as_ever_and_stay_open() {
    let mut state = at_the_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    assert_eq!((name_of(&state.screen), state.manager_access.locks_at()), ("settings", None));
    state.touched(at(2));
    state.lock_if_idle(at(100_000));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn the_first_pin_is_set_from_the_settings_which_are_as_they_were() {
    let mut state = at_the_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    settings_of(&mut state).form.draft.set(SettingKey::CashId, "0002");
    state.update(on_settings(settings::Action::ChoosePin), at(2));
    assert_eq!(door_of(&mut state).purpose, PinPurpose::Set);
    state.touched(at(2));
    assert_eq!(state.manager_access.locks_at(), None, "nothing is guarded yet");
    act(&mut state, door::Action::Leave, 3);
    assert_eq!(settings_of(&mut state).form.text(SettingKey::CashId), "0002");
    state.update(on_settings(settings::Action::ChoosePin), at(4));
    choose_pin(&mut state, RIGHT, 5);
    let screen = settings_of(&mut state);
    assert_eq!(screen.form.text(SettingKey::CashId), "0002");
    assert_eq!(screen.stored.keys.map(|keys| keys.pin), Some(PinState::Set));
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::PinSaved));
    assert_eq!(state.manager_access.locks_at(), Some(Duration::from_secs(65)), "from now on the door shuts");
    state.update(on_settings(settings::Action::ChoosePin), at(6));
    assert_eq!(door_of(&mut state).purpose, PinPurpose::Change);
    state.lock_if_idle(at(65));
    assert_eq!(name_of(&state.screen), "counter");
    state.update(Event::Shell(ShellAction::OpenSettings), at(66));
    assert!(door_of(&mut state).facts.last_stay.is_some_and(|stay| stay.has_dropped_changes));
}

#[test]
fn no_pin_is_set_while_an_answer_is_awaited_or_on_a_trial() {
    let mut state = at_the_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    state.update(on_settings(settings::Action::Save), at(2));
    state.update(on_settings(settings::Action::ChoosePin), at(3));
    assert_eq!(name_of(&state.screen), "settings");
    let mut state = State::sandbox(*at_work("Demo store", "ru"), Mode::Counter, None);
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    state.update(on_settings(settings::Action::ChoosePin), at(2));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn five_presses_in_a_corner_of_a_kiosk_lead_to_the_pin() {
    let mut state = a_kiosk(PinState::Set);
    press_corners(&mut state, 4, 1);
    assert_eq!(name_of(&state.screen), "kiosk");
    press_corners(&mut state, 5, 10);
    assert_eq!(name_of(&state.screen), "door");
    press_corners(&mut state, 20, 15);
    assert_eq!(name_of(&state.screen), "door", "a pad has no corners");
    try_pin(&mut state, RIGHT, PinVerdict::Right, 20);
    assert_eq!((name_of(&state.screen), state.manager_access.locks_at()), ("settings", Some(Duration::from_secs(80))));
    state.lock_if_idle(at(80));
    assert_eq!((name_of(&state.screen), state.toast), ("kiosk", None), "customers are told nothing");
    let mut state = guarded_counter();
    press_corners(&mut state, 50, 1);
    assert_eq!(name_of(&state.screen), "counter");
}

#[test]
fn a_customer_at_the_pad_dismisses_nothing_that_staff_must_read() {
    let mut state = a_kiosk(PinState::Set);
    press_corners(&mut state, 5, 1);
    assert_eq!(state.update(Event::Shell(ShellAction::DismissReturn), at(2)), []);
    try_pin(&mut state, RIGHT, PinVerdict::Right, 3);
    assert_eq!(state.update(Event::Shell(ShellAction::DismissReturn), at(4)), [Effect::NoteReturn]);
}

#[test]
fn the_door_waits_until_a_customer_has_an_answer() {
    let mut state = a_kiosk(PinState::Set);
    send_from_kiosk(&mut state);
    press_corners(&mut state, 5, 20);
    assert_eq!(name_of(&state.screen), "kiosk");
}

/// A customer who has given the phone alone and waits.
fn send_from_kiosk(state: &mut State) {
    use crate::screens::kiosk::{Action, Event as KioskEvent, Status};
    let texts = crate::domain::ConsentTexts::parse("[personal_data 1 ru]\nСогласен.");
    state.station.built_in_consents = texts.expect("good texts");
    for second in 1..10 {
        let Screen::Kiosk(kiosk) = &mut state.screen else { panic!("{:?}", state.screen) };
        let mut action = Action::Join;
        if let Status::Form(form) = &mut kiosk.status {
            "9161234567".clone_into(&mut form.draft.phone);
            if !form.consents.is_complete() {
                form.consents.toggle(crate::domain::Purpose::PersonalData);
            }
            action = Action::Next;
        }
        state.update(Event::Screen(ScreenEvent::Kiosk(KioskEvent::Acted(action))), at(second));
        if matches!(&state.screen, Screen::Kiosk(kiosk) if matches!(kiosk.status, Status::Sending(_))) {
            return;
        }
    }
    panic!("{:?}", state.screen);
}

#[test]
fn a_kiosk_that_never_had_a_pin_serves_nobody_until_it_has_one() {
    let mut state = a_kiosk(PinState::NotSet);
    assert!(state.lacks_pin());
    press_corners(&mut state, 50, 1);
    assert_eq!(name_of(&state.screen), "out of service", "nothing is behind this corner yet");
    state.update(on_out_of_service(out_of_service::Action::SetPin), at(20));
    assert_eq!(door_of(&mut state).purpose, PinPurpose::Set);
    door_of(&mut state).typed.push(8);
    state.lock_if_idle(at(80));
    assert_eq!((name_of(&state.screen), state.lacks_pin()), ("out of service", true));
    state.update(on_out_of_service(out_of_service::Action::SetPin), at(100));
    choose_pin(&mut state, RIGHT, 101);
    assert_eq!((state.lacks_pin(), name_of(&state.screen)), (false, "kiosk"));
    state.update(on_out_of_service(out_of_service::Action::SetPin), at(102));
    assert_eq!(name_of(&state.screen), "kiosk", "the second one needs the first");
}

#[test]
fn a_lost_pin_shuts_the_door_and_nothing_else() {
    let mut state = a_kiosk(PinState::Lost);
    assert!(!state.lacks_pin());
    press_corners(&mut state, 5, 1);
    assert_eq!(door_of(&mut state).status, DoorStatus::Lost);
    assert_eq!(type_pin(&mut state, RIGHT, 2), []);
    act(&mut state, door::Action::Leave, 3);
    assert_eq!(name_of(&state.screen), "kiosk", "customers are served all the same");

    let mut state = State::new(with_pin(Mode::Counter, PinState::Lost), None);
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    assert_eq!(door_of(&mut state).status, DoorStatus::Lost, "a key that goes must not open the door");
    act(&mut state, door::Action::Leave, 2);
    look_up(&mut state, "9167795322");
}

#[test]
fn the_set_up_of_a_station_that_broke_stands_behind_its_pin() {
    let guarded = |pin| {
        let mut opened = broken(None);
        opened.keys.pin = pin;
        State::new(opened, None)
    };
    assert_eq!(name_of(&guarded(PinState::NotSet).screen), "settings");
    let mut state = guarded(PinState::Set);
    act(&mut state, door::Action::Leave, 1);
    assert_eq!(name_of(&state.screen), "door", "there is nowhere to go");
    assert_eq!(state.manager_access.locks_at(), None);
    state.touched(at(2));
    door_of(&mut state).typed.push(8);
    state.lock_if_idle(at(62));
    assert!(door_of(&mut state).typed.is_empty() && state.manager_access.locks_at().is_none());
    try_pin(&mut state, RIGHT, PinVerdict::Right, 70);
    assert!(!settings_of(&mut state).stored.can_leave);
    settings_of(&mut state).form.draft.set(SettingKey::CashId, "0002");
    state.lock_if_idle(at(130));
    assert!(door_of(&mut state).facts.last_stay.is_some_and(|stay| stay.has_dropped_changes));
    assert_eq!(door_of(&mut guarded(PinState::Lost)).status, DoorStatus::Lost);
}

#[test]
fn a_pin_that_was_set_before_the_station_was_connected_guards_its_set_up() {
    let mut opened = opened(None, true);
    opened.keys.pin = PinState::Set;
    let mut state = State::new(opened, None);
    state.update(on_welcome(welcome::Action::Connect), at(1));
    act(&mut state, door::Action::Leave, 2);
    assert_eq!(name_of(&state.screen), "welcome");
    state.update(on_welcome(welcome::Action::Connect), at(3));
    try_pin(&mut state, RIGHT, PinVerdict::Right, 4);
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn an_answer_that_nobody_waits_for_opens_nothing_and_costs_what_it_costs() {
    let mut state = guarded_counter();
    for verdict in [PinVerdict::Right, PinVerdict::Wrong { wait: Duration::from_secs(30) }] {
        state.update(Event::Shell(ShellAction::OpenSettings), at(100));
        let effects = type_pin(&mut state, WRONG, 100);
        let [Effect::TryPin { id, at: tried, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        act(&mut state, door::Action::Leave, 101);
        state.update(Event::PinTried { id: *id, at: *tried, result: Ok(verdict) }, at(102));
        assert_eq!(name_of(&state.screen), "counter");
    }
    state.update(Event::Shell(ShellAction::OpenSettings), at(110));
    assert_eq!(door_of(&mut state).locked_for(at(110).uptime), Some(Duration::from_secs(20)));
}

#[test]
fn no_clock_on_the_wall_changes_a_wait() {
    let mut state = guarded_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(100));
    try_pin(&mut state, WRONG, PinVerdict::Wrong { wait: wait_after(7) }, 100);
    for (year, seconds) in [(1970, 1), (2099, 2), (2025, 119)] {
        let now = Now { local: date(year, 1, 1).at(0, 0, 0, 0), ..at(100 + seconds) };
        state.touched(now);
        state.lock_if_idle(now);
        let left = Duration::from_secs(120 - seconds);
        assert_eq!(door_of(&mut state).locked_for(now.uptime), Some(left), "{year}");
        assert_eq!(state.update(on_door(door::Action::Submit), now), []);
    }
}

#[test]
fn a_wait_from_before_the_start_is_known_before_anybody_types() {
    let mut opened = with_pin(Mode::Counter, PinState::Set);
    opened.pin_wait = Duration::from_mins(5);
    let mut state = State::new(opened, None);
    state.update(Event::Shell(ShellAction::OpenSettings), at(60));
    assert_eq!(door_of(&mut state).locked_for(at(60).uptime), Some(Duration::from_mins(4)));
}

#[test]
fn points_and_signup_go_on_while_the_door_is_locked() {
    let mut state = guarded_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    try_pin(&mut state, WRONG, PinVerdict::Wrong { wait: wait_after(10) }, 1);
    act(&mut state, door::Action::Leave, 2);
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Unknown) }, at(11));
    let effects = state.update(on_counter(counter::Action::SignUp), at(12));
    assert!(matches!(effects.as_slice(), [Effect::Register { .. }]), "{effects:?}");
}

#[test]
fn the_settings_of_a_trial_kiosk_need_no_pin_and_close_by_themselves() {
    let mut state = State::sandbox(*at_work("Demo store", "ru"), Mode::Kiosk, None);
    assert!(!state.lacks_pin(), "a trial stores no PIN and serves all the same");
    press_corners(&mut state, 5, 1);
    assert_eq!(name_of(&state.screen), "settings");
    state.lock_if_idle(at(62));
    assert_eq!(name_of(&state.screen), "kiosk");
}

#[test]
fn whoever_stood_at_the_kiosk_is_gone_when_the_door_opens() {
    let mut state = a_kiosk(PinState::Set);
    state.update(Event::Screen(ScreenEvent::Kiosk(kiosk::Event::Acted(kiosk::Action::Join))), at(1));
    state.update(Event::Screen(ScreenEvent::Kiosk(kiosk::Event::Acted(kiosk::Action::Speak(tag("en"))))), at(1));
    let before = state.typist();
    press_corners(&mut state, 5, 2);
    assert_ne!(state.typist(), before, "what was typed is forgotten");
    act(&mut state, door::Action::Leave, 3);
    let Screen::Kiosk(kiosk) = &state.screen else { panic!("{:?}", state.screen) };
    assert_eq!((&kiosk.status, &state.language), (&kiosk::Status::Attract, &tag("ru")));
}

#[test]
fn the_lock_down_goes_by_whom_a_screen_is_for() {
    let mut state = a_kiosk(PinState::Set);
    assert_eq!((state.screen.audience(), state.is_locked_down()), (Audience::Public, true));
    press_corners(&mut state, 5, 1);
    assert_eq!((state.screen.audience(), state.is_locked_down()), (Audience::Staff, true), "before the door");
    try_pin(&mut state, RIGHT, PinVerdict::Right, 3);
    assert_eq!((state.screen.audience(), state.is_locked_down()), (Audience::Manager, false));
    let unfinished = a_kiosk(PinState::NotSet);
    assert_eq!((unfinished.screen.audience(), unfinished.is_locked_down()), (Audience::Public, true));
    assert_eq!(guarded_counter().screen.audience(), Audience::Staff);
    assert_eq!(first_start().screen.audience(), Audience::Manager);
}
