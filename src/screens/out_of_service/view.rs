//! Draws the screen of a kiosk that serves nobody.

use egui::Ui;

use super::Action;
use crate::screens::ViewContext;
use crate::ui::layout::{self, Place};
use crate::ui::theme::space;
use crate::ui::widgets::{Button, Icon, lead, muted, statement, title};

/// Draws the screen.
pub fn ui(ui: &mut Ui, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    let place = Place { name: "out of service", width: layout::READING_WIDTH, weight: 0.5, more: None };
    layout::weighted(ui, place, |ui| {
        ui.vertical_centered(|ui| {
            statement(ui, &texts.get("out-of-service"));
            lead(ui, &texts.get("out-of-service-reason"));
            ui.add_space(space::XL);
            title(ui, &texts.get("out-of-service-no-pin"));
            muted(ui, &texts.get("out-of-service-no-pin-advice"));
            ui.add_space(space::M);
            if Button::primary(&texts.get("out-of-service-set-pin")).icon(Icon::Key).show(ui).clicked() {
                action = Some(Action::SetPin);
            }
        });
    });
    action
}
