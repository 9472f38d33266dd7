//! Figures that do not dance: every digit in a cell of the same width.

use std::sync::Arc;

use egui::{Color32, FontId, Galley, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::words;
use crate::ui::theme::{self, TextSize, Weight};

/// A phone number or points, in tabular figures; shrinks rather than clips.
#[must_use = "call show"]
pub struct Digits<'a> {
    text: &'a str,
    text_size: TextSize,
    color: Option<Color32>,
}

struct Cell {
    galley: Arc<Galley>,
    width: f32,
}

impl Cell {
    fn inset(&self) -> f32 {
        (self.width - self.galley.size().x) / 2.0
    }
}

impl<'a> Digits<'a> {
    /// Figures in the largest size.
    pub fn new(text: &'a str) -> Self {
        Self { text, text_size: TextSize::Hero, color: None }
    }

    /// Another size.
    pub fn size(mut self, text_size: TextSize) -> Self {
        self.text_size = text_size;
        self
    }

    /// Another colour than ink.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// Draws them on one line.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let ink = self.color.unwrap_or(theme.colors.ink.text);
        let font = theme.font(self.text_size, Weight::SemiBold);
        let mut cells = cells(ui, self.text, &font, ink);
        let natural: f32 = cells.iter().map(|cell| cell.width).sum();
        let room = ui.available_width();
        if natural > room && room.is_finite() {
            let fitting = (font.size * room / natural).floor().max(theme.points(TextSize::Caption));
            cells = self::cells(ui, self.text, &FontId::new(fitting, font.family), ink);
        }
        let width: f32 = cells.iter().map(|cell| cell.width).sum();
        let height = cells.iter().map(|cell| cell.galley.size().y).fold(0.0, f32::max);
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        // A narrow first digit would seem to stand further right than the words above it.
        let mut x = rect.left() - cells.first().map_or(0.0, Cell::inset);
        for cell in cells {
            let inset = cell.inset();
            ui.painter().galley(pos2(x + inset, rect.top()), cell.galley, ink);
            x += cell.width;
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.text));
        response
    }
}

fn cells(ui: &Ui, text: &str, font: &FontId, ink: Color32) -> Vec<Cell> {
    let widest = ui.fonts_mut(|fonts| ('0'..='9').map(|digit| fonts.glyph_width(font, digit)).fold(0.0, f32::max));
    text.chars()
        .map(|letter| {
            let galley = words(ui, letter.encode_utf8(&mut [0; 4]), (font.clone(), ink), f32::INFINITY);
            // A trailing space has no ink and would be laid out without width.
            let own = ui.fonts_mut(|fonts| fonts.glyph_width(font, letter));
            let width = if letter.is_ascii_digit() { widest } else { own.max(galley.size().x) };
            Cell { galley, width }
        })
        .collect()
}
