//! The drawing that fills what a page leaves free: a gift in the middle, and what belongs to it on circles around.

use egui::{Color32, Rect, Stroke, Ui, Vec2, pos2};

use super::icon::Icon;
use crate::ui::theme::{self, stroke};

/// A drawing; decoration, so silent to assistive technology.
#[must_use = "call paint"]
pub struct Scene {
    degrees: f32,
}

/// The circles, as shares of the height.
const CIRCLES: [f32; 4] = [0.34, 0.54, 0.76, 1.0];
/// What stands on them: on which, at how many degrees.
const AROUND: [(Icon, usize, f32); 7] = [
    (Icon::Star, 0, 20.0),
    (Icon::Card, 0, 200.0),
    (Icon::Check, 1, 335.0),
    (Icon::User, 1, 150.0),
    (Icon::Star, 2, 15.0),
    (Icon::Gift, 2, 190.0),
    (Icon::Card, 3, 345.0),
];
/// The disc in the middle, and those around it, as shares of the height.
const MIDDLE: f32 = 0.21;
const SMALL: f32 = 0.072;
/// How much of the accent the circles have.
const FAINT: f32 = 0.22;

impl Scene {
    /// Turned by so many degrees: what stands in the same place for months burns into a screen.
    pub fn turned(degrees: f32) -> Self {
        Self { degrees }
    }

    /// Fills a part of the window with it.
    pub fn paint(self, ui: &Ui, rect: Rect) {
        let colors = theme::of(ui.ctx()).colors;
        let painter = ui.painter().with_clip_rect(rect);
        painter.rect_filled(rect, 0.0, colors.accent.soft);
        let (center, unit) = (rect.center(), rect.height().min(rect.width()));
        let line = Stroke::new(stroke::STRONG, colors.accent.base.gamma_multiply(FAINT));
        for share in CIRCLES {
            painter.circle_stroke(center, unit * share, line);
        }
        let disc = |center, radius: f32, (icon, fill, ink): (Icon, Color32, Color32)| {
            painter.circle_filled(center, radius, fill);
            icon.paint(&painter, Rect::from_center_size(center, Vec2::splat(radius)), ink);
        };
        disc(center, unit * MIDDLE, (Icon::Gift, colors.surface, colors.accent.base));
        for (at, (icon, circle, degrees)) in AROUND.into_iter().enumerate() {
            let angle = (degrees + self.degrees).to_radians();
            let distance = CIRCLES.get(circle).copied().unwrap_or_default() * unit;
            let place = pos2(center.x + distance * angle.cos(), center.y + distance * angle.sin());
            let (fill, ink) =
                if at % 2 == 0 { (colors.accent.base, colors.accent.on) } else { (colors.surface, colors.accent.base) };
            disc(place, unit * SMALL, (icon, fill, ink));
        }
    }
}
