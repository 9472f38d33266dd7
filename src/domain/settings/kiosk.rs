//! What a kiosk asks of a customer and offers, how long it waits, and how large text is.

use std::time::Duration;

/// What holds at a kiosk only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KioskRules {
    /// How long nothing is touched before it asks whether somebody is there.
    pub idle: IdleSeconds,
    /// What it asks besides the phone.
    pub asks: AskedFields,
    /// Show points to whoever types a phone; by pass they always show.
    pub points_by_phone: bool,
}

/// What is asked of a customer besides the phone; every field can be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedFields {
    /// The first name.
    pub first_name: bool,
    /// The last name.
    pub last_name: bool,
    /// The birthday.
    pub birthday: bool,
}

/// Seconds without key or touch, 20 to 300.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleSeconds(u16);

/// The size of text in percent of the usual, 100 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPercent(u16);

impl Default for KioskRules {
    fn default() -> Self {
        let asks = AskedFields { first_name: true, last_name: true, birthday: true };
        Self { idle: IdleSeconds::default(), asks, points_by_phone: false }
    }
}

impl IdleSeconds {
    /// A number of seconds, if it is one that a kiosk may wait.
    pub fn new(seconds: u16) -> Option<Self> {
        (20..=300).contains(&seconds).then_some(Self(seconds))
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
        Self(45)
    }
}

impl TextPercent {
    /// A percentage, if text may have it.
    pub fn new(percent: u16) -> Option<Self> {
        (100..=200).contains(&percent).then_some(Self(percent))
    }

    /// In percent.
    pub fn get(self) -> u16 {
        self.0
    }

    /// As a factor, 1.0 to 2.0.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl Default for TextPercent {
    fn default() -> Self {
        Self(100)
    }
}
