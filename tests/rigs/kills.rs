//! The program is killed before its system calls that change anything, each of them in the long setting: nothing is lost, doubled
//! or half done.

use std::thread;

use serde_json::Value;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan as FaultPlan};

use crate::points::{Kind, Plan, Points};
use crate::shop::{Damage, Home, Shop, is_of};
use crate::tracer::Ended;

/// A run may pass a few points more than the one that was listed: threads take turns as they like.
const MORE: usize = 8;

/// How many stations that mostly wait are at work at once.
const WORKERS: usize = 4;

/// A verb on a station, and what must hold after it.
struct Scene<'a> {
    /// Whether nobody listens where the station connects to.
    is_server_down: bool,
    /// Makes the station of a numbered run; the verb that is run on it.
    prepare: &'a dyn Fn(usize) -> (Home, Vec<String>),
    /// Looks at what a run has left.
    check: &'a dyn Fn(usize, &Home, &Ended),
}

impl Scene<'_> {
    /// Lists the points of a run, then kills a new one before each of them that is tried. Returns how many were killed.
    fn at_tried_points(&self) -> usize {
        self.at_points(0, stride())
    }

    /// The same for each `step`th point from `first` on.
    fn at_points(&self, first: usize, step: usize) -> usize {
        let (listed, ended) = self.run(0, Plan::List);
        assert!(ended.code.is_some(), "nobody killed it");
        let mut killed = 0;
        for at in (first..listed.len() + MORE).step_by(step) {
            let (passed, ended) = self.run(at + 1, Plan::KillAt(at));
            if ended.code.is_none() {
                killed += 1;
            } else {
                // It ended before it came that far.
                assert!(at + MORE >= listed.len(), "{at} of {}: {:?}", listed.len(), passed.last());
            }
        }
        killed
    }

    fn run(&self, number: usize, plan: Plan) -> (Vec<String>, Ended) {
        let (home, args) = (self.prepare)(number);
        let (folder, is_server_down) = (home.path().to_owned(), self.is_server_down);
        let mut points = Points { folder, kind: Kind::Effects, plan, is_server_down, passed: Vec::new() };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ended = home.watched(&args, &mut points);
        // Shown if the test fails.
        println!("run {number}, {plan:?} of {:?}", points.passed.last());
        (self.check)(number, &home, &ended);
        (points.passed, ended)
    }
}

/// What must hold after a run that was to deliver this phone, however it ended. Returns whether it has an account.
fn assert_kept(shop: &Shop, home: &Home, phone: &str, ended: &Ended) -> bool {
    let before = shop.seen(phone);
    let said = |outcome: &str| ended.stdout.contains(&format!("\"{outcome}\""));
    shop.faults(Faults::default());
    let rows = home.rows();
    assert!(!home.has_quarantine(), "a kill is no damage: {ended:?}");
    let row = rows.iter().find(|row| is_of(row, phone));
    match row {
        // An attempt is on disk before a byte of it leaves.
        Some(row) => assert!(row.attempts >= before.posts, "{row:?} {before:?}"),
        None => assert!(before.posts == 0 || before.settled > 0, "sent, not answered, and gone: {before:?}"),
    }
    if said("registered") {
        assert_eq!((row, before.accounts), (None, 1), "{ended:?}");
    }
    if said("saved") {
        assert!(row.is_some() || before.accounts == 1, "{ended:?}");
    }
    home.deliver();
    let after = shop.seen(phone);
    if row.is_none() {
        assert_eq!(before.posts, after.posts, "posted again after it had ended: {ended:?}");
    }
    assert_eq!(after.accounts, usize::from(row.is_some() || before.accounts == 1), "{ended:?} {before:?} {after:?}");
    assert_eq!(home.rows(), [], "nothing is left");
    after.accounts == 1
}

/// Signups on stations that have an outbox already, or not.
fn signups(is_server_down: bool, faults: &Faults, has_outbox: bool) -> usize {
    let shop = Shop::open();
    let template = Home::provisioned(&shop.profile(&[]));
    if has_outbox {
        assert_eq!(template.rows(), []);
    }
    Scene {
        is_server_down,
        prepare: &|number| {
            shop.faults(faults.clone());
            (template.copy(), words(&["signup", "--phone", &phone(number)]))
        },
        check: &|number, home, ended| {
            assert_kept(&shop, home, &phone(number), ended);
        },
    }
    .at_tried_points()
}

/// Deliveries of two signups that were said to be saved. They mostly wait, so some are done at once.
fn deliveries(faults: &Faults) -> usize {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|first| scope.spawn(move || some_deliveries(faults, first))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn some_deliveries(faults: &Faults, first: usize) -> usize {
    let shop = Shop::open();
    let template = Home::provisioned(&shop.profile(&[]));
    let phones = |number: usize| [phone(2 * number), phone(2 * number + 1)];
    Scene {
        is_server_down: false,
        prepare: &|number| {
            let home = template.copy();
            home.store(&phones(number));
            shop.faults(faults.clone());
            (home, words(&["queue", "deliver", "--until-empty", "--deadline", "2"]))
        },
        check: &|number, home, ended| {
            for phone in phones(number) {
                assert!(assert_kept(&shop, home, &phone, ended), "{phone} was saved before: {ended:?}");
            }
        },
    }
    .at_points(first * stride(), WORKERS * stride())
}

/// A start after the database was damaged, with two signups in its copy and one that can still be read.
fn recoveries(damage: Damage) -> usize {
    let phones = [1, 2, 3].map(phone);
    let (template, damaged) = Home::to_recover(&Shop::open().profile(&[]), &phones, damage);
    Scene {
        is_server_down: true,
        prepare: &|_| (template.copy(), words(&["queue", "list"])),
        check: &|_, home, ended| {
            home.assert_recovered(&phones, (damage, &damaged), ended);
            assert!(!home.data().join("quarantine/outbox-2.db").exists(), "{ended:?}");
        },
    }
    .at_tried_points()
}

/// Settings saved over those that a station has, or over none.
fn saves(old: Option<&Value>, new: &Value) -> usize {
    let template = old.map_or_else(Home::new, Home::provisioned);
    Scene {
        is_server_down: false,
        prepare: &|_| {
            let home = template.copy();
            let file = home.file("new.json", new);
            (home, words(&["provision", &file]))
        },
        check: &|_, home, ended| {
            let is_said = ended.stdout.contains("provisioned");
            let found = home.store_id();
            let store_of = |profile: &Value| profile["store_id"].as_str().unwrap().to_owned();
            let may_be: Vec<_> =
                if is_said { vec![Some(store_of(new))] } else { vec![old.map(store_of), Some(store_of(new))] };
            assert!(may_be.contains(&found), "{found:?} {ended:?}");
            let file = home.file("again.json", new);
            assert_eq!(home.run(&["provision", &file]).status.code(), Some(0), "it can be set up all the same");
            assert_eq!(home.store_id(), Some(store_of(new)));
        },
    }
    .at_tried_points()
}

fn phone(number: usize) -> String {
    format!("7916{number:07}")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Which points are tried: every third, every one in the long setting, `KILLS=all`.
fn stride() -> usize {
    if std::env::var("KILLS").is_ok_and(|which| which == "all") { 1 } else { 3 }
}

/// `least` is of all points.
fn assert_many(killed: usize, least: usize) {
    println!("{killed} kills");
    assert!(killed >= least / stride(), "only {killed} kills");
}

#[test]
fn the_first_signup_killed_at_any_call_is_kept_or_never_was() {
    assert_many(signups(false, &Faults::default(), false), 80);
}

#[test]
fn a_signup_that_is_refused_and_killed_at_any_call_is_kept_or_never_was() {
    assert_many(signups(false, &Faults::on_signup(FaultPlan::always(Fault::status(400))), true), 30);
}

#[test]
fn a_signup_without_a_server_killed_at_any_call_is_kept_or_never_was() {
    assert_many(signups(true, &Faults::default(), true), 25);
}

#[test]
fn a_signup_cut_off_and_killed_at_any_call_is_kept_or_never_was() {
    assert_many(signups(false, &Faults::on_signup(FaultPlan::always(Fault::CutAfter)), true), 30);
    assert_many(signups(false, &Faults::on_signup(FaultPlan::always(Fault::CutBefore)), true), 30);
}

#[test]
fn deliveries_killed_at_any_call_lose_and_double_nothing() {
    assert_many(deliveries(&Faults::default()), 40);
}

#[test]
fn deliveries_cut_off_and_killed_at_any_call_lose_and_double_nothing() {
    assert_many(deliveries(&Faults::on_signup(FaultPlan::once(Fault::CutAfter))), 40);
}

#[test]
fn a_recovery_killed_at_any_call_brings_everything_back() {
    assert_many(recoveries(Damage::Head), 40);
    assert_many(recoveries(Damage::Index), 40);
}

#[test]
fn settings_killed_at_any_call_are_the_old_ones_or_the_new_ones() {
    let (one, other) = (Shop::open(), Shop::open());
    let old = one.profile(&[("store_id", "Old")]);
    assert_many(saves(None, &old), 40);
    assert_many(saves(Some(&old), &one.profile(&[("store_id", "New")])), 25);
    // Another origin: its token comes with the settings that point to it, or not at all.
    assert_many(saves(Some(&old), &other.profile(&[("store_id", "New")])), 25);
}
