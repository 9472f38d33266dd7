//! A damaged database is moved aside whole, and what can still be read goes back to work. Nothing is ever deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(super) mod pages;

use super::error::StoreError;
use crate::services::{damage, durable};
use pages::RawEntry;

/// The folder of databases that were damaged: `outbox-N.db` with its log, `outbox-N.salvaged` with the number of entries
/// found once it was searched, and `outbox-N.seen` once a person knows.
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

    /// How many entries were salvaged from what nobody has taken note of yet; none if there is nothing of the kind.
    pub(super) fn unseen(&self) -> Option<u32> {
        let counts: Vec<u32> = self.unseen_stems().map(|stem| count_in(&salvaged(&stem))).collect();
        (!counts.is_empty()).then(|| counts.iter().sum())
    }

    /// A person has taken note of all there is.
    pub(super) fn is_seen(&self) -> io::Result<()> {
        self.unseen_stems().try_for_each(|stem| durable::touch_private(&seen(&stem)))
    }

    fn unseen_stems(&self) -> impl Iterator<Item = PathBuf> {
        let stems = (1_u32..).map(|n| self.stem(n)).take_while(|stem| exists(&salvaged(stem)));
        stems.filter(|stem| !exists(&seen(stem)))
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
    pub(super) fn is_searched(&self, count: usize) -> io::Result<()> {
        durable::replace(&salvaged(&self.stem), |aside| fs::write(aside, count.to_string()))
    }
}

/// Whether an error says that the file is damaged, and not that it cannot be had just now.
pub(super) fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged => true,
        StoreError::Database(error) => damage::is_damage(error),
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

fn seen(stem: &Path) -> PathBuf {
    stem.with_added_extension("seen")
}

fn count_in(path: &Path) -> u32 {
    fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default()
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
