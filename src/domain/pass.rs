//! The id on a customer's loyalty pass.

use std::fmt;

use zeroize::Zeroizing;

/// A pass id: 1 to 64 characters of any script without controls, trimmed.
///
/// SWiP does not document the format, so nothing else is assumed.
#[derive(Clone, PartialEq, Eq)]
pub struct PassId(Zeroizing<String>);

/// Why a text is not a pass id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// Nothing but white space.
    #[error("the pass is empty")]
    Empty,
    /// More than 64 characters.
    #[error("the pass is too long")]
    TooLong,
    /// A control character.
    #[error("the pass holds a control character")]
    UnexpectedCharacter,
}

/// The longest pass id, in characters.
pub const LONGEST: usize = 64;

impl PassId {
    /// Reads a pass id.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, PassError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(PassError::Empty);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(PassError::UnexpectedCharacter);
        }
        if trimmed.chars().count() > LONGEST {
            return Err(PassError::TooLong);
        }
        Ok(Self(Zeroizing::new(trimmed.to_owned())))
    }

    /// The id as sent to SWiP.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last two characters hidden; an id of three or fewer is hidden whole.
    pub fn masked(&self) -> String {
        let length = self.0.chars().count();
        let shown = if length > 3 { 2 } else { 0 };
        let tail: String = self.0.chars().skip(length - shown).collect();
        format!("•••{tail}")
    }
}

impl fmt::Debug for PassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PassId({})", self.masked())
    }
}
