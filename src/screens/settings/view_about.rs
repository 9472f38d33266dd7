//! Draws what the station tells of itself.

use egui::Ui;

use super::about::AboutCard;
use super::view_fields::FieldsView;
use super::{Action, SettingsSection, view_keys};
use crate::domain::AboutFacts;
use crate::domain::settings::Mode;
use crate::screens::ViewContext;
use crate::ui::layout;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Icon, Spinner, body, caption, muted};

/// How high what support is sent stands.
const HEIGHT: f32 = 240.0;

/// The card; what is copied, and by whom, the window does.
pub(super) fn card_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let settings = fields.settings_mut();
    let keys = settings.stored.keys;
    let card = Card::new().title(&texts.get("about-title")).show(ui, |ui| match &settings.about {
        AboutCard::Unknown => {
            let is_clicked = Button::quiet(&texts.get("about-read")).show(ui).clicked();
            is_clicked.then_some(Action::Show(SettingsSection::About))
        }
        AboutCard::Asked(_) => {
            Spinner::new().label(&texts.get("about-reading")).show(ui);
            None
        }
        AboutCard::Known(facts, is_copied) => facts_ui(ui, (facts, *is_copied), cx),
    });
    if let Some(action) = card.inner {
        fields.act(action);
    }
    if let Some(keys) = keys {
        ui.add_space(space::M);
        view_keys::protection_ui(ui, keys.protection, texts);
    }
}

fn facts_ui(ui: &mut Ui, (facts, is_copied): (&AboutFacts, bool), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    body(ui, &texts.with("about-version", &[("version", facts.version.into())]));
    match facts.last_answer {
        Some(at) => {
            let time = texts.date_and_time(at, cx.now.local);
            body(ui, &texts.with("about-answered", &[("time", time.into())]))
        }
        None => body(ui, &texts.get("about-unanswered")),
    };
    if let Some(log) = &facts.log {
        muted(ui, &texts.with("about-log", &[("path", log.display().to_string().into())]));
    }
    ui.add_space(space::S);
    muted(ui, &texts.get("about-diagnostics"));
    layout::scrolled("diagnostics", HEIGHT).show(ui, |ui| caption(ui, &facts.diagnostics));
    // Nothing leaves a kiosk.
    let can_copy = cx.preferences.mode == Mode::Counter;
    let is_clicked = can_copy && Button::quiet(&texts.get("about-copy")).icon(Icon::Check).show(ui).clicked();
    if is_clicked {
        ui.ctx().copy_text(facts.diagnostics.clone());
    }
    if is_copied {
        Banner::new(Tone::Success, &texts.get("about-copied")).show(ui);
    }
    is_clicked.then_some(Action::NoteCopied)
}
