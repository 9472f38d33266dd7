//! Finds the customers in a table: which column they are in, which rows are headings, what each cell means.

use std::borrow::Cow;

use super::ListRow;
use crate::domain::{CustomerQuery, EntryKind, PassId, Phone, PhoneRules, customer};

/// A list of customers, as it was found in a table.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerList {
    /// In the order of the table; rows without anything in them are left out.
    pub rows: Vec<ListRow>,
    /// Which column of the table it is, from 0.
    pub column: usize,
    /// How many rows above the customers are headings.
    pub headings: usize,
    /// What the cells of the column are taken for.
    pub content: ListContent,
}

/// Why there is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Nothing but white space.
    #[error("the list is empty")]
    Empty,
    /// Larger than any list, packed or unpacked.
    #[error("the list is too large")]
    TooLarge,
    /// More than [`MOST_ROWS`].
    #[error("the list has too many rows")]
    TooManyRows,
    /// Several columns, and none of them holds phones or passes.
    #[error("no column of the list holds phones or passes")]
    NoColumn,
    /// Neither a text nor a workbook, or a damaged one.
    #[error("the list is no table")]
    NotATable,
}

/// The longest list.
pub const MOST_ROWS: usize = 100_000;

/// What may be above the headings of the columns: a title, a date, an empty row.
const ROWS_WITH_HEADINGS: usize = 10;
/// A longer cell is no heading.
const LONGEST_HEADING: usize = 60;
/// What the cells of a column are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListContent {
    /// Its heading says phones, or most of them are.
    Phones,
    /// Its heading says so.
    Passes,
    /// Nothing says which: each cell is taken for what the counter's box would take it.
    Either,
}

/// How columns of customers are headed, in every language: each a part of the heading, in small letters. One that ends in a full stop
/// may also be the whole heading without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListHeadings {
    /// Above phones.
    pub phones: Vec<String>,
    /// Above the ids of passes.
    pub passes: Vec<String>,
}

/// Where the customers are.
struct ListPlace {
    column: usize,
    headings: usize,
    content: ListContent,
}

/// Reads the customers out of a table: out of the column that somebody has chosen, from 0, or out of the one that looks like theirs.
///
/// # Errors
/// Why there are none.
pub fn read_table(
    table: &[Vec<String>],
    rules: PhoneRules,
    words: &ListHeadings,
    chosen: Option<usize>,
) -> Result<CustomerList, ListError> {
    if table.iter().all(|row| is_empty(row)) {
        return Err(ListError::Empty);
    }
    let place = match chosen {
        Some(column) => Some(chosen_column(table, column, words)),
        None => find_column(table, rules, words),
    };
    let ListPlace { column, headings, content } = place.ok_or(ListError::NoColumn)?;
    let filled = table.iter().skip(headings).filter(|row| !is_empty(row));
    let rows: Vec<_> = filled.map(|row| read_cell(cell(row, column), content, rules)).collect();
    match rows.len() {
        0 => Err(ListError::Empty),
        1..=MOST_ROWS => Ok(CustomerList { rows, column, headings, content }),
        _ => Err(ListError::TooManyRows),
    }
}

fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", |cell| cell)
}

/// The column that somebody has chosen; its heading says what it holds, if it has one.
fn chosen_column(table: &[Vec<String>], column: usize, words: &ListHeadings) -> ListPlace {
    let named = named_column(table, words).map(|place| place.headings);
    let first = table.iter().position(|row| !is_empty(row)).unwrap_or(0);
    let is_headed = table.get(first).is_some_and(|row| is_heading(cell(row, column)));
    let headings = named.unwrap_or(if is_headed { first + 1 } else { 0 });
    let heading = headings.checked_sub(1).and_then(|at| table.get(at)).map_or("", |row| cell(row, column));
    let content = if is_named(heading, &words.phones) {
        ListContent::Phones
    } else if is_named(heading, &words.passes) {
        ListContent::Passes
    } else {
        ListContent::Either
    };
    ListPlace { column, headings, content }
}

fn is_empty(row: &[String]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn find_column(table: &[Vec<String>], rules: PhoneRules, words: &ListHeadings) -> Option<ListPlace> {
    named_column(table, words).or_else(|| column_of_phones(table, rules)).or_else(|| only_column(table))
}

/// The first column whose heading says that it holds customers.
fn named_column(table: &[Vec<String>], words: &ListHeadings) -> Option<ListPlace> {
    table.iter().take(ROWS_WITH_HEADINGS).enumerate().find_map(|(at, row)| {
        let column = |parts: &[String]| row.iter().position(|cell| is_heading(cell) && is_named(cell, parts));
        let phones = column(&words.phones).map(|column| (column, ListContent::Phones));
        let (column, content) = phones.or_else(|| column(&words.passes).map(|column| (column, ListContent::Passes)))?;
        Some(ListPlace { column, headings: at + 1, content })
    })
}

/// Whether a cell may be the heading of a column.
fn is_heading(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
        && !cell.chars().any(|c| c.is_ascii_digit())
        && cell.chars().count() <= LONGEST_HEADING
}

fn is_named(cell: &str, words: &[String]) -> bool {
    let cell = cell.trim().to_lowercase();
    words.iter().any(|word| cell.contains(word.as_str()) || word.strip_suffix('.') == Some(&cell))
}

/// The column in which most cells are phones.
fn column_of_phones(table: &[Vec<String>], rules: PhoneRules) -> Option<ListPlace> {
    let mut counts: Vec<usize> = Vec::new();
    for row in table {
        for (column, cell) in row.iter().enumerate() {
            if counts.len() <= column {
                counts.resize(column + 1, 0);
            }
            counts[column] += usize::from(is_phone(cell, rules));
        }
    }
    // The first of several.
    let (column, _) = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count).filter(|(_, n)| **n > 0)?;
    let first = table.iter().position(|row| row.get(column).is_some_and(|cell| is_phone(cell, rules)))?;
    let is_above = |row: &Vec<String>| row.get(column).is_none_or(|cell| cell.trim().is_empty() || is_heading(cell));
    // One row of headings; what else is above a list and no phone is a customer that cannot be read.
    let headings = usize::from(first > 0 && table.first().is_some_and(is_above));
    let is_alone =
        table.iter().all(|row| row.iter().enumerate().all(|(at, cell)| at == column || cell.trim().is_empty()));
    let content = if is_alone { ListContent::Either } else { ListContent::Phones };
    let headings = if content == ListContent::Either { 0 } else { headings };
    Some(ListPlace { column, headings, content })
}

/// The one column that holds anything.
fn only_column(table: &[Vec<String>]) -> Option<ListPlace> {
    let mut filled = table
        .iter()
        .flat_map(|row| row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).map(|(column, _)| column));
    let column = filled.next()?;
    filled.all(|other| other == column).then_some(ListPlace { column, headings: 0, content: ListContent::Either })
}

fn is_phone(cell: &str, rules: PhoneRules) -> bool {
    plain(cell).is_some_and(|text| Phone::parse(&text, rules).is_ok())
}

/// What a cell of the column means.
pub fn read_cell(cell: &str, content: ListContent, rules: PhoneRules) -> ListRow {
    let query = plain(cell).and_then(|text| {
        let is_phone = match content {
            ListContent::Phones => true,
            ListContent::Passes => false,
            ListContent::Either => EntryKind::of(&text) == EntryKind::Phone,
        };
        if is_phone {
            Phone::parse(&text, rules).ok().map(CustomerQuery::Phone)
        } else {
            PassId::parse(customer::pass_text(&text)).ok().map(CustomerQuery::Pass)
        }
    });
    ListRow { input: cell.trim().to_owned(), query }
}

/// A cell without what spreadsheets put around numbers; none where they have lost some of the digits.
fn plain(cell: &str) -> Option<Cow<'_, str>> {
    let cell = cell.trim();
    let cell = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let cell = cell.strip_prefix('\'').unwrap_or(cell);
    match scientific(cell) {
        Some(whole) => whole.map(Cow::Owned),
        None => Some(Cow::Borrowed(without_fraction(cell))),
    }
}

/// A number such as `7,9167795322E+10`, written out; `Some(None)` if it has fewer digits than it stands for: then nobody knows
/// the others. None if it is something else.
#[expect(clippy::option_option, reason = "another text, a number that is lost, a number")]
fn scientific(cell: &str) -> Option<Option<String>> {
    let (number, exponent) = cell.split_once(['E', 'e'])?;
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    if whole.len() != 1 || !are_digits(whole) || !are_digits(fraction) || exponent.is_empty() || !are_digits(exponent) {
        return None;
    }
    let exponent: usize = exponent.parse().ok()?;
    Some((fraction.len() == exponent).then(|| format!("{whole}{fraction}")))
}

/// `79167795322.0` and `79167795322,00` are whole numbers.
fn without_fraction(cell: &str) -> &str {
    match cell.split_once(['.', ',']) {
        Some((whole, fraction))
            if whole.len() >= 10
                && !fraction.is_empty()
                && whole.bytes().all(|byte| byte.is_ascii_digit())
                && fraction.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    fn headings() -> ListHeadings {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        ListHeadings {
            phones: words(&["телефон", "мобильн", "тел.", "phone", "mobile"]),
            passes: words(&["карт", "pass"]),
        }
    }

    /// Whom the rows of a table are about: a phone's digits, `#` and a pass, or `?`.
    fn read(rows: &[&[&str]]) -> Result<Vec<String>, ListError> {
        let list = read_table(&table(rows), PhoneRules::MOBILE, &headings(), None)?;
        let whom = |row: &ListRow| match &row.query {
            Some(CustomerQuery::Phone(phone)) => phone.digits().to_owned(),
            Some(CustomerQuery::Pass(pass)) => format!("#{}", pass.as_str()),
            None => "?".to_owned(),
        };
        Ok(list.rows.iter().map(whom).collect())
    }

    const PHONE: &str = "79167795322";

    #[test]
    fn a_phone_is_read_as_spreadsheets_write_it() {
        for cell in [
            "79167795322",
            " +7 (916) 779-53-22 ",
            "8 916 779 53 22",
            "9167795322",
            "79167795322.0",
            "79167795322,00",
            "7.9167795322E+10",
            "7,9167795322e10",
            "'79167795322",
            "=\"79167795322\"",
            "+7\u{a0}916\u{a0}779\u{a0}53\u{a0}22",
        ] {
            assert_eq!(read(&[&["Телефон"], &[cell]]), Ok(vec![PHONE.to_owned()]), "{cell}");
        }
    }

    #[test]
    fn a_phone_that_has_lost_digits_is_nobodys() {
        for cell in ["7.91678E+10", "7,92E+10", "1E+11", "7.916779532E+10", "7.91677953220E+10", "-79167795322E+10"] {
            assert_eq!(read(&[&["Телефон"], &[cell], &[PHONE]]), Ok(vec!["?".to_owned(), PHONE.to_owned()]), "{cell}");
        }
    }

    #[test]
    fn the_column_is_found_by_its_heading_in_either_language_below_a_title() {
        for heading in ["Телефон", "Номер телефона", "МОБИЛЬНЫЙ", "тел.", "Тел", "Phone", "mobile number"]
        {
            let rows: [&[&str]; 5] = [
                &["Клиенты за октябрь", "", ""],
                &["", "", ""],
                &["№", "ФИО", heading],
                &["1", "Иванов", PHONE],
                &["2", "Петров", "нет"],
            ];
            assert_eq!(read(&rows), Ok(vec![PHONE.to_owned(), "?".to_owned()]), "{heading}");
        }
        let passes: [&[&str]; 2] = [&["Имя", "Номер карты"], &["Анна", "0004006381333931"]];
        assert_eq!(read(&passes), Ok(vec!["#0004006381333931".to_owned()]));
    }

    #[test]
    fn without_a_heading_the_column_with_most_phones_is_taken() {
        let rows: [&[&str]; 4] = [
            &["Кто", "Куда звонить"],
            &["Анна", "8 916 779-53-22"],
            &["Пётр 79161112233", "+79990000001"],
            &["Мария", ""],
        ];
        assert_eq!(read(&rows), Ok(vec![PHONE.to_owned(), "79990000001".to_owned(), "?".to_owned()]));
        let bare: [&[&str]; 2] = [&["79990000001", "Анна"], &["12", "Пётр"]];
        assert_eq!(read(&bare), Ok(vec!["79990000001".to_owned(), "?".to_owned()]));
    }

    #[test]
    fn a_list_without_headings_may_mix_phones_and_passes() {
        let rows: [&[&str]; 5] = [&[PHONE], &["SWIP-0001"], &[""], &["4006381333931"], &["123"]];
        let expected = [PHONE, "#SWIP-0001", "#4006381333931", "?"].map(str::to_owned).to_vec();
        assert_eq!(read(&rows), Ok(expected));
        assert_eq!(read(&[&["SWIP-0001"], &["#2"]]).map(|rows| rows.len()), Ok(2));
    }

    #[test]
    fn what_holds_no_customers_is_refused() {
        assert_eq!(read(&[]), Err(ListError::Empty));
        assert_eq!(read(&[&["", " "], &["\u{a0}"]]), Err(ListError::Empty));
        assert_eq!(read(&[&["Телефон"]]), Err(ListError::Empty));
        assert_eq!(read(&[&["Анна", "Иванова"], &["Пётр", "Петров"]]), Err(ListError::NoColumn));
        let many = vec![vec![PHONE.to_owned()]; MOST_ROWS + 1];
        assert!(read_table(&many, PhoneRules::MOBILE, &headings(), None) == Err(ListError::TooManyRows));
        let most = read_table(&many[1..], PhoneRules::MOBILE, &headings(), None);
        assert!(most.is_ok_and(|list| list.rows.len() == MOST_ROWS));
    }

    #[test]
    fn a_row_keeps_its_text_as_it_stood() {
        let rows = table(&[&["Телефон"], &[" 7,91678E+10 "], &["=1+1"]]);
        let list = read_table(&rows, PhoneRules::MOBILE, &headings(), None);
        let list = list.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((list.column, list.headings), (0, 1));
        assert_eq!(list.rows.iter().map(|row| row.input.as_str()).collect::<Vec<_>>(), ["7,91678E+10", "=1+1"]);
    }

    #[test]
    fn a_column_that_somebody_chose_is_taken_below_the_same_headings() {
        let rows = table(&[&["Клиенты", "", ""], &["Телефон", "Карта", "Имя"], &[PHONE, "SWIP-0001", "Анна"]]);
        let read = |column| {
            let list = read_table(&rows, PhoneRules::MOBILE, &headings(), Some(column));
            list.map(|list| (list.content, list.headings, list.rows.len(), list.rows[0].input.clone()))
        };
        assert_eq!(read(0), Ok((ListContent::Phones, 2, 1, PHONE.to_owned())));
        assert_eq!(read(1), Ok((ListContent::Passes, 2, 1, "SWIP-0001".to_owned())));
        assert_eq!(read(2), Ok((ListContent::Either, 2, 1, "Анна".to_owned())));
        // Nothing says so: what has no digits at the top is a heading.
        let rows = table(&[&["", ""], &["Кто", "Куда"], &["Анна", "SWIP-0001"]]);
        let list = read_table(&rows, PhoneRules::MOBILE, &headings(), Some(1));
        assert!(list.is_ok_and(|list| (list.headings, list.rows.len()) == (2, 1)));
    }
}
