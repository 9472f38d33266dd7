//! A thin strip across the window that says that this is a trial, or the like.

use egui::{Align2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::icon::Icon;
use super::paint::{words, words_at};
use crate::ui::theme::{self, TextSize, Tone, Weight, size, space, stroke};

/// The strip; put it first in the window, without margins.
#[must_use = "call show"]
pub struct Ribbon<'a> {
    text: &'a str,
}

impl<'a> Ribbon<'a> {
    /// A strip that says `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// Draws it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let colors = theme.tone(Tone::Warning);
        let side = theme.icon(size::ICON_SMALL);
        let font = theme.font(TextSize::Caption, Weight::SemiBold);
        let room = ui.available_width() - side - space::S - space::M * 2.0;
        let galley = words(ui, self.text, (font, colors.ink), room);
        let extent = vec2(ui.available_width(), galley.size().y + space::S);
        let (rect, response) = ui.allocate_exact_size(extent, Sense::hover());
        let painter = ui.painter();
        painter.rect_filled(rect, 0.0, colors.fill);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(stroke::HAIRLINE, colors.line));
        let group = vec2(side + space::S + galley.size().x, galley.size().y);
        let inner = Align2::CENTER_CENTER.align_size_within_rect(group, rect);
        let icon = Rect::from_center_size(pos2(inner.left() + side / 2.0, rect.center().y), Vec2::splat(side));
        Icon::Info.paint(painter, icon, colors.ink);
        words_at(painter, (icon.right() + space::S, rect.center().y), &galley);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.text));
        response
    }
}
