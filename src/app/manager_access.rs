//! What is known of the manager's access besides its screen: the stay that ends by itself, and when the PIN may be tried.

use std::time::Duration;

use super::corner::CornerPresses;
use crate::screens::door::EndedStay;
use crate::screens::settings::SettingsScreen;

/// What the program knows of the manager's door besides the screen.
#[derive(Debug, Default)]
pub(super) struct ManagerAccess {
    /// The last key or touch, in uptime, while somebody is at the door or behind it and it shuts by itself.
    pub(super) stay: Option<Duration>,
    /// How the last stay ended by itself, until the door is open again.
    pub(super) ended: Option<EndedStay>,
    /// The settings, while their PIN is being set.
    pub(super) settings: Option<Box<SettingsScreen>>,
    /// When the PIN may be tried, in uptime.
    pub(super) free_at: Duration,
    pub(super) presses: CornerPresses,
    /// Counts what was typed behind the door and must be forgotten.
    pub(super) wipes: u64,
}

/// Without a key or touch for so long the door shuts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl ManagerAccess {
    /// Nobody may try the PIN before `free_at`, in uptime.
    pub(super) fn new(free_at: Duration) -> Self {
        Self { free_at, ..Self::default() }
    }

    /// When the door shuts by itself, in uptime, unless somebody touches something.
    pub(super) fn locks_at(&self) -> Option<Duration> {
        self.stay.map(|last| last.saturating_add(LONGEST_PAUSE))
    }
}
