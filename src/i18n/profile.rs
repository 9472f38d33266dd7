//! What is wrong with a profile, in words.

use std::borrow::Cow;

use super::{Texts, setting_error, token_error};
use crate::domain::{ProfileError, ProfileFault, ProfileProblem, SettingKey};

/// One thing that is wrong, with the key it is wrong at.
pub fn profile_error(texts: &Texts, error: &ProfileError) -> String {
    let words = match error.problem {
        ProfileProblem::NotJson => texts.get("profile-not-json"),
        ProfileProblem::UnknownKey => texts.get("profile-unknown-key"),
        ProfileProblem::GivenTwice { line } => texts.with("profile-twice", &[("line", line.into())]),
        ProfileProblem::UnknownVersion => texts.get("profile-version"),
        ProfileProblem::Token(error) => token_error(texts, error),
        ProfileProblem::Setting(problem) => {
            let key = SettingKey::of_stored(error.field.split('[').next().unwrap_or_default());
            key.map_or_else(|| texts.get("profile-unknown-key"), |key| setting_error(texts, key, problem))
        }
    };
    format!("{}: {words}", error.field)
}

/// Why nothing came of it, and what to do.
pub fn profile_fault(texts: &Texts, fault: ProfileFault) -> Cow<'_, str> {
    texts.get(match fault {
        ProfileFault::NotAPath => "profile-not-a-path",
        ProfileFault::Exists => "profile-exists",
        ProfileFault::NotWritten => "profile-not-written",
        ProfileFault::NotRead => "profile-not-read",
    })
}
