//! Answers as a file: a table that spreadsheets open, or a workbook.

use std::io;
use std::path::Path;

use crate::domain::balances::RowAnswer;
use crate::services::table_file::{Dialect, TableCell, write_table};

/// The columns: their names, and how wide they are.
const TABLE: [(&str, f64); 4] = [("input", 24.0), ("outcome", 20.0), ("points", 12.0), ("time", 22.0)];
/// Their names.
pub(super) const COLUMNS: [&str; TABLE.len()] = [TABLE[0].0, TABLE[1].0, TABLE[2].0, TABLE[3].0];

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
    fn row(self) -> [TableCell; COLUMNS.len()] {
        let points = self.answer.points().map(|points| TableCell::Number(points.value()));
        let time = self.at_ms.and_then(|at_ms| jiff::Timestamp::from_second(at_ms.div_euclid(1000)).ok());
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        let nothing = || TableCell::Text(String::new());
        [
            TableCell::Text(self.input.to_owned()),
            TableCell::Text(self.answer.name().to_owned()),
            points.unwrap_or_else(nothing),
            TableCell::Text(time),
        ]
    }

    /// The same as texts.
    pub(super) fn cells(self) -> [String; COLUMNS.len()] {
        self.row().map(|cell| cell.text())
    }
}

/// Writes a file, mode 0600, in place of one of the same name: a workbook if its name ends so, else a table. Either the whole
/// of it is there afterwards, or what was there before. Blocks on the disk.
///
/// # Errors
/// What the disk refused.
pub fn write_file(path: &Path, rows: &[WrittenRow<'_>], dialect: Dialect) -> io::Result<()> {
    write_table(path, &TABLE, &mut rows.iter().map(|row| Ok(row.row().into())), dialect)
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
            assert_eq!(text::read(&bytes).expect("a table").0, expected(false), "{name}");
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

    #[test]
    fn a_text_longer_than_a_cell_of_a_workbook_does_not_keep_the_others_from_being_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("balances.xlsx");
        let long = "😀".repeat(20_000);
        let row = |input| WrittenRow { input, answer: RowAnswer::Invalid, at_ms: None };
        write_file(&path, &[row(&long), row("79167795322")], Dialect::Plain).expect("written");
        let table = workbook::read(&fs::read(&path).expect("read")).expect("a table");
        assert_eq!(table[2][0], "79167795322");
        assert!(table[1][0].ends_with("😀…") && table[1][0].encode_utf16().count() <= 32_767);
    }
}
