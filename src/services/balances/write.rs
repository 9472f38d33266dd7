//! Answers as a file: a table that spreadsheets open, or a workbook.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use csv::WriterBuilder;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use crate::domain::balances::RowAnswer;
use crate::services::durable;

/// The columns, by their names.
pub(super) const COLUMNS: [&str; 4] = ["input", "outcome", "points", "time"];

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// For scripts: commas, UTF-8 without a mark.
    Plain,
    /// For spreadsheets of languages that write a decimal comma: semicolons, and a mark.
    Semicolons,
}

/// One row of the file. It holds a phone, so it has no `Debug`.
#[derive(Clone, Copy)]
pub struct WrittenRow<'a> {
    /// As it stood in the list.
    pub input: &'a str,
    /// What came of it.
    pub answer: RowAnswer,
    /// When, Unix milliseconds; none if nobody was asked.
    pub at_ms: Option<i64>,
}

impl WrittenRow<'_> {
    /// The cells in the order of the columns.
    pub(super) fn cells(self) -> [String; COLUMNS.len()] {
        let points = self.answer.points().map(|points| points.value().to_string()).unwrap_or_default();
        let time = self.at_ms.and_then(|at_ms| jiff::Timestamp::from_second(at_ms.div_euclid(1000)).ok());
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        [harmless(self.input), self.answer.name().to_owned(), points, time]
    }
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Writes a file, mode 0600, in place of one of the same name: a workbook if its name ends so, else a table. Either the whole
/// of it is there afterwards, or what was there before. Blocks on the disk.
///
/// # Errors
/// What the disk refused.
pub fn write_file(path: &Path, rows: &[WrittenRow<'_>], dialect: Dialect) -> io::Result<()> {
    let is_workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    durable::replace(path, |aside| {
        let file = File::create(aside)?;
        if is_workbook { write_workbook(file, rows) } else { write_table(file, rows, dialect) }
    })
}

fn write_table(mut file: File, rows: &[WrittenRow<'_>], dialect: Dialect) -> io::Result<()> {
    let delimiter = match dialect {
        Dialect::Plain => b',',
        Dialect::Semicolons => {
            file.write_all("\u{feff}".as_bytes())?;
            b';'
        }
    };
    let mut table =
        WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
    table.write_record(COLUMNS)?;
    for row in rows {
        table.write_record(row.cells())?;
    }
    table.flush()
}

/// Phones are texts: as numbers they would be rounded, and shown as `7.92E+10`.
fn write_workbook(file: File, rows: &[WrittenRow<'_>]) -> io::Result<()> {
    let mut workbook = Workbook::new();
    let written = fill(workbook.add_worksheet(), rows).and_then(|()| workbook.save_to_writer(file));
    written.map_err(|error| match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    })
}

fn fill(sheet: &mut Worksheet, rows: &[WrittenRow<'_>]) -> Result<(), XlsxError> {
    for ((column, name), width) in (0..).zip(COLUMNS).zip([24.0, 20.0, 12.0, 22.0]) {
        sheet.write_string(0, column, name)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, row) in (1..).zip(rows) {
        let [_, outcome, points, time] = row.cells();
        // A text of a workbook is no formula whatever it begins with.
        sheet.write_string(at, 0, row.input)?;
        sheet.write_string(at, 1, outcome)?;
        match row.answer.points().map(|points| i32::try_from(points.value())) {
            Some(Ok(points)) => sheet.write_number(at, 2, f64::from(points))?,
            // A number of a workbook has 15 digits.
            _ => sheet.write_string(at, 2, points)?,
        };
        sheet.write_string(at, 3, time)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Points;
    use crate::services::balances::{text, workbook};

    const AT_MS: i64 = 1_700_000_000_999;

    fn rows() -> Vec<WrittenRow<'static>> {
        let row = |input, answer| WrittenRow { input, answer, at_ms: Some(AT_MS) };
        let found = |points| RowAnswer::Found(Points::new(points));
        vec![
            row("79167795322", found(11_806)),
            row("+7 916 123-45-67", RowAnswer::NotFound),
            row("007", found(-150)),
            row("=HYPERLINK(\"http://x\";\"y\")", RowAnswer::Refused),
            row("a;b,\"c\"\nd", found(i64::MAX)),
            WrittenRow { input: "@нет", answer: RowAnswer::Invalid, at_ms: None },
        ]
    }

    const TIME: &str = "2023-11-14T22:13:20Z";

    fn expected(is_workbook: bool) -> Vec<Vec<String>> {
        let quote = if is_workbook { "" } else { "'" };
        let rows = [
            ["input", "outcome", "points", "time"].map(str::to_owned),
            ["79167795322", "found", "11806", TIME].map(str::to_owned),
            [&format!("{quote}+7 916 123-45-67"), "not_found", "", TIME].map(str::to_owned),
            ["007", "found", "-150", TIME].map(str::to_owned),
            [&format!("{quote}=HYPERLINK(\"http://x\";\"y\")"), "refused", "", TIME].map(str::to_owned),
            ["a;b,\"c\"\nd", "found", "9223372036854775807", TIME].map(str::to_owned),
            [&format!("{quote}@нет"), "invalid", "", ""].map(str::to_owned),
        ];
        rows.map(Vec::from).to_vec()
    }

    #[test]
    fn a_table_comes_back_as_it_was_and_no_cell_is_a_formula() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, dialect, start) in [
            ("plain.csv", Dialect::Plain, &b"input,outcome,points,time\r\n"[..]),
            ("russian.csv", Dialect::Semicolons, "\u{feff}input;outcome;points;time\r\n".as_bytes()),
        ] {
            let path = folder.path().join(name);
            write_file(&path, &rows(), dialect).expect("written");
            let bytes = fs::read(&path).expect("read");
            assert!(bytes.starts_with(start), "{name}");
            assert_eq!(text::read(&bytes).expect("a table"), expected(false), "{name}");
        }
    }

    #[test]
    fn a_workbook_comes_back_as_it_was_with_phones_as_texts() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("balances.XLSX");
        write_file(&path, &rows(), Dialect::Plain).expect("written");
        let bytes = fs::read(&path).expect("read");
        let mut table = workbook::read(&bytes).expect("a table");
        // Empty cells at the end of a row are left out.
        for row in &mut table {
            row.resize(4, String::new());
        }
        assert_eq!(table, expected(true));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        }
    }
}
