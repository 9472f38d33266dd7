//! What is done at a start about records whose key is gone or back, and about a database that was damaged.

use rusqlite::{OptionalExtension, Transaction, params};

use super::consents;
use super::entries::{EXPORTED, KEY_LOST, next_number, state_of};
use super::seal::{Keys, RecordId};
use super::store::Store;
use crate::domain::Signup;
use crate::domain::delivery::{Concern, EntryState};
use crate::services::outbox::entry::Sender;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::recovery::pages::RawEntry;

/// The first details stay; a manager decides about the second.
const TAKEN_TWICE: EntryState = EntryState::Attention(Concern::TakenTwice);

/// After damage so many numbers are not given.
const NUMBERS_LEFT_OUT: i64 = 1_000;

/// Attempts that a dead process left behind have an unknown end; records that cannot be opened rest, and those that
/// can be opened again wake.
pub(super) fn settle(store: &mut Store) -> Result<(), StoreError> {
    let transaction = store.db.transaction()?;
    transaction.execute("UPDATE entry SET state = 'unknown', reason = NULL WHERE state = 'in_flight'", [])?;
    let mark = store.keys.current.mark().ok_or(StoreError::Sealing)?;
    let known: Option<Vec<u8>> =
        transaction.query_row("SELECT value FROM known WHERE name = 'key'", [], |row| row.get(0)).optional()?;
    // Opening every entry at every start would take longer than the rest of the start.
    let is_same_key = known.as_deref() == Some(mark.as_slice());
    for found in stored(&transaction, is_same_key)? {
        let record = RecordId { id: found.id, created_ms: found.created_ms };
        let state = state_of(&found.state, found.reason.as_deref());
        if store.keys.current.open(&found.sealed, record).is_some() {
            if state == KEY_LOST {
                set_state(&transaction, found.id, EntryState::Unknown)?;
            }
        } else if let Some(signup) = store.keys.open(&found.sealed, record) {
            // Sealed under a key that is back: from now on under the one in force.
            let awake = if state == KEY_LOST { EntryState::Unknown } else { state };
            transaction.execute("DELETE FROM entry WHERE id = ?1", [found.id])?;
            put(&transaction, &store.keys.current, &signup, found.arrival(), awake)?;
        } else if state.is_live() && ![KEY_LOST, EXPORTED].contains(&state) {
            set_state(&transaction, found.id, KEY_LOST)?;
        }
    }
    consents::reseal(&transaction, &store.keys)?;
    if !is_same_key {
        transaction.execute("INSERT OR REPLACE INTO known (name, value) VALUES ('key', ?1)", [mark.as_slice()])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Takes over what a damaged database still holds; how many entries that were.
pub(super) fn salvage(store: &mut Store, found: &[RawEntry]) -> Result<usize, StoreError> {
    let transaction = store.db.transaction()?;
    let mut count = 0;
    for entry in found {
        let record = RecordId { id: entry.id, created_ms: entry.created_ms };
        // What does not open is a chance likeness, is damaged, or belongs to a lost key: it stays where it is.
        let Some(signup) = store.keys.open(&entry.sealed, record) else {
            continue;
        };
        let state = match state_of(&entry.state, entry.reason.as_deref()) {
            EntryState::InFlight | KEY_LOST => EntryState::Unknown,
            state => state,
        };
        if put(&transaction, &store.keys.current, &signup, entry.arrival(), state)?.is_some() {
            count += 1;
        }
    }
    // Rows that cannot be read had numbers too, and an answer to one of them may be on its way.
    let sql = "UPDATE numbered SET last = MAX(last, COALESCE((SELECT MAX(id) FROM entry), 0)) + ?1";
    transaction.execute(sql, [NUMBERS_LEFT_OUT])?;
    transaction.commit()?;
    Ok(count)
}

/// The entries that are looked into at a start: all of them, or those that may be sealed under another key.
///
/// Every row is read all the same: one that cannot be is damage that SQLite's own check does not see.
fn stored(transaction: &Transaction<'_>, is_same_key: bool) -> rusqlite::Result<Vec<RawEntry>> {
    let mut query = transaction.prepare(
        "SELECT id, state, reason, created_ms, attempts, base_url, merchant_id, store_id, cash_id, sealed FROM entry
         ORDER BY id",
    )?;
    let mut rows = query.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |at: usize| Ok::<_, rusqlite::Error>(row.get_ref(at)?.as_str()?);
        let (state, reason) = (text(1)?, row.get_ref(2)?.as_str_or_null()?);
        let sender = [text(5)?, text(6)?, text(7)?, text(8)?];
        let sealed = row.get_ref(9)?.as_blob()?;
        let state_now = state_of(state, reason);
        if is_same_key && state_now.is_live() && state_now != KEY_LOST {
            continue;
        }
        let [base_url, merchant_id, store_id, cash_id] = sender.map(str::to_owned);
        entries.push(RawEntry {
            id: row.get(0)?,
            state: state.to_owned(),
            reason: reason.map(str::to_owned),
            created_ms: row.get(3)?,
            attempts: row.get(4)?,
            sender: Sender { base_url, merchant_id, store_id, cash_id },
            sealed: sealed.to_vec(),
        });
    }
    Ok(entries)
}

fn set_state(transaction: &Transaction<'_>, id: i64, state: EntryState) -> Result<(), StoreError> {
    let parameters = params![id, state.name(), state.reason()];
    transaction.execute("UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1", parameters)?;
    Ok(())
}

/// An entry on its way into a database, besides what is sealed in it.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    /// The id it had here, if it was here.
    pub(super) id: Option<i64>,
    pub(super) created_ms: i64,
    pub(super) attempts: i64,
    /// Whether an attempt may have been carried out, by whichever machine.
    pub(super) is_unsettled: bool,
    pub(super) sender: &'a Sender,
}

impl RawEntry {
    fn arrival(&self) -> Arrival<'_> {
        // What was never tried and says so. Of anything else more is remembered elsewhere, or nothing is known.
        let is_unsent = self.attempts == 0 && self.state == EntryState::Saved.name();
        Arrival {
            id: Some(self.id),
            created_ms: self.created_ms,
            attempts: self.attempts,
            is_unsettled: !is_unsent,
            sender: &self.sender,
        }
    }
}

/// Puts an entry in under the key in force, with its own id if that is free, and says which. The same signup twice is
/// one; none then.
pub(super) fn put(
    transaction: &Transaction<'_>,
    keys: &Keys,
    signup: &Signup,
    found: Arrival<'_>,
    state: EntryState,
) -> Result<Option<i64>, StoreError> {
    let sender = found.sender;
    let tag = keys.tag(&signup.phone, &sender.origin(), &sender.merchant_id).ok_or(StoreError::Sealing)?;
    // Each half has an index of its own.
    let mut twins = transaction.prepare(
        "SELECT id, created_ms, state, sealed FROM entry WHERE phone_tag = ?1 AND state <> 'attention'
         UNION ALL
         SELECT id, created_ms, state, sealed FROM entry WHERE phone_tag = ?1 AND state = 'attention'",
    )?;
    let twins = twins.query_map([tag.as_slice()], |row| {
        let record = RecordId { id: row.get(0)?, created_ms: row.get(1)? };
        let is_live = row.get_ref(2)?.as_str()? != "attention";
        Ok((is_live, keys.open(&row.get::<_, Vec<u8>>(3)?, record)))
    })?;
    let twins: Vec<(bool, Option<Signup>)> = twins.collect::<Result<_, _>>()?;
    if twins.iter().any(|(is_live, twin)| *is_live == state.is_live() && twin.as_ref() == Some(signup)) {
        return Ok(None);
    }
    let is_taken = twins.iter().any(|(is_live, _)| *is_live);
    let state = if is_taken && state.is_live() { TAKEN_TWICE } else { state };
    let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE id = ?1)";
    let id = match found.id {
        Some(id) if !transaction.query_row(sql, [id], |row| row.get(0))? => id,
        _ => next_number(transaction)?,
    };
    let record = RecordId { id, created_ms: found.created_ms };
    let sealed = keys.seal(signup, record).ok_or(StoreError::Sealing)?;
    transaction.execute(
        "INSERT INTO entry (id, phone_tag, state, reason, created_ms, attempts, base_url, merchant_id, store_id,
                            cash_id, unsettled, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            id,
            tag.as_slice(),
            state.name(),
            state.reason(),
            found.created_ms,
            found.attempts,
            sender.base_url,
            sender.merchant_id,
            sender.store_id,
            sender.cash_id,
            found.is_unsettled,
            sealed,
        ],
    )?;
    Ok(Some(id))
}
