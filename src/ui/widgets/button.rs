//! Buttons: one primary action, quiet ones beside it, and dangerous ones.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, CursorIcon, Galley, IdSalt, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::badge::{key_cap_size, paint_key_cap};
use super::icon::Icon;
use super::paint::{focus_ring, surface, words};
use super::place::{block, keep_in_sight};
use super::press::without_repeats;
use super::spinner::turn;
use super::text::line;
use crate::ui::theme::{self, TextSize, Theme, Weight, radius, size, space, stroke};

#[derive(Clone, Copy, PartialEq)]
enum ButtonKind {
    Primary,
    Quiet,
    Plain,
    Danger,
}

/// A button with words; `show` answers `clicked()` once per press, however long a key is held.
#[must_use = "call show"]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Button<'a> {
    kind: ButtonKind,
    text: &'a str,
    icon: Option<Icon>,
    key: Option<&'a str>,
    reason: Option<&'a str>,
    salt: Option<IdSalt>,
    is_busy: bool,
    is_wide: bool,
    is_large: bool,
    is_reason_elsewhere: bool,
    is_icon_only: bool,
}

struct Face {
    fill: Color32,
    line: Color32,
    ink: Color32,
}

struct Parts {
    galley: Arc<Galley>,
    icon: Option<f32>,
    key: Option<Vec2>,
    size: Vec2,
}

impl<'a> Button<'a> {
    /// The one action the screen is about.
    pub fn primary(text: &'a str) -> Self {
        Self::new(ButtonKind::Primary, text)
    }

    /// Any other action.
    pub fn quiet(text: &'a str) -> Self {
        Self::new(ButtonKind::Quiet, text)
    }

    /// An action at the edge of the screen, without a border.
    pub fn plain(text: &'a str) -> Self {
        Self::new(ButtonKind::Plain, text)
    }

    /// An action that cannot be undone.
    pub fn danger(text: &'a str) -> Self {
        Self::new(ButtonKind::Danger, text)
    }

    fn new(kind: ButtonKind, text: &'a str) -> Self {
        Self {
            kind,
            text,
            icon: None,
            key: None,
            reason: None,
            salt: None,
            is_busy: false,
            is_wide: false,
            is_large: false,
            is_reason_elsewhere: false,
            is_icon_only: false,
        }
    }

    /// An icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The key that does the same, drawn as a cap; the caller listens for it.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// While busy it turns and takes no press.
    pub fn busy(mut self, is_busy: bool) -> Self {
        self.is_busy = is_busy;
        self
    }

    /// A reason disables the button and is written beneath it.
    pub fn disabled_because(mut self, reason: Option<&'a str>) -> Self {
        self.reason = reason;
        self
    }

    /// The caller writes the reason where there is room for it; the button only tells it to assistive technology.
    pub fn reason_elsewhere(mut self) -> Self {
        self.is_reason_elsewhere = true;
        self
    }

    /// As wide as there is room.
    pub fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// Higher and in larger letters: for the one thing a whole screen offers.
    pub fn large(mut self) -> Self {
        self.is_large = true;
        self
    }

    /// Only the icon shows; assistive technology is told the words all the same.
    pub fn icon_only(mut self) -> Self {
        self.is_icon_only = true;
        self
    }

    /// Keeps the button's identity while widgets come and go before it.
    pub fn id_salt(mut self, salt: impl egui::AsIdSalt) -> Self {
        self.salt = Some(IdSalt::new(salt));
        self
    }

    /// Draws it; the reason, if any, stands beneath.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let parts = self.parts(ui, &theme);
        let room = ui.available_width().min(size::MEASURE).max(parts.size.x);
        let written = self.reason.filter(|_| !self.is_reason_elsewhere);
        let note = written.map_or(Vec2::ZERO, |reason| note_size(ui, reason, room));
        let extent = vec2(parts.size.x.max(note.x), parts.size.y + note.y);
        let is_enabled = self.reason.is_none() && !self.is_busy;
        block(ui, extent, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let response = ui.add_enabled_ui(is_enabled, |ui| self.control(ui, &theme, &parts)).inner;
            if let Some(reason) = written {
                line(ui, reason, (TextSize::Caption, Weight::Regular), theme.colors.ink.muted);
            }
            response
        })
    }

    fn control(&self, ui: &mut Ui, theme: &Theme, parts: &Parts) -> Response {
        let id = match self.salt {
            Some(salt) => ui.make_persistent_id(salt),
            None => ui.next_auto_id(),
        };
        let (_, rect) = ui.allocate_space(parts.size);
        let response = without_repeats(ui, ui.interact(rect, id, Sense::click()));
        keep_in_sight(ui, &response);
        if ui.is_rect_visible(rect) {
            self.paint(ui, theme, (&response, parts));
        }
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, self.text));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            if let Some(reason) = self.reason {
                node.set_description(reason);
            }
            if let Some(key) = self.key {
                node.set_keyboard_shortcut(key);
            }
            if self.is_busy {
                node.set_busy();
            }
        });
        response.on_hover_cursor(CursorIcon::PointingHand)
    }

    fn parts(&self, ui: &Ui, theme: &Theme) -> Parts {
        let text_size = if self.is_large { TextSize::Headline } else { theme.control_text() };
        let icon_size = if self.is_large { size::ICON_LARGE } else { size::ICON };
        let icon = (self.icon.is_some() || self.is_busy).then(|| theme.icon(icon_size));
        let key = self.key.map(|key| key_cap_size(ui, key));
        let extras = icon.map_or(0.0, |side| side + self.icon_gap()) + key.map_or(0.0, |cap| cap.x + 12.0);
        let pad = padding(theme);
        let room = ui.available_width() - pad * 2.0 - extras;
        let text = if self.is_icon_only { "" } else { self.text };
        let galley = words(ui, text, (theme.font(text_size, Weight::SemiBold), Color32::PLACEHOLDER), room);
        let natural = galley.size().x + extras + pad * 2.0;
        let least = theme.control_height() * 2.0;
        let width = if self.is_wide { ui.available_width() } else { natural.max(least) };
        let room_above = if self.is_large { space::XXL } else { space::M };
        let height = theme.control_height().max(galley.size().y + room_above);
        Parts { galley, icon, key, size: vec2(width, height) }
    }

    fn icon_gap(&self) -> f32 {
        if self.is_icon_only { 0.0 } else { space::S }
    }

    fn face(&self, theme: &Theme, response: &Response) -> Face {
        let colors = &theme.colors;
        let is_down = response.is_pointer_button_down_on();
        let pick = |rest, hover, down| {
            if is_down {
                down
            } else if response.hovered() {
                hover
            } else {
                rest
            }
        };
        if self.reason.is_some() || !(response.enabled() || self.is_busy) {
            return Face { fill: colors.sunken, line: colors.line.hair, ink: colors.ink.disabled };
        }
        match self.kind {
            ButtonKind::Primary => {
                let fill = pick(colors.accent.base, colors.accent.hover, colors.accent.pressed);
                Face { fill, line: fill, ink: colors.accent.on }
            }
            ButtonKind::Danger => {
                let fill = pick(colors.danger.base, colors.danger.hover, colors.danger.pressed);
                Face { fill, line: fill, ink: colors.danger.on }
            }
            ButtonKind::Plain => {
                let fill = pick(Color32::TRANSPARENT, colors.sunken, colors.pressed);
                Face { fill, line: fill, ink: colors.ink.text }
            }
            ButtonKind::Quiet => {
                let fill = pick(colors.surface, colors.sunken, colors.pressed);
                Face { fill, line: colors.line.strong, ink: colors.ink.text }
            }
        }
    }

    fn paint(&self, ui: &Ui, theme: &Theme, (response, parts): (&Response, &Parts)) {
        let (painter, rect) = (ui.painter(), response.rect);
        let face = self.face(theme, response);
        painter.add(surface(rect, face.fill, Stroke::new(stroke::HAIRLINE, face.line)));
        let icon_room = parts.icon.map_or(0.0, |side| side + self.icon_gap());
        let key_room = parts.key.map_or(0.0, |cap| cap.x + 12.0);
        let group = icon_room + parts.galley.size().x + key_room;
        let (mut x, y) = (rect.center().x - group / 2.0, rect.center().y);
        if let Some(side) = parts.icon {
            let square = Rect::from_center_size(pos2(x + side / 2.0, y), Vec2::splat(side));
            match self.icon {
                _ if self.is_busy => turn(ui, square, face.ink),
                Some(icon) => icon.paint(painter, square, face.ink),
                None => {}
            }
            x += icon_room;
        }
        let top_left = pos2(x, y - parts.galley.size().y / 2.0).round();
        painter.galley(top_left, Arc::clone(&parts.galley), face.ink);
        if let (Some(key), Some(cap)) = (self.key, parts.key) {
            let left = x + parts.galley.size().x + 12.0;
            let cap = Rect::from_min_size(pos2(left, y - cap.y / 2.0), cap);
            paint_key_cap(ui, cap, key, (face.ink, face.ink.gamma_multiply(0.55)));
        }
        if response.has_focus() {
            focus_ring(painter, rect, radius::CONTROL, theme);
        }
    }
}

/// A square button that is only an icon; the name is what assistive technology and a tooltip say.
pub fn icon_button(ui: &mut Ui, icon: Icon, accessible_name: &str) -> Response {
    let theme = theme::of(ui.ctx());
    let glyph = icon_button_glyph(&theme);
    let side = icon_button_side(&theme);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    let response = without_repeats(ui, response);
    keep_in_sight(ui, &response);
    let colors = &theme.colors;
    let fill = if response.is_pointer_button_down_on() {
        colors.pressed
    } else if response.hovered() {
        colors.sunken
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect(rect, CornerRadius::same(radius::CONTROL), fill, Stroke::NONE, StrokeKind::Inside);
    let ink = if response.enabled() { colors.ink.text } else { colors.ink.disabled };
    icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(glyph)), ink);
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CONTROL, &theme);
    }
    let is_enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, accessible_name));
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(accessible_name)
}

/// The side of an icon button.
pub(super) fn icon_button_side(theme: &Theme) -> f32 {
    theme.control_height().max(icon_button_glyph(theme) + space::M)
}

fn icon_button_glyph(theme: &Theme) -> f32 {
    theme.icon(size::ICON.max(theme.control_height() * 0.46))
}

/// The room a reason takes beneath a button, with the gap.
fn note_size(ui: &Ui, reason: &str, room: f32) -> Vec2 {
    let theme = theme::of(ui.ctx());
    let galley = words(ui, reason, (theme.font(TextSize::Caption, Weight::Regular), Color32::PLACEHOLDER), room);
    #[expect(clippy::cast_precision_loss, reason = "a note has few lines")]
    let height = galley.rows.len() as f32 * theme.line_height(TextSize::Caption);
    vec2(galley.size().x.ceil() + 1.0, height + space::XS)
}

fn padding(theme: &Theme) -> f32 {
    theme.control_height() * 0.45
}
