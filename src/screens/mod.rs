//! The screens, one folder each: a pure state with its `update`, and a view that draws it.

pub mod counter;
pub mod door;
pub mod kiosk;
pub mod settings;
pub mod welcome;

use crate::domain::brand::BrandFacts;
use crate::domain::settings::{MonitorFacts, Preferences};
use crate::domain::{ConsentSources, LanguageTag, Now};
use crate::effect::RequestIds;
use crate::i18n::Texts;

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

/// The read-only facts that a view may need.
pub struct ViewContext<'a> {
    /// The words.
    pub texts: &'a Texts,
    /// When this frame is drawn.
    pub now: Now,
    /// The station's rules.
    pub preferences: &'a Preferences,
    /// Every language there are texts for: its tag and its own name for itself.
    pub languages: &'a [(LanguageTag, String)],
    /// The shop's own looks.
    pub brand: &'a BrandFacts,
    /// The monitors that are connected; the settings alone need them.
    pub monitors: &'a [MonitorFacts],
    /// Whether a press in this frame may confirm what shows: it could be seen long enough before.
    pub was_seen: bool,
    /// Whether there may be no keyboard but that on the screen: a kiosk that fills it.
    pub is_touch_only: bool,
    /// Whether the built-in sandbox answers, and nobody is really registered.
    pub is_trial: bool,
}
