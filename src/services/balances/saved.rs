//! The list that is being worked on, kept sealed in the data directory, so that it goes on after a restart.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::progress::{LONGEST_AGE_MS, LONGEST_BYTES};
use crate::domain::balances::{Answered, ListContent, ListRow, ListRows, RowAnswer, SavedList, read_cell};
use crate::domain::{Connection, PhoneRules, Points};
use crate::services::secrets::RootKey;
use crate::services::{durable, plain_file};

/// Whose list it is: the balances of one merchant say nothing about another's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::services) struct ListOwner {
    origin: String,
    merchant_id: String,
}

/// The file of a list at work: records one after the other, each with its length, sealed for its place. The first holds the list,
/// every other one answers. One that was cut off by a kill ends it.
pub(in crate::services) struct ListKeeper {
    file: File,
    cipher: XChaCha20Poly1305,
    records: u64,
}

/// The first record.
#[derive(Serialize, Deserialize)]
struct SealedList {
    owner: ListOwner,
    content: u8,
    inputs: Vec<String>,
}

const FILE: &str = "balances.list";
const PURPOSE: &str = "swip-kiosk list 1";
const NONCE_BYTES: usize = 24;
/// An answer: row, what, points, when.
const ANSWER_BYTES: usize = 4 + 1 + 8 + 8;
const CONTENTS: [ListContent; 3] = [ListContent::Phones, ListContent::Passes, ListContent::Either];

impl ListOwner {
    /// That of a connection.
    pub(in crate::services) fn of(connection: &Connection) -> Self {
        Self {
            origin: connection.base_url.origin().as_str().to_owned(),
            merchant_id: connection.merchant_id.as_str().to_owned(),
        }
    }
}

impl ListKeeper {
    /// Keeps a list in place of the one before. Blocks on the disk.
    pub(in crate::services) fn begin(
        data: &Path,
        root: &RootKey,
        owner: &ListOwner,
        saved: &SavedList,
    ) -> io::Result<Self> {
        let path = path_in(data);
        let inputs = saved.list.rows.iter().map(|row| row.input.clone()).collect();
        let content = CONTENTS.iter().position(|content| *content == saved.list.content).unwrap_or_default();
        let list = SealedList { owner: owner.clone(), content: u8::try_from(content).unwrap_or_default(), inputs };
        let list = Zeroizing::new(serde_json::to_vec(&list)?);
        let cipher = cipher(root);
        let answers = saved.answers.iter().enumerate().filter_map(|(row, known)| known.map(|known| (row, known)));
        let answers: Vec<u8> = answers.flat_map(|(row, known)| bytes_of(row, known)).collect();
        durable::replace(&path, |aside| {
            let mut file = File::create(aside)?;
            file.write_all(&sealed(&cipher, &list, 0)?)?;
            file.write_all(&sealed(&cipher, &answers, 1)?)
        })?;
        let file = durable::create_private(&path, OpenOptions::new().append(true))?;
        Ok(Self { file, cipher, records: 2 })
    }

    /// Keeps one answer more. A kill of the program does not lose it; a power cut may, and the row is asked about again.
    pub(in crate::services) fn keep(&mut self, row: usize, answer: RowAnswer, at_ms: i64) -> io::Result<()> {
        let record = sealed(&self.cipher, &bytes_of(row, (answer, at_ms)), self.records)?;
        self.records += 1;
        self.file.write_all(&record)
    }

    /// The list that was being worked on, if it is this owner's. Blocks on the disk.
    pub(in crate::services) fn find(
        data: &Path,
        root: &RootKey,
        owner: &ListOwner,
        (rules, now_ms): (PhoneRules, i64),
    ) -> Option<SavedList> {
        let bytes = plain_file::read(&path_in(data), LONGEST_BYTES).ok()?;
        let mut records = Records { rest: &bytes, cipher: cipher(root), number: 0 };
        let list: SealedList = serde_json::from_slice(&records.next()?).ok()?;
        if list.owner != *owner {
            return None;
        }
        let content = *CONTENTS.get(usize::from(list.content))?;
        let row = |input: String| ListRow { query: read_cell(&input, content, rules).query, input };
        let rows: Vec<_> = list.inputs.into_iter().map(row).collect();
        let mut answers: Vec<Answered> = vec![None; rows.len()];
        for (row, (answer, at_ms)) in records.flat_map(|record| answers_in(&record)) {
            // An older balance, or one of a clock that went back, is asked for anew.
            let is_fresh = (0..LONGEST_AGE_MS).contains(&now_ms.saturating_sub(at_ms));
            if let Some(known) = answers.get_mut(row) {
                *known = Some((answer, at_ms)).filter(|_| is_fresh && answer.is_final());
            }
        }
        Some(SavedList { list: ListRows { rows: rows.into(), content }, answers })
    }

    /// Keeps nothing of it. Blocks on the disk.
    pub(in crate::services) fn forget(data: &Path) -> io::Result<()> {
        match fs::remove_file(path_in(data)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The records of a file, opened one after the other.
struct Records<'a> {
    rest: &'a [u8],
    cipher: XChaCha20Poly1305,
    number: u64,
}

impl Iterator for Records<'_> {
    type Item = Zeroizing<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let (record, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let (nonce, ciphertext) = record.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: ciphertext, aad: &self.number.to_le_bytes() };
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        (self.rest, self.number) = (rest, self.number + 1);
        Some(Zeroizing::new(plain))
    }
}

fn path_in(data: &Path) -> PathBuf {
    data.join(FILE)
}

fn cipher(root: &RootKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*root.derive(PURPOSE)).into())
}

/// A record: its length, its nonce, what is sealed for its place among the others.
fn sealed(cipher: &XChaCha20Poly1305, plain: &[u8], number: u64) -> io::Result<Vec<u8>> {
    let mut nonce = [0_u8; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(io::Error::other)?;
    let payload = Payload { msg: plain, aad: &number.to_le_bytes() };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| io::ErrorKind::InvalidInput)?;
    let length = u32::try_from(NONCE_BYTES + sealed.len()).map_err(io::Error::other)?;
    Ok([&length.to_le_bytes()[..], &nonce, &sealed].concat())
}

fn bytes_of(row: usize, (answer, at_ms): (RowAnswer, i64)) -> [u8; ANSWER_BYTES] {
    let code = match answer {
        RowAnswer::Found(_) => 0,
        RowAnswer::NotFound => 1,
        RowAnswer::Invalid => 2,
        RowAnswer::Refused => 3,
        RowAnswer::CredentialsRefused => 4,
        RowAnswer::Unavailable => 5,
    };
    let mut bytes = [code; ANSWER_BYTES];
    bytes[..4].copy_from_slice(&u32::try_from(row).unwrap_or(u32::MAX).to_le_bytes());
    bytes[5..13].copy_from_slice(&answer.points().map_or(0, Points::value).to_le_bytes());
    bytes[13..].copy_from_slice(&at_ms.to_le_bytes());
    bytes
}

fn answers_in(record: &[u8]) -> Vec<(usize, (RowAnswer, i64))> {
    let answers = record.as_chunks::<ANSWER_BYTES>().0.iter().filter_map(|bytes| {
        let (row, rest) = bytes.split_first_chunk::<4>()?;
        let (code, rest) = rest.split_first()?;
        let (points, rest) = rest.split_first_chunk::<8>()?;
        let (at_ms, _) = rest.split_first_chunk::<8>()?;
        let answer = match code {
            0 => RowAnswer::Found(Points::new(i64::from_le_bytes(*points))),
            1 => RowAnswer::NotFound,
            2 => RowAnswer::Invalid,
            3 => RowAnswer::Refused,
            4 => RowAnswer::CredentialsRefused,
            5 => RowAnswer::Unavailable,
            _ => return None,
        };
        Some((usize::try_from(u32::from_le_bytes(*row)).ok()?, (answer, i64::from_le_bytes(*at_ms))))
    });
    answers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::StationDirs;

    const NOW_MS: i64 = 1_700_000_000_000;

    struct ListHome {
        folder: tempfile::TempDir,
        root: RootKey,
    }

    impl ListHome {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = |name: &str| Some(folder.path().join(name));
            let dirs = StationDirs::resolve(path("data"), path("keys")).expect("both are given");
            fs::create_dir(dirs.data()).expect("created");
            let root = RootKey::open_or_create(&dirs).expect("a key");
            Self { folder, root }
        }

        fn data(&self) -> PathBuf {
            self.folder.path().join("data")
        }

        fn find(&self, owner: &ListOwner) -> Option<Vec<Option<RowAnswer>>> {
            let found = ListKeeper::find(&self.data(), &self.root, owner, (PhoneRules::MOBILE, NOW_MS))?;
            assert_eq!(found.list, list().list);
            Some(found.answers.into_iter().map(|known| known.map(|(answer, _)| answer)).collect())
        }
    }

    fn owner(merchant_id: &str) -> ListOwner {
        ListOwner { origin: "https://swip.example".to_owned(), merchant_id: merchant_id.to_owned() }
    }

    fn list() -> SavedList {
        let rows = ["79167795322", "нет", "8 999 000-00-01"]
            .map(|cell| read_cell(cell, ListContent::Phones, PhoneRules::MOBILE));
        let answers = vec![Some((RowAnswer::Found(Points::new(-7)), NOW_MS - 5)), None, None];
        SavedList { list: ListRows { rows: rows.into(), content: ListContent::Phones }, answers }
    }

    #[test]
    fn a_list_goes_on_after_a_kill_also_when_its_last_answer_is_cut_off() {
        let home = ListHome::new();
        let mut keeper = ListKeeper::begin(&home.data(), &home.root, &owner("A"), &list()).expect("begun");
        let found = Some(RowAnswer::Found(Points::new(-7)));
        assert_eq!(home.find(&owner("A")), Some(vec![found, None, None]));
        keeper.keep(2, RowAnswer::NotFound, NOW_MS - 1).expect("kept");
        let whole = fs::read(path_in(&home.data())).expect("read");
        assert_eq!(home.find(&owner("A")), Some(vec![found, None, Some(RowAnswer::NotFound)]));
        for length in 0..whole.len() {
            fs::write(path_in(&home.data()), &whole[..length]).expect("written");
            let known = home.find(&owner("A"));
            assert!(known.is_none_or(|known| known[2].is_none()), "{length}");
        }
        // What was given up, or is of yesterday or of tomorrow, is asked about anew.
        for (answer, at_ms) in [
            (RowAnswer::Unavailable, NOW_MS),
            (RowAnswer::NotFound, NOW_MS - LONGEST_AGE_MS),
            (RowAnswer::NotFound, NOW_MS + 9),
        ] {
            let mut keeper = ListKeeper::begin(&home.data(), &home.root, &owner("A"), &list()).expect("begun");
            keeper.keep(2, answer, at_ms).expect("kept");
            assert_eq!(home.find(&owner("A")), Some(vec![found, None, None]));
        }
    }

    #[test]
    fn nobody_reads_a_list_but_its_owner_with_the_key() {
        let home = ListHome::new();
        drop(ListKeeper::begin(&home.data(), &home.root, &owner("A"), &list()).expect("begun"));
        let bytes = fs::read(path_in(&home.data())).expect("read");
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds("79167795322") && !holds("nput"));
        assert_eq!(home.find(&owner("B")), None);
        let other = ListHome::new();
        fs::write(path_in(&other.data()), &bytes).expect("written");
        assert_eq!(other.find(&owner("A")), None);
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(path_in(&home.data()), &damaged).expect("written");
            let known = home.find(&owner("A"));
            assert!(known.is_none_or(|known| known == [None, None, None]), "{at}");
        }
        ListKeeper::forget(&home.data()).expect("forgotten");
        ListKeeper::forget(&home.data()).expect("there is none");
        assert_eq!(home.find(&owner("A")), None);
    }
}
