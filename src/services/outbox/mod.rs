//! Signups that wait for SWiP: durable before anybody is told so, sealed, and sent until they are there.

mod ballast;
mod claim;
mod evidence;
mod keeper;
mod pages;
mod plan;
mod quarantine;
mod recover;
mod replan;
mod retention;
mod schema;
mod seal;
mod sent;
mod standing;
mod status;
mod store;
mod tallies;
mod timing;
mod upkeep;
mod visit;
mod worker;

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};

use crate::domain::delivery::{EntryState, Tally};
use crate::domain::station::{BaseUrl, Connection, Origin};
use crate::domain::{Enrolment, Phone, Signup};
use crate::services::disk;
use crate::services::secrets::RootKey;
use keeper::{Job, Keeper};
use seal::Keyring;
use store::Store;

pub use evidence::{AllEvidence, Evidence, ExportError, Facts, Forgotten};
pub use retention::{KeepFor, Tombstone};
pub use status::{Closed, Disk, Status};
pub use timing::Timing;
pub use worker::Deliverer;

/// Why a signup is not stored, or the outbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite, or the disk under it, refused.
    #[error("the outbox database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file cannot be created.
    #[error("the outbox database cannot be created")]
    Storage(#[source] std::io::Error),
    /// The environment cannot keep what it is told.
    #[error("the outbox is not safe: {0}")]
    Unsafe(&'static str),
    /// The file is damaged.
    #[error("the outbox database is damaged")]
    Damaged,
    /// The file was written by a newer program, and is left alone.
    #[error("the outbox belongs to a newer version of the program")]
    Newer,
    /// A record could not be sealed or opened.
    #[error("a record of the outbox cannot be sealed or opened")]
    Sealing,
    /// What was written is not what is there.
    #[error("a stored signup could not be read back")]
    ReadBack,
    /// Too many wait already.
    #[error("the outbox is full")]
    Full,
    /// The folder is on another machine, or copied to others, where a database is damaged sooner or later.
    #[error("the data directory is on a network share or in a folder that is synchronised")]
    Shared,
    /// The disk has too little room for another.
    #[error("the disk is nearly full")]
    LowDisk,
    /// The disk refused several times in a row; it is tried again from time to time.
    #[error("the outbox is out of service")]
    OutOfService,
    /// A bug of ours, caught.
    #[error("a job of the outbox panicked")]
    Panicked,
    /// The thread that owns the database is gone, or has too much to do.
    #[error("the outbox has stopped")]
    Stopped,
}

/// How a signup was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// In a row of its own.
    New(i64),
    /// The same signup waits already.
    Same(i64),
    /// In place of an earlier one of the same phone that was not sent yet.
    Replaced(i64),
    /// For the manager: an earlier one of the same phone is on its way with other details.
    Aside(i64),
}

impl Enqueued {
    /// The row.
    pub fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Same(id) | Self::Replaced(id) | Self::Aside(id) => id,
        }
    }
}

/// One entry, without what is sealed in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub id: i64,
    /// Where it stands.
    pub state: EntryState,
    /// When it was taken, Unix milliseconds.
    pub created_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Under which station it was taken.
    pub sender: Sender,
    /// All but the last two digits hidden; none if the record cannot be opened.
    pub phone_masked: Option<String>,
}

/// An entry that is about to be sent: the attempt is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The row.
    pub id: i64,
    /// When it was taken, Unix milliseconds.
    pub created_ms: i64,
    /// What is sent.
    pub signup: Signup,
    /// Under which ids.
    pub sender: Sender,
    /// How many attempts there were, lookups and this one too.
    pub attempts: u32,
    /// What is kept of those before.
    pub tally: Tally,
}

/// The station a signup was taken under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Where the API was.
    pub base_url: String,
    /// `X-Merchant-ID`
    pub merchant_id: String,
    /// `X-Store-ID`
    pub store_id: String,
    /// `X-Cash-ID`
    pub cash_id: String,
}

impl Sender {
    /// The origin it was, as text; the address itself if it is none.
    fn origin(&self) -> String {
        BaseUrl::parse(&self.base_url).map_or_else(|_| self.base_url.clone(), |url| url.origin().as_str().to_owned())
    }

    /// Whether what was taken under it may be sent to this origin for this merchant.
    pub fn is_of(&self, origin: &Origin, merchant_id: &str) -> bool {
        self.merchant_id == merchant_id && BaseUrl::parse(&self.base_url).is_ok_and(|url| url.origin() == *origin)
    }
}

/// How many entries stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Saved, in flight, pending or unknown.
    pub waiting: u32,
    /// Held.
    pub held: u32,
    /// Need a manager.
    pub attention: u32,
    /// When the oldest live one was taken, Unix milliseconds.
    pub oldest_ms: Option<i64>,
}

/// The outbox of one station: a thread that owns the database, and this handle to it.
#[derive(Clone)]
pub struct Outbox {
    jobs: SyncSender<Job>,
    /// What the screens show; the thread tells how the disk is, the deliverer the rest.
    status: watch::Sender<Status>,
    /// How often the database was opened anew: rows may be others then.
    openings: watch::Sender<u64>,
}

/// More than a station can ever ask for at once.
const JOBS: usize = 64;

impl Outbox {
    /// Opens the outbox in a station's data directory; a damaged one is moved aside, and a new one takes over what can
    /// be read. `found_again` are keys that were lost once. Blocks on the disk.
    ///
    /// # Errors
    /// Why nothing can be stored here.
    pub(super) fn open(data: &Path, root: &RootKey, found_again: &[RootKey]) -> Result<Self, StoreError> {
        if disk::is_shared(data) {
            return Err(StoreError::Shared);
        }
        let keeper = Keeper::open(data, Keyring::new(root, found_again))?;
        let (jobs, inbox) = sync_channel::<Job>(JOBS);
        let (status, openings) = keeper.tells();
        let run = move || keeper.run(&inbox);
        thread::Builder::new().name("outbox".to_owned()).spawn(run).map_err(|_| StoreError::Stopped)?;
        Ok(Self { jobs, status, openings })
    }

    /// Whether a station's data directory has an outbox.
    pub(super) fn is_in(data: &Path) -> bool {
        data.join("outbox.db").exists()
    }

    /// Stores a signup durably, with the evidence of what was agreed to.
    ///
    /// # Errors
    /// Nobody may be told that it is saved.
    pub async fn enqueue(&self, enrolment: Enrolment, link: Connection, now_ms: i64) -> Result<Enqueued, StoreError> {
        self.work(move |keeper| keeper.enqueue(&enrolment, &link, now_ms)).await
    }

    /// The evidence about one customer, oldest first.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn evidence_of(&self, phone: Phone) -> Result<Vec<Evidence>, StoreError> {
        self.ask(move |store| store.evidence_of(&phone)).await
    }

    /// All the evidence there is.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn all_evidence(&self) -> Result<AllEvidence, StoreError> {
        self.ask(|store| store.all_evidence()).await
    }

    /// Destroys the evidence about one customer, and every signup of the phone that SWiP has not taken.
    ///
    /// # Errors
    /// Whatever the database refused; nothing is destroyed then.
    pub async fn forget(&self, phone: Phone) -> Result<Forgotten, StoreError> {
        self.ask(move |store| store.forget(&phone)).await
    }

    /// Lets entries of another origin or merchant rest, and wakes those of this one.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn belong_to(&self, origin: Origin, merchant_id: String) -> Result<(), StoreError> {
        self.ask(move |store| store.belong_to(&origin, &merchant_id)).await
    }

    /// Sends entries a manager has looked at, or that are held, once more: one, or all of them.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn retry(&self, id: Option<i64>) -> Result<usize, StoreError> {
        self.ask(move |store| store.retry(id)).await
    }

    /// Every entry, oldest first.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn list(&self) -> Result<Vec<Entry>, StoreError> {
        self.ask(|store| store.list()).await
    }

    /// Every live entry and where it stands, oldest first.
    pub(super) async fn live(&self) -> Result<Vec<(i64, EntryState)>, StoreError> {
        self.ask(|store| store.live()).await
    }

    /// How many entries stand where.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.ask(|store| store.counts()).await
    }

    /// Takes note that a person knows of the damaged database that was put aside.
    ///
    /// # Errors
    /// The sign then stays.
    pub async fn damage_is_seen(&self) -> Result<(), StoreError> {
        self.work(Keeper::damage_is_seen).await
    }

    /// Looks how much room the disk has; [`Status`] then says so. Nobody waits for it.
    pub fn look_at_disk(&self) {
        // If the thread has too much to do, it looks by itself after each piece of work.
        let _ = self.jobs.try_send(Box::new(Keeper::look_around));
    }

    /// Has the thread do something that may be done twice.
    async fn ask<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.work(move |keeper| keeper.carry_out(job)).await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Keeper) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |keeper| {
            // Whoever asked may be gone; the work is done all the same.
            let _ = reply.send(job(keeper));
        });
        self.jobs.try_send(job).map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}
