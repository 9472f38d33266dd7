//! Which rows of a list are shown, and in which order.

use std::cmp::Reverse;

use super::RowAnswer;

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListFilter {
    /// Every one.
    #[default]
    All,
    /// Members.
    Found,
    /// Those that SWiP does not know.
    NotFound,
    /// Those that nobody can be asked about, and those that SWiP refused.
    Unusable,
    /// Those that got no answer, and may be tried again.
    Failed,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListSort {
    /// As in the list.
    #[default]
    AsListed,
    /// Most points first; rows without points last.
    MostPoints,
    /// Fewest points first; rows without points last.
    FewestPoints,
}

/// The rows that are shown, in their order, kept so while answers come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListOrder {
    pub(super) filter: ListFilter,
    pub(super) sort: ListSort,
    shown: Vec<u32>,
}

/// What a row is sorted by; rows without points come last, and among equals the list decides.
type SortKey = (Reverse<bool>, i128, u32);

impl ListFilter {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::All, Self::Found, Self::NotFound, Self::Unusable, Self::Failed];

    fn lets_through(self, answer: Option<RowAnswer>) -> bool {
        match self {
            Self::All => true,
            Self::Found => matches!(answer, Some(RowAnswer::Found(_))),
            Self::NotFound => answer == Some(RowAnswer::NotFound),
            Self::Unusable => matches!(answer, Some(RowAnswer::Invalid | RowAnswer::Refused)),
            Self::Failed => answer.is_some_and(|answer| !answer.is_final()),
        }
    }
}

impl ListSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AsListed, Self::MostPoints, Self::FewestPoints];

    fn key(self, row: u32, answer: Option<RowAnswer>) -> SortKey {
        let points = answer.and_then(RowAnswer::points).map(|points| i128::from(points.value()));
        match self {
            Self::AsListed => (Reverse(false), 0, row),
            Self::MostPoints => (Reverse(points.is_some()), -points.unwrap_or(0), row),
            Self::FewestPoints => (Reverse(points.is_some()), points.unwrap_or(0), row),
        }
    }
}

impl ListOrder {
    /// Puts all rows in order.
    pub(super) fn arrange(&mut self, rows: usize, answer_of: impl Fn(u32) -> Option<RowAnswer>) {
        let rows = 0..u32::try_from(rows).unwrap_or(u32::MAX);
        self.shown = rows.filter(|row| self.filter.lets_through(answer_of(*row))).collect();
        if self.sort != ListSort::AsListed {
            self.shown.sort_by_cached_key(|row| self.sort.key(*row, answer_of(*row)));
        }
    }

    /// A row stands otherwise than `before`: it is taken from its place and put into its new one. `answer_of` tells how every row
    /// stands now.
    pub(super) fn change(&mut self, row: u32, before: Option<RowAnswer>, answer_of: impl Fn(u32) -> Option<RowAnswer>) {
        let now = answer_of(row);
        let (old, new) = (self.sort.key(row, before), self.sort.key(row, now));
        let (was_shown, is_shown) = (self.filter.lets_through(before), self.filter.lets_through(now));
        if was_shown == is_shown && old == new {
            return;
        }
        // The row itself still stands by its old key.
        let key = |other: &u32| if *other == row { old } else { self.sort.key(*other, answer_of(*other)) };
        if was_shown && let Ok(at) = self.shown.binary_search_by_key(&old, key) {
            self.shown.remove(at);
        }
        if is_shown {
            let at = self.shown.partition_point(|other| self.sort.key(*other, answer_of(*other)) < new);
            self.shown.insert(at, row);
        }
    }

    pub(super) fn shown(&self) -> &[u32] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Points;

    /// Numbers that look like chance, the same in every run.
    fn dice(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    #[test]
    fn rows_that_change_one_by_one_stand_as_if_all_were_put_in_order_anew() {
        for filter in ListFilter::ALL {
            for sort in ListSort::ALL {
                let mut seed = 7;
                let mut answers: Vec<Option<RowAnswer>> = vec![None; 40];
                let mut order = ListOrder { filter, sort, ..ListOrder::default() };
                order.arrange(answers.len(), |_| None);
                for _ in 0..400 {
                    let row = usize::try_from(dice(&mut seed) % 40).expect("small");
                    let points = i64::try_from(dice(&mut seed) % 5).expect("small") - 2;
                    let next = match dice(&mut seed) % 6 {
                        0 => None,
                        1 => Some(RowAnswer::NotFound),
                        2 => Some(RowAnswer::Unavailable),
                        3 => Some(RowAnswer::Invalid),
                        _ => Some(RowAnswer::Found(Points::new(points))),
                    };
                    let before = std::mem::replace(&mut answers[row], next);
                    let of = |row: u32| answers[usize::try_from(row).expect("small")];
                    order.change(u32::try_from(row).expect("small"), before, of);
                    let mut whole = ListOrder { filter, sort, ..ListOrder::default() };
                    whole.arrange(answers.len(), of);
                    assert_eq!(order, whole, "{filter:?} {sort:?}");
                }
            }
        }
    }

    #[test]
    fn rows_without_points_come_last_whichever_way_points_are_sorted() {
        let answers = [None, Some(RowAnswer::Found(Points::new(-5))), Some(RowAnswer::Found(Points::new(9)))];
        let shown = |sort| {
            let mut order = ListOrder { sort, ..ListOrder::default() };
            order.arrange(3, |row| answers[usize::try_from(row).expect("small")]);
            order.shown
        };
        assert_eq!(shown(ListSort::AsListed), [0, 1, 2]);
        assert_eq!(shown(ListSort::MostPoints), [2, 1, 0]);
        assert_eq!(shown(ListSort::FewestPoints), [1, 2, 0]);
    }
}
