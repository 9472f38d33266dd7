//! The screens and what is typed, scanned and tapped at them.

use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use super::screen::Screen;
use crate::screens::{counter, kiosk};
use crate::ui::input_queue::KeyHold;

/// Where scanners that type are told from people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanReading {
    /// Wherever the keyboard is.
    Everywhere,
    /// Only where no field has the keyboard that a technician may scan into.
    OutsideFields,
    Nowhere,
}

impl Screen {
    /// Where scanners that type are told from people: elsewhere keys are typed as they come.
    pub(super) fn reads_scans(&self) -> ScanReading {
        match self {
            Self::Counter(_) | Self::Kiosk(_) => ScanReading::Everywhere,
            Self::Settings(_) => ScanReading::OutsideFields,
            Self::Welcome(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => ScanReading::Nowhere,
        }
    }

    /// What of the keys waits for an answer now.
    pub(super) fn awaits(&self) -> KeyHold {
        use counter::Status;
        match self {
            Self::Counter(counter) => match counter.status {
                Status::LookingUp(_) => KeyHold::Typing,
                // The next customer may begin at once.
                Status::Sending(_)
                | Status::Ready
                | Status::Member(_)
                | Status::UnknownPass
                | Status::LookupFailed(_)
                | Status::Form(_)
                | Status::Done(_) => KeyHold::Nothing,
            },
            Self::Welcome(_)
            | Self::Kiosk(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => KeyHold::Nothing,
        }
    }

    /// Whether a counter shows a signup under way, and an empty box above it.
    pub(super) fn is_sending(&self) -> bool {
        matches!(self, Self::Counter(counter) if matches!(counter.status, counter::Status::Sending(_)))
    }

    /// What is on it, as far as a tap must know.
    pub(super) fn hash_page(&self, page: &mut impl Hasher) {
        discriminant(self).hash(page);
        match self {
            Self::Counter(counter) => counter.shows_entry().hash(page),
            Self::Kiosk(kiosk) => kiosk.page().hash(page),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => {}
        }
    }

    /// What a second Enter would confirm, as a number that something else to confirm does not have; `page` is that of the page.
    pub(super) fn confirmable(&self, page: u64) -> Option<u128> {
        match self {
            Self::Counter(counter) => counter.confirmable(),
            Self::Kiosk(kiosk) => matches!(kiosk.status, kiosk::Status::Form(_)).then_some(page.into()),
            Self::Welcome(_)
            | Self::Settings(_)
            | Self::Queue(_)
            | Self::Journal(_)
            | Self::Balances(_)
            | Self::Consents(_)
            | Self::Help(_)
            | Self::Door(_)
            | Self::OutOfService(_) => None,
        }
    }
}
