//! The keychain of the operating system's user: Windows and macOS have one that opens without a person.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring_core::Entry;
use keyring_core::api::CredentialStore;
use zeroize::{Zeroize, Zeroizing};

/// Of a root key.
pub(super) const KEY_BYTES: usize = 32;

/// Keys by a station's id, in the hands of the operating system.
#[derive(Clone)]
pub(super) struct Keychain {
    store: Arc<CredentialStore>,
    /// What the store is told of each entry.
    modifiers: Option<HashMap<&'static str, &'static str>>,
}

/// How the system's own tools list the keys.
const SERVICE: &str = "swip-kiosk";

impl Keychain {
    /// The system's own; none where it has none that opens without a person.
    pub(super) fn of_system() -> Option<Self> {
        #[cfg(windows)]
        let store = windows_native_keyring_store::Store::new().ok().map(|store| store as Arc<CredentialStore>);
        #[cfg(target_os = "macos")]
        let store = apple_native_keyring_store::keychain::Store::new().ok().map(|store| store as Arc<CredentialStore>);
        #[cfg(not(any(windows, target_os = "macos")))]
        let store: Option<Arc<CredentialStore>> = None;
        // On this machine only: a key that roams would follow a copied directory.
        let modifiers = cfg!(windows).then(|| HashMap::from([("persistence", "Local")]));
        store.map(|store| Self { store, modifiers })
    }

    /// One that forgets everything: tests.
    #[cfg(test)]
    pub(super) fn in_memory() -> Self {
        Self { store: keyring_core::mock::Store::new().expect("a store"), modifiers: None }
    }

    /// The key of a station's id. One that cannot be read is as good as none: it is tried again at each start.
    pub(super) fn read(&self, id: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
        let mut secret = self.entry(id)?.get_secret().ok()?;
        let key = <[u8; KEY_BYTES]>::try_from(secret.as_slice()).map(Zeroizing::new).ok();
        secret.zeroize();
        key
    }

    /// Keeps a key, and says whether it can be read back.
    pub(super) fn keep(&self, id: &str, key: &Zeroizing<[u8; KEY_BYTES]>) -> bool {
        let is_kept = self.entry(id).is_some_and(|entry| entry.set_secret(&**key).is_ok());
        is_kept && self.read(id).as_ref() == Some(key)
    }

    fn entry(&self, id: &str) -> Option<Entry> {
        self.store.build(SERVICE, id, self.modifiers.as_ref()).ok()
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keychain")
    }
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    #[test]
    fn the_keychain_of_the_system_gives_back_what_it_keeps_and_no_key_of_another_length() {
        let id = format!("test-{:016x}", fastrand::u64(..));
        let keychain = Keychain::of_system().expect("Windows has one");
        assert!(keychain.read(&id).is_none());
        let keys = [[7; KEY_BYTES], [0; KEY_BYTES]].map(Zeroizing::new);
        for key in &keys {
            assert!(keychain.keep(&id, key));
            assert_eq!(Keychain::of_system().and_then(|other| other.read(&id)).as_ref(), Some(key));
        }
        let entry = keychain.entry(&id).expect("an entry");
        assert!(entry.set_secret(&[7; KEY_BYTES - 1]).is_ok() && keychain.read(&id).is_none());
        entry.delete_credential().expect("deleted");
        assert!(keychain.read(&id).is_none());
    }
}
