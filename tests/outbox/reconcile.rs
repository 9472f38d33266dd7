//! What becomes of a signup that may have arrived: it is asked for, or sent again, and never taken for an account that
//! was not made.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use swip_kiosk::domain::CustomerQuery;
use swip_kiosk::domain::delivery::{Concern, EntryState, Flow, Hold};

use crate::station::{Server, StationHome};
use crate::virtual_time::{Desk, SetClock, made, once, reconciling_by, requests};
use crate::{fault, person, phone};

const LONG: Duration = Duration::from_hours(1);

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_is_found_by_asking_and_never_sent_again() {
    let server = Server::start();
    let home = reconciling_by(&server, "lookup");
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&once("cut_after"));
    desk.sign_up(&phone(1)).await;
    assert_eq!(desk.states().await, [EntryState::Unknown]);
    assert_eq!(desk.work(Duration::from_secs(9)).await, 0, "SWiP may be at work on it still");
    assert_eq!(requests(&server), (1, 0));
    desk.work(LONG).await;
    assert_eq!(desk.states().await, []);
    // The account has no points: a number that nobody has was asked for, too.
    assert_eq!((requests(&server), made(&server)), ((1, 2), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_is_sent_again_after_swip_said_so() {
    let server = Server::start();
    let home = reconciling_by(&server, "lookup");
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&once("cut_before"));
    desk.sign_up(&phone(1)).await;
    desk.work(LONG).await;
    assert_eq!(desk.states().await, []);
    assert_eq!((requests(&server), made(&server)), ((2, 1), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_never_created_is_never_counted_as_delivered() {
    for reconcile in ["repost", "lookup"] {
        for (fault, posts_at_most) in [("cut_before", 2), ("cut_after", 2)] {
            let server = Server::start();
            let home = reconciling_by(&server, reconcile);
            let desk = Desk::open(&home, &Arc::default()).await;
            server.set_faults(&once(fault));
            desk.sign_up(&phone(1)).await;
            // From now on the server answers no points for anybody it does not know.
            server.set_faults(&json!({ "unknown_is_zero": true }));
            desk.work(LONG).await;
            assert_eq!(desk.states().await, [], "{reconcile} {fault}");
            assert_eq!(made(&server), 1, "{reconcile} {fault}");
            assert!(requests(&server).0 <= posts_at_most, "{reconcile} {fault}: {:?}", requests(&server));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_decides_nothing_leaves_it_unknown() {
    let server = Server::start();
    let home = reconciling_by(&server, "lookup");
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&once("cut_after"));
    desk.sign_up(&phone(1)).await;
    for fault in ["cut_before", "garbage", "points_missing"] {
        server.set_faults(&json!({ "stats": { "fault": fault } }));
        assert!(desk.work(Duration::from_mins(2)).await > 0, "{fault}");
        assert_eq!(requests(&server).0, 1, "{fault}: nothing is sent again");
        server.set_faults(&json!({}));
        assert_eq!(desk.states().await.len(), 1);
        // Back from whatever rest that led to.
        server.set_faults(&json!({ "stats": { "fault": "cut_before" } }));
        desk.deliverer.retry(None).await.expect("stored");
    }
    server.set_faults(&json!({}));
    desk.work(2 * LONG).await;
    assert_eq!((desk.states().await, requests(&server).0, made(&server)), (Vec::new(), 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_that_is_refused_again_and_again_does_not_keep_a_signup_for_ever() {
    let server = Server::start();
    let home = reconciling_by(&server, "lookup");
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&once("cut_before"));
    desk.sign_up(&phone(1)).await;
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 404 } } } }));
    desk.work(3 * LONG).await;
    assert_eq!((desk.states().await, requests(&server), made(&server)), (Vec::new(), (2, 3), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgets_neither_what_may_have_arrived_nor_how_often_it_went_wrong() {
    let server = Server::start();
    let home = reconciling_by(&server, "lookup");
    let clock = Arc::<SetClock>::default();
    let desk = Desk::open(&home, &clock).await;
    server.set_faults(&json!({
        "signup": { "fault": "captive_portal" }, "stats": { "fault": "captive_portal" }
    }));
    desk.sign_up(&phone(1)).await;
    assert_eq!(desk.states().await, [EntryState::Unknown]);
    desk.close(&home);
    let desk = Desk::open(&home, &clock).await;
    desk.work(Duration::from_secs(30)).await;
    desk.close(&home);
    let desk = Desk::open(&home, &clock).await;
    desk.work(Duration::from_mins(3)).await;
    assert_eq!(desk.states().await, [EntryState::Held(Hold::Address)], "the third answer that is none");
    assert_eq!(desk.deliverer.status().borrow().flow, Flow::Held(Hold::Address));
    let before = requests(&server);
    desk.close(&home);
    // A restart is no reason to try again.
    let desk = Desk::open(&home, &clock).await;
    assert_eq!(desk.deliverer.status().borrow().flow, Flow::Held(Hold::Address));
    assert_eq!(desk.work(Duration::from_mins(50)).await, 0);
    assert_eq!(requests(&server), before);
    server.set_faults(&json!({}));
    desk.work(Duration::from_mins(15)).await;
    assert_eq!((desk.states().await, made(&server)), (Vec::new(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_inside_what_swip_asked_for_whoever_starts_anew() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let clock = Arc::<SetClock>::default();
    let desk = Desk::open(&home, &clock).await;
    server.set_faults(&fault(&json!({ "status": { "code": 429, "retry_after": "1800" } })));
    desk.sign_up(&phone(1)).await;
    assert_eq!(desk.deliverer.status().borrow().flow, Flow::Paused);
    server.set_faults(&json!({}));
    desk.close(&home);
    let desk = Desk::open(&home, &clock).await;
    desk.sign_up(&phone(2)).await;
    assert_eq!(desk.work(Duration::from_secs(1_799)).await, 0);
    assert_eq!(requests(&server), (1, 0));
    desk.work(Duration::from_mins(1)).await;
    assert_eq!((desk.states().await, made(&server)), (Vec::new(), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_a_lookup_brought_is_short_and_a_manager_ends_any() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 429, "retry_after": "3600" } } } }));
    let nobody = CustomerQuery::Phone(person(&phone(9), "").phone);
    assert!(desk.station.look_up(&nobody).await.is_err());
    desk.sign_up(&phone(1)).await;
    assert_eq!((desk.deliverer.status().borrow().flow, made(&server)), (Flow::Paused, 0));
    desk.work(Duration::from_mins(1)).await;
    assert_eq!(made(&server), 1);
    // An hour that a signup brought lasts an hour, unless a manager ends it.
    server.set_faults(&fault(&json!({ "status": { "code": 429, "retry_after": "3600" } })));
    desk.sign_up(&phone(2)).await;
    server.set_faults(&json!({}));
    assert_eq!(desk.work(Duration::from_mins(30)).await, 0);
    desk.deliverer.retry(None).await.expect("stored");
    desk.work(Duration::from_secs(5)).await;
    assert_eq!((desk.states().await, made(&server)), (Vec::new(), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_that_are_told_to_wait_again_and_again_leave_signups_their_turn() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    server.set_faults(&json!({ "stats": { "fault": { "status": { "code": 429, "retry_after": "3600" } } } }));
    let nobody = CustomerQuery::Phone(person(&phone(9), "").phone);
    for customer in 1..=8 {
        assert!(desk.station.look_up(&nobody).await.is_err());
        desk.sign_up(&phone(customer)).await;
        desk.work(Duration::from_secs(30)).await;
        // At the counter a lookup comes before every signup.
        let waiting = customer - made(&server);
        assert!(waiting <= 2, "{waiting} wait after {customer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_years_off_holds_the_queue_no_longer_than_swip_asked() {
    const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;
    for (set_by, at_once) in [(-TEN_YEARS_MS, false), (TEN_YEARS_MS, true)] {
        let server = Server::start();
        let home = StationHome::provisioned(&server);
        let clock = Arc::<SetClock>::default();
        let desk = Desk::open(&home, &clock).await;
        server.set_faults(&fault(&json!({ "status": { "code": 429, "retry_after": "1800" } })));
        desk.sign_up(&phone(1)).await;
        server.set_faults(&json!({}));
        // While it runs, the clock on the wall means nothing.
        clock.set_wall(set_by);
        assert_eq!(desk.work(Duration::from_mins(10)).await, 0, "{set_by}");
        clock.set_wall(-set_by);
        desk.close(&home);
        clock.set_wall(set_by);
        let desk = Desk::open(&home, &clock).await;
        assert_eq!(desk.work(Duration::from_mins(1)).await > 0, at_once, "{set_by}");
        desk.work(Duration::from_mins(31)).await;
        assert_eq!((desk.states().await, made(&server)), (Vec::new(), 1), "{set_by}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_for_one_while_another_got_through_is_for_the_manager_and_holds_nobody_up() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let desk = Desk::open(&home, &Arc::default()).await;
    desk.sign_up(&phone(1)).await;
    let forbidden = json!({ "status": { "code": 403 } });
    server.set_faults(&json!({ "signup": { "fault": forbidden, "requests": 1 } }));
    desk.sign_up(&phone(2)).await;
    assert_eq!(desk.states().await, [EntryState::Attention(Concern::NotPermitted)]);
    desk.sign_up(&phone(3)).await;
    assert_eq!(desk.deliverer.status().borrow().flow, Flow::Flowing);
    assert_eq!(made(&server), 2);
    // Everybody is turned away: then it is nobody's own, and the one that was blamed last is taken back.
    server.set_faults(&fault(&forbidden));
    desk.sign_up(&phone(4)).await;
    desk.sign_up(&phone(5)).await;
    let held = EntryState::Held(Hold::Credentials);
    assert_eq!(desk.states().await, [EntryState::Attention(Concern::NotPermitted), held, held]);
    server.set_faults(&json!({}));
    desk.deliverer.retry(None).await.expect("stored");
    desk.work(LONG).await;
    assert_eq!((desk.states().await, made(&server)), (Vec::new(), 5));
}

/// The disk takes attempts, but no end of one before this.
fn refuse_ends(home: &StationHome, before: u32) {
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    let sql = format!(
        "CREATE TRIGGER refused BEFORE DELETE ON entry WHEN OLD.attempts < {before}
         BEGIN SELECT RAISE(ABORT, 'not now'); END;"
    );
    db.execute_batch(&sql).expect("made");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_whose_end_could_not_be_stored_is_tried_again() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let clock = Arc::<SetClock>::default();
    server.set_faults(&once("cut_before"));
    let desk = Desk::open(&home, &clock).await;
    desk.sign_up(&phone(1)).await;
    desk.close(&home);
    refuse_ends(&home, 3);
    let desk = Desk::open(&home, &clock).await;
    desk.work(Duration::from_secs(7)).await;
    assert_eq!((desk.states().await.len(), made(&server)), (1, 1), "it is delivered, and nobody knows");
    desk.work(LONG).await;
    assert_eq!(desk.states().await, []);
    assert_eq!((requests(&server).0, made(&server)), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_does_not_take_the_end_of_attempts_is_no_outage() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let clock = Arc::<SetClock>::default();
    server.set_faults(&once("cut_before"));
    let desk = Desk::open(&home, &clock).await;
    desk.sign_up(&phone(1)).await;
    desk.close(&home);
    refuse_ends(&home, 6);
    let desk = Desk::open(&home, &clock).await;
    while !desk.states().await.is_empty() {
        desk.work(Duration::from_secs(1)).await;
        assert_eq!(desk.deliverer.status().borrow().flow, Flow::Flowing, "SWiP answers all the time");
    }
    assert_eq!((requests(&server).0, made(&server)), (6, 1));
}

/// How the settings on disk say that lost answers are settled.
fn reconcile(home: &StationHome) -> String {
    let file = std::fs::read_to_string(home.data().join("settings.toml")).expect("the settings");
    file.lines().find(|line| line.starts_with("reconcile")).expect("the line").to_owned()
}

#[test]
fn check_turns_the_setting_only_if_swip_told_and_nobody_else_has_the_station() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let check = |args: &[&str]| assert_eq!(home.run(&[&["check", "--json"], args].concat()).code, 0);
    server.set_faults(&json!({ "unknown_is_zero": true }));
    check(&[]);
    assert_eq!(reconcile(&home), "reconcile = \"repost\"", "no points tell nothing");
    server.set_faults(&json!({}));
    check(&["--phone", &phone(7)]);
    assert_eq!(reconcile(&home), "reconcile = \"repost\"", "that number may be somebody's");
    {
        let _window = swip_kiosk::services::StationLock::acquire(&home.dirs()).expect("free");
        check(&[]);
        assert_eq!(reconcile(&home), "reconcile = \"repost\"", "the settings are the window's");
    }
    check(&[]);
    assert_eq!(reconcile(&home), "reconcile = \"lookup\"");
    home.provision(server.profile());
    assert_eq!(reconcile(&home), "reconcile = \"repost\"", "a profile that does not name it means the default");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_waits_eight_seconds_in_all_lookups_included() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let clock = Arc::<SetClock>::default();
    let desk = Desk::open(&home, &clock).await;
    // The answer to the signup takes all the time there is: on this clock, while it is under way.
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 409 } }, "delay_ms": 500 } }));
    let later = Arc::clone(&clock);
    let waiting = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        later.advance(Duration::from_secs(8));
    });
    desk.sign_up(&phone(1)).await;
    waiting.await.expect("no panic");
    assert_eq!(requests(&server), (1, 0), "there is no time left to ask");
    assert_eq!(desk.states().await, [EntryState::Pending]);
}

#[test]
fn the_list_says_what_holds_the_queue_up_and_for_how_long_until_a_manager_ends_it() {
    for (code, why, reason, longest) in [(429, "paused", Value::Null, 1_800), (401, "held", json!("credentials"), 900)]
    {
        let server = Server::start();
        let home = StationHome::provisioned(&server);
        server.set_faults(&fault(&json!({ "status": { "code": code, "retry_after": "1800" } })));
        assert_eq!(home.run(&["signup", "--phone", &phone(1), "--json"]).code, 10);
        let list = home.run(&["queue", "list", "--json"]).json();
        let wait = &list["waits"][0];
        assert_eq!((&wait["why"], &wait["reason"]), (&json!(why), &reason), "{list}");
        assert!((1..=longest).contains(&wait["secs"].as_u64().expect("a number")), "{list}");
        assert!(home.run(&["queue", "list"]).stdout.contains(&format!("{} с", wait["secs"])), "{list}");
        assert_eq!(home.run(&["queue", "retry", "--json"]).code, 0);
        assert_eq!(home.run(&["queue", "list", "--json"]).json()["waits"], Value::Null);
    }
}
