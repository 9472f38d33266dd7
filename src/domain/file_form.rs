//! How a table is written into a file for people.

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// A table with commas.
    Commas,
    /// A table with semicolons, for spreadsheets of languages that write a decimal comma.
    Semicolons,
    /// A workbook.
    Workbook,
}
