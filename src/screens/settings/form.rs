//! The settings as typed.

use crate::domain::connection::{BaseUrl, Origin};
use crate::domain::settings::{Preferences, SettingsDraft};
use crate::domain::{SettingKey, Settings, Token, TokenChoice, TokenError, token};

/// Everything on the screen that can be changed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SettingsForm {
    /// The text of every setting but the token.
    pub draft: SettingsDraft,
    /// A new token; empty to keep the stored one. Wiped from memory when dropped.
    pub token: String,
}

impl Drop for SettingsForm {
    fn drop(&mut self) {
        token::wipe(&mut self.token);
    }
}

impl SettingsForm {
    /// The form for a station's settings, or the defaults of one that has none yet.
    pub fn new(settings: Option<&Settings>, preferences: &Preferences) -> Self {
        let mut draft = settings.map_or_else(|| SettingsDraft::from(preferences), SettingsDraft::from);
        // Preferences alone say nothing of the connection.
        for key in SettingKey::stored().filter(|_| settings.is_none()) {
            if draft.get(key).is_none() {
                draft.set(key, key.entry().default);
            }
        }
        Self { draft, token: String::new() }
    }

    /// The text of a setting.
    pub fn text(&self, key: SettingKey) -> &str {
        if key == SettingKey::Token { &self.token } else { self.draft.get(key).unwrap_or_default() }
    }

    /// The text of a setting, for typing.
    pub fn text_mut(&mut self, key: SettingKey) -> &mut String {
        if key == SettingKey::Token { &mut self.token } else { self.draft.text_mut(key) }
    }

    /// Where the typed address leads, if it is one.
    pub fn origin(&self) -> Option<Origin> {
        BaseUrl::parse(self.text(SettingKey::BaseUrl)).ok().map(|url| url.origin())
    }

    /// The token to go on with.
    pub(super) fn token_choice(&self, needs_token: bool) -> Result<TokenChoice, TokenError> {
        if self.token.trim().is_empty() && !needs_token {
            return Ok(TokenChoice::Stored);
        }
        Token::parse(&self.token).map(TokenChoice::New)
    }
}

/// The typed token stays out of every debug output.
impl std::fmt::Debug for SettingsForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SettingsForm").finish_non_exhaustive()
    }
}
