//! A value that people look at, kept from flickering.

use std::time::Duration;

/// Shows a value, and lets it change at most once in a while: a link that comes and goes is no news each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Debounced<T> {
    shown: T,
    latest: T,
    changed: Option<Duration>,
}

impl<T: Copy + PartialEq> Debounced<T> {
    /// The least time between two changes.
    pub const LEAST: Duration = Duration::from_secs(10);

    /// Shows a value; the first change of it shows at once.
    pub fn new(value: T) -> Self {
        Self { shown: value, latest: value, changed: None }
    }

    /// Takes note of the value as it is, and says what is to be shown.
    pub fn offer(&mut self, value: T, now: Duration) -> T {
        self.latest = value;
        self.look(now)
    }

    /// What is to be shown at this moment.
    pub fn look(&mut self, now: Duration) -> T {
        if self.latest != self.shown && self.changed.is_none_or(|changed| now >= changed + Self::LEAST) {
            self.shown = self.latest;
            self.changed = Some(now);
        }
        self.shown
    }

    /// When to look again, if a change is waiting.
    pub fn next_look(&self) -> Option<Duration> {
        let changed = self.changed.filter(|_| self.latest != self.shown)?;
        Some(changed + Self::LEAST)
    }
}
