//! What is done each time the database is opened, also anew after an error: about attempts that were cut short, and about
//! records whose key is gone or back.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{ErrorCode, OptionalExtension, Transaction, params};

use super::entries::{EXPORTED, KEY_LOST, TAKEN_TWICE, live_row, state};
use super::seal::{Keyring, Keys, RecordId};
use super::store::Store;
use super::{consents, copy, history};
use crate::domain::Signup;
use crate::domain::delivery::EntryState;
use crate::services::outbox::entry::Sender;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::recovery::{self, Quarantine};
use crate::services::secrets::HistoryFile;

/// An entry as it is stored.
struct StoredEntry {
    record: RecordId,
    state: EntryState,
    sender: Sender,
    sealed: Vec<u8>,
}

/// Opens the database of a station; one that is damaged is moved aside, and the copy takes its place.
pub(super) fn open(data: &Path, keys: &Arc<Keyring>, history: &HistoryFile) -> Result<Store, StoreError> {
    let (path, quarantine) = (data.join("outbox.db"), Quarantine::of(data));
    match open_settled(&path, &quarantine, keys, history) {
        Err(error) if error.is_damage() => {
            tracing::error!(%error, "the outbox cannot be read");
            quarantine.take(&path).map_err(StoreError::Storage)?;
            open_settled(&path, &quarantine, keys, history)
        }
        opened => opened,
    }
}

fn open_settled(
    path: &Path,
    quarantine: &Quarantine,
    keys: &Arc<Keyring>,
    history: &HistoryFile,
) -> Result<Store, StoreError> {
    let db = recovery::open(path, quarantine, keys)?;
    let mut store = Store::new(db, Arc::clone(keys), copy::copy_of(path));
    match settle(&mut store).and_then(|()| history::settle(&mut store, history)) {
        Ok(has_erased) if has_erased => quarantine.clear().map(|()| store).map_err(StoreError::Storage),
        Ok(_) => Ok(store),
        Err(error) => {
            // It may be about to be moved aside.
            store.close_as_it_is();
            Err(error)
        }
    }
}

/// Attempts that a dead process left behind have an unknown end; records that cannot be opened rest, and those that
/// can be opened again wake.
fn settle(store: &mut Store) -> Result<(), StoreError> {
    let transaction = store.db.transaction()?;
    transaction.execute("UPDATE entry SET state = 'unknown', reason = NULL WHERE state = 'in_flight'", [])?;
    let mark = store.keys.current.mark().ok_or(StoreError::Sealing)?;
    let known: Option<Vec<u8>> =
        transaction.query_row("SELECT value FROM known WHERE name = 'key'", [], |row| row.get(0)).optional()?;
    // Opening every entry at every start would take longer than the rest of the start.
    let is_same_key = known.as_deref() == Some(mark.as_slice());
    for StoredEntry { record, state, sender, sealed } in stored(&transaction, is_same_key)? {
        if store.keys.current.open(&sealed, record, &sender).is_some() {
            if state == KEY_LOST {
                set_state(&transaction, record.id, EntryState::Unknown)?;
            }
        } else if let Some(signup) =
            store.keys.open(&sealed, record, &sender).or_else(|| store.keys.open_first_layout(&sealed, record))
        {
            let awake = if state == KEY_LOST { EntryState::Unknown } else { state };
            reseal(&transaction, &store.keys.current, (record, &sender), &signup, awake)?;
        } else if state.is_live() && ![KEY_LOST, EXPORTED].contains(&state) {
            set_state(&transaction, record.id, KEY_LOST)?;
        }
    }
    if !is_same_key || !store.keys.old.is_empty() {
        consents::reseal(&transaction, &store.keys)?;
    }
    if !is_same_key {
        transaction.execute("INSERT OR REPLACE INTO known (name, value) VALUES ('key', ?1)", [mark.as_slice()])?;
    }
    transaction.commit()?;
    Ok(())
}

/// The entries that are looked into at a start: all of them, or those that may be sealed under another key.
///
/// Every row is read all the same: one that cannot be is damage that SQLite's own check does not see.
fn stored(transaction: &Transaction<'_>, is_same_key: bool) -> rusqlite::Result<Vec<StoredEntry>> {
    let mut query = transaction.prepare(
        "SELECT id, state, reason, created_ms, attempts, base_url, merchant_id, store_id, cash_id, sealed FROM entry
         ORDER BY id",
    )?;
    let mut rows = query.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let state = state(row, 1)?;
        let record = RecordId { id: row.get(0)?, created_ms: row.get(3)? };
        row.get::<_, i64>(4)?;
        let sender = Sender::read(row, 5)?;
        let sealed = row.get_ref(9)?.as_blob()?;
        if is_same_key && state.is_live() && state != KEY_LOST {
            continue;
        }
        entries.push(StoredEntry { record, state, sender, sealed: sealed.to_vec() });
    }
    Ok(entries)
}

/// Seals an entry of a key that is back under the one in force. Where its phone signed up again meanwhile, the same signup
/// is one, and a manager decides about another.
fn reseal(
    transaction: &Transaction<'_>,
    keys: &Keys,
    (record, sender): (RecordId, &Sender),
    signup: &Signup,
    state: EntryState,
) -> Result<(), StoreError> {
    let tag = keys.tag(&signup.phone, &sender.origin(), &sender.merchant_id).ok_or(StoreError::Sealing)?;
    let sealed = keys.seal(signup, record, sender).ok_or(StoreError::Sealing)?;
    let put = |state: EntryState| {
        let sql = "UPDATE entry SET phone_tag = ?2, state = ?3, reason = ?4, sealed = ?5 WHERE id = ?1";
        transaction.execute(sql, params![record.id, tag.as_slice(), state.name(), state.reason(), sealed])
    };
    match put(state) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            if live_row(transaction, &tag)?.is_some_and(|twin| twin.holds(signup, keys)) {
                transaction.execute("DELETE FROM entry WHERE id = ?1", [record.id])?;
            } else {
                put(TAKEN_TWICE)?;
            }
        }
        put => _ = put?,
    }
    Ok(())
}

fn set_state(transaction: &Transaction<'_>, id: i64, state: EntryState) -> Result<(), StoreError> {
    let parameters = params![id, state.name(), state.reason()];
    transaction.execute("UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1", parameters)?;
    Ok(())
}
