//! The journal on disk: totals, trimming, pages, and what happens to it when the disk is full, damaged or taken.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::domain::{Phone, PhoneRules};
use crate::services::StationDirs;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn store(folder: &TempDir) -> JournalStore {
    JournalStore::open(&folder.path().join("journal.db")).unwrap()
}

/// Record number `n`, of a kind and outcome and hour that follow from it.
fn record(n: i64) -> Record {
    let of = |all: usize| usize::try_from(n).unwrap() % all;
    Record {
        at_ms: n * 600_000,
        kind: Kind::ALL[of(Kind::ALL.len())],
        outcome: Outcome::ALL[of(Outcome::ALL.len())],
        phone: PhoneMask::of_tail(u8::try_from(of(100)).unwrap()),
        attempts: 1,
        latency_ms: u32::try_from(n).unwrap(),
    }
}

fn records(numbers: Range<i64>) -> Vec<Record> {
    numbers.map(record).collect()
}

fn request(before: Option<i64>, limit: u32) -> PageRequest {
    PageRequest { filter: Filter::default(), before, limit }
}

/// Every record that a filter lets through, by way of pages.
fn read_all(store: &JournalStore, filter: Filter, limit: u32) -> Vec<(i64, Record)> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = store.page(PageRequest { filter, before, limit }).unwrap();
        found.extend(page.records);
        before = page.next;
        if before.is_none() {
            return found;
        }
    }
}

fn note(kind: Kind) -> Note {
    Note { kind, outcome: Outcome::Done, phone: None, attempts: 1, took: Duration::ZERO }
}

/// A journal of this process, with the lock that makes it ours.
fn owned(folder: &TempDir) -> (Journal, StationLock) {
    let path = |name: &str| Some(folder.path().join(name));
    let lock = StationLock::acquire(&StationDirs::resolve(path("data"), path("keys")).unwrap()).unwrap();
    let journal = Journal::of(Some(&folder.path().join("data")));
    journal.own(&lock);
    (journal, lock)
}

#[test]
fn the_totals_of_the_hours_are_those_of_the_records() {
    let folder = folder();
    let mut store = store(&folder);
    for batch in 0..10 {
        store.append(&records(batch * 100..(batch + 1) * 100)).unwrap();
    }
    let mut counted = BTreeMap::new();
    for record in records(0..1_000) {
        *counted.entry((record.hour(), record.kind, record.outcome)).or_insert(0) += 1;
    }
    let totals = store.totals(&(i64::MIN..i64::MAX)).unwrap();
    let found: BTreeMap<_, u64> =
        totals.iter().map(|total| ((total.hour, total.kind, total.outcome), total.count)).collect();
    assert_eq!(totals.len(), found.len());
    assert_eq!(found, counted);
    let some = store.totals(&(3..5)).unwrap();
    assert_eq!(some, totals.into_iter().filter(|total| (3..5).contains(&total.hour)).collect::<Vec<_>>());
}

#[test]
fn the_oldest_records_go_and_their_totals_stay() {
    let folder = folder();
    let mut store = store(&folder);
    store.most = 2_000;
    for start in 0..5_000 {
        store.append(&records(start..start + 1)).unwrap();
        let left: i64 = store.db.query_row("SELECT COUNT(*) FROM record", [], |row| row.get(0)).unwrap();
        assert!(left <= 2_000, "{left} records");
        assert!(start < 2_000 || left >= 1_800, "{left} records: more went than had to");
    }
    let left = read_all(&store, Filter::default(), 300);
    assert_eq!(left[0].1, record(4_999));
    assert!(left.windows(2).all(|pair| pair[0].0 == pair[1].0 + 1), "none is missing in between");
    let total: u64 = store.totals(&(i64::MIN..i64::MAX)).unwrap().iter().map(|total| total.count).sum();
    assert_eq!(total, 5_000);
}

#[test]
fn a_journal_that_was_allowed_more_shrinks_step_by_step() {
    let folder = folder();
    let mut store = store(&folder);
    store.append(&records(0..5_000)).unwrap();
    store.most = 100;
    let count = |store: &JournalStore| -> i64 {
        store.db.query_row("SELECT COUNT(*) FROM record", [], |row| row.get(0)).unwrap()
    };
    store.append(&records(5_000..5_001)).unwrap();
    assert_eq!(count(&store), 4_001, "a thousand at once at most");
    for n in 5_001..5_020 {
        store.append(&records(n..n + 1)).unwrap();
    }
    assert!(count(&store) <= 100);
}

#[test]
fn pages_have_no_gaps_and_no_doubles_while_records_come_in() {
    let folder = folder();
    let (journal, _lock) = owned(&folder);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    for _ in 0..500 {
        journal.note(note(Kind::Signup));
    }
    let writers: Vec<_> = (0..3)
        .map(|_| {
            let journal = journal.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    journal.note(note(Kind::Delivery));
                }
            })
        })
        .collect();
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let page = tokio.block_on(journal.page(request(before, 7))).unwrap();
        numbers.extend(page.records.iter().map(|(number, _)| *number));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    for writer in writers {
        writer.join().unwrap();
    }
    let newest = numbers[0];
    assert!(newest >= 500, "the first page holds the newest of its moment: {newest}");
    assert_eq!(numbers, (1..=newest).rev().collect::<Vec<_>>());
    let total: u64 = tokio.block_on(journal.totals(i64::MIN..i64::MAX)).unwrap().iter().map(|total| total.count).sum();
    assert_eq!((total, journal.dropped()), (800, 0));
}

#[test]
fn a_filter_lets_through_what_it_names_however_far_back() {
    let folder = folder();
    let mut store = store(&folder);
    let mut lookups = vec![Record { kind: Kind::LookupByPass, ..record(1) }; 45_000];
    for (n, at_ms) in [(0, 100), (10, 200), (44_000, 300)] {
        lookups[n] = Record { kind: Kind::Signup, at_ms, ..record(3) };
    }
    store.append(&lookups).unwrap();
    let found = |filter| read_all(&store, filter, 100).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
    let signups = Filter { kind: Some(Kind::Signup), ..Filter::default() };
    assert_eq!(found(signups), [44_001, 11, 1]);
    assert_eq!(found(Filter { from_ms: Some(200), until_ms: Some(300), ..signups }), [11]);
    assert_eq!(found(Filter { outcome: Some(record(3).outcome), ..signups }), [44_001, 11, 1]);
    assert_eq!(found(Filter { outcome: Some(Outcome::Internal), ..signups }), [0_i64; 0]);
    let first = store.page(PageRequest { filter: signups, before: Some(40_000), limit: 100 }).unwrap();
    assert_eq!((first.records.len(), first.next), (0, Some(20_000)), "one page looks at so many and no more");
}

#[test]
fn a_damaged_journal_is_set_aside_whole_and_a_new_one_begins() {
    let folder = folder();
    let path = folder.path().join("journal.db");
    let damages: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes[..100].fill(0xAA),
        |bytes| bytes[100..].fill(0x55),
        |bytes| bytes.truncate(5_000),
        |bytes| *bytes = b"no database at all".to_vec(),
    ];
    for (n, damage) in damages.into_iter().enumerate() {
        let mut book = Book { path: path.clone(), store: None };
        book.with(|store| store.append(&records(0..2_000))).unwrap();
        book.with(|store| Ok(store.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)).unwrap();
        drop(book);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, &bytes).unwrap();

        let mut book = Book { path: path.clone(), store: None };
        book.with(|store| store.append(&records(0..1))).unwrap();
        let page = book.with(|store| store.page(request(None, 10))).unwrap();
        assert_eq!(page.records, [(1, record(0))], "damage {n}");
        drop(book);
        let aside = folder.path().join(format!("quarantine/journal-{}.db", n + 1));
        assert_eq!(fs::read(aside).unwrap(), bytes, "damage {n}");
        fs::remove_file(&path).unwrap();
        let _ = fs::remove_file(path.with_extension("db-wal"));
    }
}

#[test]
fn the_journal_of_a_newer_program_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("journal.db");
    store(&folder).db.execute_batch("PRAGMA user_version = 99;").unwrap();
    assert!(matches!(JournalStore::open(&path), Err(JournalError::Newer)));
    let mut book = Book { path: path.clone(), store: None };
    assert!(matches!(book.with(|store| store.append(&records(0..1))), Err(JournalError::Newer)));
    assert!(path.exists() && !folder.path().join("quarantine").exists());
}

#[test]
fn a_full_disk_loses_records_and_nothing_else() {
    let folder = folder();
    let dropped = Dropped::default();
    let full = store(&folder);
    // To SQLite, a database that may not grow is a disk that is full.
    let pages: i64 = full.db.query_row("PRAGMA max_page_count = 1", [], |row| row.get(0)).unwrap();
    assert!(pages < 10, "{pages}");
    let mut book = Book { path: folder.path().join("journal.db"), store: Some(full) };
    let error = book.with(|store| store.append(&records(0..5_000))).unwrap_err();
    let JournalError::Database(error) = error else { panic!("{error}") };
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    dropped.add(5_000, &error);
    assert_eq!(dropped.0.load(Ordering::Relaxed), 5_000);
    // There is room again: records and totals go on together.
    book.with(|store| store.append(&records(0..10))).unwrap();
    let page = book.with(|store| store.page(request(None, 100))).unwrap();
    let totals = book.with(|store| store.totals(&(i64::MIN..i64::MAX))).unwrap();
    assert_eq!((page.records.len(), totals.iter().map(|total| total.count).sum::<u64>()), (10, 10));
    assert!(!folder.path().join("quarantine").exists(), "a full disk is no damage");
}

#[test]
fn a_journal_that_cannot_be_opened_drops_and_counts() {
    let folder = folder();
    let (journal, _lock) = owned(&folder);
    fs::create_dir(folder.path().join("data/journal.db")).unwrap();
    for _ in 0..5 {
        journal.note(note(Kind::Signup));
    }
    let dropped = Arc::clone(&journal.inner.dropped);
    drop(journal);
    assert_eq!(dropped.0.load(Ordering::Relaxed), 5);
}

#[test]
fn whoever_does_not_own_the_station_writes_and_reads_nothing() {
    let folder = folder();
    let (ours, _lock) = owned(&folder);
    let theirs = Journal::of(Some(&folder.path().join("data")));
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    theirs.note(note(Kind::Signup));
    assert!(!folder.path().join("data/journal.db").exists(), "it is not even opened");
    ours.note(note(Kind::Delivery));
    theirs.note(note(Kind::Signup));
    let page = tokio.block_on(ours.page(request(None, 10))).unwrap();
    assert_eq!(page.records.iter().map(|(_, record)| record.kind).collect::<Vec<_>>(), [Kind::Delivery]);
    assert!(matches!(tokio.block_on(theirs.page(request(None, 10))), Err(JournalError::NotOurs)));
}

#[test]
fn a_full_mailbox_drops_and_never_waits() {
    let folder = folder();
    let (journal, _lock) = owned(&folder);
    let (holding, held) = sync_channel::<()>(0);
    journal
        .send(JournalJob::Ask(Box::new(move |_| {
            let _ = held.recv();
        })))
        .unwrap();
    for _ in 0..JOBS + 10 {
        journal.note(note(Kind::Signup));
    }
    // The thread may have taken the job that holds it, or not yet.
    assert!((10..=11).contains(&journal.dropped()), "{}", journal.dropped());
    drop(holding);
}

#[test]
fn the_log_beside_the_journal_stays_small() {
    let folder = folder();
    let mut store = store(&folder);
    for n in 0..20_000 {
        store.append(&records(n..n + 1)).unwrap();
    }
    let log = fs::metadata(folder.path().join("journal.db-wal")).unwrap().len();
    assert!(log <= 4 << 20, "{log} bytes");
}

#[test]
fn a_mask_holds_two_digits_and_no_more() {
    let phone = Phone::parse("79167795302", PhoneRules::default()).unwrap();
    assert_eq!(phone.mask().tail(), 2);
    assert_eq!(phone.mask().to_string(), "+7 ••• •••-••-02");
    assert_eq!(PhoneMask::of_tail(100), None);
    assert_eq!(PhoneMask::of_tail(2), Some(phone.mask()));
}
