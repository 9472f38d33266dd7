//! A ring that empties while the seconds in it are counted down.

use egui::{Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2};

use super::icon::arc;
use super::paint::words;
use crate::ui::theme::{self, TextSize, Weight, space};

/// The ring; the caller draws it again when a second has passed.
#[must_use = "call show"]
pub struct Countdown<'a> {
    seconds: &'a str,
    name: &'a str,
    share: f32,
    side: f32,
    text_size: TextSize,
}

impl<'a> Countdown<'a> {
    /// A ring with `seconds` in it, of which `share` (0.0 to 1.0) is left; `name` is what assistive technology says.
    pub fn new(seconds: &'a str, share: f32, name: &'a str) -> Self {
        Self { seconds, name, share: share.clamp(0.0, 1.0), side: 64.0, text_size: TextSize::Body }
    }

    /// The one thing that a dialog is about.
    pub fn large(mut self) -> Self {
        self.side = 160.0;
        self.text_size = TextSize::Hero;
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let side = self.side * theme.look.text_scale.sqrt();
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
        let width = (side / 16.0).max(4.0);
        let radius = (side - width) / 2.0;
        let (painter, colors) = (ui.painter(), &theme.colors);
        painter.circle_stroke(rect.center(), radius, Stroke::new(width, colors.pressed));
        // From noon on, clockwise, in two halves: one line of few points would show its corners.
        let from = -90.0 + 360.0 * (1.0 - self.share);
        let middle = f32::midpoint(from, 270.0);
        for part in [(from, middle), (middle, 270.0)] {
            let points = arc(rect.center(), radius, part);
            painter.add(Shape::line(points, Stroke::new(width, colors.accent.base)));
        }
        let font = theme.font(self.text_size, Weight::SemiBold);
        let ink = colors.ink.text;
        let room = (side - 2.0 * width - space::M).max(1.0);
        let mut galley = words(ui, self.seconds, (font.clone(), ink), f32::INFINITY);
        if galley.size().x > room {
            let fitted = (font.size * room / galley.size().x).floor();
            galley = words(ui, self.seconds, (egui::FontId::new(fitted, font.family), ink), f32::INFINITY);
        }
        let top_left = rect.center() - galley.size() / 2.0;
        ui.painter().galley(pos2(top_left.x, top_left.y), galley, ink);
        response.widget_info(|| WidgetInfo::labeled(Role::Timer, true, self.name));
        response
    }
}
