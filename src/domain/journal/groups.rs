//! Kinds and outcomes as a person looks for them: each is in one group.

use super::{Kind, Outcome};

/// What was done, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindGroup {
    /// Points were asked for.
    Lookups,
    /// Customers were signed up.
    Signups,
    /// Stored signups went to SWiP, or came to their end.
    Deliveries,
    /// Somebody looked after the station.
    Upkeep,
}

/// How it ended, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeGroup {
    /// As it should.
    Well,
    /// It waits.
    Waiting,
    /// It came to nothing, and will not be tried again.
    Refused,
    /// It could not be done.
    Failed,
}

impl KindGroup {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lookups, Self::Signups, Self::Deliveries, Self::Upkeep];

    /// What is in it.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Lookups => &[Kind::LookupByPhone, Kind::LookupByPass],
            Self::Signups => &[Kind::Signup],
            Self::Deliveries => &[Kind::Delivery, Kind::Expiry],
            Self::Upkeep => &[
                Kind::ConnectionTest,
                Kind::SettingsSaved,
                Kind::ConsentsExported,
                Kind::CustomerForgotten,
                Kind::SignupRevealed,
                Kind::SignupCorrected,
                Kind::SignupDeleted,
                Kind::BalancesListed,
            ],
        }
    }
}

impl OutcomeGroup {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Well, Self::Waiting, Self::Refused, Self::Failed];

    /// What is in it.
    pub fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Well => {
                &[Outcome::Done, Outcome::Registered, Outcome::AlreadyMember, Outcome::Found, Outcome::NotFound]
            }
            Self::Waiting => &[Outcome::Saved, Outcome::Held, Outcome::Attention],
            Self::Refused => &[Outcome::Refused, Outcome::Expired],
            Self::Failed => &[
                Outcome::CredentialsRefused,
                Outcome::Unavailable,
                Outcome::NotConfigured,
                Outcome::StorageFailed,
                Outcome::Internal,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_outcome_is_in_one_group() {
        for kind in Kind::ALL {
            let groups = KindGroup::ALL.into_iter().filter(|group| group.kinds().contains(&kind));
            assert_eq!(groups.count(), 1, "{kind:?}");
        }
        for outcome in Outcome::ALL {
            let groups = OutcomeGroup::ALL.into_iter().filter(|group| group.outcomes().contains(&outcome));
            assert_eq!(groups.count(), 1, "{outcome:?}");
        }
    }
}
