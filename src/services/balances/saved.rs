//! The list that is being worked on, kept sealed in the data directory, so that it goes on after a restart.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::owner::ListOwner;
use super::progress::{LONGEST_AGE_MS, LONGEST_BYTES};
use crate::domain::balances::{Answered, ListContent, ListRow, ListRows, RowAnswer, SavedList, read_cell};
use crate::domain::{PhoneRules, Points};
use crate::services::secrets::{RootKey, Sealed, Use};
use crate::services::{durable, plain_file};

/// The file of a list at work: lines, each sealed for its place. The first holds the list, every other one answers. One that was cut
/// off by a kill ends it.
pub(in crate::services) struct ListKeeper {
    file: File,
    root: RootKey,
    lines: usize,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct SealedList {
    owner: ListOwner,
    content: u8,
    inputs: Vec<String>,
}

/// An answer in another line.
#[derive(Serialize, Deserialize)]
struct SealedAnswer {
    row: usize,
    outcome: String,
    points: Option<i64>,
    at_ms: i64,
}

const FILE: &str = "balances.list";
const PURPOSE: &str = "swip-kiosk list 1";
const CONTENTS: [ListContent; 3] = [ListContent::Phones, ListContent::Passes, ListContent::Either];

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
        let answers = saved.answers.iter().enumerate();
        let answers = answers.filter_map(|(row, known)| known.map(|known| SealedAnswer::new(row, known)));
        let answers: Vec<_> = answers.collect();
        durable::replace(&path, |aside| {
            let mut file = File::create(aside)?;
            file.write_all(&sealed(root, &list, 0)?)?;
            file.write_all(&sealed(root, &answers, 1)?)
        })?;
        let file = durable::create_private(&path, OpenOptions::new().append(true))?;
        Ok(Self { file, root: root.clone(), lines: 2 })
    }

    /// Keeps one answer more. A kill of the program does not lose it; a power cut may, and the row is asked about again.
    pub(in crate::services) fn keep(&mut self, row: usize, answer: RowAnswer, at_ms: i64) -> io::Result<()> {
        let line = sealed(&self.root, &[SealedAnswer::new(row, (answer, at_ms))], self.lines)?;
        self.lines += 1;
        self.file.write_all(&line)
    }

    /// The list that was being worked on, if it is this owner's. Blocks on the disk.
    pub(in crate::services) fn find(
        data: &Path,
        root: &RootKey,
        owner: &ListOwner,
        (rules, now_ms): (PhoneRules, i64),
    ) -> Option<SavedList> {
        let bytes = plain_file::read(&path_in(data), LONGEST_BYTES).ok()?;
        let whole = bytes.split_inclusive(|byte| *byte == b'\n').map_while(|line| line.strip_suffix(b"\n"));
        let mut lines = whole.enumerate();
        let list: SealedList = opened(root, lines.next()?)?;
        if list.owner != *owner {
            return None;
        }
        let content = *CONTENTS.get(usize::from(list.content))?;
        let row = |input: String| ListRow { query: read_cell(&input, content, rules).query, input };
        let rows: Vec<_> = list.inputs.into_iter().map(row).collect();
        let mut answers: Vec<Answered> = vec![None; rows.len()];
        let kept = lines.map_while(|line| opened::<Vec<SealedAnswer>>(root, line));
        for SealedAnswer { row, outcome, points, at_ms } in kept.flatten() {
            let answer = RowAnswer::read(&outcome, points.map(Points::new)).filter(|answer| answer.is_final());
            // An older balance, or one of a clock that went back, is asked for anew.
            let is_fresh = (0..LONGEST_AGE_MS).contains(&now_ms.saturating_sub(at_ms));
            if let Some(known) = answers.get_mut(row) {
                *known = answer.filter(|_| is_fresh).map(|answer| (answer, at_ms));
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

impl SealedAnswer {
    fn new(row: usize, (answer, at_ms): (RowAnswer, i64)) -> Self {
        Self { row, outcome: answer.name().to_owned(), points: answer.points().map(Points::value), at_ms }
    }
}

fn path_in(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// A line, sealed for its place among the others.
fn sealed(root: &RootKey, value: &impl Serialize, number: usize) -> io::Result<Vec<u8>> {
    let plain = Zeroizing::new(serde_json::to_vec(value)?);
    let sealed = Sealed::seal(&plain, root, Use { purpose: PURPOSE, place: &number.to_string() });
    let mut line = serde_json::to_vec(&sealed.map_err(io::Error::other)?)?;
    line.push(b'\n');
    Ok(line)
}

fn opened<T: DeserializeOwned>(root: &RootKey, (number, line): (usize, &[u8])) -> Option<T> {
    let sealed: Sealed = serde_json::from_slice(line).ok()?;
    let plain = sealed.open(root, Use { purpose: PURPOSE, place: &number.to_string() }).ok()?;
    serde_json::from_slice(&plain).ok()
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
        drop(keeper);
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
