//! What a kiosk asks of a customer and offers, how long it waits, and how large text is.

use std::time::Duration;

use super::key::SettingKey;
use crate::domain::SignupField;
use crate::domain::limit::CrowdRate;

/// What holds at a kiosk only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KioskRules {
    /// How long nothing is touched before it asks whether somebody is there.
    pub idle: IdleSeconds,
    /// What it asks.
    pub asks: AskedFields,
    /// Show points to whoever types a phone; by pass they always show.
    pub points_by_phone: bool,
    /// How many signups and lookups it takes in a row.
    pub in_a_row: InARow,
    /// How long it lets pass from one to the next after that.
    pub pause: PauseSeconds,
}

/// Which fields of a signup a kiosk asks for; those that are not required can be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedFields([bool; SignupField::ALL.len()]);

/// Seconds without key or touch, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleSeconds(u16);

/// Signups or lookups without a pause, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InARow(u16);

/// Seconds from one signup or lookup to the next, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseSeconds(u16);

/// The size of text in percent of the usual, in the range of its setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPercent(u16);

impl AskedFields {
    /// Those that `asks` says so of.
    pub fn new(asks: impl FnMut(SignupField) -> bool) -> Self {
        Self(SignupField::ALL.map(asks))
    }

    /// Whether a field is asked for.
    pub fn asks(self, field: SignupField) -> bool {
        SignupField::ALL.into_iter().zip(self.0).any(|(one, is_asked)| one == field && is_asked)
    }
}

impl KioskRules {
    /// How fast customers are taken.
    pub fn rate(&self) -> CrowdRate {
        CrowdRate { in_a_row: self.in_a_row.get(), pause: Duration::from_secs(self.pause.get().into()) }
    }
}

impl InARow {
    /// A number, if a kiosk may take so many.
    pub fn new(count: u16) -> Option<Self> {
        SettingKey::KioskInARow.accepts(count).then_some(Self(count))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for InARow {
    fn default() -> Self {
        Self(SettingKey::KioskInARow.default_number())
    }
}

impl PauseSeconds {
    /// A number of seconds, if it is one that a customer may be kept waiting.
    pub fn new(seconds: u16) -> Option<Self> {
        SettingKey::KioskPauseSeconds.accepts(seconds).then_some(Self(seconds))
    }

    /// In seconds.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for PauseSeconds {
    fn default() -> Self {
        Self(SettingKey::KioskPauseSeconds.default_number())
    }
}

impl IdleSeconds {
    /// A number of seconds, if it is one that a kiosk may wait.
    pub fn new(seconds: u16) -> Option<Self> {
        SettingKey::IdleSeconds.accepts(seconds).then_some(Self(seconds))
    }

    /// In seconds.
    pub fn get(self) -> u16 {
        self.0
    }

    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl Default for IdleSeconds {
    fn default() -> Self {
        Self(SettingKey::IdleSeconds.default_number())
    }
}

impl TextPercent {
    /// A percentage, if text may have it.
    pub fn new(percent: u16) -> Option<Self> {
        SettingKey::TextPercent.accepts(percent).then_some(Self(percent))
    }

    /// In percent.
    pub fn get(self) -> u16 {
        self.0
    }

    /// As a factor.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl Default for TextPercent {
    fn default() -> Self {
        Self(SettingKey::TextPercent.default_number())
    }
}
