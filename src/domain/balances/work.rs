//! A list at work: its rows, what is known of each, and what may be asked about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::order::ListOrder;
use super::{
    Answered, AnsweredRow, CustomerList, ListContent, ListCounts, ListFault, ListFilter, ListPreview, ListRow,
    ListSort, ListSource, RowAnswer,
};
use crate::domain::FileForm;

/// The rows of a list, shared by whoever works on them. They hold phones, so their `Debug` tells only how many there are.
#[derive(Clone, PartialEq, Eq)]
pub struct ListRows {
    /// In the order of the list.
    pub rows: Arc<[ListRow]>,
    /// What the column was taken for.
    pub content: ListContent,
}

/// A list with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedList {
    /// The list.
    pub list: ListRows,
    /// What is known of each row.
    pub answers: Vec<Answered>,
}

/// What may be asked about lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListQuestion {
    /// Which list was interrupted, if one was.
    Find,
    /// What is in a source: in the column that was chosen, from 0, or in the one that looks like it.
    Read(ListSource, Option<usize>),
    /// Write it into a file.
    Export(SavedList, FileForm),
    /// Keep nothing of the list that was interrupted.
    Forget,
}

/// What was told, each in answer to the question of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListAnswer {
    /// The list that was interrupted.
    Found(Option<SavedList>),
    /// How the source was understood.
    Read(Result<ListPreview, ListFault>),
    /// Where the file is.
    Exported(PathBuf),
    /// Nothing is kept.
    Forgotten,
}

/// What a list at work tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListNews {
    /// A row got its answer, or was given up.
    Answered(AnsweredRow),
    /// Nothing is asked for so many milliseconds: SWiP wishes so, or does not answer.
    Waits(u64),
}

/// More rows than these are put in order together.
const MOST_ONE_BY_ONE: usize = 1_000;

/// A list that is being worked on.
#[derive(Clone, PartialEq, Eq)]
pub struct ListWork {
    list: ListRows,
    answers: Vec<Answered>,
    counts: ListCounts,
    order: ListOrder,
}

impl ListWork {
    /// A list of which nothing is known.
    pub fn new(list: CustomerList) -> Self {
        let CustomerList { rows, content, .. } = list;
        let answers = vec![None; rows.len()];
        Self::known(SavedList { list: ListRows { rows: rows.into(), content }, answers })
    }

    /// A list of which something is known.
    pub fn known(saved: SavedList) -> Self {
        let SavedList { list, mut answers } = saved;
        answers.resize(list.rows.len(), None);
        let mut work = Self { list, answers, counts: ListCounts::default(), order: ListOrder::default() };
        work.counts = ListCounts::of((0..work.len()).filter_map(|row| work.answer(row)));
        work.arrange(ListFilter::All, ListSort::AsListed);
        work
    }

    /// The list with what is known of it now.
    pub fn saved(&self) -> SavedList {
        SavedList { list: self.list.clone(), answers: self.answers.clone() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.list.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.rows.is_empty()
    }

    /// A row as it stood in the list; it holds a phone.
    pub fn row(&self, row: usize) -> Option<&ListRow> {
        self.list.rows.get(row)
    }

    /// What is known of a row.
    pub fn answer(&self, row: usize) -> Option<RowAnswer> {
        answer_of(&self.list.rows, &self.answers, row)
    }

    /// When the answer of a row came, Unix milliseconds.
    pub fn answered_at(&self, row: usize) -> Option<i64> {
        self.answers.get(row).copied().flatten().map(|(_, at_ms)| at_ms)
    }

    /// How many rows stand how.
    pub fn counts(&self) -> &ListCounts {
        &self.counts
    }

    /// How many rows still wait for their answer.
    pub fn waiting(&self) -> usize {
        self.len() - self.counts.rows()
    }

    /// The places of the rows that are shown, in their order.
    pub fn shown(&self) -> &[u32] {
        self.order.shown()
    }

    /// Which rows are shown.
    pub fn filter(&self) -> ListFilter {
        self.order.filter
    }

    /// In which order.
    pub fn sort(&self) -> ListSort {
        self.order.sort
    }

    /// Shows other rows, or in another order.
    pub fn arrange(&mut self, filter: ListFilter, sort: ListSort) {
        (self.order.filter, self.order.sort) = (filter, sort);
        let (rows, answers) = (&self.list.rows, &self.answers);
        self.order.arrange(rows.len(), |row| answer_of(rows, answers, place(row)));
    }

    /// Takes answers in.
    pub fn take(&mut self, answered: &[AnsweredRow]) {
        let known = answered.iter().filter(|one| one.row < self.len());
        let changes: Vec<_> = known.map(|one| (one.row, Some((one.answer, one.at_ms)))).collect();
        self.change(&changes);
    }

    /// Every row that was given up waits for an answer again; how many.
    pub fn ask_failed_again(&mut self) -> usize {
        let is_failed = |answered: &Answered| answered.is_some_and(|(answer, _)| !answer.is_final());
        let failed: Vec<_> =
            (0..self.len()).filter(|row| is_failed(&self.answers[*row])).map(|row| (row, None)).collect();
        self.change(&failed);
        failed.len()
    }

    /// Rows stand otherwise than before. Each that is put into its place moves all behind it, so many are put in order together:
    /// so they come from a list that ran while nobody looked.
    fn change(&mut self, changes: &[(usize, Answered)]) {
        let are_many = changes.len() > MOST_ONE_BY_ONE;
        for (row, answered) in changes {
            let before = self.answer(*row);
            self.answers[*row] = *answered;
            let (rows, answers) = (&self.list.rows, &self.answers);
            self.counts.change(before, answer_of(rows, answers, *row));
            if !are_many {
                let number = u32::try_from(*row).unwrap_or(u32::MAX);
                self.order.change(number, before, |row| answer_of(rows, answers, place(row)));
            }
        }
        if are_many {
            self.arrange(self.filter(), self.sort());
        }
    }
}

/// What is known of a row: nobody is asked about one that is neither a phone nor a pass.
fn answer_of(rows: &[ListRow], answers: &[Answered], row: usize) -> Option<RowAnswer> {
    let is_invalid = rows.get(row).is_some_and(|row| row.query.is_none());
    if is_invalid { Some(RowAnswer::Invalid) } else { answers.get(row).copied().flatten().map(|(answer, _)| answer) }
}

fn place(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

impl fmt::Debug for ListRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListRows({})", self.rows.len())
    }
}

impl fmt::Debug for ListWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListWork").field("list", &self.list).field("counts", &self.counts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CustomerQuery;
    use crate::domain::{PassId, Points};

    fn list(inputs: &[&str]) -> ListWork {
        let row = |input: &&str| ListRow {
            input: (*input).to_owned(),
            query: PassId::parse(input).ok().filter(|_| *input != "?").map(CustomerQuery::Pass),
        };
        let rows = inputs.iter().map(row).collect();
        ListWork::new(CustomerList { rows, column: 0, headings: 0, content: ListContent::Passes })
    }

    fn answered(row: usize, answer: RowAnswer) -> AnsweredRow {
        AnsweredRow { row, answer, at_ms: 1 }
    }

    #[test]
    fn rows_fill_in_and_the_failed_ones_wait_again() {
        let mut work = list(&["a", "?", "b", "c"]);
        assert_eq!((work.waiting(), work.counts().invalid), (3, 1));
        work.take(&[answered(0, RowAnswer::Found(Points::new(5)))]);
        work.take(&[answered(2, RowAnswer::Unavailable)]);
        work.take(&[answered(9, RowAnswer::NotFound)]);
        assert_eq!((work.waiting(), work.counts().unanswered, work.counts().points), (1, 1, 5));
        work.arrange(ListFilter::Failed, ListSort::AsListed);
        assert_eq!(work.shown(), [2]);
        assert_eq!(work.ask_failed_again(), 1);
        assert_eq!((work.waiting(), work.counts().unanswered, work.shown().len()), (2, 0, 0));
        assert_eq!(ListWork::known(work.saved()).counts(), work.counts());
    }

    #[test]
    fn nothing_that_is_logged_tells_who_is_in_a_list() {
        let work = list(&["SECRET"]);
        let source = ListSource::Pasted("SECRET".into());
        let told = format!("{work:?} {:?} {source:?}", ListQuestion::Export(work.saved(), FileForm::Commas));
        assert!(!told.contains("SECRET"), "{told}");
    }

    #[test]
    fn many_answers_at_once_stand_as_if_each_had_come_alone() {
        let inputs: Vec<String> = (0..3_000).map(|row| format!("p{row}")).collect();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let answer = |row: usize| match row % 2 {
            0 => RowAnswer::Unavailable,
            _ => RowAnswer::Found(Points::new(i64::try_from(row * 7_919 % 3_000).expect("small"))),
        };
        let answers: Vec<_> = (0..2_900).map(|row| answered(row, answer(row))).collect();
        for (filter, sort) in [
            (ListFilter::All, ListSort::MostPoints),
            (ListFilter::Found, ListSort::FewestPoints),
            (ListFilter::Failed, ListSort::AsListed),
        ] {
            let (mut at_once, mut alone) = (list(&inputs), list(&inputs));
            at_once.arrange(filter, sort);
            alone.arrange(filter, sort);
            at_once.take(&answers);
            for one in &answers {
                alone.take(&[*one]);
            }
            assert_eq!(at_once.counts(), alone.counts());
            assert!(at_once == alone, "{filter:?} {sort:?}");
            at_once.arrange(ListFilter::Failed, sort);
            let again = at_once.ask_failed_again();
            assert_eq!((again, at_once.waiting(), at_once.shown().len()), (1_450, 1_550, 0));
        }
    }
}
