//! The profile's card: the settings into a file without secrets, and from a profile into the form.

use std::path::PathBuf;

use super::{SettingsScreen, Status};
use crate::domain::settings::Mode;
use crate::domain::{
    ProfileAnswer, ProfileError, ProfileFault, ProfileQuestion, ProfileSource, ReadProfile, SettingKey, token,
    typed_path,
};
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

/// What the card shows and what is typed on it.
#[derive(Debug, Default)]
pub struct ProfileCard {
    /// Where a profile goes to, as typed; a place where people find it if empty.
    pub target: String,
    /// Where one comes from, as typed.
    pub path: String,
    /// What was dropped or pasted; the view puts it here.
    pub brought: Option<ProfileSource>,
    /// What becomes of it.
    pub status: ProfileStatus,
}

/// What becomes of a profile.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum ProfileStatus {
    /// Nobody has asked.
    #[default]
    Unused,
    /// It is written or read.
    Asked(RequestId),
    /// It is in this file.
    Written(PathBuf),
    /// So many settings are others than before, and these keys say nothing.
    Taken(usize, Vec<ProfileError>),
    /// Nothing came of it.
    Failed(ProfileFault),
}

impl SettingsScreen {
    pub(super) fn export_profile(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if !self.can_use_profiles(cx.preferences.mode) || self.is_profile_asked() {
            return Vec::new();
        }
        let settings = match self.form.draft.check() {
            Ok(settings) => settings,
            Err(errors) => {
                self.errors = errors;
                self.go_to_first_error();
                return Vec::new();
            }
        };
        let path = typed_path(&self.profile.target);
        self.ask(ProfileQuestion::Write(Box::new(settings), path), cx)
    }

    pub(super) fn read_profile(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let typed = || typed_path(&self.profile.path).map(ProfileSource::File);
        let source = self.profile.brought.take().or_else(typed);
        // A field takes what is pasted, too, and there may be a token in it.
        if matches!(source, Some(ProfileSource::Pasted(_))) {
            let fields = [&mut self.profile.path, &mut self.profile.target];
            fields.into_iter().filter(|field| field.contains('{')).for_each(token::wipe);
        }
        match source {
            Some(source) if self.can_use_profiles(cx.preferences.mode) && !self.is_profile_asked() => {
                self.ask(ProfileQuestion::Read(source), cx)
            }
            _ => Vec::new(),
        }
    }

    /// Files come and go at a counter only, and a trial keeps nothing.
    pub fn can_use_profiles(&self, mode: Mode) -> bool {
        mode == Mode::Counter && !self.stored.is_read_only
    }

    /// Whether a profile is being written or read.
    pub fn is_profile_asked(&self) -> bool {
        matches!(self.profile.status, ProfileStatus::Asked(_))
    }

    fn ask(&mut self, question: ProfileQuestion, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.profile.status = ProfileStatus::Asked(id);
        vec![Effect::AskProfile { id, question }]
    }

    pub(super) fn profile_answered(&mut self, id: RequestId, result: Result<ProfileAnswer, ProfileFault>) {
        if self.profile.status != ProfileStatus::Asked(id) {
            return;
        }
        self.profile.status = match result {
            Ok(ProfileAnswer::Written(path)) => ProfileStatus::Written(path),
            // Nothing may change under what is being stored.
            Ok(ProfileAnswer::Read(_)) if matches!(self.status, Status::Saving(_)) => ProfileStatus::Unused,
            Ok(ProfileAnswer::Read(read)) => self.take(*read),
            Err(fault) => ProfileStatus::Failed(fault),
        };
    }

    /// Puts what a profile says into the form, unsaved. What it leaves out has its default, as when it is provisioned; but what has
    /// none stays, and so does what it says nothing good of.
    fn take(&mut self, read: ReadProfile) -> ProfileStatus {
        let ReadProfile { draft, token, problems } = read;
        let Some(draft) = draft else { return ProfileStatus::Taken(0, problems) };
        let is_named =
            |key: SettingKey| problems.iter().any(|problem| problem.field.split('[').next() == Some(key.name()));
        let text_of = |key: SettingKey| {
            let default = || key.has_default().then(|| key.entry().default);
            draft.get(key).or_else(default).filter(|_| !is_named(key))
        };
        let texts = SettingKey::stored().filter_map(|key| Some((key, text_of(key)?.to_owned())));
        let texts = texts.chain(token.map(|token| (SettingKey::Token, token.expose().to_owned())));
        let texts: Vec<_> = texts.filter(|(key, text)| self.form.text(*key) != text).collect();
        let count = texts.len();
        self.put(texts);
        ProfileStatus::Taken(count, problems)
    }
}
