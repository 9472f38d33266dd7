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
