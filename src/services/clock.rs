//! The clock on the wall, which only people are shown.

use jiff::Zoned;
use jiff::civil::DateTime;

/// Where local dates and times come from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock and time zone.
    System,
    /// One moment for ever: tests.
    Fixed(DateTime),
}

impl Clock {
    /// The local date and time.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock on the wall is read")]
    pub fn local(self) -> DateTime {
        match self {
            Self::System => Zoned::now().datetime(),
            Self::Fixed(moment) => moment,
        }
    }
}
