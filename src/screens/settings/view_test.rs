//! Draws the connection test and what it found.

use egui::Ui;

use super::view_fields::FieldsView;
use super::{Action, Status, TestReport};
use crate::i18n::{failure_advice, failure_title, step_name};
use crate::screens::ViewContext;
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Icon, Spinner, body, icon_line};

/// A card of its own, below that of the connection.
pub(super) fn card_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) {
    Card::new().title(&cx.texts.get("settings-test")).show(ui, |ui| {
        fields.test_phone(ui);
        if test_ui(ui, fields, cx) {
            fields.act(Action::Test);
        }
    });
}

fn test_ui(ui: &mut Ui, fields: &mut FieldsView<'_>, cx: &ViewContext<'_>) -> bool {
    let texts = cx.texts;
    let settings = fields.settings_mut();
    ui.add_space(space::S);
    let is_testing = matches!(settings.status, Status::Testing { .. });
    let test = texts.get("settings-test-button");
    let is_clicked = Button::quiet(&test).icon(Icon::Plug).busy(is_testing).show(ui).clicked();
    ui.add_space(space::S);
    if is_testing {
        Spinner::new().label(&texts.get("settings-testing")).show(ui);
    }
    if let Some(report) = &mut settings.test.report {
        let shown = ui.scope(|ui| report_ui(ui, report, cx)).response;
        if std::mem::take(&mut report.is_new) {
            ui.scroll_to_rect(shown.rect, None);
        }
    }
    is_clicked
}

fn report_ui(ui: &mut Ui, report: &TestReport, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    for result in &report.steps {
        let (icon, tone) = match result.failure {
            None => (Icon::CheckCircle, Tone::Success),
            Some(_) => (Icon::Error, Tone::Error),
        };
        let ink = theme::of(ui.ctx()).tone(tone).ink;
        icon_line(ui, (icon, ink), |ui| body(ui, &step_name(texts, result.step)));
    }
    ui.add_space(space::S);
    match report.failure() {
        None => Banner::new(Tone::Success, &texts.get("settings-test-passed")).show(ui),
        Some(failure) => {
            Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui)
        }
    };
}
