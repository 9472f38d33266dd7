//! Processes that die at random: what was said to be saved is delivered all the same, once.
//!
//! The real program, killed with SIGKILL at random moments, against a server that cuts connections before and after it
//! has done its work. Short by default; `CRASH_ROUNDS=3000` is the long setting. `tests/rigs` does
//! the same at every system call instead of at random moments.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use station::{Running, StationHome};
use swip_kiosk::services::sandbox::{Fault, Faults, Plan, Sandbox, SandboxOptions};
use tokio::runtime::Runtime;

/// The same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Starts a verb, kills it after a while, and returns what it had said by then.
fn killed(home: &StationHome, verb: &[&str], after: Duration) -> String {
    let mut running = Running::start(&mut home.command(verb));
    sleep(after);
    running.kill();
    running.finish().stdout
}

/// How long a signup takes here if it is left alone, in microseconds: the kills are to come while it works.
#[expect(clippy::disallowed_methods, reason = "the kills are in real time, too")]
fn micros_of_a_signup(home: &StationHome) -> u64 {
    let started = Instant::now();
    for phone in ["79160000001", "79160000002", "79160000003", "79160000004"] {
        assert_eq!(home.run(&["signup", "--phone", phone]).code, 0);
    }
    u64::try_from(started.elapsed().as_micros()).unwrap() / 4
}

/// The last two digits of every phone that waits.
fn waiting(home: &StationHome) -> BTreeSet<String> {
    let ended = home.run(&["queue", "list", "--json"]);
    assert_eq!(ended.code, 0, "the queue can be listed after a kill");
    let list = ended.json();
    let tail = |entry: &serde_json::Value| tail(entry["phone_masked"].as_str().unwrap()).to_owned();
    list["entries"].as_array().unwrap().iter().map(tail).collect()
}

fn tail(phone: &str) -> &str {
    &phone[phone.len() - 2..]
}

fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

fn random_fault(seeded: &mut Seeded) -> Faults {
    match seeded.below(5) {
        0 => Faults::on_signup(Plan::always(Fault::CutBefore)),
        1 => Faults::on_signup(Plan::always(Fault::CutAfter)),
        2 => Faults::on_signup(Plan::always(Fault::status(500))),
        _ => Faults::default(),
    }
}

/// POSTs of each phone that the sandbox saw, and accounts it made.
fn seen(sandbox: &Sandbox) -> BTreeMap<String, (usize, usize)> {
    let mut seen = BTreeMap::new();
    for entry in sandbox.ledger().iter().filter(|entry| entry.path == "/customer-signups") {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
        let counts: &mut (usize, usize) = seen.entry(body["phone"].as_str().unwrap().to_owned()).or_default();
        counts.0 += 1;
        counts.1 += usize::from(entry.accounts_created);
    }
    seen
}

#[test]
fn no_signup_is_lost_or_doubled_however_often_the_program_is_killed() {
    let tokio = Runtime::new().unwrap();
    let sandbox = tokio.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
    let home = StationHome::new();
    home.provision(&sandbox.profile());
    let mut seeded = Seeded(20_261_121);
    let whole = micros_of_a_signup(&home);
    let mut acknowledged = BTreeSet::new();
    let mut delivered = BTreeMap::new();
    for round in 0..rounds() {
        sandbox.set_faults(random_fault(&mut seeded));
        let phone = format!("7916{:07}", 1_000_000 + round);
        let delay = Duration::from_micros(seeded.below(2 * whole));
        let said = killed(&home, &["signup", "--json", "--phone", &phone], delay);
        if said.contains("\"registered\"") {
            delivered.insert(phone.clone(), seen(&sandbox)[&phone].0);
            acknowledged.insert(phone);
        } else if said.contains("\"saved\"") {
            acknowledged.insert(phone);
        }
        if seeded.below(3) == 0 {
            killed(&home, &["queue", "deliver", "--json"], Duration::from_micros(seeded.below(400_000)));
            let waiting = waiting(&home);
            for (phone, (posts, accounts)) in seen(&sandbox) {
                // The server has it and the disk no longer: its delivery is durable, by whichever of the verbs.
                if accounts > 0 && !waiting.contains(tail(&phone)) {
                    delivered.entry(phone).or_insert(posts);
                }
            }
        }
    }
    assert!(!home.data().join("quarantine").exists(), "a kill is no damage");
    sandbox.set_faults(Faults::default());
    // At two a second this is time enough, and it ends.
    let deadline = (60 + rounds()).to_string();
    let mut deliver = home.command(&["queue", "deliver", "--until-empty", "--deadline", &deadline]);
    assert!(
        deliver.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success(),
        "the queue was not emptied"
    );

    assert_eq!(sandbox.ledger()[0].number, 1, "the server forgot nothing");
    let seen = seen(&sandbox);
    let lost: Vec<_> =
        acknowledged.iter().filter(|phone| seen.get(*phone).is_none_or(|(_, made)| *made == 0)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let doubled: Vec<_> = seen.iter().filter(|(_, (_, made))| *made > 1).collect();
    assert!(doubled.is_empty(), "accounts made twice: {doubled:?}");
    let again: Vec<_> = delivered.iter().filter(|(phone, posts)| seen[*phone].0 > **posts).collect();
    assert!(again.is_empty(), "posted again after it was delivered: {again:?}");
    let sent: usize = seen.values().map(|(posts, _)| posts).sum();
    let (said, known) = (acknowledged.len(), delivered.len());
    println!(
        "{} rounds: {said} acknowledged, {} accounts in {sent} POSTs, {known} watched after delivery",
        rounds(),
        seen.len()
    );
    assert!(
        delivered.len() as u64 > rounds() / 10 && said as u64 > rounds() / 10,
        "the kills came too early to show anything"
    );
}
