//! A station profile: bytes from a file that somebody wrote by hand.

use serde_json::{Map, Value};
use swip_kiosk::domain::ProfileProblem;
use swip_kiosk::domain::{SettingKey, SettingsDraft};
use swip_kiosk::services::profile::Profile;

const UNKNOWN: &str = "zebra";

/// An accepted profile has known keys only and settings that survive a round through their texts; a refused one is refused
/// by a name that can be shown.
pub(crate) fn run(data: &[u8]) {
    let profile = match Profile::parse(data) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(error.field.len() <= 40 && error.field.bytes().all(|b| b.is_ascii_graphic()));
            return;
        }
    };
    let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(data) else { panic!("no object was accepted") };
    assert_eq!(object.get("swip_kiosk").and_then(Value::as_f64), Some(1.0));
    let is_known = |name: &String| SettingKey::of_stored(name).is_some();
    let extras = ["swip_kiosk", "token", "settings"];
    assert!(object.keys().all(|name| is_known(name) || extras.contains(&name.as_str())), "an unknown key was accepted");
    let inner = object.get("settings").and_then(Value::as_object);
    assert!(inner.is_none_or(|inner| inner.keys().all(is_known)), "an unknown setting was accepted");
    assert!(SettingsDraft::from(&profile.settings).check().as_ref() == Ok(&profile.settings));
    if let Some(token) = profile.token.as_ref().map(|token| token.expose().to_owned()).filter(|token| token.len() > 8) {
        let settings = format!("{:?}", profile.settings);
        assert!(settings.contains(&token) || !format!("{profile:?}").contains(&token), "the token shows");
    }
    object.insert(UNKNOWN.to_owned(), Value::Null);
    let with_more = Value::Object(object).to_string();
    let error = Profile::parse(with_more.as_bytes()).err();
    assert!(error.is_some_and(|error| error.field == UNKNOWN && error.problem == ProfileProblem::UnknownKey));
}
