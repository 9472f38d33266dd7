//! The fields of a signup: the one list that drafts, errors, forms and pages go by.

use std::collections::BTreeMap;

use super::{BirthdayError, NameError, PhoneError, birthday, name, phone};

/// Declares the fields once: the enum, and the list of all of them in the order they are asked.
macro_rules! signup_fields {
    ($($(#[$doc:meta])* $field:ident,)+) => {
        /// One field of a signup.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SignupField { $($(#[$doc])* $field,)+ }

        impl SignupField {
            /// Every field, in the order they are asked.
            pub const ALL: [Self; [$(stringify!($field)),+].len()] = [$(Self::$field),+];
        }
    };
}

signup_fields! {
    /// The only required one.
    Phone,
    /// Optional.
    FirstName,
    /// Optional.
    LastName,
    /// Optional.
    Birthday,
}

/// What is wrong with a form, at most one error a field.
pub type SignupErrors = BTreeMap<SignupField, FieldError>;

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// With a phone.
    Phone(PhoneError),
    /// With a name.
    Name(NameError),
    /// With a birthday.
    Birthday(BirthdayError),
}

impl SignupField {
    /// The name in JSON, in options and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Birthday => "birthday",
        }
    }

    /// Whether there is no signup without it.
    pub fn is_required(self) -> bool {
        match self {
            Self::Phone => true,
            Self::FirstName | Self::LastName | Self::Birthday => false,
        }
    }

    /// The most characters that a form takes; longer than any way to write what belongs there.
    pub fn limit(self) -> usize {
        match self {
            Self::Phone => 32,
            Self::FirstName | Self::LastName => name::LONGEST_GRAPHEMES,
            // Eight digits and room for separators of all kinds.
            Self::Birthday => 14,
        }
    }

    /// How a text is written while it is typed, if it is put in order; `separator` stands between day, month and year.
    pub fn format(self, separator: char) -> Option<fn(&str) -> String> {
        match self {
            Self::Phone => Some(phone::format_as_typed),
            Self::FirstName | Self::LastName => None,
            Self::Birthday => Some(birthday::formatter(separator)),
        }
    }

    /// Whether it is written with digits alone.
    pub fn is_of_digits(self) -> bool {
        match self {
            Self::Phone | Self::Birthday => true,
            Self::FirstName | Self::LastName => false,
        }
    }
}
