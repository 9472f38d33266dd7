//! One live row per phone, no more than the capacity, nothing left of what was delivered.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use serde_json::json;
use swip_kiosk::domain::Enrolment;
use swip_kiosk::domain::delivery::{Concern, EntryState, Submission};
use swip_kiosk::domain::queue::DeleteReason;
use swip_kiosk::services::Clock;
use swip_kiosk::services::outbox::{Change, Enqueued};

use crate::station::{Server, StationHome};
use crate::{Opened, copy_database, deliver, fault, listed, person, phone, posts, row, signup, waiting};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_signup_many_times_at_once_is_one_row() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let opened = Arc::new(Opened::of(&home).await);
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let opened = Arc::clone(&opened);
            tokio::spawn(async move { opened.enqueue(person(&phone(1), "Анна")).await.expect("stored") })
        })
        .collect();
    let mut ids = BTreeSet::new();
    let mut new = 0;
    for task in tasks {
        let stored = task.await.expect("no panic");
        new += usize::from(matches!(stored, Enqueued::New(_)));
        ids.insert(stored.id());
    }
    assert_eq!((ids.len(), new), (1, 1));
    assert_eq!(opened.deliverer.outbox().list().await.expect("a list").len(), 1);
    assert_eq!(server.ledger().len(), 0, "storing sends nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_details_replace_what_was_never_sent() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    {
        let opened = Opened::of(&home).await;
        let first = opened.enqueue(person(&phone(1), "Анна")).await.expect("stored");
        assert!(matches!(first, Enqueued::New(_)));
        let second = opened.enqueue(person(&phone(1), "Мария")).await.expect("stored");
        assert_eq!(second, Enqueued::Replaced(first.id()));
        assert_eq!(opened.enqueue(person(&phone(1), "Мария")).await.expect("stored"), Enqueued::Same(first.id()));
    }
    assert_eq!(deliver(&home, 20), 0);
    let posts = posts(&server);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["body"], format!("{{\"phone\":\"{}\",\"firstName\":\"Мария\"}}", phone(1)));
}

#[test]
fn other_details_for_what_may_be_on_its_way_are_kept_for_a_manager() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&fault(&json!({ "status": { "code": 500 } })));
    for name in ["Анна", "Мария", "Анна"] {
        assert_eq!(home.run(&["signup", "--phone", &phone(1), "--first-name", name, "--json"]).code, 10);
    }
    assert_eq!(listed(&home), [row("unknown", None, 2), row("attention", Some("taken_twice"), 0)]);
    server.set_faults(&json!({}));
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(listed(&home), [row("attention", Some("taken_twice"), 0)]);
    let posts = posts(&server);
    assert!(posts.iter().all(|post| post["body"].as_str().is_some_and(|body| body.contains("Анна"))), "{posts:?}");
    assert_eq!(posts.iter().filter(|post| post["accounts_created"] == true).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_kept_for_a_manager_is_told_so_and_nothing_is_sent() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let opened = Opened::of(&home).await;
    server.set_faults(&fault(&json!({ "status": { "code": 500 } })));
    let enrol = |name| Enrolment::without_consents(person(&phone(1), name));
    assert_eq!(opened.station.submit(enrol("Анна"), Clock::System).await, Ok(Submission::Saved));
    assert_eq!(opened.station.submit(enrol("Мария"), Clock::System).await, Ok(Submission::SavedForManager));
    assert_eq!(posts(&server).len(), 1);
    let states: Vec<_> = opened.deliverer.outbox().list().await.expect("a list").iter().map(|row| row.state).collect();
    assert_eq!(states, [EntryState::Unknown, EntryState::Attention(Concern::TakenTwice)]);
}

#[test]
fn a_full_outbox_says_so_and_sends_nothing() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&fault(&json!({ "status": { "code": 500 } })));
    assert_eq!(signup(&home, &phone(1)), 10);
    {
        // Rows as of a lost key: they wait all the same.
        let mut db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        let transaction = db.transaction().expect("a transaction");
        for number in 0..4_998_i64 {
            let sql =
                "INSERT INTO entry (phone_tag, state, created_ms, base_url, merchant_id, store_id, cash_id, sealed)
                       VALUES (?1, 'saved', 0, 'x', 'x', 'x', 'x', x'00')";
            transaction.execute(sql, [number.to_be_bytes().as_slice()]).expect("a row");
        }
        transaction.commit().expect("stored");
    }
    assert_eq!(signup(&home, &phone(2)), 10, "the last that fits");
    let before = posts(&server).len();
    let full = home.run(&["signup", "--phone", &phone(3), "--json"]);
    full.assert(26, &json!({ "outcome": "storage_failed" }));
    assert!(full.stderr.contains("full"), "{full:?}");
    assert_eq!(posts(&server).len(), before, "what is not stored is not sent");
    assert_eq!(signup(&home, &phone(2)), 10, "what waits already still does");
}

#[test]
fn nothing_is_left_of_what_was_delivered_and_it_is_never_sent_again() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&fault(&json!("cut_before")));
    let canary =
        ["signup", "--phone", "79165550001", "--first-name", "Канарейка", "--birthday", "1987-06-05", "--json"];
    assert_eq!(home.run(&canary).code, 10);
    let copy = home.folder().join("copy");
    copy_database(&home.data(), &copy);
    let sealed: Vec<u8> = {
        let db = rusqlite::Connection::open(copy.join("outbox.db")).expect("the copy");
        db.query_row("SELECT sealed FROM entry", [], |row| row.get(0)).expect("the row")
    };
    let in_data = |needle: &[u8]| {
        let files = fs::read_dir(home.data()).expect("a folder").map(|file| file.expect("a file").path());
        let mut files = files.filter(|path| path.is_file()).map(|path| fs::read(path).expect("read"));
        files.any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
    };
    let plain: [&[u8]; 4] = ["Канарейка".as_bytes(), b"79165550001", b"9165550001", b"1987-06-05"];
    assert!(in_data(&sealed), "the row is there");
    assert!(!plain.iter().any(|word| in_data(word)), "nothing is in plain text while it waits");

    server.set_faults(&json!({}));
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(listed(&home), []);
    assert!(!in_data(&sealed) && !in_data(&sealed[..24]), "the sealed payload is gone from file and log");
    assert!(!plain.iter().any(|word| in_data(word)));
    let before = posts(&server).len();
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(posts(&server).len(), before);
}

#[test]
fn numbers_that_somebody_put_there_stop_nobody() {
    let home = waiting(2);
    for (attempts, others) in [(-1_i64, -7_i64), (i64::MAX, i64::MAX), (1 << 32, 0)] {
        let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        let sql = "UPDATE entry SET attempts = ?1, unusable = ?2, server_errors = ?2, fruitless = ?2 WHERE id = 1";
        db.execute(sql, [attempts, others]).expect("changed");
        drop(db);
        assert_eq!(listed(&home).len(), 2, "{attempts}");
        assert_eq!(deliver(&home, 1), 10, "nobody is there");
    }
}

#[test]
fn no_number_or_time_that_somebody_put_there_keeps_anybody_from_signing_up_or_stops_the_clock() {
    let server = Server::start();
    for change in [
        "UPDATE numbered SET last = 9223372036854775807",
        "UPDATE numbered SET last = -9223372036854775808",
        "DELETE FROM numbered",
        "UPDATE entry SET id = 9223372036854775807 WHERE id = 1",
        "UPDATE entry SET id = -9223372036854775808 WHERE id = 1",
        "UPDATE entry SET seen_at_ms = -9223372036854775808",
        "UPDATE entry SET seen_at_ms = 9223372036854775807",
        "UPDATE consent SET seen_at_ms = -9223372036854775808",
        "UPDATE consent SET seen_at_ms = 9223372036854775807",
        "UPDATE entry SET created_ms = -9223372036854775808",
        "UPDATE station_clock SET now_ms = -9223372036854775808",
        "UPDATE station_clock SET worked_ms = 9223372036854775807, mark_ms = -9223372036854775808",
        "UPDATE station_clock SET worked_ms = -9223372036854775808, ahead_ms = 9223372036854775807",
        "DELETE FROM station_clock",
        "INSERT OR REPLACE INTO clock_jump VALUES (9223372036854775807, -9223372036854775808), (9223372036854775806, 9223372036854775807)",
        "INSERT OR REPLACE INTO ended (ending, count) VALUES ('delivered', 9223372036854775807)",
        "INSERT OR REPLACE INTO ended (ending, count) VALUES ('delivered', -9223372036854775808)",
        "INSERT INTO rest (flow, until_ms, wait_ms) VALUES ('paused', 9223372036854775807, -9223372036854775808)",
    ] {
        let home = StationHome::provisioned(&server);
        server.set_faults(&fault(&json!("cut_before")));
        for number in 1..=2 {
            assert_eq!(home.run(&["signup", "--phone", &phone(number), "--json"]).code, 10);
        }
        deliver(&home, 1);
        let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        db.execute_batch(change).expect(change);
        drop(db);
        let ended = home.run(&["signup", "--phone", &phone(3), "--json"]);
        assert_eq!(ended.code, 10, "{change}: {ended:?}");
        server.set_faults(&json!({}));
        assert_eq!(home.run(&["signup", "--phone", &phone(4), "--json"]).code, 0, "{change}");
        // What was sealed for its number opens under no other.
        let rests = change.contains("SET id") || change.contains("created_ms");
        let deadline = if rests { "1" } else { "30" };
        let ended = home.run(&["queue", "deliver", "--until-empty", "--deadline", deadline, "--json"]);
        assert!(!ended.stderr.contains("panicked") && !ended.stderr.contains("not stored"), "{change}: {ended:?}");
        assert!(rests || listed(&home).is_empty(), "{change}: {ended:?}");
        let exported =
            home.run(&["consents", "export", home.folder().join("e.json").to_str().expect("plain"), "--json"]);
        assert_eq!(exported.json()["exported"], 4, "{change}");
    }
}

#[test]
fn what_is_left_of_a_signup_never_keeps_another_from_ending() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for (first, then) in [("UPDATE numbered SET last = 0", "SELECT 0"), ("SELECT 0", "UPDATE tombstone SET id = 2")] {
        let home = waiting(1);
        let delete = async |id| {
            let opened = Opened::of(&home).await;
            assert_eq!(opened.deliverer.delete(id, DeleteReason::Duplicate).await.expect(then), Change::Done);
            opened.stop(&home).await;
        };
        let change = |sql: &str| {
            let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
            db.execute_batch(sql).expect(sql);
        };
        runtime.block_on(delete(1));
        change(first);
        runtime.block_on(async {
            let opened = Opened::of(&home).await;
            let stored = opened.enqueue(person(&phone(2), "Анна")).await.expect("stored");
            assert_eq!(stored, Enqueued::New(2), "a number is given once");
            opened.stop(&home).await;
        });
        change(then);
        runtime.block_on(delete(2));
    }
}

#[test]
fn a_signup_whose_station_or_reason_somebody_edited_goes_nowhere_else_and_stops_nobody() {
    for change in [
        "base_url = 'https://elsewhere.example'",
        "base_url = CAST(x'ff' AS TEXT)",
        "merchant_id = 'another'",
        "store_id = 'another'",
        "cash_id = 'another'",
        "cash_id = CAST(x'ff' AS TEXT)",
        "created_ms = created_ms + 1",
        "sealed = x'00'",
        "sealed = (SELECT sealed FROM entry WHERE id = 2)",
        "reason = CAST(x'ff' AS TEXT)",
    ] {
        let server = Server::start();
        let home = StationHome::provisioned(&server);
        server.set_faults(&fault(&json!("cut_before")));
        for number in 1..=2 {
            assert_eq!(home.run(&["signup", "--phone", &phone(number), "--first-name", "Анна", "--json"]).code, 10);
        }
        server.set_faults(&json!({}));
        let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        db.execute(&format!("UPDATE entry SET {change} WHERE id = 1"), []).expect("changed");
        drop(db);
        assert_eq!(listed(&home).len(), 2, "{change}");
        deliver(&home, 20);
        let left = usize::from(!change.starts_with("reason"));
        assert_eq!(listed(&home).len(), left, "{change}");
        let sent = format!("{:?}", posts(&server));
        assert!(!sent.contains("another"), "{change}: {sent}");
    }
}
