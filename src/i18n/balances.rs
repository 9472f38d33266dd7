//! Lists of customers in words.

use std::borrow::Cow;

use super::{Catalogue, Texts};
use crate::domain::Points;
use crate::domain::balances::{ListError, ListHeadings, MOST_ROWS};

/// Why a file holds no list, and what to do.
pub fn list_error(texts: &Texts, error: ListError) -> Cow<'_, str> {
    let id = match error {
        ListError::Empty => "list-empty",
        ListError::TooLarge => "list-too-large",
        ListError::TooManyRows => "list-too-many-rows",
        ListError::NoColumn => "list-no-column",
        ListError::NotATable => "list-not-a-table",
    };
    let most = texts.points_number(Points::new(i64::try_from(MOST_ROWS).unwrap_or(i64::MAX)));
    texts.with(id, &[("most", most.into())])
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
