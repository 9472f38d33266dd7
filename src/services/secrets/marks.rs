//! What a station once had, kept beside its key: a PIN or a token that is missing is lost then, and not one that nobody ever set.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::SecretsError;
use super::root_key::{KeyHome, RootKey};
use super::sealed::{SealKeys, Sealed, Use};
use crate::services::dirs::StationDirs;
use crate::services::durable;

/// What was kept once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marks {
    /// A PIN was set.
    pub(super) pin: bool,
    /// A token was stored.
    pub(super) token: bool,
}

const MARKS: Use<'static> = Use { purpose: "swip-kiosk marks 1", place: "station" };

impl Marks {
    /// Reads them. Without a file nothing was ever kept; of one that cannot be read everything may have been.
    pub(super) fn read(dirs: &StationDirs) -> Self {
        let home = KeyHome::of(dirs);
        match fs::read(home.marks_file()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            bytes => bytes.ok().and_then(|bytes| Self::open(&bytes, &home)).unwrap_or(Self { pin: true, token: true }),
        }
    }

    fn open(bytes: &[u8], home: &KeyHome<'_>) -> Option<Self> {
        let sealed: Sealed = serde_json::from_slice(bytes).ok()?;
        let plain = SealKeys::new(home.open(), home.others()).open(&sealed, MARKS).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Adds to them durably. The caller owns the station.
    pub(super) fn add(dirs: &StationDirs, key: &RootKey, more: Self) -> Result<(), SecretsError> {
        let before = Self::read(dirs);
        let marks = Self { pin: before.pin || more.pin, token: before.token || more.token };
        let path = KeyHome::of(dirs).marks_file();
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
