//! What the server says the time is, for those who must not trust the station's own clock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use reqwest::header::{DATE, HeaderMap};

use crate::domain::delivery::Heard;

/// The last two `Date`s of one server, shared by all clients that go there.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates(Arc<Mutex<[Option<Date>; 2]>>);

#[derive(Clone, Copy, Debug)]
struct Date {
    unix_ms: i64,
    heard_at: Instant,
}

impl Dates {
    /// Takes note of the `Date` of an answer, if it has one that makes sense.
    #[expect(clippy::disallowed_methods, reason = "when a date was heard, on a clock that never jumps")]
    pub(super) fn take_note(&self, headers: &HeaderMap) {
        if let Some(unix_ms) = read(headers) {
            let mut dates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *dates = [Some(Date { unix_ms, heard_at: Instant::now() }), dates[0]];
        }
    }

    /// The last two, the latest first.
    pub(super) fn heard(&self) -> Option<[Heard; 2]> {
        let [last, before] = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = |date: Date| Heard { date_ms: date.unix_ms, ago: date.heard_at.elapsed() };
        Some([heard(last?), heard(before?)])
    }
}

/// Unix milliseconds.
fn read(headers: &HeaderMap) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    i64::try_from(date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn dates_that_make_no_sense_are_passed_over() {
        let dates = Dates::default();
        let take = |text: &'static str| {
            dates.take_note(&HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))]));
        };
        for text in ["", "now", "1700000000", "Thu, 32 Nov 2026 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"] {
            take(text);
        }
        dates.take_note(&HeaderMap::new());
        take("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(dates.heard(), None, "one alone tells nothing");
        take("Sun, 06 Nov 1994 08:49:39 GMT");
        take("Sun, 06 Nov 1994 08:49:40 GMT");
        let heard = dates.heard().unwrap().map(|heard| heard.date_ms);
        assert_eq!(heard, [784_111_780_000, 784_111_779_000]);
    }
}
