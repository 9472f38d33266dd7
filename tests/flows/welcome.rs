//! The first start: trying it, and connecting the station.

use std::fs;

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::Trial;
use swip_kiosk::services::sandbox::seeds;

use crate::support::{Shop, Window, in_every_language};

/// Types what a station needs to reach a server.
fn type_connection(window: &mut Window, shop: &Shop) {
    let station = shop.server().station();
    for (id, text) in [
        ("settings-base-url", &station.base_url),
        ("settings-token", &station.token),
        ("settings-merchant-id", &station.merchant_id),
        ("settings-store-id", &station.store_id),
        ("settings-cash-id", &station.cash_id),
    ] {
        window.fill(id, text);
    }
}

#[test]
fn trying_it_works_at_once_and_says_on_every_screen_that_it_is_a_trial() {
    in_every_language(|language| {
        let shop = Shop::empty();
        let mut window = shop.open(language);
        assert!(window.sees("welcome-title") && !window.sees("trial-ribbon"));
        window.click("welcome-try");
        window.wait_for("counter-empty");
        assert!(window.sees("trial-ribbon"));
        window.look_up(seeds::REGULAR.phone);
        let (number, _) = window.points(seeds::REGULAR.points);
        window.wait_for_words(&number);
        window.press(Key::Escape);
        window.look_up("9161234567");
        window.wait_for("form-title");
        assert!(window.sees("trial-ribbon"));
        window.settle();
        window.press(Key::Enter);
        window.wait_for("done-trial");
        assert!(window.sees("done-trial-advice") && window.sees("trial-ribbon"));
        window.click("app-settings");
        assert!(window.sees("settings-title-new") && window.sees("trial-ribbon"), "{}", window.list());
        assert_eq!(window.value("settings-base-url"), "");
        window.click("settings-back");
        window.wait_for("counter-empty");
        window.press(Key::F4);
        window.wait_for("balances-drop");
        assert!(!shop.home.path().join("keys").exists(), "no key is made for a list that is not kept");
        assert!(!shop.settings_file("settings.toml").exists(), "nothing is stored");
        assert!(shop.server().ledger().is_empty());
    });
}

#[test]
fn a_station_is_connected_tested_saved_and_at_work() {
    in_every_language(|language| {
        let shop = Shop::empty();
        let mut window = shop.open(language);
        window.click("welcome-connect");
        assert!(window.sees("settings-title-new"));
        type_connection(&mut window, &shop);
        window.click("settings-test-button");
        window.wait_for("settings-test-passed");
        assert!(window.is_announced(&window.text("settings-test-passed")));
        for step in ["step-connect", "step-address", "step-credentials", "step-answer"] {
            assert!(window.sees(step), "{step}");
        }
        let asked = shop.server().ledger();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].query, [("phone".to_owned(), seeds::NOT_ASSIGNED.to_owned())]);
        window.click("settings-save");
        window.wait_for("counter-empty");
        window.settle();
        assert!(window.sees("toast-settings-saved") && window.is_announced(&window.text("toast-settings-saved")));
        assert_eq!(window.harness.state().state().station.trial, Trial::No);
        window.look_up(seeds::REGULAR.phone);
        let (number, _) = window.points(seeds::REGULAR.points);
        window.wait_for_words(&number);
        assert!(!window.sees("trial-ribbon"));
        window.harness.run_steps(20);
        assert!(!window.sees("toast-settings-saved"), "a toast goes by itself");
        for entry in shop.server().ledger() {
            assert_eq!(entry.breach, None, "{entry:?}");
        }
        drop(window);
        let mut window = shop.open(language);
        window.wait_for("counter-empty");
        let stored = fs::read_to_string(shop.settings_file("settings.toml")).expect("settings");
        assert!(!stored.contains(&shop.server().station().token));
    });
}

#[test]
fn the_language_chosen_at_the_door_is_the_stations_language() {
    let shop = Shop::empty();
    let mut window = shop.open("ru");
    window.click_words("English");
    window.language = crate::support::tag("en");
    assert!(window.sees("welcome-lead"));
    window.click("welcome-connect");
    type_connection(&mut window, &shop);
    window.click("settings-save");
    window.wait_for("counter-empty");
    assert!(fs::read_to_string(shop.settings_file("settings.toml")).expect("settings").contains("\"en\""));
}

#[test]
fn the_language_chosen_at_the_door_survives_the_trial() {
    let shop = Shop::empty();
    let mut window = shop.open("ru");
    window.click_words("English");
    window.language = crate::support::tag("en");
    window.click("welcome-try");
    window.wait_for("counter-empty");
}

#[test]
fn a_trial_is_connected_and_is_one_no_more() {
    let shop = Shop::empty();
    let mut window = shop.open("en");
    window.click("welcome-try");
    window.wait_for("counter-empty");
    window.look_up(seeds::ONE_POINT.phone);
    window.wait_for("counter-member");
    window.click("app-settings");
    type_connection(&mut window, &shop);
    window.click("settings-save");
    window.wait_for("recent-empty");
    assert!(!window.sees("trial-ribbon"));
    window.look_up(seeds::REGULAR.phone);
    window.wait_for_words("11,806");
    assert_eq!(shop.server().ledger().len(), 1);
}

#[test]
fn a_whole_trial_tests_its_connection_and_saves_nothing() {
    in_every_language(|language| {
        let shop = Shop::empty();
        let mut window = shop.open_trial(language);
        assert!(window.sees("trial-ribbon"));
        window.click("app-settings");
        assert!(window.sees("settings-trial-advice"));
        window.click("settings-test-button");
        window.wait_for("settings-test-passed");
        window.fill("settings-store-id", "Another");
        let save = window.text("settings-save");
        let is_disabled =
            window.harness.get_by_role_and_label(egui::accesskit::Role::Button, &save).accesskit_node().is_disabled();
        assert!(is_disabled);
        window.click("settings-back");
        window.click("settings-unsaved-discard");
        window.wait_for("counter-empty");
    });
}

#[test]
fn settings_that_cannot_be_read_give_way_to_their_last_good_copy_and_say_so() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        fs::write(shop.settings_file("settings.toml"), "base_url = \"ht").expect("a file");
        let mut window = shop.open(language);
        assert!(window.sees("notes-title") && window.sees("notes-last-good"), "{}", window.list());
        assert!(window.is_announced(&window.text("notes-title")));
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert!(window.sees("notes-title"), "until somebody has read it");
        window.click("notes-close");
        assert!(!window.sees("notes-title") && window.sees("counter-member"));
    });
}

#[test]
fn a_bad_value_is_named_and_the_rest_works() {
    let shop = Shop::connected("en");
    let path = shop.settings_file("settings.toml");
    let text = fs::read_to_string(&path).expect("settings").replace("\"counter\"", "\"cafe\"") + "colour = 3\n";
    fs::write(&path, text).expect("a file");
    let window = shop.open("en");
    assert!(window.sees_words(&window.text_with("notes-bad-value", "field", "mode")), "{}", window.list());
    assert!(window.sees_words(&window.text_with("notes-unknown-field", "field", "colour")));
    assert!(window.sees("counter-empty"));
}

#[test]
fn settings_beyond_repair_lock_the_station_in_its_setup_and_never_lead_to_the_trial() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        fs::write(shop.settings_file("settings.toml"), "?").expect("a file");
        fs::remove_file(shop.settings_file("settings.last-good.toml")).expect("a copy");
        let mut window = shop.open(language);
        assert!(window.sees("notes-unreadable") && window.sees("settings-title-new"), "{}", window.list());
        assert!(!window.has_button("settings-back") && !window.has_button("welcome-try"));
        window.press(Key::Escape);
        assert!(window.sees("settings-title-new"));
        type_connection(&mut window, &shop);
        window.click("settings-save");
        window.wait_for("counter-empty");
        assert!(!window.sees("notes-title"));
        assert!(shop.settings_file("settings.broken-1.toml").exists(), "the broken file is kept");
    });
}
