//! What the settings screen does with events, without a window and without a network.

mod changes;
mod profile;

use std::time::Duration;

use jiff::civil::date;

use super::scanner::FoundPorts;
use super::*;
use crate::domain::check::{Step, StepResult, TestOutcome};
use crate::domain::connection::BaseUrl;
use crate::domain::failure::{Credentials, Unavailable};
use crate::domain::settings::Preferences;
use crate::domain::settings::SettingGroup;
use crate::domain::{
    ConsentSources, CustomerQuery, Failure, Now, PassError, Phone, PhoneError, PortName, Scan, ScanError, ScannedText,
    SettingsDraft,
};
use crate::effect::{RequestId, RequestIds};
use crate::screens::ManagerPage;

const ADDRESS: &str = "https://api.example.com/v3";
const OTHER_ADDRESS: &str = "https://other.example.com/v3";
const TOKEN: &str = "a-token-of-some-length";

const TYPED: [SettingKey; 7] = [
    SettingKey::BaseUrl,
    SettingKey::MerchantId,
    SettingKey::StoreId,
    SettingKey::CashId,
    SettingKey::MinimumAge,
    SettingKey::NotFoundCodes,
    SettingKey::AlreadyExistsCodes,
];

fn stored_settings() -> Settings {
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::BaseUrl, ADDRESS);
    draft.set(SettingKey::MerchantId, "ABCD");
    draft.set(SettingKey::StoreId, "Main street");
    draft.set(SettingKey::CashId, "0001");
    draft.check().expect("good settings")
}

fn stored() -> Stored {
    Stored {
        origin: Some(BaseUrl::parse(ADDRESS).expect("an address").origin()),
        token_tail: Some("gth".to_owned()),
        is_read_only: false,
        can_leave: true,
        keys: None,
    }
}

/// A settings screen with a clock that only the test moves.
struct SettingsFixture {
    screen: SettingsScreen,
    ids: RequestIds,
    preferences: Preferences,
    /// Where the screen was last left for.
    exit: Option<Exit>,
}

impl SettingsFixture {
    /// Of a station that was never set up.
    fn new_station() -> Self {
        let preferences = Preferences::default();
        let form = SettingsForm::new(None, &preferences);
        let can_leave = Stored { can_leave: true, ..Stored::default() };
        Self { screen: SettingsScreen::open(form, can_leave), ids: RequestIds::default(), preferences, exit: None }
    }

    /// Of a station at work.
    fn connected() -> Self {
        Self::with(stored())
    }

    fn with(stored: Stored) -> Self {
        let settings = stored_settings();
        let form = SettingsForm::new(Some(&settings), &settings.preferences);
        let screen = SettingsScreen::open(form, stored);
        Self { screen, ids: RequestIds::default(), preferences: settings.preferences, exit: None }
    }

    fn update(&mut self, event: Event) -> Vec<Effect> {
        let now = Now { uptime: Duration::from_secs(100), local: date(2025, 5, 20).at(12, 0, 0, 0) };
        let texts = &self.preferences.consents.texts;
        let consents = ConsentSources { merchant: texts, built_in: texts, language: &self.preferences.language };
        let mut cx = UpdateContext { now, preferences: &self.preferences, consents, ids: &mut self.ids };
        let Update { effects, exit } = self.screen.update(event, &mut cx);
        self.exit = exit;
        effects
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        self.update(Event::Acted(action))
    }

    fn type_text(&mut self, key: SettingKey, text: &str) {
        text.clone_into(self.screen.form.text_mut(key));
        assert_eq!(self.act(Action::Edit(key)), []);
    }

    fn test(&mut self) -> (RequestId, Settings, TokenChoice, CustomerQuery) {
        match self.act(Action::Test).pop() {
            Some(Effect::TestConnection { id, settings, token, query }) => (id, *settings, token, query),
            other => panic!("no test but {other:?}"),
        }
    }

    fn save(&mut self) -> (RequestId, Settings, TokenChoice) {
        match self.act(Action::Save).pop() {
            Some(Effect::SaveSettings { id, settings, token }) => (id, *settings, token),
            other => panic!("nothing saved but {other:?}"),
        }
    }

    fn token_error(&self) -> Option<TokenError> {
        self.screen.token_error
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer is a result")]
fn passed() -> Result<TestOutcome, Failure> {
    let steps = [Step::Connect, Step::Address].map(|step| StepResult { step, failure: None }).to_vec();
    Ok(TestOutcome { steps, ..TestOutcome::default() })
}

/// A test that has seen that SWiP does not know a number that nobody has.
fn tells(is_adopted: bool) -> Result<TestOutcome, Failure> {
    passed().map(|outcome| TestOutcome { tells_unknown: true, is_adopted, ..outcome })
}

fn is_new(choice: &TokenChoice) -> bool {
    matches!(choice, TokenChoice::New(token) if token.expose() == TOKEN)
}

#[test]
fn a_new_station_shows_the_defaults_and_is_unchanged() {
    let desk = SettingsFixture::new_station();
    for key in SettingKey::ALL {
        assert_eq!(desk.screen.form.text(*key), key.entry().default, "{}", key.name());
    }
    assert!(!desk.screen.is_changed());
    assert!(desk.screen.needs_token());
}

#[test]
fn the_form_of_a_stations_settings_gives_the_same_settings_back() {
    let mut desk = SettingsFixture::connected();
    let (_, settings, token) = desk.save();
    assert_eq!(settings, stored_settings());
    assert_eq!(token, TokenChoice::Stored);
}

#[test]
fn a_token_is_needed_wherever_the_stored_one_may_not_go() {
    let mut desk = SettingsFixture::connected();
    for (address, needs_token) in [
        (ADDRESS, false),
        ("https://api.example.com/another/path", false),
        ("https://API.example.com:443/", false),
        (OTHER_ADDRESS, true),
        ("https://api.example.com:8443/v3", true),
        ("http://api.example.com/v3", true),
        ("https://api.example.com.evil.example/v3", true),
        ("not an address", true),
        ("", true),
    ] {
        desk.type_text(SettingKey::BaseUrl, address);
        assert_eq!(desk.screen.needs_token(), needs_token, "{address:?}");
    }
    let no_token = SettingsFixture::with(Stored { token_tail: None, ..stored() });
    assert!(no_token.screen.needs_token());
}

#[test]
fn another_address_is_neither_tested_nor_saved_without_its_token() {
    for action in [Action::Test, Action::Save] {
        let mut desk = SettingsFixture::connected();
        desk.type_text(SettingKey::BaseUrl, OTHER_ADDRESS);
        assert_eq!(desk.act(action), []);
        assert_eq!(desk.token_error(), Some(TokenError::Empty), "{action:?}");
        assert_eq!(desk.screen.status, Status::Editing);
        desk.type_text(SettingKey::Token, TOKEN);
        assert_eq!(desk.token_error(), None);
        let effects = desk.act(action);
        let [Effect::TestConnection { token, .. } | Effect::SaveSettings { token, .. }] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert!(is_new(token), "{action:?}");
    }
}

#[test]
fn a_typed_token_goes_with_the_old_address_too() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::Token, TOKEN);
    assert!(is_new(&desk.save().2));
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::Token, "   ");
    assert_eq!(desk.save().2, TokenChoice::Stored);
}

#[test]
fn the_typed_token_is_in_no_debug_output() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::Token, TOKEN);
    let effects = desk.act(Action::Save);
    let shown = format!("{:?} {effects:?}", desk.screen);
    assert!(!shown.contains(TOKEN), "{shown}");
}

#[test]
fn the_test_asks_for_a_number_that_nobody_has() {
    let mut desk = SettingsFixture::connected();
    let (_, settings, token, query) = desk.test();
    assert_eq!(query, CustomerQuery::Phone(Phone::unassignable()));
    assert_eq!((settings, token), (stored_settings(), TokenChoice::Stored));
}

#[test]
fn the_test_asks_for_the_phone_that_was_typed_or_says_what_is_wrong_with_it() {
    let mut desk = SettingsFixture::connected();
    "916".clone_into(&mut desk.screen.test.phone);
    assert_eq!(desk.act(Action::Test), []);
    assert_eq!(desk.screen.test.error, Some(PhoneError::TooShort));
    "89167795322".clone_into(&mut desk.screen.test.phone);
    assert_eq!(desk.act(Action::EditTestPhone), []);
    assert_eq!(desk.screen.test.error, None);
    let (.., query) = desk.test();
    assert!(matches!(query, CustomerQuery::Phone(phone) if phone.digits() == "79167795322"));
}

#[test]
fn invalid_input_is_not_saved_and_shows_at_its_field() {
    for key in TYPED {
        for action in [Action::Save, Action::Test] {
            let mut desk = SettingsFixture::connected();
            desk.type_text(key, "\u{1}");
            assert_eq!(desk.act(action), [], "{key:?}");
            let shown: Vec<_> = desk.screen.errors.keys().copied().collect();
            assert_eq!(shown, [key]);
            assert_eq!(desk.screen.status, Status::Editing);
        }
    }
}

#[test]
fn everything_that_is_missing_shows_at_once() {
    let mut desk = SettingsFixture::new_station();
    assert_eq!(desk.act(Action::Save), []);
    let shown: Vec<_> = desk.screen.errors.keys().copied().collect();
    assert_eq!(shown, [SettingKey::BaseUrl, SettingKey::MerchantId, SettingKey::StoreId, SettingKey::CashId]);
    assert!(desk.screen.errors.values().all(|error| *error == SettingError::Empty));
    assert_eq!(desk.token_error(), Some(TokenError::Empty));
}

#[test]
fn an_error_appears_when_its_field_is_left_and_goes_when_it_is_mended() {
    for (key, bad, good) in [
        (SettingKey::BaseUrl, "http://api.example.com", ADDRESS),
        (SettingKey::MerchantId, "A B", "AB"),
        (SettingKey::StoreId, "\u{e9}", "e"),
        (SettingKey::CashId, "\u{e9}", "1"),
        (SettingKey::MinimumAge, "100", "18"),
        (SettingKey::NotFoundCodes, "nine", "9"),
        (SettingKey::AlreadyExistsCodes, "4.5", "4, 5"),
    ] {
        let mut desk = SettingsFixture::connected();
        desk.type_text(key, bad);
        assert!(desk.screen.errors.is_empty(), "not while typing");
        assert_eq!(desk.act(Action::LeaveField(key)), []);
        assert!(desk.screen.errors.contains_key(&key), "{key:?}");
        desk.type_text(key, bad);
        assert!(desk.screen.errors.contains_key(&key), "still wrong");
        desk.type_text(key, good);
        assert!(desk.screen.errors.is_empty(), "{key:?}");
    }
}

#[test]
fn a_bad_token_shows_when_its_field_is_left() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::Token, "two words");
    assert_eq!(desk.token_error(), None);
    desk.act(Action::LeaveField(SettingKey::Token));
    assert_eq!(desk.token_error(), Some(TokenError::UnexpectedCharacter));
    desk.type_text(SettingKey::Token, TOKEN);
    assert_eq!(desk.token_error(), None);
}

#[test]
fn a_missing_token_is_no_error_once_the_address_is_the_old_one_again() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::BaseUrl, OTHER_ADDRESS);
    desk.act(Action::Save);
    assert_eq!(desk.token_error(), Some(TokenError::Empty));
    desk.type_text(SettingKey::BaseUrl, ADDRESS);
    assert_eq!(desk.token_error(), None);
}

#[test]
fn an_empty_field_is_left_in_peace() {
    let mut desk = SettingsFixture::new_station();
    for key in [SettingKey::BaseUrl, SettingKey::Token, SettingKey::MerchantId, SettingKey::StoreId] {
        desk.act(Action::LeaveField(key));
    }
    assert!(desk.screen.errors.is_empty());
    assert_eq!(desk.token_error(), None);
}

#[test]
fn an_answer_to_an_old_test_is_dropped_after_an_edit() {
    let mut desk = SettingsFixture::connected();
    let (id, ..) = desk.test();
    desk.type_text(SettingKey::StoreId, "Side street");
    assert_eq!(desk.update(Event::Tested { id, result: passed() }), []);
    assert_eq!((&desk.screen.test.report, &desk.screen.status), (&None, &Status::Editing));
    let (id, ..) = desk.test();
    "9167795322".clone_into(&mut desk.screen.test.phone);
    desk.act(Action::EditTestPhone);
    desk.update(Event::Tested { id, result: passed() });
    assert_eq!((&desk.screen.test.report, &desk.screen.status), (&None, &Status::Editing));
}

#[test]
fn a_result_goes_as_soon_as_the_settings_are_others() {
    let mut desk = SettingsFixture::connected();
    let (id, ..) = desk.test();
    desk.update(Event::Tested { id, result: passed() });
    assert!(desk.screen.test.report.as_ref().is_some_and(|report| report.failure().is_none()));
    desk.type_text(SettingKey::CashId, "0002");
    assert_eq!(desk.screen.test.report, None);
}

#[test]
fn a_test_that_tells_unknown_customers_changes_how_lost_answers_are_settled() {
    let mut desk = SettingsFixture::connected();
    assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "repost");
    let (id, ..) = desk.test();
    desk.update(Event::Tested { id, result: tells(true) });
    assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "lookup");
    assert!(!desk.screen.is_changed(), "it is stored already");
    // Another address, merchant or method was not tested.
    for (key, other) in [(SettingKey::BaseUrl, "https://other.example.com"), (SettingKey::MerchantId, "ELSE")] {
        let before = desk.screen.form.text(key).to_owned();
        desk.type_text(key, other);
        assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "repost", "{}", key.name());
        desk.type_text(key, &before);
        assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "lookup", "{}", key.name());
    }
    desk.type_text(SettingKey::BaseUrl, "https://other.example.com");
    "a-token".clone_into(&mut desk.screen.form.token);
    let (id, ..) = desk.test();
    desk.update(Event::Tested { id, result: tells(false) });
    assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "lookup", "it is saved with the rest");
    assert!(desk.screen.is_changed());
}

#[test]
fn what_a_test_has_changed_on_disk_is_not_undone_by_a_form_that_was_edited_meanwhile() {
    let mut desk = SettingsFixture::connected();
    let (id, ..) = desk.test();
    desk.type_text(SettingKey::StoreId, "Side street");
    desk.update(Event::Tested { id, result: tells(true) });
    assert_eq!(desk.screen.test.report, None, "the answer itself is to an old question");
    assert_eq!(desk.screen.form.text(SettingKey::Reconcile), "lookup");
}

#[test]
fn a_second_test_waits_for_the_first() {
    let mut desk = SettingsFixture::connected();
    let (id, ..) = desk.test();
    assert_eq!(desk.act(Action::Test), []);
    let failure = Failure::Credentials(Credentials::TokenRejected);
    let steps = vec![StepResult { step: Step::Credentials, failure: Some(failure) }];
    desk.update(Event::Tested { id, result: Ok(TestOutcome { steps, ..TestOutcome::default() }) });
    assert_eq!(desk.screen.test.report.as_ref().and_then(TestReport::failure), Some(failure));
    desk.test();
}

#[test]
fn every_failed_answer_ends_the_waiting() {
    for failure in [Failure::Internal, Failure::NotConfigured, Failure::Storage] {
        let mut desk = SettingsFixture::connected();
        let (id, ..) = desk.test();
        desk.update(Event::Tested { id, result: Err(failure) });
        assert_eq!(desk.screen.status, Status::Failed(failure));
        let (id, ..) = desk.save();
        desk.update(Event::Saved { id, result: Err(failure) });
        assert_eq!(desk.screen.status, Status::Failed(failure));
        desk.type_text(SettingKey::CashId, "0002");
        assert_eq!(desk.screen.status, Status::Editing);
        desk.save();
    }
}

#[test]
fn leaving_without_changes_asks_nothing() {
    let mut desk = SettingsFixture::connected();
    assert_eq!(desk.act(Action::Leave), []);
    assert_eq!(desk.exit, Some(Exit::Left));
}

#[test]
fn leaving_with_changes_asks_first_and_every_answer_leads_on() {
    let changed = || {
        let mut desk = SettingsFixture::connected();
        desk.type_text(SettingKey::StoreId, "Side street");
        assert!(desk.screen.is_changed());
        desk.act(Action::Leave);
        assert_eq!(desk.screen.status, Status::ConfirmingLeave);
        desk
    };
    let mut desk = changed();
    desk.act(Action::Stay);
    assert_eq!(desk.screen.status, Status::Editing);
    assert_eq!(desk.screen.form.text(SettingKey::StoreId), "Side street");
    let mut desk = changed();
    desk.act(Action::Discard);
    assert_eq!(desk.exit, Some(Exit::Left));
    let mut desk = changed();
    let (id, settings, _) = desk.save();
    assert_eq!(settings.connection.store_id.as_str(), "Side street");
    desk.update(Event::Saved { id, result: Ok(()) });
    assert_eq!(desk.exit, Some(Exit::Left));
    let mut desk = changed();
    desk.screen.form.draft.set(SettingKey::StoreId, "");
    assert_eq!(desk.act(Action::Save), []);
    assert_eq!(desk.screen.status, Status::Editing, "back to the field that is wrong");
    assert!(desk.screen.errors.contains_key(&SettingKey::StoreId));
}

#[test]
fn a_change_that_was_taken_back_is_none() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::StoreId, "Side street");
    desk.type_text(SettingKey::StoreId, "Main street");
    desk.act(Action::Leave);
    assert_eq!(desk.exit, Some(Exit::Left));
}

#[test]
fn nothing_changes_while_saving_and_a_thousand_saves_are_one() {
    let mut desk = SettingsFixture::connected();
    let (id, ..) = desk.save();
    for action in [
        Action::Edit(SettingKey::StoreId),
        Action::EditTestPhone,
        Action::LeaveField(SettingKey::StoreId),
        Action::Test,
        Action::Leave,
        Action::Discard,
        Action::Stay,
    ] {
        assert_eq!(desk.act(action), []);
        assert_eq!(desk.screen.status, Status::Saving(id), "{action:?}");
    }
    for _ in 0..1000 {
        assert_eq!(desk.act(Action::Save), []);
    }
    desk.update(Event::Saved { id, result: Ok(()) });
    assert_eq!(desk.exit, Some(Exit::Left));
}

#[test]
fn late_answers_change_nothing() {
    let mut desk = SettingsFixture::connected();
    let (old, ..) = desk.test();
    desk.type_text(SettingKey::StoreId, "Side street");
    desk.update(Event::Saved { id: old, result: Ok(()) });
    assert_eq!(desk.screen.status, Status::Editing);
    let (id, ..) = desk.save();
    desk.update(Event::Tested { id: old, result: passed() });
    desk.update(Event::Saved { id: old, result: Err(Failure::Unavailable(Unavailable::Busy)) });
    assert_eq!(desk.screen.status, Status::Saving(id));
    assert_eq!(desk.screen.test.report, None);
}

#[test]
fn a_trial_saves_nothing() {
    let mut desk = SettingsFixture::with(Stored { is_read_only: true, ..stored() });
    desk.type_text(SettingKey::StoreId, "Side street");
    assert_eq!(desk.act(Action::Save), []);
    assert_eq!(desk.screen.status, Status::Editing);
    desk.act(Action::Leave);
    assert_eq!(desk.act(Action::Save), []);
    desk.act(Action::Discard);
    assert_eq!(desk.exit, Some(Exit::Left));
}

fn scan(text: &str) -> Event {
    Event::Scanned(Scan::Text(ScannedText::new(text.to_owned())))
}

fn verdict(desk: &SettingsFixture) -> Option<Result<String, ScanError>> {
    Some(desk.screen.verdict()?.map(|pass| pass.as_str().to_owned()))
}

#[test]
fn what_is_scanned_shows_with_what_the_rules_as_typed_make_of_it() {
    let mut desk = SettingsFixture::connected();
    assert_eq!(verdict(&desk), None);
    assert_eq!(desk.update(scan("~C12345#")), []);
    assert_eq!((desk.screen.scanner.text.as_str(), verdict(&desk)), ("~C12345#", Some(Ok("~C12345#".to_owned()))));
    desk.type_text(SettingKey::ScannerPrefix, "~C");
    desk.type_text(SettingKey::ScannerSuffix, "#");
    assert_eq!(verdict(&desk), Some(Ok("12345".to_owned())), "before anything is saved");
    desk.type_text(SettingKey::ScannerLength, "6");
    assert_eq!(verdict(&desk), Some(Err(ScanError::OtherLength)));
    desk.type_text(SettingKey::ScannerLength, "x");
    assert_eq!(verdict(&desk), Some(Ok("12345".to_owned())), "what is wrong has its default");
    desk.update(scan("~C#"));
    assert_eq!(verdict(&desk), Some(Err(ScanError::Pass(PassError::Empty))));
    for (scan, error) in [(Scan::Refused, ScanError::Refused), (Scan::Unclear, ScanError::Unclear)] {
        desk.update(Event::Scanned(scan));
        assert_eq!((desk.screen.scanner.text.as_str(), verdict(&desk)), ("", Some(Err(error))));
    }
    "67890".clone_into(&mut desk.screen.scanner.text);
    assert_eq!(desk.act(Action::EditScan), []);
    assert_eq!(verdict(&desk), Some(Ok("67890".to_owned())), "a typed text does, too");
    assert!(!format!("{:?}", desk.screen).contains("67890"));
}

#[test]
fn what_was_scanned_does_not_wait_behind_another_screen() {
    for action in [Action::Open(ManagerPage::Queue), Action::ChoosePin] {
        let mut desk = SettingsFixture::connected();
        desk.update(scan("12345"));
        desk.act(action);
        assert!(desk.exit.is_some());
        assert_eq!((desk.screen.scanner.text.as_str(), verdict(&desk)), ("", None), "{action:?}");
    }
}

#[test]
fn ports_are_looked_for_when_asked_and_the_last_answer_counts() {
    let mut desk = SettingsFixture::connected();
    let ports = |name: &str| vec![PortName::parse(name).unwrap().unwrap()];
    let ask = |desk: &mut SettingsFixture| match desk.act(Action::FindPorts).pop() {
        Some(Effect::FindPorts { id }) => id,
        other => panic!("{other:?}"),
    };
    let (first, second) = (ask(&mut desk), ask(&mut desk));
    desk.update(Event::PortsFound { id: first, ports: ports("COM1") });
    assert_eq!(desk.screen.scanner.ports, FoundPorts::Asked(second));
    desk.update(Event::PortsFound { id: second, ports: ports("COM2") });
    assert_eq!(desk.screen.scanner.ports, FoundPorts::Found(ports("COM2")));
    let third = ask(&mut desk);
    desk.update(Event::PortsFound { id: third, ports: Vec::new() });
    assert_eq!(desk.screen.scanner.ports, FoundPorts::Found(Vec::new()));
}

#[test]
fn a_port_is_read_once_its_field_is_left_and_not_while_it_is_typed() {
    let mut desk = SettingsFixture::connected();
    let tried = |desk: &SettingsFixture| {
        desk.screen.serial_port().map(|port| (port.name.as_str().to_owned(), port.speed.get()))
    };
    for text in ["/", "/dev/tty", "/dev/ttyACM0"] {
        desk.type_text(SettingKey::ScannerPort, text);
        assert_eq!(tried(&desk), None, "{text}");
    }
    desk.act(Action::LeaveField(SettingKey::ScannerPort));
    assert_eq!(tried(&desk), Some(("/dev/ttyACM0".to_owned(), 9600)));
    desk.type_text(SettingKey::ScannerSpeed, "57600");
    assert_eq!(tried(&desk), Some(("/dev/ttyACM0".to_owned(), 57600)));
    desk.type_text(SettingKey::ScannerPort, "ttyACM0:");
    assert_eq!(tried(&desk), Some(("/dev/ttyACM0".to_owned(), 57600)));
    desk.act(Action::LeaveField(SettingKey::ScannerPort));
    assert_eq!((tried(&desk), desk.screen.errors.get(&SettingKey::ScannerPort)), (None, Some(&SettingError::NotAPort)));
}

fn section_of(group: SettingGroup) -> SettingsSection {
    SettingsSection::Settings(group)
}

#[test]
fn every_setting_is_in_a_section_of_the_list() {
    for key in SettingKey::ALL {
        assert!(SettingsSection::ALL.contains(&SettingsSection::of(*key)), "{key:?}");
    }
}

#[test]
fn saving_leads_to_the_first_error_and_its_section_is_marked() {
    let mut desk = SettingsFixture::connected();
    assert_eq!(desk.screen.sections.chosen, section_of(SettingGroup::Connection), "the connection first");
    desk.act(Action::Show(section_of(SettingGroup::Rules)));
    desk.type_text(SettingKey::MinimumAge, "100");
    let changed = Some(SectionMark::Changed);
    assert_eq!(desk.screen.mark(section_of(SettingGroup::Rules)), changed, "not while it is typed");
    desk.act(Action::Show(SettingsSection::Brand));
    let wrong = Some(SectionMark::Wrong);
    assert_eq!(desk.screen.mark(section_of(SettingGroup::Rules)), wrong, "once its section is left");
    "age".clone_into(&mut desk.screen.sections.query);
    assert_eq!(desk.act(Action::Save), []);
    assert_eq!(
        (desk.screen.sections.chosen, desk.screen.sections.focus),
        (section_of(SettingGroup::Rules), Some(SettingKey::MinimumAge))
    );
    assert!(!desk.screen.sections.is_searching());
    desk.type_text(SettingKey::CashId, "");
    desk.act(Action::Save);
    assert_eq!(desk.screen.sections.chosen, section_of(SettingGroup::Connection), "the first one there is");
    desk.type_text(SettingKey::CashId, "1");
    desk.type_text(SettingKey::MinimumAge, "18");
    assert!(SettingsSection::ALL.into_iter().all(|section| desk.screen.mark(section) != wrong));
}

#[test]
fn a_token_or_a_phone_that_is_wrong_marks_the_connection() {
    for breaks in [
        |screen: &mut SettingsScreen| screen.token_error = Some(TokenError::Empty),
        |screen: &mut SettingsScreen| {
            screen.test.error = Some(PhoneError::TooShort);
        },
    ] {
        let mut desk = SettingsFixture::connected();
        breaks(&mut desk.screen);
        let marked = SettingsSection::ALL.into_iter().filter(|section| desk.screen.mark(*section).is_some());
        assert_eq!(marked.collect::<Vec<_>>(), [section_of(SettingGroup::Connection)]);
    }
}

#[test]
fn what_is_scanned_leads_to_where_it_shows() {
    let mut desk = SettingsFixture::connected();
    desk.update(scan("12345"));
    assert_eq!(desk.screen.sections.chosen, section_of(SettingGroup::Scanner));
}

#[test]
fn a_search_ends_with_a_section_and_by_itself() {
    let mut desk = SettingsFixture::connected();
    for action in [Action::EndSearch, Action::Show(SettingsSection::Security)] {
        "pin".clone_into(&mut desk.screen.sections.query);
        assert!(desk.screen.sections.is_searching());
        desk.act(action);
        assert!(!desk.screen.sections.is_searching(), "{action:?}");
    }
    assert_eq!(desk.screen.sections.chosen, SettingsSection::Security);
}

#[test]
fn about_is_gathered_when_it_is_opened_and_an_old_answer_changes_nothing() {
    use super::about::AboutCard;
    use crate::domain::AboutFacts;
    let mut desk = SettingsFixture::connected();
    let facts = || Box::new(AboutFacts { version: "1", log: None, last_answer: None, diagnostics: "text".to_owned() });
    let open = |desk: &mut SettingsFixture| match desk.act(Action::Show(SettingsSection::About)).pop() {
        Some(Effect::ReadAbout { id }) => id,
        other => panic!("{other:?}"),
    };
    let (first, second) = (open(&mut desk), open(&mut desk));
    desk.update(Event::AboutRead { id: first, facts: Some(facts()) });
    assert_eq!(desk.screen.about, AboutCard::Asked(second));
    desk.act(Action::NoteCopied);
    desk.update(Event::AboutRead { id: second, facts: Some(facts()) });
    assert_eq!(desk.screen.about, AboutCard::Known(facts(), false));
    desk.act(Action::NoteCopied);
    assert_eq!(desk.screen.about, AboutCard::Known(facts(), true));
    let third = open(&mut desk);
    desk.update(Event::AboutRead { id: third, facts: None });
    assert_eq!(desk.screen.about, AboutCard::Unknown, "it can be asked for again");
}
