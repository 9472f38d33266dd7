//! Draws the welcome screen: two doors.

use egui::Ui;

use super::{Action, Status, Welcome};
use crate::i18n::failure_title;
use crate::screens::ViewContext;
use crate::ui::layout;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Icon, display, muted, title};

/// Draws the screen.
pub fn ui(ui: &mut Ui, welcome: &Welcome, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    layout::column(ui, layout::READING_WIDTH, |ui| {
        ui.add_space(space::XXL);
        display(ui, &texts.get("welcome-title"));
        muted(ui, &texts.get("welcome-lead"));
        ui.add_space(space::L);
        if let Status::Failed(failure) = welcome.status {
            Banner::new(Tone::Error, &texts.get("welcome-try-failed")).body(&failure_title(texts, failure)).show(ui);
            ui.add_space(space::M);
        }
        layout::pair(ui, |ui, half| match half {
            layout::Half::First => {
                Card::new().show(ui, |ui| {
                    title(ui, &texts.get("welcome-connect-title"));
                    muted(ui, &texts.get("welcome-connect-text"));
                    ui.add_space(space::M);
                    if Button::primary(&texts.get("welcome-connect")).icon(Icon::Plug).wide().show(ui).clicked() {
                        action = Some(Action::Connect);
                    }
                });
            }
            layout::Half::Second => {
                Card::new().show(ui, |ui| {
                    title(ui, &texts.get("welcome-try-title"));
                    muted(ui, &texts.get("welcome-try-text"));
                    ui.add_space(space::M);
                    let is_starting = matches!(welcome.status, Status::Starting(_));
                    let label = texts.get("welcome-try");
                    let button = Button::quiet(&label).icon(Icon::Play).wide().busy(is_starting);
                    if button.show(ui).clicked() {
                        action = Some(Action::TryIt);
                    }
                });
            }
        });
    });
    action
}
