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

/// An entry that was never tried.
fn pending(id: i64, state: EntryState) -> Pending {
    Pending { id, state, attempts: 0 }
}

/// A server that is up or down, a queue, and the requests that were made.
struct ScheduleWorld {
    schedule: Schedule,
    attempts: std::collections::BTreeMap<i64, u32>,
    now: Duration,
    sent: Vec<Duration>,
    delivered: Vec<Duration>,
    jitter: Seeded,
}

impl ScheduleWorld {
    fn with_entries(count: i64) -> Self {
        let (mut schedule, mut jitter) = (Schedule::default(), Seeded(7));
        for id in 0..count {
            schedule.found(pending(id, EntryState::Pending), Duration::ZERO, &mut jitter);
        }
        let attempts = (0..count).map(|id| (id, 0)).collect();
        Self { schedule, attempts, now: Duration::ZERO, sent: Vec::new(), delivered: Vec::new(), jitter }
    }

    /// Lets the worker work until a moment; `answer` is what the server does with each request.
    fn run_until(&mut self, end: Duration, answer: impl Fn(&mut Self, i64)) {
        while self.now < end {
            match self.schedule.next(self.now) {
                Next::Send(id) => {
                    self.schedule.space(self.now);
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
        self.schedule.stayed(Pending { id, state, attempts }, self.now, &mut self.jitter);
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
    let mut world = ScheduleWorld::with_entries(1_000);
    world.run_until(8 * HOUR, |world, id| world.stays(id, EntryState::Pending));
    for hour in 1..8 {
        let count = world.sent.iter().filter(|at| (hour * HOUR..(hour + 1) * HOUR).contains(*at)).count();
        assert!((1..=60).contains(&count), "{count} requests in hour {hour}");
    }
    let back = world.now;
    world.run_until(back + 2 * HOUR, ScheduleWorld::delivers);
    let first = world.delivered[0];
    assert!(first <= back + Duration::from_secs(100), "the first delivery came after {:?}", first.saturating_sub(back));
    assert_eq!(world.delivered.len(), 1_000);
    for pair in world.delivered.windows(2) {
        assert!(pair[1].saturating_sub(pair[0]) >= Duration::from_millis(500), "faster than two a second");
    }
}

#[test]
fn any_call_that_comes_through_ends_an_outage_at_once() {
    let mut world = ScheduleWorld::with_entries(10);
    world.run_until(HOUR, |world, id| world.stays(id, EntryState::Unknown));
    world.schedule.reached_by_lookup(world.now);
    assert!(matches!(world.schedule.next(world.now + Duration::from_millis(500)), Next::Send(_)));
}

#[test]
fn a_list_that_is_looked_up_makes_a_station_that_is_turned_away_ask_once_a_minute_at_most() {
    for hold in [Hold::Credentials, Hold::Address] {
        let mut world = ScheduleWorld::with_entries(100);
        world.run_until(Duration::from_mins(1), |world, id| world.stays(id, EntryState::Held(hold)));
        let before = world.sent.len();
        for _ in 0..60 * 60 * 10 {
            world.schedule.reached_by_lookup(world.now);
            let next = world.now + Duration::from_millis(100);
            world.run_until(next, |world, id| world.stays(id, EntryState::Held(hold)));
        }
        assert!((55..=61).contains(&(world.sent.len() - before)), "{hold:?}: {} in an hour", world.sent.len());
        let back = world.now;
        world.schedule.reached_by_lookup(back);
        world.run_until(back + Duration::from_mins(2), ScheduleWorld::delivers);
        assert_eq!(world.delivered.len(), 100, "{hold:?}");
    }
}

#[test]
fn after_a_standstill_what_fell_due_is_spread_over_seconds() {
    let fresh = || {
        let (mut schedule, mut jitter) = (Schedule::default(), Seeded(3));
        for id in 0..200 {
            schedule.stayed(Pending { id, state: EntryState::Unknown, attempts: 8 }, Duration::ZERO, &mut jitter);
            schedule.reached(Duration::ZERO);
        }
        schedule
    };
    let dues = |schedule: &mut Schedule| {
        let mut dues = Vec::new();
        while let Next::Send(id) = schedule.next(2 * HOUR) {
            let (mut from, mut to) = (Duration::ZERO, 2 * HOUR);
            while to.saturating_sub(from) > Duration::from_millis(1) {
                let middle = (from + to) / 2;
                if matches!(schedule.next(middle), Next::Send(_)) { to = middle } else { from = middle }
            }
            dues.push(to);
            schedule.removed(id);
        }
        dues
    };
    // Stopped for half an hour, in which everything fell due.
    let (woken, mut jitter) = (HOUR / 2, Seeded(5));
    let mut schedule = fresh();
    schedule.woke(Duration::from_mins(1), woken, &mut jitter);
    let spread = dues(&mut schedule);
    assert_eq!(spread.len(), 200);
    assert!(spread.iter().all(|due| (woken..=woken + Duration::from_secs(11)).contains(due)), "{spread:?}");
    assert!(spread[20] >= woken + Duration::from_millis(200) && spread[199] >= woken + Duration::from_secs(8));
    // A moment late is nothing: what is due stays due, oldest first.
    let mut schedule = fresh();
    schedule.woke(woken.saturating_sub(Duration::from_mins(1)), woken, &mut jitter);
    assert_eq!(dues(&mut schedule), dues(&mut fresh()));
}

#[test]
fn after_a_standstill_an_outage_is_tried_once_within_seconds() {
    let mut world = ScheduleWorld::with_entries(50);
    world.run_until(HOUR, |world, id| world.stays(id, EntryState::Pending));
    let Next::Wait(probe) = world.schedule.next(world.now) else { panic!("an outage") };
    let woken = world.now + HOUR;
    world.schedule.woke(probe, woken, &mut world.jitter);
    let Next::Wait(probe) = world.schedule.next(woken) else { panic!("not at once") };
    assert!(probe <= woken + Duration::from_secs(10), "{probe:?}");
}

#[test]
fn nothing_is_sent_while_swip_asks_to_wait() {
    let mut world = ScheduleWorld::with_entries(20);
    world.schedule.paused(Duration::from_mins(2), Duration::ZERO);
    // A lookup that comes through does not shorten what SWiP asked for.
    world.schedule.reached_by_lookup(Duration::from_secs(1));
    world.run_until(Duration::from_mins(5), ScheduleWorld::delivers);
    assert!(world.sent.iter().all(|at| *at >= Duration::from_mins(2)), "{:?}", world.sent);
    assert_eq!(world.delivered.len(), 20);
}

#[test]
fn a_wait_that_makes_no_sense_is_one_second_to_one_hour() {
    for (asked, waited) in [(Duration::ZERO, Duration::from_secs(1)), (1_000 * HOUR, HOUR)] {
        let mut schedule = Schedule::default();
        schedule.added(pending(1, EntryState::Saved), Duration::ZERO);
        schedule.paused(asked, Duration::ZERO);
        assert_eq!(schedule.next(Duration::ZERO), Next::Wait(waited));
    }
}

#[test]
fn a_station_that_is_turned_away_asks_once_in_a_quarter_of_an_hour() {
    let mut world = ScheduleWorld::with_entries(100);
    world.run_until(2 * HOUR, |world, id| world.stays(id, EntryState::Held(Hold::Credentials)));
    assert!((9..=10).contains(&world.sent.len()), "{} requests in two hours", world.sent.len());
}

#[test]
fn a_server_that_cannot_be_trusted_and_a_wrong_address_are_tried_once_an_hour() {
    for hold in [Hold::Tls, Hold::Address] {
        let mut world = ScheduleWorld::with_entries(100);
        world.run_until(24 * HOUR, |world, id| world.stays(id, EntryState::Held(hold)));
        assert!((25..=26).contains(&world.sent.len()), "{hold:?}: {} requests in a day", world.sent.len());
        let back = world.now;
        world.run_until(back + 2 * HOUR, ScheduleWorld::delivers);
        assert_eq!(world.delivered.len(), 100, "{hold:?}");
    }
}

#[test]
fn a_link_that_comes_and_goes_for_an_hour_is_not_hammered_and_loses_nothing() {
    for period in [1, 2, 5, 30] {
        let mut world = ScheduleWorld::with_entries(60);
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
        world.run_until(2 * HOUR, ScheduleWorld::delivers);
        assert_eq!(world.delivered.len(), 60, "{period} s on, {period} s off");
        for pair in world.sent.windows(2) {
            assert!(pair[1].saturating_sub(pair[0]) >= Duration::from_millis(500), "faster than two a second");
        }
    }
}

#[test]
fn one_entry_that_always_fails_does_not_hold_up_the_others() {
    let mut world = ScheduleWorld::with_entries(50);
    world.run_until(HOUR, |world, id| if id == 0 { world.stays(0, EntryState::Unknown) } else { world.delivers(id) });
    assert_eq!(world.delivered.len(), 49);
}

#[test]
fn what_belongs_to_another_station_is_never_sent() {
    let mut schedule = Schedule::default();
    schedule.added(pending(1, EntryState::Held(Hold::OtherStation)), Duration::ZERO);
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
        Concern::NotPermitted,
        Concern::ServerErrors,
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
            assert_eq!(outcome, Transition::Stays(EntryState::Unknown), "{unavailable:?}");
        }
    }
    let refused = Err(Failure::Refused(Refusal::Rejected));
    assert_eq!(after_post(refused, true), Transition::Ends(FinalState::Withdrawn));
    let attention = EntryState::Attention(Concern::Refused(Refusal::Rejected));
    assert_eq!(after_post(refused, false), Transition::Stays(attention));
    let turned_away = Err(Failure::Credentials(Credentials::TokenRejected));
    assert_eq!(after_post(turned_away, true), Transition::Stays(EntryState::Held(Hold::Credentials)));
    assert_eq!(after_post(Ok(Registration::Registered), false), Transition::Ends(FinalState::Delivered));
}

#[test]
fn where_the_account_may_be_there_a_lookup_comes_first() {
    let may_be_there = [Failure::Refused(Refusal::AgainstRules), Failure::Unavailable(Unavailable::Conflict)];
    for failure in may_be_there {
        for may_withdraw in [true, false] {
            assert_eq!(after_post(Err(failure), may_withdraw), Transition::Ask, "{failure:?}");
        }
    }
    let attention = EntryState::Attention(Concern::Refused(Refusal::AgainstRules));
    assert_eq!(after_lookup(Ok(Lookup::Unknown), true), Transition::Ends(FinalState::Withdrawn));
    assert_eq!(after_lookup(Ok(Lookup::Unknown), false), Transition::Stays(attention));
    for may_withdraw in [true, false] {
        let member = Ok(Lookup::Member(Points::new(1)));
        assert_eq!(after_lookup(member, may_withdraw), Transition::Ends(FinalState::AlreadyMember));
        let failed = Err(Failure::Unavailable(Unavailable::ServerError));
        assert_eq!(after_lookup(failed, may_withdraw), Transition::Stays(EntryState::Pending));
    }
}

#[test]
fn no_points_prove_no_membership() {
    let looked_up = |points| Ok(Lookup::Member(crate::domain::Points::new(points)));
    assert_eq!(after_lookup(looked_up(5), false), Transition::Ends(FinalState::AlreadyMember));
    assert_eq!(after_lookup(looked_up(-5), false), Transition::Ends(FinalState::AlreadyMember));
    let attention = EntryState::Attention(Concern::Refused(Refusal::AgainstRules));
    assert_eq!(after_lookup(looked_up(0), false), Transition::Stays(attention));
    assert_eq!(after_lookup(looked_up(0), true), Transition::Ends(FinalState::Withdrawn));
}

#[test]
fn new_settings_do_not_shorten_what_swip_asked_for() {
    let mut schedule = Schedule::default();
    schedule.paused(Duration::from_mins(2), Duration::ZERO);
    schedule.open();
    schedule.clear();
    schedule.added(pending(1, EntryState::Saved), Duration::from_secs(1));
    assert_eq!(schedule.next(Duration::from_secs(1)), Next::Wait(Duration::from_mins(2)));
}

#[test]
fn a_storm_of_server_errors_costs_at_most_sixty_requests_an_hour() {
    let mut world = ScheduleWorld::with_entries(5_000);
    world.run_until(2 * HOUR, |world, id| world.stays(id, EntryState::Unknown));
    let count = world.sent.iter().filter(|at| **at >= HOUR).count();
    assert!((1..=60).contains(&count), "{count} requests in the second hour");
}

#[test]
fn a_link_that_flaps_every_second_loses_nothing_and_does_not_flicker() {
    let mut world = ScheduleWorld::with_entries(200);
    let mut dot = Debounced::new(Flow::Flowing);
    let mut changes = Vec::new();
    let mut shown = Flow::Flowing;
    for second in 1..=3_600 {
        let end = Duration::from_secs(second);
        world.run_until(end, |world, id| {
            if world.now.as_secs().is_multiple_of(2) {
                world.delivers(id);
            } else {
                world.stays(id, EntryState::Pending);
            }
        });
        // Somebody asks for points now and then, and is answered while the link is up.
        if second % 7 == 0 && second % 2 == 0 {
            world.schedule.reached(end);
        }
        let now = dot.offer(world.schedule.flow(end), end);
        if now != shown {
            shown = now;
            changes.push(end);
        }
    }
    assert_eq!(world.delivered.len(), 200);
    assert!(world.sent.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= SPACING));
    assert!(changes.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= Duration::from_secs(10)), "{changes:?}");
}

#[test]
fn what_is_shown_changes_at_once_and_then_at_most_once_in_ten_seconds() {
    let mut dot = Debounced::new(Flow::Flowing);
    let mut changes = 0;
    let mut shown = Flow::Flowing;
    for second in 0..3_600 {
        let flow = if second % 2 == 0 { Flow::Outage } else { Flow::Flowing };
        let now = dot.offer(flow, Duration::from_secs(second));
        if second == 0 {
            assert_eq!(now, Flow::Outage, "the first change shows at once");
        }
        changes += usize::from(now != shown);
        shown = now;
    }
    assert!((1..=360).contains(&changes), "{changes} changes in an hour");
    // What stays shows in the end.
    dot.offer(Flow::Paused, HOUR);
    let look = dot.next_look().unwrap_or(HOUR);
    assert_eq!(dot.look(look), Flow::Paused);
    assert_eq!(dot.next_look(), None);
}

#[test]
fn a_pause_outlives_whatever_else_becomes_of_the_queue() {
    let mut world = ScheduleWorld::with_entries(5);
    world.schedule.paused(Duration::from_mins(30), Duration::ZERO);
    for id in 0..4 {
        // Others were under way when SWiP asked to wait.
        world.attempts.insert(id, 1);
        world.stays(id, EntryState::Unknown);
    }
    world.stays(4, EntryState::Held(Hold::Credentials));
    world.schedule.reached(Duration::from_secs(1));
    assert_eq!(world.schedule.flow(Duration::from_secs(1)), Flow::Paused);
    assert_eq!(world.schedule.next(Duration::from_secs(1)), Next::Wait(Duration::from_mins(30)));
}

#[test]
fn a_rest_goes_on_after_a_restart_and_never_longer_than_it_may_be() {
    let kinds = [Flow::Outage, Flow::Paused, Flow::Held(Hold::Credentials), Flow::Held(Hold::Address)];
    for flow in kinds {
        for (left, expected) in
            [(Duration::from_secs(20), Duration::from_secs(20)), (100_000 * HOUR, longest_backoff(flow))]
        {
            let mut schedule = Schedule::default();
            schedule.added(pending(1, EntryState::Pending), Duration::ZERO);
            schedule.resume(Backoff { flow, until: left }, Duration::ZERO);
            assert_eq!(schedule.next(Duration::ZERO), Next::Wait(expected), "{flow:?}");
            assert_eq!(schedule.backoffs(Duration::ZERO), [Backoff { flow, until: expected }]);
        }
    }
}

#[test]
fn an_attempt_is_asked_about_ten_seconds_later_at_the_earliest() {
    let mut schedule = Schedule::default();
    let at = Duration::from_secs(100);
    schedule.reconcile_by(Reconcile::Lookup);
    schedule.stayed(Pending { id: 1, state: EntryState::Unknown, attempts: 0 }, at, &mut Seeded(1));
    // Neither a probe nor a link that is back makes it sooner.
    schedule.reached(at);
    let Next::Wait(until) = schedule.next(at) else { panic!("it goes out at once") };
    assert!(until >= at + BEFORE_A_LOOKUP, "{until:?}");
    schedule.added(pending(2, EntryState::Saved), at);
    assert_eq!(schedule.next(at), Next::Send(2), "nobody else waits for that");
    schedule.removed(2);
    schedule.reconcile_by(Reconcile::Repost);
    let Next::Wait(until) = schedule.next(at) else { panic!("it goes out at once") };
    assert!(until < at + BEFORE_A_LOOKUP, "{until:?}");
}

#[test]
fn a_lookup_that_meets_a_certificate_nobody_trusts_holds_for_tls_like_a_signup() {
    use crate::domain::failure::CertificateFault;
    let faults = CertificateFault::ALL.map(Unavailable::Certificate);
    let others = [Unavailable::NotSecure, Unavailable::NoCaCertificates, Unavailable::CaFileUnusable];
    for unavailable in faults.into_iter().chain(others) {
        let held = EntryState::Held(Hold::Tls);
        let failure = Failure::Unavailable(unavailable);
        assert_eq!(found(Err(failure)), Found::Open(held), "{unavailable:?}");
        assert_eq!(control(Err(failure)), Control::Open(held), "{unavailable:?}");
    }
}

#[test]
fn no_points_say_nothing_without_a_number_that_nobody_has() {
    let looked_up = |points| Ok(Lookup::Member(Points::new(points)));
    assert_eq!(found(looked_up(5)), Found::There);
    assert_eq!(found(looked_up(-5)), Found::There);
    assert_eq!(found(looked_up(0)), Found::Unsure);
    assert_eq!(found(Ok(Lookup::Unknown)), Found::NotThere);
    assert_eq!(control(Ok(Lookup::Unknown)), Control::Tells);
    assert_eq!(control(looked_up(0)), Control::DoesNotTell);
    for unavailable in [Unavailable::TimedOut, Unavailable::ServerError, Unavailable::Busy, Unavailable::UnusableAnswer]
    {
        let failure = Err(Failure::Unavailable(unavailable));
        assert_eq!(found(failure), Found::Open(EntryState::Unknown), "{unavailable:?}");
        assert_eq!(control(failure), Control::Open(EntryState::Unknown), "{unavailable:?}");
    }
    assert_eq!(found(Err(Failure::Refused(Refusal::Rejected))), Found::Fruitless);
    let turned_away = Err(Failure::Credentials(Credentials::TokenRejected));
    assert_eq!(found(turned_away), Found::Open(EntryState::Held(Hold::Credentials)));
}

/// What an entry's answers, one after the other, make of it.
fn judge(others: &mut FailureAttribution, id: i64, before: AttemptStats, failure: Failure, now: Duration) -> Verdict {
    let Transition::Stays(state) = after_post(Err(failure), false) else { panic!("{failure:?} ends it") };
    others.judge((id, before), state, Some(failure), now)
}

#[test]
fn three_successes_in_a_row_that_are_none_mean_a_wrong_address() {
    let unusable = Failure::Unavailable(Unavailable::UnusableAnswer);
    let mut others = FailureAttribution::default();
    let mut stats = AttemptStats::default();
    for expected in [EntryState::Unknown, EntryState::Unknown, EntryState::Held(Hold::Address)] {
        let verdict = judge(&mut others, 1, stats, unusable, Duration::ZERO);
        assert_eq!(verdict.state, expected);
        assert!(verdict.stats.is_unsettled);
        stats = verdict.stats;
    }
    let interrupted = judge(&mut others, 1, stats, Failure::Unavailable(Unavailable::Interrupted), Duration::ZERO);
    assert_eq!((interrupted.state, interrupted.stats.unusable), (EntryState::Unknown, 0));
}

#[test]
fn server_errors_are_an_entrys_own_only_while_others_get_through() {
    let server_error = Failure::Unavailable(Unavailable::ServerError);
    let mut others = FailureAttribution::default();
    let mut stats = AttemptStats::default();
    for _ in 0..1_000 {
        // The server is down for everybody.
        let verdict = judge(&mut others, 1, stats, server_error, Duration::ZERO);
        assert_eq!(verdict.state, EntryState::Unknown);
        stats = verdict.stats;
    }
    for round in 1..=20 {
        others.got_through(100 + round, Duration::ZERO);
        // One that got through counts once.
        let _ = judge(&mut others, 2, AttemptStats::default(), server_error, Duration::ZERO);
        let verdict = judge(&mut others, 1, stats, server_error, Duration::ZERO);
        stats = verdict.stats;
        let expected = if round < 20 { EntryState::Unknown } else { EntryState::Attention(Concern::ServerErrors) };
        assert_eq!(verdict.state, expected, "{round}");
        if round < 20 {
            stats = judge(&mut others, 1, stats, server_error, Duration::ZERO).stats;
        }
    }
}

#[test]
fn a_403_is_an_entrys_own_only_if_another_got_through_within_the_hour_and_nobody_else_met_one_since() {
    let not_permitted = Failure::Credentials(Credentials::NotPermitted);
    let (held, alone) = (EntryState::Held(Hold::Credentials), EntryState::Attention(Concern::NotPermitted));
    let mut others = FailureAttribution::default();
    let state = |others: &mut FailureAttribution, id, now| {
        let verdict = judge(others, id, AttemptStats::default(), not_permitted, now);
        (verdict.state, verdict.reclassified)
    };
    assert_eq!(state(&mut others, 1, Duration::ZERO), (held, None), "nobody got through");
    others.got_through(9, Duration::ZERO);
    assert_eq!(state(&mut others, 1, HOUR), (alone, None));
    // The second in a row: it is the station, and the first is taken back.
    assert_eq!(state(&mut others, 2, HOUR), (held, Some(1)));
    // And so it is until somebody gets through.
    for id in [3, 1, 2, 4] {
        assert_eq!(state(&mut others, id, HOUR), (held, None));
    }
    others.got_through(10, HOUR);
    assert_eq!(state(&mut others, 5, 2 * HOUR + Duration::from_secs(1)), (held, None), "that was too long ago");
    others.got_through(11, 3 * HOUR);
    let rejected =
        judge(&mut others, 4, AttemptStats::default(), Failure::Credentials(Credentials::TokenRejected), 3 * HOUR);
    assert_eq!(rejected.state, held, "a wrong token is nobody's own");
}

#[test]
fn two_who_are_turned_away_again_and_again_while_others_get_through_are_each_their_own() {
    let alone = EntryState::Attention(Concern::NotPermitted);
    for failure in [Failure::Credentials(Credentials::NotPermitted), Failure::Unavailable(Unavailable::UnusableAnswer)]
    {
        let mut others = FailureAttribution::default();
        let mut stats = [AttemptStats::default(); 2];
        let mut outcomes = [EntryState::Pending; 2];
        for round in 0..6 {
            others.got_through(100 + round, Duration::ZERO);
            for id in [0, 1] {
                if outcomes[id] == alone {
                    continue;
                }
                let verdict = judge(&mut others, i64::try_from(id).unwrap(), stats[id], failure, Duration::ZERO);
                (outcomes[id], stats[id]) = (verdict.state, verdict.stats);
                if let Some(other) = verdict.reclassified {
                    outcomes[usize::try_from(other).unwrap()] = verdict.state;
                }
            }
        }
        assert_eq!(outcomes, [alone; 2], "{failure:?}");
    }
}
