//! A box to tick, with words that are part of the target.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{
    CornerRadius, CursorIcon, Galley, IdSalt, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

use super::icon::Icon;
use super::paint::{focus_ring, words};
use super::place::keep_in_sight;
use super::press::without_repeats;
use crate::ui::theme::{self, TextSize, Theme, Weight, radius, space, stroke};

/// A tick box; the whole row answers.
#[must_use = "call show"]
pub struct Check<'a> {
    label: &'a str,
    hint: Option<&'a str>,
    is_card: bool,
}

struct CheckWords {
    label: Arc<Galley>,
    hint: Option<Arc<Galley>>,
}

impl CheckWords {
    fn height(&self) -> f32 {
        self.label.size().y + self.hint.as_ref().map_or(0.0, |hint| hint.size().y + space::XS)
    }

    fn width(&self) -> f32 {
        self.label.size().x.max(self.hint.as_ref().map_or(0.0, |hint| hint.size().x))
    }
}

impl<'a> Check<'a> {
    /// A box that says `label`.
    pub fn new(label: &'a str) -> Self {
        Self { label, hint: None, is_card: false }
    }

    /// Small print beneath the label, if there is any.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint).filter(|hint| !hint.is_empty());
        self
    }

    /// On a card as wide as there is room, all of which answers.
    pub fn card(mut self) -> Self {
        self.is_card = true;
        self
    }

    /// Draws it and turns the value when pressed.
    pub fn show(self, ui: &mut Ui, is_checked: &mut bool) -> Response {
        let theme = theme::of(ui.ctx());
        let side = box_side(&theme);
        let edge = if self.is_card { space::L } else { 0.0 };
        let laid = self.words(ui, &theme, side + 2.0 * edge);
        let height = theme.control_height().max(laid.height() + space::S) + 2.0 * edge;
        let width = if self.is_card { ui.available_width() } else { side + GAP + laid.width() };
        let extent = vec2(width, height);
        let (_, rect) = ui.allocate_space(extent);
        let id = ui.make_persistent_id(IdSalt::new(("check", self.label)));
        let mut response = without_repeats(ui, ui.interact(rect, id, Sense::click()));
        keep_in_sight(ui, &response);
        if response.clicked() {
            *is_checked = !*is_checked;
            response.mark_changed();
        }
        if self.is_card {
            paint_card(ui, &theme, &response, *is_checked);
        }
        paint(ui, &theme, (&response, &laid, *is_checked), edge);
        let (is_enabled, checked) = (response.enabled(), *is_checked);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, is_enabled, checked, self.label));
        if let Some(hint) = self.hint {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(hint));
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }

    fn words(&self, ui: &Ui, theme: &Theme, beside: f32) -> CheckWords {
        let room = ui.available_width() - beside - GAP;
        let ink = if ui.is_enabled() { theme.colors.ink.text } else { theme.colors.ink.disabled };
        let small = if theme.look.density.is_touched() { TextSize::Body } else { TextSize::Caption };
        let (small, line_height) = (theme.font(small, Weight::Regular), theme.line_height(small));
        CheckWords {
            label: words(ui, self.label, (theme.font(theme.control_text(), Weight::Regular), ink), room),
            hint: self.hint.map(|hint| {
                let mut job = LayoutJob::simple(hint.to_owned(), small, theme.colors.ink.muted, room.max(1.0));
                // It may be a page of law: lines that are too close are hard to follow.
                job.sections.iter_mut().for_each(|section| section.format.line_height = Some(line_height));
                ui.painter().layout_job(job)
            }),
        }
    }
}

/// Between the box and its words.
const GAP: f32 = 12.0;

/// A box is as high as the line beside it.
fn box_side(theme: &Theme) -> f32 {
    theme.line_height(theme.control_text())
}

fn paint_card(ui: &Ui, theme: &Theme, response: &Response, is_checked: bool) {
    let colors = &theme.colors;
    let fill = if response.is_pointer_button_down_on() { colors.sunken } else { colors.surface };
    let line = if is_checked {
        Stroke::new(stroke::STRONG, colors.accent.base)
    } else {
        Stroke::new(stroke::HAIRLINE, colors.line.strong)
    };
    ui.painter().rect(response.rect, CornerRadius::same(radius::CARD), fill, line, StrokeKind::Inside);
}

fn paint(ui: &Ui, theme: &Theme, (response, laid, is_checked): (&Response, &CheckWords, bool), edge: f32) {
    let (painter, colors) = (ui.painter(), &theme.colors);
    let rect = response.rect.shrink2(vec2(edge, 0.0));
    let side = box_side(theme);
    let top = rect.center().y - laid.height() / 2.0;
    let first_line = laid.label.rows.first().map_or(0.0, |row| row.height());
    let center = pos2(rect.left() + side / 2.0, top + first_line / 2.0);
    let square = Rect::from_center_size(center, Vec2::splat(side - 2.0));
    let is_down = response.is_pointer_button_down_on();
    let (fill, line) = match (response.enabled(), is_checked) {
        (false, _) => (colors.sunken, colors.line.hair),
        (true, true) if is_down => (colors.accent.pressed, colors.accent.pressed),
        (true, true) if response.hovered() => (colors.accent.hover, colors.accent.hover),
        (true, true) => (colors.accent.base, colors.accent.base),
        (true, false) if is_down => (colors.pressed, colors.ink.text),
        (true, false) if response.hovered() => (colors.sunken, colors.ink.text),
        (true, false) => (colors.surface, colors.line.strong),
    };
    let corner = CornerRadius::same(radius::SMALL);
    painter.rect(square, corner, fill, Stroke::new(stroke::STRONG * 0.75, line), StrokeKind::Inside);
    if is_checked {
        let ink = if response.enabled() { colors.accent.on } else { colors.ink.disabled };
        Icon::Check.paint(painter, square.shrink(2.0), ink);
    }
    let left = rect.left() + side + GAP;
    painter.galley(pos2(left, top).round(), Arc::clone(&laid.label), colors.ink.text);
    if let Some(hint) = &laid.hint {
        let below = top + laid.label.size().y + space::XS;
        painter.galley(pos2(left, below).round(), Arc::clone(hint), colors.ink.muted);
    }
    if response.has_focus() {
        focus_ring(painter, square, radius::SMALL, theme);
    }
}
