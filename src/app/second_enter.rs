//! Tells an Enter that is meant from one that bounces: it counts only if what it confirms could be seen before it.
//!
//! A pass learns nothing of when a key went down, only that it did since the pass before. So the second Enter counts in a pass
//! that begins long enough after what it confirms was painted, and only if the program did not stand still in between.

use std::time::Duration;

/// What a second Enter would confirm, and since when it can be seen.
#[derive(Debug, Default)]
pub(super) struct SecondEnter {
    shown: Option<ShownResult>,
    /// When the last pass began.
    last_pass: Duration,
    /// Whether an Enter in this pass does not count.
    is_early: bool,
}

#[derive(Debug)]
struct ShownResult {
    what: u128,
    /// The pass that drew it first.
    drawn_at: Duration,
    /// The first pass that began after it was painted; `None` until then.
    painted_at: Option<Duration>,
    /// A pass without a stall before it has found it old enough.
    is_old: bool,
}

/// How long it must have been seen.
const SEEN_FOR: Duration = Duration::from_millis(250);
/// A pass so much later than it was due comes after a stall. Less is a slow machine's usual delay.
const STALL: Duration = Duration::from_millis(110);
/// A painting that takes longer is a stall: the largest screen, without a graphics card, at a quarter of the time.
const SLOWEST_PAINTING: Duration = Duration::from_millis(1500);

impl SecondEnter {
    /// Whether an Enter in this pass counts.
    pub(super) fn counts(&self) -> bool {
        !self.is_early
    }

    /// A pass begins; in how long another one is due, if it is. `cost` is how long the last pass took with its painting.
    pub(super) fn begin_pass(&mut self, now: Duration, cost: Duration) -> Option<Duration> {
        let due_in = self.due_in(now, cost);
        self.last_pass = now;
        self.is_early = due_in.is_some();
        due_in
    }

    /// `None` once what is shown may be confirmed.
    fn due_in(&mut self, now: Duration, cost: Duration) -> Option<Duration> {
        let shown = self.shown.as_mut().filter(|shown| !shown.is_old)?;
        let painted_at = *shown.painted_at.get_or_insert(now);
        // `cost` leaves out what the graphics card, or what stands in for it, takes: the first painting shows that.
        let painting = painted_at.saturating_sub(shown.drawn_at).min(SLOWEST_PAINTING);
        let idle_since = self.last_pass + cost.max(painting);
        let due = painted_at + SEEN_FOR;
        let left = due.saturating_sub(now);
        if !left.is_zero() {
            return Some(left);
        }
        if now.saturating_sub(due.max(idle_since)) > STALL {
            // Seen anew from here on, and painted as slowly as before.
            (shown.drawn_at, shown.painted_at) = (now.saturating_sub(painting), Some(now));
            return Some(SEEN_FOR);
        }
        shown.is_old = true;
        None
    }

    /// A pass has drawn this; whether it is something new, which a pass after its painting must find.
    pub(super) fn drew(&mut self, what: Option<u128>) -> bool {
        if self.shown.as_ref().map(|shown| shown.what) == what {
            return false;
        }
        self.shown = what.map(|what| ShownResult { what, drawn_at: self.last_pass, painted_at: None, is_old: false });
        self.shown.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A pass at a time, the last one having taken so long; whether an Enter in it counts.
    fn counts(enter: &mut SecondEnter, at: u64, cost: u64) -> bool {
        let due_in = enter.begin_pass(ms(at), ms(cost));
        assert_eq!(due_in.is_none(), enter.counts());
        enter.counts()
    }

    fn form_drawn_at(millis: u64) -> SecondEnter {
        let mut enter = SecondEnter::default();
        assert!(counts(&mut enter, millis, 5), "there is nothing to confirm");
        assert!(enter.drew(Some(1)));
        enter
    }

    #[test]
    fn an_enter_counts_a_quarter_of_a_second_after_what_it_confirms_was_painted() {
        for (wait, expected) in [(0, false), (60, false), (249, false), (250, true), (300, true)] {
            let mut enter = form_drawn_at(1000);
            assert_eq!(enter.begin_pass(ms(1020), ms(20)), Some(SEEN_FOR));
            assert!(!enter.drew(Some(1)), "the same");
            assert_eq!(counts(&mut enter, 1020 + wait, 1), expected, "{wait}");
        }
    }

    #[test]
    fn an_enter_in_the_first_pass_after_a_stall_does_not_count() {
        let mut enter = form_drawn_at(1000);
        counts(&mut enter, 1020, 20);
        assert_eq!(enter.begin_pass(ms(2000), ms(5)), Some(SEEN_FOR), "stopped for a second");
        assert!(!counts(&mut enter, 2100, 5));
        assert!(counts(&mut enter, 2251, 5));
    }

    #[test]
    fn a_long_painting_is_no_stall() {
        let mut enter = form_drawn_at(1000);
        counts(&mut enter, 1500, 500);
        assert!(counts(&mut enter, 2000, 495));
        // It is not part of what a pass is said to take.
        let mut enter = form_drawn_at(1000);
        counts(&mut enter, 1700, 80);
        assert!(counts(&mut enter, 2450, 80));
    }

    #[test]
    fn the_slowest_painting_hides_no_longer_stall() {
        let mut enter = form_drawn_at(1000);
        counts(&mut enter, 9000, 5);
        assert!(!counts(&mut enter, 10_700, 5));
    }

    #[test]
    fn what_was_seen_long_ago_may_be_confirmed_whatever_happened_since() {
        let mut enter = form_drawn_at(1000);
        counts(&mut enter, 1020, 20);
        assert!(counts(&mut enter, 1270, 5));
        assert!(counts(&mut enter, 60_000, 5));
        assert!(enter.drew(Some(2)), "another form");
        assert!(!counts(&mut enter, 60_100, 5));
    }
}
