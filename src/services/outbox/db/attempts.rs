//! What is stored of the attempts to deliver an entry: that one begins, how it stands after it, how it left.

use rusqlite::{ErrorCode, OptionalExtension, params};

use super::consents;
use super::copy::{self, Removal};
use super::entries::{KEY_LOST, MOST_NUMBER, OTHER_STATION, count, read};
use super::seal::RecordId;
use super::store::Store;
use crate::domain::connection::Connection as StationLink;
use crate::domain::delivery::{AttemptStats, Concern, EntryState, FinalState};
use crate::services::outbox::entry::Outgoing;
use crate::services::outbox::error::StoreError;

const NOT_PERMITTED: EntryState = EntryState::Attention(Concern::NotPermitted);

/// An entry that may be sent over this link; none if it is gone, needs a manager, or belongs elsewhere.
pub(in crate::services) fn find_sendable(
    store: &mut Store,
    id: i64,
    link: &StationLink,
) -> Result<Option<Outgoing>, StoreError> {
    let is_resting = "SELECT state = 'attention' OR reason IS 'exported' FROM entry WHERE id = ?1";
    if store.db.query_row(is_resting, [id], |row| row.get(0)).optional()? != Some(false) {
        return Ok(None);
    }
    let found = match read(store, id) {
        // Sealed under a key that is gone. It is kept: the key may turn up again.
        Err(StoreError::Sealing) => {
            keep(store, id, KEY_LOST)?;
            return Ok(None);
        }
        Err(error) => return Err(error),
        Ok(None) => return Ok(None),
        Ok(Some(found)) => found,
    };
    let is_ours = found.sender.is_of(&link.base_url.origin(), link.merchant_id.as_str());
    if is_ours {
        return Ok(Some(found));
    }
    // The settings may have changed since the queue was sorted: what counts is where the bytes would go.
    store.db.execute(
        "UPDATE entry SET state = ?2, reason = ?3
         WHERE id = ?1 AND state <> 'attention'",
        params![id, OTHER_STATION.name(), OTHER_STATION.reason()],
    )?;
    Ok(None)
}

/// Records an attempt before any byte of it leaves; none if the entry is gone or not to be sent over this link.
pub(in crate::services) fn begin(
    store: &mut Store,
    id: i64,
    link: &StationLink,
) -> Result<Option<Outgoing>, StoreError> {
    let Some(before) = find_sendable(store, id, link)? else {
        return Ok(None);
    };
    // From now on it may be carried out, whoever dies meanwhile.
    let changed = store.db.execute(
        "UPDATE entry SET state = 'in_flight', reason = NULL, attempts = MAX(0, MIN(attempts, 4294967294)) + 1, unsettled = 1
         WHERE id = ?1 AND state <> 'attention'",
        [id],
    )?;
    // Its stats are those from before this attempt: the answer decides what becomes of them.
    let attempts = before.attempts.saturating_add(1);
    Ok((changed == 1).then_some(Outgoing { attempts, ..before }))
}

/// Leaves an entry waiting, or to a manager.
pub(super) fn keep(store: &mut Store, id: i64, state: EntryState) -> Result<(), StoreError> {
    store
        .db
        .execute("UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1", params![id, state.name(), state.reason()])?;
    Ok(())
}

/// Leaves an entry waiting, or to a manager, after an attempt or a lookup, with what is kept of its attempts.
pub(in crate::services) fn keep_tried(
    store: &mut Store,
    tried: &Outgoing,
    state: EntryState,
) -> Result<(), StoreError> {
    let AttemptStats { is_unsettled, unusable, server_errors, fruitless } = tried.stats;
    store.db.execute(
        "UPDATE entry SET state = ?2, reason = ?3, attempts = ?4, unsettled = ?5, unusable = ?6,
                          server_errors = ?7, fruitless = ?8
         WHERE id = ?1 AND created_ms = ?9 AND (state <> 'attention' OR ?2 = 'attention')",
        params![
            tried.id,
            state.name(),
            state.reason(),
            tried.attempts,
            is_unsettled,
            unusable,
            server_errors,
            fruitless,
            tried.created_ms
        ],
    )?;
    Ok(())
}

/// Takes an entry back from the manager that was blamed for what turned out to be the station's trouble, and says how often it was
/// tried; nothing if it is no longer there, or another signup of its phone waits by now.
pub(in crate::services) fn reclassify(store: &mut Store, id: i64, hold: EntryState) -> Result<Option<u32>, StoreError> {
    let changed = store.db.query_row(
        "UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1 AND state = ?4 AND reason = ?5 RETURNING attempts",
        params![id, hold.name(), hold.reason(), NOT_PERMITTED.name(), NOT_PERMITTED.reason()],
        |row| count(row, 0),
    );
    match changed.optional() {
        Ok(attempts) => Ok(attempts),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes an entry out, its payload with it, and counts how it ended.
///
/// After a damaged database was put aside, its number may be another's: the time tells them apart.
pub(in crate::services) fn end(
    store: &mut Store,
    RecordId { id, created_ms }: RecordId,
    ending: FinalState,
) -> Result<(), StoreError> {
    if ending == FinalState::Withdrawn {
        let removal = Removal::of_signup(&store.db, id)?;
        copy::take_out(store, &removal)?;
    }
    let transaction = store.db.transaction()?;
    let removed = transaction.execute("DELETE FROM entry WHERE id = ?1 AND created_ms = ?2", [id, created_ms])?;
    if ending == FinalState::Withdrawn && removed == 1 {
        // Nobody was signed up: whoever tries again ticks again.
        consents::drop_of(&transaction, id)?;
    }
    transaction.execute(
        "INSERT INTO ended (ending, count) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET count = MAX(0, MIN(count, ?3)) + ?2",
        params![ending_name(ending), i64::try_from(removed).unwrap_or(0), MOST_NUMBER],
    )?;
    transaction.commit()?;
    // The log still holds the sealed payload. The entry has ended whether or not it can be emptied now.
    if let Err(error) = store.empty_log() {
        store.doubt = Some(error);
    }
    Ok(())
}

fn ending_name(ending: FinalState) -> &'static str {
    match ending {
        FinalState::Delivered => "delivered",
        FinalState::AlreadyMember => "already_member",
        FinalState::Withdrawn => "withdrawn",
    }
}
