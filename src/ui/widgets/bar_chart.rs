//! Bars side by side, each with a name beneath: how much of something there was when.

use egui::{Rangef, Response, Role, Ui, WidgetInfo};
use egui_plot::{AxisHints, Bar, GridInput, GridMark, Plot};

use crate::ui::theme::{self, TextSize, Weight};

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartBar {
    /// What stands beneath it.
    pub name: String,
    /// How high it is.
    pub value: u64,
}

/// A chart of bars that nothing moves: it is looked at.
#[must_use = "call show"]
pub struct BarChart<'a> {
    label: &'a str,
    bars: &'a [ChartBar],
    height: f32,
}

/// Names have room for a time of day, so many points apart at least.
const NAME_ROOM: f32 = 56.0;
/// How much of its place a bar fills.
const FILLED: f64 = 0.72;
/// Marks nearer than this would fade.
const PLAIN: Rangef = Rangef { min: 4.0, max: 8.0 };
/// The most lines across.
const LINES: u64 = 4;

impl<'a> BarChart<'a> {
    /// A chart of what `label` says, which is told and not drawn.
    pub fn new(label: &'a str, bars: &'a [ChartBar]) -> Self {
        Self { label, bars, height: 200.0 }
    }

    /// Another height.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Draws it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let most = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        let step = step_of(most);
        let names = every(self.bars.len(), ui.available_width() / (NAME_ROOM * theme.look.text_scale));
        let top = number((most / step + 1) * step);
        let right = number(self.bars.len() as u64);
        let font = theme.font(TextSize::Caption, Weight::Regular);
        let ink = theme.colors.ink.muted;
        // What is to have a name is known here: none is left out, or fainter than another.
        let axis =
            |hints: AxisHints<'a>| hints.tick_label_font(font.clone()).tick_label_color(ink).label_spacing(PLAIN);
        let bars = self.bars;
        let name_at = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| name_of(bars, mark.value);
        // Nothing needs no number, and would stand in the first name.
        let value_at = |mark: GridMark, _: &std::ops::RangeInclusive<f64>| {
            if mark.value > 0.0 { format!("{:.0}", mark.value) } else { String::new() }
        };
        let plot = Plot::new("bars")
            .height(self.height)
            .sense(egui::Sense::hover())
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .show_x(false)
            .show_y(false)
            .show_background(false)
            .show_grid([false, true])
            .grid_color(theme.colors.line.hair)
            .grid_spacing(PLAIN)
            .auto_bounds(false)
            .x_grid_spacer(move |_| marks(bars.len(), names))
            .y_grid_spacer(move |input: GridInput| lines(step, input.bounds.1))
            .custom_x_axes(vec![axis(AxisHints::new_x().formatter(name_at))])
            .custom_y_axes(vec![axis(AxisHints::new_y().formatter(value_at))]);
        let bars = bars.iter().zip(0_u64..).map(|(bar, at)| {
            Bar::new(number(at) + 0.5, number(bar.value)).width(FILLED).name(&bar.name).fill(theme.colors.accent.base)
        });
        let chart = egui_plot::BarChart::new("", bars.collect()).color(theme.colors.accent.base).allow_hover(false);
        let drawn = plot.show(ui, |plot| {
            // Other bars than before are as wide as there is room.
            plot.set_plot_bounds_x(0.0..=right);
            plot.set_plot_bounds_y(0.0..=top);
            plot.bar_chart(chart);
        });
        let response = drawn.response;
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.label));
        response
    }
}

/// A distance between lines that is 1, 2 or 5 with zeros.
fn step_of(most: u64) -> u64 {
    let mut step = 1_u64;
    for factor in [2, 5, 10].into_iter().cycle() {
        if most / step < LINES {
            break;
        }
        // From 1 to 2, to 5, to 10, and so on.
        let power = 10_u64.pow(step.ilog10());
        step = power * factor;
    }
    step
}

/// Every which bar has a name, so that no more than fit stand beside each other.
fn every(bars: usize, fit: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
    let fit = fit.max(1.0) as usize;
    [1, 2, 3, 4, 6, 12].into_iter().find(|every| bars.div_ceil(*every) <= fit).unwrap_or(24)
}

fn marks(bars: usize, every: usize) -> Vec<GridMark> {
    let places = (0..bars as u64).step_by(every);
    places.map(|at| GridMark { value: number(at) + 0.5, step_size: number(every as u64) }).collect()
}

fn lines(step: u64, most: f64) -> Vec<GridMark> {
    let lines = (0..).map(|line| number(line * step)).take_while(|value| *value <= most);
    lines.map(|value| GridMark { value, step_size: number(step) }).collect()
}

fn name_of(bars: &[ChartBar], place: f64) -> String {
    let name = bars.iter().zip(0_u64..).find(|(_, at)| (number(*at) + 0.5 - place).abs() < 0.25);
    name.map(|(bar, _)| bar.name.clone()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts so far")]
fn number(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_few_and_round() {
        let steps = [0, 1, 3, 4, 7, 8, 19, 20, 39, 40, 99, 1_000, 123_456].map(step_of);
        assert_eq!(steps, [1, 1, 1, 2, 2, 5, 5, 10, 10, 20, 50, 500, 50_000]);
    }

    #[test]
    fn no_more_names_stand_beside_each_other_than_fit() {
        for (bars, fit, expected) in [(24, 30.0, 1), (25, 9.0, 3), (31, 8.0, 4), (7, 7.0, 1), (31, 0.1, 24)] {
            assert_eq!(every(bars, fit), expected, "{bars} in {fit}");
        }
    }
}
