//! How often something may be done: at most so many times within a span that moves along with time.

use std::collections::VecDeque;
use std::time::Duration;

/// At most `times` within `span`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How often.
    pub times: usize,
    /// Within which time.
    pub span: Duration,
}

/// What was done lately, held against some rates. It lives as long as the program, and counts in its uptime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    rates: &'static [Rate],
    done: VecDeque<Duration>,
}

impl Limit {
    /// A limit that nothing was counted against yet.
    pub fn new(rates: &'static [Rate]) -> Self {
        Self { rates, done: VecDeque::new() }
    }

    /// Whether it may be done once more at `now`.
    pub fn allows(&self, now: Duration) -> bool {
        self.rates.iter().all(|rate| self.done.iter().filter(|at| is_within(**at, rate.span, now)).count() < rate.times)
    }

    /// It was done at `now`.
    pub fn count(&mut self, now: Duration) {
        let longest = self.rates.iter().map(|rate| rate.span).max().unwrap_or_default();
        self.done.retain(|at| is_within(*at, longest, now));
        self.done.push_back(now);
    }

    /// Counts anew: somebody in charge has said so.
    pub fn lift(&mut self) {
        self.done.clear();
    }
}

fn is_within(at: Duration, span: Duration, now: Duration) -> bool {
    now.saturating_sub(at) < span
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const RATES: &[Rate] = &[Rate { times: 2, span: MINUTE }, Rate { times: 3, span: Duration::from_hours(1) }];

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn every_rate_holds_and_time_frees_again() {
        let mut limit = Limit::new(RATES);
        for second in [0, 10] {
            assert!(limit.allows(at(second)));
            limit.count(at(second));
        }
        assert!(!limit.allows(at(11)) && !limit.allows(at(59)), "two a minute");
        assert!(limit.allows(at(60)));
        limit.count(at(60));
        assert!(!limit.allows(at(1_000)) && !limit.allows(at(3_599)), "three an hour");
        assert!(limit.allows(at(3_600)));
    }

    #[test]
    fn what_is_lifted_counts_anew() {
        let mut limit = Limit::new(RATES);
        limit.count(at(1));
        limit.count(at(2));
        assert!(!limit.allows(at(3)));
        limit.lift();
        assert!(limit.allows(at(3)));
    }

    #[test]
    fn no_more_is_remembered_than_the_longest_span_needs() {
        let mut limit = Limit::new(RATES);
        for hour in 0..10_000 {
            limit.count(at(hour * 3_600));
        }
        assert_eq!(limit.done.len(), 1);
    }
}
