//! A damaged database is moved aside whole, and what can still be read goes back to work. Nothing is ever deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::StoreError;
use super::pages::{self, RawEntry};
use crate::services::durable;

/// The folder of databases that were damaged: `outbox-N.db` with its log, and `outbox-N.salvaged` once it was searched.
#[derive(Debug)]
pub(super) struct Quarantine {
    folder: PathBuf,
}

/// A damaged database that was not searched yet, or whose search was cut short.
#[derive(Debug)]
pub(super) struct Unsearched {
    stem: PathBuf,
}

impl Quarantine {
    pub(super) fn of(data: &Path) -> Self {
        Self { folder: data.join("quarantine") }
    }

    /// Moves a database and its log here.
    pub(super) fn take(&self, db: &Path) -> io::Result<()> {
        durable::create_private_dir(&self.folder)?;
        let mut stems = (1_u32..).map(|n| self.stem(n));
        let stem = stems.find(|stem| !exists(&db_of(stem)) && !exists(&salvaged(stem))).ok_or(io::ErrorKind::Other)?;
        // The log goes first: left alone without its database, SQLite would delete it. A move that is cut short between
        // the two is finished under the same number.
        for (from, to) in [(wal_of(db), wal_of(&db_of(&stem))), (db.to_owned(), db_of(&stem))] {
            if exists(&from) {
                fs::rename(&from, &to)?;
                durable::sync_parent(&to)?;
                durable::sync_parent(&from)?;
            }
        }
        tracing::error!(
            name = stem.file_name().and_then(|name| name.to_str()),
            "the outbox database is damaged and was moved to the quarantine"
        );
        Ok(())
    }

    /// What was not searched to the end.
    pub(super) fn unsearched(&self) -> Vec<Unsearched> {
        let is_taken =
            |stem: &PathBuf| exists(&db_of(stem)) || exists(&wal_of(&db_of(stem))) || exists(&salvaged(stem));
        let stems = (1_u32..).map(|n| self.stem(n)).take_while(is_taken);
        stems.filter(|stem| !exists(&salvaged(stem))).map(|stem| Unsearched { stem }).collect()
    }

    fn stem(&self, number: u32) -> PathBuf {
        self.folder.join(format!("outbox-{number}"))
    }
}

impl Unsearched {
    /// Everything that looks like an entry.
    pub(super) fn entries(&self) -> io::Result<Vec<RawEntry>> {
        let db = db_of(&self.stem);
        Ok(pages::entries(&read(&db)?, &read(&wal_of(&db))?))
    }

    /// Takes note that what could be read is safe elsewhere.
    pub(super) fn is_searched(&self) -> io::Result<()> {
        durable::touch_private(&salvaged(&self.stem))
    }
}

/// Whether an error says that the file is damaged, and not that it cannot be had just now.
pub(super) fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged => true,
        StoreError::Database(error) => match error {
            rusqlite::Error::SqliteFailure(failure, _) => {
                matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
                    || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ
            }
            // What is stored is not of the type that was written.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::SqlInputError { .. }
            | rusqlite::Error::Utf8Error(..) => true,
            _ => false,
        },
        _ => false,
    }
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn db_of(stem: &Path) -> PathBuf {
    stem.with_added_extension("db")
}

fn salvaged(stem: &Path) -> PathBuf {
    stem.with_added_extension("salvaged")
}

/// The log that SQLite keeps beside a database.
pub(super) fn wal_of(db: &Path) -> PathBuf {
    let mut path = db.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}
