//! Lets through what a customer needs, and nothing else, before any widget sees it.

use egui::{Context, CursorIcon, Event, FullOutput, ImeEvent, Key, Modifiers, Plugin, PointerButton, Pos2, RawInput};

use super::Rules;

/// Stands between the window and the widgets; off until it is turned on.
#[derive(Debug, Default)]
pub(super) struct InputFilter {
    is_on: bool,
    is_full_screen: bool,
    mouse: Mouse,
}

/// A mouse shows its cursor while it moves; a finger has none.
#[derive(Clone, Copy, Debug, Default)]
struct Mouse {
    now: f64,
    place: Option<Pos2>,
    moved_at: Option<f64>,
}

/// How long the cursor stays after the mouse has moved, in seconds.
const CURSOR_STAYS: f64 = 3.0;

impl InputFilter {
    /// Turns the filter on or off, by what holds for the window.
    pub(super) fn turn(&mut self, rules: Rules) {
        self.is_on = rules.is_locked_down;
        self.is_full_screen = rules.is_full_screen;
    }
}

impl Plugin for InputFilter {
    fn debug_name(&self) -> &'static str {
        "lock-down"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        // Under a compositor without a keyboard no window is ever told that it has one, and egui would take no field for
        // active: whoever touches a kiosk works with it, a manager inside as well.
        input.focused |= self.is_full_screen;
        if !self.is_on {
            return;
        }
        sift(input);
        if self.mouse.watch(input) {
            // One more frame, to take the cursor away.
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(CURSOR_STAYS));
        }
    }

    fn output_hook(&mut self, _ctx: &Context, output: &mut FullOutput) {
        if !self.is_on {
            return;
        }
        let platform = &mut output.platform_output;
        // Nothing goes to the clipboard, to the selection of the desktop, or to a browser.
        platform.commands.clear();
        // The system's own keyboard and its suggestions stay away.
        platform.ime = None;
        if !self.mouse.is_shown() {
            platform.cursor_icon = CursorIcon::None;
        }
    }
}

impl Mouse {
    /// Looks for movement; true if there was some.
    fn watch(&mut self, input: &RawInput) -> bool {
        self.now = input.time.unwrap_or(self.now);
        let is_touch = input.events.iter().any(|event| matches!(event, Event::Touch { .. }));
        let mut has_moved = false;
        for event in &input.events {
            if let Event::PointerMoved(place) = event {
                // Where the cursor happens to be when the window opens is no movement.
                has_moved |= self.place.is_some_and(|before| before != *place);
                self.place = Some(*place);
            }
        }
        if is_touch {
            self.moved_at = None;
        } else if has_moved {
            self.moved_at = Some(self.now);
        }
        has_moved && !is_touch
    }

    fn is_shown(self) -> bool {
        self.moved_at.is_some_and(|moved_at| self.now - moved_at < CURSOR_STAYS)
    }
}

/// Takes out of the input what no customer needs. Shift is the only modifier that is left.
fn sift(input: &mut RawInput) {
    input.hovered_files.clear();
    input.dropped_files.clear();
    let mut follows_refused_key = false;
    input.events.retain_mut(|event| {
        let is_its_text = std::mem::take(&mut follows_refused_key);
        let passes = admit(event, is_its_text);
        follows_refused_key = !passes && matches!(event, Event::Key { pressed: true, .. });
        passes
    });
}

/// Whether an event gets through. What is not listed does not: a new kind of event is refused until somebody thinks of it.
fn admit(event: &mut Event, is_text_of_refused_key: bool) -> bool {
    match event {
        Event::Key { key, physical_key, pressed, modifiers, .. } => {
            // A key that was let in must come out again, whatever is held meanwhile.
            let is_needed = is_customers(*key) || is_keypad_digit(*key, *physical_key);
            let passes = is_needed && !(*pressed && has_command(*modifiers));
            *modifiers = only_shift(*modifiers);
            *physical_key = physical_key.filter(|key| is_customers(*key));
            passes
        }
        Event::Text(text) => !is_text_of_refused_key && is_plain(text),
        // Letters that were put together, by a dead key, say.
        Event::Ime(ImeEvent::Commit(text)) if is_plain(text) => {
            *event = Event::Text(std::mem::take(text));
            true
        }
        Event::ModifiersChanged(modifiers) => {
            *modifiers = only_shift(*modifiers);
            true
        }
        // A key that is stuck must not make the screen deaf to fingers: the tap counts, the key does not.
        Event::PointerButton { button, modifiers, .. } => {
            *modifiers = only_shift(*modifiers);
            *button == PointerButton::Primary
        }
        Event::MouseWheel { modifiers, .. } => !has_command(*modifiers),
        Event::PointerMoved(_)
        | Event::MouseMoved(_)
        | Event::PointerGone
        | Event::Touch { .. }
        | Event::WindowFocused(_)
        | Event::AccessKitActionRequest(_) => true,
        _ => false,
    }
}

/// The keypad without `NumLock`, whose digits go by other names.
fn is_keypad_digit(key: Key, physical: Option<Key>) -> bool {
    matches!(key, Key::Insert | Key::PageUp | Key::PageDown)
        && matches!(physical, Some(Key::Num0 | Key::Num3 | Key::Num9))
}

fn has_command(modifiers: Modifiers) -> bool {
    modifiers.alt || modifiers.ctrl || modifiers.command || modifiers.mac_cmd
}

fn only_shift(modifiers: Modifiers) -> Modifiers {
    Modifiers { shift: modifiers.shift, ..Modifiers::NONE }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// The keys of a customer: those that move and mend, and those that bear a sign, by which a scanner is read too.
fn is_customers(key: Key) -> bool {
    use Key::{
        A, ArrowDown, ArrowLeft, ArrowRight, ArrowUp, B, Backslash, Backspace, Backtick, C, CloseBracket,
        CloseCurlyBracket, Colon, Comma, D, Delete, E, End, Enter, Equals, Exclamationmark, F, G, H, Home, I, J, K, L,
        M, Minus, N, Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9, O, OpenBracket, OpenCurlyBracket, P,
        Period, Pipe, Plus, Q, Questionmark, Quote, R, S, Semicolon, Slash, Space, T, Tab, U, V, W, X, Y, Z,
    };
    let moves = matches!(
        key,
        Backspace | Delete | ArrowLeft | ArrowRight | ArrowUp | ArrowDown | Tab | Enter | Home | End | Space
    );
    let digit = matches!(key, Num0 | Num1 | Num2 | Num3 | Num4 | Num5 | Num6 | Num7 | Num8 | Num9);
    let letter = matches!(
        key,
        A | B | C | D | E | F | G | H | I | J | K | L | M | N | O | P | Q | R | S | T | U | V | W | X | Y | Z
    );
    let sign = matches!(
        key,
        Colon
            | Comma
            | Backslash
            | Slash
            | Pipe
            | Questionmark
            | Exclamationmark
            | OpenBracket
            | CloseBracket
            | OpenCurlyBracket
            | CloseCurlyBracket
            | Backtick
            | Minus
            | Period
            | Plus
            | Equals
            | Semicolon
            | Quote
    );
    moves || digit || letter || sign
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: Key, pressed: bool, modifiers: Modifiers) -> Event {
        Event::Key { key, physical_key: Some(key), pressed, repeat: false, modifiers }
    }

    fn after(events: Vec<Event>) -> Vec<Event> {
        let mut input = RawInput { events, ..RawInput::default() };
        sift(&mut input);
        input.events
    }

    /// All sixteen sets of Shift, Ctrl, Alt and Command.
    fn modifier_sets() -> impl Iterator<Item = Modifiers> {
        (0..16).map(|set: u8| Modifiers {
            shift: set & 1 != 0,
            ctrl: set & 2 != 0,
            alt: set & 4 != 0,
            command: set & 8 != 0,
            mac_cmd: false,
        })
    }

    #[test]
    fn a_key_gets_through_only_without_ctrl_alt_and_command_and_only_if_a_customer_needs_it() {
        let needed = |key: Key| {
            let is_sign = key.name().chars().count() == 1;
            let is_mark = "Space Minus Period Plus Equals Semicolon Colon Comma Slash Backslash Pipe Questionmark \
                           Exclamationmark OpenBracket CloseBracket OpenCurlyBracket CloseCurlyBracket Backtick Quote";
            let moves = "Backspace Delete Left Right Up Down Tab Enter Home End";
            is_sign || is_mark.split_whitespace().chain(moves.split(' ')).any(|name| name == key.name())
        };
        for pressed in Key::ALL.iter().copied() {
            for modifiers in modifier_sets() {
                let shift = Modifiers { shift: modifiers.shift, ..Modifiers::NONE };
                let down = after(vec![key(pressed, true, modifiers)]);
                let is_free = !modifiers.ctrl && !modifiers.alt && !modifiers.command;
                let expected = (is_free && needed(pressed)).then(|| key(pressed, true, shift));
                assert_eq!(down, Vec::from_iter(expected), "{pressed:?} with {modifiers:?}");
                let up = after(vec![key(pressed, false, modifiers)]);
                let expected = needed(pressed).then(|| key(pressed, false, shift));
                assert_eq!(up, Vec::from_iter(expected), "{pressed:?} let go with {modifiers:?}");
            }
        }
    }

    #[test]
    fn the_letter_of_a_refused_key_goes_with_it() {
        let typed = |modifiers| after(vec![key(Key::A, true, modifiers), Event::Text("a".to_owned())]).len();
        assert_eq!(typed(Modifiers::ALT), 0);
        assert_eq!(typed(Modifiers::NONE), 2);
        assert_eq!(after(vec![Event::Text("\u{1b}".to_owned())]), []);
        let mixed = vec![key(Key::F5, true, Modifiers::NONE), Event::PointerGone, Event::Text("b".to_owned())];
        assert_eq!(after(mixed), [Event::PointerGone, Event::Text("b".to_owned())]);
    }

    #[test]
    fn nothing_is_copied_pasted_dropped_or_zoomed() {
        let text = || "7 701 123-45-67".to_owned();
        let refused = vec![
            Event::Copy,
            Event::Cut,
            Event::Paste(text()),
            Event::MiddleClickPaste { pos: Pos2::ZERO, text: text() },
            Event::Zoom(2.0),
            Event::Rotate(1.0),
            Event::Ime(ImeEvent::Preedit { text: "п".to_owned(), active_range_chars: None }),
        ];
        assert_eq!(after(refused), []);
        let held = Event::ModifiersChanged(Modifiers::COMMAND | Modifiers::ALT | Modifiers::SHIFT);
        assert_eq!(after(vec![held]), [Event::ModifiersChanged(Modifiers::SHIFT)]);
        assert_eq!(after(vec![Event::Ime(ImeEvent::Commit("ё".to_owned()))]), [Event::Text("ё".to_owned())]);
        let mut input = RawInput::default();
        input.hovered_files.push(egui::HoveredFile::default());
        sift(&mut input);
        assert!(input.hovered_files.is_empty());
    }

    #[test]
    fn a_finger_counts_whatever_key_is_stuck_and_other_buttons_never_do() {
        let press = |button, modifiers| Event::PointerButton { pos: Pos2::ZERO, button, pressed: true, modifiers };
        let tap = press(PointerButton::Primary, Modifiers::NONE);
        assert_eq!(after(vec![press(PointerButton::Primary, Modifiers::COMMAND)]), [tap]);
        for button in [PointerButton::Secondary, PointerButton::Middle, PointerButton::Extra1, PointerButton::Extra2] {
            assert_eq!(after(vec![press(button, Modifiers::NONE)]), []);
        }
    }

    #[test]
    fn the_cursor_shows_while_a_mouse_moves_and_never_for_a_finger() {
        let at = |x: f32| Event::PointerMoved(Pos2::new(x, 0.0));
        let finger = Event::Touch {
            device_id: egui::TouchDeviceId(0),
            id: egui::TouchId(0),
            phase: egui::TouchPhase::Start,
            pos: Pos2::ZERO,
            force: None,
        };
        let input = |time, events| RawInput { time: Some(time), events, ..RawInput::default() };
        let mut mouse = Mouse::default();
        assert!(!mouse.watch(&input(0.0, vec![at(1.0)])));
        assert!(!mouse.is_shown());
        assert!(mouse.watch(&input(1.0, vec![at(2.0)])));
        assert!(mouse.is_shown());
        mouse.watch(&input(3.9, vec![]));
        assert!(mouse.is_shown());
        mouse.watch(&input(4.0, vec![]));
        assert!(!mouse.is_shown());
        assert!(!mouse.watch(&input(5.0, vec![finger, at(9.0)])));
        assert!(!mouse.is_shown());
    }
}
