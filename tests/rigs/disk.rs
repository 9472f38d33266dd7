//! A disk whose power may go: what was synced is there, of the rest any part may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::recording::{Event, FileId};

/// The same numbers in every run.
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What a disk cannot write half of.
const SECTOR: usize = 512;
/// What a file system writes at once.
const BLOCK: usize = 4096;

#[derive(Clone, Debug)]
enum Node {
    Dir,
    File(FileId),
}

/// A change of a name that no sync has made durable.
#[derive(Clone, Debug)]
enum Naming {
    Link(PathBuf, Node),
    Move(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl Naming {
    fn is_in(&self, folder: &Path) -> bool {
        match self {
            Self::Link(path, _) | Self::Remove(path) | Self::Move(_, path) => path.parent() == Some(folder),
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        match self {
            Self::Link(path, node) => drop(names.insert(path.clone(), node.clone())),
            Self::Move(from, to) => {
                // What it moves may be gone with an earlier change that was not kept.
                if let Some(node) = names.remove(from) {
                    names.insert(to.clone(), node);
                }
            }
            Self::Remove(path) => drop(names.remove(path)),
        }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// A file: what is on the disk for certain, and what came after.
#[derive(Clone, Debug, Default)]
struct Content {
    synced: Vec<u8>,
    pending: Vec<Change>,
}

impl Content {
    /// The file as it was after each of the pending changes, the first before any.
    fn versions(&self) -> Vec<Vec<u8>> {
        let mut versions = vec![self.synced.clone()];
        for change in &self.pending {
            let mut bytes = versions.last().unwrap().clone();
            match change {
                Change::Write(at, data) => {
                    bytes.resize(bytes.len().max(at + data.len()), 0);
                    bytes[*at..at + data.len()].copy_from_slice(data);
                }
                Change::Truncate(length) => bytes.resize(*length, 0),
            }
            versions.push(bytes);
        }
        versions
    }

    /// One of the contents that a power cut may leave.
    fn after_a_cut(&self, seeded: &mut Seeded) -> Vec<u8> {
        let versions = self.versions();
        let last = versions.len() - 1;
        let (size, piece, newest) = match seeded.below(6) {
            0 => (last, BLOCK, Some(last)),
            1 => (0, BLOCK, Some(0)),
            // In order, up to some change.
            2 => {
                let newest = seeded.below(versions.len());
                (newest, BLOCK, Some(newest))
            }
            3 => (seeded.below(versions.len()), BLOCK, None),
            4 => (last, SECTOR, None),
            _ => (seeded.below(versions.len()), SECTOR, None),
        };
        let mut bytes = vec![0; versions[size].len()];
        for (number, chunk) in bytes.chunks_mut(piece).enumerate() {
            let start = number * piece;
            let version = &versions[newest.unwrap_or_else(|| seeded.below(versions.len()))];
            // What was cut off is gone with the length of the file, or not at all.
            let version = if version.len() > start { version } else { &versions[size] };
            let from = &version[start..];
            let length = from.len().min(chunk.len());
            chunk[..length].copy_from_slice(&from[..length]);
        }
        bytes
    }
}

/// The disk under one station's folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    names: BTreeMap<PathBuf, Node>,
    renamings: Vec<Naming>,
    files: BTreeMap<FileId, Content>,
}

impl Disk {
    /// Takes in what the program does.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::MakeDir(path) => self.renamings.push(Naming::Link(path.clone(), Node::Dir)),
            Event::Create(path, id) => {
                self.files.insert(*id, Content::default());
                self.renamings.push(Naming::Link(path.clone(), Node::File(*id)));
            }
            Event::Write(id, at, data) => {
                let change = Change::Write(usize::try_from(*at).unwrap(), data.clone());
                self.files.get_mut(id).unwrap().pending.push(change);
            }
            Event::Truncate(id, length) => {
                let change = Change::Truncate(usize::try_from(*length).unwrap());
                self.files.get_mut(id).unwrap().pending.push(change);
            }
            Event::Rename(from, to) => self.renamings.push(Naming::Move(from.clone(), to.clone())),
            Event::Unlink(path) => self.renamings.push(Naming::Remove(path.clone())),
            Event::SyncFile(id) => {
                let content = self.files.get_mut(id).unwrap();
                content.synced = content.versions().pop().unwrap();
                content.pending.clear();
            }
            Event::SyncDir(folder) => {
                let (durable, left) = self.renamings.drain(..).partition(|naming| naming.is_in(folder));
                self.renamings = left;
                let durable: Vec<Naming> = durable;
                for naming in &durable {
                    naming.apply(&mut self.names);
                }
            }
            Event::Begin(_) | Event::Said(_) | Event::Posted(_) | Event::Accepted(_) => {}
        }
    }

    /// Writes one of the states that a power cut may leave into an empty folder.
    pub(crate) fn after_a_cut(&self, seeded: &mut Seeded, folder: &Path) {
        let mut names = self.names.clone();
        let count = self.renamings.len();
        let (kept, is_subset) = match seeded.below(4) {
            0 => (count, false),
            1 => (0, false),
            2 => (seeded.below(count + 1), false),
            _ => (count, true),
        };
        for naming in &self.renamings[..kept] {
            if !is_subset || seeded.below(2) == 0 {
                naming.apply(&mut names);
            }
        }
        // In the order of paths a folder comes before what is in it.
        for (path, node) in &names {
            let path = folder.join(path);
            match node {
                Node::Dir => fs::create_dir(&path).unwrap_or_default(),
                // In a folder that is not there it cannot be found.
                Node::File(id) if path.parent().is_some_and(Path::is_dir) => {
                    fs::write(&path, self.files[id].after_a_cut(seeded)).unwrap();
                }
                Node::File(_) => {}
            }
        }
    }
}
