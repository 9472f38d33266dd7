//! The parts of a screen as a list: beneath each other at its side, or in rows above it.

use std::sync::Arc;

use egui::{
    CornerRadius, CursorIcon, EventFilter, Galley, Id, Key, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::icon::Icon;
use super::paint::{focus_ring, words, words_at};
use super::place::{keep_in_sight, wrapped_row};
use super::press::without_repeats;
use crate::ui::theme::{self, Theme, Tone, Weight, radius, size, space};

/// A list of parts; Tab reaches the one that shows, arrow keys go on to others.
#[must_use = "call show"]
pub struct Tabs<'a> {
    name: &'a str,
    tabs: Vec<Tab<'a>>,
}

struct Tab<'a> {
    text: &'a str,
    mark: Option<(Tone, &'a str)>,
}

impl<'a> Tabs<'a> {
    /// The name tells assistive technology what the parts are of.
    pub fn new(name: &'a str) -> Self {
        Self { name, tabs: Vec::new() }
    }

    /// A part; the mark is an icon beside its name, and words for who does not see it.
    pub fn tab(mut self, text: &'a str, mark: Option<(Tone, &'a str)>) -> Self {
        self.tabs.push(Tab { text, mark });
        self
    }

    /// Beneath each other, as wide as there is room. Answers which was pressed.
    pub fn show_list(self, ui: &mut Ui, chosen: Option<usize>) -> Option<usize> {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let width = ui.available_width();
            self.show(ui, chosen, |_| width)
        })
        .inner
    }

    /// Beside each other, in as many rows as it takes. Answers which was pressed.
    pub fn show_rows(self, ui: &mut Ui, chosen: Option<usize>) -> Option<usize> {
        wrapped_row(ui, |ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
            self.show(ui, chosen, |natural| natural)
        })
        .inner
    }

    fn show(&self, ui: &mut Ui, chosen: Option<usize>, width: impl Fn(f32) -> f32) -> Option<usize> {
        let theme = theme::of(ui.ctx());
        let id = ui.make_persistent_id(("tabs", self.name));
        let stop = chosen.unwrap_or_default();
        let mut pressed = self.arrow(ui, id, stop);
        for (index, tab) in self.tabs.iter().enumerate() {
            let is_chosen = chosen == Some(index);
            let weight = if is_chosen { Weight::SemiBold } else { Weight::Regular };
            let colors = &theme.colors;
            let ink = if is_chosen { colors.accent.base } else { colors.ink.text };
            let icon = theme.icon(size::ICON_SMALL);
            let extras = space::M * 2.0 + tab.mark.map_or(0.0, |_| icon + space::S);
            let galley =
                words(ui, tab.text, (theme.font(theme.control_text(), weight), ink), ui.available_width() - extras);
            let height = theme.control_height().max(galley.size().y + space::M);
            let (_, rect) = ui.allocate_space(vec2(width(galley.size().x + extras), height));
            let sense = if index == stop { Sense::click() } else { Sense::CLICK };
            let response = without_repeats(ui, ui.interact(rect, id.with(index), sense));
            keep_in_sight(ui, &response);
            paint(ui, &theme, (&response, is_chosen), (tab, &galley, icon));
            describe(ui, &response, (tab, is_chosen));
            if response.clicked() {
                pressed = Some(index);
            }
        }
        // The focus goes along only if it was here.
        if let Some(next) = pressed.filter(|_| (0..self.tabs.len()).any(|at| has_focus(ui, id.with(at)))) {
            ui.memory_mut(|memory| memory.request_focus(id.with(next)));
        }
        pressed
    }

    /// Where an arrow key leads to from the one that has the keyboard.
    fn arrow(&self, ui: &Ui, id: Id, stop: usize) -> Option<usize> {
        if !has_focus(ui, id.with(stop)) {
            return None;
        }
        // Otherwise egui would carry the focus out of the list.
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id.with(stop), filter));
        let is_pressed = |key| ui.input(|input| input.key_pressed(key));
        if is_pressed(Key::ArrowDown) || is_pressed(Key::ArrowRight) {
            (stop + 1 < self.tabs.len()).then_some(stop + 1)
        } else if is_pressed(Key::ArrowUp) || is_pressed(Key::ArrowLeft) {
            stop.checked_sub(1)
        } else {
            None
        }
    }
}

fn has_focus(ui: &Ui, id: Id) -> bool {
    ui.memory(|memory| memory.has_focus(id))
}

fn paint(
    ui: &Ui,
    theme: &Theme,
    (response, is_chosen): (&Response, bool),
    (tab, galley, icon): (&Tab<'_>, &Arc<Galley>, f32),
) {
    let (painter, rect, colors) = (ui.painter(), response.rect, &theme.colors);
    let fill = if is_chosen {
        Some(colors.accent.soft)
    } else if response.is_pointer_button_down_on() {
        Some(colors.pressed)
    } else {
        response.hovered().then_some(colors.sunken)
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, CornerRadius::same(radius::CONTROL), fill);
    }
    words_at(painter, (rect.left() + space::M, rect.center().y), galley);
    if let Some((tone, _)) = tab.mark {
        let center = pos2(rect.right() - space::M - icon / 2.0, rect.center().y);
        Icon::of_tone(tone).paint(painter, Rect::from_center_size(center, Vec2::splat(icon)), theme.tone(tone).ink);
    }
    if response.has_focus() {
        focus_ring(painter, rect, radius::CONTROL, theme);
    }
}

fn describe(ui: &Ui, response: &Response, (tab, is_chosen): (&Tab<'_>, bool)) {
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), is_chosen, tab.text));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.clear_toggled();
        node.set_selected(is_chosen);
        if let Some((_, words)) = tab.mark {
            node.set_description(words);
        }
    });
    if response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
}
