//! The evidence of consents: what was agreed to, in which words, when and in which way. The phone is sealed, and found by a
//! tag. It is written with the signup and stays when that has gone.

mod export;
pub(in crate::services::outbox) mod keys;
mod read;
pub(in crate::services::outbox) mod row;

use std::collections::BTreeMap;

use rusqlite::{Connection as Database, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::seal::Keyring;
use crate::domain::Phone;
use crate::domain::connection::Connection;
use crate::domain::consent::{ConsentDays, Given, How, Purpose};
use crate::services::outbox::entry::{Enqueued, Taken};
use crate::services::outbox::error::StoreError;
use keys::ConsentKeys;
use row::{COLUMNS, Conflict, ConsentRow, WIDTH};

pub use export::ExportError;

pub(in crate::services) use read::{all_evidence, evidence_of, forget};
pub(super) use read::{destroy, newest_of};

/// The SHA-256 of a text as it was shown, in UTF-8.
pub(super) type TextHash = [u8; 32];

/// One consent as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What for; none of a row that somebody edited.
    pub purpose: Option<Purpose>,
    /// Who says so; none of a row that somebody edited.
    pub how: Option<How>,
    /// Everything else.
    pub facts: Facts,
    /// Whose, if it can be believed.
    pub phone: Result<Phone, Broken>,
}

/// Why a piece of evidence proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The key it was sealed under is gone: nobody knows whose it is.
    KeyLost,
    /// It, or the text it names, is not what the program wrote.
    Altered,
}

impl Broken {
    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyLost => "key_lost",
            Self::Altered => "altered",
        }
    }
}

/// What is kept of a consent besides names of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Of the merchant's text.
    pub version: String,
    /// A tag.
    pub language: String,
    /// Of the text as shown, in hexadecimal digits.
    pub text_hash: String,
    /// By the station's clock, Unix milliseconds.
    pub taken_ms: i64,
    /// By SWiP's clock, where that contradicted the station's.
    pub corrected_ms: Option<i64>,
    /// `X-Merchant-ID`
    pub merchant_id: String,
    /// `X-Store-ID`
    pub store_id: String,
    /// `X-Cash-ID`
    pub cash_id: String,
}

/// All the evidence there is, and the texts it names by their hashes.
#[derive(Debug, Default)]
pub struct AllEvidence {
    /// Oldest first.
    pub consents: Vec<Evidence>,
    /// By hash, in hexadecimal digits.
    pub texts: BTreeMap<String, String>,
}

/// What was destroyed about one customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Pieces of evidence.
    pub consents: usize,
    /// Signups that SWiP had not taken.
    pub signups: usize,
}

/// When and where consents are taken.
pub(super) struct Occasion<'a> {
    /// The signup they belong to.
    pub(super) entry: i64,
    pub(super) phone: &'a Phone,
    pub(super) link: &'a Connection,
    pub(super) taken: Taken,
}

/// What becomes of evidence that the signup has already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// There is none.
    None,
    /// It goes with the details that were replaced.
    Goes,
    /// It stays, and only what it says nothing about is added.
    Stays,
}

impl From<Enqueued> for Before {
    fn from(enqueued: Enqueued) -> Self {
        match enqueued {
            Enqueued::New(_) | Enqueued::Aside(_) => Self::None,
            Enqueued::Replaced(_) => Self::Goes,
            Enqueued::Same(_) | Enqueued::Filled(_) => Self::Stays,
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

fn hash_of(text: &str) -> TextHash {
    Sha256::digest(text.as_bytes()).into()
}

/// Writes the evidence of a signup within its own transaction. `known` are texts that the database is known to hold; those
/// it holds besides after a commit are handed back.
pub(super) fn record(
    transaction: &Transaction<'_>,
    keys: &ConsentKeys,
    occasion: &Occasion<'_>,
    (consents, before): (&[Given], Before),
    known: &[TextHash],
) -> Result<Vec<TextHash>, StoreError> {
    if before == Before::Goes {
        drop_of(transaction, occasion.entry)?;
    }
    if consents.is_empty() {
        return Ok(Vec::new());
    }
    let conflict = match before {
        Before::None | Before::Goes => Conflict::Replace,
        Before::Stays => Conflict::Ignore,
    };
    let mut new_texts = Vec::new();
    for Given { asked, how } in consents {
        let text_hash = hash_of(&asked.text);
        if !known.contains(&text_hash) {
            put_text(transaction, &text_hash, &asked.text)?;
            new_texts.push(text_hash);
        }
        let row = ConsentRow {
            entry: occasion.entry,
            purpose: asked.purpose.name().to_owned(),
            taken_ms: occasion.taken.wall_ms,
            how: how.name().to_owned(),
            version: (*asked.version).to_owned(),
            language: asked.language.as_str().to_owned(),
            text_hash: text_hash.to_vec(),
            merchant_id: occasion.link.merchant_id.as_str().to_owned(),
            store_id: occasion.link.store_id.as_str().to_owned(),
            cash_id: occasion.link.cash_id.as_str().to_owned(),
            corrected_ms: occasion.taken.corrected_ms,
        };
        row.write(transaction, keys, occasion.phone, conflict)?;
    }
    Ok(new_texts)
}

fn put_text(transaction: &Transaction<'_>, hash: &TextHash, text: &str) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO consent_text (hash, text) VALUES (?1, ?2)";
    transaction.prepare_cached(sql)?.execute(params![hash, text])?;
    Ok(())
}

/// Takes the evidence of one signup away.
pub(super) fn drop_of(transaction: &Transaction<'_>, entry: i64) -> Result<(), StoreError> {
    transaction.prepare_cached("DELETE FROM consent WHERE entry = ?1")?.execute([entry])?;
    Ok(())
}

/// Lets the evidence of one signup belong to another that takes its place, under the phone as it is now. What does not open stays
/// where it is, and proves nothing.
pub(super) fn move_to(
    transaction: &Transaction<'_>,
    keys: &Keyring,
    (from, to): (i64, i64),
    phone: &Phone,
) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS}, sealed, phone_tag, seen_at_ms FROM consent WHERE entry = ?1");
    let mut query = transaction.prepare(&sql)?;
    let mut rows = query.query([from])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (consent, sealed, tag): (_, Vec<u8>, Vec<u8>) =
            (ConsentRow::read(row)?, row.get(WIDTH)?, row.get(WIDTH + 1)?);
        let is_whole = keys.all().any(|keys| consent.open(&keys.consents, &sealed, &tag).is_some());
        if is_whole {
            found.push((consent, row.get::<_, Option<i64>>(WIDTH + 2)?));
        }
    }
    for (consent, seen_at_ms) in found {
        transaction.execute("DELETE FROM consent WHERE entry = ?1 AND purpose = ?2", params![from, consent.purpose])?;
        let moved = ConsentRow { entry: to, ..consent };
        moved.write(transaction, &keys.current.consents, phone, Conflict::Replace)?;
        let sql = "UPDATE consent SET seen_at_ms = ?3 WHERE entry = ?1 AND purpose = ?2";
        transaction.execute(sql, params![to, moved.purpose, seen_at_ms])?;
    }
    Ok(())
}

/// Seals what an old key opens, or was sealed in the first layout, under the key in force; what does not open stays as it is.
pub(super) fn reseal(transaction: &Transaction<'_>, keys: &Keyring) -> Result<(), StoreError> {
    let current = &keys.current.consents;
    let sql = format!("SELECT {COLUMNS}, sealed, phone_tag FROM consent WHERE key_mark <> ?1");
    let mut query = transaction.prepare(&sql)?;
    let mut rows = query.query([current.mark])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (consent, sealed, tag): (_, Vec<u8>, Vec<u8>) =
            (ConsentRow::read(row)?, row.get(WIDTH)?, row.get(WIDTH + 1)?);
        let opened = keys.all().find_map(|keys| {
            let keys = &keys.consents;
            consent.open(keys, &sealed, &tag).or_else(|| consent.open_first_layout(keys, &sealed))
        });
        found.extend(opened.map(|phone| (consent, phone)));
    }
    for (consent, phone) in found {
        consent.reseal(transaction, current, &phone)?;
    }
    Ok(())
}

/// Rows and purposes of the evidence that a condition holds for; a purpose is whatever bytes are written there.
pub(super) fn keys_where(
    db: &Database,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let mut query = db.prepare(&format!("SELECT entry, purpose FROM main.consent WHERE {condition}"))?;
    let found = query.query_map(parameters, |row| Ok((row.get(0)?, row.get_ref(1)?.as_bytes()?.to_vec())))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Evidence that is older than it is kept, but not while its signup waits: one that goes with its signup goes with
/// `expiring`. `now_ms` is the station clock.
pub(super) fn expired(
    transaction: &Transaction<'_>,
    (now_ms, days): (i64, ConsentDays),
    expiring: &[i64],
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    // A time that the clock has not shown was put there by somebody else.
    let unseen = "UPDATE consent SET seen_at_ms = ?1 WHERE seen_at_ms IS NULL OR seen_at_ms NOT BETWEEN 0 AND ?1";
    transaction.execute(unseen, [now_ms])?;
    let keep_ms = i64::from(days.get()) * DAY_MS;
    let of_nobody = "?1 - seen_at_ms >= ?2 AND entry NOT IN (SELECT id FROM entry)";
    let mut expired = keys_where(transaction, of_nobody, [now_ms, keep_ms])?;
    for entry in expiring {
        let of_entry = "?1 - seen_at_ms >= ?2 AND entry = ?3";
        expired.extend(keys_where(transaction, of_entry, [now_ms, keep_ms, *entry])?);
    }
    Ok(expired)
}

/// Takes away texts that no evidence names any more.
pub(super) fn drop_unused_texts(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM consent_text WHERE hash NOT IN (SELECT text_hash FROM consent)", [])?;
    Ok(())
}
