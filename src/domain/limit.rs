//! How often something may be done: so many in a row at once, then one each pause. What is more waits; nothing is turned away.

use std::time::Duration;

/// How many in a row are done at once, and how long each further one waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrowdRate {
    /// So many without a pause.
    pub in_a_row: u16,
    /// From one to the next, once they were used up; each such pause without one gives one back.
    pub pause: Duration,
}

/// What was done lately. It lives as long as the program, and counts in its uptime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// When everything done is made up for, by one pause each.
    settled_at: Duration,
}

impl RateLimit {
    /// How long the next one waits at `now`: never longer than one pause.
    pub fn wait(&self, now: Duration, rate: CrowdRate) -> Duration {
        let at_once = rate.pause.saturating_mul(u32::from(rate.in_a_row).saturating_sub(1));
        let wait = self.settled_at.saturating_sub(now).saturating_sub(at_once);
        // Other settings may have been in force when it was counted.
        wait.min(rate.pause)
    }

    /// It is done at `now`, or will be.
    pub fn count(&mut self, now: Duration, rate: CrowdRate) {
        let most = rate.pause.saturating_mul(u32::from(rate.in_a_row));
        self.settled_at = self.settled_at.max(now).saturating_add(rate.pause).min(now.saturating_add(most));
    }

    /// Counts anew: somebody in charge has said so.
    pub fn lift(&mut self) {
        self.settled_at = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: CrowdRate = CrowdRate { in_a_row: 3, pause: Duration::from_secs(30) };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn so_many_go_at_once_and_then_one_each_pause() {
        let mut limit = RateLimit::default();
        for _ in 0..3 {
            assert_eq!(limit.wait(at(100), RATE), Duration::ZERO);
            limit.count(at(100), RATE);
        }
        assert_eq!(limit.wait(at(100), RATE), at(30));
        assert_eq!((limit.wait(at(129), RATE), limit.wait(at(130), RATE)), (at(1), Duration::ZERO));
        limit.count(at(130), RATE);
        assert_eq!(limit.wait(at(130), RATE), at(30));
        let rested = at(130 + 90);
        for _ in 0..3 {
            assert_eq!(limit.wait(rested, RATE), Duration::ZERO);
            limit.count(rested, RATE);
        }
        assert_eq!(limit.wait(rested, RATE), at(30));
    }

    #[test]
    fn nobody_waits_longer_than_one_pause_whatever_was_counted_under_whatever_settings() {
        let mut limit = RateLimit::default();
        for second in 0..1_000 {
            limit.count(at(second), RATE);
        }
        assert!(limit.wait(at(1_000), RATE) <= RATE.pause);
        let stricter = CrowdRate { in_a_row: 1, pause: at(5) };
        assert_eq!(limit.wait(at(1_000), stricter), at(5));
    }

    #[test]
    fn what_is_lifted_counts_anew() {
        let mut limit = RateLimit::default();
        for _ in 0..3 {
            limit.count(at(1), RATE);
        }
        assert!(!limit.wait(at(3), RATE).is_zero());
        limit.lift();
        assert_eq!(limit.wait(at(3), RATE), Duration::ZERO);
    }
}
