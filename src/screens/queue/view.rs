//! Draws the queue: what keeps all of it, the list, the entry that is looked at, and what can be done.

use egui::Ui;

use super::view_entry;
use super::{Action, Dialog, QueueScreen, Status};
use crate::domain::FieldError;
use crate::domain::delivery::{EntryState, Flow};
use crate::domain::queue::{DeleteReason, EndedEntry, QueueDone, QueueEntry, QueueList, QueuePause};
use crate::i18n::{delete_reason, entry_title, failure_advice, failure_title, field_error};
use crate::screens::ViewContext;
use crate::ui::keyboard::{self, KeyboardKind};
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Choice, Field, Icon, Modal, Spinner, body, headline, muted, wrapped_row};

/// The share of the list beside the entry that is looked at.
const LIST_SHARE: f32 = 0.55;
/// A list of fewer rows than this is no use.
const LEAST_ROWS: f32 = 3.0;

/// Draws the screen.
pub fn ui(ui: &mut Ui, queue: &mut QueueScreen, cx: &ViewContext<'_>) -> Option<Action> {
    // Where nobody plugs a keyboard in, the one on the screen comes with the field.
    if cx.is_touch_only && ui.ctx().text_edit_focused() {
        keyboard::dock(ui, KeyboardKind::Anything, cx.texts.tag().as_str());
    }
    let bar = theme::of(ui.ctx()).control_height() + space::L;
    let (from_page, from_bar) = layout::above_bar(ui, bar, |ui, half| {
        let mut action = None;
        let bottom = ui.max_rect().bottom();
        layout::centred(ui, layout::WORK_WIDTH, |ui| {
            action = match half {
                Half::First => page_ui(ui, (queue, bottom), cx),
                Half::Second => bar_ui(ui, queue, cx),
            };
        });
        action
    });
    let from_dialog = dialog_ui(ui, queue, cx);
    from_dialog.or(from_bar).or(from_page)
}

fn page_ui(ui: &mut Ui, (queue, bottom): (&mut QueueScreen, f32), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    ui.add_space(space::M);
    headline(ui, &texts.get("queue-title"));
    muted(ui, &texts.get("queue-lead"));
    ui.add_space(space::S);
    told_ui(ui, queue, cx);
    let Some(list) = queue.list.as_ref() else {
        if !matches!(queue.status, Status::Failed(_)) {
            Spinner::new().label(&texts.get("queue-reading")).show(ui);
        }
        return None;
    };
    for pause in &list.pauses {
        pause_ui(ui, *pause, cx);
    }
    let mut shows_ended = queue.shows_ended;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).into();
    let waiting = texts.with("queue-tab-waiting", &[("count", number(list.entries.len()))]);
    let ended = texts.with("queue-tab-ended", &[("count", number(list.ended.len()))]);
    let is_chosen = Choice::new("").option(false, &waiting).option(true, &ended).show(ui, &mut shows_ended);
    ui.add_space(space::S);
    if is_chosen {
        return Some(Action::ShowEnded(shows_ended));
    }
    let height = (bottom - ui.cursor().top() - space::S).max(theme::of(ui.ctx()).control_height() * LEAST_ROWS);
    if shows_ended {
        ended_ui(ui, (list, height), cx);
        return None;
    }
    if list.entries.is_empty() {
        body(ui, &texts.get("queue-nothing"));
        return None;
    }
    let mut action = None;
    layout::side_by_side(ui, (LIST_SHARE, space::L), |ui, half| {
        let from_half = match half {
            Half::First => {
                let list = queue.list.as_ref();
                list.and_then(|list| rows_ui(ui, (&list.entries, queue.selected, height), cx))
            }
            Half::Second => layout::scrolled("entry", height).show(ui, |ui| view_entry::ui(ui, queue, cx)).inner,
        };
        action = action.take().or(from_half);
    });
    action
}

/// What went wrong, or was done last.
fn told_ui(ui: &mut Ui, queue: &QueueScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    if let Status::Failed(failure) = queue.status {
        Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui);
        ui.add_space(space::S);
    }
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).into();
    let (tone, words) = match &queue.done {
        None | Some(QueueDone::Revealed(..)) => return,
        Some(QueueDone::Retried(0)) => (Tone::Info, texts.with("queue-done-retried", &[("count", number(0))])),
        Some(QueueDone::Retried(count)) => {
            (Tone::Success, texts.with("queue-done-retried", &[("count", number(*count))]))
        }
        Some(QueueDone::Corrected) => (Tone::Success, texts.get("queue-done-corrected")),
        Some(QueueDone::Deleted) => (Tone::Success, texts.get("queue-done-deleted")),
        Some(QueueDone::Forgotten { signups: 0, consents: 0 }) => (Tone::Info, texts.get("queue-done-nobody")),
        Some(QueueDone::Forgotten { signups, consents }) => {
            let variables = [("signups", number(*signups)), ("consents", number(*consents))];
            (Tone::Success, texts.with("queue-done-forgotten", &variables))
        }
        Some(QueueDone::Gone) => (Tone::Info, texts.get("queue-done-gone")),
        Some(QueueDone::InFlight) => (Tone::Warning, texts.get("queue-done-in-flight")),
        Some(QueueDone::AnotherWaits) => (Tone::Warning, texts.get("queue-done-another")),
    };
    Banner::new(tone, &words).show(ui);
    ui.add_space(space::S);
}

fn pause_ui(ui: &mut Ui, pause: QueuePause, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let (title, text) = match pause.flow {
        Flow::Paused => ("queue-paused", "queue-paused-body"),
        Flow::Flowing | Flow::Outage => ("queue-outage", "queue-outage-body"),
        Flow::Held(_) => ("queue-held", "queue-held-body"),
    };
    let time = texts.date_and_time(pause.until, cx.now.local);
    let title = texts.with(title, &[("time", time.into())]);
    Banner::new(Tone::Warning, &title).body(&texts.get(text)).show(ui);
    ui.add_space(space::S);
}

/// Only the rows that are in sight are drawn: a queue may have thousands.
fn rows_ui(
    ui: &mut Ui,
    (entries, selected, room): (&[QueueEntry], Option<i64>, f32),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let height = theme::of(ui.ctx()).control_height();
    let mut action = None;
    layout::scrolled("queue", room).show_rows(ui, height, entries.len(), |ui, range| {
        for entry in entries.get(range).unwrap_or_default() {
            let words = row_words(entry, cx);
            let button = if selected == Some(entry.id) { Button::quiet(&words) } else { Button::plain(&words) };
            if button.icon(icon_of(entry.state)).id_salt(entry.id).show(ui).clicked() {
                action = Some(Action::Select(entry.id));
            }
        }
    });
    action
}

fn row_words(entry: &QueueEntry, cx: &ViewContext<'_>) -> String {
    let texts = cx.texts;
    let phone = entry.phone_masked.clone().unwrap_or_else(|| texts.get("queue-sealed").into_owned());
    let time = texts.date_and_time(entry.taken, cx.now.local);
    let state = entry_title(texts, entry.state);
    texts.with("queue-row", &[("phone", phone.into()), ("state", state.into()), ("time", time.into())]).into_owned()
}

fn icon_of(state: EntryState) -> Icon {
    match state {
        EntryState::Saved | EntryState::InFlight | EntryState::Pending | EntryState::Unknown => Icon::Info,
        EntryState::Held(_) => Icon::Warning,
        EntryState::Attention(_) => Icon::Error,
    }
}

fn ended_ui(ui: &mut Ui, (list, room): (&QueueList, f32), cx: &ViewContext<'_>) {
    let texts = cx.texts;
    if list.ended.is_empty() {
        body(ui, &texts.get("queue-nothing-ended"));
        return;
    }
    let theme = theme::of(ui.ctx());
    let height = theme.line_height(theme.control_text());
    layout::scrolled("ended", room).show_rows(ui, height, list.ended.len(), |ui, range| {
        for ended in list.ended.get(range).unwrap_or_default() {
            body(ui, &ended_words(ended, cx));
        }
    });
}

fn ended_words(ended: &EndedEntry, cx: &ViewContext<'_>) -> String {
    let texts = cx.texts;
    let time = ("time", texts.date_and_time(ended.ended, cx.now.local).into());
    let state = ("state", entry_title(texts, ended.state).into());
    match ended.deleted {
        None => texts.with("queue-ended-time", &[time, state]),
        Some(reason) => {
            texts.with("queue-ended-deleted", &[time, state, ("reason", delete_reason(texts, reason).into())])
        }
    }
    .into_owned()
}

fn bar_ui(ui: &mut Ui, queue: &QueueScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    ui.horizontal_top(|ui| {
        if Button::quiet(&texts.get("settings-back")).icon(Icon::Back).show(ui).clicked() {
            action = Some(Action::Leave);
        }
        if Button::quiet(&texts.get("queue-retry-all")).busy(queue.is_busy()).show(ui).clicked() {
            action = Some(Action::Retry(None));
        }
        if Button::quiet(&texts.get("queue-forget")).show(ui).clicked() {
            action = Some(Action::AskForget);
        }
    });
    action
}

fn dialog_ui(ui: &Ui, queue: &mut QueueScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let (title, text) = match queue.dialog.as_ref()? {
        Dialog::Delete(..) => (texts.get("queue-delete-title"), texts.get("queue-delete-text")),
        Dialog::Forget(..) => (texts.get("queue-forget-title"), texts.get("queue-forget-text")),
    };
    let response = Modal::new("queue", &title).body(&text).show(ui.ctx(), |ui| {
        let mut action = match queue.dialog.as_mut() {
            Some(Dialog::Delete(_, reason)) => reasons_ui(ui, *reason, cx),
            Some(Dialog::Forget(phone, error)) => {
                let error = error.map(|error| field_error(texts, FieldError::Phone(error)));
                let label = texts.get("queue-forget-phone");
                let field = Field::new(&label, phone).id_salt("forget").error(error.as_deref()).limit(32).digits(true);
                field.show(ui).changed.then_some(Action::EditForget)
            }
            None => None,
        };
        let lacks_reason = matches!(queue.dialog, Some(Dialog::Delete(_, None)));
        let why = lacks_reason.then(|| texts.get("queue-delete-choose"));
        if let Some(why) = &why {
            muted(ui, why);
        }
        wrapped_row(ui, |ui| {
            let delete = texts.get("queue-delete");
            let button = Button::danger(&delete).disabled_because(why.as_deref()).reason_elsewhere();
            if button.show(ui).clicked() {
                action = Some(Action::Confirm);
            }
            if Button::quiet(&texts.get("queue-keep")).show(ui).clicked() {
                action = Some(Action::Cancel);
            }
        });
        action
    });
    response.inner.or(response.dismissed.then_some(Action::Cancel))
}

fn reasons_ui(ui: &mut Ui, reason: Option<DeleteReason>, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let words: Vec<_> = DeleteReason::ALL.into_iter().map(|one| (one, delete_reason(texts, one))).collect();
    let label = texts.get("queue-delete-why");
    let choice = words.iter().fold(Choice::new(&label), |choice, (one, words)| choice.option(Some(*one), words));
    let mut chosen = reason;
    choice.show(ui, &mut chosen).then(|| chosen.map(Action::Choose)).flatten()
}
