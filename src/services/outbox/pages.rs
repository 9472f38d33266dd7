//! Reads entries straight from the pages of a damaged database, where SQLite itself gives up.
//!
//! The layouts are SQLite's file format and write-ahead log, <https://www.sqlite.org/fileformat2.html>. Nothing found
//! here is believed before it has been opened: every record is sealed for its row.

use std::collections::BTreeMap;

use super::Sender;

/// The page size that the schema asks for.
const PAGE: usize = 4096;
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const TABLE_LEAF: u8 = 0x0d;
const TABLE_INNER: u8 = 0x05;
const INDEX_LEAF: u8 = 0x0a;
const INDEX_INNER: u8 = 0x02;
/// Longer records continue on pages that are not followed; no entry comes near.
const LONGEST_LOCAL: usize = PAGE - 35;

/// An entry as it lies in a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawEntry {
    pub(super) id: i64,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    pub(super) created_ms: i64,
    pub(super) attempts: i64,
    pub(super) sender: Sender,
    pub(super) sealed: Vec<u8>,
}

/// Everything that looks like an entry in a database and its write-ahead log.
pub(super) fn entries(db: &[u8], wal: &[u8]) -> Vec<RawEntry> {
    let mut pages: BTreeMap<usize, &[u8]> = db.chunks(PAGE).enumerate().map(|(at, page)| (at + 1, page)).collect();
    for (number, page) in frames(wal) {
        pages.insert(number, page);
    }
    pages.values().flat_map(|page| entries_of(page)).collect()
}

/// The frames of the log, oldest first, by page; those that an earlier round left behind are of other salts.
fn frames(wal: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let body = wal.get(WAL_HEADER..).unwrap_or_default();
    // The header of the log may be what is damaged.
    let salts = [wal.get(16..24), body.get(8..16)];
    body.chunks(FRAME_HEADER + PAGE).filter_map(move |frame| {
        let is_of_this_round = salts.iter().flatten().any(|salts| frame.get(8..16) == Some(*salts));
        let number = u32::from_be_bytes(frame.get(..4)?.try_into().ok()?);
        let page = frame.get(FRAME_HEADER..)?;
        (is_of_this_round && number > 0).then_some((usize::try_from(number).ok()?, page))
    })
}

fn entries_of(page: &[u8]) -> Vec<RawEntry> {
    match cells(page) {
        Some(cells) => cells.into_iter().filter_map(|at| entry(page.get(at..)?)).collect(),
        // The list of cells is damaged, the cells may not be. A copy of an entry that was delivered since may be among
        // them: SWiP knows the phone by then.
        None => (0..page.len()).filter_map(|at| entry(page.get(at..)?)).collect(),
    }
}

/// Where the cells of a page begin; none if its head makes no sense.
fn cells(page: &[u8]) -> Option<Vec<usize>> {
    let number = |at: usize| Some(usize::from(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?)));
    let kind = *page.first()?;
    let head = match kind {
        TABLE_LEAF | INDEX_LEAF => 8,
        TABLE_INNER | INDEX_INNER => 12,
        _ => return None,
    };
    let count = number(3)?;
    let cells: Vec<_> = (0..count).map(|cell| number(head + 2 * cell)).collect::<Option<_>>()?;
    let is_whole = cells.iter().all(|at| (head + 2 * count..page.len()).contains(at));
    // Index and inner pages have no entry in them. A damaged page may look like one by its first byte, hardly by its list.
    is_whole.then(|| if kind == TABLE_LEAF { cells } else { Vec::new() })
}

/// Reads a table cell: length, row id, then the record.
fn entry(cell: &[u8]) -> Option<RawEntry> {
    let (length, rest) = varint(cell)?;
    let (id, rest) = varint(rest)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST_LOCAL)?;
    let record = rest.get(..length)?;
    let (head_length, _) = varint(record)?;
    let (head, mut body) = record.split_at_checked(usize::try_from(head_length).ok()?)?;
    let (_, mut head) = varint(head)?;
    let mut next = || {
        let (kind, rest) = varint(head)?;
        head = rest;
        let (value, rest) = value(kind, body)?;
        body = rest;
        Some(value)
    };
    // The row id stands in for the id, which is stored as nothing.
    let (Value::Null, Value::Blob(_)) = (next()?, next()?) else {
        return None;
    };
    let found = RawEntry {
        id,
        state: next()?.text()?,
        reason: match next()? {
            Value::Null => None,
            reason => Some(reason.text()?),
        },
        created_ms: next()?.integer()?,
        attempts: next()?.integer()?,
        sender: Sender {
            base_url: next()?.text()?,
            merchant_id: next()?.text()?,
            store_id: next()?.text()?,
            cash_id: next()?.text()?,
        },
        sealed: match next()? {
            Value::Blob(sealed) => sealed.to_vec(),
            _ => return None,
        },
    };
    Some(found)
}

enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl Value<'_> {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(bytes) => String::from_utf8(bytes.to_vec()).ok(),
            _ => None,
        }
    }

    fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(number),
            _ => None,
        }
    }
}

/// Takes a value of a serial type off the body of a record.
fn value(kind: i64, body: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let length = match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 => 8,
        12.. => usize::try_from((kind - 12) / 2).ok()?,
        _ => return None,
    };
    let (bytes, rest) = body.split_at_checked(length)?;
    let value = match kind {
        0 => Value::Null,
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        12.. if kind % 2 == 0 => Value::Blob(bytes),
        12.. => Value::Text(bytes),
        // Big-endian, with a sign.
        _ => {
            let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
            Value::Integer(bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte)))
        }
    };
    Some((value, rest))
}

/// SQLite's numbers of one to nine bytes, seven bits in each but the ninth.
fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        if at == 8 {
            number = number << 8 | u64::from(*byte);
        } else {
            number = number << 7 | u64::from(byte & 0x7f);
        }
        if at == 8 || byte & 0x80 == 0 {
            return Some((number.cast_signed(), bytes.get(at + 1..)?));
        }
    }
    None
}

/// Whether a write-ahead log holds commits that SQLite would pass over without a word, since it stops at the first frame
/// that does not add up.
///
/// A commit that a power cut left unfinished has no commit frame, and is none of them.
pub(super) fn is_log_damaged(wal: &[u8]) -> bool {
    let Some((header, body)) = wal.split_at_checked(WAL_HEADER) else {
        return false;
    };
    let is_big_endian = header[3] & 1 == 1;
    let mut sum = checksum((0, 0), &header[..24], is_big_endian);
    let header_adds_up = header[24..] == bytes_of(sum) && header[..3] == [0x37, 0x7f, 0x06];
    let valid = if header_adds_up {
        let frames = body.chunks(FRAME_HEADER + PAGE);
        let valid_frames = frames.take_while(|frame| {
            let Some(page) = frame.get(FRAME_HEADER..FRAME_HEADER + PAGE).filter(|_| frame[8..16] == header[16..24])
            else {
                return false;
            };
            sum = checksum(checksum(sum, &frame[..8], is_big_endian), page, is_big_endian);
            frame[16..24] == bytes_of(sum)
        });
        valid_frames.count() * (FRAME_HEADER + PAGE)
    } else {
        0
    };
    let round = if header_adds_up { header.get(16..24) } else { body.get(8..16) };
    // What an earlier round left behind is of other salts. Unless the header is gone: then the first frame speaks.
    let is_commit = |frame: &[u8]| frame.get(8..16) == round && frame.get(4..8).is_some_and(|size| size != [0; 4]);
    // A frame that was not written to its end is what a power cut leaves.
    body[valid..].chunks_exact(FRAME_HEADER + PAGE).any(is_commit)
}

/// SQLite's checksum of pairs of 32-bit words, carried on from `sum`.
fn checksum(sum: (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    let word = |bytes: &[u8]| {
        let bytes = <[u8; 4]>::try_from(bytes).unwrap_or_default();
        if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    bytes.chunks_exact(8).fold(sum, |(first, second), pair| {
        let first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        (first, second.wrapping_add(word(&pair[4..])).wrapping_add(first))
    })
}

fn bytes_of((first, second): (u32, u32)) -> [u8; 8] {
    (u64::from(first) << 32 | u64::from(second)).to_be_bytes()
}
