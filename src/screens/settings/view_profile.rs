//! Draws the profile's card: where one goes to, where one comes from, and what became of it.

use egui::{Event, Ui};

use super::profile::ProfileStatus;
use super::view_fields::FieldsView;
use super::{Action, SettingsScreen};
use crate::domain::ProfileSource;
use crate::i18n::{Texts, profile_error, profile_fault};
use crate::screens::ViewContext;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Field, muted};

/// The longest path that is typed or pasted.
const LONGEST_PATH: usize = 1024;

/// Two cards, one a way.
pub(super) fn cards_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let settings = fields.settings_mut();
    if brought(ui, settings) {
        fields.act(Action::ReadProfile);
    }
    let settings = fields.settings_mut();
    status_ui(ui, settings, texts);
    let is_busy = settings.is_profile_asked();
    let export = Card::new().title(&texts.get("profile-export")).show(ui, |ui| {
        muted(ui, &texts.get("profile-export-lead"));
        let (label, hint) = (texts.get("profile-target"), texts.get("profile-target-hint"));
        let field = Field::new(&label, &mut settings.profile.target).id_salt("profile-target").hint(&hint);
        let is_entered = field.limit(LONGEST_PATH).show(ui).entered;
        let is_clicked = Button::quiet(&texts.get("profile-write")).busy(is_busy).show(ui).clicked();
        is_entered || is_clicked
    });
    ui.add_space(space::M);
    let import = Card::new().title(&texts.get("profile-import")).show(ui, |ui| {
        muted(ui, &texts.get("profile-import-lead"));
        let (label, hint) = (texts.get("profile-path"), texts.get("profile-path-hint"));
        let field = Field::new(&label, &mut settings.profile.path).id_salt("profile-path").hint(&hint);
        let is_entered = field.limit(LONGEST_PATH).show(ui).entered;
        let is_clicked = Button::quiet(&texts.get("profile-open")).busy(is_busy).show(ui).clicked();
        is_entered || is_clicked
    });
    if export.inner {
        fields.act(Action::ExportProfile);
    } else if import.inner {
        fields.act(Action::ReadProfile);
    }
}

/// A file that was dropped, or a profile that was pasted, into a field or beside them.
fn brought(ui: &Ui, settings: &mut SettingsScreen) -> bool {
    let source = ui.input(|input| {
        let dropped = input.raw.dropped_files.first().map(|file| ProfileSource::File(file.path().to_owned()));
        let pasted = input.events.iter().find_map(|event| match event {
            Event::Paste(text) if text.trim_start().starts_with('{') => Some(ProfileSource::Pasted(text.trim().into())),
            _ => None,
        });
        dropped.or(pasted)
    });
    let is_brought = source.is_some();
    if is_brought {
        settings.profile.brought = source;
    }
    is_brought
}

fn status_ui(ui: &mut Ui, settings: &SettingsScreen, texts: &Texts) {
    match &settings.profile.status {
        ProfileStatus::Unused | ProfileStatus::Asked(_) => return,
        ProfileStatus::Written(path) => {
            let path = path.display().to_string();
            let body = texts.with("profile-written-body", &[("path", path.into())]);
            Banner::new(Tone::Success, &texts.get("profile-written")).body(&body).show(ui);
        }
        ProfileStatus::Taken(count, problems) if problems.is_empty() => {
            let count = u32::try_from(*count).unwrap_or(u32::MAX);
            let title = texts.with("profile-taken", &[("count", count.into())]);
            Banner::new(Tone::Success, &title).body(&texts.get("profile-taken-body")).show(ui);
        }
        ProfileStatus::Taken(_, problems) => {
            let lines: Vec<_> = problems.iter().map(|problem| profile_error(texts, problem)).collect();
            Banner::new(Tone::Warning, &texts.get("profile-problems")).body(&lines.join("\n")).show(ui);
        }
        ProfileStatus::Failed(fault) => {
            Banner::new(Tone::Error, &texts.get("profile-failed")).body(&profile_fault(texts, *fault)).show(ui);
        }
    }
    ui.add_space(space::M);
}
