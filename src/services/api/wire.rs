//! The JSON that travels: what is sent, and a reader that takes whatever comes back.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::{Birthday, PersonName, Points, Signup};
use crate::services::byte_order::without_mark;
use crate::services::whole_number::whole_number;

/// The body of `POST /customer-signups`: an empty optional field is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignupBody<'a> {
    phone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
}

impl<'a> From<&'a Signup> for SignupBody<'a> {
    fn from(signup: &'a Signup) -> Self {
        // Taken apart: a field that is forgotten here does not compile.
        let Signup { phone, first_name, last_name, birthday } = signup;
        Self {
            phone: phone.digits(),
            first_name: first_name.as_ref().map(PersonName::as_str),
            last_name: last_name.as_ref().map(PersonName::as_str),
            birthday: birthday.map(Birthday::iso),
        }
    }
}

/// A query of one pair. A space becomes `%20`, which every server reads alike; a plus is a space only to some.
pub(super) fn query((name, value): (&str, &str)) -> String {
    let form = url::form_urlencoded::Serializer::for_suffix("?".to_owned(), 1).append_pair(name, value).finish();
    form.replace('+', "%20")
}

/// The points in a stats answer: only a whole number that fits 64 bits counts, as a number or as a text.
pub(super) fn read_points(body: &[u8]) -> Option<Points> {
    read_integer(body, "points").map(Points::new)
}

/// The number in an error body of shape B; shape A and anything else have none.
pub(super) fn read_code(body: &[u8]) -> Option<i64> {
    read_integer(body, "code")
}

/// A number from here on is no wait, which would be 30 years, but a moment in Unix seconds.
const FIRST_MOMENT: Duration = Duration::from_secs(1_000_000_000);
/// From here on it is one in milliseconds.
const FIRST_IN_MILLIS: Duration = Duration::from_secs(100_000_000_000);

/// `Retry-After` in seconds, or as a date or a moment in Unix seconds beside the server's own `Date`: our clock may be wrong.
pub fn read_retry_after(text: &str, date: Option<&str>) -> Option<Duration> {
    let text = text.trim();
    let server_now = date.and_then(|date| httpdate::parse_http_date(date).ok());
    if let Ok(secs) = text.parse() {
        let secs = Duration::from_secs(secs);
        if secs < FIRST_MOMENT {
            return Some(secs);
        }
        let moment = if secs < FIRST_IN_MILLIS { secs } else { secs / 1_000 };
        // SWiP is busy, for a time that nobody can tell if not beside its own.
        let until = Some(moment).filter(|moment| *moment < FIRST_IN_MILLIS);
        let until = until.and_then(|moment| SystemTime::UNIX_EPOCH.checked_add(moment));
        return Some(until.zip(server_now).and_then(|(until, now)| until.duration_since(now).ok()).unwrap_or_default());
    }
    let server_now = server_now?;
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(server_now).unwrap_or_default())
}

/// The integer under one key of a JSON object; a body that names the key twice contradicts itself and has none.
fn read_integer(body: &[u8], key: &'static str) -> Option<i64> {
    let body = without_mark(body);
    let mut json = serde_json::Deserializer::from_slice(&body);
    let value = OnlyField(key).deserialize(&mut json).ok()?;
    json.end().ok()?;
    let value = value?;
    // SWiP's own template prints the type in quotes.
    match serde_json::from_str::<String>(value.get()) {
        Ok(text) => whole_number(text.trim()),
        Err(_) => whole_number(value.get()),
    }
}

/// Reads an object to its end and keeps one field of it.
struct OnlyField(&'static str);

impl<'de> DeserializeSeed<'de> for OnlyField {
    type Value = Option<Box<RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OnlyField {
    type Value = Option<Box<RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = fields.next_key::<String>()? {
            if key != self.0 {
                // Whatever it is, it may be no UTF-8: it must not hide what follows.
                fields.next_value::<IgnoredAny>()?;
            } else if found.replace(fields.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(self.0));
            }
        }
        Ok(found)
    }
}
