//! What is remembered of an entry's attempts, and what others tell about its own part in a failure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Concern, EntryState, Hold};
use crate::domain::failure::{Credentials, Failure, Unavailable};

/// What is kept of an entry's earlier attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptStats {
    /// An attempt may have been carried out, and nothing has settled it since.
    pub is_unsettled: bool,
    /// Answers in a row that claim success and are none.
    pub unusable: u32,
    /// Server errors that it met while others got through.
    pub server_errors: u32,
    /// Answers to lookups in a row that said neither yes nor no.
    pub fruitless: u32,
}

/// What the entries tell about each other: who got through lately, and who did not.
#[derive(Debug, Default)]
pub struct FailureAttribution {
    /// How many got through.
    through: u64,
    /// When the last one did, in uptime.
    last_through: Option<Duration>,
    /// How many had got through at the last server error of an entry that was counted.
    counted: BTreeMap<i64, u64>,
    /// How often each was turned away, with others getting through between.
    turned_away: BTreeMap<i64, u32>,
    /// Who was turned away since anybody got through.
    suspect: Suspect,
}

/// Who was turned away since anybody got through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Suspect {
    #[default]
    Nobody,
    /// This entry alone, which is blamed for it.
    One(i64),
    /// Several: it is the station's trouble.
    Several,
}

/// What an attempt makes of an entry that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it stands.
    pub state: EntryState,
    /// What is kept of its attempts.
    pub stats: AttemptStats,
    /// An entry that was blamed for what turns out to be the station's trouble.
    pub reclassified: Option<i64>,
}

/// Answers in a row that claim success and are none, after which the address is taken for wrong.
const MOST_UNUSABLE: u32 = 3;
/// Server errors of one entry, while others get through, after which a manager must look.
const MOST_SERVER_ERRORS: u32 = 20;
/// How often an entry is turned away, with others getting through between, until it is its own whoever else is turned away.
const MOST_TURNED_AWAY: u32 = 3;
/// Lookups in a row without a yes or no, after which the entry is posted again all the same.
const MOST_FRUITLESS: u32 = 3;
/// To be turned away is the entry's own while somebody else got through within this time.
const FRESH: Duration = Duration::from_hours(1);

impl FailureAttribution {
    /// Takes note that an entry got through and is gone.
    pub fn got_through(&mut self, id: i64, now: Duration) {
        self.through += 1;
        self.last_through = Some(now);
        self.suspect = Suspect::Nobody;
        self.forget(id);
    }

    /// Forgets an entry.
    pub fn forget(&mut self, id: i64) {
        self.counted.remove(&id);
        self.turned_away.remove(&id);
    }

    /// What an attempt of entry `id` means beyond its own answer.
    ///
    /// `state` is what the answer alone says; `failure` is what the last request brought, if it failed.
    pub fn judge(
        &mut self,
        (id, before): (i64, AttemptStats),
        state: EntryState,
        failure: Option<Failure>,
        now: Duration,
    ) -> Verdict {
        let mut verdict = Verdict { state, stats: before, reclassified: None };
        verdict.stats.is_unsettled |= state == EntryState::Unknown;
        verdict.stats.unusable = match failure {
            Some(Failure::Unavailable(Unavailable::UnusableAnswer | Unavailable::Compressed)) => {
                before.unusable.saturating_add(1)
            }
            _ => 0,
        };
        if failure == Some(Failure::Unavailable(Unavailable::ServerError)) && self.is_news_for(id) {
            verdict.stats.server_errors += 1;
            if verdict.stats.server_errors >= MOST_SERVER_ERRORS {
                verdict.state = EntryState::Attention(Concern::ServerErrors);
            }
        }
        let is_unusable = verdict.stats.unusable >= MOST_UNUSABLE;
        if is_unusable {
            verdict.state = EntryState::Held(Hold::Address);
        }
        if is_unusable || is_turned_away(failure) {
            (verdict.state, verdict.reclassified) = self.blame(id, verdict.state, now);
        }
        verdict
    }

    /// Whether others got through since this entry's last counted server error. A server that is down blames nobody.
    fn is_news_for(&mut self, id: i64) -> bool {
        let counted = self.counted.insert(id, self.through).unwrap_or(0);
        self.through > counted
    }

    /// Whose trouble it is that this entry is turned away: its own while others got through lately and nobody else was turned away
    /// since, or if it was so often enough. Else it stands as its answer says, and who was blamed before is blamed no more.
    fn blame(&mut self, id: i64, state: EntryState, now: Duration) -> (EntryState, Option<i64>) {
        let own = EntryState::Attention(Concern::NotPermitted);
        let is_fresh = self.last_through.is_some_and(|last| now.saturating_sub(last) <= FRESH);
        if is_fresh && self.is_news_for(id) {
            let times = self.turned_away.entry(id).or_default();
            *times += 1;
            if *times >= MOST_TURNED_AWAY {
                return (own, None);
            }
        }
        match self.suspect {
            Suspect::Nobody if is_fresh => {
                self.suspect = Suspect::One(id);
                (own, None)
            }
            Suspect::One(suspect) if suspect != id => {
                self.suspect = Suspect::Several;
                (state, Some(suspect))
            }
            Suspect::One(_) if is_fresh => (own, None),
            Suspect::Nobody | Suspect::One(_) | Suspect::Several => (state, None),
        }
    }
}

/// Whether an answer is one that a firewall gives to single requests, which it does in many ways.
fn is_turned_away(failure: Option<Failure>) -> bool {
    matches!(
        failure,
        Some(
            Failure::Credentials(Credentials::NotPermitted)
                | Failure::Unavailable(
                    Unavailable::Redirected | Unavailable::WrongAddress | Unavailable::MethodNotAllowed
                )
        )
    )
}

impl AttemptStats {
    /// The stats after an answer to a lookup that said neither yes nor no.
    #[must_use]
    pub fn fruitless(self) -> Self {
        Self { fruitless: self.fruitless.saturating_add(1), ..self }
    }

    /// Whether asking has been in vain so often that the entry is posted again.
    pub fn is_asking_in_vain(self) -> bool {
        self.fruitless >= MOST_FRUITLESS
    }
}
