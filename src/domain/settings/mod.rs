//! What a station is set to, field by field, whichever way the text of a field arrives.

use super::connection::Connection;
use super::consent::ConsentRules;
use super::delivery::RetentionDays;
use super::journal::JournalDays;
use super::language::LanguageTag;
use super::{BirthdayRules, PhoneRules, ScannerSettings};

mod draft;
pub mod error;
pub mod key;
mod keyboards;
mod kiosk;
mod monitor;

pub use draft::{SettingErrors, SettingsDraft};
pub use error::SettingError;
pub use key::{SettingEntry, SettingGroup, SettingKey, SettingKind, SettingPlace};
pub use keyboards::KeyboardLayouts;
pub use kiosk::{AskedFields, IdleSeconds, InARow, KioskRules, PauseSeconds, TextPercent};
pub use monitor::{KioskDevice, MonitorFacts, MonitorName, Panel, PanelInches, panel_of};

/// Everything a station is set to, save the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How SWiP is reached.
    pub connection: Connection,
    /// The rest, which all has defaults.
    pub preferences: Preferences,
}

/// What a station may leave at its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Who stands in front of it.
    pub mode: Mode,
    /// The language it starts in.
    pub language: LanguageTag,
    /// How it can be read.
    pub legibility: Legibility,
    /// Which phones it accepts.
    pub phone_rules: PhoneRules,
    /// Least age of a customer who gives a birthday, in years.
    pub minimum_age: u8,
    /// SWiP's codes for a customer it does not know, which it does not document.
    pub not_found_codes: Codes,
    /// SWiP's codes for a customer who is already a member, which it does not document either.
    pub already_exists_codes: Codes,
    /// How long signups that wait, and the journal, are kept.
    pub retention: RetentionRules,
    /// What holds at a kiosk only.
    pub kiosk: KioskRules,
    /// What a kiosk is shown on and typed with.
    pub kiosk_device: KioskDevice,
    /// Where a scanner is, and what becomes of what it reads.
    pub scanner: ScannerSettings,
    /// What customers agree to, and how long the evidence of it is kept.
    pub consents: ConsentRules,
}

/// How long what a station keeps for itself is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionRules {
    /// How long a signup may wait for SWiP before its personal data is destroyed.
    pub signups: RetentionDays,
    /// How long the journal is kept.
    pub journal: JournalDays,
}

/// How a station can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legibility {
    /// The high-contrast theme instead of the light one.
    pub is_high_contrast: bool,
    /// How large text is.
    pub text_percent: TextPercent,
}

/// Who stands in front of a station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A cashier with keyboard and scanner.
    #[default]
    Counter,
    /// A customer at a touch screen.
    Kiosk,
}

/// Error codes of SWiP, at most [`Codes::MOST`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes(Vec<i64>);

impl Default for Preferences {
    fn default() -> Self {
        SettingsDraft::default().preferences_or_defaults()
    }
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Counter, Self::Kiosk];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Kiosk => "kiosk",
        }
    }
}

impl Codes {
    /// The most there can be.
    pub const MOST: usize = key::MOST_NUMBERS;

    /// Whether `code` is one of them.
    pub fn contains(&self, code: i64) -> bool {
        self.0.contains(&code)
    }
}

impl Preferences {
    /// The birthday rules that follow.
    pub fn birthday_rules(&self) -> BirthdayRules {
        BirthdayRules { minimum_age: self.minimum_age }
    }
}
