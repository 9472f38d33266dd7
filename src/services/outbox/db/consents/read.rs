//! What is asked of the evidence: all of it, that of one customer, that of one signup; and that a customer be forgotten.

use std::collections::BTreeMap;

use rusqlite::Row;

use super::row::{COLUMNS, ConsentRow, WIDTH};
use super::{AllEvidence, Broken, Evidence, Facts, Forgotten, drop_unused_texts, hash_of, keys_where};
use crate::domain::Phone;
use crate::domain::consent::{How, Purpose};
use crate::services::hex::hex;
use crate::services::outbox::db::columns::text;
use crate::services::outbox::db::copy::{self, Removal};
use crate::services::outbox::db::entries::entries_of;
use crate::services::outbox::db::store::Store;
use crate::services::outbox::error::StoreError;

/// All the evidence there is.
pub(in crate::services) fn all_evidence(store: &Store) -> Result<AllEvidence, StoreError> {
    let texts = texts(store)?;
    let consents = evidence(store, "TRUE ORDER BY taken_ms, entry, purpose", [])?;
    Ok(AllEvidence { consents, texts: texts.into_iter().map(|(hash, text)| (hex(&hash), text)).collect() })
}

/// The texts that are what their hashes say.
fn texts(store: &Store) -> Result<BTreeMap<Vec<u8>, String>, StoreError> {
    let mut query = store.db.prepare("SELECT hash, text FROM consent_text")?;
    let texts = query.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, text(row, 1)?)))?;
    let texts = texts.collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(texts.into_iter().filter(|(hash, text)| hash_of(text).as_slice() == hash).collect())
}

/// The evidence about one customer, oldest first.
pub(in crate::services) fn evidence_of(store: &Store, phone: &Phone) -> Result<Vec<Evidence>, StoreError> {
    let mut found = Vec::new();
    for tag in consent_tags(store, phone)? {
        found.extend(evidence(store, "phone_tag = ?1 ORDER BY taken_ms, purpose", [tag.as_slice()])?);
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
    destroy(store, &removal)?;
    Ok(forgotten)
}

/// When something of a customer was last taken, Unix milliseconds; 0 if nothing was.
pub(in crate::services::outbox::db) fn newest_of(store: &Store, phone: &Phone) -> Result<i64, StoreError> {
    let mut newest_ms = 0;
    for id in entries_of(store, "main", phone)? {
        let created_ms = store.db.query_row("SELECT created_ms FROM entry WHERE id = ?1", [id], |row| row.get(0))?;
        newest_ms = newest_ms.max(created_ms);
    }
    for tag in consent_tags(store, phone)? {
        let sql = "SELECT COALESCE(MAX(taken_ms), 0) FROM consent WHERE phone_tag = ?1";
        newest_ms = newest_ms.max(store.db.query_row(sql, [tag.as_slice()], |row| row.get(0))?);
    }
    Ok(newest_ms)
}

/// Destroys signups and evidence, in the copy first, with the texts that nothing names any more.
pub(in crate::services::outbox::db) fn destroy(store: &mut Store, removal: &Removal) -> Result<(), StoreError> {
    copy::take_out(store, removal)?;
    let transaction = store.db.transaction()?;
    removal.destroy(&transaction, "main")?;
    drop_unused_texts(&transaction)?;
    transaction.commit()?;
    store.known_texts.clear();
    // The log still holds what is sealed; the next emptying takes it.
    if let Err(error) = store.empty_log() {
        store.doubt = Some(error);
    }
    Ok(())
}

fn evidence(store: &Store, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Evidence>, StoreError> {
    let texts = texts(store)?;
    let sql = format!("SELECT {COLUMNS}, sealed, phone_tag, key_mark FROM consent WHERE {condition}");
    let mut query = store.db.prepare(&sql)?;
    let found = query.query_map(parameters, |row| read_evidence(store, &texts, row))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn read_evidence(store: &Store, texts: &BTreeMap<Vec<u8>, String>, row: &Row<'_>) -> rusqlite::Result<Evidence> {
    let (consent, mark) = (ConsentRow::read(row)?, row.get::<_, i64>(WIDTH + 2)?);
    let (sealed, tag) = (row.get_ref(WIDTH)?.as_blob()?, row.get_ref(WIDTH + 1)?.as_blob()?);
    let opened = store.keys.all().find_map(|keys| consent.open(&keys.consents, sealed, tag));
    let phone = match opened {
        Some(phone) if texts.contains_key(&consent.text_hash) => Ok(phone),
        None if store.keys.all().all(|keys| keys.consents.mark != mark) => Err(Broken::KeyLost),
        _ => Err(Broken::Altered),
    };
    let (purpose, how) = (Purpose::of_name(&consent.purpose), How::of_name(&consent.how));
    let facts = Facts {
        version: consent.version,
        language: consent.language,
        text_hash: hex(&consent.text_hash),
        taken_ms: consent.taken_ms,
        corrected_ms: consent.corrected_ms,
        merchant_id: consent.merchant_id,
        store_id: consent.store_id,
        cash_id: consent.cash_id,
    };
    Ok(Evidence { purpose, how, facts, phone })
}

/// Under every key that is here.
fn consent_tags(store: &Store, phone: &Phone) -> Result<Vec<[u8; 32]>, StoreError> {
    store.keys.all().map(|keys| keys.consents.tag(phone)).collect()
}
