//! Ends what has waited too long: its personal data is destroyed, a tombstone without any remains.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
    AgeWarning, EntryState, Jump, RetentionDays, StationClock, Waiting, next_warning, warning,
};
use crate::domain::journal::{Kind, Outcome};
use crate::services::journal::Note;
use crate::services::sabotage::Sabotage;

/// What remains of an entry whose time was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The row it was.
    pub id: i64,
    /// When it was taken by the clock on the wall, Unix milliseconds.
    pub created_ms: i64,
    /// When it ended by the clock on the wall, Unix milliseconds.
    pub expired_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stood last.
    pub state: EntryState,
}

/// What one look at the queue goes by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The time at work that the last look stored, and how long ago that was, in milliseconds; none in a new process.
    last: Option<(i64, i64)>,
    /// What the clock on the wall says, Unix milliseconds.
    wall_ms: i64,
    keep: KeepFor,
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
    /// The time at work, in all.
    worked_ms: i64,
    /// Until the first of those that stay expires.
    left: Option<Duration>,
    /// Pieces of evidence whose time was over.
    consents_expired: usize,
    keeps_consents: bool,
}

/// What the last look found, for the warnings of the time until the next, and what makes one worth while.
#[derive(Debug)]
pub(super) struct Ages {
    /// Until the first entry expires; the most if nothing is known.
    left_secs: AtomicU64,
    days: AtomicU8,
    /// When it was, in uptime, and the time at work that it stored; none before the first of this process.
    last: Mutex<Option<(Duration, i64)>>,
    /// Somebody was signed up.
    pub(super) taken: Notify,
}

impl Default for Ages {
    fn default() -> Self {
        Self {
            left_secs: AtomicU64::new(u64::MAX),
            days: AtomicU8::new(RetentionDays::default().get()),
            last: Mutex::default(),
            taken: Notify::new(),
        }
    }
}

/// How often the queue is looked at. This is also how often the station clock is written down.
const EVERY: Duration = Duration::from_hours(1);
/// More are not kept; their number is.
const MOST_TOMBSTONES: i64 = 10_000;

/// One row, as far as its age matters.
struct Kept {
    id: i64,
    state: EntryState,
    created_ms: i64,
    /// The station clock at the first look that found it; none before that.
    seen_at_ms: Option<i64>,
}

impl Look {
    /// The time at work since the last look that was stored. A look that failed may be stored all the same: what it counted
    /// is not counted again.
    fn ran_ms(self, stored_ms: i64) -> i64 {
        self.last.map_or(0, |(worked_ms, ago_ms)| (worked_ms + ago_ms - stored_ms).clamp(0, ago_ms))
    }
}

/// A time that is over, in milliseconds; none is less than nothing.
fn span(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

impl Store {
    /// Goes on with the station clock, and ends what has waited too long by it.
    pub(super) fn look(&mut self, look: Look) -> Result<Looked, StoreError> {
        let transaction = self.db.transaction()?;
        let StationClock { now_ms, worked_ms, .. } = go_on(&transaction, look)?;
        let mut looked = Looked { worked_ms, ..Looked::default() };
        for kept in kept(&transaction)? {
            let seen_at_ms = kept.seen_at_ms.unwrap_or(now_ms);
            let by_wall = Sabotage::ExpireByWallClock.is_on();
            let age = span(if by_wall { look.wall_ms - kept.created_ms } else { now_ms - seen_at_ms });
            let left = look.keep.signups.limit(kept.state).saturating_sub(age);
            // What is being sent is settled first.
            if left.is_zero() && kept.state != EntryState::InFlight {
                bury(&transaction, kept.id, look.wall_ms)?;
                looked.expired.push(kept.id);
                continue;
            }
            looked.left = Some(looked.left.map_or(left, |least| least.min(left)));
            if kept.seen_at_ms.is_none() {
                transaction.execute("UPDATE entry SET seen_at_ms = ?2 WHERE id = ?1", [kept.id, seen_at_ms])?;
            }
        }
        if !looked.expired.is_empty() {
            let expired = i64::try_from(looked.expired.len()).unwrap_or(0);
            transaction.execute("UPDATE retention SET expired = expired + ?1", [expired])?;
        }
        looked.consents_expired = evidence::age(&transaction, now_ms, look.keep.consents)?;
        looked.keeps_consents = transaction.query_row("SELECT EXISTS (SELECT 1 FROM consent)", [], |row| row.get(0))?;
        transaction.commit()?;
        if looked.consents_expired > 0 {
            self.known_texts.clear();
        }
        if looked.expired.len() + looked.consents_expired > 0
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

/// Goes on with the station clock.
fn go_on(transaction: &Transaction<'_>, look: Look) -> Result<StationClock, StoreError> {
    let mut jumps = transaction.prepare("SELECT worked_ms, counted_ms FROM clock_jump ORDER BY worked_ms")?;
    let jumps = jumps.query_map([], |row| Ok(Jump { worked_ms: row.get(0)?, counted_ms: row.get(1)? }))?;
    let jumps = jumps.collect::<Result<_, _>>()?;
    let sql = "SELECT now_ms, worked_ms, mark_ms, ahead_ms FROM station_clock";
    let before = transaction.query_row(sql, [], |row| {
        let (now_ms, worked_ms, mark_ms, ahead_ms) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(StationClock { now_ms, worked_ms, mark_ms, ahead_ms, jumps })
    })?;
    let mut clock = before.clone();
    clock.go_on(look.ran_ms(before.worked_ms), look.wall_ms);
    if clock != before {
        let sql = "UPDATE station_clock SET now_ms = ?1, worked_ms = ?2, mark_ms = ?3, ahead_ms = ?4";
        transaction.execute(sql, params![clock.now_ms, clock.worked_ms, clock.mark_ms, clock.ahead_ms])?;
    }
    if clock.jumps != before.jumps {
        transaction.execute("DELETE FROM clock_jump", [])?;
        for Jump { worked_ms, counted_ms } in &clock.jumps {
            let sql = "INSERT INTO clock_jump (worked_ms, counted_ms) VALUES (?1, ?2)";
            transaction.execute(sql, [worked_ms, counted_ms])?;
        }
    }
    Ok(clock)
}

fn kept(transaction: &Transaction<'_>) -> Result<Vec<Kept>, StoreError> {
    let mut query = transaction.prepare("SELECT id, state, reason, created_ms, seen_at_ms FROM entry")?;
    let kept = query.query_map([], |row| {
        Ok(Kept {
            id: row.get(0)?,
            state: state_of(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?),
            created_ms: row.get(3)?,
            seen_at_ms: row.get(4)?,
        })
    })?;
    Ok(kept.collect::<Result<_, _>>()?)
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
    /// Looks at the queue every hour while anything is in it, and at the evidence of consents; warns the staff in time; never
    /// returns.
    ///
    /// `keep` is asked for at each look: the settings may change.
    pub async fn look_after(&self, keep: impl Fn() -> KeepFor) -> Infallible {
        let mut keeps_consents = true;
        loop {
            tokio::select! {
                () = self.anything_kept() => {}
                // Evidence grows old in an empty queue, too.
                () = sleep(EVERY), if keeps_consents => {}
                // What was delivered at once never waited, but left evidence.
                () = self.ages.taken.notified(), if !keeps_consents => {}
            }
            match self.look(keep()).await {
                Ok(found) => keeps_consents = found,
                Err(error) => tracing::error!(%error, "the age of the queue could not be looked at"),
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

    /// One look at the queue: goes on with the station clock, and ends what has waited too long by it. Whether there is any
    /// evidence of consents.
    ///
    /// # Errors
    /// Whatever the database refused; the next look counts the time.
    pub async fn look(&self, keep: KeepFor) -> Result<bool, StoreError> {
        let now = self.uptime();
        let last = self.last_look().map(|(then, worked_ms)| {
            let ago = now.saturating_sub(then);
            (worked_ms, i64::try_from(ago.as_millis()).unwrap_or(i64::MAX))
        });
        let look = Look { last, wall_ms: self.timing.unix_ms(), keep };
        let looked = self.outbox().ask(move |store| store.look(look)).await?;
        *self.last_look() = Some((now, looked.worked_ms));
        let left_secs = looked.left.map_or(u64::MAX, |left| left.as_secs());
        self.ages.left_secs.store(left_secs, Ordering::Relaxed);
        self.ages.days.store(keep.signups.get(), Ordering::Relaxed);
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
        Ok(looked.keeps_consents)
    }

    fn last_look(&self) -> MutexGuard<'_, Option<(Duration, i64)>> {
        self.ages.last.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_failed_and_was_stored_all_the_same_is_not_counted_twice() {
        let look = |last| Look { last, wall_ms: 0, keep: KeepFor::default() };
        assert_eq!(look(None).ran_ms(7_000), 0, "a new process has not run yet");
        let look = look(Some((7_000, 500)));
        assert_eq!([7_000, 7_200, 7_500].map(|stored_ms| look.ran_ms(stored_ms)), [500, 300, 0]);
        // A database that took the place of a damaged one.
        assert_eq!(look.ran_ms(0), 500);
    }
}
