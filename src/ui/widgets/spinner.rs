//! A spinner with words, turning slowly enough to cost nothing.

use std::time::Duration;

use egui::{Color32, Painter, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};

use super::icon::{Icon, arc};
use super::paint::{words, words_at};
use crate::ui::theme::{self, TextSize, Weight, duration, size, space};

/// Something is going on; draw it only while that is so.
#[must_use = "call show"]
#[derive(Default)]
pub struct Spinner<'a> {
    label: &'a str,
    is_large: bool,
}

impl<'a> Spinner<'a> {
    /// A spinner without words.
    pub fn new() -> Self {
        Self::default()
    }

    /// The words beside it, which are also its accessible name.
    pub fn label(mut self, label: &'a str) -> Self {
        self.label = label;
        self
    }

    /// The one thing on a screen.
    pub fn large(mut self) -> Self {
        self.is_large = true;
        self
    }

    /// Draws it and asks for the next picture.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let side = if self.is_large { size::SPINNER } else { theme.icon(size::ICON) };
        let font = theme.font(TextSize::Body, Weight::Regular);
        let width = ui.available_width() - side - space::S;
        let galley = words(ui, self.label, (font, theme.colors.ink.muted), width);
        let gap = if self.label.is_empty() { 0.0 } else { space::S + galley.size().x };
        let extent = vec2(side + gap, side.max(galley.size().y));
        let (rect, response) = ui.allocate_exact_size(extent, Sense::hover());
        let square = Rect::from_min_size(rect.left_center() - vec2(0.0, side / 2.0), vec2(side, side));
        turn(ui, square, theme.colors.accent.base);
        words_at(ui.painter(), (square.right() + space::S, rect.center().y), &galley);
        response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, self.label));
        response
    }
}

/// Draws the turning part alone, for a control that is busy.
pub(super) fn turn(ui: &Ui, rect: Rect, color: Color32) {
    if !theme::of(ui.ctx()).look.motion {
        Icon::Clock.paint(ui.painter(), rect, color);
        return;
    }
    if ui.is_rect_visible(rect) {
        ui.ctx().request_repaint_after(Duration::from_secs_f32(duration::SPIN_FRAME_SECS));
    }
    let time = ui.input(|input| input.time);
    #[expect(clippy::cast_possible_truncation, reason = "a share of one turn fits")]
    let share = (time / duration::SPIN_TURN_SECS).fract() as f32;
    draw_arc(ui.painter(), rect, share * 360.0, color);
}

fn draw_arc(painter: &Painter, rect: Rect, from: f32, color: Color32) {
    let width = rect.width() / 9.0;
    let radius = rect.width() / 2.0 - width;
    painter.circle_stroke(rect.center(), radius, Stroke::new(width, color.gamma_multiply(0.18)));
    let points = arc(rect.center(), radius, (from, from + 100.0));
    for end in [points.first(), points.last()].into_iter().flatten() {
        painter.circle_filled(*end, width / 2.0, color);
    }
    painter.add(Shape::line(points, Stroke::new(width, color)));
}
