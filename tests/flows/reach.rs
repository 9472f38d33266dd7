//! Who works without a mouse, without sight, or in a hurry; and a window at rest.

use std::time::Duration;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::NodeT;
use swip_kiosk::services::sandbox::{Faults, Plan, seeds};

use crate::support::{NEW_PHONE, Shop, Window, in_every_language};

const FORM: [&str; 4] = ["form-phone", "form-first-name", "form-last-name", "form-birthday"];
const SETTINGS: [&str; 7] = [
    "settings-search",
    "settings-base-url",
    "settings-token",
    "settings-merchant-id",
    "settings-store-id",
    "settings-cash-id",
    "settings-test-phone",
];
const RULES: [&str; 4] =
    ["settings-mobile-prefixes", "settings-minimum-age", "settings-not-found-codes", "settings-already-exists-codes"];

/// A window on every screen, with its name and the fields it has.
fn every_screen(language: &str) -> Vec<(&'static str, Shop, Window, &'static [&'static str])> {
    let shop = Shop::empty();
    let window = shop.open(language);
    let mut screens: Vec<(_, _, _, &[&str])> = vec![("welcome", shop, window, &[])];
    let shop = Shop::connected(language);
    let window = shop.open(language);
    screens.push(("counter", shop, window, &["counter-box"]));
    let shop = Shop::connected(language);
    let mut window = shop.open(language);
    window.look_up(seeds::REGULAR.phone);
    window.wait_for("counter-member");
    screens.push(("member", shop, window, &["counter-box"]));
    let shop = Shop::connected(language);
    let mut window = shop.open(language);
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    screens.push(("form", shop, window, &FORM));
    let shop = Shop::connected(language);
    let mut window = shop.open(language);
    window.click("app-settings");
    screens.push(("settings", shop, window, &SETTINGS));
    let shop = Shop::connected(language);
    let mut window = shop.open(language);
    window.click("app-settings");
    window.section("settings-rules");
    screens.push(("rules", shop, window, &RULES));
    screens
}

#[test]
fn no_frame_is_drawn_at_rest_whatever_has_the_keyboard() {
    for (screen, _shop, mut window, fields) in every_screen("ru") {
        assert_eq!(window.rest(), Duration::MAX, "{screen}");
        for field in fields {
            window.focus(field);
            assert_eq!(window.rest(), Duration::MAX, "{screen}: {field}");
        }
    }
}

#[test]
fn waiting_does_draw_frames() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    shop.set_faults(Faults::on_stats(Plan::delayed(600_000)));
    window.look_up(NEW_PHONE);
    window.settle();
    assert!(window.rest() < Duration::from_secs(1));
}

#[test]
fn everything_that_can_be_worked_has_a_name() {
    in_every_language(|language| {
        for (screen, _shop, window, _) in every_screen(language) {
            let mut count = 0;
            for node in window.harness.root().children_recursive() {
                let node = node.accesskit_node();
                let is_worked = matches!(
                    node.role(),
                    Role::Button | Role::TextInput | Role::PasswordInput | Role::CheckBox | Role::RadioButton
                );
                if is_worked {
                    count += 1;
                    assert!(node.label().is_some_and(|label| !label.trim().is_empty()), "{screen}: {:?}", node.role());
                }
            }
            assert!(count > 1, "{screen}");
        }
    });
}

#[test]
fn nothing_reaches_beyond_the_sides_of_the_window() {
    in_every_language(|language| {
        for (screen, _shop, mut window, _) in every_screen(language) {
            for width in [1024.0_f32, 768.0] {
                window.harness.set_size(egui::vec2(width, 2400.0));
                window.settle();
                for node in window.harness.root().children_recursive() {
                    let node = node.accesskit_node();
                    let Some(bounds) = node.bounding_box() else { continue };
                    assert!(bounds.x1 <= f64::from(width) + 1.0, "{screen} at {width}: {:?}", node.label());
                }
            }
        }
    });
}

/// The fields that Tab reaches, in the order in which it does, starting with the first.
fn tab_order(window: &mut Window, fields: &[&str]) -> Vec<String> {
    let names: Vec<String> = fields.iter().map(|id| window.text(id)).collect();
    window.focus(fields[0]);
    let mut order = vec![names[0].clone()];
    for _ in 0..60 {
        window.press(Key::Tab);
        match window.focused() {
            Some(name) if name == names[0] => break,
            Some(name) if names.contains(&name) && !order.contains(&name) => order.push(name),
            _ => {}
        }
    }
    order
}

#[test]
fn tab_goes_through_the_fields_in_reading_order() {
    in_every_language(|language| {
        for (screen, _shop, mut window, fields) in every_screen(language) {
            if !fields.is_empty() {
                let expected: Vec<String> = fields.iter().map(|id| window.text(id)).collect();
                assert_eq!(tab_order(&mut window, fields), expected, "{screen}");
                let place = |id: &&&str| window.field(id).rect().min;
                let is_before = |pair: &[egui::Pos2]| pair[0].y < pair[1].y || pair[0].x < pair[1].x;
                let places: Vec<_> = fields.iter().map(|id| place(&id)).collect();
                assert!(places.windows(2).all(is_before), "{screen}: {places:?}");
            }
        }
    });
}

/// Presses Tab until what has this name has the keyboard.
fn tab_to(window: &mut Window, id: &str) {
    let name = window.text(id);
    for _ in 0..60 {
        if window.focused().as_ref() == Some(&name) {
            return;
        }
        window.press(Key::Tab);
        window.settle();
    }
    panic!("Tab never reaches {name:?}:\n{}", window.list());
}

#[test]
fn a_day_at_the_counter_needs_no_mouse() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        assert_eq!(window.focused(), Some(window.text("counter-box")), "the keyboard is there from the start");
        window.type_text(seeds::REGULAR.phone);
        tab_to(&mut window, "counter-look-up");
        window.press(Key::Space);
        window.wait_for("counter-member");
        window.press(Key::Escape);
        window.settle();
        tab_to(&mut window, "counter-box");
        window.type_text(NEW_PHONE);
        window.press(Key::Enter);
        window.wait_for("form-title");
        window.settle();
        tab_to(&mut window, "form-sign-up");
        window.press(Key::Enter);
        window.wait_for("done-registered");
        assert_eq!(shop.signups().len(), 1);
        tab_to(&mut window, "app-settings");
        window.press(Key::Enter);
        window.settle();
        assert!(window.sees("settings-title"));
        tab_to(&mut window, "settings-store-id");
        window.type_text("Side street 7");
        tab_to(&mut window, "settings-save");
        window.press(Key::Enter);
        window.wait_for("counter-empty");
        assert!(window.sees_words("Side street 7"));
    });
}

#[test]
fn the_first_start_needs_no_mouse() {
    in_every_language(|language| {
        let shop = Shop::empty();
        let mut window = shop.open(language);
        tab_to(&mut window, "welcome-try");
        window.press(Key::Enter);
        window.wait_for("counter-empty");
        window.settle();
        assert_eq!(window.focused(), Some(window.text("counter-box")));
    });
}

#[test]
fn a_book_or_a_flood_of_emoji_pasted_into_a_field_is_cut() {
    let book = "a".repeat(1_000_000);
    let digits = "9".repeat(1_000_000);
    let emoji = "\u{1f600}".repeat(100_000);
    let mut seen = 0;
    for (screen, _shop, mut window, fields) in every_screen("en") {
        if screen == "member" {
            continue;
        }
        // People paste what the typeface has no picture for.
        window.harness.ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
        // What is looked for takes the place of the other fields: it comes last.
        for field in fields.iter().rev() {
            for text in [&book, &digits, &emoji] {
                window.focus(field);
                window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
                window.paste(text);
                let kept = window.value(field).chars().count();
                let most = match *field {
                    "counter-box" => 128,
                    "settings-token" => 4096 + 64,
                    _ if screen == "form" => 64,
                    _ => 2048,
                };
                assert!(kept <= most, "{field}: {kept}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 3 * (1 + FORM.len() + SETTINGS.len() + RULES.len()));
}

#[test]
fn what_is_pasted_with_any_spacing_is_one_phone() {
    for text in ["8 (916) 779-53-22", "+7\u{a0}916\u{a0}779\u{2011}53\u{2011}22", "\u{200e}79167795322", "٩١٦٧٧٩٥٣٢٢"]
    {
        let shop = Shop::connected("en");
        let mut window = shop.open("en");
        window.focus("counter-box");
        window.paste(text);
        window.press(Key::Enter);
        window.wait_for("counter-member");
        assert!(window.sees_words("11,806"), "{text:?}");
    }
}

#[test]
fn what_the_keyboard_reaches_is_in_sight() {
    let shop = Shop::connected("en");
    let mut window = shop.open("en");
    window.harness.set_size(egui::vec2(1024.0, 768.0));
    window.click("app-settings");
    window.section("settings-rules");
    let below = window.field("settings-already-exists-codes").rect();
    assert!(below.bottom() > 768.0, "the last field starts out of sight");
    window.focus("settings-already-exists-codes");
    window.settle();
    let shown = window.field("settings-already-exists-codes").rect();
    assert!(shown.top() > 60.0 && shown.bottom() < 768.0 - 92.0, "{shown:?}");
}
