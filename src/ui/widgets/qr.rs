//! A QR code, drawn as squares: sharp at every size.

use egui::epaint::Mesh;
use egui::{Rect, Response, Role, Sense, Shape, Ui, Vec2, WidgetInfo, pos2};

use crate::ui::theme;

/// A QR code; `show` draws it dark on light in every theme, for cameras.
#[must_use = "call show"]
pub struct Qr<'a> {
    rows: Vec<&'a [bool]>,
    name: &'a str,
    side: f32,
}

/// The light margin that cameras look for, in modules.
const QUIET: usize = 4;

impl<'a> Qr<'a> {
    /// A code from its rows of modules, true is dark; `name` tells assistive technology what it leads to.
    pub fn new(rows: impl IntoIterator<Item = &'a [bool]>, name: &'a str) -> Self {
        Self { rows: rows.into_iter().collect(), name, side: 240.0 }
    }

    /// The longest side it may have with its margin, in logical pixels.
    pub fn side(mut self, side: f32) -> Self {
        self.side = side;
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let module = self.module(ui.ctx().pixels_per_point());
        let side = count(self.rows.len() + 2 * QUIET) * module;
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
        let scale = ui.ctx().pixels_per_point();
        let origin = pos2((rect.left() * scale).round() / scale, (rect.top() * scale).round() / scale);
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_size(origin, Vec2::splat(side)), theme.colors.surface);
        for (y, row) in self.rows.iter().enumerate() {
            for (from, to) in runs(row) {
                let min = origin + Vec2::new(count(from + QUIET), count(y + QUIET)) * module;
                let max = origin + Vec2::new(count(to + QUIET), count(y + 1 + QUIET)) * module;
                mesh.add_colored_rect(Rect::from_min_max(min, max), theme.colors.ink.text);
            }
        }
        ui.painter().add(Shape::mesh(mesh));
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        response
    }

    /// The side of a module: whole pixels, so that no line between two of them shows.
    fn module(&self, pixels_per_point: f32) -> f32 {
        let pixels = self.side * pixels_per_point / count(self.rows.len() + 2 * QUIET);
        pixels.floor().max(1.0) / pixels_per_point
    }
}

/// The dark runs of a row, from and to.
fn runs(row: &[bool]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, is_dark) in row.iter().chain([&false]).enumerate() {
        match (start, is_dark) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                runs.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules a side")]
fn count(modules: usize) -> f32 {
    modules as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_side_by_side_are_one_run() {
        assert_eq!(runs(&[true, true, false, true]), [(0, 2), (3, 4)]);
        assert_eq!(runs(&[false, false]), []);
    }

    #[test]
    fn a_module_is_a_whole_number_of_pixels() {
        let row = [true; 25];
        let code = Qr::new(vec![&row[..]; 25], "").side(240.0);
        for scale in [1.0, 1.5, 2.0] {
            let pixels = code.module(scale) * scale;
            assert!((pixels - pixels.round()).abs() < 0.001 && pixels >= 1.0, "{pixels}");
        }
    }
}
