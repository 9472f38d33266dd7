//! The frame around the screens: what station this is, how the way to SWiP is, which language.

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Ui, vec2};

use super::event::{Event, ShellAction};
use super::queue_view;
use super::screen::Screen;
use super::state::{State, Toast, ToastMessage, Trial};
use crate::domain::PortStatus;
use crate::i18n::port_title;
use crate::screens::ViewContext;
use crate::services::settings_file::SettingsNote;
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Icon, Ribbon, StatusPill, ToastView, icon_button, muted, strong};

/// Draws the whole window.
pub(super) fn ui(ui: &mut Ui, state: &mut State, cx: &ViewContext<'_>) -> Option<Event> {
    if state.station.trial != Trial::No {
        ribbon_ui(ui, cx);
    }
    let paper = Frame::new().fill(theme::of(ui.ctx()).colors.paper);
    if state.screen.fills_window() {
        return CentralPanel::default().frame(paper).show(ui, |ui| state.screen.ui(ui, cx)).inner.map(Event::Screen);
    }
    let mut event = bar_ui(ui, state, cx);
    let tells_staff = state.tells_staff();
    CentralPanel::default().frame(paper).show(ui, |ui| {
        if tells_staff && notes_ui(ui, &state.station.notes, cx) {
            event = Some(Event::Shell(ShellAction::DismissNotes));
        }
        if tells_staff && queue_view::returned_ui(ui, state.queue, cx) {
            event = Some(Event::Shell(ShellAction::DismissReturn));
        }
        if tells_staff {
            clock_ui(ui, cx);
        }
        if matches!(state.screen, Screen::Counter(_)) {
            queue_view::notice_ui(ui, state.queue, cx);
        }
        event = state.screen.ui(ui, cx).map(Event::Screen).or(event.take());
    });
    if let Some(toast) = state.toast {
        toast_ui(ui, toast, cx);
    }
    event
}

fn ribbon_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    Panel::top("ribbon").frame(Frame::new()).show_separator_line(false).show(ui, |ui| {
        Ribbon::new(&cx.texts.get("trial-ribbon")).show(ui);
    });
}

fn bar_ui(ui: &mut Ui, state: &State, cx: &ViewContext<'_>) -> Option<Event> {
    let colors = theme::of(ui.ctx()).colors;
    let frame = Frame::new().fill(colors.surface).inner_margin(Margin::from(vec2(space::L, space::S)));
    let mut action = None;
    Panel::top("bar").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            match &cx.brand.brand.name {
                Some(name) => strong(ui, name.as_str()),
                None => strong(ui, &cx.texts.get("app-name")),
            };
            if let Some(settings) = &state.station.settings {
                muted(ui, settings.connection.store_id.as_str());
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let is_counter = matches!(state.screen, Screen::Counter(_));
                if is_counter && icon_button(ui, Icon::Gear, &cx.texts.get("app-settings")).clicked() {
                    action = Some(ShellAction::OpenSettings);
                }
                for (tag, name) in cx.languages.iter().rev() {
                    if *tag != state.language && Button::plain(name).icon(Icon::Globe).show(ui).clicked() {
                        action = Some(ShellAction::SwitchLanguage(tag.clone()));
                    }
                }
                if is_counter {
                    queue_view::link_ui(ui, state.link, state.queue, cx);
                }
            });
        });
        if matches!(state.screen, Screen::Counter(_)) {
            queue_view::counts_ui(ui, state.queue, cx);
            scanner_ui(ui, state.station.scanner, cx);
        }
    });
    action.map(Event::Shell)
}

/// Says that nothing can be scanned at the port that is set; nothing to say where it can.
fn scanner_ui(ui: &mut Ui, status: PortStatus, cx: &ViewContext<'_>) {
    let is_troubled = match status {
        PortStatus::Off | PortStatus::Looking | PortStatus::Connected => false,
        PortStatus::NotFound | PortStatus::Taken | PortStatus::NotAllowed | PortStatus::Unusable => true,
    };
    if let Some(title) = port_title(cx.texts, status).filter(|_| is_troubled) {
        ui.add_space(space::S);
        StatusPill::new(Tone::Warning, &title).show(ui);
    }
}

/// Says what was dropped from the settings file; true once that was read.
fn notes_ui(ui: &mut Ui, notes: &[SettingsNote], cx: &ViewContext<'_>) -> bool {
    if notes.is_empty() {
        return false;
    }
    let texts = cx.texts;
    let lines: Vec<_> = notes
        .iter()
        .map(|note| match note {
            SettingsNote::UnreadableUsedLastGood => texts.get("notes-last-good"),
            SettingsNote::Unreadable => texts.get("notes-unreadable"),
            SettingsNote::BadValue(key) => texts.with("notes-bad-value", &[("field", key.name().into())]),
            SettingsNote::UnknownField(name) => texts.with("notes-unknown-field", &[("field", name.as_str().into())]),
        })
        .collect();
    let (heading, close) = (texts.get("notes-title"), texts.get("notes-close"));
    let body = lines.join("\n");
    let banner = Banner::new(Tone::Warning, &heading).body(&body).closable(&close);
    queue_view::band_ui(ui, |ui| banner.show(ui)).closed
}

fn toast_ui(ui: &Ui, toast: Toast, cx: &ViewContext<'_>) {
    let (tone, words) = match toast.message {
        ToastMessage::SettingsSaved => (Tone::Success, cx.texts.get("toast-settings-saved")),
        ToastMessage::PinSaved => (Tone::Success, cx.texts.get("toast-pin-saved")),
        ToastMessage::ScanRefused => (Tone::Warning, cx.texts.get("toast-scan-refused")),
        ToastMessage::ScanUnclear => (Tone::Warning, cx.texts.get("toast-scan-unclear")),
        ToastMessage::NothingPasted => (Tone::Info, cx.texts.get("toast-nothing-pasted")),
        ToastMessage::TypingDropped => (Tone::Info, cx.texts.get("toast-typing-dropped")),
        ToastMessage::ManagerTimedOut => (Tone::Info, cx.texts.get("door-timed-out")),
    };
    ToastView::new(tone, &words).show(ui.ctx());
    ui.ctx().request_repaint_after(Toast::SHOWN.saturating_sub(cx.now.since(toast.since)));
}

/// Says that the clock on the wall is wrong, which nobody but a person can mend.
fn clock_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let Some(error) = cx.clock.error else { return };
    let texts = cx.texts;
    let title = texts.get(if error.ahead_ms > 0 { "clock-ahead" } else { "clock-behind" });
    let time = texts.whole_date_and_time(cx.now.local);
    let body = texts.with("clock-advice", &[("time", time.into())]);
    queue_view::band_ui(ui, |ui| Banner::new(Tone::Warning, &title).body(&body).show(ui));
}
