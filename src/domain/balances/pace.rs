//! How fast a list is asked about, and when SWiP is left alone: pure, in uptime.

use std::time::Duration;

use crate::domain::Failure;

/// How many rows are asked about at once.
pub const AT_ONCE: usize = 4;
/// From one request to the next: at most 100 a second.
pub const SPACING: Duration = Duration::from_millis(10);
/// How often one row is asked about before it is left without an answer.
pub const MOST_TRIES: u32 = 3;
/// How many pauses in a row without any answer between them end a list.
pub const MOST_PAUSES: u32 = 5;
/// A longer wait is nobody's to sit through: the list ends, and goes on when it is started again.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(5);

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_OWN_PAUSE: Duration = Duration::from_secs(30);

/// What keeps a list from asking too fast.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListPace {
    /// Before that nothing is asked.
    not_before: Duration,
    /// When the last pause was ordered: what was asked before it says nothing new.
    paused_at: Option<Duration>,
    /// Pauses since the last answer.
    pauses: u32,
}

/// What happens after a row got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// The list goes on after its pause.
    GoOn,
    /// SWiP cannot be had: the list ends.
    End,
}

impl ListPace {
    /// How long the next request waits at `now`.
    pub fn wait(&self, now: Duration) -> Duration {
        self.not_before.saturating_sub(now)
    }

    /// A request is sent at `now`.
    pub fn sent(&mut self, now: Duration) {
        // What was not used up in time is lost: a list that was held up does not rush.
        self.not_before = self.not_before.max(now) + SPACING;
    }

    /// An answer came.
    pub fn answered(&mut self) {
        self.pauses = 0;
    }

    /// A request that was sent at `sent` got no answer by `now`; `wait` is what SWiP asked for.
    pub fn failed(&mut self, failure: Failure, sent: Duration, now: Duration, wait: Option<Duration>) -> AfterFailure {
        if !failure.is_temporary() {
            return AfterFailure::End;
        }
        let is_news = self.paused_at.is_none_or(|paused_at| sent > paused_at);
        if is_news {
            self.pauses += 1;
            self.paused_at = Some(now);
        }
        let own = FIRST_PAUSE.saturating_mul(1 << self.pauses.saturating_sub(1).min(10)).min(LONGEST_OWN_PAUSE);
        // What makes no sense as a time is none.
        let pause = wait.filter(|wait| !wait.is_zero()).unwrap_or(own);
        if self.pauses > MOST_PAUSES || pause > LONGEST_PAUSE {
            return AfterFailure::End;
        }
        if is_news || wait.is_some() {
            self.not_before = self.not_before.max(now + pause);
        }
        AfterFailure::GoOn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::{Credentials, Unavailable};

    const BUSY: Failure = Failure::Unavailable(Unavailable::Busy);
    const LOST: Failure = Failure::Unavailable(Unavailable::NoConnection);

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn requests_keep_their_distance() {
        let mut pace = ListPace::default();
        let (mut now, mut sent) = (secs(10), 0);
        while now < secs(11) {
            let wait = pace.wait(now);
            if wait.is_zero() {
                pace.sent(now);
                sent += 1;
            }
            now += Duration::from_millis(1);
        }
        assert_eq!(sent, 100);
    }

    #[test]
    fn a_list_that_was_held_up_does_not_rush_afterwards() {
        let mut pace = ListPace::default();
        pace.sent(secs(1));
        pace.sent(secs(100));
        assert_eq!(pace.wait(secs(100)), SPACING);
    }

    #[test]
    fn the_wait_that_swip_asks_for_holds_for_every_row() {
        let mut pace = ListPace::default();
        assert_eq!(pace.failed(BUSY, secs(1), secs(1), Some(secs(30))), AfterFailure::GoOn);
        assert_eq!(pace.wait(secs(1)), secs(30));
        // Three more that were on their way shorten nothing, and are no further pause.
        for _ in 0..3 {
            assert_eq!(pace.failed(BUSY, secs(1), secs(2), Some(secs(5))), AfterFailure::GoOn);
        }
        assert_eq!(pace.wait(secs(2)), secs(29));
        assert_eq!(pace.pauses, 1);
    }

    #[test]
    fn pauses_of_its_own_grow_and_end_the_list_when_nothing_is_answered_between_them() {
        let mut pace = ListPace::default();
        let (mut now, mut waits) = (secs(1), Vec::new());
        while pace.failed(LOST, now, now, None) == AfterFailure::GoOn {
            waits.push(pace.wait(now).as_secs());
            now += pace.wait(now) + secs(1);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16]);
        let mut pace = ListPace::default();
        for second in 1..100 {
            assert_eq!(pace.failed(LOST, secs(second), secs(second), None), AfterFailure::GoOn);
            pace.answered();
        }
    }

    #[test]
    fn a_wait_too_long_to_sit_through_and_refused_credentials_end_the_list_at_once() {
        let mut pace = ListPace::default();
        assert_eq!(pace.failed(BUSY, secs(1), secs(1), Some(secs(3_600))), AfterFailure::End);
        let refused = Failure::Credentials(Credentials::TokenRejected);
        assert_eq!(pace.failed(refused, secs(1), secs(1), None), AfterFailure::End);
    }
}
