//! Damaged files: the program always starts, deletes nothing, brings everything back that is in the copy, and adds what SQLite
//! still reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use swip_kiosk::services::outbox::Change;
use tokio::runtime::Runtime;

use crate::station::{Server, StationHome};
use crate::{Opened, closed, copy_database, listed, person, phone, row, waiting};

/// Rows that are in the copy.
const ROWS: usize = 60;
/// Rows that came later.
const NEWER: usize = 20;
const PAGE: usize = 4096;
const SECTOR: usize = 512;

fn db(home: &StationHome) -> PathBuf {
    home.data().join("outbox.db")
}

fn copy(home: &StationHome) -> PathBuf {
    home.data().join("outbox.copy.db")
}

fn quarantined(home: &StationHome, name: &str) -> Option<Vec<u8>> {
    fs::read(home.data().join("quarantine").join(name)).ok()
}

/// Works in a program that is killed in the end: its copy stays as it was.
fn killed_after<T>(home: &StationHome, work: impl AsyncFnOnce(&Opened) -> T) -> T {
    let done = Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(home).await;
        work(&opened).await
    });
    closed(home);
    done
}

type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

/// Which rows can be opened after a start.
fn readable(home: &StationHome) -> BTreeSet<String> {
    killed_after(home, async |opened| {
        let list = opened.deliverer.outbox().list().await.expect("a list");
        // And it works: another one is stored.
        opened.enqueue(person(&phone(9_999_999), "Новая")).await.expect("stored");
        list.into_iter().filter_map(|entry| entry.phone_masked.map(|masked| format!("{} {masked}", entry.id))).collect()
    })
}

fn rows(numbers: std::ops::Range<usize>) -> BTreeSet<String> {
    let masked = |number| person(&phone(number), "").phone.masked();
    numbers.map(|number| format!("{} {}", number + 1, masked(number))).collect()
}

/// A station with rows in its copy and newer ones.
fn with_newer_rows() -> StationHome {
    let home = waiting(ROWS);
    killed_after(&home, async |opened| {
        for number in ROWS..ROWS + NEWER {
            opened.enqueue(person(&phone(number), "Анна")).await.expect("stored");
        }
    });
    home
}

/// Damages the database, starts, and asserts that it was kept as it was found.
fn start_after(home: &StationHome, damage: impl FnOnce(&mut Vec<u8>)) -> BTreeSet<String> {
    let mut bytes = fs::read(db(home)).expect("read");
    damage(&mut bytes);
    fs::write(db(home), &bytes).expect("written");
    let found = readable(home);
    assert!(quarantined(home, "outbox-1.db").as_ref() == Some(&bytes), "kept as it was found");
    // Once: the next start finds nothing to do, and the same rows.
    let again = readable(home);
    assert!(again.is_superset(&found));
    assert!(quarantined(home, "outbox-2.db").is_none());
    found
}

/// Damages what SQLite compares with the rows, and not the rows.
pub(crate) fn damage_index(path: &Path) {
    let root: u32 = {
        let db = Connection::open(path).expect("the database");
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'one_live_entry_per_phone'";
        db.query_row(sql, [], |row| row.get(0)).expect("an index")
    };
    let mut bytes = fs::read(path).expect("read");
    // The last byte of a page belongs to a key.
    bytes[usize::try_from(root).expect("few") * PAGE - 10] ^= 0x55;
    fs::write(path, bytes).expect("written");
}

#[test]
fn whatever_is_damaged_every_row_of_the_copy_comes_back() {
    let root_page = |bytes: &mut Vec<u8>| {
        // Only the table of the entries is large enough to have one.
        let roots: Vec<&mut [u8]> = bytes.chunks_mut(PAGE).filter(|page| page[0] == 0x05).collect();
        assert_eq!(roots.len(), 1);
        for root in roots {
            root.fill(0);
        }
    };
    let damages: [Damage<'_>; 6] = [
        &|bytes| bytes[..100].fill(0),
        &|bytes| bytes[..PAGE].fill(0xa5),
        &root_page,
        &|bytes| bytes.truncate(bytes.len() / 2),
        &|bytes| bytes.fill(0x5a),
        &|bytes| bytes.clear(),
    ];
    for damage in damages {
        let home = waiting(ROWS);
        assert_eq!(start_after(&home, damage), rows(0..ROWS));
    }
}

#[test]
fn no_number_that_somebody_put_there_keeps_a_damaged_database_from_coming_back() {
    for change in [
        "UPDATE numbered SET last = 9223372036854775807",
        "UPDATE entry SET id = 9223372036854775807 WHERE id = 1",
        "DELETE FROM station_clock",
    ] {
        let home = waiting(2);
        let in_copy = Connection::open(copy(&home)).expect("the copy");
        assert_eq!(in_copy.execute(change, []).expect(change), 1);
        drop(in_copy);
        let found = start_after(&home, |bytes| bytes[..100].fill(0));
        assert!(found.is_superset(&rows(1..2)), "{change}: {found:?}");
    }
}

#[test]
fn a_database_that_has_vanished_comes_back_from_its_copy() {
    let home = waiting(ROWS);
    fs::remove_file(db(&home)).expect("removed");
    assert_eq!(readable(&home), rows(0..ROWS));
    assert_eq!(quarantined(&home, "outbox-1.db"), Some(Vec::new()), "it is known");
}

#[test]
fn what_sqlite_still_reads_is_added_to_the_copy() {
    let home = with_newer_rows();
    damage_index(&db(&home));
    assert_eq!(start_after(&home, |_| {}), rows(0..ROWS + NEWER));
    // Without a copy all the same.
    let home = with_newer_rows();
    fs::remove_file(copy(&home)).expect("removed");
    damage_index(&db(&home));
    assert_eq!(start_after(&home, |_| {}), rows(0..ROWS + NEWER));
}

#[test]
fn a_broken_page_costs_the_newer_rows_in_it_and_no_other() {
    let home = with_newer_rows();
    let mut broken = 0;
    let found = start_after(&home, |bytes| {
        let leaves: Vec<usize> = (1..bytes.len() / PAGE).filter(|page| bytes[page * PAGE] == 0x0d).collect();
        let rows_in =
            |page: usize| bytes[page * PAGE..(page + 1) * PAGE].windows(7).filter(|at| at == b"http://").count();
        // Of the leaves of the table, the last but one.
        let leaves: Vec<usize> = leaves.into_iter().filter(|page| rows_in(*page) > 0).collect();
        let page = leaves[leaves.len() - 2];
        broken = rows_in(page);
        bytes[page * PAGE..(page + 1) * PAGE].fill(0xee);
    });
    assert!(broken > 2, "the page held rows");
    assert!(found.is_superset(&rows(0..ROWS)));
    assert!(found.len() + broken >= ROWS + NEWER, "{} of {}", found.len(), ROWS + NEWER);
    assert!(found.len() > ROWS, "rows behind the broken page came back");
}

#[test]
fn what_came_back_is_unknown_and_a_manager_keeps_what_was_his() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    drop(server);
    Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        opened.enqueue(person(&phone(1), "Анна")).await.expect("stored");
        opened.enqueue(person(&phone(2), "Анна")).await.expect("stored");
        opened.stop(&home).await;
    });
    let state = |id: i64, state: &str| {
        let db = Connection::open(copy(&home)).expect("the copy");
        db.execute("UPDATE entry SET state = ?2, reason = 'not_permitted' WHERE id = ?1", (id, state))
            .expect("changed");
    };
    state(2, "attention");
    fs::write(db(&home), [0; PAGE]).expect("written");
    readable(&home);
    let listed = listed(&home);
    assert_eq!(listed[..2], [row("unknown", None, 0), row("attention", Some("not_permitted"), 0)]);
}

#[test]
fn what_came_back_is_told_until_a_person_has_taken_note() {
    let home = waiting(ROWS);
    fs::write(db(&home), [0; PAGE]).expect("written");
    let told = |is_noted: bool| {
        killed_after(&home, async |opened| {
            let restored = opened.deliverer.status().borrow().returned;
            if is_noted {
                opened.deliverer.outbox().acknowledge_return().await.expect("noted");
                assert_eq!(opened.deliverer.status().borrow().returned, None);
            }
            restored
        })
    };
    let restored = told(false).expect("told");
    assert_eq!(restored.count, u32::try_from(ROWS).expect("few"));
    assert!(restored.copied_ms.is_some(), "from when the copy is");
    assert_eq!(told(true), Some(restored), "another start does not hide it");
    assert_eq!(told(false), None);
    assert!(quarantined(&home, "outbox-1.db").is_some(), "noted, and kept");
}

#[test]
fn a_damaged_copy_is_made_anew_and_costs_nothing() {
    let damages: [Damage<'_>; 3] = [&|bytes| bytes.clear(), &|bytes| bytes.fill(0x5a), &|bytes| bytes[PAGE..].fill(0)];
    for damage in damages {
        let home = waiting(ROWS);
        let mut bytes = fs::read(copy(&home)).expect("read");
        damage(&mut bytes);
        fs::write(copy(&home), bytes).expect("written");
        Runtime::new().expect("a runtime").block_on(async {
            let opened = Opened::of(&home).await;
            // One that replaces must leave the copy first.
            opened.enqueue(person(&phone(0), "Яна")).await.expect("stored");
            opened.stop(&home).await;
        });
        assert!(!home.data().join("quarantine").exists());
        fs::write(db(&home), [0; PAGE]).expect("written");
        assert_eq!(readable(&home), rows(0..ROWS), "the new copy has them");
    }
}

#[test]
fn two_damaged_files_are_kept_and_the_program_starts() {
    let home = waiting(ROWS);
    for path in [db(&home), copy(&home)] {
        fs::write(path, [0x5a; PAGE]).expect("written");
    }
    assert!(readable(&home).is_empty());
    for name in ["outbox-1.db", "outbox-2.db"] {
        assert_eq!(quarantined(&home, name), Some(vec![0x5a; PAGE]));
    }
}

/// Stores rows in the log of an empty database and takes the files away; their copy is empty.
fn with_a_log(to: &Path) -> StationHome {
    let home = waiting(0);
    killed_after(&home, async |opened| {
        for number in 0..ROWS {
            opened.enqueue(person(&phone(number), "Анна")).await.expect("stored");
        }
        copy_database(&home.data(), to);
    });
    copy_database(to, &home.data());
    home
}

#[test]
fn a_log_without_its_database_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    for is_there in [true, false] {
        let home = with_a_log(folder.path());
        let log = home.data().join("outbox.db-wal");
        let bytes = fs::read(&log).expect("a log");
        assert!(!bytes.is_empty());
        if is_there {
            fs::write(db(&home), b"").expect("written");
        } else {
            fs::remove_file(db(&home)).expect("removed");
        }
        readable(&home);
        assert!(quarantined(&home, "outbox-1.db-wal") == Some(bytes), "the log is kept");
    }
}

#[test]
fn a_database_whose_first_page_is_in_its_log_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = with_a_log(folder.path());
    // The name of the format, without which the file alone is no database. The log holds its first page.
    let mut bytes = fs::read(db(&home)).expect("read");
    bytes[..16].fill(0);
    fs::write(db(&home), bytes).expect("written");
    assert_eq!(readable(&home), rows(0..ROWS));
}

#[test]
fn a_log_that_was_moved_before_a_sound_database_keeps_nobody_out() {
    let home = waiting(ROWS);
    fs::create_dir(home.data().join("quarantine")).expect("a folder");
    fs::write(home.data().join("quarantine/outbox-1.db-wal"), [7; 100]).expect("written");
    assert_eq!(readable(&home), rows(0..ROWS));
    assert_eq!(quarantined(&home, "outbox-1.db-wal"), Some(vec![7; 100]), "it is kept");
}

#[test]
fn a_log_that_was_cut_short_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = with_a_log(folder.path());
    let log = home.data().join("outbox.db-wal");
    let bytes = fs::read(&log).expect("read");
    fs::write(&log, &bytes[..bytes.len() - 100]).expect("written");
    let found = readable(&home);
    assert!(found.is_subset(&rows(0..ROWS)) && found.len() + 1 >= ROWS, "{found:?}");
    assert!(!home.data().join("quarantine").exists());
}

#[test]
fn what_was_replaced_or_erased_does_not_come_back() {
    let home = with_newer_rows();
    let before = fs::read(db(&home)).expect("read");
    let erased = [phone(1), phone(ROWS + 1)];
    let replaced = [phone(2), phone(ROWS + 2)];
    killed_after(&home, async |opened| {
        for phone in &erased {
            opened.deliverer.outbox().forget(person(phone, "").phone).await.expect("erased");
        }
        for phone in &replaced {
            opened.enqueue(person(phone, "Яна")).await.expect("stored");
        }
    });
    // As if nothing of it had reached the disk; and the rows as they were can still be read.
    fs::write(db(&home), before).expect("written");
    damage_index(&db(&home));
    let gone: BTreeSet<String> = [1, 2, ROWS + 1, ROWS + 2].into_iter().flat_map(|at| rows(at..at + 1)).collect();
    let rest: BTreeSet<String> = rows(0..ROWS + NEWER).difference(&gone).cloned().collect();
    assert_eq!(readable(&home), rest);
}

#[test]
fn what_could_not_be_corrected_comes_back_as_it_was() {
    let home = waiting(ROWS);
    killed_after(&home, async |opened| {
        let changed = opened.deliverer.correct(2, person(&phone(0), "Яна")).await.expect("answered");
        assert_eq!(changed, Change::AnotherWaits);
    });
    damage_index(&db(&home));
    assert!(readable(&home).is_superset(&rows(1..2)));
    let home = waiting(ROWS);
    killed_after(&home, async |opened| {
        let changed = opened.deliverer.correct(2, person(&phone(0), "Яна")).await.expect("answered");
        assert_eq!(changed, Change::AnotherWaits);
    });
    fs::write(db(&home), [0x5a; PAGE]).expect("written");
    assert!(readable(&home).is_superset(&rows(1..2)), "from the copy alone");
}

#[test]
fn nothing_of_an_erased_phone_is_in_any_file() {
    let home = waiting(ROWS);
    // An earlier damage: the file aside holds the phone, too.
    damage_index(&db(&home));
    readable(&home);
    let sealed: Vec<u8> = {
        let db = Connection::open(db(&home)).expect("the database");
        db.query_row("SELECT sealed FROM entry WHERE id = 8", [], |row| row.get(0)).expect("a row")
    };
    let holders = |home: &StationHome| {
        let folders = [home.data(), home.data().join("quarantine")];
        let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
        let files: Vec<PathBuf> =
            files.map(|file| file.expect("a file").path()).filter(|path| path.is_file()).collect();
        let holds = |path: &PathBuf| fs::read(path).expect("read").windows(sealed.len()).any(|at| at == sealed);
        files.into_iter().filter(holds).count()
    };
    Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        opened.stop(&home).await;
    });
    assert_eq!(holders(&home), 3, "the database, its copy, and the file aside");
    killed_after(&home, async |opened| {
        let forgotten = opened.deliverer.outbox().forget(person(&phone(7), "").phone).await.expect("erased");
        assert_eq!(forgotten.signups, 1);
        assert_eq!(holders(&home), 0, "at once");
    });
    assert_eq!(holders(&home), 0);
}

#[test]
fn sealed_bytes_that_went_bad_are_mended_from_the_copy() {
    let home = waiting(ROWS);
    let sealed: Vec<u8> = {
        let db = Connection::open(db(&home)).expect("the database");
        db.query_row("SELECT sealed FROM entry WHERE id = 8", [], |row| row.get(0)).expect("a row")
    };
    let mut bytes = fs::read(db(&home)).expect("read");
    let at = bytes.windows(sealed.len()).position(|window| window == sealed).expect("it is in the file");
    bytes[at + 40] ^= 1;
    fs::write(db(&home), bytes).expect("written");
    Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        opened.stop(&home).await;
    });
    assert!(readable(&home).is_superset(&rows(0..ROWS)));
    assert_eq!(listed(&home)[7], row("unknown", None, 0));
}

/// The same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

#[test]
fn whatever_sectors_break_the_program_starts_and_everything_in_the_copy_comes_back() {
    let rounds = std::env::var("DAMAGE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let home = with_newer_rows();
    let whole = fs::read(db(&home)).expect("read");
    let good_copy = fs::read(copy(&home)).expect("read");
    let mut seeded = Seeded(20_261_121);
    let (mut newer, mut noticed) = (0, 0);
    for round in 0..rounds {
        // Gone already is as good.
        let _ = fs::remove_dir_all(home.data().join("quarantine"));
        for name in ["outbox.db-wal", "outbox.copy.db-wal"] {
            let _ = fs::remove_file(home.data().join(name));
        }
        let mut bytes = whole.clone();
        let sectors: Vec<usize> = (0..=seeded.below(3)).map(|_| seeded.below(whole.len() / SECTOR) * SECTOR).collect();
        for sector in &sectors {
            bytes[*sector..*sector + SECTOR].fill_with(|| u8::try_from(seeded.below(256)).expect("a byte"));
        }
        fs::write(db(&home), &bytes).expect("written");
        fs::write(copy(&home), &good_copy).expect("written");
        Runtime::new().expect("a runtime").block_on(async { Opened::of(&home).await.stop(&home).await });
        let found = readable(&home);
        let lost: Vec<_> = rows(0..ROWS).difference(&found).cloned().collect();
        assert!(lost.is_empty(), "round {round}: {lost:?} are lost, {sectors:?}");
        if let Some(kept) = quarantined(&home, "outbox-1.db") {
            assert!(kept == bytes, "round {round}: kept as it was found");
            noticed += 1;
        }
        newer += found.intersection(&rows(ROWS..ROWS + NEWER)).count();
    }
    println!(
        "{rounds} rounds, {noticed} noticed at the start: every row of the copy came back, and {newer} of {} newer ones",
        rounds * NEWER
    );
}
