//! What SQLite still reads from a damaged database, row by row. Nothing is believed before it has been opened: every record is
//! sealed for its row. What does not open is damaged, or belongs to a lost key: it stays where it is.

use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row, Transaction, params};
use sha2::{Digest, Sha256};

use crate::domain::delivery::{Concern, EntryState};
use crate::domain::{Phone, Signup};
use crate::services::outbox::db::consents::row::{COLUMNS, Conflict, ConsentRow, WIDTH};
use crate::services::outbox::db::entries::{EXPORTED, state};
use crate::services::outbox::db::seal::{Keyring, RecordId, nonce_of};
use crate::services::outbox::entry::Sender;
use crate::services::outbox::error::StoreError;

/// How many numbers are passed over in all where rows cannot be read: more than a broken branch holds.
const MOST_PASSED: u32 = 100_000;

/// Another signup of the phone came back already; a manager decides.
const TAKEN_TWICE: EntryState = EntryState::Attention(Concern::TakenTwice);

/// Adds what is in a damaged database and nowhere else, and was not to go.
pub(super) fn add(transaction: &Transaction<'_>, damaged: &Path, keys: &Keyring) -> Result<(), StoreError> {
    // SQLite would remove the log of an empty file. There is none if the move was cut short, and the database was not damaged.
    if !fs::metadata(damaged).is_ok_and(|found| found.len() > 0) {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(damaged, flags)?;
    // SQLite would open it to be read alone after a refusal, and then read nothing of its log.
    if source.is_readonly("main")? {
        return Err(StoreError::Unsafe("the damaged database cannot be opened"));
    }
    // It is left as it was found.
    source.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    source.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;")?;
    let sql = "SELECT id, created_ms, state, reason, attempts, base_url, merchant_id, store_id, cash_id, sealed
               FROM entry WHERE id >= ?1 ORDER BY id";
    each_row(&source, sql, |row| FoundEntry::read(row, keys), |entry| entry.add(transaction, keys))?;
    // A program before 0.2 may have been the last that wrote to it.
    let is_older = source.prepare("SELECT corrected_ms FROM consent").is_err();
    let columns = if is_older { COLUMNS.replace("corrected_ms", "NULL") } else { COLUMNS.to_owned() };
    let sql = format!("SELECT {columns}, sealed, phone_tag FROM consent WHERE entry >= ?1 ORDER BY entry, purpose");
    each_row(&source, &sql, |row| FoundConsent::read(row, keys), |consent| consent.add(transaction, keys))?;
    let sql = "SELECT 0, hash, text FROM consent_text WHERE 0 >= ?1";
    each_row(&source, sql, read_text, |(hash, text)| {
        transaction.execute("INSERT OR IGNORE INTO consent_text (hash, text) VALUES (?1, ?2)", params![hash, text])?;
        Ok(())
    })
}

/// Hands on every row that can be read, beginning with number 0; where none can, number by number is passed over.
fn each_row<T>(
    source: &Connection,
    sql: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<Option<T>>,
    mut add: impl FnMut(T) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    // The schema itself may be what is damaged, or from before there was such a table. A disk may refuse once.
    let Ok(mut query) = source.prepare(sql).or_else(|_| source.prepare(sql)) else {
        return Ok(());
    };
    let (mut from, mut passed) = (0_i64, 0);
    while passed < MOST_PASSED {
        let mut last = from;
        let mut rows = query.query([from])?;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    last = row.get(0).unwrap_or(last);
                    if let Ok(Some(found)) = read(row) {
                        add(found)?;
                    }
                }
                Ok(None) => return Ok(()),
                Err(_) => break,
            }
        }
        passed += u32::from(last == from);
        from = if last > from { last } else { from.saturating_add(1) };
    }
    Ok(())
}

/// Whether a sealed record was taken out of the copy since it was last brought up to date.
fn is_barred(transaction: &Transaction<'_>, nonce: &[u8]) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM barred WHERE nonce = ?1)";
    transaction.prepare_cached(sql)?.query_row([nonce], |row| row.get(0))
}

/// An entry that was found, and opened.
struct FoundEntry {
    record: RecordId,
    nonce: Vec<u8>,
    signup: Signup,
    state: EntryState,
    attempts: i64,
    sender: Sender,
}

impl FoundEntry {
    fn read(row: &Row<'_>, keys: &Keyring) -> rusqlite::Result<Option<Self>> {
        let record = RecordId { id: row.get(0)?, created_ms: row.get(1)? };
        let (sender, sealed) = (Sender::read(row, 5)?, row.get_ref(9)?.as_blob()?);
        // A program before 0.2 may have been the last that wrote to it.
        let signup = keys.open(sealed, record, &sender).or_else(|| keys.open_first_layout(sealed, record));
        let (Some(signup), Some(nonce)) = (signup, nonce_of(sealed)) else {
            return Ok(None);
        };
        let state = match state(row, 2)? {
            state @ (EntryState::Attention(_) | EXPORTED) => state,
            _ => EntryState::Unknown,
        };
        Ok(Some(Self { record, nonce: nonce.to_vec(), signup, state, attempts: row.get(4)?, sender }))
    }

    fn add(&self, transaction: &Transaction<'_>, keys: &Keyring) -> Result<(), StoreError> {
        let is_here = "SELECT EXISTS (SELECT 1 FROM entry WHERE id = ?1)";
        if transaction.prepare_cached(is_here)?.query_row([self.record.id], |row| row.get(0))?
            || is_barred(transaction, &self.nonce)?
        {
            return Ok(());
        }
        match self.insert(transaction, keys, self.state) {
            Err(StoreError::Database(error))
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
            {
                self.insert(transaction, keys, TAKEN_TWICE)
            }
            inserted => inserted,
        }
    }

    fn insert(&self, transaction: &Transaction<'_>, keys: &Keyring, state: EntryState) -> Result<(), StoreError> {
        let Sender { base_url, merchant_id, store_id, cash_id } = &self.sender;
        let tag =
            keys.current.tag(&self.signup.phone, &self.sender.origin(), merchant_id).ok_or(StoreError::Sealing)?;
        let sealed = keys.current.seal(&self.signup, self.record, &self.sender).ok_or(StoreError::Sealing)?;
        transaction
            .prepare_cached(
                "INSERT INTO entry (id, phone_tag, state, reason, created_ms, attempts, base_url, merchant_id, store_id,
                                    cash_id, unsettled, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11)",
            )?
            .execute(params![
                self.record.id,
                tag.as_slice(),
                state.name(),
                state.reason(),
                self.record.created_ms,
                self.attempts,
                base_url,
                merchant_id,
                store_id,
                cash_id,
                sealed,
            ])?;
        Ok(())
    }
}

/// A piece of evidence that was found, and opened.
struct FoundConsent {
    row: ConsentRow,
    nonce: Vec<u8>,
    phone: Phone,
}

impl FoundConsent {
    fn read(row: &Row<'_>, keys: &Keyring) -> rusqlite::Result<Option<Self>> {
        let (consent, tag) = (ConsentRow::read(row)?, row.get_ref(WIDTH + 1)?.as_blob()?);
        let sealed = row.get_ref(WIDTH)?.as_blob()?;
        let phone = keys.all().find_map(|keys| {
            let keys = &keys.consents;
            consent.open(keys, sealed, tag).or_else(|| consent.open_first_layout(keys, sealed))
        });
        let (Some(phone), Some(nonce)) = (phone, nonce_of(sealed)) else {
            return Ok(None);
        };
        Ok(Some(Self { row: consent, nonce: nonce.to_vec(), phone }))
    }

    fn add(&self, transaction: &Transaction<'_>, keys: &Keyring) -> Result<(), StoreError> {
        if is_barred(transaction, &self.nonce)? {
            return Ok(());
        }
        self.row.write(transaction, &keys.current.consents, &self.phone, Conflict::Ignore)
    }
}

/// The text of a consent, if it is the one that its hash names.
fn read_text(row: &Row<'_>) -> rusqlite::Result<Option<(Vec<u8>, String)>> {
    let (hash, text): (Vec<u8>, String) = (row.get(1)?, row.get(2)?);
    Ok((Sha256::digest(text.as_bytes()).as_slice() == hash).then_some((hash, text)))
}
