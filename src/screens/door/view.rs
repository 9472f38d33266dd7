//! Draws the manager's door: dots, what there is to say, and a pad that never moves under the finger.

use std::borrow::Cow;
use std::time::Duration;

use egui::{Key, Ui, vec2};

use super::{Action, Door, PinPurpose, PinStep, Status};
use crate::i18n::{Texts, failure_advice, failure_title, pin_error};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Dots, Icon, PadKey, PinPad, StatusLine, headline, muted};

/// The width of the pad, and of the words above it or beside it.
const WIDTH: f32 = 400.0;
/// What words and pad need from top to bottom, at normal text size: above each other, beside each other.
const HEIGHTS: [f32; 2] = [620.0, 400.0];
/// Beneath the dots: two lines, kept free while there is nothing to say.
const MESSAGE_HEIGHT: f32 = 48.0;

/// Words beneath the dots, or beside them.
struct Message<'a> {
    tone: Tone,
    text: Cow<'a, str>,
    /// Counts down beside the words, and is not read out at every second.
    left: Option<Duration>,
}

/// Draws the screen.
pub fn ui(ui: &mut Ui, door: &mut Door, cx: &ViewContext<'_>) -> Option<Action> {
    let mut action = None;
    let scale = theme::of(ui.ctx()).look.text_scale;
    let screen = ui.ctx().content_rect();
    // A pad beneath all the words would leave a wide screen.
    let is_wide = screen.width() > screen.height() && door.status != Status::Lost;
    let [stacked, beside] = HEIGHTS;
    let (columns, height) = if is_wide { (2.0, beside) } else { (1.0, stacked) };
    let width = columns * WIDTH * scale.min(1.5) + (columns - 1.0) * space::XXL;
    let spare = ui.available_height() - height * scale - 2.0 * space::L;
    layout::column(ui, width, |ui| {
        // By what is always there: the pad stands still whatever there is to say.
        ui.add_space((spare * 0.5).clamp(0.0, 400.0));
        if is_wide {
            layout::side_by_side(ui, (0.5, space::XXL), |ui, half| match half {
                Half::First => {
                    let message = message(door, cx);
                    // The pad stands beside all this, and does not move when one gives way to the other.
                    words_ui(ui, door, (cx, message.is_none()));
                    message_ui(ui, message.as_ref(), cx.texts);
                    ui.add_space(space::M);
                    action = back_ui(ui, door, cx).or(action);
                }
                Half::Second => action = pad_ui(ui, door, (cx, is_wide)).or(action),
            });
        } else {
            words_ui(ui, door, (cx, true));
            if door.status != Status::Lost {
                action = pad_ui(ui, door, (cx, is_wide));
                ui.add_space(space::M);
            }
            action = back_ui(ui, door, cx).or(action);
        }
    });
    let is_escape = ui.input(|input| input.key_pressed(Key::Escape));
    if is_escape { Some(Action::Leave) } else { action }
}

/// What the door is for, and how the last stay behind it ended if there is room for that.
fn words_ui(ui: &mut Ui, door: &Door, (cx, has_room): (&ViewContext<'_>, bool)) {
    let texts = cx.texts;
    headline(ui, &texts.get(title(door)));
    muted(ui, &texts.get(lead(door)));
    ui.add_space(space::S);
    if let Some(stay) = door.facts.last_stay.filter(|_| has_room) {
        let body = if stay.has_dropped_changes { texts.get("door-timed-out-changes") } else { Cow::default() };
        Banner::new(Tone::Info, &texts.get("door-timed-out")).body(&body).show(ui);
        ui.add_space(space::S);
    }
}

fn back_ui(ui: &mut Ui, door: &Door, cx: &ViewContext<'_>) -> Option<Action> {
    let back = cx.texts.get("door-cancel");
    let is_clicked = door.facts.can_leave && Button::quiet(&back).icon(Icon::Back).wide().show(ui).clicked();
    is_clicked.then_some(Action::Leave)
}

fn pad_ui(ui: &mut Ui, door: &mut Door, (cx, is_wide): (&ViewContext<'_>, bool)) -> Option<Action> {
    let texts = cx.texts;
    let message = message(door, cx);
    let can_type = door.takes_digits(cx.now.uptime);
    let is_wrong = message.as_ref().is_some_and(|message| message.tone == Tone::Error);
    let dots = Dots::new(&texts.get(label(door.step)), door.typed.len(), &texts.get("door-hint"))
        .wrong(is_wrong)
        .enabled(can_type || door.is_busy())
        .show(ui);
    // The keyboard is there from the start.
    if ui.memory(|memory| memory.focused().is_none()) {
        dots.request_focus();
    }
    if is_wide {
        ui.add_space(space::S);
    } else {
        message_ui(ui, message.as_ref(), texts);
        ui.add_space(space::XS);
    }
    let enter = texts.get(enter(door));
    let mut action = None;
    PinPad::new(&dots, &texts.get("door-backspace"), &enter).enabled(can_type).busy(door.is_busy()).show(ui, |key| {
        // What comes after Enter in the same frame belongs to no field any more.
        if action == Some(Action::Submit) {
            return;
        }
        match key {
            PadKey::Digit(digit) => door.typed.push(digit),
            PadKey::Back => door.typed.pop(),
            PadKey::Enter => {}
        }
        action = Some(if key == PadKey::Enter { Action::Submit } else { Action::Edit });
    });
    action
}

fn message_ui(ui: &mut Ui, message: Option<&Message<'_>>, texts: &Texts) {
    let height = MESSAGE_HEIGHT * theme::of(ui.ctx()).look.text_scale;
    let place = vec2(ui.available_width(), height);
    ui.allocate_ui(place, |ui| {
        ui.set_min_size(place);
        ui.spacing_mut().item_spacing.y = 0.0;
        let Some(Message { tone, text, left }) = message else {
            return;
        };
        StatusLine::new(*tone, text).show(ui);
        if let Some(left) = left {
            // Up to the next whole second that shows.
            let rest = left.subsec_nanos();
            let next = if rest == 0 { Duration::from_secs(1) } else { Duration::from_nanos(u64::from(rest)) };
            ui.ctx().request_repaint_after(next);
            muted(ui, &texts.with("door-try-in", &[("time", minutes_and_seconds(*left).into())]));
        }
    });
}

/// What there is to say about what was typed.
fn message<'a>(door: &Door, cx: &ViewContext<'a>) -> Option<Message<'a>> {
    let texts = cx.texts;
    if let Some(left) = door.locked_for(cx.now.uptime) {
        return Some(Message { tone: Tone::Warning, text: texts.get("door-locked"), left: Some(left) });
    }
    let error = |text| Some(Message { tone: Tone::Error, text, left: None });
    match door.status {
        Status::Wrong => error(texts.get("door-wrong")),
        Status::Refused(refusal) => error(pin_error(texts, refusal)),
        Status::Different => error(texts.get("door-different")),
        Status::Failed(failure) => {
            error(format!("{}. {}", failure_title(texts, failure), failure_advice(texts, failure)).into())
        }
        Status::Typing | Status::Checking(_) | Status::Saving(_) | Status::Lost => None,
    }
}

fn title(door: &Door) -> &'static str {
    match (door.status, door.purpose) {
        (Status::Lost, _) => "door-lost-title",
        (_, PinPurpose::Open) => "door-title",
        (_, PinPurpose::Set) => "door-set-title",
        (_, PinPurpose::Change) => "door-change-title",
    }
}

fn lead(door: &Door) -> &'static str {
    match (door.status, door.step, door.facts.can_leave) {
        (Status::Lost, ..) => "door-lost-advice",
        (_, PinStep::Current, false) => "door-broken-lead",
        (_, PinStep::Current, true) if door.purpose == PinPurpose::Change => "door-current-lead",
        (_, PinStep::Current, true) => "door-lead",
        (_, PinStep::New, _) => "door-new-lead",
        (_, PinStep::Repeat, _) => "door-repeat-lead",
    }
}

fn label(step: PinStep) -> &'static str {
    match step {
        PinStep::Current => "door-pin",
        PinStep::New => "door-new-pin",
        PinStep::Repeat => "door-repeat-pin",
    }
}

fn enter(door: &Door) -> &'static str {
    match (door.purpose, door.step) {
        (PinPurpose::Open, _) => "door-open",
        (_, PinStep::Current | PinStep::New) => "door-next",
        (_, PinStep::Repeat) => "door-save",
    }
}

/// A part of a second counts as a whole one: at 0:00 the pad is free.
fn minutes_and_seconds(left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_minutes_and_seconds() {
        let told = |millis| minutes_and_seconds(Duration::from_millis(millis));
        let texts: Vec<_> = [30_000, 29_999, 29_000, 61_000, 1_800_000, 1, 0].map(told).into();
        assert_eq!(texts, ["0:30", "0:30", "0:29", "1:01", "30:00", "0:01", "0:00"]);
    }
}
