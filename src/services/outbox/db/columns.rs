//! Columns of a row, whatever somebody else may have written there.

use rusqlite::Row;

/// Reads a text, whatever somebody else may have written there: what is no text is not what was sealed with its row either,
/// and must not keep the other rows from being read.
pub(in crate::services::outbox) fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(String::from_utf8_lossy(row.get_ref(at)?.as_bytes()?).into_owned())
}

/// The same for a column that may be empty.
pub(in crate::services::outbox) fn optional_text(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<String>> {
    let bytes = row.get_ref(at)?.as_bytes_or_null()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}
