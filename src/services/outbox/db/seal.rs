//! Seals one signup for the disk, and tags its phone so that the database can tell doubles without reading them.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::consents::keys::ConsentKeys;
use crate::domain::settings::Preferences;
use crate::domain::{BirthdayForm, Phone, PhoneRules, Signup, SignupDraft};
use crate::services::outbox::entry::Sender;
use crate::services::secrets::RootKey;

/// The keys of one outbox, derived from the station's root key.
pub(in crate::services::outbox) struct Keys {
    seal: Zeroizing<[u8; 32]>,
    tag: Zeroizing<[u8; 32]>,
    /// Those of the evidence.
    pub(in crate::services::outbox) consents: ConsentKeys,
}

/// The key that seals, and those that may still open what was sealed before.
pub(in crate::services) struct Keyring {
    /// In force.
    pub(in crate::services::outbox) current: Keys,
    /// Lost once, and found again.
    pub(in crate::services::outbox) old: Vec<Keys>,
}

/// What a sealed record belongs to; a record moved elsewhere does not open.
#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct RecordId {
    /// The row.
    pub(in crate::services) id: i64,
    /// When it was taken, Unix milliseconds.
    pub(in crate::services) created_ms: i64,
}

/// The first layout bound a record to its number and its time alone, the second binds it to its station, too.
const FIRST_LAYOUT: u8 = 1;
const LAYOUT: u8 = 2;
const NONCE_BYTES: usize = 24;

/// What tells a sealed record from every other, and nothing about it.
pub(in crate::services::outbox) fn nonce_of(sealed: &[u8]) -> Option<&[u8]> {
    sealed.get(..NONCE_BYTES)
}

/// The payload as JSON; the phone in the form of the wire, everything else as it was given. Wiped when dropped.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedSignup {
    phone: String,
    first_name: Option<String>,
    last_name: Option<String>,
    birthday: Option<String>,
}

impl Keyring {
    /// The keys that follow from the root key in force and from those found again.
    pub(in crate::services) fn new(root: &RootKey, found_again: &[RootKey]) -> Self {
        Self { current: Keys::derive(root), old: found_again.iter().map(Keys::derive).collect() }
    }

    /// The one in force, then the old ones.
    pub(in crate::services::outbox) fn all(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.current).chain(&self.old)
    }

    /// Opens a record with whichever key it was sealed under.
    pub(in crate::services::outbox) fn open(&self, sealed: &[u8], id: RecordId, sender: &Sender) -> Option<Signup> {
        self.all().find_map(|keys| keys.open(sealed, id, sender))
    }

    /// Opens a record that a program before 0.2 sealed.
    pub(in crate::services::outbox) fn open_first_layout(&self, sealed: &[u8], id: RecordId) -> Option<Signup> {
        self.all().find_map(|keys| keys.open_bound(sealed, &id.bytes(FIRST_LAYOUT), id))
    }
}

impl Keys {
    /// The keys that follow from a root key.
    pub(in crate::services::outbox) fn derive(root: &RootKey) -> Self {
        Self {
            seal: root.derive("swip-kiosk outbox seal 1"),
            tag: root.derive("swip-kiosk outbox phone tag 1"),
            consents: ConsentKeys::derive(root),
        }
    }

    /// A mark of the phone that tells nothing about it without the key.
    ///
    /// It is the phone at one merchant of one server, which is what SWiP knows an account by: what rests for another
    /// station must not keep this one from signing the same customer up.
    pub(in crate::services::outbox) fn tag(&self, phone: &Phone, origin: &str, merchant_id: &str) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.tag).ok()?;
        for part in [phone.digits(), origin, merchant_id] {
            mac.update(part.as_bytes());
            // None of them can hold it.
            mac.update(&[0]);
        }
        Some(mac.finalize().into_bytes().into())
    }

    /// Tells these keys from others, and nothing else about them.
    pub(in crate::services::outbox) fn mark(&self) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.tag).ok()?;
        // No tag is made of this.
        mac.update(b"mark of the key");
        Some(mac.finalize().into_bytes().into())
    }

    /// Seals a signup for its record and the station it is sent for: nonce, then ciphertext.
    pub(in crate::services::outbox) fn seal(&self, signup: &Signup, id: RecordId, sender: &Sender) -> Option<Vec<u8>> {
        let plain = Zeroizing::new(serde_json::to_vec(&SealedSignup::from(signup)).ok()?);
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: &plain, aad: &bound_to(id, sender) };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this very record and station.
    pub(in crate::services::outbox) fn open(&self, sealed: &[u8], id: RecordId, sender: &Sender) -> Option<Signup> {
        self.open_bound(sealed, &bound_to(id, sender), id)
    }

    fn open_bound(&self, sealed: &[u8], bound: &[u8], id: RecordId) -> Option<Signup> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let payload = Payload { msg: ciphertext, aad: bound };
        let plain = Zeroizing::new(self.cipher().decrypt(&XNonce::from(nonce), payload).ok()?);
        let record: SealedSignup = serde_json::from_slice(&plain).ok()?;
        record.into_signup(id.created_ms)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.seal).into())
    }
}

impl RecordId {
    fn bytes(self, layout: u8) -> [u8; 17] {
        let mut bytes = [layout; 17];
        bytes[1..9].copy_from_slice(&self.id.to_be_bytes());
        bytes[9..].copy_from_slice(&self.created_ms.to_be_bytes());
        bytes
    }
}

/// All of a row that is in the clear and stays: of one that somebody sends elsewhere, the record does not open.
fn bound_to(id: RecordId, sender: &Sender) -> Vec<u8> {
    let mut bytes = id.bytes(LAYOUT).to_vec();
    for part in [&sender.base_url, &sender.merchant_id, &sender.store_id, &sender.cash_id] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

impl From<&Signup> for SealedSignup {
    fn from(signup: &Signup) -> Self {
        // Taken apart: a field that is forgotten here does not compile.
        let Signup { phone, first_name, last_name, birthday } = signup;
        Self {
            phone: phone.digits().to_owned(),
            first_name: first_name.as_ref().map(|name| name.as_str().to_owned()),
            last_name: last_name.as_ref().map(|name| name.as_str().to_owned()),
            birthday: birthday.map(crate::domain::birthday::Birthday::iso),
        }
    }
}

impl Drop for SealedSignup {
    fn drop(&mut self) {
        // Taken apart: a field that is forgotten here does not compile.
        let Self { phone, first_name, last_name, birthday } = self;
        phone.zeroize();
        for text in [first_name, last_name, birthday] {
            text.zeroize();
        }
    }
}

impl SealedSignup {
    /// The signup that was taken at a moment, Unix milliseconds. Rules of the station may have become stricter since:
    /// what was taken is sent.
    pub(super) fn into_signup(mut self, created_ms: i64) -> Option<Signup> {
        let mut draft = SignupDraft {
            phone: std::mem::take(&mut self.phone),
            first_name: self.first_name.take().unwrap_or_default(),
            last_name: self.last_name.take().unwrap_or_default(),
            birthday: self.birthday.take().unwrap_or_default(),
        };
        let taken = jiff::Timestamp::from_millisecond(created_ms).ok()?;
        let any = Preferences { phone_rules: PhoneRules::ANY, minimum_age: 0, ..Preferences::default() };
        // A day more: the station's date may have been ahead of UTC.
        let day = taken.to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().ok()?;
        // A clock that was set since the form was checked must not make a birthday impossible.
        let born = draft.birthday.parse::<jiff::civil::Date>().ok();
        let day = born.map_or(day, |born| day.clamp(born, born.saturating_add(jiff::Span::new().years(100))));
        let signup = draft.check(BirthdayForm::Iso, &any, day).ok();
        draft.wipe();
        signup
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_whatever_prefixes_the_settings_name_today() {
        for phone in ["77091234567", "70011234567", "74951234567"] {
            let record = SealedSignup { phone: phone.to_owned(), first_name: None, last_name: None, birthday: None };
            assert_eq!(record.into_signup(0).map(|signup| signup.phone.digits().to_owned()).as_deref(), Some(phone));
        }
    }

    #[test]
    fn a_record_opens_whatever_the_clock_said_when_it_was_stored() {
        let text = |text: &str| Some(text.to_owned());
        for (born, created_ms) in [("1990-05-20", 0), ("1930-01-01", 0), ("1930-01-01", 4_102_444_800_000)] {
            let record = SealedSignup {
                phone: "79161234567".to_owned(),
                first_name: None,
                last_name: None,
                birthday: text(born),
            };
            let signup = record.into_signup(created_ms).unwrap();
            assert_eq!(signup.birthday.map(crate::domain::birthday::Birthday::iso).as_deref(), Some(born));
        }
    }
}
