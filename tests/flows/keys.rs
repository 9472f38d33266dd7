//! What protects the station's secrets is told in the settings, and so is a key that is gone.

use std::fs;
use std::time::Duration;

use swip_kiosk::app::State;
use swip_kiosk::domain::Pin;
use swip_kiosk::services::secrets::PinStore;
use swip_kiosk::services::{Station, StationDirs};

use crate::support::{Shop, in_every_language, tag};

#[test]
fn the_settings_say_where_the_key_is() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.section("settings-security");
        assert!(window.sees("keys-in-file"), "{}", window.list());
        for other in ["keys-in-data", "keys-lost", "keys-lost-pin", "keys-in-credential", "keys-in-keychain"] {
            assert!(!window.sees(other), "{other}");
        }
    });
}

#[test]
fn a_key_beside_the_data_is_a_warning() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let inside = shop.dirs().data().join("keys");
        fs::rename(shop.dirs().keys(), &inside).expect("moved");
        let dirs = StationDirs::resolve(Some(shop.dirs().data().to_owned()), Some(inside)).expect("both are given");
        let (station, opened) = Station::open(&dirs);
        let mut window = shop.window(State::new(opened, Some(tag(language))), station, language);
        window.click("app-settings");
        window.section("settings-security");
        assert!(window.sees("keys-in-data") && window.sees("keys-in-data-advice"), "{}", window.list());
        assert!(!window.sees("keys-in-file"));
    });
}

#[test]
fn a_trial_stores_nothing_and_says_nothing_about_keys() {
    let shop = Shop::empty();
    let mut window = shop.open_trial("en");
    window.click("app-settings");
    window.section("settings-security");
    assert!(!window.sees("keys-in-file") && !window.sees("keys-in-data"), "{}", window.list());
}

#[test]
fn a_lost_key_is_told_until_the_token_is_entered_again() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        fs::remove_dir_all(shop.dirs().keys()).expect("removed");
        let mut window = shop.open(language);
        for told in ["settings-title", "keys-lost", "keys-lost-token"] {
            assert!(window.sees(told), "{told}: {}", window.list());
        }
        window.section("settings-security");
        assert!(window.sees("security-no-pin") && window.sees("keys-lost"), "{}", window.list());
        window.section("settings-connection");
        let token = shop.server().station().token;
        window.fill("settings-token", &token);
        window.click("settings-save");
        window.wait_for("counter-look-up");
        window.click("app-settings");
        assert!(!window.sees("keys-lost"), "{}", window.list());
    });
}

#[test]
fn a_pin_that_went_with_its_key_opens_nothing_until_a_new_one_is_set_from_outside() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let set =
            |pin| PinStore::open(&shop.dirs(), Duration::ZERO).set(&Pin::parse(pin).expect("a PIN")).expect("kept");
        set("802947");
        fs::remove_dir_all(shop.dirs().keys()).expect("removed");
        let mut window = shop.open(language);
        assert!(window.sees("door-lost-title") && window.sees("door-lost-advice"), "{}", window.list());
        assert!(!window.has_button("door-cancel") && !window.sees("settings-lead-new"));
        window.press(egui::Key::Escape);
        window.type_text("802947");
        window.press(egui::Key::Enter);
        window.settle();
        assert!(window.sees("door-lost-title"));
        drop(window);
        set("5928374");
        let mut window = shop.open(language);
        assert!(window.sees("door-broken-lead"), "{}", window.list());
        window.type_text("5928374");
        window.press(egui::Key::Enter);
        window.wait_for("keys-lost-token");
        window.section("settings-security");
        assert!(window.sees("security-pin") && !window.sees("keys-lost-pin"), "{}", window.list());
        window.section("settings-connection");
        let token = shop.server().station().token;
        window.fill("settings-token", &token);
        window.click("settings-save");
        window.wait_for("counter-look-up");
    });
}
