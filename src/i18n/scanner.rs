//! How it is with a scanner at a serial port.

use std::borrow::Cow;

use super::Texts;
use crate::domain::PortStatus;

/// How it is with the scanner's port; nothing where none is set.
pub fn port_title(texts: &Texts, status: PortStatus) -> Option<Cow<'_, str>> {
    Some(texts.get(match status {
        PortStatus::Off => return None,
        PortStatus::Looking => "scanner-looking",
        PortStatus::Connected => "scanner-connected",
        PortStatus::NotFound => "scanner-not-found",
        PortStatus::Taken => "scanner-taken",
        PortStatus::NotAllowed => "scanner-not-allowed",
        PortStatus::Unusable => "scanner-unusable",
    }))
}

/// What to do about it, if there is something to do.
pub fn port_advice(texts: &Texts, status: PortStatus) -> Option<Cow<'_, str>> {
    Some(texts.get(match status {
        PortStatus::Off | PortStatus::Looking | PortStatus::Connected => return None,
        PortStatus::NotFound => "scanner-not-found-advice",
        PortStatus::Taken => "scanner-taken-advice",
        PortStatus::NotAllowed => "scanner-not-allowed-advice",
        PortStatus::Unusable => "scanner-unusable-advice",
    }))
}
