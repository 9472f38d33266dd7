//! The station's secret.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

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

/// Wipes a text that a token was typed into.
pub fn wipe(text: &mut String) {
    text.zeroize();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_as_people_paste_it() {
        let pasted = [
            "abc.DEF-123_~+/=",
            "  abc.DEF-123_~+/=\r\n",
            "Bearer abc.DEF-123_~+/=",
            "bearer   abc.DEF-123_~+/=",
            "BEARER\tabc.DEF-123_~+/= ",
            "Bearer\u{A0}abc.DEF-123_~+/=",
        ];
        for text in pasted {
            assert_eq!(Token::parse(text).unwrap().expose(), "abc.DEF-123_~+/=", "{text:?}");
        }
        assert_eq!(Token::parse("Bearerabc").unwrap().expose(), "Bearerabc", "a token may begin like that");
        assert!(Token::parse(&"x".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn what_cannot_stand_in_the_header_is_refused() {
        for text in ["", " \n", "Bearer", "bearer "] {
            assert_eq!(Token::parse(text), Err(TokenError::Empty), "{text:?}");
        }
        let unexpected = [
            "abc def",
            "abc\ndef",
            "abc\r\nX-Evil: 1",
            "abc\0",
            "ab\u{441}",
            "t\u{F6}ken",
            "a\u{200B}b",
            "\u{FEFF}abc",
            "Bearer a b",
        ];
        for text in unexpected {
            assert_eq!(Token::parse(text), Err(TokenError::UnexpectedCharacter), "{text:?}");
        }
        assert_eq!(Token::parse(&"x".repeat(LONGEST + 1)), Err(TokenError::TooLong));
    }

    #[test]
    fn a_token_shows_its_tail_only_if_that_gives_nothing_away() {
        assert_eq!(Token::parse("abcdefghijkl").unwrap().tail(), "ijkl");
        assert_eq!(Token::parse("abcdefghijk").unwrap().tail(), "");
        let choice = TokenChoice::New(Token::parse("abcdefghijkl").unwrap());
        assert_eq!(format!("{choice:?}"), "New(Token(•••))");
    }
}
