//! Keeps the database open. After an error of the disk, or a panic, it is closed, opened anew and read again; while
//! that does not help, signup is out of service.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

pub(super) mod attempts;
pub(super) mod backoffs;
pub(super) mod consents;
pub(super) mod entries;
pub(super) mod queue;
mod reserve;
pub(super) mod retention;
mod schema;
pub(super) mod seal;
mod startup;
pub(super) mod store;
use super::entry::Enqueued;
use super::error::StoreError;
use super::recovery::{self, Quarantine};
use super::status::{Disk, Status};
use crate::domain::station::Connection;
use crate::domain::{Enrolment, Signup};
use crate::services::process;
use reserve::Reserve;
use seal::Keyring;
use store::Store;

/// One thing for the database thread to do.
pub(super) type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// The one who opens and closes the database of a station.
pub(super) struct Database {
    data: PathBuf,
    keys: Arc<Keyring>,
    /// None while it cannot be opened.
    store: Option<Store>,
    reserve: Reserve,
    /// Errors since the disk last took something.
    failures: u32,
    /// When to look after things although nobody asks.
    alarm: Option<Instant>,
    /// The wait before the next try to come back into service.
    pace: Duration,
    status: watch::Sender<Status>,
    /// Counts how often the database was opened anew: rows may be others then.
    openings: watch::Sender<u64>,
}

/// Errors in a row after which nobody is signed up until the disk has proved itself.
const OUT_OF_SERVICE_AFTER: u32 = 3;
const FIRST_TRY: Duration = Duration::from_secs(5);
const SLOWEST_TRY: Duration = Duration::from_mins(1);
/// Room on a disk comes back when somebody makes some.
const LOW_DISK: Duration = Duration::from_mins(1);
/// After this long without work the log is emptied.
const IDLE: Duration = Duration::from_secs(5);

impl Database {
    /// Opens the database for the first time.
    ///
    /// # Errors
    /// Why nothing can be stored here; nothing is left open then.
    pub(super) fn open(data: &Path, keys: Keyring) -> Result<Self, StoreError> {
        let mut database = Self {
            data: data.to_owned(),
            keys: Arc::new(keys),
            store: None,
            reserve: Reserve::in_dir(data),
            failures: 0,
            alarm: None,
            pace: FIRST_TRY,
            status: watch::Sender::new(Status::default()),
            openings: watch::Sender::new(0),
        };
        let opened = match database.open_store() {
            Err(error) if is_full(&error) && database.reserve.release() => database.open_store(),
            opened => opened,
        };
        database.store = Some(opened?);
        database.look_around();
        Ok(database)
    }

    /// Where it tells how the disk is, and how often the database was opened anew.
    pub(super) fn tells(&self) -> (watch::Sender<Status>, watch::Sender<u64>) {
        (self.status.clone(), self.openings.clone())
    }

    /// Works until nobody is left who could ask.
    pub(super) fn run(mut self, inbox: &Receiver<Job>) {
        loop {
            let job = match self.alarm {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(alarm) => inbox.recv_timeout(alarm.saturating_duration_since(now())),
            };
            let is_over = matches!(job, Err(RecvTimeoutError::Disconnected));
            // What panics in here, and not in a job, must not end the thread either.
            let worked = catch_unwind(AssertUnwindSafe(|| match job {
                Ok(job) => {
                    job(&mut self);
                    self.after_work();
                }
                Err(RecvTimeoutError::Timeout) => self.look_after(),
                Err(RecvTimeoutError::Disconnected) => {}
            }));
            if worked.is_err() {
                self.trouble(&StoreError::Panicked);
                self.alarm = self.alarm.or(Some(now() + self.pace));
            }
            if is_over {
                return;
            }
            process::wipe_stack();
        }
    }

    /// Stores a signup. One that the disk refused is not tried again by itself, but looked for: it may be there.
    ///
    /// # Errors
    /// Nobody may be told that it is saved.
    pub(super) fn enqueue(
        &mut self,
        enrolment: &Enrolment,
        link: &Connection,
        now_ms: i64,
    ) -> Result<Enqueued, StoreError> {
        self.store_or_find(&mut |store| entries::enqueue(store, enrolment, link, now_ms), (&enrolment.signup, link))
    }

    fn store_or_find(
        &mut self,
        job: &mut impl FnMut(&mut Store) -> Result<Enqueued, StoreError>,
        (signup, link): (&Signup, &Connection),
    ) -> Result<Enqueued, StoreError> {
        let stored = match self.disk() {
            Disk::Broken => Err(StoreError::OutOfService),
            Disk::Low => Err(StoreError::LowDisk),
            Disk::Good => self.attempt(job),
        };
        let stored = match stored {
            Err(error) if is_trouble(&error) || matches!(error, StoreError::LowDisk) => {
                match self.attempt(&mut |store| entries::find(store, signup, link)) {
                    Ok(Some(id)) => Ok(Enqueued::Same(id)),
                    Ok(None) | Err(_) => Err(error),
                }
            }
            stored => stored,
        };
        self.look_first(stored)
    }

    /// Carries out what may be done twice: what the disk refuses is tried again on a database opened anew.
    ///
    /// # Errors
    /// Whatever the database refused, twice.
    pub(super) fn carry_out<T>(
        &mut self,
        mut job: impl FnMut(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = match self.attempt(&mut job) {
            Err(error) if is_trouble(&error) && !matches!(error, StoreError::Panicked) => self.attempt(&mut job),
            done => done,
        };
        self.look_first(done)
    }

    /// Whoever is told of trouble, or that it is over, finds the same in the status.
    fn look_first<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.is_err() || self.status.borrow().disk != Disk::Good {
            self.look_around();
        }
        done
    }

    /// Looks how much room there is, and tells whoever shows it.
    pub(super) fn look_around(&mut self) {
        let disk = self.disk();
        if disk == Disk::Good {
            self.reserve.keep();
        }
        self.status.send_if_modified(|status| std::mem::replace(&mut status.disk, disk) != disk);
        let wait = match disk {
            _ if self.failures > 0 => Some(self.pace),
            Disk::Low => Some(LOW_DISK),
            _ => self.store.as_ref().is_some_and(Store::has_written).then_some(IDLE),
        };
        // A try that is due must not be put off for ever by those who ask meanwhile.
        if disk == Disk::Good && self.failures == 0 || self.alarm.is_none() {
            self.alarm = wait.map(|wait| now() + wait);
        }
    }

    /// What is to be done while nobody asks: come back into service, or empty the log.
    fn look_after(&mut self) {
        self.alarm = None;
        if self.failures > 0 {
            match self.prove() {
                Ok(()) => self.is_well(),
                Err(error) => {
                    self.trouble(&error);
                    self.pace = (self.pace * 2).min(SLOWEST_TRY);
                }
            }
        } else if let Some(store) = &mut self.store
            && let Err(error) = store.empty_log()
        {
            self.trouble(&error);
        }
        self.look_around();
    }

    /// What nobody has to wait for, once the answer was given.
    fn after_work(&mut self) {
        if let Some(store) = &mut self.store
            && let Err(error) = store.relieve_log()
        {
            self.trouble(&error);
        }
        self.look_around();
    }

    /// Does the job if the database is open or can be opened. It is closed if anything is wrong with it.
    fn attempt<T>(&mut self, job: &mut impl FnMut(&mut Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let store = match self.opened() {
            Ok(store) => store,
            Err(StoreError::OutOfService) => return Err(StoreError::OutOfService),
            Err(error) => {
                self.trouble(&error);
                return Err(error);
            }
        };
        let before = store.changes();
        let done = catch_unwind(AssertUnwindSafe(|| job(store))).unwrap_or(Err(StoreError::Panicked));
        // What was left half done is no success, and nothing may be added to it.
        let done = if store.is_between_transactions() { done } else { done.and(Err(StoreError::ReadBack)) };
        let (has_changed, is_whole) = (store.changes() != before, store.is_between_transactions());
        let doubt = store.doubt.take();
        match &done {
            Err(error) if is_trouble(error) => self.trouble(error),
            _ if doubt.is_some() => doubt.iter().for_each(|error| self.trouble(error)),
            _ if !is_whole => self.close(),
            Ok(_) if has_changed => self.is_well(),
            _ => {}
        }
        done
    }

    fn opened(&mut self) -> Result<&mut Store, StoreError> {
        if self.store.is_none() {
            if self.is_out_of_service() {
                return Err(StoreError::OutOfService);
            }
            let mut store = self.open_store()?;
            // The log may hold what the disk refused: only what is in the database now is believed.
            store.empty_log()?;
            self.store = Some(store);
            self.openings.send_modify(|openings| *openings += 1);
        }
        self.store.as_mut().ok_or(StoreError::OutOfService)
    }

    /// Opens the database anew and has it store something.
    fn prove(&mut self) -> Result<(), StoreError> {
        self.close();
        let mut store = self.open_store()?;
        store.empty_log()?;
        store.prove()?;
        self.store = Some(store);
        self.openings.send_modify(|openings| *openings += 1);
        Ok(())
    }

    /// Opens the database; a damaged one is moved aside, and a new one takes over what can be read.
    fn open_store(&self) -> Result<Store, StoreError> {
        let path = self.data.join("outbox.db");
        let quarantine = Quarantine::of(&self.data);
        let open = || {
            let mut store = Store::new(schema::open(&path)?, Arc::clone(&self.keys));
            startup::settle(&mut store)?;
            Ok(store)
        };
        let mut store = match open() {
            Err(error) if recovery::is_damage(&error) => {
                tracing::error!(%error, "the outbox cannot be read");
                quarantine.take(&path).map_err(StoreError::Storage)?;
                open()?
            }
            opened => opened?,
        };
        for damaged in quarantine.unsearched() {
            let found = damaged.entries().map_err(StoreError::Storage)?;
            let salvaged = startup::salvage(&mut store, &found)?;
            damaged.is_searched(salvaged).map_err(StoreError::Storage)?;
            tracing::error!(salvaged, "signups were salvaged from a damaged outbox");
        }
        self.tell_damage(&quarantine);
        Ok(store)
    }

    /// A person has taken note of what was damaged.
    pub(super) fn damage_is_seen(&mut self) -> Result<(), StoreError> {
        let quarantine = Quarantine::of(&self.data);
        let noted = quarantine.is_seen().map_err(StoreError::Storage);
        self.tell_damage(&quarantine);
        noted
    }

    fn tell_damage(&self, quarantine: &Quarantine) {
        let salvaged = quarantine.unseen();
        self.status.send_if_modified(|status| std::mem::replace(&mut status.salvaged, salvaged) != salvaged);
    }

    fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close_as_it_is();
        }
    }

    fn trouble(&mut self, error: &StoreError) {
        self.close();
        self.failures = self.failures.saturating_add(1);
        tracing::error!(%error, failures = self.failures, "the outbox is opened anew");
        if is_full(error) && self.reserve.release() {
            tracing::error!("the disk is full: the room kept for this is given up");
        }
    }

    fn is_well(&mut self) {
        self.failures = 0;
        self.pace = FIRST_TRY;
    }

    fn is_out_of_service(&self) -> bool {
        self.failures >= OUT_OF_SERVICE_AFTER
    }

    fn disk(&self) -> Disk {
        if self.is_out_of_service() {
            Disk::Broken
        } else if self.reserve.is_low() {
            Disk::Low
        } else {
            Disk::Good
        }
    }
}

/// Whether an error says that the database must be opened anew.
fn is_trouble(error: &StoreError) -> bool {
    match error {
        StoreError::Database(rusqlite::Error::SqliteFailure(failure, _)) => {
            failure.code != rusqlite::ErrorCode::ConstraintViolation
        }
        StoreError::Database(_)
        | StoreError::Storage(_)
        | StoreError::Unsafe(_)
        | StoreError::Damaged
        | StoreError::ReadBack
        | StoreError::Panicked => true,
        StoreError::Newer
        | StoreError::Shared
        | StoreError::Sealing
        | StoreError::Full
        | StoreError::LowDisk
        | StoreError::OutOfService
        | StoreError::Stopped => false,
    }
}

/// Whether an error says that there is no room.
fn is_full(error: &StoreError) -> bool {
    match error {
        StoreError::Database(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
        StoreError::Storage(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock that the tries go by")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
