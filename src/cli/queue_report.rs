//! What `queue list` tells: as JSON, and for a person.

use serde_json::{Map, Value, json};

use crate::domain::delivery::{Backoff, Flow};
use crate::domain::queue::DeleteReason;
use crate::i18n::Texts;
use crate::services::outbox::{Counts, Entry, ExpiredEntry, ReturnCause};

/// What `queue list` tells, at a time in Unix milliseconds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueueReport {
    pub(super) entries: Vec<Entry>,
    pub(super) ended: Vec<ExpiredEntry>,
    pub(super) counts: Counts,
    /// What keeps all of it from being sent, from now on.
    pub(super) waits: Vec<Backoff>,
    pub(super) returned: Option<ReturnCause>,
    pub(super) now_ms: i64,
}

impl QueueReport {
    /// Adds it to one line of JSON; entries oldest first.
    pub(super) fn json(&self, object: &mut Map<String, Value>) {
        let entry = |entry: &Entry| {
            json!({
                "id": entry.id,
                "state": entry.state.name(),
                "age_secs": self.secs_since(entry.created_ms),
                "attempts": entry.attempts,
                "phone_masked": entry.phone_masked,
                "reason": entry.state.reason(),
            })
        };
        let ended = |ended: &ExpiredEntry| {
            json!({
                "id": ended.id,
                "state": ended.state.name(),
                "age_secs": self.secs_since(ended.created_ms),
                "ended_secs": self.secs_since(ended.expired_ms),
                "attempts": ended.attempts,
                "reason": ended.state.reason(),
                "deleted": ended.deleted.map(DeleteReason::name),
            })
        };
        let Counts { waiting, held, attention, .. } = self.counts;
        object.insert("entries".to_owned(), self.entries.iter().map(entry).collect());
        object.insert("ended".to_owned(), self.ended.iter().map(ended).collect());
        if !self.waits.is_empty() {
            let wait = |wait: &Backoff| json!({ "why": wait.flow.name(), "reason": wait.flow.reason(), "secs": wait.until.as_secs() });
            object.insert("waits".to_owned(), self.waits.iter().map(wait).collect());
        }
        if let Some(cause) = self.returned {
            object.insert("returned".to_owned(), cause.name().into());
        }
        object.insert("counts".to_owned(), json!({ "waiting": waiting, "held": held, "attention": attention }));
    }

    /// For a person.
    pub(super) fn words(&self, texts: &Texts) -> String {
        let Counts { waiting, held, attention, .. } = self.counts;
        let mut lines: Vec<_> = self
            .entries
            .iter()
            .map(|entry| {
                let phone = entry.phone_masked.as_deref().unwrap_or("?");
                let (state, reason) = (entry.state.name(), entry.state.reason().unwrap_or_default());
                format!("{}  {phone}  {state} {reason}  {} s", entry.id, self.secs_since(entry.created_ms))
            })
            .collect();
        if let Some(cause) = self.returned {
            let title = texts.get(match cause {
                ReturnCause::Damage => "damage-title",
                ReturnCause::Backup => "backup-title",
                ReturnCause::OtherMachine => "other-machine-title",
            });
            lines.push(title.into_owned());
        }
        if self.entries.is_empty() {
            lines.push(texts.get("cli-queue-empty").into_owned());
        } else {
            let variables = [("waiting", waiting.into()), ("held", held.into()), ("attention", attention.into())];
            lines.push(texts.with("cli-queue-counts", &variables).into_owned());
        }
        lines.extend(self.waits.iter().map(|wait| {
            let why = match wait.flow {
                Flow::Paused => "cli-queue-paused",
                Flow::Flowing | Flow::Outage => "cli-queue-outage",
                Flow::Held(_) => "cli-queue-held",
            };
            let secs = ("secs", u32::try_from(wait.until.as_secs()).unwrap_or(u32::MAX).into());
            texts.with(why, &[secs]).into_owned()
        }));
        if !self.ended.is_empty() {
            let variables = [("count", self.ended.len().into())];
            lines.push(texts.with("cli-queue-ended", &variables).into_owned());
            lines.extend(self.ended.iter().map(|ended| {
                let (state, reason) = (ended.state.name(), ended.state.reason().unwrap_or_default());
                format!("{}  {state} {reason}  {} s", ended.id, self.secs_since(ended.expired_ms))
            }));
        }
        lines.join("\n")
    }

    fn secs_since(&self, ms: i64) -> i64 {
        self.now_ms.saturating_sub(ms).max(0) / 1000
    }
}
