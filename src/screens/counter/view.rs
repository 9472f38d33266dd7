//! Draws the counter: the work at the left, what was done today at the right.

use egui::Ui;

use super::view_form::FormView;
use super::view_keys;
use super::view_result::result_ui;
use super::view_side::side_ui;
use super::{Action, Counter, EntryError, Status};
use crate::domain::customer::EntryKind;
use crate::domain::phone;
use crate::i18n::{Texts, pass_error, phone_error};
use crate::screens::ViewContext;
use crate::ui::forget::salt_of;
use crate::ui::layout;
use crate::ui::theme::space;
use crate::ui::widgets::{Button, Card, Field, FieldSize, Icon, wrapped_row};

/// More than any phone or pass; a longer paste is cut before it is laid out.
const ENTRY_LIMIT: usize = 128;

/// Draws the screen.
pub fn ui(ui: &mut Ui, counter: &mut Counter, cx: &ViewContext<'_>) -> Option<Action> {
    let mut action = None;
    layout::work_and_context(ui, |ui, side| match side {
        layout::Side::Work => action = work_ui(ui, counter, cx),
        layout::Side::Context => action = side_ui(ui, counter, cx).or(action),
    });
    view_keys::pressed(ui).or(action)
}

fn work_ui(ui: &mut Ui, counter: &mut Counter, cx: &ViewContext<'_>) -> Option<Action> {
    let generation = counter.generation;
    if let Status::Form(form) = &mut counter.status {
        return FormView { generation, cx }.show(ui, form);
    }
    let from_box = entry_ui(ui, counter, cx);
    ui.add_space(space::M);
    from_box.or(result_ui(ui, &counter.status, cx))
}

fn entry_ui(ui: &mut Ui, counter: &mut Counter, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    Card::new().show(ui, |ui| {
        let error = counter.entry_error.map(|error| entry_error(texts, error));
        let kind = counter.kind();
        let badge = match kind {
            EntryKind::Empty => None,
            EntryKind::Phone => Some(texts.get("counter-kind-phone")),
            EntryKind::Pass => Some(texts.get("counter-kind-pass")),
        };
        let hint = texts.get("counter-box-hint");
        let label = texts.get("counter-box");
        let can_switch = counter.can_switch();
        // The box is where work goes on whenever nothing else is.
        let is_idle = ui.memory(|memory| memory.focused().is_none());
        let mut field = Field::new(&label, &mut counter.entry)
            .id_salt(("entry", salt_of(counter.generation)))
            .hint(&hint)
            .error(error.as_deref())
            .size(FieldSize::Large)
            .leading(Icon::Search)
            .limit(ENTRY_LIMIT)
            .digits(true)
            .catch_text()
            .select_all(std::mem::take(&mut counter.is_entry_done))
            .goes_on(counter.is_entry_resumed)
            .request_focus(is_idle);
        // A number that is to be a pass stays as it is; what replaces an answered one is formatted from its first sign on.
        if counter.taken_as != Some(EntryKind::Pass) || counter.status != Status::Ready {
            field = field.format(phone::format_as_typed).remember(&mut counter.typed);
        }
        if let Some(badge) = &badge {
            field = field.badge(badge);
        }
        let response = field.show(ui);
        if response.changed {
            action = Some(Action::EditEntry);
        }
        if response.entered && (cx.was_seen || !matches!(counter.status, Status::LookingUp(_))) {
            action = Some(Action::LookUp);
        }
        ui.add_space(space::S);
        wrapped_row(ui, |ui| {
            let is_busy = matches!(counter.status, Status::LookingUp(_));
            let look_up = texts.get("counter-look-up");
            if Button::primary(&look_up).icon(Icon::Search).key("Enter").busy(is_busy).show(ui).clicked() {
                action = Some(Action::LookUp);
            }
            let switch =
                texts.get(if kind == EntryKind::Phone { "counter-take-as-pass" } else { "counter-take-as-phone" });
            if can_switch && Button::quiet(&switch).key("F6").show(ui).clicked() {
                action = Some(Action::SwitchKind);
            }
            let clear = texts.get("counter-clear");
            if !counter.entry.is_empty() && Button::quiet(&clear).key("Esc").show(ui).clicked() {
                action = Some(Action::Clear);
            }
        });
    });
    action
}

fn entry_error(texts: &Texts, error: EntryError) -> std::borrow::Cow<'_, str> {
    match error {
        EntryError::Phone(error) => phone_error(texts, error),
        EntryError::Pass(error) => pass_error(texts, error),
    }
}
