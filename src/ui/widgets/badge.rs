//! Small marks: a state in a word, the key that does the same.

use egui::{Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::icon::Icon;
use super::paint::{words, words_at};
use crate::ui::theme::{self, TextSize, Tone, Weight, radius, size, space, stroke};

/// A state told by an icon and a word.
#[must_use = "call show"]
pub struct StatusPill<'a> {
    tone: Tone,
    text: &'a str,
}

impl<'a> StatusPill<'a> {
    /// A pill that means `tone` and says `text`.
    pub fn new(tone: Tone, text: &'a str) -> Self {
        Self { tone, text }
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let colors = theme.tone(self.tone);
        let side = theme.icon(size::ICON_SMALL);
        let pad = vec2(10.0, space::XS);
        let font = theme.font(TextSize::Caption, Weight::SemiBold);
        let width = ui.available_width() - side - 6.0 - pad.x * 2.0;
        let galley = words(ui, self.text, (font, colors.ink), width);
        let inner = vec2(side + 6.0 + galley.size().x, side.max(galley.size().y));
        let (rect, response) = ui.allocate_exact_size(inner + pad * 2.0 + vec2(2.0, 0.0), Sense::hover());
        let line = Stroke::new(stroke::HAIRLINE, colors.line);
        ui.painter().rect(rect, CornerRadius::from(rect.height() / 2.0), colors.fill, line, StrokeKind::Inside);
        let icon = Rect::from_center_size(pos2(rect.left() + pad.x + side / 2.0, rect.center().y), Vec2::splat(side));
        Icon::of_tone(self.tone).paint(ui.painter(), icon, colors.ink);
        words_at(ui.painter(), (icon.right() + 6.0, rect.center().y), &galley);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.text));
        response
    }
}

/// A keyboard key, to say which one does the same.
pub fn key_cap(ui: &mut Ui, key: &str) -> Response {
    let theme = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(key_cap_size(ui, key), Sense::hover());
    paint_key_cap(ui, rect, key, (theme.colors.ink.muted, theme.colors.line.strong));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
    response
}

/// The room a key cap takes.
pub(super) fn key_cap_size(ui: &Ui, key: &str) -> Vec2 {
    let font = theme::of(ui.ctx()).font(TextSize::Caption, Weight::SemiBold);
    let galley = words(ui, key, (font, Color32::PLACEHOLDER), f32::INFINITY);
    let height = galley.size().y + 6.0;
    vec2((galley.size().x + 12.0).max(height), height)
}

/// Draws a key cap in the colours of what it sits on.
pub(super) fn paint_key_cap(ui: &Ui, rect: Rect, key: &str, (ink, line): (Color32, Color32)) {
    let font = theme::of(ui.ctx()).font(TextSize::Caption, Weight::SemiBold);
    let galley = words(ui, key, (font, ink), f32::INFINITY);
    let outline = Stroke::new(stroke::HAIRLINE, line);
    ui.painter().rect_stroke(rect, CornerRadius::same(radius::SMALL), outline, StrokeKind::Inside);
    words_at(ui.painter(), (rect.center().x - galley.size().x / 2.0, rect.center().y), &galley);
}
