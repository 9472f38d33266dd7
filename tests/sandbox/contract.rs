//! Every breach of the contract has its status and its shape; everything right is served.

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use swip_kiosk::services::sandbox::{SandboxStation, seeds};

use crate::{SIGNUPS, STATS, json, request, sandbox, send, signup, signup_of, stats_of, status};

fn is_shape_a(body: &Value, status: u16) -> bool {
    body["error"].is_string()
        && body["message"].is_string()
        && body["timestamp"].is_string()
        && body["status"] == status
}

fn is_shape_b(body: &Value) -> bool {
    body["@type"] == "ApiError"
        && body["code"].is_u64()
        && body["description"].is_string()
        && body["timestamp"].is_string()
        && body.get("fieldErrors") == Some(&Value::Null)
}

/// A change to the headers of a correct request, and the status that it deserves.
type HeaderCase = (&'static str, fn(&mut HeaderMap), u16);

const HEADER_CASES: &[HeaderCase] = &[
    ("no token", |all| drop(all.remove("authorization")), 401),
    ("another token", |all| set(all, "authorization", "Bearer other"), 401),
    ("another scheme", |all| set(all, "authorization", "Basic eDp5"), 401),
    ("two tokens", |all| twice(all, "authorization"), 401),
    ("no merchant", |all| drop(all.remove("x-merchant-id")), 400),
    ("two merchants", |all| twice(all, "x-merchant-id"), 400),
    ("another merchant", |all| set(all, "x-merchant-id", "ABCD"), 403),
    ("no store", |all| drop(all.remove("x-store-id")), 400),
    ("an empty store", |all| set(all, "x-store-id", ""), 400),
    ("a store beyond ASCII", |all| set(all, "x-store-id", "Магазин"), 400),
    ("a store with a tab", |all| set(all, "x-store-id", "a\tb"), 400),
    ("a long store", |all| set(all, "x-store-id", &"s".repeat(65)), 400),
    ("no cash desk", |all| drop(all.remove("x-cash-id")), 400),
    ("an empty cash desk", |all| set(all, "x-cash-id", ""), 400),
    ("two cash desks", |all| twice(all, "x-cash-id"), 400),
    ("no version", |all| drop(all.remove("api-version")), 400),
    ("another version", |all| set(all, "api-version", "2"), 400),
];

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_bytes(value.as_bytes()).expect("bytes that HTTP can carry");
    headers.insert(name, value);
}

fn twice(headers: &mut HeaderMap, name: &'static str) {
    let value = headers[name].clone();
    headers.append(name, value);
}

async fn with_headers(request: RequestBuilder, change: fn(&mut HeaderMap)) -> (u16, Value) {
    let mut request = request.build().expect("a request");
    change(request.headers_mut());
    let response = crate::client().execute(request).await.expect("an answer");
    let status = response.status().as_u16();
    (status, json(response).await)
}

#[tokio::test]
async fn each_wrong_header_is_refused_in_the_shape_of_the_endpoint() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    for (name, change, expected) in HEADER_CASES {
        let (status, body) = with_headers(signup_of(&station, "79991112233"), *change).await;
        assert_eq!(status, *expected, "signup, {name}: {body}");
        assert!(is_shape_a(&body, status), "signup, {name}: {body}");

        let (status, body) = with_headers(stats_of(&station, seeds::REGULAR.phone), *change).await;
        assert_eq!(status, *expected, "stats, {name}: {body}");
        assert!(is_shape_b(&body), "stats, {name}: {body}");
    }
    assert_eq!(sandbox.customers().len(), seeds::ALL.len(), "nobody was registered");
    assert!(sandbox.ledger().iter().all(|entry| entry.breach.is_some()));
}

#[tokio::test]
async fn each_wrong_signup_body_is_refused() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let deep = format!("{{\"phone\":{}", "[".repeat(5000));
    let large = format!("{{\"phone\":\"79991112233\",\"firstName\":\"{}\"}}", "x".repeat(70_000));
    let cases: &[(&str, u16)] = &[
        ("", 400),
        ("phone=79991112233", 400),
        ("null", 400),
        ("\"79991112233\"", 400),
        ("[\"79991112233\"]", 400),
        ("{\"phone\":\"79991112233\"", 400),
        ("{\"phone\":\"79991112233\"}{}", 400),
        ("\u{feff}{\"phone\":\"79991112233\"}", 400),
        (&deep, 400),
        (&large, 413),
        ("{}", 400),
        (r#"{"firstName":"Anna"}"#, 400),
        (r#"{"phone":79991112233}"#, 400),
        (r#"{"phone":null}"#, 400),
        (r#"{"phone":""}"#, 400),
        (r#"{"phone":"89991112233"}"#, 400),
        (r#"{"phone":"+79991112233"}"#, 400),
        (r#"{"phone":"7999111223"}"#, 400),
        (r#"{"phone":"799911122334"}"#, 400),
        (r#"{"phone":"7999111223a"}"#, 400),
        (r#"{"phone":"7999111223٣"}"#, 400),
        (r#"{"phone":"79991112233","phone":"79991112233"}"#, 400),
        (r#"{"phone":"79991112233","firstName":""}"#, 400),
        (r#"{"phone":"79991112233","lastName":"  "}"#, 400),
        (r#"{"phone":"79991112233","lastName":null}"#, 400),
        (r#"{"phone":"79991112233","birthday":""}"#, 400),
        (r#"{"phone":"79991112233","birthday":"1990-02-30"}"#, 400),
        (r#"{"phone":"79991112233","birthday":"24.01.1990"}"#, 400),
        (r#"{"phone":"79991112233","birthday":"1990-1-24"}"#, 400),
        (r#"{"phone":"79991112233","birthday":"1990-01-24T00:00:00"}"#, 400),
        (r#"{"phone":"79991112233","birthday":"1990-01-24 "}"#, 400),
        (r#"{"phone":"79991112233","first_name":"Anna"}"#, 400),
        (r#"{"phone":"79991112233","consent":true}"#, 400),
    ];
    for (body, expected) in cases {
        let response = send(signup(&station, body)).await;
        let shown: String = body.chars().take(60).collect();
        let status = response.status().as_u16();
        assert_eq!(status, *expected, "{shown}");
        let answer = json(response).await;
        assert!(is_shape_a(&answer, status), "{shown}: {answer}");
    }
    assert_eq!(sandbox.customers().len(), seeds::ALL.len(), "nobody was registered");
    assert!(sandbox.ledger().iter().all(|entry| entry.breach.is_some()));
}

#[tokio::test]
async fn each_wrong_query_is_refused() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let long = format!("?pass={}", "p".repeat(65));
    let queries = [
        "",
        "?",
        "?phone",
        "?phone=",
        "?pass=",
        "?phone=7916779532",
        "?phone=89167795322",
        "?phone=%2B79167795322",
        "?phone=79167795322&pass=1",
        "?phone=79167795322&phone=79167795322",
        "?phone=79167795322&x=1",
        "?Phone=79167795322",
        "?pass=a%00b",
        &long,
    ];
    for query in queries {
        for method in [Method::GET, Method::POST] {
            let request = request(&station, method.clone(), &format!("{STATS}{query}"));
            let response = send(request.header("Content-Type", "application/json")).await;
            assert_eq!(response.status(), 400, "{method} {query}");
            let body = json(response).await;
            assert!(is_shape_b(&body), "{method} {query}: {body}");
            assert_ne!(body["code"], 9, "a bad query is not an unknown customer: {query}");
        }
    }
}

#[tokio::test]
async fn wrong_types_methods_and_places_have_their_own_status() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let body = r#"{"phone":"79991112233"}"#;
    let with_type = |value: &str| request(&station, Method::POST, SIGNUPS).header("Content-Type", value).body(body);
    assert_eq!(status(with_type("text/plain")).await, 415);
    assert_eq!(status(with_type("application/x-www-form-urlencoded")).await, 415);
    assert_eq!(status(request(&station, Method::POST, SIGNUPS).body(body)).await, 415);
    let query = format!("{STATS}?phone={}", seeds::REGULAR.phone);
    assert_eq!(status(request(&station, Method::POST, &query)).await, 415);
    assert_eq!(status(stats_of(&station, seeds::REGULAR.phone).body("{}")).await, 400);
    assert_eq!(status(signup(&station, body).query(&[("a", "b")])).await, 400);

    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD] {
        let response = send(request(&station, method.clone(), SIGNUPS)).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "POST");
    }
    for method in [Method::PUT, Method::DELETE, Method::HEAD] {
        let response = send(request(&station, method.clone(), &query)).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "GET, POST");
    }
    for path in ["/", "/customer-signups/", "/customer-profile", "/api/customer-signups", "/_sandbox"] {
        let response = send(request(&station, Method::POST, path)).await;
        assert_eq!(response.status(), 404, "{path}");
        assert!(is_shape_a(&json(response).await, 404), "{path}");
    }
    assert_eq!(sandbox.customers().len(), seeds::ALL.len(), "nobody was registered");
}

#[tokio::test]
async fn a_signup_makes_a_customer_who_can_be_found() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let body = json!({"phone": "79991112233", "firstName": "Анна", "lastName": "Ким", "birthday": "1992-02-29"});
    let response = send(signup(&station, &body.to_string())).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.bytes().await.expect("an end").len(), 0);

    let customers = sandbox.customers();
    let anna = customers.iter().find(|customer| customer.phone == "79991112233");
    let anna = anna.expect("she is a customer");
    assert_eq!(anna.first_name.as_deref(), Some("Анна"));
    assert_eq!(anna.last_name.as_deref(), Some("Ким"));
    assert_eq!(anna.birthday.as_deref(), Some("1992-02-29"));
    let pass = anna.pass.clone().expect("a signup gives out a pass");
    let found = send(request(&station, Method::GET, STATS).query(&[("pass", pass)])).await;
    assert_eq!(json(found).await, json!({"points": 0}));
}

#[tokio::test]
async fn each_seeded_customer_is_found_by_get_and_post_by_phone_and_pass() {
    let sandbox = sandbox().await;
    let station: SandboxStation = sandbox.station();
    for seed in seeds::ALL {
        let keys = [("phone", Some(seed.phone)), ("pass", seed.pass)];
        for (key, value) in keys {
            let Some(value) = value else { continue };
            for method in [Method::GET, Method::POST] {
                let request = request(&station, method, STATS)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .query(&[(key, value)]);
                let response = send(request).await;
                assert_eq!(response.status(), 200, "{key} of {seed:?}");
                assert_eq!(json(response).await, json!({"points": seed.points}));
            }
        }
    }
    assert!(sandbox.ledger().iter().all(|entry| entry.breach.is_none()));
}

#[tokio::test]
async fn the_unknown_and_the_blacklisted_get_the_words_of_the_pages() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let response = send(stats_of(&station, seeds::NOT_ASSIGNED)).await;
    assert_eq!(response.status(), 400);
    let body = json(response).await;
    assert!(is_shape_b(&body), "{body}");
    assert_eq!(body["code"], 9);
    assert_eq!(body["description"], "Customer[70000000000] not found");

    let response = send(signup_of(&station, seeds::BLACKLISTED_PHONE)).await;
    assert_eq!(response.status(), 400);
    let body = json(response).await;
    assert!(is_shape_a(&body, 400), "{body}");
    assert_eq!(body["error"], "Bad Request");
    assert_eq!(body["message"], "Customer phone number is blocked by blacklist");

    let response = send(stats_of(&station, seeds::BLACKLISTED_PHONE)).await;
    assert_eq!(response.status(), 400);
    let body = json(response).await;
    assert!(is_shape_b(&body), "{body}");
    assert_ne!(body["code"], 9);
    assert!(sandbox.ledger().iter().all(|entry| entry.breach.is_none()), "none of this is the client's mistake");
}
