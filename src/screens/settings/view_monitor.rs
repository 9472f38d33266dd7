//! Draws the choice of a kiosk's monitor, and the name of the one that shows itself.

use std::time::Duration;

use egui::Ui;

use super::{Action, SettingsScreen};
use crate::domain::SettingKey;
use crate::domain::settings::{MonitorFacts, MonitorName};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Place};
use crate::ui::theme::space;
use crate::ui::widgets::{Button, Choice, Icon, lead, statement};

/// Among the monitors that are connected.
pub(super) fn choice_ui(ui: &mut Ui, settings: &mut SettingsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let chosen = settings.form.text_mut(SettingKey::KioskMonitor);
    let at = cx.monitors.iter().position(|monitor| monitor.name == *chosen);
    let any = texts.get("settings-kiosk-monitor-any").into_owned();
    let mut names = vec![(String::new(), any)];
    names.extend(cx.monitors.iter().map(|monitor| (monitor.name.clone(), label(monitor))));
    if at.is_none() && !chosen.is_empty() {
        let missing = texts.with("settings-kiosk-monitor-missing", &[("name", chosen.clone().into())]);
        names.push((chosen.clone(), missing.into_owned()));
    }
    let label = texts.get("settings-kiosk-monitor");
    let mut index = names.iter().position(|(name, _)| name == chosen).unwrap_or_default();
    let choice = names.iter().enumerate().fold(Choice::new(&label), |choice, (i, (_, text))| choice.option(i, text));
    let is_changed = choice.show(ui, &mut index);
    if let Some((name, _)) = names.get(index).filter(|_| is_changed) {
        chosen.clone_from(name);
    }
    if cx.monitors.iter().any(|monitor| monitor.name == *chosen) {
        ui.add_space(space::S);
        if Button::quiet(&texts.get("settings-kiosk-monitor-show")).icon(Icon::Eye).show(ui).clicked() {
            return Some(Action::ShowMonitor);
        }
    }
    is_changed.then_some(Action::Edit(SettingKey::KioskMonitor))
}

fn label(monitor: &MonitorFacts) -> String {
    let MonitorFacts { name, width, height } = monitor;
    // Windows puts two slashes and a dot before it.
    format!("{} · {width} × {height}", name.trim_start_matches(r"\\.\"))
}

/// Fills the window that stands on the monitor meanwhile.
pub(super) fn shown_ui(ui: &mut Ui, (name, left): (&MonitorName, Duration), cx: &ViewContext<'_>) {
    ui.ctx().request_repaint_after(left);
    let place = Place { name: "monitor", width: layout::READING_WIDTH, weight: 0.5, more: None };
    layout::weighted(ui, place, |ui| {
        ui.vertical_centered(|ui| {
            statement(ui, name.as_str());
            lead(ui, &cx.texts.get("settings-kiosk-monitor-shown"));
        });
    });
}
