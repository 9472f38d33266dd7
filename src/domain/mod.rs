//! The rules of loyalty signup: plain data, valid by construction, without I/O, clock or randomness.

pub mod birthday;
pub mod check;
pub mod customer;
pub mod delivery;
pub mod failure;
pub mod journal;
pub mod language;
pub mod name;
pub mod now;
pub mod pass;
pub mod passphrase;
pub mod phone;
pub mod pin;
pub mod points;
pub mod protection;
pub mod settings;
pub mod signup;
pub mod station;
pub mod token;

pub use birthday::{Birthday, BirthdayError, BirthdayRules};
pub use customer::{CustomerQuery, EntryKind, Lookup, Registration};
pub use failure::Failure;
pub use language::LanguageTag;
pub use name::{NameError, PersonName};
pub use now::Now;
pub use pass::{PassError, PassId};
pub use passphrase::{Passphrase, PassphraseError};
pub use phone::{Phone, PhoneError, PhoneMask, PhoneRules};
pub use pin::{Pin, PinEntry, PinError, PinState};
pub use points::Points;
pub use protection::{KeyFacts, Protection};
pub use settings::{SettingError, SettingKey, Settings, SettingsDraft};
pub use signup::{BirthdayForm, Signup, SignupDraft, SignupErrors};
pub use station::Connection;
pub use token::{Token, TokenChoice, TokenError};
