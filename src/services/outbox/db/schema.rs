//! The database: how it is opened, and the migrations, which are only ever added.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction};

use crate::services::outbox::error::StoreError;
use crate::services::{durable, plain_file};

/// Each entry takes the schema one version further.
const MIGRATIONS: [&str; 14] = [
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
    // How long entries were there, by clocks that can be believed, and what is left of those that waited too long.
    "
    ALTER TABLE entry ADD COLUMN ran_from_ms INTEGER;
    ALTER TABLE entry ADD COLUMN server_from_ms INTEGER;
    CREATE TABLE retention (
        one     INTEGER PRIMARY KEY CHECK (one = 1),
        ran_ms  INTEGER NOT NULL,
        expired INTEGER NOT NULL
    ) STRICT;
    INSERT INTO retention (one, ran_ms, expired) VALUES (1, 0, 0);
    CREATE TABLE tombstone (
        id         INTEGER PRIMARY KEY,
        created_ms INTEGER NOT NULL,
        expired_ms INTEGER NOT NULL,
        attempts   INTEGER NOT NULL,
        state      TEXT    NOT NULL,
        reason     TEXT
    ) STRICT;
    ",
    // What is kept of an entry's attempts. Of what was tried before, nobody knows whether it is settled.
    "
    ALTER TABLE entry ADD COLUMN unsettled     INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE entry ADD COLUMN unusable      INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE entry ADD COLUMN server_errors INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE entry ADD COLUMN fruitless     INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE rest (
        flow     TEXT    PRIMARY KEY CHECK (flow IN ('outage', 'paused', 'held')),
        reason   TEXT,
        until_ms INTEGER NOT NULL,
        wait_ms  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    // From now on the mark alone says whether an entry may have been sent, by whatever machine.
    "UPDATE entry SET unsettled = 0 WHERE attempts = 0 AND state <> 'unknown' AND reason IS NOT 'exported';",
    // What customers agreed to, in the order of the signups, whose rows go before. No other index: a phone is looked for
    // seldom, and each index costs every signup a page.
    "
    CREATE TABLE consent (
        entry          INTEGER NOT NULL,
        purpose        TEXT    NOT NULL,
        how            TEXT    NOT NULL,
        version        TEXT    NOT NULL,
        language       TEXT    NOT NULL,
        text_hash      BLOB    NOT NULL,
        taken_ms       INTEGER NOT NULL,
        merchant_id    TEXT    NOT NULL,
        store_id       TEXT    NOT NULL,
        cash_id        TEXT    NOT NULL,
        phone_tag      BLOB    NOT NULL,
        key_mark       INTEGER NOT NULL,
        sealed         BLOB    NOT NULL,
        ran_from_ms    INTEGER,
        server_from_ms INTEGER,
        PRIMARY KEY (entry, purpose)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE consent_text (
        hash BLOB PRIMARY KEY,
        text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
    // No number is given twice. A table that SQLite counts itself costs every signup a page; this one is written to when
    // a row goes, and nobody waits then. The columns stay in their order: a damaged file is read by it.
    "
    CREATE TABLE numbered (
        one  INTEGER PRIMARY KEY CHECK (one = 1),
        last INTEGER NOT NULL
    ) STRICT;
    INSERT INTO numbered (one, last) VALUES (1, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'entry'), 0));
    CREATE TABLE entry_anew (
        id             INTEGER PRIMARY KEY,
        phone_tag      BLOB    NOT NULL,
        state          TEXT    NOT NULL
                       CHECK (state IN ('saved', 'in_flight', 'pending', 'unknown', 'held', 'attention')),
        reason         TEXT,
        created_ms     INTEGER NOT NULL,
        attempts       INTEGER NOT NULL DEFAULT 0,
        base_url       TEXT    NOT NULL,
        merchant_id    TEXT    NOT NULL,
        store_id       TEXT    NOT NULL,
        cash_id        TEXT    NOT NULL,
        sealed         BLOB    NOT NULL,
        ran_from_ms    INTEGER,
        server_from_ms INTEGER,
        unsettled      INTEGER NOT NULL DEFAULT 1,
        unusable       INTEGER NOT NULL DEFAULT 0,
        server_errors  INTEGER NOT NULL DEFAULT 0,
        fruitless      INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO entry_anew SELECT * FROM entry;
    DROP TABLE entry;
    ALTER TABLE entry_anew RENAME TO entry;
    CREATE UNIQUE INDEX one_live_entry_per_phone ON entry (phone_tag) WHERE state <> 'attention';
    CREATE INDEX attention_by_phone ON entry (phone_tag) WHERE state = 'attention';
    CREATE TRIGGER a_number_is_given_once AFTER DELETE ON entry BEGIN
        UPDATE numbered SET last = MAX(last, OLD.id);
    END;
    ",
    // Nothing is exported or imported any more. What was exported another machine may have sent.
    "
    DROP TABLE imported;
    UPDATE entry SET unsettled = 1 WHERE reason = 'exported';
    ",
    // One clock for all that grows old. It goes on from the time at work, and so do the ages by that; what the `Date`s of a
    // server made of them is dropped.
    "
    CREATE TABLE station_clock (
        one        INTEGER PRIMARY KEY CHECK (one = 1),
        now_ms     INTEGER NOT NULL,
        worked_ms  INTEGER NOT NULL,
        mark_ms    INTEGER,
        ahead_ms   INTEGER NOT NULL
    ) STRICT;
    INSERT INTO station_clock (one, now_ms, worked_ms, ahead_ms) SELECT 1, ran_ms, ran_ms, 0 FROM retention;
    CREATE TABLE clock_jump (worked_ms INTEGER PRIMARY KEY, counted_ms INTEGER NOT NULL) STRICT;
    DROP TABLE retention;
    ALTER TABLE entry DROP COLUMN server_from_ms;
    ALTER TABLE entry RENAME COLUMN ran_from_ms TO seen_at_ms;
    ALTER TABLE consent DROP COLUMN server_from_ms;
    ALTER TABLE consent RENAME COLUMN ran_from_ms TO seen_at_ms;
    ",
    // Only the copy has any: sealed records, by their nonces, that left it since it was last brought up to date. A recovery
    // does not take them from a damaged database.
    "CREATE TABLE barred (nonce BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;",
    // Sealed records are bound to the whole of their row: the next start seals them anew, as under another key.
    "
    DELETE FROM known WHERE name = 'key';
    UPDATE consent SET key_mark = 0;
    ",
    // When SWiP contradicted the clock on the wall: the moment by its clock.
    "ALTER TABLE consent ADD COLUMN corrected_ms INTEGER;",
    // Why a manager deleted an entry; none of one whose time was over.
    "ALTER TABLE tombstone ADD COLUMN deleted TEXT;",
];

/// No program will ever have this many migrations.
const ABSURD_VERSION: usize = 10_000;

/// The first release of SQLite without the corruption of a write-ahead log that is reset while it is read.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Opens the database, creating it if needed, and proves that it keeps what it is told.
pub(in crate::services::outbox) fn open(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::Unsafe("the SQLite library is too old"));
    }
    if !exists(path) && !exists(&wal_of(path)) {
        create(path)?;
    }
    // SQLite would wait for the other end of a pipe.
    if is_hollow(path) || [path, &wal_of(path)].into_iter().any(plain_file::is_no_file) {
        return Err(StoreError::Damaged);
    }
    let connection = connect(path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Makes a whole database aside and gives it its name: half of one would be taken for a damaged one.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    let aside = path.with_added_extension("new");
    // A log of a database that is gone would be taken for its own.
    for leftover in [journal_of(&aside), wal_of(&aside), wal_of(path), aside.clone()] {
        match fs::remove_file(&leftover) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::Storage(error)),
            _ => {}
        }
    }
    durable::touch_private(&aside).map_err(StoreError::Storage)?;
    let connection = connect(&aside)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    // Everything is in one file then.
    connection.close().map_err(|(_, error)| error)?;
    if exists(&wal_of(&aside)) {
        return Err(StoreError::Unsafe("the new database cannot be completed"));
    }
    durable::rename(&aside, path).and_then(|()| durable::sync_parent(path)).map_err(StoreError::Storage)
}

pub(in crate::services::outbox) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The log that SQLite keeps beside a database.
pub(in crate::services::outbox) fn wal_of(db: &Path) -> PathBuf {
    let mut path = db.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

/// The journal that SQLite keeps beside a database before it has a log.
fn journal_of(db: &Path) -> PathBuf {
    let mut path = db.as_os_str().to_owned();
    path.push("-journal");
    path.into()
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // A damaged file is left as it was found: closing must not write the log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Before the journal mode: a new file must be durable from its first page on.
    for pragma in [
        "page_size = 4096",
        "locking_mode = EXCLUSIVE",
        "synchronous = EXTRA",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        // The log stays below its limit. The thread that owns it empties it before; this is for many rows in one transaction.
        "wal_autocheckpoint = 950",
        "journal_size_limit = 4194304",
        "temp_store = MEMORY",
    ] {
        connection.execute_batch(&format!("PRAGMA {pragma};"))?;
    }
    // The long check: it compares the index with the rows, and a few thousand of them take milliseconds.
    let check: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(StoreError::Damaged);
    }
    // What is not ours to change is known before the first thing that writes.
    let version = version_of(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    // A switch to WAL may fail without a word.
    let journal: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") || synchronous != 3 {
        return Err(StoreError::Unsafe("the database does not take its durable settings"));
    }
    migrate(&mut connection, version)?;
    Ok(connection)
}

/// Whether a file has lost its content, which SQLite would take for a new one, and its log with it.
fn is_hollow(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => found.len() == 0,
        Err(_) => fs::metadata(wal_of(path)).is_ok(),
    }
}

/// How far the schema is; none of a newer program.
fn version_of(connection: &Connection) -> Result<usize, StoreError> {
    let version: usize =
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?.try_into().unwrap_or(usize::MAX);
    let tables: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if version > ABSURD_VERSION || (version == 0) != (tables == 0) {
        return Err(StoreError::Damaged);
    }
    if version > MIGRATIONS.len() {
        return Err(StoreError::Newer);
    }
    Ok(version)
}

/// Whether a database on a connection has the schema of this program.
pub(super) fn is_current(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    let version: i64 = connection.query_row(&format!("PRAGMA {name}.user_version"), [], |row| row.get(0))?;
    Ok(usize::try_from(version).is_ok_and(|version| version == MIGRATIONS.len()))
}

fn migrate(connection: &mut Connection, version: usize) -> Result<(), StoreError> {
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
