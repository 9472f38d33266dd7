//! What the delivery goes by, without opening a single record: which entries wait, and whose they are.

use rusqlite::params;

use super::store::{OTHER_STATION, Store, state_of};
use super::{Sender, StoreError};
use crate::domain::delivery::EntryState;
use crate::domain::station::Origin;
use crate::services::sabotage::Sabotage;

impl Store {
    /// Every live entry, oldest first, and where it stands.
    pub(super) fn live(&self) -> Result<Vec<(i64, EntryState)>, StoreError> {
        let mut query =
            self.db.prepare("SELECT id, state, reason FROM entry WHERE state <> 'attention' ORDER BY id")?;
        let live = query.query_map([], |row| {
            Ok((row.get(0)?, state_of(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?)))
        })?;
        Ok(live.collect::<Result<_, _>>()?)
    }

    /// Lets entries of another origin or merchant rest, and wakes those of this one.
    pub(super) fn belong_to(&mut self, origin: &Origin, merchant_id: &str) -> Result<(), StoreError> {
        self.commit_late()?;
        if Sabotage::OtherStationSent.is_on() {
            return Ok(());
        }
        let transaction = self.db.transaction()?;
        for (sender, rests) in senders(&transaction)? {
            // There are few stations, and many entries of each.
            let (from_rest, to) = match (sender.is_of(origin, merchant_id), rests) {
                (true, true) => (true, EntryState::Unknown),
                (false, false) => (false, OTHER_STATION),
                (true, false) | (false, true) => continue,
            };
            transaction.execute(
                "UPDATE entry SET state = ?1, reason = ?2
                 WHERE state <> 'attention' AND reason IS NOT 'exported' AND base_url = ?3 AND merchant_id = ?4
                       AND (state = 'held' AND reason IS ?5) = ?6",
                params![
                    to.name(),
                    to.reason(),
                    sender.base_url,
                    sender.merchant_id,
                    OTHER_STATION.reason(),
                    from_rest,
                ],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Under which stations live entries were taken, without store and cash id, and whether they rest for that.
fn senders(transaction: &rusqlite::Transaction<'_>) -> Result<Vec<(Sender, bool)>, StoreError> {
    let mut query = transaction.prepare(
        "SELECT DISTINCT base_url, merchant_id, state = 'held' AND reason IS ?1 FROM entry WHERE state <> 'attention'",
    )?;
    let senders = query.query_map([OTHER_STATION.reason()], |row| {
        let sender =
            Sender { base_url: row.get(0)?, merchant_id: row.get(1)?, store_id: String::new(), cash_id: String::new() };
        Ok((sender, row.get(2)?))
    })?;
    Ok(senders.collect::<Result<_, _>>()?)
}
