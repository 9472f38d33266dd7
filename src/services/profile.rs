//! The station profile: one JSON object that sets a whole station up.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::json::{RepeatedKey, repeated_key};
use super::settings_file::{typed, value_text, whole};
use crate::domain::consent::ConsentField;
use crate::domain::settings::{SettingPlace, SettingsDraft};
use crate::domain::{
    ConsentTexts, ProfileError, ProfileProblem, ReadProfile, SettingError, SettingKey, Settings, Token,
};

/// A checked profile.
#[derive(Debug)]
pub struct Profile {
    /// All settings; what the profile leaves out has its default.
    pub settings: Settings,
    /// May be left out while the origin stays the same.
    pub token: Option<Token>,
}

/// The most a profile may measure, in bytes.
pub const LONGEST_BYTES: usize = 256 * 1024;

const VERSION_KEY: &str = "swip_kiosk";
const SETTINGS_KEY: &str = "settings";

/// The keys of one consent text, all required.
const CONSENT_KEYS: [&str; 4] = ["purpose", "version", "language", "text"];

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProfileError> {
        let ReadProfile { draft, token, problems } = read(bytes);
        if let Some(first) = problems.into_iter().next() {
            return Err(first);
        }
        let settings = draft.unwrap_or_default().check().map_err(|errors| {
            let first = errors.into_iter().next();
            first.map_or_else(
                || error("profile", ProfileProblem::NotJson),
                |(key, problem)| error(key.name(), problem.into()),
            )
        })?;
        Ok(Self { settings, token })
    }
}

/// Reads a profile as far as it goes; whether its settings are good is not looked at.
pub fn read(bytes: &[u8]) -> ReadProfile {
    let refused = |problem| ReadProfile { problems: vec![problem], ..ReadProfile::default() };
    if let Some(RepeatedKey { key, line }) = repeated_key(bytes) {
        return refused(error(&key, ProfileProblem::GivenTwice { line }));
    }
    let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(bytes) else {
        return refused(error("profile", ProfileProblem::NotJson));
    };
    let is_ours = object.get(VERSION_KEY).filter(|version| version.is_number()).and_then(whole).as_deref() == Some("1");
    let profile =
        if is_ours { read_object(&object) } else { refused(error(VERSION_KEY, ProfileProblem::UnknownVersion)) };
    if let Some(Value::String(token)) = object.get_mut(SettingKey::Token.name()) {
        token.zeroize();
    }
    profile
}

fn read_object(object: &Map<String, Value>) -> ReadProfile {
    let mut draft = SettingsDraft::default();
    let (mut token, mut problems) = (None, Vec::new());
    for (name, value) in object.iter().filter(|(name, _)| *name != VERSION_KEY) {
        match key_of(name, |place| place == SettingPlace::Top) {
            Some(SettingKey::Token) => match parse_token(value) {
                Ok(good) => token = Some(good),
                Err(problem) => problems.push(problem),
            },
            Some(key) => put(&mut draft, (key, text_of(key, value)), &mut problems),
            None if name == SETTINGS_KEY => read_settings(value, &mut draft, &mut problems),
            None => problems.push(error(name, ProfileProblem::UnknownKey)),
        }
    }
    ReadProfile { draft: Some(draft), token, problems }
}

fn put(
    draft: &mut SettingsDraft,
    (key, text): (SettingKey, Result<String, ProfileError>),
    problems: &mut Vec<ProfileError>,
) {
    match text {
        Ok(text) => draft.set(key, text),
        Err(problem) => problems.push(problem),
    }
}

/// The settings as a profile, without a token, for people to read.
pub fn written(settings: &Settings) -> String {
    let draft = SettingsDraft::from(settings);
    let (mut top, mut rest) = (Map::new(), Map::new());
    top.insert(VERSION_KEY.to_owned(), 1.into());
    for key in SettingKey::stored() {
        let place = if key.entry().place == SettingPlace::Top { &mut top } else { &mut rest };
        place.insert(key.name().to_owned(), typed(key, draft.get(key).unwrap_or_default()));
    }
    top.insert(SETTINGS_KEY.to_owned(), Value::Object(rest));
    format!("{:#}\n", Value::Object(top))
}

fn key_of(name: &str, is_here: fn(SettingPlace) -> bool) -> Option<SettingKey> {
    SettingKey::ALL.iter().copied().find(|key| key.name() == name && is_here(key.entry().place))
}

fn parse_token(value: &Value) -> Result<Token, ProfileError> {
    let text = Zeroizing::new(text_of(SettingKey::Token, value)?);
    Token::parse(&text).map_err(|problem| error(SettingKey::Token.name(), problem.into()))
}

fn read_settings(value: &Value, draft: &mut SettingsDraft, problems: &mut Vec<ProfileError>) {
    let Some(object) = value.as_object() else {
        return problems.push(error(SETTINGS_KEY, ProfileProblem::NotJson));
    };
    for (name, value) in object {
        match key_of(name, |place| place != SettingPlace::Top) {
            Some(SettingKey::Consents) => put(draft, (SettingKey::Consents, consents_of(value)), problems),
            Some(key) => put(draft, (key, text_of(key, value)), problems),
            None => problems.push(error(name, ProfileProblem::UnknownKey)),
        }
    }
}

/// Consent texts as a list of objects, or as the one text that the settings file holds.
fn consents_of(value: &Value) -> Result<String, ProfileError> {
    let name = SettingKey::Consents.name();
    let Some(items) = value.as_array() else {
        return text_of(SettingKey::Consents, value);
    };
    let mut texts = ConsentTexts::default();
    for (n, item) in items.iter().enumerate() {
        let place = |part: &str| format!("{name}[{n}].{part}");
        let object = item.as_object().ok_or_else(|| error(&format!("{name}[{n}]"), ProfileProblem::NotJson))?;
        if let Some(unknown) = object.keys().find(|key| !CONSENT_KEYS.contains(&key.as_str())) {
            return Err(error(&place(unknown), ProfileProblem::UnknownKey));
        }
        let mut parts = [""; CONSENT_KEYS.len()];
        for (part, key) in parts.iter_mut().zip(CONSENT_KEYS) {
            let problem = |problem: SettingError| error(&place(key), problem.into());
            let value = object.get(key).ok_or_else(|| problem(SettingError::Empty))?;
            *part = value.as_str().ok_or_else(|| problem(SettingError::UnknownValue))?;
        }
        let [purpose, version, language, text] = parts;
        texts.add(purpose, version, language, text).map_err(|(field, problem)| {
            let key = match field {
                ConsentField::Purpose => "purpose",
                ConsentField::Version => "version",
                ConsentField::Language => "language",
                ConsentField::Text => "text",
            };
            error(&place(key), problem.into())
        })?;
    }
    Ok(texts.as_text())
}

fn text_of(key: SettingKey, value: &Value) -> Result<String, ProfileError> {
    value_text(key, value).ok_or_else(|| error(key.name(), SettingError::UnknownValue.into()))
}

fn error(field: &str, problem: ProfileProblem) -> ProfileError {
    ProfileError { field: field.chars().filter(char::is_ascii_graphic).take(40).collect(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Purpose;

    fn read_consents(consents: &str) -> Result<ConsentTexts, (String, ProfileProblem)> {
        let profile = format!(
            r#"{{"swip_kiosk": 1, "base_url": "https://api.example.org", "merchant_id": "M", "store_id": "S", "cash_id": "C",
                "settings": {{"consents": {consents}}}}}"#
        );
        let profile = Profile::parse(profile.as_bytes()).map_err(|error| (error.field, error.problem))?;
        Ok(profile.settings.preferences.consents.texts)
    }

    #[test]
    fn a_number_is_the_same_in_every_form() {
        for (age, codes) in
            [("14", "[9, 10]"), ("14.0", "[9.0, \"10\"]"), ("\"14\"", "\"9, 10\""), ("1.4e1", "[\"9\", 1e1]")]
        {
            let profile = format!(
                r#"{{"swip_kiosk": 1.0, "base_url": "https://api.example.org", "merchant_id": "M", "store_id": "S", "cash_id": 7.0,
                    "settings": {{"minimum_age": {age}, "not_found_codes": {codes}}}}}"#
            );
            let settings = Profile::parse(profile.as_bytes()).unwrap().settings;
            assert_eq!(settings.connection.cash_id.as_str(), "7", "{age}");
            assert_eq!(settings.preferences.minimum_age, 14, "{age}");
            assert!(
                settings.preferences.not_found_codes.contains(9) && settings.preferences.not_found_codes.contains(10)
            );
        }
        let half = r#"{"swip_kiosk": 1, "settings": {"minimum_age": 14.5}}"#;
        assert!(Profile::parse(half.as_bytes()).is_err_and(|error| error.field == "minimum_age"));
    }

    #[test]
    fn a_key_that_is_given_twice_is_refused_with_its_line() {
        let good = "{\"swip_kiosk\": 1,\n\"base_url\": \"https://api.example.org\",\n\"merchant_id\": \"M\", \"store_id\": \"S\",\n\
                    \"cash_id\": \"C\",\n\"settings\": {\"minimum_age\": 14,\n\"consents\": []}}";
        assert!(Profile::parse(good.as_bytes()).is_ok());
        for (part, with, field, line) in [
            ("\"cash_id\"", "\"base_url\": \"https://other.example.org\",\n\"cash_id\"", "base_url", 4),
            ("\"cash_id\"", "\"cash_id\": \"C\", \"cash_id\"", "cash_id", 4),
            ("\"consents\"", "\"minimum_age\": 18, \"consents\"", "minimum_age", 6),
            ("[]", "[{\"purpose\": \"terms\",\n\"text\": \"x\", \"text\": \"y\"}]", "text", 7),
            ("\"settings\"", "\"settings\": {},\n\"settings\"", "settings", 6),
        ] {
            let error = Profile::parse(good.replacen(part, with, 1).as_bytes()).err();
            let expected = ProfileError { field: field.to_owned(), problem: ProfileProblem::GivenTwice { line } };
            assert_eq!(error, Some(expected), "{with}");
        }
    }

    #[test]
    fn consent_texts_come_as_a_list_or_as_the_text_of_the_settings_file() {
        let list = r#"[{"purpose": "terms", "version": "2", "language": "ru", "text": " Правила.\nВсе. "},
                       {"purpose": "terms", "version": "2", "language": "en", "text": "Rules."}]"#;
        let texts = read_consents(list).expect("good");
        assert_eq!(texts.as_text(), "[terms 2 ru]\nПравила.\nВсе.\n\n[terms 2 en]\nRules.\n");
        assert_eq!(texts.of(Purpose::Terms).expect("there").languages().count(), 2);
        assert_eq!(read_consents(r#""[terms 2 ru]\nПравила.\nВсе.\n[terms 2 en]\nRules.""#), Ok(texts));
        assert_eq!(read_consents("[]"), Ok(ConsentTexts::default()));
    }

    #[test]
    fn what_is_wrong_with_a_consent_text_is_named_by_its_place() {
        use SettingError::{Empty, GivenTwice, UnexpectedCharacter, UnknownValue};
        let good = r#"{"purpose": "terms", "version": "2", "language": "ru", "text": "x"}"#;
        for (list, field, problem) in [
            ("7".to_owned(), "consents", ProfileProblem::Setting(UnknownValue)),
            ("[7]".to_owned(), "consents[0]", ProfileProblem::NotJson),
            (format!("[{good}, {good}]"), "consents[1].language", GivenTwice.into()),
            (format!("[{}]", good.replace("terms", "sales")), "consents[0].purpose", UnknownValue.into()),
            (format!("[{}]", good.replace('2', "a b")), "consents[0].version", UnexpectedCharacter.into()),
            (format!("[{}]", good.replace('2', "built-in-2")), "consents[0].version", UnknownValue.into()),
            (format!("[{}]", good.replace("ru", "р")), "consents[0].language", UnknownValue.into()),
            (format!("[{}]", good.replace(r#""x""#, r#"" ""#)), "consents[0].text", Empty.into()),
            (format!("[{}]", good.replace(r#""x""#, "7")), "consents[0].text", UnknownValue.into()),
            (format!("[{}]", good.replace("text", "words")), "consents[0].words", ProfileProblem::UnknownKey),
            (r#"[{"purpose": "terms"}]"#.to_owned(), "consents[0].version", Empty.into()),
        ] {
            assert_eq!(read_consents(&list), Err((field.to_owned(), problem)), "{list}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_and_the_rest_is_read() {
        let profile = r#"{"swip_kiosk": 1, "base_url": 7.5, "colour": 1, "cash_id": "C", "token": "a b",
            "settings": {"minimum_age": [], "speed": 1, "consents": [7], "idle_seconds": 3}}"#;
        let ReadProfile { draft, token, problems } = read(profile.as_bytes());
        let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(named.len(), 6, "{named:?}");
        for field in ["base_url", "colour", "token", "minimum_age", "speed", "consents[0]"] {
            assert!(named.contains(&field), "{field}: {named:?}");
        }
        let draft = draft.expect("a profile");
        assert_eq!((draft.get(SettingKey::CashId), draft.get(SettingKey::IdleSeconds)), (Some("C"), Some("3")));
        assert_eq!((draft.get(SettingKey::BaseUrl), token), (None, None));
        for whole in ["", "[]", r#"{"swip_kiosk": 2}"#, r#"{"swip_kiosk": 1, "swip_kiosk": 1}"#] {
            let read = read(whole.as_bytes());
            assert_eq!((read.draft, read.problems.len()), (None, 1), "{whole}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_settings_and_holds_every_key_but_the_token() {
        let mut draft = SettingsDraft::default();
        for (key, text) in [
            (SettingKey::BaseUrl, "https://api.example.org/v3"),
            (SettingKey::MerchantId, "M"),
            (SettingKey::StoreId, "007"),
            (SettingKey::CashId, "0001"),
            (SettingKey::KioskKeyboards, "ru, kk"),
            (SettingKey::MobilePrefixes, "001, 709"),
            (SettingKey::AlreadyExistsCodes, "7, -8"),
            (SettingKey::HighContrast, "true"),
            (SettingKey::IdleSeconds, "60"),
            (SettingKey::Consents, "[terms 2 ru]\nПравила.\n"),
        ] {
            draft.set(key, text);
        }
        let settings = draft.check().unwrap();
        let text = written(&settings);
        let profile = Profile::parse(text.as_bytes()).unwrap();
        assert_eq!((profile.settings, profile.token), (settings, None));
        for key in SettingKey::ALL {
            let is_there = text.contains(&format!("\"{}\": ", key.name()));
            assert_eq!(is_there, *key != SettingKey::Token, "{text}");
        }
    }
}
