//! The on-screen keyboard types by touch, mouse and assistive technology, and never takes the focus.

use egui::accesskit::{Role, Toggled};
use egui::{CentralPanel, Event, Key, PointerButton, Pos2, Rect, TouchDeviceId, TouchId, TouchPhase};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::keyboard;
use swip_kiosk::i18n::Catalogue;
use swip_kiosk::ui::keyboard::{KeyboardKind, dock, reset};
use swip_kiosk::ui::theme::{self, Contrast, Density, Look};
use swip_kiosk::ui::widgets::{Button, Field, Modal, body};

/// Two fields above the keyboard; Enter goes from the first to the second.
struct Form {
    kind: KeyboardKind,
    language: &'static str,
    look: Look,
    is_docked: bool,
    is_asking: bool,
    first: String,
    second: String,
    entered: usize,
    unclaimed_next: usize,
    button: usize,
}

impl Form {
    fn new(kind: KeyboardKind, language: &'static str) -> Self {
        Self {
            kind,
            language,
            look: Look { density: Density::Kiosk, ..Look::default() },
            is_docked: true,
            is_asking: false,
            first: String::new(),
            second: String::new(),
            entered: 0,
            unclaimed_next: 0,
            button: 0,
        }
    }

    fn show(&mut self, ui: &mut egui::Ui) {
        theme::install(ui.ctx(), self.look);
        if self.is_docked {
            self.unclaimed_next += usize::from(dock(ui, self.kind, self.language));
        }
        CentralPanel::default().show(ui, |ui| {
            let field = Field::new(FIRST, &mut self.first);
            let field = if self.kind == KeyboardKind::Digits { field.format(grouped) } else { field };
            let entered = field.show(ui).entered;
            self.entered += usize::from(entered);
            Field::new(SECOND, &mut self.second).request_focus(entered).show(ui);
            self.button += usize::from(Button::quiet(BUTTON).show(ui).clicked());
            if self.is_asking {
                Modal::new("ask", "Still there?").show(ui.ctx(), |ui| {
                    body(ui, "?");
                });
            }
        });
    }
}

const FIRST: &str = "First name";
const SECOND: &str = "Last name";
const BUTTON: &str = "Back";

/// Digits in pairs, as a phone field groups them.
fn grouped(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

type Screen = Harness<'static, Form>;

fn screen_of(form: Form, size: [f32; 2]) -> Screen {
    screen_with(form, size, &[])
}

fn screen_with(form: Form, size: [f32; 2], more: &[(String, String)]) -> Screen {
    let catalogue = Catalogue::with_more(more);
    let look = form.look;
    let mut harness = Harness::builder()
        .with_size(size)
        .with_step_dt(0.05)
        .with_max_steps(8)
        .with_context_setup(move |ctx| {
            theme::install(ctx, look);
            keyboard::install(ctx, &catalogue);
        })
        .build_ui_state(|ui, form: &mut Form| form.show(ui), form);
    harness.run();
    harness
}

fn screen(kind: KeyboardKind, language: &'static str) -> Screen {
    let mut harness = screen_of(Form::new(kind, language), [1024.0, 768.0]);
    harness.get_by_label(FIRST).focus();
    harness.run();
    harness
}

fn center(harness: &Screen, key: &str) -> Pos2 {
    rect(harness, key).center()
}

fn rect(harness: &Screen, key: &str) -> Rect {
    harness.get_by_role_and_label(Role::Button, key).rect()
}

fn press(pos: Pos2, pressed: bool) -> Event {
    Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: egui::Modifiers::NONE }
}

fn touch(finger: u64, phase: TouchPhase, pos: Pos2) -> Event {
    Event::Touch { device_id: TouchDeviceId(1), id: TouchId(finger), phase, pos, force: None }
}

/// Everything one window-system turn brings, in one frame.
fn frame(harness: &mut Screen, events: impl IntoIterator<Item = Event>) {
    harness.input_mut().events.extend(events);
    harness.step();
}

/// A finger as the window system reports the first one: as a touch and as the pointer.
fn tap_events(pos: Pos2) -> [Event; 7] {
    [
        touch(1, TouchPhase::Start, pos),
        Event::PointerMoved(pos),
        press(pos, true),
        touch(1, TouchPhase::End, pos),
        Event::PointerMoved(pos),
        press(pos, false),
        Event::PointerGone,
    ]
}

fn tap(harness: &mut Screen, key: &str) {
    let pos = center(harness, key);
    let [start, moved, down, rest @ ..] = tap_events(pos);
    frame(harness, [start, moved, down]);
    frame(harness, rest);
    harness.run();
}

fn tap_all(harness: &mut Screen, keys: &[&str]) {
    for key in keys {
        tap(harness, key);
    }
}

fn letters_of(text: &str) -> Vec<String> {
    text.chars().map(|letter| letter.to_string()).collect()
}

fn tap_letters(harness: &mut Screen, text: &str) {
    for key in letters_of(text) {
        tap(harness, &key);
    }
}

fn has_focus(harness: &Screen, label: &str) -> bool {
    harness.get_by_role_and_label(Role::TextInput, label).accesskit_node().is_focused()
}

#[test]
fn a_russian_double_name_needs_no_shift() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    tap_letters(&mut harness, "Анна");
    tap(&mut harness, "Дефис");
    tap_letters(&mut harness, "Мария");
    assert_eq!(harness.state().first, "Анна-Мария");
    assert!(has_focus(&harness, FIRST));
    tap(&mut harness, "Пробел");
    tap(&mut harness, "Ё");
    assert_eq!(harness.state().first, "Анна-Мария Ё");
}

#[test]
fn an_english_name_with_an_apostrophe_is_typed() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    tap_letters(&mut harness, "Smith");
    assert_eq!(harness.state().first, "Smith");
    tap_all(&mut harness, &["Space", "O", "Apostrophe", "Capital letter", "B"]);
    assert_eq!(harness.state().first, "Smith O'B");
}

#[test]
fn shift_holds_for_one_letter_and_can_be_taken_back() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    let toggled =
        |harness: &Screen| harness.get_by_role_and_label(Role::Button, "Capital letter").accesskit_node().toggled();
    assert_eq!(toggled(&harness), Some(Toggled::True), "an empty field starts with a capital");
    tap(&mut harness, "Capital letter");
    assert_eq!(toggled(&harness), Some(Toggled::False));
    tap_all(&mut harness, &["v", "a", "Capital letter", "N", "a"]);
    assert_eq!(harness.state().first, "vaNa");
    for _ in 0..4 {
        tap(&mut harness, "Backspace");
    }
    assert_eq!(harness.state().first, "");
    assert_eq!(toggled(&harness), Some(Toggled::True), "the field is empty again");
    tap(&mut harness, "V");
}

#[test]
fn capitals_follow_the_caret_and_the_field() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    tap_letters(&mut harness, "Ann");
    harness.key_press(Key::Home);
    harness.run();
    tap(&mut harness, "J");
    assert_eq!(harness.state().first, "JAnn");
    tap(&mut harness, "o");
    harness.get_by_label(SECOND).focus();
    harness.run();
    tap(&mut harness, "B");
    assert_eq!((harness.state().first.as_str(), harness.state().second.as_str()), ("JoAnn", "B"));
}

#[test]
fn a_key_switches_the_layout_and_reset_switches_it_back() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    tap(&mut harness, "Раскладка: English");
    tap_letters(&mut harness, "Bob");
    assert_eq!(harness.state().first, "Bob");
    assert!(harness.query_by_label("Space").is_none(), "the other keys stay in the language of the screens");
    tap(&mut harness, "Раскладка: Русский");
    tap(&mut harness, "ж");
    tap_all(&mut harness, &["Раскладка: English", "Заглавная буква"]);
    reset(&harness.ctx);
    harness.run();
    tap(&mut harness, "ж");
    assert_eq!(harness.state().first, "Bobжж");
    harness.state_mut().language = "en";
    harness.run();
    tap(&mut harness, "q");
}

#[test]
fn a_third_language_brings_its_keys_or_borrows_them() {
    let file = |tag: &str, text: &str| (tag.to_owned(), text.to_owned());
    let letters = "language-name = Қазақша\nkeyboard-letters =\n    ә і ң ғ\n    й ц у к\n    ф ы i|İ\n\
                   keyboard-shift = Бас әріп\n";
    let more = [file("kk", letters), file("xx", "language-name = Xx\n")];
    let mut harness = screen_with(Form::new(KeyboardKind::Letters, "kk"), [1024.0, 768.0], &more);
    harness.get_by_label(FIRST).focus();
    harness.run();
    tap_all(&mut harness, &["Ә", "ғ", "Бас әріп", "İ", "i"]);
    assert_eq!(harness.state().first, "Әғİi");
    // The names it does not have are those of the fallback; a language without letters is no layout.
    tap_all(&mut harness, &["Раскладка: Русский", "ё", "Раскладка: English", "q", "Раскладка: Қазақша", "ң"]);
    assert_eq!(harness.state().first, "Әғİiёqң");
    harness.state_mut().language = "xx";
    harness.run();
    tap(&mut harness, "q");
    assert_eq!(harness.state().first, "Әғİiёqңq");
}

#[test]
fn next_is_enter_in_the_field_and_is_told_when_there_is_none() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    tap_letters(&mut harness, "Ия");
    tap(&mut harness, "Далее");
    assert_eq!(harness.state().entered, 1);
    assert!(has_focus(&harness, SECOND));
    tap(&mut harness, "Р");
    assert_eq!((harness.state().first.as_str(), harness.state().second.as_str()), ("Ия", "Р"));
    harness.get_by_label(BUTTON).focus();
    harness.run();
    tap_all(&mut harness, &["Далее", "й", "Стереть"]);
    let form = harness.state();
    assert_eq!((form.unclaimed_next, form.button), (1, 0), "a focused button is not pressed");
    assert_eq!((form.first.as_str(), form.second.as_str()), ("Ия", "Р"));
}

#[test]
fn the_digits_are_formatted_by_the_field() {
    let mut harness = screen(KeyboardKind::Digits, "ru");
    tap_letters(&mut harness, "91677");
    assert_eq!(harness.state().first, "91 67 7");
    tap_all(&mut harness, &["Стереть", "Стереть", "0"]);
    assert_eq!(harness.state().first, "91 60");
    tap(&mut harness, "Далее");
    assert_eq!(harness.state().entered, 1);
}

#[test]
fn an_address_or_a_token_is_typed_whatever_the_language_of_the_screens() {
    for (language, shift, signs, letters, dash, slash, dot) in [
        ("ru", "Заглавная буква", "Знаки", "Буквы", "Дефис", "Косая черта", "Точка"),
        ("en", "Capital letter", "Signs", "Letters", "Hyphen", "Slash", "Full stop"),
    ] {
        let mut harness = screen(KeyboardKind::Anything, language);
        tap_all(&mut harness, &["a", shift, "B", "c", "7", signs, dash, "1", slash, letters, "x", dot]);
        assert_eq!(harness.state().first, "aBc7-1/x.", "no capital that nobody asked for");
        let marks = ["Backspace", "Стереть"].map(|key| harness.query_by_role_and_label(Role::Button, key).is_some());
        assert!(marks.contains(&true));
    }
}

#[test]
fn the_keyboard_for_anything_has_cyrillic_letters_too_and_forgets_the_choice() {
    let mut harness = screen(KeyboardKind::Anything, "ru");
    tap_all(&mut harness, &["Раскладка: Русский", "ж", "Заглавная буква", "Ё", "Раскладка: English", "q", "Знаки"]);
    assert_eq!(harness.state().first, "жЁq");
    assert!(harness.query_by_label("q").is_none());
    reset(&harness.ctx);
    harness.run();
    tap(&mut harness, "q");
    tap(&mut harness, "Знаки");
    harness.state_mut().is_docked = false;
    harness.run();
    harness.state_mut().is_docked = true;
    harness.run();
    tap(&mut harness, "q");
    harness.state_mut().kind = KeyboardKind::Letters;
    harness.run();
    tap(&mut harness, "ж");
    assert_eq!(harness.state().first, "жЁqqqж", "names have the letters of the screens again");
}

#[test]
fn the_keyboard_for_anything_leaves_next_to_its_caller_and_can_be_put_away() {
    let mut harness = screen(KeyboardKind::Anything, "en");
    tap_all(&mut harness, &["q", "Next"]);
    assert_eq!((harness.state().entered, harness.state().unclaimed_next), (0, 1), "no Enter, which may mean more");
    assert!(has_focus(&harness, FIRST));
    tap(&mut harness, "Put the keyboard away");
    assert!(!has_focus(&harness, FIRST));
    tap(&mut harness, "q");
    assert_eq!(harness.state().first, "q");
}

#[test]
fn a_language_without_words_for_the_signs_borrows_them() {
    let file = |tag: &str, text: &str| (tag.to_owned(), text.to_owned());
    let letters =
        "language-name = Қазақша\nkeyboard-letters =\n    ә і ң ғ\n    й ц у к\nkeyboard-sign-slash = Қиғаш\n";
    let mut harness = screen_with(Form::new(KeyboardKind::Anything, "kk"), [1024.0, 768.0], &[file("kk", letters)]);
    harness.get_by_label(FIRST).focus();
    harness.run();
    tap_all(&mut harness, &["q", "Знаки", "Қиғаш", "Собака", "Буквы", "Раскладка: Қазақша", "ң", "Убрать клавиатуру"]);
    assert_eq!(harness.state().first, "q/@ң");
}

#[test]
fn a_held_backspace_repeats_until_the_finger_leaves_it() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    harness.state_mut().first = "a".repeat(40);
    harness.run();
    harness.key_press(Key::End);
    harness.run();
    let pos = center(&harness, "Backspace");
    let length = |harness: &Screen| harness.state().first.len();
    frame(&mut harness, [Event::PointerMoved(pos), press(pos, true)]);
    assert_eq!(length(&harness), 39, "at once");
    // A step is 50 ms of virtual time: nothing more within half a second.
    harness.run_steps(9);
    assert_eq!(length(&harness), 39);
    harness.run_steps(1 + 20);
    assert_eq!(length(&harness), 28, "then ten a second");
    frame(&mut harness, [Event::PointerMoved(pos + egui::vec2(-90.0, 0.0))]);
    harness.run_steps(20);
    assert_eq!(length(&harness), 28, "the finger has left the key");
    frame(&mut harness, [press(pos, false), Event::PointerGone]);
    harness.run();
    assert!(has_focus(&harness, FIRST));
}

#[test]
fn a_held_letter_is_one_letter_and_nothing_repaints() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    let pos = center(&harness, "S");
    frame(&mut harness, [Event::PointerMoved(pos), press(pos, true)]);
    // `run` fails when something asks for a frame again and again.
    harness.run();
    harness.run_steps(100);
    assert_eq!(harness.state().first, "S");
    assert!(is_at_rest(&harness));
}

fn is_at_rest(harness: &Screen) -> bool {
    harness.output().viewport_output.values().all(|output| output.repaint_delay == std::time::Duration::MAX)
}

#[test]
fn only_a_held_backspace_asks_for_frames() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    assert!(is_at_rest(&harness));
    let pos = center(&harness, "Backspace");
    frame(&mut harness, [Event::PointerMoved(pos), press(pos, true)]);
    harness.run_steps(3);
    assert!(!is_at_rest(&harness));
    frame(&mut harness, [press(pos, false), Event::PointerGone]);
    harness.run();
    assert!(is_at_rest(&harness));
}

#[test]
fn fast_fingers_lose_nothing() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    // The second finger is down before the first is up; the window system makes no pointer of it.
    let (s, m) = (center(&harness, "S"), center(&harness, "M"));
    frame(&mut harness, [touch(1, TouchPhase::Start, s), Event::PointerMoved(s), press(s, true)]);
    frame(&mut harness, [touch(2, TouchPhase::Start, m)]);
    frame(&mut harness, [touch(1, TouchPhase::End, s), press(s, false), Event::PointerGone]);
    frame(&mut harness, [touch(2, TouchPhase::End, m)]);
    assert_eq!(harness.state().first, "Sm");
    // A slow frame holds two whole taps, and a capital only for the first letter of a word.
    let space = center(&harness, "Space");
    frame(&mut harness, tap_events(space).into_iter().chain(tap_events(s)).chain(tap_events(m)));
    harness.run();
    assert_eq!(harness.state().first, "Sm Sm");
}

#[test]
fn a_tap_between_two_keys_hits_one_of_them() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    let between = rect(&harness, "Q").right_center() + egui::vec2(3.0, 0.0);
    frame(&mut harness, tap_events(between));
    harness.run();
    assert_eq!(harness.state().first, "Q");
}

#[test]
fn assistive_technology_types_too() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    for key in ["О", "л", "я"] {
        harness.get_by_role_and_label(Role::Button, key).click_accesskit();
        harness.run();
    }
    assert_eq!(harness.state().first, "Оля");
    assert!(has_focus(&harness, FIRST));
}

#[test]
fn a_physical_keyboard_works_beside_it() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    harness.event(Event::Text("Б".to_owned()));
    harness.run();
    tap(&mut harness, "о");
    harness.key_press(Key::Backspace);
    harness.event(Event::Text("я".to_owned()));
    harness.run();
    assert_eq!(harness.state().first, "Бя");
}

#[test]
fn the_focus_stays_in_the_field_while_the_keyboard_is_there() {
    let mut harness = screen(KeyboardKind::Letters, "ru");
    let tray = rect(&harness, "Й").left_center() - egui::vec2(20.0, 0.0);
    for beside in [Pos2::new(500.0, 400.0), tray] {
        frame(&mut harness, tap_events(beside));
        harness.run();
        assert!(has_focus(&harness, FIRST), "{beside:?}");
    }
    harness.state_mut().is_docked = false;
    harness.run();
    frame(&mut harness, tap_events(Pos2::new(500.0, 400.0)));
    harness.run();
    assert!(!has_focus(&harness, FIRST), "without the keyboard egui's own rule is back");
}

#[test]
fn nothing_is_pressed_through_a_dialog() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    let next = center(&harness, "Next");
    let shift = harness.get_by_role_and_label(Role::Button, "Capital letter").accesskit_node().toggled();
    harness.state_mut().is_asking = true;
    harness.run();
    frame(&mut harness, tap_events(next));
    for key in ["Next", "Capital letter"] {
        harness.get_by_role_and_label(Role::Button, key).click_accesskit();
    }
    harness.run();
    assert_eq!(harness.state().unclaimed_next, 0);
    assert_eq!(harness.get_by_role_and_label(Role::Button, "Capital letter").accesskit_node().toggled(), shift);
}

#[test]
fn the_keys_are_no_stops_of_the_tabulator() {
    let mut harness = screen(KeyboardKind::Letters, "en");
    let mut stops = Vec::new();
    for _ in 0..4 {
        harness.key_press(Key::Tab);
        harness.run();
        let focused = harness.get_by(|node| node.is_focused() && node.role() != Role::Window);
        stops.push(focused.accesskit_node().label().unwrap_or_default());
    }
    assert_eq!(stops, [SECOND, BUTTON, FIRST, SECOND]);
}

/// Every key by its name, at one screen size and look.
fn keys(form: Form, size: [f32; 2], taps: &[&str]) -> Vec<(String, Rect)> {
    let mut harness = screen_of(form, size);
    tap_all(&mut harness, taps);
    let tray_top = harness.get_by_label(BUTTON).rect().bottom();
    harness
        .get_all_by_role(Role::Button)
        .filter(|node| node.rect().top() > tray_top)
        .map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect()))
        .collect()
}

#[test]
fn every_key_can_be_hit_and_named_on_every_screen() {
    for size in [[1024.0, 768.0], [1920.0, 1080.0], [768.0, 1366.0]] {
        for text_scale in [1.0, 1.5, 2.0] {
            for contrast in [Contrast::Normal, Contrast::High] {
                let none: &[&str] = &[];
                for (kind, language, taps, count) in [
                    (KeyboardKind::Letters, "ru", none, 39),
                    (KeyboardKind::Letters, "en", none, 33),
                    (KeyboardKind::Digits, "ru", none, 12),
                    (KeyboardKind::Anything, "ru", none, 44),
                    (KeyboardKind::Anything, "ru", &["Раскладка: Русский"], 51),
                    (KeyboardKind::Anything, "en", &["Signs"], 44),
                ] {
                    let look = Look { density: Density::Kiosk, text_scale, contrast, ..Look::default() };
                    let keys = keys(Form { look, ..Form::new(kind, language) }, size, taps);
                    let at = format!("{kind:?} {language} {taps:?} {size:?} {text_scale}");
                    let mut names: Vec<_> = keys.iter().map(|(name, _)| name).collect();
                    names.sort();
                    names.dedup();
                    assert_eq!(names.len(), count, "{at}: two keys of one name");
                    assert_eq!(keys.len(), count, "{at}");
                    hittable(&keys, size, &at);
                }
            }
        }
    }
}

fn hittable(keys: &[(String, Rect)], size: [f32; 2], at: &str) {
    let screen = Rect::from_min_size(Pos2::ZERO, size.into());
    for (index, (name, rect)) in keys.iter().enumerate() {
        assert!(!name.is_empty(), "{at}: a key without a name at {rect:?}");
        assert!(rect.width() >= 48.0 && rect.height() >= 48.0, "{at}: {name} is {:?}", rect.size());
        assert!(screen.contains_rect(*rect), "{at}: {name} at {rect:?} is off the screen");
        let rest = keys.get(index + 1..).unwrap_or_default();
        let overlapped = rest.iter().find(|(_, other)| other.intersects(*rect));
        assert!(overlapped.is_none(), "{at}: {name} lies over {overlapped:?}");
    }
    assert!(keys.iter().all(|(_, rect)| rect.top() > size[1] * 0.5), "{at}: the upper half is for the fields");
}
