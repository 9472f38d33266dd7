//! The clock that what is stored grows old by. It never goes back, and no wall clock and no server can push it far.
//!
//! The clock on the wall alone must not destroy anything: after an empty battery it shows 1970 or 2099. The time at work alone
//! would keep personal data for years in a shop that is open for some hours a day. So the station clock goes on by the time at
//! work, and by what the clock on the wall makes of the time between, within limits.

use std::time::Duration;

/// A station clock, as it is stored. All times are milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StationClock {
    /// What it shows: since nobody knows when. Only differences mean anything.
    pub now_ms: i64,
    /// How long the program has been at work, in all.
    pub worked_ms: i64,
    /// What the clock on the wall should show by now: the highest time that it has shown, Unix, and the time at work since;
    /// none before the first reading.
    pub mark_ms: Option<i64>,
    /// How long the program has been at work while the mark was ahead of the clock on the wall.
    pub ahead_ms: i64,
    /// The jumps of the last day at work, oldest first.
    pub jumps: Vec<Jump>,
}

/// Time that counted although nobody was at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// [`StationClock::worked_ms`] then.
    pub worked_ms: i64,
    /// How much counted.
    pub counted_ms: i64,
}

/// Jumps of so much count within [`AT_WORK`].
const MOST: Duration = Duration::from_hours(72);
/// Time at work.
const AT_WORK: Duration = Duration::from_hours(24);
/// After so much time at work behind the mark, the clock on the wall is believed again.
const BELIEVED_FOR: Duration = Duration::from_hours(7 * 24);
/// More jumps are added to the last one.
const MOST_JUMPS: usize = 32;

impl StationClock {
    /// Goes on to now: `ran_ms` is the time at work since the last reading, none of which was another process; `wall_ms` is what
    /// the clock on the wall shows, Unix.
    ///
    /// A start, a sleep of the machine and a clock that was set are one kind of jump: how far the wall is beyond its mark.
    pub fn go_on(&mut self, ran_ms: i64, wall_ms: i64) {
        let ran_ms = ran_ms.max(0);
        self.now_ms = self.now_ms.max(0);
        self.now_ms = self.now_ms.saturating_add(ran_ms);
        self.worked_ms = self.worked_ms.saturating_add(ran_ms);
        let mark_ms = self.mark_ms.map_or(wall_ms, |mark_ms| mark_ms.saturating_add(ran_ms));
        if wall_ms >= mark_ms {
            (self.mark_ms, self.ahead_ms) = (Some(wall_ms), 0);
            self.jump(wall_ms.saturating_sub(mark_ms));
            return;
        }
        (self.mark_ms, self.ahead_ms) = (Some(mark_ms), self.ahead_ms.saturating_add(ran_ms));
        if self.ahead_ms >= millis(BELIEVED_FOR) {
            (self.mark_ms, self.ahead_ms) = (Some(wall_ms), 0);
        }
    }

    fn jump(&mut self, jump_ms: i64) {
        let day_ago = self.worked_ms.saturating_sub(millis(AT_WORK));
        self.jumps.retain(|jump| jump.worked_ms > day_ago);
        // What is stored may be anything.
        let most_ms = millis(MOST);
        let counted = self.jumps.iter().map(|jump| jump.counted_ms.clamp(0, most_ms));
        let left_ms = most_ms.saturating_sub(counted.fold(0, i64::saturating_add));
        let counted_ms = jump_ms.min(left_ms);
        if counted_ms <= 0 {
            return;
        }
        self.now_ms = self.now_ms.saturating_add(counted_ms);
        let is_many = self.jumps.len() >= MOST_JUMPS;
        match self.jumps.last_mut().filter(|last| is_many || last.worked_ms == self.worked_ms) {
            Some(last) => {
                *last = Jump { worked_ms: self.worked_ms, counted_ms: last.counted_ms.saturating_add(counted_ms) }
            }
            None => self.jumps.push(Jump { worked_ms: self.worked_ms, counted_ms }),
        }
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    const IN_2026: i64 = 1_790_000_000_000;
    const IN_2099: i64 = 4_070_908_800_000;

    /// A station in true time, whose clock on the wall may be wrong.
    struct ClockStation {
        clock: StationClock,
        now: i64,
        /// What the wall shows besides the truth.
        wrong_by: i64,
        /// How far the wall was set forward, in all.
        pushed: i64,
    }

    impl ClockStation {
        fn new() -> Self {
            let mut station = Self { clock: StationClock::default(), now: IN_2026, wrong_by: 0, pushed: 0 };
            station.read(0);
            station
        }

        fn read(&mut self, ran: i64) {
            self.clock.go_on(ran, self.now + self.wrong_by);
        }

        fn work(&mut self, hours: i64) {
            for _ in 0..hours {
                self.now += HOUR;
                self.read(HOUR);
            }
        }

        /// Off, or asleep.
        fn off(&mut self, time: i64) {
            self.now += time;
            self.read(0);
        }

        fn set_wall(&mut self, to: i64) {
            self.wrong_by_now(to - self.now);
        }

        fn wrong_by_now(&mut self, wrong_by: i64) {
            self.pushed += (wrong_by - self.wrong_by).max(0);
            self.wrong_by = wrong_by;
            self.read(0);
        }

        /// Hours, rounded down.
        fn hours(&self) -> i64 {
            self.clock.now_ms / HOUR
        }
    }

    /// What happens to a station, and by how many hours its clock goes on.
    #[test]
    fn what_happens_to_a_station_and_how_old_things_get() {
        type Happens = fn(&mut ClockStation);
        let stories: [(&str, i64, Happens); 12] = [
            ("a day at work", 24, |station| station.work(24)),
            ("a night off", 10 + 14, |station| {
                station.work(10);
                station.off(14 * HOUR);
            }),
            ("open for ten hours, for thirty days", 30 * 24, |station| {
                for _ in 0..30 {
                    station.work(10);
                    station.off(14 * HOUR);
                }
            }),
            ("off for 40 days", 72, |station| station.off(40 * DAY)),
            ("off for 40 days, then a day at work, twice", 2 * (72 + 24), |station| {
                for _ in 0..2 {
                    station.off(40 * DAY);
                    station.work(24);
                }
            }),
            ("1970 until the time is told, ten hours later", 10, |station| {
                station.set_wall(0);
                station.work(10);
                station.set_wall(station.now);
            }),
            ("2099 once, then right for a month at work", 72 + 30 * 24, |station| {
                station.set_wall(IN_2099);
                station.set_wall(station.now);
                station.work(30 * 24);
            }),
            ("2099 ten times an hour apart", 72 + 10, |station| {
                for _ in 0..10 {
                    station.set_wall(IN_2099);
                    station.work(1);
                    station.set_wall(station.now);
                }
            }),
            ("2099 at each of thirty starts, told the time an hour later", 72 + 30, |station| {
                for _ in 0..30 {
                    station.set_wall(IN_2099);
                    station.work(1);
                    station.set_wall(station.now);
                    // The battery is empty.
                    station.now += 12 * HOUR;
                }
            }),
            ("steps of a second, back and forth, for a day", 24, |station| {
                for step in 0..24 {
                    station.wrong_by_now(step % 2 * 1000);
                    station.work(1);
                }
            }),
            ("verbs only, once an hour for thirty days", 72, |station| {
                for _ in 0..30 * 24 {
                    station.now += HOUR;
                    station.read(1000);
                }
            }),
            ("asleep for a minute a thousand times", 1000 / 60, |station| {
                for _ in 0..1000 {
                    station.off(60_000);
                }
            }),
        ];
        for (story, hours, happens) in stories {
            let mut station = ClockStation::new();
            happens(&mut station);
            assert_eq!(station.hours(), hours, "{story}");
            assert!(station.clock.jumps.len() <= MOST_JUMPS, "{story}");
        }
    }

    #[test]
    fn a_wall_that_was_ahead_for_seven_days_at_work_is_no_longer_believed() {
        for (hours, is_believed) in [(7 * 24 - 1, true), (7 * 24, false)] {
            let mut station = ClockStation::new();
            station.set_wall(IN_2099);
            station.set_wall(station.now);
            station.work(hours);
            let before = station.hours();
            station.off(14 * HOUR);
            assert_eq!(station.hours() - before, if is_believed { 0 } else { 14 }, "{hours} hours");
        }
    }

    #[test]
    fn jumps_count_again_a_day_at_work_after_they_did() {
        let mut station = ClockStation::new();
        station.off(2 * DAY);
        station.work(12);
        station.off(2 * DAY);
        assert_eq!(station.hours(), 48 + 12 + 24, "72 hours in all");
        station.work(11);
        station.off(HOUR);
        assert_eq!(station.hours(), 84 + 11, "none is left");
        station.work(1);
        station.off(5 * DAY);
        assert_eq!(station.hours(), 84 + 12 + 48, "the first has become too old");
    }

    #[derive(Clone, Copy, Debug)]
    enum ClockStep {
        Work(i64),
        Off(i64),
        WrongBy(i64),
    }

    fn step() -> impl Strategy<Value = ClockStep> {
        let span = prop_oneof![1..HOUR, 1..10 * DAY];
        prop_oneof![
            3 => (1..HOUR).prop_map(ClockStep::Work),
            2 => span.prop_map(ClockStep::Off),
            1 => prop_oneof![Just(0_i64), -20_000 * DAY..20_000 * DAY, -HOUR..HOUR].prop_map(ClockStep::WrongBy),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn by_a_wall_that_is_never_ahead_nothing_is_older_than_it_is(steps in proptest::collection::vec(step(), 1..80)) {
            let mut station = ClockStation::new();
            for step in steps {
                match step {
                    // A wall that is behind for longer than seven days at work is believed.
                    ClockStep::Work(time) if station.clock.worked_ms + time < 7 * DAY => {
                        station.now += time;
                        station.read(time);
                    }
                    ClockStep::Work(time) | ClockStep::Off(time) => station.off(time),
                    ClockStep::WrongBy(wrong_by) => station.wrong_by_now(wrong_by.min(0)),
                }
                prop_assert!(station.clock.now_ms <= station.now - IN_2026);
            }
        }

        #[test]
        fn the_station_clock_only_grows_and_no_faster_than_it_may(steps in proptest::collection::vec(step(), 1..120)) {
            let mut station = ClockStation::new();
            let mut readings: Vec<(i64, i64)> = Vec::new();
            for step in steps {
                let (then, before) = (station.clock.now_ms, station.clock.worked_ms);
                match step {
                    ClockStep::Work(time) => {
                        station.now += time;
                        station.read(time);
                    }
                    ClockStep::Off(time) => station.off(time),
                    ClockStep::WrongBy(wrong_by) => station.wrong_by_now(wrong_by),
                }
                let ran = station.clock.worked_ms - before;
                let jump = station.clock.now_ms - then - ran;
                prop_assert!(jump >= 0);
                readings.push((station.clock.worked_ms, jump));
                let day = readings.iter().filter(|(worked, _)| *worked > station.clock.worked_ms - DAY);
                prop_assert!(day.map(|(_, jump)| jump).sum::<i64>() <= 72 * HOUR);
                // Without anybody who sets the clock nothing is older than it is.
                prop_assert!(station.clock.now_ms <= station.now - IN_2026 + station.pushed);
            }
        }
    }
}
