//! Draws the kiosk: what shows, the bars around it, and the questions above it.

use std::time::Duration;

use egui::Ui;

use super::view_form::form_ui;
use super::view_layout::{Frame, TopBar};
use super::view_points::{answer_ui, looking_up_ui, points_ui};
use super::view_result::{ask_staff_ui, attract_ui, done_ui, sending_ui};
use super::{Action, IDLE_WARNING, Kiosk, Need, Status};
use crate::screens::ViewContext;
use crate::ui::theme::space;
use crate::ui::widgets::{Button, Check, Countdown, Modal};

/// What every part of the kiosk's picture may need.
pub(super) struct View<'a> {
    pub(super) cx: &'a ViewContext<'a>,
    pub(super) frame: Frame,
    /// Which customer: fields of different ones share nothing.
    pub(super) generation: u64,
    /// Seconds until what shows goes by itself, rounded up.
    pub(super) left: Option<u64>,
    /// How long a result shows.
    pub(super) shown: Duration,
    /// Whether something is asked above the page.
    pub(super) is_covered: bool,
    pub(super) is_open: bool,
}

/// Draws the screen.
pub fn ui(ui: &mut Ui, kiosk: &mut Kiosk, cx: &ViewContext<'_>) -> Option<Action> {
    let left = kiosk.ends_in(cx.now, &cx.preferences.kiosk).map(whole_seconds);
    let view = View {
        cx,
        frame: Frame::new(ui, (kiosk.comfort.is_low, cx.brand.turn), kiosk.status == Status::Attract),
        generation: kiosk.generation,
        left,
        shown: kiosk.result_shown(),
        is_covered: kiosk.asked_since.is_some() || kiosk.is_choosing_comfort,
        is_open: kiosk.is_open(),
    };
    let top = TopBar::of(&kiosk.status, cx);
    let from_top = (!view.frame.is_low).then(|| top.show(ui, &view)).flatten();
    // An Enter that bounces was not meant for the page that the first one brought.
    let is_meant = |action: &Action| cx.was_seen || !matches!(action, Action::Next | Action::Skip);
    let from_page = page_ui(ui, &mut kiosk.status, &view).filter(is_meant);
    let from_top = if view.frame.is_low { top.show(ui, &view) } else { from_top };
    let from_dialog = if kiosk.asked_since.is_some() {
        still_here_ui(ui, left.unwrap_or_default(), &view)
    } else if kiosk.is_choosing_comfort {
        comfort_ui(ui, kiosk, &view)
    } else {
        None
    };
    if view.is_covered { from_dialog } else { from_page.or(from_top) }
}

fn page_ui(ui: &mut Ui, status: &mut Status, view: &View<'_>) -> Option<Action> {
    match status {
        Status::Attract => attract_ui(ui, view),
        Status::Form(form) => form_ui(ui, form, view),
        Status::Sending(sent) => {
            sending_ui(ui, sent.since, view);
            None
        }
        Status::Done(done) => done_ui(ui, done, view),
        Status::AskStaff { .. } => ask_staff_ui(ui, view),
        Status::Points(entry) => points_ui(ui, entry, view),
        Status::LookingUp(asked) => {
            looking_up_ui(ui, asked.since, view);
            None
        }
        Status::Answer(answer) => answer_ui(ui, answer, view),
    }
}

/// Asks whether somebody is there. Only its button is an answer: a touch elsewhere may be the next customer's.
fn still_here_ui(ui: &Ui, left: u64, view: &View<'_>) -> Option<Action> {
    let (texts, is_low) = (view.cx.texts, view.frame.is_low);
    let (title, advice) = (texts.get("kiosk-still-here"), texts.get("kiosk-still-here-advice"));
    let shown = Modal::new("kiosk-still-here", &title).body(&advice).low(is_low).show(ui.ctx(), |ui| {
        let seconds = left.to_string();
        let name = texts.with("kiosk-still-here-left", &[("seconds", seconds.as_str().into())]);
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        let share = left as f32 / IDLE_WARNING.as_secs_f32();
        ui.vertical_centered(|ui| {
            let ring = Countdown::new(&seconds, share, &name).large().show(ui);
            ui.ctx().accesskit_node_builder(ring.id, |node| node.set_live(egui::accesskit::Live::Assertive));
        });
        ui.add_space(space::S);
        Button::primary(&texts.get("kiosk-still-here-yes")).wide().large().show(ui).clicked()
    });
    shown.inner.then_some(Action::StillHere)
}

/// What this customer needs to read and to reach.
fn comfort_ui(ui: &Ui, kiosk: &Kiosk, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let title = texts.get("kiosk-comfort-title");
    let needs = [
        (Need::Large, "kiosk-comfort-large", None, kiosk.comfort.is_large),
        (Need::HighContrast, "kiosk-comfort-contrast", None, kiosk.comfort.is_high_contrast),
        (Need::Low, "kiosk-comfort-low", Some("kiosk-comfort-low-hint"), kiosk.comfort.is_low),
    ];
    // On a high screen everything is low already.
    let can_choose = |need| need != Need::Low || !view.frame.has_picture_above();
    let shown = Modal::new("kiosk-comfort", &title).low(view.frame.is_low).show(ui.ctx(), |ui| {
        let mut action = None;
        for (need, label, hint, mut is_on) in needs.into_iter().filter(|(need, ..)| can_choose(*need)) {
            let label = texts.get(label);
            let hint = hint.map(|hint| texts.get(hint));
            let check = Check::new(&label);
            let check = if let Some(hint) = &hint { check.hint(hint) } else { check };
            if check.show(ui, &mut is_on).changed() {
                action = Some(Action::Switch(need));
            }
        }
        ui.add_space(space::S);
        if Button::primary(&texts.get("kiosk-done")).wide().show(ui).clicked() {
            action = Some(Action::ChooseComfort(false));
        }
        action
    });
    shown.inner.or(shown.dismissed.then_some(Action::ChooseComfort(false)))
}

fn whole_seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_millis() > 0)
}
