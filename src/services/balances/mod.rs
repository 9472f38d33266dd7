//! Lists of customers as files: read as they come, written so that spreadsheets open them.

mod owner;
mod progress;
mod saved;
mod text;
mod workbook;
mod write;

use std::io::{self, Read};
use std::path::Path;

pub use super::table_file::Dialect;
pub use owner::ListOwner;
pub use progress::Progress;
pub(super) use saved::ListKeeper;
pub use write::{WrittenRow, write_file};

use crate::domain::PhoneRules;
use crate::domain::balances::{
    CustomerList, ListError, ListForm, ListHeadings, ListPreview, MOST_ROWS, likely_column, read_table,
};
use crate::services::plain_file;

/// The cells of a list, row by row.
type ListTable = Vec<Vec<String>>;

/// The largest file that is read: several times what the longest list takes.
const LARGEST_BYTES: u64 = 16 * 1024 * 1024;
/// More rows than a list may have are headings and rows without a customer.
const MOST_TABLE_ROWS: usize = MOST_ROWS + 1_000;
/// Columns further to the right are left out.
const MOST_COLUMNS: usize = 256;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk refused.
    #[error("the list cannot be read")]
    File(#[source] io::Error),
    /// What is in it is no list.
    #[error(transparent)]
    List(#[from] ListError),
}

/// Reads the customers out of a file: a text with delimiters in any of the usual encodings, or a workbook. Blocks on the disk.
///
/// # Errors
/// Why there are none.
pub fn read_file(path: &Path, rules: PhoneRules, headings: &ListHeadings) -> Result<CustomerList, ReadError> {
    Ok(read_bytes(&bytes_of(path)?, rules, headings)?)
}

/// How a file is understood, the customers in the column that somebody has chosen or in the one that looks like theirs. Blocks on
/// the disk.
///
/// # Errors
/// Why it is no table at all.
pub fn preview_file(
    path: &Path,
    rules: PhoneRules,
    headings: &ListHeadings,
    column: Option<usize>,
) -> Result<ListPreview, ReadError> {
    Ok(preview_bytes(&bytes_of(path)?, rules, headings, column)?)
}

/// As [`preview_file`], of what is in memory already.
///
/// # Errors
/// As of [`preview_file`].
pub fn preview_bytes(
    bytes: &[u8],
    rules: PhoneRules,
    headings: &ListHeadings,
    column: Option<usize>,
) -> Result<ListPreview, ListError> {
    if is_too_large(bytes.len()) {
        return Err(ListError::TooLarge);
    }
    let (table, form) = table_of(bytes)?;
    match read_table(&table, rules, headings, column) {
        // Whoever sees the table can say which column it is.
        Err(error) if column.is_none() && error != ListError::NoColumn => Err(error),
        list => {
            // Whoever sees the table can say which column it is, and whoever has chosen another column may go back to it.
            let likely = column.and_then(|_| likely_column(&table, rules, headings));
            Ok(ListPreview::new(form, &table, list, likely))
        }
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, ReadError> {
    let file = plain_file::open_named(path).map_err(ReadError::File)?;
    if file.metadata().is_ok_and(|metadata| metadata.len() > LARGEST_BYTES) {
        return Err(ListError::TooLarge.into());
    }
    let mut bytes = Vec::new();
    // One byte more tells a file that grows, or has no size, from one that fits.
    file.take(LARGEST_BYTES + 1).read_to_end(&mut bytes).map_err(ReadError::File)?;
    if is_too_large(bytes.len()) {
        return Err(ListError::TooLarge.into());
    }
    Ok(bytes)
}

fn is_too_large(length: usize) -> bool {
    u64::try_from(length).is_ok_and(|length| length > LARGEST_BYTES)
}

fn table_of(bytes: &[u8]) -> Result<(ListTable, ListForm), ListError> {
    if workbook::is_workbook(bytes) {
        return Ok((workbook::read(bytes)?, ListForm::Workbook));
    }
    text::read(bytes)
}

/// As [`read_file`], of what is in memory already.
///
/// # Errors
/// Why there are none.
pub fn read_bytes(bytes: &[u8], rules: PhoneRules, headings: &ListHeadings) -> Result<CustomerList, ListError> {
    read_table(&table_of(bytes)?.0, rules, headings, None)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn customers(bytes: &[u8]) -> Result<usize, ListError> {
        read_bytes(bytes, PhoneRules::MOBILE, &ListHeadings::default())
            .map(|list| list.rows.iter().filter(|row| row.query.is_some()).count())
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge.csv");
        // A file of 1 GB that takes no room.
        File::create(&path).and_then(|file| file.set_len(1 << 30)).expect("a sparse file");
        let refused = read_file(&path, PhoneRules::MOBILE, &ListHeadings::default());
        assert!(matches!(refused, Err(ReadError::List(ListError::TooLarge))));
        assert!(matches!(
            read_file(&folder.path().join("none"), PhoneRules::MOBILE, &ListHeadings::default()),
            Err(ReadError::File(_))
        ));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        // An old workbook, a picture, the head of a packed file and nothing after it.
        for bytes in [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0"[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04"]
        {
            assert_eq!(customers(bytes), Err(ListError::NotATable), "{bytes:?}");
        }
        assert_eq!(customers(b""), Err(ListError::Empty));
        assert_eq!(customers(b"\xef\xbb\xbf\r\n\r\n"), Err(ListError::Empty));
    }

    #[test]
    fn a_table_without_a_column_of_customers_is_shown_so_that_somebody_chooses() {
        let bytes = "Имя;Пропуск\nАнна;A-1\nПётр;B-2\n".as_bytes();
        let read = |column| {
            let preview = preview_bytes(bytes, PhoneRules::MOBILE, &ListHeadings::default(), column).expect("a table");
            let rows = preview.list.as_ref().map(|list| list.rows.len()).map_err(|error| *error);
            (preview.columns.len(), preview.head.len(), rows)
        };
        assert_eq!(read(None), (2, 3, Err(ListError::NoColumn)));
        assert_eq!(read(Some(1)), (2, 3, Ok(2)));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told() {
        let mut text = "Имя;Телефон\nАнна;79167795322\n\"ООО Ромашка;79990000001\n".to_owned();
        text.push_str(&"Пётр;79990000002\n".repeat(3_000));
        assert_eq!(customers(text.as_bytes()), Err(ListError::CellTooLong));
        let line = "7".repeat(5_000_000);
        assert_eq!(customers(line.as_bytes()), Err(ListError::CellTooLong));
        let longest = format!("79167795322;{}\n", "я".repeat(32_767));
        assert_eq!(customers(longest.as_bytes()), Ok(1));
    }

    #[test]
    fn a_column_of_customers_far_to_the_right_is_shown_and_can_be_chosen() {
        let bytes = format!("{}Телефон;я\n{}79167795322;я\n", "я;".repeat(14), "я;".repeat(14));
        for column in [None, Some(14), Some(3)] {
            let preview = preview_bytes(bytes.as_bytes(), PhoneRules::MOBILE, &ListHeadings::default(), column);
            let preview = preview.expect("a table");
            assert_eq!(preview.column(), Some(column.unwrap_or(14)));
            assert_eq!(preview.columns, [(0..12).collect(), vec![14]].concat(), "{column:?}");
            assert!(preview.head.iter().all(|row| row.len() == 13));
            assert_eq!(preview.head[1][12], "79167795322");
        }
    }
}
