//! One process owns a station's data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;

use super::dirs::StationDirs;
use super::durable;

/// Held as long as the process owns the station; the system frees it however the process ends.
#[derive(Debug)]
pub struct StationLock {
    _file: File,
}

/// Why the station is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process owns it.
    #[error("the station is in use by another process")]
    InUse,
    /// The data directory cannot be used.
    #[error("the data directory cannot be used")]
    Storage(#[source] io::Error),
}

impl StationLock {
    /// Takes the station, creating its data directory if needed.
    ///
    /// # Errors
    /// [`LockError::InUse`] at once, without waiting.
    pub fn acquire(dirs: &StationDirs) -> Result<Self, LockError> {
        durable::create_private_dir(dirs.data()).map_err(LockError::Storage)?;
        // Closed to others: whoever can open it can hold it.
        let path = dirs.data().join("station.lock");
        let file = match durable::create_private(&path, OpenOptions::new().create(true).truncate(false)) {
            // Points are shown on a disk that takes nothing, too: there the file itself, or its folder, is held.
            Err(error) if takes_nothing(&error) => {
                File::open(&path).or_else(|_| File::open(dirs.data())).map_err(|_| LockError::Storage(error))?
            }
            opened => opened.map_err(LockError::Storage)?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse),
            Err(TryLockError::Error(error)) => Err(LockError::Storage(error)),
        }
    }
}

fn takes_nothing(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), ReadOnlyFilesystem | PermissionDenied | StorageFull)
}
