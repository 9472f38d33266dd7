//! What kinds of input there are to a queue.

use egui::{Event, Key, TouchPhase};

/// Whether what follows this event may belong elsewhere.
pub(super) fn is_boundary(event: &Event, edits_text: bool) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Enter, Escape, Space, Tab};
    match event {
        Event::Key { key, pressed: true, .. } => match key {
            Tab | Enter | Escape | ArrowUp | ArrowDown => true,
            // Within a text they move the caret, and write.
            ArrowLeft | ArrowRight | Space => !edits_text,
            key => is_function_key(*key),
        },
        Event::PointerButton { .. } | Event::AccessKitActionRequest(_) => true,
        _ => false,
    }
}

fn is_function_key(key: Key) -> bool {
    key.name().strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

/// Whether it changes nothing that was typed or pressed, so that it need not wait for a page.
pub(super) fn is_harmless(event: &Event) -> bool {
    !(is_typing(event) || is_press(event) || is_boundary(event, false))
        || matches!(event, Event::Key { pressed: false, .. } | Event::ModifiersChanged(_))
}

/// Whether a boundary does not share a pass with it. A finger's press comes as a touch and as the pointer's: those are one.
pub(super) fn stands_alone(event: &Event) -> bool {
    !is_harmless(event) && !matches!(event, Event::Touch { .. })
}

/// Whether it comes from a keyboard.
pub(super) fn is_typing(event: &Event) -> bool {
    matches!(event, Event::Key { pressed: true, .. }) || is_text(event)
}

pub(super) fn is_text(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Paste(_) | Event::Ime(_) | Event::MiddleClickPaste { .. })
}

/// Whether it is a digit, or a key that gives one where digits are meant.
pub(super) fn is_digit(event: &Event) -> bool {
    match event {
        Event::Key { physical_key, pressed: true, modifiers, .. } => {
            digit_of(*physical_key).is_some() && !modifiers.any()
        }
        Event::Text(text) => !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    }
}

pub(super) fn is_press(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: true, .. } | Event::Touch { phase: TouchPhase::Start, .. })
}

/// What egui knows a key by that copies or cuts.
pub(super) fn copying(event: Event) -> Event {
    if is_command(&event, Key::C, Key::Copy) {
        Event::Copy
    } else if is_command(&event, Key::X, Key::Cut) {
        Event::Cut
    } else {
        event
    }
}

/// Whether a key asks for what was copied.
pub(super) fn is_paste(event: &Event) -> bool {
    is_command(event, Key::V, Key::Paste)
}

/// Whether it is one of the keys for the clipboard: a letter while Ctrl is held, or a key of its own.
fn is_command(event: &Event, letter: Key, own: Key) -> bool {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return false };
    // As on Windows, everywhere.
    let is_insert = letter == Key::V && modifiers.shift_only() && *key == Key::Insert;
    *key == own || is_insert || (modifiers.command_only() && *key == letter)
}

/// Whether the second event lets the key go that the first one pressed.
pub(super) fn is_released_by(press: &Event, release: &Event) -> bool {
    match (press, release) {
        (Event::Key { key, pressed: true, .. }, Event::Key { key: other, pressed: false, .. }) => key == other,
        _ => false,
    }
}

pub(super) fn is_let_go(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: false, .. })
}

pub(super) fn is_pressed(event: &Event, keys: &[Key]) -> bool {
    matches!(event, Event::Key { key, pressed: true, .. } if keys.contains(key))
}

/// The same input; where digits are meant the digit row and the keypad give digits under every layout, with or without
/// `NumLock`.
pub(super) fn with_digits(events: Vec<Event>, takes_digits: bool) -> Vec<Event> {
    let mut answer = Vec::with_capacity(events.len());
    let mut events = events.into_iter().peekable();
    while let Some(mut event) = events.next() {
        let Event::Key { key, physical_key, pressed, modifiers, .. } = &mut event else {
            answer.push(event);
            continue;
        };
        let (is_press, is_plain) = (*pressed, !modifiers.any());
        match digit_of(*physical_key) {
            Some((name, digit)) if is_press && is_plain && takes_digits => {
                *key = name;
                let text = events.next_if(|next| matches!(next, Event::Text(_)));
                let is_digit = |text: &Event| matches!(text, Event::Text(text) if text.chars().all(char::is_numeric));
                let text = text.filter(is_digit).unwrap_or_else(|| Event::Text(digit.to_string()));
                answer.extend([event, text]);
            }
            Some((name, _)) if !is_press && name != *key => {
                // It may have been pressed as a digit: egui would take the next press for a held key.
                let mut digit = event.clone();
                if let Event::Key { key, .. } = &mut digit {
                    *key = name;
                }
                answer.extend([event, digit]);
            }
            _ => answer.push(event),
        }
    }
    answer
}

pub(super) fn digit_of(physical: Option<Key>) -> Option<(Key, char)> {
    use Key::{Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9};
    let digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    let keys = [Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9];
    keys.into_iter().zip(digits).find(|(key, _)| Some(*key) == physical)
}
