//! How it is with a scanner at a serial port, and why a scan is no pass.

use std::borrow::Cow;

use super::{Texts, pass_error};
use crate::domain::{PassError, PortStatus, ScanError};

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

/// Why a scan is no pass.
pub fn scan_error(texts: &Texts, error: ScanError) -> Cow<'_, str> {
    match error {
        ScanError::Refused => texts.get("settings-scan-refused"),
        ScanError::Unclear => texts.get("toast-scan-unclear"),
        ScanError::OtherLength => texts.get("settings-scan-length"),
        ScanError::Pass(PassError::Empty) => texts.get("settings-scan-empty"),
        ScanError::Pass(error) => pass_error(texts, error),
    }
}
