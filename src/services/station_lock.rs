//! One process owns a station's data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;

use super::dirs::StationDirs;
use super::durable;
use super::place::{self, UnfitPlace};
use crate::domain::Unfit;

/// Held as long as the process owns the station; the system frees it however the process ends.
#[derive(Debug)]
pub struct StationLock {
    _file: File,
    /// Why nothing can be stored here, if so.
    unfit: Option<Unfit>,
}

/// Why the station is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process owns it.
    #[error("the station is in use by another process")]
    InUse,
    /// Its files are another user's.
    #[error(transparent)]
    Unfit(#[from] UnfitPlace),
    /// The data directory cannot be used.
    #[error("the data directory cannot be used")]
    Storage(#[source] io::Error),
}

impl StationLock {
    /// Takes the station, creating its data directory if needed.
    ///
    /// # Errors
    /// [`LockError::InUse`] at once, without waiting; [`LockError::Unfit`] if the files are another user's.
    pub fn acquire(dirs: &StationDirs) -> Result<Self, LockError> {
        let unfit = match place::check(dirs) {
            Ok(()) => None,
            Err(found) if matches!(found.why, Unfit::OtherUser | Unfit::NoPermission) => return Err(found.into()),
            Err(found) => {
                tracing::error!(%found, "nothing can be stored");
                Some(found)
            }
        };
        if let Err(error) = durable::create_private_dir(dirs.data()) {
            return Err(unfit.map_or(LockError::Storage(error), LockError::Unfit));
        }
        let unfit = unfit.map(|found| found.why);
        // Closed to others: whoever can open it can hold it.
        let path = dirs.data().join("station.lock");
        // Whoever opens a pipe waits for the other end.
        durable::make_way(&path).map_err(LockError::Storage)?;
        let file = match durable::create_private(&path, OpenOptions::new().create(true).truncate(false)) {
            // Points are shown on a disk that takes nothing, too: there the file itself, or its folder, is held.
            Err(error) if takes_nothing(&error) => {
                File::open(&path).or_else(|_| File::open(dirs.data())).map_err(|_| LockError::Storage(error))?
            }
            opened => opened.map_err(LockError::Storage)?,
        };
        match file.try_lock() {
            Ok(()) => {
                place::close_to_others(dirs);
                Ok(Self { _file: file, unfit })
            }
            Err(TryLockError::WouldBlock) => Err(LockError::InUse),
            Err(TryLockError::Error(error)) => Err(LockError::Storage(error)),
        }
    }
}

impl StationLock {
    /// Why nothing can be stored, if so; points can be shown all the same.
    pub fn unfit(&self) -> Option<Unfit> {
        self.unfit
    }
}

fn takes_nothing(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), ReadOnlyFilesystem | PermissionDenied | StorageFull)
}
