//! The database: how it is opened, and the migrations, which are only ever added.

use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction};

use super::StoreError;
use super::pages;
use super::quarantine::wal_of;
use crate::services::durable;
use crate::services::sabotage::Sabotage;

/// Each entry takes the schema one version further.
const MIGRATIONS: [&str; 3] = [
    "
    CREATE TABLE entry (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        phone_tag   BLOB    NOT NULL,
        state       TEXT    NOT NULL CHECK (state IN ('saved', 'in_flight', 'pending', 'unknown', 'held', 'attention')),
        reason      TEXT,
        created_ms  INTEGER NOT NULL,
        attempts    INTEGER NOT NULL DEFAULT 0,
        base_url    TEXT    NOT NULL,
        merchant_id TEXT    NOT NULL,
        store_id    TEXT    NOT NULL,
        cash_id     TEXT    NOT NULL,
        sealed      BLOB    NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_live_entry_per_phone ON entry (phone_tag) WHERE state <> 'attention';
    CREATE TABLE ended (
        ending TEXT    PRIMARY KEY CHECK (ending IN ('delivered', 'already_member', 'withdrawn')),
        count  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
    // What is known of the database as a whole: `key` marks the key that every entry was found to be sealed under.
    "CREATE TABLE known (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;",
    "
    CREATE INDEX attention_by_phone ON entry (phone_tag) WHERE state = 'attention';
    CREATE TABLE imported (
        file        BLOB    PRIMARY KEY,
        imported_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
];

/// No program will ever have this many migrations.
const ABSURD_VERSION: usize = 10_000;

/// The first release of SQLite without the corruption of a write-ahead log that is reset while it is read.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Opens the database, creating it if needed, and proves that it keeps what it is told.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let is_new = fs::symlink_metadata(path).is_err();
    let opened = open_or_create(path);
    if opened.is_err() && is_new && fs::metadata(path).is_ok_and(|found| found.len() == 0) {
        // What could not be made is no damage to be kept. If it stays, the next start keeps it aside.
        let _ = fs::remove_file(path);
    }
    opened
}

fn open_or_create(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::Unsafe("the SQLite library is too old"));
    }
    if is_hollow(path) || pages::is_log_damaged(&fs::read(wal_of(path)).unwrap_or_default()) {
        return Err(StoreError::Damaged);
    }
    durable::touch_private(path).map_err(StoreError::Storage)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // A damaged file is left as it was found: closing must not write the log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Before the journal mode: a new file must be durable from its first page on.
    for pragma in [
        "page_size = 4096",
        "locking_mode = EXCLUSIVE",
        "synchronous = EXTRA",
        "journal_mode = WAL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        // The log stays well below its limit, one large transaction over it included.
        "wal_autocheckpoint = 500",
        "journal_size_limit = 4194304",
        "temp_store = MEMORY",
    ] {
        connection.execute_batch(&format!("PRAGMA {pragma};"))?;
    }
    if Sabotage::SynchronousNormal.is_on() {
        connection.execute_batch("PRAGMA synchronous = NORMAL;")?;
    }
    // A switch to WAL may fail without a word.
    let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") || (synchronous != 3 && !Sabotage::SynchronousNormal.is_on()) {
        return Err(StoreError::Unsafe("the database does not take its durable settings"));
    }
    // The long check: it compares the index with the rows, and a few thousand of them take milliseconds.
    let check: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(StoreError::Damaged);
    }
    migrate(&mut connection)?;
    if Sabotage::DedupeInMemory.is_on() {
        connection.execute_batch(
            "DROP INDEX IF EXISTS one_live_entry_per_phone;
             CREATE TEMP TABLE last_before AS SELECT COALESCE(MAX(id), 0) AS id FROM entry;",
        )?;
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Whether a file has lost its content, which SQLite would take for a new one, and its log with it.
fn is_hollow(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => found.len() == 0,
        Err(_) => fs::metadata(wal_of(path)).is_ok(),
    }
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: usize =
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?.try_into().unwrap_or(usize::MAX);
    let tables: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if version > ABSURD_VERSION || (version == 0) != (tables == 0) {
        return Err(StoreError::Damaged);
    }
    if version > MIGRATIONS.len() {
        return Err(StoreError::Newer);
    }
    if version == MIGRATIONS.len() {
        // Not even the version is written again: the file may be damaged where no check looks.
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration)?;
    }
    set_version(&transaction)?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn set_version(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute_batch(&format!("PRAGMA user_version = {};", MIGRATIONS.len()))?;
    Ok(())
}
