//! The program is killed before each of its system calls that change anything: nothing is lost, doubled or half done.

use swip_kiosk::services::Station;
use swip_kiosk::services::sandbox::{Fault, Faults, Plan as FaultPlan};

use crate::points::{Kind, Plan, Points};
use crate::shop::{Home, Shop, is_of};
use crate::tracer::Ended;

/// A run may pass a few points more than the one that was listed: threads take turns as they like.
const MORE: usize = 8;

/// Lists the points of a run, then kills a new one before each of them. Returns how many runs were killed.
///
/// `prepare` makes the station of the numbered run, `check` looks at what a run has left.
fn at_every_point(
    args: &dyn Fn(usize) -> Vec<String>,
    is_server_down: bool,
    prepare: &mut dyn FnMut(usize) -> Home,
    check: &mut dyn FnMut(usize, &Home, &Ended),
) -> usize {
    let mut run = |number: usize, plan: Plan| {
        let home = prepare(number);
        let folder = home.path().to_owned();
        let mut points = Points { folder, kind: Kind::Effects, plan, is_server_down, passed: Vec::new() };
        let args = args(number);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let args: Vec<String> = args.iter().map(|arg| arg.replace("HOME", home.path().to_str().unwrap())).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ended = home.watched(&args, &mut points);
        (home, points.passed, ended)
    };
    let (home, listed, ended) = run(0, Plan::List);
    assert!(ended.code.is_some(), "nobody killed it");
    check(0, &home, &ended);
    let mut killed = 0;
    for at in 0..listed.len() + MORE {
        let (home, passed, ended) = run(at + 1, Plan::KillAt(at));
        if ended.code.is_some() {
            // It ended before it came that far.
            assert!(at + MORE >= listed.len(), "killed at {at} of {}: {:?}", listed.len(), passed.last());
            continue;
        }
        killed += 1;
        println!("{at}: {}", passed.last().unwrap());
        check(at + 1, &home, &ended);
    }
    killed
}

fn phone(number: usize) -> String {
    format!("7916{number:07}")
}

/// What must hold after a run that was to sign a phone up, however it ended.
fn assert_kept(shop: &Shop, home: &Home, phone: &str, ended: &Ended) {
    let before = shop.seen(phone);
    let said = |outcome: &str| ended.stdout.contains(&format!("\"{outcome}\""));
    shop.faults(Faults::default());
    let rows = home.rows();
    assert!(!home.has_quarantine(), "a kill is no damage: {ended:?}");
    let row = rows.iter().find(|row| is_of(row, phone));
    match row {
        // An attempt is on disk before a byte of it leaves.
        Some(row) => assert!(row.attempts >= before.posts, "{row:?} {before:?}"),
        None => assert!(before.posts == before.accepted, "sent, not accepted, and gone: {before:?}"),
    }
    if said("registered") {
        assert_eq!((row, before.accounts), (None, 1), "{ended:?}");
    }
    if said("saved") {
        assert!(row.is_some() || before.accounts == 1, "{ended:?}");
    }
    home.deliver();
    let after = shop.seen(phone);
    let is_promised = said("registered") || said("saved") || row.is_some();
    assert_eq!(after.accounts, usize::from(is_promised || before.accounts == 1), "{ended:?} {before:?} {after:?}");
    if row.is_none() {
        assert_eq!(before.posts, after.posts, "posted again after it was delivered");
    }
    assert_eq!(home.rows(), [], "nothing is left");
}

fn signups(is_server_down: bool, faults: &Faults, has_outbox: bool) -> usize {
    let shop = Shop::open();
    let template = Home::provisioned(&shop.profile(&[]));
    if has_outbox {
        assert_eq!(template.rows(), []);
    }
    let args = |number: usize| vec!["signup".to_owned(), "--phone".to_owned(), phone(number)];
    let mut prepare = |_| {
        shop.faults(faults.clone());
        template.copy()
    };
    let mut check = |number: usize, home: &Home, ended: &Ended| assert_kept(&shop, home, &phone(number), ended);
    at_every_point(&args, is_server_down, &mut prepare, &mut check)
}

#[test]
fn the_first_signup_killed_at_any_call_is_kept_or_never_was() {
    let killed = signups(false, &Faults::default(), false);
    println!("{killed} kills");
    assert!(killed > 50);
}
