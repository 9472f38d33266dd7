//! Ends what has waited too long: its personal data is destroyed, a tombstone without any remains.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Transaction, params};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::evidence;
use super::status::Status;
use super::store::{Store, state_of};
use super::worker::Deliverer;
use super::{Counts, Outbox, StoreError};
use crate::domain::consent::ConsentDays;
use crate::domain::delivery::{
    AgeWarning, EntryState, Heard, Known, Marks, RetentionDays, Waiting, next_warning, server_mark, warning,
};
use crate::domain::journal::{Kind, Outcome};
use crate::services::journal::Note;
use crate::services::sabotage::Sabotage;

/// What remains of an entry whose time was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The row it was.
    pub id: i64,
    /// When it was taken by the station's clock, Unix milliseconds.
    pub created_ms: i64,
    /// When it ended by SWiP's clock, or the station's if SWiP was not heard; Unix milliseconds.
    pub expired_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stood last.
    pub state: EntryState,
}

/// What one look at the queue goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// How long the program has run since the last look, in milliseconds.
    ran_ms: i64,
    heard: Option<[Heard; 2]>,
    /// The newest row of an earlier look, and how long ago that was.
    seen: Option<(i64, Duration)>,
    keep: KeepFor,
    /// What the clock on the wall says.
    now_ms: i64,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepFor {
    /// Signups that SWiP does not take.
    pub signups: RetentionDays,
    /// The evidence of consents.
    pub consents: ConsentDays,
}

/// What one look at the queue found.
#[derive(Debug, Default)]
pub(super) struct Looked {
    expired: Vec<i64>,
    newest: i64,
    /// Until the first of those that stay expires.
    left: Option<Duration>,
    /// Pieces of evidence whose time was over.
    consents_expired: usize,
    keeps_consents: bool,
}

/// What is remembered from one look to the next; a new process begins anew.
#[derive(Debug, Default)]
pub struct Lookout {
    /// When the last look was, and the newest row then.
    last: Option<(Duration, i64)>,
    /// It found no evidence of consents.
    is_bare: bool,
}

/// What the last look found, for the warnings of the time until the next, and what makes one worth while.
#[derive(Debug)]
pub(super) struct Ages {
    /// Until the first entry expires; the most if nothing is known.
    left_secs: AtomicU64,
    days: AtomicU8,
    /// Somebody was signed up.
    pub(super) taken: Notify,
}

impl Default for Ages {
    fn default() -> Self {
        Self {
            left_secs: AtomicU64::new(u64::MAX),
            days: AtomicU8::new(RetentionDays::default().get()),
            taken: Notify::new(),
        }
    }
}

/// How often the queue is looked at. This is also how often the time at work is written down.
const EVERY: Duration = Duration::from_hours(1);
/// More are not kept; their number is.
const MOST_TOMBSTONES: i64 = 10_000;

/// One row, as far as its age matters.
struct Kept {
    id: i64,
    state: EntryState,
    created_ms: i64,
    marks: Marks,
}

impl Look {
    /// What SWiP's clock says of what was there at an earlier look: the newest row then, and the time it is older than.
    fn server_mark(self) -> Option<(i64, i64)> {
        let (newest, seen_ago) = self.seen?;
        Some((newest, server_mark(self.heard, seen_ago)?))
    }
}

impl Kept {
    /// What the clock on the wall makes of its age.
    fn shown_age(&self, now_ms: i64) -> Duration {
        Duration::from_millis(u64::try_from(now_ms.saturating_sub(self.created_ms)).unwrap_or(0))
    }
}

impl Store {
    /// Ends what has waited too long, and writes down how long the rest has waited.
    pub(super) fn look(&mut self, look: Look) -> Result<Looked, StoreError> {
        let transaction = self.db.transaction()?;
        let before: i64 = transaction.query_row("SELECT ran_ms FROM retention", [], |row| row.get(0))?;
        let known = Known::new(before.saturating_add(look.ran_ms), look.heard);
        let mut looked = Looked::default();
        for kept in kept(&transaction)? {
            let marks = marked(&transaction, &kept, known, look)?;
            looked.newest = looked.newest.max(kept.id);
            let age = if Sabotage::ExpireByWallClock.is_on() { kept.shown_age(look.now_ms) } else { known.age(marks) };
            let left = look.keep.signups.limit(kept.state).saturating_sub(age);
            // What is being sent is settled first.
            if left.is_zero() && kept.state != EntryState::InFlight {
                bury(&transaction, kept.id, known.server_ms.unwrap_or(look.now_ms))?;
                looked.expired.push(kept.id);
            } else {
                looked.left = Some(looked.left.map_or(left, |least| least.min(left)));
            }
        }
        if look.ran_ms > 0 || !looked.expired.is_empty() {
            let expired = i64::try_from(looked.expired.len()).unwrap_or(0);
            let sql = "UPDATE retention SET ran_ms = ?1, expired = expired + ?2";
            transaction.execute(sql, [known.ran_ms, expired])?;
        }
        let aged = evidence::age(&transaction, known, look.server_mark(), look.keep.consents)?;
        looked.consents_expired = aged.expired;
        looked.keeps_consents = aged.newest.is_some();
        looked.newest = looked.newest.max(aged.newest.unwrap_or(0));
        transaction.commit()?;
        if aged.expired > 0 {
            self.known_texts.clear();
        }
        if looked.expired.len() + aged.expired > 0
            && let Err(error) = self.empty_log()
        {
            // The sealed payload is still in the log. It goes when the log is next emptied.
            tracing::warn!(%error, "the log of the outbox could not be emptied");
        }
        Ok(looked)
    }

    /// What remains of expired entries, oldest first.
    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        let mut query =
            self.db.prepare("SELECT id, created_ms, expired_ms, attempts, state, reason FROM tombstone ORDER BY id")?;
        let tombstones = query.query_map([], |row| {
            Ok(Tombstone {
                id: row.get(0)?,
                created_ms: row.get(1)?,
                expired_ms: row.get(2)?,
                attempts: row.get(3)?,
                state: state_of(row.get_ref(4)?.as_str()?, row.get_ref(5)?.as_str_or_null()?),
            })
        })?;
        Ok(tombstones.collect::<Result<_, _>>()?)
    }
}

fn kept(transaction: &Transaction<'_>) -> Result<Vec<Kept>, StoreError> {
    let mut query =
        transaction.prepare("SELECT id, state, reason, created_ms, ran_from_ms, server_from_ms FROM entry")?;
    let kept = query.query_map([], |row| {
        Ok(Kept {
            id: row.get(0)?,
            state: state_of(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?),
            created_ms: row.get(3)?,
            marks: Marks { ran_ms: row.get(4)?, server_ms: row.get(5)? },
        })
    })?;
    Ok(kept.collect::<Result<_, _>>()?)
}

/// The marks of a row with what can be added to them now, which is written down.
fn marked(transaction: &Transaction<'_>, kept: &Kept, known: Known, look: Look) -> Result<Marks, StoreError> {
    let was_seen = look.seen.filter(|(newest, _)| kept.id <= *newest);
    let marks = Marks {
        ran_ms: kept.marks.ran_ms.or(Some(known.ran_ms)),
        server_ms: kept.marks.server_ms.or_else(|| server_mark(look.heard, was_seen?.1)),
    };
    if marks != kept.marks {
        let sql = "UPDATE entry SET ran_from_ms = ?2, server_from_ms = ?3 WHERE id = ?1";
        transaction.execute(sql, params![kept.id, marks.ran_ms, marks.server_ms])?;
    }
    Ok(marks)
}

fn bury(transaction: &Transaction<'_>, id: i64, now_ms: i64) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO tombstone (id, created_ms, expired_ms, attempts, state, reason)
         SELECT id, created_ms, ?2, attempts, state, reason FROM entry WHERE id = ?1",
        [id, now_ms],
    )?;
    transaction.execute("DELETE FROM entry WHERE id = ?1", [id])?;
    transaction.execute(
        "DELETE FROM tombstone WHERE id <= (SELECT id FROM tombstone ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        [MOST_TOMBSTONES],
    )?;
    Ok(())
}

impl Outbox {
    /// What remains of entries that waited too long, oldest first; of the last 10,000.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        self.ask(|store| store.tombstones()).await
    }

    /// How many entries waited too long, ever.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn expired(&self) -> Result<u64, StoreError> {
        let count = |store: &mut Store| {
            let count = store.db.query_row("SELECT expired FROM retention", [], |row| row.get::<_, i64>(0))?;
            Ok(count.unsigned_abs())
        };
        self.ask(count).await
    }
}

impl Deliverer {
    /// Looks at the queue every hour while anything is in it, and at the evidence of consents; warns the staff in time; never returns.
    ///
    /// `heard` and `keep` are asked for at each look: the settings may change.
    pub async fn look_after(&self, heard: impl Fn() -> Option<[Heard; 2]>, keep: impl Fn() -> KeepFor) -> Infallible {
        let mut lookout = Lookout::default();
        loop {
            tokio::select! {
                () = self.anything_kept() => {}
                // Evidence grows old in an empty queue, too.
                () = sleep(EVERY), if !lookout.is_bare => {}
                // What was delivered at once never waited, but left evidence.
                () = self.ages.taken.notified(), if lookout.is_bare => {}
            }
            if let Err(error) = self.look(&mut lookout, heard(), keep()).await {
                tracing::error!(%error, "the age of the queue could not be looked at");
            }
            let next = self.uptime().saturating_add(EVERY);
            loop {
                self.publish().await;
                let wait = next.saturating_sub(self.uptime());
                if wait.is_zero() {
                    break;
                }
                sleep(self.until_next_warning().map_or(wait, |warning| warning.min(wait))).await;
            }
        }
    }

    /// One look at the queue: ends what has waited too long.
    ///
    /// # Errors
    /// Whatever the database refused; nothing has ended then.
    pub async fn look(
        &self,
        lookout: &mut Lookout,
        heard: Option<[Heard; 2]>,
        keep: KeepFor,
    ) -> Result<(), StoreError> {
        let now = self.uptime();
        let (ran, seen) = match lookout.last {
            Some((then, newest)) => (now.saturating_sub(then), Some((newest, now.saturating_sub(then)))),
            None => (Duration::ZERO, None),
        };
        let ran_ms = i64::try_from(ran.as_millis()).unwrap_or(i64::MAX);
        let look = Look { ran_ms, heard, seen, keep, now_ms: self.timing.unix_ms() };
        let looked = self.outbox().ask(move |store| store.look(look)).await?;
        lookout.last = Some((now, looked.newest));
        let left_secs = looked.left.map_or(u64::MAX, |left| left.as_secs());
        self.ages.left_secs.store(left_secs, Ordering::Relaxed);
        self.ages.days.store(keep.signups.get(), Ordering::Relaxed);
        lookout.is_bare = !looked.keeps_consents;
        if looked.consents_expired > 0 {
            tracing::info!(
                count = looked.consents_expired,
                "evidence of consents has reached its age and was destroyed"
            );
        }
        for id in &looked.expired {
            tracing::warn!(id, "a signup has waited too long; its data was destroyed");
            self.schedule().removed(*id);
            let (kind, outcome) = (Kind::Expiry, Outcome::Expired);
            self.journal.note(Note { kind, outcome, phone: None, attempts: 1, took: Duration::ZERO });
        }
        self.publish().await;
        Ok(())
    }

    /// What the staff must be told about the age of what is kept.
    pub(super) fn warning(&self, counts: Counts) -> Option<AgeWarning> {
        let is_kept = counts.waiting + counts.held + counts.attention > 0;
        let left_secs = Some(self.ages.left_secs.load(Ordering::Relaxed)).filter(|secs| is_kept && *secs < u64::MAX);
        let days = RetentionDays::new(self.ages.days.load(Ordering::Relaxed)).unwrap_or_default();
        warning(Waiting {
            waited: self.waited(counts),
            left: left_secs.map(Duration::from_secs),
            limit: days.limit(EntryState::Saved),
        })
    }

    /// How long the oldest has waited by the clock on the wall, as people are shown it.
    fn waited(&self, counts: Counts) -> Option<Duration> {
        let waited_ms = self.timing.unix_ms().saturating_sub(counts.oldest_ms?);
        Some(Duration::from_millis(u64::try_from(waited_ms).unwrap_or(0)))
    }

    fn until_next_warning(&self) -> Option<Duration> {
        let counts = self.status().borrow().counts;
        next_warning(self.waited(counts)?)
    }

    async fn anything_kept(&self) {
        let is_kept = |status: &Status| status.counts.waiting + status.counts.held + status.counts.attention > 0;
        // The sender lives as long as we do.
        let _ = self.status().wait_for(is_kept).await;
    }
}
