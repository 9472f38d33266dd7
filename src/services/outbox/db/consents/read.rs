//! What is asked of the evidence: all of it, that of one customer, that of one signup; and that a customer be forgotten.

use rusqlite::Row;

use super::keys::place;
use super::{AllEvidence, Evidence, Facts, Forgotten, drop_unused_texts, hex, keys_where};
use crate::domain::Phone;
use crate::domain::consent::{How, Purpose};
use crate::services::outbox::db::copy::{self, Removal};
use crate::services::outbox::db::entries::entries_of;
use crate::services::outbox::db::store::Store;
use crate::services::outbox::error::StoreError;

const COLUMNS: &str =
    "entry, purpose, how, version, language, text_hash, taken_ms, merchant_id, store_id, cash_id, sealed";

/// All the evidence there is.
pub(in crate::services) fn all_evidence(store: &Store) -> Result<AllEvidence, StoreError> {
    let mut query = store.db.prepare("SELECT hash, text FROM consent_text")?;
    let texts = query.query_map([], |row| Ok((hex(row.get_ref(0)?.as_blob()?), row.get(1)?)))?;
    let texts = texts.collect::<Result<_, _>>()?;
    let consents = evidence(store, &format!("SELECT {COLUMNS} FROM consent ORDER BY taken_ms, entry, purpose"), [])?;
    Ok(AllEvidence { consents, texts })
}

/// The evidence about one customer, oldest first.
pub(in crate::services) fn evidence_of(store: &Store, phone: &Phone) -> Result<Vec<Evidence>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM consent WHERE phone_tag = ?1 ORDER BY taken_ms, purpose");
    let mut found = Vec::new();
    for tag in consent_tags(store, phone)? {
        found.extend(evidence(store, &sql, [tag.as_slice()])?);
    }
    found.sort_by_key(|evidence| evidence.facts.taken_ms);
    Ok(found)
}

/// Destroys the evidence about one customer, and every signup of the phone that is still here.
pub(in crate::services) fn forget(store: &mut Store, phone: &Phone) -> Result<Forgotten, StoreError> {
    let mut removal = Removal { entries: entries_of(store, "main", phone)?, consents: Vec::new() };
    for tag in consent_tags(store, phone)? {
        removal.consents.extend(keys_where(&store.db, "phone_tag = ?1", [tag.as_slice()])?);
    }
    let forgotten = Forgotten { consents: removal.consents.len(), signups: removal.entries.len() };
    // What was delivered since the copy was brought up to date is still in it.
    removal.entries.extend(copy::with_copy(store, |store| entries_of(store, "copy", phone))?);
    copy::take_out(store, &removal)?;
    let transaction = store.db.transaction()?;
    removal.destroy(&transaction, "main")?;
    drop_unused_texts(&transaction)?;
    transaction.commit()?;
    store.known_texts.clear();
    // The log still holds what is sealed; the next emptying takes it.
    if let Err(error) = store.empty_log() {
        store.doubt = Some(error);
    }
    Ok(forgotten)
}

fn evidence(store: &Store, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Evidence>, StoreError> {
    let mut query = store.db.prepare(sql)?;
    let found = query.query_map(parameters, |row| read_evidence(store, row))?;
    // A purpose that this program does not know was put there by nobody.
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn read_evidence(store: &Store, row: &Row<'_>) -> rusqlite::Result<Option<Evidence>> {
    let (name, how) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
    let (Some(purpose), Some(how)) = (Purpose::of_name(name), How::of_name(how)) else {
        return Ok(None);
    };
    let facts = Facts {
        version: row.get(3)?,
        language: row.get(4)?,
        text_hash: hex(row.get_ref(5)?.as_blob()?),
        taken_ms: row.get(6)?,
        merchant_id: row.get(7)?,
        store_id: row.get(8)?,
        cash_id: row.get(9)?,
    };
    let place = place(row.get(0)?, name, facts.taken_ms);
    let sealed = row.get_ref(10)?.as_blob()?;
    let phone = store.keys.all().find_map(|keys| keys.consents.open(sealed, &place));
    Ok(Some(Evidence { purpose, how, facts, phone }))
}

/// Under every key that is here.
fn consent_tags(store: &Store, phone: &Phone) -> Result<Vec<[u8; 32]>, StoreError> {
    store.keys.all().map(|keys| keys.consents.tag(phone)).collect()
}
