//! The journal at its fullest: how long a page takes at either end and in the middle, and what a record costs.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "support/figures.rs"]
mod figures;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use figures::{heading, micros, millis, percentile, row};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use swip_kiosk::domain::PhoneMask;
use swip_kiosk::domain::journal::{Filter, JournalPage, JournalRange, Kind, MOST_RECORDS, Outcome, RecordPlace};
use swip_kiosk::services::journal::{Journal, JournalError, Note, PageRequest};
use swip_kiosk::services::{StationDirs, StationLock};
use tokio::runtime::Runtime;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Fewer than the mailbox holds, so that nothing is dropped.
const BATCH: i64 = 1_000;
/// A screen full of them, and more.
const PAGE: u32 = 100;
const PAGES: i64 = 300;
/// A year of a very busy shop.
const APART_MS: i64 = 31_536;
const TARGET: &str = "under 20 ms";

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let lock = StationLock::acquire(&StationDirs::resolve(Some(data.clone()), Some(folder.path().join("keys")))?)?;
    let bench = Bench::open(&data, &lock)?;

    heading(&format!("journal: {MOST_RECORDS} records"));
    let started = Instant::now();
    for start in (0..MOST_RECORDS).step_by(usize::try_from(BATCH)?) {
        bench.append(start..start + BATCH)?;
    }
    row("filling it", &format!("{:.1} s", started.elapsed().as_secs_f64()), "");
    let size = |name: &str| fs::metadata(data.join(name)).map_or(0, |file| file.len() / 1_024);
    row("journal.db", &format!("{} KiB", size("journal.db")), "");
    row("journal.db-wal", &format!("{} KiB", size("journal.db-wal")), "at most 4096 KiB");

    drop(bench);
    let first_ms = jiff::Timestamp::now().as_millisecond() - MOST_RECORDS * APART_MS;
    spread(&data, first_ms)?;
    let bench = Bench::open(&data, &lock)?;
    bench.first_look()?;

    for (name, newest) in [("newest", MOST_RECORDS), ("middle", MOST_RECORDS / 2), ("oldest", PAGES * i64::from(PAGE))]
    {
        let place = RecordPlace { at_ms: first_ms + newest * APART_MS, number: newest };
        bench.pages(&format!("{name} pages"), place, Filter::default())?;
    }
    let rare = Filter { outcomes: &[Outcome::Internal], ..Filter::default() };
    bench.pages("pages of a filter without match", RecordPlace { at_ms: i64::MAX, number: 0 }, rare)?;

    let mut calls = Vec::new();
    let started = Instant::now();
    for start in 0..BATCH {
        let call = Instant::now();
        bench.journal.note(note(start));
        calls.push(call.elapsed());
    }
    bench.page(None, Filter::default())?;
    let all = started.elapsed();
    row("a record, for whoever notes it", &figure(&mut calls, micros), "");
    row("a record in the full journal", &micros(all / u32::try_from(BATCH)?), "");
    let mut alone = Vec::new();
    for start in 0..PAGES {
        let started = Instant::now();
        bench.append(start..start + 1)?;
        alone.push(started.elapsed());
    }
    row("one record and the newest page", &figure(&mut alone, millis), "");
    if bench.journal.dropped() > 0 {
        return Err("records were dropped".into());
    }
    Ok(())
}

struct Bench {
    journal: Journal,
    tokio: Runtime,
}

impl Bench {
    fn open(data: &Path, lock: &StationLock) -> Result<Self> {
        let bench = Self { journal: Journal::of(Some(data)), tokio: Runtime::new()? };
        bench.journal.own(lock);
        Ok(bench)
    }

    /// What the screen asks for when it comes up, range by range: the first time the file is opened, too.
    fn first_look(&self) -> Result<()> {
        let started = Instant::now();
        self.page(None, Filter::default())?;
        row("opening it, and its first page", &millis(started.elapsed()), "");
        let (zone, today) = (TimeZone::UTC, jiff::Timestamp::now().to_zoned(TimeZone::UTC).date());
        for range in JournalRange::ALL {
            let edges = range.edges(today, &zone);
            let filter =
                Filter { from_ms: edges.first().copied(), until_ms: edges.last().copied(), ..Filter::default() };
            let started = Instant::now();
            self.page(None, filter)?;
            let page = started.elapsed();
            let started = Instant::now();
            self.tokio.block_on(self.journal.sums(edges))?;
            row(
                &format!("{range:?}: first page, then totals"),
                &format!("{}, {}", millis(page), millis(started.elapsed())),
                "",
            );
        }
        let (started, year) = (Instant::now(), JournalRange::Today.edges(today, &zone)[0]);
        let year = vec![year - 366 * 86_400_000, year + 86_400_000];
        self.tokio.block_on(self.journal.sums(year))?;
        row("totals of all of them", &millis(started.elapsed()), "");
        Ok(())
    }

    /// Appends records and waits until they are there.
    fn append(&self, numbers: std::ops::Range<i64>) -> Result<()> {
        for number in numbers {
            self.journal.note(note(number));
        }
        self.page(None, Filter::default())?;
        Ok(())
    }

    fn page(&self, before: Option<RecordPlace>, filter: Filter) -> std::result::Result<JournalPage, JournalError> {
        self.tokio.block_on(self.journal.page(PageRequest { filter, before, limit: PAGE }))
    }

    fn pages(&self, name: &str, newest: RecordPlace, filter: Filter) -> Result<()> {
        let (mut times, mut before) = (Vec::new(), Some(newest));
        for _ in 0..PAGES {
            let started = Instant::now();
            let page = self.page(before, filter)?;
            times.push(started.elapsed());
            before = page.next.or(Some(newest));
        }
        row(name, &figure(&mut times, millis), TARGET);
        Ok(())
    }
}

/// Puts the records as far apart as in a shop, and counts them for their hours.
fn spread(data: &Path, first_ms: i64) -> Result<()> {
    let database = Connection::open(data.join("journal.db"))?;
    database.execute("UPDATE record SET at_ms = ?1 + id * ?2", [first_ms, APART_MS])?;
    database.execute_batch(
        "DELETE FROM hourly;
         INSERT INTO hourly SELECT at_ms / 3600000, kind, outcome, COUNT(*) FROM record GROUP BY 1, 2, 3;",
    )?;
    Ok(())
}

fn figure(times: &mut [Duration], unit: fn(Duration) -> String) -> String {
    format!("p50 {}, p99 {}", unit(percentile(times, 50)), unit(percentile(times, 99)))
}

/// A mixture as of a counter.
fn note(number: i64) -> Note {
    let (kind, outcome) = match number % 10 {
        0 => (Kind::Signup, Outcome::Registered),
        1 => (Kind::Delivery, Outcome::Registered),
        2 => (Kind::LookupByPhone, Outcome::NotFound),
        3 | 4 => (Kind::LookupByPass, Outcome::Found),
        _ => (Kind::LookupByPhone, Outcome::Found),
    };
    let phone = PhoneMask::of_tail(u8::try_from(number % 100).unwrap_or_default());
    Note { kind, outcome, phone, attempts: 1, took: Duration::from_millis(number.unsigned_abs() % 8_000) }
}
