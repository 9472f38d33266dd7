//! Reads entries straight from the pages of a damaged database, where SQLite itself gives up.
//!
//! The layouts are SQLite's file format and write-ahead log, <https://www.sqlite.org/fileformat2.html>. Nothing found
//! here is believed before it has been opened: every record is sealed for its row.

use std::collections::BTreeMap;

use crate::services::outbox::entry::Sender;

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
pub(in crate::services) struct RawEntry {
    pub(in crate::services) id: i64,
    pub(in crate::services) state: String,
    pub(in crate::services) reason: Option<String>,
    pub(in crate::services) created_ms: i64,
    pub(in crate::services) attempts: i64,
    pub(in crate::services) sender: Sender,
    pub(in crate::services) sealed: Vec<u8>,
}

/// Everything that looks like an entry in a database and its write-ahead log.
///
/// Transactions of the log that add up replace the pages they name. What only another one says, which may be damaged or
/// was never finished, comes after: a page of it may be missing, and what it replaces is still true then.
pub(super) fn entries(db: &[u8], wal: &[u8]) -> Vec<RawEntry> {
    let mut pages: BTreeMap<usize, &[u8]> = db.chunks(PAGE).enumerate().map(|(at, page)| (at + 1, page)).collect();
    let mut doubtful: BTreeMap<usize, Vec<&[u8]>> = BTreeMap::new();
    for transaction in frames(wal).split_inclusive(|frame| frame.is_commit) {
        let adds_up = transaction.iter().all(|frame| frame.adds_up) && transaction.last().is_some_and(|f| f.is_commit);
        for frame in transaction {
            if adds_up {
                pages.insert(frame.number, frame.page);
                doubtful.remove(&frame.number);
            } else {
                doubtful.entry(frame.number).or_default().push(frame.page);
            }
        }
    }
    // The newest first: the first of several that are alike is taken.
    let doubtful = doubtful.values().flat_map(|pages| pages.iter().rev());
    pages.values().chain(doubtful).flat_map(|page| entries_of(page)).collect()
}

/// A page in the log.
struct Frame<'a> {
    number: usize,
    page: &'a [u8],
    /// Whether it ends a transaction.
    is_commit: bool,
    /// Whether its checksum is that of its bytes and of the frame before.
    adds_up: bool,
}

/// The frames of the log, oldest first; those that an earlier round left behind are of other salts.
fn frames(wal: &[u8]) -> Vec<Frame<'_>> {
    let body = wal.get(WAL_HEADER..).unwrap_or_default();
    // The header of the log may be what is damaged.
    let salts = [wal.get(16..24), body.get(8..16)];
    let is_big_endian = wal.get(3).is_some_and(|magic| magic & 1 == 1);
    let mut before = wal.get(24..WAL_HEADER);
    let mut frames = Vec::new();
    for bytes in body.chunks(FRAME_HEADER + PAGE) {
        let last = std::mem::replace(&mut before, bytes.get(16..FRAME_HEADER));
        let Some((head, page)) = bytes.split_at_checked(FRAME_HEADER) else {
            continue;
        };
        let number = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let is_of_this_round = salts.iter().flatten().any(|salts| head[8..16] == **salts);
        let (Ok(number), true) = (usize::try_from(number), is_of_this_round && number > 0) else {
            continue;
        };
        let sum = last.map(|last| checksum(checksum(pair_of(last), &head[..8], is_big_endian), page, is_big_endian));
        let adds_up = page.len() == PAGE && sum.is_some_and(|sum| head[16..] == bytes_of(sum));
        frames.push(Frame { number, page, is_commit: head[4..8] != [0; 4], adds_up });
    }
    frames
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
    // Index and inner pages have no entry in them.
    (is_whole && adds_up(page, &cells)).then(|| if kind == TABLE_LEAF { cells } else { Vec::new() })
}

/// Whether cells, free blocks and fragments fill what the head of a page says is in use. A damaged list may look whole and
/// leave out rows, and one damaged byte makes a table an index.
fn adds_up(page: &[u8], cells: &[usize]) -> bool {
    let number = |at: usize| Some(usize::from(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?)));
    let filled = || {
        let kind = *page.first()?;
        let mut filled = number(5)? + usize::from(*page.get(7)?);
        for at in cells {
            filled += cell_length(kind, page.get(*at..)?)?;
        }
        let mut block = number(1)?;
        while block != 0 {
            filled += number(block + 2)?;
            // They lie in this order.
            block = number(block).filter(|next| *next == 0 || *next > block)?;
        }
        Some(filled)
    };
    filled() == Some(page.len())
}

/// How many bytes a cell takes; none of one that continues on another page, or is none.
fn cell_length(kind: u8, cell: &[u8]) -> Option<usize> {
    let is_inner = [TABLE_INNER, INDEX_INNER].contains(&kind);
    let mut rest = if is_inner { cell.get(4..)? } else { cell };
    let mut payload = 0;
    if kind != TABLE_INNER {
        let (length, after) = varint(rest)?;
        payload = usize::try_from(length).ok().filter(|length| *length <= LONGEST_LOCAL)?;
        rest = after;
    }
    if [TABLE_LEAF, TABLE_INNER].contains(&kind) {
        (_, rest) = varint(rest)?;
    }
    // SQLite gives no cell less than 4 bytes.
    Some((cell.len() - rest.len() + payload).max(4))
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
pub(in crate::services) fn is_log_damaged(wal: &[u8]) -> bool {
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

fn pair_of(bytes: &[u8]) -> (u32, u32) {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes);
    (word(0), word(4))
}
