//! Draws how a customer asks for points, and the answer.

use std::borrow::Cow;
use std::time::Duration;

use egui::Ui;

use super::view::View;
use super::view_layout::BottomBar;
use super::view_result::{End, announce, end_ui, leaves_in_ui, waiting_ui};
use super::{Action, FoundPoints, PointsAnswer, PointsEntry, PointsEntryError};
use crate::domain::{Points, phone};
use crate::i18n::{Texts, pass_error, phone_error};
use crate::ui::forget::salt_of;
use crate::ui::keyboard::KeyboardKind;
use crate::ui::theme::{TextSize, Tone, space};
use crate::ui::widgets::{Digits, Emblem, Field, FieldSize, Icon, headline, muted, title};

/// More than any phone or card; what is longer is cut before it is laid out.
const ENTRY_LIMIT: usize = 128;

/// Draws the field that a scanner types into.
pub(super) fn points_ui(ui: &mut Ui, entry: &mut PointsEntry, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let by_phone = view.cx.preferences.kiosk.points_by_phone;
    let mut from_field = None;
    let is_next = if by_phone {
        let keys = ("phone or card", KeyboardKind::Digits, texts.tag().as_str());
        view.frame.page_with_keys(ui, keys, |ui| {
            headline(ui, &texts.get("kiosk-points-phone-or-scan"));
            ui.add_space(space::S);
            from_field = entry_ui(ui, entry, (view, by_phone));
        })
    } else {
        view.frame.page(ui, "points", |ui| {
            ui.vertical_centered(|ui| {
                Emblem::new(Icon::Card).show(ui);
                ui.add_space(space::M);
                headline(ui, &texts.get("kiosk-points-scan"));
                ui.add_space(space::S);
            });
            from_field = entry_ui(ui, entry, (view, by_phone));
        });
        false
    };
    BottomBar::default()
        .back(texts.get("kiosk-back"))
        .first(texts.get("kiosk-points-show"), Action::LookUp)
        .show(ui, &view.frame)
        .or(from_field)
        .or(is_next.then_some(Action::LookUp))
}

fn entry_ui(ui: &mut Ui, entry: &mut PointsEntry, (view, by_phone): (&View<'_>, bool)) -> Option<Action> {
    let texts = view.cx.texts;
    let label = texts.get(if by_phone { "kiosk-points-field-phone" } else { "kiosk-points-field" });
    let error = entry.error.map(|error| entry_error(texts, error));
    let wants_focus = std::mem::take(&mut entry.wants_focus) || ui.memory(|memory| memory.focused().is_none());
    let mut field = Field::new(&label, &mut entry.entry)
        .id_salt(("kiosk-points", salt_of(view.generation)))
        .size(FieldSize::Large)
        .error(error.as_deref())
        .limit(ENTRY_LIMIT)
        .request_focus(wants_focus && !view.is_covered);
    if by_phone {
        field = field.format(phone::format_as_typed).remember(&mut entry.typed);
    }
    let response = field.show(ui);
    match (response.entered, response.changed) {
        // A scanner ends with Enter, often within the frame of its last digit.
        (true, _) => Some(Action::LookUp),
        (false, true) => Some(Action::Edit),
        (false, false) => None,
    }
}

fn entry_error(texts: &Texts, error: PointsEntryError) -> Cow<'_, str> {
    match error {
        PointsEntryError::Phone(error) => phone_error(texts, error),
        PointsEntryError::Pass(error) => pass_error(texts, error),
    }
}

/// Draws that SWiP is being asked.
pub(super) fn looking_up_ui(ui: &mut Ui, since: Duration, view: &View<'_>) {
    waiting_ui(ui, since, (&view.cx.texts.get("kiosk-points-waiting"), view));
}

/// Draws what SWiP said.
pub(super) fn answer_ui(ui: &mut Ui, answer: &PointsAnswer, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let (icon, heading, advice) = match answer.found {
        FoundPoints::Points(points, at) => {
            balance_ui(ui, (points, &texts.time(at)), view);
            return done_bar(ui, view);
        }
        FoundPoints::Nobody => (Icon::Search, "kiosk-points-nobody", "kiosk-points-nobody-advice"),
        FoundPoints::Nothing => (Icon::WifiOff, "kiosk-points-nothing", "kiosk-points-nothing-advice"),
    };
    let end = End { icon, tone: Tone::Info, heading: texts.get(heading), advice: texts.get(advice), is_crowded: false };
    end_ui(ui, &end, (view, |_| {}));
    done_bar(ui, view)
}

fn done_bar(ui: &mut Ui, view: &View<'_>) -> Option<Action> {
    BottomBar::default().first(view.cx.texts.get("kiosk-done"), Action::StartOver).show(ui, &view.frame)
}

fn balance_ui(ui: &mut Ui, (points, time): (Points, &str), view: &View<'_>) {
    let texts = view.cx.texts;
    view.frame.page(ui, "balance", |ui| {
        ui.vertical_centered(|ui| {
            if !view.frame.is_tight(ui) {
                Emblem::new(Icon::Star).show(ui);
                ui.add_space(space::M);
            }
            title(ui, &texts.get("kiosk-points-yours"));
            let number = Digits::new(&texts.points_number(points)).size(TextSize::Hero).show(ui);
            announce(ui, &number);
            headline(ui, &texts.points_word(points));
            muted(ui, &texts.with("kiosk-points-at", &[("time", time.into())]));
        });
        leaves_in_ui(ui, view);
    });
}
