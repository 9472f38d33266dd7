//! The records on disk: appended with their totals in one transaction, read in pages by key.

use std::ops::Range;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{JournalError, PageRequest, schema};
use crate::domain::PhoneMask;
use crate::domain::journal::{Filter, HourTotal, JournalPage, Kind, MOST_RECORDS, Outcome, Record};

/// The open journal of one station.
#[derive(Debug)]
pub(super) struct JournalStore {
    pub(super) db: Connection,
    /// The most records.
    pub(super) most: i64,
}

/// How many of the oldest go at once.
const TRIM: i64 = 1_000;
/// A page looks at no more records than these, however few of them the filter lets through.
const LOOKED_AT: i64 = 20_000;
/// The longest page.
const LONGEST_PAGE: u32 = 1_000;

impl JournalStore {
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        Ok(Self { db: schema::open(path)?, most: MOST_RECORDS })
    }

    /// Appends records, counts them for their hours, and lets the oldest go where they are too many.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let transaction = self.db.transaction()?;
        {
            let mut append = transaction.prepare(
                "INSERT INTO record (at_ms, kind, outcome, phone_tail, attempts, latency_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut count = transaction.prepare(
                "INSERT INTO hourly (hour, kind, outcome, count) VALUES (?1, ?2, ?3, 1)
                 ON CONFLICT DO UPDATE SET count = count + 1",
            )?;
            for record in records {
                let (kind, outcome) = (record.kind.code(), record.outcome.code());
                let tail = record.phone.map(PhoneMask::tail);
                append.execute(params![record.at_ms, kind, outcome, tail, record.attempts, record.latency_ms])?;
                count.execute(params![record.hour(), kind, outcome])?;
            }
        }
        // The numbers have no gaps: nothing is ever taken from the middle.
        let (oldest, newest) = ends(&transaction)?;
        let excess = newest - oldest + 1 - self.most;
        if excess > 0 {
            // Some more than needed, so that not every record costs a search for the oldest.
            let room = TRIM.min(self.most / 10).max(excess.min(TRIM));
            transaction.execute("DELETE FROM record WHERE id < ?1", [oldest + room])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A page, newest first, from before a record on.
    pub(super) fn page(&self, request: PageRequest) -> Result<JournalPage, JournalError> {
        let PageRequest { filter: Filter { kind, outcome, from_ms, until_ms }, before, limit } = request;
        let (oldest, newest) = ends(&self.db)?;
        let before = before.map_or(newest + 1, |before| before.min(newest + 1));
        let down_to = before.saturating_sub(LOOKED_AT).max(oldest);
        let limit = limit.clamp(1, LONGEST_PAGE);
        let mut query = self.db.prepare(
            "SELECT id, at_ms, kind, outcome, phone_tail, attempts, latency_ms FROM record
             WHERE id >= ?1 AND id < ?2 AND kind = ifnull(?3, kind) AND outcome = ifnull(?4, outcome)
               AND at_ms >= ifnull(?5, at_ms) AND at_ms < ifnull(?6, at_ms + 1)
             ORDER BY id DESC LIMIT ?7",
        )?;
        let parameters =
            params![down_to, before, kind.map(Kind::code), outcome.map(Outcome::code), from_ms, until_ms, limit];
        let found: Vec<(i64, Option<Record>)> =
            query.query_map(parameters, |row| Ok((row.get(0)?, record(row)?)))?.collect::<Result<_, _>>()?;
        let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let looked_down_to = found.last().filter(|_| is_full).map_or(down_to, |(id, _)| *id);
        Ok(JournalPage {
            // A number that means nothing here was written by a newer program.
            records: found.into_iter().filter_map(|(id, record)| Some((id, record?))).collect(),
            next: (looked_down_to > oldest).then_some(looked_down_to),
        })
    }

    /// The totals of some hours, oldest first.
    pub(super) fn totals(&self, hours: &Range<i64>) -> Result<Vec<HourTotal>, JournalError> {
        let mut query = self.db.prepare(
            "SELECT hour, kind, outcome, count FROM hourly WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, kind, outcome",
        )?;
        let totals = query.query_map([hours.start, hours.end], |row| {
            let (kind, outcome) = (Kind::of_code(row.get(1)?), Outcome::of_code(row.get(2)?));
            let (hour, count) = (row.get(0)?, row.get::<_, i64>(3)?.unsigned_abs());
            Ok(kind.zip(outcome).map(|(kind, outcome)| HourTotal { hour, kind, outcome, count }))
        })?;
        Ok(totals.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}

/// The numbers of the oldest and the newest record; the newest is one less than the oldest where there is none.
fn ends(db: &Connection) -> Result<(i64, i64), JournalError> {
    let end = |sql| db.prepare(sql)?.query_row([], |row| row.get::<_, i64>(0)).optional();
    let oldest = end("SELECT id FROM record ORDER BY id LIMIT 1")?;
    let newest = end("SELECT id FROM record ORDER BY id DESC LIMIT 1")?;
    Ok(oldest.zip(newest).unwrap_or((1, 0)))
}

fn record(row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (kind, outcome) = (Kind::of_code(row.get(2)?), Outcome::of_code(row.get(3)?));
    let phone = row.get::<_, Option<u8>>(4)?.and_then(PhoneMask::of_tail);
    let (at_ms, attempts, latency_ms) = (row.get(1)?, row.get(5)?, row.get(6)?);
    Ok(kind.zip(outcome).map(|(kind, outcome)| Record { at_ms, kind, outcome, phone, attempts, latency_ms }))
}
