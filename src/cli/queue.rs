//! `queue`: what waits for SWiP, and sending it.

use std::time::Duration;

use tokio::time::timeout;

use super::queue_report::QueueReport;
use super::report::Report;
use super::{Complaint, Headless};
use crate::domain::Failure;
use crate::options::{QueueOptions, QueueVerb};
use crate::services::outbox::{Deliverer, Outbox, StoreError};
use crate::services::{Clock, Station};

/// How long `deliver` works without `--until-empty`.
const ONE_ROUND: Duration = Duration::from_mins(1);
const GONE: &str =
    "there is no queue export, import or release any more: docs/guide/moving.md tells how a station is moved";

impl Headless<'_> {
    /// Carries one queue verb out. All of them need the station to themselves.
    pub(super) fn queue(&self, options: &QueueOptions) -> Result<Report, Complaint> {
        Ok(match options.verb {
            QueueVerb::List => self.with_queue(async |_, deliverer| list(deliverer).await),
            QueueVerb::Retry { id } => self.with_queue(async |_, deliverer| retry(deliverer, id).await),
            QueueVerb::Deliver { until_empty, deadline } => {
                let limit = deadline.map(Duration::from_secs).or((!until_empty).then_some(ONE_ROUND));
                self.with_queue(async |station, deliverer| deliver(station, deliverer, limit).await)
            }
            QueueVerb::Gone { .. } => return Err(Complaint::Usage(GONE)),
        })
    }

    fn with_queue(&self, work: impl AsyncFnOnce(&Station, &Deliverer) -> Result<Report, Failure>) -> Report {
        let (station, opened) = Station::open(self.dirs);
        if super::usable_settings(opened).is_none() {
            return Report::Failed(Failure::NotConfigured);
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(failure) => return Report::Failed(failure),
        };
        station.own(&lock);
        let report = self.tokio.block_on(async {
            let deliverer = station.deliverer().await?;
            work(&station, deliverer).await
        });
        report.unwrap_or_else(Report::Failed)
    }
}

async fn list(deliverer: &Deliverer) -> Result<Report, Failure> {
    let entries = deliverer.outbox().list().await.map_err(|error| failed(&error))?;
    let ended = deliverer.outbox().expired_entries().await.map_err(|error| failed(&error))?;
    let counts = deliverer.outbox().counts().await.map_err(|error| failed(&error))?;
    let now_ms = Clock::System.unix_ms();
    let waits = deliverer.outbox().backoffs(now_ms).await.map_err(|error| failed(&error))?;
    let returned = deliverer.status().borrow().returned.map(|returned| returned.cause);
    Ok(Report::Queue(QueueReport { entries, ended, counts, waits, returned, now_ms }))
}

async fn retry(deliverer: &Deliverer, id: Option<i64>) -> Result<Report, Failure> {
    if !has(deliverer.outbox(), id).await? {
        return Ok(Report::NoSuchEntry);
    }
    deliverer.retry(id).await.map_err(|error| failed(&error))?;
    Ok(Report::Retried)
}

/// Whether there is the entry that was named, if one was.
async fn has(outbox: &Outbox, id: Option<i64>) -> Result<bool, Failure> {
    let Some(id) = id else { return Ok(true) };
    let entries = outbox.list().await.map_err(|error| failed(&error))?;
    Ok(entries.iter().any(|entry| entry.id == id))
}

/// Sends until nothing more can be sent, or the time is up.
async fn deliver(station: &Station, deliverer: &Deliverer, limit: Option<Duration>) -> Result<Report, Failure> {
    deliverer.reload().await;
    let mut status = deliverer.status();
    let emptied = async {
        // What is held for another station, or for a key, is not waited for.
        while deliverer.has_work() && status.changed().await.is_ok() {}
    };
    let work = async {
        tokio::select! {
            () = emptied => {}
            _ = station.deliver_forever() => {}
        }
    };
    match limit {
        Some(limit) => {
            let _ = timeout(limit, work).await;
        }
        None => work.await,
    }
    station.stop().await;
    let counts = deliverer.outbox().counts().await.map_err(|error| failed(&error))?;
    Ok(match counts.waiting + counts.held {
        0 => Report::Delivered,
        left => Report::Left(left),
    })
}

/// Puts what went wrong into the log.
pub(super) fn failed(error: &StoreError) -> Failure {
    tracing::error!(%error, "the outbox cannot be used");
    Failure::Storage
}
