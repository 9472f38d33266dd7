//! Draws what a lookup or a signup brought, and what was done before.

use std::time::Duration;

use egui::Ui;
use egui::accesskit::Live;

use super::{Action, Done, Member, Sending, Status};
use crate::domain::Phone;
use crate::domain::delivery::Submission;
use crate::i18n::{failure_advice, failure_title};
use crate::screens::ViewContext;
use crate::ui::theme::{self, TextSize, Tone, space};
use crate::ui::widgets::{
    Banner, Button, Card, Digits, Icon, Spinner, body, caption, headline, muted, strong, wrapped_row,
};

/// Nothing moves before this: most answers are faster.
const SHOW_SPINNER: Duration = Duration::from_millis(200);
/// From here on the words admit that it takes long.
const TAKES_LONG: Duration = Duration::from_secs(3);

/// Draws the result under the customer box.
pub(super) fn result_ui(ui: &mut Ui, status: &Status, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    match status {
        Status::Ready => {
            muted(ui, &texts.get("counter-empty"));
            None
        }
        Status::LookingUp(asked) => {
            let words = texts.get(if asked.signs_up_next { "counter-looking-up-then" } else { "counter-looking-up" });
            waiting_ui(ui, asked.since, &words, cx);
            None
        }
        Status::Member(member) => member_ui(ui, member, cx),
        Status::UnknownPass => Banner::new(Tone::Info, &texts.get("counter-unknown-pass"))
            .body(&texts.get("counter-unknown-pass-advice"))
            .action(&texts.get("counter-sign-up-by-phone"))
            .show(ui)
            .action_clicked
            .then_some(Action::OpenForm),
        Status::LookupFailed(failure) => Banner::new(Tone::Error, &failure_title(texts, *failure))
            .body(&failure_advice(texts, *failure))
            .action(&texts.get("counter-try-again"))
            .show(ui)
            .action_clicked
            .then_some(Action::LookUp),
        Status::Done(done) => {
            done_ui(ui, done, cx);
            None
        }
        Status::Sending(sent) => {
            sending_ui(ui, sent, cx);
            None
        }
        // It has the column to itself.
        Status::Form(_) => None,
    }
}

/// Says that an answer is being waited for, the longer the plainer.
fn waiting_ui(ui: &mut Ui, since: Duration, words: &str, cx: &ViewContext<'_>) {
    let waited = cx.now.since(since);
    if waited < SHOW_SPINNER {
        ui.ctx().request_repaint_after(SHOW_SPINNER.saturating_sub(waited));
    } else if waited < TAKES_LONG {
        Spinner::new().label(words).show(ui);
    } else {
        Spinner::new().label(&cx.texts.get("counter-takes-long")).show(ui);
    }
}

fn member_ui(ui: &mut Ui, member: &Member, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    Card::new().show(ui, |ui| {
        wrapped_row(ui, |ui| {
            let colors = theme::of(ui.ctx()).tone(Tone::Success);
            Icon::CheckCircle.show(ui, theme::size::ICON, colors.ink);
            strong(ui, &texts.get("counter-member"));
        });
        ui.add_space(space::S);
        let number = Digits::new(&texts.points_number(member.points)).size(TextSize::Hero).show(ui);
        ui.ctx().accesskit_node_builder(number.id, |node| node.set_live(Live::Polite));
        headline(ui, &texts.points_word(member.points));
        ui.add_space(space::S);
        let time = texts.time(member.answered_at);
        muted(ui, &texts.with("counter-answered-at", &[("time", time.into())]));
        // SWiP does not say whether it tells "no points" from "no such customer".
        if member.points.value() == 0 {
            ui.add_space(space::M);
            body(ui, &texts.get("counter-no-points"));
            if Button::quiet(&texts.get("counter-sign-up-anyway")).icon(Icon::UserPlus).show(ui).clicked() {
                action = Some(Action::OpenForm);
            }
        }
    });
    action
}

fn done_ui(ui: &mut Ui, done: &Done, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let (tone, heading, advice) = match (done.submission, cx.is_trial) {
        (Submission::Registered, true) => (Tone::Success, "done-trial", "done-trial-advice"),
        (Submission::Registered, false) => (Tone::Success, "done-registered", "done-next"),
        (Submission::AlreadyMember, _) => (Tone::Success, "done-already-member", "done-next"),
        (Submission::Saved, _) => (Tone::Success, "done-saved", "done-saved-advice"),
        (Submission::SavedForManager, _) => (Tone::Warning, "done-saved-for-manager", "done-saved-for-manager-advice"),
    };
    Banner::new(tone, &texts.get(heading)).body(&texts.get(advice)).show(ui);
    ui.add_space(space::M);
    phone_ui(ui, &done.phone, cx);
}

/// A signup under way; the box above it takes the next customer.
fn sending_ui(ui: &mut Ui, sent: &Sending, cx: &ViewContext<'_>) {
    phone_ui(ui, &sent.phone, cx);
    ui.add_space(space::S);
    waiting_ui(ui, sent.since, &cx.texts.get("form-sending"), cx);
}

fn phone_ui(ui: &mut Ui, phone: &Phone, cx: &ViewContext<'_>) {
    Card::new().show(ui, |ui| {
        caption(ui, &cx.texts.get("form-phone"));
        Digits::new(&phone.pretty()).size(TextSize::Display).show(ui);
    });
}
