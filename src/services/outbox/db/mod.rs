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
pub(super) mod columns;
pub(super) mod consents;
pub(super) mod copy;
pub(super) mod entries;
pub(super) mod history;
pub(super) mod one_entry;
pub(super) mod queue;
mod reserve;
pub(super) mod retention;
pub(super) mod schema;
pub(super) mod seal;
mod startup;
pub(super) mod store;
use super::entry::{Enqueued, Taken};
use super::error::StoreError;
use super::recovery::Quarantine;
use super::status::{Disk, Status};
use crate::domain::connection::Connection;
use crate::domain::{Enrolment, Phone};
use crate::services::clock::Clock;
use crate::services::process;
use crate::services::secrets::HistoryFile;
use consents::Forgotten;
use reserve::Reserve;
use retention::{SweepInput, SweepResult};
use seal::Keyring;
use store::Store;

/// One thing for the database thread to do.
pub(super) type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// The one who opens and closes the database of a station.
pub(super) struct Database {
    data: PathBuf,
    keys: Arc<Keyring>,
    /// Beside the key.
    history: HistoryFile,
    /// None while it cannot be opened.
    store: Option<Store>,
    reserve: Reserve,
    /// Errors since the disk last took something.
    failures: u32,
    /// When to look after things although nobody asks.
    alarm: Option<Instant>,
    /// When the copy is brought up to date at the latest, if anything has changed.
    copy_due: Option<Instant>,
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
/// After this long without work the log is emptied, and the copy is brought up to date.
const IDLE: Duration = Duration::from_secs(5);
/// However busy the station is, the copy is no older.
const COPY_EVERY: Duration = Duration::from_mins(5);

impl Database {
    /// Opens the database for the first time.
    ///
    /// # Errors
    /// Why nothing can be stored here; nothing is left open then.
    pub(super) fn open(data: &Path, keys: Keyring, history: HistoryFile) -> Result<Self, StoreError> {
        let mut database = Self {
            data: data.to_owned(),
            keys: Arc::new(keys),
            history,
            store: None,
            reserve: Reserve::in_dir(data),
            failures: 0,
            alarm: None,
            copy_due: None,
            pace: FIRST_TRY,
            status: watch::Sender::new(Status::default()),
            openings: watch::Sender::new(0),
        };
        database.store = Some(match database.open_store() {
            Err(error) if error.is_full() && database.reserve.release() => database.open_store()?,
            opened => opened?,
        });
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
        taken: impl Into<Taken>,
    ) -> Result<Enqueued, StoreError> {
        let taken = taken.into();
        self.store_or_find(&mut |store| entries::enqueue(store, enrolment, link, taken), (enrolment, link))
    }

    fn store_or_find(
        &mut self,
        job: &mut impl FnMut(&mut Store) -> Result<Enqueued, StoreError>,
        (enrolment, link): (&Enrolment, &Connection),
    ) -> Result<Enqueued, StoreError> {
        let stored = match self.disk() {
            Disk::Broken => Err(StoreError::OutOfService),
            Disk::Low => Err(StoreError::LowDisk),
            Disk::Good => self.attempt(job),
        };
        let stored = match stored {
            Err(error) if error.is_trouble() || matches!(error, StoreError::LowDisk) => {
                match self.attempt(&mut |store| entries::find(store, enrolment, link)) {
                    Ok(Some(id)) => Ok(Enqueued::Same(id)),
                    Ok(None) | Err(_) => Err(error),
                }
            }
            stored => stored,
        };
        self.refresh_status(stored)
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
            Err(error) if error.is_trouble() && !matches!(error, StoreError::Panicked) => self.attempt(&mut job),
            done => done,
        };
        self.refresh_status(done)
    }

    /// Whoever is told of trouble, or that it is over, finds the same in the status.
    fn refresh_status<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
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
        let is_ahead = self.store.as_ref().is_some_and(Store::is_ahead_of_copy);
        self.copy_due = is_ahead.then(|| self.copy_due.unwrap_or(now() + COPY_EVERY));
        let wait = match disk {
            _ if self.failures > 0 => Some(self.pace),
            Disk::Low => Some(LOW_DISK),
            _ => is_ahead.then_some(IDLE),
        };
        // A try that is due must not be put off for ever by those who ask meanwhile.
        if disk == Disk::Good && self.failures == 0 || self.alarm.is_none() {
            self.alarm = wait.map(|wait| now() + wait);
        }
    }

    /// What is to be done while nobody asks: come back into service, or empty the log and bring the copy up to date.
    fn look_after(&mut self) {
        self.alarm = None;
        if self.failures > 0 {
            match self.prove() {
                Ok(()) => self.note_success(),
                Err(error) => {
                    self.trouble(&error);
                    self.pace = (self.pace * 2).min(SLOWEST_TRY);
                }
            }
        } else if let Some(store) = &mut self.store
            && let Err(error) = store.empty_log()
        {
            self.trouble(&error);
        } else {
            self.update_copy();
        }
        self.look_around();
    }

    /// Brings the copy up to date, if anything has changed. Without a copy everything else goes on.
    pub(super) fn update_copy(&mut self) {
        let is_good = self.disk() == Disk::Good;
        let Some(store) = self.store.as_mut().filter(|store| is_good && store.is_ahead_of_copy()) else {
            return;
        };
        self.copy_due = None;
        let updated = history::advance(store)
            .and_then(|generation| copy::update(store, Clock::System.unix_ms()).map(|()| generation));
        match updated {
            Err(error) if error.is_damage() => self.trouble(&error),
            Err(error) => {
                tracing::warn!(%error, "the copy of the outbox is not up to date");
                // Tried again after the next change, not every few seconds.
                self.store.iter_mut().for_each(|store| store.copied_at = Some(store.changes()));
            }
            Ok(generation) => history::note(&self.history, generation),
        }
    }

    /// Goes on with the station clock, and ends what has waited too long by it.
    pub(super) fn sweep(&mut self, input: SweepInput) -> Result<SweepResult, StoreError> {
        let mut result = self.carry_out(|store| retention::sweep(store, input))?;
        let quarantine = Quarantine::of(&self.data);
        result.keeps_more |= quarantine.expire(result.now_ms, input.keep.longest()).map_err(StoreError::Storage)?;
        Ok(result)
    }

    /// Destroys what there is about one customer, and with it what was damaged once: it may hold more.
    pub(super) fn forget(&mut self, phone: &Phone) -> Result<Forgotten, StoreError> {
        let tag = self.keys.current.consents.tag(phone)?;
        // A clock that was wrong once must not make older what is forgotten now.
        let newest_ms = self.carry_out(|store| consents::newest_of(store, phone))?;
        let noted = self.history.note_erased(tag, newest_ms.max(Clock::System.unix_ms()));
        noted.map_err(|error| StoreError::Storage(std::io::Error::other(error)))?;
        let forgotten = self.carry_out(|store| consents::forget(store, phone))?;
        Quarantine::of(&self.data).clear().map(|()| forgotten).map_err(StoreError::Storage)
    }

    /// What nobody has to wait for, once the answer was given.
    fn after_work(&mut self) {
        if let Some(store) = &mut self.store
            && let Err(error) = store.relieve_log()
        {
            self.trouble(&error);
        } else if self.copy_due.is_some_and(|due| due <= now()) {
            self.update_copy();
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
            Err(error) if error.is_trouble() => self.trouble(error),
            _ if doubt.is_some() => doubt.iter().for_each(|error| self.trouble(error)),
            _ if !is_whole => self.close(),
            Ok(_) if has_changed => self.note_success(),
            _ => {}
        }
        done
    }

    fn opened(&mut self) -> Result<&mut Store, StoreError> {
        if self.store.is_none() {
            if self.failures >= OUT_OF_SERVICE_AFTER {
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

    fn open_store(&self) -> Result<Store, StoreError> {
        let store = startup::open(&self.data, &self.keys, &self.history)?;
        self.tell_returned(&store);
        Ok(store)
    }

    /// A person has taken note of what came back.
    pub(super) fn acknowledge_return(&mut self) -> Result<(), StoreError> {
        Quarantine::of(&self.data).acknowledge().map_err(StoreError::Storage)?;
        self.carry_out(|store| history::acknowledge(store))?;
        self.status.send_if_modified(|status| status.returned.take().is_some());
        Ok(())
    }

    fn tell_returned(&self, store: &Store) {
        let damage = Quarantine::of(&self.data).unseen().map_err(StoreError::Storage);
        let returned =
            damage.and_then(|damage| damage.map_or_else(|| history::unseen(store), |damage| Ok(Some(damage))));
        let returned = returned.unwrap_or_else(|error| {
            tracing::error!(%error, "it cannot be read what came back");
            None
        });
        self.status.send_if_modified(|status| std::mem::replace(&mut status.returned, returned) != returned);
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
        if error.is_full() && self.reserve.release() {
            tracing::error!("the disk is full: the room kept for this is given up");
        }
    }

    fn note_success(&mut self) {
        self.failures = 0;
        self.pace = FIRST_TRY;
    }

    fn disk(&self) -> Disk {
        if self.failures >= OUT_OF_SERVICE_AFTER {
            Disk::Broken
        } else if self.reserve.is_low() {
            Disk::Low
        } else {
            Disk::Good
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock that the tries go by")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
