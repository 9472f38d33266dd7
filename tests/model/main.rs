//! Random sequences of everything that may happen to a station, held to the promises of docs/design/delivery.md.
//!
//! Services, database and sockets are real; clocks and dice are not. `MODEL_SEQUENCES` is how many sequences are played,
//! `MODEL_SEED` which, `.ci/run` plays a thousand; a sequence that breaks a promise is made as short as it can be, and names nobody.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod actions;
mod behaviour;
mod durable;
mod keeping;
mod log;
mod lookups;
mod model;
mod promises;
mod rig;
mod server;
mod world;

use std::cell::RefCell;
use std::env;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use promises::{Broken, Promise};
use rig::Rig;

/// How many sequences are played where nothing else is said.
const SEQUENCES: u32 = 200;
/// How many shorter sequences are tried once one has broken a promise.
const SHRINKS: u32 = 2_000;
/// From here on every kind of thing must have happened, once in so many sequences.
const ENOUGH: u32 = 25;

#[test]
fn every_promise_holds_whatever_happens_in_whatever_order() {
    let said = log::capture();
    let sequences = number("MODEL_SEQUENCES").unwrap_or(SEQUENCES);
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("MODEL_SEED").unwrap_or(1).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let shrinks = number("MODEL_SHRINKS").unwrap_or(SHRINKS);
    let config = Config { cases: sequences, max_shrink_iters: shrinks, failure_persistence: None, ..Config::default() };
    let rig = RefCell::new(Rig::new());
    let ended = TestRunner::new_with_rng(config, rng).run(&actions::sequences(), |actions| {
        play(&mut rig.borrow_mut(), &actions, &said).map_err(|broken| TestCaseError::fail(broken.to_string()))
    });
    let figures = rig.borrow().shared.world().figures;
    println!("{figures:?}");
    match ended {
        Ok(()) => {}
        Err(TestError::Fail(why, actions)) => {
            let actions: Vec<_> = actions.iter().map(|action| format!("    {action:?}")).collect();
            panic!("{why}\nafter\n{}", actions.join("\n"))
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    let kinds = [figures.deaths, figures.registered, figures.members, figures.saved, figures.refused, figures.hung];
    let kinds =
        kinds.into_iter().chain([figures.asked, figures.expired, figures.damaged, figures.came_back, figures.lost]);
    assert!(
        kinds.into_iter().all(|kind| kind >= u64::from(sequences / ENOUGH)),
        "the sequences do not go everywhere: {figures:?}"
    );
}

fn play(rig: &mut Rig, actions: &[actions::Action], said: &log::Said) -> Result<(), Broken> {
    said.clear();
    let (tokio, mut life) = rig.begin();
    tokio.block_on(model::play(&mut life, actions))?;
    let text = said.text() + &life.said.join("\n");
    let world = life.shared.world();
    let canaries = (0..actions::CUSTOMERS).map(|customer| world.phone(customer)[1..].to_owned());
    let canaries = canaries.chain(["Канарейка".to_owned(), "canary-token".to_owned()]);
    for canary in canaries {
        if let Some(line) = text.lines().find(|line| line.contains(&canary)) {
            return Err(Promise::Silence.broken(format!("a line of {} bytes names somebody", line.len())));
        }
    }
    Ok(())
}

fn number(variable: &str) -> Option<u32> {
    env::var(variable).ok().map(|text| text.parse().expect("a number"))
}
