//! Rows belong to the station they were taken under, to the program that wrote them, and to their key.

use std::fs;

use serde_json::json;
use swip_kiosk::domain::delivery::{EntryState, Hold};
use swip_kiosk::services::Station;

use crate::station::{Server, StationHome};
use crate::{Opened, deliver, fault, listed, person, phone, posts, row, signup, waiting};

#[test]
fn rows_of_another_server_or_merchant_rest_until_the_station_is_back() {
    let (ours, theirs) = (Server::start(), Server::start());
    let home = StationHome::provisioned(&ours);
    ours.set_faults(&fault(&json!({ "status": { "code": 503 } })));
    assert_eq!(signup(&home, &phone(1)), 10);
    ours.set_faults(&json!({}));
    let before = ours.ledger().len();

    home.provision(theirs.profile());
    assert_eq!(deliver(&home, 2), 10);
    assert_eq!(home.run(&["queue", "retry", "--json"]).code, 0);
    // It ends by itself: what belongs elsewhere is not waited for.
    assert_eq!(home.run(&["queue", "deliver", "--until-empty", "--json"]).code, 10);
    assert_eq!(listed(&home), [row("held", Some("other_station"), 1)]);
    assert_eq!(theirs.ledger().len(), 0, "nothing goes to another server");
    // The same customer may sign up here too.
    assert_eq!(signup(&home, &phone(1)), 0);
    assert_eq!(posts(&theirs).len(), 1);

    home.provision(&ours.profile_with(&json!({ "merchant_id": "ELSE" })));
    assert_eq!(deliver(&home, 2), 10);
    assert_eq!(ours.ledger().len(), before, "nothing goes out for another merchant");

    home.provision(ours.profile());
    assert_eq!(deliver(&home, 20), 0);
    assert_eq!(posts(&ours).iter().filter(|post| post["accounts_created"] == true).count(), 1);
    assert_eq!(posts(&theirs).len(), 1);
}

#[test]
fn a_station_set_up_anew_takes_neither_an_old_row_nor_the_old_token_to_the_new_server() {
    let (ours, theirs) = (Server::start(), Server::start());
    let home = StationHome::provisioned(&ours);
    ours.set_faults(&fault(&json!("cut_before")));
    for number in 1..4 {
        assert_eq!(signup(&home, &phone(number)), 10);
    }
    // Without a token of its own the new server gets nothing, least of all the old one.
    let without = theirs.profile_with(&json!({ "token": null })).to_string();
    assert_eq!(home.run_with(&["provision", "-", "--json"], &without).code, 20);
    assert!(theirs.ledger().is_empty());
    home.provision(theirs.profile());
    assert_eq!(deliver(&home, 2), 10);
    assert_eq!(home.run(&["queue", "retry", "--json"]).code, 0);
    assert_eq!(signup(&home, &phone(9)), 0);
    assert_eq!(home.run(&["check", "--json"]).code, 0);
    assert_eq!(deliver(&home, 2), 10);
    let ledger = theirs.ledger();
    assert!(ledger.len() >= 2, "{ledger:?}");
    let seen = serde_json::Value::from(ledger.clone()).to_string();
    for number in 1..4 {
        assert!(!seen.contains(&phone(number)), "an old row came: {seen}");
    }
    // The ledger keeps no token; whatever was not the new one was turned away.
    assert!(ledger.iter().all(|entry| entry["authorized"] == true), "{seen}");
    assert!(!seen.contains(ours.token()), "the old token came: {seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_change_under_the_worker_lead_no_row_elsewhere() {
    let (ours, theirs) = (Server::start(), Server::start());
    let (home, elsewhere) = (StationHome::provisioned(&ours), StationHome::provisioned(&theirs));
    let opened = Opened::of(&home).await;
    let stored = opened.enqueue(person(&phone(1), "Анна")).await.expect("stored");
    // The queue was sorted for our server; the worker comes with a client for theirs.
    let (station, _) = Station::open(&elsewhere.dirs());
    let client = station.client().await.expect("a client");
    opened.deliverer.deliver_in_background(stored.id(), &client).await;
    assert_eq!(theirs.ledger().len(), 0, "nothing goes to another server");
    let list = opened.deliverer.outbox().list().await.expect("a list");
    assert_eq!(list[0].state, EntryState::Held(Hold::OtherStation));
    assert_eq!(list[0].attempts, 0);
}

#[test]
fn a_row_is_sent_under_the_store_and_cash_id_it_was_taken_under() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "store_id": "Store 5", "cash_id": "K-7" })));
    server.set_faults(&fault(&json!("cut_before")));
    assert_eq!(signup(&home, &phone(1)), 10);
    server.set_faults(&json!({}));
    home.provision(&server.profile_with(&json!({ "store_id": "Store 6", "cash_id": "K-8" })));
    assert_eq!(deliver(&home, 20), 0);
    let posts = posts(&server);
    assert_eq!(posts.len(), 2);
    for post in posts {
        let headers = post["headers"].as_array().expect("a list");
        assert!(headers.contains(&json!(["x-store-id", "Store 5"])), "{post}");
        assert!(headers.contains(&json!(["x-cash-id", "K-7"])), "{post}");
    }
}

#[test]
fn the_database_of_a_newer_program_is_left_alone() {
    // However it keeps its log.
    for journal in ["WAL", "DELETE"] {
        let home = waiting(3);
        let path = home.data().join("outbox.db");
        {
            let db = rusqlite::Connection::open(&path).expect("the database");
            let newer =
                format!("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = {journal};");
            db.execute_batch(&newer).expect("set");
        }
        let before = fs::read(&path).expect("read");
        let ended = home.run(&["signup", "--phone", &phone(9), "--json"]);
        ended.assert(26, &json!({ "outcome": "storage_failed" }));
        assert!(ended.stderr.contains("newer"), "{ended:?}");
        assert_eq!(home.run(&["queue", "list", "--json"]).code, 26);
        assert!(fs::read(&path).expect("read") == before, "{journal}: it was changed");
        assert!(!home.data().join("quarantine").exists());
    }
}

#[test]
fn rows_wait_for_a_lost_key_while_others_go_on() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&fault(&json!("cut_before")));
    assert_eq!(signup(&home, &phone(1)), 10);
    server.set_faults(&json!({}));
    let key = home.key_files().remove(0);
    let away = home.folder().join("away.key");
    fs::rename(&key, &away).expect("moved");

    // The token is gone with its key.
    assert_eq!(signup(&home, &phone(2)), 24);
    home.provision(server.profile());
    assert_eq!(listed(&home), [row("held", Some("key_lost"), 1)]);
    assert_eq!(signup(&home, &phone(2)), 0);
    assert_eq!(deliver(&home, 2), 10);
    assert_eq!(listed(&home), [row("held", Some("key_lost"), 1)]);

    fs::rename(&away, &key).expect("moved back");
    assert_eq!(deliver(&home, 20), 0);
    let made: Vec<_> = posts(&server).into_iter().filter(|post| post["accounts_created"] == true).collect();
    assert_eq!(made.len(), 2);
    assert_eq!(made[1]["body"], json!({ "phone": phone(1) }).to_string());
}
