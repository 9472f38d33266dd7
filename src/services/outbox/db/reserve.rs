//! Room kept for the day when the disk is full: even taking a row out of a database needs some.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::services::{disk, durable};

/// What the database, its log and the journal may still need.
const LEAST_FREE: u64 = 32 * 1024 * 1024;
const RESERVE: usize = 1024 * 1024;

/// The file that takes the room, and the folder it is in.
#[derive(Debug)]
pub(super) struct Reserve {
    folder: PathBuf,
    file: PathBuf,
    /// New signups are refused below this many bytes.
    least_free: u64,
}

impl Reserve {
    pub(super) fn in_dir(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), file: folder.join("reserve"), least_free: LEAST_FREE }
    }

    /// Whether there is too little room for another signup.
    pub(super) fn is_low(&self) -> bool {
        disk::free_bytes(&self.folder).is_some_and(|free| free < self.least_free)
    }

    /// Takes the room, unless it is taken already or there is too little. Nothing depends on it until the disk is full.
    pub(super) fn keep(&self) {
        // The name of before 0.2.
        let _ = fs::remove_file(self.folder.join("ballast"));
        if fs::metadata(&self.file).is_ok_and(|found| found.len() == RESERVE as u64) || self.is_low() {
            return;
        }
        if let Err(error) = self.make() {
            tracing::warn!(%error, "no room could be set aside for a full disk");
            self.release();
        }
    }

    /// As if so much room were needed.
    #[cfg(test)]
    pub(super) fn ask_for(&mut self, bytes: u64) {
        self.least_free = bytes;
    }

    /// Gives the room back; whether there was any.
    pub(super) fn release(&self) -> bool {
        fs::remove_file(&self.file).is_ok()
    }

    fn make(&self) -> io::Result<()> {
        // Noise: zeros may take no room on a disk that compresses.
        let mut bytes = vec![0; RESERVE];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        // Whatever stands there is in the way: one would wait for the other end of a pipe.
        self.release();
        let mut file = durable::create_private(&self.file, OpenOptions::new().create_new(true))?;
        file.write_all(&bytes)?;
        file.sync_all()
    }
}
