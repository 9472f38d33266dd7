//! The journal's database: how it is opened, its migrations, which are only ever added, and how a damaged one is kept.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::JournalError;
use crate::services::{damage, durable};

/// Each entry takes the schema one version further.
pub(super) const MIGRATIONS: [&str; 3] = [
    "
    CREATE TABLE record (
        id         INTEGER PRIMARY KEY,
        at_ms      INTEGER NOT NULL,
        kind       INTEGER NOT NULL,
        outcome    INTEGER NOT NULL,
        phone_tail INTEGER CHECK (phone_tail BETWEEN 0 AND 99),
        attempts   INTEGER NOT NULL,
        latency_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE hourly (
        hour    INTEGER NOT NULL,
        kind    INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        count   INTEGER NOT NULL,
        PRIMARY KEY (hour, kind, outcome)
    ) STRICT, WITHOUT ROWID;
    ",
    // Ranges of days are asked for, and the clock may have jumped between two records.
    "CREATE INDEX record_by_time ON record (at_ms);",
    // The clock may be wrong for a while: what goes does not go by it alone.
    "CREATE TABLE reckoned (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL) STRICT;",
];

/// How long a process that is about to end may hold the file of its successor.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the journal, creating it if needed.
pub(super) fn open(path: &Path) -> Result<Connection, JournalError> {
    // What is no file would be waited for without end.
    [log_of(path), path.to_owned()]
        .iter()
        .try_for_each(|path| durable::make_way(path))
        .map_err(JournalError::Storage)?;
    durable::touch_private(path).map_err(JournalError::Storage)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // The end of a verb need not wait for it, and a damaged file is left as it was found.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    for pragma in [
        "page_size = 4096",
        "locking_mode = EXCLUSIVE",
        "journal_mode = WAL",
        // A power cut may take the last records away, and nothing else: nobody was promised them.
        "synchronous = NORMAL",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "wal_autocheckpoint = 500",
        "journal_size_limit = 4194304",
        "temp_store = MEMORY",
    ] {
        connection.execute_batch(&format!("PRAGMA {pragma};"))?;
    }
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), JournalError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let version = usize::try_from(version).map_err(|_| JournalError::Damaged)?;
    if (version == 0) != (tables == 0) {
        return Err(JournalError::Damaged);
    }
    if version == MIGRATIONS.len() {
        return Ok(());
    }
    let missing = MIGRATIONS.get(version..).ok_or(JournalError::Newer)?;
    let transaction = connection.transaction()?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.execute_batch(&format!("PRAGMA user_version = {};", MIGRATIONS.len()))?;
    transaction.commit()?;
    Ok(())
}

/// Whether an error says that the file is damaged, and not that it cannot be had just now.
pub(super) fn is_damage(error: &JournalError) -> bool {
    match error {
        JournalError::Damaged => true,
        JournalError::Database(error) => damage::is_damage(error),
        _ => false,
    }
}

/// Moves a damaged journal with its log to `quarantine/journal-N.db`, beside the outboxes that were damaged.
pub(super) fn set_aside(path: &Path) -> io::Result<()> {
    let folder = path.with_file_name("quarantine");
    durable::create_private_dir(&folder)?;
    let mut places = (1_u32..).map(|n| folder.join(format!("journal-{n}.db")));
    let place = places.find(|place| fs::symlink_metadata(place).is_err()).ok_or(io::ErrorKind::Other)?;
    // The log goes first: left alone without its database, SQLite would delete it.
    for (from, to) in [(log_of(path), log_of(&place)), (path.to_owned(), place)] {
        match durable::rename(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        durable::sync_parent(&to)?;
    }
    durable::sync_parent(path)?;
    tracing::error!("the journal is damaged and was moved to the quarantine; a new one begins");
    Ok(())
}

fn log_of(path: &Path) -> std::path::PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}
