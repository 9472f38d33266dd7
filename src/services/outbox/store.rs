//! The signups on disk: every change is one durable transaction.

use std::sync::Arc;

use rusqlite::{Connection, DropBehavior, OptionalExtension, Row, Transaction, params};

use super::evidence::{self, Before, Occasion, TextHash};
use super::seal::{Keyring, Keys, Place};
use super::{Attempt, Counts, Enqueued, Entry, Sender, StoreError};
use crate::domain::delivery::{CAPACITY, Concern, Ending, EntryState, Hold, Tally};
use crate::domain::station::Connection as StationLink;
use crate::domain::{Enrolment, Signup};
use crate::services::sabotage::Sabotage;

/// The open database of one station.
pub(super) struct Store {
    pub(super) db: Connection,
    pub(super) keys: Arc<Keyring>,
    /// How much had been written when the log was last emptied.
    pub(super) emptied_at: u64,
    /// What went wrong after all that matters was stored.
    pub(super) doubt: Option<StoreError>,
    /// Consent texts that the database is known to hold.
    pub(super) known_texts: Vec<TextHash>,
}

/// A record that could not be opened at an earlier start is tried again at each.
pub(super) const KEY_LOST: EntryState = EntryState::Held(Hold::Key);

/// An entry that a file took along, made by a program before 0.2: it is sent only after a retry.
pub(super) const EXPORTED: EntryState = EntryState::Held(Hold::Exported);

/// An entry that was taken for another origin or merchant.
pub(super) const OTHER_STATION: EntryState = EntryState::Held(Hold::OtherStation);

/// The live row of a phone, if there is one.
pub(super) struct Live {
    pub(super) id: i64,
    pub(super) created_ms: i64,
    /// Nothing of it was ever sent, by any machine, nor will be by another.
    is_unsent: bool,
    pub(super) sealed: Vec<u8>,
}

impl Store {
    /// A store over an open database, which nobody else uses.
    pub(super) fn new(db: Connection, keys: Arc<Keyring>) -> Result<Self, StoreError> {
        let mut store = Self { db, keys, emptied_at: 0, doubt: None, known_texts: Vec::new() };
        store.settle()?;
        Ok(store)
    }

    /// Stores a signup, unless the same one waits already, and proves it by reading it back. The evidence of what was
    /// agreed to is in the same transaction.
    pub(super) fn enqueue(
        &mut self,
        enrolment: &Enrolment,
        link: &StationLink,
        now_ms: i64,
    ) -> Result<Enqueued, StoreError> {
        self.commit_late()?;
        let signup = &enrolment.signup;
        let keys = &self.keys.current;
        let tag = tag(keys, signup, link)?;
        let mut transaction = self.db.transaction()?;
        let enqueued = match live_row(&transaction, &tag)? {
            Some(live) => again(&transaction, keys, &live, (signup, link, &tag), now_ms)?,
            None if is_full(&transaction)? => return Err(StoreError::Full),
            None => Enqueued::New(insert(&transaction, keys, (signup, link, &tag), EntryState::Saved, now_ms)?),
        };
        let occasion = Occasion { entry: enqueued.id(), phone: &signup.phone, link, taken_ms: now_ms };
        let given = (enrolment.consents.as_slice(), Before::from(enqueued));
        let new_texts = evidence::record(&transaction, &keys.consents, &occasion, given, &self.known_texts)?;
        if Sabotage::SavedBeforeCommit.is_on() {
            transaction.set_drop_behavior(DropBehavior::Ignore);
            return Ok(enqueued);
        }
        transaction.commit()?;
        self.known_texts.extend(new_texts);
        if self.read(enqueued.id())?.is_some_and(|attempt| attempt.signup == *signup) {
            Ok(enqueued)
        } else {
            Err(StoreError::ReadBack)
        }
    }

    /// Records an attempt before any byte of it leaves; none if the entry is gone or not to be sent over this link.
    pub(super) fn begin(&mut self, id: i64, link: &StationLink) -> Result<Option<Attempt>, StoreError> {
        self.commit_late()?;
        let Some(before) = self.peek(id, link)? else {
            return Ok(None);
        };
        if Sabotage::NoAttemptMark.is_on() {
            return self.read(id);
        }
        // From now on it may be carried out, whoever dies meanwhile.
        let changed = self.db.execute(
            "UPDATE entry SET state = 'in_flight', reason = NULL, attempts = attempts + 1, unsettled = 1
             WHERE id = ?1 AND state <> 'attention'",
            [id],
        )?;
        // What is remembered is the time before this attempt: its own answer decides about the rest.
        let attempts = before.attempts.saturating_add(1);
        Ok((changed == 1).then_some(Attempt { attempts, ..before }))
    }

    /// Takes an entry out, its payload with it, and counts how it ended.
    ///
    /// After a damaged database was put aside, its number may be another's: the time tells them apart.
    pub(super) fn end(&mut self, Place { id, created_ms }: Place, ending: Ending) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        let removed = transaction.execute("DELETE FROM entry WHERE id = ?1 AND created_ms = ?2", [id, created_ms])?;
        if ending == Ending::Withdrawn && removed == 1 {
            // Nobody was signed up: whoever tries again ticks again.
            evidence::drop_of(&transaction, id)?;
        }
        transaction.execute(
            "INSERT INTO ended (ending, count) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET count = count + ?2",
            params![ending_name(ending), i64::try_from(removed).unwrap_or(0)],
        )?;
        transaction.commit()?;
        // The log still holds the sealed payload. The entry has ended whether or not it can be emptied now.
        if let Err(error) = self.empty_log() {
            self.doubt = Some(error);
        }
        Ok(())
    }

    /// Leaves an entry waiting, or to a manager.
    pub(super) fn keep(&mut self, id: i64, state: EntryState) -> Result<(), StoreError> {
        self.db.execute(
            "UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1",
            params![id, state.name(), state.reason()],
        )?;
        Ok(())
    }

    /// Puts one entry, or all that are held or need a manager, back in line; those of another station stay.
    pub(super) fn retry(&mut self, id: Option<i64>) -> Result<usize, StoreError> {
        let mut count = 0;
        let stuck: Vec<(i64, bool)> = {
            let mut query = self.db.prepare(
                "SELECT id, reason IS ?3 FROM entry WHERE (?1 IS NULL OR id = ?1)
                     AND (state = 'attention' OR state = 'held' AND reason IS NOT ?2) ORDER BY id",
            )?;
            let parameters = params![id, OTHER_STATION.reason(), EXPORTED.reason()];
            query.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
        };
        for (id, is_exported) in stuck {
            // What may have been carried out is remembered apart from the state; by another machine, nobody knows.
            let state = if is_exported { EntryState::Unknown } else { EntryState::Pending };
            match self.keep(id, state) {
                Ok(()) => count += 1,
                // Another signup of the same phone is on its way: this one goes on waiting for a manager.
                Err(StoreError::Database(error))
                    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// Every entry, oldest first, without what is sealed.
    pub(super) fn list(&self) -> Result<Vec<Entry>, StoreError> {
        let mut query = self.db.prepare(
            "SELECT id, state, reason, created_ms, attempts, base_url, merchant_id, sealed FROM entry ORDER BY id",
        )?;
        let entries = query.query_map([], |row| self.entry(row))?.collect::<Result<_, _>>()?;
        Ok(entries)
    }

    /// How many entries wait, are held, and need a manager, and since when the oldest waits.
    pub(super) fn counts(&self) -> Result<Counts, StoreError> {
        let counts = self.db.query_row(
            "SELECT COUNT(*) FILTER (WHERE state IN ('saved', 'in_flight', 'pending', 'unknown')),
                    COUNT(*) FILTER (WHERE state = 'held'),
                    COUNT(*) FILTER (WHERE state = 'attention'),
                    MIN(created_ms) FILTER (WHERE state <> 'attention')
             FROM entry",
            [],
            |row| {
                Ok(Counts { waiting: row.get(0)?, held: row.get(1)?, attention: row.get(2)?, oldest_ms: row.get(3)? })
            },
        )?;
        Ok(counts)
    }

    /// Makes up for a commit that a sabotage left out.
    pub(super) fn commit_late(&self) -> Result<(), StoreError> {
        if Sabotage::SavedBeforeCommit.is_on() && !self.db.is_autocommit() {
            self.db.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    pub(super) fn read(&self, id: i64) -> Result<Option<Attempt>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT created_ms, attempts, base_url, merchant_id, store_id, cash_id, sealed,
                    unsettled, unusable, server_errors, fruitless
             FROM entry WHERE id = ?1",
        )?;
        let found = query
            .query_row([id], |row| {
                let sender = Sender {
                    base_url: row.get(2)?,
                    merchant_id: row.get(3)?,
                    store_id: row.get(4)?,
                    cash_id: row.get(5)?,
                };
                let attempts: u32 = row.get(1)?;
                let tally = Tally {
                    is_unsettled: row.get(7)?,
                    unusable: row.get(8)?,
                    server_errors: row.get(9)?,
                    fruitless: row.get(10)?,
                };
                Ok((row.get(0)?, attempts, tally, sender, row.get::<_, Vec<u8>>(6)?))
            })
            .optional()?;
        let Some((created_ms, attempts, tally, sender, sealed)) = found else {
            return Ok(None);
        };
        let signup = self.keys.open(&sealed, Place { id, created_ms }).ok_or(StoreError::Sealing)?;
        Ok(Some(Attempt { id, created_ms, signup, sender, attempts, tally }))
    }

    fn entry(&self, row: &Row<'_>) -> rusqlite::Result<Entry> {
        let (id, created_ms) = (row.get(0)?, row.get(3)?);
        let sealed: Vec<u8> = row.get(7)?;
        Ok(Entry {
            id,
            // A state this program does not know was put there by nobody; a manager must look.
            state: state_of(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?),
            created_ms,
            attempts: row.get(4)?,
            sender: Sender {
                base_url: row.get(5)?,
                merchant_id: row.get(6)?,
                store_id: String::new(),
                cash_id: String::new(),
            },
            phone_masked: self.keys.open(&sealed, Place { id, created_ms }).map(|signup| signup.phone.masked()),
        })
    }
}

pub(super) fn tag(keys: &Keys, signup: &Signup, link: &StationLink) -> Result<[u8; 32], StoreError> {
    let origin = link.base_url.origin();
    keys.tag(&signup.phone, origin.as_str(), link.merchant_id.as_str()).ok_or(StoreError::Sealing)
}

/// Reads a state; one that nobody wrote is settled like an attempt whose end is unknown.
pub(super) fn state_of(name: &str, reason: Option<&str>) -> EntryState {
    EntryState::parse(name, reason).unwrap_or(EntryState::Unknown)
}

/// The same phone again while it waits: the same details change nothing, others replace what was not sent yet.
fn again(
    transaction: &Transaction<'_>,
    keys: &Keys,
    live: &Live,
    (signup, link, tag): (&Signup, &StationLink, &[u8; 32]),
    now_ms: i64,
) -> Result<Enqueued, StoreError> {
    let place = Place { id: live.id, created_ms: live.created_ms };
    if keys.open(&live.sealed, place).as_ref() == Some(signup) {
        return Ok(Enqueued::Same(live.id));
    }
    if live.is_unsent {
        let sealed = keys.seal(signup, place).ok_or(StoreError::Sealing)?;
        // It is sent as it was taken, so under the ids of the second time.
        transaction.execute(
            "UPDATE entry SET sealed = ?2, base_url = ?3, store_id = ?4, cash_id = ?5, seen_at_ms = NULL WHERE id = ?1",
            params![live.id, sealed, link.base_url.as_str(), link.store_id.as_str(), link.cash_id.as_str(),],
        )?;
        return Ok(Enqueued::Replaced(live.id));
    }
    let state = EntryState::Attention(Concern::TakenTwice);
    Ok(Enqueued::Aside(insert(transaction, keys, (signup, link, tag), state, now_ms)?))
}

fn insert(
    transaction: &Transaction<'_>,
    keys: &Keys,
    (signup, link, tag): (&Signup, &StationLink, &[u8; 32]),
    state: EntryState,
    now_ms: i64,
) -> Result<i64, StoreError> {
    // The number is part of what is sealed, so it must be known first.
    let id = next_number(transaction)?;
    let sealed = keys.seal(signup, Place { id, created_ms: now_ms }).ok_or(StoreError::Sealing)?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO entry (id, phone_tag, state, reason, created_ms, base_url, merchant_id, store_id, cash_id, unsettled,
                            sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)",
    )?;
    insert.execute(params![
        id,
        tag.as_slice(),
        state.name(),
        state.reason(),
        now_ms,
        link.base_url.as_str(),
        link.merchant_id.as_str(),
        link.store_id.as_str(),
        link.cash_id.as_str(),
        sealed,
    ])?;
    Ok(id)
}

/// A number that no entry has or had.
pub(super) fn next_number(transaction: &Transaction<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT MAX(last, COALESCE((SELECT MAX(id) FROM entry), 0)) + 1 FROM numbered";
    Ok(transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(super) fn live_row(transaction: &Transaction<'_>, tag: &[u8; 32]) -> Result<Option<Live>, StoreError> {
    let since_the_start = if Sabotage::DedupeInMemory.is_on() { " AND id > (SELECT id FROM last_before)" } else { "" };
    let mut query = transaction.prepare_cached(&format!(
        "SELECT id, created_ms, attempts = 0 AND NOT unsettled, sealed FROM entry
         WHERE phone_tag = ?1 AND state <> 'attention'{since_the_start}"
    ))?;
    let row = query
        .query_row([tag.as_slice()], |row| {
            Ok(Live { id: row.get(0)?, created_ms: row.get(1)?, is_unsent: row.get(2)?, sealed: row.get(3)? })
        })
        .optional()?;
    Ok(row)
}

/// Whether as many wait as may. There are no more rows than numbers from the first to the last: they are counted only
/// where that is too many.
fn is_full(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let mut query = transaction
        .prepare_cached("SELECT COALESCE((SELECT MAX(id) FROM entry) - (SELECT MIN(id) FROM entry) + 1, 0)")?;
    let at_most: i64 = query.query_row([], |row| row.get(0))?;
    let may_be = usize::try_from(at_most).unwrap_or(usize::MAX) >= CAPACITY;
    Ok(may_be && count_live(transaction)? >= CAPACITY)
}

pub(super) fn count_live(transaction: &Transaction<'_>) -> Result<usize, StoreError> {
    let count: i64 =
        transaction.query_row("SELECT COUNT(*) FROM entry WHERE state <> 'attention'", [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn ending_name(ending: Ending) -> &'static str {
    match ending {
        Ending::Delivered => "delivered",
        Ending::AlreadyMember => "already_member",
        Ending::Withdrawn => "withdrawn",
    }
}
