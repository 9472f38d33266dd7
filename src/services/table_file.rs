//! Tables as files: texts that spreadsheets open, or workbooks.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::WriterBuilder;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::durable;
use crate::domain::FileForm;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// For scripts: commas, UTF-8 without a mark.
    Plain,
    /// For spreadsheets of languages that write a decimal comma: semicolons, and a mark.
    Semicolons,
}

/// What stands in a cell. It may hold a phone, so it has no `Debug`.
pub(super) enum TableCell {
    /// A text, whoever wrote it.
    Text(String),
    /// A number.
    Number(i64),
}

/// The columns: their names, and how wide they are in a workbook.
pub(super) type Columns = [(&'static str, f64)];

/// The rows as they come; an error ends the file.
pub(super) type Rows<'a> = dyn Iterator<Item = io::Result<Vec<TableCell>>> + 'a;

impl TableCell {
    /// As it stands in a text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => harmless(text),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// The most units of UTF-16 that a cell of a workbook holds.
const LONGEST_CELL: usize = 32_767;

/// Whether a text is longer than a cell of a workbook may be.
pub(super) fn is_too_long(text: &str) -> bool {
    // No text has more units than bytes.
    text.len() > LONGEST_CELL && text.encode_utf16().count() > LONGEST_CELL
}

/// A text as it has room in a cell of a workbook.
fn fitting(text: &str) -> Cow<'_, str> {
    if !is_too_long(text) {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let fits = |one: &char| {
        units += one.len_utf16();
        units < LONGEST_CELL
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push('…');
    Cow::Owned(cut)
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Whether a name asks for a workbook.
fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// Writes a file, mode 0600, in place of one of the same name: a workbook if its name ends so, else a table. Either the whole
/// of it is there afterwards, or what was there before. Blocks on the disk.
pub(super) fn write_table(path: &Path, columns: &Columns, rows: &mut Rows<'_>, dialect: Dialect) -> io::Result<()> {
    durable::replace(path, |aside| {
        let file = File::create(aside)?;
        if is_workbook(path) { write_workbook(file, columns, rows) } else { write_text(file, columns, rows, dialect) }
    })
}

/// As many files of one name are kept beside each other.
const MOST_FILES: u32 = 1_000;

/// Writes a new file into the first folder that takes it; one that is not there is made. What has the name already may be
/// anything, and stays. Blocks on the disk.
pub(super) fn write_new(
    folders: &[PathBuf],
    stem: &str,
    form: FileForm,
    write: impl Fn(&Path, Dialect) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let (extension, dialect) = match form {
        FileForm::Commas => ("csv", Dialect::Plain),
        FileForm::Semicolons => ("csv", Dialect::Semicolons),
        FileForm::Workbook => ("xlsx", Dialect::Plain),
    };
    new_file(folders, (stem, extension), |path| write(path, dialect))
}

/// The same for a file of any kind.
pub(super) fn new_file(
    folders: &[PathBuf],
    name: (&str, &str),
    write: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let mut result = Err(io::ErrorKind::NotFound.into());
    for folder in folders {
        result = write_into(folder, name, &write);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn write_into(
    folder: &Path,
    (stem, extension): (&str, &str),
    write: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    durable::create_private_dir(folder)?;
    let name = |n: u32| if n == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{n}.{extension}") };
    let mut paths = (1..=MOST_FILES).map(|n| folder.join(name(n)));
    let path = paths.find(|path| path.symlink_metadata().is_err()).ok_or(io::ErrorKind::AlreadyExists)?;
    write(&path)?;
    Ok(path)
}

fn write_text(mut file: File, columns: &Columns, rows: &mut Rows<'_>, dialect: Dialect) -> io::Result<()> {
    let delimiter = match dialect {
        Dialect::Plain => b',',
        Dialect::Semicolons => {
            file.write_all("\u{feff}".as_bytes())?;
            b';'
        }
    };
    let mut table =
        WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
    table.write_record(columns.iter().map(|(name, _)| name))?;
    for row in rows {
        table.write_record(row?.iter().map(TableCell::text))?;
    }
    table.flush()
}

fn write_workbook(file: File, columns: &Columns, rows: &mut Rows<'_>) -> io::Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    head(sheet, columns).map_err(failed)?;
    for (at, row) in (1..).zip(rows) {
        fill(sheet, at, &row?).map_err(failed)?;
    }
    workbook.save_to_writer(file).map_err(failed)
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

fn head(sheet: &mut Worksheet, columns: &Columns) -> Result<(), XlsxError> {
    for (column, (name, width)) in (0..).zip(columns) {
        sheet.write_string(0, column, *name)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Phones are texts: as numbers they would be rounded, and shown as `7.92E+10`. A text of a workbook is no formula whatever it
/// begins with. One that has no room is cut: it keeps no other from being written.
fn fill(sheet: &mut Worksheet, at: u32, row: &[TableCell]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(row) {
        match cell {
            TableCell::Text(text) => sheet.write_string(at, column, fitting(text))?,
            // A number of a workbook has 15 digits.
            TableCell::Number(number) => match i32::try_from(*number) {
                Ok(number) => sheet.write_number(at, column, f64::from(number))?,
                Err(_) => sheet.write_string(at, column, number.to_string())?,
            },
        };
    }
    Ok(())
}
