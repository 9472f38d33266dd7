//! The texts of settings, and the one way from them to checked settings.

use std::collections::BTreeMap;

use super::{
    AskedFields, Codes, IdleSeconds, KioskRules, Mode, MonitorName, Preferences, SettingError, SettingKey, Settings,
    TextPercent,
};
use crate::domain::connection::{BaseUrl, CaFile, CashId, Connection, MerchantId, StatsMethod, StoreId};
use crate::domain::consent::{ConsentDays, ConsentRules, ConsentTexts};
use crate::domain::delivery::{Reconcile, RetentionDays};
use crate::domain::language::LanguageTag;
use crate::domain::{MobilePrefixes, PhoneRules};

/// The texts of settings as typed or read, not yet checked; a missing key means its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsDraft {
    texts: BTreeMap<SettingKey, String>,
}

/// Every field that is wrong, in the order of the keys.
pub type SettingErrors = BTreeMap<SettingKey, SettingError>;

impl SettingsDraft {
    /// Sets the text of one field.
    pub fn set(&mut self, key: SettingKey, text: impl Into<String>) {
        self.texts.insert(key, text.into());
    }

    /// The text of one field, if there is one.
    pub fn get(&self, key: SettingKey) -> Option<&str> {
        self.texts.get(&key).map(String::as_str)
    }

    /// Takes the text of one field away, so that its default stands.
    pub fn remove(&mut self, key: SettingKey) -> Option<String> {
        self.texts.remove(&key)
    }

    /// Checks every field.
    ///
    /// # Errors
    /// Every field that is wrong, each with its first broken rule.
    pub fn check(&self) -> Result<Settings, SettingErrors> {
        let mut errors = SettingErrors::new();
        let connection = self.connection(&mut errors);
        let preferences = self.preferences(&mut errors);
        match connection {
            Some(connection) if errors.is_empty() => Ok(Settings { connection, preferences }),
            _ => Err(errors),
        }
    }

    /// The preferences alone, with the default of every field that is wrong.
    pub fn preferences_or_defaults(&self) -> Preferences {
        self.preferences(&mut SettingErrors::new())
    }

    fn connection(&self, errors: &mut SettingErrors) -> Option<Connection> {
        let base_url = self.required(SettingKey::BaseUrl, BaseUrl::parse, errors);
        let merchant_id = self.required(SettingKey::MerchantId, MerchantId::parse, errors);
        let store_id = self.required(SettingKey::StoreId, StoreId::parse, errors);
        let cash_id = self.required(SettingKey::CashId, CashId::parse, errors);
        let stats_method = self.optional(SettingKey::StatsMethod, parse_stats_method, errors).unwrap_or_default();
        let reconcile = self.optional(SettingKey::Reconcile, parse_reconcile, errors).unwrap_or_default();
        let ca_file = self.optional(SettingKey::CaFile, CaFile::parse, errors).flatten();
        Some(Connection {
            base_url: base_url?,
            merchant_id: merchant_id?,
            store_id: store_id?,
            cash_id: cash_id?,
            stats_method,
            reconcile,
            ca_file,
        })
    }

    fn preferences(&self, errors: &mut SettingErrors) -> Preferences {
        let defaults = Preferences::default();
        Preferences {
            mode: self.optional(SettingKey::Mode, parse_mode, errors).unwrap_or(defaults.mode),
            language: self.optional(SettingKey::Language, parse_language, errors).unwrap_or(defaults.language),
            is_high_contrast: self.switch(SettingKey::HighContrast, errors).unwrap_or(defaults.is_high_contrast),
            phone_rules: self.phone_rules(errors),
            minimum_age: self.optional(SettingKey::MinimumAge, parse_age, errors).unwrap_or(defaults.minimum_age),
            not_found_codes: self.codes(SettingKey::NotFoundCodes, errors).unwrap_or(defaults.not_found_codes),
            already_exists_codes: self
                .codes(SettingKey::AlreadyExistsCodes, errors)
                .unwrap_or(defaults.already_exists_codes),
            retention_days: self
                .optional(SettingKey::RetentionDays, parse_days, errors)
                .unwrap_or(defaults.retention_days),
            kiosk: self.kiosk(errors),
            consents: self.consents(errors),
            kiosk_monitor: self.optional(SettingKey::KioskMonitor, MonitorName::parse, errors).flatten(),
            text_percent: self.optional(SettingKey::TextPercent, parse_percent, errors).unwrap_or_default(),
        }
    }

    fn phone_rules(&self, errors: &mut SettingErrors) -> PhoneRules {
        let prefixes = self.optional(SettingKey::MobilePrefixes, MobilePrefixes::parse, errors);
        PhoneRules {
            accept_landlines: self.switch(SettingKey::AcceptLandlines, errors).unwrap_or_default(),
            mobile_prefixes: prefixes.unwrap_or_default(),
        }
    }

    fn kiosk(&self, errors: &mut SettingErrors) -> KioskRules {
        let KioskRules { idle, asks, points_by_phone } = KioskRules::default();
        KioskRules {
            idle: self.optional(SettingKey::IdleSeconds, parse_idle, errors).unwrap_or(idle),
            asks: AskedFields {
                first_name: self.switch(SettingKey::AskFirstName, errors).unwrap_or(asks.first_name),
                last_name: self.switch(SettingKey::AskLastName, errors).unwrap_or(asks.last_name),
                birthday: self.switch(SettingKey::AskBirthday, errors).unwrap_or(asks.birthday),
            },
            points_by_phone: self.switch(SettingKey::KioskPointsByPhone, errors).unwrap_or(points_by_phone),
        }
    }

    fn consents(&self, errors: &mut SettingErrors) -> ConsentRules {
        ConsentRules {
            texts: self.optional(SettingKey::Consents, ConsentTexts::parse, errors).unwrap_or_default(),
            retention: self.optional(SettingKey::ConsentRetentionDays, parse_consent_days, errors).unwrap_or_default(),
        }
    }

    fn switch(&self, key: SettingKey, errors: &mut SettingErrors) -> Option<bool> {
        self.optional(key, parse_switch, errors)
    }

    fn codes(&self, key: SettingKey, errors: &mut SettingErrors) -> Option<Codes> {
        self.optional(key, parse_codes, errors)
    }

    fn required<T>(&self, key: SettingKey, parse: Parse<T>, errors: &mut SettingErrors) -> Option<T> {
        parse(self.get(key).unwrap_or_default()).map_err(|error| errors.insert(key, error)).ok()
    }

    fn optional<T>(&self, key: SettingKey, parse: Parse<T>, errors: &mut SettingErrors) -> Option<T> {
        parse(self.get(key)?).map_err(|error| errors.insert(key, error)).ok()
    }
}

type Parse<T> = fn(&str) -> Result<T, SettingError>;

impl From<&Settings> for SettingsDraft {
    fn from(settings: &Settings) -> Self {
        let Connection { base_url, merchant_id, store_id, cash_id, stats_method, reconcile, ca_file } =
            &settings.connection;
        let mut draft = Self::from(&settings.preferences);
        draft.set(SettingKey::BaseUrl, base_url.as_str());
        draft.set(SettingKey::MerchantId, merchant_id.as_str());
        draft.set(SettingKey::StoreId, store_id.as_str());
        draft.set(SettingKey::CashId, cash_id.as_str());
        draft.set(SettingKey::StatsMethod, stats_method_name(*stats_method));
        draft.set(SettingKey::Reconcile, reconcile_name(*reconcile));
        draft.set(SettingKey::CaFile, ca_file.as_ref().map_or("", CaFile::as_str));
        draft
    }
}

impl From<&Preferences> for SettingsDraft {
    fn from(preferences: &Preferences) -> Self {
        let mut draft = Self::default();
        draft.set(SettingKey::Mode, mode_name(preferences.mode));
        draft.set(SettingKey::Language, preferences.language.as_str());
        draft.set(SettingKey::HighContrast, preferences.is_high_contrast.to_string());
        let PhoneRules { accept_landlines, mobile_prefixes } = preferences.phone_rules;
        draft.set(SettingKey::AcceptLandlines, accept_landlines.to_string());
        draft.set(SettingKey::MobilePrefixes, mobile_prefixes.as_text());
        draft.set(SettingKey::MinimumAge, preferences.minimum_age.to_string());
        draft.set(SettingKey::NotFoundCodes, codes_text(&preferences.not_found_codes.0));
        draft.set(SettingKey::AlreadyExistsCodes, codes_text(&preferences.already_exists_codes.0));
        draft.set(SettingKey::RetentionDays, preferences.retention_days.get().to_string());
        let KioskRules { idle, asks, points_by_phone } = preferences.kiosk;
        draft.set(SettingKey::IdleSeconds, idle.get().to_string());
        draft.set(SettingKey::AskFirstName, asks.first_name.to_string());
        draft.set(SettingKey::AskLastName, asks.last_name.to_string());
        draft.set(SettingKey::AskBirthday, asks.birthday.to_string());
        draft.set(SettingKey::KioskPointsByPhone, points_by_phone.to_string());
        draft.set(SettingKey::KioskMonitor, preferences.kiosk_monitor.as_ref().map_or("", MonitorName::as_str));
        draft.set(SettingKey::TextPercent, preferences.text_percent.get().to_string());
        draft.set(SettingKey::Consents, preferences.consents.texts.as_text());
        draft.set(SettingKey::ConsentRetentionDays, preferences.consents.retention.get().to_string());
        draft
    }
}

/// The name of a mode in files.
pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Counter => "counter",
        Mode::Kiosk => "kiosk",
    }
}

/// The name of a lookup method in files.
pub fn stats_method_name(method: StatsMethod) -> &'static str {
    match method {
        StatsMethod::Get => "get",
        StatsMethod::Post => "post",
    }
}

/// The name of a way to settle what may have arrived, in files.
pub fn reconcile_name(reconcile: Reconcile) -> &'static str {
    match reconcile {
        Reconcile::Repost => "repost",
        Reconcile::Lookup => "lookup",
    }
}

fn parse_mode(text: &str) -> Result<Mode, SettingError> {
    [Mode::Counter, Mode::Kiosk].into_iter().find(|mode| mode_name(*mode) == text).ok_or(SettingError::UnknownValue)
}

fn parse_stats_method(text: &str) -> Result<StatsMethod, SettingError> {
    [StatsMethod::Get, StatsMethod::Post]
        .into_iter()
        .find(|method| stats_method_name(*method).eq_ignore_ascii_case(text))
        .ok_or(SettingError::UnknownValue)
}

fn parse_reconcile(text: &str) -> Result<Reconcile, SettingError> {
    [Reconcile::Repost, Reconcile::Lookup]
        .into_iter()
        .find(|reconcile| reconcile_name(*reconcile) == text)
        .ok_or(SettingError::UnknownValue)
}

fn parse_language(text: &str) -> Result<LanguageTag, SettingError> {
    LanguageTag::parse(text).ok_or(SettingError::UnknownValue)
}

fn parse_switch(text: &str) -> Result<bool, SettingError> {
    text.parse().map_err(|_| SettingError::UnknownValue)
}

fn parse_age(text: &str) -> Result<u8, SettingError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().ok().filter(|age| *age <= 99).ok_or(SettingError::NotInRange)
}

fn parse_days(text: &str) -> Result<RetentionDays, SettingError> {
    text.trim().parse().ok().and_then(RetentionDays::new).ok_or(SettingError::NotInRange)
}

fn parse_idle(text: &str) -> Result<IdleSeconds, SettingError> {
    text.trim().parse().ok().and_then(IdleSeconds::new).ok_or(SettingError::NotInRange)
}

fn parse_percent(text: &str) -> Result<TextPercent, SettingError> {
    text.trim().parse().ok().and_then(TextPercent::new).ok_or(SettingError::NotInRange)
}

fn parse_consent_days(text: &str) -> Result<ConsentDays, SettingError> {
    text.trim().parse().ok().and_then(ConsentDays::new).ok_or(SettingError::NotInRange)
}

fn parse_codes(text: &str) -> Result<Codes, SettingError> {
    const MOST: usize = 32;
    let codes: Option<Vec<i64>> =
        text.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
    codes.filter(|codes| codes.len() <= MOST).map(Codes).ok_or(SettingError::NotInRange)
}

fn codes_text(codes: &[i64]) -> String {
    codes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(pairs: &[(SettingKey, &str)]) -> SettingsDraft {
        let mut draft = SettingsDraft::default();
        for (key, text) in pairs {
            draft.set(*key, *text);
        }
        draft
    }

    fn least() -> SettingsDraft {
        draft(&[
            (SettingKey::BaseUrl, "https://api.example.com"),
            (SettingKey::MerchantId, "ABCD"),
            (SettingKey::StoreId, "Test storeID"),
            (SettingKey::CashId, "1231"),
        ])
    }

    #[test]
    fn four_texts_are_enough_and_the_rest_has_defaults() {
        let settings = least().check().unwrap();
        assert_eq!(settings.preferences, Preferences::default());
        assert_eq!(settings.connection.stats_method, StatsMethod::Get);
        assert_eq!(settings.connection.reconcile, Reconcile::Repost);
        assert!(settings.preferences.not_found_codes.contains(9));
        assert!(!settings.preferences.already_exists_codes.contains(9));
    }

    #[test]
    fn settings_survive_the_way_through_texts() {
        let mut all = least();
        for (key, text) in [
            (SettingKey::StatsMethod, "post"),
            (SettingKey::Reconcile, "lookup"),
            (SettingKey::CaFile, if cfg!(windows) { "C:\\shop.pem" } else { "/etc/shop.pem" }),
            (SettingKey::Mode, "kiosk"),
            (SettingKey::Language, "uz-Latn"),
            (SettingKey::HighContrast, "true"),
            (SettingKey::AcceptLandlines, "true"),
            (SettingKey::MobilePrefixes, "709, +7001"),
            (SettingKey::MinimumAge, "18"),
            (SettingKey::NotFoundCodes, "9, -12,0"),
            (SettingKey::AlreadyExistsCodes, "9223372036854775807"),
            (SettingKey::RetentionDays, "90"),
            (SettingKey::IdleSeconds, "300"),
            (SettingKey::AskFirstName, "false"),
            (SettingKey::AskLastName, "false"),
            (SettingKey::AskBirthday, "false"),
            (SettingKey::KioskPointsByPhone, "true"),
            (SettingKey::KioskMonitor, "HDMI-1"),
            (SettingKey::TextPercent, "175"),
            (SettingKey::Consents, "[terms 2 ru]\nПравила «клуба».\n\nЕщё.\n[terms 2 en]\nRules."),
            (SettingKey::ConsentRetentionDays, "3650"),
        ] {
            all.set(key, text);
        }
        for draft in [least(), all] {
            let settings = draft.check().unwrap();
            let again = SettingsDraft::from(&settings);
            assert_eq!(again.check(), Ok(settings));
            let keys: Vec<_> = SettingKey::STORED.into_iter().filter(|key| again.get(*key).is_none()).collect();
            assert!(keys.is_empty(), "every key is written: {keys:?}");
        }
    }

    #[test]
    fn every_wrong_field_is_named_with_its_reason() {
        use SettingError::{
            Empty, NotAPath, NotAPrefix, NotInRange, NotSecure, TooLong, UnexpectedCharacter, UnknownValue,
        };
        let long = "x".repeat(65);
        let wrong = [
            (SettingKey::BaseUrl, "http://example.com", NotSecure),
            (SettingKey::MerchantId, "AB CD", UnexpectedCharacter),
            (SettingKey::StoreId, long.as_str(), TooLong),
            (SettingKey::CashId, "касса", UnexpectedCharacter),
            (SettingKey::StatsMethod, "put", UnknownValue),
            (SettingKey::Reconcile, "ask", UnknownValue),
            (SettingKey::CaFile, "shop.pem", NotAPath),
            (SettingKey::Mode, "Kiosk", UnknownValue),
            (SettingKey::Language, "", UnknownValue),
            (SettingKey::HighContrast, "yes", UnknownValue),
            (SettingKey::AcceptLandlines, "1", UnknownValue),
            (SettingKey::MobilePrefixes, "70", NotAPrefix),
            (SettingKey::MinimumAge, "100", NotInRange),
            (SettingKey::NotFoundCodes, "9, nine", NotInRange),
            (SettingKey::AlreadyExistsCodes, "9223372036854775808", NotInRange),
            (SettingKey::RetentionDays, "91", NotInRange),
            (SettingKey::IdleSeconds, "19", NotInRange),
            (SettingKey::AskFirstName, "", UnknownValue),
            (SettingKey::AskLastName, "no", UnknownValue),
            (SettingKey::AskBirthday, "0", UnknownValue),
            (SettingKey::KioskPointsByPhone, "yes", UnknownValue),
            (SettingKey::KioskMonitor, "HDMI\n1", UnexpectedCharacter),
            (SettingKey::TextPercent, "201", NotInRange),
            (SettingKey::Consents, "[terms 2 ru]", Empty),
            (SettingKey::ConsentRetentionDays, "29", NotInRange),
        ];
        assert_eq!(wrong.map(|(key, ..)| key), SettingKey::STORED, "one for every key");
        let mut all = SettingsDraft::default();
        for (key, text, error) in wrong {
            let mut one = least();
            one.set(key, text);
            assert_eq!(one.check(), Err(SettingErrors::from([(key, error)])), "{}", key.name());
            all.set(key, text);
        }
        let errors = all.check().unwrap_err();
        assert_eq!(errors, wrong.map(|(key, _, error)| (key, error)).into_iter().collect());
        assert_eq!(all.preferences_or_defaults(), Preferences::default());
    }

    #[test]
    fn a_missing_required_field_is_empty() {
        for key in [SettingKey::BaseUrl, SettingKey::MerchantId, SettingKey::StoreId, SettingKey::CashId] {
            let mut draft = least();
            draft.remove(key);
            assert_eq!(draft.check(), Err(SettingErrors::from([(key, SettingError::Empty)])));
        }
    }

    #[test]
    fn ages_and_codes_are_read_generously_within_their_range() {
        for (text, age) in [("", 0), (" ", 0), ("0", 0), (" 18 ", 18), ("99", 99)] {
            assert_eq!(parse_age(text), Ok(age), "{text:?}");
        }
        for text in ["-1", "256", "18.5", "x"] {
            assert_eq!(parse_age(text), Err(SettingError::NotInRange), "{text:?}");
        }
        for (text, days) in
            [("1", Some(1)), (" 30 ", Some(30)), ("90", Some(90)), ("0", None), ("91", None), ("", None)]
        {
            assert_eq!(parse_days(text).ok().map(RetentionDays::get), days, "{text:?}");
        }
        for (text, seconds) in [("20", Some(20)), (" 45 ", Some(45)), ("300", Some(300)), ("19", None), ("301", None)] {
            assert_eq!(parse_idle(text).ok().map(IdleSeconds::get), seconds, "{text:?}");
        }
        for (text, percent) in
            [("100", Some(100)), (" 150 ", Some(150)), ("200", Some(200)), ("99", None), ("201", None)]
        {
            assert_eq!(parse_percent(text).ok().map(TextPercent::get), percent, "{text:?}");
        }
        assert_eq!(parse_codes(""), Ok(Codes(Vec::new())));
        assert_eq!(parse_codes(" 1,2  3 , "), Ok(Codes(vec![1, 2, 3])));
        assert!(parse_codes(&"1,".repeat(32)).is_ok());
        assert_eq!(parse_codes(&"1,".repeat(33)), Err(SettingError::NotInRange));
        assert_eq!(parse_stats_method("POST"), Ok(StatsMethod::Post));
    }
}
