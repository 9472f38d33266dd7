//! Texts with delimiters: which encoding and which delimiter it is, nobody says, so both are found out.

use std::borrow::Cow;

use csv::ReaderBuilder;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

use super::{ListTable, MOST_COLUMNS, MOST_TABLE_ROWS};
use crate::domain::balances::{Delimiter, ListEncoding, ListError, ListForm};
use crate::services::table_file::is_too_long;

/// In the order in which they are preferred where a text fits several.
const DELIMITERS: [Delimiter; 4] = [Delimiter::Semicolon, Delimiter::Tab, Delimiter::Comma, Delimiter::Bar];
/// So many rows tell the delimiter.
const LOOKED_AT: usize = 100;

/// Reads a table.
pub(super) fn read(bytes: &[u8]) -> Result<(ListTable, ListForm), ListError> {
    let (text, encoding) = decode(bytes)?;
    let (text, delimiter) = match told_delimiter(&text) {
        Some((rest, delimiter)) => (rest, delimiter),
        None => (&*text, find_delimiter(&text)),
    };
    let mut table = Vec::new();
    for record in reader(text, delimiter).into_records() {
        let record = record.map_err(|_| ListError::NotATable)?;
        if table.len() == MOST_TABLE_ROWS {
            return Err(ListError::TooManyRows);
        }
        let cells = record.iter().take(MOST_COLUMNS);
        // A quote that is not closed takes the rest of the file with it.
        if cells.clone().any(is_too_long) {
            return Err(ListError::CellTooLong);
        }
        table.push(cells.map(str::to_owned).collect());
    }
    Ok((table, ListForm::Text(encoding, delimiter)))
}

fn reader(text: &str, delimiter: Delimiter) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign(delimiter)).from_reader(text.as_bytes())
}

fn sign(delimiter: Delimiter) -> u8 {
    match delimiter {
        Delimiter::Semicolon => b';',
        Delimiter::Tab => b'\t',
        Delimiter::Comma => b',',
        Delimiter::Bar => b'|',
    }
}

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, ListEncoding), ListError> {
    let encoding = encoding(bytes);
    let (text, _, _) = encoding.decode(bytes);
    // What is no text holds signs that no table is written with.
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
        return Err(ListError::NotATable);
    }
    let name = if encoding == UTF_8 {
        ListEncoding::Utf8
    } else if encoding == WINDOWS_1251 {
        ListEncoding::Cp1251
    } else {
        ListEncoding::Utf16
    };
    Ok((text, name))
}

fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    // Every other byte of digits and delimiters in UTF-16 is zero.
    let zeros = |start: usize| bytes.iter().skip(start).step_by(2).take(1_000).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = (bytes.len() / 2).min(1_000);
    if odd > pairs / 2 && even == 0 {
        UTF_16LE
    } else if even > pairs / 2 && odd == 0 {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1251
    }
}

/// Spreadsheets write the delimiter in a first line such as `sep=;`.
fn told_delimiter(text: &str) -> Option<(&str, Delimiter)> {
    let (line, rest) = text.split_once('\n')?;
    let delimiter = line.trim_end_matches('\r').strip_prefix("sep=")?;
    DELIMITERS.into_iter().find(|one| delimiter.as_bytes() == [sign(*one)]).map(|delimiter| (rest, delimiter))
}

/// The delimiter by which most rows have the same number of columns.
fn find_delimiter(text: &str) -> Delimiter {
    let count = |delimiter: &Delimiter| {
        let widths = reader(text, *delimiter).into_records().take(LOOKED_AT).filter_map(Result::ok);
        let mut counts = [0_usize; MOST_COLUMNS];
        for record in widths.filter(|record| record.len() > 1 && !cuts_a_number(record)) {
            counts[record.len().min(MOST_COLUMNS) - 1] += 1;
        }
        counts.into_iter().max().unwrap_or(0)
    };
    // The first of several.
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(Delimiter::Comma)
}

/// Whether a comma of a number such as `7,9167795322E+10` was taken for a delimiter.
fn cuts_a_number(record: &csv::StringRecord) -> bool {
    record.iter().any(|cell| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        cell.trim().split_once("E+").is_some_and(|(number, exponent)| digits(number) && digits(exponent))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> ListTable {
        read(bytes).unwrap_or_else(|error| panic!("{error}")).0
    }

    fn form(bytes: &[u8]) -> ListForm {
        read(bytes).unwrap_or_else(|error| panic!("{error}")).1
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    const TABLE: &str = "Имя;Телефон\r\n\"Анна; \"\"мама\"\"\";79167795322\r\n";

    #[test]
    fn every_usual_encoding_is_found_out() {
        let expected = [["Имя", "Телефон"], ["Анна; \"мама\"", "79167795322"]];
        let (cp1251, _, _) = WINDOWS_1251.encode(TABLE);
        let with_mark = format!("\u{feff}{TABLE}");
        for (encoding, bytes) in [
            (ListEncoding::Utf8, TABLE.as_bytes().to_vec()),
            (ListEncoding::Utf8, with_mark.as_bytes().to_vec()),
            (ListEncoding::Cp1251, cp1251.into_owned()),
            (ListEncoding::Utf16, utf16(&with_mark, u16::to_le_bytes)),
            (ListEncoding::Utf16, utf16(&with_mark, u16::to_be_bytes)),
        ] {
            assert_eq!(rows(&bytes), expected, "{encoding:?}");
            assert_eq!(form(&bytes), ListForm::Text(encoding, Delimiter::Semicolon));
        }
        let digits = "79167795322;1\n79990000001;2\n";
        let expected = [["79167795322", "1"], ["79990000001", "2"]];
        assert_eq!(rows(&utf16(digits, u16::to_le_bytes)), expected);
        assert_eq!(rows(&utf16(digits, u16::to_be_bytes)), expected);
    }

    #[test]
    fn every_usual_delimiter_is_found_out() {
        for delimiter in [";", ",", "\t", "|"] {
            let text = format!("a{delimiter}b\n\"x{delimiter}\ny\"{delimiter}79167795322\n\n");
            let expected = [["a".to_owned(), "b".to_owned()], [format!("x{delimiter}\ny"), "79167795322".to_owned()]];
            assert_eq!(rows(text.as_bytes()), expected, "{delimiter}");
        }
        assert_eq!(rows(b"sep=|\r\na,b|c\r\n"), [["a,b", "c"]]);
        assert_eq!(rows(b"79167795322\n+7 (999) 000-00-01\n"), [["79167795322"], ["+7 (999) 000-00-01"]]);
    }

    #[test]
    fn a_decimal_comma_is_no_delimiter() {
        assert_eq!(rows(b"7,9167795322E+10\n7,9990000001E+10\n"), [["7,9167795322E+10"], ["7,9990000001E+10"]]);
        assert_eq!(rows(b"7,9167795322E+10;1,5\n"), [["7,9167795322E+10", "1,5"]]);
    }

    #[test]
    fn more_rows_than_any_list_has_are_refused() {
        let many = "79167795322\n".repeat(MOST_TABLE_ROWS + 1);
        assert_eq!(read(many.as_bytes()).map(|_| ()), Err(ListError::TooManyRows));
    }
}
