//! Damaged files: the program always starts, deletes nothing, and takes over what lies outside the damage.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;

use crate::station::StationHome;
use crate::{Opened, closed, copy_database, person, phone, waiting};

const ROWS: usize = 60;
const PAGE: usize = 4096;
const SECTOR: usize = 512;

/// Which rows can be opened after a start.
fn readable(home: &StationHome) -> BTreeSet<String> {
    let found = Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(home).await;
        let list = opened.deliverer.outbox().list().await.expect("a list");
        // And it works: another one is stored.
        opened.enqueue(person(&phone(9_999_999), "Новая")).await.expect("stored");
        list.into_iter().filter_map(|entry| entry.phone_masked.map(|masked| format!("{} {masked}", entry.id))).collect()
    });
    closed(home);
    found
}

fn all_rows() -> BTreeSet<String> {
    let masked = |number| person(&phone(number), "").phone.masked();
    (0..ROWS).map(|number| format!("{} {}", number + 1, masked(number))).collect()
}

fn quarantined(home: &StationHome, name: &str) -> Option<Vec<u8>> {
    fs::read(home.data().join("quarantine").join(name)).ok()
}

/// Damages the database, starts, and asserts that it was kept as it was found.
fn start_after(damage: impl FnOnce(&mut Vec<u8>)) -> BTreeSet<String> {
    let home = waiting(ROWS);
    let path = home.data().join("outbox.db");
    let mut bytes = fs::read(&path).expect("read");
    damage(&mut bytes);
    fs::write(&path, &bytes).expect("written");
    let found = readable(&home);
    assert!(quarantined(&home, "outbox-1.db").as_ref() == Some(&bytes), "kept as it was found");
    // Once: the next start finds nothing to do, and the same rows.
    let again = readable(&home);
    assert!(again.is_superset(&found));
    assert!(quarantined(&home, "outbox-2.db").is_none());
    found
}

#[test]
fn without_its_header_every_row_comes_back() {
    assert_eq!(start_after(|bytes| bytes[..100].fill(0)), all_rows());
    assert_eq!(start_after(|bytes| bytes[..PAGE].fill(0xa5)), all_rows());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_salvaged_is_told_until_a_person_has_taken_note() {
    let home = tokio::task::spawn_blocking(|| waiting(ROWS)).await.expect("a station");
    let path = home.data().join("outbox.db");
    let mut bytes = fs::read(&path).expect("read");
    bytes[..100].fill(0);
    fs::write(&path, &bytes).expect("written");
    let told = async |home: &StationHome, is_noted: bool| {
        let opened = Opened::of(home).await;
        let salvaged = opened.deliverer.status().borrow().salvaged;
        if is_noted {
            opened.deliverer.outbox().damage_is_seen().await.expect("noted");
            assert_eq!(opened.deliverer.status().borrow().salvaged, None);
        }
        drop(opened);
        closed(home);
        salvaged
    };
    let rows = u32::try_from(ROWS).expect("few");
    assert_eq!(told(&home, false).await, Some(rows));
    assert_eq!(told(&home, true).await, Some(rows), "another start does not hide it");
    assert_eq!(told(&home, false).await, None);
    assert!(quarantined(&home, "outbox-1.db").is_some(), "noted, and kept");
}

#[test]
fn without_its_root_page_every_row_comes_back() {
    let found = start_after(|bytes| {
        // Only the table of the entries is large enough to have one.
        let roots: Vec<&mut [u8]> = bytes.chunks_mut(PAGE).filter(|page| page[0] == 0x05).collect();
        assert_eq!(roots.len(), 1);
        for root in roots {
            root.fill(0);
        }
    });
    assert_eq!(found, all_rows());
}

#[test]
fn a_damaged_page_that_looks_like_an_index_is_searched_all_the_same() {
    for kind in [0x02, 0x05, 0x0a, 0x0d] {
        let mut hit = 0;
        let found = start_after(|bytes| {
            // Every leaf of the table loses its first sector.
            for page in bytes.chunks_mut(PAGE).skip(1).filter(|page| page[0] == 0x0d) {
                page[..SECTOR].fill(0xee);
                page[0] = kind;
                hit += 1;
            }
        });
        assert!(hit > 2);
        // A row lies across the end of the sector at most.
        assert!(found.len() + 2 * hit >= ROWS, "{kind}: {} of {ROWS} came back", found.len());
    }
}

#[test]
fn a_file_cut_short_gives_back_what_is_left_of_it() {
    let found = start_after(|bytes| bytes.truncate(bytes.len() * 5 / 6));
    assert!(!found.is_empty() && found.is_subset(&all_rows()), "{found:?}");
    // Nothing to salvage, but loudly so.
    assert!(start_after(Vec::clear).is_empty());
}

/// Stores rows and takes the files away while the log holds the last of them.
fn with_a_log(to: &Path) -> StationHome {
    let home = waiting(0);
    Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        for number in 0..ROWS {
            opened.enqueue(person(&phone(number), "Анна")).await.expect("stored");
        }
        copy_database(&home.data(), to);
    });
    closed(&home);
    copy_database(to, &home.data());
    home
}

#[test]
fn a_log_alone_gives_back_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    for is_there in [true, false] {
        let home = with_a_log(folder.path());
        let (db, log) = (home.data().join("outbox.db"), home.data().join("outbox.db-wal"));
        assert!(fs::metadata(&log).expect("a log").len() > 0);
        if is_there {
            fs::write(&db, b"").expect("written");
        } else {
            fs::remove_file(&db).expect("removed");
        }
        let bytes = fs::read(&log).expect("read");
        assert_eq!(readable(&home), all_rows());
        assert!(quarantined(&home, "outbox-1.db-wal") == Some(bytes), "the log is kept");
    }
}

#[test]
fn a_header_that_is_gone_does_not_take_the_log_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = with_a_log(folder.path());
    let (db, log) = (home.data().join("outbox.db"), home.data().join("outbox.db-wal"));
    let mut bytes = fs::read(&db).expect("read");
    bytes.fill(0x5a);
    fs::write(&db, &bytes).expect("written");
    let mut bytes = fs::read(&log).expect("read");
    // The head of the log, and with it every check of its frames.
    bytes[..32].fill(0x5a);
    fs::write(&log, &bytes).expect("written");
    assert_eq!(readable(&home), all_rows());
}

#[test]
fn a_damaged_log_beside_a_good_database_loses_no_other_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let frame = 24 + PAGE;
    // The head of the log, a frame in the middle, the last commit.
    for at in
        [|_: usize| 20, |length: usize| 32 + (length - 32) / 2 / (24 + PAGE) * (24 + PAGE) + 30, |length| length - 10]
    {
        let home = with_a_log(folder.path());
        let log = home.data().join("outbox.db-wal");
        let mut bytes = fs::read(&log).expect("read");
        assert!(bytes.len() > 40 * frame, "many commits are in the log");
        let at = at(bytes.len());
        bytes[at] ^= 0x10;
        fs::write(&log, &bytes).expect("written");
        let found = readable(&home);
        let lost = all_rows().difference(&found).count();
        assert!(lost <= 1, "{lost} rows are lost to one byte at {at}");
        assert!(quarantined(&home, "outbox-1.db-wal") == Some(bytes), "the log is kept");
    }
}

#[test]
fn a_log_that_was_cut_short_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = with_a_log(folder.path());
    let log = home.data().join("outbox.db-wal");
    let bytes = fs::read(&log).expect("read");
    fs::write(&log, &bytes[..bytes.len() - 100]).expect("written");
    let found = readable(&home);
    assert!(found.is_subset(&all_rows()) && found.len() + 1 >= ROWS, "{found:?}");
    assert!(!home.data().join("quarantine").exists());
}

/// The same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Where each row lies in the file: its number, and the bytes before and in its sealed part.
fn places(path: &Path, bytes: &[u8]) -> Vec<(usize, std::ops::Range<usize>)> {
    let db = rusqlite::Connection::open(path).expect("the database");
    let mut query = db.prepare("SELECT sealed FROM entry ORDER BY id").expect("a query");
    let sealed = query.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let places = sealed.map(|sealed| sealed.expect("a row")).enumerate().map(|(number, sealed)| {
        let at = bytes.windows(sealed.len()).position(|window| window == sealed).expect("it is in the file");
        (number, at - 200..at + sealed.len())
    });
    places.collect()
}

#[test]
fn whatever_sectors_break_the_program_starts_and_other_rows_come_back() {
    let rounds = std::env::var("DAMAGE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let home = waiting(ROWS);
    let path = home.data().join("outbox.db");
    let whole = fs::read(&path).expect("read");
    let copy = home.folder().join("copy.db");
    fs::write(&copy, &whole).expect("written");
    let places = places(&copy, &whole);
    let all: Vec<String> = {
        let masked = |number| person(&phone(number), "").phone.masked();
        (0..ROWS).map(|number| format!("{} {}", number + 1, masked(number))).collect()
    };
    let mut seeded = Seeded(20_261_121);
    for round in 0..rounds {
        for name in ["outbox.db", "outbox.db-wal"] {
            // Gone already is as good.
            let _ = fs::remove_file(home.data().join(name));
        }
        let _ = fs::remove_dir_all(home.data().join("quarantine"));
        let mut bytes = whole.clone();
        let sectors: Vec<usize> = (0..=seeded.below(3)).map(|_| seeded.below(whole.len() / SECTOR) * SECTOR).collect();
        for sector in &sectors {
            bytes[*sector..*sector + SECTOR].fill_with(|| u8::try_from(seeded.below(256)).expect("a byte"));
        }
        fs::write(&path, &bytes).expect("written");
        let found = readable(&home);
        for (number, place) in &places {
            let is_hit = sectors.iter().any(|sector| *sector < place.end && place.start < sector + SECTOR);
            assert!(is_hit || found.contains(&all[*number]), "round {round}: row {number} is lost, {sectors:?}");
        }
    }
}
