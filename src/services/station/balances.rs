//! Asks about a whole list of customers: a few at once, not too fast, and no faster than SWiP wishes.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use super::Station;
use crate::domain::balances::pace::{AT_ONCE, AfterFailure, ListPace, MOST_TRIES};
use crate::domain::balances::{AnsweredRow, ListNews, RowAnswer};
use crate::domain::failure::Unavailable;
use crate::domain::{CustomerQuery, Failure, Lookup};
use crate::services::api::ApiError;
use crate::services::clock::Clock;

/// Takes what a list tells of itself; an error ends the list.
pub(super) type TakeNews<'a> = dyn FnMut(ListNews) -> Result<(), Failure> + Send + 'a;

/// One row on its way.
struct AskedRow {
    row: usize,
    query: CustomerQuery,
    tries: u32,
    sent: Duration,
}

/// A list at work.
struct ListRun<'a> {
    station: &'a Station,
    started: Instant,
    pace: ListPace,
    waiting: VecDeque<(usize, CustomerQuery, u32)>,
    asked: JoinSet<(AskedRow, Result<Lookup, ApiError>)>,
    /// How many customers are being signed up: they go first.
    signups: watch::Receiver<usize>,
}

impl Station {
    /// Asks SWiP about customers, each with its place in a list. Every row that gets an answer, or is given up, is told in the order
    /// of the answers; one that is not told was not answered. Whoever drops the future has ended it: nothing is asked from then on.
    ///
    /// # Errors
    /// What ended the list before its end.
    pub async fn look_up_list(
        &self,
        rows: Vec<(usize, CustomerQuery)>,
        take: &mut TakeNews<'_>,
    ) -> Result<(), Failure> {
        let waiting = rows.into_iter().map(|(row, query)| (row, query, 0)).collect();
        let (pace, asked, signups) = (ListPace::default(), JoinSet::new(), self.signups.subscribe());
        ListRun { station: self, started: now(), pace, waiting, asked, signups }.run(take).await
    }
}

impl ListRun<'_> {
    async fn run(&mut self, take: &mut TakeNews<'_>) -> Result<(), Failure> {
        while !(self.waiting.is_empty() && self.asked.is_empty()) {
            let wait = self.pace.wait(self.uptime());
            let is_free = *self.signups.borrow_and_update() == 0;
            let may_ask = !self.waiting.is_empty() && self.asked.len() < AT_ONCE;
            if may_ask && is_free && wait.is_zero() {
                self.ask().await?;
                continue;
            }
            tokio::select! {
                Some(answer) = self.asked.join_next() => self.take_in(answer, take)?,
                () = sleep(wait), if may_ask && is_free => {}
                _ = self.signups.changed(), if !is_free => {}
            }
        }
        Ok(())
    }

    /// Sends the next row's question. The client is asked for each time, so that new settings hold at once.
    async fn ask(&mut self) -> Result<(), Failure> {
        let Some((row, query, tries)) = self.waiting.pop_front() else {
            return Ok(());
        };
        let client = self.station.link()?.client().await.map_err(|error| Failure::from(&error))?;
        let sent = self.uptime();
        self.pace.sent(sent);
        self.asked.spawn(async move {
            let result = client.look_up(&query).await;
            (AskedRow { row, query, tries: tries + 1, sent }, result)
        });
        Ok(())
    }

    fn take_in(
        &mut self,
        answer: Result<(AskedRow, Result<Lookup, ApiError>), JoinError>,
        take: &mut TakeNews<'_>,
    ) -> Result<(), Failure> {
        let (asked, result) = answer.map_err(|_| Failure::Internal)?;
        self.station.tell_deliverer(&result);
        let wait = result.as_ref().err().and_then(ApiError::retry_after);
        let answer = result.map_err(|error| Failure::from(&error));
        if let Err(failure) = answer
            && !matches!(failure, Failure::Refused(_))
        {
            return self.failed(asked, failure, wait, take);
        }
        self.pace.answered();
        take(answered(asked.row, answer.into()))
    }

    fn failed(
        &mut self,
        asked: AskedRow,
        failure: Failure,
        wait: Option<Duration>,
        take: &mut TakeNews<'_>,
    ) -> Result<(), Failure> {
        let now = self.uptime();
        if self.pace.failed(failure, asked.sent, now, wait) == AfterFailure::End {
            return Err(failure);
        }
        // That SWiP is busy is no fault of the row's.
        let is_busy = failure == Failure::Unavailable(Unavailable::Busy);
        if is_busy || asked.tries < MOST_TRIES {
            self.waiting.push_front((asked.row, asked.query, asked.tries - u32::from(is_busy)));
            let wait = self.pace.wait(now).as_millis();
            return take(ListNews::Waits(u64::try_from(wait).unwrap_or(u64::MAX)));
        }
        take(answered(asked.row, RowAnswer::Unavailable))
    }

    fn uptime(&self) -> Duration {
        now().duration_since(self.started)
    }
}

fn answered(row: usize, answer: RowAnswer) -> ListNews {
    ListNews::Answered(AnsweredRow { row, answer, at_ms: Clock::System.unix_ms() })
}

#[expect(clippy::disallowed_methods, reason = "the clock that requests are spaced by")]
fn now() -> Instant {
    Instant::now()
}
