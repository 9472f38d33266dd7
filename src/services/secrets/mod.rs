//! The station's secrets on disk: the token, bound to the origin it may go to, and the manager's PIN; both sealed under
//! the root key.

mod file;
mod history;
mod keychain;
mod marks;
mod pin;
mod root_key;
mod sealed;
mod station_note;

use std::io;

pub use crate::domain::Protection;
pub use crate::domain::pin::PinState;
pub(in crate::services) use history::HistoryFile;
pub use pin::PinStore;
pub use root_key::KeyError;

use super::dirs::StationDirs;
use crate::domain::Token;
use crate::domain::connection::Origin;
use crate::domain::settings::Mode;
use file::{PIN, SealedToken, SecretsFile};
pub(in crate::services) use marks::Erased;
use marks::Marks;
use root_key::KeyHome;
pub(in crate::services) use root_key::RootKey;
use sealed::SealKeys;
pub(in crate::services) use sealed::{Sealed, Use};

/// The sealed tokens of one station.
#[derive(Clone, Debug)]
pub struct TokenStore {
    dirs: StationDirs,
}

/// Why a secret cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// No root key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file is damaged, or sealed under another key.
    #[error("the stored secret cannot be opened")]
    Sealed,
    /// The disk or the random source refused.
    #[error("the stored secrets cannot be read or written: {}", .0.kind())]
    Storage(#[source] io::Error),
}

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
        let file = SecretsFile::read(&self.dirs)?;
        let Some(token) = file.tokens.iter().find(|token| token.origin == origin.as_str()) else {
            let is_lost = file.tokens.is_empty() && Marks::read(&self.dirs).token;
            return if is_lost { Err(SecretsError::Sealed) } else { Ok(None) };
        };
        token.open(keys(&self.dirs)).map(Some)
    }

    /// Keeps a token for an origin, beside those for other origins.
    ///
    /// # Errors
    /// If it could not be kept; the old state then stands.
    pub fn add(&self, origin: &Origin, token: &Token) -> Result<(), SecretsError> {
        let key = RootKey::open_or_create(&self.dirs)?;
        // That there was a PIN may show by nothing but this file, which is about to be another.
        Marks::change(&self.dirs, &key, |_| ())?;
        let mut file = SecretsFile::read_or_new(&self.dirs)?;
        file.tokens.retain(|token| token.origin != origin.as_str());
        file.tokens.push(SealedToken::seal(origin, token, &key)?);
        file.write(&self.dirs)?;
        Marks::change(&self.dirs, &key, |marks| marks.token = true)
    }

    /// Forgets the tokens for all other origins.
    ///
    /// # Errors
    /// If they could not be forgotten.
    pub fn keep_only(&self, origin: &Origin) -> Result<(), SecretsError> {
        let mut file = SecretsFile::read(&self.dirs)?;
        let before = file.tokens.len();
        file.tokens.retain(|token| token.origin == origin.as_str());
        if file.tokens.len() == before { Ok(()) } else { file.write(&self.dirs) }
    }

    /// What protects this station's secrets.
    pub fn protection(&self) -> Protection {
        KeyHome::of(&self.dirs).protection()
    }

    /// What the station was when its settings were last stored; none if it was never set up. What is gone from the data directory
    /// does not change that.
    pub(in crate::services) fn last_mode(&self) -> Option<Mode> {
        let kiosk = Marks::read(&self.dirs).kiosk;
        kiosk.map(|is_kiosk| if is_kiosk { Mode::Kiosk } else { Mode::Counter })
    }

    /// Notes beside the key what the station is. The caller owns it.
    ///
    /// # Errors
    /// What was noted before stands.
    pub(in crate::services) fn note_mode(&self, mode: Mode) -> Result<(), SecretsError> {
        let key = RootKey::open_or_create(&self.dirs)?;
        Marks::change(&self.dirs, &key, |marks| marks.kiosk = Some(mode == Mode::Kiosk))
    }

    /// Seals anew, under the key in force, what only another one opens: a key that is about to go may then go. The
    /// caller owns the station.
    pub(in crate::services) fn reseal(&self, current: &RootKey, others: &[RootKey]) -> Result<(), SecretsError> {
        let mut file = SecretsFile::read(&self.dirs)?;
        let mut is_changed = false;
        for token in &mut file.tokens {
            is_changed |= token.sealed.reseal(current, others, SealedToken::token_for(&token.origin))?;
        }
        if let Some(pin) = &mut file.pin {
            is_changed |= pin.reseal(current, others, PIN)?;
        }
        if is_changed {
            file.write(&self.dirs)?;
        }
        // A program before 0.2 left none.
        let salt = file.pin.as_ref().and_then(|sealed| pin::salt_of(&self.dirs, sealed));
        Marks::change(&self.dirs, current, |marks| {
            marks.pin |= file.pin.is_some();
            marks.token |= !file.tokens.is_empty();
            if let Some(salt) = salt.filter(|salt| marks.may_be_in_force(salt)) {
                marks.pins = vec![salt];
            }
        })
    }
}

impl SealedToken {
    fn seal(origin: &Origin, token: &Token, key: &RootKey) -> Result<Self, SecretsError> {
        let origin = origin.as_str().to_owned();
        let sealed = Sealed::seal(token.expose().as_bytes(), key, Self::token_for(&origin))?;
        Ok(Self { origin, sealed })
    }

    fn open(&self, keys: SealKeys) -> Result<Token, SecretsError> {
        let bytes = keys.open(&self.sealed, Self::token_for(&self.origin))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| SecretsError::Sealed)?;
        Token::parse(text).map_err(|_| SecretsError::Sealed)
    }
}

/// The keys that a station can reach now.
fn keys(dirs: &StationDirs) -> SealKeys {
    let home = KeyHome::of(dirs);
    SealKeys::new(home.open(), home.others())
}
