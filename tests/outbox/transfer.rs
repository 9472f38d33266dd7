//! A queue goes to another machine in a sealed file, and each of its customers still gets one account.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::station::{Ended, Running, Server, StationHome, until};
use crate::{Opened, closed, deliver, fault, listed, person, phone, posts, row, signup};

const PASSPHRASE: &str = "Зебра-канарейка 77\n";

fn export(home: &StationHome, file: &str) -> Ended {
    home.run_with(&["queue", "export", file, "--passphrase-stdin", "--json"], PASSPHRASE)
}

fn import(home: &StationHome, file: &str) -> Ended {
    home.run_with(&["queue", "import", file, "--passphrase-stdin", "--json"], PASSPHRASE)
}

fn assert_imported(ended: &Ended, imported: usize, skipped: usize) {
    ended.assert(0, &json!({ "outcome": "ok", "imported": imported, "skipped": skipped }));
}

fn invalid(field: &str, reason: &str) -> Value {
    json!({ "outcome": "invalid", "field": field, "reason": reason })
}

/// A path in a station's folder.
fn path(home: &StationHome, name: &str) -> String {
    home.folder().join(name).to_str().expect("a plain path").to_owned()
}

/// A station with signups that the server has not answered.
fn waiting_at(server: &Server, numbers: std::ops::Range<usize>) -> StationHome {
    let home = StationHome::provisioned(server);
    server.set_faults(&fault(&json!("cut_before")));
    for number in numbers {
        assert_eq!(signup(&home, &phone(number)), 10);
    }
    server.set_faults(&json!({}));
    home
}

fn accounts(server: &Server) -> usize {
    posts(server).iter().filter(|post| post["accounts_created"] == true).count()
}

#[test]
fn a_queue_moves_to_another_station_and_each_customer_gets_one_account() {
    let server = Server::start();
    let ours = waiting_at(&server, 0..3);
    let file = path(&ours, "queue.swipq");
    export(&ours, &file).assert(0, &json!({ "outcome": "ok", "exported": 3 }));
    assert_eq!(listed(&ours), vec![row("held", Some("exported"), 1); 3]);
    let before = posts(&server).len();
    assert_eq!(deliver(&ours, 20), 10);
    assert_eq!(ours.run(&["queue", "retry", "--json"]).code, 0);
    assert_eq!(deliver(&ours, 20), 10);
    assert_eq!(posts(&server).len(), before, "only one of the two sends them");

    let theirs = StationHome::provisioned(&server);
    assert_imported(&import(&theirs, &file), 3, 0);
    assert_eq!(listed(&theirs), vec![row("unknown", None, 1); 3]);
    assert_imported(&import(&theirs, &file), 0, 3);
    assert_eq!(listed(&theirs).len(), 3);
    assert_eq!(deliver(&theirs, 20), 0);
    assert_eq!(accounts(&server), 3);
    // What was delivered since does not come back.
    let before = posts(&server).len();
    assert_imported(&import(&theirs, &file), 0, 3);
    assert_eq!(deliver(&theirs, 20), 0);
    assert_eq!(posts(&server).len(), before);

    ours.run(&["queue", "release", "--json"]).assert(0, &json!({ "outcome": "ok", "released": 3 }));
    assert_eq!(listed(&ours), vec![row("unknown", None, 1); 3]);
    assert_eq!(deliver(&ours, 20), 0);
    assert_eq!(accounts(&server), 3);
}

#[test]
fn an_export_can_be_read_by_nobody_without_its_passphrase() {
    let server = Server::start();
    let ours = StationHome::provisioned(&server);
    server.set_faults(&fault(&json!("cut_before")));
    let canary =
        ["signup", "--phone", "79165550001", "--first-name", "Канарейка", "--birthday", "1987-06-05", "--json"];
    assert_eq!(ours.run(&canary).code, 10);
    let file = path(&ours, "queue.swipq");
    let exported = export(&ours, &file);
    assert_eq!(exported.code, 0, "{exported:?}");
    let bytes = fs::read(&file).expect("read");
    let plain = ["Канарейка", "79165550001", "9165550001", "1987-06-05", "Зебра-канарейка", server.token()];
    for word in plain {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is in the file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let theirs = StationHome::provisioned(&server);
    let wrong = ["queue", "import", &file, "--passphrase-stdin", "--json"];
    let wrong = theirs.run_with(&wrong, "Зебра-канарейка 78\n");
    wrong.assert(20, &invalid("file", "cannot_be_opened"));
    let mut damaged = bytes;
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    fs::write(&file, &damaged).expect("written");
    let damaged = import(&theirs, &file);
    damaged.assert(20, &invalid("file", "cannot_be_opened"));
    assert_eq!(listed(&theirs), []);
    for ended in [&exported, &wrong, &damaged] {
        assert!(!plain.iter().any(|word| ended.said().contains(word)), "{ended:?}");
    }
}

#[test]
fn what_is_wrong_with_a_transfer_is_said_before_anything_changes() {
    let server = Server::start();
    let home = waiting_at(&server, 0..1);
    let there = home.file("there", "mine");
    export(&home, &there).assert(20, &invalid("file", "exists"));
    assert_eq!(fs::read_to_string(&there).expect("read"), "mine");
    import(&home, &there).assert(20, &invalid("file", "not_an_export"));
    let newer = home.file("newer", "SWIPQ-03 of a later year");
    import(&home, &newer).assert(20, &invalid("file", "unknown_version"));
    let file = path(&home, "queue.swipq");
    for (passphrase, reason) in
        [("", "empty"), ("\n", "empty"), ("eleven char", "too_short"), ("two lines of\nit", "unexpected_character")]
    {
        let ended = home.run_with(&["queue", "export", &file, "--passphrase-stdin", "--json"], passphrase);
        ended.assert(20, &invalid("passphrase", reason));
    }
    // Without the option nothing is read that might be one; what cannot be read is no file.
    assert_eq!(home.run(&["queue", "export", &file]).code, 2);
    assert_eq!(import(&home, &path(&home, "nowhere")).code, 2);
    assert_eq!(export(&home, &path(&home, "no/folder/queue")).code, 26);
    assert_eq!(export(&StationHome::new(), &file).code, 24);
    assert!(!Path::new(&file).exists());
    assert_eq!(listed(&home), [row("unknown", None, 1)]);
}

#[test]
fn an_entry_that_is_not_there_is_not_found() {
    let server = Server::start();
    let home = waiting_at(&server, 0..2);
    for verb in ["retry", "release"] {
        home.run(&["queue", verb, "77", "--json"]).assert(12, &json!({ "outcome": "not_found" }));
    }
    assert_eq!(home.run(&["queue", "retry", "1", "--json"]).code, 0);
    home.run(&["queue", "release", "1", "--json"]).assert(0, &json!({ "outcome": "ok", "released": 0 }));
    assert_eq!(export(&home, &path(&home, "queue.swipq")).code, 0);
    home.run(&["queue", "release", "2", "--json"]).assert(0, &json!({ "outcome": "ok", "released": 1 }));
    assert_eq!(listed(&home), [row("held", Some("exported"), 1), row("unknown", None, 1)]);
}

#[test]
fn what_was_taken_for_another_merchant_rests_where_it_arrives() {
    let server = Server::start();
    let ours = waiting_at(&server, 0..1);
    let file = path(&ours, "queue.swipq");
    assert_eq!(export(&ours, &file).code, 0);
    let theirs = StationHome::new();
    theirs.provision(&server.profile_with(&json!({ "merchant_id": "ELSE" })));
    assert_imported(&import(&theirs, &file), 1, 0);
    assert_eq!(listed(&theirs), [row("held", Some("other_station"), 1)]);
    let before = posts(&server).len();
    assert_eq!(deliver(&theirs, 20), 10);
    assert_eq!(posts(&server).len(), before);
    theirs.provision(server.profile());
    assert_eq!(deliver(&theirs, 20), 0);
    assert_eq!(accounts(&server), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_phone_is_skipped_and_other_details_are_kept_for_a_manager() {
    let server = Server::start();
    let (ours, theirs) = (StationHome::provisioned(&server), StationHome::provisioned(&server));
    for (home, names) in [(&ours, ["Анна", "Мария"]), (&theirs, ["Анна", "Ольга"])] {
        let opened = Opened::of(home).await;
        for (number, name) in names.into_iter().enumerate() {
            opened.enqueue(person(&phone(number), name)).await.expect("stored");
        }
        drop(opened);
        closed(home);
    }
    let file = path(&ours, "queue.swipq");
    assert_eq!(export(&ours, &file).code, 0);
    assert_imported(&import(&theirs, &file), 1, 1);
    let rows = [row("saved", None, 0), row("saved", None, 0), row("attention", Some("taken_twice"), 0)];
    assert_eq!(listed(&theirs), rows);
    // An entry that needs a manager goes along, and stays.
    let file = path(&theirs, "queue.swipq");
    export(&theirs, &file).assert(0, &json!({ "outcome": "ok", "exported": 3 }));
    assert_eq!(listed(&theirs)[2], rows[2]);
    let third = StationHome::provisioned(&server);
    assert_imported(&import(&third, &file), 3, 0);
    assert_eq!(listed(&third), [row("unknown", None, 0), row("unknown", None, 0), rows[2].clone()]);
}

#[test]
fn a_file_that_would_not_fit_is_not_taken_at_all() {
    let server = Server::start();
    let (ours, theirs) = (waiting_at(&server, 0..2), waiting_at(&server, 7..8));
    {
        let mut db = rusqlite::Connection::open(theirs.data().join("outbox.db")).expect("the database");
        let transaction = db.transaction().expect("a transaction");
        for number in 0..4_998_i64 {
            let sql =
                "INSERT INTO entry (phone_tag, state, created_ms, base_url, merchant_id, store_id, cash_id, sealed)
                       VALUES (?1, 'saved', 0, 'x', 'x', 'x', 'x', x'00')";
            transaction.execute(sql, [number.to_be_bytes().as_slice()]).expect("a row");
        }
        transaction.commit().expect("stored");
    }
    let file = path(&ours, "queue.swipq");
    assert_eq!(export(&ours, &file).code, 0);
    let full = import(&theirs, &file);
    full.assert(26, &json!({ "outcome": "storage_failed" }));
    assert!(full.stderr.contains("full"), "{full:?}");
    let db = rusqlite::Connection::open(theirs.data().join("outbox.db")).expect("the database");
    let count: i64 = db.query_row("SELECT COUNT(*) FROM entry", [], |row| row.get(0)).expect("a number");
    assert_eq!(count, 4_999);
    // One fewer, and both fit; the file was not marked as taken.
    db.execute("DELETE FROM entry WHERE phone_tag = ?1", [1_i64.to_be_bytes().as_slice()]).expect("deleted");
    drop(db);
    assert_imported(&import(&theirs, &file), 2, 0);
}

#[test]
fn an_export_that_is_killed_leaves_no_entry_to_two_machines() {
    let server = Server::start();
    let (ours, theirs) = (waiting_at(&server, 0..5), StationHome::provisioned(&server));
    let mut taken = 0;
    for round in 0..6 {
        let file = path(&ours, &format!("queue-{round}"));
        let mut program = Running::start(
            ours.command(&["queue", "export", &file, "--passphrase-stdin", "--json"])
                .stdin(std::process::Stdio::piped()),
        );
        program.write(PASSPHRASE.as_bytes());
        // Wherever that is between the file and its end; the last round comes to its end.
        until("the file is there", || Path::new(&file).exists() || program.has_ended());
        if round == 5 {
            until("it has ended", || program.has_ended());
        }
        program.kill();
        let rows = listed(&ours);
        assert_eq!(rows.len(), 5, "nothing is lost");
        let is_held = rows.iter().all(|entry| entry.1.as_deref() == Some("exported"));
        let import = import(&theirs, &file);
        assert!(import.code == 20 || (import.code == 0 && is_held), "round {round}: {import:?}, {rows:?}");
        taken += usize::from(import.code == 0);
        if round < 5 {
            assert_eq!(ours.run(&["queue", "release", "--json"]).code, 0);
        }
    }
    assert!(taken > 0, "the last one is whole");
    assert_eq!(deliver(&theirs, 20), 0);
    assert_eq!(ours.run(&["queue", "release", "--json"]).code, 0);
    assert_eq!(deliver(&ours, 20), 0);
    assert_eq!(accounts(&server), 5);
}
