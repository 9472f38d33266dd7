//! Every setting is changed, put back and put to its default, by the list of them: a new one is held to the same.

use super::*;
use crate::domain::settings::SettingKind;

/// Texts that some setting of its own rules may have.
const CANDIDATES: [&str; 9] = [
    OTHER_ADDRESS,
    "OTHER1",
    "HDMI-9",
    "/dev/ttyUSB7",
    "/etc/other.pem",
    "C:\\other.pem",
    "kk",
    "001, 709",
    "[terms 2 ru]\nПравила.\n",
];

/// A good text of a setting that is another one than `now`.
pub(super) fn another(key: SettingKey, now: &str) -> String {
    let is_good = |text: &String| {
        let mut draft = SettingsDraft::from(&stored_settings());
        draft.set(key, text.as_str());
        text != now && draft.check().is_ok_and(|settings| SettingsDraft::from(&settings).get(key) == Some(text))
    };
    let found = match key.entry().kind {
        SettingKind::Secret => Some(TOKEN.to_owned()),
        SettingKind::Switch => [true, false].map(|is_on| is_on.to_string()).into_iter().find(is_good),
        SettingKind::OneOf(words) => words.iter().map(ToString::to_string).find(is_good),
        SettingKind::Number(range) => range.map(|number| number.to_string()).find(is_good),
        SettingKind::Numbers(_) => Some("7, 8".to_owned()),
        SettingKind::Text | SettingKind::Texts => CANDIDATES.map(str::to_owned).into_iter().find(is_good),
    };
    found.unwrap_or_else(|| panic!("no other text of {} is known here: name one", key.name()))
}

fn change(desk: &mut SettingsFixture, key: SettingKey) -> String {
    let text = another(key, desk.screen.form.text(key));
    desk.type_text(key, &text);
    text
}

pub(super) fn changed(desk: &SettingsFixture) -> Vec<SettingKey> {
    SettingKey::ALL.iter().copied().filter(|key| desk.screen.is_changed_at(*key)).collect()
}

#[test]
fn every_setting_that_is_changed_is_marked_and_put_back() {
    for key in SettingKey::ALL.iter().copied() {
        let mut desk = SettingsFixture::connected();
        change(&mut desk, key);
        assert_eq!(changed(&desk), [key]);
        let section = SettingsSection::of(key);
        for other in SettingsSection::ALL {
            assert_eq!(desk.screen.mark(other), (other == section).then_some(SectionMark::Changed), "{other:?}");
        }
        assert_eq!(desk.act(Action::Undo(key)), []);
        assert!(changed(&desk).is_empty() && !desk.screen.is_changed() && !desk.screen.can_undo(), "{}", key.name());
    }
}

#[test]
fn a_setting_that_is_wrong_is_put_back_with_its_error() {
    for key in SettingKey::ALL.iter().copied().filter(|key| *key != SettingKey::Consents) {
        let mut desk = SettingsFixture::connected();
        desk.type_text(key, "\u{1}");
        desk.act(Action::Save);
        desk.act(Action::Undo(key));
        assert_eq!((desk.screen.errors.len(), desk.token_error()), (0, None), "{}", key.name());
        assert!(!desk.screen.is_changed());
    }
}

#[test]
fn everything_is_undone_at_once_and_one_undo_leaves_the_rest() {
    let mut desk = SettingsFixture::connected();
    for key in SettingKey::ALL.iter().copied() {
        change(&mut desk, key);
    }
    assert_eq!(changed(&desk), SettingKey::ALL);
    desk.act(Action::Undo(SettingKey::CashId));
    assert_eq!(changed(&desk).len(), SettingKey::ALL.len() - 1);
    desk.type_text(SettingKey::MinimumAge, "100");
    desk.act(Action::LeaveField(SettingKey::MinimumAge));
    assert_eq!(desk.act(Action::UndoAll), []);
    assert!(changed(&desk).is_empty() && !desk.screen.is_changed() && desk.screen.errors.is_empty());
    assert_eq!(desk.screen.form.token, "");
    assert_eq!(desk.screen.serial_port(), None, "the port that was tried is let go");
}

#[test]
fn a_first_setup_marks_nothing() {
    let mut desk = SettingsFixture::new_station();
    desk.type_text(SettingKey::CashId, "1");
    assert!(changed(&desk).is_empty() && !desk.screen.can_undo() && desk.screen.is_changed());
}

#[test]
fn the_defaults_of_a_card_come_after_a_question_and_leave_the_rest() {
    for section in SettingsSection::ALL {
        let SettingsSection::Settings(group) = section else { continue };
        let mut desk = SettingsFixture::connected();
        let texts: Vec<_> = SettingKey::ALL.iter().map(|key| (*key, change(&mut desk, *key))).collect();
        let before = desk.screen.form.clone();
        desk.act(Action::AskDefaults(group));
        assert_eq!(desk.screen.status, Status::ConfirmingDefaults(group));
        desk.act(Action::Stay);
        assert_eq!(desk.act(Action::SetDefaults), []);
        assert!(desk.screen.form == before, "nobody agreed");
        desk.act(Action::AskDefaults(group));
        assert_eq!(desk.act(Action::SetDefaults), []);
        assert_eq!(desk.screen.status, Status::Editing);
        for (key, text) in texts {
            let is_reset = key.entry().group == group && key.has_default();
            let expected = if is_reset { key.entry().default } else { text.as_str() };
            // Another way of asking was not seen to tell of unknown customers.
            if key != SettingKey::Reconcile {
                assert_eq!(desk.screen.form.text(key), expected, "{group:?} {}", key.name());
            }
        }
        assert!(!desk.screen.differs_from_defaults(group), "{group:?}");
        desk.act(Action::UndoAll);
        assert!(!desk.screen.is_changed());
    }
}

#[test]
fn nothing_is_put_back_while_it_is_being_saved() {
    let mut desk = SettingsFixture::connected();
    desk.type_text(SettingKey::CashId, "7");
    let (id, settings, _) = desk.save();
    for action in [Action::UndoAll, Action::Undo(SettingKey::CashId), Action::AskDefaults(SettingGroup::Rules)] {
        assert_eq!(desk.act(action), []);
    }
    assert_eq!(desk.screen.status, Status::Saving(id));
    assert_eq!(settings.connection.cash_id.as_str(), desk.screen.form.text(SettingKey::CashId));
}
