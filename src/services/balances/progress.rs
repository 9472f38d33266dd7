//! What is answered of a list, beside the file it will be in: a list that was interrupted goes on from there.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, Writer, WriterBuilder};

use super::owner::ListOwner;
use super::write::{COLUMNS, WrittenRow};
use crate::domain::Points;
use crate::domain::balances::{Answered, CustomerList, RowAnswer};
use crate::services::table_file::harmless;
use crate::services::{durable, plain_file};

/// An older balance is asked for anew.
pub(super) const LONGEST_AGE_MS: i64 = 24 * 3_600_000;
/// A list of the longest kind, with its answers.
pub(super) const LONGEST_BYTES: u64 = 64 * 1024 * 1024;

/// The file of what is answered: a table with the columns of the result, which grows by one line an answer. Its head tells who answered,
/// and what the list was taken for.
pub struct Progress {
    path: PathBuf,
    file: File,
}

/// What was answered before, and when, by what stood in the list.
type Answers = HashMap<String, (RowAnswer, i64)>;

impl Progress {
    /// Whether there is one beside a result.
    pub fn is_beside(result: &Path) -> bool {
        path_beside(result).exists()
    }

    /// Opens the one beside a result, new or begun: the answers of the rows that it has are given back, in the order of the list. One
    /// of another merchant, or with passes for phones, knows none of them and is begun anew. Blocks on the disk.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn open(
        result: &Path,
        owner: &ListOwner,
        list: &CustomerList,
        now_ms: i64,
    ) -> io::Result<(Self, Vec<Answered>)> {
        let (path, head, rows) = (path_beside(result), head(owner, list), &list.rows);
        let before = match plain_file::read(&path, LONGEST_BYTES) {
            Ok(bytes) => read(&bytes, &head, now_ms),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Answers::new(),
            Err(error) => return Err(error),
        };
        let known: Vec<_> = rows.iter().map(|row| before.get(&harmless(&row.input)).copied()).collect();
        // Written anew: the last line may have been cut off by a kill, and the next would be glued to it.
        durable::replace(&path, |aside| {
            // A row is shorter than the head.
            let mut table = WriterBuilder::new().flexible(true).from_writer(File::create(aside)?);
            table.write_record(head)?;
            for (row, known) in rows.iter().zip(&known) {
                if let Some((answer, at_ms)) = *known {
                    table.write_record(WrittenRow { input: &row.input, answer, at_ms: Some(at_ms) }.cells())?;
                }
            }
            table.flush()
        })?;
        let file = durable::create_private(&path, OpenOptions::new().append(true))?;
        Ok((Self { path, file }, known))
    }

    /// Keeps one answer. A kill of the program does not lose it; a power cut may, and the row is asked about again.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn keep(&mut self, row: WrittenRow<'_>) -> io::Result<()> {
        let mut line = Writer::from_writer(Vec::new());
        line.write_record(row.cells())?;
        let line = line.into_inner().map_err(csv::IntoInnerError::into_error)?;
        self.file.write_all(&line)
    }

    /// The list is done: nothing is left to go on with.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn finish(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

fn path_beside(result: &Path) -> PathBuf {
    result.with_added_extension("part")
}

/// The columns, whom was asked, and about what.
fn head<'a>(owner: &'a ListOwner, list: &CustomerList) -> [&'a str; COLUMNS.len() + 3] {
    let [input, outcome, points, time] = COLUMNS;
    [input, outcome, points, time, &owner.origin, &owner.merchant_id, list.content.name()]
}

/// The answers in the file, if its head is this one. A line that says nothing final, or too old a thing, is left out, and so is one
/// that was cut off: the time comes last, and is none before it is whole.
fn read(bytes: &[u8], head: &[&str], now_ms: i64) -> Answers {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    if !reader.headers().is_ok_and(|before| before == head) {
        return Answers::new();
    }
    let answers = reader.into_records().filter_map(|record| {
        let record = record.ok().filter(|record| record.len() == COLUMNS.len())?;
        let points = record[2].parse().ok().map(Points::new);
        let answer = RowAnswer::read(&record[1], points).filter(|answer| answer.is_final())?;
        let at_ms = record[3].parse::<jiff::Timestamp>().ok()?.as_millisecond();
        let is_fresh = (0..LONGEST_AGE_MS).contains(&now_ms.saturating_sub(at_ms));
        is_fresh.then(|| (record[0].to_owned(), (answer, at_ms)))
    });
    answers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::balances::{ListContent, ListRow};

    const NOW_MS: i64 = 1_700_000_000_000;

    fn open(result: &Path, inputs: &[&str]) -> (Progress, Vec<Option<RowAnswer>>) {
        open_of(result, inputs, ("https://swip.example", "A", ListContent::Phones))
    }

    fn open_of(
        result: &Path,
        inputs: &[&str],
        (origin, merchant_id, content): (&str, &str, ListContent),
    ) -> (Progress, Vec<Option<RowAnswer>>) {
        let rows = inputs.iter().map(|input| ListRow { input: (*input).to_owned(), query: None }).collect();
        let list = CustomerList { rows, column: 0, headings: 0, content };
        let owner = ListOwner { origin: origin.to_owned(), merchant_id: merchant_id.to_owned() };
        let (progress, known) = Progress::open(result, &owner, &list, NOW_MS).expect("opened");
        (progress, known.into_iter().map(|known| known.map(|(answer, _)| answer)).collect())
    }

    #[test]
    fn what_was_answered_is_known_after_a_kill_also_when_the_last_line_is_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let result = folder.path().join("out.csv");
        let found = RowAnswer::Found(Points::new(-5));
        let (mut progress, known) = open(&result, &["+7a", "b;\"\n", "c"]);
        assert_eq!(known, [None, None, None]);
        let keep = |progress: &mut Progress, input, answer| {
            progress.keep(WrittenRow { input, answer, at_ms: Some(NOW_MS - 1_000) }).expect("kept");
        };
        keep(&mut progress, "+7a", found);
        keep(&mut progress, "c", RowAnswer::Unavailable);
        keep(&mut progress, "b;\"\n", RowAnswer::NotFound);
        progress.file.write_all(b"c,not_found,,2023-11-14T22").expect("written");
        drop(progress);
        // In another order, and with a row more.
        let (progress, known) = open(&result, &["b;\"\n", "new", "+7a", "c"]);
        assert_eq!(known, [Some(RowAnswer::NotFound), None, Some(found), None]);
        assert!(Progress::is_beside(&result));
        progress.finish().expect("removed");
        assert!(!Progress::is_beside(&result));
    }

    #[test]
    fn a_balance_of_yesterday_and_one_of_tomorrow_are_asked_for_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let result = folder.path().join("out.csv");
        let (mut progress, _) = open(&result, &["a", "b", "c"]);
        for (input, at_ms) in [("a", NOW_MS - LONGEST_AGE_MS), ("b", NOW_MS + 5_000), ("c", NOW_MS - 5_000)] {
            progress.keep(WrittenRow { input, answer: RowAnswer::NotFound, at_ms: Some(at_ms) }).expect("kept");
        }
        drop(progress);
        let (_progress, known) = open(&result, &["a", "b", "c"]);
        assert_eq!(known, [None, None, Some(RowAnswer::NotFound)]);
    }

    #[test]
    fn what_another_merchant_answered_or_was_taken_for_something_else_is_not_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let result = folder.path().join("out.csv");
        let own = ("https://swip.example", "A", ListContent::Phones);
        for other in [
            ("https://other.example", "A", ListContent::Phones),
            ("https://swip.example", "B", ListContent::Phones),
            ("https://swip.example", "A", ListContent::Passes),
        ] {
            let (mut progress, _) = open_of(&result, &["a"], own);
            progress.keep(WrittenRow { input: "a", answer: RowAnswer::NotFound, at_ms: Some(NOW_MS) }).expect("kept");
            // Windows lets no file make way that is open.
            drop(progress);
            assert_eq!(open_of(&result, &["a"], own).1, [Some(RowAnswer::NotFound)]);
            assert_eq!(open_of(&result, &["a"], other).1, [None]);
            assert_eq!(open_of(&result, &["a"], own).1, [None], "it was begun anew");
        }
        // Without a head that says whose it is, it is nobody's.
        let row = "a,not_found,,2023-11-14T22:13:20Z\n";
        fs::write(path_beside(&result), format!("input,outcome,points,time\n{row}")).expect("written");
        assert_eq!(open_of(&result, &["a"], own).1, [None]);
    }
}
