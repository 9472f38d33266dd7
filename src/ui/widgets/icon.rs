//! One family of icons, drawn as strokes on a grid of 24 with round ends.

use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};

pub use super::icon_marks::Icon;
use super::icon_marks::{Mark, marks};
use crate::ui::theme::Tone;

/// The side of the square the strokes are drawn in.
const GRID: f32 = 24.0;
/// The stroke's width on that grid.
const STROKE: f32 = 2.0;

impl Icon {
    /// Every icon, for the gallery.
    pub const ALL: [Self; 34] = [
        Self::Check,
        Self::CheckCircle,
        Self::Warning,
        Self::Error,
        Self::Info,
        Self::Gear,
        Self::Back,
        Self::Forward,
        Self::Down,
        Self::Up,
        Self::Close,
        Self::Search,
        Self::User,
        Self::UserPlus,
        Self::Gift,
        Self::Star,
        Self::Phone,
        Self::Card,
        Self::Link,
        Self::Plug,
        Self::Play,
        Self::Clock,
        Self::Wifi,
        Self::WifiOff,
        Self::Globe,
        Self::Eye,
        Self::EyeOff,
        Self::Key,
        Self::Store,
        Self::Lock,
        Self::Refresh,
        Self::Person,
        Self::Help,
        Self::Dot,
    ];

    /// The icon that tells a meaning.
    pub const fn of_tone(tone: Tone) -> Self {
        match tone {
            Tone::Neutral => Self::Dot,
            Tone::Info => Self::Info,
            Tone::Success => Self::CheckCircle,
            Tone::Warning => Self::Warning,
            Tone::Error => Self::Error,
        }
    }

    /// Places the icon in the layout; decoration, so silent to assistive technology.
    pub fn show(self, ui: &mut Ui, size: f32, color: Color32) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
        self.paint(ui.painter(), rect, color);
        response
    }

    /// Draws the icon into the largest square in the middle of `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let pen = Pen::new(painter, rect, color);
        for mark in marks(self) {
            pen.draw(mark);
        }
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    scale: f32,
    color: Color32,
}

impl<'a> Pen<'a> {
    fn new(painter: &'a Painter, rect: Rect, color: Color32) -> Self {
        let side = rect.width().min(rect.height());
        let origin = rect.center() - Vec2::splat(side / 2.0);
        Self { painter, origin, scale: side / GRID, color }
    }

    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        self.origin + vec2(x, y) * self.scale
    }

    fn width(&self) -> f32 {
        (STROKE * self.scale).max(1.25)
    }

    fn draw(&self, mark: &Mark) {
        match *mark {
            Mark::Line(points) => self.polyline(points.iter().map(|&point| self.at(point)).collect(), false),
            Mark::Closed(points) => self.polyline(points.iter().map(|&point| self.at(point)).collect(), true),
            Mark::Circle(center, radius) => {
                let stroke = Stroke::new(self.width(), self.color);
                self.painter.circle_stroke(self.at(center), radius * self.scale, stroke);
            }
            Mark::Dot(center, radius) => {
                self.painter.circle_filled(self.at(center), radius * self.scale, self.color);
            }
            Mark::Arc { center, radius, from, to } => {
                self.polyline(arc(self.at(center), radius * self.scale, (from, to)), false);
            }
        }
    }

    /// epaint has no round caps or joints, so a dot sits on every corner.
    fn polyline(&self, points: Vec<Pos2>, closed: bool) {
        let stroke = Stroke::new(self.width(), self.color);
        for point in &points {
            self.painter.circle_filled(*point, self.width() / 2.0, self.color);
        }
        self.painter.add(if closed { Shape::closed_line(points, stroke) } else { Shape::line(points, stroke) });
    }
}

/// Points along a circle between two angles in degrees, clockwise from three o'clock.
pub(super) fn arc(center: Pos2, radius: f32, (from, to): (f32, f32)) -> Vec<Pos2> {
    const STEPS: u8 = 20;
    (0..=STEPS)
        .map(|step| {
            let angle = (from + (to - from) * f32::from(step) / f32::from(STEPS)).to_radians();
            pos2(center.x + radius * angle.cos(), center.y + radius * angle.sin())
        })
        .collect()
}
