//! Drawing shared by the widgets: laid-out words, the focus ring, a control's surface.

use std::sync::Arc;

use egui::epaint::RectShape;
use egui::{Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2};

use crate::ui::theme::{Theme, radius, stroke};

/// Words laid out to at most `width`.
pub(super) fn words(ui: &Ui, text: &str, (font, ink): (FontId, Color32), width: f32) -> Arc<Galley> {
    ui.painter().layout(text.to_owned(), font, ink, width.max(1.0))
}

/// Draws words with their left edge at `x`, centred on `y`.
pub(super) fn words_at(painter: &Painter, (x, y): (f32, f32), galley: &Arc<Galley>) {
    let top = y - galley.size().y / 2.0;
    painter.galley(snap(painter, pos2(x, top)), Arc::clone(galley), Color32::PLACEHOLDER);
}

/// The ring around what has the keyboard, with a gap so that it shows on any fill.
pub(super) fn focus_ring(painter: &Painter, rect: Rect, corner: u8, theme: &Theme) {
    let gap = stroke::RING_GAP;
    painter.rect_stroke(
        rect.expand(gap),
        CornerRadius::same(corner.saturating_add(2)),
        Stroke::new(stroke::STRONG, theme.colors.focus),
        StrokeKind::Outside,
    );
}

/// A control's surface: fill and a line inside its edge.
pub(super) fn surface(rect: Rect, fill: Color32, line: Stroke) -> Shape {
    RectShape::new(rect, CornerRadius::same(radius::CONTROL), fill, line, StrokeKind::Inside).into()
}

/// Whole pixels keep words sharp.
fn snap(painter: &Painter, position: Pos2) -> Pos2 {
    let scale = painter.pixels_per_point();
    pos2((position.x * scale).round() / scale, (position.y * scale).round() / scale)
}
