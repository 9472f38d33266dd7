//! What can be wrong with the text of a setting.

/// Why the text of a setting is not a value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Nothing was given.
    #[error("is empty")]
    Empty,
    /// Over its longest length.
    #[error("is too long")]
    TooLong,
    /// A character that the field cannot hold.
    #[error("holds a character that is not allowed here")]
    UnexpectedCharacter,
    /// No address at all.
    #[error("is not an https address")]
    NotAnAddress,
    /// An address with user info, query or fragment.
    #[error("holds more than scheme, host, port and path")]
    AddressWithExtras,
    /// Plain http to another machine.
    #[error("must be https")]
    NotSecure,
    /// No whole path of a file.
    #[error("is not a whole path")]
    NotAPath,
    /// None of the values the field knows, or of another type.
    #[error("is not one of the values known here")]
    UnknownValue,
    /// No name of a serial port.
    #[error("is not the name of a serial port")]
    NotAPort,
    /// A number out of range.
    #[error("is not a number in range")]
    NotInRange,
    /// Not three digits.
    #[error("is not a list of prefixes of three digits")]
    NotAPrefix,
    /// Two texts for one purpose and language, or two versions of one purpose.
    #[error("is given twice")]
    GivenTwice,
}
