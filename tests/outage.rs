//! What goes wrong between the station and SWiP: every signup is there in the end, made once, and never sent again.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "waits that SWiP asks for are real")]

#[path = "support/station.rs"]
mod station;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use station::{Ended, Server, StationHome};

fn signup(home: &StationHome, phone: &str) -> Ended {
    home.run(&["signup", "--phone", phone, "--first-name", "Анна", "--json"])
}

fn deliver(home: &StationHome, seconds: u32) -> i32 {
    let seconds = seconds.to_string();
    home.run(&["queue", "deliver", "--until-empty", "--deadline", &seconds, "--json"]).code
}

fn entries(home: &StationHome) -> Vec<(String, Value)> {
    let ended = home.run(&["queue", "list", "--json"]);
    let list = ended.json()["entries"].as_array().expect("a list").clone();
    list.iter().map(|entry| (entry["state"].as_str().expect("a state").to_owned(), entry["reason"].clone())).collect()
}

fn posts(server: &Server) -> Vec<Value> {
    server.ledger().into_iter().filter(|entry| entry["path"] == "/customer-signups").collect()
}

/// How many accounts the server made for a phone.
fn made(server: &Server, phone: &str) -> usize {
    let is_of = |post: &&Value| post["body"].as_str().is_some_and(|body| body.contains(phone));
    posts(server).iter().filter(is_of).filter(|post| post["accounts_created"] == true).count()
}

fn on_signup(fault: &Value) -> Value {
    json!({ "signup": { "fault": fault } })
}

fn status(code: u16) -> Value {
    json!({ "status": { "code": code } })
}

/// A state, and the reason of it.
fn stands(state: &str, reason: impl Into<Value>) -> (String, Value) {
    (state.to_owned(), reason.into())
}

/// Ends the fault, delivers, and asserts that the account was made once and is never sent again.
fn assert_delivered_once(server: &Server, home: &StationHome, phone: &str, fault: &Value) {
    server.set_faults(&json!({}));
    // Who knows that it is over need not wait for the next try.
    assert_eq!(home.run(&["queue", "retry", "--json"]).code, 0);
    assert_eq!(deliver(home, 30), 0, "{fault}");
    assert_eq!(made(server, phone), 1, "{fault}");
    let before = posts(server).len();
    assert_eq!(deliver(home, 30), 0);
    assert_eq!(posts(server).len(), before, "nothing is sent once it was delivered: {fault}");
    assert_eq!(entries(home), []);
}

#[test]
fn a_delivery_until_the_queue_is_empty_ends_by_itself() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let deliver = || home.run(&["queue", "deliver", "--until-empty", "--json"]).code;
    assert_eq!(deliver(), 0, "there is nothing to do");
    server.set_faults(&on_signup(&json!("cut_before")));
    assert_eq!(signup(&home, "79161234567").code, 10);
    server.set_faults(&json!({}));
    assert_eq!(deliver(), 0, "one is sent");
    assert_eq!(made(&server, "79161234567"), 1);
    // What waits for another station cannot be sent, and is not waited for.
    server.set_faults(&on_signup(&json!("cut_before")));
    assert_eq!(signup(&home, "79161234568").code, 10);
    home.provision(&server.profile_with(&json!({ "merchant_id": "ELSE" })));
    assert_eq!(deliver(), 10, "one rests");
}

#[test]
fn every_fault_ends_with_one_account() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let unknown = || stands("unknown", Value::Null);
    let held = |reason: &str| stands("held", reason);
    let processed = json!({ "status": { "code": 500, "processed": true } });
    let redirect = json!({ "redirect": { "status": 307, "location": "http://127.0.0.1:1/" } });
    let no_http = json!({ "raw_wire": { "text": "no HTTP at all\r\n\r\n" } });
    let html = json!({ "status": { "code": 502, "shape": "html" } });
    let cases = [
        (json!("cut_before"), unknown()),
        (json!("cut_after"), unknown()),
        // Of a 204 that is the status line: no answer before it is whole.
        (json!("cut_mid_body"), unknown()),
        (json!("garbage"), unknown()),
        (json!("endless_body"), unknown()),
        (json!("captive_portal"), unknown()),
        (no_http, unknown()),
        (status(500), unknown()),
        (processed, unknown()),
        (html, unknown()),
        (status(503), unknown()),
        (status(504), unknown()),
        (status(408), unknown()),
        (status(425), unknown()),
        (status(201), unknown()),
        (status(429), stands("pending", Value::Null)),
        (redirect, held("address")),
        (status(511), held("address")),
        (status(404), held("address")),
        (status(405), held("address")),
        (status(410), held("address")),
        (status(501), held("address")),
        (status(401), held("credentials")),
        (status(403), held("credentials")),
    ];
    for (number, (fault, expected)) in cases.iter().enumerate() {
        let phone = format!("7916{number:07}");
        server.set_faults(&on_signup(fault));
        let ended = signup(&home, &phone);
        ended.assert(10, &json!({ "outcome": "saved" }));
        assert_eq!(entries(&home), std::slice::from_ref(expected), "{fault}");
        assert_delivered_once(&server, &home, &phone, fault);
    }
    for entry in server.ledger() {
        assert_eq!(entry["breach"], Value::Null, "{entry}");
    }
}

#[test]
fn a_204_is_a_204_whatever_comes_with_it() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&on_signup(&json!("ok204_with_body")));
    signup(&home, "79160000001").assert(0, &json!({ "outcome": "registered" }));
    assert_delivered_once(&server, &home, "79160000001", &json!("ok204_with_body"));
}

/// The customer waits for the program's deadline, and no longer.
fn comes_too_late(fault: &Value) {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": fault }));
    let started = Instant::now();
    signup(&home, "79160000000").assert(10, &json!({ "outcome": "saved" }));
    assert!(started.elapsed() < Duration::from_secs(12), "the customer waited {:?}", started.elapsed());
    assert_delivered_once(&server, &home, "79160000000", fault);
}

#[test]
fn an_answer_that_comes_too_late_leads_to_one_account() {
    comes_too_late(&json!({ "delay_ms": 600_000 }));
}

#[test]
fn an_answer_that_comes_drop_by_drop_leads_to_one_account() {
    comes_too_late(&json!({ "fault": { "drip_head": { "interval_ms": 2_000 } } }));
}

#[test]
fn signups_taken_while_the_server_is_down_arrive_once_it_is_back() {
    let mut server = Server::start();
    let home = StationHome::provisioned(&server);
    let port = server.port().to_owned();
    server.stop();
    let phones: Vec<_> = (0..4).map(|number| format!("7916{number:07}")).collect();
    for phone in &phones {
        signup(&home, phone).assert(10, &json!({ "outcome": "saved" }));
    }
    assert_eq!(deliver(&home, 1), 10);
    let waits = stands("pending", Value::Null);
    assert!(entries(&home).contains(&waits), "{:?}", entries(&home));

    // Back, at the same address but with another token, which is a new set-up.
    let back = Server::start_at(&port);
    home.provision(back.profile());
    assert_eq!(deliver(&home, 30), 0);
    for phone in &phones {
        assert_eq!(made(&back, phone), 1);
    }
    assert_eq!(posts(&back).len(), phones.len());
}

#[test]
fn a_station_that_is_turned_away_keeps_its_queue_and_blames_no_entry() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    for code in [401, 403] {
        server.set_faults(&on_signup(&status(code)));
        let phones: Vec<_> = (0..5).map(|number| format!("7916{code}{number:04}")).collect();
        for phone in &phones {
            assert_eq!(signup(&home, phone).code, 10);
        }
        let before = posts(&server).len();
        assert_eq!(deliver(&home, 2), 10);
        assert_eq!(posts(&server).len(), before, "none is tried for a quarter of an hour, by no other process either");
        assert!(entries(&home).iter().all(|(state, _)| state != "attention"), "{:?}", entries(&home));
        assert_eq!(entries(&home).len(), phones.len());

        server.set_faults(&json!({}));
        home.provision(server.profile());
        assert_eq!(deliver(&home, 30), 0);
        for phone in &phones {
            assert_eq!(made(&server, phone), 1);
        }
    }
}

#[test]
fn nothing_is_sent_before_the_time_that_swip_asked_for() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&on_signup(&json!("cut_before")));
    let phones: Vec<_> = (0..3).map(|number| format!("7916{number:07}")).collect();
    for phone in &phones {
        assert_eq!(signup(&home, phone).code, 10);
    }
    let before = posts(&server).len();
    let busy = json!({ "status": { "code": 429, "retry_after": "5" } });
    server.set_faults(&json!({ "signup": { "fault": busy, "requests": 1 } }));
    assert_eq!(deliver(&home, 4), 10);
    assert_eq!(posts(&server).len(), before + 1, "the whole queue waits");

    server.set_faults(&json!({ "signup": { "fault": busy, "requests": 1 } }));
    let started = Instant::now();
    assert_eq!(deliver(&home, 60), 0);
    assert!(started.elapsed() >= Duration::from_secs(5), "sent after {:?}", started.elapsed());
    for phone in &phones {
        assert_eq!(made(&server, phone), 1);
    }
}

#[test]
fn what_swip_refuses_in_the_background_is_for_the_manager() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let cases = [
        (status(400), "rejected"),
        (status(422), "against_rules"),
        (status(409), "against_rules"),
        (status(413), "unacceptable"),
        (json!({ "status": { "code": 422, "shape": "b" } }), "against_rules"),
    ];
    for (number, (fault, reason)) in cases.iter().enumerate() {
        let phone = format!("7916{number:07}");
        server.set_faults(&on_signup(&json!("cut_before")));
        assert_eq!(signup(&home, &phone).code, 10);
        server.set_faults(&on_signup(fault));
        assert_eq!(deliver(&home, 20), 0, "{fault}");
        assert_eq!(entries(&home), [stands("attention", *reason)], "{fault}");
        let before = posts(&server).len();
        assert_eq!(deliver(&home, 20), 0);
        assert_eq!(posts(&server).len(), before, "it waits for the manager");
        // Who looks at it and sends it once more.
        assert_delivered_once(&server, &home, &phone, fault);
    }
}
