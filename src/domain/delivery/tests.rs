//! The schedule in virtual time, and what outcomes mean.

use std::time::Duration;

use super::*;
use crate::domain::Points;
use crate::domain::failure::Credentials;

/// A small generator: the same numbers in every run.
struct Seeded(u64);

impl Jitter for Seeded {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap_or(0)) / f64::from(u32::MAX >> 1)
    }
}

/// A server that is up or down, a queue, and the requests that were made.
struct World {
    schedule: Schedule,
    attempts: std::collections::BTreeMap<i64, u32>,
    now: Duration,
    sent: Vec<Duration>,
    delivered: Vec<Duration>,
    jitter: Seeded,
}

impl World {
    fn with_entries(count: i64) -> Self {
        let (mut schedule, mut jitter) = (Schedule::default(), Seeded(7));
        for id in 0..count {
            schedule.found(id, EntryState::Pending, Duration::ZERO, &mut jitter);
        }
        let attempts = (0..count).map(|id| (id, 0)).collect();
        Self { schedule, attempts, now: Duration::ZERO, sent: Vec::new(), delivered: Vec::new(), jitter }
    }

    /// Lets the worker work until a moment; `answer` is what the server does with each request.
    fn run_until(&mut self, end: Duration, answer: impl Fn(&mut Self, i64)) {
        while self.now < end {
            match self.schedule.next(self.now) {
                Next::Send(id) => {
                    self.schedule.sent(self.now);
                    self.sent.push(self.now);
                    *self.attempts.entry(id).or_default() += 1;
                    answer(self, id);
                }
                Next::Wait(until) => self.now = until.min(end),
                Next::Idle => self.now = end,
            }
        }
    }

    fn stays(&mut self, id: i64, state: EntryState) {
        let attempts = self.attempts[&id];
        self.schedule.stayed(Tried { id, state, attempts }, self.now, &mut self.jitter);
    }

    fn delivers(&mut self, id: i64) {
        self.schedule.removed(id);
        self.schedule.reached(self.now);
        self.delivered.push(self.now);
    }
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn an_outage_of_eight_hours_costs_at_most_sixty_requests_an_hour() {
    let mut world = World::with_entries(5_000);
    world.run_until(8 * HOUR, |world, id| world.stays(id, EntryState::Pending));
    for hour in 1..8 {
        let count = world.sent.iter().filter(|at| (hour * HOUR..(hour + 1) * HOUR).contains(*at)).count();
        assert!((1..=60).contains(&count), "{count} requests in hour {hour}");
    }
    let back = world.now;
    world.run_until(back + 2 * HOUR, World::delivers);
    let first = world.delivered[0];
    assert!(first <= back + Duration::from_secs(100), "the first delivery came after {:?}", first.saturating_sub(back));
    assert_eq!(world.delivered.len(), 5_000);
    for pair in world.delivered.windows(2) {
        assert!(pair[1].saturating_sub(pair[0]) >= Duration::from_millis(500), "faster than two a second");
    }
}

#[test]
fn any_call_that_comes_through_ends_an_outage_at_once() {
    let mut world = World::with_entries(10);
    world.run_until(HOUR, |world, id| world.stays(id, EntryState::Unknown));
    world.schedule.reached(world.now);
    assert!(matches!(world.schedule.next(world.now + Duration::from_millis(500)), Next::Send(_)));
}

#[test]
fn nothing_is_sent_while_swip_asks_to_wait() {
    let mut world = World::with_entries(20);
    world.schedule.paused(Duration::from_mins(2), Duration::ZERO);
    // A lookup that comes through does not shorten what SWiP asked for.
    world.schedule.reached(Duration::from_secs(1));
    world.run_until(Duration::from_mins(5), World::delivers);
    assert!(world.sent.iter().all(|at| *at >= Duration::from_mins(2)), "{:?}", world.sent);
    assert_eq!(world.delivered.len(), 20);
}

#[test]
fn a_wait_that_makes_no_sense_is_one_second_to_one_hour() {
    for (asked, waited) in [(Duration::ZERO, Duration::from_secs(1)), (1_000 * HOUR, HOUR)] {
        let mut schedule = Schedule::default();
        schedule.added(1, EntryState::Saved, Duration::ZERO);
        schedule.paused(asked, Duration::ZERO);
        assert_eq!(schedule.next(Duration::ZERO), Next::Wait(waited));
    }
}

#[test]
fn a_station_that_is_turned_away_asks_once_in_a_quarter_of_an_hour() {
    let mut world = World::with_entries(100);
    world.run_until(2 * HOUR, |world, id| world.stays(id, EntryState::Held(Hold::Credentials)));
    assert!((8..=9).contains(&world.sent.len()), "{} requests in two hours", world.sent.len());
}

#[test]
fn a_server_that_cannot_be_trusted_and_a_wrong_address_are_tried_once_an_hour() {
    for hold in [Hold::Tls, Hold::Address] {
        let mut world = World::with_entries(100);
        world.run_until(24 * HOUR, |world, id| world.stays(id, EntryState::Held(hold)));
        assert!((24..=25).contains(&world.sent.len()), "{hold:?}: {} requests in a day", world.sent.len());
        let back = world.now;
        world.run_until(back + 2 * HOUR, World::delivers);
        assert_eq!(world.delivered.len(), 100, "{hold:?}");
    }
}

#[test]
fn a_link_that_comes_and_goes_for_an_hour_is_not_hammered_and_loses_nothing() {
    for period in [1, 2, 5, 30] {
        let mut world = World::with_entries(60);
        world.run_until(HOUR, |world, id| {
            if (world.now.as_secs() / period) % 2 == 0 {
                world.delivers(id);
            } else {
                world.stays(id, EntryState::Unknown);
            }
        });
        let (sent, delivered) = (world.sent.len(), world.delivered.len());
        assert!(delivered >= 30, "{period} s on, {period} s off: {delivered} delivered");
        assert!(sent <= 240, "{period} s on, {period} s off: {sent} requests in an hour");
        world.run_until(2 * HOUR, World::delivers);
        assert_eq!(world.delivered.len(), 60, "{period} s on, {period} s off");
        for pair in world.sent.windows(2) {
            assert!(pair[1].saturating_sub(pair[0]) >= Duration::from_millis(500), "faster than two a second");
        }
    }
}

#[test]
fn one_entry_that_always_fails_does_not_hold_up_the_others() {
    let mut world = World::with_entries(50);
    world.run_until(HOUR, |world, id| if id == 0 { world.stays(0, EntryState::Unknown) } else { world.delivers(id) });
    assert_eq!(world.delivered.len(), 49);
}

#[test]
fn what_belongs_to_another_station_is_never_sent() {
    let mut schedule = Schedule::default();
    schedule.added(1, EntryState::Held(Hold::OtherStation), Duration::ZERO);
    schedule.reached(HOUR);
    assert_eq!(schedule.next(100 * HOUR), Next::Idle);
}

#[test]
fn a_wait_is_two_seconds_to_a_quarter_of_an_hour() {
    let mut jitter = Seeded(1);
    for attempts in 0..200 {
        let wait = backoff(attempts, &mut jitter);
        assert!((Duration::from_secs(2)..=Duration::from_mins(15)).contains(&wait), "{wait:?} after {attempts}");
    }
}

#[test]
fn every_state_survives_its_names() {
    let holds = [Hold::Credentials, Hold::Address, Hold::Tls, Hold::OtherStation, Hold::Key, Hold::Exported]
        .map(EntryState::Held);
    let concerns = [
        Concern::Refused(Refusal::Rejected),
        Concern::Refused(Refusal::AgainstRules),
        Concern::Refused(Refusal::Unacceptable),
        Concern::TakenTwice,
    ]
    .map(EntryState::Attention);
    let plain = [EntryState::Saved, EntryState::InFlight, EntryState::Pending, EntryState::Unknown];
    for state in plain.into_iter().chain(holds).chain(concerns) {
        assert_eq!(EntryState::parse(state.name(), state.reason()), Some(state));
    }
    assert_eq!(EntryState::parse("held", None), None);
}

#[test]
fn only_a_success_or_a_refusal_before_the_customer_ends_an_entry() {
    let unsure =
        [Unavailable::TimedOut, Unavailable::Interrupted, Unavailable::ServerError, Unavailable::UnusableAnswer];
    for unavailable in unsure {
        for may_withdraw in [true, false] {
            let outcome = after_post(Err(Failure::Unavailable(unavailable)), may_withdraw);
            assert_eq!(outcome, Outcome::Stays(EntryState::Unknown), "{unavailable:?}");
        }
    }
    let refused = Err(Failure::Refused(Refusal::Rejected));
    assert_eq!(after_post(refused, true), Outcome::Ends(Ending::Withdrawn));
    let attention = EntryState::Attention(Concern::Refused(Refusal::Rejected));
    assert_eq!(after_post(refused, false), Outcome::Stays(attention));
    let turned_away = Err(Failure::Credentials(Credentials::TokenRejected));
    assert_eq!(after_post(turned_away, true), Outcome::Stays(EntryState::Held(Hold::Credentials)));
    assert_eq!(after_post(Ok(Registration::Registered), false), Outcome::Ends(Ending::Delivered));
}

#[test]
fn where_the_account_may_be_there_a_lookup_comes_first() {
    let may_be_there = [Failure::Refused(Refusal::AgainstRules), Failure::Unavailable(Unavailable::Conflict)];
    for failure in may_be_there {
        for may_withdraw in [true, false] {
            assert_eq!(after_post(Err(failure), may_withdraw), Outcome::Ask, "{failure:?}");
        }
    }
    let attention = EntryState::Attention(Concern::Refused(Refusal::AgainstRules));
    assert_eq!(after_lookup(Ok(Lookup::Unknown), true), Outcome::Ends(Ending::Withdrawn));
    assert_eq!(after_lookup(Ok(Lookup::Unknown), false), Outcome::Stays(attention));
    for may_withdraw in [true, false] {
        let member = Ok(Lookup::Member(Points::new(1)));
        assert_eq!(after_lookup(member, may_withdraw), Outcome::Ends(Ending::AlreadyMember));
        let failed = Err(Failure::Unavailable(Unavailable::ServerError));
        assert_eq!(after_lookup(failed, may_withdraw), Outcome::Stays(EntryState::Pending));
    }
}

#[test]
fn no_points_prove_no_membership() {
    let looked_up = |points| Ok(Lookup::Member(crate::domain::Points::new(points)));
    assert_eq!(after_lookup(looked_up(5), false), Outcome::Ends(Ending::AlreadyMember));
    assert_eq!(after_lookup(looked_up(-5), false), Outcome::Ends(Ending::AlreadyMember));
    let attention = EntryState::Attention(Concern::Refused(Refusal::AgainstRules));
    assert_eq!(after_lookup(looked_up(0), false), Outcome::Stays(attention));
    assert_eq!(after_lookup(looked_up(0), true), Outcome::Ends(Ending::Withdrawn));
}

#[test]
fn new_settings_do_not_shorten_what_swip_asked_for() {
    let mut schedule = Schedule::default();
    schedule.paused(Duration::from_mins(2), Duration::ZERO);
    schedule.clear();
    schedule.added(1, EntryState::Saved, Duration::from_secs(1));
    assert_eq!(schedule.next(Duration::from_secs(1)), Next::Wait(Duration::from_mins(2)));
}
