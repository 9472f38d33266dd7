//! The manager's door, from the counter and from a kiosk, with a real PIN on disk.

use std::fmt::Write;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::Screen;
use swip_kiosk::domain::pin::wait_after;
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::services::sandbox::seeds;
use swip_kiosk::services::secrets::PinState;

use crate::support::{NEW_PHONE, PIN, Shop, Window, in_every_language};

const RIGHT: &str = PIN;
const WRONG: &str = "582047163";
const SIZES: [Vec2; 3] = [Vec2::new(1024.0, 768.0), Vec2::new(1920.0, 1080.0), Vec2::new(768.0, 1366.0)];

impl Window {
    /// Lets time pass in one frame.
    pub(crate) fn pass(&mut self, seconds: f64) {
        let later = self.time() + seconds.max(0.0);
        self.harness.input_mut().time = Some(later);
        self.harness.step();
        self.harness.input_mut().time = None;
        self.settle();
    }

    /// Presses the keys of the pad.
    fn tap(&mut self, digits: &str) {
        for digit in digits.chars() {
            self.click_words(&digit.to_string());
        }
    }

    /// Presses a button that may be out of sight, by the keyboard.
    fn press_below(&mut self, id: &str) {
        let words = self.text(id);
        self.harness.get_by_role_and_label(Role::Button, &words).focus();
        self.settle();
        self.press(Key::Enter);
        self.settle();
    }

    /// What the field of the PIN says of itself.
    fn dots(&self) -> String {
        let fields: Vec<_> = self.harness.query_all_by_role(Role::PasswordInput).collect();
        let [field] = fields.as_slice() else { panic!("not one field:\n{}", self.list()) };
        field.value().unwrap_or_default()
    }

    fn is_at_door(&self) -> bool {
        matches!(self.harness.state().state().screen, Screen::Door(_))
    }

    /// Types on a keyboard and presses Enter, and waits for the verdict.
    fn try_pin(&mut self, digits: &str) {
        self.type_text(digits);
        self.press(Key::Enter);
        self.wait_still("a verdict", |window| match &window.harness.state().state().screen {
            Screen::Door(door) => !door.is_busy(),
            _ => true,
        });
    }

    /// How many fields egui keeps an undo history of.
    fn histories(&self) -> usize {
        self.harness.ctx.data(egui::util::IdTypeMap::count::<egui::text_edit::TextEditState>)
    }

    fn time(&self) -> f64 {
        self.harness.ctx.input(|input| input.time)
    }

    /// However long this takes, by the clock of the window it takes no time.
    pub(crate) fn wait_still(&mut self, what: &str, holds: impl FnMut(&Self) -> bool) {
        self.harness.input_mut().time = Some(self.time());
        self.wait(what, holds);
        self.settle();
        self.harness.input_mut().time = None;
    }

    /// A finger on a place of the screen, again and again.
    fn press_at(&mut self, pos: Pos2, times: usize, pause: f64) {
        for press in 0..times {
            if press > 0 {
                let later = self.time() + pause;
                self.harness.input_mut().time = Some(later);
            }
            for pressed in [true, false] {
                let button = PointerButton::Primary;
                let event = Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE };
                self.harness.input_mut().events.push(event);
            }
            self.harness.step();
            // The frame that the press asks for comes at once.
            self.harness.input_mut().time = Some(self.time());
            self.harness.step();
        }
        self.harness.input_mut().time = None;
        self.settle();
    }
}

#[test]
fn from_the_gear_over_the_pad_to_the_settings_and_after_a_minute_back() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let mut window = shop.open(language);
        window.click("app-settings");
        assert!(window.sees("door-lead") && !window.sees("settings-search"), "{}", window.list());
        window.tap(WRONG);
        assert_eq!(window.dots(), "•".repeat(WRONG.len()));
        window.click("door-open");
        window.wait_for("door-wrong");
        assert!(window.is_announced(&window.text("door-wrong")));
        assert_eq!(window.dots(), "");
        window.tap(RIGHT);
        window.tap("1");
        window.click("door-backspace");
        window.click("door-open");
        window.wait_for("settings-search");
        window.settle();
        window.section("settings-security");
        assert!(window.sees("security-pin"));
        window.section("settings-connection");
        window.fill("settings-store-id", "Side street 7");
        window.pass(50.0);
        assert!(window.sees("settings-search"));
        window.pass(61.0);
        assert!(!window.sees("settings-search") && window.sees("counter-empty"), "{}", window.list());
        assert!(window.is_announced(&window.text("door-timed-out")));
        window.click("app-settings");
        assert!(window.sees("door-timed-out-changes"), "{}", window.list());
        window.try_pin(RIGHT);
        assert_eq!(window.value("settings-store-id"), "Demo store");
    });
}

#[test]
fn the_pad_is_worked_by_a_keyboard_alone() {
    in_every_language(|language| {
        let shop = Shop::connected(language).with_pin();
        let mut window = shop.open(language);
        window.click("app-settings");
        window.settle();
        assert_eq!(window.focused(), Some(window.text("door-pin")), "the keyboard is there from the start");
        window.type_text(WRONG);
        window.type_text("x ");
        for _ in 0..20 {
            window.press(Key::Backspace);
        }
        assert_eq!(window.dots(), "");
        window.press(Key::Enter);
        assert_eq!(shop.pins().wait(Duration::ZERO), Duration::ZERO);
        window.press(Key::Escape);
        window.settle();
        assert!(window.sees("counter-empty"));
        window.click("app-settings");
        window.settle();
        // A key of the pad that has the keyboard takes Enter for itself.
        for _ in 0..9 {
            window.press(Key::Tab);
        }
        assert!(window.focused().is_some_and(|name| name.len() == 1), "{:?}", window.focused());
        window.press(Key::Enter);
        assert_eq!(window.dots(), "•", "{}", window.list());
        window.press(Key::Backspace);
        window.type_text(RIGHT);
        while window.focused() != Some(window.text("door-open")) {
            window.press(Key::Tab);
        }
        window.press(Key::Space);
        window.wait_for("settings-search");
    });
}

#[test]
fn the_waits_of_the_table_hold_through_the_window_and_keep_nobody_from_signing_up() {
    let shop = Shop::connected("en").with_pin();
    let mut window = shop.open("en");
    for failures in 1..=11 {
        window.click("app-settings");
        window.settle();
        assert!(!window.sees("door-locked"), "{failures}: {}", window.list());
        let tried = window.time();
        window.try_pin(WRONG);
        let wait = wait_after(failures).as_secs();
        if wait == 0 {
            assert!(window.sees("door-wrong") && !window.sees("door-locked"), "{failures}");
            window.press(Key::Escape);
            window.settle();
            continue;
        }
        assert!(window.sees("door-locked") && window.is_announced(&window.text("door-locked")), "{failures}");
        let told = window.text_with("door-try-in", "time", &format!("{}:{:02}", wait / 60, wait % 60));
        assert!(window.sees_words(&told), "{failures}: {told}\n{}", window.list());
        let repaint = window.rest();
        assert!(repaint <= Duration::from_secs(1) && repaint > Duration::from_millis(1), "{repaint:?}");
        window.press(Key::Escape);
        window.settle();
        if failures == 7 {
            window.look_up(NEW_PHONE);
            window.wait_still("the form", |window| window.sees("form-title"));
            window.settle();
            window.press(Key::Enter);
            window.wait_still("a new member", |window| window.sees("done-registered"));
            window.look_up(seeds::REGULAR.phone);
            window.wait_still("points", |window| window.sees("counter-member"));
        }
        let free = tried + Duration::from_secs(wait).as_secs_f64();
        window.pass(free - 10.0 - window.time());
        window.click("app-settings");
        window.settle();
        assert!(window.sees("door-locked"), "{failures}: it is the same lock");
        window.type_text(RIGHT);
        window.press(Key::Enter);
        window.settle();
        assert!(window.is_at_door() && window.dots().is_empty(), "the right PIN opens nothing while it is locked");
        window.press(Key::Escape);
        window.pass(free + 5.0 - window.time());
    }
    window.click("app-settings");
    window.settle();
    window.try_pin(RIGHT);
    assert!(window.sees("settings-search"));
    assert_eq!(shop.signups().len(), 1);
}

#[test]
fn a_restart_starts_the_wait_anew_and_the_door_says_so() {
    let shop = Shop::connected("ru").with_pin();
    let mut window = shop.open("ru");
    window.click("app-settings");
    for _ in 0..5 {
        window.try_pin(WRONG);
    }
    assert!(window.sees("door-locked"));
    drop(window);
    let mut window = shop.open("ru");
    window.click("app-settings");
    window.settle();
    assert!(window.sees("door-locked") && window.sees_words("0:2"), "{}", window.list());
}

#[test]
fn five_presses_in_a_top_corner_of_a_kiosk_open_the_door_and_nothing_shows_the_place() {
    in_every_language(|language| {
        let shop = Shop::kiosk(language, &[]).with_pin();
        let mut window = shop.open(language);
        window.harness.set_size(Vec2::new(1024.0, 768.0));
        window.settle();
        let before = window.list();
        let (left, right) = (Pos2::new(4.0, 70.0), Pos2::new(1020.0, 4.0));
        window.press_at(left, 4, 0.3);
        window.press_at(right, 1, 0.3);
        assert!(!window.is_at_door());
        window.pass(5.0);
        window.press_at(left, 5, 1.2);
        assert!(!window.is_at_door(), "too slow");
        window.pass(5.0);
        window.press_at(Pos2::new(512.0, 250.0), 10, 0.1);
        window.press_at(Pos2::new(30.0, 740.0), 10, 0.1);
        assert!(!window.is_at_door(), "elsewhere");
        assert_eq!(window.list(), before, "assistive technology is told nothing of it");
        window.press_at(right, 5, 0.3);
        assert!(window.is_at_door(), "{}", window.list());
        window.try_pin(RIGHT);
        assert!(window.sees("settings-search"));
        window.pass(61.0);
        assert!(!window.sees("settings-search") && !window.is_at_door());
    });
}

#[test]
fn a_kiosk_without_a_pin_is_out_of_service_until_it_is_set_on_the_screen() {
    in_every_language(|language| {
        let shop = Shop::kiosk(language, &[]);
        let mut window = shop.open(language);
        assert!(window.sees("out-of-service-no-pin") && window.sees("out-of-service-no-pin-advice"));
        window.click("out-of-service-set-pin");
        window.tap("240190");
        window.click("door-next");
        assert!(window.sees("pin-error-obvious") && window.is_announced(&window.text("pin-error-obvious")));
        window.tap(RIGHT);
        window.click("door-next");
        assert!(window.sees("door-repeat-lead"));
        window.tap(WRONG);
        window.click("door-save");
        assert!(window.sees("door-different"));
        window.tap(RIGHT);
        window.click("door-next");
        window.tap(RIGHT);
        window.click("door-save");
        window.wait("the kiosk", |window| !window.is_at_door());
        window.settle();
        assert!(!window.sees("out-of-service-no-pin"), "{}", window.list());
        assert_eq!(shop.pins().state(), PinState::Set);
        drop(window);
        let window = shop.open(language);
        assert!(!window.sees("out-of-service-no-pin"));
    });
}

#[test]
fn the_settings_recommend_a_pin_and_set_and_change_it() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.fill("settings-store-id", "Side street 7");
        window.section("settings-security");
        assert!(window.sees("security-no-pin"));
        window.press_below("security-set-pin");
        for text in [RIGHT, RIGHT] {
            window.type_text(text);
            window.press(Key::Enter);
            window.settle();
        }
        window.wait_for("toast-pin-saved");
        assert!(window.sees("security-pin"), "{}", window.list());
        window.section("settings-connection");
        assert_eq!(window.value("settings-store-id"), "Side street 7", "the way to the pad costs no edits");
        window.section("settings-security");
        window.press_below("security-change-pin");
        assert!(window.sees("door-current-lead"));
        window.try_pin(WRONG);
        assert!(window.sees("door-wrong"));
        window.try_pin(RIGHT);
        assert!(window.sees("door-new-lead"));
        for text in [WRONG, WRONG] {
            window.type_text(text);
            window.press(Key::Enter);
            window.settle();
        }
        window.wait_for("security-change-pin");
        window.click("settings-save");
        window.wait_for("counter-empty");
        window.click("app-settings");
        window.try_pin(RIGHT);
        assert!(window.sees("door-wrong"), "the old one opens nothing any more");
        window.try_pin(WRONG);
        assert!(window.sees("settings-search"));
    });
}

#[test]
fn a_trial_says_that_it_keeps_no_pin() {
    let shop = Shop::empty();
    let mut window = shop.open_trial("en");
    window.click("app-settings");
    window.section("settings-security");
    assert!(window.sees("security-trial") && !window.has_button("security-set-pin"), "{}", window.list());
}

/// Everything that is logged while these tests run.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_digits_of_a_pin_turn_up_nowhere() {
    const MARKS: [&str; 2] = [RIGHT, "582047163"];
    let log = Log::default();
    let written = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || written.clone());
    // The only one of this program: threads of tokio write to it as well.
    subscriber.try_init().expect("no other log");
    let shop = Shop::connected("en").with_pin();
    let mut window = shop.open("en");
    let mut told = String::new();
    let mut look = |window: &Window| {
        for node in window.harness.root().children_recursive() {
            let _ = writeln!(told, "{:?}", node.accesskit_node().data());
        }
        let _ = writeln!(told, "{:?}", window.harness.state().state());
        let output = &window.harness.output().platform_output;
        let _ = writeln!(told, "{:?} {:?} {:?}", output.commands, output.events, output.accesskit_update);
    };
    for pin in [WRONG, RIGHT] {
        window.click("app-settings");
        let histories = window.histories();
        for digit in pin.chars() {
            window.harness.event(Event::Text(digit.to_string()));
            window.harness.step();
            look(&window);
        }
        window.press(Key::Enter);
        look(&window);
        window.wait("a verdict", |window| !window.sees("door-lead") || window.sees("door-wrong"));
        look(&window);
        if pin == WRONG {
            assert_eq!(window.histories(), histories, "the pad keeps no history of what was typed");
            window.press(Key::Escape);
            window.settle();
            look(&window);
        }
    }
    assert!(window.sees("settings-search"));
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    told += &String::from_utf8_lossy(&logged);
    assert!(told.contains("••••") && told.len() > 10_000, "{}", told.len());
    for mark in MARKS {
        // A pair of digits may be a place on the screen; four in a row are not.
        for part in mark.as_bytes().windows(6) {
            let part = std::str::from_utf8(part).expect("digits");
            assert!(!told.contains(part), "{part} of a PIN was told");
        }
    }
}

#[test]
fn the_pad_is_large_enough_whole_and_in_sight_on_every_screen() {
    in_every_language(|language| {
        for mode in [Mode::Counter, Mode::Kiosk] {
            let shop =
                if mode == Mode::Kiosk { Shop::kiosk(language, &[]) } else { Shop::connected(language) }.with_pin();
            for size in SIZES {
                let mut window = shop.open(language);
                window.harness.set_size(size);
                window.settle();
                if mode == Mode::Kiosk {
                    window.press_at(Pos2::new(10.0, 10.0), 5, 0.3);
                } else {
                    window.click("app-settings");
                }
                for _ in 0..2 {
                    let names: Vec<String> = ('0'..='9').map(String::from).collect();
                    let words = ["door-backspace", "door-open", "door-cancel"].map(|id| window.text(id));
                    let mut keys = Vec::new();
                    for name in names.iter().chain(&words) {
                        let key = window.harness.get_by_role_and_label(Role::Button, name).rect();
                        let is_of_pad = *name != words[2];
                        assert!(!is_of_pad || (key.width() >= 56.0 && key.height() >= 56.0), "{name}: {key:?}");
                        let screen = egui::Rect::from_min_size(Pos2::ZERO, size);
                        assert!(screen.contains_rect(key), "{name} at {size:?}: {key:?}");
                        keys.push(key);
                    }
                    for (index, key) in keys.iter().enumerate() {
                        let others = keys.iter().skip(index + 1);
                        assert!(others.clone().all(|other| !key.shrink(1.0).intersects(other.shrink(1.0))), "{size:?}");
                    }
                    // And once more with words beneath the dots: the pad stays where it is.
                    let place = keys[0];
                    window.tap("12345");
                    window.click("door-open");
                    assert!(window.sees("pin-error-short"));
                    let zero = window.harness.get_by_role_and_label(Role::Button, "0").rect();
                    assert_eq!(zero, place, "no key moves under the finger");
                }
            }
        }
    });
}
