//! What waits too long is destroyed, by clocks that can be believed and by no other.

use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use swip_kiosk::domain::delivery::{AgeWarning, EntryState, Heard, RetentionDays};
use swip_kiosk::domain::{CustomerQuery, Enrolment, Phone};
use swip_kiosk::services::Station;
use swip_kiosk::services::outbox::{Deliverer, Enqueued, KeepFor, Lookout, Timing};

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
    lookout: Lookout,
    pub(crate) keep: KeepFor,
}

impl Work {
    pub(crate) async fn start(home: &StationHome) -> Self {
        let timing = Arc::new(Virtual::default());
        timing.wall_ms.store(HONEST, Ordering::Relaxed);
        let (station, _) = Station::open(&home.dirs());
        let station = station.timed_by(Arc::<Virtual>::clone(&timing));
        let deliverer = Arc::clone(station.deliverer().await.expect("an outbox"));
        let mut work = Self { station, deliverer, timing, lookout: Lookout::default(), keep: KeepFor::default() };
        work.look(None).await;
        work
    }

    async fn take(&self, number: usize) -> i64 {
        let link = self.station.settings().expect("set up").connection;
        let signup = person(&phone(number), "Канарейка");
        let stored = self
            .deliverer
            .outbox()
            .enqueue(Enrolment::without_consents(signup), link, self.timing.unix_ms())
            .await
            .expect("stored");
        assert!(matches!(stored, Enqueued::New(_)));
        stored.id()
    }

    /// Time at work.
    pub(crate) fn pass(&self, time: Duration) {
        *self.timing.uptime.lock().unwrap_or_else(PoisonError::into_inner) += time;
        self.timing.wall_ms.fetch_add(i64::try_from(time.as_millis()).expect("not for ever"), Ordering::Relaxed);
    }

    pub(crate) async fn look(&mut self, heard: Option<[Heard; 2]>) {
        self.deliverer.look(&mut self.lookout, heard, self.keep).await.expect("looked");
    }

    /// So many hours of work with a look each, in which nothing is heard of SWiP.
    pub(crate) async fn work(&mut self, hours: u32) {
        for _ in 0..hours {
            self.pass(HOUR);
            self.look(None).await;
        }
    }

    pub(crate) async fn count(&self) -> usize {
        self.deliverer.outbox().list().await.expect("a list").len()
    }

    async fn expired(&self) -> u64 {
        self.deliverer.outbox().expired().await.expect("a number")
    }

    fn warning(&self) -> Option<AgeWarning> {
        self.deliverer.status().borrow().warning
    }

    pub(crate) fn stop(self, home: &StationHome) {
        drop(self);
        closed(home);
    }
}

/// What SWiP said a moment ago, twice.
#[expect(clippy::unnecessary_wraps, reason = "as a client says it")]
pub(crate) fn said(date_ms: i64) -> Option<[Heard; 2]> {
    let heard = |secs| Heard { date_ms: date_ms - 1_000 * i64::from(secs), ago: Duration::from_secs(u64::from(secs)) };
    Some([heard(1_u8), heard(2)])
}

pub(crate) fn station() -> (Server, StationHome) {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_clock_never_empties_the_queue() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
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
    // SWiP is heard again: what it says the time is makes nothing older that it did not see.
    work.look(said(HONEST)).await;
    work.pass(HOUR);
    work.look(said(HONEST + 3_600_000)).await;
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
async fn without_a_word_of_swip_the_time_at_work_counts_over_all_starts() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    work.take(1).await;
    for _ in 0..30 {
        work.work(24).await;
        // What was not looked at any more before the end does not count.
        work.pass(HOUR / 2);
        work.stop(&home);
        work = Work::start(&home).await;
    }
    // The first hour of the first day was over before the entry was first seen.
    assert_eq!((work.count().await, work.expired().await), (1, 0));
    work.work(1).await;
    assert_eq!((work.count().await, work.expired().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn swips_own_time_counts_while_the_station_is_switched_off() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    work.keep.signups = RetentionDays::new(7).expect("a number of days");
    work.take(1).await;
    work.work(1).await;
    work.pass(HOUR);
    work.look(said(HONEST)).await;
    for (off_days, left) in [(6, 1), (7, 0)] {
        work.stop(&home);
        work = Work::start(&home).await;
        work.keep.signups = RetentionDays::new(7).expect("a number of days");
        // Whatever the wall says meanwhile.
        work.timing.wall_ms.store(0, Ordering::Relaxed);
        work.look(said(HONEST + off_days * DAY_MS)).await;
        assert_eq!(work.count().await, left, "after {off_days} days");
    }
    let graves = work.deliverer.outbox().tombstones().await.expect("a list");
    assert_eq!(graves.len(), 1);
    assert_eq!(graves[0].expired_ms / 60_000, (HONEST + 7 * DAY_MS) / 60_000, "by SWiP's clock");
    work.stop(&home);
    let listed = home.run(&["queue", "list", "--json"]);
    let ended = &listed.json()["ended"];
    assert_eq!(ended.as_array().map(Vec::len), Some(1), "{listed:?}");
    assert_eq!((&ended[0]["id"], &ended[0]["state"], &ended[0]["attempts"]), (&json!(1), &json!("saved"), &json!(0)));
    assert!(ended[0]["age_secs"].as_i64() > ended[0]["ended_secs"].as_i64(), "{ended}");
    assert!(home.run(&["queue", "list"]).code == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_with_a_wrong_date_ends_nothing() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    work.take(1).await;
    work.work(1).await;
    work.pass(HOUR);
    work.look(said(HONEST)).await;
    let [honest, _] = said(HONEST + 3_600_000).expect("both");
    for wrong_ms in WALLS {
        work.pass(HOUR);
        let wrong = Heard { date_ms: wrong_ms, ago: Duration::from_secs(5) };
        work.look(Some([wrong, honest])).await;
        work.look(Some([honest, wrong])).await;
    }
    assert_eq!((work.count().await, work.expired().await), (1, 0));
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
    let graves = work.deliverer.outbox().tombstones().await.expect("a list");
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
    let mut work = Work::start(&home).await;
    for number in 0..50 {
        work.take(number).await;
    }
    work.work(1).await;
    work.stop(&home);
    let database = || fs::read(home.data().join("outbox.db")).expect("read");
    let before = database();
    let mut work = Work::start(&home).await;
    work.look(None).await;
    work.look(said(HONEST)).await;
    work.stop(&home);
    assert!(database() == before, "no time has passed");
    let mut work = Work::start(&home).await;
    work.work(1).await;
    work.stop(&home);
    let after = database();
    let changed = before.chunks(4096).zip(after.chunks(4096)).filter(|(before, after)| before != after).count();
    assert_eq!(before.len(), after.len());
    assert!((1..=2).contains(&changed), "{changed} pages: the first, and that of the time at work");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_is_warned_as_time_passes() {
    let (_server, home) = station();
    let mut work = Work::start(&home).await;
    assert_eq!(work.warning(), None);
    work.take(1).await;
    work.look(None).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn the_date_of_every_answer_is_heard_whatever_its_status() {
    let (server, home) = station();
    let work = Work::start(&home).await;
    let client = work.station.client().await.expect("a client");
    let nobody = CustomerQuery::Phone(Phone::unassignable());
    assert_eq!(client.heard(), None);
    let _ = client.look_up(&nobody).await;
    assert_eq!(client.heard(), None, "one alone tells nothing");
    server.set_faults(&serde_json::json!({ "stats": { "fault": { "status": { "code": 500 } } } }));
    assert!(client.patient().look_up(&nobody).await.is_err());
    let [last, before] = client.heard().expect("two");
    assert!(last.date_ms >= before.date_ms && last.ago <= before.ago);
}
