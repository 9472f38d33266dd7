//! Draws the ways from the settings to the other pages of the manager's, and what stands above every section.

use egui::{Key, Ui};

use super::{Action, SettingsScreen, Status, view_keys};
use crate::domain::settings::Mode;
use crate::i18n::{failure_advice, failure_title};
use crate::screens::{ManagerPage, ViewContext};
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, wrapped_row};

/// The ways to help and to the other pages of the manager's. A trial has only the first, and so has a station that is being set up.
pub(super) fn pages_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let stored = &settings.stored;
    let has_pages = stored.can_leave && stored.origin.is_some() && !stored.is_read_only;
    let is_busy = !settings.can_choose_pin();
    let help = Action::Open(ManagerPage::Help);
    let mut action = ui.input(|input| input.key_pressed(Key::F1)).then_some(help);
    wrapped_row(ui, |ui| {
        if Button::quiet(&texts.get("help-open")).key("F1").busy(is_busy).show(ui).clicked() {
            action = Some(help);
        }
        if !has_pages {
            return;
        }
        let everywhere = [("queue-open", ManagerPage::Queue), ("journal-open", ManagerPage::Journal)];
        // What brings whole phones to the screen and into files has no place where customers stand.
        let at_counters = [("balances-open", ManagerPage::Balances), ("consents-open", ManagerPage::Consents)];
        let is_counter = cx.preferences.mode == Mode::Counter;
        for (words, page) in everywhere.into_iter().chain(at_counters.into_iter().filter(|_| is_counter)) {
            if Button::quiet(&texts.get(words)).busy(is_busy).show(ui).clicked() {
                action = Some(Action::Open(page));
            }
        }
    });
    ui.add_space(space::M);
    action
}

/// What was not done, why nothing is kept, what was lost: whichever section shows.
pub(super) fn banners_ui(ui: &mut Ui, settings: &SettingsScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    if let Status::Failed(failure) = settings.status {
        Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui);
        ui.add_space(space::M);
    }
    if settings.stored.is_read_only {
        Banner::new(Tone::Info, &texts.get("settings-trial")).body(&texts.get("settings-trial-advice")).show(ui);
        ui.add_space(space::M);
    }
    if let Some(keys) = settings.stored.keys {
        view_keys::lost_ui(ui, keys, texts);
    }
}
