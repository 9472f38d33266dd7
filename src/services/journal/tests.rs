//! The journal on disk: totals, trimming, pages, and what happens to it when the disk is full, damaged or taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::domain::journal::{JournalFigures, JournalRange};
use crate::domain::{Phone, PhoneRules};
use crate::services::StationDirs;

/// Longer than any test.
const EVER: Duration = Duration::MAX;

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

fn request(before: Option<RecordPlace>, limit: u32) -> PageRequest {
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
        store.append(&records(batch * 100..(batch + 1) * 100), EVER).unwrap();
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
        store.append(&records(start..start + 1), EVER).unwrap();
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
    store.append(&records(0..5_000), EVER).unwrap();
    store.most = 100;
    let count = |store: &JournalStore| -> i64 {
        store.db.query_row("SELECT COUNT(*) FROM record", [], |row| row.get(0)).unwrap()
    };
    store.append(&records(5_000..5_001), EVER).unwrap();
    assert_eq!(count(&store), 4_001, "a thousand at once at most");
    for n in 5_001..5_020 {
        store.append(&records(n..n + 1), EVER).unwrap();
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
    let read: BTreeSet<_> = numbers.iter().copied().collect();
    assert_eq!(read.len(), numbers.len(), "no record is read twice");
    assert!((1..=500).all(|number| read.contains(&number)), "what was there is read, whatever comes in meanwhile");
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
    store.append(&lookups, EVER).unwrap();
    let found = |filter| read_all(&store, filter, 100).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
    let signups = Filter { kinds: &[Kind::Signup], ..Filter::default() };
    assert_eq!(found(signups), [44_001, 11, 1]);
    assert_eq!(found(Filter { from_ms: Some(200), until_ms: Some(300), ..signups }), [11]);
    assert_eq!(found(Filter { outcomes: &[Outcome::Found], ..signups }), [44_001, 11, 1]);
    assert_eq!(found(Filter { outcomes: &[Outcome::Internal], ..signups }), [0_i64; 0]);
    let at = |number| RecordPlace { at_ms: record(1).at_ms, number };
    let first = store.page(PageRequest { filter: signups, before: Some(at(40_000)), limit: 100 }).unwrap();
    assert_eq!((first.records.len(), first.next), (0, Some(at(20_000))), "one page looks at so many and no more");
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
        book.with(|store| store.append(&records(0..2_000), EVER)).unwrap();
        book.with(|store| Ok(store.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)).unwrap();
        drop(book);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, &bytes).unwrap();

        let mut book = Book { path: path.clone(), store: None };
        book.with(|store| store.append(&records(0..1), EVER)).unwrap();
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
fn no_number_that_somebody_put_there_costs_other_records() {
    for change in [
        "UPDATE record SET id = 9223372036854775807 WHERE id = 5000",
        "UPDATE record SET id = 4611686018427387904 WHERE id = 5000",
        "UPDATE record SET id = -9223372036854775808 WHERE id = 1",
        "UPDATE hourly SET count = 9223372036854775807",
        "UPDATE hourly SET count = -9223372036854775808",
    ] {
        let folder = folder();
        let mut first = store(&folder);
        first.append(&records(0..5_000), EVER).unwrap();
        first.db.execute(change, []).unwrap();
        for n in 0..5 {
            first.append(&records(n..n + 1), EVER).expect(change);
        }
        let left: i64 = first.db.query_row("SELECT COUNT(*) FROM record", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 5_005, "{change}");
    }
}

#[test]
fn the_journal_of_a_newer_program_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("journal.db");
    store(&folder).db.execute_batch("PRAGMA user_version = 99;").unwrap();
    assert!(matches!(JournalStore::open(&path), Err(JournalError::Newer)));
    let mut book = Book { path: path.clone(), store: None };
    assert!(matches!(book.with(|store| store.append(&records(0..1), EVER)), Err(JournalError::Newer)));
    assert!(path.exists() && !folder.path().join("quarantine").exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_in_the_place_of_the_journal_or_its_log_is_never_waited_for() {
    use rustix::fs::{CWD, FileType, mknodat};
    for name in ["journal.db", "journal.db-wal"] {
        let folder = folder();
        let (journal, _lock) = owned(&folder);
        mknodat(CWD, folder.path().join("data").join(name), FileType::Fifo, 0o600.into(), 0).unwrap();
        let page = tokio::time::timeout(Duration::from_secs(10), journal.page(request(None, 10))).await;
        assert!(page.expect("an answer").unwrap().records.is_empty(), "{name}");
        assert!(folder.path().join("data").join(format!("{name}.no-file")).exists(), "{name}: it is kept");
    }
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
    let error = book.with(|store| store.append(&records(0..5_000), EVER)).unwrap_err();
    let JournalError::Database(error) = error else { panic!("{error}") };
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    dropped.add(5_000, &error);
    assert_eq!(dropped.0.load(Ordering::Relaxed), 5_000);
    // There is room again: records and totals go on together.
    book.with(|store| store.append(&records(0..10), EVER)).unwrap();
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
    // It cannot make way.
    fs::create_dir_all(folder.path().join("data/journal.db.no-file/in the way")).unwrap();
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
        store.append(&records(n..n + 1), EVER).unwrap();
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

/// A record of a signup or a lookup at a time of the calendar of a place.
fn at(time: &str, kind: Kind, outcome: Outcome) -> Record {
    let at_ms = time.parse::<Timestamp>().unwrap().as_millisecond();
    Record { at_ms, kind, outcome, phone: PhoneMask::of_tail(7), attempts: 1, latency_ms: 500 }
}

/// Signups every 20 minutes of a week around `day`, and what else is done between them.
fn busy_week(day: Date) -> Vec<Record> {
    let first = day.saturating_sub(jiff::Span::new().days(3)).to_zoned(TimeZone::UTC).unwrap().timestamp();
    let mut records = Vec::new();
    for n in 0..7 * 72 {
        let at_ms = first.as_millisecond() + n * 1_200_000;
        let outcomes = [Outcome::Registered, Outcome::Saved, Outcome::AlreadyMember, Outcome::Refused];
        let outcome = outcomes[usize::try_from(n % 5).unwrap().min(3)];
        let latency_ms = u32::try_from(n).unwrap();
        let signup = Record { at_ms, kind: Kind::Signup, outcome, phone: None, attempts: 1, latency_ms };
        records.push(signup);
        records.push(Record { kind: Kind::Delivery, outcome: Outcome::Registered, ..signup });
        records.push(Record { at_ms: at_ms + 599_999, kind: Kind::LookupByPhone, outcome: Outcome::Found, ..signup });
    }
    records
}

#[test]
fn the_bars_of_days_of_23_24_and_25_hours_are_those_that_are_counted_by_hand() {
    let europe = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let india = TimeZone::posix("IST-5:30").unwrap();
    for (zone, day) in [
        (&europe, date(2026, 3, 29)),
        (&europe, date(2026, 6, 10)),
        (&europe, date(2026, 10, 25)),
        (&india, date(2026, 3, 29)),
    ] {
        let folder = folder();
        let mut store = store(&folder);
        let records = busy_week(day);
        store.append(&records, EVER).unwrap();
        let local = |record: &Record| Timestamp::from_millisecond(record.at_ms).unwrap().to_zoned(zone.clone());
        let taken: Vec<_> = records
            .iter()
            .filter(|record| record.kind == Kind::Signup)
            .filter(|record| matches!(record.outcome, Outcome::Registered | Outcome::Saved))
            .collect();
        for range in JournalRange::ALL {
            let sums = store.sums(&range.edges(day, zone)).unwrap();
            let days = range.days(day);
            let by_hand: Vec<u64> = if range.is_one_day() {
                // An hour that comes twice differs in its distance from UTC.
                let mut hours = BTreeMap::new();
                let mut time = days.start.to_zoned(zone.clone()).unwrap();
                while time.date() < days.end {
                    hours.insert((time.timestamp(), time.hour(), time.offset()), 0);
                    time = time.checked_add(jiff::Span::new().hours(1)).unwrap();
                }
                for record in taken.iter().filter(|record| local(record).date() == days.start) {
                    let time = local(record);
                    let same = |key: &(Timestamp, i8, jiff::tz::Offset)| key.1 == time.hour() && key.2 == time.offset();
                    *hours.iter_mut().find(|(key, _)| same(key)).unwrap().1 += 1;
                }
                hours.into_values().collect()
            } else {
                let count = |day: Date| taken.iter().filter(|record| local(record).date() == day).count() as u64;
                days.start.series(jiff::Span::new().days(1)).take_while(|day| *day < days.end).map(count).collect()
            };
            assert_eq!(sums.signups, by_hand, "{range:?} around {day}");
            let of = |outcome| {
                let is_of = |record: &&Record| record.kind == Kind::Signup && record.outcome == outcome;
                let is_in = |record: &&Record| days.contains(&local(record).date());
                records.iter().filter(is_of).filter(is_in).count() as u64
            };
            let figures = sums.figures;
            assert_eq!(figures.registered + figures.saved, by_hand.iter().sum::<u64>(), "the chart's sum");
            assert_eq!([figures.registered, figures.saved], [Outcome::Registered, Outcome::Saved].map(of));
            assert_eq!([figures.already_members, figures.refused], [Outcome::AlreadyMember, Outcome::Refused].map(of));
            assert_eq!(figures.failures, 0);
        }
    }
}

#[test]
fn answer_times_are_those_of_answers_to_customers_in_the_range() {
    let folder = folder();
    let mut store = store(&folder);
    let took = |kind, outcome, latency_ms| Record { latency_ms, ..at("2026-03-01T12:00:00Z", kind, outcome) };
    let mut records: Vec<_> = (1..=100).map(|ms| took(Kind::LookupByPhone, Outcome::Found, ms * 10)).collect();
    records.push(took(Kind::LookupByPass, Outcome::Unavailable, 60_000));
    records.push(took(Kind::Delivery, Outcome::Registered, 60_000));
    records.push(took(Kind::Signup, Outcome::Saved, 60_000));
    records.push(Record { latency_ms: 60_000, ..at("2026-03-02T00:00:00Z", Kind::Signup, Outcome::Registered) });
    store.append(&records, EVER).unwrap();
    let edges = JournalRange::Today.edges(date(2026, 3, 1), &TimeZone::UTC);
    let answers = store.sums(&edges).unwrap().figures.answers.unwrap();
    assert_eq!((answers.median_ms, answers.p95_ms), (500, 950));
    let edges = JournalRange::Yesterday.edges(date(2026, 3, 1), &TimeZone::UTC);
    assert_eq!(store.sums(&edges).unwrap().figures, JournalFigures::default());
}

#[test]
fn records_come_by_their_time_also_where_the_clock_went_back() {
    let folder = folder();
    let mut store = store(&folder);
    let times = ["2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "2026-03-01T12:30:00Z", "2026-03-01T12:30:00Z"];
    store.append(&times.map(|time| at(time, Kind::Signup, Outcome::Saved)), EVER).unwrap();
    for limit in 1..5 {
        let numbers: Vec<_> =
            read_all(&store, Filter::default(), limit).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [2, 4, 3, 1], "{limit} a page");
    }
    let until = times[1].parse::<Timestamp>().unwrap().as_millisecond();
    let before = Filter { until_ms: Some(until), ..Filter::default() };
    assert_eq!(read_all(&store, before, 2).len(), 3);
    let from = Filter { from_ms: Some(until), ..Filter::default() };
    assert_eq!(read_all(&store, from, 2).len(), 1);
}

#[test]
fn a_phone_is_found_by_the_digits_that_are_kept() {
    let folder = folder();
    let mut store = store(&folder);
    store.append(&records(0..1_000), EVER).unwrap();
    let end = Filter { phone: PhoneMask::of_tail(7), ..Filter::default() };
    let found = read_all(&store, end, 3);
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|(_, record)| record.phone.map(PhoneMask::tail) == Some(7)));
}

#[test]
fn what_is_older_than_the_setting_goes_a_thousand_at_a_time_and_with_its_totals() {
    let folder = folder();
    let mut store = store(&folder);
    let day = |n: i64| Record { at_ms: n * 86_400_000, ..record(2) };
    let days: Vec<_> = (0..3_000).map(day).collect();
    store.append(&days, EVER).unwrap();
    let keep = Duration::from_hours(24 * 10);
    let left = |store: &JournalStore| read_all(store, Filter::default(), 500).len();
    // Days 0 to 2,989 are too old at the end of day 2,999, at which each is written.
    for expected in [2_001, 1_002, 10 + 3, 10 + 4] {
        store.append(&[Record { at_ms: 3_000 * 86_400_000 - 1, ..record(2) }], keep).unwrap();
        assert_eq!(left(&store), expected);
        let totals = store.totals(&(i64::MIN..i64::MAX)).unwrap();
        assert!(totals.iter().all(|total| total.hour >= 2_990 * 24 - 1), "totals go at once");
    }
    let oldest = read_all(&store, Filter::default(), 500).last().map(|(_, record)| record.at_ms);
    assert_eq!(oldest, Some(2_990 * 86_400_000));
}

#[test]
fn a_clock_that_is_ahead_for_a_while_destroys_no_record() {
    const DAY_MS: i64 = 86_400_000;
    let folder = folder();
    let keep = DAY * 370;
    let at_day = |n: i64| Record { at_ms: n * DAY_MS, ..record(2) };
    let mut kept = store(&folder);
    for n in 0..364 {
        kept.append(&[at_day(20_000 + n)], keep).unwrap();
    }
    for _ in 0..3 {
        kept.append(&[at_day(47_000)], keep).unwrap();
        drop(kept);
        kept = store(&folder);
    }
    kept.append(&[at_day(20_364)], keep).unwrap();
    assert_eq!(read_all(&kept, Filter::default(), 500).len(), 364 + 4);
    let totals = kept.totals(&(i64::MIN..i64::MAX)).unwrap();
    assert_eq!(totals.len(), 364 + 2);
}

#[test]
fn the_journal_of_an_earlier_version_keeps_its_records_and_gets_the_index() {
    let folder = folder();
    let path = folder.path().join("journal.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(schema::MIGRATIONS[0]).unwrap();
    old.execute_batch("PRAGMA user_version = 1;").unwrap();
    old.execute("INSERT INTO record VALUES (1, 600000, 3, 2, 7, 1, 250)", []).unwrap();
    old.execute("INSERT INTO hourly VALUES (0, 3, 2, 1)", []).unwrap();
    drop(old);
    let store = store(&folder);
    let page = store.page(request(None, 10)).unwrap();
    let phone = PhoneMask::of_tail(7);
    let expected = Record {
        at_ms: 600_000,
        kind: Kind::Signup,
        outcome: Outcome::Registered,
        phone,
        attempts: 1,
        latency_ms: 250,
    };
    assert_eq!(page.records, [(1, expected)]);
    assert_eq!(store.sums(&[0, 3_600_000]).unwrap().signups, [1]);
    let version: i64 = store.db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
    let plan = "EXPLAIN QUERY PLAN SELECT id FROM record WHERE at_ms >= 1 AND at_ms <= 2 AND (at_ms < 2 OR id < 3)
                ORDER BY at_ms DESC, id DESC";
    let plan: String = store.db.query_row(plan, [], |row| row.get(3)).unwrap();
    assert!(plan.contains("record_by_time"), "{plan}");
}
