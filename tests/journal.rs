//! What the program notes down about its work, and that it holds nobody's name or number.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::json;
use station::{Running, Server, StationHome, until};
use swip_kiosk::domain::journal::{Filter, Kind, Outcome, Record};
use swip_kiosk::domain::{CustomerQuery, PassId, Phone, PhoneRules, TokenChoice};
use swip_kiosk::services::journal::{JournalError, PageRequest};
use swip_kiosk::services::{Station, StationLock};

const CANARY: &str = "79165550077";

/// Everything in the journal, oldest first; the caller must not be the only one who writes.
async fn records(station: &Station) -> Vec<Record> {
    let request = PageRequest { filter: Filter::default(), before: None, limit: 1_000 };
    let page = station.journal_page(request).await.expect("a page");
    assert_eq!(page.next, None);
    page.records.into_iter().rev().map(|(_, record)| record).collect()
}

/// The journal of a station that no other process has.
fn read(home: &StationHome) -> Vec<Record> {
    let lock = StationLock::acquire(&home.dirs()).expect("the station is free");
    let (station, _) = Station::open(&home.dirs());
    station.own(&lock);
    tokio::runtime::Runtime::new().expect("a runtime").block_on(records(&station))
}

/// Kind, outcome, mask and attempt of each.
fn told(records: &[Record]) -> Vec<(Kind, Outcome, Option<String>, u32)> {
    let tell = |record: &Record| {
        let phone = record.phone.map(|phone| phone.to_string());
        (record.kind, record.outcome, phone, record.attempts)
    };
    records.iter().map(tell).collect()
}

fn files_hold(folder: &Path, needle: &[u8]) -> bool {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut files = files.filter(|path| path.is_file()).map(|path| fs::read(path).expect("read"));
    files.any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn what_a_process_does_to_its_own_station_is_noted_without_names_and_numbers() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let mask = Some("+7 ••• •••-••-77".to_owned());
    let signup = ["signup", "--phone", CANARY, "--first-name", "Канарейка", "--birthday", "1987-06-05", "--json"];
    server.set_faults(&json!({ "signup": { "fault": "cut_before" } }));
    assert_eq!(home.run(&signup).code, 10);
    server.set_faults(&json!({}));
    assert_eq!(home.run(&["queue", "deliver", "--until-empty", "--deadline", "30", "--json"]).code, 0);
    assert_eq!(home.run(&signup).code, 0);
    let found = read(&home);
    let expected = [
        (Kind::SettingsSaved, Outcome::Done, None, 1),
        (Kind::Delivery, Outcome::Saved, mask.clone(), 1),
        (Kind::Signup, Outcome::Saved, mask.clone(), 1),
        (Kind::Delivery, Outcome::Registered, mask.clone(), 2),
        (Kind::Delivery, Outcome::Registered, mask.clone(), 1),
        (Kind::Signup, Outcome::Registered, mask, 1),
    ];
    assert_eq!(told(&found), expected);
    assert!(found.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms));
    assert!(files_hold(&home.data(), b"CREATE TABLE hourly"), "the journal is among the files");
    for canary in ["Канарейка", CANARY, &CANARY[1..], "5550077", "1987-06-05", server.token()] {
        assert!(!files_hold(&home.data(), canary.as_bytes()), "{canary}");
    }
}

#[test]
fn lookups_tests_and_settings_are_noted_with_their_outcomes() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let lock = StationLock::acquire(&home.dirs()).expect("free");
    let (station, opened) = Station::open(&home.dirs());
    station.own(&lock);
    let settings = opened.loaded.settings.expect("set up");
    let phone = |text| CustomerQuery::Phone(Phone::parse(text, PhoneRules::default()).expect("a phone"));
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    let found = tokio.block_on(async {
        let _ = station.look_up(&phone("79167795322")).await;
        let _ = station.look_up(&CustomerQuery::Pass(PassId::parse("no such pass").expect("a pass"))).await;
        let nobody = CustomerQuery::Phone(Phone::unassignable());
        assert!(station.test(settings.clone(), &TokenChoice::Stored, &nobody).await.is_ok());
        server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 401 } } } }));
        let _ = station.look_up(&phone(CANARY)).await;
        station.save(settings, &TokenChoice::Stored).expect("saved");
        records(&station).await
    });
    let expected = [
        (Kind::SettingsSaved, Outcome::Done, None, 1),
        (Kind::LookupByPhone, Outcome::Found, Some("+7 ••• •••-••-22".to_owned()), 1),
        (Kind::LookupByPass, Outcome::NotFound, None, 1),
        (Kind::ConnectionTest, Outcome::Done, None, 1),
        (Kind::LookupByPhone, Outcome::CredentialsRefused, Some("+7 ••• •••-••-77".to_owned()), 1),
        (Kind::SettingsSaved, Outcome::Done, None, 1),
    ];
    assert_eq!(told(&found), expected);
}

#[test]
fn verbs_beside_a_window_neither_open_the_journal_nor_write_it() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let before = told(&read(&home));
    let journal = home.data().join("journal.db");
    fs::remove_file(&journal).expect("removed");
    let _ = fs::remove_file(home.data().join("journal.db-wal"));
    let lock = StationLock::acquire(&home.dirs()).expect("free");
    assert_eq!(home.run(&["points", "--phone", "79167795322", "--json"]).code, 0);
    assert_eq!(home.run(&["check", "--json"]).code, 0);
    assert_eq!(home.run(&["signup", "--phone", CANARY, "--json"]).code, 25);
    assert!(!journal.exists());
    let (beside, _) = Station::open(&home.dirs());
    let request = PageRequest { filter: Filter::default(), before: None, limit: 10 };
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    assert!(matches!(tokio.block_on(beside.journal_page(request)), Err(JournalError::NotOurs)));
    assert!(!journal.exists());
    drop(lock);
    assert_eq!(before.len(), 1);
}

#[test]
fn a_journal_that_cannot_be_written_fails_no_signup() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let journal = home.data().join("journal.db");
    fs::remove_file(&journal).expect("removed");
    fs::create_dir(&journal).expect("a folder in its place");
    // It cannot make way.
    fs::create_dir_all(journal.with_added_extension("no-file").join("in the way")).expect("a folder");
    let ended = home.run(&["signup", "--phone", CANARY, "--json"]);
    ended.assert(0, &json!({ "outcome": "registered" }));
    assert!(ended.stderr.contains("records of the journal were not written"), "{ended:?}");
    assert!(!ended.stderr.contains("5550077"), "{ended:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_damaged_journal_fails_no_signup_and_is_kept() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    // With its log SQLite would mend it.
    fs::remove_file(home.data().join("journal.db-wal")).expect("removed");
    fs::write(home.data().join("journal.db"), b"this is no database at all").expect("written");
    home.run(&["signup", "--phone", CANARY, "--json"]).assert(0, &json!({ "outcome": "registered" }));
    let aside = home.data().join("quarantine/journal-1.db");
    assert_eq!(fs::read(aside).expect("kept"), b"this is no database at all");
    let noted = told(&read(&home));
    assert_eq!(noted.last().map(|record| (record.0, record.1)), Some((Kind::Signup, Outcome::Registered)));
}

#[test]
fn a_journal_that_another_process_holds_fails_no_signup() {
    let server = Server::start();
    let home = Arc::new(StationHome::provisioned(&server));
    // Whoever holds the file without the station's lock is no process of ours: a backup, somebody's tool.
    let holder = rusqlite::Connection::open(home.data().join("journal.db")).expect("opened");
    holder.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").expect("held");
    let mut command = home.command(&["signup", "--phone", CANARY, "--json"]);
    let mut running = Running::start(command.stdin(Stdio::null()));
    until("the signup ends", || running.has_ended());
    running.finish().assert(0, &json!({ "outcome": "registered" }));
    drop(holder);
    assert!(!home.data().join("quarantine").exists(), "to be busy is no damage");
}
