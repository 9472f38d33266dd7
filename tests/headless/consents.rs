//! `consents`: the evidence of what customers agreed to, and the texts that a profile brings.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use swip_kiosk::domain::consent::WORDS_OF_OURS;

use crate::station::{Ended, Running, Server, StationHome, until};
use crate::{PHONE, assert_silent, assert_usage, invalid, outcome, run_both_ways};

const OTHER: &str = "79167654321";
const PIN: &str = "802947";

fn sign_up(home: &StationHome, phone: &str) {
    assert_eq!(home.run(&["signup", "--phone", phone, "--json"]).code, 0);
}

fn find(home: &StationHome, phone: &str) -> Value {
    let ended = home.run_with(&["consents", "find", "-", "--json"], &json!({ "phone": phone }).to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_silent(&ended, &[]);
    ended.json()["consents"].clone()
}

fn export(home: &StationHome, name: &str, input: &str) -> Ended {
    let file = home.folder().join(name);
    home.run_with(&["consents", "export", file.to_str().expect("a plain path"), "--json"], input)
}

fn read(home: &StationHome, name: &str) -> String {
    fs::read_to_string(home.folder().join(name)).expect("the file")
}

#[test]
fn a_signup_records_that_staff_vouch_for_the_text_in_force() {
    let server = Server::start();
    let home = StationHome::new();
    let texts = json!([
        { "purpose": "personal_data", "version": "2026-01", "language": "ru", "text": "Я согласен. Магазин «Колос»." },
        { "purpose": "personal_data", "version": "2026-01", "language": "en", "text": "I agree." },
        { "purpose": "terms", "version": "3", "language": "ru", "text": "Правила." },
        { "purpose": "marketing", "version": "5", "language": "ru", "text": "Реклама." },
    ]);
    home.provision(&server.profile_with(&json!({ "language": "en", "settings": { "consents": texts } })));
    sign_up(&home, PHONE);
    run_both_ways(&home, &["consents", "find", "--phone", PHONE], "");
    let found = find(&home, "8 (916) 123-45-67");
    let found = found.as_array().expect("a list");
    let told = |one: &Value| -> Vec<String> {
        let text = |key: &str| one[key].as_str().expect("a text").to_owned();
        ["purpose", "version", "language", "how", "store_id"].map(text).to_vec()
    };
    let station = server.profile()["store_id"].as_str().expect("a text");
    let staff = "attested_by_staff";
    assert_eq!(
        found.iter().map(told).collect::<Vec<_>>(),
        [["personal_data", "2026-01", "en", staff, station], ["terms", "3", "ru", staff, station],]
    );
    assert!(found[0]["taken_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert_eq!(found[0]["phone"], Value::Null, "whoever asks knows it");

    // Without texts of the merchant's there are the program's own.
    home.provision(server.profile());
    sign_up(&home, OTHER);
    let found = find(&home, OTHER);
    assert_eq!((&found[0]["version"], found.as_array().map(Vec::len)), (&json!(WORDS_OF_OURS), Some(1)));
    export(&home, "all.json", "").assert(0, &json!({ "outcome": "ok", "exported": 3 }));
    let all: Value = serde_json::from_str(&read(&home, "all.json")).expect("JSON");
    let hash = found[0]["text_sha256"].as_str().expect("a hash");
    assert!(all["texts"][hash].as_str().is_some_and(|text| text.contains("SWiP")), "what was vouched for can be read");
    let phones: Vec<_> = all["consents"].as_array().expect("a list").iter().map(|one| one["phone"].clone()).collect();
    assert_eq!(phones, [PHONE, PHONE, OTHER]);
}

#[test]
fn an_export_is_private_needs_the_pin_and_touches_no_file() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    sign_up(&home, PHONE);
    export(&home, "first.csv", "").assert(0, &json!({ "outcome": "ok", "exported": 1 }));
    let table = read(&home, "first.csv");
    let rows: Vec<_> = table.split("\r\n").collect();
    assert_eq!(
        rows[0],
        "phone,purpose,version,language,how,taken_at,taken_at_by_server,merchant_id,store_id,cash_id,text_sha256,broken"
    );
    assert!(rows[1].starts_with("\"79161234567\",\"personal_data\",\"built-in-1\",\"ru\",\"attested_by_staff\",\""));
    assert_eq!(rows.len(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.folder().join("first.csv")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let taken = export(&home, "first.csv", "");
    taken.assert(20, &invalid("file", "exists"));
    assert_eq!(read(&home, "first.csv"), table);

    home.run_with(&["pin", "--json"], PIN).assert(0, &outcome("ok"));
    for wrong in ["", "802948", "nonsense \u{1}"] {
        let ended = export(&home, "second.csv", wrong);
        ended.assert(20, &invalid("pin", "wrong_pin"));
        assert_silent(&ended, &[PIN]);
        assert!(!Path::new(&home.folder().join("second.csv")).exists());
    }
    export(&home, "second.csv", &format!("{PIN}\n")).assert(0, &json!({ "outcome": "ok", "exported": 1 }));
    assert_eq!(read(&home, "second.csv"), table);
    for _ in 0..5 {
        export(&home, "third.csv", "802948").assert(20, &invalid("pin", "wrong_pin"));
    }
    export(&home, "third.csv", PIN).assert(20, &invalid("pin", "locked"));
}

#[test]
fn a_customer_is_forgotten_by_the_whole_phone_and_nobody_else_is() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    sign_up(&home, PHONE);
    sign_up(&home, OTHER);
    server.set_faults(&json!({ "signup": { "fault": "cut_before" } }));
    assert_eq!(home.run(&["signup", "--phone", PHONE, "--first-name", "Анна", "--json"]).code, 10);
    assert_eq!(find(&home, PHONE).as_array().map(Vec::len), Some(2));
    let ended = home.run(&["consents", "delete", "--phone", PHONE, "--json"]);
    ended.assert(0, &json!({ "outcome": "ok", "consents": 2, "signups": 1 }));
    assert_silent(&ended, &[]);
    run_both_ways(&home, &["consents", "delete", "--phone", PHONE], "").assert(12, &outcome("not_found"));
    run_both_ways(&home, &["consents", "find", "--phone", PHONE], "").assert(12, &outcome("not_found"));
    assert_eq!(home.run(&["queue", "list", "--json"]).json()["entries"], json!([]));
    assert_eq!(find(&home, OTHER).as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_looked_at() {
    let home = StationHome::new();
    for args in [
        &["consents"][..],
        &["consents", "find"],
        &["consents", "delete"],
        &["consents", "export"],
        &["consents", "find", "--phone", PHONE, "-"],
        &["consents", "forget", "--phone", PHONE],
    ] {
        assert_usage(&home.run(args));
    }
    for input in ["", "{}", "[]", r#"{"pass": "1"}"#, r#"{"phone": "79161234567", "first_name": "x"}"#] {
        assert_usage(&home.run_with(&["consents", "delete", "-"], input));
    }
    for (phone, reason) in [("", "empty"), ("791612345", "too_short"), ("+1 916 123 45 67", "foreign")] {
        run_both_ways(&home, &["consents", "find", "--phone", phone], "").assert(20, &invalid("phone", reason));
    }
    assert!(!home.data().exists(), "nothing was made");
    run_both_ways(&home, &["consents", "find", "--phone", PHONE], "").assert(12, &outcome("not_found"));
}

#[test]
fn a_station_at_work_is_left_alone() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "delay_ms": 600_000 } }));
    let mut busy = Running::start(&mut home.command(&["signup", "--phone", PHONE]));
    until("the signup is sent", || !server.ledger().is_empty());
    run_both_ways(&home, &["consents", "find", "--phone", PHONE], "").assert(25, &outcome("busy"));
    busy.kill();
}
