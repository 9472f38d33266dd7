//! Help at the counter and in the settings: F1 opens it, Escape leads back, and nothing that was typed is lost.

use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::Queryable;
use swip_kiosk::app::Screen;
use swip_kiosk::domain::Guide;

use crate::support::{NEW_PHONE, Shop, Window, in_every_language};

impl Window {
    fn helps(&self) -> Option<Guide> {
        match &self.harness.state().state().screen {
            Screen::Help(help) => Some(help.guide),
            _ => None,
        }
    }

    fn choose_guide(&mut self, id: &str) {
        let words = self.text(id);
        self.harness.get_by_role_and_label(Role::RadioButton, &words).click();
        self.settle();
    }

    fn headings(&self) -> usize {
        self.harness.query_all_by_role(Role::Heading).count()
    }
}

/// Pictures where they are asked for.
fn picture(window: &mut Window, name: &str, language: &str) {
    #[cfg(feature = "snapshots")]
    for (width, height) in [(1366.0, 768.0), (1024.0, 768.0), (1920.0, 1080.0), (768.0, 1366.0)] {
        window.harness.set_size(Vec2::new(width, height));
        window.settle();
        crate::pictures::take(window, &format!("help-{name}-{language}-{width}"));
    }
    let _ = (window, name, language);
}

#[test]
fn f1_opens_help_at_the_counter_and_escape_leads_back_to_what_was_typed() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.type_text("91677");
        window.press(Key::F1);
        assert_eq!(window.helps(), Some(Guide::Cashier));
        picture(&mut window, "cashier", language);
        assert_eq!(window.rest(), Duration::MAX, "a guide that is read draws no frame");
        window.press(Key::Escape);
        assert_eq!(window.value("counter-box"), "+7 916 77");
        window.type_text("95322");
        window.press(Key::Enter);
        window.wait_for("counter-member");
        // What is typed after an answer is another customer, as if nobody had read anything.
        window.press(Key::F1);
        assert!(window.helps().is_some());
        window.press(Key::Escape);
        assert!(window.sees("counter-member"));
        window.type_text("9");
        assert_eq!(window.value("counter-box"), "+7 9");
    });
}

#[test]
fn a_form_that_is_typed_is_there_after_help() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(NEW_PHONE);
        window.wait_for("form-title");
        window.fill("form-first-name", "Анна");
        window.press(Key::F1);
        assert!(window.helps().is_some());
        window.press(Key::Escape);
        assert_eq!(window.value("form-first-name"), "Анна");
        assert_eq!(window.value("form-phone"), "+7 916 123-45-67");
    });
}

#[test]
fn every_guide_is_read_by_keys_and_opened_by_its_name() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("counter-key-help");
        for (id, guide) in
            [("help-kiosk", Guide::Kiosk), ("help-technician", Guide::Technician), ("help-cashier", Guide::Cashier)]
        {
            window.choose_guide(id);
            assert_eq!(window.helps(), Some(guide));
            assert!(window.headings() > 4, "{guide:?}");
            picture(&mut window, id, language);
        }
        window.harness.set_size(Vec2::new(1024.0, 768.0));
        window.settle();
        let top = |window: &Window| {
            let headings = window.harness.query_all_by_role(Role::Heading);
            headings.map(|heading| heading.rect().top()).fold(f32::INFINITY, f32::min)
        };
        let before = top(&window);
        window.press(Key::End);
        window.settle();
        assert!(top(&window) < before - 100.0, "the end of the guide came into sight");
        window.press(Key::Home);
        window.settle();
        assert!((top(&window) - before).abs() < 1.0);
        window.click("settings-back");
        assert!(window.sees("counter-box"));
    });
}

#[test]
fn f1_in_the_settings_opens_help_and_leads_back_to_what_was_typed() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        let settings = window.text("app-settings");
        window.harness.get_by_role_and_label(Role::Button, &settings).click_accesskit();
        window.settle();
        window.fill("settings-store-id", "Другой магазин");
        window.press(Key::F1);
        assert_eq!(window.helps(), Some(Guide::Technician));
        window.press(Key::Escape);
        window.settle();
        assert_eq!(window.value("settings-store-id"), "Другой магазин");
    });
}

#[test]
fn customers_at_a_kiosk_find_no_help_to_get_out_through() {
    in_every_language(|language| {
        let shop = Shop::kiosk_with(language, &[]);
        let mut window = shop.open(language);
        for key in [Key::F1, Key::Escape] {
            window.press(key);
            assert_eq!(window.helps(), None);
        }
        assert!(matches!(window.harness.state().state().screen, Screen::Kiosk(_)));
    });
}
