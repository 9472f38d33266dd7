//! A station moves to another machine with its folders, as `docs/guide/moving.md` says, and each of its customers still gets one
//! account. What a program before 0.2 exported instead is not sent twice either.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::migrations::as_version_9;
use crate::station::{Ended, Server, StationHome, finish};
use crate::{deliver, fault, listed, phone, posts, row, signup};

const CREDENTIAL: &str = "swip-kiosk-root-key";

/// A station with signups that the server has not answered.
fn waiting_at(server: &Server, count: usize) -> StationHome {
    let home = StationHome::provisioned(server);
    take(server, count, |phone| signup(&home, phone));
    home
}

fn take(server: &Server, count: usize, signup: impl Fn(&str) -> i32) {
    server.set_faults(&fault(&json!("cut_before")));
    for number in 0..count {
        assert_eq!(signup(&phone(number)), 10);
    }
    server.set_faults(&json!({}));
}

fn accounts(server: &Server) -> usize {
    posts(server).iter().filter(|post| post["accounts_created"] == true).count()
}

/// Copies a folder as a person would: its files and the folders in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("copied");
        }
    }
}

/// A station run with a credential of the service manager.
fn run_with_credential(home: &StationHome, credentials: &Path, args: &[&str], input: &str) -> Ended {
    finish(home.command(args).env("CREDENTIALS_DIRECTORY", credentials), input.as_bytes())
}

#[test]
fn a_station_with_a_key_file_moves_with_its_two_folders() {
    let server = Server::start();
    let ours = waiting_at(&server, 3);
    ours.run_with(&["pin", "--json"], "483920\n").assert(0, &json!({ "outcome": "ok" }));
    let theirs = StationHome::new();
    copy(&ours.data(), &theirs.data());
    copy(&ours.keys(), &theirs.keys());
    drop(ours);
    assert_eq!(theirs.run(&["check", "--json"]).code, 0, "settings and token came along");
    let file = theirs.folder().join("evidence.csv");
    let export = ["consents", "export", file.to_str().expect("a plain path"), "--json"];
    for (pin, code) in [("111222\n", 20), ("483920\n", 0)] {
        assert_eq!(theirs.run_with(&export, pin).code, code, "so did the PIN");
    }
    assert_eq!(listed(&theirs), vec![row("unknown", None, 1); 3]);
    assert_eq!(deliver(&theirs, 20), 0);
    assert_eq!(accounts(&server), 3);
}

#[test]
fn a_station_with_a_credential_moves_with_its_data_to_where_the_credential_is() {
    let server = Server::start();
    let credentials = tempfile::tempdir().expect("a folder");
    fs::write(credentials.path().join(CREDENTIAL), [7; 32]).expect("written");
    let ours = StationHome::new();
    let run =
        |home: &StationHome, args: &[&str], input: &str| run_with_credential(home, credentials.path(), args, input);
    let profile = server.profile().to_string();
    run(&ours, &["provision", "-", "--json"], &profile).assert(0, &json!({ "outcome": "provisioned" }));
    take(&server, 2, |phone| run(&ours, &["signup", "--phone", phone, "--json"], "").code);
    let theirs = StationHome::new();
    copy(&ours.data(), &theirs.data());
    drop(ours);
    assert_eq!(run(&theirs, &["queue", "deliver", "--until-empty", "--json"], "").code, 0);
    assert_eq!(accounts(&server), 2);
}

#[test]
fn a_key_that_cannot_be_copied_is_left_behind_by_way_of_a_credential() {
    let server = Server::start();
    let ours = waiting_at(&server, 2);
    let credentials = tempfile::tempdir().expect("a folder");
    fs::write(credentials.path().join(CREDENTIAL), [7; 32]).expect("written");
    let run = |home: &StationHome, args: &[&str]| run_with_credential(home, credentials.path(), args, "");
    // One start with it seals everything anew.
    assert_eq!(run(&ours, &["queue", "list", "--json"]).code, 0);
    let theirs = StationHome::new();
    copy(&ours.data(), &theirs.data());
    drop(ours);
    assert_eq!(run(&theirs, &["queue", "deliver", "--until-empty", "--json"]).code, 0);
    assert_eq!(accounts(&server), 2);
}

/// Makes of a queue what a program before 0.2 left after an export.
fn export_as_before(home: &StationHome) {
    let db = as_version_9(home);
    db.execute_batch(
        "UPDATE entry SET state = 'held', reason = 'exported', unsettled = 0, attempts = 0;
         CREATE TABLE imported (file BLOB PRIMARY KEY, imported_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         PRAGMA user_version = 8;",
    )
    .expect("an older database");
}

#[test]
fn what_was_exported_before_is_sent_by_a_retry_alone() {
    let server = Server::start();
    let home = waiting_at(&server, 2);
    export_as_before(&home);
    let (held, before) = (row("held", Some("exported"), 0), posts(&server).len());
    assert_eq!(listed(&home), vec![held.clone(); 2]);
    assert!(!home.data().join("quarantine").exists(), "it is old, not damaged");
    assert_eq!(deliver(&home, 20), 10, "it is left");
    // The customer comes again, with the same details and with others.
    assert_eq!(signup(&home, &phone(0)), 10);
    home.run(&["signup", "--phone", &phone(1), "--first-name", "Мария", "--json"]);
    assert_eq!(listed(&home), [held.clone(), held, row("attention", Some("taken_twice"), 0)]);
    assert_eq!(posts(&server).len(), before, "another machine may have sent it");
    home.run(&["queue", "retry", "77", "--json"]).assert(12, &json!({ "outcome": "not_found" }));
    assert_eq!(home.run(&["queue", "retry", "1", "--json"]).code, 0);
    assert_eq!(listed(&home)[0], row("unknown", None, 0));
    assert_eq!(deliver(&home, 20), 10);
    assert_eq!(accounts(&server), 1);
}

#[test]
fn the_verbs_that_are_gone_say_what_takes_their_place() {
    let home = StationHome::new();
    for verb in [&["export", "queue.swipq", "--passphrase-stdin"][..], &["import", "queue.swipq"], &["release", "1"]] {
        let ended = home.run(&[&["queue"], verb].concat());
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.said().contains("docs/guide/moving.md"), "{ended:?}");
    }
}
