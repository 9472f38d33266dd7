//! What SWiP says the time is, from the `Date` of its answers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;

use super::clock::Clock;
use super::outbox::Taken;
use crate::domain::{ClockError, ServerMoment};

/// The last `Date` of SWiP, shared by all that hear and ask.
#[derive(Clone, Debug, Default)]
pub struct ServerTime(Arc<Mutex<Option<ServerMoment>>>);

/// The clock on the wall, put right by what SWiP says.
#[derive(Clone, Debug)]
pub struct CheckedClock {
    /// The clock itself.
    pub clock: Clock,
    /// What it is checked by.
    pub server_time: ServerTime,
}

impl CheckedClock {
    /// How wrong the clock on the wall is, if that is known.
    pub fn error(&self) -> Option<ClockError> {
        self.server_time.clock_error(self.clock)
    }

    /// The local date and time by the better of the two.
    pub fn local(&self) -> DateTime {
        self.clock.local_put_right(self.error())
    }
}

impl ServerTime {
    /// Takes note of a `Date`; what is none is passed over.
    pub(super) fn hear(&self, date: &str) {
        let since_1970 = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
        let said = httpdate::parse_http_date(date).ok().and_then(since_1970).map(|said: Duration| said.as_millis());
        let unix_ms = said.and_then(|said| i64::try_from(said).ok());
        if let (Some(unix_ms), Some(heard)) = (unix_ms, Clock::System.steady()) {
            let moment = ServerMoment { unix_ms, wall_ms: Clock::System.unix_ms(), heard };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment);
        }
    }

    /// When SWiP answered last, in local time; nothing if it never did since the program was started.
    pub fn last_answer(&self, clock: Clock) -> Option<DateTime> {
        let moment = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = clock.steady()?.checked_sub(moment.heard)?;
        clock.local().checked_sub(since).ok()
    }

    /// Now, by SWiP's clock too where that contradicts.
    pub(super) fn taken(&self, clock: Clock) -> Taken {
        let wall_ms = clock.unix_ms();
        let corrected_ms = self.clock_error(clock).map(|error| wall_ms.saturating_sub(error.ahead_ms));
        Taken { wall_ms, corrected_ms }
    }

    /// How wrong the clock on the wall is, if that is known; never where time stands still.
    pub fn clock_error(&self, clock: Clock) -> Option<ClockError> {
        let uptime = clock.steady()?;
        let moment = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moment?.judge(clock.unix_ms(), uptime)
    }
}
