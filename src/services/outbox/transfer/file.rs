//! The file of an export: sealed under a passphrase, and of no use to anybody before it is finished.
//!
//! ```text
//!   0  magic, 6 bytes, and a version of 2 digits; zeros until the export is finished
//!   8  Argon2id: memory in KiB, passes, lanes, each 4 bytes, big-endian
//!  20  salt, 16 bytes
//!  36  nonce, 24 bytes
//!  60  XChaCha20-Poly1305 of the entries as JSON, with all of the above as associated data
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::OpenError;
use crate::domain::Passphrase;
use crate::services::durable;

const MAGIC: &[u8; 6] = b"SWIPQ-";
const VERSION: &[u8; 2] = b"02";
/// The first one: without the evidence of consents.
const FIRST_VERSION: &[u8; 2] = b"01";
const MARK_BYTES: usize = MAGIC.len() + VERSION.len();
const SALT_AT: usize = 20;
const NONCE_AT: usize = 36;
/// Where the sealed part begins.
pub(super) const HEADER_BYTES: usize = 60;
const TAG_BYTES: usize = 16;

/// What it costs to try a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

/// Well above OWASP's least, and within a second on a small machine.
pub(super) const COST: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
/// A damaged header must not ask for all the memory and time there is.
const DEAREST: Cost = Cost { memory_kib: 256 * 1024, passes: 10, lanes: 4 };

/// What one file is sealed with.
pub(super) struct Seal {
    header: [u8; HEADER_BYTES],
    key: Zeroizing<[u8; 32]>,
}

impl Seal {
    /// A key from a passphrase and a new salt; none without randomness or memory. Takes as long as `cost` says.
    pub(super) fn new(passphrase: &Passphrase, cost: Cost) -> Option<Self> {
        let mut header = [0; HEADER_BYTES];
        header[..MAGIC.len()].copy_from_slice(MAGIC);
        header[MAGIC.len()..MARK_BYTES].copy_from_slice(VERSION);
        for (at, number) in [(8, cost.memory_kib), (12, cost.passes), (16, cost.lanes)] {
            header[at..at + 4].copy_from_slice(&number.to_be_bytes());
        }
        // Salt and nonce.
        getrandom::fill(&mut header[SALT_AT..]).ok()?;
        let key = derive(passphrase, &header)?;
        Some(Self { header, key })
    }

    /// The whole file.
    pub(super) fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: plain, aad: &self.header };
        let sealed = cipher(&self.key).encrypt(&nonce(&self.header), payload).ok()?;
        Some([self.header.as_slice(), &sealed].concat())
    }
}

/// What was sealed in a file, and the header, which no other file has.
pub(super) fn open(
    bytes: &[u8],
    passphrase: &Passphrase,
) -> Result<(Zeroizing<Vec<u8>>, [u8; HEADER_BYTES]), OpenError> {
    let version = bytes.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk()).ok_or(OpenError::NotAnExport)?;
    if ![VERSION, FIRST_VERSION].contains(&version) {
        return Err(OpenError::UnknownVersion);
    }
    let (header, sealed) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(OpenError::CannotBeOpened)?;
    if sealed.len() < TAG_BYTES {
        return Err(OpenError::CannotBeOpened);
    }
    let key = derive(passphrase, header).ok_or(OpenError::CannotBeOpened)?;
    let payload = Payload { msg: sealed, aad: header };
    let plain = cipher(&key).decrypt(&nonce(header), payload).map_err(|_| OpenError::CannotBeOpened)?;
    Ok((Zeroizing::new(plain), *header))
}

fn derive(passphrase: &Passphrase, header: &[u8; HEADER_BYTES]) -> Option<Zeroizing<[u8; 32]>> {
    let number = |at: usize| Some(u32::from_be_bytes(*header.get(at..)?.first_chunk()?));
    let (memory, passes, lanes) = (number(8)?, number(12)?, number(16)?);
    if memory > DEAREST.memory_kib || passes > DEAREST.passes || lanes > DEAREST.lanes {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    let params = Params::new(memory, passes, lanes, Some(key.len())).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(passphrase.expose().as_bytes(), &header[SALT_AT..NONCE_AT], &mut *key).ok()?;
    Some(key)
}

fn nonce(header: &[u8; HEADER_BYTES]) -> XNonce {
    let mut nonce = [0; HEADER_BYTES - NONCE_AT];
    nonce.copy_from_slice(&header[NONCE_AT..]);
    XNonce::from(nonce)
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(**key).into())
}

/// A file whose content is durable, but which no import takes yet.
pub(super) struct Unfinished {
    path: PathBuf,
    file: File,
    mark: [u8; MARK_BYTES],
}

impl Unfinished {
    /// Writes a new file, mode 0600, all but its first bytes; syncs it and reads it back.
    pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let mark = *bytes.first_chunk().ok_or(io::ErrorKind::InvalidInput)?;
        let file = durable::create_private(path, OpenOptions::new().create_new(true))?;
        let mut unfinished = Self { path: path.to_owned(), file, mark };
        match unfinished.fill(&bytes[MARK_BYTES..]) {
            Ok(()) => Ok(unfinished),
            Err(error) => {
                unfinished.remove();
                Err(error)
            }
        }
    }

    fn fill(&mut self, rest: &[u8]) -> io::Result<()> {
        self.file.write_all(&[0; MARK_BYTES])?;
        self.file.write_all(rest)?;
        self.file.sync_all()?;
        durable::sync_parent(&self.path)?;
        // A stick that does not keep what it takes shows here at the best.
        let is_kept = fs::read(&self.path)?.get(MARK_BYTES..) == Some(rest);
        if is_kept { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Makes it a file that an import takes.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&self.mark)?;
        self.file.sync_all()
    }

    /// Takes it away again for good; false if that cannot be done.
    pub(super) fn remove(self) -> bool {
        let removed = fs::remove_file(&self.path).and_then(|()| durable::sync_parent(&self.path));
        removed
            .inspect_err(|error| tracing::warn!(error = %error.kind(), "the file of an export could not be removed"))
            .is_ok()
    }
}
