//! The station's token on disk: sealed under the root key, and bound to the origin it may go to.

mod root_key;

use std::fs;
use std::io;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use root_key::{KeyError, Protection};

use super::dirs::StationDirs;
use super::durable;
use crate::domain::Token;
use crate::domain::station::Origin;
pub(in crate::services) use root_key::RootKey;

/// The sealed tokens of one station.
#[derive(Clone, Debug)]
pub struct TokenStore {
    dirs: StationDirs,
}

/// Why a token cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// No root key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file is damaged, or sealed under another key.
    #[error("the stored token cannot be opened")]
    Sealed,
    /// The disk or the random source refused.
    #[error("the stored token cannot be read or written")]
    Storage(#[source] io::Error),
}

#[derive(Default, Serialize, Deserialize)]
struct SecretsFile {
    tokens: Vec<SealedToken>,
}

#[derive(Serialize, Deserialize)]
struct SealedToken {
    origin: String,
    nonce: String,
    sealed: String,
}

const PURPOSE: &str = "swip-kiosk token 1";
const NONCE_BYTES: usize = 24;
const LONGEST_BYTES: u64 = 256 * 1024;

impl TokenStore {
    /// The tokens in a station's data directory.
    pub fn new(dirs: &StationDirs) -> Self {
        Self { dirs: dirs.clone() }
    }

    /// The token for an origin, if one is stored.
    ///
    /// # Errors
    /// If there should be one and it cannot be opened.
    pub fn token_for(&self, origin: &Origin) -> Result<Option<Token>, SecretsError> {
        let file = self.read()?;
        let Some(sealed) = file.tokens.iter().find(|token| token.origin == origin.as_str()) else {
            return Ok(None);
        };
        sealed.open(&RootKey::open(&self.dirs)?).map(Some)
    }

    /// Keeps a token for an origin, beside those for other origins.
    ///
    /// # Errors
    /// If it could not be kept; the old state then stands.
    pub fn add(&self, origin: &Origin, token: &Token) -> Result<(), SecretsError> {
        let key = RootKey::open_or_create(&self.dirs)?;
        // A file that cannot be read holds no token that could be used.
        let mut file = self.read().unwrap_or_default();
        file.tokens.retain(|token| token.origin != origin.as_str());
        file.tokens.push(SealedToken::seal(origin, token, &key)?);
        self.write(&file)
    }

    /// Forgets the tokens for all other origins.
    ///
    /// # Errors
    /// If they could not be forgotten.
    pub fn keep_only(&self, origin: &Origin) -> Result<(), SecretsError> {
        let mut file = self.read()?;
        let before = file.tokens.len();
        file.tokens.retain(|token| token.origin == origin.as_str());
        if file.tokens.len() == before { Ok(()) } else { self.write(&file) }
    }

    /// What protects this station's secrets.
    pub fn protection(&self) -> Protection {
        root_key::protection(&self.dirs)
    }

    fn path(&self) -> PathBuf {
        self.dirs.data().join("secrets.json")
    }

    fn read(&self) -> Result<SecretsFile, SecretsError> {
        match fs::metadata(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SecretsFile::default()),
            Err(error) => return Err(SecretsError::Storage(error)),
            Ok(metadata) if metadata.len() > LONGEST_BYTES => return Err(SecretsError::Sealed),
            Ok(_) => {}
        }
        let bytes = fs::read(self.path()).map_err(SecretsError::Storage)?;
        serde_json::from_slice(&bytes).map_err(|_| SecretsError::Sealed)
    }

    fn write(&self, file: &SecretsFile) -> Result<(), SecretsError> {
        let bytes = serde_json::to_vec(&file).map_err(|error| SecretsError::Storage(error.into()))?;
        durable::replace(&self.path(), |aside| fs::write(aside, &bytes)).map_err(SecretsError::Storage)
    }
}

impl SealedToken {
    fn seal(origin: &Origin, token: &Token, key: &RootKey) -> Result<Self, SecretsError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| SecretsError::Storage(io::Error::other(error)))?;
        let payload = Payload { msg: token.expose().as_bytes(), aad: origin.as_str().as_bytes() };
        let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| SecretsError::Sealed)?;
        Ok(Self { origin: origin.as_str().to_owned(), nonce: STANDARD.encode(nonce), sealed: STANDARD.encode(sealed) })
    }

    /// The origin is part of what is sealed: an edited file opens nothing.
    fn open(&self, key: &RootKey) -> Result<Token, SecretsError> {
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| SecretsError::Sealed);
        let nonce: [u8; NONCE_BYTES] = decode(&self.nonce)?.try_into().map_err(|_| SecretsError::Sealed)?;
        let sealed = decode(&self.sealed)?;
        let payload = Payload { msg: &sealed, aad: self.origin.as_bytes() };
        let bytes = cipher(key).decrypt(&XNonce::from(nonce), payload).map_err(|_| SecretsError::Sealed)?;
        let text = Zeroizing::new(String::from_utf8(bytes).map_err(|_| SecretsError::Sealed)?);
        Token::parse(&text).map_err(|_| SecretsError::Sealed)
    }
}

fn cipher(key: &RootKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.derive(PURPOSE)).into())
}
