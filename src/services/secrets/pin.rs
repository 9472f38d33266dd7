//! The manager's PIN on disk: a slow hash, sealed under the root key, and the count of failed tries.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::file::{PIN, SecretsFile};
use super::marks::Marks;
use super::root_key::{KeyHome, RootKey};
use super::sealed::{SealKeys, Sealed};
use super::{SecretsError, keys};
use crate::domain::Pin;
use crate::domain::pin::{PinState, PinVerdict, Throttle};
use crate::services::dirs::StationDirs;
use crate::services::hex::hex;
use crate::services::{durable, plain_file};

/// The PIN of one station. One process at a time may set or try it: the one that owns the station.
#[derive(Debug)]
pub struct PinStore {
    dirs: StationDirs,
    throttle: Mutex<Throttle>,
}

const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// The first byte of the record: how it was hashed.
const FORM: u8 = 1;
/// A count that cannot be read is taken for the longest wait.
const UNREADABLE_COUNT: u32 = 10;
/// Nobody types more; longer is wrong without being hashed whole.
const LONGEST_TRY: usize = 64;
const LONGEST_COUNT: u64 = 64;

impl PinStore {
    /// The PIN of a station, opened at `now` in uptime: what is left of an earlier wait starts anew.
    pub fn open(dirs: &StationDirs, now: Duration) -> Self {
        Self { dirs: dirs.clone(), throttle: Mutex::new(Throttle::new(read_count(dirs), now)) }
    }

    /// Whether there is one, and whether it can be tried.
    pub fn state(&self) -> PinState {
        match read_record(&self.dirs) {
            Ok(None) if Marks::read(&self.dirs).pin => PinState::Lost,
            Ok(None) => PinState::NotSet,
            Ok(Some(_)) => PinState::Set,
            Err(_) => PinState::Lost,
        }
    }

    /// How much longer nobody may try at `now`, in uptime.
    pub fn wait(&self, now: Duration) -> Duration {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner).left(now)
    }

    /// Whether somebody set one, lost or not.
    pub fn is_set(&self) -> bool {
        self.state() != PinState::NotSet
    }

    /// Sets a PIN in place of the one before, and forgives all failed tries.
    ///
    /// # Errors
    /// If it could not be kept and read back.
    pub fn set(&self, pin: &Pin) -> Result<(), SecretsError> {
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        let key = RootKey::open_or_create(&self.dirs)?;
        let record = PinRecord::new(pin)?;
        let mut file = SecretsFile::read_or_new(&self.dirs)?;
        file.pin = Some(Sealed::seal(&record.to_bytes(), &key, PIN)?);
        write_count(&self.dirs, 0)?;
        *throttle = Throttle::new(0, Duration::ZERO);
        // Until the file is written the PIN before is in force.
        let salt = record.salt_name();
        Marks::change(&self.dirs, &key, |marks| marks.pins.extend((!marks.pins.is_empty()).then(|| salt.clone())))?;
        file.write(&self.dirs)?;
        Marks::change(&self.dirs, &key, |marks| (marks.pin, marks.pins) = (true, vec![salt]))?;
        match read_record(&self.dirs)? {
            Some(kept) if kept.is_of(pin.expose())? => Ok(()),
            _ => Err(SecretsError::Sealed),
        }
    }

    /// Tries a text as the PIN at `now`, in uptime. The try is on disk as a failure before it is looked at. Takes a
    /// tenth of a second and 19 MiB.
    ///
    /// # Errors
    /// If the try could not be counted: nothing was compared then.
    pub fn try_pin(&self, text: &str, now: Duration) -> Result<PinVerdict, SecretsError> {
        // Held to the end, so that two tries at once are two.
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        let record = match read_record(&self.dirs) {
            Ok(Some(record)) => record,
            Ok(None) if Marks::read(&self.dirs).pin => return Ok(PinVerdict::Lost),
            Ok(None) => return Ok(PinVerdict::NotSet),
            Err(SecretsError::Storage(error)) => return Err(SecretsError::Storage(error)),
            Err(_) => return Ok(PinVerdict::Lost),
        };
        let left = throttle.left(now);
        if !left.is_zero() {
            return Ok(PinVerdict::Locked { left });
        }
        let counted = throttle.failed(now);
        *throttle = counted;
        write_count(&self.dirs, counted.failures())?;
        if !record.is_of(text)? {
            return Ok(PinVerdict::Wrong { wait: counted.left(now) });
        }
        *throttle = Throttle::new(0, now);
        if let Err(error) = write_count(&self.dirs, 0) {
            // The right one opens all the same; the next start knows of one failure too many.
            tracing::warn!(%error, "the count of tries could not be cleared");
        }
        Ok(PinVerdict::Right)
    }
}

/// A salt, and what the PIN becomes with it.
struct PinRecord {
    salt: [u8; SALT_BYTES],
    tag: [u8; TAG_BYTES],
}

impl PinRecord {
    fn new(pin: &Pin) -> Result<Self, SecretsError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| SecretsError::Storage(io::Error::other(error)))?;
        let tag = mac(pin.expose(), &salt)?.finalize().into_bytes().into();
        Ok(Self { salt, tag })
    }

    /// Compared in constant time.
    fn is_of(&self, text: &str) -> Result<bool, SecretsError> {
        Ok(text.len() <= LONGEST_TRY && mac(text, &self.salt)?.verify_slice(&self.tag).is_ok())
    }

    /// Tells this PIN from those before and after it, and nothing about it.
    fn salt_name(&self) -> String {
        hex(&self.salt)
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&[FORM], self.salt.as_slice(), &self.tag].concat())
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (form, rest) = bytes.split_first()?;
        let (salt, tag) = rest.split_at_checked(SALT_BYTES)?;
        (*form == FORM).then_some(Self { salt: salt.try_into().ok()?, tag: tag.try_into().ok()? })
    }
}

/// The slow hash becomes the key of a fast one, whose library compares in constant time.
fn mac(text: &str, salt: &[u8]) -> Result<Hmac<Sha256>, SecretsError> {
    // 19 MiB, twice over, one lane: what OWASP asks of Argon2id at least; a tenth of a second on a small machine.
    let params = Params::new(19 * 1024, 2, 1, Some(TAG_BYTES)).map_err(|_| SecretsError::Sealed)?;
    let mut slow = Zeroizing::new([0_u8; TAG_BYTES]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(text.as_bytes(), salt, &mut *slow).map_err(|_| SecretsError::Sealed)?;
    Hmac::new_from_slice(&*slow).map_err(|_| SecretsError::Sealed)
}

fn read_record(dirs: &StationDirs) -> Result<Option<PinRecord>, SecretsError> {
    let Some(sealed) = SecretsFile::read(dirs)?.pin else {
        return Ok(None);
    };
    let record = open_record(dirs, &sealed)?;
    // One that is not noted was put back from a backup: who knew it then may not know the one in force.
    if Marks::read(dirs).may_be_in_force(&record.salt_name()) { Ok(Some(record)) } else { Err(SecretsError::Sealed) }
}

fn open_record(dirs: &StationDirs, sealed: &Sealed) -> Result<PinRecord, SecretsError> {
    let keys: SealKeys = keys(dirs);
    PinRecord::from_bytes(&keys.open(sealed, PIN)?).ok_or(SecretsError::Sealed)
}

/// The salt of a stored PIN, in hexadecimal digits; none if it cannot be opened.
pub(super) fn salt_of(dirs: &StationDirs, sealed: &Sealed) -> Option<String> {
    open_record(dirs, sealed).ok().map(|record| record.salt_name())
}

/// Beside the key: a data directory that is put back must not forgive tries.
fn count_file(dirs: &StationDirs) -> PathBuf {
    KeyHome::of(dirs).marks_file().with_extension("pin-tries")
}

/// Where programs before 0.2 counted.
fn first_count_file(dirs: &StationDirs) -> PathBuf {
    dirs.data().join("pin-tries")
}

fn read_count(dirs: &StationDirs) -> u32 {
    let read = |path: PathBuf| match plain_file::read(&path, LONGEST_COUNT) {
        Ok(text) => {
            let count = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
            Some(count.unwrap_or(UNREADABLE_COUNT))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(_) => Some(UNREADABLE_COUNT),
    };
    read(count_file(dirs)).or_else(|| read(first_count_file(dirs))).unwrap_or(0)
}

fn write_count(dirs: &StationDirs, failures: u32) -> Result<(), SecretsError> {
    durable::create_private_dir(dirs.keys()).map_err(SecretsError::Storage)?;
    durable::replace(&count_file(dirs), |aside| fs::write(aside, failures.to_string())).map_err(SecretsError::Storage)
}
