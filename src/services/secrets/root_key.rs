//! The station's root key: where it lives, in what order it is looked for, and what becomes of one that is gone.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::keychain::{KEY_BYTES, Keychain};
use super::station_note::{StationNote, folder_name};
use crate::domain::Protection;
use crate::services::dirs::StationDirs;
use crate::services::{durable, plain_file};

/// 256 random bits that everything secret of a station is sealed under.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::services) struct RootKey(Zeroizing<[u8; KEY_BYTES]>);

/// Why there is no root key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing was sealed yet.
    #[error("the station has no key yet")]
    Missing,
    /// Not 32 bytes, or gone.
    #[error("the station's key is damaged")]
    Damaged,
    /// The disk or the random source refused.
    #[error("the station's key cannot be used: {}", .0.kind())]
    Storage(#[source] io::Error),
}

/// Where a station's keys may be. A credential goes first; without one there is a key of our own, named by an id in the
/// data directory, in the keychain or in a file.
pub(super) struct KeyHome<'a> {
    dirs: &'a StationDirs,
    credential: Option<PathBuf>,
    keychain: Option<Keychain>,
}

const CREDENTIAL: &str = "swip-kiosk-root-key";
/// Far more than a key or an id has.
const LONGEST_FILE: u64 = 4096;

impl RootKey {
    /// Opens the station's key, or makes one if it never had any or has lost it.
    pub(in crate::services) fn open_or_create(dirs: &StationDirs) -> Result<Self, KeyError> {
        KeyHome::of(dirs).open_or_create()
    }

    /// Keys besides the one in force that may have sealed something: of earlier ids, or a key of our own from before
    /// there was a credential.
    pub(in crate::services) fn others(dirs: &StationDirs) -> Vec<Self> {
        KeyHome::of(dirs).others()
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

impl<'a> KeyHome<'a> {
    /// Where this process finds the keys of a station.
    pub(super) fn of(dirs: &'a StationDirs) -> Self {
        // Whoever names a folder for keys wants them there.
        let keychain = if dirs.has_own_keys_dir() { None } else { Keychain::of_system() };
        Self { dirs, credential: credential_file(), keychain }
    }

    /// Opens the key in force.
    pub(super) fn open(&self) -> Result<RootKey, KeyError> {
        match &self.credential {
            Some(credential) => read_key(credential).map(RootKey),
            None => self.open_own(),
        }
    }

    /// Opens the key in force, or makes one of our own if there never was any or it is lost. What was sealed under the
    /// lost one stays as it is.
    pub(super) fn open_or_create(&self) -> Result<RootKey, KeyError> {
        match self.open() {
            Err(KeyError::Missing) => {}
            // A credential is not ours to replace.
            Err(KeyError::Damaged) if self.credential.is_none() => {
                tracing::error!("the station's key is lost; a new one is made");
                self.keep_lost_id().map_err(KeyError::Storage)?;
            }
            Ok(key) => {
                self.put_id_back().map_err(KeyError::Storage)?;
                return Ok(key);
            }
            Err(error) => return Err(error),
        }
        self.create().map_err(KeyError::Storage)?;
        self.open()
    }

    /// Where it is kept what a station once had: by the id of its key, or where it has a credential and none, by its folder. A verb
    /// that was run without the credential may have left an id later; it cannot open what is kept by the folder, and leaves it alone.
    pub(super) fn marks_file(&self) -> PathBuf {
        let file = |name: &str| self.dirs.keys().join(format!("{name}.marks"));
        let by_folder = file(&folder_name(self.dirs));
        let by_id = self.id().ok().flatten().map(|id| file(&id));
        by_id.filter(|_| self.credential.is_none() || !by_folder.exists()).unwrap_or(by_folder)
    }

    /// Whether a key of our own is gone, or was once.
    pub(super) fn has_lost_key(&self) -> bool {
        let was_lost = fs::symlink_metadata(self.lost_id_file(1)).is_ok();
        was_lost || matches!(self.open_own(), Err(KeyError::Damaged))
    }

    /// Keys besides the one in force.
    pub(super) fn others(&self) -> Vec<RootKey> {
        let own = self.credential.as_ref().and_then(|_| self.open_own().ok());
        let lost = (1_u32..).map(|n| self.lost_id_file(n)).take_while(|file| fs::symlink_metadata(file).is_ok());
        let found = lost.filter_map(|file| self.read_own(&read_id(&file).ok()??).ok());
        own.into_iter().chain(found).collect()
    }

    /// Where the key in force is, or would be.
    pub(super) fn protection(&self) -> Protection {
        if self.credential.is_some() {
            return Protection::Credential;
        }
        let is_file = self.id().ok().flatten().is_some_and(|id| self.file_of(&id).is_file());
        if self.keychain.is_some() && !is_file {
            return Protection::Keychain;
        }
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_inside = real(self.dirs.keys()).starts_with(real(self.dirs.data()));
        if is_inside { Protection::KeyFileInDataDir } else { Protection::KeyFile }
    }

    fn open_own(&self) -> Result<RootKey, KeyError> {
        self.read_own(&self.id()?.ok_or(KeyError::Missing)?)
    }

    /// A file goes first: where there is one, it was made because the keychain did not keep the key.
    fn read_own(&self, id: &str) -> Result<RootKey, KeyError> {
        match (read_key(&self.file_of(id)), &self.keychain) {
            (Err(KeyError::Damaged), Some(keychain)) => keychain.read(id).ok_or(KeyError::Damaged).map(RootKey),
            (read, _) => read.map(RootKey),
        }
    }

    /// The random id of our own key, which the data directory holds. One that is gone from there was noted beside the key.
    pub(super) fn id(&self) -> Result<Option<String>, KeyError> {
        match read_id(&self.id_file()) {
            Ok(None) | Err(KeyError::Damaged) if self.noted_id().is_some() => Ok(self.noted_id()),
            read => read,
        }
    }

    fn noted_id(&self) -> Option<String> {
        StationNote::read(self.dirs)?.id.filter(|id| checked_id(id).is_some())
    }

    fn id_file(&self) -> PathBuf {
        self.dirs.data().join("station-id")
    }

    fn lost_id_file(&self, number: u32) -> PathBuf {
        self.dirs.data().join(format!("station-id.lost-{number}"))
    }

    fn file_of(&self, id: &str) -> PathBuf {
        self.dirs.keys().join(format!("{id}.key"))
    }

    /// Keeps the id of a key that is gone as `station-id.lost-N`: the key may turn up again.
    fn keep_lost_id(&self) -> io::Result<()> {
        let mut asides = (1_u32..).map(|n| self.lost_id_file(n));
        match asides.find(|aside| fs::symlink_metadata(aside).is_err()) {
            Some(aside) => match (durable::rename(self.id_file(), &aside), self.noted_id()) {
                (Err(error), Some(id)) if error.kind() == io::ErrorKind::NotFound => {
                    durable::create_new(&aside, id.as_bytes())
                }
                (renamed, _) => renamed,
            },
            None => Ok(()),
        }
    }

    /// Puts the id back into the data directory, if it is gone from there and was noted; what stands in its place is kept.
    fn put_id_back(&self) -> io::Result<()> {
        let (Ok(None) | Err(KeyError::Damaged), Some(id)) = (read_id(&self.id_file()), self.noted_id()) else {
            return Ok(());
        };
        tracing::warn!("the name of the station's key was lost; it is known all the same");
        if fs::symlink_metadata(self.id_file()).is_ok() {
            self.keep_lost_id()?;
        }
        durable::create_private_dir(self.dirs.data())?;
        durable::replace(&self.id_file(), |aside| fs::write(aside, &id))
    }

    /// The key first, then the id that points to it: a power cut between leaves a key nobody uses.
    fn create(&self) -> io::Result<()> {
        let mut id = [0_u8; 16];
        let mut key = Zeroizing::new([0_u8; KEY_BYTES]);
        getrandom::fill(&mut id).map_err(io::Error::other)?;
        getrandom::fill(&mut *key).map_err(io::Error::other)?;
        let id = format!("{:032x}", u128::from_be_bytes(id));
        durable::create_private_dir(self.dirs.data())?;
        if !self.keychain.as_ref().is_some_and(|keychain| keychain.keep(&id, &key)) {
            durable::create_private_dir(self.dirs.keys())?;
            durable::create_new(&self.file_of(&id), &*key)?;
        }
        durable::replace(&self.id_file(), |aside| fs::write(aside, &id))
    }
}

fn credential_file() -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    path.is_file().then_some(path)
}

fn read_id(path: &Path) -> Result<Option<String>, KeyError> {
    match plain_file::read(path, LONGEST_FILE) {
        Ok(bytes) => match std::str::from_utf8(&bytes).ok().and_then(checked_id) {
            Some(id) => Ok(Some(id.to_owned())),
            None => Err(KeyError::Damaged),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(KeyError::Damaged),
        Err(error) => Err(KeyError::Storage(error)),
    }
}

fn checked_id(text: &str) -> Option<&str> {
    let id = text.trim();
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

fn read_key(path: &Path) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
    use io::ErrorKind::{InvalidData, NotFound};
    let mut bytes = match plain_file::read(path, LONGEST_FILE) {
        Ok(bytes) => bytes,
        // The id says that there was one.
        Err(error) if matches!(error.kind(), NotFound | InvalidData) => return Err(KeyError::Damaged),
        Err(error) => return Err(KeyError::Storage(error)),
    };
    let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| KeyError::Damaged);
    bytes.zeroize();
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    struct TestFolder(tempfile::TempDir);

    impl TestFolder {
        fn new() -> (Self, StationDirs) {
            let folder = tempfile::tempdir().expect("a folder");
            let dirs = StationDirs::resolve(Some(folder.path().join("data")), Some(folder.path().join("keys")));
            (Self(folder), dirs.expect("both are given"))
        }

        fn credential(&self, byte: u8) -> PathBuf {
            let path = self.0.path().join(CREDENTIAL);
            fs::write(&path, [byte; KEY_BYTES]).expect("written");
            path
        }
    }

    fn home<'a>(dirs: &'a StationDirs, credential: Option<&Path>, keychain: Option<&Keychain>) -> KeyHome<'a> {
        KeyHome { dirs, credential: credential.map(Path::to_owned), keychain: keychain.cloned() }
    }

    #[test]
    fn a_credential_goes_before_the_keychain_and_that_before_a_file() {
        let (folder, dirs) = TestFolder::new();
        let (keychain, credential) = (Keychain::in_memory(), folder.credential(7));
        let all = home(&dirs, Some(&credential), Some(&keychain));
        assert!(all.open_or_create().is_ok_and(|key| *key.0 == [7; KEY_BYTES]));
        assert_eq!(all.protection(), Protection::Credential);
        assert!(!dirs.data().exists() && !dirs.keys().exists(), "nothing of our own was made");

        let two = home(&dirs, None, Some(&keychain));
        assert_eq!(two.protection(), Protection::Keychain);
        let in_keychain = two.open_or_create().expect("a key");
        assert_eq!(two.protection(), Protection::Keychain);
        assert!(!dirs.keys().exists(), "no file beside the keychain");
        assert!(home(&dirs, None, Some(&keychain)).open().is_ok_and(|key| key == in_keychain), "it stays");

        let (_folder, dirs) = TestFolder::new();
        let one = home(&dirs, None, None);
        let in_file = one.open_or_create().expect("a key");
        assert_eq!(one.protection(), Protection::KeyFile);
        // A station that has its file keeps it.
        let both = home(&dirs, None, Some(&keychain));
        assert!(both.open().is_ok_and(|key| key == in_file));
        assert_eq!(both.protection(), Protection::KeyFile);
    }

    #[test]
    fn a_keychain_that_forgets_is_a_lost_key_which_is_looked_for_ever_after() {
        let (_folder, dirs) = TestFolder::new();
        let keychain = Keychain::in_memory();
        let lost = home(&dirs, None, Some(&keychain)).open_or_create().expect("a key");
        let empty = Keychain::in_memory();
        let shut = home(&dirs, None, Some(&empty));
        assert!(matches!(shut.open(), Err(KeyError::Damaged)));
        let new = shut.open_or_create().expect("a new key");
        assert!(new != lost);
        assert!(shut.others().is_empty());
        assert!(shut.open_or_create().is_ok_and(|key| key == new), "one new key, not one a start");
        // The one that knows the old key does not know the new one: both count as lost once.
        assert!(home(&dirs, None, Some(&keychain)).others() == [lost]);
    }

    #[test]
    fn an_id_that_came_later_hides_nothing_that_was_kept_under_the_name_of_the_folder() {
        let (folder, dirs) = TestFolder::new();
        let credential = folder.credential(7);
        let with = || home(&dirs, Some(&credential), None).marks_file();
        let by_folder = with();
        fs::create_dir_all(dirs.keys()).expect("made");
        fs::write(&by_folder, "kept").expect("written");
        // A verb that is run by hand has no credential, and makes a key of its own.
        let without = home(&dirs, None, None);
        without.open_or_create().expect("a key");
        assert!(without.marks_file() != by_folder, "it could not open it, and would write over it");
        fs::write(without.marks_file(), "another's").expect("written");
        assert_eq!(with(), by_folder);

        // Where nothing was kept by the folder, a credential that comes late goes on with what was kept by the id.
        let (folder, dirs) = TestFolder::new();
        let own = home(&dirs, None, None);
        own.open_or_create().expect("a key");
        assert_eq!(home(&dirs, Some(&folder.credential(7)), None).marks_file(), own.marks_file());
    }

    #[test]
    fn a_credential_that_comes_late_knows_the_key_from_before_and_one_that_goes_leaves_a_new_one() {
        let (folder, dirs) = TestFolder::new();
        let before = home(&dirs, None, None).open_or_create().expect("a key");
        let credential = folder.credential(9);
        let with = home(&dirs, Some(&credential), None);
        assert!(with.open_or_create().is_ok_and(|key| *key.0 == [9; KEY_BYTES]));
        assert!(with.others() == [before.clone()], "what it sealed can be opened");

        // Gone again: our own key is there to go on with, and the credential's is not among the known ones.
        let without = home(&dirs, None, None);
        assert!(without.open_or_create().is_ok_and(|key| key == before));
        assert!(without.others().is_empty());
    }

    #[test]
    fn a_damaged_credential_is_never_replaced() {
        let (folder, dirs) = TestFolder::new();
        let credential = folder.credential(9);
        fs::write(&credential, [9; KEY_BYTES - 1]).expect("written");
        assert!(matches!(home(&dirs, Some(&credential), None).open_or_create(), Err(KeyError::Damaged)));
        assert!(!dirs.data().exists());
    }
}
