//! A station whose delivery is driven step by step, on a clock that the test sets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::date;
use serde_json::{Value, json};
use swip_kiosk::domain::Enrolment;
use swip_kiosk::domain::delivery::{EntryState, Next};
use swip_kiosk::services::outbox::{Deliverer, Timing};
use swip_kiosk::services::{Clock, Station};

use crate::person;
use crate::station::{Server, StationHome};

/// A clock that stands still until it is set.
#[derive(Debug, Default)]
pub(crate) struct SetClock {
    /// Uptime, and what the clock on the wall is ahead of it by, in milliseconds.
    time: Mutex<(Duration, i64)>,
}

impl SetClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.time.lock().unwrap_or_else(PoisonError::into_inner).0 += by;
    }

    /// Sets the clock on the wall, which the uptime knows nothing of.
    pub(crate) fn set_wall(&self, by_ms: i64) {
        self.time.lock().unwrap_or_else(PoisonError::into_inner).1 += by_ms;
    }

    fn time(&self) -> (Duration, i64) {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timing for SetClock {
    fn uptime(&self) -> Duration {
        self.time().0
    }

    fn unix_ms(&self) -> i64 {
        let (uptime, ahead) = self.time();
        1_800_000_000_000 + ahead + i64::try_from(uptime.as_millis()).expect("not that long")
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A station at work in this process.
pub(crate) struct Desk {
    pub(crate) clock: Arc<SetClock>,
    pub(crate) station: Station,
    pub(crate) deliverer: Arc<Deliverer>,
}

impl Desk {
    /// Opens a station, as after a restart: the uptime is whatever the clock says.
    pub(crate) async fn open(home: &StationHome, clock: &Arc<SetClock>) -> Self {
        let timing: Arc<dyn Timing> = Arc::<SetClock>::clone(clock);
        let station = Station::open(&home.dirs()).0.timed_by(timing);
        let deliverer = Arc::clone(station.deliverer().await.expect("an outbox"));
        Self { clock: Arc::clone(clock), station, deliverer }
    }

    /// Closes it, so that it can be opened again.
    pub(crate) fn close(self, home: &StationHome) {
        drop(self);
        crate::closed(home);
    }

    /// A customer signs up; whether that is said to be done or only saved does not matter here.
    pub(crate) async fn sign_up(&self, phone: &str) {
        let now = date(2026, 1, 1).at(12, 0, 0, 0);
        self.station
            .submit(Enrolment::without_consents(person(phone, "Анна")), Clock::Fixed(now))
            .await
            .expect("it is kept");
    }

    /// Lets the worker work for a while; how many times it went to SWiP.
    pub(crate) async fn work(&self, time: Duration) -> usize {
        let end = self.clock.uptime() + time;
        let mut visits = 0;
        loop {
            match self.deliverer.next() {
                Next::Send(id) => {
                    let client = self.station.client().await.expect("a client");
                    self.deliverer.deliver_in_background(id, &client).await;
                    visits += 1;
                }
                Next::Wait(until) if until <= end => self.clock.advance(until.saturating_sub(self.clock.uptime())),
                Next::Wait(_) | Next::Idle => break,
            }
        }
        self.clock.advance(end.saturating_sub(self.clock.uptime()));
        visits
    }

    pub(crate) async fn states(&self) -> Vec<EntryState> {
        self.deliverer.outbox().list().await.expect("a list").into_iter().map(|entry| entry.state).collect()
    }
}

/// Requests to each endpoint, signups first.
pub(crate) fn requests(server: &Server) -> (usize, usize) {
    let ledger = server.ledger();
    let count = |path: &str| ledger.iter().filter(|entry| entry["path"] == path).count();
    (count("/customer-signups"), count("/customer-loyalty-stats"))
}

/// Accounts that were made.
pub(crate) fn made(server: &Server) -> usize {
    server.ledger().iter().filter(|entry| entry["accounts_created"] == true).count()
}

/// A station that asks before it repeats, or does not.
pub(crate) fn reconciling_by(server: &Server, reconcile: &str) -> StationHome {
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "settings": { "reconcile": reconcile } })));
    home
}

/// This fault on the next signup.
pub(crate) fn once(fault: &str) -> Value {
    json!({ "signup": { "fault": fault, "requests": 1 } })
}
