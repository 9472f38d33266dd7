//! One row of the evidence. All of it that can be read without a key is part of what its sealed phone is bound to: of a row
//! that somebody edited, the phone does not open any more.

use rusqlite::{Row, Transaction, params};

use super::keys::ConsentKeys;
use crate::domain::Phone;
use crate::services::outbox::db::columns::text;
use crate::services::outbox::error::StoreError;

/// The columns that [`ConsentRow::read`] reads, in its order.
pub(in crate::services::outbox) const COLUMNS: &str =
    "entry, purpose, taken_ms, how, version, language, text_hash, merchant_id, store_id, cash_id, corrected_ms";
/// How many they are.
pub(in crate::services::outbox) const WIDTH: usize = 11;

/// What is in the clear of one piece of evidence, besides the tag it is found by.
#[derive(Clone, Debug)]
pub(in crate::services::outbox) struct ConsentRow {
    /// The signup that it was taken with.
    pub(in crate::services::outbox) entry: i64,
    pub(in crate::services::outbox) purpose: String,
    /// By the station's clock, Unix milliseconds.
    pub(in crate::services::outbox) taken_ms: i64,
    pub(in crate::services::outbox) how: String,
    pub(in crate::services::outbox) version: String,
    pub(in crate::services::outbox) language: String,
    /// Of the text as it was shown.
    pub(in crate::services::outbox) text_hash: Vec<u8>,
    pub(in crate::services::outbox) merchant_id: String,
    pub(in crate::services::outbox) store_id: String,
    pub(in crate::services::outbox) cash_id: String,
    /// The same moment by SWiP's clock, where that contradicted.
    pub(in crate::services::outbox) corrected_ms: Option<i64>,
}

/// What is done where there is evidence for the same signup and purpose.
#[derive(Clone, Copy)]
pub(in crate::services::outbox) enum Conflict {
    Replace,
    Ignore,
}

/// The first layout bound the phone to the row and the moment alone, the second binds it to the whole row.
const FIRST_LAYOUT: u8 = 1;
const LAYOUT: u8 = 2;

impl ConsentRow {
    /// Reads the first columns.
    pub(in crate::services::outbox) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: row.get(0)?,
            purpose: text(row, 1)?,
            taken_ms: row.get(2)?,
            how: text(row, 3)?,
            version: text(row, 4)?,
            language: text(row, 5)?,
            text_hash: row.get(6)?,
            merchant_id: text(row, 7)?,
            store_id: text(row, 8)?,
            cash_id: text(row, 9)?,
            corrected_ms: row.get(10)?,
        })
    }

    /// Opens its phone under one key. The tag must be that phone's: what is bound has no mark between it and the time after it.
    pub(in crate::services::outbox) fn open(&self, keys: &ConsentKeys, sealed: &[u8], tag: &[u8]) -> Option<Phone> {
        let phone = keys.open(sealed, &self.bound(tag))?;
        keys.tag(&phone).is_ok_and(|of_phone| of_phone.as_slice() == tag).then_some(phone)
    }

    /// Opens a phone that a program before 0.2 sealed.
    pub(in crate::services::outbox) fn open_first_layout(&self, keys: &ConsentKeys, sealed: &[u8]) -> Option<Phone> {
        keys.open(sealed, &self.place(FIRST_LAYOUT))
    }

    fn seal(&self, keys: &ConsentKeys, phone: &Phone) -> Result<(Vec<u8>, [u8; 32]), StoreError> {
        let tag = keys.tag(phone)?;
        Ok((keys.seal(phone, &self.bound(&tag))?, tag))
    }

    /// Seals and tags the phone of the row anew; everything else of it stays.
    pub(super) fn reseal(
        &self,
        transaction: &Transaction<'_>,
        keys: &ConsentKeys,
        phone: &Phone,
    ) -> Result<(), StoreError> {
        let (sealed, tag) = self.seal(keys, phone)?;
        let sql = "UPDATE consent SET sealed = ?3, phone_tag = ?4, key_mark = ?5 WHERE entry = ?1 AND purpose = ?2";
        let mut update = transaction.prepare_cached(sql)?;
        update.execute(params![self.entry, self.purpose, sealed, tag, keys.mark])?;
        Ok(())
    }

    /// Writes it with its phone sealed and tagged.
    pub(in crate::services::outbox) fn write(
        &self,
        transaction: &Transaction<'_>,
        keys: &ConsentKeys,
        phone: &Phone,
        conflict: Conflict,
    ) -> Result<(), StoreError> {
        let (sealed, tag) = self.seal(keys, phone)?;
        let verb = match conflict {
            Conflict::Replace => "REPLACE",
            Conflict::Ignore => "IGNORE",
        };
        let sql = format!(
            "INSERT OR {verb} INTO consent ({COLUMNS}, sealed, phone_tag, key_mark)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        );
        transaction.prepare_cached(&sql)?.execute(params![
            self.entry,
            self.purpose,
            self.taken_ms,
            self.how,
            self.version,
            self.language,
            self.text_hash,
            self.merchant_id,
            self.store_id,
            self.cash_id,
            self.corrected_ms,
            sealed,
            tag,
            keys.mark,
        ])?;
        Ok(())
    }

    fn place(&self, layout: u8) -> Vec<u8> {
        [&[layout], self.entry.to_be_bytes().as_slice(), &self.taken_ms.to_be_bytes(), self.purpose.as_bytes()].concat()
    }

    fn bound(&self, tag: &[u8]) -> Vec<u8> {
        let mut bytes = self.place(LAYOUT);
        for part in [&self.how, &self.version, &self.language, &self.merchant_id, &self.store_id, &self.cash_id] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes.extend(&self.text_hash);
        bytes.extend(tag);
        // Where it is none, rows are bound as they were before there was such a column.
        bytes.extend(self.corrected_ms.into_iter().flat_map(i64::to_be_bytes));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PhoneRules;
    use crate::services::dirs::StationDirs;
    use crate::services::outbox::db::consents::reseal;
    use crate::services::outbox::db::schema;
    use crate::services::outbox::db::seal::Keyring;
    use crate::services::secrets::RootKey;

    #[test]
    fn evidence_of_the_first_layout_is_bound_to_its_row_and_keeps_its_age() {
        let folder = tempfile::tempdir().expect("a folder");
        let dirs = StationDirs::resolve(Some(folder.path().to_owned()), Some(folder.path().join("keys")));
        let root = RootKey::open_or_create(&dirs.expect("both are given")).expect("a key");
        let keys = Keyring::new(&root, &[]);
        let current = &keys.current.consents;
        let phone = Phone::parse("79161234567", PhoneRules::MOBILE).expect("a phone");
        let mut db = schema::open(&folder.path().join("outbox.db")).expect("a database");
        let transaction = db.transaction().expect("begun");
        let text = || "x".to_owned();
        let (how, version, language) = (text(), text(), text());
        let (merchant_id, store_id, cash_id) = (text(), text(), text());
        let (purpose, text_hash) = (text(), vec![7; 32]);
        let row = ConsentRow {
            entry: 1,
            purpose,
            taken_ms: 5,
            how,
            version,
            language,
            text_hash,
            merchant_id,
            store_id,
            cash_id,
            corrected_ms: None,
        };
        row.write(&transaction, current, &phone, Conflict::Replace).expect("written");
        let before = current.seal(&phone, &row.place(FIRST_LAYOUT)).expect("sealed");
        transaction
            .execute("UPDATE consent SET sealed = ?1, key_mark = 0, seen_at_ms = 9", [&before])
            .expect("changed");
        reseal(&transaction, &keys).expect("sealed anew");
        let (sealed, tag, seen_at_ms): (Vec<u8>, Vec<u8>, i64) = transaction
            .query_row("SELECT sealed, phone_tag, seen_at_ms FROM consent", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .expect("there");
        assert_eq!((row.open(current, &sealed, &tag), seen_at_ms), (Some(phone), 9));
        assert_eq!(row.open_first_layout(current, &sealed), None);
        let edited = ConsentRow { version: "y".to_owned(), ..row };
        assert_eq!(edited.open(current, &sealed, &tag), None);
    }
}
