//! One line that says how something stands: icon and words, told at once.

use egui::{Color32, Response, Sense, Ui, vec2};

use super::banner::{announce, tone_icon};
use super::icon::Icon;
use super::text::line;
use crate::ui::theme::{self, TextSize, Tone, Weight, size, space};

/// Words with the icon of their meaning, without a surface.
#[must_use = "call show"]
pub struct StatusLine<'a> {
    tone: Tone,
    text: &'a str,
}

impl<'a> StatusLine<'a> {
    /// Words that mean `tone`.
    pub fn new(tone: Tone, text: &'a str) -> Self {
        Self { tone, text }
    }

    /// Draws it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let colors = theme.tone(self.tone);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            tone_icon(ui, &theme, self.tone, colors);
            let words = line(ui, self.text, (TextSize::Body, Weight::SemiBold), colors.ink);
            announce(ui, &words, self.tone, self.text);
            words
        })
        .inner
    }
}

/// An icon on the first line of some running text, whose other lines begin beside it, too.
pub fn icon_line<R>(ui: &mut Ui, (icon, ink): (Icon, Color32), add_words: impl FnOnce(&mut Ui) -> R) -> R {
    let theme = theme::of(ui.ctx());
    let row = ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let extent = vec2(theme.icon(size::ICON), theme.line_height(TextSize::Body));
        let (place, _) = ui.allocate_exact_size(extent, Sense::hover());
        icon.paint(ui.painter(), place, ink);
        add_words(ui)
    });
    row.inner
}
