//! What must hold, whatever happens.

use std::fmt;

/// One promise; `delivery.md` numbers the first six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// 1. An entry leaves the database only as delivered, already a member, withdrawn, or expired.
    Endings,
    /// 2. At most one live row per phone.
    OneLiveRow,
    /// 3. No request without a durable attempt mark.
    AttemptMark,
    /// 4. After a durable delivery never a request for that row again.
    NoRepost,
    /// 5. Nothing personal and no secret in logs and errors.
    Silence,
    /// 6. "Registered" only after a 204, "already a member" only after proof.
    RegisteredIsTrue,
    /// 6. "Saved" only of what is on disk.
    SavedIsTrue,
    /// Whoever is told anything good has left evidence of the consent, in the words of that signup.
    EvidenceIsKept,
    /// After damage everything comes back that is in the copy or can be read, and nothing that was to go.
    ComesBack,
    /// What is stored gets there, once SWiP is well.
    NothingLost,
    /// What can be stored is stored.
    AlwaysTaken,
    /// A request goes to the server that the station is set up for.
    OwnServer,
    /// A row goes only to the shop it was taken for.
    OwnRows,
    /// A token goes only to the origin it was stored for.
    OwnToken,
    /// Nothing is sent while SWiP asks to wait.
    RetryAfter,
    /// At most two requests a second in the background.
    Pace,
    /// Where lookups are in force, what may have arrived is asked for before it is sent again.
    AsksFirst,
    /// Nothing expires before its time, whatever the clock on the wall says.
    KeptLongEnough,
    /// What has waited too long at work goes.
    KeptNoLonger,
}

/// A promise that did not hold, and what was seen. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    pub(crate) seen: String,
}

impl Promise {
    /// Says that it did not hold.
    pub(crate) fn broken(self, seen: impl Into<String>) -> Broken {
        Broken { promise: self, seen: seen.into() }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Endings => "endings",
            Self::OneLiveRow => "one_live_row",
            Self::AttemptMark => "attempt_mark",
            Self::NoRepost => "no_repost",
            Self::Silence => "silence",
            Self::RegisteredIsTrue => "registered_is_true",
            Self::SavedIsTrue => "saved_is_true",
            Self::EvidenceIsKept => "evidence_is_kept",
            Self::ComesBack => "comes_back",
            Self::NothingLost => "nothing_lost",
            Self::AlwaysTaken => "always_taken",
            Self::OwnServer => "own_server",
            Self::OwnRows => "own_rows",
            Self::OwnToken => "own_token",
            Self::RetryAfter => "retry_after",
            Self::Pace => "pace",
            Self::AsksFirst => "asks_first",
            Self::KeptLongEnough => "kept_long_enough",
            Self::KeptNoLonger => "kept_no_longer",
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "promise broken: {}: {}", self.promise.name(), self.seen)
    }
}
