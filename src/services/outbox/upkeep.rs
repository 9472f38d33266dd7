//! What keeps a database sound besides the signups in it: its log, its end, and the proof that it takes something.

use rusqlite::config::DbConfig;

use super::seal::Place;
use super::store::{Store, live_row, tag};
use super::{StoreError, schema};
use crate::domain::station::Connection as StationLink;
use crate::domain::{Phone, Signup};
use crate::services::sabotage::Sabotage;

/// Pages. The first signup after it waits for the disk twice, so it is not sooner than need be.
const LONG_LOG: i64 = 850;

impl Store {
    /// The live entry that holds this very signup, if there is one.
    pub(super) fn find(&mut self, signup: &Signup, link: &StationLink) -> Result<Option<i64>, StoreError> {
        let keys = &self.keys.current;
        let tag = tag(keys, signup, link)?;
        let found = live_row(&self.db.transaction()?, &tag)?;
        Ok(found.and_then(|live| {
            let place = Place { id: live.id, created_ms: live.created_ms };
            (keys.open(&live.sealed, place).as_ref() == Some(signup)).then_some(live.id)
        }))
    }

    /// Every row that holds a signup of this phone, wherever it stands.
    pub(super) fn entries_of(&self, phone: &Phone) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare("SELECT id, created_ms, sealed FROM entry ORDER BY id")?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let place = Place { id: row.get(0)?, created_ms: row.get(1)? };
            let sealed = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            if self.keys.open(sealed, place).is_some_and(|signup| signup.phone == *phone) {
                found.push(place.id);
            }
        }
        Ok(found)
    }

    /// Moves what the log holds into the database and empties it.
    pub(super) fn empty_log(&mut self) -> Result<(), StoreError> {
        let is_busy: bool = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        self.emptied_at = self.db.total_changes();
        if is_busy { Err(StoreError::Unsafe("the log of the database cannot be emptied")) } else { Ok(()) }
    }

    /// Moves what the log holds into the database before it is as long as it may be, so that no signup has to wait
    /// until that is done.
    pub(super) fn relieve_log(&mut self) -> Result<(), StoreError> {
        let mut ask = self.db.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
        let waiting: i64 = ask.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))?;
        if waiting > LONG_LOG {
            self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Has the database store something, so that it is known that it can.
    pub(super) fn prove(&mut self) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        schema::set_version(&transaction)?;
        transaction.commit()?;
        self.empty_log()
    }

    /// Whether anything was written since the log was last emptied.
    pub(super) fn has_written(&self) -> bool {
        self.changes() != self.emptied_at
    }

    /// A number that grows with everything that is written.
    pub(super) fn changes(&self) -> u64 {
        self.db.total_changes()
    }

    pub(super) fn is_between_transactions(&self) -> bool {
        self.db.is_autocommit() || Sabotage::SavedBeforeCommit.is_on()
    }

    /// Closes the files without writing anything more: what they hold is to be read as it is.
    pub(super) fn close_as_it_is(self) {
        if self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).is_err() {
            tracing::warn!("the database may be written to once more as it is closed");
        }
        if let Err((_, error)) = self.db.close() {
            tracing::warn!(%error, "the database could not be closed");
        }
    }
}
