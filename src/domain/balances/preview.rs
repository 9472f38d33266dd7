//! A list before anybody is asked: where it comes from, and how it was understood, for a person to confirm or correct.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::{CustomerList, ListError};
use crate::domain::Failure;

/// Where a list comes from. It may hold phones and names, so its `Debug` tells neither.
#[derive(Clone, PartialEq, Eq)]
pub enum ListSource {
    /// A file.
    File(PathBuf),
    /// A text that was pasted.
    Pasted(Arc<str>),
}

/// Why a source gave no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// There is no such file, or it cannot be opened.
    Unreadable,
    /// What is in it is no list.
    List(ListError),
    /// Something of ours.
    Failed(Failure),
}

/// What a list is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// A workbook.
    Workbook,
    /// A text with delimiters.
    Text(ListEncoding, Delimiter),
}

/// Which letters the bytes of a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListEncoding {
    /// UTF-8, with a mark or without one.
    Utf8,
    /// UTF-16, either way round.
    Utf16,
    /// That of Russian Windows.
    Cp1251,
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `,`
    Comma,
    /// `|`
    Bar,
}

/// A list as it was understood. It holds phones, so its `Debug` does not tell them.
#[derive(Clone, PartialEq, Eq)]
pub struct ListPreview {
    /// What it is written as.
    pub form: ListForm,
    /// The columns that are shown, from 0: the first ones, and further to the right those with customers in them.
    pub columns: Vec<usize>,
    /// The cells of these columns in the first rows of the table.
    pub head: Vec<Vec<String>>,
    /// Its customers, or why there are none in the column.
    pub list: Result<CustomerList, ListError>,
}

impl ListPreview {
    /// How many rows of the table it shows.
    pub const ROWS: usize = 8;
    /// So many columns are shown, whatever is in them.
    pub const COLUMNS: usize = 12;

    /// A table as it was understood, its customers in a column that may be another than the one that looks like theirs.
    pub fn new(
        form: ListForm,
        table: &[Vec<String>],
        list: Result<CustomerList, ListError>,
        likely: Option<usize>,
    ) -> Self {
        let width = table.iter().map(Vec::len).max().unwrap_or(0);
        let column = list.as_ref().ok().map(|list| list.column);
        let mut columns: Vec<usize> = (0..width.min(Self::COLUMNS)).collect();
        columns.extend([likely, column].into_iter().flatten().filter(|column| *column >= Self::COLUMNS));
        columns.sort_unstable();
        columns.dedup();
        let row =
            |row: &Vec<String>| columns.iter().map(|column| row.get(*column).cloned().unwrap_or_default()).collect();
        let filled = table.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        let head = filled.take(Self::ROWS).map(row).collect();
        Self { form, columns, head, list }
    }

    /// The column of the customers.
    pub fn column(&self) -> Option<usize> {
        self.list.as_ref().ok().map(|list| list.column)
    }

    /// How many rows are customers, and how many are none.
    pub fn counts(&self) -> (usize, usize) {
        let rows = self.list.as_ref().map_or(&[][..], |list| &list.rows);
        let customers = rows.iter().filter(|row| row.query.is_some()).count();
        (customers, rows.len() - customers)
    }
}

impl ListEncoding {
    /// What it is called everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Cp1251 => "Windows-1251",
        }
    }
}

impl fmt::Debug for ListSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File(..)",
            Self::Pasted(_) => "Pasted(..)",
        })
    }
}

impl fmt::Debug for ListPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListPreview").field("form", &self.form).field("column", &self.column()).finish_non_exhaustive()
    }
}
