//! The station's secret.

use std::fmt;

use zeroize::Zeroizing;

/// The token that SWiP knows the station by: 1 to 4,096 visible ASCII characters, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

/// Why a text is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was given.
    #[error("the token is empty")]
    Empty,
    /// A space, a control or a letter outside ASCII, such as a Cyrillic one that looks Latin.
    #[error("the token holds a character that is not visible ASCII")]
    UnexpectedCharacter,
    /// Longer than any header should be.
    #[error("the token is too long")]
    TooLong,
}

/// The longest token, in characters.
pub const LONGEST: usize = 4096;

impl Token {
    /// Reads a token as people paste it: white space around it and a leading `Bearer ` are dropped.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let trimmed = text.trim();
        let bare = match trimmed.split_once(char::is_whitespace) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim_start(),
            _ if trimmed.eq_ignore_ascii_case("bearer") => "",
            _ => trimmed,
        };
        if bare.is_empty() {
            Err(TokenError::Empty)
        } else if bare.len() > LONGEST {
            Err(TokenError::TooLong)
        } else if bare.chars().all(|c| c.is_ascii_graphic()) {
            Ok(Self(Zeroizing::new(bare.to_owned())))
        } else {
            Err(TokenError::UnexpectedCharacter)
        }
    }

    /// The secret itself: for the request header and the sealed file only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, to tell tokens apart; nothing of a token too short to give any away.
    pub fn tail(&self) -> &str {
        if self.0.len() >= 12 { &self.0[self.0.len() - 4..] } else { "" }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(•••)")
    }
}

/// The token that a connection is to be tried or saved with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenChoice {
    /// The one stored for the connection's origin.
    Stored,
    /// A new one.
    New(Token),
}
