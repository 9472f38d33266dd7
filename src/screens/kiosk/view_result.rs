//! Draws where a customer begins and ends: the invitation, the wait, the welcome, and the way to the staff.

use std::borrow::Cow;
use std::time::Duration;

use egui::accesskit::Live;
use egui::{Response, Ui, Vec2};

use super::view::View;
use super::view_layout::BottomBar;
use super::{ANSWER_AT_ONCE, Action, Ending, Finished, TAKES_LONG};
use crate::ui::brand;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Button, Countdown, Emblem, Icon, Qr, Spinner, headline, lead, muted, statement, title};

/// The largest the logo is drawn.
const LOGO: [f32; 2] = [360.0, 144.0];
/// The side of the code: a share of the screen's height within limits that a telephone can read from a step away.
const CODE_SHARE: f32 = 0.24;
/// The same where it stands beside the words.
const CODE_SHARE_BESIDE: f32 = 0.34;
/// The share of the words beside it.
const WORDS_SHARE: f32 = 0.64;
const CODE_LEAST: f32 = 176.0;
const CODE_MOST: f32 = 320.0;

/// Draws the invitation, or that there is none right now.
pub(super) fn attract_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let mut action = None;
    let beside = view.frame.beside_picture(ui);
    if let Some((_, picture)) = &beside {
        brand::attract(ui, *picture);
    }
    let frame = beside.as_ref().map_or(&view.frame, |(frame, _)| frame);
    frame.page(ui, "attract", |ui| {
        ui.vertical_centered(|ui| invitation_ui(ui, view, beside.is_some() || frame.has_picture_above()));
        let join = texts.get("kiosk-join");
        if view.is_open && Button::primary(&join).wide().large().show(ui).clicked() {
            action = Some(Action::Join);
        }
        ui.add_space(space::S);
        if Button::quiet(&texts.get("kiosk-my-points")).icon(Icon::Star).wide().show(ui).clicked() {
            action = Some(Action::AskPoints);
        }
        // What stands in the same place for months burns into a screen.
        ui.add_space(space::M + burn_in_shift(view.cx.brand.turn));
    });
    action
}

/// Says what this is for, in the shop's own looks and words where it has some.
fn invitation_ui(ui: &mut Ui, view: &View<'_>, has_picture: bool) {
    let (texts, brand) = (view.cx.texts, &view.cx.brand.brand);
    let name = brand.name.as_ref().map_or_else(|| texts.get("app-name"), |name| name.as_str().into());
    let (picture, heading, advice) = if view.is_open {
        (Icon::Gift, "kiosk-headline", "kiosk-lead")
    } else {
        (Icon::Store, "kiosk-closed", "kiosk-closed-lead")
    };
    let has_logo = brand::logo(ui, LOGO.into(), &name);
    if !has_logo && !has_picture {
        Emblem::new(picture).show(ui);
    }
    ui.add_space(space::M);
    let own = brand.headline(texts.tag()).filter(|_| view.is_open);
    statement(ui, own.unwrap_or(&texts.get(heading)));
    ui.add_space(space::S);
    lead(ui, &texts.get(advice));
    ui.add_space(space::XL);
}

/// How far up the invitation stands in this turn, in logical pixels.
fn burn_in_shift(turn: usize) -> f32 {
    const SHIFTS: [f32; 4] = [0.0, 8.0, 16.0, 8.0];
    SHIFTS.get(turn % SHIFTS.len()).copied().unwrap_or_default()
}

/// Draws that the signup is on its way.
pub(super) fn sending_ui(ui: &mut Ui, since: Duration, view: &View<'_>) {
    waiting_ui(ui, since, (&view.cx.texts.get("kiosk-sending"), view));
}

/// Says that an answer is being waited for, the longer the plainer; nothing moves before most answers have come.
pub(super) fn waiting_ui(ui: &mut Ui, since: Duration, (words, view): (&str, &View<'_>)) {
    let texts = view.cx.texts;
    let waited = view.cx.now.since(since);
    view.frame.page(ui, "waiting", |ui| {
        if waited < ANSWER_AT_ONCE {
            ui.ctx().request_repaint_after(ANSWER_AT_ONCE.saturating_sub(waited));
            return;
        }
        let slow = texts.get("kiosk-takes-long");
        let words = if waited < TAKES_LONG { words } else { &*slow };
        ui.vertical_centered(|ui| {
            Spinner::new().large().show(ui);
            ui.add_space(space::M);
            let line = headline(ui, words);
            announce(ui, &line);
        });
    });
}

/// Draws the welcome.
pub(super) fn done_ui(ui: &mut Ui, done: &Finished, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let (heading, advice) = match done.ending {
        Ending::Welcome => (texts.get("kiosk-welcome"), texts.get("kiosk-welcome-advice")),
        Ending::Saved => (texts.get("kiosk-saved"), texts.get("kiosk-saved-advice")),
    };
    let phone = done.phone.to_string();
    if view.cx.brand.code.is_some() && view.frame.is_landscape() {
        beside_code_ui(ui, (&heading, &advice, &phone), view);
    } else {
        let is_crowded = view.cx.brand.code.is_some();
        let ending = End { icon: Icon::Check, tone: Tone::Success, heading, advice, is_crowded };
        end_ui(
            ui,
            &ending,
            (view, |ui| {
                title(ui, &phone);
                ui.add_space(space::S);
                link_ui(ui, CODE_SHARE, view);
            }),
        );
    }
    BottomBar::default().first(texts.get("kiosk-done"), Action::StartOver).show(ui, &view.frame)
}

/// The welcome at the left and the code at the right: below each other they would leave a low screen.
fn beside_code_ui(ui: &mut Ui, (heading, advice, phone): (&str, &str, &str), view: &View<'_>) {
    let share = if view.frame.is_tight(ui) { CODE_SHARE } else { CODE_SHARE_BESIDE };
    view.frame.page(ui, "end", |ui| {
        layout::side_by_side(ui, (WORDS_SHARE, space::XL), |ui, half| match half {
            Half::First => {
                let heading = statement(ui, heading);
                announce(ui, &heading);
                lead(ui, advice);
                title(ui, phone);
            }
            Half::Second => {
                ui.vertical_centered(|ui| link_ui(ui, share, view));
            }
        });
        leaves_in_ui(ui, view);
    });
}

/// The way to the shop's card or app in the customer's telephone.
fn link_ui(ui: &mut Ui, share: f32, view: &View<'_>) {
    let Some(code) = &view.cx.brand.code else { return };
    let words = view.cx.texts.get("kiosk-code");
    // A code that does not grow with the text leaves room for words that do.
    let side = (ui.ctx().content_rect().height() * share).clamp(CODE_LEAST, CODE_MOST);
    Qr::new(code.rows(), &words).side(side.min(ui.available_width())).show(ui);
    muted(ui, &words);
}

/// Sends the customer to the staff.
pub(super) fn ask_staff_ui(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let advice = texts.get("kiosk-staff-closed");
    let ending =
        End { icon: Icon::User, tone: Tone::Info, heading: texts.get("kiosk-staff"), advice, is_crowded: false };
    end_ui(ui, &ending, (view, |_| {}));
    BottomBar::default().first(view.cx.texts.get("kiosk-done"), Action::StartOver).show(ui, &view.frame)
}

/// What a customer is told last.
pub(super) struct End<'a> {
    pub(super) icon: Icon,
    pub(super) tone: Tone,
    pub(super) heading: Cow<'a, str>,
    pub(super) advice: Cow<'a, str>,
    /// So much else stands there that the picture goes.
    pub(super) is_crowded: bool,
}

/// Draws it, what `add_more` adds, and how long it stays.
pub(super) fn end_ui(ui: &mut Ui, end: &End<'_>, (view, add_more): (&View<'_>, impl FnOnce(&mut Ui))) {
    view.frame.page(ui, "end", |ui| {
        ui.vertical_centered(|ui| {
            if !end.is_crowded {
                Emblem::new(end.icon).tone(end.tone).show(ui);
                ui.add_space(space::M);
            }
            let heading = statement(ui, &end.heading);
            announce(ui, &heading);
            ui.add_space(space::XS);
            lead(ui, &end.advice);
            ui.add_space(space::S);
            add_more(ui);
        });
        leaves_in_ui(ui, view);
    });
}

/// Says when the screen clears by itself, and what stops it.
pub(super) fn leaves_in_ui(ui: &mut Ui, view: &View<'_>) {
    let Some(left) = view.left else { return };
    let seconds = left.to_string();
    let words = view.cx.texts.with("kiosk-leaves-in", &[("seconds", seconds.as_str().into())]);
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    let share = left as f32 / view.shown.as_secs_f32();
    ui.add_space(space::M);
    let ring = Countdown::new(&seconds, share, &words);
    if view.frame.is_tight(ui) {
        // Beside each other they take less height.
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            ring.show(ui);
            muted(ui, &words);
        });
        return;
    }
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::S);
        ring.show(ui);
        muted(ui, &words);
    });
}

/// What appears by itself is told by itself.
pub(super) fn announce(ui: &Ui, words: &Response) {
    ui.ctx().accesskit_node_builder(words.id, |node| node.set_live(Live::Polite));
}
