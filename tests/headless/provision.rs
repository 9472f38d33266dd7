//! `provision`: a whole station from one file.

use std::fs;

use serde_json::{Value, json};
use swip_kiosk::domain::{SettingKey, SettingsDraft};
use swip_kiosk::services::Station;

use crate::station::{Server, StationHome};
use crate::{assert_silent, assert_usage, invalid, outcome, run_both_ways};

/// A whole path.
const CA_FILE: &str = if cfg!(windows) { "C:\\shop.pem" } else { "/etc/shop.pem" };

/// The text of one stored setting.
fn stored(home: &StationHome, key: SettingKey) -> String {
    let settings = Station::open(&home.dirs()).1.loaded.settings.expect("a station that is set up");
    SettingsDraft::from(&settings).get(key).expect("a text").to_owned()
}

#[test]
fn a_profile_is_stored_from_a_file_and_from_standard_input() {
    let server = Server::start();
    let profile = server.profile().to_string();
    let home = StationHome::new();
    let file = home.file("profile.json", &profile);
    let ended = run_both_ways(&home, &["provision", &file], "");
    ended.assert(0, &outcome("provisioned"));
    assert_eq!(ended.stderr, "");
    assert!(fs::exists(&file).expect("a folder"), "kept without --consume");
    assert_eq!(stored(&home, SettingKey::StoreId), "Demo store");

    let home = StationHome::new();
    run_both_ways(&home, &["provision", "-"], &profile).assert(0, &outcome("provisioned"));
    home.run(&["points", "--phone", "79167795322", "--json"])
        .assert(0, &json!({ "outcome": "found", "points": 11806 }));
    assert!(server.requests().len() == 1, "provisioning uses no network");
}

#[test]
fn a_profile_from_notepad_is_a_profile() {
    let server = Server::start();
    let profile =
        format!("\u{feff}{}\r\n", serde_json::to_string_pretty(server.profile()).expect("JSON").replace('\n', "\r\n"));
    let home = StationHome::new();
    let file = home.file("profile.json", &profile);
    home.run(&["provision", &file, "--json"]).assert(0, &outcome("provisioned"));
    home.run_with(&["provision", "-", "--json"], &profile).assert(0, &outcome("provisioned"));
    home.run_with(&["points", "-", "--json"], "\u{feff}{\"phone\": \"79167795322\"}\r\n")
        .assert(0, &json!({ "outcome": "found", "points": 11806 }));
    // What Notepad calls Unicode, and what PowerShell makes of any text.
    let file = home.folder().join("unicode.json");
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        fs::write(&file, profile.encode_utf16().flat_map(to_bytes).collect::<Vec<_>>()).expect("written");
        let ended = home.run(&["provision", file.to_str().expect("a plain path"), "--json"]);
        ended.assert(0, &outcome("provisioned"));
    }
    // The settings themselves, opened and saved with it.
    let settings = home.data().join("settings.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    let marked = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    fs::write(&settings, &marked).expect("written");
    assert_eq!(stored(&home, SettingKey::StoreId), "Demo store");
    let edited = marked.replace("Demo store", "Store 7");
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        fs::write(&settings, edited.encode_utf16().flat_map(to_bytes).collect::<Vec<_>>()).expect("written");
        assert_eq!(stored(&home, SettingKey::StoreId), "Store 7");
    }
}

#[test]
fn consume_deletes_what_was_stored_and_nothing_else() {
    let server = Server::start();
    let home = StationHome::new();
    let bad = home.file("bad.json", &server.profile_with(&json!({ "mode": "shop" })).to_string());
    assert_eq!(home.run(&["provision", &bad, "--consume", "--json"]).code, 20);
    assert!(fs::exists(&bad).expect("a folder"));

    let good = home.file("good.json", &server.profile().to_string());
    let lock = swip_kiosk::services::StationLock::acquire(&home.dirs()).expect("nobody else");
    assert_eq!(home.run(&["provision", &good, "--consume", "--json"]).code, 25);
    assert!(fs::exists(&good).expect("a folder"));
    drop(lock);

    home.run(&["provision", &good, "--consume", "--json"]).assert(0, &outcome("provisioned"));
    assert!(!fs::exists(&good).expect("a folder"));
    home.run_with(&["provision", "-", "--consume", "--json"], &server.profile().to_string())
        .assert(0, &outcome("provisioned"));
}

#[cfg(unix)]
#[test]
fn a_profile_that_others_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    let home = StationHome::new();
    let file = home.file("profile.json", &server.profile().to_string());
    for (mode, is_open) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("set");
        let ended = home.run(&["provision", &file, "--json"]);
        ended.assert(0, &outcome("provisioned"));
        assert_eq!(ended.stderr.lines().count(), usize::from(is_open), "{mode:o}: {ended:?}");
        assert_silent(&ended, &[server.token()]);
    }
}

#[test]
fn every_wrong_key_is_refused_by_name() {
    let server = Server::start();
    let home = StationHome::new();
    let long = "x".repeat(65);
    let cases = [
        (json!({ "pin": "123456" }), "pin", "unknown_key"),
        (json!({ "Mode": "kiosk" }), "Mode", "unknown_key"),
        (json!({ "settings": { "colour": 1 } }), "colour", "unknown_key"),
        (json!({ "settings": { "mode": "kiosk" } }), "mode", "unknown_key"),
        (json!({ "settings": { "token": "x" } }), "token", "unknown_key"),
        (json!({ "settings": [] }), "settings", "not_json"),
        (json!({ "swip_kiosk": 2 }), "swip_kiosk", "unknown_version"),
        (json!({ "swip_kiosk": "1" }), "swip_kiosk", "unknown_version"),
        (json!({ "swip_kiosk": null }), "swip_kiosk", "unknown_version"),
        (json!({ "base_url": null }), "base_url", "empty"),
        (json!({ "base_url": "no address" }), "base_url", "not_an_address"),
        (json!({ "base_url": "http://api.example.org" }), "base_url", "not_secure"),
        (json!({ "base_url": "https://me@example.org" }), "base_url", "address_with_extras"),
        (json!({ "base_url": format!("https://example.org/{}", "x".repeat(2048)) }), "base_url", "too_long"),
        (json!({ "base_url": { "a": 1 } }), "base_url", "unknown_value"),
        (json!({ "token": "" }), "token", "empty"),
        (json!({ "token": "two words" }), "token", "unexpected_character"),
        (json!({ "token": "ключ" }), "token", "unexpected_character"),
        (json!({ "token": "x".repeat(4097) }), "token", "too_long"),
        (json!({ "token": [1] }), "token", "unknown_value"),
        (json!({ "merchant_id": "" }), "merchant_id", "empty"),
        (json!({ "merchant_id": "two words" }), "merchant_id", "unexpected_character"),
        (json!({ "merchant_id": long }), "merchant_id", "too_long"),
        (json!({ "store_id": "касса" }), "store_id", "unexpected_character"),
        (json!({ "store_id": [1, 2] }), "store_id", "unknown_value"),
        (json!({ "cash_id": null }), "cash_id", "empty"),
        (json!({ "mode": "shop" }), "mode", "unknown_value"),
        (json!({ "language": "?" }), "language", "unknown_value"),
        (json!({ "settings": { "stats_method": "put" } }), "stats_method", "unknown_value"),
        (json!({ "settings": { "high_contrast": 1 } }), "high_contrast", "unknown_value"),
        (json!({ "settings": { "accept_landlines": "yes" } }), "accept_landlines", "unknown_value"),
        (json!({ "settings": { "minimum_age": 100 } }), "minimum_age", "not_in_range"),
        (json!({ "settings": { "minimum_age": 1.5 } }), "minimum_age", "unknown_value"),
        (json!({ "settings": { "retention_days": 0 } }), "retention_days", "not_in_range"),
        (json!({ "settings": { "retention_days": 91 } }), "retention_days", "not_in_range"),
        (json!({ "settings": { "journal_days": 6 } }), "journal_days", "not_in_range"),
        (json!({ "settings": { "idle_seconds": 19 } }), "idle_seconds", "not_in_range"),
        (json!({ "settings": { "ask_first_name": "no" } }), "ask_first_name", "unknown_value"),
        (json!({ "settings": { "kiosk_points_by_phone": 1 } }), "kiosk_points_by_phone", "unknown_value"),
        (json!({ "settings": { "kiosk_monitor": "a\nb" } }), "kiosk_monitor", "unexpected_character"),
        (json!({ "settings": { "kiosk_inches": 151 } }), "kiosk_inches", "not_in_range"),
        (json!({ "settings": { "kiosk_keyboards": ["ru", "1"] } }), "kiosk_keyboards", "unknown_value"),
        (json!({ "settings": { "scanner_prefix": "12345678901234567" } }), "scanner_prefix", "too_long"),
        (json!({ "settings": { "scanner_suffix": "\t1\t2" } }), "scanner_suffix", "unexpected_character"),
        (json!({ "settings": { "scanner_length": 65 } }), "scanner_length", "not_in_range"),
        (json!({ "settings": { "scanner_strips_url": 1 } }), "scanner_strips_url", "unknown_value"),
        (json!({ "settings": { "scanner_port": "ttyACM0:" } }), "scanner_port", "not_a_port"),
        (json!({ "settings": { "scanner_speed": 9601 } }), "scanner_speed", "unknown_value"),
        (json!({ "settings": { "text_percent": 201 } }), "text_percent", "not_in_range"),
        (json!({ "settings": { "mobile_prefixes": ["70"] } }), "mobile_prefixes", "not_a_prefix"),
        (json!({ "settings": { "mobile_prefixes": "7090" } }), "mobile_prefixes", "not_a_prefix"),
        (json!({ "settings": { "mobile_prefixes": [1] } }), "mobile_prefixes", "not_a_prefix"),
        (json!({ "settings": { "mobile_prefixes": [[]] } }), "mobile_prefixes", "unknown_value"),
        (json!({ "settings": { "not_found_codes": ["x"] } }), "not_found_codes", "unknown_value"),
        (json!({ "settings": { "already_exists_codes": "x" } }), "already_exists_codes", "not_in_range"),
    ];
    for (changes, field, reason) in cases {
        let profile = server.profile_with(&changes).to_string();
        let ended = run_both_ways(&home, &["provision", "-"], &profile);
        ended.assert(20, &invalid(field, reason));
        assert_silent(&ended, &[server.token()]);
    }
    for text in ["", "[]", "1", "{", "{}{}", "\u{feff}\u{feff}{}", "\"profile\""] {
        run_both_ways(&home, &["provision", "-"], text).assert(20, &invalid("profile", "not_json"));
    }
    assert!(Station::open(&home.dirs()).1.loaded.is_first_start, "nothing was stored");
}

#[test]
fn a_foreign_key_is_named_in_ascii_and_cut_short() {
    let server = Server::start();
    let home = StationHome::new();
    let name = format!("ключ\u{1b}[31m{}", "k".repeat(100));
    let ended = home.run_with(&["provision", "-"], &server.profile_with(&json!({ name: 1 })).to_string());
    assert_eq!(ended.code, 20);
    assert!(ended.stdout.contains("[31mkkk") && !ended.stdout.contains('\u{1b}'), "{ended:?}");
    assert!(!ended.stdout.contains(&"k".repeat(41)), "{ended:?}");
}

#[test]
fn all_settings_can_be_given_and_the_next_profile_replaces_them_all() {
    let server = Server::start();
    let home = StationHome::new();
    let all = json!({
        "mode": "kiosk",
        "language": "en",
        "cash_id": 7,
        "settings": {
            "stats_method": "post",
            "ca_file": CA_FILE,
            "high_contrast": true,
            "accept_landlines": true,
            "mobile_prefixes": ["001", 709],
            "minimum_age": 18,
            "not_found_codes": [9, 17],
            "already_exists_codes": [21],
            "retention_days": 7,
            "journal_days": 90,
            "idle_seconds": 60,
            "kiosk_in_a_row": 20,
            "kiosk_pause_seconds": 10,
            "ask_first_name": false,
            "ask_last_name": false,
            "ask_birthday": false,
            "kiosk_points_by_phone": true,
            "kiosk_monitor": "HDMI-1",
            "kiosk_inches": 21,
            "kiosk_keyboards": ["ru", "kk"],
            "text_percent": 150,
            "scanner_prefix": "~C",
            "scanner_suffix": "#",
            "scanner_length": 13,
            "scanner_strips_url": true,
            "scanner_port": "/dev/serial/by-id/usb-shop",
            "scanner_speed": 115_200,
        },
    });
    home.provision(&server.profile_with(&all));
    let expected = [
        (SettingKey::Mode, "kiosk", "counter"),
        (SettingKey::Language, "en", "ru"),
        (SettingKey::CashId, "7", "0001"),
        (SettingKey::StatsMethod, "post", "get"),
        (SettingKey::CaFile, CA_FILE, ""),
        (SettingKey::HighContrast, "true", "false"),
        (SettingKey::AcceptLandlines, "true", "false"),
        (SettingKey::MobilePrefixes, "001, 709", ""),
        (SettingKey::MinimumAge, "18", "0"),
        (SettingKey::NotFoundCodes, "9, 17", "9"),
        (SettingKey::AlreadyExistsCodes, "21", ""),
        (SettingKey::RetentionDays, "7", "30"),
        (SettingKey::JournalDays, "90", "730"),
        (SettingKey::IdleSeconds, "60", "45"),
        (SettingKey::KioskInARow, "20", "15"),
        (SettingKey::KioskPauseSeconds, "10", "30"),
        (SettingKey::AskFirstName, "false", "true"),
        (SettingKey::AskLastName, "false", "true"),
        (SettingKey::AskBirthday, "false", "true"),
        (SettingKey::KioskPointsByPhone, "true", "false"),
        (SettingKey::KioskMonitor, "HDMI-1", ""),
        (SettingKey::KioskInches, "21", "0"),
        (SettingKey::KioskKeyboards, "ru, kk", ""),
        (SettingKey::ScannerPrefix, "~C", ""),
        (SettingKey::ScannerSuffix, "#", ""),
        (SettingKey::ScannerLength, "13", "0"),
        (SettingKey::ScannerStripsUrl, "true", "false"),
        (SettingKey::ScannerPort, "/dev/serial/by-id/usb-shop", ""),
        (SettingKey::ScannerSpeed, "115200", "9600"),
        (SettingKey::TextPercent, "150", "100"),
    ];
    for (key, text, _) in expected {
        assert_eq!(stored(&home, key), text, "{key:?}");
    }
    let phone = ["points", "--phone", "74951234567", "--json"];
    home.run(&phone).assert(12, &outcome("not_found"));
    assert_eq!(server.requests(), ["POST /customer-loyalty-stats phone=74951234567"]);

    home.provision(&server.profile_with(&json!({ "mode": null, "language": null, "token": null })));
    for (key, _, text) in expected {
        assert_eq!(stored(&home, key), text, "{key:?}");
    }
    home.run(&phone).assert(20, &invalid("phone", "not_mobile"));
}

#[test]
fn the_token_may_be_left_out_while_the_origin_stays_the_same() {
    let server = Server::start();
    let other = Server::start();
    let home = StationHome::new();
    let without = json!({ "token": null });
    let provision = |profile: Value| run_both_ways(&home, &["provision", "-"], &profile.to_string());
    provision(server.profile_with(&without)).assert(20, &invalid("token", "missing"));
    provision(server.profile().clone()).assert(0, &outcome("provisioned"));
    provision(server.profile_with(&without)).assert(0, &outcome("provisioned"));

    let deeper = format!("{}/deeper", server.base_url());
    provision(server.profile_with(&json!({ "token": null, "base_url": deeper }))).assert(0, &outcome("provisioned"));
    provision(other.profile_with(&without)).assert(20, &invalid("token", "missing"));
    assert_eq!(stored(&home, SettingKey::BaseUrl), deeper, "a refused profile changes nothing");
    provision(other.profile().clone()).assert(0, &outcome("provisioned"));
    provision(server.profile_with(&without)).assert(20, &invalid("token", "missing"));
}

#[test]
fn a_key_of_a_profile_that_is_there_twice_is_named_with_its_line() {
    let server = Server::start();
    let home = StationHome::new();
    let profile = server.profile_with(&json!({ "token": null })).to_string();
    let twice = profile.replacen('{', "{\"merchant_id\": \"OTHER\",\n", 1);
    let mut expected = invalid("merchant_id", "given_twice");
    expected["line"] = 2.into();
    run_both_ways(&home, &["provision", "-"], &twice).assert(20, &expected);
    let words = home.run_with(&["provision", "-"], &twice);
    assert!(words.said().contains("merchant_id") && words.said().contains('2'), "{words:?}");
}

#[test]
fn a_token_is_taken_as_people_paste_it() {
    let server = Server::start();
    let home = StationHome::new();
    let pasted = format!(" \tBearer  {}\n", server.token());
    home.provision(&server.profile_with(&json!({ "token": pasted })));
    assert_eq!(home.run(&["points", "--phone", "79990000001", "--json"]).code, 0);
}

#[test]
fn a_profile_that_cannot_be_read_is_wrong_usage() {
    let home = StationHome::new();
    let missing = home.folder().join("missing.json");
    for path in [missing.as_path(), home.folder()] {
        assert_usage(&home.run(&["provision", path.to_str().expect("a plain path"), "--json"]));
    }
    assert_usage(&home.run(&["provision", "--json"]));
    assert_usage(&home.run_with(&["provision", "-", "--json"], &" ".repeat(256 * 1024 + 1)));
}
