//! How long a stored signup may wait, by the station clock.

use std::time::Duration;

use super::EntryState;
use crate::domain::settings::key::SettingKey;

/// Whole days that a signup may wait, in the range of their setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionDays(u16);

const DAY: Duration = Duration::from_hours(24);
/// How much longer an entry waits that needs a manager: who may be on holiday.
const FOR_THE_MANAGER: Duration = Duration::from_hours(14 * 24);

impl RetentionDays {
    /// So many days, if a signup may wait for them.
    pub fn new(days: u16) -> Option<Self> {
        SettingKey::RetentionDays.accepts(days).then_some(Self(days))
    }

    /// As a number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// How long an entry in this state may wait.
    pub fn limit(self, state: EntryState) -> Duration {
        let live = DAY * u32::from(self.0);
        if state.is_live() { live } else { live + FOR_THE_MANAGER }
    }
}

impl Default for RetentionDays {
    fn default() -> Self {
        Self(SettingKey::RetentionDays.default_number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_manager_waits_a_fortnight_longer() {
        let days = RetentionDays::new(1).unwrap();
        let attention = EntryState::Attention(super::super::Concern::TakenTwice);
        assert_eq!((days.limit(EntryState::Saved), days.limit(attention)), (DAY, 15 * DAY));
    }
}
