//! What the station tells of itself.

use std::env;

use tokio::task::spawn_blocking;

use super::Station;
use crate::domain::{AboutFacts, Protection, redacted};
use crate::services::clock::Clock;

const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Station {
    /// What it tells a person, and support.
    pub async fn about(&self) -> AboutFacts {
        let store = self.store.clone();
        let log = store.as_ref().map(|store| store.dirs.log());
        let protection = spawn_blocking(move || store.map(|store| store.tokens.protection())).await.ok().flatten();
        let last_answer = self.server_time.last_answer(Clock::System);
        let clock_error = self.server_time.clock_error(Clock::System);
        let mut lines = vec![
            format!("swip-kiosk {VERSION}, {} {}", env::consts::OS, env::consts::ARCH),
            format!("key: {}", protection.map_or("none", Protection::name)),
            format!("last_answer: {}", last_answer.map_or_else(|| "none".to_owned(), |at| at.to_string())),
            format!("clock_ahead_ms: {}", clock_error.map_or(0, |error| error.ahead_ms)),
        ];
        if let Some(deliverer) = self.deliverer.get() {
            let status = *deliverer.status().borrow();
            let (counts, flow, disk) = (status.counts, status.flow, status.disk);
            let [waiting, held, attention] = [counts.waiting, counts.held, counts.attention];
            lines.push(format!(
                "queue: {waiting} waiting, {held} held, {attention} need a manager, {}, disk {disk:?}",
                flow.name()
            ));
        }
        match self.settings() {
            Ok(settings) => lines.push(redacted(&settings)),
            Err(failure) => lines.push(format!("settings: {}", failure.reason())),
        }
        AboutFacts { version: VERSION, log, last_answer, diagnostics: lines.join("\n") }
    }
}
