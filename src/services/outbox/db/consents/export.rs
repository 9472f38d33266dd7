//! The evidence as a file for the merchant: a table, or JSON with the texts.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{AllEvidence, Evidence, Facts};
use crate::domain::consent::{How, Purpose};
use crate::domain::{Phone, SettingKey};
use crate::services::durable;
use crate::services::outbox::error::StoreError;
use crate::services::outbox::handle::Outbox;
use crate::services::table_file::{self, Dialect, TableCell};

/// The columns of a table: their names, and how wide they are in a workbook.
const COLUMNS: [(&str, f64); 12] = [
    ("phone", 16.0),
    ("purpose", 16.0),
    ("version", 16.0),
    ("language", 10.0),
    ("how", 20.0),
    ("taken_at", 22.0),
    ("taken_at_by_server", 22.0),
    (SettingKey::MerchantId.name(), 14.0),
    (SettingKey::StoreId.name(), 14.0),
    (SettingKey::CashId.name(), 10.0),
    ("text_sha256", 66.0),
    ("broken", 10.0),
];
/// More than a row of the usual length takes.
const USUAL_ROW: usize = 512;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is one of that name.
    #[error("the file is there already")]
    Exists,
    /// The disk under the file refused, or did not keep what it was told.
    #[error("the file cannot be written")]
    File(#[source] io::Error),
    /// The outbox failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Facts {
    /// When it was given by the station's clock, such as `2026-03-01T09:30:00Z`.
    pub fn taken_at(&self) -> String {
        written(self.taken_ms)
    }

    /// The same by SWiP's clock; empty where that did not contradict.
    pub fn corrected_at(&self) -> String {
        self.corrected_ms.map(written).unwrap_or_default()
    }
}

fn written(unix_ms: i64) -> String {
    let seconds = jiff::Timestamp::from_second(unix_ms.div_euclid(1000));
    seconds.map_or_else(|_| unix_ms.to_string(), |time| time.to_string())
}

impl Evidence {
    /// The values of a row in the order of the columns; the phone is empty where it says why the row proves nothing.
    fn row(&self) -> [(&'static str, Zeroizing<String>); COLUMNS.len()] {
        let facts = &self.facts;
        let values = [
            self.phone.as_ref().map(Phone::digits).unwrap_or_default(),
            self.purpose.map(Purpose::name).unwrap_or_default(),
            &facts.version,
            &facts.language,
            self.how.map(How::name).unwrap_or_default(),
            &facts.taken_at(),
            &facts.corrected_at(),
            &facts.merchant_id,
            &facts.store_id,
            &facts.cash_id,
            &facts.text_hash,
            self.phone.as_ref().err().map(|broken| broken.name()).unwrap_or_default(),
        ]
        .map(|value| Zeroizing::new(value.to_owned()));
        let mut columns = COLUMNS.into_iter();
        values.map(|value| (columns.next().map(|(name, _)| name).unwrap_or_default(), value))
    }

    /// Everything but the phone, as JSON.
    pub fn json(&self) -> Value {
        let row = self.row();
        let cells = row.iter().skip(1).map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
        Value::Object(cells.collect::<Map<_, _>>())
    }
}

impl AllEvidence {
    /// A table that spreadsheets read: every cell quoted, and none of them a formula.
    fn csv(&self) -> Zeroizing<String> {
        let mut csv = Zeroizing::new(String::with_capacity((self.consents.len() + 1) * USUAL_ROW));
        csv.push_str(&COLUMNS.map(|(name, _)| name).join(","));
        csv.push_str("\r\n");
        for evidence in &self.consents {
            for (at, (_, value)) in evidence.row().iter().enumerate() {
                csv.push_str(if at == 0 { "\"" } else { ",\"" });
                if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                    csv.push('\'');
                }
                value.split('"').enumerate().for_each(|(at, part)| {
                    csv.push_str(if at == 0 { "" } else { "\"\"" });
                    csv.push_str(part);
                });
                csv.push('"');
            }
            csv.push_str("\r\n");
        }
        csv
    }

    /// Writes a file that the spreadsheets of a language open, mode 0600, in place of one of the same name. Blocks on the disk.
    pub(in crate::services) fn write_table(&self, path: &Path, dialect: Dialect) -> io::Result<()> {
        let mut rows = self.consents.iter().map(|evidence| {
            let cells = evidence.row().map(|(_, value)| TableCell::Text(value.as_str().to_owned()));
            Ok(cells.into())
        });
        table_file::write_table(path, &COLUMNS, &mut rows, dialect)
    }

    /// One object, with the texts that were shown.
    fn json(&self) -> Zeroizing<String> {
        let consents = self.consents.iter().map(|evidence| {
            let mut object = evidence.json();
            object["phone"] = evidence.phone.as_ref().ok().map(Phone::digits).into();
            object
        });
        let whole = json!({ "swip_kiosk_consents": 1, "consents": consents.collect::<Vec<_>>(), "texts": self.texts });
        Zeroizing::new(whole.to_string())
    }

    /// Writes a new file, mode 0600: JSON if its name ends so, else a table.
    fn write(&self, path: &Path) -> io::Result<()> {
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let text = if is_json { self.json() } else { self.csv() };
        let written = durable::create_new(path, text.as_bytes());
        if written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::AlreadyExists) {
            // Half a file is of no use, and of no good.
            let _ = std::fs::remove_file(path);
        }
        written
    }
}

impl Outbox {
    /// Writes all the evidence into a new file that only its owner can read; how many consents it holds.
    ///
    /// # Errors
    /// [`ExportError::Exists`], or whatever a disk refused; there is no file then.
    pub async fn export_evidence(&self, file: PathBuf) -> Result<usize, ExportError> {
        let all = self.all_evidence().await?;
        let count = all.consents.len();
        let written = spawn_blocking(move || all.write(&file)).await.map_err(|_| StoreError::Panicked)?;
        written.map(|()| count).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => ExportError::Exists,
            _ => ExportError::File(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PhoneRules;

    #[test]
    fn no_cell_of_the_table_is_a_formula_or_two() {
        let facts = Facts {
            version: "-1".to_owned(),
            language: "ru".to_owned(),
            text_hash: "ab".to_owned(),
            taken_ms: 1_700_000_000_999,
            corrected_ms: None,
            merchant_id: "=HYPERLINK(\"x\")".to_owned(),
            store_id: "@a,b".to_owned(),
            cash_id: "+1".to_owned(),
        };
        let phone = Phone::parse("79161234567", PhoneRules::MOBILE).expect("a phone");
        let (purpose, how, phone) = (Some(Purpose::Marketing), Some(How::AttestedByStaff), Ok(phone));
        let evidence = Evidence { purpose, how, facts, phone };
        let all = AllEvidence { consents: vec![evidence], texts: [("ab".to_owned(), "Да.".to_owned())].into() };
        let csv = all.csv();
        let row = "\"79161234567\",\"marketing\",\"'-1\",\"ru\",\"attested_by_staff\",\"2023-11-14T22:13:20Z\",\"\",\
                   \"'=HYPERLINK(\"\"x\"\")\",\"'@a,b\",\"'+1\",\"ab\",\"\"\r\n";
        assert_eq!(csv.split_once("\r\n").map(|(_, rows)| rows), Some(row));
        let object: Value = serde_json::from_str(&all.json()).expect("JSON");
        assert_eq!(object["texts"]["ab"], "Да.");
        assert_eq!(object["consents"][0]["merchant_id"], "=HYPERLINK(\"x\")");
        assert_eq!(object["consents"][0]["phone"], "79161234567");
    }
}
