//! The consents screen without a window.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::date;

use super::*;
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, ConsentTexts, LanguageTag, Now};
use crate::effect::RequestIds;

/// A manager at the screen.
#[derive(Default)]
struct ConsentsDesk {
    screen: ConsentsScreen,
    ids: RequestIds,
    preferences: Preferences,
}

impl ConsentsDesk {
    fn update(&mut self, event: Event) -> Update<Exit> {
        let (texts, language) = (ConsentTexts::default(), LanguageTag::default());
        let consents = ConsentSources { merchant: &texts, built_in: &texts, language: &language };
        let now = Now { uptime: Duration::from_secs(500), local: date(2026, 3, 1).at(12, 0, 0, 0) };
        let preferences = &self.preferences;
        self.screen.update(event, &mut UpdateContext { now, preferences, consents, ids: &mut self.ids })
    }

    /// Does something that asks for one thing, and says what.
    fn asks(&mut self, action: Action) -> (RequestId, ConsentQuestion) {
        let Update { effects, exit } = self.update(Event::Acted(action));
        assert_eq!(exit, None);
        let Ok([Effect::AskConsents { id, question }]) = <[Effect; 1]>::try_from(effects) else {
            panic!("{action:?} asks for nothing");
        };
        (id, question)
    }

    /// Does something that asks for nothing.
    fn acts(&mut self, action: Action) {
        assert_eq!(self.update(Event::Acted(action)).effects, []);
    }

    fn answer(&mut self, id: RequestId, result: Result<ConsentAnswer, Failure>) {
        assert_eq!(self.update(Event::Answered { id, result }).effects, []);
    }

    /// Looks one customer up, of whom nothing is kept.
    fn found_nothing() -> Self {
        let mut desk = Self::default();
        desk.screen.phone = "8 916 123-45-67".to_owned();
        let (id, question) = desk.asks(Action::Find);
        assert_eq!(question, ConsentQuestion::Find(phone()));
        desk.answer(id, Ok(ConsentAnswer::Found(Vec::new())));
        desk
    }
}

fn phone() -> Phone {
    Phone::parse("79161234567", PhoneRules::MOBILE).expect("a phone")
}

#[test]
fn a_phone_that_is_none_is_told_at_its_field_and_asks_for_nothing() {
    let mut desk = ConsentsDesk::default();
    desk.screen.phone = "916".to_owned();
    desk.acts(Action::Find);
    assert_eq!(desk.screen.error, Some(PhoneError::TooShort));
    desk.acts(Action::Edit);
    assert_eq!(desk.screen.error, None);
}

#[test]
fn what_is_found_belongs_to_the_phone_that_was_asked_about() {
    let mut desk = ConsentsDesk::default();
    desk.screen.phone = "9161234567".to_owned();
    let (id, _) = desk.asks(Action::Find);
    // Whoever types on meanwhile is not taken for the one who was asked about.
    desk.screen.phone = "9990000001".to_owned();
    desk.acts(Action::Find);
    desk.answer(id, Ok(ConsentAnswer::Found(Vec::new())));
    assert_eq!(desk.screen.found, Some((phone(), Vec::new())));
    desk.acts(Action::AskForget);
    assert_eq!(desk.asks(Action::Confirm).1, ConsentQuestion::Forget(phone()));
}

#[test]
fn nothing_is_destroyed_before_it_was_asked_about_and_confirmed() {
    let mut desk = ConsentsDesk::default();
    desk.acts(Action::AskForget);
    desk.acts(Action::Confirm);
    let mut desk = ConsentsDesk::found_nothing();
    desk.acts(Action::Confirm);
    desk.acts(Action::AskForget);
    desk.acts(Action::Cancel);
    desk.acts(Action::Confirm);
    desk.acts(Action::AskForget);
    let (id, question) = desk.asks(Action::Confirm);
    assert_eq!(question, ConsentQuestion::Forget(phone()));
    desk.answer(id, Ok(ConsentAnswer::Forgotten { signups: 1, consents: 2 }));
    assert_eq!(desk.screen.status, Status::Forgotten { signups: 1, consents: 2 });
    assert_eq!((desk.screen.phone.as_str(), &desk.screen.found), ("", &None));
}

#[test]
fn a_file_is_written_in_the_form_that_was_asked_for_and_the_screen_knows_where() {
    for form in [FileForm::Commas, FileForm::Semicolons, FileForm::Workbook] {
        let mut desk = ConsentsDesk::found_nothing();
        let (id, question) = desk.asks(Action::Export(form));
        assert_eq!(question, ConsentQuestion::Export(form));
        // One file at a time.
        desk.acts(Action::Export(form));
        let path = PathBuf::from("consents.csv");
        desk.answer(id, Ok(ConsentAnswer::Exported { path: path.clone(), consents: 3 }));
        assert_eq!(desk.screen.status, Status::Exported { path, consents: 3 });
        assert!(desk.screen.found.is_some(), "what was found stays");
    }
}

#[test]
fn what_was_found_goes_with_the_phone_it_was_found_by() {
    let mut desk = ConsentsDesk::found_nothing();
    desk.screen.phone = "9990000001".to_owned();
    desk.acts(Action::Edit);
    desk.acts(Action::AskForget);
    desk.acts(Action::Confirm);
    assert_eq!(desk.screen.found, None);
}

#[test]
fn nothing_personal_is_written_by_debug() {
    let desk = ConsentsDesk::found_nothing();
    let mut finding = ConsentsDesk::default();
    finding.screen.phone = "9161234567".to_owned();
    finding.asks(Action::Find);
    for screen in [&desk.screen, &finding.screen] {
        let written = format!("{screen:?} {:?}", ConsentQuestion::Find(phone()));
        assert!(!written.contains("1234"), "{written}");
    }
}

#[test]
fn a_failure_is_told_and_what_was_asked_for_can_be_asked_for_again() {
    let mut desk = ConsentsDesk::found_nothing();
    desk.acts(Action::AskForget);
    let (id, _) = desk.asks(Action::Confirm);
    desk.answer(id, Err(Failure::Storage));
    assert_eq!(desk.screen.status, Status::Failed(Failure::Storage));
    // An answer to something older changes nothing.
    desk.answer(id, Ok(ConsentAnswer::Forgotten { signups: 1, consents: 1 }));
    assert_eq!(desk.screen.status, Status::Failed(Failure::Storage));
    assert_eq!(desk.asks(Action::Find).1, ConsentQuestion::Find(phone()));
    assert_eq!(desk.update(Event::Acted(Action::Leave)).exit, Some(Exit::Left));
}
