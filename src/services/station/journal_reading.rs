//! What a manager and the counter are told of the journal, by the calendar of the place; and the file of it.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::runtime::Handle;

use super::Station;
use crate::domain::journal::{
    Filter, JournalAnswer, JournalBar, JournalPage, JournalQuestion, JournalRange, JournalReport, JournalRow,
    JournalRows, JournalSearch, Kind, Record, RecordPlace,
};
use crate::domain::{Failure, FileForm};
use crate::services::clock::{Clock, zone};
use crate::services::journal::{Journal, JournalError, PageRequest};
use crate::services::table_file::{Columns, TableCell, write_new, write_table};

/// A page of the screen.
const PAGE: u32 = 200;
/// How many of the last operations the counter lists.
const RECENT: u32 = 8;
/// What is done with customers at a counter.
const AT_THE_COUNTER: &[Kind] = &[Kind::LookupByPhone, Kind::LookupByPass, Kind::Signup];
/// The longest page: for a file.
const PAGE_OF_A_FILE: u32 = 1_000;

/// The columns of the file.
const COLUMNS: &Columns = &[
    ("time", 20.0),
    ("utc_offset", 12.0),
    ("kind", 20.0),
    ("outcome", 22.0),
    ("phone", 22.0),
    ("attempts", 10.0),
    ("milliseconds", 14.0),
];

/// Where and when it is asked.
struct Calendar {
    zone: TimeZone,
    today: Date,
}

impl Station {
    /// Answers a question about the journal. Only the process that owns the station may ask.
    ///
    /// # Errors
    /// [`Failure::Storage`] if it cannot be read, or the file not written.
    pub async fn ask_journal(&self, question: JournalQuestion) -> Result<JournalAnswer, Failure> {
        let calendar = Calendar { zone: zone(), today: Clock::System.local().date() };
        match question {
            JournalQuestion::Report(range) => {
                report(&self.journal, range, &calendar).await.map(JournalAnswer::Report).map_err(|error| failed(&error))
            }
            JournalQuestion::Page(range, search, before) => {
                let filter = calendar.filter(range, search);
                let page = full_page(&self.journal, (filter, PAGE), before).await.map_err(|error| failed(&error))?;
                Ok(JournalAnswer::Page(calendar.rows(page)))
            }
            JournalQuestion::Recent => {
                let filter = calendar.filter(JournalRange::Today, JournalSearch::default());
                let filter = Filter { kinds: AT_THE_COUNTER, ..filter };
                let page = full_page(&self.journal, (filter, RECENT), None).await.map_err(|error| failed(&error))?;
                Ok(JournalAnswer::Recent(calendar.rows(page).rows))
            }
            JournalQuestion::Export(range, form) => self.export_journal(range, form, calendar).await,
        }
    }

    async fn export_journal(
        &self,
        range: JournalRange,
        form: FileForm,
        calendar: Calendar,
    ) -> Result<JournalAnswer, Failure> {
        let places = self.store.as_ref().ok_or(Failure::Storage)?.dirs.places_for_people();
        let (journal, tokio) = (self.journal.clone(), Handle::current());
        let job = tokio::task::spawn_blocking(move || {
            export(&places, (range, form, &calendar), || {
                let filter = calendar.filter(range, JournalSearch::default());
                AllRecords::new(&journal, &tokio, filter)
            })
        });
        let written = job.await.map_err(|_| Failure::Internal)?;
        written.map(JournalAnswer::Exported).map_err(|error| {
            tracing::error!(kind = ?error.kind(), "the journal was not written into a file");
            Failure::Storage
        })
    }
}

/// The figures of a range, and its chart.
async fn report(journal: &Journal, range: JournalRange, calendar: &Calendar) -> Result<JournalReport, JournalError> {
    let edges = range.edges(calendar.today, &calendar.zone);
    let sums = journal.sums(edges.clone()).await?;
    let bars = edges.into_iter().zip(sums.signups);
    let bars = bars.map(|(edge, signups)| JournalBar { start: calendar.local(edge), signups });
    Ok(JournalReport { figures: sums.figures, bars: bars.collect() })
}

/// A page with as many records as it has room for: the journal itself looks only so far at once.
async fn full_page(
    journal: &Journal,
    (filter, limit): (Filter, u32),
    before: Option<RecordPlace>,
) -> Result<JournalPage, JournalError> {
    let mut page = journal.page(PageRequest { filter, before, limit }).await?;
    while let Some(next) = page.next {
        let found = u32::try_from(page.records.len()).unwrap_or(limit);
        if found >= limit {
            break;
        }
        let more = journal.page(PageRequest { filter, before: Some(next), limit: limit - found }).await?;
        page.records.extend(more.records);
        page.next = more.next;
    }
    Ok(page)
}

impl Calendar {
    fn local(&self, at_ms: i64) -> jiff::civil::DateTime {
        let time = Timestamp::from_millisecond(at_ms);
        time.map_or(jiff::civil::DateTime::MIN, |time| time.to_zoned(self.zone.clone()).datetime())
    }

    fn filter(&self, range: JournalRange, search: JournalSearch) -> Filter {
        let edges = range.edges(self.today, &self.zone);
        Filter { from_ms: edges.first().copied(), until_ms: edges.last().copied(), ..search.filter() }
    }

    fn rows(&self, page: JournalPage) -> JournalRows {
        let row = |(number, record): (i64, Record)| JournalRow { number, at: self.local(record.at_ms), record };
        JournalRows { rows: page.records.into_iter().map(row).collect(), next: page.next }
    }

    /// A record as a row of a file.
    fn cells(&self, record: &Record) -> Vec<TableCell> {
        let time = Timestamp::from_millisecond(record.at_ms).map(|time| time.to_zoned(self.zone.clone())).ok();
        let written = |form: &str| time.as_ref().map(|time| time.strftime(form).to_string()).unwrap_or_default();
        let phone = record.phone.map(|phone| phone.to_string()).unwrap_or_default();
        vec![
            TableCell::Text(written("%Y-%m-%d %H:%M:%S")),
            // Behind a letter it is no formula.
            TableCell::Text(written("UTC%:z")),
            TableCell::Text(record.kind.name().to_owned()),
            TableCell::Text(record.outcome.name().to_owned()),
            TableCell::Text(phone),
            TableCell::Number(record.attempts.into()),
            TableCell::Number(record.latency_ms.into()),
        ]
    }
}

/// Every record that a filter lets through, newest first, a page at a time. Blocks.
struct AllRecords<'a> {
    journal: &'a Journal,
    tokio: &'a Handle,
    filter: Filter,
    page: std::vec::IntoIter<(i64, Record)>,
    /// From before where the next page comes; the first one is the newest.
    before: Option<RecordPlace>,
    /// There is no page after this one.
    is_last: bool,
}

impl<'a> AllRecords<'a> {
    fn new(journal: &'a Journal, tokio: &'a Handle, filter: Filter) -> Self {
        Self { journal, tokio, filter, page: Vec::new().into_iter(), before: None, is_last: false }
    }
}

impl Iterator for AllRecords<'_> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((_, record)) = self.page.next() {
                return Some(Ok(record));
            }
            if self.is_last {
                return None;
            }
            let request = PageRequest { filter: self.filter, before: self.before, limit: PAGE_OF_A_FILE };
            match self.tokio.block_on(self.journal.page(request)) {
                Ok(page) => {
                    self.page = page.records.into_iter();
                    (self.before, self.is_last) = (page.next, page.next.is_none());
                }
                Err(error) => {
                    self.is_last = true;
                    return Some(Err(io::Error::other(error)));
                }
            }
        }
    }
}

/// Writes records into a new file of the first folder that takes it.
fn export<R: Iterator<Item = io::Result<Record>>>(
    folders: &[PathBuf],
    (range, form, calendar): (JournalRange, FileForm, &Calendar),
    records: impl Fn() -> R,
) -> io::Result<PathBuf> {
    write_new(folders, &stem(range, calendar.today), form, |path, dialect| {
        let mut rows = records().map(|record| record.map(|record| calendar.cells(&record)));
        write_table(path, COLUMNS, &mut rows, dialect)
    })
}

fn stem(range: JournalRange, today: Date) -> String {
    let days = range.days(today);
    let last = days.end.yesterday().unwrap_or(days.end);
    if range.is_one_day() { format!("journal-{}", days.start) } else { format!("journal-{}--{last}", days.start) }
}

fn failed(error: &JournalError) -> Failure {
    tracing::error!(%error, "the journal cannot be read");
    match error {
        JournalError::NotOurs => Failure::StationInUse,
        JournalError::Database(_)
        | JournalError::Storage(_)
        | JournalError::Damaged
        | JournalError::Newer
        | JournalError::Busy => Failure::Storage,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::PhoneMask;
    use crate::domain::journal::Outcome;

    fn calendar() -> Calendar {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
        Calendar { zone, today: date(2026, 10, 25) }
    }

    fn record(at: &str) -> Record {
        let at_ms = at.parse::<Timestamp>().expect("a time").as_millisecond();
        let (kind, outcome, phone) = (Kind::LookupByPhone, Outcome::NotFound, PhoneMask::of_tail(7));
        Record { at_ms, kind, outcome, phone, attempts: 1, latency_ms: 340 }
    }

    #[test]
    fn a_file_tells_the_hour_that_comes_twice_apart_and_no_cell_is_a_formula() {
        let folder = tempfile::tempdir().expect("a folder");
        let folders = [folder.path().to_owned()];
        let calendar = calendar();
        let records = || ["2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"].into_iter().map(|at| Ok(record(at)));
        let write = |form| export(&folders, (JournalRange::Today, form, &calendar), records).expect("written");
        let paths = [FileForm::Commas, FileForm::Semicolons, FileForm::Workbook].map(write);
        let names = paths.each_ref().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned());
        assert_eq!(names, ["journal-2026-10-25.csv", "journal-2026-10-25-2.csv", "journal-2026-10-25.xlsx"]);
        let plain = std::fs::read_to_string(&paths[0]).expect("read");
        let expected = "time,utc_offset,kind,outcome,phone,attempts,milliseconds\r\n\
             2026-10-25 02:30:00,UTC+01:00,lookup_by_phone,not_found,'+7 ••• •••-••-07,1,340\r\n\
             2026-10-25 02:30:00,UTC+02:00,lookup_by_phone,not_found,'+7 ••• •••-••-07,1,340\r\n";
        assert_eq!(plain, expected);
        let semicolons = std::fs::read_to_string(&paths[1]).expect("read");
        assert_eq!(semicolons, format!("\u{feff}{}", expected.replace(',', ";")));
        assert!(std::fs::read(&paths[2]).expect("read").starts_with(b"PK"));
        assert_eq!(stem(JournalRange::Week, calendar.today), "journal-2026-10-19--2026-10-25");
    }

    #[test]
    fn a_place_that_takes_nothing_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("no folder");
        std::fs::write(&file, b"").expect("written");
        let export =
            |places: &[PathBuf]| export(places, (JournalRange::Today, FileForm::Commas, &calendar()), std::iter::empty);
        assert!(export(&[]).is_err() && export(std::slice::from_ref(&file)).is_err());
        let written = export(&[file, folder.path().join("exports")]).expect("the second place takes it");
        assert_eq!(written, folder.path().join("exports/journal-2026-10-25.csv"));
    }
}
