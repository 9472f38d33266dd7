//! What a station leaves beside its key under the name of its folder: a data directory that is gone, or has lost the id of its key, is
//! not one that was never set up.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::services::dirs::StationDirs;
use crate::services::hex::hex;
use crate::services::{durable, plain_file};

/// Nothing in it is secret: whoever takes it away can set a PIN as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StationNote {
    /// The id of its own key; none under a credential.
    pub(super) id: Option<String>,
    /// A PIN was set.
    pub(super) pin: bool,
    /// A token was stored.
    pub(super) token: bool,
    /// Whether it was a kiosk when its settings were last stored; none if none ever were.
    #[serde(default)]
    pub(super) kiosk: Option<bool>,
}

const LONGEST_BYTES: u64 = 4096;

impl StationNote {
    /// That of the station in this folder, if there ever was one.
    pub(super) fn read(dirs: &StationDirs) -> Option<Self> {
        serde_json::from_slice(&plain_file::read(&path(dirs), LONGEST_BYTES).ok()?).ok()
    }

    /// Replaces it durably. The caller owns the station.
    pub(super) fn write(&self, dirs: &StationDirs) -> io::Result<()> {
        let bytes = serde_json::to_vec(self)?;
        durable::create_private_dir(dirs.keys())?;
        durable::replace(&path(dirs), |aside| std::fs::write(aside, &bytes))
    }
}

/// The name of a station's folder, which may be gone, as a name of files.
pub(super) fn folder_name(dirs: &StationDirs) -> String {
    let data = std::path::absolute(dirs.data()).unwrap_or_else(|_| dirs.data().to_owned());
    let hash: [u8; 32] = Sha256::digest(real(&data).as_os_str().as_encoded_bytes()).into();
    hex(&hash[..16])
}

/// The path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|there| Some((there, there.canonicalize().ok()?)));
    match there.map(|(there, found)| (found, path.strip_prefix(there))) {
        Some((found, Ok(rest))) if rest.as_os_str().is_empty() => found,
        Some((found, Ok(rest))) => found.join(rest),
        _ => path.to_owned(),
    }
}

fn path(dirs: &StationDirs) -> PathBuf {
    dirs.keys().join(format!("{}.station", folder_name(dirs)))
}
