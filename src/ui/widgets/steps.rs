//! Dots that say how far along one is.

use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{self, space};

/// One dot a step; the one that shows is longer, so that it is not told by colour alone.
#[must_use = "call show"]
pub struct Steps<'a> {
    at: usize,
    count: usize,
    name: &'a str,
}

const DOT: f32 = 10.0;
const HERE: f32 = 28.0;

impl<'a> Steps<'a> {
    /// Step `at`, from 0, of `count`; `name` is what assistive technology says.
    pub fn new(at: usize, count: usize, name: &'a str) -> Self {
        Self { at, count, name }
    }

    /// How wide they are.
    pub fn width(count: usize) -> f32 {
        let each = (0..count).fold(0.0, |width, _| width + DOT + space::S);
        each - space::S + HERE - DOT
    }

    /// Draws them in a row.
    pub fn show(self, ui: &mut Ui) -> Response {
        let colors = theme::of(ui.ctx()).colors;
        let (rect, response) = ui.allocate_exact_size(vec2(Self::width(self.count), DOT), Sense::hover());
        let mut x = rect.left();
        for step in 0..self.count {
            let width = if step == self.at { HERE } else { DOT };
            let dot = Rect::from_min_size(pos2(x, rect.top()), vec2(width, DOT));
            let fill = if step <= self.at { colors.accent.base } else { colors.line.strong };
            if step <= self.at {
                ui.painter().rect_filled(dot, DOT / 2.0, fill);
            } else {
                ui.painter().circle_stroke(dot.center(), DOT / 2.0 - 1.0, egui::Stroke::new(1.5, fill));
            }
            x += width + space::S;
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.name));
        response
    }
}
