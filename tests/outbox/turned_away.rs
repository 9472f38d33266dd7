//! A firewall on the way turns single requests away, for a name or a number in them: nobody else is held up.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use swip_kiosk::domain::delivery::{Concern, EntryState};
use tokio::runtime::Runtime;

use crate::station::{Server, StationHome};
use crate::virtual_time::Desk;
use crate::{Opened, deliver, listed, person, phone};

const FORBIDDEN: &str =
    "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";
const NOT_ACCEPTABLE: &str = "HTTP/1.1 406 Not Acceptable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const FOUND: &str =
    "HTTP/1.1 302 Found\r\nLocation: https://portal.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const CREATED: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

/// Takes every signup but those with a word in them, for ever; where it listens.
fn server_that_turns_away(refused: String, answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).expect("a line") <= 2 {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().expect("a length");
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let is_refused = String::from_utf8_lossy(&body).contains(&refused);
            let answer = if is_refused { &answer } else { CREATED };
            reader.into_inner().write_all(answer.as_bytes()).expect("answered");
        }
    });
    address
}

/// Four signups wait; the oldest is turned away.
fn four_waiting(answer: &'static str) -> StationHome {
    let address = server_that_turns_away(phone(0), answer.to_owned());
    let home = StationHome::new();
    home.provision(&Server::start().profile_with(&json!({ "base_url": address })));
    Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        for number in 0..4 {
            opened.enqueue(person(&phone(number), "Анна")).await.expect("stored");
        }
        opened.stop(&home).await;
    });
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_turned_away_holds_nobody_up_and_ends_with_a_manager() {
    for answer in [FORBIDDEN, NOT_ACCEPTABLE, FOUND] {
        let home = tokio::task::spawn_blocking(move || four_waiting(answer)).await.expect("a station");
        let desk = Desk::open(&home, &Arc::default()).await;
        desk.work(Duration::from_hours(4)).await;
        assert_eq!(desk.states().await, [EntryState::Attention(Concern::NotPermitted)], "{answer}");
    }
}

#[test]
fn a_verb_that_is_run_again_sends_the_others_first() {
    let home = four_waiting(FORBIDDEN);
    let mut runs = 0;
    while listed(&home).len() > 1 {
        runs += 1;
        assert!(runs <= 4, "{:?}", listed(&home));
        let retried: Value = home.run(&["queue", "retry", "--json"]).json();
        assert_eq!(retried["outcome"], "ok", "{retried}");
        deliver(&home, 2);
    }
    let left = listed(&home);
    assert_eq!(left[0].1.as_deref(), Some("not_permitted"), "{left:?}");
}

const GOOD: usize = 180;
const POISONED: &str = "Отрава";

/// How long it takes in virtual time until everybody is delivered but those that are turned away, who are the oldest.
async fn delivered_after(poisoned: usize, answer: String) -> Duration {
    const STEP: Duration = Duration::from_mins(1);
    let home = tokio::task::spawn_blocking(move || {
        let address = server_that_turns_away(POISONED.to_owned(), answer);
        let home = StationHome::new();
        home.provision(&Server::start().profile_with(&json!({ "base_url": address })));
        home
    });
    let home = home.await.expect("a station");
    let opened = Opened::of(&home).await;
    for number in 0..poisoned + GOOD {
        let name = if number < poisoned { POISONED } else { "Анна" };
        opened.enqueue(person(&phone(number), name)).await.expect("stored");
    }
    opened.stop(&home).await;
    let desk = Desk::open(&home, &Arc::default()).await;
    let mut after = Duration::ZERO;
    while desk.states().await.len() > poisoned {
        desk.work(STEP).await;
        after += STEP;
        assert!(after < Duration::from_hours(24), "{:?}", desk.states().await.len());
    }
    after
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_who_are_turned_away_keep_nobody_else_waiting_for_an_hour() {
    let answered = |status: u16| format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";
    // `TURNED_AWAY=all` is the long setting: every answer, and one alone as well.
    let is_long = std::env::var("TURNED_AWAY").is_ok_and(|which| which == "all");
    let statuses: Vec<u16> = if is_long {
        [301, 302].into_iter().chain(400..=431).chain([451, 499, 501, 511]).collect()
    } else {
        vec![302, 401, 404]
    };
    let answers = statuses.into_iter().map(|status| (status.to_string(), answered(status)));
    let others = [("HTML".to_owned(), html.to_owned()), ("none".to_owned(), String::new())];
    for (name, answer) in answers.chain(others) {
        for poisoned in if is_long { [1, 20].as_slice() } else { &[20] } {
            let after = delivered_after(*poisoned, answer.clone()).await;
            println!("{name}: {GOOD} beside {poisoned} are delivered after {} min", after.as_secs() / 60);
            assert!(after < Duration::from_hours(1), "{name} {poisoned}: {after:?}");
        }
    }
}
