//! What a station once had, kept beside its key: a PIN or a token that is missing is lost then, and not one that nobody ever set.

use std::fs;
use std::io;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::SecretsError;
use super::file::SecretsFile;
use super::root_key::{KeyHome, RootKey};
use super::sealed::{SealKeys, Sealed, Use};
use super::station_note::StationNote;
use crate::services::dirs::StationDirs;
use crate::services::{durable, plain_file};

/// What was kept once, and what must not go back when the data directory does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marks {
    /// A PIN was set.
    pub(super) pin: bool,
    /// A token was stored.
    pub(super) token: bool,
    /// Whether it was a kiosk when its settings were last stored; none if none ever were.
    #[serde(default)]
    pub(super) kiosk: Option<bool>,
    /// The salts of the PINs that may be in force, in hexadecimal digits; empty if nobody noted any.
    #[serde(default)]
    pub(super) pins: Vec<String>,
    /// Of the outbox, as in [`History`].
    #[serde(default)]
    pub(super) generation: u64,
    /// The machine it was at, as [`machine::id`](crate::services::machine::id) names it.
    #[serde(default)]
    pub(super) machine: Option<String>,
    /// Customers who were forgotten.
    #[serde(default)]
    pub(super) erased: Vec<Erased>,
}

/// A customer who was forgotten: what of it is older must not come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::services) struct Erased {
    /// Of the phone, as evidence is found by it.
    pub(in crate::services) tag: [u8; 32],
    /// Unix milliseconds.
    pub(in crate::services) at_ms: i64,
}

/// A hundred thousand customers who were forgotten.
const LONGEST_BYTES: u64 = 32 * 1024 * 1024;

/// One at a time changes them.
static CHANGING: Mutex<()> = Mutex::new(());

const MARKS: Use<'static> = Use { purpose: "swip-kiosk marks 1", place: "station" };

impl Marks {
    /// Reads them. Without a file nothing was ever kept; of one that cannot be read, or that went with the key, everything may have
    /// been. Where the station has left a note, that knows.
    pub(super) fn read(dirs: &StationDirs) -> Self {
        Self::read_by(dirs, None).unwrap_or_else(|_| Self::noted_or_all(dirs))
    }

    /// The same with a key that is known already, whether or not it can be reached now. An error says that the disk or a right is
    /// what keeps them from being read: they are there.
    fn read_by(dirs: &StationDirs, key: Option<&RootKey>) -> io::Result<Self> {
        let home = KeyHome::of(dirs);
        match plain_file::read(&home.marks_file(), LONGEST_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self::noted(dirs).unwrap_or_else(|| Self::unmarked(dirs, &home)))
            }
            // Damage, which stays: nothing is there to be spared.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Self::noted_or_all(dirs)),
            Err(error) => Err(error),
            Ok(bytes) => Ok(Self::open(&bytes, key, &home).unwrap_or_else(|| Self::noted_or_all(dirs))),
        }
    }

    fn noted(dirs: &StationDirs) -> Option<Self> {
        let note = StationNote::read(dirs);
        note.map(|StationNote { pin, token, kiosk, .. }| Self { pin, token, kiosk, ..Self::default() })
    }

    fn noted_or_all(dirs: &StationDirs) -> Self {
        Self::noted(dirs).unwrap_or_else(Self::all)
    }

    /// Without marks and a note nothing was ever kept; but they may have gone with the key, and with the file that tells besides.
    fn unmarked(dirs: &StationDirs, home: &KeyHome<'_>) -> Self {
        let tells = || SecretsFile::read(dirs).is_ok_and(|file| file.pin.is_some() || !file.tokens.is_empty());
        if home.has_lost_key() && !tells() { Self::all() } else { Self::default() }
    }

    fn all() -> Self {
        Self { pin: true, token: true, kiosk: Some(true), ..Self::default() }
    }

    fn open(bytes: &[u8], key: Option<&RootKey>, home: &KeyHome<'_>) -> Option<Self> {
        let sealed: Sealed = serde_json::from_slice(bytes).ok()?;
        let known = key.and_then(|key| sealed.open(key, MARKS).ok());
        let plain = known.or_else(|| SealKeys::new(home.open(), home.others()).open(&sealed, MARKS).ok())?;
        serde_json::from_slice(&plain).ok()
    }

    /// Whether a PIN with this salt may be in force; one that may not comes from a backup.
    pub(super) fn may_be_in_force(&self, salt: &str) -> bool {
        self.pins.is_empty() || self.pins.iter().any(|pin| pin == salt)
    }

    /// Changes them durably. The caller owns the station.
    ///
    /// # Errors
    /// Nothing is changed then, and what cannot be read just now is not written over.
    pub(super) fn change(
        dirs: &StationDirs,
        key: &RootKey,
        change: impl FnOnce(&mut Self),
    ) -> Result<(), SecretsError> {
        let _changing = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
        let before = Self::read_by(dirs, Some(key)).map_err(SecretsError::Storage)?;
        let mut marks = before.clone();
        change(&mut marks);
        let home = KeyHome::of(dirs);
        let path = home.marks_file();
        let Self { pin, token, kiosk, .. } = marks;
        let note = StationNote { id: home.id().ok().flatten(), pin, token, kiosk };
        if StationNote::read(dirs).as_ref() != Some(&note) {
            note.write(dirs).map_err(SecretsError::Storage)?;
        }
        if marks == before && path.exists() {
            return Ok(());
        }
        let plain = serde_json::to_vec(&marks).map_err(|error| SecretsError::Storage(error.into()))?;
        let sealed = serde_json::to_vec(&Sealed::seal(&plain, key, MARKS)?);
        let sealed = sealed.map_err(|error| SecretsError::Storage(error.into()))?;
        durable::create_private_dir(dirs.keys()).map_err(SecretsError::Storage)?;
        durable::replace(&path, |aside| fs::write(aside, &sealed)).map_err(SecretsError::Storage)
    }
}
