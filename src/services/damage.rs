//! What SQLite says when a file is damaged.

use rusqlite::{Error, ErrorCode};

/// Whether an error says that the file is damaged, and not that it cannot be had just now.
pub(super) fn is_damage(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
                || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ
        }
        // What is stored is not of the type that was written, or a table is gone.
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::SqlInputError { .. }
        | Error::Utf8Error(..) => true,
        _ => false,
    }
}
