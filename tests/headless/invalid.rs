//! What is refused before anything is sent, and in which order.

use serde_json::json;
use swip_kiosk::services::StationLock;

use crate::station::{Server, StationHome};
use crate::{BIRTHDAY, FIRST_NAME, PHONE, assert_usage, invalid, outcome, run_both_ways};

#[test]
fn every_wrong_phone_and_pass_is_named() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let long = "9".repeat(12);
    let longer = "9".repeat(100_000);
    let phones = [
        ("", "empty"),
        ("   ", "empty"),
        ("7916123456", "not_mobile"),
        ("916123456", "too_short"),
        (&long, "too_long"),
        (&longer, "too_long"),
        ("+4915112345678", "foreign"),
        ("74951234567", "not_mobile"),
        ("7916123456x", "unexpected_character"),
    ];
    for (phone, reason) in phones {
        let expected = invalid("phone", reason);
        for args in [&["points", "--phone", phone], &["signup", "--phone", phone], &["check", "--phone", phone]] {
            run_both_ways(&home, args, "").assert(20, &expected);
        }
        if phone.len() < 1000 {
            let input = json!({ "phone": phone }).to_string();
            run_both_ways(&home, &["points", "-"], &input).assert(20, &expected);
            run_both_ways(&home, &["signup", "-"], &input).assert(20, &expected);
        }
    }
    let long = "x".repeat(65);
    for (pass, reason) in [("", "empty"), (&*long, "too_long"), ("a\u{7}b", "unexpected_character")] {
        run_both_ways(&home, &["points", "--pass", pass], "").assert(20, &invalid("pass", reason));
        let input = json!({ "pass": pass }).to_string();
        run_both_ways(&home, &["points", "-"], &input).assert(20, &invalid("pass", reason));
    }
    assert_eq!(server.ledger().len(), 0, "nothing was sent");
}

#[test]
fn every_wrong_field_of_a_signup_is_named() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "settings": { "minimum_age": 99 } })));
    let long = "ы".repeat(65);
    let marks = "e\u{301}\u{302}\u{303}\u{304}".to_owned();
    let cases = [
        ("first_name", &*long, "too_long"),
        ("first_name", "Ann4", "unexpected_character"),
        ("first_name", "😀", "unexpected_character"),
        ("first_name", "--", "not_a_name"),
        ("last_name", &long, "too_long"),
        ("last_name", "<b>", "unexpected_character"),
        ("last_name", &marks, "not_a_name"),
        ("birthday", "05.06.1987", "incomplete"),
        ("birthday", "1987-6-5", "incomplete"),
        ("birthday", "1987-02-30", "no_such_day"),
        ("birthday", "9999-12-31", "in_future"),
        ("birthday", "1850-01-01", "too_long_ago"),
        ("birthday", BIRTHDAY, "too_young"),
    ];
    for (field, text, reason) in cases {
        let option = format!("--{}={text}", field.replace('_', "-"));
        run_both_ways(&home, &["signup", "--phone", PHONE, &option], "").assert(20, &invalid(field, reason));
        let input = json!({ "phone": PHONE, field: text }).to_string();
        run_both_ways(&home, &["signup", "-"], &input).assert(20, &invalid(field, reason));
    }
    let numbers = json!({ "phone": 79_161_234_567_i64 }).to_string();
    run_both_ways(&home, &["signup", "-"], &numbers).assert(20, &invalid("phone", "unexpected_character"));
    let all_wrong = json!({ "phone": "", "first_name": "1", "birthday": "1" }).to_string();
    run_both_ways(&home, &["signup", "-"], &all_wrong).assert(20, &invalid("phone", "empty"));
    assert_eq!(server.ledger().len(), 0, "nothing was sent");
}

#[test]
fn a_station_that_is_not_set_up_says_so() {
    let home = StationHome::new();
    for args in [&["points", "--phone", PHONE], &["signup", "--phone", PHONE]] {
        run_both_ways(&home, args, "").assert(24, &outcome("not_configured"));
    }
    assert!(!home.data().exists(), "asking leaves no trace");
}

#[test]
fn checks_come_in_order() {
    let server = Server::start();
    let home = StationHome::new();
    let bad = ["signup", "--phone", "1", "--json"];
    // Usage before set-up, set-up before input.
    assert_usage(&home.run_with(&["points", "-", "--json"], "{}"));
    assert_usage(&home.run_with(&["signup", "-", "--json"], "{}"));
    home.run(&bad).assert(24, &outcome("not_configured"));
    assert_eq!(home.run(&["check", "--phone", "1", "--json"]).code, 24);
    {
        let _lock = StationLock::acquire(&home.dirs()).expect("nobody else");
        home.run(&["signup", "--phone", PHONE, "--json"]).assert(24, &outcome("not_configured"));
    }
    home.provision(server.profile());
    // Input before the lock.
    let _lock = StationLock::acquire(&home.dirs()).expect("nobody else");
    home.run(&bad).assert(20, &invalid("phone", "too_short"));
    let profile = server.profile_with(&json!({ "mode": "shop" })).to_string();
    home.run_with(&["provision", "-", "--json"], &profile).assert(20, &invalid("mode", "unknown_value"));
    let other = server.profile_with(&json!({ "base_url": "https://example.org", "token": null })).to_string();
    home.run_with(&["provision", "-", "--json"], &other).assert(20, &invalid("token", "missing"));
    assert_eq!(server.ledger().len(), 0, "nothing was sent");
}

#[test]
fn what_writes_needs_the_station_to_itself_and_what_reads_does_not() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let lock = StationLock::acquire(&home.dirs()).expect("nobody else");
    run_both_ways(&home, &["signup", "--phone", PHONE, "--first-name", FIRST_NAME], "").assert(25, &outcome("busy"));
    run_both_ways(&home, &["provision", "-"], &server.profile().to_string()).assert(25, &outcome("busy"));
    assert_eq!(server.ledger().len(), 0, "nothing was sent");
    assert_eq!(run_both_ways(&home, &["points", "--phone", "79990000001"], "").code, 0);
    assert_eq!(run_both_ways(&home, &["check"], "").code, 0);
    let window = home.run(&[]);
    assert_eq!((window.code, window.stderr.lines().count()), (25, 1), "{window:?}");
    drop(lock);
    assert_eq!(home.run(&["signup", "--phone", PHONE, "--json"]).code, 0);
}
