//! The screens, one folder each: a pure state with its `update`, and a view that draws it.

pub mod balances;
pub mod consents;
pub mod counter;
pub mod door;
pub mod help;
pub mod journal;
pub mod kiosk;
mod manager_page;
pub mod out_of_service;
pub mod queue;
pub mod settings;
pub mod welcome;

use crate::domain::brand::BrandFacts;
use crate::domain::settings::{MonitorFacts, Preferences};
use crate::domain::{ClockError, ConsentSources, LanguageTag, Now, PortStatus};
use crate::effect::{Effect, RequestIds};
use crate::i18n::Texts;

pub use manager_page::ManagerPage;

/// What an update may need besides its own state.
pub struct UpdateContext<'a> {
    /// When the event happened.
    pub now: Now,
    /// The station's rules.
    pub preferences: &'a Preferences,
    /// What customers are asked to agree to, and in which language.
    pub consents: ConsentSources<'a>,
    /// Ids for new requests.
    pub ids: &'a mut RequestIds,
}

/// What comes of an event that a screen has taken in.
#[derive(Debug, PartialEq, Eq)]
pub struct Update<X> {
    /// What is asked of the outside.
    pub effects: Vec<Effect>,
    /// Where the screen is left for, if it is: the app carries it out.
    pub exit: Option<X>,
}

impl<X> Update<X> {
    /// The screen is left, and nothing is asked.
    pub fn exit(exit: X) -> Self {
        Self { effects: Vec::new(), exit: Some(exit) }
    }

    /// The same with the exit as another type.
    pub fn map<Y>(self, wrap: impl FnOnce(X) -> Y) -> Update<Y> {
        Update { effects: self.effects, exit: self.exit.map(wrap) }
    }
}

/// Nothing is asked, and the screen stays.
impl<X> Default for Update<X> {
    fn default() -> Self {
        Self { effects: Vec::new(), exit: None }
    }
}

/// The screen stays.
impl<X> From<Vec<Effect>> for Update<X> {
    fn from(effects: Vec<Effect>) -> Self {
        Self { effects, exit: None }
    }
}

/// What is known of the clock on the wall.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    /// How far local time is ahead of UTC, in seconds.
    pub utc_offset_secs: i32,
    /// How wrong it is, where SWiP says otherwise.
    pub error: Option<ClockError>,
}

/// The read-only facts that a view may need.
pub struct ViewContext<'a> {
    /// The words.
    pub texts: &'a Texts,
    /// When this frame is drawn.
    pub now: Now,
    /// What is known of the clock on the wall.
    pub clock: WallClock,
    /// The station's rules.
    pub preferences: &'a Preferences,
    /// Every language there are texts for: its tag and its own name for itself.
    pub languages: &'a [(LanguageTag, String)],
    /// The shop's own looks.
    pub brand: &'a BrandFacts,
    /// The monitors that are connected; the settings alone need them.
    pub monitors: &'a [MonitorFacts],
    /// Every layout of the on-screen keyboard, with the name of its language; the settings alone need them.
    pub layouts: &'a [(LanguageTag, String)],
    /// Whether a press in this frame may confirm what shows: it could be seen long enough before.
    pub was_seen: bool,
    /// Whether there may be no keyboard but that on the screen: a kiosk that fills it.
    pub is_touch_only: bool,
    /// Whether the built-in sandbox answers, and nobody is really registered.
    pub is_trial: bool,
    /// How it is with a scanner at a serial port.
    pub scanner: PortStatus,
}
