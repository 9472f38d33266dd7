//! The station profile: one JSON object that sets a whole station up.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::json::{RepeatedKey, repeated_key};
use super::settings_file::{value_text, whole};
use crate::domain::consent::ConsentField;
use crate::domain::settings::{SettingPlace, SettingsDraft};
use crate::domain::{ConsentTexts, SettingError, SettingKey, Settings, Token, TokenError};

/// A checked profile.
#[derive(Debug)]
pub struct Profile {
    /// All settings; what the profile leaves out has its default.
    pub settings: Settings,
    /// May be left out while the origin stays the same.
    pub token: Option<Token>,
}

/// What is wrong with a profile: the first key, in the order they are checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct ProfileError {
    /// The key, as in the profile; at most 40 characters of ASCII.
    pub field: String,
    /// What is wrong with its value.
    pub problem: ProfileProblem,
}

/// What may be wrong with one key of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileProblem {
    /// The whole is no JSON object.
    #[error("is not a JSON object")]
    NotJson,
    /// No key of a profile.
    #[error("is not a key of a profile")]
    UnknownKey,
    /// A key that is there twice.
    #[error("is given twice, the second time in line {line}")]
    GivenTwice {
        /// The line of the second one, from 1.
        line: usize,
    },
    /// Not version 1.
    #[error("is not a version this program reads")]
    UnknownVersion,
    /// No value of the key.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// No token.
    #[error(transparent)]
    Token(#[from] TokenError),
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
        if let Some(RepeatedKey { key, line }) = repeated_key(bytes) {
            return Err(error(&key, ProfileProblem::GivenTwice { line }));
        }
        let mut object: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|_| error("profile", ProfileProblem::NotJson))?;
        let profile = Self::read(&object);
        if let Some(Value::String(token)) = object.get_mut(SettingKey::Token.name()) {
            token.zeroize();
        }
        profile
    }

    fn read(object: &Map<String, Value>) -> Result<Self, ProfileError> {
        if object.get(VERSION_KEY).filter(|version| version.is_number()).and_then(whole).as_deref() != Some("1") {
            return Err(error(VERSION_KEY, ProfileProblem::UnknownVersion));
        }
        let mut draft = SettingsDraft::default();
        let mut token = None;
        for (name, value) in object.iter().filter(|(name, _)| *name != VERSION_KEY) {
            match key_of(name, |place| place == SettingPlace::Top) {
                Some(SettingKey::Token) => token = Some(parse_token(value)?),
                Some(key) => draft.set(key, text_of(key, value)?),
                None if name == SETTINGS_KEY => read_settings(value, &mut draft)?,
                None => return Err(error(name, ProfileProblem::UnknownKey)),
            }
        }
        let settings = draft.check().map_err(|errors| {
            let first = errors.into_iter().next();
            first.map_or_else(
                || error("profile", ProfileProblem::NotJson),
                |(key, problem)| error(key.name(), problem.into()),
            )
        })?;
        Ok(Self { settings, token })
    }
}

fn key_of(name: &str, is_here: fn(SettingPlace) -> bool) -> Option<SettingKey> {
    SettingKey::ALL.iter().copied().find(|key| key.name() == name && is_here(key.entry().place))
}

fn parse_token(value: &Value) -> Result<Token, ProfileError> {
    let text = Zeroizing::new(text_of(SettingKey::Token, value)?);
    Token::parse(&text).map_err(|problem| error(SettingKey::Token.name(), problem.into()))
}

fn read_settings(value: &Value, draft: &mut SettingsDraft) -> Result<(), ProfileError> {
    let object = value.as_object().ok_or_else(|| error(SETTINGS_KEY, ProfileProblem::NotJson))?;
    for (name, value) in object {
        let key =
            key_of(name, |place| place != SettingPlace::Top).ok_or_else(|| error(name, ProfileProblem::UnknownKey))?;
        draft.set(key, if key == SettingKey::Consents { consents_of(value)? } else { text_of(key, value)? });
    }
    Ok(())
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

    fn read(consents: &str) -> Result<ConsentTexts, (String, ProfileProblem)> {
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
        let texts = read(list).expect("good");
        assert_eq!(texts.as_text(), "[terms 2 ru]\nПравила.\nВсе.\n\n[terms 2 en]\nRules.\n");
        assert_eq!(texts.of(Purpose::Terms).expect("there").languages().count(), 2);
        assert_eq!(read(r#""[terms 2 ru]\nПравила.\nВсе.\n[terms 2 en]\nRules.""#), Ok(texts));
        assert_eq!(read("[]"), Ok(ConsentTexts::default()));
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
            assert_eq!(read(&list), Err((field.to_owned(), problem)), "{list}");
        }
    }
}
