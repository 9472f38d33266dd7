//! Why a signup is not stored, or the outbox cannot be used.

use crate::services::damage;

/// Why a signup is not stored, or the outbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite, or the disk under it, refused.
    #[error("the outbox database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file cannot be created.
    #[error("the outbox database cannot be created")]
    Storage(#[source] std::io::Error),
    /// The environment cannot keep what it is told.
    #[error("the outbox is not safe: {0}")]
    Unsafe(&'static str),
    /// The file is damaged.
    #[error("the outbox database is damaged")]
    Damaged,
    /// The file was written by a newer program, and is left alone.
    #[error("the outbox belongs to a newer version of the program")]
    Newer,
    /// A record could not be sealed or opened.
    #[error("a record of the outbox cannot be sealed or opened")]
    Sealing,
    /// What was written is not what is there.
    #[error("a stored signup could not be read back")]
    ReadBack,
    /// Too many wait already.
    #[error("the outbox is full")]
    Full,
    /// The disk has too little room for another.
    #[error("the disk is nearly full")]
    LowDisk,
    /// The disk refused several times in a row; it is tried again from time to time.
    #[error("the outbox is out of service")]
    OutOfService,
    /// A bug of ours, caught.
    #[error("a job of the outbox panicked")]
    Panicked,
    /// The thread that owns the database is gone, or has too much to do.
    #[error("the outbox has stopped")]
    Stopped,
}

impl StoreError {
    /// Whether the file is damaged, and not only out of reach just now.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Damaged => true,
            Self::Database(error) => damage::is_damage(error),
            _ => false,
        }
    }

    /// Whether the database must be opened anew.
    pub(super) fn is_trouble(&self) -> bool {
        match self {
            Self::Database(rusqlite::Error::SqliteFailure(failure, _)) => {
                failure.code != rusqlite::ErrorCode::ConstraintViolation
            }
            Self::Database(_)
            | Self::Storage(_)
            | Self::Unsafe(_)
            | Self::Damaged
            | Self::ReadBack
            | Self::Panicked => true,
            Self::Newer | Self::Sealing | Self::Full | Self::LowDisk | Self::OutOfService | Self::Stopped => false,
        }
    }

    /// Whether there may be no room, for bytes or for another file: SQLite does not tell the latter from other troubles.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::CannotOpen)
            ),
            Self::Storage(error) => error.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}
