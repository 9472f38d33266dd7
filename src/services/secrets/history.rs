//! What the outbox notes beside the key, so that a data directory that was put back, or copied to another machine, is noticed.

use super::SecretsError;
use super::marks::{Erased, Marks};
use super::root_key::RootKey;
use crate::services::dirs::StationDirs;

/// Where the outbox of one station notes how far it is.
#[derive(Clone)]
pub(in crate::services) struct HistoryFile {
    dirs: StationDirs,
    key: RootKey,
    machine: Option<String>,
}

/// What was noted.
#[derive(Debug)]
pub(in crate::services) struct History {
    /// Grows each time the outbox is opened, and with each update of its copy; 0 if nothing was noted.
    pub(in crate::services) generation: u64,
    /// It was noted by another machine.
    pub(in crate::services) is_elsewhere: bool,
    /// Customers who were forgotten.
    pub(in crate::services) erased: Vec<Erased>,
}

impl HistoryFile {
    /// The one of a station on a machine, which may have no name.
    pub(in crate::services) fn of(dirs: &StationDirs, key: &RootKey, machine: Option<String>) -> Self {
        Self { dirs: dirs.clone(), key: key.clone(), machine }
    }

    /// Reads it.
    pub(in crate::services) fn read(&self) -> History {
        let Marks { generation, machine, erased, .. } = Marks::read(&self.dirs);
        let is_elsewhere = machine.is_some() && self.machine.is_some() && machine != self.machine;
        History { generation, is_elsewhere, erased }
    }

    /// Notes that the outbox has come so far, on this machine.
    ///
    /// # Errors
    /// The outbox is right without it: what is put back is noticed less surely then.
    pub(in crate::services) fn note_generation(&self, generation: u64) -> Result<(), SecretsError> {
        Marks::change(&self.dirs, &self.key, |marks| {
            marks.generation = generation;
            marks.machine = self.machine.clone().or_else(|| marks.machine.take());
        })
    }

    /// Notes that a customer is about to be forgotten.
    ///
    /// # Errors
    /// Nothing may be destroyed then: it could come back.
    pub(in crate::services) fn note_erased(&self, tag: [u8; 32], at_ms: i64) -> Result<(), SecretsError> {
        Marks::change(&self.dirs, &self.key, |marks| {
            marks.erased.retain(|erased| erased.tag != tag);
            marks.erased.push(Erased { tag, at_ms });
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// A station where somebody was forgotten.
    fn with_one_forgotten(folder: &Path) -> (HistoryFile, PathBuf) {
        let dirs = StationDirs::resolve(Some(folder.join("data")), Some(folder.join("keys"))).expect("both are given");
        fs::create_dir_all(dirs.data()).expect("made");
        let key = RootKey::open_or_create(&dirs).expect("a key");
        let history = HistoryFile::of(&dirs, &key, None);
        history.note_erased([7; 32], 1).expect("noted");
        (history, dirs.keys().to_owned())
    }

    fn file(keys: &Path, extension: &str) -> PathBuf {
        let files = fs::read_dir(keys).expect("a folder").map(|file| file.expect("a file").path());
        files.into_iter().find(|file| file.extension().is_some_and(|found| found == extension)).expect("one")
    }

    #[test]
    fn who_was_forgotten_is_known_still_where_the_key_was_out_of_reach_meanwhile() {
        let folder = tempfile::tempdir().expect("a folder");
        let (history, keys) = with_one_forgotten(folder.path());
        let (key, away) = (file(&keys, "key"), folder.path().join("away"));
        fs::rename(&key, &away).expect("moved");
        history.note_generation(2).expect("the key in memory opens it");
        fs::rename(&away, &key).expect("moved");
        let History { generation, erased, .. } = history.read();
        assert_eq!((generation, erased), (2, vec![Erased { tag: [7; 32], at_ms: 1 }]));
    }

    #[test]
    fn what_cannot_be_read_just_now_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let (history, keys) = with_one_forgotten(folder.path());
        let away = folder.path().join("away");
        fs::rename(&keys, &away).expect("moved");
        // As of a disk that fails: neither the file nor that it is gone can be told.
        fs::write(&keys, "").expect("written");
        assert!(history.note_generation(2).is_err());
        assert!(history.note_erased([8; 32], 2).is_err(), "nobody may be forgotten without a note of it");
        fs::remove_file(&keys).expect("removed");
        fs::rename(&away, &keys).expect("moved");
        assert_eq!(history.read().erased, [Erased { tag: [7; 32], at_ms: 1 }]);
    }
}
