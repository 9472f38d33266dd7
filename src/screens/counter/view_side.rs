//! Draws what stands beside the work: a form that waits, what was done, and the keys.

use egui::Ui;

use super::view_keys::{CounterKey, KEYS};
use super::{Action, Counter, CounterOutcome, SignupForm};
use crate::domain::delivery::Submission;
use crate::domain::{Phone, PhoneRules};
use crate::i18n::{Texts, failure_title, journal_outcome};
use crate::screens::{ManagerPage, ViewContext};
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, body, caption, muted, title};

/// Draws the column; what a person wants of it.
pub(super) fn side_ui(ui: &mut Ui, counter: &Counter, cx: &ViewContext<'_>) -> Option<Action> {
    let mut action = None;
    if let Some(form) = counter.unfinished()
        && unfinished_ui(ui, form, cx.texts)
    {
        action = Some(Action::Reopen);
    }
    recent_ui(ui, counter, cx.texts);
    ui.add_space(space::M);
    keys_ui(ui, cx).or(action)
}

/// Tells of a form that made room for another customer; whether it is wanted again.
fn unfinished_ui(ui: &mut Ui, form: &SignupForm, texts: &Texts) -> bool {
    let phone = Phone::parse(&form.draft.phone, PhoneRules::ANY).ok();
    let whose = phone.map_or_else(|| texts.get("unfinished-no-phone").into_owned(), |phone| phone.masked());
    let (tone, heading) = match form.failure {
        Some(failure) => (Tone::Error, failure_title(texts, failure)),
        None => (Tone::Warning, texts.get("unfinished-title")),
    };
    // What stands in the other column may have a button of the same kind.
    let banner = ui.push_id("unfinished", |ui| {
        Banner::new(tone, &heading).body(&whose).action(&texts.get("unfinished-open")).show(ui)
    });
    ui.add_space(space::M);
    banner.inner.action_clicked
}

/// Draws the list of what was done, newest first, above it what is being done.
fn recent_ui(ui: &mut Ui, counter: &Counter, texts: &Texts) {
    Card::new().show(ui, |ui| {
        title(ui, &texts.get("recent-title"));
        ui.add_space(space::S);
        if counter.recent.is_empty() && counter.running.is_empty() {
            muted(ui, &texts.get("recent-empty"));
        }
        for sent in counter.running.iter().rev() {
            line_ui(ui, &texts.get("form-sending"), &sent.phone.masked());
        }
        for operation in &counter.recent {
            let pass = || texts.get("counter-kind-pass").into_owned();
            let masked = Some(operation.masked.clone()).filter(|masked| !masked.is_empty());
            let below = format!("{} · {}", texts.time(operation.at), masked.unwrap_or_else(pass));
            line_ui(ui, &outcome_words(texts, operation.outcome), &below);
        }
    });
}

fn line_ui(ui: &mut Ui, words: &str, below: &str) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        body(ui, words);
        caption(ui, below);
    });
    ui.add_space(space::XS);
}

fn outcome_words(texts: &Texts, outcome: CounterOutcome) -> String {
    match outcome {
        CounterOutcome::Member(points) => format!("{} {}", texts.points_number(points), texts.points_word(points)),
        CounterOutcome::Unknown => texts.get("recent-unknown").into_owned(),
        CounterOutcome::SignedUp(Submission::Registered) => texts.get("recent-registered").into_owned(),
        CounterOutcome::SignedUp(Submission::AlreadyMember) => texts.get("recent-already-member").into_owned(),
        CounterOutcome::SignedUp(Submission::Saved) => texts.get("recent-saved").into_owned(),
        CounterOutcome::SignedUp(Submission::SavedForManager) => texts.get("recent-saved-for-manager").into_owned(),
        CounterOutcome::Failed(failure) => failure_title(texts, failure).into_owned(),
        CounterOutcome::Noted(outcome) => journal_outcome(texts, outcome).into_owned(),
    }
}

/// The menu of the keys; each line can be pressed as well.
fn keys_ui(ui: &mut Ui, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    Card::new().show(ui, |ui| {
        title(ui, &texts.get("counter-keys"));
        ui.spacing_mut().item_spacing.y = space::XS;
        // A trial keeps nothing and notes nothing down.
        let is_left_out =
            |entry: &CounterKey| matches!(entry.action, Action::Open(ManagerPage::Queue | ManagerPage::Journal));
        for entry in KEYS.iter().filter(|entry| !cx.is_trial || !is_left_out(entry)) {
            if Button::plain(&texts.get(entry.label)).key(entry.cap()).show(ui).clicked() {
                action = Some(entry.action);
            }
        }
    });
    action
}
