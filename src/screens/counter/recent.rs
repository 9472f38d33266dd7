//! What was done today: from the journal what was done before the program started, and since then as it happens.

use jiff::civil::DateTime;

use super::{Counter, RECENT};
use crate::domain::delivery::Submission;
use crate::domain::journal::{JournalAnswer, JournalQuestion, JournalRow, Outcome};
use crate::domain::{Failure, Points};
use crate::effect::{Effect, RequestId, RequestIds};
use crate::screens::UpdateContext;

/// One thing done today, as the list beside shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// When, in local time.
    pub at: DateTime,
    /// The phone or pass with all but its end hidden; nothing of a pass that the journal tells.
    pub masked: String,
    /// How it ended.
    pub outcome: CounterOutcome,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterOutcome {
    /// A member with points.
    Member(Points),
    /// Nobody.
    Unknown,
    /// Signed up.
    SignedUp(Submission),
    /// Not done.
    Failed(Failure),
    /// Before the program started, as the journal tells.
    Noted(Outcome),
}

/// Whether the journal told what was done before.
#[derive(Debug, Default)]
pub(super) enum RecentStatus {
    /// Nobody asked.
    #[default]
    Unasked,
    /// It is being asked.
    Asked(RequestId),
    /// It told, or cannot.
    Told,
}

impl RecentStatus {
    /// The answer will not reach the counter: it is asked again.
    pub(super) fn forget_question(&mut self) {
        if let Self::Asked(_) = self {
            *self = Self::Unasked;
        }
    }
}

impl Counter {
    /// What the journal is to be asked before the counter can tell what was done; nothing once it was.
    pub fn ask_recent(&mut self, ids: &mut RequestIds) -> Option<Effect> {
        let RecentStatus::Unasked = self.recent_status else { return None };
        let id = ids.next_id();
        self.recent_status = RecentStatus::Asked(id);
        Some(Effect::AskJournal { id, question: JournalQuestion::Recent })
    }

    /// The journal's records are older than what was done here since; the newest of them may be the same.
    pub(super) fn recent_told(&mut self, id: RequestId, result: Result<JournalAnswer, Failure>) {
        if !matches!(self.recent_status, RecentStatus::Asked(asked) if asked == id) {
            return;
        }
        self.recent_status = RecentStatus::Told;
        // A trial has no journal, and a list without a past is no trouble worth a word.
        let Ok(JournalAnswer::Recent(rows)) = result else { return };
        let since = self.recent.len();
        let is_known = |at: usize, row: &JournalRow| {
            at < since && self.recent.iter().any(|operation| operation.masked == masked(row))
        };
        let before = rows.iter().enumerate().filter(|(at, row)| !is_known(*at, row)).map(|(_, row)| Operation {
            at: row.at,
            masked: masked(row),
            outcome: CounterOutcome::Noted(row.record.outcome),
        });
        let before: Vec<_> = before.collect();
        self.recent.extend(before);
        self.recent.truncate(RECENT);
    }

    pub(super) fn remember(&mut self, masked: String, outcome: CounterOutcome, cx: &UpdateContext<'_>) {
        self.recent.push_front(Operation { at: cx.now.local, masked, outcome });
        self.recent.truncate(RECENT);
    }
}

fn masked(row: &JournalRow) -> String {
    row.record.phone.map(|phone| phone.to_string()).unwrap_or_default()
}
