//! What a verb reads from standard input or a file, bounded.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::Complaint::{self, Usage};
use crate::domain::SignupField;
use crate::services::byte_order::without_mark;
use crate::services::json::repeated_key;
use crate::services::{plain_file, profile};

/// The standard input form of `points` and `signup`: one JSON object of texts.
#[derive(Default)]
pub(super) struct CustomerInput {
    /// What is given of a signup.
    pub(super) fields: BTreeMap<SignupField, String>,
    /// The id of a loyalty pass.
    pub(super) pass: Option<String>,
}

impl<'de> Deserialize<'de> for CustomerInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CustomerKeys)
    }
}

/// Reads the keys of a customer: each at most once, and no other.
struct CustomerKeys;

impl<'de> Visitor<'de> for CustomerKeys {
    type Value = CustomerInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<CustomerInput, A::Error> {
        let mut customer = CustomerInput::default();
        let mut seen = BTreeSet::new();
        while let Some(key) = keys.next_key::<String>()? {
            // None is the pass.
            let field = match SignupField::ALL.into_iter().find(|field| field.name() == key) {
                None if key != "pass" => return Err(A::Error::custom("an unknown key")),
                field => field,
            };
            if !seen.insert(field) {
                return Err(A::Error::custom("a key that is given twice"));
            }
            match (field, keys.next_value::<Option<Text>>()?.map(Text::into_text)) {
                (_, None) => {}
                (Some(field), Some(text)) => drop(customer.fields.insert(field, text)),
                (None, Some(text)) => customer.pass = Some(text),
            }
        }
        Ok(customer)
    }
}

const KEYS: [&str; 5] = ["phone", "pass", "first_name", "last_name", "birthday"];

/// A text, or whatever else stood where one belongs.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    /// As it should be.
    Text(String),
    /// A number or the like: wrong input, not wrong usage.
    Other(IgnoredAny),
}

impl Text {
    /// The text to be checked. What is no text becomes one that no field takes.
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Other(_) => "\u{0}".to_owned(),
        }
    }
}

/// One customer is a line; more is no customer.
const LONGEST_CUSTOMER: u64 = 64 * 1024;
const USUAL_INPUT: usize = 16 * 1024;
/// The mark of what Windows calls Unicode.
const UTF_16_LE: [u8; 2] = [0xFF, 0xFE];
/// A PIN has a few digits.
const LONGEST_LINE: usize = 256;

/// Reads one customer from standard input.
pub(super) fn read_customer() -> Result<CustomerInput, Complaint> {
    let bytes = read_bounded(io::stdin().lock(), LONGEST_CUSTOMER)?;
    // Only a key of ours is named: any other may be a part of what belongs to a person.
    if let Some(repeated) = repeated_key(&bytes).filter(|repeated| KEYS.contains(&repeated.key.as_str())) {
        return Err(Complaint::GivenTwice(repeated));
    }
    serde_json::from_slice(&bytes).map_err(|_| Usage("standard input is not one JSON object of known keys"))
}

/// Reads a profile from a file, or standard input for `-`.
pub(super) fn read_profile(file: &Path) -> Result<Zeroizing<Vec<u8>>, Complaint> {
    let limit = u64::try_from(profile::LONGEST_BYTES).unwrap_or(u64::MAX);
    if is_stdin(file) {
        return read_bounded(io::stdin().lock(), limit);
    }
    let file = plain_file::open_named(file).map_err(|_| Usage("the profile cannot be read"))?;
    read_bounded(file, limit)
}

/// The first line of standard input, without its end and spaces before that; more than any PIN is cut, and is still too long for one.
pub(super) fn read_line() -> Result<Zeroizing<Vec<u8>>, Complaint> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let limit = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
    let mut stdin = io::stdin().lock().take(limit);
    let mut read = stdin.read_until(b'\n', &mut line);
    if line.starts_with(&UTF_16_LE) {
        // There the end of a line is two bytes.
        read = read.and_then(|_| stdin.by_ref().take(1).read_to_end(&mut line));
    }
    read.map_err(|_| Usage("the input cannot be read"))?;
    // `echo` of Windows leaves a space before the end.
    Ok(Zeroizing::new(without_mark(&line).trim_ascii_end().to_vec()))
}

/// Whether a path means standard input.
pub(super) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Whether others than its owner can read a file.
pub(super) fn is_readable_by_others(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}

fn read_bounded(from: impl Read, limit: u64) -> Result<Zeroizing<Vec<u8>>, Complaint> {
    // Room for a usual input from the start: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(USUAL_INPUT));
    // One byte more than the limit tells a longer input from one that fits.
    from.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Usage("the input cannot be read"))?;
    let is_within = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    if let Cow::Owned(text) = without_mark(&bytes) {
        bytes = Zeroizing::new(text);
    } else {
        let mark = bytes.len() - without_mark(&bytes).len();
        bytes.drain(..mark);
    }
    if is_within { Ok(bytes) } else { Err(Usage("the input is too long")) }
}
