//! What a station tells of itself, for a person and for support.

use std::fmt::Write;
use std::path::PathBuf;

use jiff::civil::DateTime;

use super::settings::SettingKind;
use super::{SettingKey, Settings, SettingsDraft};

/// What a station tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutFacts {
    /// Of the program.
    pub version: &'static str,
    /// Where the log is; a trial writes none.
    pub log: Option<PathBuf>,
    /// When SWiP answered last, in local time; nothing since the program was started if none.
    pub last_answer: Option<DateTime>,
    /// What support is sent: no token, no personal data, ids cut short.
    pub diagnostics: String,
}

/// As much of an id is told as tells two of them apart for who knows them.
const ID_SHOWN: usize = 2;

/// The settings for support, by the list of them. A text of rules of its own, which may be or hold anything, is never told: of an id
/// its beginning, of any other that it is set.
pub fn redacted(settings: &Settings) -> String {
    let draft = SettingsDraft::from(settings);
    let mut lines = String::new();
    for key in SettingKey::stored() {
        let (entry, text) = (key.entry(), draft.get(key).unwrap_or_default());
        let told = match entry.kind {
            SettingKind::OneOf(_)
            | SettingKind::Switch
            | SettingKind::Number(_)
            | SettingKind::Numbers(_)
            | SettingKind::Texts => text.to_owned(),
            SettingKind::Text | SettingKind::Secret => text_told(settings, key, text),
        };
        let told = if text.is_empty() { "-" } else { told.as_str() };
        // A string takes everything.
        let _ = writeln!(lines, "{}: {told}", entry.name);
    }
    lines
}

fn text_told(settings: &Settings, key: SettingKey, text: &str) -> String {
    match key {
        SettingKey::Language => text.to_owned(),
        SettingKey::BaseUrl if settings.connection.base_url.is_https() => "https".to_owned(),
        SettingKey::BaseUrl => "http".to_owned(),
        key if key.has_default() => "set".to_owned(),
        _ => shortened(text),
    }
}

fn shortened(text: &str) -> String {
    let count = text.chars().count();
    let shown: String = text.chars().take(ID_SHOWN.min(count / 2)).collect();
    format!("{shown}… ({count})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_canary_in_a_text_of_its_own_rules_comes_through() {
        let mut draft = SettingsDraft::default();
        let canaries = [
            (SettingKey::BaseUrl, "https://canary-host.example/canary-path"),
            (SettingKey::MerchantId, "CANARYMERCHANT"),
            (SettingKey::StoreId, "Ivanova canary store"),
            (SettingKey::CashId, "89167795322"),
            (SettingKey::KioskMonitor, "canary-monitor"),
            (SettingKey::ScannerPrefix, "canary-prefix"),
            (SettingKey::ScannerSuffix, "canary-suffix"),
            (SettingKey::ScannerPort, if cfg!(windows) { "COM77" } else { "/dev/serial/by-id/canary" }),
            (SettingKey::CaFile, if cfg!(windows) { "C:\\canary.pem" } else { "/etc/canary/ca.pem" }),
            (SettingKey::Consents, "[terms 2 ru]\nИП canary\n"),
        ];
        for (key, text) in canaries {
            draft.set(key, text);
        }
        let text = redacted(&draft.check().expect("good settings"));
        for word in ["canary", "CANARY", "Ivanova", "6779", "89167", "COM77"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert!(text.contains("merchant_id: CA… (14)\n") && text.contains("base_url: https\n"), "{text}");
        assert!(text.contains("ca_file: set\n") && text.contains("idle_seconds: 45\n"), "{text}");
        assert_eq!(text.lines().count(), SettingKey::stored().count());
    }
}
