//! The operations journal: what the station did, in a database of its own, written by whoever owns the station.
//!
//! It promises nothing to customers. A record that cannot be written is dropped and counted; no operation fails by it or
//! waits for it.

mod schema;
mod store;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::clock::Clock;
use super::process::STACK_BYTES;
use super::station_lock::StationLock;
use crate::domain::journal::{Filter, HourTotal, JournalDays, JournalPage, Kind, Outcome, Record, RecordPlace};
use crate::domain::{CustomerQuery, PhoneMask};
use store::JournalStore;
pub use store::JournalSums;

/// Why the journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// SQLite, or the disk under it, refused.
    #[error("the journal failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file cannot be created or moved.
    #[error("the journal cannot be created or moved")]
    Storage(#[source] std::io::Error),
    /// The file is damaged.
    #[error("the journal is damaged")]
    Damaged,
    /// The file was written by a newer program, and is left alone.
    #[error("the journal belongs to a newer version of the program")]
    Newer,
    /// Another process owns the station, or nothing is stored here.
    #[error("the journal is not ours to read")]
    NotOurs,
    /// Too much is asked at once, or the thread is gone.
    #[error("the journal is busy")]
    Busy,
}

/// Which page of the journal is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Which records.
    pub filter: Filter,
    /// Only those before this one: [`JournalPage::next`] of the page before; none for the newest.
    pub before: Option<RecordPlace>,
    /// How many records at most, 1 to 1,000.
    pub limit: u32,
}

/// What is noted down besides the time.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// What was done.
    pub kind: Kind,
    /// How it ended.
    pub outcome: Outcome,
    /// Whom it was about, if it was about a phone.
    pub phone: Option<PhoneMask>,
    /// Of a delivery, which attempt it was; of anything else 1.
    pub attempts: u32,
    /// How long it took.
    pub took: Duration,
}

/// The journal of one station: a handle to the thread that owns the database, which starts when it is first needed.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    /// None on a trial, which stores nothing.
    path: Option<PathBuf>,
    /// Set once the process owns the station; holds the thread from its first record on.
    owned: OnceLock<Mutex<Option<Writer>>>,
    dropped: Arc<Dropped>,
    /// For how many days records are kept.
    keep_days: Arc<AtomicU16>,
}

/// The thread and the way to it.
struct Writer {
    jobs: SyncSender<JournalJob>,
    /// Ends with the thread.
    alive: Receiver<()>,
}

enum JournalJob {
    Append(Record),
    Ask(Box<dyn FnOnce(&mut Book) + Send>),
}

/// Records that were not written.
#[derive(Default)]
struct Dropped(AtomicU64);

/// How much may wait for the disk; what comes on top is dropped.
const JOBS: usize = 1_024;
/// How many records share a transaction.
const BATCH: usize = 256;
const DAY: Duration = Duration::from_hours(24);
/// How long the end of the process may wait for the last records.
const FAREWELL: Duration = Duration::from_secs(1);

impl Journal {
    /// The journal in a data directory; nothing is opened.
    pub fn of(data: Option<&Path>) -> Self {
        let path = data.map(|data| data.join("journal.db"));
        let keep_days = Arc::new(AtomicU16::new(JournalDays::default().get()));
        Self { inner: Arc::new(Inner { path, owned: OnceLock::new(), dropped: Arc::default(), keep_days }) }
    }

    /// For how long records and totals are kept, from the next record on.
    pub fn keep_for(&self, days: JournalDays) {
        self.inner.keep_days.store(days.get(), Ordering::Relaxed);
    }

    /// Lets this process write. The lock is the proof that no other does.
    pub fn own(&self, _lock: &StationLock) {
        self.inner.owned.get_or_init(Mutex::default);
    }

    /// Notes something down, without waiting; nothing is kept where the station is not ours.
    pub fn note(&self, note: Note) {
        let Note { kind, outcome, phone, attempts, took } = note;
        let latency_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        let record = Record { at_ms: Clock::System.unix_ms(), kind, outcome, phone, attempts, latency_ms };
        if let Err(JournalError::Busy) = self.send(JournalJob::Append(record)) {
            self.inner.dropped.add(1, &"too much waits for the disk");
        }
    }

    /// A page, newest first.
    ///
    /// # Errors
    /// [`JournalError::NotOurs`] for a process that does not own the station, else what the disk refused.
    pub async fn page(&self, request: PageRequest) -> Result<JournalPage, JournalError> {
        self.ask(move |store| store.page(request)).await
    }

    /// The totals of some hours, oldest first; hours are whole hours since 1970, UTC.
    ///
    /// # Errors
    /// As of [`Self::page`].
    pub async fn totals(&self, hours: Range<i64>) -> Result<Vec<HourTotal>, JournalError> {
        self.ask(move |store| store.totals(&hours)).await
    }

    /// The figures of the time between the first of these edges and the last, and how many signups were taken from each to the
    /// next; Unix milliseconds, each later than the one before.
    ///
    /// # Errors
    /// As of [`Self::page`].
    pub async fn sums(&self, edges: Vec<i64>) -> Result<JournalSums, JournalError> {
        self.ask(move |store| store.sums(&edges)).await
    }

    /// How many records were not written since the program started.
    pub fn dropped(&self) -> u64 {
        self.inner.dropped.0.load(Ordering::Relaxed)
    }

    async fn ask<T: Send + 'static>(
        &self,
        job: impl Fn(&mut JournalStore) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (reply, answer) = oneshot::channel();
        // Whoever asked may be gone.
        self.send(JournalJob::Ask(Box::new(move |book| drop(reply.send(book.with(&job))))))?;
        answer.await.map_err(|_| JournalError::Busy)?
    }

    fn send(&self, job: JournalJob) -> Result<(), JournalError> {
        let (Some(path), Some(writer)) = (&self.inner.path, self.inner.owned.get()) else {
            return Err(JournalError::NotOurs);
        };
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            let keep_days = Arc::clone(&self.inner.keep_days);
            *writer = Some(Writer::start(path, &self.inner.dropped, keep_days)?);
        }
        let jobs = writer.as_ref().map(|writer| &writer.jobs).ok_or(JournalError::Busy)?;
        jobs.try_send(job).map_err(|_| JournalError::Busy)
    }
}

/// The last records are given a moment to reach the disk.
impl Drop for Inner {
    fn drop(&mut self) {
        let writer = self.owned.take().and_then(|writer| writer.into_inner().unwrap_or_else(PoisonError::into_inner));
        if let Some(Writer { jobs, alive }) = writer {
            drop(jobs);
            let _ = alive.recv_timeout(FAREWELL);
        }
    }
}

impl Writer {
    fn start(path: &Path, dropped: &Arc<Dropped>, keep_days: Arc<AtomicU16>) -> Result<Self, JournalError> {
        let (jobs, inbox) = sync_channel(JOBS);
        let (living, alive) = sync_channel::<()>(0);
        let (mut book, dropped) = (Book { path: path.to_owned(), store: None }, Arc::clone(dropped));
        let run = move || {
            write(&mut book, &inbox, (&dropped, &keep_days));
            drop(book);
            drop(living);
        };
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .name("journal".to_owned())
            .spawn(run)
            .map_err(JournalError::Storage)?;
        Ok(Self { jobs, alive })
    }
}

/// Writes whatever has come in, as much as there is at once, until nobody can send any more.
fn write(book: &mut Book, inbox: &Receiver<JournalJob>, (dropped, keep_days): (&Dropped, &AtomicU16)) {
    while let Ok(job) = inbox.recv() {
        let (mut records, mut ask) = (Vec::new(), None);
        let mut next = Some(job);
        while let Some(job) = next {
            match job {
                JournalJob::Append(record) => records.push(record),
                JournalJob::Ask(job) => ask = Some(job),
            }
            next = if ask.is_none() && records.len() < BATCH { inbox.try_recv().ok() } else { None };
        }
        let keep = DAY * u32::from(keep_days.load(Ordering::Relaxed));
        if !records.is_empty()
            && let Err(error) = book.with(|store| store.append(&records, keep))
        {
            dropped.add(records.len() as u64, &error);
        }
        if let Some(ask) = ask {
            ask(book);
        }
    }
}

impl Dropped {
    /// Counts records that are gone. Every doubling of the count is logged: a broken disk must not fill what is left of it.
    fn add(&self, count: u64, why: &dyn std::fmt::Display) {
        let before = self.0.fetch_add(count, Ordering::Relaxed);
        let now = before + count;
        if before == 0 || before.ilog2() != now.ilog2() {
            tracing::warn!(dropped = now, %why, "records of the journal were not written");
        }
    }
}

/// The database, open or to be opened.
struct Book {
    path: PathBuf,
    store: Option<JournalStore>,
}

impl Book {
    /// Works on the journal; a damaged one is set aside, and the work done on a new one.
    fn with<T>(&mut self, job: impl Fn(&mut JournalStore) -> Result<T, JournalError>) -> Result<T, JournalError> {
        match self.try_with(&job) {
            Err(error) if schema::is_damage(&error) => {
                tracing::error!(%error, "the journal cannot be used");
                schema::set_aside(&self.path).map_err(JournalError::Storage)?;
                self.try_with(&job)
            }
            result => result,
        }
    }

    fn try_with<T>(&mut self, job: impl Fn(&mut JournalStore) -> Result<T, JournalError>) -> Result<T, JournalError> {
        let mut store = match self.store.take() {
            Some(store) => store,
            None => JournalStore::open(&self.path)?,
        };
        let result = job(&mut store);
        // What a failure leaves behind is not trusted: the next job opens the file anew.
        if result.is_ok() {
            self.store = Some(store);
        }
        result
    }
}

/// What a lookup is noted down as.
pub(super) fn lookup_of(query: &CustomerQuery) -> (Kind, Option<PhoneMask>) {
    match query {
        CustomerQuery::Phone(phone) => (Kind::LookupByPhone, Some(phone.mask())),
        CustomerQuery::Pass(_) => (Kind::LookupByPass, None),
    }
}
