//! What an export does to the rows, and an import with what it finds; each in one transaction.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::super::evidence::{self, Travelling};
use super::super::recover::{Arrival, put};
use super::super::seal::{Keys, Place, Record};
use super::super::store::{EXPORTED, OTHER_STATION, Store, count_live, state_of};
use super::super::{Sender, StoreError};
use super::file::{self, HEADER_BYTES, Seal, Unfinished};
use super::{ExportError, Imported, OpenError};
use crate::domain::delivery::{CAPACITY, EntryState};
use crate::domain::{Connection, Passphrase, Signup};

/// What is sealed in a file.
#[derive(Serialize, Deserialize)]
struct Contents {
    rows: Vec<Row>,
    /// The texts that the rows' consents name by their hashes.
    #[serde(default)]
    texts: Vec<String>,
}

/// One entry as it travels.
#[derive(Serialize, Deserialize)]
struct Row {
    signup: Record,
    created_ms: i64,
    attempts: u32,
    state: String,
    reason: Option<String>,
    sender: Sender,
    #[serde(default)]
    consents: Vec<Travelling>,
}

/// The entries of a file that was opened, whole and unchanged.
pub struct Bundle {
    file: [u8; HEADER_BYTES],
    entries: Vec<Carried>,
    texts: Vec<String>,
}

/// One of them.
struct Carried {
    signup: Signup,
    created_ms: i64,
    attempts: u32,
    state: EntryState,
    sender: Sender,
    consents: Vec<Travelling>,
}

/// How far an export is; for tests that cut it short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The content of the file is durable, its mark is missing.
    Written,
    /// The rows are held.
    Marked,
    /// The file is finished.
    Finished,
}

/// Longer than any entry as JSON.
const LONGEST_ROW: usize = 6144;

impl Bundle {
    /// Opens the bytes of a file. Slow on purpose: trying a passphrase must be.
    ///
    /// # Errors
    /// Nothing of it was believed.
    pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Self, OpenError> {
        let (plain, file) = file::open(bytes, passphrase)?;
        let contents: Contents = serde_json::from_slice(&plain).map_err(|_| OpenError::CannotBeOpened)?;
        let entries = contents.rows.into_iter().map(Row::into_carried).collect::<Option<_>>();
        Ok(Self { file, entries: entries.ok_or(OpenError::CannotBeOpened)?, texts: contents.texts })
    }
}

impl Row {
    fn into_carried(self) -> Option<Carried> {
        let state = state_of(&self.state, self.reason.as_deref());
        if !self.consents.iter().all(Travelling::is_sound) {
            return None;
        }
        Some(Carried {
            signup: self.signup.into_signup(self.created_ms)?,
            created_ms: self.created_ms,
            attempts: self.attempts,
            // The machine it came from, or another that took the same file, may have sent it.
            state: if state.is_live() { EntryState::Unknown } else { state },
            sender: self.sender,
            consents: self.consents,
        })
    }
}

impl Store {
    /// Writes the file, marks the rows, finishes the file, in this order.
    pub(super) fn export(
        &mut self,
        path: &Path,
        seal: &Seal,
        mut reached: impl FnMut(Step),
    ) -> Result<usize, ExportError> {
        let (live, contents) = self.exportable()?;
        let bytes = sealed(&contents, seal).ok_or(StoreError::Sealing)?;
        let mut file = Unfinished::write(path, &bytes).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => ExportError::Exists,
            _ => ExportError::File(error),
        })?;
        reached(Step::Written);
        if let Err(error) = self.mark(&live) {
            file.remove();
            return Err(error.into());
        }
        reached(Step::Marked);
        if let Err(error) = file.finish() {
            // Perhaps it is finished all the same: only where it is gone nobody else sends these.
            if file.remove() {
                for id in live {
                    self.release(Some(id))?;
                }
            }
            return Err(ExportError::File(error));
        }
        reached(Step::Finished);
        Ok(contents.rows.len())
    }

    /// The ids of the live entries to be exported, and all that go along.
    fn exportable(&self) -> Result<(Vec<i64>, Contents), StoreError> {
        let mut query = self.db.prepare(
            "SELECT id, state, reason, created_ms, attempts, base_url, merchant_id, store_id, cash_id, sealed FROM entry
             WHERE state <> 'in_flight' AND reason IS NOT 'exported' ORDER BY id",
        )?;
        let mut found = query.query([])?;
        let (mut live, mut rows, mut texts) = (Vec::new(), Vec::new(), BTreeMap::new());
        while let Some(row) = found.next()? {
            let place = Place { id: row.get(0)?, created_ms: row.get(3)? };
            // What cannot be opened here could not be opened there.
            let Some(signup) = self.keys.open(&row.get::<_, Vec<u8>>(9)?, place) else {
                continue;
            };
            let (state, reason): (String, Option<String>) = (row.get(1)?, row.get(2)?);
            if state_of(&state, reason.as_deref()).is_live() {
                live.push(place.id);
            }
            let consents = self.travelling(place.id)?;
            self.texts_of(&consents, &mut texts)?;
            rows.push(Row {
                signup: Record::from(&signup),
                created_ms: place.created_ms,
                attempts: row.get(4)?,
                state,
                reason,
                sender: Sender {
                    base_url: row.get(5)?,
                    merchant_id: row.get(6)?,
                    store_id: row.get(7)?,
                    cash_id: row.get(8)?,
                },
                consents,
            });
        }
        Ok((live, Contents { rows, texts: texts.into_values().collect() }))
    }

    /// Holds them: from now on another machine may send them.
    fn mark(&mut self, ids: &[i64]) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        for id in ids {
            let parameters = params![id, EXPORTED.name(), EXPORTED.reason()];
            transaction.execute("UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1", parameters)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Lets exported entries be sent from here again.
    pub(super) fn release(&mut self, id: Option<i64>) -> Result<usize, StoreError> {
        let released = self.db.execute(
            "UPDATE entry SET state = 'unknown', reason = NULL, unsettled = 1
             WHERE state = 'held' AND reason = 'exported' AND (?1 IS NULL OR id = ?1)",
            [id],
        )?;
        Ok(released)
    }

    /// Takes over what was in a file, and proves it by reading it back.
    pub(super) fn import(&mut self, bundle: &Bundle, link: &Connection, now_ms: i64) -> Result<Imported, StoreError> {
        let transaction = self.db.transaction()?;
        let remembered = params![bundle.file, now_ms];
        let is_new = transaction
            .execute("INSERT INTO imported (file, imported_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING", remembered)?
            == 1;
        let mut placed = Vec::new();
        // What came in before may have been delivered since: it must not be sent once more.
        for entry in bundle.entries.iter().filter(|_| is_new) {
            let id = entry.put(&transaction, &self.keys.current, link)?;
            placed.extend(id.map(|id| (id, entry)));
            // A signup that is here already has evidence of its own; this is kept besides.
            let number = id.map_or_else(|| evidence::number_without_a_signup(&transaction), Ok)?;
            let customer = (number, &entry.signup.phone);
            evidence::put(&transaction, &self.keys.current.consents, customer, &entry.consents)?;
        }
        if is_new {
            evidence::put_texts(&transaction, &bundle.texts)?;
        }
        if !placed.is_empty() && count_live(&transaction)? > CAPACITY {
            return Err(StoreError::Full);
        }
        transaction.commit()?;
        for (id, entry) in &placed {
            let found = self.read(*id)?;
            if found.is_none_or(|found| found.signup != entry.signup || found.sender != entry.sender) {
                self.db.execute("DELETE FROM imported WHERE file = ?1", [bundle.file])?;
                return Err(StoreError::ReadBack);
            }
        }
        Ok(Imported { imported: placed.len(), skipped: bundle.entries.len() - placed.len() })
    }
}

impl Carried {
    fn put(&self, transaction: &Transaction<'_>, keys: &Keys, link: &Connection) -> Result<Option<i64>, StoreError> {
        let is_ours = self.sender.is_of(&link.base_url.origin(), link.merchant_id.as_str());
        let state = if self.state.is_live() && !is_ours { OTHER_STATION } else { self.state };
        let arrival = Arrival {
            id: None,
            created_ms: self.created_ms,
            attempts: i64::from(self.attempts),
            // Whoever had the file may have sent it, wherever it came from.
            is_unsettled: true,
            sender: &self.sender,
        };
        put(transaction, keys, &self.signup, arrival, state)
    }
}

fn sealed(contents: &Contents, seal: &Seal) -> Option<Vec<u8>> {
    // Roomy enough that no half of it is left behind when it grows.
    let texts: usize = contents.texts.iter().map(|text| 2 * text.len()).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity((contents.rows.len() + 1) * LONGEST_ROW + texts));
    serde_json::to_writer(&mut *plain, contents).ok()?;
    seal.seal(&plain)
}
