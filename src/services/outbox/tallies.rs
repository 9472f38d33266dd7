//! What the outbox keeps of each entry's attempts, and of the rests of the whole queue.

use std::time::Duration;

use rusqlite::{ErrorCode, OptionalExtension, params};

use super::store::{KEY_LOST, OTHER_STATION, Store};
use super::{Attempt, StoreError};
use crate::domain::delivery::{Concern, EntryState, Flow, Rest, Tally, longest_rest};
use crate::domain::station::Connection as StationLink;
use crate::services::sabotage::Sabotage;

const NOT_PERMITTED: EntryState = EntryState::Attention(Concern::NotPermitted);

impl Store {
    /// An entry that may be sent over this link; none if it is gone, needs a manager, or belongs elsewhere.
    pub(super) fn peek(&mut self, id: i64, link: &StationLink) -> Result<Option<Attempt>, StoreError> {
        let rests = "SELECT state = 'attention' OR reason IS 'exported' FROM entry WHERE id = ?1";
        if self.db.query_row(rests, [id], |row| row.get(0)).optional()? != Some(false) {
            return Ok(None);
        }
        let found = match self.read(id) {
            // Sealed under a key that is gone. It is kept: the key may turn up again.
            Err(StoreError::Sealing) => {
                self.keep(id, KEY_LOST)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
            Ok(None) => return Ok(None),
            Ok(Some(found)) => found,
        };
        let is_ours = found.sender.is_of(&link.base_url.origin(), link.merchant_id.as_str());
        if is_ours || Sabotage::OtherStationSent.is_on() {
            return Ok(Some(found));
        }
        // The settings may have changed since the queue was sorted: what counts is where the bytes would go.
        self.db.execute(
            "UPDATE entry SET state = ?2, reason = ?3
             WHERE id = ?1 AND state <> 'attention'",
            params![id, OTHER_STATION.name(), OTHER_STATION.reason()],
        )?;
        Ok(None)
    }

    /// Leaves an entry waiting, or to a manager, after an attempt or a lookup, with what is kept of its attempts.
    pub(super) fn keep_tried(&mut self, tried: &Attempt, state: EntryState) -> Result<(), StoreError> {
        let Tally { is_unsettled, unusable, server_errors, fruitless } = tried.tally;
        self.db.execute(
            "UPDATE entry SET state = ?2, reason = ?3, attempts = ?4, unsettled = ?5, unusable = ?6,
                              server_errors = ?7, fruitless = ?8
             WHERE id = ?1 AND created_ms = ?9 AND (state <> 'attention' OR ?2 = 'attention')",
            params![
                tried.id,
                state.name(),
                state.reason(),
                tried.attempts,
                is_unsettled,
                unusable,
                server_errors,
                fruitless,
                tried.created_ms
            ],
        )?;
        Ok(())
    }

    /// Takes an entry back from the manager that was blamed for what turned out to be the station's trouble; false if it
    /// is no longer there, or another signup of its phone waits by now.
    pub(super) fn acquit(&mut self, id: i64, hold: EntryState) -> Result<bool, StoreError> {
        let changed = self.db.execute(
            "UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1 AND state = ?4 AND reason = ?5",
            params![id, hold.name(), hold.reason(), NOT_PERMITTED.name(), NOT_PERMITTED.reason()],
        );
        match changed {
            Ok(changed) => Ok(changed == 1),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps the rests of the queue, and no others; `now_ms` is what the clock on the wall says at `uptime`.
    pub(super) fn keep_rests(&mut self, rests: &[Rest], uptime: Duration, now_ms: i64) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        transaction.execute("DELETE FROM rest", [])?;
        for rest in rests {
            let (name, reason) = names(rest.flow);
            let wait = rest.until.saturating_sub(uptime);
            let until_ms = end(now_ms, wait);
            transaction.execute(
                "INSERT OR REPLACE INTO rest (flow, reason, until_ms, wait_ms) VALUES (?1, ?2, ?3, ?4)",
                params![name, reason, until_ms, millis(wait)],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The rests that were kept. A clock that was set meanwhile can make one longer by nothing: it is bounded by what it
    /// was at first, and by what such a rest may be.
    pub(super) fn rests(&self, uptime: Duration, now_ms: i64) -> Result<Vec<Rest>, StoreError> {
        let mut query = self.db.prepare("SELECT flow, reason, until_ms, wait_ms FROM rest")?;
        let rows = query.query_map([], |row| {
            let name: String = row.get(0)?;
            let reason: Option<String> = row.get(1)?;
            Ok((flow_of(&name, reason.as_deref()), row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        })?;
        let mut rests = Vec::new();
        for row in rows {
            let (flow, until_ms, wait_ms) = row?;
            let left_ms = until_ms.saturating_sub(now_ms).min(wait_ms);
            if let (Some(flow), Ok(left_ms @ 1..)) = (flow, u64::try_from(left_ms)) {
                let left = Duration::from_millis(left_ms).min(longest_rest(flow));
                rests.push(Rest { flow, until: uptime + left });
            }
        }
        Ok(rests)
    }
}

/// When a wait is over by the clock on the wall, which has shown this millisecond for up to one already.
fn end(now_ms: i64, wait: Duration) -> i64 {
    now_ms.saturating_add(millis(wait)).saturating_add(1)
}

fn millis(wait: Duration) -> i64 {
    // Rounded up: a rest is never shorter than what was asked for.
    i64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

fn names(flow: Flow) -> (&'static str, Option<&'static str>) {
    match flow {
        Flow::Flowing => ("flowing", None),
        Flow::Outage => ("outage", None),
        Flow::Paused => ("paused", None),
        Flow::Held(hold) => ("held", EntryState::Held(hold).reason()),
    }
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
    fn a_rest_is_no_shorter_for_being_stored() {
        for (micros, later) in [(0, 0), (1, 0), (647_922, 353), (999, 1), (999_999, 3_000_000)] {
            let shown = |micros: u64| i64::try_from(micros / 1000).unwrap();
            let wait = Duration::from_micros(3_600_000_001);
            let until_ms = end(shown(micros), wait);
            let left = Duration::from_millis((until_ms - shown(micros + later)).unsigned_abs());
            assert!(left + Duration::from_micros(later) >= wait, "{micros} {later}: {left:?}");
        }
    }
}
