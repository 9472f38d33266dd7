//! What the presses of one frame become.

use egui::{Context, Event, Key, Modifiers};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Finger {
    /// The mouse, or the first finger.
    Pointer,
    Touch(egui::TouchId),
}

/// The events of one frame, being added to.
pub(super) struct Turn<'a> {
    pub(super) ctx: &'a Context,
    pub(super) events: Vec<Event>,
    pub(super) now_secs: f64,
    /// Whether a field has the focus.
    pub(super) can_type: bool,
    /// Fingers that came down in this frame.
    pub(super) new_fingers: Vec<Finger>,
}

impl Turn<'_> {
    pub(super) fn text(&mut self, text: &str) {
        if self.can_type {
            self.events.push(Event::Text(text.to_owned()));
        }
    }

    pub(super) fn key(&mut self, key: Key, repeat: bool) {
        if self.can_type {
            let event = |pressed| Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: repeat && pressed,
                modifiers: Modifiers::NONE,
            };
            self.events.extend([event(true), event(false)]);
        }
    }

    /// The field lets go; whoever docks the keyboard for a field with the focus docks it no more.
    pub(super) fn surrender_focus(&self) {
        self.ctx.memory_mut(|memory| memory.focused().into_iter().for_each(|field| memory.surrender_focus(field)));
    }

    pub(super) fn is_new(&self, finger: Finger) -> bool {
        self.new_fingers.contains(&finger)
    }
}
