//! The copy: a second database in the same folder, brought up to date by rows at quiet moments. It takes the place of the
//! database if that is damaged.
//!
//! What must not come back (withdrawn, replaced, erased, expired) leaves the copy before it leaves the database; what was
//! delivered leaves it with the next update. Each transaction writes to one of the two files: SQLite does not commit to both at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::consents;
use super::schema::{self, exists, wal_of};
use super::seal::{RecordId, nonce_of};
use super::store::Store;
use crate::services::durable;
use crate::services::outbox::entry::Sender;
use crate::services::outbox::error::StoreError;

/// The tables that are compared whole, and their keys. None of them is long.
const COMPARED: [(&str, &str); 8] = [
    ("entry", "id"),
    ("tombstone", "id"),
    ("ended", "ending"),
    ("numbered", "one"),
    ("station_clock", "one"),
    ("clock_jump", "worked_ms"),
    ("consent_text", "hash"),
    ("rest", "flow"),
];

/// The evidence is long and hardly changes: a row is new, gets its age, or is sealed anew under another key.
const EVIDENCE: &str = "
    DELETE FROM copy.consent WHERE (entry, purpose) NOT IN (SELECT entry, purpose FROM main.consent);
    INSERT OR REPLACE INTO copy.consent
        SELECT now.* FROM main.consent AS now
        LEFT JOIN copy.consent AS before ON before.entry = now.entry AND before.purpose = now.purpose
        WHERE before.entry IS NULL OR before.seen_at_ms IS NOT now.seen_at_ms OR before.key_mark <> now.key_mark;
";

/// Signups and evidence that must not come back: what was withdrawn, replaced, erased, or has expired.
#[derive(Debug, Default)]
pub(super) struct Removal {
    /// Rows.
    pub(super) entries: Vec<i64>,
    /// Rows and purposes. Somebody else may have written one that is no text: it must go all the same.
    pub(super) consents: Vec<(i64, Vec<u8>)>,
}

impl Removal {
    /// A signup and its evidence.
    pub(super) fn of_signup(db: &Connection, entry: i64) -> Result<Self, StoreError> {
        let consents = consents::keys_where(db, "entry = ?1", [entry])?;
        Ok(Self { entries: vec![entry], consents })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.consents.is_empty()
    }

    /// Removes the rows from one of the databases on a connection.
    pub(super) fn destroy(&self, transaction: &Transaction<'_>, schema: &str) -> Result<(), StoreError> {
        let mut entry = transaction.prepare(&format!("DELETE FROM {schema}.entry WHERE id = ?1"))?;
        for id in &self.entries {
            entry.execute([id])?;
        }
        let sql = format!("DELETE FROM {schema}.consent WHERE entry = ?1 AND purpose = ?2");
        let mut consent = transaction.prepare(&sql)?;
        for (entry, purpose) in &self.consents {
            consent.execute(params![entry, as_text(purpose)])?;
        }
        Ok(())
    }
}

/// Bytes as a text of SQLite, which need not be UTF-8.
fn as_text(bytes: &[u8]) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(bytes))
}

/// Takes rows out of the copy that are about to leave the database. Where the database is damaged before they have left it,
/// they do not come back from it either.
///
/// # Errors
/// Nothing may leave the database then.
pub(super) fn take_out(store: &mut Store, removal: &Removal) -> Result<(), StoreError> {
    if removal.is_empty() { Ok(()) } else { with_copy(store, |store| take_out_attached(store, removal)) }
}

fn take_out_attached(store: &mut Store, removal: &Removal) -> Result<(), StoreError> {
    let transaction = store.db.transaction()?;
    for schema in ["main", "copy"] {
        for entry in &removal.entries {
            note_gone(&transaction, &format!("SELECT sealed FROM {schema}.entry WHERE id = ?1"), [entry])?;
        }
        for (entry, purpose) in &removal.consents {
            let sql = format!("SELECT sealed FROM {schema}.consent WHERE entry = ?1 AND purpose = ?2");
            note_gone(&transaction, &sql, params![entry, as_text(purpose)])?;
        }
    }
    removal.destroy(&transaction, "copy")?;
    transaction.commit()?;
    // The log of the copy still holds them.
    store.empty_log()
}

/// Takes note of a sealed record that a recovery must not bring back.
fn note_gone(transaction: &Transaction<'_>, sql: &str, parameters: impl rusqlite::Params) -> Result<(), StoreError> {
    let sealed: Option<Vec<u8>> =
        transaction.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?;
    if let Some(nonce) = sealed.as_deref().and_then(nonce_of) {
        transaction.prepare_cached("INSERT OR IGNORE INTO copy.barred (nonce) VALUES (?1)")?.execute([nonce])?;
    }
    Ok(())
}

/// Brings the copy up to date.
///
/// # Errors
/// The copy stays as it was; [`StoreError::Damaged`] if the database itself is damaged.
pub(super) fn update(store: &mut Store, wall_ms: i64) -> Result<(), StoreError> {
    // What left the database since the last time has left its file, too.
    store.empty_log()?;
    check(&store.db, "main")?;
    with_copy(store, |store| {
        check(&store.db, "copy")?;
        update_attached(store, wall_ms)
    })
}

fn update_attached(store: &mut Store, wall_ms: i64) -> Result<(), StoreError> {
    mend(store)?;
    let transaction = store.db.transaction()?;
    for (table, key) in COMPARED {
        transaction.execute_batch(&format!(
            "DELETE FROM copy.{table} WHERE {key} NOT IN (SELECT {key} FROM main.{table});
             INSERT OR REPLACE INTO copy.{table} SELECT * FROM main.{table} EXCEPT SELECT * FROM copy.{table};"
        ))?;
    }
    transaction.execute_batch(EVIDENCE)?;
    transaction.execute_batch(
        "DELETE FROM copy.barred;
         INSERT OR REPLACE INTO copy.known SELECT name, value FROM main.known
             WHERE name IN ('key', 'generation');",
    )?;
    let sql = "INSERT OR REPLACE INTO copy.known (name, value) VALUES ('copied', ?1)";
    transaction.execute(sql, [wall_ms.to_be_bytes()])?;
    transaction.commit()?;
    store.empty_log()?;
    store.copied_at = Some(store.db.total_changes());
    Ok(())
}

/// Gives signups back to the database that have gone bad there or were edited, which no check of SQLite sees.
fn mend(store: &Store) -> Result<(), StoreError> {
    for id in bad_entries(store)? {
        tracing::error!(id, "a damaged signup was taken from the copy");
        let bound = format!("created_ms, sealed, {}", Sender::COLUMNS);
        let sql =
            format!("UPDATE main.entry SET ({bound}) = (SELECT {bound} FROM copy.entry WHERE id = ?1) WHERE id = ?1");
        store.db.execute(&sql, [id])?;
        distrust(&store.db, "id = ?1", [id])?;
    }
    Ok(())
}

/// Signups that are not what the copy has, and cannot be opened: what was sealed anew can.
fn bad_entries(store: &Store) -> Result<Vec<i64>, StoreError> {
    let mut query = store.db.prepare(
        "SELECT now.id, now.created_ms, now.sealed, now.base_url, now.merchant_id, now.store_id, now.cash_id
         FROM main.entry AS now JOIN copy.entry AS before USING (id)
         WHERE (now.sealed, now.created_ms, now.base_url, now.merchant_id, now.store_id, now.cash_id)
               IS NOT (before.sealed, before.created_ms, before.base_url, before.merchant_id, before.store_id, before.cash_id)",
    )?;
    let differing = query.query_map([], |row| {
        let record = RecordId { id: row.get(0)?, created_ms: row.get(1)? };
        let sealed: Vec<u8> = row.get(2)?;
        Ok(store.keys.open(&sealed, record, &Sender::read(row, 3)?).is_none().then_some(record.id))
    })?;
    Ok(differing.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// When a database was last brought up to date as a copy, by the clock on the wall, Unix milliseconds; none if it never was
/// one.
pub(in crate::services::outbox) fn copied_ms(db: &Connection) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT value FROM known WHERE name = 'copied'";
    let value: Option<[u8; 8]> = db.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(value.map(i64::from_be_bytes))
}

/// Entries that came back after damage: more may have become of them than is known. Those that wait for a manager go on
/// waiting.
pub(in crate::services::outbox) fn distrust(
    db: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params + Copy,
) -> Result<(), StoreError> {
    db.execute(&format!("UPDATE entry SET unsettled = 1 WHERE {condition}"), parameters)?;
    let rests = "state = 'attention' OR reason IS 'exported'";
    let sql = format!("UPDATE entry SET state = 'unknown', reason = NULL WHERE {condition} AND NOT ({rests})");
    db.execute(&sql, parameters)?;
    Ok(())
}

/// Does something with the copy, as `copy`. One that cannot be read holds nothing that the database has not: it is made anew.
pub(super) fn with_copy<T>(
    store: &mut Store,
    work: impl Fn(&mut Store) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let make = |copy: &Path| if exists(copy) { Ok(()) } else { schema::create(copy) };
    make(&store.copy)?;
    match attached(store, &work) {
        Err(error) if is_of_copy(store, &error) => {
            tracing::error!(%error, "the copy of the outbox cannot be read and is made anew");
            remove(&store.copy).map_err(StoreError::Storage)?;
            make(&store.copy)?;
            attached(store, work)
        }
        done => done,
    }
}

/// Does something while the copy can be reached as `copy`.
fn attached<T>(store: &mut Store, work: impl FnOnce(&mut Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let path = store.copy.clone();
    // The bytes of a path are its UTF-8 where SQLite can open it.
    let name = as_text(path.as_os_str().as_encoded_bytes());
    let attach = |store: &Store| store.db.execute("ATTACH ?1 AS copy", [&name]);
    let detach = |store: &Store| store.db.execute_batch("DETACH copy");
    attach(store)?;
    let is_current = schema::is_current(&store.db, "copy");
    if matches!(is_current, Ok(false)) {
        // The schema of an older program is brought up to date first.
        detach(store)?;
        schema::open(&path)?.close().map_err(|(_, error)| error)?;
        attach(store)?;
    }
    let done = is_current.and_then(|_| work(store));
    let detached = detach(store);
    let done = done?;
    detached?;
    Ok(done)
}

/// Whether an error comes from a copy that cannot be read: then what is left of it must not stop what the database can do.
fn is_of_copy(store: &mut Store, error: &StoreError) -> bool {
    error.is_trouble() && attached(store, |store| check(&store.db, "copy")).is_err()
}

fn check(db: &Connection, schema: &str) -> Result<(), StoreError> {
    let check: String = db.query_row(&format!("PRAGMA {schema}.quick_check(1)"), [], |row| row.get(0))?;
    if check == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

/// Removes a copy, its log first: without it the database would take a new one for its own.
fn remove(copy: &Path) -> io::Result<()> {
    for path in [wal_of(copy), copy.to_owned()] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    durable::sync_parent(copy)
}

/// The copy of a database.
pub(in crate::services::outbox) fn copy_of(db: &Path) -> PathBuf {
    db.with_extension("copy.db")
}
