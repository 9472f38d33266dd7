//! A surface that holds what belongs together.

use egui::{CornerRadius, Frame, InnerResponse, Margin, Stroke, Ui};

use super::text::title;
use crate::ui::theme::{self, radius, space, stroke};

/// A card: told apart from the paper by tone and a hairline, never by a shadow.
#[must_use = "call show"]
#[derive(Default)]
pub struct Card<'a> {
    title: Option<&'a str>,
}

impl<'a> Card<'a> {
    /// A card without a title.
    pub fn new() -> Self {
        Self::default()
    }

    /// A heading at its top.
    pub fn title(mut self, title: &'a str) -> Self {
        self.title = Some(title);
        self
    }

    /// Draws the card as wide as there is room, and `add_contents` in it.
    pub fn show<R>(self, ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
        let theme = theme::of(ui.ctx());
        Frame::new()
            .fill(theme.colors.surface)
            .stroke(Stroke::new(stroke::HAIRLINE, theme.colors.line.hair))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin::same(24))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = space::M;
                if let Some(text) = self.title {
                    title(ui, text);
                }
                add_contents(ui)
            })
    }
}
