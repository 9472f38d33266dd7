//! `secrets.json`: what is sealed and must be readable while another process owns the station.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::SecretsError;
use super::sealed::{Sealed, Use};
use crate::services::dirs::StationDirs;
use crate::services::{durable, plain_file};

/// All of it.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct SecretsFile {
    #[serde(default)]
    pub(super) tokens: Vec<SealedToken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pin: Option<Sealed>,
}

/// One token, for one origin.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedToken {
    pub(super) origin: String,
    #[serde(flatten)]
    pub(super) sealed: Sealed,
}

/// The manager's PIN.
pub(super) const PIN: Use<'static> = Use { purpose: "swip-kiosk pin 1", place: "manager" };

const LONGEST_BYTES: u64 = 256 * 1024;

impl SealedToken {
    /// What it is sealed for.
    pub(super) fn token_for(origin: &str) -> Use<'_> {
        Use { purpose: "swip-kiosk token 1", place: origin }
    }
}

impl SecretsFile {
    /// Reads it; a missing one is empty.
    pub(super) fn read(dirs: &StationDirs) -> Result<Self, SecretsError> {
        let path = path(dirs);
        match plain_file::read(&path, LONGEST_BYTES) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| SecretsError::Sealed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(SecretsError::Sealed),
            Err(error) => Err(SecretsError::Storage(error)),
        }
    }

    /// Reads it to be added to: a damaged one, of which nothing can be used, is kept aside as `secrets.json.damaged`.
    ///
    /// # Errors
    /// [`SecretsError::Storage`] if the disk refuses: what is there now may be whole.
    pub(super) fn read_or_new(dirs: &StationDirs) -> Result<Self, SecretsError> {
        match Self::read(dirs) {
            Err(SecretsError::Sealed) => {
                let path = path(dirs);
                durable::rename(&path, path.with_added_extension("damaged")).map_err(SecretsError::Storage)?;
                Ok(Self::default())
            }
            read => read,
        }
    }

    /// Replaces it durably. The caller owns the station.
    pub(super) fn write(&self, dirs: &StationDirs) -> Result<(), SecretsError> {
        let bytes = serde_json::to_vec(self).map_err(|error| SecretsError::Storage(error.into()))?;
        durable::replace(&path(dirs), |aside| fs::write(aside, &bytes)).map_err(SecretsError::Storage)
    }
}

fn path(dirs: &StationDirs) -> PathBuf {
    dirs.data().join("secrets.json")
}
