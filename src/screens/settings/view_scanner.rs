//! Draws a scanner's serial port, how it is with it, and what was scanned last.

use egui::Ui;

use super::scanner::FoundPorts;
use super::view_fields::FieldsView;
use super::{Action, SettingsScreen};
use crate::domain::{PortName, PortStatus, SettingKey};
use crate::i18n::{port_advice, port_title, scan_error};
use crate::screens::ViewContext;
use crate::ui::input_queue;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Choice, Field, Icon, StatusLine, caption, muted};

/// The longest scan there is, in characters.
const SCAN_LIMIT: usize = 256;

/// How it is with the port, and the ports there are; below the port's field.
pub(super) fn port_ui(ui: &mut Ui, settings: &mut SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    if !settings.form.text(SettingKey::ScannerPort).trim().is_empty() {
        status_ui(ui, cx);
    }
    let texts = cx.texts;
    let is_looking = matches!(settings.scanner.ports, FoundPorts::Asked(_));
    let find = texts.get("settings-scanner-find");
    let is_asked = Button::quiet(&find).icon(Icon::Search).busy(is_looking).show(ui).clicked();
    ui.add_space(space::S);
    if let FoundPorts::Found(ports) = &settings.scanner.ports {
        let chosen = settings.form.draft.text_mut(SettingKey::ScannerPort);
        if ports.is_empty() {
            muted(ui, &texts.get("settings-scanner-none"));
            ui.add_space(space::S);
        } else if found_ui(ui, (ports, chosen), cx) {
            return Some(Action::Finish(SettingKey::ScannerPort));
        }
    }
    is_asked.then_some(Action::FindPorts)
}

fn status_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let tone = match cx.scanner {
        PortStatus::Off | PortStatus::Looking => Tone::Neutral,
        PortStatus::Connected => Tone::Success,
        PortStatus::NotFound | PortStatus::Taken | PortStatus::NotAllowed | PortStatus::Unusable => Tone::Warning,
    };
    if let Some(title) = port_title(cx.texts, cx.scanner) {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            StatusLine::new(tone, &title).show(ui);
            if let Some(advice) = port_advice(cx.texts, cx.scanner) {
                caption(ui, &advice);
            }
        });
        ui.add_space(space::S);
    }
}

/// The ports there are; true when another one was chosen.
fn found_ui(ui: &mut Ui, (ports, chosen): (&[PortName], &mut String), cx: &ViewContext<'_>) -> bool {
    let label = cx.texts.get("settings-scanner-found");
    // One more than there are: none of them is chosen.
    let mut index = ports.iter().position(|port| port.as_str() == chosen.trim()).unwrap_or(ports.len());
    let names = ports.iter().enumerate();
    let choice = names.fold(Choice::new(&label), |choice, (i, port)| choice.option(i, port.as_str()));
    let is_changed = choice.show(ui, &mut index);
    if let Some(port) = ports.get(index).filter(|_| is_changed) {
        port.as_str().clone_into(chosen);
    }
    ui.add_space(space::M);
    is_changed
}

impl FieldsView<'_> {
    /// What was scanned last, and what becomes of it by the settings above.
    pub(super) fn scan(&mut self, ui: &mut Ui) {
        let shown = ui.scope(|ui| self.scan_ui(ui)).response;
        if std::mem::take(&mut self.settings_mut().scanner.is_new) {
            ui.scroll_to_rect(shown.rect, None);
        }
    }

    fn scan_ui(&mut self, ui: &mut Ui) {
        let texts = self.words();
        let takes_focus = self.takes_focus();
        let (label, hint) = (texts.get("settings-scan"), texts.get("settings-scan-hint"));
        let response = Field::new(&label, &mut self.settings_mut().scanner.text)
            .id_salt("settings-scan")
            .hint(&hint)
            .leading(Icon::Card)
            .limit(SCAN_LIMIT)
            .request_focus(takes_focus)
            .show(ui);
        if response.response.has_focus() {
            input_queue::take_scans(ui.ctx(), response.response.id);
        }
        self.note_focus(&response.response);
        if response.changed {
            self.act(Action::EditScan);
        }
        match self.settings_mut().verdict() {
            None => {}
            Some(Ok(pass)) => {
                Banner::new(Tone::Success, &texts.get("settings-scan-pass")).body(pass.as_str()).show(ui);
            }
            Some(Err(error)) => {
                let reason = scan_error(texts, error);
                Banner::new(Tone::Warning, &texts.get("settings-scan-no-pass")).body(&reason).show(ui);
            }
        }
    }
}
