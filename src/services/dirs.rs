//! Where a station keeps its files.

use std::path::{Path, PathBuf};

/// The data directory holds all that the station writes, except the root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationDirs {
    data: PathBuf,
    keys: PathBuf,
    has_own_keys_dir: bool,
    has_own_data_dir: bool,
}

/// The system names no home for the program's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place for the station's files: set --data-dir and --key-dir")]
pub struct NoHome;

impl StationDirs {
    /// The directories given, or the system's own places.
    ///
    /// # Errors
    /// [`NoHome`] if one is not given and the system has no place for it.
    pub fn resolve(data: Option<PathBuf>, keys: Option<PathBuf>) -> Result<Self, NoHome> {
        let home = directories::ProjectDirs::from("", "", "swip-kiosk");
        let or_home = |given: Option<PathBuf>, place: fn(&directories::ProjectDirs) -> PathBuf| {
            given.or_else(|| home.as_ref().map(place)).ok_or(NoHome)
        };
        Ok(Self {
            has_own_keys_dir: keys.is_some(),
            has_own_data_dir: data.is_some(),
            data: or_home(data, |home| home.data_local_dir().to_owned())?,
            keys: or_home(keys, |home| home.config_local_dir().join("keys"))?,
        })
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Whether somebody chose the directory of root keys.
    pub(super) fn has_own_keys_dir(&self) -> bool {
        self.has_own_keys_dir
    }

    /// Where files go that people are to find, the best place first: beside the data directory if somebody chose that, else among
    /// the documents; where neither takes anything, in the data directory.
    pub(super) fn places_for_people(&self) -> Vec<PathBuf> {
        let documents = || directories::UserDirs::new()?.document_dir().map(Path::to_owned);
        let beside = std::path::absolute(&self.data).ok().and_then(|data| data.parent().map(Path::to_owned));
        let best = if self.has_own_data_dir { beside } else { documents() };
        best.into_iter().chain([self.data.join("exports")]).collect()
    }

    /// The folder of the log, in the data directory.
    pub fn log(&self) -> PathBuf {
        self.data.join("log")
    }

    /// The directory of root keys, one file a station.
    pub fn keys(&self) -> &Path {
        &self.keys
    }
}
