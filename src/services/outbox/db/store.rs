//! The open database of one station, and what keeps it sound besides what is in it: its log, its end, and the proof that it takes
//! something.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::consents::TextHash;
use super::schema;
use super::seal::Keyring;
use crate::services::outbox::error::StoreError;

/// The open database of one station.
pub(in crate::services) struct Store {
    pub(in crate::services) db: Connection,
    pub(super) keys: Arc<Keyring>,
    /// The file of the copy.
    pub(super) copy: PathBuf,
    /// How much had been written when the copy was last brought up to date; none before that.
    pub(super) copied_at: Option<u64>,
    /// What went wrong after all that matters was stored.
    pub(super) doubt: Option<StoreError>,
    /// Consent texts that the database is known to hold.
    pub(super) known_texts: Vec<TextHash>,
}

/// Pages. The first signup after it waits for the disk twice, so it is not sooner than need be.
const LONG_LOG: i64 = 850;

impl Store {
    /// A store over an open database, which nobody else uses.
    pub(super) fn new(db: Connection, keys: Arc<Keyring>, copy: PathBuf) -> Self {
        Self { db, keys, copy, copied_at: None, doubt: None, known_texts: Vec::new() }
    }

    /// Moves what the log holds into the database and empties it.
    pub(super) fn empty_log(&mut self) -> Result<(), StoreError> {
        let is_busy: bool = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
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

    /// Whether anything was written since the copy was last brought up to date.
    pub(super) fn is_ahead_of_copy(&self) -> bool {
        self.copied_at != Some(self.changes())
    }

    /// A number that grows with everything that is written.
    pub(super) fn changes(&self) -> u64 {
        self.db.total_changes()
    }

    pub(super) fn is_between_transactions(&self) -> bool {
        self.db.is_autocommit()
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
