//! The settings as typed.

use crate::domain::connection::{BaseUrl, Origin, StatsMethod};
use crate::domain::delivery::Reconcile;
use crate::domain::settings::{
    AskedFields, KioskRules, Mode, MonitorName, Preferences, SettingsDraft, mode_name, reconcile_name,
    stats_method_name,
};
use crate::domain::{LanguageTag, SettingKey, Settings, Token, TokenChoice, TokenError, token};

/// Everything on the screen that can be changed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SettingsForm {
    /// How SWiP is reached.
    pub connection: ConnectionForm,
    /// What the station is.
    pub station: StationForm,
    /// What it accepts.
    pub rules: RulesForm,
    /// What holds at a kiosk only.
    pub kiosk: KioskForm,
}

/// How SWiP is reached, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectionForm {
    /// The address.
    pub base_url: String,
    /// A new token; empty to keep the stored one. Wiped from memory when dropped.
    pub token: String,
    /// `X-Merchant-ID`
    pub merchant_id: String,
    /// `X-Store-ID`
    pub store_id: String,
    /// `X-Cash-ID`
    pub cash_id: String,
    /// How points are asked for.
    pub stats_method: StatsMethod,
    /// How a signup is settled that may have arrived.
    pub reconcile: Reconcile,
    /// Certificates that are trusted besides; a path, or empty.
    pub ca_file: String,
}

/// What the station is, as chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StationForm {
    /// Counter or kiosk.
    pub mode: Mode,
    /// The language it starts in.
    pub language: LanguageTag,
    /// The high-contrast theme.
    pub is_high_contrast: bool,
    /// In percent.
    pub text_percent: String,
}

/// What the station accepts, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesForm {
    /// Fixed-line numbers too.
    pub accept_landlines: bool,
    /// Three digits each, with commas.
    pub mobile_prefixes: String,
    /// In years.
    pub minimum_age: String,
    /// Numbers with commas.
    pub not_found_codes: String,
    /// Numbers with commas.
    pub already_exists_codes: String,
    /// In days.
    pub retention_days: String,
    /// The merchant's texts, which a profile brings; shown, not typed.
    pub consents: String,
    /// In days.
    pub consent_retention_days: String,
}

/// What holds at a kiosk only, as typed and chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskForm {
    /// In seconds.
    pub idle_seconds: String,
    /// What is asked besides the phone.
    pub asks: AskedFields,
    /// Points to whoever types a phone.
    pub points_by_phone: bool,
    /// The monitor's name, or empty.
    pub monitor: String,
}

impl Default for KioskForm {
    fn default() -> Self {
        Self::new(&Preferences::default())
    }
}

impl KioskForm {
    fn new(preferences: &Preferences) -> Self {
        let KioskRules { idle, asks, points_by_phone } = preferences.kiosk;
        let monitor = preferences.kiosk_monitor.as_ref().map_or("", MonitorName::as_str).to_owned();
        Self { idle_seconds: idle.get().to_string(), asks, points_by_phone, monitor }
    }

    fn write(&self, draft: &mut SettingsDraft) {
        draft.set(SettingKey::IdleSeconds, &*self.idle_seconds);
        draft.set(SettingKey::AskFirstName, self.asks.first_name.to_string());
        draft.set(SettingKey::AskLastName, self.asks.last_name.to_string());
        draft.set(SettingKey::AskBirthday, self.asks.birthday.to_string());
        draft.set(SettingKey::KioskPointsByPhone, self.points_by_phone.to_string());
        draft.set(SettingKey::KioskMonitor, &*self.monitor);
    }
}

impl Drop for ConnectionForm {
    fn drop(&mut self) {
        token::wipe(&mut self.token);
    }
}

impl SettingsForm {
    /// The form for a station's settings, or the defaults of one that has none yet.
    pub fn new(settings: Option<&Settings>, preferences: &Preferences) -> Self {
        let draft = settings.map_or_else(|| SettingsDraft::from(preferences), SettingsDraft::from);
        let text = |key| draft.get(key).unwrap_or_default().to_owned();
        Self {
            connection: ConnectionForm {
                base_url: text(SettingKey::BaseUrl),
                token: String::new(),
                merchant_id: text(SettingKey::MerchantId),
                store_id: text(SettingKey::StoreId),
                cash_id: text(SettingKey::CashId),
                stats_method: settings.map(|settings| settings.connection.stats_method).unwrap_or_default(),
                reconcile: settings.map(|settings| settings.connection.reconcile).unwrap_or_default(),
                ca_file: text(SettingKey::CaFile),
            },
            station: StationForm {
                mode: preferences.mode,
                language: preferences.language.clone(),
                is_high_contrast: preferences.is_high_contrast,
                text_percent: text(SettingKey::TextPercent),
            },
            rules: RulesForm {
                accept_landlines: preferences.phone_rules.accept_landlines,
                mobile_prefixes: text(SettingKey::MobilePrefixes),
                minimum_age: text(SettingKey::MinimumAge),
                not_found_codes: text(SettingKey::NotFoundCodes),
                already_exists_codes: text(SettingKey::AlreadyExistsCodes),
                retention_days: text(SettingKey::RetentionDays),
                consents: text(SettingKey::Consents),
                consent_retention_days: text(SettingKey::ConsentRetentionDays),
            },
            kiosk: KioskForm::new(preferences),
        }
    }

    /// The texts to be checked.
    pub fn to_draft(&self) -> SettingsDraft {
        let Self { connection, station, rules, kiosk } = self;
        let mut draft = SettingsDraft::default();
        draft.set(SettingKey::BaseUrl, &*connection.base_url);
        draft.set(SettingKey::MerchantId, &*connection.merchant_id);
        draft.set(SettingKey::StoreId, &*connection.store_id);
        draft.set(SettingKey::CashId, &*connection.cash_id);
        draft.set(SettingKey::StatsMethod, stats_method_name(connection.stats_method));
        draft.set(SettingKey::Reconcile, reconcile_name(connection.reconcile));
        draft.set(SettingKey::CaFile, &*connection.ca_file);
        draft.set(SettingKey::Mode, mode_name(station.mode));
        draft.set(SettingKey::Language, station.language.as_str());
        draft.set(SettingKey::HighContrast, station.is_high_contrast.to_string());
        draft.set(SettingKey::TextPercent, &*station.text_percent);
        draft.set(SettingKey::AcceptLandlines, rules.accept_landlines.to_string());
        draft.set(SettingKey::MobilePrefixes, &*rules.mobile_prefixes);
        draft.set(SettingKey::MinimumAge, &*rules.minimum_age);
        draft.set(SettingKey::NotFoundCodes, &*rules.not_found_codes);
        draft.set(SettingKey::AlreadyExistsCodes, &*rules.already_exists_codes);
        draft.set(SettingKey::RetentionDays, &*rules.retention_days);
        kiosk.write(&mut draft);
        draft.set(SettingKey::Consents, &*rules.consents);
        draft.set(SettingKey::ConsentRetentionDays, &*rules.consent_retention_days);
        draft
    }

    /// The text of a field that is typed.
    pub(super) fn text_mut(&mut self, key: SettingKey) -> Option<&mut String> {
        match key {
            SettingKey::BaseUrl => Some(&mut self.connection.base_url),
            SettingKey::Token => Some(&mut self.connection.token),
            SettingKey::MerchantId => Some(&mut self.connection.merchant_id),
            SettingKey::StoreId => Some(&mut self.connection.store_id),
            SettingKey::CashId => Some(&mut self.connection.cash_id),
            SettingKey::CaFile => Some(&mut self.connection.ca_file),
            SettingKey::MobilePrefixes => Some(&mut self.rules.mobile_prefixes),
            SettingKey::MinimumAge => Some(&mut self.rules.minimum_age),
            SettingKey::NotFoundCodes => Some(&mut self.rules.not_found_codes),
            SettingKey::AlreadyExistsCodes => Some(&mut self.rules.already_exists_codes),
            SettingKey::RetentionDays => Some(&mut self.rules.retention_days),
            SettingKey::IdleSeconds => Some(&mut self.kiosk.idle_seconds),
            SettingKey::TextPercent => Some(&mut self.station.text_percent),
            SettingKey::ConsentRetentionDays => Some(&mut self.rules.consent_retention_days),
            SettingKey::StatsMethod
            | SettingKey::Reconcile
            | SettingKey::Mode
            | SettingKey::Language
            | SettingKey::HighContrast
            | SettingKey::AcceptLandlines
            | SettingKey::AskFirstName
            | SettingKey::AskLastName
            | SettingKey::AskBirthday
            | SettingKey::KioskPointsByPhone
            | SettingKey::KioskMonitor
            | SettingKey::Consents => None,
        }
    }

    /// Where the typed address leads, if it is one.
    pub fn origin(&self) -> Option<Origin> {
        BaseUrl::parse(&self.connection.base_url).ok().map(|url| url.origin())
    }

    /// The token to go on with.
    pub(super) fn token_choice(&self, needs_token: bool) -> Result<TokenChoice, TokenError> {
        if self.connection.token.trim().is_empty() && !needs_token {
            return Ok(TokenChoice::Stored);
        }
        Token::parse(&self.connection.token).map(TokenChoice::New)
    }
}

/// The typed token stays out of every debug output.
impl std::fmt::Debug for SettingsForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SettingsForm").field("station", &self.station).finish_non_exhaustive()
    }
}
