//! `check`: the connection test, step by step.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use crate::station::{Server, StationHome, finish, program};
use crate::{PHONE, assert_silent, run_both_ways};

fn passed(step: &str) -> Value {
    json!({ "step": step, "ok": true, "reason": null })
}

fn stopped(step: &str, reason: &str) -> Value {
    json!({ "step": step, "ok": false, "reason": reason })
}

/// What `check` says where it stops with `reason`, after the steps that passed.
fn report(outcome: &str, steps: &[&str], stop: Option<(&str, &str)>) -> Value {
    let mut list: Vec<_> = steps.iter().map(|step| passed(step)).collect();
    let mut report = json!({ "outcome": outcome, "protection": "key_file" });
    if let Some((step, reason)) = stop {
        list.push(stopped(step, reason));
        report["reason"] = reason.into();
    }
    report["steps"] = list.into();
    report
}

#[test]
fn every_step_passes_with_a_number_that_nobody_has_and_with_a_member() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let all = report("ok", &["settings", "connect", "address", "credentials", "answer"], None);
    let silent = run_both_ways(&home, &["check"], "");
    silent.assert(0, &all);
    assert_silent(&silent, &[server.token()]);
    run_both_ways(&home, &["check", "--phone", PHONE], "").assert(0, &all);
    run_both_ways(&home, &["check", "--phone", "79167795322"], "").assert(0, &all);
    let line = |phone: &str| format!("GET /customer-loyalty-stats phone={phone}");
    let expected = [line("70000000000"), line(PHONE), line("79167795322")];
    let twice: Vec<_> = expected.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
    assert_eq!(server.requests(), twice);
}

#[test]
fn a_step_that_fails_is_the_last_one() {
    let mut server = Server::start();
    let home = StationHome::provisioned(&server);
    let status = |code: u16| json!({ "status": { "code": code } });
    let before_answer = ["settings", "connect", "address", "credentials"];
    let cases = [
        (status(404), 23, "unavailable", 2, "address", "wrong_address"),
        (status(405), 23, "unavailable", 2, "address", "method_not_allowed"),
        (status(302), 23, "unavailable", 2, "address", "redirected"),
        (status(401), 22, "credentials_refused", 3, "credentials", "token_rejected"),
        (status(403), 22, "credentials_refused", 3, "credentials", "not_permitted"),
        (status(400), 21, "refused", 4, "answer", "rejected"),
        (status(500), 23, "unavailable", 4, "answer", "server_error"),
        (json!("garbage"), 23, "unavailable", 4, "answer", "unusable_answer"),
        (json!("cut_before"), 23, "unavailable", 4, "answer", "interrupted"),
    ];
    for (fault, code, outcome, passed, step, reason) in cases {
        server.set_faults(&json!({ "stats": { "fault": fault } }));
        let expected = report(outcome, &before_answer[..passed], Some((step, reason)));
        run_both_ways(&home, &["check"], "").assert(code, &expected);
    }
    server.stop();
    let expected = report("unavailable", &["settings"], Some(("connect", "no_connection")));
    run_both_ways(&home, &["check"], "").assert(23, &expected);
}

#[test]
fn a_server_without_tls_fails_at_the_secure_step() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("https://{}", listener.local_addr().expect("an address"));
    let answering = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let length = stream.read(&mut [0; 4096]).expect("a hello");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("bytes go out");
        length
    });
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "base_url": address })));
    let ended = home.run(&["check", "--json"]);
    assert_eq!(ended.code, 23);
    let json = ended.json();
    let last = json["steps"].as_array().expect("a list").last().expect("a step").clone();
    assert_eq!(last["step"], "secure");
    // A machine without certificates does not get as far as the handshake.
    assert!(["not_secure", "no_ca_certificates"].contains(&last["reason"].as_str().expect("a reason")), "{json}");
    if last["reason"] == "not_secure" {
        assert!(answering.join().expect("a hello came") > 0);
    }
}

#[test]
fn a_station_that_is_not_set_up_fails_at_the_settings() {
    let home = StationHome::new();
    let expected = report("not_configured", &[], Some(("settings", "not_configured")));
    run_both_ways(&home, &["check"], "").assert(24, &expected);
}

#[test]
fn a_key_inside_the_data_folder_is_reported() {
    let server = Server::start();
    let home = StationHome::new();
    let keys = home.data().join("inside");
    let with_keys = |args: &[&str], input: &str| {
        let mut command = program();
        command.arg("--data-dir").arg(home.data()).arg("--key-dir").arg(&keys).args(["--lang", "en"]).args(args);
        finish(&mut command, input.as_bytes())
    };
    assert_eq!(with_keys(&["provision", "-", "--json"], &server.profile().to_string()).code, 0);
    let ended = with_keys(&["check", "--json"], "");
    assert_eq!(ended.json()["protection"], "key_file_in_data_dir", "{ended:?}");
    assert!(with_keys(&["check"], "").stdout.contains("a copied folder can be read"));
}
