//! What the station tells of itself, read when its card is opened.

use super::SettingsScreen;
use crate::domain::AboutFacts;
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

/// What the card shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum AboutCard {
    /// Nobody has looked, or it could not be gathered.
    #[default]
    Unknown,
    /// It is gathered.
    Asked(RequestId),
    /// This, and whether it was copied.
    Known(Box<AboutFacts>, bool),
}

impl SettingsScreen {
    pub(super) fn ask_about(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.about = AboutCard::Asked(id);
        vec![Effect::ReadAbout { id }]
    }

    pub(super) fn about_read(&mut self, id: RequestId, facts: Option<Box<AboutFacts>>) {
        if self.about == AboutCard::Asked(id) {
            self.about = facts.map_or(AboutCard::Unknown, |facts| AboutCard::Known(facts, false));
        }
    }

    pub(super) fn copied(&mut self) {
        if let AboutCard::Known(_, is_copied) = &mut self.about {
            *is_copied = true;
        }
    }
}
