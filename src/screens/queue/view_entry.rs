//! Draws the entry that is looked at: where it stands, what to do, and, for a while, what is sealed in it.

use egui::Ui;

use super::{Action, QueueScreen, Revealed};
use crate::domain::SignupField;
use crate::domain::delivery::{EntryState, Hold};
use crate::i18n::{entry_advice, entry_title, field_error};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::space;
use crate::ui::widgets::{Button, Card, Field, Icon, body, muted, title, wrapped_row};

/// Draws it; nothing is looked at before a row was chosen.
pub(super) fn ui(ui: &mut Ui, queue: &mut QueueScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let is_busy = queue.is_busy();
    let Some(entry) = queue.entry().cloned() else {
        muted(ui, &texts.get("queue-pick"));
        return None;
    };
    let card = Card::new().show(ui, |ui| {
        title(ui, &entry_title(texts, entry.state));
        if let Some(revealed) = &mut queue.revealed {
            return revealed_ui(ui, (revealed, is_busy), cx);
        }
        body(ui, &entry_advice(texts, entry.state));
        let time = texts.date_and_time(entry.taken, cx.now.local);
        muted(ui, &texts.with("queue-taken", &[("time", time.into()), ("attempts", entry.attempts.into())]));
        let mut action = None;
        let is_stuck = matches!(entry.state, EntryState::Held(_) | EntryState::Attention(_))
            && entry.state != EntryState::Held(Hold::OtherStation);
        wrapped_row(ui, |ui| {
            if is_stuck && Button::primary(&texts.get("queue-retry-one")).busy(is_busy).show(ui).clicked() {
                action = Some(Action::Retry(Some(entry.id)));
            }
            // What cannot be opened cannot be shown.
            if entry.phone_masked.is_some()
                && Button::quiet(&texts.get("queue-reveal")).icon(Icon::Key).busy(is_busy).show(ui).clicked()
            {
                action = Some(Action::Reveal);
            }
            if Button::danger(&texts.get("queue-delete")).busy(is_busy).show(ui).clicked() {
                action = Some(Action::AskDelete);
            }
        });
        action
    });
    card.inner
}

fn revealed_ui(ui: &mut Ui, (revealed, is_busy): (&mut Revealed, bool), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let left = revealed.until.saturating_sub(cx.now.uptime);
    if left.is_zero() {
        return Some(Action::Hide);
    }
    ui.ctx().request_repaint_after(left);
    muted(ui, &texts.get("queue-reveal-hint"));
    let mut action = field_ui(ui, (revealed, SignupField::Phone, is_busy), cx);
    layout::side_by_side(ui, (0.5, space::M), |ui, half| {
        let field = match half {
            Half::First => SignupField::FirstName,
            Half::Second => SignupField::LastName,
        };
        action = field_ui(ui, (revealed, field, is_busy), cx).or(action);
    });
    action = field_ui(ui, (revealed, SignupField::Birthday, is_busy), cx).or(action);
    ui.add_space(space::S);
    wrapped_row(ui, |ui| {
        if Button::primary(&texts.get("queue-correct")).icon(Icon::Check).busy(is_busy).show(ui).clicked() {
            action = Some(Action::Correct);
        }
        if Button::quiet(&texts.get("queue-hide")).show(ui).clicked() {
            action = Some(Action::Hide);
        }
    });
    action
}

fn field_ui(
    ui: &mut Ui,
    (revealed, field, is_busy): (&mut Revealed, SignupField, bool),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let texts = cx.texts;
    let label = texts.get(match field {
        SignupField::Phone => "form-phone",
        SignupField::FirstName => "form-first-name",
        SignupField::LastName => "form-last-name",
        SignupField::Birthday => "form-birthday",
    });
    let error = revealed.errors.get(&field).map(|error| field_error(texts, *error));
    let mut shown = Field::new(&label, revealed.draft.text_mut(field))
        .id_salt(("revealed", revealed.id, field))
        .error(error.as_deref())
        .limit(field.limit())
        .enabled(!is_busy);
    if let Some(format) = field.format(texts.birthday_separator()) {
        shown = shown.format(format);
    }
    let response = shown.show(ui);
    if response.entered { Some(Action::Correct) } else { response.changed.then_some(Action::Edit(field)) }
}
