//! Takes a queue to another machine: out into a sealed file, and in from one.

mod file;
mod rows;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use tokio::task::spawn_blocking;

use super::store::Store;
use super::{Outbox, StoreError};
use crate::domain::{Connection, Passphrase};
use file::{COST, Seal};

pub use rows::Bundle;

/// Why no file was made; every entry then stands as it stood.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is a file of that name.
    #[error("the file is there already")]
    Exists,
    /// The disk under the file refused, or did not keep what it was told.
    #[error("the file cannot be written")]
    File(#[source] io::Error),
    /// The outbox failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not made by an export, or by one that was cut short.
    #[error("the file is no finished export")]
    NotAnExport,
    /// Made by a newer program.
    #[error("the file was made by a newer version of the program")]
    UnknownVersion,
    /// The passphrase is another one, or the file is damaged; which of them, nobody can tell.
    #[error("the passphrase does not open the file, or the file is damaged")]
    CannotBeOpened,
}

/// What became of the entries of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// In rows of their own now.
    pub imported: usize,
    /// Here already, or in a file that was imported before.
    pub skipped: usize,
}

impl Outbox {
    /// Seals every entry that can be opened into a new file, mode 0600, and holds those that wait until they are released.
    ///
    /// The file can be opened only once the rows are held on disk, so that at no moment two machines send the same entry.
    /// An entry that is being sent, was exported before, or is sealed under a lost key is left out. One that needs a manager
    /// goes along, and stays here as it is too. Blocks the outbox for as long as the disk takes.
    ///
    /// # Errors
    /// [`ExportError::Exists`], or whatever a disk refused; no row is held then.
    pub async fn export(&self, file: PathBuf, passphrase: Passphrase) -> Result<usize, ExportError> {
        // Slow on purpose, so not where signups are stored.
        let seal = spawn_blocking(move || Seal::new(&passphrase, COST)).await.ok().flatten();
        let seal = seal.ok_or(StoreError::Sealing)?;
        // An error of the database is one for the keeper, too, who counts them and opens it anew.
        let export = move |store: &mut Store| match store.export(&file, &seal, |_| {}) {
            Err(ExportError::Store(error)) => Err(error),
            ended => Ok(ended),
        };
        self.work(move |keeper| keeper.carry_out_once(export)).await?
    }

    /// Takes over what was in a file, in one transaction, for a station that works under `link`.
    ///
    /// Entries of another origin or merchant rest. What is here already is skipped, and so is a file that was imported before.
    ///
    /// # Errors
    /// [`StoreError::Full`], or whatever the database refused; nothing is taken over then.
    pub async fn import(&self, bundle: Bundle, link: Connection, now_ms: i64) -> Result<Imported, StoreError> {
        self.ask(move |store| store.import(&bundle, &link, now_ms)).await
    }

    /// Lets exported entries be sent from here again: one, or all of them. How many there were.
    ///
    /// Another machine may have sent them by now, so each counts as one whose end is unknown.
    ///
    /// # Errors
    /// Whatever the database refused.
    pub async fn release(&self, id: Option<i64>) -> Result<usize, StoreError> {
        self.ask(move |store| store.release(id)).await
    }
}
