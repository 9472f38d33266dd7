//! How `balances` tells what came of a list.

use serde_json::{Map, Value};

use crate::domain::Failure;
use crate::domain::balances::ListCounts;
use crate::i18n::{Texts, failure_advice, failure_title};

/// What came of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BalancesReport {
    pub(super) counts: ListCounts,
    /// What ended it before its end.
    pub(super) failure: Option<Failure>,
}

impl BalancesReport {
    /// Why it is not done; none if it is. A list of which nothing was answered fails like a single lookup.
    pub(super) fn failure(self) -> Option<Failure> {
        let ListCounts { found, not_found, refused, .. } = self.counts;
        self.failure.filter(|_| found + not_found + refused == 0)
    }

    /// Whether every row has its answer.
    pub(super) fn is_whole(self) -> bool {
        self.counts.unanswered == 0
    }

    /// Why some rows have no answer.
    fn reason(self) -> &'static str {
        self.failure.map_or("in_part", Failure::reason)
    }

    /// Adds it to one line of JSON.
    pub(super) fn json(self, object: &mut Map<String, Value>) {
        if !self.is_whole() {
            object.insert("reason".to_owned(), self.reason().into());
        }
        let ListCounts { found, not_found, invalid, refused, unanswered, .. } = self.counts;
        let rows = found + not_found + invalid + refused + unanswered;
        for (name, count) in [
            ("rows", rows),
            ("found", found),
            ("not_found", not_found),
            ("invalid", invalid),
            ("refused", refused),
            ("unanswered", unanswered),
        ] {
            object.insert(name.to_owned(), count.into());
        }
    }

    /// For a person.
    pub(super) fn words(self, texts: &Texts) -> String {
        let ListCounts { found, not_found, invalid, refused, unanswered, .. } = self.counts;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).into();
        let variables = [
            ("found", count(found)),
            ("unknown", count(not_found)),
            ("invalid", count(invalid)),
            ("refused", count(refused)),
            ("unanswered", count(unanswered)),
        ];
        let counts = texts.with("cli-balances", &variables).into_owned();
        let mut lines = vec![counts];
        if let Some(failure) = self.failure {
            lines.push(format!("{}. {}", failure_title(texts, failure), failure_advice(texts, failure)));
        }
        if !self.is_whole() {
            lines.push(texts.get("cli-balances-again").into_owned());
        }
        lines.join("\n")
    }
}
