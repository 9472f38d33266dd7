//! How long a stored signup may wait, judged by clocks that cannot make it look older than it is.
//!
//! The clock on the wall has no say: after an empty battery it shows 1970 or 2099. Two others are never ahead of the truth:
//! how long the program has run since the entry was there, and how far SWiP's own `Date` has moved on since.

use std::time::Duration;

use super::EntryState;

/// One `Date` of SWiP's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What it said, Unix milliseconds.
    pub date_ms: i64,
    /// How long ago that was, by a clock that never jumps and may stand still while the machine sleeps.
    pub ago: Duration,
}

/// What can be believed about the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How long the program has run in all, in milliseconds.
    pub ran_ms: i64,
    /// The time by SWiP's clock, Unix milliseconds, if it was heard lately; rather behind than ahead.
    pub server_ms: Option<i64>,
}

/// From when on an entry is certain to have been there; each is set once, when that is first known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// [`Known::ran_ms`] then.
    pub ran_ms: Option<i64>,
    /// SWiP's `Date` then.
    pub server_ms: Option<i64>,
}

/// Whole days that a signup may wait, 1 to 90.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionDays(u8);

/// A `Date` older than this tells nothing any more: the machine may have slept.
const TRUSTED_FOR: Duration = Duration::from_hours(24);
const DAY: Duration = Duration::from_hours(24);
/// How much longer an entry waits that needs a manager: who may be on holiday.
const FOR_THE_MANAGER: Duration = Duration::from_hours(14 * 24);

impl RetentionDays {
    /// So many days, if a signup may wait for them.
    pub fn new(days: u8) -> Option<Self> {
        (1..=90).contains(&days).then_some(Self(days))
    }

    /// As a number.
    pub fn get(self) -> u8 {
        self.0
    }

    /// How long an entry in this state may wait.
    pub fn limit(self, state: EntryState) -> Duration {
        let live = DAY * u32::from(self.0);
        if state.is_live() { live } else { live + FOR_THE_MANAGER }
    }
}

impl Default for RetentionDays {
    fn default() -> Self {
        Self(30)
    }
}

impl Known {
    /// What follows from the running time and the last two `Date`s. One that lies does no harm beside one that does not:
    /// the lower counts.
    pub fn new(ran_ms: i64, heard: Option<[Heard; 2]>) -> Self {
        let recent = heard.filter(|heard| heard.iter().all(|heard| heard.ago <= TRUSTED_FOR));
        let server_ms =
            recent.and_then(|heard| heard.iter().map(|heard| heard.date_ms.saturating_add(millis(heard.ago))).min());
        Self { ran_ms, server_ms }
    }

    /// How long an entry has waited at least.
    pub fn age(self, marks: Marks) -> Duration {
        let ran = marks.ran_ms.map(|from| self.ran_ms.saturating_sub(from));
        let server = self.server_ms.zip(marks.server_ms).map(|(now, from)| now.saturating_sub(from));
        let age = ran.max(server).unwrap_or(0);
        Duration::from_millis(u64::try_from(age).unwrap_or(0))
    }
}

/// SWiP's time of which an entry is certain to be older that was there `seen_ago`: both `Date`s came later, and the higher
/// counts.
pub fn server_mark(heard: Option<[Heard; 2]>, seen_ago: Duration) -> Option<i64> {
    let later = heard.filter(|heard| heard.iter().all(|heard| heard.ago < seen_ago))?;
    later.iter().map(|heard| heard.date_ms).max()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const DAY_MS: i64 = 24 * HOUR_MS;

    /// What may happen to a station between two looks at the queue.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// It works for so long.
        Run(i64),
        /// The machine sleeps: the clock that never jumps stands still.
        Sleep(i64),
        /// The machine is off; what is in memory is gone.
        Off(i64),
        /// An answer of SWiP's, its `Date` so far from the truth.
        Date(i64),
        /// The clock on the wall is set; nobody looks at it.
        Wall,
    }

    /// The truth, and what a station knows of it.
    struct World {
        now_ms: i64,
        created_ms: i64,
        uptime_ms: i64,
        ran_ms: i64,
        looked_ms: i64,
        seen_at: Option<i64>,
        heard: Vec<(i64, i64)>,
        marks: Marks,
    }

    impl World {
        fn new(created_ms: i64) -> Self {
            let (now_ms, marks) = (created_ms, Marks::default());
            Self { now_ms, created_ms, uptime_ms: 0, ran_ms: 0, looked_ms: 0, seen_at: None, heard: Vec::new(), marks }
        }

        fn step(&mut self, step: Step) {
            match step {
                Step::Run(ms) => {
                    self.now_ms += ms;
                    self.uptime_ms += ms;
                }
                Step::Sleep(ms) => self.now_ms += ms,
                Step::Off(ms) => {
                    self.now_ms += ms;
                    (self.uptime_ms, self.looked_ms, self.seen_at) = (0, 0, None);
                    self.heard.clear();
                }
                Step::Date(lie_ms) => self.heard.push((self.now_ms + lie_ms, self.uptime_ms)),
                Step::Wall => {}
            }
        }

        fn heard(&self) -> Option<[Heard; 2]> {
            let ago = |at: i64| Duration::from_millis(u64::try_from(self.uptime_ms - at).unwrap());
            let mut last = self.heard.iter().rev().map(|(date_ms, at)| Heard { date_ms: *date_ms, ago: ago(*at) });
            Some([last.next()?, last.next()?])
        }

        /// What a look at the queue finds: the age, as the worker would have it.
        fn look(&mut self) -> Duration {
            self.ran_ms += self.uptime_ms - self.looked_ms;
            self.looked_ms = self.uptime_ms;
            let heard = self.heard();
            self.marks.ran_ms.get_or_insert(self.ran_ms);
            if let Some(seen_at) = self.seen_at {
                let seen_ago = Duration::from_millis(u64::try_from(self.uptime_ms - seen_at).unwrap());
                self.marks.server_ms = self.marks.server_ms.or(server_mark(heard, seen_ago));
            }
            self.seen_at.get_or_insert(self.uptime_ms);
            Known::new(self.ran_ms, heard).age(self.marks)
        }

        fn true_age(&self) -> Duration {
            Duration::from_millis(u64::try_from(self.now_ms - self.created_ms).unwrap())
        }
    }

    fn honest_step() -> impl Strategy<Value = Step> {
        let span = prop_oneof![1..HOUR_MS, 1..10 * DAY_MS];
        prop_oneof![
            span.clone().prop_map(Step::Run),
            span.clone().prop_map(Step::Sleep),
            span.prop_map(Step::Off),
            Just(Step::Date(0)),
            Just(Step::Wall),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn no_entry_ever_looks_older_than_it_is(
            created_ms in prop_oneof![Just(0_i64), Just(4_102_444_800_000), 0..4_102_444_800_000_i64],
            steps in proptest::collection::vec(honest_step(), 1..80),
        ) {
            let mut world = World::new(created_ms);
            for step in steps {
                world.step(step);
                let age = world.look();
                prop_assert!(age <= world.true_age(), "{age:?} of {:?}", world.true_age());
            }
        }

        #[test]
        fn without_a_trusted_date_only_the_time_at_work_counts(
            steps in proptest::collection::vec(honest_step(), 1..80),
            lie_ms in -20 * 365 * DAY_MS..20 * 365 * DAY_MS,
        ) {
            let mut world = World::new(0);
            world.look();
            let mut ran = 0;
            for step in steps {
                // At most one answer, and it lies.
                match step {
                    Step::Date(_) if world.heard.is_empty() => world.step(Step::Date(lie_ms)),
                    Step::Date(_) => {}
                    step => world.step(step),
                }
                if let Step::Run(ms) = step {
                    ran += ms;
                }
                prop_assert!(world.look() <= Duration::from_millis(u64::try_from(ran).unwrap()));
            }
        }

        #[test]
        fn one_lying_date_among_honest_ones_makes_nothing_older(
            steps in proptest::collection::vec(honest_step(), 1..60),
            lie_ms in -20 * 365 * DAY_MS..20 * 365 * DAY_MS,
            at in 0..60_usize,
        ) {
            let mut world = World::new(0);
            for (n, step) in steps.into_iter().enumerate() {
                world.step(step);
                if n == at {
                    world.step(Step::Date(lie_ms));
                }
                let age = world.look();
                prop_assert!(age <= world.true_age(), "{age:?} of {:?}", world.true_age());
            }
        }

        #[test]
        fn a_station_that_hears_from_swip_lets_go_in_time(
            first in 0..20 * DAY_MS,
            days in proptest::collection::vec((1..10_i64, any::<bool>()), 1..5),
        ) {
            let limit = RetentionDays::default().limit(EntryState::Unknown);
            let mut world = World::new(0);
            world.step(Step::Off(first));
            let first_heard_ms = world.now_ms;
            // Open for some hours a day, then off; answers come every hour.
            for day in 0..32 {
                let (hours, sleeps) = days[day % days.len()];
                for _ in 0..hours + 2 {
                    world.step(Step::Date(0));
                    world.step(Step::Date(0));
                    world.look();
                    world.step(Step::Run(HOUR_MS));
                }
                let rest = DAY_MS - (hours + 2) * HOUR_MS;
                world.step(if sleeps { Step::Sleep(rest) } else { Step::Off(rest) });
            }
            world.step(Step::Date(0));
            world.step(Step::Date(0));
            let age = world.look();
            let since_heard = world.now_ms - first_heard_ms;
            prop_assert!(age >= limit, "{age:?} after {since_heard} ms within hearing");
        }

        #[test]
        fn a_station_that_hears_nothing_lets_go_by_the_time_it_was_at_work(hours in 720..800_i64) {
            let mut world = World::new(0);
            world.look();
            for _ in 0..hours {
                world.step(Step::Run(HOUR_MS));
                world.look();
                // It restarts all the time; what is on disk counts.
                world.step(Step::Off(1));
            }
            prop_assert!(world.look() >= RetentionDays::default().limit(EntryState::Pending));
        }
    }

    #[test]
    fn a_date_older_than_a_day_tells_nothing() {
        let heard = |ago| Some([Heard { date_ms: 50 * DAY_MS, ago }; 2]);
        let marks = Marks { ran_ms: Some(0), server_ms: Some(0) };
        assert_eq!(Known::new(0, heard(TRUSTED_FOR)).age(marks), DAY * 51);
        assert_eq!(Known::new(0, heard(TRUSTED_FOR + Duration::from_millis(1))).age(marks), Duration::ZERO);
    }

    #[test]
    fn what_needs_a_manager_waits_a_fortnight_longer() {
        let days = RetentionDays::new(1).unwrap();
        let attention = EntryState::Attention(super::super::Concern::TakenTwice);
        assert_eq!((days.limit(EntryState::Saved), days.limit(attention)), (DAY, 15 * DAY));
        assert_eq!([0, 91].map(RetentionDays::new), [None, None]);
        assert_eq!(RetentionDays::default().get(), 30);
    }
}
