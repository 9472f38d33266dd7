//! Whether the database is the one that was here last. A counter in it and beside the key grows with each start and each quiet
//! moment: of a data directory that was put back from a backup it is behind, and a copied disk names another machine. Then nobody
//! knows what became of the entries since, and customers who were forgotten are here again.

use rusqlite::{Connection, OptionalExtension, params};

use super::consents;
use super::copy::{Removal, distrust, with_copy};
use super::entries::entries_where;
use super::store::Store;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::status::{ReturnCause, Returned};
use crate::services::secrets::{Erased, HistoryFile};

/// Compares the database with what is noted beside the key, and goes on from the newer of both; whether there are customers who
/// were forgotten in what else was put back with it.
///
/// # Errors
/// [`StoreError::Damaged`] also for a new one in the place of one that is gone, which is told like any other damage, and for one that
/// was put back beside its newer copy: the copy takes its place then.
pub(super) fn settle(store: &mut Store, history: &HistoryFile) -> Result<bool, StoreError> {
    let noted = history.read();
    let is_copy = known(&store.db, FROM_COPY)?.is_some();
    let own = generation(&store.db)?;
    let is_behind = own < noted.generation && !is_copy;
    if is_behind && own == 0 && !holds_anything(&store.db)? {
        tracing::error!("the outbox is gone, and its copy with it");
        return Err(StoreError::Damaged);
    }
    if is_behind && with_copy(store, |store| generation_of(&store.db, "copy")).is_ok_and(|copied| copied > own) {
        tracing::error!("the outbox is older than its copy");
        return Err(StoreError::Damaged);
    }
    let cause = match (noted.is_elsewhere, is_behind) {
        (true, _) => Some(ReturnCause::OtherMachine),
        (false, true) => Some(ReturnCause::Backup),
        (false, false) => None,
    };
    let cause = if holds_anything(&store.db)? { cause } else { None };
    // What came back after damage may be of a backup, too.
    let came_back = (cause.is_some() || is_copy) && destroy_erased(store, &noted.erased)?;
    let has_erased = came_back || (cause.is_some() && !noted.erased.is_empty());
    let transaction = store.db.transaction()?;
    if let Some(cause) = cause {
        distrust(&transaction, "TRUE", [])?;
        let count: u32 = transaction.query_row("SELECT COUNT(*) FROM entry", [], |row| row.get(0))?;
        tracing::error!(?cause, count, "the outbox is not the one that was here last");
        let value = [&[cause.code()], count.to_be_bytes().as_slice()].concat();
        transaction.execute("INSERT OR REPLACE INTO known (name, value) VALUES (?1, ?2)", params![RETURNED, value])?;
    }
    transaction.execute("DELETE FROM known WHERE name = ?1", [FROM_COPY])?;
    let generation = grow(&transaction, noted.generation)?;
    transaction.commit()?;
    note(history, generation);
    Ok(has_erased)
}

/// Counts a quiet moment, in the database alone.
pub(super) fn advance(store: &Store) -> Result<u64, StoreError> {
    grow(&store.db, 0)
}

/// Notes beside the key how far the database is: after the database itself, which must never be behind.
pub(super) fn note(history: &HistoryFile, generation: u64) {
    if let Err(error) = history.note_generation(generation) {
        tracing::warn!(%error, "it cannot be noted how far the outbox is");
    }
}

/// Marks what takes the place of a damaged database: it is behind, and that is known.
pub(in crate::services::outbox) fn mark_as_copy(db: &Connection) -> Result<(), StoreError> {
    db.execute("INSERT OR REPLACE INTO known (name, value) VALUES (?1, x'01')", [FROM_COPY])?;
    Ok(())
}

/// What was put back or copied here, unless a person knows.
pub(super) fn unseen(store: &Store) -> Result<Option<Returned>, StoreError> {
    let value = known(&store.db, RETURNED)?;
    let (cause, count) = value.as_deref().and_then(|value| value.split_first()).unzip();
    let cause = cause.and_then(|code| ReturnCause::of_code(*code));
    let count = count.and_then(|count| Some(u32::from_be_bytes(count.try_into().ok()?))).unwrap_or_default();
    Ok(cause.map(|cause| Returned { cause, count, copied_ms: None }))
}

/// A person has taken note.
pub(super) fn acknowledge(store: &Store) -> Result<(), StoreError> {
    store.db.execute("DELETE FROM known WHERE name = ?1", [RETURNED])?;
    Ok(())
}

const GENERATION: &str = "generation";
const FROM_COPY: &str = "from_copy";
const RETURNED: &str = "returned";

fn known(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    known_in(db, "main", name)
}

fn known_in(db: &Connection, schema: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = format!("SELECT value FROM {schema}.known WHERE name = ?1");
    Ok(db.query_row(&sql, [name], |row| row.get(0)).optional()?)
}

fn generation(db: &Connection) -> Result<u64, StoreError> {
    generation_of(db, "main")
}

/// That of the database or of its copy.
fn generation_of(db: &Connection, schema: &str) -> Result<u64, StoreError> {
    let value = known_in(db, schema, GENERATION)?;
    Ok(value.and_then(|value| Some(u64::from_be_bytes(value.try_into().ok()?))).unwrap_or_default())
}

fn grow(db: &Connection, at_least: u64) -> Result<u64, StoreError> {
    let grown = generation(db)?.max(at_least).saturating_add(1);
    let sql = "INSERT OR REPLACE INTO known (name, value) VALUES (?1, ?2)";
    db.execute(sql, params![GENERATION, grown.to_be_bytes()])?;
    Ok(grown)
}

fn holds_anything(db: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM entry) OR EXISTS (SELECT 1 FROM consent)";
    Ok(db.query_row(sql, [], |row| row.get(0))?)
}

fn destroy_erased(store: &mut Store, erased: &[Erased]) -> Result<bool, StoreError> {
    if erased.is_empty() {
        return Ok(false);
    }
    let is_erased = |store: &Store, phone: &_, created_ms| {
        let tags = store.keys.all().filter_map(|keys| keys.consents.tag(phone).ok());
        tags.into_iter().any(|tag| erased.iter().any(|erased| erased.tag == tag && created_ms <= erased.at_ms))
    };
    let mut removal = Removal { entries: entries_where(store, "main", is_erased)?, consents: Vec::new() };
    for Erased { tag, at_ms } in erased {
        let of_customer = "phone_tag = ?1 AND taken_ms <= ?2";
        removal.consents.extend(consents::keys_where(&store.db, of_customer, params![tag, at_ms])?);
    }
    consents::destroy(store, &removal)?;
    Ok(!removal.is_empty())
}
