//! The API client as tests call it, and the answers that they let a server give.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use swip_kiosk::domain::{
    BirthdayForm, CustomerQuery, Failure, Lookup, Phone, PhoneRules, SettingKey, Settings, SettingsDraft, Signup,
    SignupDraft, Token,
};
use swip_kiosk::services::api::{ApiClient, ApiError};

use crate::raw_server::{RawServer, Script, Step};

pub(crate) const TOKEN: &str = "token-canary.ABC~123_+/=";
pub(crate) const PHONE: &str = "79167795322";

/// A deadline that only a stuck call meets.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
/// A deadline that slow servers are meant to miss.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

pub(crate) fn settings(base_url: &str, more: &[(SettingKey, &str)]) -> Settings {
    let mut draft = SettingsDraft::default();
    let texts = [
        (SettingKey::BaseUrl, base_url),
        (SettingKey::MerchantId, "ABCD"),
        (SettingKey::StoreId, "Test storeID"),
        (SettingKey::CashId, "1231"),
    ];
    for (key, text) in texts.iter().chain(more) {
        draft.set(*key, *text);
    }
    draft.check().expect("good settings")
}

pub(crate) fn client(base_url: &str, deadline: Duration) -> ApiClient {
    let token = Token::parse(TOKEN).expect("a good token");
    ApiClient::new(&settings(base_url, &[]), &token, deadline).expect("a client")
}

pub(crate) fn client_of(server: &RawServer, deadline: Duration) -> ApiClient {
    client(&format!("http://{}", server.address()), deadline)
}

/// A client of a server behind TLS that trusts the authority of a file besides the machine's own.
pub(crate) fn secure_client(server: &RawServer, ca_file: &Path, deadline: Duration) -> ApiClient {
    let ca_file = ca_file.to_str().expect("a plain path");
    let settings = settings(&format!("https://{}", server.address()), &[(SettingKey::CaFile, ca_file)]);
    ApiClient::new(&settings, &Token::parse(TOKEN).expect("a good token"), deadline).expect("a client")
}

pub(crate) fn no_content() -> Script {
    send(answer("204 No Content", "", ""))
}

pub(crate) fn phone() -> CustomerQuery {
    CustomerQuery::Phone(Phone::parse(PHONE, PhoneRules::default()).expect("a good phone"))
}

pub(crate) fn signup(first_name: &str, last_name: &str, birthday: &str) -> Signup {
    let draft = SignupDraft {
        phone: PHONE.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        birthday: birthday.to_owned(),
    };
    let rules = settings("https://example.com", &[]).preferences;
    draft.check(BirthdayForm::Iso, &rules, date(2026, 3, 15)).expect("a good form")
}

pub(crate) fn only_phone() -> Signup {
    signup("", "", "")
}

pub(crate) fn reason(error: &ApiError) -> String {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary") && !shown.contains("9167795322"), "{shown}");
    Failure::from(error).reason().to_owned()
}

/// How a lookup ended, in one word.
pub(crate) async fn look_up(client: &ApiClient) -> String {
    match client.look_up(&phone()).await {
        Ok(Lookup::Member(points)) => points.value().to_string(),
        Ok(Lookup::Unknown) => "unknown".to_owned(),
        Err(error) => reason(&error),
    }
}

/// How a signup ended, in one word.
pub(crate) async fn register(client: &ApiClient) -> String {
    match client.register(&only_phone()).await {
        Ok(registration) => format!("{registration:?}"),
        Err(error) => reason(&error),
    }
}

pub(crate) fn send(bytes: impl Into<Vec<u8>>) -> Script {
    vec![Step::Send(bytes.into())]
}

pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub(crate) fn ok(body: impl AsRef<[u8]>) -> Script {
    send(answer("200 OK", "content-type: application/json\r\n", body))
}
