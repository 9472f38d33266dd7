//! The outbox on disk: what is stored, what is never stored, and what survives a lost key and a damaged file.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod attempts;
mod consents;
mod damage;
mod history;
mod migrations;
mod moving;
mod reconcile;
mod retention;
mod rows;
#[path = "../support/station.rs"]
mod station;
mod stations;
mod turned_away;
mod virtual_time;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use serde_json::{Value, json};
use station::{Server, StationHome};
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{BirthdayForm, Connection, Enrolment, Signup, SignupDraft};
use swip_kiosk::services::Station;
use swip_kiosk::services::outbox::{Deliverer, Enqueued, StoreError};

/// An outbox in this process, with the connection of its station.
struct Opened {
    station: Station,
    deliverer: Arc<Deliverer>,
    link: Connection,
}

impl Opened {
    async fn of(home: &StationHome) -> Self {
        let (station, _) = Station::open(&home.dirs());
        let deliverer = Arc::clone(station.deliverer().await.expect("an outbox"));
        let link = station.settings().expect("set up").connection;
        Self { station, deliverer, link }
    }

    /// Ends as the program does: with the copy up to date.
    async fn stop(self, home: &StationHome) {
        self.station.stop().await;
        drop(self);
        closed(home);
    }

    async fn enqueue(&self, signup: Signup) -> Result<Enqueued, StoreError> {
        self.deliverer.outbox().enqueue(Enrolment::without_consents(signup), self.link.clone(), 1_700_000_000_000).await
    }
}

fn person(phone: &str, first_name: &str) -> Signup {
    let draft = SignupDraft { phone: phone.to_owned(), first_name: first_name.to_owned(), ..SignupDraft::default() };
    draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).expect("a good form")
}

fn phone(number: usize) -> String {
    format!("7916{number:07}")
}

/// A station whose server is gone, with so many signups waiting, all of them in the copy.
fn waiting(count: usize) -> StationHome {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    drop(server);
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let opened = Opened::of(&home).await;
        for number in 0..count {
            opened.enqueue(person(&phone(number), "Анна")).await.expect("stored");
        }
        opened.stop(&home).await;
    });
    home
}

/// Waits until nobody owns the database any more, and everything is in one file.
fn closed(home: &StationHome) {
    // A process may end before its thread has put everything there.
    let is_emptied = || {
        let db = rusqlite::Connection::open(home.data().join("outbox.db"))?;
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map(|is_busy: bool| !is_busy)
    };
    let log = home.data().join("outbox.db-wal");
    station::until("the database is closed", || !log.exists() || is_emptied().is_ok_and(|is_emptied| is_emptied));
}

fn signup(home: &StationHome, phone: &str) -> i32 {
    home.run(&["signup", "--phone", phone, "--json"]).code
}

fn deliver(home: &StationHome, seconds: u32) -> i32 {
    let seconds = seconds.to_string();
    home.run(&["queue", "deliver", "--until-empty", "--deadline", &seconds, "--json"]).code
}

/// Every entry as its state, reason and number of attempts.
fn listed(home: &StationHome) -> Vec<(String, Option<String>, u64)> {
    let ended = home.run(&["queue", "list", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let list = ended.json()["entries"].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    list.iter()
        .map(|entry| {
            let attempts = entry["attempts"].as_u64().expect("a number");
            (text(&entry["state"]).expect("a state"), text(&entry["reason"]), attempts)
        })
        .collect()
}

fn row(state: &str, reason: Option<&str>, attempts: u64) -> (String, Option<String>, u64) {
    (state.to_owned(), reason.map(str::to_owned), attempts)
}

fn posts(server: &Server) -> Vec<Value> {
    server.ledger().into_iter().filter(|entry| entry["path"] == "/customer-signups").collect()
}

/// Copies the database with its log, as a power cut would leave it.
fn copy_database(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for name in ["outbox.db", "outbox.db-wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
}

fn fault(fault: &Value) -> Value {
    json!({ "signup": { "fault": fault } })
}
