//! Lists of customers in words.

use std::borrow::Cow;

use super::{Catalogue, Texts, failure_advice};
use crate::domain::Points;
use crate::domain::balances::{
    Delimiter, ListError, ListFault, ListFilter, ListForm, ListHeadings, ListSort, MOST_ROWS, RowAnswer,
};

/// Why a file holds no list, and what to do.
pub fn list_error(texts: &Texts, error: ListError) -> Cow<'_, str> {
    let id = match error {
        ListError::Empty => "list-empty",
        ListError::TooLarge => "list-too-large",
        ListError::TooManyRows => "list-too-many-rows",
        ListError::CellTooLong => "list-cell-too-long",
        ListError::NoColumn => "list-no-column",
        ListError::NotATable => "list-not-a-table",
    };
    let most = texts.points_number(Points::new(i64::try_from(MOST_ROWS).unwrap_or(i64::MAX)));
    texts.with(id, &[("most", most.into())])
}

/// Why a source gave no list, and what to do.
pub fn list_fault(texts: &Texts, fault: ListFault) -> Cow<'_, str> {
    match fault {
        ListFault::Unreadable => texts.get("balances-unreadable"),
        ListFault::List(error) => list_error(texts, error),
        ListFault::Failed(failure) => failure_advice(texts, failure),
    }
}

/// What a list is written as; a text that was pasted has no encoding of its own.
pub fn list_form(texts: &Texts, form: ListForm, is_pasted: bool) -> Cow<'_, str> {
    let (encoding, delimiter) = match form {
        ListForm::Workbook => return texts.get("balances-form-workbook"),
        ListForm::Text(encoding, delimiter) => (encoding.name(), delimiter),
    };
    let delimiter = texts.get(match delimiter {
        Delimiter::Semicolon => "balances-delimiter-semicolon",
        Delimiter::Tab => "balances-delimiter-tab",
        Delimiter::Comma => "balances-delimiter-comma",
        Delimiter::Bar => "balances-delimiter-bar",
    });
    if is_pasted {
        texts.with("balances-form-pasted", &[("delimiter", delimiter.into())])
    } else {
        texts.with("balances-form-text", &[("encoding", encoding.into()), ("delimiter", delimiter.into())])
    }
}

/// What came of a row; none while it waits.
pub fn row_answer(texts: &Texts, answer: Option<RowAnswer>) -> Cow<'_, str> {
    texts.get(match answer {
        None => "balances-answer-waits",
        Some(RowAnswer::Found(_)) => "balances-answer-found",
        Some(RowAnswer::NotFound) => "balances-answer-not-found",
        Some(RowAnswer::Invalid) => "balances-answer-invalid",
        Some(RowAnswer::Refused) => "balances-answer-refused",
        Some(RowAnswer::CredentialsRefused) => "balances-answer-credentials",
        Some(RowAnswer::Unavailable) => "balances-answer-unavailable",
    })
}

/// Which rows are shown, and how many they are.
pub fn list_filter(texts: &Texts, filter: ListFilter, count: usize) -> Cow<'_, str> {
    let id = match filter {
        ListFilter::All => "balances-filter-all",
        ListFilter::Found => "balances-filter-found",
        ListFilter::NotFound => "balances-filter-not-found",
        ListFilter::Unusable => "balances-filter-unusable",
        ListFilter::Failed => "balances-filter-failed",
    };
    texts.with(id, &[("count", texts.count(count).into())])
}

/// In which order rows are shown.
pub fn list_sort(texts: &Texts, sort: ListSort) -> Cow<'_, str> {
    texts.get(match sort {
        ListSort::AsListed => "balances-sort-listed",
        ListSort::MostPoints => "balances-sort-most",
        ListSort::FewestPoints => "balances-sort-fewest",
    })
}

/// How columns of customers are headed in every language there is: a list need not be in that of the station.
pub fn list_headings(catalogue: &Catalogue) -> ListHeadings {
    let mut headings = ListHeadings::default();
    for (tag, _) in catalogue.languages() {
        let Some(texts) = catalogue.texts(&tag) else { continue };
        headings.phones.extend(words(&texts.get("list-headings-phones")));
        headings.passes.extend(words(&texts.get("list-headings-passes")));
    }
    headings
}

fn words(text: &str) -> impl Iterator<Item = String> + use<> {
    let words: Vec<_> =
        text.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
    words.into_iter()
}
