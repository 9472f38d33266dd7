//! The counter's keys: one list, which the keyboard and the menu beside the work go by.

use egui::{Event, Key, Ui};

use super::Action;
use crate::screens::ManagerPage;

/// A key of the counter.
#[derive(Debug)]
pub struct CounterKey {
    /// The key itself, wherever a layout puts its letter.
    pub key: Key,
    /// What it does.
    pub action: Action,
    /// The text that says so.
    pub label: &'static str,
}

/// Every key, in the order of the menu. A key whose screen does not exist stays out.
pub const KEYS: [CounterKey; 7] = [
    CounterKey { key: Key::F1, action: Action::Open(ManagerPage::Help), label: "counter-key-help" },
    CounterKey { key: Key::F2, action: Action::Clear, label: "counter-key-new" },
    CounterKey { key: Key::F3, action: Action::Open(ManagerPage::Queue), label: "counter-key-queue" },
    CounterKey { key: Key::F4, action: Action::Open(ManagerPage::Balances), label: "counter-key-balances" },
    CounterKey { key: Key::F6, action: Action::SwitchKind, label: "counter-key-switch" },
    CounterKey { key: Key::F8, action: Action::Open(ManagerPage::Journal), label: "counter-key-journal" },
    CounterKey { key: Key::Escape, action: Action::Clear, label: "counter-key-clear" },
];

impl CounterKey {
    /// What stands on the key.
    pub(super) fn cap(&self) -> &'static str {
        if self.key == Key::Escape { "Esc" } else { self.key.name() }
    }
}

/// What the key does that went down in this frame.
pub(super) fn pressed(ui: &Ui) -> Option<Action> {
    ui.input(|input| input.events.iter().find_map(action_of))
}

/// What an event does. A held key counts once, and a chord is somebody else's.
fn action_of(event: &Event) -> Option<Action> {
    let Event::Key { key, physical_key, pressed: true, repeat: false, modifiers } = event else { return None };
    let pressed = physical_key.unwrap_or(*key);
    KEYS.iter().find(|entry| entry.key == pressed && !modifiers.any()).map(|entry| entry.action)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use egui::Modifiers;

    use super::*;

    fn stroke(key: Key, physical_key: Option<Key>, repeat: bool, modifiers: Modifiers) -> Event {
        Event::Key { key, physical_key, pressed: true, repeat, modifiers }
    }

    #[test]
    fn a_key_counts_by_its_place_once_and_alone() {
        let plain = Modifiers::NONE;
        assert_eq!(action_of(&stroke(Key::F2, Some(Key::F2), false, plain)), Some(Action::Clear));
        assert_eq!(action_of(&stroke(Key::F2, None, false, plain)), Some(Action::Clear));
        assert_eq!(action_of(&stroke(Key::A, Some(Key::F6), false, plain)), Some(Action::SwitchKind), "by its place");
        assert_eq!(action_of(&stroke(Key::F2, Some(Key::A), false, plain)), None, "by its place");
        assert_eq!(action_of(&stroke(Key::F2, Some(Key::F2), true, plain)), None, "held");
        assert_eq!(action_of(&stroke(Key::F2, Some(Key::F2), false, Modifiers::ALT)), None, "a chord");
    }

    #[test]
    fn no_key_is_listed_twice() {
        let keys: BTreeSet<_> = KEYS.iter().map(|entry| entry.key).collect();
        assert_eq!(keys.len(), KEYS.len());
    }
}
