//! SWiP's contract, checked more strictly than SWiP may check it: what passes here is right to the letter.

use std::fmt;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::SandboxStation;
use crate::domain::SignupField;

/// The version of the API that both endpoints speak.
const API_VERSION: &str = "3";

/// A correct signup.
#[derive(Clone, Default)]
pub(super) struct SignupRequest {
    pub(super) phone: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) birthday: Option<String>,
}

/// A correct request for points.
pub(super) enum StatsRequest {
    /// Eleven digits starting with 7.
    Phone(String),
    /// Any text of a pass.
    Pass(String),
}

impl StatsRequest {
    /// The phone or the pass.
    pub(super) fn customer(&self) -> &str {
        match self {
            Self::Phone(text) | Self::Pass(text) => text,
        }
    }
}

/// What about a request breaks the contract; its words never quote the request.
#[derive(thiserror::Error, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    #[error("No such resource")]
    Route,
    #[error("Method not allowed")]
    Method,
    #[error("Invalid or missing POS authentication token")]
    Token,
    #[error("X-Merchant-ID must be sent once")]
    MerchantMissing,
    #[error("This merchant has no permission")]
    MerchantOther,
    #[error("X-Store-ID must be sent once, as 1 to 64 printable characters")]
    Store,
    #[error("X-Cash-ID must be sent once, as 1 to 64 printable characters")]
    Cash,
    #[error("Api-Version must be 3")]
    Version,
    #[error("Content-Type must be application/json")]
    ContentType,
    #[error("The request body is larger than 64 KiB")]
    BodyTooLarge,
    #[error("The request body ended early")]
    BodyIncomplete,
    #[error("The request body must be empty")]
    BodyNotEmpty,
    #[error("The request body must be one JSON object")]
    NotAnObject,
    #[error("The request body has an unknown key")]
    KeyUnknown,
    #[error("The request body has the same key twice")]
    KeyTwice,
    #[error("Every value must be a string; leave out what is not known")]
    NotText,
    #[error("A value must not be empty; leave it out instead")]
    EmptyText,
    #[error("Phone number is required for customer creation")]
    PhoneMissing,
    #[error("A phone is 11 digits starting with 7")]
    Phone,
    #[error("A birthday is a date like 1990-01-24")]
    Birthday,
    #[error("A pass is 1 to 64 characters")]
    Pass,
    #[error("The query must be exactly one of phone and pass, or nothing for a signup")]
    Query,
}

impl Breach {
    /// The status that answers it.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Route => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::MerchantOther => StatusCode::FORBIDDEN,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Checks a signup.
pub(super) fn check_signup(
    station: &SandboxStation,
    parts: &Parts,
    body: &RequestBody,
) -> Result<SignupRequest, Breach> {
    if parts.method != Method::POST {
        return Err(Breach::Method);
    }
    check_headers(station, &parts.headers)?;
    check_content_type(&parts.headers)?;
    if parts.uri.query().is_some() {
        return Err(Breach::Query);
    }
    parse_signup(body.as_ref().map_err(|breach| *breach)?)
}

/// Checks a request for points.
pub(super) fn check_stats(station: &SandboxStation, parts: &Parts, body: &RequestBody) -> Result<StatsRequest, Breach> {
    if parts.method != Method::GET && parts.method != Method::POST {
        return Err(Breach::Method);
    }
    check_headers(station, &parts.headers)?;
    if parts.method == Method::POST {
        check_content_type(&parts.headers)?;
    }
    if !body.as_ref().map_err(|breach| *breach)?.is_empty() {
        return Err(Breach::BodyNotEmpty);
    }
    parse_lookup(&query_pairs(parts))
}

/// The body as it was received.
pub(super) type RequestBody = Result<Bytes, Breach>;

/// Whether the request carries the right token, once.
pub(super) fn has_token(station: &SandboxStation, headers: &HeaderMap) -> bool {
    let sent = single(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    sent == Some(station.token.as_str())
}

/// The query, decoded, in order.
pub(super) fn query_pairs(parts: &Parts) -> Vec<(String, String)> {
    let query = parts.uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn check_headers(station: &SandboxStation, headers: &HeaderMap) -> Result<(), Breach> {
    if !has_token(station, headers) {
        return Err(Breach::Token);
    }
    let merchant = single(headers, "x-merchant-id").ok_or(Breach::MerchantMissing)?;
    if merchant != station.merchant_id {
        return Err(Breach::MerchantOther);
    }
    if !single(headers, "x-store-id").is_some_and(is_identifier) {
        return Err(Breach::Store);
    }
    if !single(headers, "x-cash-id").is_some_and(is_identifier) {
        return Err(Breach::Cash);
    }
    if single(headers, "api-version") != Some(API_VERSION) {
        return Err(Breach::Version);
    }
    Ok(())
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Breach> {
    let value = single(headers, "content-type").ok_or(Breach::ContentType)?;
    // Parameters such as a charset are legal HTTP and mean nothing for JSON.
    let media_type = value.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Breach::ContentType) }
}

/// The value of a header that was sent exactly once and is visible ASCII.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok()
}

fn is_identifier(value: &str) -> bool {
    (1..=64).contains(&value.len()) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn parse_lookup(pairs: &[(String, String)]) -> Result<StatsRequest, Breach> {
    let [(name, value)] = pairs else {
        return Err(Breach::Query);
    };
    match name.as_str() {
        "phone" if is_phone(value) => Ok(StatsRequest::Phone(value.clone())),
        "phone" => Err(Breach::Phone),
        "pass" if is_pass(value) => Ok(StatsRequest::Pass(value.clone())),
        "pass" => Err(Breach::Pass),
        _ => Err(Breach::Query),
    }
}

fn parse_signup(body: &[u8]) -> Result<SignupRequest, Breach> {
    let Pairs(pairs) = serde_json::from_slice(body).map_err(|_| Breach::NotAnObject)?;
    let mut signup = SignupRequest::default();
    let mut phone = None;
    for (key, value) in pairs {
        let field = SignupField::ALL.into_iter().find(|field| json_key(*field) == key).ok_or(Breach::KeyUnknown)?;
        let slot = match field {
            SignupField::Phone => &mut phone,
            SignupField::FirstName => &mut signup.first_name,
            SignupField::LastName => &mut signup.last_name,
            SignupField::Birthday => &mut signup.birthday,
        };
        let Value::String(text) = value else {
            return Err(Breach::NotText);
        };
        if text.trim().is_empty() {
            return Err(Breach::EmptyText);
        }
        if slot.replace(text).is_some() {
            return Err(Breach::KeyTwice);
        }
    }
    signup.phone = phone.ok_or(Breach::PhoneMissing)?;
    if !is_phone(&signup.phone) {
        return Err(Breach::Phone);
    }
    if !signup.birthday.as_deref().is_none_or(is_date) {
        return Err(Breach::Birthday);
    }
    Ok(signup)
}

/// The key of a field as SWiP's contract has it, whatever the client makes of it.
fn json_key(field: SignupField) -> &'static str {
    match field {
        SignupField::Phone => "phone",
        SignupField::FirstName => "firstName",
        SignupField::LastName => "lastName",
        SignupField::Birthday => "birthday",
    }
}

fn is_phone(text: &str) -> bool {
    text.len() == 11 && text.starts_with('7') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_pass(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_date(text: &str) -> bool {
    // The parser would also take a sign or a time; the length and the digits leave only dates.
    let form = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    form && text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A JSON object that still shows when a key was sent twice, which a map would hide.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
