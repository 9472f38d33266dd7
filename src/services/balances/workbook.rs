//! Workbooks: the cells of the first sheet that has any.

use std::io::{self, Cursor, Read};
use std::panic::{self, AssertUnwindSafe};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::{ListTable, MOST_COLUMNS, MOST_TABLE_ROWS};
use crate::domain::balances::ListError;
use crate::services::table_file::is_too_long;

/// How a packed file begins.
const PACKED: &[u8] = b"PK\x03\x04";
/// The most that a workbook may hold unpacked, and its table may take: a list of the longest kind has a tenth of it.
const LARGEST_UNPACKED: u64 = 128 * 1024 * 1024;
/// Beyond it a number with a fraction of zero is not known to the last digit.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Whether it is a workbook, or at least packed like one.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(PACKED)
}

/// Reads a table. Rows and columns without cells before the first are left out.
pub(super) fn read(bytes: &[u8]) -> Result<ListTable, ListError> {
    weigh(bytes, LARGEST_UNPACKED)?;
    // A decoder is code of others, and fed by anybody.
    panic::catch_unwind(AssertUnwindSafe(|| read_sheets(bytes))).unwrap_or(Err(ListError::NotATable))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Vec<String>>, ListError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| ListError::NotATable)?;
    for name in workbook.sheet_names() {
        let table = read_sheet(&mut workbook, &name)?;
        if !table.is_empty() {
            return Ok(table);
        }
    }
    Err(ListError::Empty)
}

/// Unpacks everything once without keeping it: what a packed file says about its size need not be true.
fn weigh(bytes: &[u8], limit: u64) -> Result<(), ListError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ListError::NotATable)?;
    let mut left = limit;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_| ListError::NotATable)?;
        let name = file.name().map_err(|_| ListError::NotATable)?.to_ascii_lowercase();
        let has_texts = name.ends_with("sharedstrings.xml");
        let mut file = file.take(left + 1);
        let size = if has_texts {
            let mut text = Vec::new();
            file.read_to_end(&mut text).map_err(|_| ListError::NotATable)?;
            if counts_more_than_it_has(&text) {
                return Err(ListError::NotATable);
            }
            u64::try_from(text.len()).unwrap_or(u64::MAX)
        } else {
            io::copy(&mut file, &mut io::sink()).map_err(|_| ListError::NotATable)?
        };
        left = left.checked_sub(size).ok_or(ListError::TooLarge)?;
    }
    Ok(())
}

/// Whether a part says that it has more texts than bytes. The reader makes room for as many as it says, and where there is none the
/// process ends.
fn counts_more_than_it_has(part: &[u8]) -> bool {
    // In UTF-16 a zero stands beside each sign.
    let signs: Vec<u8> = part.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&signs).split("uniqueCount").skip(1).any(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "=\"'+".contains(c));
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        digits.parse::<usize>().is_ok_and(|count| count > part.len())
    })
}

/// Cell by cell: a sheet with a cell in each of two far corners has no room in memory as a whole.
fn read_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<ListTable, ListError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| ListError::NotATable)?;
    let (mut table, mut last, mut left) = (ListTable::new(), None, LARGEST_UNPACKED);
    while let Some(cell) = cells.next_cell().map_err(|_| ListError::NotATable)? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            continue;
        }
        let text = written(cell.get_value());
        // A text that many cells share stands in the file once.
        spend(&mut left, text.len())?;
        if text.trim().is_empty() {
            continue;
        }
        if is_too_long(&text) {
            return Err(ListError::CellTooLong);
        }
        if last != Some(row) {
            if table.len() == MOST_TABLE_ROWS {
                return Err(ListError::TooManyRows);
            }
            table.push(Vec::new());
            last = Some(row);
        }
        if let Some(cells) = table.last_mut() {
            let more = (column + 1).saturating_sub(cells.len());
            spend(&mut left, more * size_of::<String>())?;
            cells.resize(cells.len() + more, String::new());
            cells[column] = text;
        }
    }
    Ok(table)
}

/// Takes so many bytes from those that are left.
fn spend(left: &mut u64, bytes: usize) -> Result<(), ListError> {
    let rest = u64::try_from(bytes).ok().and_then(|bytes| left.checked_sub(bytes));
    *left = rest.ok_or(ListError::TooLarge)?;
    Ok(())
}

/// A cell as a person reads it, but numbers with all their digits.
fn written(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < LARGEST_WHOLE => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) => time.to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::{Format, Formula, Workbook};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn saved(mut workbook: Workbook) -> Vec<u8> {
        workbook.save_to_buffer().expect("a workbook")
    }

    #[test]
    fn cells_of_every_kind_are_read_with_all_their_digits() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 2, "Клиенты за октябрь", &Format::new()).expect("written");
        sheet.write_string(2, 1, "Телефон").expect("written");
        sheet.write_number(3, 1, 79_167_795_322_f64).expect("written");
        sheet
            .write_number_with_format(4, 1, 79_990_000_001_f64, &Format::new().set_num_format("0.00E+00"))
            .expect("ok");
        sheet.write_string(5, 1, "007").expect("written");
        sheet.write_formula(6, 1, Formula::new("=B4").set_result("79167795322")).expect("written");
        sheet.write_string(1_000, 1, "конец").expect("written");
        let table = read(&saved(workbook)).expect("a table");
        let column: Vec<&str> = table.iter().map(|row| row.get(1).map_or("", |cell| cell)).collect();
        assert_eq!(column, ["", "Телефон", "79167795322", "79990000001", "007", "79167795322", "конец"]);
        assert_eq!(table[0][0], "Клиенты за октябрь");
    }

    #[test]
    fn a_file_that_counts_more_texts_than_it_has_is_no_table() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "79167795322").expect("written");
        let good = saved(workbook);
        assert!(read(&good).is_ok());
        let mut parts = ZipArchive::new(Cursor::new(good.as_slice())).expect("a workbook");
        for count in ["1000000000000", "+1000000000000"] {
            let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
            for at in 0..parts.len() {
                let mut part = parts.by_index(at).expect("a part");
                let (name, mut text) = (part.name().expect("a name").into_owned(), String::new());
                part.read_to_string(&mut text).expect("a text");
                let text = text.replace("uniqueCount=\"1\"", &format!("uniqueCount = '{count}'"));
                packed.start_file(name, SimpleFileOptions::default()).expect("begun");
                packed.write_all(text.as_bytes()).expect("written");
            }
            let bytes = packed.finish().expect("packed").into_inner();
            assert_eq!(read(&bytes).map(|table| table.len()), Err(ListError::NotATable), "{count}");
        }
        let wide: Vec<u8> = "<sst uniqueCount=\"99\">".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(counts_more_than_it_has(&wide) && !counts_more_than_it_has(b"<sst uniqueCount=\"9\"></sst>"));
    }

    #[test]
    fn a_sheet_that_is_too_much_for_its_reader_is_no_table() {
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/s.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/worksheets/s.xml",
                format!(
                    r#"<worksheet xmlns="{MAIN}"><dimension ref="A1:ZZZZZZZ99999999999"/><sheetData><row r="1"/></sheetData></worksheet>"#
                ),
            ),
        ] {
            packed.start_file(name, SimpleFileOptions::default()).expect("begun");
            packed.write_all(text.as_bytes()).expect("written");
        }
        let bytes = packed.finish().expect("whole").into_inner();
        assert!(matches!(read(&bytes), Err(ListError::NotATable | ListError::Empty)));
    }

    #[test]
    fn two_cells_in_far_corners_take_no_more_room_than_two_cells() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "79167795322").expect("written");
        sheet.write_string(1_048_575, 16_383, "far").expect("written");
        assert_eq!(read(&saved(workbook)).expect("a table"), [["79167795322"]]);
    }

    #[test]
    fn what_unpacks_to_far_more_than_a_list_is_refused_whatever_it_says_about_itself() {
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        packed.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).expect("begun");
        let zeros = vec![0_u8; 1 << 20];
        for _ in 0..129 {
            packed.write_all(&zeros).expect("written");
        }
        let mut bytes = packed.finish().expect("packed").into_inner();
        assert!(bytes.len() < 1 << 20, "it packs well");
        assert_eq!(read(&bytes), Err(ListError::TooLarge));
        // The size in the central directory, and in the head of the file, made a lie.
        let size = 129_u32 << 20;
        let places: Vec<_> = bytes.windows(4).enumerate().filter(|(_, four)| *four == size.to_le_bytes()).collect();
        let places: Vec<usize> = places.into_iter().map(|(at, _)| at).collect();
        assert!(!places.is_empty(), "the size is written somewhere");
        for at in places {
            bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
        }
        assert!(matches!(read(&bytes), Err(ListError::TooLarge | ListError::NotATable)));
    }

    #[test]
    fn a_workbook_cut_off_anywhere_is_refused_and_nothing_worse() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for row in 0..50 {
            sheet.write_string(row, 0, "79167795322").expect("written");
        }
        let whole = saved(workbook);
        for length in (4..whole.len()).step_by(37) {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        for at in (30..whole.len()).step_by(41) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            // Some damage hits what nobody reads.
            drop(read(&damaged));
        }
    }

    #[test]
    fn what_takes_far_more_memory_than_its_file_is_refused() {
        // One text, which stands in the file once, in many cells.
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let text = "7".repeat(32_000);
        for row in 0..4_200 {
            sheet.write_string(row, 0, &text).expect("written");
        }
        let bytes = saved(workbook);
        assert!(bytes.len() < 1 << 20, "it packs well");
        assert_eq!(read(&bytes).map(|table| table.len()), Err(ListError::TooLarge));
        // One cell in each row, behind many that are empty.
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for row in 0..22_000 {
            sheet.write_number(row, 255, 1.0).expect("written");
        }
        assert_eq!(read(&saved(workbook)).map(|table| table.len()), Err(ListError::TooLarge));
    }
}
