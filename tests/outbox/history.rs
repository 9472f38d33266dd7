//! A data directory that is put back from a backup: nobody is signed up twice, and who was forgotten stays forgotten.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use swip_kiosk::domain::Purpose;
use swip_kiosk::services::outbox::{ReturnCause, Returned};

use crate::consents::ticked;
use crate::damage::damage_index;
use crate::station::{Server, StationHome};
use crate::{Opened, deliver, listed, phone, posts, row};

fn copy_all(from: &Path, to: &Path) {
    drop(fs::remove_dir_all(to));
    fs::create_dir(to).expect("made");
    for file in fs::read_dir(from).expect("a folder").map(|file| file.expect("a file").path()) {
        let name = file.file_name().expect("a name");
        if file.is_dir() {
            copy_all(&file, &to.join(name));
        } else {
            fs::copy(&file, to.join(name)).expect("copied");
        }
    }
}

/// A hundred years.
const AHEAD_MS: i64 = 100 * 365 * 86_400_000;

async fn with_backup(server: &Server, count: usize) -> (StationHome, PathBuf) {
    with_backup_at(server, count, 0).await
}

/// A station with signups that were never sent, taken so much later than the clock says, and a backup of its data.
async fn with_backup_at(server: &Server, count: usize, after_ms: i64) -> (StationHome, PathBuf) {
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "settings": { "reconcile": "lookup" } })));
    let opened = Opened::of(&home).await;
    for number in 0..count {
        opened.take(number, "Анна", vec![ticked(Purpose::PersonalData, "1")], after_ms).await;
    }
    opened.stop(&home).await;
    let backup = home.folder().join("backup");
    copy_all(&home.data(), &backup);
    (home, backup)
}

async fn told(home: &StationHome) -> Option<Returned> {
    let opened = Opened::of(home).await;
    let returned = opened.deliverer.status().borrow().returned;
    opened.stop(home).await;
    returned
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_after_a_backup_is_asked_for_and_not_sent_again() {
    let server = Server::start();
    let (home, backup) = with_backup(&server, 2).await;
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(listed(&home), []);
    copy_all(&backup, &home.data());
    let before = posts(&server).len();
    assert_eq!(home.run(&["queue", "list", "--json"]).json()["returned"], "backup");
    let list = listed(&home);
    assert!(list.iter().all(|(state, reason, _)| state == "unknown" && reason.is_none()), "{list:?}");
    assert_eq!(told(&home).await, Some(Returned { cause: ReturnCause::Backup, count: 2, copied_ms: None }));
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(listed(&home), []);
    assert_eq!(posts(&server).len(), before, "asked for, and not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_like_any_other_is_no_backup() {
    let server = Server::start();
    let (home, _) = with_backup(&server, 1).await;
    for _ in 0..3 {
        assert_eq!(told(&home).await, None);
        assert_eq!(listed(&home), [row("saved", None, 0)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_without_a_copy_is_no_backup_and_what_is_left_of_it_is_kept() {
    let server = Server::start();
    let (home, _) = with_backup(&server, 2).await;
    assert_eq!(home.run(&["consents", "delete", "--phone", &phone(1), "--json"]).code, 0);
    fs::remove_file(home.data().join("outbox.copy.db")).expect("removed");
    damage_index(&home.data().join("outbox.db"));
    assert_eq!(told(&home).await.map(|returned| (returned.cause, returned.count)), Some((ReturnCause::Damage, 1)));
    assert!(home.data().join("quarantine").join("outbox-1.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_forgotten_does_not_come_back_with_a_backup() {
    let server = Server::start();
    let (home, backup) = with_backup(&server, 2).await;
    assert_eq!(home.run(&["consents", "delete", "--phone", &phone(0), "--json"]).code, 0);
    assert_eq!(listed(&home).len(), 1);
    copy_all(&backup, &home.data());
    assert_eq!(listed(&home).len(), 1);
    assert_eq!(home.run(&["consents", "find", "--phone", &phone(0), "--json"]).code, 12);
    assert_eq!(home.run(&["consents", "find", "--phone", &phone(1), "--json"]).code, 0);
    let export = home.folder().join("all.json");
    assert_eq!(home.run(&["consents", "export", export.to_str().expect("a name"), "--json"]).code, 0);
    assert!(!fs::read_to_string(export).expect("a file").contains(&phone(0)));

    // Nor where the clock was years ahead when the signup was taken.
    let (home, backup) = with_backup_at(&server, 1, AHEAD_MS).await;
    assert_eq!(home.run(&["consents", "delete", "--phone", &phone(0), "--json"]).code, 0);
    copy_all(&backup, &home.data());
    assert_eq!(listed(&home), []);
    assert_eq!(home.run(&["consents", "find", "--phone", &phone(0), "--json"]).code, 12);

    // Nor where the database of the backup is damaged besides, with a copy or without one.
    for has_copy in [true, false] {
        let (home, backup) = with_backup(&server, 2).await;
        assert_eq!(home.run(&["consents", "delete", "--phone", &phone(0), "--json"]).code, 0);
        copy_all(&backup, &home.data());
        damage_index(&home.data().join("outbox.db"));
        if !has_copy {
            fs::remove_file(home.data().join("outbox.copy.db")).expect("removed");
        }
        assert_eq!(listed(&home).len(), 1, "{has_copy}");
        assert_eq!(home.run(&["consents", "find", "--phone", &phone(0), "--json"]).code, 12);
        assert!(!home.data().join("quarantine").join("outbox-1.db").exists(), "it holds who was forgotten");
    }

    // Whoever signs up again is a customer again.
    let (home, backup) = with_backup(&server, 1).await;
    assert_eq!(home.run(&["consents", "delete", "--phone", &phone(0), "--json"]).code, 0);
    assert_eq!(home.run(&["signup", "--phone", &phone(0), "--json"]).code, 0);
    copy_all(&home.data(), &backup);
    assert_eq!(deliver(&home, 20), 0);
    copy_all(&backup, &home.data());
    assert_eq!(home.run(&["consents", "find", "--phone", &phone(0), "--json"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_gone_with_its_copy_is_told_and_not_taken_for_one_that_never_was() {
    let server = Server::start();
    let (home, _) = with_backup(&server, 2).await;
    for name in ["outbox.db", "outbox.copy.db"] {
        fs::remove_file(home.data().join(name)).expect("removed");
    }
    let gone = Returned { cause: ReturnCause::Damage, count: 0, copied_ms: None };
    assert_eq!(told(&home).await, Some(gone));
    assert_eq!(told(&home).await, Some(gone), "until somebody has taken note");
    assert_eq!(home.run(&["queue", "list", "--json"]).json()["returned"], "damage");
    let opened = Opened::of(&home).await;
    opened.deliverer.outbox().acknowledge_return().await.expect("noted");
    opened.stop(&home).await;
    assert_eq!(told(&home).await, None);

    // A new station has lost nothing.
    assert_eq!(told(&StationHome::provisioned(&server)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_database_beside_a_newer_copy_costs_nobody_who_is_only_in_the_copy() {
    let server = Server::start();
    let (home, backup) = with_backup(&server, 1).await;
    let opened = Opened::of(&home).await;
    opened.take(1, "Борис", vec![ticked(Purpose::PersonalData, "1")], 0).await;
    opened.stop(&home).await;
    fs::copy(backup.join("outbox.db"), home.data().join("outbox.db")).expect("put back");
    assert_eq!(told(&home).await.map(|returned| (returned.cause, returned.count)), Some((ReturnCause::Damage, 2)));
    let list = listed(&home);
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(list.iter().all(|(state, ..)| state == "unknown"), "{list:?}");
    assert_eq!(home.run(&["consents", "find", "--phone", &phone(1), "--json"]).code, 0);
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(posts(&server).iter().filter(|post| post["accounts_created"] == true).count(), 2);
}
