//! Every page of the kiosk, measured: nothing leaves the window, nothing lies on something else, every target is large enough.

use egui::accesskit::Role;
use egui::{Key, Rect, vec2};
use egui_kittest::kittest::NodeT;
use swip_kiosk::domain::SettingKey;

use crate::kiosk::{consent, tap};
use crate::support::{LANGUAGES, NEW_PHONE, Shop, Window};

/// Landscape and portrait, as small as they may be and as common.
const SIZES: [(f32, f32); 3] = [(1024.0, 768.0), (1920.0, 1080.0), (768.0, 1366.0)];

/// Everything on the screen that can be read or touched: its role, words and place.
fn parts(window: &Window) -> Vec<(Role, String, Rect)> {
    let nodes = window.harness.root().children_recursive();
    nodes
        .filter_map(|node| {
            let inner = node.accesskit_node();
            let is_part = matches!(
                inner.role(),
                Role::Button
                    | Role::CheckBox
                    | Role::TextInput
                    | Role::Label
                    | Role::Heading
                    | Role::Timer
                    | Role::Status
            );
            let words = inner.label().or(inner.value()).unwrap_or_default();
            let is_shown = is_part && inner.bounding_box().is_some() && !words.trim().is_empty();
            is_shown.then(|| (inner.role(), words, node.rect()))
        })
        .collect()
}

/// What is wrong with the picture.
fn faults(window: &Window, size: (f32, f32)) -> Vec<String> {
    let all = Rect::from_min_size(egui::Pos2::ZERO, vec2(size.0, size.1)).expand(0.5);
    let parts = parts(window);
    let mut found = Vec::new();
    for (at, (role, words, rect)) in parts.iter().enumerate() {
        if !all.contains_rect(*rect) {
            found.push(format!("{role:?} {words:?} leaves the window: {rect:?}"));
        }
        let is_target = matches!(role, Role::Button | Role::CheckBox | Role::TextInput);
        if is_target && (rect.width() < 47.5 || (rect.height() < 47.5 && *role != Role::TextInput)) {
            found.push(format!("{role:?} {words:?} is too small: {rect:?}"));
        }
        for (_, other, place) in &parts[at + 1..] {
            if rect.shrink(1.0).intersects(place.shrink(1.0)) {
                found.push(format!("{words:?} lies on {other:?}: {rect:?} {place:?}"));
            }
        }
    }
    found
}

/// Looks at the page in every size; `may_scroll` lets it be longer than the window.
fn look(window: &mut Window, page: &str, may_scroll: bool, found: &mut Vec<String>) {
    for size in SIZES {
        window.harness.set_size(vec2(size.0, size.1));
        window.settle();
        if !may_scroll {
            found.extend(faults(window, size).into_iter().map(|fault| format!("{page} at {size:?}: {fault}")));
        }
    }
    window.harness.set_size(vec2(SIZES[0].0, SIZES[0].1));
    window.settle();
}

/// Walks through every page, and says what is wrong with any.
fn walk(language: &str, percent: &str, contrast: &str) -> Vec<String> {
    let settings = [
        (SettingKey::TextPercent, percent),
        (SettingKey::HighContrast, contrast),
        (SettingKey::KioskPointsByPhone, "true"),
    ];
    let mut shop = Shop::kiosk(language, &settings).with_pin();
    let mut window = shop.open_kiosk(language);
    let mut found = Vec::new();
    let all = &mut found;
    look(&mut window, "attract", false, all);
    assert!(all.is_empty(), "{}", all.join("\n"));
    tap(&mut window, "kiosk-my-points");
    look(&mut window, "points", false, all);
    tap(&mut window, "kiosk-back");
    tap(&mut window, "kiosk-join");
    look(&mut window, "phone", false, all);
    tap(&mut window, "kiosk-next");
    look(&mut window, "phone with an error", false, all);
    window.type_text(NEW_PHONE);
    tap(&mut window, "kiosk-next");
    for (page, text) in [("first name", "Анна-Мария Константиновна"), ("last name", "1"), ("birthday", "31021990")]
    {
        look(&mut window, page, false, all);
        window.type_text(text);
        window.settle();
        window.press(Key::Enter);
        window.settle();
        look(&mut window, &format!("{page} with {text}"), false, all);
        if page != "first name" {
            tap(&mut window, "kiosk-skip");
        }
    }
    look(&mut window, "consents", true, all);
    consent(&mut window);
    tap(&mut window, "kiosk-next");
    look(&mut window, "confirm", false, all);
    shop.stop_server();
    tap(&mut window, "kiosk-confirm-yes");
    window.wait_for("kiosk-saved");
    look(&mut window, "saved", false, all);
    found
}

#[test]
fn nothing_is_clipped_and_nothing_overlaps_at_the_usual_size_of_text() {
    for language in LANGUAGES {
        let found = walk(language, "100", "false");
        assert!(found.is_empty(), "{language}: {}", found.join("\n"));
    }
}

#[test]
fn nothing_is_clipped_and_nothing_overlaps_at_twice_the_size_of_text() {
    for language in LANGUAGES {
        let found = walk(language, "200", "false");
        assert!(found.is_empty(), "{language}: {}", found.join("\n"));
    }
}

#[test]
fn nothing_is_clipped_and_nothing_overlaps_in_high_contrast() {
    for (language, percent) in [("ru", "200"), ("en", "100")] {
        let found = walk(language, percent, "true");
        assert!(found.is_empty(), "{language}: {}", found.join("\n"));
    }
}
