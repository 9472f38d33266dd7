//! What a few screens look like, as pictures: `UPDATE_SNAPSHOTS=1` takes new ones after somebody has looked at them.

#![cfg(feature = "snapshots")]
#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../examples/gallery/content.rs"]
mod content;
#[path = "flows/support.rs"]
#[expect(dead_code, reason = "the flows use the rest")]
mod support;

use egui::{Key, Vec2};
use egui_kittest::{Harness, SnapshotOptions};
use swip_kiosk::services::sandbox::seeds;
use swip_kiosk::ui::theme::{self, Contrast};

use content::Gallery;
use support::{NEW_PHONE, Shop, Window};

const SIZE: Vec2 = Vec2::new(1024.0, 768.0);
/// A thousandth of the pixels: edges of letters differ between drivers, words and places do not.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of pixels")]
const MOST_PIXELS: usize = (SIZE.x * SIZE.y / 1000.0) as usize;

fn options() -> SnapshotOptions {
    SnapshotOptions::new().threshold(0.6).max_failed_pixels(MOST_PIXELS)
}

fn assert_looks_like<State>(harness: &mut Harness<'_, State>, name: &str) {
    harness.snapshot_options(name, &options());
}

fn window(shop: &Shop, language: &str) -> Window {
    let mut window = shop.open(language);
    window.harness.set_size(SIZE);
    window.settle();
    window
}

#[test]
fn welcome() {
    let shop = Shop::empty();
    let mut window = window(&shop, "ru");
    assert_looks_like(&mut window.harness, "welcome");
}

#[test]
fn points() {
    let shop = Shop::connected("ru");
    let mut window = window(&shop, "ru");
    window.look_up(seeds::REGULAR.phone);
    window.wait_for("counter-member");
    window.settle();
    assert_looks_like(&mut window.harness, "points");
}

#[test]
fn form_with_errors() {
    let shop = Shop::connected("en");
    let mut window = window(&shop, "en");
    window.look_up(NEW_PHONE);
    window.wait_for("form-title");
    window.settle();
    window.fill("form-first-name", "Anna7");
    window.fill("form-birthday", "31021990");
    window.press(Key::Enter);
    window.settle();
    assert!(window.error("form-birthday").is_some());
    assert_looks_like(&mut window.harness, "form_with_errors");
}

#[test]
fn settings() {
    let shop = Shop::empty();
    let mut window = window(&shop, "ru");
    window.click("welcome-connect");
    assert_looks_like(&mut window.harness, "settings");
}

#[test]
fn kiosk_phone() {
    let shop = Shop::kiosk("ru", &[]).with_pin();
    let mut window = shop.open_kiosk("ru");
    window.click("kiosk-join");
    assert!(window.sees("kiosk-phone"));
    assert_looks_like(&mut window.harness, "kiosk_phone");
}

#[test]
fn gallery_in_high_contrast() {
    let mut gallery = Gallery::default();
    gallery.look.contrast = Contrast::High;
    let look = gallery.look;
    let mut harness = Harness::builder()
        .with_size(SIZE)
        .with_context_setup(move |ctx| theme::install(ctx, look))
        .build_ui_state(|ui, gallery: &mut Gallery| gallery.show(ui), gallery);
    harness.run();
    assert_looks_like(&mut harness, "gallery_high_contrast");
}

#[test]
fn another_picture_is_noticed() {
    let draw = |words: &'static str| {
        let mut harness = Harness::builder()
            .with_size(SIZE)
            .with_context_setup(|ctx| theme::install(ctx, theme::Look::default()))
            .build_ui(move |ui| {
                swip_kiosk::ui::widgets::display(ui, words);
            });
        harness.run();
        harness.render().expect("a picture").into_raw()
    };
    let (one, same, other) = (draw("11 806"), draw("11 806"), draw("12 806"));
    let differing = |a: &[u8], b: &[u8]| a.chunks(4).zip(b.chunks(4)).filter(|(a, b)| a != b).count();
    assert_eq!(differing(&one, &same), 0);
    assert!(differing(&one, &other) > 0);
}
