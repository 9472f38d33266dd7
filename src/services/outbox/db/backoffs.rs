//! The back-offs of the whole queue, kept over a restart.

use std::time::Duration;

use rusqlite::params;

use super::columns::{optional_text, text};
use super::store::Store;
use crate::domain::delivery::{Backoff, EntryState, Flow, Hold, longest_backoff};
use crate::services::outbox::error::StoreError;

/// Keeps the back-offs of the queue, and no others; `now_ms` is what the clock on the wall says at `uptime`.
pub(in crate::services) fn save(
    store: &mut Store,
    backoffs: &[Backoff],
    uptime: Duration,
    now_ms: i64,
) -> Result<(), StoreError> {
    let transaction = store.db.transaction()?;
    transaction.execute("DELETE FROM rest", [])?;
    for backoff in backoffs {
        let wait = backoff.until.saturating_sub(uptime);
        let until_ms = end(now_ms, wait);
        transaction.execute(
            "INSERT OR REPLACE INTO rest (flow, reason, until_ms, wait_ms) VALUES (?1, ?2, ?3, ?4)",
            params![backoff.flow.name(), backoff.flow.reason(), until_ms, millis(wait)],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// What the clock on the wall may lose without having been set, in milliseconds.
const CLOCK_RUNS_UNEVENLY_MS: i64 = 60_000;

/// The back-offs that were kept. A clock that was set meanwhile can make one longer by nothing: it is bounded by what it
/// was at first, and by what such a back-off may be.
pub(in crate::services) fn saved(store: &Store, uptime: Duration, now_ms: i64) -> Result<Vec<Backoff>, StoreError> {
    let mut query = store.db.prepare("SELECT flow, reason, until_ms, wait_ms FROM rest")?;
    let rows = query.query_map([], |row| {
        let (name, reason) = (text(row, 0)?, optional_text(row, 1)?);
        Ok((flow_of(&name, reason.as_deref()), row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
    })?;
    let mut backoffs = Vec::new();
    for row in rows {
        let (flow, until_ms, wait_ms) = row?;
        let apart_ms = until_ms.saturating_sub(now_ms);
        // The clock was set back since, which may be what a certificate was not valid by.
        let was_set_back = apart_ms > wait_ms.saturating_add(CLOCK_RUNS_UNEVENLY_MS);
        if flow == Some(Flow::Held(Hold::Tls)) && was_set_back {
            continue;
        }
        if let (Some(flow), Ok(left_ms @ 1..)) = (flow, u64::try_from(apart_ms.min(wait_ms))) {
            let left = Duration::from_millis(left_ms).min(longest_backoff(flow));
            backoffs.push(Backoff { flow, until: uptime + left });
        }
    }
    Ok(backoffs)
}

/// When a wait is over by the clock on the wall, which has shown this millisecond for up to one already.
fn end(now_ms: i64, wait: Duration) -> i64 {
    now_ms.saturating_add(millis(wait)).saturating_add(1)
}

fn millis(wait: Duration) -> i64 {
    // Rounded up: a back-off is never shorter than what was asked for.
    i64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

fn flow_of(name: &str, reason: Option<&str>) -> Option<Flow> {
    match name {
        "outage" => Some(Flow::Outage),
        "paused" => Some(Flow::Paused),
        "held" => match EntryState::parse(name, reason)? {
            EntryState::Held(hold) => Some(Flow::Held(hold)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_back_off_is_no_shorter_for_being_stored() {
        for (micros, later) in [(0, 0), (1, 0), (647_922, 353), (999, 1), (999_999, 3_000_000)] {
            let shown = |micros: u64| i64::try_from(micros / 1000).unwrap();
            let wait = Duration::from_micros(3_600_000_001);
            let until_ms = end(shown(micros), wait);
            let left = Duration::from_millis((until_ms - shown(micros + later)).unsigned_abs());
            assert!(left + Duration::from_micros(later) >= wait, "{micros} {later}: {left:?}");
        }
    }
}
