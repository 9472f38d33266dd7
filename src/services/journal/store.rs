//! The records on disk: appended with their totals in one transaction, read in pages by key.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{JournalError, PageRequest, schema};
use crate::domain::PhoneMask;
use crate::domain::journal::{
    AnswerTimes, HourTotal, JournalFigures, JournalPage, Kind, MOST_RECORDS, Outcome, Record, RecordPlace,
};

/// The open journal of one station.
#[derive(Debug)]
pub(super) struct JournalStore {
    pub(super) db: Connection,
    /// The most records.
    pub(super) most: i64,
}

/// A range in figures, and how many signups were taken from each edge of it to the next.
#[derive(Debug, Default)]
pub struct JournalSums {
    /// In all.
    pub figures: JournalFigures,
    /// Signups, stretch by stretch.
    pub signups: Vec<u64>,
}

const HOUR_MS: i64 = 3_600_000;
/// The furthest that one record takes the time with it by which others go.
const MOST_STEP_MS: i64 = 72 * HOUR_MS;
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

    /// Appends records, counts them for their hours, and lets the oldest go where they are too many, or older than `keep`
    /// by the time that [`reckon`] tells.
    pub(super) fn append(&mut self, records: &[Record], keep: Duration) -> Result<(), JournalError> {
        let transaction = self.db.transaction()?;
        let before_ms = newest_ms(&transaction)?;
        {
            let mut append = transaction.prepare(
                "INSERT INTO record (at_ms, kind, outcome, phone_tail, attempts, latency_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut count = transaction.prepare(
                "INSERT INTO hourly (hour, kind, outcome, count) VALUES (?1, ?2, ?3, 1)
                 ON CONFLICT DO UPDATE SET count = MAX(0, MIN(count, 4294967294)) + 1",
            )?;
            for record in records {
                let (kind, outcome) = (record.kind.code(), record.outcome.code());
                let tail = record.phone.map(PhoneMask::tail);
                append.execute(params![record.at_ms, kind, outcome, tail, record.attempts, record.latency_ms])?;
                count.execute(params![record.hour(), kind, outcome])?;
            }
        }
        // There are no more records than numbers from the first to the last: they are counted only where that is too many.
        let (oldest, newest) = ends(&transaction)?;
        let mut excess = newest.saturating_sub(oldest).saturating_add(1) - self.most;
        if excess > 0 {
            let count: i64 = transaction.query_row("SELECT COUNT(*) FROM record", [], |row| row.get(0))?;
            excess = count - self.most;
        }
        if excess > 0 {
            // Some more than needed, so that not every record costs a search for the oldest.
            let room = TRIM.min(self.most / 10).max(excess.min(TRIM));
            transaction.execute("DELETE FROM record WHERE id < ?1", [oldest.saturating_add(room)])?;
        }
        if let Some(newest) = records.last() {
            let now_ms = reckon(&transaction, before_ms.unwrap_or(newest.at_ms), newest.at_ms)?;
            forget_before(&transaction, now_ms.saturating_sub(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX)))?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A page, newest first, from before a record on.
    pub(super) fn page(&self, request: PageRequest) -> Result<JournalPage, JournalError> {
        let PageRequest { filter, before, limit } = request;
        let until_ms = filter.until_ms.unwrap_or(i64::MAX);
        let before = before.filter(|before| before.at_ms < until_ms);
        let before = before.unwrap_or(RecordPlace { at_ms: until_ms, number: i64::MIN });
        let limit = usize::try_from(limit.clamp(1, LONGEST_PAGE)).unwrap_or(1);
        let mut query = self.db.prepare_cached(
            "SELECT id, at_ms, kind, outcome, phone_tail, attempts, latency_ms FROM record
             WHERE at_ms >= ?1 AND at_ms <= ?2 AND (at_ms < ?2 OR id < ?3)
             ORDER BY at_ms DESC, id DESC LIMIT ?4",
        )?;
        let from_ms = filter.from_ms.unwrap_or(i64::MIN);
        // One more tells whether there are any.
        let mut rows = query.query(params![from_ms, before.at_ms, before.number, LOOKED_AT + 1])?;
        let mut page = JournalPage::default();
        let (mut looked_at, mut last) = (0, None);
        while let Some(row) = rows.next()? {
            if looked_at == LOOKED_AT || page.records.len() == limit {
                page.next = last;
                break;
            }
            looked_at += 1;
            let place = RecordPlace { at_ms: row.get(1)?, number: row.get(0)? };
            last = Some(place);
            // A number that means nothing here was written by a newer program.
            page.records
                .extend(record(row)?.filter(|record| filter.lets_through(record)).map(|record| (place.number, record)));
        }
        Ok(page)
    }

    /// The figures of the time between the first edge and the last, and how many signups were taken from each to the next.
    ///
    /// They are the totals of hours where every edge is a whole hour, else what records there still are.
    pub(super) fn sums(&self, edges: &[i64]) -> Result<JournalSums, JournalError> {
        let (Some(from_ms), Some(until_ms)) = (edges.first().copied(), edges.last().copied()) else {
            return Ok(JournalSums::default());
        };
        let mut sums = JournalSums { signups: vec![0; edges.len() - 1], ..JournalSums::default() };
        let mut add = |at_ms: i64, kind: Kind, outcome: Outcome, count: u64| {
            let is_in_chart = sums.figures.add(kind, outcome, count);
            let bar = edges.partition_point(|edge| *edge <= at_ms).checked_sub(1);
            if let Some(bar) = bar.and_then(|bar| sums.signups.get_mut(bar)).filter(|_| is_in_chart) {
                *bar += count;
            }
        };
        let are_hours = edges.iter().all(|edge| edge % HOUR_MS == 0);
        if are_hours {
            for HourTotal { hour, kind, outcome, count } in self.totals(&(from_ms / HOUR_MS..until_ms / HOUR_MS))? {
                add(hour * HOUR_MS, kind, outcome, count);
            }
        }
        let mut times = Vec::new();
        let mut query = self
            .db
            .prepare_cached("SELECT at_ms, kind, outcome, latency_ms FROM record WHERE at_ms >= ?1 AND at_ms < ?2")?;
        let mut rows = query.query([from_ms, until_ms])?;
        while let Some(row) = rows.next()? {
            let (kind, outcome) = (Kind::of_code(row.get(1)?), Outcome::of_code(row.get(2)?));
            let Some((kind, outcome)) = kind.zip(outcome) else { continue };
            if !are_hours {
                add(row.get(0)?, kind, outcome, 1);
            }
            if AnswerTimes::count(kind, outcome) {
                times.push(count(row, 3)?);
            }
        }
        sums.figures.answers = AnswerTimes::of(times);
        Ok(sums)
    }

    /// The totals of some hours, oldest first.
    pub(super) fn totals(&self, hours: &Range<i64>) -> Result<Vec<HourTotal>, JournalError> {
        let mut query = self.db.prepare(
            "SELECT hour, kind, outcome, count FROM hourly WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, kind, outcome",
        )?;
        let totals = query.query_map([hours.start, hours.end], |row| {
            let (kind, outcome) = (Kind::of_code(row.get(1)?), Outcome::of_code(row.get(2)?));
            let (hour, count) = (row.get(0)?, u64::from(count(row, 3)?));
            Ok(kind.zip(outcome).map(|(kind, outcome)| HourTotal { hour, kind, outcome, count }))
        })?;
        Ok(totals.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}

/// What the time counts as for what is to go. It follows the newest record by no more than twice the time since the one before, and
/// three days: a clock that was wrong for a while destroys nothing, and after a long holiday it catches up.
fn reckon(db: &Connection, before_ms: i64, newest_ms: i64) -> Result<i64, JournalError> {
    let reckoned = db.query_row("SELECT at_ms FROM reckoned", [], |row| row.get(0)).optional()?;
    let at_ms: i64 = reckoned.unwrap_or(before_ms);
    let most_ms = newest_ms.saturating_sub(before_ms).saturating_abs().saturating_mul(2).min(MOST_STEP_MS);
    let at_ms = at_ms.saturating_add(newest_ms.saturating_sub(at_ms).clamp(-most_ms, most_ms));
    db.prepare_cached("INSERT OR REPLACE INTO reckoned (one, at_ms) VALUES (1, ?1)")?.execute([at_ms])?;
    Ok(at_ms.min(newest_ms))
}

/// The time of the record that was written last.
fn newest_ms(db: &Connection) -> Result<Option<i64>, JournalError> {
    let sql = "SELECT at_ms FROM record ORDER BY id DESC LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
}

/// Lets go what is older: totals at once, records a thousand at a time.
fn forget_before(db: &Connection, cutoff_ms: i64) -> Result<(), JournalError> {
    db.prepare_cached("DELETE FROM hourly WHERE hour < ?1")?.execute([cutoff_ms.div_euclid(HOUR_MS)])?;
    db.prepare_cached(
        "DELETE FROM record WHERE id IN (SELECT id FROM record WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2)",
    )?
    .execute([cutoff_ms, TRIM])?;
    Ok(())
}

/// The numbers of the oldest and the newest record; the newest is one less than the oldest where there is none.
fn ends(db: &Connection) -> Result<(i64, i64), JournalError> {
    let end = |sql| db.prepare(sql)?.query_row([], |row| row.get::<_, i64>(0)).optional();
    let oldest = end("SELECT id FROM record ORDER BY id LIMIT 1")?;
    let newest = end("SELECT id FROM record ORDER BY id DESC LIMIT 1")?;
    Ok(oldest.zip(newest).unwrap_or((1, 0)))
}

/// Reads a number that counts something; one that counts nothing was put there by somebody else.
fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u32> {
    Ok(u32::try_from(row.get::<_, i64>(at)?).unwrap_or_default())
}

fn record(row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (kind, outcome) = (Kind::of_code(row.get(2)?), Outcome::of_code(row.get(3)?));
    let tail = row.get::<_, Option<i64>>(4)?.and_then(|tail| u8::try_from(tail).ok());
    let phone = tail.and_then(PhoneMask::of_tail);
    let (at_ms, attempts, latency_ms) = (row.get(1)?, count(row, 5)?, count(row, 6)?);
    Ok(kind.zip(outcome).map(|(kind, outcome)| Record { at_ms, kind, outcome, phone, attempts, latency_ms }))
}
