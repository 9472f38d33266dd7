//! How a field looks: its sizes, its surface, what stands in and beneath it.

use egui::accesskit::Live;
use egui::{Color32, FontId, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::{Field, FieldSize};
use crate::ui::theme::{self, TextSize, Theme, Tone, Weight, radius, size, space, stroke};
use crate::ui::widgets::icon::Icon;
use crate::ui::widgets::paint::{surface, words, words_at};
use crate::ui::widgets::text::line;

impl Field<'_> {
    pub(super) fn text_size(&self, theme: &Theme) -> TextSize {
        match self.height_class {
            FieldSize::Normal => theme.control_text(),
            FieldSize::Large if theme.look.density.is_touched() => TextSize::Display,
            FieldSize::Large => TextSize::Headline,
        }
    }

    /// The one large field of a screen shrinks its words rather than hide some.
    pub(super) fn fitting(&self, ui: &Ui, font: FontId, room: f32) -> FontId {
        if self.height_class == FieldSize::Normal {
            return font;
        }
        let width = |text: &str| words(ui, text, (font.clone(), Color32::PLACEHOLDER), f32::INFINITY).size().x;
        let natural = width(self.text).max(width(self.words.placeholder));
        if natural <= room {
            return font;
        }
        let least = theme::of(ui.ctx()).font(TextSize::Body, Weight::Regular).size;
        FontId::new((font.size * room / natural).floor().max(least), font.family)
    }

    pub(super) fn height(&self, ui: &Ui, theme: &Theme, text_size: TextSize) -> f32 {
        let row = ui.fonts_mut(|fonts| fonts.row_height(&theme.font(text_size, Weight::Regular)));
        let least = match self.height_class {
            FieldSize::Normal => theme.control_height(),
            FieldSize::Large => (theme.control_height() * size::FIELD_LARGE_FACTOR).round(),
        };
        least.max(row + space::M)
    }

    pub(super) fn padding(&self) -> f32 {
        match self.height_class {
            FieldSize::Normal => 12.0,
            FieldSize::Large => space::M,
        }
    }

    pub(super) fn icon_side(&self, theme: &Theme) -> f32 {
        theme.icon(match self.height_class {
            FieldSize::Normal => size::ICON,
            FieldSize::Large => size::ICON_LARGE,
        })
    }

    /// Where the words may stand, between icon and badge.
    pub(super) fn room(&self, ui: &Ui, theme: &Theme, rect: Rect) -> Rect {
        let icon = self.leading.map_or(0.0, |_| self.icon_side(theme) + space::S);
        let badge = self.words.badge.map_or(0.0, |badge| badge_size(ui, theme, badge).x + space::S);
        let left = rect.left() + self.padding() + icon;
        let right = (rect.right() - self.padding() - badge).max(left + 1.0);
        Rect::from_x_y_ranges(left..=right, rect.y_range())
    }

    pub(super) fn ground(&self, theme: &Theme, rect: Rect, (has_focus, is_hovered): (bool, bool)) -> Shape {
        let colors = &theme.colors;
        let line = if self.words.error.is_some() {
            Stroke::new(stroke::STRONG, theme.tone(Tone::Error).ink)
        } else if !self.flags.is_enabled {
            Stroke::new(stroke::HAIRLINE, colors.line.hair)
        } else if has_focus {
            Stroke::new(stroke::HAIRLINE, colors.accent.base)
        } else if is_hovered {
            Stroke::new(stroke::HAIRLINE, colors.ink.text)
        } else {
            Stroke::new(stroke::HAIRLINE, colors.line.strong)
        };
        let fill = if self.flags.is_enabled { colors.surface } else { colors.sunken };
        surface(rect, fill, line)
    }

    pub(super) fn adorn(&self, ui: &Ui, theme: &Theme, rect: Rect) {
        let y = rect.center().y;
        if let Some(icon) = self.leading {
            let side = self.icon_side(theme);
            let center = pos2(rect.left() + self.padding() + side / 2.0, y);
            icon.paint(ui.painter(), Rect::from_center_size(center, Vec2::splat(side)), theme.colors.ink.muted);
        }
        if let Some(badge) = self.words.badge {
            let extent = badge_size(ui, theme, badge);
            let place = Rect::from_min_size(pos2(rect.right() - self.padding() - extent.x, y - extent.y / 2.0), extent);
            ui.painter().rect_filled(place, radius::SMALL, theme.colors.accent.soft);
            let font = theme.font(TextSize::Caption, Weight::SemiBold);
            let galley = words(ui, badge, (font, theme.colors.accent.base), f32::INFINITY);
            words_at(ui.painter(), (place.left() + space::S, y), &galley);
        }
    }

    pub(super) fn note(&self, ui: &mut Ui, theme: &Theme) -> Option<Response> {
        let Some(error) = self.words.error else {
            let hint = self.words.hint?;
            return Some(line(ui, hint, (note_text(theme), Weight::Regular), theme.colors.ink.muted));
        };
        let ink = theme.tone(Tone::Error).ink;
        let row = ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let side = theme.icon(size::ICON_SMALL);
            let height = theme.line_height(note_text(theme));
            let (place, _) = ui.allocate_exact_size(vec2(side, height), Sense::hover());
            Icon::Error.paint(ui.painter(), place, ink);
            line(ui, error, (note_text(theme), Weight::Regular), ink)
        });
        let words = row.inner;
        ui.ctx().accesskit_node_builder(words.id, |node| node.set_live(Live::Polite));
        Some(words)
    }
}

fn badge_size(ui: &Ui, theme: &Theme, badge: &str) -> Vec2 {
    let font = theme.font(TextSize::Caption, Weight::SemiBold);
    words(ui, badge, (font, theme.colors.ink.text), f32::INFINITY).size() + vec2(space::M, space::S)
}

/// Whoever stands before a kiosk is further away.
fn note_text(theme: &Theme) -> TextSize {
    match theme.look.density {
        theme::Density::Counter => TextSize::Caption,
        theme::Density::Touch | theme::Density::Kiosk => TextSize::Body,
    }
}
