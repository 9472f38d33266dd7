//! What a manager does with one entry: looks into it, corrects it, deletes it.

use rusqlite::{OptionalExtension, Transaction, params};

use super::copy::{self, Removal};
use super::entries::{self, OTHER_STATION, next_number, state};
use super::seal::RecordId;
use super::store::Store;
use super::{consents, retention};
use crate::domain::Signup;
use crate::domain::delivery::EntryState;
use crate::domain::queue::DeleteReason;
use crate::services::outbox::entry::Outgoing;
use crate::services::outbox::error::StoreError;

/// How a change by a manager ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// As wished.
    Done,
    /// The entry has left the queue.
    Gone,
    /// The entry is being sent: its end is waited for.
    InFlight,
    /// Another signup of the phone is on its way.
    AnotherWaits,
}

/// What is sealed in an entry; nothing if it is not there any more.
pub(in crate::services) fn reveal(store: &Store, id: i64) -> Result<Option<Signup>, StoreError> {
    Ok(entries::read(store, id)?.map(|entry| entry.signup))
}

/// Why an entry cannot be changed just now; none if it can.
fn obstacle(store: &Store, id: i64) -> Result<Option<Change>, StoreError> {
    let sql = "SELECT state, reason FROM entry WHERE id = ?1";
    let found = store.db.query_row(sql, [id], |row| state(row, 0)).optional()?;
    Ok(match found {
        None => Some(Change::Gone),
        Some(EntryState::InFlight) => Some(Change::InFlight),
        Some(_) => None,
    })
}

/// Puts a signup with other details in the place of an entry. It gets a number of its own: an answer to what was sent under the old
/// one says nothing of it. The evidence of consents goes along, under the phone as it is now.
pub(in crate::services) fn correct(store: &mut Store, id: i64, signup: &Signup) -> Result<Change, StoreError> {
    if let Some(obstacle) = obstacle(store, id)? {
        return Ok(obstacle);
    }
    let Some(before) = entries::read(store, id)? else {
        return Ok(Change::Gone);
    };
    let sender = &before.sender;
    let tag =
        store.keys.current.tag(&signup.phone, &sender.origin(), &sender.merchant_id).ok_or(StoreError::Sealing)?;
    // Before anything leaves the copy: what stays must come back from it.
    if entries::live_row(&store.db, &tag)?.is_some_and(|live| live.id() != id) {
        return Ok(Change::AnotherWaits);
    }
    // The details that are replaced must not come back.
    let removal = Removal::of_signup(&store.db, id)?;
    copy::take_out(store, &removal)?;
    replace(store, &before, (signup, &tag))?;
    if let Err(error) = store.empty_log() {
        store.doubt = Some(error);
    }
    Ok(Change::Done)
}

fn replace(store: &mut Store, before: &Outgoing, (signup, tag): (&Signup, &[u8; 32])) -> Result<(), StoreError> {
    let keys = &store.keys.current;
    let (id, sender) = (before.id, &before.sender);
    let transaction = store.db.transaction()?;
    let new = next_number(&transaction)?;
    let record = RecordId { id: new, created_ms: before.created_ms };
    let sealed = keys.seal(signup, record, sender).ok_or(StoreError::Sealing)?;
    // Under another phone nothing was ever sent.
    let is_unsettled = before.stats.is_unsettled && before.signup.phone == signup.phone;
    let is_elsewhere = transaction.query_row(
        "SELECT state = 'held' AND reason IS ?2 FROM entry WHERE id = ?1",
        params![id, OTHER_STATION.reason()],
        |row| row.get(0),
    )?;
    let state = if is_elsewhere { OTHER_STATION } else { EntryState::Pending };
    let sql = "SELECT seen_at_ms FROM entry WHERE id = ?1";
    let seen_at_ms: Option<i64> = transaction.query_row(sql, [id], |row| row.get(0))?;
    transaction.execute("DELETE FROM entry WHERE id = ?1", [id])?;
    transaction.execute(
        "INSERT INTO entry (id, phone_tag, state, reason, created_ms, attempts, base_url, merchant_id, store_id, cash_id,
                            sealed, seen_at_ms, unsettled)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            new,
            tag.as_slice(),
            state.name(),
            state.reason(),
            before.created_ms,
            before.attempts,
            sender.base_url,
            sender.merchant_id,
            sender.store_id,
            sender.cash_id,
            sealed,
            seen_at_ms,
            is_unsettled,
        ],
    )?;
    consents::move_to(&transaction, &store.keys, (id, new), &signup.phone)?;
    transaction.commit()?;
    Ok(())
}

/// Deletes an entry, and keeps what has no personal data: that there was one, and why it is gone. The evidence of consents stays
/// until its own time is over, as when an entry has waited too long.
pub(in crate::services) fn delete(
    store: &mut Store,
    id: i64,
    reason: DeleteReason,
    wall_ms: i64,
) -> Result<Change, StoreError> {
    if let Some(obstacle) = obstacle(store, id)? {
        return Ok(obstacle);
    }
    let removal = Removal { entries: vec![id], consents: Vec::new() };
    copy::take_out(store, &removal)?;
    let transaction: Transaction<'_> = store.db.transaction()?;
    retention::note_ended(&transaction, &removal, (wall_ms, Some(reason)))?;
    transaction.commit()?;
    if let Err(error) = store.empty_log() {
        store.doubt = Some(error);
    }
    Ok(Change::Done)
}
