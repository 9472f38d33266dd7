//! What is asked of the evidence: all of it, that of one customer, that of one signup; and that a customer be forgotten.

use rusqlite::Row;

use super::super::StoreError;
use super::super::store::Store;
use super::keys::place;
use super::{AllEvidence, Evidence, Facts, Forgotten, drop_unused_texts, hex};
use crate::domain::Phone;
use crate::domain::consent::{How, Purpose};

const COLUMNS: &str =
    "entry, purpose, how, version, language, text_hash, taken_ms, merchant_id, store_id, cash_id, sealed";

impl Store {
    /// All the evidence there is.
    pub(in super::super) fn all_evidence(&self) -> Result<AllEvidence, StoreError> {
        let mut query = self.db.prepare("SELECT hash, text FROM consent_text")?;
        let texts = query.query_map([], |row| Ok((hex(row.get_ref(0)?.as_blob()?), row.get(1)?)))?;
        let texts = texts.collect::<Result<_, _>>()?;
        let consents =
            self.evidence(&format!("SELECT {COLUMNS} FROM consent ORDER BY taken_ms, entry, purpose"), [])?;
        Ok(AllEvidence { consents, texts })
    }

    /// The evidence about one customer, oldest first.
    pub(in super::super) fn evidence_of(&self, phone: &Phone) -> Result<Vec<Evidence>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM consent WHERE phone_tag = ?1 ORDER BY taken_ms, purpose");
        let mut found = Vec::new();
        for tag in self.consent_tags(phone)? {
            found.extend(self.evidence(&sql, [tag.as_slice()])?);
        }
        found.sort_by_key(|evidence| evidence.facts.taken_ms);
        Ok(found)
    }

    /// Destroys the evidence about one customer, and every signup of the phone that is still here.
    pub(in super::super) fn forget(&mut self, phone: &Phone) -> Result<Forgotten, StoreError> {
        let tags = self.consent_tags(phone)?;
        let entries = self.entries_of(phone)?;
        let transaction = self.db.transaction()?;
        let mut forgotten = Forgotten::default();
        for tag in tags {
            forgotten.consents += transaction.execute("DELETE FROM consent WHERE phone_tag = ?1", [tag.as_slice()])?;
        }
        for entry in entries {
            forgotten.signups += transaction.execute("DELETE FROM entry WHERE id = ?1", [entry])?;
        }
        drop_unused_texts(&transaction)?;
        transaction.commit()?;
        self.known_texts.clear();
        // The log still holds what is sealed; the next emptying takes it.
        if let Err(error) = self.empty_log() {
            self.doubt = Some(error);
        }
        Ok(forgotten)
    }

    fn evidence(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Evidence>, StoreError> {
        let mut query = self.db.prepare(sql)?;
        let found = query.query_map(parameters, |row| self.read_evidence(row))?;
        // A purpose that this program does not know was put there by nobody.
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn read_evidence(&self, row: &Row<'_>) -> rusqlite::Result<Option<Evidence>> {
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
        let phone = self.keys.all().find_map(|keys| keys.consents.open(sealed, &place));
        Ok(Some(Evidence { purpose, how, facts, phone }))
    }

    /// Under every key that is here.
    fn consent_tags(&self, phone: &Phone) -> Result<Vec<[u8; 32]>, StoreError> {
        self.keys.all().map(|keys| keys.consents.tag(phone)).collect()
    }
}
