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
    /// A cell holds more than one of a workbook may.
    #[error("a cell of the list is too long")]
    CellTooLong,
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
/// So many rows tell where the customers begin.
const ROWS_LOOKED_AT: usize = 100;
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

impl ListContent {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phones => "phones",
            Self::Passes => "passes",
            Self::Either => "either",
        }
    }
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
        Some(column) => Some(chosen_column(table, column, (rules, words))),
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

/// The column that looks like that of the customers, from 0.
pub fn likely_column(table: &[Vec<String>], rules: PhoneRules, words: &ListHeadings) -> Option<usize> {
    find_column(table, rules, words).map(|place| place.column)
}

fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", |cell| cell)
}

/// The column that somebody has chosen; its heading says what it holds, if it has one.
fn chosen_column(table: &[Vec<String>], column: usize, (rules, words): (PhoneRules, &ListHeadings)) -> ListPlace {
    let named = named_column(table, rules, words).map(|place| place.headings);
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
    named_column(table, rules, words).or_else(|| column_of_phones(table, rules)).or_else(|| only_column(table))
}

/// The first column whose heading says that it holds customers. What a customer is called, or what somebody remarked about one, may
/// hold the same words: headings stand above the first customer, and several of them in a row.
fn named_column(table: &[Vec<String>], rules: PhoneRules, words: &ListHeadings) -> Option<ListPlace> {
    let first = first_customer(table, rules).unwrap_or(table.len());
    let is_wide = has_several_columns(table);
    table.iter().take(first.min(ROWS_WITH_HEADINGS)).enumerate().find_map(|(at, row)| {
        // One text above several columns is the title of all of them.
        if is_wide && filled(row).nth(1).is_none() {
            return None;
        }
        let heads = |column: usize, parts: &[String]| is_heading(&row[column]) && is_named(&row[column], parts);
        // Without phones in the table a surname at its top may look like a heading. Passes have digits, names have none.
        let may_be_passes = |column: usize| !is_wide || has_digits_or_nothing(&table[at + 1..], column);
        let phones = (0..row.len()).find(|column| heads(*column, &words.phones));
        let passes = || (0..row.len()).find(|column| heads(*column, &words.passes) && may_be_passes(*column));
        let phones = phones.map(|column| (column, ListContent::Phones));
        let (column, content) = phones.or_else(|| passes().map(|column| (column, ListContent::Passes)))?;
        Some(ListPlace { column, headings: at + 1, content })
    })
}

/// The first row with a phone in a column of phones. One that stands alone, such as the shop's own above a list, makes no column
/// where another has more.
fn first_customer(table: &[Vec<String>], rules: PhoneRules) -> Option<usize> {
    let counts = count_phones(table.get(..ROWS_LOOKED_AT).unwrap_or(table), rules);
    let least = counts.iter().max()?.min(&2);
    let is_customer = |(column, cell): (usize, &String)| {
        counts.get(column).is_some_and(|count| *count > 0 && count >= least) && is_phone(cell, rules)
    };
    table.iter().take(ROWS_LOOKED_AT).position(|row| row.iter().enumerate().any(is_customer))
}

/// The columns of a row that hold anything.
fn filled(row: &[String]) -> impl Iterator<Item = usize> {
    row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).map(|(column, _)| column)
}

fn has_several_columns(table: &[Vec<String>]) -> bool {
    let mut columns = table.iter().flat_map(|row| filled(row));
    columns.next().is_some_and(|first| columns.any(|other| other != first))
}

fn has_digits_or_nothing(rows: &[Vec<String>], column: usize) -> bool {
    let cells = || rows.iter().map(|row| cell(row, column));
    cells().any(|cell| cell.chars().any(char::is_numeric)) || cells().all(|cell| cell.trim().is_empty())
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
    let counts = count_phones(table, rules);
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

/// How many phones each column holds.
fn count_phones(table: &[Vec<String>], rules: PhoneRules) -> Vec<usize> {
    let mut counts = vec![0; table.iter().map(Vec::len).max().unwrap_or(0)];
    for (column, cell) in table.iter().flat_map(|row| row.iter().enumerate()) {
        counts[column] += usize::from(is_phone(cell, rules));
    }
    counts
}

/// The one column that holds anything.
fn only_column(table: &[Vec<String>]) -> Option<ListPlace> {
    let column = table.iter().flat_map(|row| filled(row)).next()?;
    (!has_several_columns(table)).then_some(ListPlace { column, headings: 0, content: ListContent::Either })
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

    #[test]
    fn a_comment_below_the_headings_is_no_heading() {
        let rows: [&[&str]; 4] = [
            &["Клиент", "Контакт", "Комментарий"],
            &["Иванов", PHONE, ""],
            &["Петров", "+79990000003", "потерял карту"],
            &["Сидоров", "+79990000004", "карта 5"],
        ];
        let expected = Ok([PHONE, "79990000003", "79990000004"].map(str::to_owned).to_vec());
        assert_eq!(read(&rows), expected);
        let chosen = read_table(&table(&rows), PhoneRules::MOBILE, &headings(), Some(1));
        let chosen = chosen.map(|list| (list.headings, list.rows.iter().filter(|row| row.query.is_some()).count()));
        assert_eq!(chosen, Ok((1, 3)), "whoever chooses the column sees them all, too");
    }

    #[test]
    fn a_surname_at_the_top_of_a_list_without_headings_is_no_heading() {
        let rows: [&[&str]; 3] =
            [&["Иванов Иван", PHONE], &["Карташова Анна", "+79990000003"], &["Петров Пётр", "+79990000004"]];
        let expected = Ok([PHONE, "79990000003", "79990000004"].map(str::to_owned).to_vec());
        assert_eq!(read(&rows), expected);
        assert_eq!(read(&[rows[1], rows[0], rows[2]]).map(|rows| rows.len()), Ok(3));
        // The first phone has lost its digits.
        let rows: [&[&str]; 3] =
            [&["Карташова Анна", "7,91E+10", ""], &["Иванов Иван", PHONE, ""], &["Петров", "+79990000003", PHONE]];
        assert_eq!(read(&rows), Ok(vec!["?".to_owned(), PHONE.to_owned(), "79990000003".to_owned()]));
        // No names go to SWiP as passes.
        assert_eq!(read(&[&["Карташова Анна", "SWIP-0001"], &["Иванов", "SWIP-0002"]]), Err(ListError::NoColumn));
    }

    #[test]
    fn a_title_that_speaks_of_phones_is_no_heading_of_a_column() {
        for title in ["Телефоны клиентов за октябрь", "Карты клиентов"] {
            let rows: [&[&str]; 5] = [
                &[title, "", ""],
                &["Магазин", "79160000000", ""],
                &["№", "ФИО", "Телефон"],
                &["1", "Иванов", PHONE],
                &["2", "Петров", "+79990000003"],
            ];
            assert_eq!(read(&rows), Ok(vec![PHONE.to_owned(), "79990000003".to_owned()]), "{title}");
        }
        let passes: [&[&str]; 3] = [&["Карты клиентов", ""], &["ФИО", "Карта"], &["Иванов", "0004006381333931"]];
        assert_eq!(read(&passes), Ok(vec!["#0004006381333931".to_owned()]));
    }
}
