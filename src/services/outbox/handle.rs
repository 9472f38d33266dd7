//! The outbox of one station, as everything else holds it.

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::db::consents::{self, AllEvidence, Evidence, Forgotten};
use super::db::one_entry::Change;
use super::db::retention::{self, ExpiredEntry, SweepInput, SweepResult};
use super::db::seal::Keyring;
use super::db::store::Store;
use super::db::{Database, Job, backoffs, one_entry, queue};
use super::entry::{Counts, Enqueued, Entry, Taken};
use super::error::StoreError;
use super::status::Status;
use crate::domain::connection::{Connection, Origin};
use crate::domain::delivery::{Backoff, Pending};
use crate::domain::queue::DeleteReason;
use crate::domain::{Enrolment, Phone, Signup};
use crate::services::process::STACK_BYTES;
use crate::services::secrets::{HistoryFile, RootKey};

/// The outbox of one station: a thread that owns the database, and this handle to it.
#[derive(Clone)]
pub struct Outbox {
    jobs: SyncSender<Job>,
    /// What the screens show; the thread tells how the disk is, the deliverer the rest.
    pub(super) status: watch::Sender<Status>,
    /// How often the database was opened anew: rows may be others then.
    pub(super) openings: watch::Sender<u64>,
}

/// More than a station can ever ask for at once.
const JOBS: usize = 64;

impl Outbox {
    /// Opens the outbox in a station's data directory; a damaged one is moved aside, and a new one takes over what can
    /// be read. `found_again` are keys that were lost once, `history` is beside them. Blocks on the disk.
    ///
    /// # Errors
    /// Why nothing can be stored here.
    pub(in crate::services) fn open(
        data: &Path,
        root: &RootKey,
        found_again: &[RootKey],
        history: HistoryFile,
    ) -> Result<Self, StoreError> {
        let database = Database::open(data, Keyring::new(root, found_again), history)?;
        let (jobs, inbox) = sync_channel::<Job>(JOBS);
        let (status, openings) = database.tells();
        let run = move || database.run(&inbox);
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .name("outbox".to_owned())
            .spawn(run)
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self { jobs, status, openings })
    }

    /// Whether a station's data directory has an outbox.
    pub(in crate::services) fn is_in(data: &Path) -> bool {
        // One that is moved aside and not restored yet has nothing but its quarantine.
        ["outbox.db", "outbox.copy.db", "quarantine"].iter().any(|name| data.join(name).exists())
    }

    /// Brings the copy up to date before the process ends: one that serves a single signup sees no quiet moment.
    pub(in crate::services) async fn update_copy(&self) -> Result<(), StoreError> {
        let update = |database: &mut Database| {
            database.update_copy();
            Ok(())
        };
        self.work(update).await
    }

    /// What keeps the whole queue from being sent, and for how long from now on; `now_ms` is what the clock on the wall says.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn backoffs(&self, now_ms: i64) -> Result<Vec<Backoff>, StoreError> {
        self.ask(move |store| backoffs::saved(store, Duration::ZERO, now_ms)).await
    }

    /// Stores a signup durably, with the evidence of what was agreed to.
    ///
    /// # Errors
    /// Nobody may be told that it is saved.
    pub async fn enqueue(
        &self,
        enrolment: Enrolment,
        link: Connection,
        taken: impl Into<Taken>,
    ) -> Result<Enqueued, StoreError> {
        let taken = taken.into();
        self.work(move |database| database.enqueue(&enrolment, &link, taken)).await
    }

    /// The evidence about one customer, oldest first.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn evidence_of(&self, phone: Phone) -> Result<Vec<Evidence>, StoreError> {
        self.ask(move |store| consents::evidence_of(store, &phone)).await
    }

    /// All the evidence there is.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn all_evidence(&self) -> Result<AllEvidence, StoreError> {
        self.ask(|store| consents::all_evidence(store)).await
    }

    /// Destroys the evidence about one customer, and every signup of the phone that SWiP has not taken.
    ///
    /// # Errors
    /// Whatever the database refused; nothing is destroyed then, or what was damaged once and holds the phone is still there.
    pub async fn forget(&self, phone: Phone) -> Result<Forgotten, StoreError> {
        self.work(move |database| database.forget(&phone)).await
    }

    /// Lets entries of another origin or merchant rest, and wakes those of this one.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn belong_to(&self, origin: Origin, merchant_id: String) -> Result<(), StoreError> {
        self.ask(move |store| queue::belong_to(store, &origin, &merchant_id)).await
    }

    /// Sends entries a manager has looked at, or that are held, once more: one, or all of them.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn retry(&self, id: Option<i64>) -> Result<usize, StoreError> {
        self.ask(move |store| queue::retry(store, id)).await
    }

    /// What is sealed in an entry; nothing if it is not there any more.
    ///
    /// # Errors
    /// Whatever the database refused, or that the record cannot be opened.
    pub async fn reveal(&self, id: i64) -> Result<Option<Signup>, StoreError> {
        self.ask(move |store| one_entry::reveal(store, id)).await
    }

    /// Puts a signup with other details in the place of an entry.
    pub(super) async fn correct(&self, id: i64, signup: Signup) -> Result<Change, StoreError> {
        self.ask(move |store| one_entry::correct(store, id, &signup)).await
    }

    /// Deletes an entry.
    pub(super) async fn delete(&self, id: i64, reason: DeleteReason, wall_ms: i64) -> Result<Change, StoreError> {
        self.ask(move |store| one_entry::delete(store, id, reason, wall_ms)).await
    }

    /// Every entry, oldest first.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn list(&self) -> Result<Vec<Entry>, StoreError> {
        self.ask(|store| queue::list(store)).await
    }

    /// Every live entry and where it stands, oldest first.
    pub(super) async fn live(&self) -> Result<Vec<Pending>, StoreError> {
        self.ask(|store| queue::live(store)).await
    }

    /// How many entries stand where.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.ask(|store| queue::counts(store)).await
    }

    /// Takes note that a person knows of the damaged database that was put aside.
    ///
    /// # Errors
    /// The sign then stays.
    pub async fn acknowledge_return(&self) -> Result<(), StoreError> {
        self.work(Database::acknowledge_return).await
    }

    /// Looks how much room the disk has; [`Status`] then says so. Nobody waits for it.
    pub fn look_at_disk(&self) {
        // If the thread has too much to do, it looks by itself after each piece of work.
        let _ = self.jobs.try_send(Box::new(Database::look_around));
    }

    /// What remains of entries that waited too long, oldest first; of the last 10,000.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn expired_entries(&self) -> Result<Vec<ExpiredEntry>, StoreError> {
        self.ask(|store| retention::expired_entries(store)).await
    }

    /// Goes on with the station clock, and ends what has waited too long by it.
    pub(super) async fn sweep(&self, input: SweepInput) -> Result<SweepResult, StoreError> {
        self.work(move |database| database.sweep(input)).await
    }

    /// Has the thread do something that may be done twice.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.work(move |database| database.carry_out(job)).await
    }

    pub(super) async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |database| {
            // Whoever asked may be gone; the work is done all the same.
            let _ = reply.send(job(database));
        });
        self.jobs.try_send(job).map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}
