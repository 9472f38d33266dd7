//! What is wrong with a field, in words that say what to do.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

use super::Texts;
use crate::domain::settings::SettingKind;
use crate::domain::{
    BirthdayError, FieldError, NameError, PassError, PhoneError, PinError, SettingError, SettingKey, TokenError,
};

/// What is wrong with a phone.
pub fn phone_error(texts: &Texts, error: PhoneError) -> Cow<'_, str> {
    texts.get(match error {
        PhoneError::Empty => "phone-error-empty",
        PhoneError::UnexpectedCharacter => "phone-error-character",
        PhoneError::TooShort => "phone-error-short",
        PhoneError::TooLong => "phone-error-long",
        PhoneError::Foreign => "phone-error-foreign",
        PhoneError::NotMobile => "phone-error-not-mobile",
    })
}

/// What is wrong with a pass.
pub fn pass_error(texts: &Texts, error: PassError) -> Cow<'_, str> {
    texts.get(match error {
        PassError::Empty => "pass-error-empty",
        PassError::TooLong => "pass-error-long",
        PassError::UnexpectedCharacter => "pass-error-character",
    })
}

/// What is wrong with a name.
fn name_error(texts: &Texts, error: NameError) -> Cow<'_, str> {
    texts.get(match error {
        NameError::TooLong => "name-error-long",
        NameError::UnexpectedCharacter => "name-error-character",
        NameError::NotAName => "name-error-letters",
    })
}

/// What is wrong with a birthday.
fn birthday_error(texts: &Texts, error: BirthdayError) -> Cow<'_, str> {
    match error {
        BirthdayError::Incomplete => texts.get("birthday-error-incomplete"),
        BirthdayError::NoSuchDay => texts.get("birthday-error-no-such-day"),
        BirthdayError::InFuture => texts.get("birthday-error-future"),
        BirthdayError::TooLongAgo => texts.get("birthday-error-too-long-ago"),
        BirthdayError::TooYoung(age) => texts.with("birthday-error-too-young", &[("age", age.into())]),
    }
}

/// The label of a setting.
pub fn setting_label(texts: &Texts, key: SettingKey) -> Cow<'_, str> {
    texts.get(&setting_id(key))
}

/// What a setting's field says below it, if anything.
pub fn setting_hint(texts: &Texts, key: SettingKey) -> Option<Cow<'_, str>> {
    texts.find(&format!("{}-hint", setting_id(key)), &limits(key))
}

/// The name of one of the words that a setting may be.
pub fn setting_word<'a>(texts: &'a Texts, key: SettingKey, word: &str) -> Cow<'a, str> {
    texts.get(&format!("{}-{word}", setting_id(key)))
}

fn setting_id(key: SettingKey) -> String {
    format!("settings-{}", key.name().replace('_', "-"))
}

/// What a number may be, or how many there may be, as variables of texts.
fn limits(key: SettingKey) -> Vec<(&'static str, FluentValue<'static>)> {
    match key.entry().kind {
        SettingKind::Number(range) => vec![("least", (*range.start()).into()), ("most", (*range.end()).into())],
        SettingKind::Numbers(most) => vec![("most", most.into())],
        SettingKind::Text | SettingKind::Texts | SettingKind::Secret | SettingKind::OneOf(_) | SettingKind::Switch => {
            Vec::new()
        }
    }
}

/// What is wrong with a field of the signup.
pub fn field_error(texts: &Texts, error: FieldError) -> Cow<'_, str> {
    match error {
        FieldError::Phone(error) => phone_error(texts, error),
        FieldError::Name(error) => name_error(texts, error),
        FieldError::Birthday(error) => birthday_error(texts, error),
    }
}

/// What is wrong with a setting.
pub fn setting_error(texts: &Texts, key: SettingKey, error: SettingError) -> Cow<'_, str> {
    texts.get(match error {
        SettingError::Empty => "setting-error-empty",
        SettingError::TooLong => "setting-error-long",
        SettingError::UnexpectedCharacter => "setting-error-character",
        SettingError::NotAnAddress => "setting-error-address",
        SettingError::AddressWithExtras => "setting-error-address-extras",
        SettingError::NotSecure => "setting-error-not-secure",
        SettingError::NotAPath => "setting-error-path",
        SettingError::NotAPort => "setting-error-port",
        SettingError::UnknownValue => "setting-error-value",
        SettingError::NotInRange => {
            let is_list = matches!(key.entry().kind, SettingKind::Numbers(_));
            let id = if is_list { "setting-error-numbers" } else { "setting-error-range" };
            return texts.with(id, &limits(key));
        }
        SettingError::NotAPrefix => "setting-error-prefix",
        SettingError::GivenTwice => "setting-error-twice",
    })
}

/// What is wrong with a token.
pub fn token_error(texts: &Texts, error: TokenError) -> Cow<'_, str> {
    texts.get(match error {
        TokenError::Empty => "token-error-empty",
        TokenError::UnexpectedCharacter => "token-error-character",
        TokenError::TooLong => "token-error-long",
    })
}

/// What is wrong with a new PIN.
pub fn pin_error(texts: &Texts, error: PinError) -> Cow<'_, str> {
    texts.get(match error {
        PinError::Empty => "pin-error-empty",
        PinError::UnexpectedCharacter => "pin-error-character",
        PinError::TooShort => "pin-error-short",
        PinError::TooLong => "pin-error-long",
        PinError::Obvious => "pin-error-obvious",
    })
}
