//! One secret, sealed under the root key for one purpose and one place.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::SecretsError;
use super::root_key::{KeyError, RootKey};

/// What the file holds of a secret; both parts Base64.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::services) struct Sealed {
    nonce: String,
    sealed: String,
}

/// What a secret is for, and what it belongs to: sealed for one, it opens for no other.
#[derive(Clone, Copy)]
pub(in crate::services) struct Use<'a> {
    /// Names the key that is derived for it.
    pub(in crate::services) purpose: &'static str,
    /// An edited file opens nothing.
    pub(in crate::services) place: &'a str,
}

/// The key in force, and those that may have sealed something before.
pub(super) struct SealKeys {
    current: Result<RootKey, KeyError>,
    others: Vec<RootKey>,
}

const NONCE_BYTES: usize = 24;

impl SealKeys {
    /// The keys that a station can reach now.
    pub(super) fn new(current: Result<RootKey, KeyError>, others: Vec<RootKey>) -> Self {
        Self { current, others }
    }

    /// Opens a secret with whichever key it was sealed under.
    pub(super) fn open(self, sealed: &Sealed, of: Use<'_>) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let current = self.current.as_ref().ok();
        let opened = current.into_iter().chain(&self.others).find_map(|key| sealed.open(key, of).ok());
        match (opened, self.current) {
            (Some(plain), _) => Ok(plain),
            (None, Err(error)) => Err(error.into()),
            (None, Ok(_)) => Err(SecretsError::Sealed),
        }
    }
}

impl Sealed {
    /// Seals a secret.
    pub(in crate::services) fn seal(plain: &[u8], key: &RootKey, of: Use<'_>) -> Result<Self, SecretsError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| SecretsError::Storage(io::Error::other(error)))?;
        let payload = Payload { msg: plain, aad: of.place.as_bytes() };
        let sealed = cipher(key, of).encrypt(&XNonce::from(nonce), payload).map_err(|_| SecretsError::Sealed)?;
        Ok(Self { nonce: STANDARD.encode(nonce), sealed: STANDARD.encode(sealed) })
    }

    /// Opens it again.
    pub(in crate::services) fn open(&self, key: &RootKey, of: Use<'_>) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| SecretsError::Sealed);
        let nonce: [u8; NONCE_BYTES] = decode(&self.nonce)?.try_into().map_err(|_| SecretsError::Sealed)?;
        let sealed = decode(&self.sealed)?;
        let payload = Payload { msg: &sealed, aad: of.place.as_bytes() };
        let plain = cipher(key, of).decrypt(&XNonce::from(nonce), payload).map_err(|_| SecretsError::Sealed)?;
        Ok(Zeroizing::new(plain))
    }

    /// Seals it anew under the key in force, if only another one opens it; whether that was so.
    pub(super) fn reseal(&mut self, current: &RootKey, others: &[RootKey], of: Use<'_>) -> Result<bool, SecretsError> {
        if self.open(current, of).is_ok() {
            return Ok(false);
        }
        match others.iter().find_map(|key| self.open(key, of).ok()) {
            Some(plain) => {
                *self = Self::seal(&plain, current, of)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

fn cipher(key: &RootKey, of: Use<'_>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.derive(of.purpose)).into())
}
