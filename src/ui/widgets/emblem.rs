//! The picture of a screen: one icon, large, on a disc.

use egui::{Rect, Response, Sense, Ui, Vec2};

use super::icon::Icon;
use crate::ui::theme::{self, Tone};

/// A picture; decoration, so silent to assistive technology. It gives way where there is little room.
#[must_use = "call show"]
pub struct Emblem {
    icon: Icon,
    tone: Option<Tone>,
}

const SIDE: f32 = 144.0;

impl Emblem {
    /// An icon in the accent's colours.
    pub fn new(icon: Icon) -> Self {
        Self { icon, tone: None }
    }

    /// In the colours of a meaning.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        // Words that grow need the room.
        let side = (SIDE / theme.look.text_scale).round();
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
        let (fill, ink) = match self.tone {
            Some(tone) => (theme.tone(tone).fill, theme.tone(tone).ink),
            None => (theme.colors.accent.soft, theme.colors.accent.base),
        };
        ui.painter().circle_filled(rect.center(), side / 2.0, fill);
        let inner = Rect::from_center_size(rect.center(), Vec2::splat(side * 0.5));
        self.icon.paint(ui.painter(), inner, ink);
        response
    }
}
