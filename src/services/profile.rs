//! The station profile: one JSON object that sets a whole station up.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::settings_file::value_text;
use crate::domain::settings::SettingsDraft;
use crate::domain::{SettingError, SettingKey, Settings, Token, TokenError};

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
/// The keys that stand outside `settings`.
const TOP_KEYS: [SettingKey; 7] = [
    SettingKey::BaseUrl,
    SettingKey::Token,
    SettingKey::MerchantId,
    SettingKey::StoreId,
    SettingKey::CashId,
    SettingKey::Mode,
    SettingKey::Language,
];

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProfileError> {
        let mut object: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|_| error("profile", ProfileProblem::NotJson))?;
        let profile = Self::read(&object);
        if let Some(Value::String(token)) = object.get_mut(SettingKey::Token.name()) {
            token.zeroize();
        }
        profile
    }

    fn read(object: &Map<String, Value>) -> Result<Self, ProfileError> {
        if object.get(VERSION_KEY).and_then(Value::as_i64) != Some(1) {
            return Err(error(VERSION_KEY, ProfileProblem::UnknownVersion));
        }
        let mut draft = SettingsDraft::default();
        let mut token = None;
        for (name, value) in object.iter().filter(|(name, _)| *name != VERSION_KEY) {
            match TOP_KEYS.into_iter().find(|key| key.name() == name) {
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

fn parse_token(value: &Value) -> Result<Token, ProfileError> {
    let text = Zeroizing::new(text_of(SettingKey::Token, value)?);
    Token::parse(&text).map_err(|problem| error(SettingKey::Token.name(), problem.into()))
}

fn read_settings(value: &Value, draft: &mut SettingsDraft) -> Result<(), ProfileError> {
    let object = value.as_object().ok_or_else(|| error(SETTINGS_KEY, ProfileProblem::NotJson))?;
    for (name, value) in object {
        let key = SettingKey::of_stored(name)
            .filter(|key| !TOP_KEYS.contains(key))
            .ok_or_else(|| error(name, ProfileProblem::UnknownKey))?;
        draft.set(key, text_of(key, value)?);
    }
    Ok(())
}

fn text_of(key: SettingKey, value: &Value) -> Result<String, ProfileError> {
    value_text(key, value).ok_or_else(|| error(key.name(), SettingError::UnknownValue.into()))
}

fn error(field: &str, problem: ProfileProblem) -> ProfileError {
    ProfileError { field: field.chars().filter(char::is_ascii_graphic).take(40).collect(), problem }
}
