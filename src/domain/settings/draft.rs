//! The texts of settings, and the one way from them to checked settings.

use std::collections::BTreeMap;

use super::{
    AskedFields, Codes, IdleSeconds, InARow, KeyboardLayouts, KioskDevice, KioskRules, Legibility, Mode, MonitorName,
    PanelInches, PauseSeconds, Preferences, RetentionRules, SettingError, SettingKey, Settings, TextPercent,
};
use crate::domain::connection::{BaseUrl, CaFile, CashId, Connection, MerchantId, StatsMethod, StoreId};
use crate::domain::consent::{ConsentDays, ConsentRules, ConsentTexts};
use crate::domain::delivery::{Reconcile, RetentionDays};
use crate::domain::journal::JournalDays;
use crate::domain::language::LanguageTag;
use crate::domain::{
    MobilePrefixes, PhoneRules, PortName, PortSpeed, ScanMark, ScanRules, ScannerSettings, SignupField,
};

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

    /// The text of one field, for typing.
    pub fn text_mut(&mut self, key: SettingKey) -> &mut String {
        self.texts.entry(key).or_default()
    }

    /// Takes the text of one field away, so that its default stands.
    pub fn remove(&mut self, key: SettingKey) -> Option<String> {
        self.texts.remove(&key)
    }

    fn reader(&self) -> Reader<'_> {
        Reader { draft: self, errors: SettingErrors::new() }
    }

    /// Checks every field.
    ///
    /// # Errors
    /// Every field that is wrong, each with its first broken rule.
    pub fn check(&self) -> Result<Settings, SettingErrors> {
        let mut reader = self.reader();
        let connection = reader.connection();
        let preferences = reader.preferences();
        match connection {
            Some(connection) if reader.errors.is_empty() => Ok(Settings { connection, preferences }),
            _ => Err(reader.errors),
        }
    }

    /// What the scanner is set to, with the default of every field that is wrong.
    pub fn scanner_or_defaults(&self) -> ScannerSettings {
        self.reader().scanner()
    }

    /// The preferences alone, with the default of every field that is wrong.
    pub fn preferences_or_defaults(&self) -> Preferences {
        self.reader().preferences()
    }
}

/// Takes the values out of a draft, and notes what is wrong with them.
struct Reader<'a> {
    draft: &'a SettingsDraft,
    errors: SettingErrors,
}

impl Reader<'_> {
    fn connection(&mut self) -> Option<Connection> {
        let base_url = self.required(SettingKey::BaseUrl, BaseUrl::parse);
        let merchant_id = self.required(SettingKey::MerchantId, MerchantId::parse);
        let store_id = self.required(SettingKey::StoreId, StoreId::parse);
        let cash_id = self.required(SettingKey::CashId, CashId::parse);
        let stats_method = self.value(SettingKey::StatsMethod, parse_stats_method);
        let reconcile = self.value(SettingKey::Reconcile, parse_reconcile);
        let ca_file = self.value(SettingKey::CaFile, CaFile::parse);
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

    fn preferences(&mut self) -> Preferences {
        Preferences {
            mode: self.value(SettingKey::Mode, parse_mode),
            language: self.value(SettingKey::Language, parse_language),
            legibility: Legibility {
                is_high_contrast: self.value(SettingKey::HighContrast, parse_switch),
                text_percent: self.value(SettingKey::TextPercent, number(TextPercent::new)),
            },
            phone_rules: PhoneRules {
                accept_landlines: self.value(SettingKey::AcceptLandlines, parse_switch),
                mobile_prefixes: self.value(SettingKey::MobilePrefixes, MobilePrefixes::parse),
            },
            minimum_age: self.value(SettingKey::MinimumAge, parse_age),
            not_found_codes: self.value(SettingKey::NotFoundCodes, parse_codes),
            already_exists_codes: self.value(SettingKey::AlreadyExistsCodes, parse_codes),
            retention: RetentionRules {
                signups: self.value(SettingKey::RetentionDays, number(RetentionDays::new)),
                journal: self.value(SettingKey::JournalDays, number(JournalDays::new)),
            },
            kiosk: KioskRules {
                idle: self.value(SettingKey::IdleSeconds, number(IdleSeconds::new)),
                asks: AskedFields::new(|field| {
                    SettingKey::asks_for(field).is_none_or(|key| self.value(key, parse_switch))
                }),
                points_by_phone: self.value(SettingKey::KioskPointsByPhone, parse_switch),
                in_a_row: self.value(SettingKey::KioskInARow, number(InARow::new)),
                pause: self.value(SettingKey::KioskPauseSeconds, number(PauseSeconds::new)),
            },
            kiosk_device: KioskDevice {
                monitor: self.value(SettingKey::KioskMonitor, MonitorName::parse),
                panel: self.value(SettingKey::KioskInches, PanelInches::parse),
                keyboards: self.value(SettingKey::KioskKeyboards, KeyboardLayouts::parse),
            },
            scanner: self.scanner(),
            consents: ConsentRules {
                texts: self.value(SettingKey::Consents, ConsentTexts::parse),
                retention: self.value(SettingKey::ConsentRetentionDays, number(ConsentDays::new)),
            },
        }
    }

    fn scanner(&mut self) -> ScannerSettings {
        ScannerSettings {
            rules: ScanRules {
                prefix: self.value(SettingKey::ScannerPrefix, ScanMark::parse),
                suffix: self.value(SettingKey::ScannerSuffix, ScanMark::parse),
                length: self.value(SettingKey::ScannerLength, number(pass_length)),
                strips_url: self.value(SettingKey::ScannerStripsUrl, parse_switch),
            },
            port: self.value(SettingKey::ScannerPort, PortName::parse),
            speed: self.value(SettingKey::ScannerSpeed, PortSpeed::parse),
        }
    }

    /// The value of a setting that has to be given.
    fn required<T>(&mut self, key: SettingKey, parse: impl Fn(&str) -> Result<T, SettingError>) -> Option<T> {
        let parsed = parse(self.draft.get(key).unwrap_or_default());
        parsed.map_err(|error| self.errors.insert(key, error)).ok()
    }

    /// The value of a setting, or its default if it is not given or wrong.
    fn value<T: Default>(&mut self, key: SettingKey, parse: impl Fn(&str) -> Result<T, SettingError>) -> T {
        let given = self.draft.get(key).map(&parse).transpose();
        let given = given.map_err(|error| self.errors.insert(key, error)).unwrap_or_default();
        given.or_else(|| parse(key.entry().default).ok()).unwrap_or_default()
    }
}

impl From<&Settings> for SettingsDraft {
    fn from(settings: &Settings) -> Self {
        let Connection { base_url, merchant_id, store_id, cash_id, stats_method, reconcile, ca_file } =
            &settings.connection;
        let mut draft = Self::from(&settings.preferences);
        draft.set(SettingKey::BaseUrl, base_url.as_str());
        draft.set(SettingKey::MerchantId, merchant_id.as_str());
        draft.set(SettingKey::StoreId, store_id.as_str());
        draft.set(SettingKey::CashId, cash_id.as_str());
        draft.set(SettingKey::StatsMethod, stats_method.name());
        draft.set(SettingKey::Reconcile, reconcile.name());
        draft.set(SettingKey::CaFile, ca_file.as_ref().map_or("", CaFile::as_str));
        draft
    }
}

impl From<&Preferences> for SettingsDraft {
    fn from(preferences: &Preferences) -> Self {
        let mut draft = Self::default();
        draft.set(SettingKey::Mode, preferences.mode.name());
        draft.set(SettingKey::Language, preferences.language.as_str());
        draft.set(SettingKey::HighContrast, preferences.legibility.is_high_contrast.to_string());
        let PhoneRules { accept_landlines, mobile_prefixes } = preferences.phone_rules;
        draft.set(SettingKey::AcceptLandlines, accept_landlines.to_string());
        draft.set(SettingKey::MobilePrefixes, mobile_prefixes.as_text());
        draft.set(SettingKey::MinimumAge, preferences.minimum_age.to_string());
        draft.set(SettingKey::NotFoundCodes, codes_text(&preferences.not_found_codes.0));
        draft.set(SettingKey::AlreadyExistsCodes, codes_text(&preferences.already_exists_codes.0));
        let RetentionRules { signups, journal } = preferences.retention;
        draft.set(SettingKey::RetentionDays, signups.get().to_string());
        draft.set(SettingKey::JournalDays, journal.get().to_string());
        let KioskRules { idle, asks, points_by_phone, in_a_row, pause } = preferences.kiosk;
        draft.set(SettingKey::IdleSeconds, idle.get().to_string());
        for field in SignupField::ALL {
            if let Some(key) = SettingKey::asks_for(field) {
                draft.set(key, asks.asks(field).to_string());
            }
        }
        draft.set(SettingKey::KioskPointsByPhone, points_by_phone.to_string());
        draft.set(SettingKey::KioskInARow, in_a_row.get().to_string());
        draft.set(SettingKey::KioskPauseSeconds, pause.get().to_string());
        let KioskDevice { monitor, panel, keyboards } = &preferences.kiosk_device;
        draft.set(SettingKey::KioskMonitor, monitor.as_ref().map_or("", MonitorName::as_str));
        draft.set(SettingKey::KioskInches, panel.map_or(0, PanelInches::get).to_string());
        draft.set(SettingKey::KioskKeyboards, keyboards.as_text());
        draft.set(SettingKey::TextPercent, preferences.legibility.text_percent.get().to_string());
        let ScannerSettings { rules, port, speed } = &preferences.scanner;
        let ScanRules { prefix, suffix, length, strips_url } = rules;
        draft.set(SettingKey::ScannerPrefix, prefix.as_str());
        draft.set(SettingKey::ScannerSuffix, suffix.as_str());
        draft.set(SettingKey::ScannerLength, length.to_string());
        draft.set(SettingKey::ScannerStripsUrl, strips_url.to_string());
        draft.set(SettingKey::ScannerPort, port.as_ref().map_or("", PortName::as_str));
        draft.set(SettingKey::ScannerSpeed, speed.get().to_string());
        draft.set(SettingKey::Consents, preferences.consents.texts.as_text());
        draft.set(SettingKey::ConsentRetentionDays, preferences.consents.retention.get().to_string());
        draft
    }
}

/// A length that a pass may have; 0 is any.
fn pass_length(length: u16) -> Option<u16> {
    SettingKey::ScannerLength.accepts(length).then_some(length)
}

fn parse_mode(text: &str) -> Result<Mode, SettingError> {
    Mode::ALL.into_iter().find(|mode| mode.name() == text).ok_or(SettingError::UnknownValue)
}

fn parse_stats_method(text: &str) -> Result<StatsMethod, SettingError> {
    let mut all = StatsMethod::ALL.into_iter();
    all.find(|method| method.name().eq_ignore_ascii_case(text)).ok_or(SettingError::UnknownValue)
}

fn parse_reconcile(text: &str) -> Result<Reconcile, SettingError> {
    Reconcile::ALL.into_iter().find(|reconcile| reconcile.name() == text).ok_or(SettingError::UnknownValue)
}

fn parse_language(text: &str) -> Result<LanguageTag, SettingError> {
    LanguageTag::parse(text).ok_or(SettingError::UnknownValue)
}

fn parse_switch(text: &str) -> Result<bool, SettingError> {
    text.parse().map_err(|_| SettingError::UnknownValue)
}

/// A number that `new` makes a value of, which looks at its range.
fn number<T>(new: fn(u16) -> Option<T>) -> impl Fn(&str) -> Result<T, SettingError> {
    move |text: &str| text.trim().parse().ok().and_then(new).ok_or(SettingError::NotInRange)
}

/// No age is every age.
fn parse_age(text: &str) -> Result<u8, SettingError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    number(|age| u8::try_from(age).ok().filter(|_| SettingKey::MinimumAge.accepts(age)))(text)
}

fn parse_codes(text: &str) -> Result<Codes, SettingError> {
    let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
    let codes: Option<Vec<i64>> = parts.map(|part| part.parse().ok()).collect();
    codes.filter(|codes| codes.len() <= Codes::MOST).map(Codes).ok_or(SettingError::NotInRange)
}

fn codes_text(codes: &[i64]) -> String {
    codes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::settings::key::SettingKind;

    fn draft(pairs: &[(SettingKey, &str)]) -> SettingsDraft {
        let mut draft = SettingsDraft::default();
        for (key, text) in pairs {
            draft.set(*key, *text);
        }
        draft
    }

    fn least_settings() -> SettingsDraft {
        draft(&[
            (SettingKey::BaseUrl, "https://api.example.com"),
            (SettingKey::MerchantId, "ABCD"),
            (SettingKey::StoreId, "Test storeID"),
            (SettingKey::CashId, "1231"),
        ])
    }

    #[test]
    fn four_texts_are_enough_and_the_rest_has_defaults() {
        let settings = least_settings().check().unwrap();
        assert_eq!(settings.preferences, Preferences::default());
        assert_eq!(settings.connection.stats_method, StatsMethod::Get);
        assert_eq!(settings.connection.reconcile, Reconcile::Repost);
        assert!(settings.preferences.not_found_codes.contains(9));
        assert!(!settings.preferences.already_exists_codes.contains(9));
    }

    #[test]
    fn settings_survive_the_way_through_texts() {
        let mut all = least_settings();
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
            (SettingKey::JournalDays, "7"),
            (SettingKey::IdleSeconds, "300"),
            (SettingKey::KioskInARow, "200"),
            (SettingKey::KioskPauseSeconds, "60"),
            (SettingKey::AskFirstName, "false"),
            (SettingKey::AskLastName, "false"),
            (SettingKey::AskBirthday, "false"),
            (SettingKey::KioskPointsByPhone, "true"),
            (SettingKey::KioskMonitor, "HDMI-1"),
            (SettingKey::KioskInches, "21"),
            (SettingKey::KioskKeyboards, "ru, kk"),
            (SettingKey::TextPercent, "175"),
            (SettingKey::ScannerPrefix, "~C"),
            (SettingKey::ScannerSuffix, "#"),
            (SettingKey::ScannerLength, "13"),
            (SettingKey::ScannerStripsUrl, "true"),
            (SettingKey::ScannerPort, "/dev/ttyACM0"),
            (SettingKey::ScannerSpeed, "115200"),
            (SettingKey::Consents, "[terms 2 ru]\nПравила «клуба».\n\nЕщё.\n[terms 2 en]\nRules."),
            (SettingKey::ConsentRetentionDays, "3650"),
        ] {
            all.set(key, text);
        }
        let missing: Vec<_> = SettingKey::stored().filter(|key| all.get(*key).is_none()).collect();
        assert!(missing.is_empty(), "a good value of every key: {missing:?}");
        for draft in [least_settings(), all] {
            let settings = draft.check().unwrap();
            let again = SettingsDraft::from(&settings);
            assert_eq!(again.check(), Ok(settings));
            let keys: Vec<_> = SettingKey::stored().filter(|key| again.get(*key).is_none()).collect();
            assert!(keys.is_empty(), "every key is written: {keys:?}");
        }
    }

    #[test]
    fn every_wrong_field_is_named_with_its_reason() {
        use SettingError::{
            Empty, NotAPath, NotAPort, NotAPrefix, NotInRange, NotSecure, TooLong, UnexpectedCharacter, UnknownValue,
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
            (SettingKey::JournalDays, "6", NotInRange),
            (SettingKey::IdleSeconds, "19", NotInRange),
            (SettingKey::KioskInARow, "11", NotInRange),
            (SettingKey::KioskPauseSeconds, "61", NotInRange),
            (SettingKey::AskFirstName, "", UnknownValue),
            (SettingKey::AskLastName, "no", UnknownValue),
            (SettingKey::AskBirthday, "0", UnknownValue),
            (SettingKey::KioskPointsByPhone, "yes", UnknownValue),
            (SettingKey::KioskMonitor, "HDMI\n1", UnexpectedCharacter),
            (SettingKey::KioskInches, "21.5", NotInRange),
            (SettingKey::KioskKeyboards, "ru, 1", UnknownValue),
            (SettingKey::TextPercent, "201", NotInRange),
            (SettingKey::ScannerPrefix, "12345678901234567", TooLong),
            (SettingKey::ScannerSuffix, "a\u{1d}b", UnexpectedCharacter),
            (SettingKey::ScannerLength, "65", NotInRange),
            (SettingKey::ScannerStripsUrl, "yes", UnknownValue),
            (SettingKey::ScannerPort, "ttyACM0:", NotAPort),
            (SettingKey::ScannerSpeed, "9601", UnknownValue),
            (SettingKey::Consents, "[terms 2 ru]", Empty),
            (SettingKey::ConsentRetentionDays, "29", NotInRange),
        ];
        let keys: BTreeSet<_> = wrong.iter().map(|(key, ..)| *key).collect();
        assert_eq!(keys, SettingKey::stored().collect(), "one for every key");
        let mut all = SettingsDraft::default();
        for (key, text, error) in wrong {
            let mut one = least_settings();
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
            let mut draft = least_settings();
            draft.remove(key);
            assert_eq!(draft.check(), Err(SettingErrors::from([(key, SettingError::Empty)])));
        }
    }

    #[test]
    fn every_number_in_its_range_is_a_value_and_none_beside_it() {
        for key in SettingKey::stored() {
            let SettingKind::Number(range) = key.entry().kind else { continue };
            let (least, most) = (i32::from(*range.start()), i32::from(*range.end()));
            for (number, is_good) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
                let mut draft = least_settings();
                draft.set(key, format!(" {number} "));
                assert_eq!(draft.check().is_ok(), is_good, "{} = {number}", key.name());
                let told = SettingsDraft::from(&draft.preferences_or_defaults());
                let expected = if is_good { number.to_string() } else { key.entry().default.to_owned() };
                assert_eq!(told.get(key), Some(expected.as_str()), "{} = {number}", key.name());
            }
        }
    }

    #[test]
    fn every_default_and_every_word_of_a_list_is_a_value() {
        let defaults = SettingsDraft::from(&least_settings().check().unwrap());
        for key in SettingKey::stored().filter(|key| least_settings().get(*key).is_none()) {
            assert_eq!(defaults.get(key), Some(key.entry().default), "{}", key.name());
            if let SettingKind::OneOf(words) = key.entry().kind {
                for word in words {
                    let mut draft = least_settings();
                    draft.set(key, *word);
                    let settings = draft.check().unwrap();
                    assert_eq!(SettingsDraft::from(&settings).get(key), Some(*word), "{}", key.name());
                }
            }
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
        assert_eq!(parse_codes(""), Ok(Codes(Vec::new())));
        assert_eq!(parse_codes(" 1,2  3 , "), Ok(Codes(vec![1, 2, 3])));
        assert!(parse_codes(&"1,".repeat(32)).is_ok());
        assert_eq!(parse_codes(&"1,".repeat(33)), Err(SettingError::NotInRange));
        assert_eq!(parse_stats_method("POST"), Ok(StatsMethod::Post));
    }
}
