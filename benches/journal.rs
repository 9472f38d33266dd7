//! The journal at its fullest: how long a page takes at either end and in the middle, and what a record costs.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "support/figures.rs"]
mod figures;

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use figures::{heading, micros, millis, percentile, row};
use swip_kiosk::domain::PhoneMask;
use swip_kiosk::domain::journal::{Filter, JournalPage, Kind, MOST_RECORDS, Outcome};
use swip_kiosk::services::journal::{Journal, JournalError, Note, PageRequest};
use swip_kiosk::services::{StationDirs, StationLock};
use tokio::runtime::Runtime;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Fewer than the mailbox holds, so that nothing is dropped.
const BATCH: i64 = 1_000;
/// A screen full of them, and more.
const PAGE: u32 = 100;
const PAGES: i64 = 300;
const TARGET: &str = "under 20 ms";

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let lock = StationLock::acquire(&StationDirs::resolve(Some(data.clone()), Some(folder.path().join("keys")))?)?;
    let bench = Bench { journal: Journal::of(Some(&data)), tokio: Runtime::new()? };
    bench.journal.own(&lock);

    heading(&format!("journal: {MOST_RECORDS} records"));
    let started = Instant::now();
    for start in (0..MOST_RECORDS).step_by(usize::try_from(BATCH)?) {
        bench.append(start..start + BATCH)?;
    }
    row("filling it", &format!("{:.1} s", started.elapsed().as_secs_f64()), "");
    let size = |name: &str| fs::metadata(data.join(name)).map_or(0, |file| file.len() / 1_024);
    row("journal.db", &format!("{} KiB", size("journal.db")), "");
    row("journal.db-wal", &format!("{} KiB", size("journal.db-wal")), "at most 4096 KiB");

    for (name, newest) in [("newest", MOST_RECORDS), ("middle", MOST_RECORDS / 2), ("oldest", PAGES * i64::from(PAGE))]
    {
        bench.pages(&format!("{name} pages"), newest, Filter::default())?;
    }
    let rare = Filter { outcome: Some(Outcome::Internal), ..Filter::default() };
    bench.pages("pages of a filter without match", MOST_RECORDS, rare)?;

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
    /// Appends records and waits until they are there.
    fn append(&self, numbers: std::ops::Range<i64>) -> Result<()> {
        for number in numbers {
            self.journal.note(note(number));
        }
        self.page(None, Filter::default())?;
        Ok(())
    }

    fn page(&self, before: Option<i64>, filter: Filter) -> std::result::Result<JournalPage, JournalError> {
        self.tokio.block_on(self.journal.page(PageRequest { filter, before, limit: PAGE }))
    }

    fn pages(&self, name: &str, newest: i64, filter: Filter) -> Result<()> {
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
