//! The parts of the settings: which of them shows, what is looked for in all of them, and how each is marked.

use super::SettingsScreen;
use crate::domain::settings::SettingGroup;
use crate::domain::{Protection, SettingKey};

/// A part of the settings that is shown by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsSection {
    /// A card of the form, and what belongs to it.
    Settings(SettingGroup),
    /// The shop's own looks.
    Brand,
    /// The manager's door, and what protects what is stored.
    Security,
    /// Settings into files and out of them.
    Profile,
    /// What the station tells of itself.
    About,
}

/// Which part of the settings shows.
#[derive(Debug)]
pub struct Sections {
    /// The section that shows while nothing is looked for.
    pub chosen: SettingsSection,
    /// What is looked for, as typed; unless it is empty, what is found shows in place of a section.
    pub query: String,
    /// Where the focus belongs next; the view takes it.
    pub focus: Option<SettingKey>,
    /// The search belongs under the keyboard; the view takes it.
    pub wants_focus: bool,
}

/// What is to be told of a section that may not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionMark {
    /// Something in it is wrong.
    Wrong,
    /// Something in it is not saved yet.
    Changed,
    /// Something in it is worth a look.
    Warned,
}

impl SettingsSection {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 10] = [
        Self::Settings(SettingGroup::Connection),
        Self::Settings(SettingGroup::Station),
        Self::Settings(SettingGroup::Scanner),
        Self::Settings(SettingGroup::Kiosk),
        Self::Settings(SettingGroup::Rules),
        Self::Settings(SettingGroup::Consents),
        Self::Brand,
        Self::Security,
        Self::Profile,
        Self::About,
    ];

    /// The section that a setting is in.
    pub fn of(key: SettingKey) -> Self {
        Self::Settings(key.entry().group)
    }
}

impl Sections {
    /// Whether what is found shows.
    pub fn is_searching(&self) -> bool {
        !self.query.trim().is_empty()
    }

    /// The first section, and a field that the focus belongs to.
    pub(super) fn focusing(focus: Option<SettingKey>) -> Self {
        let chosen = SettingsSection::Settings(SettingGroup::Connection);
        Self { chosen, query: String::new(), focus, wants_focus: false }
    }

    pub(super) fn show(&mut self, section: SettingsSection) {
        self.chosen = section;
        self.query.clear();
    }

    pub(super) fn end_search(&mut self) {
        self.query.clear();
        self.wants_focus = true;
    }
}

impl SettingsScreen {
    /// Whether this is the first set-up.
    pub fn is_first_setup(&self) -> bool {
        self.stored.origin.is_none()
    }

    /// What is to be told of a section.
    pub fn mark(&self, section: SettingsSection) -> Option<SectionMark> {
        let is_here = |key: SettingKey| SettingsSection::of(key) == section;
        let token = self.token_error.map(|_| SettingKey::Token);
        // The test stands beside the token.
        let phone = self.test.error.map(|_| SettingKey::Token);
        let is_wrong = self.errors.keys().copied().chain(token).chain(phone).any(is_here);
        let is_changed = || SettingKey::ALL.iter().any(|key| is_here(*key) && self.is_changed_at(*key));
        let protection = self.stored.keys.map(|keys| keys.protection);
        let is_open = section == SettingsSection::Security && protection == Some(Protection::KeyFileInDataDir);
        if is_wrong {
            Some(SectionMark::Wrong)
        } else if is_changed() {
            Some(SectionMark::Changed)
        } else {
            is_open.then_some(SectionMark::Warned)
        }
    }
}
