//! Draws the balances: where a list comes from, whether it was understood, the list itself, and what can be done with it.

use egui::{Event, Ui};

use super::view_list::{list_bar_ui, list_ui};
use super::view_preview::{preview_bar_ui, preview_ui};
use super::{Action, BalancesScreen, Status};
use crate::domain::balances::ListSource;
use crate::i18n::list_fault;
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{
    Banner, Button, Card, Field, Icon, Modal, Spinner, body, headline, muted, title, wrapped_row,
};

/// The longest path that is typed or pasted.
const LONGEST_PATH: usize = 1024;
/// Narrower than this, the bar has two rows.
const NARROW: f32 = 1000.0;

/// Draws the screen.
pub fn ui(ui: &mut Ui, balances: &mut BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let brought = if balances.takes_lists() { brought(ui) } else { None };
    let (from_page, from_bar) = layout::above_bar(ui, bar_height(ui, balances), |ui, half| {
        let mut action = None;
        let bottom = ui.max_rect().bottom();
        layout::centred(ui, layout::WORK_WIDTH, |ui| {
            action = match half {
                Half::First => page_ui(ui, (balances, bottom), cx),
                Half::Second => bar_ui(ui, balances, cx),
            };
        });
        action
    });
    let from_dialog = dialog_ui(ui, balances, cx);
    from_dialog.or(from_bar).or(from_page).or(brought.map(Action::Bring))
}

/// What can be done with a list takes two rows on a narrow screen.
fn bar_height(ui: &Ui, balances: &BalancesScreen) -> f32 {
    let theme = theme::of(ui.ctx());
    let is_narrow = ui.available_width() < NARROW * theme.look.text_scale;
    let more = if is_narrow && balances.list.is_some() { theme.control_height() + space::S } else { 0.0 };
    theme.control_height() + space::L + more
}

/// A file that was dropped, or a text that was pasted beside the field.
fn brought(ui: &Ui) -> Option<ListSource> {
    let is_in_field = ui.ctx().text_edit_focused();
    ui.input(|input| {
        let dropped = input.raw.dropped_files.first().map(|file| file.path().to_owned());
        let pasted = input.events.iter().find_map(|event| match event {
            // A path has one line, a list may be pasted wherever the keyboard is.
            Event::Paste(text) if !is_in_field || text.trim().contains('\n') => Some(text.as_str()),
            _ => None,
        });
        dropped.map(ListSource::File).or_else(|| pasted.map(|text| ListSource::Pasted(text.into())))
    })
}

fn page_ui(ui: &mut Ui, (balances, bottom): (&mut BalancesScreen, f32), cx: &ViewContext<'_>) -> Option<Action> {
    ui.add_space(space::M);
    headline(ui, &cx.texts.get("balances-title"));
    if balances.list.is_some() {
        return list_ui(ui, (balances, bottom), cx);
    }
    if balances.preview.is_some() {
        return preview_ui(ui, (balances, bottom), cx);
    }
    source_ui(ui, balances, cx)
}

fn source_ui(ui: &mut Ui, balances: &mut BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    muted(ui, &texts.get("balances-lead"));
    ui.add_space(space::M);
    if let Status::Refused(fault) = balances.status {
        Banner::new(Tone::Error, &texts.get("balances-refused")).body(&list_fault(texts, fault)).show(ui);
        ui.add_space(space::M);
    }
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        Banner::new(Tone::Info, &texts.get("balances-drop-here")).show(ui);
        ui.add_space(space::M);
    }
    let is_reading = matches!(balances.status, Status::Finding(_) | Status::Reading(_));
    let card = Card::new().show(ui, |ui| {
        title(ui, &texts.get("balances-source"));
        body(ui, &texts.get("balances-drop"));
        ui.add_space(space::S);
        let (label, hint) = (texts.get("balances-path"), texts.get("balances-path-hint"));
        let field = Field::new(&label, &mut balances.path).id_salt("path").hint(&hint).limit(LONGEST_PATH);
        let is_entered = field.show(ui).entered;
        ui.add_space(space::S);
        let open = texts.get("balances-path-open");
        let is_clicked = Button::primary(&open).busy(is_reading).show(ui).clicked();
        (is_entered || is_clicked) && !is_reading
    });
    if is_reading {
        ui.add_space(space::M);
        Spinner::new().label(&texts.get("balances-reading")).show(ui);
    }
    card.inner.then_some(Action::OpenPath)
}

fn bar_ui(ui: &mut Ui, balances: &BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    wrapped_row(ui, |ui| {
        let is_left = Button::quiet(&cx.texts.get("settings-back")).icon(Icon::Back).show(ui).clicked();
        let action = if balances.list.is_some() {
            list_bar_ui(ui, balances, cx)
        } else if balances.preview.is_some() {
            preview_bar_ui(ui, balances, cx)
        } else {
            None
        };
        action.or(is_left.then_some(Action::Leave))
    })
    .inner
}

fn dialog_ui(ui: &Ui, balances: &BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    if !balances.asks_to_close {
        return None;
    }
    let texts = cx.texts;
    let (title, text) = (texts.get("balances-close-title"), texts.get("balances-close-text"));
    let response = Modal::new("close list", &title).body(&text).show(ui.ctx(), |ui| {
        let mut action = None;
        wrapped_row(ui, |ui| {
            if Button::danger(&texts.get("balances-close")).show(ui).clicked() {
                action = Some(Action::ConfirmClose);
            }
            if Button::quiet(&texts.get("balances-keep")).show(ui).clicked() {
                action = Some(Action::KeepOpen);
            }
        });
        action
    });
    response.inner.or(response.dismissed.then_some(Action::KeepOpen))
}
