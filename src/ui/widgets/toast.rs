//! A short message that floats at the bottom; the caller decides when it goes.

use egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Response, Shadow, Stroke, vec2};

use super::banner::{announce, tone_icon};
use super::text::line;
use crate::ui::theme::{self, TextSize, Tone, Weight, radius, size, space, stroke};

/// A toast; draw it as long as it shall be seen.
#[must_use = "call show"]
pub struct ToastView<'a> {
    tone: Tone,
    text: &'a str,
}

/// Draws a toast; the same as `ToastView::new(tone, text).show(ctx)`.
pub fn show(ctx: &Context, tone: Tone, text: &str) -> Response {
    ToastView::new(tone, text).show(ctx)
}

impl<'a> ToastView<'a> {
    /// A message that means `tone`.
    pub fn new(tone: Tone, text: &'a str) -> Self {
        Self { tone, text }
    }

    /// Draws it above everything, at the bottom, without taking presses from what lies beneath.
    pub fn show(self, ctx: &Context) -> Response {
        let theme = theme::of(ctx);
        let colors = theme.tone(self.tone);
        let room = (ctx.content_rect().width() - space::XL).max(1.0);
        Area::new(Id::unique("toast"))
            .order(Order::Tooltip)
            .interactable(false)
            .fade_in(false)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -space::L))
            .show(ctx, |ui| {
                Frame::new()
                    .fill(theme.colors.surface)
                    .stroke(Stroke::new(stroke::HAIRLINE, colors.line))
                    .corner_radius(CornerRadius::same(radius::CARD))
                    .shadow(Shadow { offset: [0, 6], blur: 20, spread: 0, color: theme.colors.float.shadow })
                    .inner_margin(Margin::symmetric(16, 12))
                    .show(ui, |ui| {
                        ui.set_max_width(room.min(size::TOAST * theme.look.text_scale));
                        ui.horizontal_top(|ui| {
                            ui.spacing_mut().item_spacing.x = 12.0;
                            tone_icon(ui, &theme, self.tone, colors);
                            let words = line(ui, self.text, (TextSize::Body, Weight::Regular), theme.colors.ink.text);
                            announce(ui, &words, self.tone, self.text);
                        });
                    });
            })
            .response
    }
}
