//! What staff must know of the signups that wait, and of the way to SWiP: in the bar, and above the counter when it matters.

use std::borrow::Cow;

use egui::{Frame, Margin, Ui, vec2};

use super::event::QueueStatus;
use super::state::LinkState;
use crate::domain::Failure;
use crate::domain::delivery::{AgeWarning, Flow, Hold};
use crate::domain::failure::{Credentials, Unavailable};
use crate::i18n::{failure_advice, failure_title, unfit_advice};
use crate::screens::ViewContext;
use crate::services::outbox::{Closed, ReturnCause, Status};
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, StatusPill, wrapped_row};

/// A sentence above the counter.
struct QueueNotice<'a> {
    tone: Tone,
    title: Cow<'a, str>,
    body: Cow<'a, str>,
}

/// Draws how the way to SWiP is.
pub(super) fn link_ui(ui: &mut Ui, link: LinkState, queue: QueueStatus, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let flow = open(queue).flow;
    if flow == Flow::Outage {
        StatusPill::new(Tone::Warning, &texts.get("link-outage")).show(ui);
        return;
    }
    match trouble(flow).map_or(link, LinkState::Troubled) {
        LinkState::Untried => StatusPill::new(Tone::Neutral, &texts.get("link-untried")).show(ui),
        LinkState::Online => StatusPill::new(Tone::Success, &texts.get("link-online")).show(ui),
        LinkState::Troubled(failure) => StatusPill::new(Tone::Warning, &failure_title(texts, failure)).show(ui),
    };
}

/// Draws how many signups wait and since when, and how many need a manager; nothing where none does.
pub(super) fn counts_ui(ui: &mut Ui, queue: QueueStatus, cx: &ViewContext<'_>) {
    let Status { counts, oldest, warning, .. } = open(queue);
    if oldest.is_none() && counts.attention == 0 {
        return;
    }
    let texts = cx.texts;
    ui.add_space(space::S);
    wrapped_row(ui, |ui| {
        if let Some(oldest) = oldest {
            let count = counts.waiting + counts.held;
            let variables = [("count", count.into()), ("time", texts.date_and_time(oldest, cx.now.local).into())];
            let tone = if warning.is_some() { Tone::Warning } else { Tone::Info };
            StatusPill::new(tone, &texts.with("queue-waiting", &variables)).show(ui);
        }
        if counts.attention > 0 {
            let variables = [("count", counts.attention.into())];
            StatusPill::new(Tone::Error, &texts.with("queue-attention", &variables)).show(ui);
        }
    });
}

/// Draws the most urgent thing that staff can do something about, if there is one.
pub(super) fn notice_ui(ui: &mut Ui, queue: QueueStatus, cx: &ViewContext<'_>) {
    if let Some(QueueNotice { tone, title, body }) = notice(queue, cx) {
        band_ui(ui, |ui| Banner::new(tone, &title).body(&body).show(ui));
    }
}

/// Says that the queue is not the one that was here last, and how much is in it; true once that was read.
pub(super) fn returned_ui(ui: &mut Ui, queue: QueueStatus, cx: &ViewContext<'_>) -> bool {
    let Some(returned) = open(queue).returned else {
        return false;
    };
    let texts = cx.texts;
    let count = ("count", returned.count.into());
    let (title, body) = match (returned.cause, returned.copied()) {
        (ReturnCause::Damage, Some(copied)) => {
            let time = texts.date_and_time(copied, cx.now.local).into();
            ("damage-title", texts.with("damage-body-copy", &[count, ("time", time)]))
        }
        (ReturnCause::Damage, None) => ("damage-title", texts.with("damage-body", &[count])),
        (ReturnCause::Backup, _) => ("backup-title", texts.with("backup-body", &[count])),
        (ReturnCause::OtherMachine, _) => ("other-machine-title", texts.with("other-machine-body", &[count])),
    };
    let (title, close) = (texts.get(title), texts.get("notes-close"));
    band_ui(ui, |ui| Banner::new(Tone::Warning, &title).body(&body).closable(&close).show(ui)).closed
}

/// Room for a banner above a screen, whose own margin follows.
pub(super) fn band_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let sides = Margin { bottom: 0, ..Margin::from(vec2(space::L, space::M)) };
    Frame::new().inner_margin(sides).show(ui, content).inner
}

/// The order is that of urgency: who cannot be signed up, whose data is about to be lost, what keeps the queue.
fn notice<'a>(queue: QueueStatus, cx: &ViewContext<'a>) -> Option<QueueNotice<'a>> {
    let texts = cx.texts;
    let error = |title, body| Some(QueueNotice { tone: Tone::Error, title, body });
    let status = open(queue);
    if let QueueStatus::Unfit(unfit) = queue {
        return error(texts.get("queue-failed"), unfit_advice(texts, unfit));
    }
    let closed = if queue == QueueStatus::Failed { Some(Closed::Broken) } else { status.closed() };
    match closed {
        Some(Closed::Full) => return error(texts.get("queue-failed"), texts.get("queue-full-advice")),
        Some(Closed::LowDisk) => return error(texts.get("queue-failed"), texts.get("queue-low-disk-advice")),
        Some(Closed::Broken) => return error(texts.get("queue-failed"), texts.get("queue-failed-advice")),
        None => {}
    }
    if status.warning == Some(AgeWarning::ExpiresSoon) {
        return error(texts.get("queue-expires"), texts.get("queue-expires-advice"));
    }
    if let (Flow::Held(_), Some(failure)) = (status.flow, trouble(status.flow)) {
        let meanwhile = texts.get("queue-held-advice");
        let body = format!("{} {meanwhile}", failure_advice(texts, failure));
        return Some(QueueNotice { tone: Tone::Warning, title: failure_title(texts, failure), body: body.into() });
    }
    let is_old = matches!(status.warning, Some(AgeWarning::Day | AgeWarning::Week));
    is_old.then(|| QueueNotice {
        tone: Tone::Warning,
        title: texts.get("queue-old"),
        body: texts.get("queue-old-advice"),
    })
}

/// What the queue has met on its way, in the words of a request that met the same.
fn trouble(flow: Flow) -> Option<Failure> {
    match flow {
        Flow::Paused => Some(Failure::Unavailable(Unavailable::Busy)),
        Flow::Held(Hold::Credentials) => Some(Failure::Credentials(Credentials::TokenRejected)),
        Flow::Held(Hold::Tls) => Some(Failure::Unavailable(Unavailable::NotSecure)),
        Flow::Held(Hold::Address) => Some(Failure::Unavailable(Unavailable::WrongAddress)),
        // An outage has many reasons; holds of single entries say nothing of the way.
        Flow::Flowing | Flow::Outage | Flow::Held(Hold::OtherStation | Hold::Key | Hold::Exported) => None,
    }
}

/// What is known of the queue; nothing yet is nothing to tell.
fn open(queue: QueueStatus) -> Status {
    match queue {
        QueueStatus::Open(status) => status,
        QueueStatus::Unopened | QueueStatus::Failed | QueueStatus::Unfit(_) => Status::default(),
    }
}
