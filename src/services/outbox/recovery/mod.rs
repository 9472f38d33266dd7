//! A damaged database is moved aside whole. The copy takes its place, and what SQLite still reads from the damaged one, and the
//! copy lacks, is added. Every step may be cut short: the next start goes on with it.

mod quarantine;
mod rows;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::db::copy::{copied_ms, copy_of, distrust};
use super::db::entries::next_number;
use super::db::history::mark_as_copy;
use super::db::schema::{self, exists, wal_of};
use super::db::seal::Keyring;
use super::error::StoreError;
use super::status::{ReturnCause, Returned};
use crate::services::durable;

pub(super) use quarantine::Quarantine;

/// After damage so many numbers are not given: rows that nobody can read had some, and an answer to one may be on its way.
const NUMBERS_LEFT_OUT: i64 = 1_000;

/// Opens the database of a station. Where there is none any more, the copy takes its place.
///
/// # Errors
/// One of damage says that the database must be moved to the quarantine; then this is to be called again.
pub(super) fn open(db: &Path, quarantine: &Quarantine, keys: &Keyring) -> Result<Connection, StoreError> {
    let copy = copy_of(db);
    if !exists(db) && !exists(&wal_of(db)) && exists(&copy) {
        if quarantine.unsearched().map_err(StoreError::Storage)?.is_empty() {
            tracing::error!("the outbox database has vanished");
            quarantine.take(db).map_err(StoreError::Storage)?;
        }
        match prepare(&copy) {
            Err(error) if error.is_damage() => {
                tracing::error!(%error, "the copy of the outbox cannot be read either");
                quarantine.take(&copy)
            }
            prepared => prepared.map(|()| durable::rename(&copy, db).and_then(|()| durable::sync_parent(db)))?,
        }
        .map_err(StoreError::Storage)?;
    }
    let mut connection = schema::open(db)?;
    search(&mut connection, quarantine, keys)?;
    Ok(connection)
}

/// Makes the copy ready to be the database: nobody knows what became of its entries since, and everything is in one file.
fn prepare(copy: &Path) -> Result<(), StoreError> {
    let mut connection = schema::open(copy)?;
    let transaction = connection.transaction()?;
    distrust(&transaction, "TRUE", [])?;
    mark_as_copy(&transaction)?;
    transaction.commit()?;
    close(connection)?;
    if exists(&wal_of(copy)) { Err(StoreError::Unsafe("the copy cannot be completed")) } else { Ok(()) }
}

/// Takes over what can be read in the quarantine and was not searched yet.
fn search(connection: &mut Connection, quarantine: &Quarantine, keys: &Keyring) -> Result<(), StoreError> {
    for damaged in quarantine.unsearched().map_err(StoreError::Storage)? {
        let transaction = connection.transaction()?;
        rows::add(&transaction, &damaged.db(), keys)?;
        // Where there was no copy, the database is new.
        mark_as_copy(&transaction)?;
        let last = next_number(&transaction)?.saturating_add(NUMBERS_LEFT_OUT - 1);
        transaction.execute("INSERT OR REPLACE INTO numbered (one, last) VALUES (1, ?1)", [last])?;
        let count = transaction.query_row("SELECT COUNT(*) FROM entry", [], |row| row.get(0))?;
        let copied_ms = copied_ms(&transaction)?;
        // A clock that somebody took away begins anew.
        let moved_ms = transaction.query_row("SELECT now_ms FROM station_clock", [], |row| row.get(0)).optional()?;
        transaction.commit()?;
        damaged
            .mark_restored(Returned { cause: ReturnCause::Damage, count, copied_ms }, moved_ms.unwrap_or_default())
            .map_err(StoreError::Storage)?;
        tracing::error!(count, "signups were brought back after damage");
    }
    Ok(())
}

fn close(connection: Connection) -> Result<(), StoreError> {
    connection.close().map_err(|(_, error)| error.into())
}
