//! What is in the outbox, without what is sealed; and one entry on its way.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::db::columns::text;
use crate::domain::Signup;
use crate::domain::connection::{BaseUrl, Connection, Origin};
use crate::domain::delivery::{AttemptStats, EntryState, Submission};

/// How a signup was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// In a row of its own.
    New(i64),
    /// The same signup waits already.
    Same(i64),
    /// In place of an earlier one of the same phone that was not sent yet.
    Replaced(i64),
    /// The phone waits with details that a customer alone has added to.
    Filled(i64),
    /// For the manager: an earlier one of the same phone is on its way with other details.
    Aside(i64),
}

impl Enqueued {
    /// The row.
    pub fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Same(id) | Self::Replaced(id) | Self::Filled(id) | Self::Aside(id) => id,
        }
    }

    /// What is told of it while it is not sent.
    pub(super) fn told(self) -> Submission {
        match self {
            Self::New(_) | Self::Same(_) | Self::Replaced(_) | Self::Filled(_) => Submission::Saved,
            Self::Aside(_) => Submission::SavedForManager,
        }
    }
}

/// When a signup is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// By the clock on the wall, Unix milliseconds.
    pub wall_ms: i64,
    /// By SWiP's clock, where that contradicts.
    pub corrected_ms: Option<i64>,
}

impl From<i64> for Taken {
    fn from(wall_ms: i64) -> Self {
        Self { wall_ms, corrected_ms: None }
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
pub struct Outgoing {
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
    pub stats: AttemptStats,
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
    /// The columns that [`Sender::read`] reads, in its order.
    pub(super) const COLUMNS: &str = "base_url, merchant_id, store_id, cash_id";

    /// Reads four columns, from `at` on.
    pub(super) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            base_url: text(row, at)?,
            merchant_id: text(row, at + 1)?,
            store_id: text(row, at + 2)?,
            cash_id: text(row, at + 3)?,
        })
    }

    /// The origin it was, as text; the address itself if it is none.
    pub(super) fn origin(&self) -> String {
        BaseUrl::parse(&self.base_url).map_or_else(|_| self.base_url.clone(), |url| url.origin().as_str().to_owned())
    }

    /// Whether what was taken under it may be sent to this origin for this merchant.
    pub fn is_of(&self, origin: &Origin, merchant_id: &str) -> bool {
        self.merchant_id == merchant_id && BaseUrl::parse(&self.base_url).is_ok_and(|url| url.origin() == *origin)
    }
}

impl From<&Connection> for Sender {
    fn from(link: &Connection) -> Self {
        Self {
            base_url: link.base_url.as_str().to_owned(),
            merchant_id: link.merchant_id.as_str().to_owned(),
            store_id: link.store_id.as_str().to_owned(),
            cash_id: link.cash_id.as_str().to_owned(),
        }
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

impl Counts {
    /// Whether there is anything.
    pub(super) fn any(self) -> bool {
        self.waiting + self.held + self.attention > 0
    }
}
