//! Ends what has waited too long by the station clock: its personal data is destroyed, an expired entry without any remains.

use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction, params};

use super::columns::optional_text;
use super::consents;
use super::copy::{self, Removal};
use super::entries::{count, state};
use super::store::Store;
use crate::domain::consent::ConsentDays;
use crate::domain::delivery::{Concern, EntryState, Jump, RetentionDays, StationClock};
use crate::domain::queue::DeleteReason;
use crate::services::outbox::error::StoreError;

/// How long things are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepFor {
    /// Signups that SWiP does not take.
    pub signups: RetentionDays,
    /// The evidence of consents.
    pub consents: ConsentDays,
}

impl KeepFor {
    /// The longest that anything is kept.
    pub(super) fn longest(self) -> Duration {
        let consents = Duration::from_hours(24 * u64::from(self.consents.get()));
        self.signups.limit(EntryState::Attention(Concern::TakenTwice)).max(consents)
    }
}

/// What remains of an entry whose time was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiredEntry {
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
    /// Why a manager deleted it; none if its time was over.
    pub deleted: Option<DeleteReason>,
}

/// What one sweep goes by.
#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct SweepInput {
    /// The time at work that the last sweep stored, and how long ago that was, in milliseconds; none in a new process.
    pub(in crate::services) last: Option<(i64, i64)>,
    /// What the clock on the wall says, Unix milliseconds.
    pub(in crate::services) wall_ms: i64,
    pub(in crate::services) keep: KeepFor,
}

/// What one sweep found.
#[derive(Debug, Default)]
pub(in crate::services) struct SweepResult {
    pub(in crate::services) expired: Vec<i64>,
    /// The station clock.
    pub(in crate::services) now_ms: i64,
    /// The time at work, in all.
    pub(in crate::services) worked_ms: i64,
    /// Until the first of those that stay expires.
    pub(in crate::services) left: Option<Duration>,
    /// Pieces of evidence whose time was over.
    pub(in crate::services) consents_expired: usize,
    /// Whether there is anything besides entries that grows old.
    pub(in crate::services) keeps_more: bool,
}

/// The oldest of more than this are dropped.
const MOST_EXPIRED: i64 = 10_000;

/// One row, as far as its age matters.
struct Kept {
    id: i64,
    state: EntryState,
    /// The station clock at the first sweep that found it; none before that.
    seen_at_ms: Option<i64>,
}

impl SweepInput {
    /// The time at work since the last sweep that was stored. A sweep that failed may be stored all the same: what it counted
    /// is not counted again.
    fn ran_ms(self, stored_ms: i64) -> i64 {
        let ran = |(worked_ms, ago_ms): (i64, i64)| {
            worked_ms.saturating_add(ago_ms).saturating_sub(stored_ms).clamp(0, ago_ms)
        };
        self.last.map_or(0, ran)
    }
}

/// A time that is over, in milliseconds; none is less than nothing.
fn span(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// Goes on with the station clock.
fn go_on(transaction: &Transaction<'_>, input: SweepInput) -> Result<StationClock, StoreError> {
    let mut jumps = transaction.prepare("SELECT worked_ms, counted_ms FROM clock_jump ORDER BY worked_ms")?;
    let jumps = jumps.query_map([], |row| Ok(Jump { worked_ms: row.get(0)?, counted_ms: row.get(1)? }))?;
    let jumps = jumps.collect::<Result<_, _>>()?;
    let sql = "SELECT now_ms, worked_ms, mark_ms, ahead_ms FROM station_clock";
    let before = transaction.query_row(sql, [], |row| {
        let (now_ms, worked_ms, mark_ms, ahead_ms) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(StationClock { now_ms, worked_ms, mark_ms, ahead_ms, jumps })
    });
    // A clock that somebody took away begins anew.
    let before = before.optional()?.unwrap_or_default();
    let mut clock = before.clone();
    clock.go_on(input.ran_ms(before.worked_ms), input.wall_ms);
    if clock != before {
        let sql = "INSERT OR REPLACE INTO station_clock (one, now_ms, worked_ms, mark_ms, ahead_ms) VALUES (1, ?1, ?2, ?3, ?4)";
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
    let mut query = transaction.prepare("SELECT id, state, reason, seen_at_ms FROM entry")?;
    let kept =
        query.query_map([], |row| Ok(Kept { id: row.get(0)?, state: state(row, 1)?, seen_at_ms: row.get(3)? }))?;
    Ok(kept.collect::<Result<_, _>>()?)
}

/// Goes on with the station clock, and ends what has waited too long by it.
pub(in crate::services) fn sweep(store: &mut Store, input: SweepInput) -> Result<SweepResult, StoreError> {
    let (mut result, expired) = look(store, input)?;
    if !expired.is_empty() {
        copy::take_out(store, &expired)?;
        let transaction = store.db.transaction()?;
        expire(&transaction, &expired, input.wall_ms)?;
        transaction.commit()?;
        store.known_texts.clear();
        if let Err(error) = store.empty_log() {
            // The sealed payload is still in the log. It goes when the log is next emptied.
            tracing::warn!(%error, "the log of the outbox could not be emptied");
        }
    }
    result.keeps_more = store.db.query_row("SELECT EXISTS (SELECT 1 FROM consent)", [], |row| row.get(0))?;
    result.consents_expired = expired.consents.len();
    result.expired = expired.entries;
    Ok(result)
}

/// Goes on with the station clock, and finds what has waited too long by it.
fn look(store: &mut Store, input: SweepInput) -> Result<(SweepResult, Removal), StoreError> {
    let transaction = store.db.transaction()?;
    let StationClock { now_ms, worked_ms, .. } = go_on(&transaction, input)?;
    let mut result = SweepResult { now_ms, worked_ms, ..SweepResult::default() };
    let mut expired = Removal::default();
    for kept in kept(&transaction)? {
        // A time that the clock has not shown was put there by somebody else.
        let seen_before_ms = kept.seen_at_ms.filter(|seen_at_ms| (0..=now_ms).contains(seen_at_ms));
        let seen_at_ms = seen_before_ms.unwrap_or(now_ms);
        let age = span(now_ms - seen_at_ms);
        let left = input.keep.signups.limit(kept.state).saturating_sub(age);
        // What is being sent is settled first.
        if left.is_zero() && kept.state != EntryState::InFlight {
            expired.entries.push(kept.id);
            continue;
        }
        result.left = Some(result.left.map_or(left, |least| least.min(left)));
        if seen_before_ms.is_none() {
            transaction.execute("UPDATE entry SET seen_at_ms = ?2 WHERE id = ?1", [kept.id, seen_at_ms])?;
        }
    }
    expired.consents = consents::expired(&transaction, (now_ms, input.keep.consents), &expired.entries)?;
    transaction.commit()?;
    Ok((result, expired))
}

/// Destroys what has waited too long; of entries, what has no personal data stays.
fn expire(transaction: &Transaction<'_>, expired: &Removal, wall_ms: i64) -> Result<(), StoreError> {
    note_ended(transaction, expired, (wall_ms, None))?;
    consents::drop_unused_texts(transaction)
}

/// Takes entries away; of each stays what has no personal data, with why a manager deleted it, if one did.
pub(super) fn note_ended(
    transaction: &Transaction<'_>,
    gone: &Removal,
    (wall_ms, reason): (i64, Option<DeleteReason>),
) -> Result<(), StoreError> {
    for id in &gone.entries {
        // What stands under its number was put there by somebody else.
        transaction.execute(
            "INSERT OR REPLACE INTO tombstone (id, created_ms, expired_ms, attempts, state, reason, deleted)
             SELECT id, created_ms, ?2, attempts, state, reason, ?3 FROM entry WHERE id = ?1",
            params![*id, wall_ms, reason.map(DeleteReason::name)],
        )?;
    }
    gone.destroy(transaction, "main")?;
    transaction.execute(
        "DELETE FROM tombstone WHERE id <= (SELECT id FROM tombstone ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        [MOST_EXPIRED],
    )?;
    Ok(())
}

/// What remains of expired entries, oldest first.
pub(in crate::services) fn expired_entries(store: &Store) -> Result<Vec<ExpiredEntry>, StoreError> {
    let mut query = store
        .db
        .prepare("SELECT id, created_ms, expired_ms, attempts, state, reason, deleted FROM tombstone ORDER BY id")?;
    let entries = query.query_map([], |row| {
        Ok(ExpiredEntry {
            id: row.get(0)?,
            created_ms: row.get(1)?,
            expired_ms: row.get(2)?,
            attempts: count(row, 3)?,
            state: state(row, 4)?,
            deleted: optional_text(row, 6)?.map(|name| DeleteReason::of_name(&name)),
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_that_failed_and_was_stored_all_the_same_is_not_counted_twice() {
        let input = |last| SweepInput { last, wall_ms: 0, keep: KeepFor::default() };
        assert_eq!(input(None).ran_ms(7_000), 0, "a new process has not run yet");
        let input = input(Some((7_000, 500)));
        assert_eq!([7_000, 7_200, 7_500].map(|stored_ms| input.ran_ms(stored_ms)), [500, 300, 0]);
        // A database that took the place of a damaged one.
        assert_eq!(input.ran_ms(0), 500);
    }
}
