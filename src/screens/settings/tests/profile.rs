//! Profiles go out without secrets and come in as changes that are not saved.

use std::path::Path;

use super::changes::{another, changed};
use super::*;
use crate::domain::settings::Mode;
use crate::domain::{
    ProfileAnswer, ProfileError, ProfileFault, ProfileProblem, ProfileQuestion, ProfileSource, ReadProfile, Token,
};
use crate::screens::settings::profile::ProfileStatus;

impl SettingsFixture {
    fn ask(&mut self, action: Action) -> (RequestId, ProfileQuestion) {
        match self.act(action).pop() {
            Some(Effect::AskProfile { id, question }) => (id, question),
            other => panic!("nothing is asked but {other:?}"),
        }
    }

    fn read(&mut self, read: ReadProfile) {
        "/tmp/profile.json".clone_into(&mut self.screen.profile.path);
        let (id, question) = self.ask(Action::ReadProfile);
        assert_eq!(question, ProfileQuestion::Read(ProfileSource::File("/tmp/profile.json".into())));
        self.update(Event::ProfileAnswered { id, result: Ok(ProfileAnswer::Read(Box::new(read))) });
    }
}

/// A profile in which every setting is another one.
fn everything_else() -> (ReadProfile, SettingsDraft) {
    let stored = SettingsDraft::from(&stored_settings());
    let mut draft = SettingsDraft::default();
    for key in SettingKey::stored() {
        draft.set(key, another(key, stored.get(key).unwrap_or_default()));
    }
    let token = Some(Token::parse(TOKEN).expect("a token"));
    (ReadProfile { draft: Some(draft.clone()), token, problems: Vec::new() }, draft)
}

#[test]
fn every_setting_of_a_profile_comes_in_as_a_change_that_is_not_saved() {
    let mut desk = SettingsFixture::connected();
    let (read, draft) = everything_else();
    desk.read(read);
    assert_eq!(changed(&desk), SettingKey::ALL);
    assert_eq!(desk.screen.profile.status, ProfileStatus::Taken(SettingKey::ALL.len(), Vec::new()));
    let (_, settings, token) = desk.save();
    assert_eq!(SettingsDraft::from(&settings), draft);
    assert!(is_new(&token));
    let mut desk = SettingsFixture::connected();
    desk.read(everything_else().0);
    desk.act(Action::UndoAll);
    assert!(!desk.screen.is_changed());
}

#[test]
fn what_a_profile_leaves_out_has_its_default_and_what_has_none_stays() {
    let mut desk = SettingsFixture::connected();
    for key in SettingKey::ALL.iter().copied() {
        let text = another(key, desk.screen.form.text(key));
        desk.type_text(key, &text);
    }
    let before = desk.screen.form.clone();
    desk.read(ReadProfile { draft: Some(SettingsDraft::default()), token: None, problems: Vec::new() });
    for key in SettingKey::ALL.iter().copied() {
        let expected = if key.has_default() { key.entry().default } else { before.text(key) };
        assert_eq!(desk.screen.form.text(key), expected, "{}", key.name());
    }
}

#[test]
fn what_is_wrong_shows_at_its_field_and_what_says_nothing_is_named_and_stays() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::IdleSeconds, "60");
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::MinimumAge, "100");
    let problem = |field: &str, problem| ProfileError { field: field.to_owned(), problem };
    let problems =
        vec![problem("colour", ProfileProblem::UnknownKey), problem("idle_seconds", SettingError::UnknownValue.into())];
    desk.read(ReadProfile { draft: Some(draft), token: None, problems: problems.clone() });
    assert_eq!(desk.screen.errors.get(&SettingKey::MinimumAge), Some(&SettingError::NotInRange));
    assert_eq!(desk.screen.form.text(SettingKey::IdleSeconds), "60");
    assert_eq!(desk.screen.profile.status, ProfileStatus::Taken(1, problems));
    assert_eq!(desk.act(Action::Save), []);
    assert_eq!(desk.screen.sections.chosen, section_of(SettingGroup::Rules));
    // What is no profile at all changes nothing.
    let before = desk.screen.form.clone();
    let problems = vec![problem("profile", ProfileProblem::NotJson)];
    desk.read(ReadProfile { problems: problems.clone(), ..ReadProfile::default() });
    assert!(desk.screen.form == before && desk.screen.profile.status == ProfileStatus::Taken(0, problems));
}

#[test]
fn a_profile_goes_where_it_is_wanted_and_nowhere_while_something_is_wrong() {
    let mut desk = SettingsFixture::connected();
    for (typed, expected) in [("", None), (" \"/tmp/a b.json\" ", Some(Path::new("/tmp/a b.json")))] {
        typed.clone_into(&mut desk.screen.profile.target);
        let (id, question) = desk.ask(Action::ExportProfile);
        let ProfileQuestion::Write(settings, path) = question else { panic!("{question:?}") };
        assert_eq!((*settings, path.as_deref()), (stored_settings(), expected));
        assert_eq!(desk.act(Action::ExportProfile), [], "one at a time");
        let result = Err(ProfileFault::Exists);
        desk.update(Event::ProfileAnswered { id, result });
        assert_eq!(desk.screen.profile.status, ProfileStatus::Failed(ProfileFault::Exists));
        desk.update(Event::ProfileAnswered { id, result: Ok(ProfileAnswer::Written("/tmp/late".into())) });
        assert_eq!(desk.screen.profile.status, ProfileStatus::Failed(ProfileFault::Exists), "an old answer");
    }
    desk.type_text(SettingKey::MinimumAge, "100");
    assert_eq!(desk.act(Action::ExportProfile), []);
    assert_eq!(desk.screen.sections.focus, Some(SettingKey::MinimumAge));
}

#[test]
fn no_files_come_or_go_at_a_kiosk_or_in_a_trial() {
    let mut kiosk = SettingsFixture::connected();
    kiosk.preferences.mode = Mode::Kiosk;
    let trial = SettingsFixture::with(Stored { is_read_only: true, ..stored() });
    for mut desk in [kiosk, trial] {
        "/tmp/profile.json".clone_into(&mut desk.screen.profile.path);
        assert_eq!((desk.act(Action::ExportProfile), desk.act(Action::ReadProfile)), (Vec::new(), Vec::new()));
    }
}

#[test]
fn a_pasted_profile_is_read_and_leaves_no_token_in_the_field_or_in_debug_output() {
    let mut desk = SettingsFixture::connected();
    let text = format!(r#"{{"token": "{TOKEN}"}}"#);
    text.clone_into(&mut desk.screen.profile.path);
    desk.screen.profile.brought = Some(ProfileSource::Pasted(text.as_str().into()));
    let effects = desk.act(Action::ReadProfile);
    assert!(matches!(effects.as_slice(), [Effect::AskProfile { .. }]));
    assert_eq!(desk.screen.profile.path, "");
    let answer = Event::ProfileAnswered {
        id: desk.ids.newest(),
        result: Ok(ProfileAnswer::Read(Box::new(everything_else().0))),
    };
    let shown = format!("{effects:?} {answer:?}");
    desk.update(answer);
    let shown = format!("{shown} {:?}", desk.screen);
    assert!(!shown.contains(TOKEN), "{shown}");
}
