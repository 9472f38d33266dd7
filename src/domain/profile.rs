//! Profiles as a manager works with them: where one comes from or goes to, what was read, and what is wrong with it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::{SettingError, Settings, SettingsDraft, Token, TokenError};

/// What is wrong with a profile: one key of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct ProfileError {
    /// The key, as in the profile; at most 40 characters of ASCII.
    pub field: String,
    /// What is wrong with its value.
    pub problem: ProfileProblem,
}

/// What may be wrong with one key of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileProblem {
    /// The whole is no JSON object.
    #[error("is not a JSON object")]
    NotJson,
    /// No key of a profile.
    #[error("is not a key of a profile")]
    UnknownKey,
    /// A key that is there twice.
    #[error("is given twice, the second time in line {line}")]
    GivenTwice {
        /// The line of the second one, from 1.
        line: usize,
    },
    /// Not version 1.
    #[error("is not a version this program reads")]
    UnknownVersion,
    /// No value of the key.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// No token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Where a profile comes from. It may hold a token, so its `Debug` tells nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum ProfileSource {
    /// A file.
    File(PathBuf),
    /// A text that was pasted.
    Pasted(Arc<str>),
}

/// What is asked about profiles.
#[derive(Debug, PartialEq, Eq)]
pub enum ProfileQuestion {
    /// Write the settings into a new file, without a token: there, or where people find it.
    Write(Box<Settings>, Option<PathBuf>),
    /// Read one.
    Read(ProfileSource),
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ProfileAnswer {
    /// It is in this file.
    Written(PathBuf),
    /// This is in it.
    Read(Box<ReadProfile>),
}

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFault {
    /// No whole path.
    NotAPath,
    /// There is something of this name.
    Exists,
    /// It cannot be written there.
    NotWritten,
    /// It cannot be read, or is far too long.
    NotRead,
}

/// What a profile holds, as far as it can be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ReadProfile {
    /// Its settings, not yet checked; nothing of what is no profile at all.
    pub draft: Option<SettingsDraft>,
    /// Its token.
    pub token: Option<Token>,
    /// Every key that says nothing, in the order they are checked.
    pub problems: Vec<ProfileError>,
}

impl fmt::Debug for ProfileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File(..)",
            Self::Pasted(_) => "Pasted(..)",
        })
    }
}
