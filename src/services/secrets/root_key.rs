//! The station's root key: where it lives, and what it protects against.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::services::dirs::StationDirs;
use crate::services::durable;

/// 256 random bits that everything secret of a station is sealed under.
pub(in crate::services) struct RootKey(Zeroizing<[u8; KEY_BYTES]>);

/// What stands between a copied data directory and its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The key comes from the service manager (`$CREDENTIALS_DIRECTORY`), which may keep it in a TPM.
    Credential,
    /// The key is a file outside the data directory.
    KeyFile,
    /// The key lies inside the data directory: whoever copies that can read it.
    KeyFileInDataDir,
}

/// Why there is no root key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing was sealed yet.
    #[error("the station has no key yet")]
    Missing,
    /// Not 32 bytes.
    #[error("the station's key is damaged")]
    Damaged,
    /// The disk or the random source refused.
    #[error("the station's key cannot be used")]
    Storage(#[source] io::Error),
}

const KEY_BYTES: usize = 32;
const CREDENTIAL: &str = "swip-kiosk-root-key";

impl Protection {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::KeyFile => "key_file",
            Self::KeyFileInDataDir => "key_file_in_data_dir",
        }
    }
}

impl RootKey {
    /// Opens the station's key.
    pub(in crate::services) fn open(dirs: &StationDirs) -> Result<Self, KeyError> {
        if let Some(credential) = credential_file() {
            return read_key(&credential).map(Self);
        }
        let path = key_file(dirs)?.ok_or(KeyError::Missing)?;
        read_key(&path).map(Self)
    }

    /// Opens the station's key, or makes one if it never had any or has lost it.
    pub(in crate::services) fn open_or_create(dirs: &StationDirs) -> Result<Self, KeyError> {
        match Self::open(dirs) {
            Err(KeyError::Missing) => {}
            // A credential is not ours to replace.
            Err(KeyError::Damaged) if credential_file().is_none() => keep_lost_id(dirs).map_err(KeyError::Storage)?,
            opened => return opened,
        }
        create(dirs).map_err(KeyError::Storage)?;
        Self::open(dirs)
    }

    /// Keys that were lost and have turned up again.
    pub(in crate::services) fn found_again(dirs: &StationDirs) -> Vec<Self> {
        let ids = (1_u32..).map_while(|n| fs::read_to_string(lost_id_file(dirs, n)).ok());
        let files = ids.filter(|id| is_id(id.trim())).map(|id| dirs.keys().join(format!("{}.key", id.trim())));
        files.filter_map(|file| read_key(&file).ok()).map(Self).collect()
    }

    /// A key for one purpose, which tells nothing about those for others.
    pub(in crate::services) fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; KEY_BYTES]> {
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        // Fails only for more than 8,160 bytes.
        let is_derived = Hkdf::<Sha256>::new(None, &*self.0).expand(purpose.as_bytes(), &mut *derived).is_ok();
        debug_assert!(is_derived);
        derived
    }
}

/// Where a station's key lives, or would live.
pub(in crate::services) fn protection(dirs: &StationDirs) -> Protection {
    if credential_file().is_some() {
        return Protection::Credential;
    }
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if real(dirs.keys()).starts_with(real(dirs.data())) { Protection::KeyFileInDataDir } else { Protection::KeyFile }
}

fn credential_file() -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    path.is_file().then_some(path)
}

/// The station's key file, named after a random id that the data directory holds.
fn key_file(dirs: &StationDirs) -> Result<Option<PathBuf>, KeyError> {
    match fs::read_to_string(id_file(dirs)) {
        Ok(id) if is_id(id.trim()) => Ok(Some(dirs.keys().join(format!("{}.key", id.trim())))),
        Ok(_) => Err(KeyError::Damaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(KeyError::Storage(error)),
    }
}

fn id_file(dirs: &StationDirs) -> PathBuf {
    dirs.data().join("station-id")
}

fn lost_id_file(dirs: &StationDirs, number: u32) -> PathBuf {
    dirs.data().join(format!("station-id.lost-{number}"))
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Keeps the id of a key that is gone as `station-id.lost-N`: the key may turn up again.
fn keep_lost_id(dirs: &StationDirs) -> io::Result<()> {
    let mut asides = (1_u32..).map(|n| lost_id_file(dirs, n));
    match asides.find(|aside| fs::symlink_metadata(aside).is_err()) {
        Some(aside) => fs::rename(id_file(dirs), aside),
        None => Ok(()),
    }
}

/// The key first, then the id that points to it: a power cut between leaves a key nobody uses.
fn create(dirs: &StationDirs) -> io::Result<()> {
    let mut id = [0_u8; 16];
    let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
    getrandom::fill(&mut id).map_err(io::Error::other)?;
    getrandom::fill(&mut *key).map_err(io::Error::other)?;
    let id = format!("{:032x}", u128::from_be_bytes(id));
    durable::create_private_dir(dirs.keys())?;
    durable::create_private_dir(dirs.data())?;
    durable::create_new(&dirs.keys().join(format!("{id}.key")), &*key)?;
    durable::replace(&id_file(dirs), |aside| fs::write(aside, &id))
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    let mut bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        // The id says that there was one.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(KeyError::Damaged),
        Err(error) => return Err(KeyError::Storage(error)),
    };
    let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| KeyError::Damaged);
    bytes.zeroize();
    key
}
