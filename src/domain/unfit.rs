//! Why a station's directories are no place for what must not be lost.

/// Why a station's directories are no place for what must not be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unfit {
    /// They belong to another user of the machine than the one at work: what is written would be out of the other's reach.
    OtherUser,
    /// The user at work may not read and write them.
    NoPermission,
    /// The disk takes nothing.
    ReadOnly,
    /// They are in memory, and gone with the next start of the machine.
    Volatile,
    /// They are on a network share, or in a folder that is copied to other machines.
    Shared,
}

impl Unfit {
    /// The name in machine-readable output.
    pub fn reason(self) -> &'static str {
        match self {
            Self::OtherUser => "other_user",
            Self::NoPermission => "no_permission",
            Self::ReadOnly => "read_only",
            Self::Volatile => "volatile",
            Self::Shared => "shared",
        }
    }

    /// Whether it stays so for as long as the program runs; a disk that takes nothing may take something again.
    pub fn lasts(self) -> bool {
        matches!(self, Self::Volatile | Self::Shared)
    }
}
