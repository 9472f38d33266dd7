//! The journal as a manager sees it: what is asked of it, and what is told.

use std::path::PathBuf;

use jiff::civil::DateTime;

use super::{Filter, JournalRange, Kind, KindGroup, Outcome, OutcomeGroup, Record, RecordPlace};
use crate::domain::{FileForm, PhoneMask};

/// What is asked of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalQuestion {
    /// The figures and the chart of a range.
    Report(JournalRange),
    /// Some records of it, from before a place on.
    Page(JournalRange, JournalSearch, Option<RecordPlace>),
    /// All records of it in a file.
    Export(JournalRange, FileForm),
    /// The last things that were done with customers today.
    Recent,
}

/// What the journal told, each in answer to the question of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalAnswer {
    /// The figures and the chart.
    Report(JournalReport),
    /// Some records.
    Page(JournalRows),
    /// Where the file is.
    Exported(PathBuf),
    /// What was done today, newest first.
    Recent(Vec<JournalRow>),
}

/// What a person looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalSearch {
    /// What was done.
    pub kinds: Option<KindGroup>,
    /// How it ended.
    pub outcomes: Option<OutcomeGroup>,
    /// How the phone ends that it was about.
    pub phone: Option<PhoneMask>,
}

/// A range in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalReport {
    /// In all.
    pub figures: JournalFigures,
    /// Signups that were taken, bar by bar.
    pub bars: Vec<JournalBar>,
}

/// A bar of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalBar {
    /// Where it begins, in local time.
    pub start: DateTime,
    /// How many signups were taken.
    pub signups: u64,
}

/// How often what ended how, as customers were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalFigures {
    /// Signups that SWiP took at once.
    pub registered: u64,
    /// Signups of customers who were members before.
    pub already_members: u64,
    /// Signups that were saved, to be sent later.
    pub saved: u64,
    /// Signups that SWiP refused.
    pub refused: u64,
    /// Times that points were asked for, however that ended.
    pub lookups: u64,
    /// Signups and lookups that could not be done.
    pub failures: u64,
    /// How long SWiP took; none where it answered nothing, or the records are gone.
    pub answers: Option<AnswerTimes>,
}

/// How long SWiP took to answer lookups and signups, as the person in front of the station saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerTimes {
    /// Half of the answers took no longer.
    pub median_ms: u32,
    /// Of twenty answers, nineteen took no longer.
    pub p95_ms: u32,
}

/// Some records, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalRows {
    /// The records.
    pub rows: Vec<JournalRow>,
    /// From before where older ones follow; none if there are none.
    pub next: Option<RecordPlace>,
}

/// One record as a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Its number.
    pub number: i64,
    /// When it ended, in local time.
    pub at: DateTime,
    /// What was noted down.
    pub record: Record,
}

impl JournalSearch {
    /// The same without bounds in time.
    pub fn filter(self) -> Filter {
        Filter {
            kinds: self.kinds.map_or(&[], KindGroup::kinds),
            outcomes: self.outcomes.map_or(&[], OutcomeGroup::outcomes),
            phone: self.phone,
            ..Filter::default()
        }
    }
}

impl JournalFigures {
    /// Counts something that happened so often; true if it was a signup that was taken: it belongs into the chart.
    pub fn add(&mut self, kind: Kind, outcome: Outcome, count: u64) -> bool {
        match kind {
            Kind::Signup => self.add_signup(outcome, count),
            Kind::LookupByPhone | Kind::LookupByPass => {
                self.lookups += count;
                if outcome == Outcome::Refused || OutcomeGroup::Failed.outcomes().contains(&outcome) {
                    self.failures += count;
                }
                false
            }
            Kind::Delivery
            | Kind::ConnectionTest
            | Kind::SettingsSaved
            | Kind::Expiry
            | Kind::ConsentsExported
            | Kind::CustomerForgotten
            | Kind::SignupRevealed
            | Kind::SignupCorrected
            | Kind::SignupDeleted
            | Kind::BalancesListed => false,
        }
    }

    fn add_signup(&mut self, outcome: Outcome, count: u64) -> bool {
        let figure = match outcome {
            Outcome::Registered => &mut self.registered,
            Outcome::AlreadyMember => &mut self.already_members,
            Outcome::Saved | Outcome::Held | Outcome::Attention => &mut self.saved,
            Outcome::Refused => &mut self.refused,
            Outcome::CredentialsRefused
            | Outcome::Unavailable
            | Outcome::NotConfigured
            | Outcome::StorageFailed
            | Outcome::Internal => &mut self.failures,
            // No signup ends so.
            Outcome::Done | Outcome::Found | Outcome::NotFound | Outcome::Expired => return false,
        };
        *figure += count;
        matches!(outcome, Outcome::Registered | Outcome::Saved | Outcome::Held | Outcome::Attention)
    }

    /// Whether nothing was done with customers.
    pub fn is_empty(&self) -> bool {
        let Self { registered, already_members, saved, refused, lookups, failures, answers: _ } = *self;
        registered + already_members + saved + refused + lookups + failures == 0
    }
}

impl AnswerTimes {
    /// What the times of some answers say; nothing of none.
    pub fn of(mut times_ms: Vec<u32>) -> Option<Self> {
        let last = times_ms.len().checked_sub(1)?;
        times_ms.sort_unstable();
        // The least time that so many percent of the answers did not exceed.
        let at = |percent: usize| times_ms.get((times_ms.len() * percent).div_ceil(100).saturating_sub(1).min(last));
        Some(Self { median_ms: *at(50)?, p95_ms: *at(95)? })
    }

    /// Whether SWiP answered a person, and the time says so.
    pub fn count(kind: Kind, outcome: Outcome) -> bool {
        let is_for_a_customer = matches!(kind, Kind::LookupByPhone | Kind::LookupByPass | Kind::Signup);
        let is_answer = matches!(
            outcome,
            Outcome::Registered | Outcome::AlreadyMember | Outcome::Found | Outcome::NotFound | Outcome::Refused
        );
        is_for_a_customer && is_answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_answers_and_nineteen_of_twenty_took_no_longer() {
        let of = |times: &[u32]| AnswerTimes::of(times.to_vec()).map(|times| (times.median_ms, times.p95_ms));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), Some((7, 7)));
        assert_eq!(of(&[9, 1, 5]), Some((5, 9)));
        assert_eq!(of(&[4, 3, 2, 1]), Some((2, 4)));
        let hundred: Vec<u32> = (1..=100).rev().collect();
        assert_eq!(of(&hundred), Some((50, 95)));
        let twenty: Vec<u32> = (1..=20).collect();
        assert_eq!(of(&twenty), Some((10, 19)));
    }

    #[test]
    fn everything_that_was_done_with_customers_is_in_one_figure() {
        for kind in Kind::ALL {
            for outcome in Outcome::ALL {
                let mut figures = JournalFigures::default();
                let is_in_chart = figures.add(kind, outcome, 3);
                let JournalFigures { registered, already_members, saved, refused, lookups, failures, .. } = figures;
                let is_lookup = matches!(kind, Kind::LookupByPhone | Kind::LookupByPass);
                assert_eq!(lookups, if is_lookup { 3 } else { 0 });
                let others = registered + already_members + saved + refused + failures;
                assert!(others <= 3, "{kind:?} {outcome:?}");
                assert!(is_lookup || kind == Kind::Signup || others == 0, "{kind:?} {outcome:?}");
                assert!(!is_in_chart || registered + saved == 3, "{kind:?} {outcome:?}");
            }
        }
    }
}
