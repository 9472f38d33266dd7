//! A dialog: the rest of the screen waits behind it.

use egui::{Align2, Context, CornerRadius, Frame, Id, Key, Margin, Modifiers, Role, Shadow, Stroke, Vec2, vec2};

use super::modal_focus::enter;
use super::text::{body, headline, lead, title};
use crate::ui::theme::{self, Theme, radius, size, space, stroke};

/// A dialog; drawn as long as the caller calls `show`.
#[must_use = "call show"]
pub struct Modal<'a> {
    id: &'a str,
    title: &'a str,
    body: Option<&'a str>,
    is_low: bool,
}

/// What a dialog answered.
pub struct ModalResponse<R> {
    /// What the contents returned.
    pub inner: R,
    /// Escape was pressed. A tap beside the dialog is no answer: it happens by accident.
    pub dismissed: bool,
}

impl<'a> Modal<'a> {
    /// A dialog named `title`; `id` tells it from other dialogs.
    pub fn new(id: &'a str, title: &'a str) -> Self {
        Self { id, title, body: None, is_low: false }
    }

    /// What it is about, under the title.
    pub fn body(mut self, body: &'a str) -> Self {
        self.body = Some(body);
        self
    }

    /// Near the bottom of the screen rather than in its middle.
    pub fn low(mut self, is_low: bool) -> Self {
        self.is_low = is_low;
        self
    }

    /// Draws the backdrop and the dialog, which holds the keyboard focus until it is drawn no more.
    pub fn show<R>(self, ctx: &Context, add_contents: impl FnOnce(&mut egui::Ui) -> R) -> ModalResponse<R> {
        let theme = theme::of(ctx);
        let id = Id::unique(("modal", self.id));
        enter(ctx, id);
        let room = (ctx.content_rect().width() - space::XL - space::XXL).max(1.0);
        let (align, offset) = if self.is_low {
            (Align2::CENTER_BOTTOM, vec2(0.0, -space::L))
        } else {
            (Align2::CENTER_CENTER, Vec2::ZERO)
        };
        let area = egui::Modal::default_area(id).fade_in(false).accessible_name(self.title).role(Role::Dialog);
        let area = area.anchor(align, offset);
        let shown = egui::Modal::new(id)
            .area(area)
            .backdrop_color(theme.colors.float.backdrop)
            .frame(frame(&theme))
            .show(ctx, |ui| {
                ui.set_width(room.min(size::DIALOG * theme.look.text_scale.min(1.5)));
                ui.spacing_mut().item_spacing.y = space::M;
                // On a kiosk people stand, and a step away.
                let is_far = theme.look.density.is_touched();
                if is_far {
                    headline(ui, self.title)
                } else {
                    title(ui, self.title)
                };
                if let Some(text) = self.body {
                    if is_far {
                        lead(ui, text)
                    } else {
                        body(ui, text)
                    };
                }
                add_contents(ui)
            });
        let is_escape = shown.is_top_modal
            && !shown.any_popup_open
            && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        ModalResponse { inner: shown.inner, dismissed: is_escape }
    }
}

fn frame(theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.colors.surface)
        .stroke(Stroke::new(stroke::HAIRLINE, theme.colors.line.hair))
        .corner_radius(CornerRadius::same(radius::CARD))
        .shadow(Shadow { offset: [0, 12], blur: 40, spread: 0, color: theme.colors.float.shadow })
        .inner_margin(Margin::same(24))
}
