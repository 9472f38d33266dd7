//! The ledger says exactly what came, and the control routes need the token.

use std::io::Write;

use reqwest::Method;
use serde_json::json;
use swip_kiosk::services::sandbox::{Customer, Fault, Faults, LedgerAnswer, Plan, seeds};

use crate::{STATS, connect, json, request, sandbox, send, signup, status};

#[tokio::test]
async fn the_ledger_records_exactly_what_was_sent() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let body = r#"{"phone":"79991112233","firstName":"Анна"}"#;
    assert_eq!(status(signup(&station, body)).await, 204);
    let pass = seeds::LARGE.pass.expect("this one has a pass");
    assert_eq!(status(request(&station, Method::GET, STATS).query(&[("pass", pass)])).await, 200);
    let stranger = request(&station, Method::DELETE, "/nowhere").header("Authorization", "Bearer other");
    assert_eq!(status(stranger).await, 404);

    let entries = sandbox.ledger();
    assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3]);
    let [first, second, third] = &entries[..] else {
        panic!("three requests: {entries:?}");
    };
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/customer-signups"));
    assert_eq!(first.body, body);
    assert!(first.query.is_empty());
    assert!(first.authorized && first.accounts_created && !first.faulted);
    assert_eq!(first.answer, LedgerAnswer::Status(204));
    let sorted = {
        let mut headers = first.headers.clone();
        headers.sort();
        headers
    };
    let expected = [
        ("api-version", "3"),
        ("content-type", "application/json"),
        ("x-cash-id", "0001"),
        ("x-merchant-id", "DEMO"),
        ("x-store-id", "Demo store"),
    ];
    assert_eq!(sorted, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(first.header_names.contains(&"authorization".to_owned()));
    assert!(first.header_names.contains(&"content-length".to_owned()));
    assert_eq!(first.header("x-cash-id"), Some("0001"));

    assert_eq!(second.query, [("pass".to_owned(), pass.to_owned())], "decoded");
    assert!(second.body.is_empty() && second.breach.is_none() && !second.accounts_created);
    assert_eq!(third.method, "DELETE");
    assert!(!third.authorized, "two tokens are none");
    assert_eq!(third.status(), Some(404));
    assert_eq!(third.breach.as_deref(), Some("No such resource"));
}

#[tokio::test]
async fn the_ledger_tells_cut_from_broken_from_answered() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    for fault in [Fault::CutBefore, Fault::CutMidBody, Fault::Garbage] {
        sandbox.set_faults(Faults::on_stats(Plan::once(fault)));
        let request = request(&station, Method::GET, STATS).query(&[("phone", seeds::ZERO.phone)]);
        let _ = request.send().await;
    }
    let answers: Vec<LedgerAnswer> = sandbox.ledger().iter().map(|entry| entry.answer).collect();
    assert_eq!(answers, [LedgerAnswer::Cut, LedgerAnswer::Broken(200), LedgerAnswer::Status(200)]);
}

#[tokio::test]
async fn half_a_request_is_seen_and_registers_nobody() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let whole = crate::raw_request(&station, "POST /customer-signups", r#"{"phone":"79991112233"}"#);
    let mut stream = connect(&station);
    stream.write_all(&whole.as_bytes()[..whole.len() - 5]).expect("bytes go out");
    drop(stream);
    crate::until("the request is seen", || !sandbox.ledger().is_empty()).await;
    // A later request is answered, so the half one has had its turn.
    assert_eq!(status(signup(&station, r#"{"phone":"79991112244"}"#)).await, 204);
    assert!(sandbox.customers().iter().all(|customer| customer.phone != "79991112233"));
    assert!(!sandbox.ledger()[0].accounts_created);
}

#[tokio::test]
async fn the_control_routes_show_and_change_the_world_without_a_record() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    sandbox.add_customer(Customer::new("79991112233", 7).with_pass("P-7"));

    let faults = json!({
        "signup": {"fault": {"status": {"code": 429, "shape": "a", "retry_after": "30"}}, "requests": 2},
        "stats": {"fault": "cut_after", "delay_ms": 5},
        "second_signup": "conflict_409",
        "unknown_is_zero": true,
    });
    let put = request(&station, Method::PUT, "/_sandbox/faults").body(faults.to_string());
    assert_eq!(status(put).await, 200);
    let plan = sandbox.faults();
    assert_eq!(plan.signup.requests, Some(2));
    assert_eq!(plan.stats.fault, Some(Fault::CutAfter));
    assert_eq!(plan.stats.delay_ms, 5);
    let shown = json(send(request(&station, Method::GET, "/_sandbox/faults")).await).await;
    assert_eq!(shown, json!(plan));

    let customers = json(send(request(&station, Method::GET, "/_sandbox/customers")).await).await;
    let added = customers.as_array().expect("a list").iter().find(|one| one["phone"] == "79991112233");
    assert_eq!(added.expect("the added one")["pass"], "P-7");

    assert!(sandbox.ledger().is_empty(), "control requests leave no record");
    assert_eq!(status(signup(&station, "{}")).await, 429);
    let ledger = json(send(request(&station, Method::GET, "/_sandbox/ledger")).await).await;
    assert_eq!(ledger.as_array().map(Vec::len), Some(1));
    assert_eq!(ledger[0]["answer"], json!({"status": 429}));
    assert!(!ledger.to_string().contains(&station.token));
}

#[tokio::test]
async fn wrong_faults_are_refused_and_change_nothing() {
    let sandbox = sandbox().await;
    let station = sandbox.station();
    let before = Faults::on_stats(Plan::always(Fault::Garbage));
    sandbox.set_faults(before.clone());
    let cases = [
        "",
        "[]",
        r#"{"signup":[]}"#,
        r#"{"signup":{"fault":{"status":[500,null,null,true]}}}"#,
        r#"{"sign_up":{}}"#,
        r#"{"signup":{"fault":"explode"}}"#,
        r#"{"signup":{"fault":{"status":{"code":99}}}}"#,
        r#"{"signup":{"fault":{"status":{"code":100}}}}"#,
        r#"{"signup":{"fault":{"status":{"code":500,"colour":"red"}}}}"#,
        r#"{"signup":{"requests":-1}}"#,
    ];
    for body in cases {
        let put = request(&station, Method::PUT, "/_sandbox/faults").body(body);
        assert_eq!(status(put).await, 400, "{body}");
    }
    assert_eq!(sandbox.faults(), before);
}

#[tokio::test]
async fn the_control_routes_need_the_token() {
    let sandbox = sandbox().await;
    let base_url = sandbox.station().base_url;
    let all = [(Method::GET, "ledger"), (Method::GET, "customers"), (Method::GET, "faults"), (Method::PUT, "faults")];
    for (method, name) in all {
        let url = format!("{base_url}/_sandbox/{name}");
        let bare = crate::client().request(method.clone(), &url).body("{}");
        assert_eq!(status(bare).await, 401, "{method} {name}");
        let wrong = crate::client().request(method, &url).bearer_auth("other").body("{}");
        assert_eq!(status(wrong).await, 401);
    }
}
