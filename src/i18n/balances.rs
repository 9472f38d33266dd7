//! Lists of customers in words.

use std::borrow::Cow;

use super::Texts;
use crate::domain::Points;
use crate::domain::balances::{ListError, MOST_ROWS};

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
