//! Each planned fault, as a client meets it.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use swip_kiosk::services::sandbox::{ErrorShape, Fault, Faults, Plan, Sandbox, SecondSignup, seeds};

use crate::{STATS, exchange, json, raw_request, request, sandbox, send, signup, signup_of, stats_of, status};

const NEW_PHONE: &str = "79991112233";

async fn with(faults: Faults) -> Sandbox {
    let sandbox = sandbox().await;
    sandbox.set_faults(faults);
    sandbox
}

async fn with_stats(fault: Fault) -> Sandbox {
    with(Faults::on_stats(Plan::always(fault))).await
}

/// What a lookup of the first seed puts on the wire, at most `limit` bytes of it.
async fn stats_on_the_wire(sandbox: &Sandbox, limit: u64) -> String {
    let station = sandbox.station();
    let line = format!("GET {STATS}?phone={}", seeds::REGULAR.phone);
    let bytes = exchange(&station, raw_request(&station, &line, ""), limit).await;
    String::from_utf8(bytes).expect("text")
}

async fn signup_on_the_wire(sandbox: &Sandbox) -> String {
    let station = sandbox.station();
    let body = format!("{{\"phone\":\"{NEW_PHONE}\"}}");
    let request = raw_request(&station, "POST /customer-signups", &body);
    String::from_utf8(exchange(&station, request, 64 * 1024).await).expect("text")
}

fn has(sandbox: &Sandbox, phone: &str) -> bool {
    sandbox.customers().iter().any(|customer| customer.phone == phone)
}

#[tokio::test]
async fn a_plan_for_one_customer_leaves_the_others_alone_and_is_counted_for_him() {
    let plan = Plan::times(1, Fault::status(403));
    let stats = plan.clone().only_for(seeds::REGULAR.phone);
    let sandbox = with(Faults { signup: plan.only_for(NEW_PHONE), stats, ..Faults::default() }).await;
    let station = sandbox.station();
    for (phone, signed_up, looked_up) in
        [("79991112244", 204, 200), (NEW_PHONE, 403, 400), (seeds::REGULAR.phone, 204, 403), (NEW_PHONE, 204, 200)]
    {
        assert_eq!(send(signup_of(&station, phone)).await.status(), signed_up, "{phone}");
        assert_eq!(send(stats_of(&station, phone)).await.status(), looked_up, "{phone}");
    }
}

#[tokio::test]
async fn every_status_can_be_planned_in_every_shape() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    for code in [401, 403, 404, 405, 408, 409, 410, 415, 422, 429, 500, 501, 502, 503, 504, 511] {
        let plan = Plan::always(Fault::status(code));
        sandbox.set_faults(Faults { signup: plan.clone(), stats: plan, ..Faults::default() });
        let response = send(signup_of(&station, NEW_PHONE)).await;
        assert_eq!(response.status(), code);
        assert_eq!(json(response).await["status"], code, "shape A");
        let response = send(stats_of(&station, NEW_PHONE)).await;
        assert_eq!(response.status(), code);
        assert_eq!(json(response).await["@type"], "ApiError", "shape B");
    }
    assert!(!has(&sandbox, NEW_PHONE));

    for shape in [ErrorShape::A, ErrorShape::B, ErrorShape::Html, ErrorShape::Empty] {
        let fault = Fault::Status { code: 500, shape: Some(shape), retry_after: None, processed: false };
        sandbox.set_faults(Faults::on_stats(Plan::always(fault)));
        let text = send(stats_of(&station, NEW_PHONE)).await.text().await.expect("a body");
        let value: Option<Value> = serde_json::from_str(&text).ok();
        match shape {
            ErrorShape::A => assert!(value.is_some_and(|body| body["status"] == 500)),
            ErrorShape::B => assert!(value.is_some_and(|body| body["@type"] == "ApiError")),
            ErrorShape::Html => assert!(text.starts_with("<!DOCTYPE html>")),
            ErrorShape::Empty => assert!(text.is_empty()),
        }
    }
}

#[tokio::test]
async fn a_status_can_hide_that_the_request_was_processed() {
    let fault = Fault::Status { code: 500, shape: Some(ErrorShape::Html), retry_after: None, processed: true };
    let sandbox = with(Faults::on_signup(Plan::once(fault))).await;
    assert_eq!(status(signup_of(&sandbox.station(), NEW_PHONE)).await, 500);
    assert!(has(&sandbox, NEW_PHONE));
}

#[tokio::test]
async fn retry_after_is_sent_as_it_is() {
    let sandbox = sandbox().await;
    for value in ["30", "-1", "1000000000", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"] {
        sandbox.set_faults(Faults::on_signup(Plan::once(Fault::too_many_requests(value))));
        let response = send(signup_of(&sandbox.station(), NEW_PHONE)).await;
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], value);
    }
}

#[tokio::test]
async fn a_cut_before_leaves_no_customer_and_a_cut_after_leaves_one() {
    let sandbox = with(Faults::on_signup(Plan::once(Fault::CutBefore))).await;
    let station = sandbox.station();
    assert!(signup_of(&station, NEW_PHONE).send().await.is_err());
    assert!(!has(&sandbox, NEW_PHONE));

    sandbox.set_faults(Faults::on_signup(Plan::once(Fault::CutAfter)));
    assert_eq!(signup_on_the_wire(&sandbox).await, "", "not one byte of an answer");
    assert!(has(&sandbox, NEW_PHONE));
    let created: Vec<bool> = sandbox.ledger().iter().map(|entry| entry.accounts_created).collect();
    assert_eq!(created, [false, true]);
}

#[tokio::test]
async fn a_cut_in_the_middle_ends_inside_the_body_or_the_head() {
    let plan = Plan::always(Fault::CutMidBody);
    let sandbox = with(Faults { signup: plan.clone(), stats: plan, ..Faults::default() }).await;
    let answer = stats_on_the_wire(&sandbox, 64 * 1024).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: 16\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"points"), "{answer}");
    assert_eq!(signup_on_the_wire(&sandbox).await, "HTTP/1.1 204 No Content\r\n");
    assert!(signup_of(&sandbox.station(), "79991112244").send().await.is_err());
    assert!(has(&sandbox, "79991112244"));
}

#[tokio::test]
async fn spoiled_bodies_arrive_spoiled() {
    let cases: [(Fault, &[u8]); 7] = [
        (Fault::Garbage, b"<<<{{{ not JSON \\ \" ]]]"),
        (Fault::InvalidUtf8, b"{\"points\": \"118\xff\xfe06\"}"),
        (Fault::PointsText, b"{\"points\": \"11806\"}"),
        (Fault::PointsFloat, b"{\"points\": 118.06}"),
        (Fault::PointsMissing, b"{}"),
        (Fault::PointsHuge, b"{\"points\": 99999999999999999999}"),
        (Fault::PointsNull, b"{\"points\": null}"),
    ];
    for (fault, expected) in cases {
        let sandbox = with_stats(fault.clone()).await;
        let response = send(stats_of(&sandbox.station(), seeds::REGULAR.phone)).await;
        assert_eq!(response.status(), 200, "{fault:?}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let body = response.bytes().await.expect("a body");
        assert_eq!(&body[..], expected, "{fault:?}");
    }
}

#[tokio::test]
async fn an_endless_body_outlasts_any_limit() {
    let sandbox = with_stats(Fault::EndlessBody).await;
    let limit = 8 * 1024 * 1024;
    let answer = stats_on_the_wire(&sandbox, limit).await;
    assert_eq!(answer.len() as u64, limit);
    assert!(answer.contains("transfer-encoding: chunked"));
    assert!(answer.contains("10\r\n{\"points\":11806}\r\n10000\r\n  "), "good chunks");
}

#[tokio::test]
async fn a_huge_body_has_the_size_that_was_asked_for() {
    let sandbox = with_stats(Fault::HugeBody { mib: 3 }).await;
    let response = send(stats_of(&sandbox.station(), seeds::REGULAR.phone)).await;
    let body = response.bytes().await.expect("a body");
    assert_eq!(body.len(), 3 * 1024 * 1024);
    let value: Value = serde_json::from_slice(&body).expect("JSON and spaces");
    assert_eq!(value, json!({"points": 11806}));
}

#[tokio::test]
async fn a_dripping_answer_comes_byte_by_byte() {
    let sandbox = with_stats(Fault::DripBody { interval_ms: 5 }).await;
    let started = Instant::now();
    let answer = stats_on_the_wire(&sandbox, 160).await;
    let (_, body) = answer.split_once("\r\n\r\n").expect("a whole head");
    assert!(body.starts_with("{\"points"), "{answer}");
    let pauses = u32::try_from(body.len() - 1).expect("a short body");
    assert!(started.elapsed() >= Duration::from_millis(5) * pauses);

    let sandbox = with(Faults::on_signup(Plan::once(Fault::DripHead { interval_ms: 1 }))).await;
    let started = Instant::now();
    assert_eq!(status(signup_of(&sandbox.station(), NEW_PHONE)).await, 204);
    assert!(started.elapsed() >= Duration::from_millis(30));
}

#[tokio::test]
async fn answers_from_somebody_else_take_no_effect() {
    let redirect = Fault::Redirect { status: 307, location: "http://127.0.0.1:1/elsewhere".to_owned() };
    let raw = Fault::Raw { status: 418, content_type: "text/plain".to_owned(), body: "a teapot".to_owned() };
    let cases = [(redirect, 307, ""), (Fault::CaptivePortal, 200, "<!DOCTYPE html>"), (raw, 418, "a teapot")];
    for (fault, expected, begins) in cases {
        let sandbox = with(Faults::on_signup(Plan::once(fault.clone()))).await;
        let response = send(signup_of(&sandbox.station(), NEW_PHONE)).await;
        assert_eq!(response.status(), expected);
        if expected == 307 {
            assert_eq!(response.headers()["location"], "http://127.0.0.1:1/elsewhere");
        }
        assert!(response.text().await.expect("a body").starts_with(begins));
        assert!(!has(&sandbox, NEW_PHONE), "{fault:?}");
    }
}

#[tokio::test]
async fn what_http_forbids_can_still_be_sent() {
    let sandbox = with(Faults::on_signup(Plan::once(Fault::Ok204WithBody))).await;
    let answer = signup_on_the_wire(&sandbox).await;
    assert!(answer.starts_with("HTTP/1.1 204 No Content\r\n"), "{answer}");
    assert!(answer.ends_with("{\"surprise\":true}"), "{answer}");
    assert!(has(&sandbox, NEW_PHONE));

    let text = "HTTP/1.1 20x Nonsense\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n?";
    let fault = Fault::RawWire { text: text.to_owned() };
    sandbox.set_faults(Faults::on_signup(Plan::once(fault)));
    assert_eq!(signup_on_the_wire(&sandbox).await, text);
}

#[tokio::test]
async fn a_client_that_gives_up_on_a_late_answer_is_registered_all_the_same() {
    let sandbox = with(Faults::on_signup(Plan::delayed(600_000))).await;
    let request = signup_of(&sandbox.station(), NEW_PHONE).timeout(Duration::from_millis(300));
    assert!(request.send().await.expect_err("no answer").is_timeout());
    let entries = sandbox.ledger();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].status(), None);
    assert!(entries[0].accounts_created);
    assert!(has(&sandbox, NEW_PHONE));
}

#[tokio::test]
async fn a_delay_delays() {
    let sandbox = with(Faults::on_stats(Plan::delayed(120))).await;
    let started = Instant::now();
    assert_eq!(status(stats_of(&sandbox.station(), seeds::ZERO.phone)).await, 200);
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_counted_fault_ends_and_the_other_endpoint_does_not_count() {
    let sandbox = with(Faults::on_stats(Plan::times(2, Fault::status(503)))).await;
    let station = sandbox.station();
    let stats = || status(stats_of(&station, seeds::REGULAR.phone));
    assert_eq!(stats().await, 503);
    assert_eq!(status(signup_of(&station, NEW_PHONE)).await, 204);
    assert_eq!(sandbox.faults().stats.requests, Some(1));
    assert_eq!(stats().await, 503);
    assert_eq!(sandbox.faults(), Faults::default());
    assert_eq!(stats().await, 200);

    sandbox.set_faults(Faults::on_stats(Plan::times(0, Fault::status(503))));
    assert_eq!(stats().await, 200, "no request means none");
}

#[tokio::test]
async fn a_second_signup_answers_as_switched_and_changes_nothing() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let before = sandbox.customers();
    let body = json!({"phone": seeds::REGULAR.phone, "firstName": "Other"}).to_string();
    let cases = [
        (SecondSignup::NoContent, 204),
        (SecondSignup::BadRequest400, 400),
        (SecondSignup::Conflict409, 409),
        (SecondSignup::Unprocessable422, 422),
    ];
    for (second_signup, expected) in cases {
        sandbox.set_faults(Faults { second_signup, ..Faults::default() });
        assert_eq!(status(signup(&station, &body)).await, expected);
    }
    assert!(sandbox.customers() == before);
    assert!(sandbox.ledger().iter().all(|entry| !entry.accounts_created));
}

#[tokio::test]
async fn the_unknown_can_have_zero_points_and_get_can_be_refused() {
    let sandbox = with(Faults { unknown_is_zero: true, stats_get_405: true, ..Faults::default() }).await;
    let station = sandbox.station();
    let response = send(stats_of(&station, seeds::NOT_ASSIGNED)).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    let post = request(&station, Method::POST, STATS)
        .header("Content-Type", "application/json")
        .query(&[("phone", seeds::NOT_ASSIGNED)]);
    assert_eq!(json(send(post).await).await, json!({"points": 0}));
}

#[tokio::test]
async fn a_fault_does_not_hide_a_breach_from_the_ledger() {
    let sandbox = with(Faults::on_signup(Plan::always(Fault::status(500)))).await;
    assert_eq!(status(signup(&sandbox.station(), "{}")).await, 500);
    let entries = sandbox.ledger();
    assert_eq!(entries[0].breach.as_deref(), Some("Phone number is required for customer creation"));
    assert!(entries[0].faulted);
}
