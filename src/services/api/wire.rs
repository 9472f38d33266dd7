//! The JSON that travels: what is sent, and a reader that takes whatever comes back.

use serde::Serialize;
use serde_json::Value;

use crate::domain::{Points, Signup};

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
        Self {
            phone: signup.phone.digits(),
            first_name: signup.first_name.as_ref().map(crate::domain::name::PersonName::as_str),
            last_name: signup.last_name.as_ref().map(crate::domain::name::PersonName::as_str),
            birthday: signup.birthday.map(crate::domain::birthday::Birthday::iso),
        }
    }
}

/// The points in a stats answer: only a whole number that fits 64 bits counts.
pub(super) fn read_points(body: &[u8]) -> Option<Points> {
    parse(body)?.get("points")?.as_i64().map(Points::new)
}

/// The number in an error body of shape B; shape A and anything else have none.
pub(super) fn read_code(body: &[u8]) -> Option<i64> {
    parse(body)?.get("code").and_then(Value::as_i64)
}

fn parse(body: &[u8]) -> Option<Value> {
    let without_bom = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(without_bom).ok()
}
