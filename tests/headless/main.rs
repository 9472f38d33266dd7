//! The verbs as scripts see them: what they print, how they end, and what they send.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod balances;
mod check;
mod consents;
mod customers;
mod edges;
mod failures;
mod invalid;
mod pin;
mod provision;
#[path = "../support/station.rs"]
mod station;

use serde_json::{Value, json};
use station::{Ended, StationHome};

/// A customer who must never turn up in what a verb says.
const PHONE: &str = "79161234567";
const FIRST_NAME: &str = "Канарейка";
const LAST_NAME: &str = "Tweetybird";
const BIRTHDAY: &str = "1987-06-05";
const PASS: &str = "CANARY-PASS-77";

/// Asserts that nothing personal and no secret was said.
fn assert_silent(ended: &Ended, secrets: &[&str]) {
    let said = ended.said();
    let personal = [PHONE, "9161234567", FIRST_NAME, LAST_NAME, BIRTHDAY, PASS];
    for word in personal.iter().chain(secrets) {
        assert!(!said.contains(word), "{word} was said: {ended:?}");
    }
    assert!(!said.contains("panicked") && !said.contains("backtrace"), "{ended:?}");
}

/// Runs a verb in words and with `--json`: the exit code is the same, the words are no JSON.
fn run_both_ways(home: &StationHome, args: &[&str], input: &str) -> Ended {
    let words = home.run_with(args, input);
    let json = home.run_with(&[args, &["--json"]].concat(), input);
    assert_eq!(words.code, json.code, "{words:?}\n{json:?}");
    assert!(!words.stdout.trim().is_empty() && !words.stdout.contains('{'), "{words:?}");
    for ended in [&words, &json] {
        assert_silent(ended, &[]);
    }
    assert!(json.json()["outcome"].is_string());
    json
}

/// A usage error: nothing on standard output, at least a sentence on standard error.
fn assert_usage(ended: &Ended) {
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(ended.stdout, "", "{ended:?}");
    assert!(!ended.stderr.trim().is_empty(), "{ended:?}");
    assert_silent(ended, &[]);
}

fn invalid(field: &str, reason: &str) -> Value {
    json!({ "outcome": "invalid", "field": field, "reason": reason })
}

fn outcome(outcome: &str) -> Value {
    json!({ "outcome": outcome })
}

fn failed(outcome: &str, reason: &str) -> Value {
    json!({ "outcome": outcome, "reason": reason })
}
