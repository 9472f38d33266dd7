//! Balances by the list: what a row asks for, what came of it, and how the whole list stands.

mod order;
pub mod pace;
mod preview;
pub mod table;
mod work;

use super::failure::Failure;
use super::{CustomerQuery, Lookup, Points};

pub use order::{ListFilter, ListSort};
pub use preview::{Delimiter, ListEncoding, ListFault, ListForm, ListPreview, ListSource};
pub use table::{CustomerList, ListContent, ListError, ListHeadings, MOST_ROWS, likely_column, read_cell, read_table};
pub use work::{ListAnswer, ListNews, ListQuestion, ListRows, ListWork, SavedList};

/// One row of a list: what stands there, and whom it is about. It holds a phone, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ListRow {
    /// As it stood in the list.
    pub input: String,
    /// Nobody, if it is neither a phone nor a pass.
    pub query: Option<CustomerQuery>,
}

/// What came of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAnswer {
    /// A member with this balance.
    Found(Points),
    /// SWiP knows no such customer.
    NotFound,
    /// Neither a phone nor a pass; nothing was sent.
    Invalid,
    /// SWiP refused to answer about this customer.
    Refused,
    /// SWiP does not accept the station.
    CredentialsRefused,
    /// No trustworthy answer came.
    Unavailable,
}

/// One row that was asked about, and when its answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnsweredRow {
    /// Its place in the list, from 0.
    pub row: usize,
    /// What came of it.
    pub answer: RowAnswer,
    /// Unix milliseconds.
    pub at_ms: i64,
}

/// The answer of a row and when it came, Unix milliseconds; none of one that is to be asked about.
pub type Answered = Option<(RowAnswer, i64)>;

/// How many rows stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// Members.
    pub found: usize,
    /// Unknown to SWiP.
    pub not_found: usize,
    /// Neither phones nor passes.
    pub invalid: usize,
    /// Refused by SWiP.
    pub refused: usize,
    /// Without an answer.
    pub unanswered: usize,
    /// All points of the members together.
    pub points: i128,
}

impl RowAnswer {
    /// The name in files and in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::CredentialsRefused => "credentials_refused",
            Self::Unavailable => "unavailable",
        }
    }

    /// Reads what [`Self::name`] and the points wrote.
    pub fn read(name: &str, points: Option<Points>) -> Option<Self> {
        let plain = [Self::NotFound, Self::Invalid, Self::Refused, Self::CredentialsRefused, Self::Unavailable];
        match name {
            "found" => points.map(Self::Found),
            name => plain.into_iter().find(|answer| answer.name() == name),
        }
    }

    /// The points, if there are any.
    pub fn points(self) -> Option<Points> {
        match self {
            Self::Found(points) => Some(points),
            _ => None,
        }
    }

    /// Whether asking again would bring nothing else.
    pub fn is_final(self) -> bool {
        match self {
            Self::Found(_) | Self::NotFound | Self::Invalid | Self::Refused => true,
            Self::CredentialsRefused | Self::Unavailable => false,
        }
    }
}

impl From<Result<Lookup, Failure>> for RowAnswer {
    fn from(result: Result<Lookup, Failure>) -> Self {
        match result {
            Ok(Lookup::Member(points)) => Self::Found(points),
            Ok(Lookup::Unknown) => Self::NotFound,
            Err(Failure::Refused(_)) => Self::Refused,
            Err(Failure::Credentials(_)) => Self::CredentialsRefused,
            Err(_) => Self::Unavailable,
        }
    }
}

impl ListCounts {
    /// Counts the rows of a list.
    pub fn of(answers: impl IntoIterator<Item = RowAnswer>) -> Self {
        let mut counts = Self::default();
        for answer in answers {
            *counts.of_kind(answer) += 1;
            counts.points += points_of(answer);
        }
        counts
    }

    /// One row stands otherwise than before; none where it waits for its answer.
    pub fn change(&mut self, before: Option<RowAnswer>, now: Option<RowAnswer>) {
        if let Some(before) = before {
            let count = self.of_kind(before);
            *count = count.saturating_sub(1);
            self.points -= points_of(before);
        }
        if let Some(now) = now {
            *self.of_kind(now) += 1;
            self.points += points_of(now);
        }
    }

    /// The rows that a filter lets through, of a list of so many.
    pub fn shown_by(&self, filter: ListFilter, rows: usize) -> usize {
        match filter {
            ListFilter::All => rows,
            ListFilter::Found => self.found,
            ListFilter::NotFound => self.not_found,
            ListFilter::Unusable => self.invalid + self.refused,
            ListFilter::Failed => self.unanswered,
        }
    }

    /// All rows that are counted.
    pub fn rows(&self) -> usize {
        self.found + self.not_found + self.invalid + self.refused + self.unanswered
    }

    fn of_kind(&mut self, answer: RowAnswer) -> &mut usize {
        match answer {
            RowAnswer::Found(_) => &mut self.found,
            RowAnswer::NotFound => &mut self.not_found,
            RowAnswer::Invalid => &mut self.invalid,
            RowAnswer::Refused => &mut self.refused,
            RowAnswer::CredentialsRefused | RowAnswer::Unavailable => &mut self.unanswered,
        }
    }
}

fn points_of(answer: RowAnswer) -> i128 {
    answer.points().map_or(0, |points| points.value().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_its_name() {
        let all = [
            RowAnswer::Found(Points::new(-150)),
            RowAnswer::NotFound,
            RowAnswer::Invalid,
            RowAnswer::Refused,
            RowAnswer::CredentialsRefused,
            RowAnswer::Unavailable,
        ];
        for answer in all {
            assert_eq!(RowAnswer::read(answer.name(), answer.points()), Some(answer));
        }
        assert_eq!(RowAnswer::read("found", None), None);
        assert_eq!(RowAnswer::read("saved", Some(Points::new(1))), None);
    }

    #[test]
    fn rows_are_counted_by_what_came_of_them_and_points_do_not_overflow() {
        let most = RowAnswer::Found(Points::new(i64::MAX));
        let counts = ListCounts::of([most, most, RowAnswer::Invalid, RowAnswer::Unavailable, RowAnswer::Refused]);
        assert_eq!((counts.found, counts.invalid, counts.refused, counts.unanswered), (2, 1, 1, 1));
        assert_eq!(counts.points, 2 * i128::from(i64::MAX));
    }

    #[test]
    fn counts_that_change_row_by_row_are_those_of_the_whole() {
        let found = |points| RowAnswer::Found(Points::new(points));
        let mut counts = ListCounts::of([found(7), RowAnswer::Unavailable, RowAnswer::Invalid]);
        counts.change(Some(RowAnswer::Unavailable), None);
        counts.change(None, Some(found(-3)));
        counts.change(Some(found(7)), Some(RowAnswer::NotFound));
        assert_eq!(counts, ListCounts::of([RowAnswer::NotFound, found(-3), RowAnswer::Invalid]));
        assert_eq!(counts.rows(), 3);
    }
}
