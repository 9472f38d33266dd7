//! What keeps a station's secrets secret, as far as people must know it.

use super::pin::PinState;

/// What stands between a copied data directory and its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The key comes from the service manager (`$CREDENTIALS_DIRECTORY`), which may keep it in a TPM.
    Credential,
    /// The key is in the keychain of the operating system's user.
    Keychain,
    /// The key is a file outside the data directory.
    KeyFile,
    /// The key lies inside the data directory: whoever copies that can read it.
    KeyFileInDataDir,
}

/// What a station found when it looked for its key and for what is sealed under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Where the key is, or will be.
    pub protection: Protection,
    /// A token is stored for the station's address, and no key there is opens it.
    pub is_token_lost: bool,
    /// What is stored of the manager PIN.
    pub pin: PinState,
}

impl Protection {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Keychain => "keychain",
            Self::KeyFile => "key_file",
            Self::KeyFileInDataDir => "key_file_in_data_dir",
        }
    }
}

impl KeyFacts {
    /// Whether something that was sealed cannot be opened.
    pub fn is_anything_lost(self) -> bool {
        self.is_token_lost || self.pin == PinState::Lost
    }
}
