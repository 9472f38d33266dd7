//! The queue as a whole: which entries wait, whose they are, and how they stand, for the delivery, for people and for a manager.

use rusqlite::{Row, params};

use super::attempts::keep;
use super::columns::text;
use super::entries::{EXPORTED, OTHER_STATION, count, state};
use super::seal::RecordId;
use super::store::Store;
use crate::domain::connection::Origin;
use crate::domain::delivery::{EntryState, Pending};
use crate::services::outbox::entry::{Counts, Entry, Sender};
use crate::services::outbox::error::StoreError;

/// Every live entry, oldest first, and where it stands.
pub(in crate::services) fn live(store: &Store) -> Result<Vec<Pending>, StoreError> {
    let mut query =
        store.db.prepare("SELECT id, state, reason, attempts FROM entry WHERE state <> 'attention' ORDER BY id")?;
    let live = query.query_map([], |row| {
        let state = state(row, 1)?;
        Ok(Pending { id: row.get(0)?, state, attempts: count(row, 3)? })
    })?;
    Ok(live.collect::<Result<_, _>>()?)
}

/// Lets entries of another origin or merchant rest, and wakes those of this one.
pub(in crate::services) fn belong_to(store: &mut Store, origin: &Origin, merchant_id: &str) -> Result<(), StoreError> {
    let transaction = store.db.transaction()?;
    for (sender, rests) in senders(&transaction)? {
        // There are few stations, and many entries of each.
        let (from_rest, to) = match (sender.is_of(origin, merchant_id), rests) {
            (true, true) => (true, EntryState::Pending),
            (false, false) => (false, OTHER_STATION),
            (true, false) | (false, true) => continue,
        };
        transaction.execute(
            "UPDATE entry SET state = ?1, reason = ?2
             WHERE state <> 'attention' AND reason IS NOT 'exported' AND base_url = ?3 AND merchant_id = ?4
                   AND (state = 'held' AND reason IS ?5) = ?6",
            params![to.name(), to.reason(), sender.base_url, sender.merchant_id, OTHER_STATION.reason(), from_rest,],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// Under which stations live entries were taken, without store and cash id, and whether they rest for that.
fn senders(transaction: &rusqlite::Transaction<'_>) -> Result<Vec<(Sender, bool)>, StoreError> {
    let mut query = transaction.prepare(
        "SELECT DISTINCT base_url, merchant_id, state = 'held' AND reason IS ?1 FROM entry WHERE state <> 'attention'",
    )?;
    let senders = query.query_map([OTHER_STATION.reason()], |row| {
        let sender = Sender {
            base_url: text(row, 0)?,
            merchant_id: text(row, 1)?,
            store_id: String::new(),
            cash_id: String::new(),
        };
        Ok((sender, row.get(2)?))
    })?;
    Ok(senders.collect::<Result<_, _>>()?)
}

/// Puts one entry, or all that are held or need a manager, back in line; those of another station stay.
pub(in crate::services) fn retry(store: &mut Store, id: Option<i64>) -> Result<usize, StoreError> {
    let mut count = 0;
    let stuck: Vec<(i64, bool)> = {
        let mut query = store.db.prepare(
            "SELECT id, reason IS ?3 FROM entry WHERE (?1 IS NULL OR id = ?1)
                 AND (state = 'attention' OR state = 'held' AND reason IS NOT ?2) ORDER BY id",
        )?;
        let parameters = params![id, OTHER_STATION.reason(), EXPORTED.reason()];
        query.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    for (id, is_exported) in stuck {
        // What may have been carried out is remembered apart from the state; by another machine, nobody knows.
        let state = if is_exported { EntryState::Unknown } else { EntryState::Pending };
        match keep(store, id, state) {
            Ok(()) => count += 1,
            // Another signup of the same phone is on its way: this one goes on waiting for a manager.
            Err(StoreError::Database(error))
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Every entry, oldest first, without what is sealed.
pub(in crate::services) fn list(store: &Store) -> Result<Vec<Entry>, StoreError> {
    let mut query = store.db.prepare(
        "SELECT id, state, reason, created_ms, attempts, sealed, base_url, merchant_id, store_id, cash_id FROM entry
         ORDER BY id",
    )?;
    let entries = query.query_map([], |row| entry(store, row))?.collect::<Result<_, _>>()?;
    Ok(entries)
}

fn entry(store: &Store, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (id, created_ms) = (row.get(0)?, row.get(3)?);
    let (sealed, sender) = (row.get_ref(5)?.as_blob()?, Sender::read(row, 6)?);
    Ok(Entry {
        id,
        // A state this program does not know was put there by nobody; a manager must look.
        state: state(row, 1)?,
        created_ms,
        attempts: count(row, 4)?,
        phone_masked: store.keys.open(sealed, RecordId { id, created_ms }, &sender).map(|signup| signup.phone.masked()),
        sender,
    })
}

/// How many entries wait, are held, and need a manager, and since when the oldest waits.
pub(in crate::services) fn counts(store: &Store) -> Result<Counts, StoreError> {
    let counts = store.db.query_row(
        "SELECT COUNT(*) FILTER (WHERE state IN ('saved', 'in_flight', 'pending', 'unknown')),
                COUNT(*) FILTER (WHERE state = 'held'),
                COUNT(*) FILTER (WHERE state = 'attention'),
                MIN(created_ms) FILTER (WHERE state <> 'attention')
         FROM entry",
        [],
        |row| Ok(Counts { waiting: row.get(0)?, held: row.get(1)?, attention: row.get(2)?, oldest_ms: row.get(3)? }),
    )?;
    Ok(counts)
}
