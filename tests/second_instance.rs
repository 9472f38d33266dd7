//! Two programs on one station: one works, the others leave at once, and a dead one leaves nothing behind.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::process::Stdio;

use serde_json::{Value, json};
use station::{Running, Server, StationHome, until};
use swip_kiosk::services::StationLock;
use swip_kiosk::services::station_lock::LockError;

/// How many start at once, and how often; `PARALLEL_ROUNDS` says otherwise.
const TAKERS: usize = 50;
const ROUNDS: usize = 2;
/// Longer than a signup waits for its answer.
const FOR_EVER_MS: u64 = 600_000;

/// A signup that waits for its input before it takes the station.
fn start_signup(home: &StationHome) -> Running {
    Running::start(home.command(&["signup", "-", "--json"]).stdin(Stdio::piped()))
}

fn customer(n: usize) -> Vec<u8> {
    json!({ "phone": format!("791612345{n:02}") }).to_string().into_bytes()
}

#[test]
fn of_fifty_at_once_one_works_and_the_others_leave() {
    let rounds = std::env::var("PARALLEL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    for _ in 0..rounds {
        one_works_and_the_others_leave();
    }
}

fn one_works_and_the_others_leave() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "delay_ms": FOR_EVER_MS } }));
    let mut takers: Vec<_> = (0..TAKERS).map(|_| start_signup(&home)).collect();
    for (n, taker) in takers.iter_mut().enumerate() {
        taker.write(&customer(n));
    }
    let mut left = Vec::new();
    until("all but one have left", || {
        let (ended, working): (Vec<_>, Vec<_>) = std::mem::take(&mut takers).into_iter().partition_ended();
        left.extend(ended);
        takers = working;
        left.len() >= TAKERS - 1
    });
    assert_eq!(takers.len(), 1, "the one that works is still at it");
    for taker in left {
        taker.finish().assert(25, &json!({ "outcome": "busy" }));
    }
    until("its request arrives", || server.ledger().len() == 1);
    drop(takers);
    assert_eq!(server.requests().len(), 1, "the others sent nothing");
}

/// Tells programs that have ended from those at work.
trait PartitionEnded {
    fn partition_ended(self) -> (Vec<Running>, Vec<Running>);
}

impl<I: Iterator<Item = Running>> PartitionEnded for I {
    fn partition_ended(self) -> (Vec<Running>, Vec<Running>) {
        let (mut ended, mut working) = (Vec::new(), Vec::new());
        for mut running in self {
            if running.has_ended() { ended.push(running) } else { working.push(running) }
        }
        (ended, working)
    }
}

#[test]
fn a_program_that_was_killed_leaves_the_station_free() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "delay_ms": FOR_EVER_MS, "requests": 1 } }));
    let mut holder = start_signup(&home);
    holder.write(&customer(0));
    until("the first signup is at work", || server.ledger().len() == 1);
    assert!(matches!(StationLock::acquire(&home.dirs()), Err(LockError::InUse)));
    assert_eq!(home.run_with(&["signup", "-", "--json"], "{\"phone\":\"79161234599\"}").code, 25);

    holder.kill();
    let next = home.run_with(&["signup", "-", "--json"], "{\"phone\":\"79161234599\"}");
    next.assert(0, &json!({ "outcome": "registered" }));
    assert_eq!(server.ledger()[0]["answer"], Value::from("pending"), "the first one never heard back");
    assert!(home.data().join("station.lock").exists(), "the file stays, the lock does not");
}

#[test]
fn stations_in_different_folders_do_not_know_of_each_other() {
    let server = Server::start();
    let (one, two) = (StationHome::provisioned(&server), StationHome::provisioned(&server));
    let _lock = StationLock::acquire(&one.dirs()).expect("nobody else");
    let _other = StationLock::acquire(&two.dirs()).expect("nobody else");
    assert_eq!(one.run(&["signup", "--phone", "79161234567"]).code, 25);
}

#[cfg(unix)]
#[test]
fn the_lock_and_the_folders_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let mode = |path: std::path::PathBuf| path.metadata().expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(home.data()), 0o700);
    assert_eq!(mode(home.keys()), 0o700);
    for folder in [home.data(), home.keys()] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(path.clone()), 0o600, "{}", path.display());
        }
    }
}
