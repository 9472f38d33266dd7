//! What may happen to a station, drawn at random. Every action is possible at every moment; indices are all a failing
//! sequence shows, so that it names nobody.

use proptest::prelude::*;

use crate::behaviour::Behaviour;
use crate::lookups::Lookups;

/// Customers of one sequence.
pub(crate) const CUSTOMERS: usize = 6;
/// Details a customer may give.
pub(crate) const DETAILS: usize = 2;
/// Servers, each an origin of its own.
pub(crate) const SERVERS: usize = 2;
/// What a station may be set up for: a server and a merchant.
pub(crate) const SHOPS: usize = 3;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// A customer signs up.
    SignUp { customer: usize, details: usize, crash: Option<Crash> },
    /// The worker sends what is due, if anything is.
    Step { crash: Option<Crash> },
    /// A customer signs up while the worker sends.
    SignUpDuringStep { customer: usize, details: usize },
    /// A server takes another attitude to signups.
    Behave { server: usize, behaviour: Behaviour },
    /// A server takes another attitude to lookups.
    AnswerLookups { server: usize, lookups: Lookups },
    /// Somebody asks for points.
    LookUp { customer: usize },
    /// Time passes, and the worker works.
    Work { seconds: u64 },
    /// Time passes while the machine sleeps.
    Sleep { seconds: u64 },
    /// Somebody sets the clock on the wall.
    SetTheClock { days: i64 },
    /// The process is killed, and started again.
    Kill,
    /// The program is closed, which brings the copy up to date, and started again.
    Restart,
    /// The process is killed, the database damaged, and the program started again.
    Damage(Damage),
    /// The station is set up for a shop; `adopts` is whether the queue is told.
    SetUp { shop: usize, brings_token: bool, adopts: bool, asks_first: bool },
    /// A manager sends everything once more.
    Retry,
    /// Hours pass between two looks at what must not be kept for too long; the station is at work, or off. Before that the
    /// clock on the wall may be wrong by so many days for a moment.
    Age { hours: u64, days: u16, is_off: bool, wrong_by: Option<i64> },
}

/// What is left of a damaged database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Nothing.
    Head,
    /// Every row.
    Index,
    /// Every row of the database as it was when the last request arrived.
    OldRows,
}

/// Where the process dies on its way through an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// When the request has arrived, before SWiP does anything.
    OnArrival,
    /// When SWiP has done its work, before it answers.
    BeforeTheAnswer,
    /// When the answer has come, before its meaning is on disk.
    BeforeTheEndIsStored,
}

impl Action {
    /// Whether the station takes part in it.
    pub(crate) fn concerns_the_station(&self) -> bool {
        use Action::{AnswerLookups, Behave, SetTheClock, Sleep};
        !matches!(self, Behave { .. } | AnswerLookups { .. } | SetTheClock { .. } | Sleep { .. })
    }
}

pub(crate) fn sequences() -> impl Strategy<Value = Vec<Action>> {
    prop::collection::vec(action(), 1..=50)
}

fn action() -> impl Strategy<Value = Action> {
    let customer = || 0..CUSTOMERS;
    let details = || prop_oneof![4 => Just(0), 1 => 0..DETAILS];
    let server = || prop_oneof![3 => Just(0), 1 => 0..SERVERS];
    let shop = || prop_oneof![3 => Just(0), 2 => 0..SHOPS];
    let seconds = || prop::sample::select(vec![1_u64, 5, 11, 30, 70, 400, 1000, 4000]);
    prop_oneof![
        8 => (customer(), details(), maybe_crash())
            .prop_map(|(customer, details, crash)| Action::SignUp { customer, details, crash }),
        4 => maybe_crash().prop_map(|crash| Action::Step { crash }),
        1 => (customer(), details()).prop_map(|(customer, details)| Action::SignUpDuringStep { customer, details }),
        6 => (server(), Behaviour::any()).prop_map(|(server, behaviour)| Action::Behave { server, behaviour }),
        2 => (server(), Lookups::any()).prop_map(|(server, lookups)| Action::AnswerLookups { server, lookups }),
        1 => customer().prop_map(|customer| Action::LookUp { customer }),
        5 => seconds().prop_map(|seconds| Action::Work { seconds }),
        1 => seconds().prop_map(|seconds| Action::Sleep { seconds }),
        1 => (-4000_i64..4000).prop_map(|days| Action::SetTheClock { days }),
        2 => Just(Action::Kill),
        2 => Just(Action::Restart),
        1 => prop::sample::select(vec![Damage::Head, Damage::Index, Damage::OldRows]).prop_map(Action::Damage),
        3 => (shop(), any::<bool>(), prop::bool::weighted(0.8), any::<bool>()).prop_map(
            |(shop, brings_token, adopts, asks_first)| Action::SetUp { shop, brings_token, adopts, asks_first }
        ),
        1 => Just(Action::Retry),
        1 => age(),
    ]
}

fn age() -> impl Strategy<Value = Action> {
    let hours = prop::sample::select(vec![1_u64, 20, 25, 49, 400]);
    let wrong_by = prop::option::weighted(0.3, -4000_i64..4000);
    (hours, prop::sample::select(vec![1_u16, 1, 2, 30]), prop::bool::weighted(0.4), wrong_by)
        .prop_map(|(hours, days, is_off, wrong_by)| Action::Age { hours, days, is_off, wrong_by })
}

fn maybe_crash() -> impl Strategy<Value = Option<Crash>> {
    let crashes = [Crash::OnArrival, Crash::BeforeTheAnswer, Crash::BeforeTheEndIsStored];
    prop_oneof![3 => Just(None), 1 => prop::sample::select(crashes.to_vec()).prop_map(Some)]
}
