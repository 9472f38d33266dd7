//! Changing a station's settings while it is at work.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use swip_kiosk::app::Screen;
use swip_kiosk::domain::SettingKey;
use swip_kiosk::domain::settings::MonitorFacts;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan, seeds};

use crate::support::{Shop, Window, in_every_language};

fn save(window: &mut Window) {
    window.click("settings-save");
    window.wait_for("counter-empty");
}

fn stores_seen(shop: &Shop) -> Vec<String> {
    let header = |entry: swip_kiosk::services::sandbox::LedgerEntry| entry.header("x-store-id").map(str::to_owned);
    shop.server().ledger().into_iter().filter_map(header).collect()
}

#[test]
fn a_changed_setting_is_in_force_with_the_next_request() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        window.click("app-settings");
        assert!(window.sees("settings-title") && window.sees("settings-unchanged"));
        window.fill("settings-store-id", "Side street 7");
        assert!(!window.sees("settings-unchanged"));
        save(&mut window);
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert_eq!(stores_seen(&shop), ["Demo store", "Side street 7"]);
        assert!(window.sees_words("Side street 7"), "the bar names the store");
    });
}

#[test]
fn the_rules_apply_at_once_too() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.look_up("4951234567");
    window.settle();
    assert_eq!(window.error("counter-box"), Some(window.text("phone-error-not-mobile")));
    assert!(shop.server().ledger().is_empty());
    window.click("app-settings");
    window.section("settings-rules");
    let landlines = window.text("settings-accept-landlines");
    window.harness.get_by_role_and_label(Role::CheckBox, &landlines).scroll_to_me();
    window.settle();
    window.harness.get_by_role_and_label(Role::CheckBox, &landlines).click();
    window.settle();
    save(&mut window);
    window.look_up("4951234567");
    window.wait_for("form-title");
    assert_eq!(shop.server().ledger()[0].query, [("phone".to_owned(), "74951234567".to_owned())]);
}

#[test]
fn a_server_that_takes_only_post_is_asked_by_post() {
    let shop = Shop::connected("en");
    let mut window = shop.open("en");
    shop.set_faults(Faults { stats_get_405: true, ..Faults::default() });
    window.look_up(&format!("#{}", seeds::REGULAR.pass.expect("a pass")));
    window.wait_for("advice-method");
    window.click("app-settings");
    window.section("settings-rules");
    let post = window.text("settings-stats-method-post");
    window.harness.get_by_role_and_label(Role::RadioButton, &post).scroll_to_me();
    window.settle();
    window.harness.get_by_role_and_label(Role::RadioButton, &post).click();
    window.settle();
    save(&mut window);
    window.look_up(seeds::REGULAR.phone);
    window.wait_for_words("11,806");
}

#[test]
fn another_address_needs_its_token_and_never_sees_the_old_one() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let other = shop.another_server();
        let mut window = shop.open(language);
        window.click("app-settings");
        let tail = shop.server().station().token.split_off(28);
        assert!(window.field("settings-token").accesskit_node().description().is_some_and(|text| text.contains(&tail)));
        window.fill("settings-base-url", &other.station().base_url);
        window.settle();
        let hint = window.field("settings-token").accesskit_node().description();
        assert_eq!(hint, Some(window.text("settings-token-other-address")));
        for button in ["settings-test-button", "settings-save"] {
            window.click(button);
            assert_eq!(window.error("settings-token"), Some(window.text("token-error-empty")), "{button}");
        }
        assert!(other.ledger().is_empty(), "nothing was sent without a token of its own");
        window.fill("settings-token", &other.station().token);
        window.click("settings-test-button");
        window.wait_for("settings-test-passed");
        save(&mut window);
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert_eq!(other.ledger().len(), 2);
        for entry in other.ledger() {
            assert_eq!((entry.authorized, entry.breach.as_deref()), (true, None));
        }
        assert!(shop.server().ledger().is_empty());
    });
}

#[test]
fn unsaved_changes_are_asked_about() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        let change_and_leave = |window: &mut Window| {
            window.click("app-settings");
            window.fill("settings-store-id", "Side street 7");
            window.click("settings-back");
            let heading = window.text("settings-unsaved");
            assert!(window.harness.query_by_role_and_label(Role::Dialog, &heading).is_some(), "{}", window.list());
        };
        change_and_leave(&mut window);
        window.click("settings-unsaved-stay");
        assert!(!window.sees("settings-unsaved-text"));
        assert_eq!(window.value("settings-store-id"), "Side street 7");
        window.click("settings-back");
        window.press(Key::Escape);
        window.settle();
        assert!(!window.sees("settings-unsaved-text") && window.sees("settings-title"), "Escape stays");
        window.click("settings-back");
        window.click("settings-unsaved-discard");
        assert!(window.sees("counter-empty"));
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert_eq!(stores_seen(&shop), ["Demo store"]);
        change_and_leave(&mut window);
        let dialog_save = window.text("settings-unsaved-save");
        let last = window.harness.query_all_by_label(&dialog_save).last();
        last.expect("a button in the dialog").click();
        window.wait_for("counter-empty");
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        assert_eq!(stores_seen(&shop), ["Demo store", "Side street 7"]);
    });
}

#[test]
fn what_cannot_be_a_setting_is_not_saved_and_says_so_at_its_field() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.fill("settings-base-url", "http://example.com");
        window.press(Key::Tab);
        window.settle();
        assert_eq!(window.error("settings-base-url"), Some(window.text("setting-error-not-secure")));
        assert!(window.is_announced(&window.text("setting-error-not-secure")));
        window.section("settings-rules");
        window.fill("settings-minimum-age", "100");
        window.click("settings-save");
        assert_eq!(window.focused(), Some(window.text("settings-base-url")), "the first one that is wrong");
        window.section("settings-rules");
        assert_eq!(
            window.error("settings-minimum-age"),
            Some(window.text_of("setting-error-range", &[("least", 0.into()), ("most", 99.into())]))
        );
        window.fill("settings-minimum-age", "18");
        window.fill("settings-mobile-prefixes", "70");
        window.press(Key::Tab);
        window.settle();
        assert_eq!(window.error("settings-mobile-prefixes"), Some(window.text("setting-error-prefix")));
        window.fill("settings-mobile-prefixes", "709");
        assert_eq!(window.error("settings-mobile-prefixes"), None);
        assert_eq!(window.error("settings-minimum-age"), None);
        assert!(shop.server().ledger().is_empty());
    });
}

#[test]
fn the_test_names_the_step_that_failed_and_what_to_do() {
    in_every_language(|language| {
        let mut shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        shop.set_faults(Faults::on_stats(Plan::once(Fault::CaptivePortal)));
        window.click("settings-test-button");
        window.wait("a failed test", |window| window.sees("advice-redirected") || window.sees("advice-address"));
        assert!(!window.sees("settings-test-passed"));
        window.fill("settings-token", "not-the-right-token");
        assert!(!window.sees("step-connect"), "a result of other settings is none");
        window.click("settings-test-button");
        window.wait_for("failure-token-rejected");
        assert!(window.is_announced(&window.text("failure-token-rejected")));
        assert!(window.sees("step-credentials") && !window.sees("step-answer"));
        shop.stop_server();
        window.click("settings-test-button");
        window.wait_for("failure-no-connection");
    });
}

#[test]
fn a_test_of_settings_that_were_changed_meanwhile_says_nothing() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    window.click("app-settings");
    shop.set_faults(Faults::on_stats(Plan::delayed(200)));
    window.click("settings-test-button");
    assert!(window.sees("settings-testing"));
    window.fill("settings-cash-id", "0002");
    window.wait("the answer to be sent", |_| {
        shop.server().ledger().iter().any(|entry| entry.status() == Some(200) || entry.status() == Some(400))
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    window.settle();
    assert!(!window.sees("settings-test-passed") && !window.sees("settings-testing"));
}

#[test]
fn a_long_token_is_kept_whole() {
    let shop = Shop::connected("ru");
    let token = "t".repeat(4096);
    let options = swip_kiosk::services::sandbox::SandboxOptions { port: 0, token: Some(token.clone()) };
    let other = shop.tokio.block_on(swip_kiosk::services::sandbox::Sandbox::start(options)).expect("a free port");
    let mut window = shop.open("ru");
    window.click("app-settings");
    window.fill("settings-base-url", &other.station().base_url);
    window.focus("settings-token");
    window.paste(&format!("Bearer {token}\n"));
    window.click("settings-test-button");
    window.wait_for("settings-test-passed");
}

#[test]
fn the_language_is_switched_at_run_time_on_every_screen() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    for (screen, id) in [("counter", "counter-look-up"), ("settings", "settings-title")] {
        for (name, tag) in [("English", "en"), ("Русский", "ru")] {
            assert!(window.sees(id), "{screen}");
            window.click_words(name);
            window.language = crate::support::tag(tag);
            assert!(window.sees(id), "{screen}: {}", window.list());
        }
        if screen == "counter" {
            window.click("app-settings");
        }
    }
}

#[test]
fn high_contrast_applies_at_once() {
    let shop = Shop::connected("ru");
    let mut window = shop.open("ru");
    let paper = |window: &Window| swip_kiosk::ui::theme::of(&window.harness.ctx).look.contrast;
    let before = paper(&window);
    window.click("app-settings");
    window.section("settings-station");
    let contrast = window.text("settings-high-contrast");
    window.harness.get_by_role_and_label(Role::CheckBox, &contrast).click();
    window.settle();
    save(&mut window);
    window.settle();
    assert_ne!(paper(&window), before);
}

fn monitor(name: &str, width: u32, height: u32) -> MonitorFacts {
    MonitorFacts { name: name.to_owned(), width, height }
}

#[test]
fn the_monitor_of_a_kiosk_is_chosen_by_name_and_shows_itself() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.harness.state_mut().connect_monitors(vec![monitor("eDP-1", 1366, 768)]);
        window.click("app-settings");
        window.section("settings-kiosk");
        assert!(!window.sees("settings-kiosk-monitor"), "there is nothing to choose");
        let both = vec![monitor("eDP-1", 1366, 768), monitor("HDMI-1", 1080, 1920)];
        window.harness.state_mut().connect_monitors(both);
        window.settle();
        assert!(window.sees("settings-kiosk-monitor") && !window.has_button("settings-kiosk-monitor-show"));
        window.harness.get_by_role_and_label(Role::RadioButton, "HDMI-1 · 1080 × 1920").scroll_to_me();
        window.settle();
        window.harness.get_by_role_and_label(Role::RadioButton, "HDMI-1 · 1080 × 1920").click();
        window.settle();
        window.click("settings-kiosk-monitor-show");
        assert!(window.sees_words("HDMI-1") && window.sees("settings-kiosk-monitor-shown"), "{}", window.list());
        window.wait("the settings again", |window| window.has_button("settings-save"));
        assert!(!window.sees("settings-kiosk-monitor-shown"));
        save(&mut window);
        let stored = |window: &Window| window.harness.state().state().station.preferences.kiosk_device.monitor.clone();
        assert_eq!(stored(&window).expect("a monitor").as_str(), "HDMI-1");
        // It may be unplugged, and stays the kiosk's all the same.
        window.harness.state_mut().connect_monitors(Vec::new());
        window.click("app-settings");
        window.section("settings-kiosk");
        let missing = window.text_with("settings-kiosk-monitor-missing", "name", "HDMI-1");
        assert!(window.sees_words(&missing) && !window.has_button("settings-kiosk-monitor-show"), "{}", window.list());
        let any = window.text("settings-kiosk-monitor-any");
        window.harness.get_by_role_and_label(Role::RadioButton, &any).click();
        window.settle();
        save(&mut window);
        assert_eq!(stored(&window), None);
    });
}

#[test]
fn the_layouts_of_a_kiosks_keyboard_are_ticked_in_a_list() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.section("settings-station");
        let kiosk = window.text("settings-mode-kiosk");
        window.harness.get_by_role_and_label(Role::RadioButton, &kiosk).click();
        window.settle();
        window.section("settings-kiosk");
        let tick = |window: &mut Window, name: &str| {
            window.harness.get_by_role_and_label(Role::CheckBox, name).scroll_to_me();
            window.settle();
            window.harness.get_by_role_and_label(Role::CheckBox, name).click();
            window.settle();
        };
        let named = |window: &Window| match &window.harness.state().state().screen {
            Screen::Settings(settings) => settings.form.text(SettingKey::KioskKeyboards).to_owned(),
            other => panic!("no settings: {other:?}"),
        };
        assert_eq!(named(&window), "");
        tick(&mut window, "Қазақша");
        assert_eq!(named(&window), "en, ru, kk");
        tick(&mut window, "English");
        tick(&mut window, "Татарча");
        assert_eq!(named(&window), "ru, kk, tt");
    });
}

#[test]
fn what_is_looked_for_shows_wherever_it_is_until_escape() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        assert_eq!(window.focused(), None);
        assert!(window.sees("settings-base-url") && !window.sees("settings-minimum-age"), "{}", window.list());
        window.fill("settings-search", "MINIMUM_age");
        window.settle();
        assert!(window.sees("settings-minimum-age") && !window.sees("settings-base-url"), "{}", window.list());
        window.fill("settings-minimum-age", "18");
        window.press(Key::Escape);
        window.settle();
        assert_eq!(window.value("settings-search"), "");
        assert_eq!(window.focused(), Some(window.text("settings-search")), "{}", window.list());
        assert!(window.sees("settings-base-url") && !window.sees("settings-minimum-age"), "{}", window.list());
        // Large letters, ё and е: what a person remembers of a label, a hint, or another card.
        let words = if language == "ru" { "ДОПОЛНИТЁЛЬНЫЁ моб" } else { "MORE prefixes" };
        window.fill("settings-search", words);
        window.settle();
        assert!(window.sees("settings-mobile-prefixes"), "{}", window.list());
        window.fill("settings-search", "pin");
        window.settle();
        assert!(window.has_button("security-set-pin") && !window.sees("settings-mobile-prefixes"), "{}", window.list());
        window.fill("settings-search", "qqqq");
        window.settle();
        assert!(window.sees("settings-search-none") && !window.sees("settings-mobile-prefixes"));
        window.section("settings-rules");
        assert_eq!(window.value("settings-minimum-age"), "18", "what was typed stays");
        save(&mut window);
    });
}

#[test]
fn a_section_with_an_error_is_marked_and_save_leads_to_it() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.section("settings-rules");
        window.fill("settings-minimum-age", "100");
        window.section("brand-title");
        let marked = |window: &Window| {
            let wrong = window.text("settings-section-wrong");
            let tabs =
                window.harness.root().children_recursive().filter(|node| node.accesskit_node().role() == Role::Tab);
            let marked = tabs.filter(|tab| tab.accesskit_node().description().as_ref() == Some(&wrong));
            marked.filter_map(|tab| tab.accesskit_node().label()).collect::<Vec<_>>()
        };
        assert_eq!(marked(&window), [window.text("settings-rules")]);
        window.click("settings-save");
        assert_eq!(window.focused(), Some(window.text("settings-minimum-age")));
        window.fill("settings-minimum-age", "18");
        assert!(marked(&window).is_empty());
        save(&mut window);
    });
}

#[test]
fn sections_are_reached_by_keys_and_stand_above_where_the_window_is_narrow() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        for width in [768.0, 1024.0] {
            let mut window = shop.open(language);
            window.harness.set_size(egui::vec2(width, 1366.0));
            window.settle();
            window.click("app-settings");
            let name = window.text("settings-connection");
            let tab = window.harness.get_by_role_and_label(Role::Tab, &name);
            assert!(tab.accesskit_node().is_selected().unwrap_or_default());
            tab.focus();
            window.settle();
            window.press(Key::ArrowDown);
            window.press(Key::ArrowRight);
            window.settle();
            assert_eq!(window.focused(), Some(window.text("settings-scanner")));
            let (tab, field) = (window.text("settings-scanner"), window.field("settings-scanner-prefix").rect());
            let tab = window.harness.get_by_role_and_label(Role::Tab, &tab).rect();
            assert_eq!(tab.right() < field.left(), width > 1000.0, "{tab:?} {field:?}");
            assert!(field.left() >= 0.0 && field.right() <= width);
            assert_eq!(window.rest(), std::time::Duration::MAX);
        }
    });
}

#[test]
fn a_change_is_marked_and_undone_alone_or_with_all_others() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        assert!(!window.has_button("settings-undo-all"));
        window.fill("settings-store-id", "Side street 7");
        window.section("settings-station");
        let contrast = window.text("settings-high-contrast");
        window.harness.get_by_role_and_label(Role::CheckBox, &contrast).click();
        window.settle();
        let off = window.text("settings-off");
        window.click_words(&window.text_with("settings-undo", "saved", &off));
        assert!(!window.sees_words(&window.text_with("settings-undo", "saved", &off)));
        window.section("settings-connection");
        window.click_words(&window.text_with("settings-undo", "saved", "Demo store"));
        assert_eq!(window.value("settings-store-id"), "Demo store");
        assert!(window.sees("settings-unchanged") && !window.has_button("settings-undo-all"));
        window.fill("settings-store-id", "Side street 7");
        window.section("settings-rules");
        window.fill("settings-minimum-age", "100");
        window.click("settings-undo-all");
        assert_eq!((window.value("settings-minimum-age").as_str(), window.error("settings-minimum-age")), ("0", None));
        assert!(window.sees("settings-unchanged"));
        window.click("settings-back");
        assert!(window.sees("counter-empty"));
    });
}

#[test]
fn the_defaults_of_a_card_are_asked_about_and_can_be_undone() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        assert!(!window.has_button("settings-defaults"), "token, address and ids have none");
        window.section("settings-rules");
        window.fill("settings-minimum-age", "18");
        window.fill("settings-retention-days", "7");
        save(&mut window);
        window.click("app-settings");
        window.section("settings-rules");
        window.click("settings-defaults");
        assert!(window.sees("settings-defaults-text"));
        window.click("settings-defaults-keep");
        assert_eq!(window.value("settings-minimum-age"), "18");
        window.click("settings-defaults");
        window.click("settings-defaults-set");
        let shown = |window: &Window| [window.value("settings-minimum-age"), window.value("settings-retention-days")];
        assert_eq!(shown(&window), ["0", "30"]);
        assert!(!window.has_button("settings-defaults"));
        window.click_words(&window.text_with("settings-undo", "saved", "7"));
        assert_eq!(shown(&window), ["0", "7"]);
        save(&mut window);
        let stored = window.harness.state().state().station.preferences.clone();
        assert_eq!((stored.minimum_age, stored.retention.signups.get()), (0, 7));
    });
}

#[test]
fn a_profile_goes_out_without_secrets_and_comes_back_by_path_and_by_paste() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.click("app-settings");
        window.fill("settings-store-id", "Side street 7");
        window.section("profile-title");
        let file = shop.home.path().join("till 2.json");
        window.fill("profile-target", &format!("\"{}\"", file.display()));
        window.click("profile-write");
        window.wait_for("profile-written");
        let text = std::fs::read_to_string(&file).expect("a profile");
        let token = shop.server().station().token;
        assert!(text.contains("Side street 7") && !text.contains(&token) && !text.contains("pin"), "{text}");
        window.click("profile-write");
        window.wait_for("profile-exists");
        window.click("settings-undo-all");
        window.fill("profile-path", file.to_str().expect("a path"));
        window.click("profile-open");
        window.wait_for("profile-taken-body");
        window.section("settings-connection");
        assert_eq!(window.value("settings-store-id"), "Side street 7");
        window.section("profile-title");
        window.focus("profile-path");
        let pasted = text.replace("Side street 7", "Pasted").replace("\"minimum_age\": 0", "\"minimum_age\": 100");
        window.paste(&pasted.replace("\"settings\"", "\"colour\": 1, \"settings\""));
        window.wait_for("profile-problems");
        assert!(window.sees_words("colour: ") && window.value("profile-path").is_empty(), "{}", window.list());
        window.click("settings-save");
        assert_eq!(window.focused(), Some(window.text("settings-minimum-age")), "what is wrong is named at its place");
        window.fill("settings-minimum-age", "0");
        save(&mut window);
        assert!(window.sees_words("Pasted"));
    });
}

#[test]
fn a_kiosk_has_no_files_in_its_settings() {
    let shop = Shop::kiosk_with("en", &[]);
    let mut window = shop.open_kiosk("en");
    crate::manager_keys::go_in(&mut window);
    let profile = window.text("profile-title");
    assert!(window.harness.query_by_role_and_label(Role::Tab, &profile).is_none(), "{}", window.list());
}

#[test]
fn about_tells_the_version_and_copies_what_support_may_see() {
    in_every_language(|language| {
        let shop = Shop::connected(language);
        let mut window = shop.open(language);
        window.look_up(seeds::REGULAR.phone);
        window.wait_for("counter-member");
        window.click("app-settings");
        window.section("about-title");
        window.wait_for("about-copy");
        let version = env!("CARGO_PKG_VERSION");
        assert!(window.sees_words(version) && !window.sees("about-unanswered"), "{}", window.list());
        window.click("about-copy");
        assert!(window.sees("about-copied"));
        let Screen::Settings(settings) = &window.harness.state().state().screen else { panic!("no settings") };
        let shown = format!("{:?}", settings.about);
        let station = shop.server().station();
        for secret in [&station.token, &station.merchant_id, "Demo store", seeds::REGULAR.phone] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("merchant_id: ") && shown.contains(version));
    });
}
