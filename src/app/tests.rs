//! What the program does with events, without a window and without a network.

#[path = "tests/door.rs"]
mod door_tests;

use std::time::Duration;

use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::*;
use crate::domain::balances::ListAnswer;
use crate::domain::check::TestOutcome;
use crate::domain::consent::ConsentAnswer;
use crate::domain::delivery::Submission;
use crate::domain::failure::{Credentials, Refusal, Unavailable};
use crate::domain::journal::{JournalAnswer, JournalRows};
use crate::domain::pin::PinVerdict;
use crate::domain::queue::{QueueDone, QueueList};
use crate::domain::settings::{Mode, Preferences};
use crate::domain::{
    Failure, FileForm, Guide, KeyFacts, Lookup, PinState, Points, ProfileFault, Protection, Scan, ScannedText,
    SettingKey, Settings, SettingsDraft, TokenChoice,
};
use crate::effect::{Effect, RequestId};
use crate::screens::ManagerPage;
use crate::screens::{
    balances, consents, counter, door, help, journal, kiosk, out_of_service, queue, settings, welcome,
};
use crate::services::settings_file::{Loaded, SettingsNote};
use crate::services::station::{AtWork, Opened};

const KEYS: KeyFacts = KeyFacts { protection: Protection::KeyFile, is_token_lost: false, pin: PinState::NotSet };
const DOWN: Failure = Failure::Unavailable(Unavailable::NoConnection);

fn at(seconds: u64) -> Now {
    Now { uptime: Duration::from_secs(seconds), local: date(2025, 5, 20).at(12, 41, 0, 0) }
}

fn tag(text: &str) -> LanguageTag {
    LanguageTag::parse(text).expect("a tag")
}

fn some_settings(store: &str, language: &str) -> Settings {
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::BaseUrl, "https://api.example.com");
    draft.set(SettingKey::MerchantId, "ABCD");
    draft.set(SettingKey::StoreId, store);
    draft.set(SettingKey::CashId, "0001");
    draft.set(SettingKey::Language, language);
    draft.check().expect("good settings")
}

fn at_work(store: &str, language: &str) -> Box<AtWork> {
    Box::new(AtWork { settings: some_settings(store, language), token_tail: "5678".to_owned() })
}

fn opened(settings: Option<Settings>, is_first_start: bool) -> Opened {
    let preferences = settings.as_ref().map(|settings| settings.preferences.clone()).unwrap_or_default();
    let token_tail = settings.as_ref().map(|_| "1234".to_owned());
    let loaded = Loaded { settings, preferences, notes: Vec::new(), is_first_start };
    // A kiosk without a PIN serves nobody.
    let is_kiosk = loaded.preferences.mode == Mode::Kiosk;
    let keys = if is_kiosk { KeyFacts { pin: PinState::Set, ..KEYS } } else { KEYS };
    Opened { loaded, token_tail, keys, pin_wait: Duration::ZERO }
}

fn first_start() -> State {
    State::new(opened(None, true), None)
}

fn at_the_counter() -> State {
    State::new(opened(Some(some_settings("Main street", "ru")), false), None)
}

fn broken(token_tail: Option<&str>) -> Opened {
    let mut opened = opened(None, false);
    opened.loaded.notes = vec![SettingsNote::Unreadable];
    opened.token_tail = token_tail.map(str::to_owned);
    opened
}

fn counter_of(state: &mut State) -> &mut counter::Counter {
    match &mut state.screen {
        Screen::Counter(counter) => counter,
        other => panic!("no counter but {other:?}"),
    }
}

fn settings_of(state: &mut State) -> &mut settings::SettingsScreen {
    match &mut state.screen {
        Screen::Settings(settings) => settings,
        other => panic!("no settings but {other:?}"),
    }
}

fn name_of(screen: &Screen) -> &'static str {
    match screen {
        Screen::Welcome(_) => "welcome",
        Screen::Counter(_) => "counter",
        Screen::Settings(_) => "settings",
        Screen::Queue(_) => "queue",
        Screen::Journal(_) => "journal",
        Screen::Balances(_) => "balances",
        Screen::Consents(_) => "consents",
        Screen::Help(_) => "help",
        Screen::Door(_) => "door",
        Screen::Kiosk(_) => "kiosk",
        Screen::OutOfService(_) => "out of service",
    }
}

fn on_welcome(action: welcome::Action) -> Event {
    Event::Screen(ScreenEvent::Welcome(welcome::Event::Acted(action)))
}

fn on_counter(action: counter::Action) -> Event {
    Event::Screen(ScreenEvent::Counter(counter::Event::Acted(action)))
}

fn on_settings(action: settings::Action) -> Event {
    Event::Screen(ScreenEvent::Settings(settings::Event::Acted(action)))
}

fn on_door(action: door::Action) -> Event {
    Event::Screen(ScreenEvent::Door(door::Event::Acted(action)))
}

fn on_out_of_service(action: out_of_service::Action) -> Event {
    Event::Screen(ScreenEvent::OutOfService(out_of_service::Event::Acted(action)))
}

fn id_of(effects: &[Effect]) -> RequestId {
    match effects {
        [
            Effect::LookUp { id, .. }
            | Effect::Register { id, .. }
            | Effect::TestConnection { id, .. }
            | Effect::SaveSettings { id, .. }
            | Effect::StartSandbox { id },
        ] => *id,
        other => panic!("not one effect but {other:?}"),
    }
}

fn look_up(state: &mut State, phone: &str) -> RequestId {
    phone.clone_into(&mut counter_of(state).entry);
    id_of(&state.update(on_counter(counter::Action::LookUp), at(10)))
}

fn try_it(state: &mut State) -> RequestId {
    id_of(&state.update(on_welcome(welcome::Action::TryIt), at(1)))
}

/// Opens the settings, changes one and saves.
fn save(state: &mut State, result: Result<Box<AtWork>, Failure>) {
    state.update(Event::Shell(ShellAction::OpenSettings), at(20));
    let effects = state.update(on_settings(settings::Action::Save), at(21));
    let [Effect::SaveSettings { id, token: TokenChoice::Stored, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(state.update(Event::Saved { id: *id, result }, at(22)), []);
}

#[test]
fn a_station_starts_where_its_settings_lead() {
    let mut kiosk = some_settings("Main street", "ru");
    kiosk.preferences.mode = Mode::Kiosk;
    let mut no_token = opened(Some(some_settings("Main street", "ru")), false);
    no_token.token_tail = None;
    for (opened, name) in [
        (opened(None, true), "welcome"),
        (opened(Some(some_settings("Main street", "ru")), false), "counter"),
        (opened(Some(kiosk), false), "kiosk"),
        (no_token, "settings"),
        (broken(None), "settings"),
        (broken(Some("1234")), "settings"),
    ] {
        let state = State::new(opened, None);
        assert_eq!(name_of(&state.screen), name);
        assert_eq!(state.station.trial, Trial::No);
    }
}

#[test]
fn the_language_is_the_stations_unless_another_was_asked_for() {
    let settings = || opened(Some(some_settings("Main street", "en")), false);
    assert_eq!(State::new(settings(), None).language, tag("en"));
    assert_eq!(State::new(settings(), Some(tag("ru"))).language, tag("ru"));
}

#[test]
fn broken_settings_never_lead_to_the_trial() {
    let mut state = State::new(broken(None), None);
    assert!(!settings_of(&mut state).stored.can_leave, "there is nowhere to go");
    state.update(on_settings(settings::Action::Leave), at(1));
    assert_eq!(name_of(&state.screen), "settings");
    assert_eq!(state.update(on_welcome(welcome::Action::TryIt), at(2)), []);
    assert_eq!(state.update(on_welcome(welcome::Action::Connect), at(2)), []);
    let mut other = first_start();
    let id = try_it(&mut other);
    state.update(Event::SandboxStarted { id, result: Ok(at_work("Demo store", "ru")) }, at(3));
    assert_eq!((name_of(&state.screen), state.station.trial), ("settings", Trial::No));
    assert_eq!(state.station.settings, None);
}

#[test]
fn no_event_of_another_screen_leads_out_of_a_kiosk() {
    let mut settings = some_settings("Main street", "ru");
    settings.preferences.mode = Mode::Kiosk;
    let mut state = State::new(opened(Some(settings.clone()), false), None);
    for event in [
        Event::Shell(ShellAction::OpenSettings),
        on_counter(counter::Action::LookUp),
        on_settings(settings::Action::Save),
        on_welcome(welcome::Action::TryIt),
    ] {
        assert_eq!(state.update(event, at(1)), []);
        assert_eq!(name_of(&state.screen), "kiosk");
    }
    let at_work = AtWork { settings, token_tail: String::new() };
    assert_eq!(name_of(&State::sandbox(at_work, Mode::Kiosk, None).screen), "kiosk");
}

#[test]
fn a_whole_trial_shows_its_settings_and_keeps_none() {
    let mut state = State::sandbox(*at_work("Demo store", "ru"), Mode::Counter, Some(tag("en")));
    assert_eq!((state.station.trial, &state.language), (Trial::Whole, &tag("en")));
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    let screen = settings_of(&mut state);
    assert!(screen.stored.is_read_only && screen.stored.can_leave);
    assert_eq!(screen.form.text(SettingKey::StoreId), "Demo store");
    state.update(on_settings(settings::Action::Leave), at(2));
    assert_eq!(name_of(&state.screen), "counter");
}

#[test]
fn the_language_chosen_at_the_door_survives_the_trial() {
    let mut state = first_start();
    state.update(Event::Shell(ShellAction::SwitchLanguage(tag("en"))), at(1));
    let id = try_it(&mut state);
    assert_eq!(state.update(Event::SandboxStarted { id, result: Ok(at_work("Demo store", "ru")) }, at(2)), []);
    assert_eq!(state.language, tag("en"));
    assert_eq!((name_of(&state.screen), state.station.trial), ("counter", Trial::UntilConnected));
}

#[test]
fn nobody_connects_while_the_sandbox_is_starting() {
    let mut state = first_start();
    let id = try_it(&mut state);
    state.update(on_welcome(welcome::Action::Connect), at(2));
    assert_eq!(name_of(&state.screen), "welcome");
    state.update(Event::SandboxStarted { id, result: Err(Failure::Internal) }, at(3));
    state.update(on_welcome(welcome::Action::Connect), at(4));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn a_sandbox_that_does_not_start_leaves_the_door_open() {
    let mut state = first_start();
    let id = try_it(&mut state);
    state.update(Event::SandboxStarted { id, result: Err(Failure::Internal) }, at(2));
    assert_eq!((name_of(&state.screen), state.station.trial), ("welcome", Trial::No));
    let id = try_it(&mut state);
    state.update(Event::SandboxStarted { id, result: Ok(at_work("Demo store", "ru")) }, at(3));
    assert_eq!(name_of(&state.screen), "counter");
}

#[test]
fn a_trial_can_be_connected_and_its_settings_are_not_offered() {
    let mut state = first_start();
    let id = try_it(&mut state);
    state.update(Event::SandboxStarted { id, result: Ok(at_work("Demo store", "ru")) }, at(2));
    state.update(Event::Shell(ShellAction::OpenSettings), at(3));
    let screen = settings_of(&mut state);
    assert_eq!([SettingKey::BaseUrl, SettingKey::StoreId].map(|key| screen.form.text(key)), ["", ""]);
    assert!(screen.needs_token() && !screen.stored.is_read_only && screen.stored.can_leave);
    state.update(on_settings(settings::Action::Leave), at(4));
    assert_eq!((name_of(&state.screen), state.station.trial), ("counter", Trial::UntilConnected));
}

#[test]
fn the_way_to_the_settings_and_back_is_open_on_a_first_start() {
    let mut state = first_start();
    state.update(on_welcome(welcome::Action::Connect), at(1));
    assert!(settings_of(&mut state).stored.can_leave);
    state.update(on_settings(settings::Action::Leave), at(2));
    assert_eq!(name_of(&state.screen), "welcome");
}

#[test]
fn saved_settings_are_in_force_at_once() {
    let mut state = at_the_counter();
    state.station.notes = vec![SettingsNote::BadValue(SettingKey::Language)];
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Err(DOWN) }, at(11));
    assert_eq!(state.link, LinkState::Troubled(DOWN));
    state.update(on_counter(counter::Action::Clear), at(12));
    let mut new = at_work("Side street", "en");
    new.settings.preferences.legibility.is_high_contrast = true;
    save(&mut state, Ok(new));
    assert_eq!(name_of(&state.screen), "counter");
    assert_eq!((&state.language, state.link), (&tag("en"), LinkState::Untried));
    assert!(state.station.preferences.legibility.is_high_contrast && state.station.notes.is_empty());
    assert_eq!(state.station.token_tail.as_deref(), Some("5678"));
    let store = state.station.settings.as_ref().map(|settings| settings.connection.store_id.as_str());
    assert_eq!(store, Some("Side street"));
    assert_eq!(state.toast.map(|toast| toast.message), Some(ToastMessage::SettingsSaved));
}

#[test]
fn connecting_ends_the_trial() {
    let mut state = first_start();
    let id = try_it(&mut state);
    state.update(Event::SandboxStarted { id, result: Ok(at_work("Demo store", "ru")) }, at(2));
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Unknown) }, at(11));
    state.update(on_counter(counter::Action::Clear), at(12));
    state.update(Event::Shell(ShellAction::OpenSettings), at(13));
    let screen = settings_of(&mut state);
    screen.form.draft.set(SettingKey::BaseUrl, "https://api.example.com");
    screen.form.token = "a-token-of-some-length".to_owned();
    for key in [SettingKey::MerchantId, SettingKey::StoreId, SettingKey::CashId] {
        screen.form.draft.set(key, "1");
    }
    let id = id_of(&state.update(on_settings(settings::Action::Save), at(14)));
    state.update(Event::Saved { id, result: Ok(at_work("Main street", "ru")) }, at(15));
    assert_eq!((name_of(&state.screen), state.station.trial), ("counter", Trial::No));
    assert!(counter_of(&mut state).recent.is_empty(), "what happened in the trial did not happen");
}

#[test]
fn settings_that_were_not_saved_change_nothing() {
    let mut state = at_the_counter();
    save(&mut state, Err(Failure::Storage));
    assert_eq!(settings_of(&mut state).status, settings::Status::Failed(Failure::Storage));
    let store = state.station.settings.as_ref().map(|settings| settings.connection.store_id.as_str());
    assert_eq!((store, state.toast), (Some("Main street"), None));
}

#[test]
fn a_toast_goes_when_it_has_been_read() {
    let mut state = at_the_counter();
    save(&mut state, Ok(at_work("Side street", "ru")));
    state.expire_toast(at(25));
    assert!(state.toast.is_some());
    state.expire_toast(at(26));
    assert!(state.toast.is_none());
}

#[test]
fn every_answer_says_how_the_way_to_swip_is() {
    let token = Failure::Credentials(Credentials::TokenRejected);
    let refused = Failure::Refused(Refusal::Rejected);
    for (result, link) in [
        (Ok(Lookup::Unknown), LinkState::Online),
        (Ok(Lookup::Member(Points::new(0))), LinkState::Online),
        (Err(refused), LinkState::Online),
        (Err(token), LinkState::Troubled(token)),
        (Err(DOWN), LinkState::Troubled(DOWN)),
    ] {
        let mut state = at_the_counter();
        assert_eq!(state.link, LinkState::Untried);
        let id = look_up(&mut state, "9167795322");
        assert_eq!(state.link, LinkState::Untried, "asking proves nothing");
        state.update(Event::LookedUp { id, result }, at(11));
        assert_eq!(state.link, link, "{result:?}");
    }
    let mut state = at_the_counter();
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Err(DOWN) }, at(11));
    let id = id_of(&state.update(on_counter(counter::Action::SignUp), at(12)));
    state.update(Event::Registered { id, result: Ok(Submission::Registered) }, at(13));
    assert_eq!(state.link, LinkState::Online);
}

#[test]
fn an_answer_over_the_old_way_says_nothing_about_the_new_one() {
    let mut state = at_the_counter();
    let id = look_up(&mut state, "9167795322");
    save(&mut state, Ok(at_work("Side street", "ru")));
    state.update(Event::LookedUp { id, result: Err(DOWN) }, at(30));
    assert_eq!(state.link, LinkState::Untried);
    assert!(counter_of(&mut state).recent.is_empty());
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Unknown) }, at(31));
    assert_eq!(state.link, LinkState::Online);
}

#[test]
fn the_settings_wait_until_a_signup_is_answered() {
    let mut state = at_the_counter();
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Unknown) }, at(11));
    let id = id_of(&state.update(on_counter(counter::Action::SignUp), at(12)));
    state.update(Event::Shell(ShellAction::OpenSettings), at(13));
    assert_eq!(name_of(&state.screen), "counter");
    state.update(Event::Registered { id, result: Ok(Submission::Registered) }, at(14));
    state.update(Event::Shell(ShellAction::OpenSettings), at(15));
    assert_eq!(name_of(&state.screen), "settings");
}

#[test]
fn a_look_at_the_settings_keeps_the_list_and_the_count_of_customers() {
    let mut state = at_the_counter();
    let id = look_up(&mut state, "9167795322");
    state.update(Event::LookedUp { id, result: Ok(Lookup::Member(Points::new(5))) }, at(11));
    let generation = counter_of(&mut state).generation;
    state.update(Event::Shell(ShellAction::OpenSettings), at(12));
    state.update(on_settings(settings::Action::Leave), at(13));
    let counter = counter_of(&mut state);
    assert_eq!(counter.recent.len(), 1);
    assert_eq!((counter.entry.as_str(), &counter.status), ("", &counter::Status::Ready));
    assert!(counter.generation > generation, "fields are never another customer's");
}

#[test]
fn a_scan_goes_to_the_counter_or_shows_in_the_settings_and_is_nothing_anywhere_else() {
    let scan = || Event::Scanned(Scan::Text(ScannedText::new("4006381333931".to_owned())));
    let mut state = at_the_counter();
    assert!(matches!(state.update(scan(), at(1))[..], [Effect::LookUp { .. }]));
    state.update(Event::Shell(ShellAction::OpenSettings), at(2));
    assert_eq!(state.update(scan(), at(3)), []);
    assert_eq!(settings_of(&mut state).scanner.text, "4006381333931");
    state.update(on_settings(settings::Action::Open(ManagerPage::Queue)), at(4));
    for scan in [scan(), Event::Scanned(Scan::Refused)] {
        assert_eq!(state.update(scan, at(5)), []);
        assert_eq!((name_of(&state.screen), state.toast), ("queue", None));
    }
}

#[test]
fn a_scan_keeps_the_settings_open_as_a_key_does() {
    let mut opened = opened(Some(some_settings("Main street", "ru")), false);
    opened.keys.pin = PinState::Set;
    let mut state = State::new(opened, None);
    state.manager_access.opened(at(0).uptime);
    state.screen = state.settings_screen();
    for second in [50, 100, 150] {
        state.update(Event::Scanned(Scan::Refused), at(second));
        state.lock_if_idle(at(second + 9));
        assert_eq!(name_of(&state.screen), "settings", "{second}");
    }
    state.lock_if_idle(at(211));
    assert_eq!(name_of(&state.screen), "counter");
}

#[test]
fn the_port_that_is_read_is_the_one_in_force_and_in_the_settings_the_one_that_is_tried() {
    let port = |state: &State| state.serial_port().map(|port| port.name.as_str().to_owned());
    let mut state = at_the_counter();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    settings_of(&mut state).form.draft.set(SettingKey::ScannerPort, "COM3");
    assert_eq!(port(&state), None);
    state.update(on_settings(settings::Action::Finish(SettingKey::ScannerPort)), at(2));
    assert_eq!(port(&state).as_deref(), Some("COM3"));
    state.update(on_settings(settings::Action::Discard), at(3));
    assert_eq!((name_of(&state.screen), port(&state)), ("counter", None));
}

#[test]
fn notes_stay_until_somebody_has_read_them() {
    let mut opened = opened(Some(some_settings("Main street", "ru")), false);
    opened.loaded.notes = vec![SettingsNote::UnreadableUsedLastGood];
    let mut state = State::new(opened, None);
    look_up(&mut state, "9167795322");
    assert_eq!(state.station.notes.len(), 1);
    state.update(Event::Shell(ShellAction::DismissNotes), at(11));
    assert!(state.station.notes.is_empty());
}

#[test]
fn every_customer_at_a_kiosk_begins_in_the_stations_language() {
    let mut settings = some_settings("Main street", "ru");
    settings.preferences.mode = Mode::Kiosk;
    let acted = |action| Event::Screen(ScreenEvent::Kiosk(kiosk::Event::Acted(action)));
    for (asked_for, first) in [(None, "ru"), (Some("en"), "en")] {
        let mut state = State::new(opened(Some(settings.clone()), false), asked_for.map(tag));
        assert_eq!(state.language, tag(first));
        let other = if first == "ru" { "en" } else { "ru" };
        state.update(acted(kiosk::Action::Speak(tag(other))), at(1));
        assert_eq!(state.language, tag(other));
        state.update(acted(kiosk::Action::Join), at(2));
        assert_eq!(state.language, tag(other));
        state.update(acted(kiosk::Action::StartOver), at(3));
        assert_eq!(state.language, tag(first));
    }
}

#[test]
fn a_kiosk_knows_whether_the_queue_takes_signups() {
    let mut settings = some_settings("Main street", "ru");
    settings.preferences.mode = Mode::Kiosk;
    let mut state = State::new(opened(Some(settings), false), None);
    for (queue, is_open) in [(QueueStatus::Unopened, true), (QueueStatus::Failed, false)] {
        state.update(Event::QueueChanged(queue), at(1));
        let Screen::Kiosk(kiosk) = &state.screen else { panic!("{:?}", state.screen) };
        assert_eq!(kiosk.is_open(), is_open);
    }
}

#[test]
fn a_language_is_switched_on_every_screen() {
    let mut in_settings = at_the_counter();
    in_settings.update(Event::Shell(ShellAction::OpenSettings), at(1));
    for mut state in [first_start(), at_the_counter(), in_settings] {
        let before = name_of(&state.screen);
        state.update(Event::Shell(ShellAction::SwitchLanguage(tag("en"))), at(2));
        assert_eq!((&state.language, name_of(&state.screen)), (&tag("en"), before));
    }
}

/// One thing that may happen to the program.
#[derive(Clone, Debug)]
enum TestEvent {
    Entry(&'static str),
    Counter(counter::Action),
    Settings(settings::Action),
    Queue(queue::Action),
    Journal(journal::Action),
    Balances(balances::Action),
    Consents(consents::Action),
    Help(help::Action),
    Welcome(welcome::Action),
    OpenSettings,
    /// The oldest request that was not answered yet is, well or badly.
    Answer(bool),
}

fn happenings() -> impl Strategy<Value = Vec<TestEvent>> {
    use ManagerPage::{Balances, Consents, Help, Journal, Queue};
    use settings::Action::{Discard, Leave, Open, Save, Stay, Test};
    let counter = [
        counter::Action::LookUp,
        counter::Action::SignUp,
        counter::Action::Clear,
        counter::Action::OpenForm,
        counter::Action::Open(ManagerPage::Queue),
        counter::Action::Open(ManagerPage::Journal),
        counter::Action::Open(ManagerPage::Balances),
        counter::Action::Open(ManagerPage::Help),
    ];
    let pages = [Open(Queue), Open(Journal), Open(Balances), Open(Consents), Open(Help)];
    let settings = [&[Test, Save, Leave, Discard, Stay][..], &pages].concat();
    let consents = [consents::Action::Find, consents::Action::Export(FileForm::Commas), consents::Action::Leave];
    let one = prop_oneof![
        2 => prop::sample::select(vec!["", "9167795322", "9990000001", "#PASS"]).prop_map(TestEvent::Entry),
        4 => prop::sample::select(counter.to_vec()).prop_map(TestEvent::Counter),
        2 => prop::sample::select(settings).prop_map(TestEvent::Settings),
        1 => prop::sample::select(vec![welcome::Action::TryIt, welcome::Action::Connect]).prop_map(TestEvent::Welcome),
        1 => prop::sample::select(vec![queue::Action::Retry(None), queue::Action::Reveal, queue::Action::Leave])
            .prop_map(TestEvent::Queue),
        1 => prop::sample::select(vec![journal::Action::Refresh, journal::Action::Older, journal::Action::Leave])
            .prop_map(TestEvent::Journal),
        1 => prop::sample::select(vec![balances::Action::OpenPath, balances::Action::GoOn, balances::Action::Leave])
            .prop_map(TestEvent::Balances),
        1 => prop::sample::select(consents.to_vec()).prop_map(TestEvent::Consents),
        1 => prop::sample::select(vec![help::Action::Choose(Guide::Kiosk), help::Action::Leave])
            .prop_map(TestEvent::Help),
        1 => Just(TestEvent::OpenSettings),
        3 => any::<bool>().prop_map(TestEvent::Answer),
    ];
    prop::collection::vec(one, 0..60)
}

fn answer(effect: Effect, is_good: bool) -> Event {
    match effect {
        Effect::LookUp { id, .. } => {
            Event::LookedUp { id, result: if is_good { Ok(Lookup::Unknown) } else { Err(DOWN) } }
        }
        Effect::Register { id, .. } => {
            Event::Registered { id, result: if is_good { Ok(Submission::Registered) } else { Err(DOWN) } }
        }
        Effect::TestConnection { id, .. } => {
            Event::Tested { id, result: if is_good { Ok(TestOutcome::default()) } else { Err(Failure::NotConfigured) } }
        }
        Effect::SaveSettings { id, settings, .. } => {
            let at_work = AtWork { settings: *settings, token_tail: "5678".to_owned() };
            Event::Saved { id, result: if is_good { Ok(Box::new(at_work)) } else { Err(Failure::Storage) } }
        }
        Effect::TryPin { id, at, .. } => {
            let verdict = if is_good { PinVerdict::Right } else { PinVerdict::Wrong { wait: Duration::ZERO } };
            Event::PinTried { id, at, result: Ok(verdict) }
        }
        Effect::SetPin { id, .. } => Event::PinSet { id, result: if is_good { Ok(()) } else { Err(Failure::Storage) } },
        Effect::NoteReturn | Effect::ReadBrand | Effect::ReadPicture { .. } => Event::ReturnNoted,
        Effect::ReadAbout { id } => Event::AboutRead { id, facts: None },
        Effect::AskProfile { id, .. } => Event::ProfileAnswered { id, result: Err(ProfileFault::NotRead) },
        Effect::FindPorts { id } => Event::PortsFound { id, ports: Vec::new() },
        Effect::ListQueue { id } => {
            Event::QueueListed { id, result: if is_good { Ok(QueueList::default()) } else { Err(Failure::Storage) } }
        }
        Effect::AskJournal { id, .. } => {
            let told = JournalAnswer::Page(JournalRows::default());
            Event::JournalAnswered { id, result: if is_good { Ok(told) } else { Err(Failure::Storage) } }
        }
        Effect::AskConsents { id, .. } => {
            let found = ConsentAnswer::Found(Vec::new());
            Event::ConsentsAnswered { id, result: if is_good { Ok(found) } else { Err(Failure::Storage) } }
        }
        Effect::AskList { id, .. } => Event::ListAnswered {
            id,
            result: if is_good { Ok(ListAnswer::Found(None)) } else { Err(Failure::Storage) },
        },
        Effect::RunList { id, .. } => Event::ListEnded { id, result: if is_good { Ok(()) } else { Err(DOWN) } },
        Effect::StopList => Event::ListStopped,
        Effect::WorkOnQueue { id, .. } => {
            Event::QueueWorked { id, result: if is_good { Ok(QueueDone::Gone) } else { Err(Failure::Storage) } }
        }
        Effect::StartSandbox { id } => {
            Event::SandboxStarted { id, result: if is_good { Ok(at_work("Demo store", "ru")) } else { Err(DOWN) } }
        }
    }
}

fn is_waiting(screen: &Screen) -> bool {
    match screen {
        Screen::Welcome(welcome) => matches!(welcome.status, welcome::Status::Starting(_)),
        Screen::Counter(counter) => {
            matches!(counter.status, counter::Status::LookingUp(_) | counter::Status::Sending(_))
        }
        Screen::Settings(settings) => {
            matches!(settings.status, settings::Status::Saving(_) | settings::Status::Testing { .. })
        }
        Screen::Queue(queue) => queue.is_busy(),
        Screen::Journal(journal) => {
            let (report, page) = (&journal.report, &journal.page);
            report.told.is_none() && report.failure.is_none() || page.told.is_none() && page.failure.is_none()
        }
        Screen::Balances(balances) => {
            use balances::Status;
            matches!(balances.status, Status::Finding(_) | Status::Reading(_) | Status::Running)
        }
        Screen::Consents(consents) => consents.is_busy(),
        Screen::Door(door) => door.is_busy(),
        Screen::Kiosk(kiosk) => matches!(kiosk.status, kiosk::Status::Sending(_) | kiosk::Status::LookingUp(_)),
        Screen::OutOfService(_) | Screen::Help(_) => false,
    }
}

fn event_of(happening: TestEvent, state: &mut State, asked: &mut Vec<Effect>) -> Option<Event> {
    match happening {
        TestEvent::Entry(text) => {
            if let Screen::Counter(counter) = &mut state.screen {
                text.clone_into(&mut counter.entry);
            }
            if let Screen::Consents(consents) = &mut state.screen {
                text.clone_into(&mut consents.phone);
            }
            Some(on_counter(counter::Action::EditEntry))
        }
        TestEvent::Counter(action) => Some(on_counter(action)),
        TestEvent::Settings(action) => Some(on_settings(action)),
        TestEvent::Queue(action) => Some(Event::Screen(ScreenEvent::Queue(queue::Event::Acted(action)))),
        TestEvent::Journal(action) => Some(Event::Screen(ScreenEvent::Journal(journal::Event::Acted(action)))),
        TestEvent::Balances(action) => Some(Event::Screen(ScreenEvent::Balances(balances::Event::Acted(action)))),
        TestEvent::Help(action) => Some(Event::Screen(ScreenEvent::Help(help::Event::Acted(action)))),
        TestEvent::Consents(action) => Some(Event::Screen(ScreenEvent::Consents(consents::Event::Acted(action)))),
        TestEvent::Welcome(action) => Some(on_welcome(action)),
        TestEvent::OpenSettings => Some(Event::Shell(ShellAction::OpenSettings)),
        TestEvent::Answer(is_good) => (!asked.is_empty()).then(|| answer(asked.remove(0), is_good)),
    }
}

#[test]
fn whatever_happens_nothing_is_sent_twice_and_nobody_waits_for_ever() {
    let config = ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_250_520),
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&(any::<bool>(), happenings()), |(is_first_start, happenings)| {
        let mut state = if is_first_start { first_start() } else { at_the_counter() };
        let mut asked = Vec::new();
        for (second, happening) in (1..).zip(happenings) {
            let Some(event) = event_of(happening, &mut state, &mut asked) else { continue };
            asked.extend(state.update(event, at(second)));
            let is_alone = |kind: fn(&Effect) -> bool| asked.iter().filter(|effect| kind(effect)).count() <= 1;
            prop_assert!(is_alone(|effect| matches!(effect, Effect::Register { .. })), "{asked:?}");
            prop_assert!(is_alone(|effect| matches!(effect, Effect::SaveSettings { .. })), "{asked:?}");
            prop_assert!(is_alone(|effect| matches!(effect, Effect::StartSandbox { .. })), "{asked:?}");
            prop_assert!(is_first_start || state.station.trial == Trial::No);
        }
        for effect in std::mem::take(&mut asked) {
            state.update(answer(effect, false), at(100));
        }
        prop_assert!(!is_waiting(&state.screen), "{:?}", state.screen);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn preferences_without_settings_are_the_defaults() {
    assert_eq!(first_start().station.preferences, Preferences::default());
}

#[test]
fn a_signup_that_is_only_saved_does_not_say_that_swip_answers() {
    let mut state = at_the_counter();
    state.link = LinkState::Troubled(Failure::Unavailable(Unavailable::NoConnection));
    let before = state.link;
    let id = state.ids.next_id();
    state.update(Event::Registered { id, result: Ok(Submission::Saved) }, at(1));
    assert_eq!(state.link, before);
}

#[test]
fn the_sign_of_a_damaged_queue_stays_until_it_is_noted() {
    use crate::services::outbox::{ReturnCause, Returned, Status};
    let mut state = at_the_counter();
    let returned = Returned { cause: ReturnCause::Damage, count: 3, copied_ms: None };
    let damaged = QueueStatus::Open(Status { returned: Some(returned), ..Status::default() });
    state.update(Event::QueueChanged(damaged), at(1));
    assert_eq!(state.queue, damaged);
    assert_eq!(state.update(Event::Shell(ShellAction::DismissReturn), at(2)), [Effect::NoteReturn]);
    // Only the outbox knows whether the note is on disk.
    state.update(Event::ReturnNoted, at(3));
    assert_eq!(state.queue, damaged);
}

#[test]
fn a_signup_can_be_taken_unless_the_queue_says_otherwise() {
    use crate::services::outbox::{Closed, Counts, Disk, Status};
    let open = |disk, waiting| Status { disk, counts: Counts { waiting, ..Counts::default() }, ..Status::default() };
    assert_eq!(open(Disk::Good, 4_999).closed(), None);
    assert_eq!(open(Disk::Good, 5_000).closed(), Some(Closed::Full));
    assert_eq!(open(Disk::Low, 0).closed(), Some(Closed::LowDisk));
    assert_eq!(open(Disk::Broken, 5_000).closed(), Some(Closed::Broken));
    assert!(QueueStatus::Unopened.can_take());
    assert!(QueueStatus::Open(open(Disk::Good, 0)).can_take());
    assert!(!QueueStatus::Open(open(Disk::Low, 0)).can_take());
    assert!(!QueueStatus::Failed.can_take());
}

#[test]
fn a_kiosk_is_locked_down_unless_it_is_windowed_or_a_manager_is_inside() {
    let kiosk = || {
        let mut settings = some_settings("Main street", "ru");
        settings.preferences.mode = Mode::Kiosk;
        State::new(opened(Some(settings), false), None)
    };
    let (counter, windowed) = (at_the_counter(), kiosk().windowed(true));
    for state in [&counter, &windowed, &first_start()] {
        assert!(!state.is_full_screen() && !state.is_locked_down());
    }
    let mut state = kiosk();
    assert!(state.is_full_screen() && state.is_locked_down());
    state.screen = state.settings_screen();
    assert!(state.is_full_screen() && !state.is_locked_down());
}

#[test]
fn after_a_bug_nothing_is_left_of_what_was_typed() {
    let mut state = at_the_counter();
    counter_of(&mut state).entry = "9161234567".to_owned();
    state.update(Event::Shell(ShellAction::OpenSettings), at(1));
    state.update(Event::Shell(ShellAction::SwitchLanguage(tag("en"))), at(1));
    state.start_afresh();
    assert_eq!(counter_of(&mut state).entry, "");
    assert_eq!(state.language, tag("ru"));
}

#[test]
fn a_shaking_table_and_a_stuck_key_are_no_people() {
    use egui::Event as E;
    let key =
        |key, pressed, repeat| E::Key { key, physical_key: None, pressed, repeat, modifiers: egui::Modifiers::NONE };
    let text = || E::Text("a".to_owned());
    let tremor = [E::PointerMoved(egui::pos2(3.0, 4.0)), E::MouseMoved(egui::vec2(1.0, 0.0))];
    assert!(!is_of_a_person(&tremor));
    assert!(!is_of_a_person(&[key(egui::Key::A, true, true), text()]));
    assert!(is_of_a_person(&[key(egui::Key::A, true, false), text()]));
    assert!(is_of_a_person(&[text()]), "a key of the screen has no key behind it");
    // The keys of the screen are let go of after each repeat.
    assert!(!is_of_a_person(&[key(egui::Key::Backspace, true, true), key(egui::Key::Backspace, false, false)]));
    assert!(is_of_a_person(&[key(egui::Key::Backspace, true, true), key(egui::Key::A, true, false)]));
    let touch = |phase| E::Touch {
        device_id: egui::TouchDeviceId(0),
        id: egui::TouchId(0),
        phase,
        pos: egui::pos2(3.0, 4.0),
        force: None,
    };
    assert!(!is_of_a_person(&[touch(egui::TouchPhase::Move)]), "a drop of water");
    assert!(is_of_a_person(&[touch(egui::TouchPhase::Start)]));
}
