//! What waits too long is destroyed, by the station clock and by no other.

use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use swip_kiosk::domain::Enrolment;
use swip_kiosk::domain::delivery::{AgeWarning, EntryState, RetentionDays};
use swip_kiosk::services::Station;
use swip_kiosk::services::outbox::{Deliverer, Enqueued, KeepFor, Timing};

use crate::station::{Server, StationHome};
use crate::{closed, deliver, listed, person, phone, posts, row};

pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);
const DAY_MS: i64 = 24 * 3_600_000;
/// Some day in 2026, 1970, and 2099.
pub(crate) const HONEST: i64 = 1_790_000_000_000;
pub(crate) const WALLS: [i64; 4] = [0, 4_070_908_800_000, HONEST - 3_650 * DAY_MS, HONEST + 3_650 * DAY_MS];

/// A clock that a test sets.
#[derive(Default)]
pub(crate) struct Virtual {
    uptime: Mutex<Duration>,
    pub(crate) wall_ms: AtomicI64,
}

impl Timing for Virtual {
    fn uptime(&self) -> Duration {
        *self.uptime.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unix_ms(&self) -> i64 {
        self.wall_ms.load(Ordering::Relaxed)
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A program at work on a station, in virtual time.
pub(crate) struct Work {
    pub(crate) station: Station,
    pub(crate) deliverer: Arc<Deliverer>,
    pub(crate) timing: Arc<Virtual>,
    pub(crate) keep: KeepFor,
}

impl Work {
    pub(crate) async fn start(home: &StationHome) -> Self {
        Self::start_at(home, HONEST).await
    }

    /// Starts when the clock on the wall says so.
    pub(crate) async fn start_at(home: &StationHome, wall_ms: i64) -> Self {
        let timing = Arc::new(Virtual::default());
        timing.wall_ms.store(wall_ms, Ordering::Relaxed);
        let (station, _) = Station::open(&home.dirs());
        let station = station.timed_by(Arc::<Virtual>::clone(&timing));
        let deliverer = Arc::clone(station.deliverer().await.expect("an outbox"));
        let work = Self { station, deliverer, timing, keep: KeepFor::default() };
        work.look().await;
        work
    }

    pub(crate) async fn take(&self, number: usize) -> i64 {
        let link = self.station.settings().expect("set up").connection;
        let signup = person(&phone(number), "Канарейка");
        let stored = self
            .deliverer
            .outbox()
            .enqueue(Enrolment::without_consents(signup), link, self.timing.unix_ms())
            .await
            .expect("stored");
        assert!(matches!(stored, Enqueued::New(_) | Enqueued::Same(_)));
        stored.id()
    }

    /// Time at work.
    pub(crate) fn pass(&self, time: Duration) {
        *self.timing.uptime.lock().unwrap_or_else(PoisonError::into_inner) += time;
        self.timing.wall_ms.fetch_add(i64::try_from(time.as_millis()).expect("not for ever"), Ordering::Relaxed);
    }

    pub(crate) async fn look(&self) {
        self.deliverer.sweep(self.keep).await.expect("looked");
    }

    /// So many hours of work with a look each.
    pub(crate) async fn work(&self, hours: u32) {
        for _ in 0..hours {
            self.pass(HOUR);
            self.look().await;
        }
    }

    pub(crate) async fn count(&self) -> usize {
        self.deliverer.outbox().list().await.expect("a list").len()
    }

    async fn expired(&self) -> usize {
        self.deliverer.outbox().expired_entries().await.expect("a list").len()
    }

    fn warning(&self) -> Option<AgeWarning> {
        self.deliverer.status().borrow().warning
    }

    pub(crate) fn stop(self, home: &StationHome) {
        drop(self);
        closed(home);
    }
}

pub(crate) fn station() -> (Server, StationHome) {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_slept_was_not_at_work_though_its_clock_ran() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    work.take(0).await;
    work.look().await;
    // Windows counts the time asleep.
    work.pass(40 * 24 * HOUR);
    work.look().await;
    assert_eq!((work.count().await, work.expired().await), (1, 0));
    // Within the limits of a jump, as a time switched off.
    work.work(27 * 24).await;
    assert_eq!((work.count().await, work.expired().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_clock_never_empties_the_queue() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    // Taken under each of the wrong times, and looked at under all the others.
    for (number, wall_ms) in WALLS.into_iter().enumerate() {
        work.timing.wall_ms.store(wall_ms, Ordering::Relaxed);
        work.take(number).await;
    }
    for round in 0..20 {
        work.timing.wall_ms.store(WALLS[round % WALLS.len()], Ordering::Relaxed);
        work.work(24).await;
    }
    assert_eq!((work.count().await, work.expired().await), (WALLS.len(), 0));
}

#[test]
fn what_was_taken_by_a_dead_clock_is_delivered() {
    let (server, home) = station();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let work = Work::start(&home).await;
        for (number, wall_ms) in WALLS.into_iter().enumerate() {
            work.timing.wall_ms.store(wall_ms, Ordering::Relaxed);
            work.take(number).await;
        }
        work.stop(&home);
    });
    assert_eq!(deliver(&home, 30), 0);
    assert_eq!(posts(&server).len(), WALLS.len());
    assert_eq!(listed(&home), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_at_work_counts_over_all_starts() {
    let (_server, home) = station();
    // The battery of its clock is empty.
    let mut work = Work::start_at(&home, 0).await;
    work.take(1).await;
    for _ in 0..30 {
        work.work(24).await;
        // It is killed: what was not looked at any more does not count.
        work.pass(HOUR / 2);
        work.stop(&home);
        work = Work::start_at(&home, 0).await;
    }
    // The first hour of the first day was over before the entry was first seen.
    assert_eq!((work.count().await, work.expired().await), (1, 0));
    work.work(1).await;
    assert_eq!((work.count().await, work.expired().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_switched_off_counts_within_limits() {
    let (_server, home) = station();
    let mut wall_ms = HONEST;
    let mut work = Work::start_at(&home, wall_ms).await;
    work.keep.signups = RetentionDays::new(9).expect("a number of days");
    work.take(1).await;
    // Of each time off three days count, for each day at work.
    for (off_days, left) in [(2, 1), (40, 1), (40, 0)] {
        work.work(24).await;
        work.pass(HOUR / 2);
        work.station.stop().await;
        work.stop(&home);
        wall_ms += DAY_MS + 1_800_000 + off_days * DAY_MS;
        work = Work::start_at(&home, wall_ms).await;
        work.keep.signups = RetentionDays::new(9).expect("a number of days");
        work.work(1).await;
        wall_ms += 3_600_000;
        assert_eq!(work.count().await, left, "after {off_days} days more");
    }
    let graves = work.deliverer.outbox().expired_entries().await.expect("a list");
    assert_eq!((graves.len(), graves[0].expired_ms), (1, wall_ms));
    work.stop(&home);
    let listed = home.run(&["queue", "list", "--json"]);
    let ended = &listed.json()["ended"];
    assert_eq!(ended.as_array().map(Vec::len), Some(1), "{listed:?}");
    assert_eq!((&ended[0]["id"], &ended[0]["state"], &ended[0]["attempts"]), (&json!(1), &json!("saved"), &json!(0)));
    assert!(ended[0]["age_secs"].as_i64() > ended[0]["ended_secs"].as_i64(), "{ended}");
    assert!(home.run(&["queue", "list"]).code == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_up_once_more_while_it_waits_is_kept_from_then_on() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    work.keep.signups = RetentionDays::new(1).expect("a number of days");
    let first = work.take(1).await;
    work.work(20).await;
    assert_eq!(work.take(1).await, first, "the same row");
    work.work(20).await;
    assert_eq!((work.count().await, work.expired().await), (1, 0));
    work.work(5).await;
    assert_eq!((work.count().await, work.expired().await), (0, 1));
}

#[test]
fn the_station_clock_is_written_down_at_a_stop() {
    let (_server, home) = station();
    assert_eq!(deliver(&home, 5), 0);
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    let sql = "SELECT mark_ms IS NOT NULL FROM station_clock";
    assert!(db.query_row(sql, [], |row| row.get::<_, bool>(0)).expect("the clock"), "nothing else had a sweep");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_expired_nothing_is_left_but_a_tombstone() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    work.keep.signups = RetentionDays::new(1).expect("a number of days");
    let first = work.take(1).await;
    let sealed: Vec<u8> = {
        work.stop(&home);
        let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
        db.query_row("SELECT sealed FROM entry", [], |row| row.get(0)).expect("the row")
    };
    let mut work = Work::start(&home).await;
    work.keep.signups = RetentionDays::new(1).expect("a number of days");
    work.work(12).await;
    let second = work.take(2).await;
    work.work(12).await;
    assert_eq!((work.count().await, work.expired().await), (1, 1));
    let graves = work.deliverer.outbox().expired_entries().await.expect("a list");
    assert_eq!((graves[0].id, graves[0].state, graves[0].attempts), (first, EntryState::Saved, 0));
    assert_eq!(graves[0].created_ms, HONEST);
    let left = work.deliverer.outbox().list().await.expect("a list");
    assert_eq!(left.iter().map(|entry| entry.id).collect::<Vec<_>>(), [second]);
    for name in ["outbox.db", "outbox.db-wal"] {
        let bytes = fs::read(home.data().join(name)).expect("read");
        assert!(!bytes.windows(24).any(|window| window == &sealed[..24]), "the sealed payload is in {name}");
    }
    work.stop(&home);
    // The same customer can be signed up again.
    assert_eq!(listed(&home), [row("saved", None, 0)]);
    let work = Work::start(&home).await;
    assert_ne!(work.take(1).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_manager_waits_a_fortnight_longer() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    work.take(1).await;
    work.take(2).await;
    work.stop(&home);
    let db = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    db.execute("UPDATE entry SET state = 'attention', reason = 'rejected' WHERE id = 2", []).expect("set");
    drop(db);
    let mut work = Work::start(&home).await;
    work.keep.signups = RetentionDays::new(1).expect("a number of days");
    work.work(24).await;
    assert_eq!((work.count().await, work.expired().await), (1, 1));
    work.work(14 * 24 - 1).await;
    assert_eq!(work.expired().await, 1);
    work.work(1).await;
    assert_eq!((work.count().await, work.expired().await), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_finds_nothing_new_writes_nothing_but_the_time_at_work() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    for number in 0..50 {
        work.take(number).await;
    }
    work.work(1).await;
    work.stop(&home);
    let database = || fs::read(home.data().join("outbox.db")).expect("read");
    let changed = |before: &[u8], after: &[u8]| {
        assert_eq!(before.len(), after.len());
        before.chunks(4096).zip(after.chunks(4096)).filter(|(before, after)| before != after).count()
    };
    let before = database();
    let work = Work::start(&home).await;
    work.look().await;
    work.stop(&home);
    let after_look = database();
    assert!(changed(&before, &after_look) <= 2, "no time has passed: the first page, and that of the generation");
    let work = Work::start(&home).await;
    work.work(1).await;
    work.stop(&home);
    let changed = changed(&after_look, &database());
    assert!((1..=3).contains(&changed), "{changed} pages: that of the time at work, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_is_warned_as_time_passes() {
    let (_server, home) = station();
    let work = Work::start(&home).await;
    assert_eq!(work.warning(), None);
    work.take(1).await;
    work.look().await;
    let mut told = vec![(0, work.warning())];
    for hour in 1..=720 {
        work.work(1).await;
        if told.last().is_none_or(|(_, warning)| *warning != work.warning()) {
            told.push((hour, work.warning()));
        }
    }
    let expected = [
        (0, None),
        (1, Some(AgeWarning::Hour)),
        (24, Some(AgeWarning::Day)),
        (7 * 24, Some(AgeWarning::Week)),
        (27 * 24, Some(AgeWarning::ExpiresSoon)),
        (30 * 24, None),
    ];
    assert_eq!(told, expected);
    assert_eq!(DAY, 24 * HOUR);
}
