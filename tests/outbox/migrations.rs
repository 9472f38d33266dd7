//! Databases of every released version open, with their rows. `fixtures/version-N` is a station as version N left it,
//! with a key made for this.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::retention::{Work, station};
use crate::station::StationHome;
use crate::{Opened, listed, row};

/// The schema that this program writes.
fn newest() -> i64 {
    let home = crate::waiting(0);
    version(&home)
}

fn version(home: &StationHome) -> i64 {
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    db.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number")
}

/// A copy of the station that a version left.
fn left_by(version: u32) -> StationHome {
    let home = StationHome::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/outbox/fixtures/version-{version}"));
    for (from, to) in [("data", home.data()), ("keys", home.keys())] {
        fs::create_dir_all(&to).expect("a folder");
        for file in fs::read_dir(fixture.join(from)).expect("the fixture") {
            let file = file.expect("a file");
            let copy = to.join(file.file_name());
            fs::copy(file.path(), &copy).expect("copied");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).expect("set");
            }
        }
    }
    home
}

/// The database of a closed station with the schema of version 9.
pub(crate) fn as_version_9(home: &StationHome) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    db.execute_batch(
        "ALTER TABLE tombstone DROP COLUMN deleted;
         ALTER TABLE consent DROP COLUMN corrected_ms;
         DROP TABLE barred;
         DROP TABLE station_clock;
         DROP TABLE clock_jump;
         CREATE TABLE retention (one INTEGER PRIMARY KEY, ran_ms INTEGER NOT NULL, expired INTEGER NOT NULL) STRICT;
         INSERT INTO retention (one, ran_ms, expired) VALUES (1, 0, 0);
         ALTER TABLE entry RENAME COLUMN seen_at_ms TO ran_from_ms;
         ALTER TABLE entry ADD COLUMN server_from_ms INTEGER;
         ALTER TABLE consent RENAME COLUMN seen_at_ms TO ran_from_ms;
         ALTER TABLE consent ADD COLUMN server_from_ms INTEGER;
         PRAGMA user_version = 9;",
    )
    .expect("made old");
    db
}

#[test]
fn a_copy_of_version_1_is_brought_up_to_date_and_takes_the_place_of_a_database() {
    let home = left_by(1);
    let (db, copy) = (home.data().join("outbox.db"), home.data().join("outbox.copy.db"));
    fs::copy(&db, &copy).expect("copied");
    let list = |home: &StationHome| home.run(&["queue", "list", "--json"]).json()["entries"].clone();
    let before = list(&home);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { Opened::of(&home).await.stop(&home).await });
    let version = |path: &Path| {
        let db = rusqlite::Connection::open(path).expect("a database");
        db.query_row("PRAGMA user_version", [], |row| row.get(0)).map(|version: i64| version).expect("a version")
    };
    assert_eq!(version(&copy), version(&db));
    fs::copy(left_by(1).data().join("outbox.db"), &copy).expect("copied");
    fs::remove_file(&db).expect("removed");
    let after = list(&home);
    let phones = |list: &Value| -> Vec<Value> {
        list.as_array().expect("a list").iter().map(|entry| entry["phone_masked"].clone()).collect()
    };
    assert_eq!(phones(&before).len(), 4);
    assert_eq!(phones(&after), phones(&before));
}

#[test]
fn the_database_of_version_1_comes_along_with_its_rows() {
    let home = left_by(1);
    assert_eq!(version(&home), 1);
    let ended = home.run(&["queue", "list", "--json"]);
    let phones: Vec<_> = ended.json()["entries"].as_array().expect("a list").clone();
    let phones: Vec<_> = phones.iter().map(|entry| entry["phone_masked"].as_str().expect("it opens")).collect();
    assert_eq!(phones.len(), 4);
    assert!(phones[0].ends_with("01") && phones[1].ends_with("02") && phones[2].ends_with("03"), "{phones:?}");
    let waits = || row("pending", None, 1);
    assert_eq!(listed(&home), [waits(), waits(), waits(), row("attention", Some("taken_twice"), 0)]);
    assert_eq!(version(&home), newest());
    assert!(version(&home) > 1);
    assert!(!home.data().join("quarantine").exists());
}

#[test]
fn a_number_that_an_earlier_version_gave_is_not_given_again() {
    let home = left_by(1);
    let open = || rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    // The newest of four was delivered before the program was replaced.
    assert_eq!(open().execute("DELETE FROM entry WHERE id = 4", []).expect("deleted"), 1);
    assert_eq!(listed(&home).len(), 3);
    let last: i64 = open().query_row("SELECT last FROM numbered", [], |row| row.get(0)).expect("a number");
    assert_eq!(last, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn ages_by_the_time_at_work_come_along_and_what_dates_of_a_server_made_of_them_does_not() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    for number in [1, 2] {
        work.take(number).await;
    }
    work.stop(&home);
    // As version 9 left it after twenty days at work and two wrong `Date`s.
    let day_ms: i64 = 24 * 3_600_000;
    let db = as_version_9(&home);
    db.execute("UPDATE retention SET ran_ms = ?1", [20 * day_ms]).expect("set");
    let sql = "UPDATE entry SET ran_from_ms = ?1 * id, server_from_ms = 4070908800000 * (id - 1)";
    db.execute(sql, [day_ms]).expect("set");
    drop(db);
    let work = Work::start(&home).await;
    for (days, left) in [(0, 2), (11, 1), (1, 0)] {
        work.work(24 * days).await;
        assert_eq!(work.count().await, left, "after {days} days more");
    }
    work.stop(&home);
    assert!(version(&home) > 9);
}
