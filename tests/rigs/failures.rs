//! The disk refuses at each call on one of the station's files: nothing is said to be kept that is not.

use nix::errno::Errno;
use serde_json::Value;
use swip_kiosk::services::sandbox::Faults;

use crate::points::{Kind, Plan, Points};
use crate::shop::{Damage, Home, Shop, is_of};
use crate::tracer::Ended;

/// How many places of a run there may be more than listed: threads take turns as they like.
const MORE: usize = 4;

/// What every run is done with.
const ERRORS: [Errno; 2] = [Errno::EIO, Errno::ENOSPC];

/// Lets each `usual`th call on a file fail once, and every call from there on, each with both errors. Returns how many runs met
/// one.
///
/// `prepare` makes the station of a numbered run and the verb, `check` looks at what it has left.
fn at_calls(
    (is_server_down, usual): (bool, usize),
    prepare: &dyn Fn(usize) -> (Home, Vec<String>),
    check: &dyn Fn(usize, &Home, &Ended),
) -> usize {
    let run = |number: usize, plan: Plan| {
        let (home, args) = prepare(number);
        let folder = home.path().to_owned();
        let mut points = Points { folder, kind: Kind::Files, plan, is_server_down, passed: Vec::new() };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ended = home.watched(&args, &mut points);
        let at = match plan {
            Plan::FailAt(at, _) | Plan::FailFrom(at, _) => points.passed.get(at).cloned(),
            _ => None,
        };
        // Shown if the test fails.
        println!("run {number}, {plan:?} {at:?}: {ended:?}");
        assert!(ended.code.is_some_and(|code| code != 70), "it ended as a bug does");
        assert!(!ended.stderr.contains("panicked") && !ended.stderr.contains("a bug"), "{}", ended.stderr);
        check(number, &home, &ended);
        points.passed.len()
    };
    let listed = run(0, Plan::List);
    let mut number = 0;
    for at in (0..listed + MORE).step_by(step(usual)) {
        for error in ERRORS {
            for plan in [Plan::FailAt(at, error), Plan::FailFrom(at, error)] {
                number += 1;
                run(number, plan);
            }
        }
    }
    number
}

/// Which calls fail: every one in the long setting, `FAILURES=all`.
fn step(usual: usize) -> usize {
    if std::env::var("FAILURES").is_ok_and(|which| which == "all") { 1 } else { usual }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn phone(number: usize) -> String {
    format!("7916{number:07}")
}

/// What was kept is delivered once, and what was said to be kept was kept. `saved` was said to be before.
fn assert_kept(shop: &Shop, home: &Home, saved: Option<&str>, new: Option<&str>, ended: &Ended) {
    let said = |outcome: &str| new.is_some() && ended.stdout.contains(&format!("\"{outcome}\""));
    let phones: Vec<&str> = saved.into_iter().chain(new).collect();
    let before: Vec<_> = phones.iter().map(|phone| shop.seen(phone)).collect();
    let rows = home.rows();
    for (phone, before) in phones.iter().zip(&before) {
        if let Some(row) = rows.iter().find(|row| is_of(row, phone)) {
            assert!(row.attempts >= before.posts, "{row:?} {before:?}");
        }
    }
    home.deliver();
    for (phone, before) in phones.iter().zip(&before) {
        let is_promised = saved == Some(*phone) || said("saved") || said("registered") || before.posts > 0;
        let after = shop.seen(phone);
        assert!(after.accounts == 1 || !is_promised, "said to be kept, and lost: {ended:?} {rows:?} {after:?}");
        assert!(after.accounts <= 1);
        if said("storage_failed") && new == Some(*phone) {
            assert_eq!(before.posts, 0, "what cannot be stored is not sent: {ended:?}");
        }
    }
    assert_eq!(home.rows(), [], "nothing is left");
}

/// A signup on a disk that fails, beside one that waits.
fn signups(is_server_down: bool, has_outbox: bool) -> usize {
    let shop = Shop::open();
    let template = Home::provisioned(&shop.profile(&[]));
    // The two are told apart by their last digits.
    let waiting = |number: usize| format!("7917{number:05}00");
    let new = |number: usize| format!("7916{number:05}11");
    at_calls(
        (is_server_down, 3),
        &|number| {
            shop.faults(Faults::default());
            let home = template.copy();
            if has_outbox {
                home.store(&[waiting(number)]);
            }
            (home, words(&["signup", "--phone", &new(number)]))
        },
        &|number, home, ended| {
            let saved = has_outbox.then(|| waiting(number));
            assert_kept(&shop, home, saved.as_deref(), Some(&new(number)), ended);
        },
    )
}

/// A start after the database was damaged, on a disk that fails.
fn recoveries(damage: Damage) -> usize {
    let phones = [1, 2, 3].map(phone);
    let (template, damaged) = Home::to_recover(&Shop::open().profile(&[]), &phones, damage);
    // A recovery has many calls.
    at_calls((true, 9), &|_| (template.copy(), words(&["queue", "list"])), &|_, home, ended| {
        home.assert_recovered(&phones, (damage, &damaged), ended);
    })
}

/// Settings saved on a disk that fails.
fn saves(old: Option<&Value>, new: &Value) -> usize {
    let template = old.map_or_else(Home::new, Home::provisioned);
    let store_of = |profile: &Value| profile["store_id"].as_str().unwrap().to_owned();
    at_calls(
        (false, 3),
        &|_| {
            let home = template.copy();
            let file = home.file("new.json", new);
            (home, words(&["provision", &file]))
        },
        &|_, home, ended| {
            let found = home.store_id();
            let mut may_be = vec![Some(store_of(new))];
            if !ended.stdout.contains("provisioned") {
                may_be.push(old.map(store_of));
            }
            assert!(may_be.contains(&found), "{found:?} {ended:?}");
            let file = home.file("again.json", new);
            assert_eq!(home.run(&["provision", &file]).status.code(), Some(0), "it can be set up all the same");
            assert_eq!(home.store_id(), Some(store_of(new)));
        },
    )
}

#[test]
fn a_disk_that_fails_at_the_first_signup_never_makes_it_seem_kept() {
    println!("{} runs", signups(false, false));
}

#[test]
fn a_disk_that_fails_at_a_signup_takes_no_other_along() {
    println!("{} runs", signups(true, true));
}

#[test]
fn a_disk_that_fails_at_a_delivery_loses_and_doubles_nothing() {
    let shop = Shop::open();
    let template = Home::provisioned(&shop.profile(&[]));
    let runs = at_calls(
        (false, 3),
        &|number| {
            let home = template.copy();
            home.store(&[phone(number)]);
            (home, words(&["queue", "deliver", "--until-empty", "--deadline", "1"]))
        },
        &|number, home, ended| assert_kept(&shop, home, Some(&phone(number)), None, ended),
    );
    println!("{runs} runs");
}

#[test]
fn a_disk_that_fails_in_a_recovery_takes_nothing_along() {
    println!("{} runs", recoveries(Damage::Head) + recoveries(Damage::Index));
}

#[test]
fn a_disk_that_fails_leaves_the_old_settings_or_the_new_ones() {
    let shop = Shop::open();
    let old = shop.profile(&[("store_id", "Old")]);
    println!("{} runs", saves(None, &old));
    println!("{} runs", saves(Some(&old), &shop.profile(&[("store_id", "New")])));
}
