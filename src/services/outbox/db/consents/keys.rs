//! The keys of the evidence: one seals the phone, one makes the tag it is found by.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::{Phone, PhoneRules};
use crate::services::outbox::error::StoreError;
use crate::services::secrets::RootKey;

/// The keys of the evidence. They have labels of their own: whatever becomes of those that seal the queue, these stay.
pub(in crate::services::outbox) struct ConsentKeys {
    seal: Zeroizing<[u8; 32]>,
    tag: Zeroizing<[u8; 32]>,
    /// Tells them from others, and nothing else about them.
    pub(in crate::services::outbox) mark: i64,
}

const NONCE_BYTES: usize = 24;

impl ConsentKeys {
    pub(in crate::services::outbox) fn derive(root: &RootKey) -> Self {
        let tag = root.derive("swip-kiosk consent phone tag 1");
        // No tag is made of this.
        let mark = mac(&tag, b"mark of the key").and_then(|mac| Some(i64::from_be_bytes(*mac.first_chunk()?)));
        Self { seal: root.derive("swip-kiosk consent seal 1"), tag, mark: mark.unwrap_or_default() }
    }

    /// A mark of the phone that tells nothing about it without the key.
    pub(in crate::services::outbox) fn tag(&self, phone: &Phone) -> Result<[u8; 32], StoreError> {
        mac(&self.tag, phone.digits().as_bytes()).ok_or(StoreError::Sealing)
    }

    /// Seals a phone for one row.
    pub(in crate::services::outbox) fn seal(&self, phone: &Phone, bound: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::Sealing)?;
        let payload = Payload { msg: phone.digits().as_bytes(), aad: bound };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| StoreError::Sealing)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this very row.
    pub(in crate::services::outbox) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Phone> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload { msg: ciphertext, aad: bound };
        let digits = Zeroizing::new(self.cipher().decrypt(&XNonce::from(nonce), payload).ok()?);
        Phone::parse(std::str::from_utf8(&digits).ok()?, PhoneRules::ANY).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.seal).into())
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().into())
}
