//! One of a few: segments side by side, or beneath each other where the words do not fit.

use egui::{
    CornerRadius, CursorIcon, EventFilter, Id, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2, vec2,
};

use super::paint::{focus_ring, words};
use super::place::{block, keep_in_sight};
use super::press::without_repeats;
use super::text::line;
use crate::ui::theme::{self, TextSize, Theme, Weight, radius, size, space, stroke};

/// A choice among values; Tab reaches the chosen one, arrow keys move the choice.
#[must_use = "call show"]
pub struct Choice<'a, T> {
    label: &'a str,
    options: Vec<Choosable<'a, T>>,
}

struct Choosable<'a, T> {
    value: T,
    text: &'a str,
    reason: Option<&'a str>,
}

/// Room between the track and a segment.
const INSET: f32 = 4.0;
/// Room between the label, the track and the reasons.
const GAP: f32 = 6.0;

impl<'a, T: PartialEq + Copy> Choice<'a, T> {
    /// A choice of what `label` says; an empty label is not drawn.
    pub fn new(label: &'a str) -> Self {
        Self { label, options: Vec::new() }
    }

    /// A value one may choose.
    pub fn option(mut self, value: T, text: &'a str) -> Self {
        self.options.push(Choosable { value, text, reason: None });
        self
    }

    /// A value one may not choose now, and why; the reason is written beneath.
    pub fn disabled_option(mut self, value: T, text: &'a str, reason: &'a str) -> Self {
        self.options.push(Choosable { value, text, reason: Some(reason) });
        self
    }

    /// Draws it; true when another value was chosen.
    pub fn show(self, ui: &mut Ui, value: &mut T) -> bool {
        let theme = theme::of(ui.ctx());
        let id = ui.make_persistent_id(("choice", self.label));
        let places = self.places(ui, &theme);
        let bounds = places.iter().fold(Rect::NOTHING, |all, place| all.union(*place)).expand(INSET);
        let room = ui.available_width().min(size::MEASURE).max(bounds.width());
        let notes: Vec<Vec2> = self.notes().map(|(text, weight)| note_size(ui, &theme, (text, weight), room)).collect();
        let width = notes.iter().map(|note| note.x).fold(bounds.width(), f32::max);
        let height = notes.iter().map(|note| note.y + GAP).fold(bounds.height(), |sum, note| sum + note);
        block(ui, vec2(width, height), |ui| {
            ui.spacing_mut().item_spacing.y = GAP;
            if !self.label.is_empty() {
                line(ui, self.label, (TextSize::Caption, Weight::SemiBold), theme.colors.ink.text);
            }
            let changed = self.segments(ui, &theme, (id, value, places, bounds));
            for reason in self.options.iter().filter_map(|option| option.reason) {
                line(ui, reason, (TextSize::Caption, Weight::Regular), theme.colors.ink.muted);
            }
            changed
        })
    }

    /// The words around the segments.
    fn notes(&self) -> impl Iterator<Item = (&'a str, Weight)> {
        let label = Some((self.label, Weight::SemiBold)).filter(|(label, _)| !label.is_empty());
        let reasons = self.options.iter().filter_map(|option| option.reason);
        label.into_iter().chain(reasons.map(|reason| (reason, Weight::Regular)))
    }

    fn segments(&self, ui: &mut Ui, theme: &Theme, (id, value, places, bounds): (Id, &mut T, Vec<Rect>, Rect)) -> bool {
        let track = ui.allocate_space(bounds.size()).1;
        let shift = track.min - bounds.min;
        let line = Stroke::new(stroke::HAIRLINE, theme.colors.line.hair);
        ui.painter().rect(track, CornerRadius::same(radius::CARD), theme.colors.sunken, line, StrokeKind::Inside);
        let stop = self.tab_stop(*value);
        let mut chosen = self.arrow(ui, id, stop);
        for (index, (option, place)) in self.options.iter().zip(places).enumerate() {
            let is_chosen = option.value == *value;
            // A child of its own takes no room, unlike a scope, whose spacing would add up.
            let mut child = ui.new_child(UiBuilder::new().id_salt(index).max_rect(place.translate(shift)));
            if option.reason.is_some() {
                child.disable();
            }
            let sense = if Some(index) == stop { Sense::click() } else { Sense::CLICK };
            let response = child.interact(place.translate(shift), id.with(index), sense);
            let response = without_repeats(&child, response);
            keep_in_sight(&child, &response);
            paint(&child, theme, (&response, option.text, is_chosen));
            describe(ui, &response, (option, is_chosen));
            if response.clicked() {
                chosen = Some(index);
            }
        }
        match chosen.and_then(|index| self.options.get(index).map(|option| (index, option.value))) {
            Some((index, next)) if next != *value => {
                *value = next;
                // The focus follows the choice only if it was here: a tap must not steal it.
                if ui.memory(egui::Memory::focused).is_some_and(|focused| self.owns(id, focused)) {
                    ui.memory_mut(|memory| memory.request_focus(id.with(index)));
                }
                ui.ctx().request_repaint();
                true
            }
            _ => false,
        }
    }

    fn owns(&self, id: Id, focused: Id) -> bool {
        (0..self.options.len()).any(|index| id.with(index) == focused)
    }

    /// The one segment Tab stops at: the chosen one, or the first that can be chosen.
    fn tab_stop(&self, value: T) -> Option<usize> {
        let usable = |option: &Choosable<'a, T>| option.reason.is_none();
        self.options
            .iter()
            .position(|option| option.value == value && usable(option))
            .or_else(|| self.options.iter().position(usable))
    }

    fn arrow(&self, ui: &Ui, id: Id, stop: Option<usize>) -> Option<usize> {
        let from = stop?;
        if !ui.memory(|memory| memory.has_focus(id.with(from))) {
            return None;
        }
        // Otherwise egui would carry the focus out of the group.
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id.with(from), filter));
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let usable = |index: &usize| self.options.get(*index).is_some_and(|option| option.reason.is_none());
        if pressed(Key::ArrowRight) || pressed(Key::ArrowDown) {
            (from + 1..self.options.len()).find(usable)
        } else if pressed(Key::ArrowLeft) || pressed(Key::ArrowUp) {
            (0..from).rev().find(usable)
        } else {
            None
        }
    }

    fn places(&self, ui: &Ui, theme: &Theme) -> Vec<Rect> {
        let font = theme.font(theme.control_text(), Weight::SemiBold);
        let room = ui.available_width() - INSET * 2.0;
        let pad = theme.control_height() * 0.45;
        let natural: Vec<_> = self
            .options
            .iter()
            .map(|option| words(ui, option.text, (font.clone(), theme.colors.ink.text), room - pad * 2.0).size())
            .collect();
        let height = |text: f32| (theme.control_height() - INSET * 2.0).max(text + space::S);
        let row: f32 = natural.iter().map(|text| text.x + pad * 2.0).sum::<f32>();
        let tallest = natural.iter().map(|text| height(text.y)).fold(0.0, f32::max);
        let (mut x, mut y) = (0.0, 0.0);
        natural
            .iter()
            .map(|text| {
                let min = pos2(x, y);
                if row <= room {
                    x += text.x + pad * 2.0;
                    Rect::from_min_size(min, vec2(text.x + pad * 2.0, tallest))
                } else {
                    y += height(text.y);
                    Rect::from_min_size(min, vec2(room, height(text.y)))
                }
            })
            .collect()
    }
}

fn paint(ui: &Ui, theme: &Theme, (response, text, is_chosen): (&Response, &str, bool)) {
    let (painter, rect, colors) = (ui.painter(), response.rect, &theme.colors);
    let corner = CornerRadius::same(radius::SMALL + 2);
    let is_down = response.is_pointer_button_down_on();
    let (fill, ink) = match (response.enabled(), is_chosen) {
        (false, _) => (None, colors.ink.disabled),
        (true, true) => (Some(colors.accent.base), colors.accent.on),
        (true, false) if is_down => (Some(colors.pressed), colors.ink.text),
        (true, false) if response.hovered() => (Some(colors.surface), colors.ink.text),
        (true, false) => (None, colors.ink.text),
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, corner, fill);
    }
    let weight = if response.enabled() { Weight::SemiBold } else { Weight::Regular };
    let font = theme.font(theme.control_text(), weight);
    let galley = words(ui, text, (font, ink), rect.width() - space::S);
    painter.galley((rect.center() - galley.size() / 2.0).round(), galley, ink);
    if response.has_focus() {
        focus_ring(painter, rect.expand(INSET - 1.0), radius::CONTROL, theme);
    }
}

fn describe<T>(ui: &Ui, response: &Response, (option, is_chosen): (&Choosable<'_, T>, bool)) {
    let is_enabled = option.reason.is_none() && ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, is_enabled, is_chosen, option.text));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        if let Some(reason) = option.reason {
            node.set_description(reason);
        }
    });
    if response.hovered() && is_enabled {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
}

fn note_size(ui: &Ui, theme: &Theme, (text, weight): (&str, Weight), room: f32) -> Vec2 {
    let galley = words(ui, text, (theme.font(TextSize::Caption, weight), theme.colors.ink.text), room);
    #[expect(clippy::cast_precision_loss, reason = "a note has few lines")]
    let height = galley.rows.len() as f32 * theme.line_height(TextSize::Caption);
    vec2(galley.size().x.ceil() + 1.0, height)
}
