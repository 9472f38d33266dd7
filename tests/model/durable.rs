//! What is on disk: a copy of the database, as the next start would find it if the process died now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::actions::Damage;

/// The log first: if it is emptied into the database meanwhile, the copy has it twice, and not nowhere.
const FILES: [&str; 2] = ["outbox.db-wal", "outbox.db"];

/// The rows and the totals.
#[derive(Debug, Default)]
pub(crate) struct Durable {
    pub(crate) rows: Vec<Row>,
    pub(crate) ended: BTreeMap<String, i64>,
    /// What remains of expired rows: when they were taken, and whether they needed a manager.
    pub(crate) tombstones: Vec<(i64, bool)>,
    /// The versions of the texts that there is evidence of.
    pub(crate) consents: BTreeSet<String>,
    /// How many rows were ever put in.
    pub(crate) taken: i64,
    /// Of versions that were to go, in a copy.
    pub(crate) barred: BTreeSet<Vec<u8>>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    /// Tells the signups of a sequence apart.
    pub(crate) created_ms: i64,
    pub(crate) attempts: i64,
    /// It may have been sent, here or elsewhere.
    pub(crate) is_unsettled: bool,
    pub(crate) tag: Vec<u8>,
    /// Tells this version of it from every other.
    pub(crate) nonce: Vec<u8>,
}

impl Row {
    /// Whether it waits to be sent.
    pub(crate) fn is_live(&self) -> bool {
        self.state != "attention"
    }
}

impl Durable {
    pub(crate) fn row(&self, created_ms: i64) -> Option<&Row> {
        self.rows.iter().find(|row| row.created_ms == created_ms)
    }

    /// Reads a copy of the database in `data`, which nobody writes to meanwhile; it is made in `copy`.
    pub(crate) fn of(data: &Path, copy: &Path) -> Self {
        copy_database(data, copy);
        read(&copy.join(FILES[1])).expect("the copy can be read")
    }
}

/// Copies the database with its log, as a killed process leaves it.
pub(crate) fn copy_database(from: &Path, to: &Path) {
    for name in FILES {
        if fs::copy(from.join(name), to.join(name)).is_err() {
            let _ = fs::remove_file(to.join(name));
        }
    }
}

pub(crate) fn remove_database(data: &Path) {
    for name in FILES {
        // Gone already is as good.
        let _ = fs::remove_file(data.join(name));
    }
}

/// Empties the log of a database and damages it.
pub(crate) fn damage(data: &Path, damage: Damage) {
    const PAGE: usize = 4096;
    let path = data.join(FILES[1]);
    if !path.exists() {
        return;
    }
    let index: u32 = {
        let db = Connection::open(&path).expect("a database");
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("emptied");
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'attention_by_phone'";
        db.query_row(sql, [], |row| row.get(0)).expect("an index")
    };
    let mut bytes = fs::read(&path).expect("read");
    match damage {
        Damage::Head => bytes[..PAGE].fill(0),
        Damage::Index | Damage::OldRows => bytes[PAGE * (usize::try_from(index).expect("few") - 1)] ^= 0x55,
    }
    fs::write(path, bytes).expect("written");
}

pub(crate) fn read(path: &Path) -> rusqlite::Result<Durable> {
    let mut durable = Durable::default();
    if !path.exists() {
        return Ok(durable);
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The copy may be needed once more, as it is.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF")?;
    let mut rows = db.prepare(
        "SELECT state, reason, created_ms, attempts, phone_tag, unsettled, substr(sealed, 1, 24) FROM entry",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Row {
            state: row.get(0)?,
            reason: row.get(1)?,
            created_ms: row.get(2)?,
            attempts: row.get(3)?,
            tag: row.get(4)?,
            is_unsettled: row.get(5)?,
            nonce: row.get(6)?,
        })
    })?;
    durable.rows = rows.collect::<Result<_, _>>()?;
    let mut tombstones = db.prepare("SELECT created_ms, state = 'attention' FROM tombstone")?;
    durable.tombstones = tombstones.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut consents = db.prepare("SELECT version FROM consent")?;
    durable.consents = consents.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut ended = db.prepare("SELECT ending, count FROM ended")?;
    durable.ended = ended.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let newest = "SELECT MAX(last, COALESCE((SELECT MAX(id) FROM entry), 0)) FROM numbered";
    durable.taken = db.query_row(newest, [], |row| row.get(0))?;
    let mut barred = db.prepare("SELECT nonce FROM barred")?;
    durable.barred = barred.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(durable)
}
