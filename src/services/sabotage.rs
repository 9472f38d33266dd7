//! Deliberate breaks of one promise each, so that the tests can be seen to notice them.
//!
//! Only a build with the feature `sabotage` has them, and there the environment variable `SWIP_KIOSK_SABOTAGE` names the one
//! that is on; in any other build each of them is off, and costs nothing. `tests/sabotages` says which test must notice which.

/// One promise that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// The database does not wait for the disk.
    SynchronousNormal,
    /// A request leaves before its attempt is on disk.
    NoAttemptMark,
    /// What SWiP refuses in the background is deleted.
    DeleteOnRefusal,
    /// Doubles are known only since the last start.
    DedupeInMemory,
    /// A delivered row stays for the next start.
    PostAfterDelivered,
    /// Redirects are followed.
    FollowRedirects,
    /// "Saved" is said before the commit.
    SavedBeforeCommit,
    /// Any success counts as a 204.
    RegisteredOn2xx,
    /// A row goes to whatever server the station is set up for.
    OtherStationSent,
    /// What SWiP asks to wait is not waited.
    IgnoreRetryAfter,
    /// Requests follow each other at once.
    NoSpacing,
    /// The log names the customer.
    LogPayload,
    /// What was under way when the process died is deleted.
    ForgetUnknown,
    /// A token goes along to another origin.
    TokenFollowsOrigin,
    /// A PIN is compared before the try is counted.
    PinComparedFirst,
    /// What may have arrived is sent again unasked, though lookups are in force.
    RepostWithoutLookup,
    /// The clock on the wall says how long an entry has waited.
    ExpireByWallClock,
    /// A new name in a folder does not wait for the disk.
    DirectoryNotSynced,
    /// Files are written over instead of replaced.
    WrittenInPlace,
}

impl Sabotage {
    /// Whether it is on.
    #[cfg(feature = "sabotage")]
    pub(super) fn is_on(self) -> bool {
        std::env::var_os("SWIP_KIOSK_SABOTAGE").is_some_and(|name| name == self.name())
    }

    /// Never, in this build.
    #[cfg(not(feature = "sabotage"))]
    #[expect(clippy::unused_self, reason = "asked like the one that can be on")]
    pub(super) fn is_on(self) -> bool {
        false
    }

    #[cfg(feature = "sabotage")]
    fn name(self) -> &'static str {
        match self {
            Self::SynchronousNormal => "synchronous_normal",
            Self::NoAttemptMark => "no_attempt_mark",
            Self::DeleteOnRefusal => "delete_on_refusal",
            Self::DedupeInMemory => "dedupe_in_memory",
            Self::PostAfterDelivered => "post_after_delivered",
            Self::FollowRedirects => "follow_redirects",
            Self::SavedBeforeCommit => "saved_before_commit",
            Self::RegisteredOn2xx => "registered_on_2xx",
            Self::OtherStationSent => "other_station_sent",
            Self::IgnoreRetryAfter => "ignore_retry_after",
            Self::NoSpacing => "no_spacing",
            Self::LogPayload => "log_payload",
            Self::ForgetUnknown => "forget_unknown",
            Self::TokenFollowsOrigin => "token_follows_origin",
            Self::PinComparedFirst => "pin_compared_first",
            Self::RepostWithoutLookup => "repost_without_lookup",
            Self::ExpireByWallClock => "expire_by_wall_clock",
            Self::DirectoryNotSynced => "directory_not_synced",
            Self::WrittenInPlace => "written_in_place",
        }
    }
}
