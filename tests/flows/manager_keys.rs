//! The settings behind the door of a kiosk that has no keyboard but the one on its screen.

use egui::accesskit::Role;
use egui::{Pos2, Rect};
use egui_kittest::kittest::Queryable;
use swip_kiosk::app::State;
use swip_kiosk::domain::settings::{SettingGroup, SettingKey, SettingKind};
use swip_kiosk::services::Station;

use crate::kiosk::{tap, tap_words, target, touch};
use crate::support::{PIN, Shop, Window, in_every_language, tag};

impl Window {
    fn touch_field(&mut self, id: &str) {
        let place = self.field(id).rect().center();
        touch(self, place);
        self.settle();
    }

    fn focused_field(&self) -> Rect {
        let is_field = |role| matches!(role, Role::TextInput | Role::PasswordInput);
        self.harness.get_by(|node| node.is_focused() && is_field(node.role())).rect()
    }

    fn has_keys(&self) -> bool {
        self.has_button("keyboard-hide")
    }

    /// What is free between the bar above and what stands below.
    fn room(&self) -> (f32, f32) {
        let other = if self.language.as_str() == "ru" { "English" } else { "Русский" };
        let top = self.harness.get_all_by_role_and_label(Role::Button, other).next().expect("a bar").rect().bottom();
        let first = self.harness.get_by_role_and_label(Role::Button, "1").rect().top();
        let bar = self.has_button("settings-save").then(|| self.place_of("settings-save").top());
        assert!(bar.is_none_or(|bar| bar < first));
        (top, bar.unwrap_or(first))
    }

    /// The button with this text of the language.
    fn place_of(&self, id: &str) -> Rect {
        target(self, &self.text(id))
    }
}

/// From the invitation through the door, by touch alone.
pub(crate) fn go_in(window: &mut Window) {
    for _ in 0..5 {
        touch(window, Pos2::new(4.0, 4.0));
        window.harness.step();
    }
    window.settle();
    window.settle();
    for digit in PIN.chars() {
        tap_words(window, &digit.to_string());
    }
    tap(window, "door-open");
    window.wait_still("the settings", |window| window.sees("settings-search"));
    window.settle();
}

#[test]
fn a_manager_types_the_settings_of_a_kiosk_by_touch_alone() {
    in_every_language(|language| {
        let shop = Shop::kiosk_with(language, &[]);
        let mut window = shop.open_kiosk(language);
        // A compositor that has no keyboard gives the window none.
        window.harness.input_mut().focused = false;
        go_in(&mut window);
        assert!(!window.has_keys(), "nothing is typed into yet");
        window.touch_field("settings-merchant-id");
        assert!(window.has_keys(), "{}", window.list());
        let (top, bottom) = window.room();
        let field = window.field("settings-merchant-id").rect();
        assert!(window.has_button("settings-save"));
        assert!(field.top() > top && field.bottom() < bottom, "{field:?} is not in sight: {top} {bottom}");
        while !window.value("settings-merchant-id").is_empty() {
            tap(&mut window, "keyboard-backspace");
        }
        for key in ["a", "keyboard-shift", "B", "keyboard-to-signs", "keyboard-hyphen", "1", "keyboard-sign-slash"] {
            match key.len() {
                1 => tap_words(&mut window, key),
                _ => tap(&mut window, key),
            }
        }
        assert_eq!(window.value("settings-merchant-id"), "aB-1/");
        tap(&mut window, "keyboard-next");
        assert_eq!(window.focused(), Some(window.text("settings-store-id")), "{}", window.list());
        tap(&mut window, "keyboard-hide");
        assert!(!window.has_keys() && window.focused() != Some(window.text("settings-store-id")), "{}", window.list());
        assert_eq!(window.value("settings-merchant-id"), "aB-1/");
    });
}

/// The sections that have any, and the first field of each.
const SECTIONS: [(SettingGroup, &str, &str); 5] = [
    (SettingGroup::Connection, "settings-connection", "settings-base-url"),
    (SettingGroup::Station, "settings-station", "settings-text-percent"),
    (SettingGroup::Scanner, "settings-scanner", "settings-scanner-prefix"),
    (SettingGroup::Kiosk, "settings-kiosk", "settings-idle-seconds"),
    (SettingGroup::Rules, "settings-rules", "settings-mobile-prefixes"),
];

/// The labels of the fields of a section that are typed, in the order of the form.
fn typed(window: &Window, group: SettingGroup) -> Vec<String> {
    // Chosen from a list, or shown only.
    let others = [SettingKey::Language, SettingKey::KioskMonitor, SettingKey::KioskKeyboards, SettingKey::Consents];
    let mut labels = Vec::new();
    for key in SettingKey::ALL.iter().filter(|key| key.entry().group == group && !others.contains(key)) {
        match key.entry().kind {
            SettingKind::OneOf(_) | SettingKind::Switch => continue,
            SettingKind::Text
            | SettingKind::Texts
            | SettingKind::Secret
            | SettingKind::Number(_)
            | SettingKind::Numbers(_) => {}
        }
        labels.push(window.text(&format!("settings-{}", key.name().replace('_', "-"))));
        // Fields that are no settings.
        if *key == SettingKey::CashId {
            labels.push(window.text("settings-test-phone"));
        } else if *key == SettingKey::ScannerPort {
            labels.push(window.text("settings-scan"));
        }
    }
    labels
}

#[test]
fn next_goes_from_field_to_field_each_in_sight_and_puts_the_keyboard_away_at_the_last() {
    for text_percent in ["100", "200"] {
        let shop = Shop::kiosk_with("en", &[(SettingKey::TextPercent, text_percent)]);
        let mut window = shop.open_kiosk("en");
        go_in(&mut window);
        for (group, section, first) in SECTIONS {
            window.section(section);
            window.focus(first);
            let mut passed = Vec::new();
            while window.has_keys() {
                let label = window.focused().expect("a field");
                let field = window.focused_field();
                let (top, bottom) = window.room();
                assert!(
                    field.top() > top && field.bottom() < bottom,
                    "{text_percent} {label}: {field:?} {top} {bottom}"
                );
                assert!(!passed.contains(&label), "{passed:?}");
                passed.push(label);
                tap(&mut window, "keyboard-next");
            }
            assert_eq!(passed, typed(&window, group));
        }
        assert!(window.sees("settings-search") && window.has_button("settings-save"));
    }
}

#[test]
fn the_next_manager_finds_the_keyboard_as_the_first_one_did() {
    let shop = Shop::kiosk_with("ru", &[]);
    let mut window = shop.open_kiosk("ru");
    go_in(&mut window);
    window.touch_field("settings-base-url");
    tap_words(&mut window, "Раскладка: Русский");
    tap(&mut window, "keyboard-shift");
    window.pass(61.0);
    assert!(!window.has_keys() && !window.sees("settings-search"), "{}", window.list());
    go_in(&mut window);
    assert!(!window.has_keys());
    window.touch_field("settings-base-url");
    assert!(window.has_keys());
    assert!(target(&window, "q").is_positive(), "small Latin letters");
}

#[test]
fn a_counter_and_a_kiosk_in_a_window_have_no_keys_in_the_settings() {
    let shop = Shop::connected("en");
    let mut window = shop.open("en");
    window.click("app-settings");
    window.touch_field("settings-merchant-id");
    assert_eq!(window.focused(), Some(window.text("settings-merchant-id")));
    assert!(!window.has_keys());
    let shop = Shop::kiosk_with("en", &[]);
    let (station, opened) = Station::open(&shop.dirs());
    let state = State::new(opened, Some(tag("en"))).windowed(true);
    let mut window = shop.window(state, station, "en");
    go_in(&mut window);
    window.touch_field("settings-merchant-id");
    assert_eq!(window.focused(), Some(window.text("settings-merchant-id")));
    assert!(!window.has_keys());
}
