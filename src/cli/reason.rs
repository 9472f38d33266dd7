//! The names of what is wrong with an input, as scripts read them.

use crate::domain::balances::ListError;
use crate::domain::{
    BirthdayError, FieldError, NameError, PassError, PhoneError, PinError, ProfileProblem, SettingError, TokenError,
};

/// The name of what is wrong with a phone.
pub(super) fn phone_reason(error: PhoneError) -> &'static str {
    match error {
        PhoneError::Empty => "empty",
        PhoneError::UnexpectedCharacter => "unexpected_character",
        PhoneError::TooShort => "too_short",
        PhoneError::TooLong => "too_long",
        PhoneError::Foreign => "foreign",
        PhoneError::NotMobile => "not_mobile",
    }
}

/// The name of what is wrong with a field of the signup.
pub(super) fn field_reason(error: FieldError) -> &'static str {
    match error {
        FieldError::Phone(error) => phone_reason(error),
        FieldError::Name(error) => name_reason(error),
        FieldError::Birthday(error) => birthday_reason(error),
    }
}

/// The name of what is wrong with a pass.
pub(super) fn pass_reason(error: PassError) -> &'static str {
    match error {
        PassError::Empty => "empty",
        PassError::TooLong => "too_long",
        PassError::UnexpectedCharacter => "unexpected_character",
    }
}

/// The name of what is wrong with a name.
fn name_reason(error: NameError) -> &'static str {
    match error {
        NameError::TooLong => "too_long",
        NameError::UnexpectedCharacter => "unexpected_character",
        NameError::NotAName => "not_a_name",
    }
}

/// The name of what is wrong with a birthday.
fn birthday_reason(error: BirthdayError) -> &'static str {
    match error {
        BirthdayError::Incomplete => "incomplete",
        BirthdayError::NoSuchDay => "no_such_day",
        BirthdayError::InFuture => "in_future",
        BirthdayError::TooLongAgo => "too_long_ago",
        BirthdayError::TooYoung(_) => "too_young",
    }
}

/// The name of what is wrong with a PIN.
pub(super) fn pin_reason(error: PinError) -> &'static str {
    match error {
        PinError::Empty => "empty",
        PinError::UnexpectedCharacter => "unexpected_character",
        PinError::TooShort => "too_short",
        PinError::TooLong => "too_long",
        PinError::Obvious => "too_simple",
    }
}

/// The name of what is wrong with a key of a profile.
pub(super) fn profile_reason(problem: ProfileProblem) -> &'static str {
    match problem {
        ProfileProblem::NotJson => "not_json",
        ProfileProblem::UnknownKey => "unknown_key",
        ProfileProblem::GivenTwice { .. } => "given_twice",
        ProfileProblem::UnknownVersion => "unknown_version",
        ProfileProblem::Setting(error) => match error {
            SettingError::Empty => "empty",
            SettingError::TooLong => "too_long",
            SettingError::UnexpectedCharacter => "unexpected_character",
            SettingError::NotAnAddress => "not_an_address",
            SettingError::AddressWithExtras => "address_with_extras",
            SettingError::NotSecure => "not_secure",
            SettingError::NotAPath => "not_a_path",
            SettingError::NotAPort => "not_a_port",
            SettingError::UnknownValue => "unknown_value",
            SettingError::NotInRange => "not_in_range",
            SettingError::NotAPrefix => "not_a_prefix",
            SettingError::GivenTwice => "given_twice",
        },
        ProfileProblem::Token(error) => match error {
            TokenError::Empty => "empty",
            TokenError::UnexpectedCharacter => "unexpected_character",
            TokenError::TooLong => "too_long",
        },
    }
}

/// The name of why a file holds no list.
pub(super) fn list_reason(error: ListError) -> &'static str {
    match error {
        ListError::Empty => "empty",
        ListError::TooLarge => "too_large",
        ListError::TooManyRows => "too_many_rows",
        ListError::CellTooLong => "cell_too_long",
        ListError::NoColumn => "no_column",
        ListError::NotATable => "not_a_table",
    }
}
