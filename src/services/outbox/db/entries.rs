//! The signups on disk: every change is one durable transaction.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::columns::{optional_text, text};
use super::consents::{self, Before, Occasion};
use super::copy::{self, Removal};
use super::seal::{Keys, RecordId};
use super::store::Store;
use crate::domain::connection::Connection as StationLink;
use crate::domain::delivery::{AttemptStats, CAPACITY, Concern, EntryState, Hold};
use crate::domain::{Enrolment, Phone, Signup};
use crate::services::outbox::entry::{Enqueued, Outgoing, Sender, Taken};
use crate::services::outbox::error::StoreError;

/// A record that could not be opened at an earlier start is tried again at each.
pub(super) const KEY_LOST: EntryState = EntryState::Held(Hold::Key);

/// An entry that a file took along, made by a program before 0.2: it is sent only after a retry.
pub(in crate::services::outbox) const EXPORTED: EntryState = EntryState::Held(Hold::Exported);

/// An entry that was taken for another origin or merchant.
pub(super) const OTHER_STATION: EntryState = EntryState::Held(Hold::OtherStation);

/// A signup a microsecond for a hundred thousand years.
pub(super) const MOST_NUMBER: i64 = 1 << 62;

/// The first details stay; a manager decides about the second.
pub(in crate::services::outbox) const TAKEN_TWICE: EntryState = EntryState::Attention(Concern::TakenTwice);

/// The live row of a phone, if there is one.
pub(super) struct Live {
    id: i64,
    created_ms: i64,
    /// Nothing of it was ever sent, by any machine, nor will be by another.
    is_unsent: bool,
    sender: Sender,
    sealed: Vec<u8>,
}

impl Live {
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    fn record(&self) -> RecordId {
        RecordId { id: self.id, created_ms: self.created_ms }
    }

    fn signup(&self, keys: &Keys) -> Option<Signup> {
        keys.open(&self.sealed, self.record(), &self.sender)
    }

    /// Whether it is this very signup.
    pub(super) fn holds(&self, signup: &Signup, keys: &Keys) -> bool {
        self.signup(keys).as_ref() == Some(signup)
    }
}

pub(super) fn tag(keys: &Keys, signup: &Signup, link: &StationLink) -> Result<[u8; 32], StoreError> {
    let origin = link.base_url.origin();
    keys.tag(&signup.phone, origin.as_str(), link.merchant_id.as_str()).ok_or(StoreError::Sealing)
}

/// Reads a state and its reason from two columns; one that nobody wrote is settled like an attempt whose end is unknown.
pub(in crate::services::outbox) fn state(row: &Row<'_>, at: usize) -> rusqlite::Result<EntryState> {
    let (name, reason) = (text(row, at)?, optional_text(row, at + 1)?);
    Ok(EntryState::parse(&name, reason.as_deref()).unwrap_or(EntryState::Unknown))
}

/// Reads a number that counts something; one that counts nothing was put there by somebody else.
pub(super) fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u32> {
    Ok(u32::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

/// What is to be stored of a signup. A customer alone may have typed anybody's phone: what waits unsent is added to, and nothing
/// of it replaced. Staff replaces it.
fn to_store(live: Option<&Live>, enrolment: &Enrolment, keys: &Keys) -> Signup {
    let adds_to = live.filter(|live| live.is_unsent && enrolment.is_by_customer()).and_then(|live| live.signup(keys));
    match adds_to {
        Some(waiting) => waiting.filled_from(&enrolment.signup),
        None => enrolment.signup.clone(),
    }
}

/// The same phone again while it waits: the same details change nothing, others take the place of what was not sent yet.
fn again(
    transaction: &Transaction<'_>,
    keys: &Keys,
    (live, is_by_customer): (&Live, bool),
    (signup, link, tag): (&Signup, &StationLink, &[u8; 32]),
    now_ms: i64,
) -> Result<Enqueued, StoreError> {
    if live.holds(signup, keys) {
        // Who takes it once more is told once more that it is saved: it grows old from now on.
        transaction.execute("UPDATE entry SET seen_at_ms = NULL WHERE id = ?1", [live.id])?;
        return Ok(Enqueued::Same(live.id));
    }
    if live.is_unsent {
        // It is sent as it was taken, so under the ids of the second time.
        let sender = Sender::from(link);
        let sealed = keys.seal(signup, live.record(), &sender).ok_or(StoreError::Sealing)?;
        transaction.execute(
            "UPDATE entry SET sealed = ?2, base_url = ?3, merchant_id = ?4, store_id = ?5, cash_id = ?6, seen_at_ms = NULL
             WHERE id = ?1",
            params![live.id, sealed, sender.base_url, sender.merchant_id, sender.store_id, sender.cash_id],
        )?;
        return Ok(if is_by_customer { Enqueued::Filled(live.id) } else { Enqueued::Replaced(live.id) });
    }
    Ok(Enqueued::Aside(insert(transaction, keys, (signup, link, tag), TAKEN_TWICE, now_ms)?))
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
    let sender = Sender::from(link);
    let sealed = keys.seal(signup, RecordId { id, created_ms: now_ms }, &sender).ok_or(StoreError::Sealing)?;
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
        sender.base_url,
        sender.merchant_id,
        sender.store_id,
        sender.cash_id,
        sealed,
    ])?;
    Ok(id)
}

/// Whether an entry is in the outbox.
pub(in crate::services::outbox) fn is_there(store: &Store, id: i64) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE id = ?1)";
    Ok(store.db.query_row(sql, [id], |row| row.get(0))?)
}

/// A number that no entry has or had. Somebody else may have changed the last one: what it was is found among entries, what became of
/// them, and evidence. Numbers beyond all that are ever given were put there.
pub(in crate::services::outbox) fn next_number(transaction: &Transaction<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT 1 + MAX(
        COALESCE((SELECT last FROM numbered WHERE last BETWEEN 0 AND ?1), 0),
        COALESCE((SELECT MAX(id) FROM tombstone WHERE id <= ?1), 0),
        COALESCE((SELECT MAX(entry) FROM consent WHERE entry <= ?1), 0),
        COALESCE((SELECT MAX(id) FROM entry WHERE id <= ?1), 0))";
    Ok(transaction.prepare_cached(sql)?.query_row([MOST_NUMBER], |row| row.get(0))?)
}

pub(super) fn live_row(transaction: &Connection, tag: &[u8; 32]) -> Result<Option<Live>, StoreError> {
    let mut query = transaction.prepare_cached(
        "SELECT id, created_ms, attempts = 0 AND NOT unsettled, sealed, base_url, merchant_id, store_id, cash_id
         FROM entry WHERE phone_tag = ?1 AND state <> 'attention'",
    )?;
    let row = query
        .query_row([tag.as_slice()], |row| {
            let sender = Sender::read(row, 4)?;
            Ok(Live { id: row.get(0)?, created_ms: row.get(1)?, is_unsent: row.get(2)?, sender, sealed: row.get(3)? })
        })
        .optional()?;
    Ok(row)
}

/// Whether as many wait as may. There are no more rows than numbers from the first to the last: they are counted only
/// where that is too many.
fn is_full(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let mut query = transaction
        .prepare_cached("SELECT COALESCE((SELECT MIN(id) FROM entry), 1), COALESCE((SELECT MAX(id) FROM entry), 0)")?;
    let (first, last): (i64, i64) = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let at_most = last.saturating_sub(first).saturating_add(1);
    let may_be = usize::try_from(at_most).unwrap_or(usize::MAX) >= CAPACITY;
    Ok(may_be && count_live(transaction)? >= CAPACITY)
}

pub(super) fn count_live(transaction: &Transaction<'_>) -> Result<usize, StoreError> {
    let count: i64 =
        transaction.query_row("SELECT COUNT(*) FROM entry WHERE state <> 'attention'", [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Stores a signup, unless the same one waits already, and proves it by reading it back. The evidence of what was
/// agreed to is in the same transaction.
pub(super) fn enqueue(
    store: &mut Store,
    enrolment: &Enrolment,
    link: &StationLink,
    taken: Taken,
) -> Result<Enqueued, StoreError> {
    let tag = tag(&store.keys.current, &enrolment.signup, link)?;
    let live = live_row(&store.db, &tag)?;
    let signup = &to_store(live.as_ref(), enrolment, &store.keys.current);
    if let Some(live) = live.as_ref().filter(|live| live.is_unsent && !live.holds(signup, &store.keys.current)) {
        // Details that are about to be replaced must not come back.
        let removal = Removal::of_signup(&store.db, live.id)?;
        copy::take_out(store, &removal)?;
    }
    let keys = &store.keys.current;
    let transaction = store.db.transaction()?;
    let enqueued = match live {
        Some(live) => {
            again(&transaction, keys, (&live, enrolment.is_by_customer()), (signup, link, &tag), taken.wall_ms)?
        }
        None if is_full(&transaction)? => return Err(StoreError::Full),
        None => Enqueued::New(insert(&transaction, keys, (signup, link, &tag), EntryState::Saved, taken.wall_ms)?),
    };
    let occasion = Occasion { entry: enqueued.id(), phone: &signup.phone, link, taken };
    let given = (enrolment.consents.as_slice(), Before::from(enqueued));
    let new_texts = consents::record(&transaction, &keys.consents, &occasion, given, &store.known_texts)?;
    transaction.commit()?;
    store.known_texts.extend(new_texts);
    if read(store, enqueued.id())?.is_some_and(|attempt| attempt.signup == *signup) {
        Ok(enqueued)
    } else {
        Err(StoreError::ReadBack)
    }
}

/// The live entry that holds what was to be stored of this very signup, if there is one.
pub(super) fn find(store: &mut Store, enrolment: &Enrolment, link: &StationLink) -> Result<Option<i64>, StoreError> {
    let keys = &store.keys.current;
    let tag = tag(keys, &enrolment.signup, link)?;
    let found = live_row(&store.db, &tag)?;
    let signup = to_store(found.as_ref(), enrolment, keys);
    Ok(found.filter(|live| live.holds(&signup, keys)).map(|live| live.id))
}

pub(super) fn read(store: &Store, id: i64) -> Result<Option<Outgoing>, StoreError> {
    let mut query = store.db.prepare_cached(
        "SELECT created_ms, attempts, base_url, merchant_id, store_id, cash_id, sealed,
                unsettled, unusable, server_errors, fruitless
         FROM entry WHERE id = ?1",
    )?;
    let found = query
        .query_row([id], |row| {
            let sender = Sender::read(row, 2)?;
            let attempts = count(row, 1)?;
            let stats = AttemptStats {
                is_unsettled: row.get(7)?,
                unusable: count(row, 8)?,
                server_errors: count(row, 9)?,
                fruitless: count(row, 10)?,
            };
            Ok((row.get(0)?, attempts, stats, sender, row.get::<_, Vec<u8>>(6)?))
        })
        .optional()?;
    let Some((created_ms, attempts, stats, sender, sealed)) = found else {
        return Ok(None);
    };
    let signup = store.keys.open(&sealed, RecordId { id, created_ms }, &sender).ok_or(StoreError::Sealing)?;
    Ok(Some(Outgoing { id, created_ms, signup, sender, attempts, stats }))
}

/// Every row of a database on a connection that holds a signup of this phone, wherever it stands.
pub(super) fn entries_of(store: &Store, schema: &str, phone: &Phone) -> Result<Vec<i64>, StoreError> {
    entries_where(store, schema, |_, of, _| of == phone)
}

/// Every row of a database on a connection whose phone and time, Unix milliseconds, a condition holds for.
pub(super) fn entries_where(
    store: &Store,
    schema: &str,
    condition: impl Fn(&Store, &Phone, i64) -> bool,
) -> Result<Vec<i64>, StoreError> {
    let sql = format!("SELECT id, created_ms, sealed, {} FROM {schema}.entry ORDER BY id", Sender::COLUMNS);
    let mut query = store.db.prepare(&sql)?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let record = RecordId { id: row.get(0)?, created_ms: row.get(1)? };
        let sealed = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        let signup = store.keys.open(sealed, record, &Sender::read(row, 3)?);
        if signup.is_some_and(|signup| condition(store, &signup.phone, record.created_ms)) {
            found.push(record.id);
        }
    }
    Ok(found)
}
