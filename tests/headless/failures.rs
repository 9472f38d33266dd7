//! Every way in which SWiP and the network fail, and the exit code that scripts see.

use serde_json::{Value, json};

use crate::station::{Ended, Server, StationHome};
use crate::{FIRST_NAME, LAST_NAME, PASS, PHONE, assert_silent, failed, outcome, run_both_ways};

/// Words of SWiP's that must not be repeated.
const SWIPS_WORDS: &str = "Customer[79161234567] said so";

fn status(code: u16) -> Value {
    json!({ "status": { "code": code } })
}

fn raw(status: u16, body: &str) -> Value {
    json!({ "raw": { "status": status, "content_type": "application/json", "body": body } })
}

fn points(home: &StationHome) -> Ended {
    run_both_ways(home, &["points", "--pass", PASS], "")
}

fn signup(home: &StationHome, phone: &str) -> Ended {
    let name = ["--first-name", FIRST_NAME, "--last-name", LAST_NAME];
    run_both_ways(home, &[&["signup", "--phone", phone][..], &name].concat(), "")
}

/// How a signup ends that meets a fault: only a refusal is final, everything else is saved for later.
fn of_signup((fault, code, expected): (Value, i32, Value)) -> (Value, i32, Value) {
    match code {
        21 => (fault, code, expected),
        // A conflict with somebody SWiP does not know is no membership.
        23 if expected["reason"] == "conflict" => (fault, 21, failed("refused", "against_rules")),
        _ => (fault, 10, outcome("saved")),
    }
}

/// Faults of either endpoint, with the exit code, the outcome and the reason.
fn cases() -> Vec<(Value, i32, Value)> {
    let refused = |fault, reason| (fault, 21, failed("refused", reason));
    let credentials = |fault, reason| (fault, 22, failed("credentials_refused", reason));
    let unavailable = |fault, reason| (fault, 23, failed("unavailable", reason));
    let mut cases = vec![
        refused(status(400), "rejected"),
        refused(status(422), "against_rules"),
        refused(status(402), "unacceptable"),
        refused(status(413), "unacceptable"),
        refused(status(499), "unacceptable"),
        credentials(status(401), "token_rejected"),
        credentials(status(403), "not_permitted"),
        unavailable(status(404), "wrong_address"),
        unavailable(status(405), "method_not_allowed"),
        unavailable(status(408), "undecided"),
        unavailable(status(409), "conflict"),
        unavailable(status(429), "busy"),
        unavailable(json!({ "status": { "code": 429, "retry_after": "soon" } }), "busy"),
        unavailable(status(500), "server_error"),
        unavailable(status(503), "server_error"),
        unavailable(json!({ "status": { "code": 503, "retry_after": "30" } }), "busy"),
        unavailable(json!({ "redirect": { "status": 307, "location": "http://127.0.0.1:1/" } }), "redirected"),
        unavailable(json!("captive_portal"), "unusable_answer"),
        unavailable(json!("garbage"), "unusable_answer"),
        unavailable(status(999), "unusable_answer"),
        unavailable(raw(202, "{\"points\":1}"), "unusable_answer"),
        unavailable(json!("cut_before"), "interrupted"),
        unavailable(json!({ "raw_wire": { "text": "no HTTP at all\r\n\r\n" } }), "interrupted"),
    ];
    for (code, expected) in [(400, "rejected"), (422, "against_rules")] {
        let body = json!({ "code": 777, "description": SWIPS_WORDS, "message": SWIPS_WORDS });
        cases.push(refused(raw(code, &body.to_string()), expected));
    }
    cases
}

#[test]
fn every_failure_of_a_lookup_has_its_exit_code_and_reason() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let mut cases = cases();
    for fault in ["points_float", "points_missing", "points_null", "points_huge"] {
        cases.push((json!(fault), 23, failed("unavailable", "unusable_answer")));
    }
    for (fault, code, expected) in &cases {
        server.set_faults(&json!({ "stats": { "fault": fault } }));
        let ended = points(&home);
        ended.assert(*code, expected);
        assert_silent(&ended, &[SWIPS_WORDS, "said so", server.token()]);
    }
    assert_eq!(server.requests().len(), 2 * cases.len(), "nothing is ever sent twice by itself");
}

#[test]
fn every_failure_of_a_signup_has_its_exit_code_and_reason() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    // Where SWiP asks to wait, the next signup is only stored.
    let cases = cases().into_iter().filter(|(fault, ..)| fault["status"]["retry_after"] != "30");
    let cases: Vec<_> = cases.map(of_signup).collect();
    for (number, (fault, code, expected)) in cases.iter().enumerate() {
        server.set_faults(&json!({ "signup": { "fault": fault } }));
        let phone = format!("7916555{number:04}");
        let ended = signup(&home, &phone);
        ended.assert(*code, expected);
        assert_silent(&ended, &[SWIPS_WORDS, "said so", server.token(), &phone]);
    }
    let requests = server.requests();
    let posts = requests.iter().filter(|request| request.starts_with("POST")).count();
    assert_eq!(posts, 2 * cases.len(), "nothing is ever sent twice by itself");
    let asked = cases.iter().filter(|(_, _, expected)| expected["reason"] == "against_rules").count();
    assert_eq!(requests.len() - posts, 2 * asked, "SWiP is asked only where that decides");
}

#[test]
fn a_refusal_that_hides_a_membership_is_a_membership() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    for second in ["conflict_409", "unprocessable_422"] {
        server.set_faults(&json!({ "second_signup": second }));
        run_both_ways(&home, &["signup", "--phone", "79990000001"], "").assert(11, &outcome("already_member"));
    }
    // SWiP cannot be asked either: nothing is known, so nothing is said but that it is kept.
    for code in [409, 422] {
        server.set_faults(&json!({ "signup": { "fault": status(code) }, "stats": { "fault": status(500) } }));
        run_both_ways(&home, &["signup", "--phone", PHONE], "").assert(10, &outcome("saved"));
    }
}

#[test]
fn what_was_said_to_be_saved_is_not_withdrawn_by_a_later_refusal() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "fault": status(500) } }));
    home.run(&["signup", "--phone", PHONE, "--json"]).assert(10, &outcome("saved"));
    server.set_faults(&json!({ "signup": { "fault": status(400) } }));
    home.run(&["signup", "--phone", PHONE, "--json"]).assert(21, &failed("refused", "rejected"));
    let listed = home.run(&["queue", "list", "--json"]).json();
    assert_eq!(listed["counts"], json!({ "waiting": 0, "held": 0, "attention": 1 }));
}

#[test]
fn a_blacklisted_customer_is_refused() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    for args in [["points", "--phone", "79990000666"], ["signup", "--phone", "79990000666"]] {
        run_both_ways(&home, &args, "").assert(21, &failed("refused", "rejected"));
    }
}

#[test]
fn a_wrong_token_and_a_wrong_merchant_are_told_apart() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "token": "wrong-token-canary" })));
    let ended = points(&home);
    ended.assert(22, &failed("credentials_refused", "token_rejected"));
    assert_silent(&ended, &["wrong-token-canary"]);
    home.provision(&server.profile_with(&json!({ "merchant_id": "ELSE" })));
    points(&home).assert(22, &failed("credentials_refused", "not_permitted"));
}

#[test]
fn a_server_that_is_gone_is_no_connection() {
    let mut server = Server::start();
    let home = StationHome::provisioned(&server);
    server.stop();
    points(&home).assert(23, &failed("unavailable", "no_connection"));
    signup(&home, PHONE).assert(10, &outcome("saved"));
}

#[test]
fn an_answer_that_does_not_come_in_time_is_not_waited_for() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "delay_ms": 600_000 }, "stats": { "fault": "endless_body" } }));
    let ended = home.run(&["signup", "--phone", PHONE, "--json"]);
    ended.assert(10, &outcome("saved"));
    assert_silent(&ended, &[server.token()]);
    let endless = home.run(&["points", "--phone", "79990000001", "--json"]);
    endless.assert(23, &failed("unavailable", "unusable_answer"));
    assert_eq!(server.ledger()[0]["answer"], "pending");
}
