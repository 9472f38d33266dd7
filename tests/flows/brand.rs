//! The shop's own looks, from a folder to the screens; whatever is in the folder, the screens stand.

use std::fs;
use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Event, Key};
use egui_kittest::kittest::Queryable;
use swip_kiosk::ui::brand;
use swip_kiosk::ui::theme::{self, Colors};

use crate::support::{Shop, Window, in_every_language};

/// A PNG of one colour.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&vec![120; (width * height * 3) as usize]).expect("pixels");
    drop(writer);
    bytes
}

pub(crate) fn put(shop: &Shop, name: &str, bytes: impl AsRef<[u8]>) {
    let folder: PathBuf = shop.home.path().join("data/brand");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), bytes).expect("a file");
}

fn accent(window: &Window) -> egui::Color32 {
    theme::of(&window.harness.ctx).colors.accent.base
}

#[test]
fn name_logo_and_accent_come_from_a_folder() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        put(&shop, "logo.png", png(400, 100));
        put(&shop, "brand.json", r##"{"name": "У моста", "accent": "#7A2E8E", "logo": "logo.png"}"##);
        let mut window = shop.open(language);
        window.wait_for_words("У моста");
        assert_eq!(accent(&window), egui::Color32::from_rgb(0x7A, 0x2E, 0x8E));
        window.click("app-settings");
        window.section("brand-title");
        window.wait("the logo", |window| window.harness.query_by_role_and_label(Role::Image, "У моста").is_some());
        assert!(window.sees("brand-found") && !window.sees("brand-notes"), "{}", window.list());
        let logo = window.harness.get_by_role_and_label(Role::Image, "У моста").rect();
        assert!((logo.width() / logo.height() - 4.0).abs() < 0.05 && logo.width() <= 240.0, "{logo:?}");
    });
}

#[test]
fn what_is_wrong_with_the_folder_is_told_and_mended_without_a_restart() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        put(&shop, "logo.png", "no picture");
        let pictures = r#""pictures": ["none.jpg"], "colour": 1"#;
        put(&shop, "brand.json", format!(r##"{{"accent": "#FFE600", "logo": "logo.png", {pictures}}}"##));
        let mut window = shop.open(language);
        window.click("app-settings");
        window.section("brand-title");
        window.wait_for("brand-notes");
        let [red, green, blue, _] = accent(&window).to_array();
        let texts = window.catalogue.texts(&window.language).expect("a language");
        let used = format!("#{red:02X}{green:02X}{blue:02X}");
        let colour = texts.with("brand-accent", &[("given", "#FFE600".into()), ("used", used.into())]).into_owned();
        let expected = [
            window.text_with("brand-picture-broken", "file", "logo.png"),
            window.text_with("brand-picture-missing", "file", "none.jpg"),
            window.text_with("brand-unknown-field", "field", "colour"),
            colour,
        ];
        for words in expected {
            window.wait("a note", |window| window.harness.query_by_label_contains(&words).is_some());
        }
        put(&shop, "brand.json", "{}");
        // It may lie below what the window shows.
        let label = window.text("brand-read");
        window.harness.get_by_role_and_label(Role::Button, &label).click_accesskit();
        window.wait_for("brand-none");
        assert!(!window.sees("brand-notes"));
        assert_eq!(accent(&window), Colors::NORMAL.accent.base);
    });
}

const HEADLINES: &str = r#""headline": {"ru": "Шестой кофе в подарок", "en": "The sixth coffee is on us"}"#;

#[test]
fn a_kiosk_invites_in_the_shops_words_and_ends_with_its_code() {
    in_every_language(|language| {
        let shop = Shop::kiosk_with(language, &[]);
        put(&shop, "logo.png", png(400, 100));
        put(&shop, "one.png", png(1600, 900));
        let more =
            r#""name": "У моста", "logo": "logo.png", "pictures": ["one.png"], "link": "https://example.com/card""#;
        put(&shop, "brand.json", format!("{{{HEADLINES}, {more}}}"));
        let mut window = shop.open(language);
        let headline =
            if language == "ru" { "Шестой кофе в подарок" } else { "The sixth coffee is on us" };
        window.wait_for_words(headline);
        window.wait("the picture", |window| brand::has_attract(&window.harness.ctx));
        window.wait("the logo", |window| window.harness.query_by_role_and_label(Role::Image, "У моста").is_some());
        assert!(!window.sees("kiosk-headline"));
        window.click("kiosk-join");
        window.harness.event(Event::Text("9161234567".to_owned()));
        window.settle();
        window.press(Key::Enter);
        for _ in 0..3 {
            window.click("kiosk-skip");
        }
        window.harness.get_all_by_role(Role::CheckBox).next().expect("a box").click();
        window.settle();
        window.click("kiosk-next");
        window.click("kiosk-confirm-yes");
        window.wait_for("kiosk-welcome");
        let words = window.text("kiosk-code");
        let code = window.harness.get_by_role_and_label(Role::Image, &words).rect();
        assert!(code.width() >= 140.0 && (code.width() - code.height()).abs() < 0.5, "{code:?}");
        assert_eq!(shop.signups().len(), 1);
    });
}

#[test]
fn a_kiosk_whose_pictures_are_broken_invites_all_the_same() {
    in_every_language(|language| {
        let shop = Shop::kiosk_with(language, &[]);
        put(&shop, "logo.png", &png(400, 100)[..60]);
        put(&shop, "good.png", png(64, 64));
        let more = r#""logo": "logo.png", "pictures": ["none.png", "logo.png", "good.png"]"#;
        put(&shop, "brand.json", format!("{{{more}}}"));
        let mut window = shop.open(language);
        window.wait("the one good picture", |window| brand::has_attract(&window.harness.ctx));
        assert!(window.sees("kiosk-headline") && window.has_button("kiosk-join"), "{}", window.list());
        // The one picture stays; nothing is drawn until something changes.
        window.harness.run();
    });
}
