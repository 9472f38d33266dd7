//! A pad of digits for a secret, with a row of dots above it; the keys of a keyboard work as well.

use egui::accesskit;
use egui::{CornerRadius, CursorIcon, Event, Id, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2};
use egui::{WidgetInfo, pos2, vec2};

use super::icon::Icon;
use super::paint::{focus_ring, surface, words};
use super::place::keep_in_sight;
use super::press::{is_fresh, without_repeats};
use super::spinner::turn;
use super::text::line;
use crate::ui::input_queue;
use crate::ui::theme::{self, TextSize, Theme, Tone, Weight, radius, size, space, stroke};

/// Dots instead of digits; it never learns what they hide.
#[must_use = "call show"]
pub struct Dots<'a> {
    label: &'a str,
    count: usize,
    hint: &'a str,
    is_wrong: bool,
    is_enabled: bool,
}

/// One key of the pad.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PadKey {
    /// 0 to 9.
    Digit(u8),
    /// Takes the last digit back.
    Back,
    /// Done.
    Enter,
}

/// Twelve keys.
#[must_use = "call show"]
pub struct PinPad<'a> {
    /// The dots above: Enter is theirs, too.
    dots: Id,
    back: &'a str,
    enter: &'a str,
    is_enabled: bool,
    is_busy: bool,
}

/// How a key is drawn.
#[derive(Clone, Copy)]
struct KeyFace<'a> {
    key: PadKey,
    name: &'a str,
    rect: Rect,
    is_enabled: bool,
}

const ROWS: [[PadKey; 3]; 4] = {
    use PadKey::{Back, Digit, Enter};
    [
        [Digit(1), Digit(2), Digit(3)],
        [Digit(4), Digit(5), Digit(6)],
        [Digit(7), Digit(8), Digit(9)],
        [Back, Digit(0), Enter],
    ]
};
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const BACKSPACE: &str = "\u{232b}";
const DOT_RADIUS: f32 = 7.0;
const DOT_STEP: f32 = 24.0;

impl<'a> Dots<'a> {
    /// So many dots for what `label` says; `hint` stands where there is none.
    pub fn new(label: &'a str, count: usize, hint: &'a str) -> Self {
        Self { label, count, hint, is_wrong: false, is_enabled: true }
    }

    /// Whether what was typed is not accepted.
    pub fn wrong(mut self, is_wrong: bool) -> Self {
        self.is_wrong = is_wrong;
        self
    }

    /// Whether anything can be typed.
    pub fn enabled(mut self, is_enabled: bool) -> Self {
        self.is_enabled = is_enabled;
        self
    }

    /// Draws label and dots as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        ui.spacing_mut().item_spacing.y = 6.0;
        let label = line(ui, self.label, (TextSize::Caption, Weight::SemiBold), theme.colors.ink.text);
        let height = size::CONTROL_KIOSK * theme.look.text_scale.min(1.5);
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
        let id = ui.make_persistent_id(("dots", self.label));
        let response = ui.interact(rect, id, Sense::click());
        keep_in_sight(ui, &response);
        self.paint(ui, &theme, &response);
        // Only their number is told: not one digit ever comes here.
        let shown = "\u{2022}".repeat(self.count);
        let is_enabled = self.is_enabled;
        response.widget_info(|| WidgetInfo::labeled(Role::PasswordInput, is_enabled, self.label));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.clear_label();
            node.push_labelled_by(label.id.accesskit_id());
            node.set_value(shown);
            node.set_description(self.hint);
            if self.is_wrong {
                node.set_invalid(accesskit::Invalid::True);
            }
        });
        response
    }

    fn paint(&self, ui: &Ui, theme: &Theme, response: &Response) {
        let (painter, rect, colors) = (ui.painter(), response.rect, &theme.colors);
        let (fill, edge) = match (self.is_enabled, self.is_wrong) {
            (false, _) => (colors.sunken, Stroke::new(stroke::HAIRLINE, colors.line.hair)),
            (true, true) => (colors.surface, Stroke::new(stroke::STRONG, theme.tone(Tone::Error).ink)),
            (true, false) => (colors.surface, Stroke::new(stroke::HAIRLINE, colors.line.strong)),
        };
        painter.add(surface(rect, fill, edge));
        if response.has_focus() {
            focus_ring(painter, rect, radius::CONTROL, theme);
        }
        if self.count == 0 {
            let ink = if self.is_enabled { colors.ink.placeholder } else { colors.ink.disabled };
            let font = theme.font(TextSize::Body, Weight::Regular);
            let galley = words(ui, self.hint, (font, ink), rect.width() - space::M * 2.0);
            painter.galley((rect.center() - galley.size() / 2.0).round(), galley, ink);
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a secret has a few digits")]
        let count = self.count as f32;
        let step = DOT_STEP.min((rect.width() - space::M * 2.0) / count);
        let mut x = rect.center().x - step * (count - 1.0) / 2.0;
        for _ in 0..self.count {
            painter.circle_filled(pos2(x, rect.center().y), DOT_RADIUS.min(step * 0.4), colors.ink.text);
            x += step;
        }
    }
}

impl<'a> PinPad<'a> {
    /// The pad beneath some dots; `back` and `enter` are what assistive technology calls these keys.
    pub fn new(dots: &Response, back: &'a str, enter: &'a str) -> Self {
        Self { dots: dots.id, back, enter, is_enabled: true, is_busy: false }
    }

    /// Whether its keys can be pressed, and those of a keyboard.
    pub fn enabled(mut self, is_enabled: bool) -> Self {
        self.is_enabled = is_enabled;
        self
    }

    /// While busy, Enter turns and no key is taken.
    pub fn busy(mut self, is_busy: bool) -> Self {
        self.is_busy = is_busy;
        self
    }

    /// Draws it as wide as there is room and hands out each press, on the pad or on a keyboard, in its order.
    pub fn show(self, ui: &mut Ui, mut pressed: impl FnMut(PadKey)) {
        if self.is_enabled && !self.is_busy {
            input_queue::take_digits(ui.ctx());
            self.typed(ui, &mut pressed);
        }
        let theme = theme::of(ui.ctx());
        let height = key_height(&theme);
        let width = ((ui.available_width() - space::S * 2.0) / 3.0).floor();
        let (_, place) = ui.allocate_space(vec2(ui.available_width(), height * 4.0 + space::S * 3.0));
        let mut y = place.top();
        for row in ROWS {
            let mut x = place.left();
            for key in row {
                let face = KeyFace {
                    key,
                    name: self.name(key),
                    rect: Rect::from_min_size(pos2(x, y), vec2(width, height)),
                    is_enabled: self.is_enabled && !self.is_busy,
                };
                if self.key(ui, &theme, face).clicked() {
                    pressed(key);
                }
                x += width + space::S;
            }
            y += height + space::S;
        }
    }

    fn name(&self, key: PadKey) -> &'a str {
        match key {
            PadKey::Digit(digit) => DIGITS.get(usize::from(digit)).copied().unwrap_or_default(),
            PadKey::Back => self.back,
            PadKey::Enter => self.enter,
        }
    }

    /// Digits go to the dots wherever the keyboard is; Enter does unless a key of the pad or a button has it.
    fn typed(&self, ui: &Ui, pressed: &mut impl FnMut(PadKey)) {
        let is_enter_ours = ui.memory(|memory| memory.focused().is_none_or(|id| id == self.dots));
        ui.input(|input| {
            for event in &input.events {
                match event {
                    Event::Text(text) => {
                        let digits = text.chars().filter_map(|letter| letter.to_digit(10));
                        digits
                            .filter_map(|digit| u8::try_from(digit).ok())
                            .for_each(|digit| pressed(PadKey::Digit(digit)));
                    }
                    Event::Key { key: Key::Backspace, pressed: true, .. } => pressed(PadKey::Back),
                    event if is_enter_ours && is_fresh(event, &[Key::Enter]) => pressed(PadKey::Enter),
                    _ => {}
                }
            }
        });
    }

    fn key(&self, ui: &mut Ui, theme: &Theme, face: KeyFace<'_>) -> Response {
        let id = ui.make_persistent_id(("pad", face.name));
        let sense = if face.is_enabled { Sense::click() } else { Sense::hover() };
        let response = without_repeats(ui, ui.interact(face.rect, id, sense));
        keep_in_sight(ui, &response);
        self.paint(ui, theme, (&response, face));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, face.is_enabled, face.name));
        if face.is_enabled { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
    }

    fn paint(&self, ui: &Ui, theme: &Theme, (response, face): (&Response, KeyFace<'_>)) {
        let (painter, rect, colors) = (ui.painter(), face.rect, &theme.colors);
        let (is_down, is_over) = (response.is_pointer_button_down_on(), response.hovered());
        let is_enter = face.key == PadKey::Enter;
        let (fill, edge, ink) = match (face.is_enabled || (is_enter && self.is_busy), is_enter) {
            (false, _) => (colors.sunken, colors.line.hair, colors.ink.disabled),
            (true, true) if is_down => (colors.accent.pressed, colors.accent.pressed, colors.accent.on),
            (true, true) if is_over => (colors.accent.hover, colors.accent.hover, colors.accent.on),
            (true, true) => (colors.accent.base, colors.accent.base, colors.accent.on),
            (true, false) if is_down => (colors.pressed, colors.line.strong, colors.ink.text),
            (true, false) if is_over => (colors.sunken, colors.line.strong, colors.ink.text),
            (true, false) => (colors.surface, colors.line.strong, colors.ink.text),
        };
        let edge = Stroke::new(stroke::HAIRLINE, edge);
        painter.rect(rect, CornerRadius::same(radius::CONTROL), fill, edge, StrokeKind::Inside);
        let square = Rect::from_center_size(rect.center(), Vec2::splat(theme.icon(TextSize::Headline.points())));
        match face.key {
            PadKey::Enter if self.is_busy => turn(ui, square, ink),
            PadKey::Enter => Icon::Check.paint(painter, square, ink),
            PadKey::Digit(_) | PadKey::Back => {
                let text = if face.key == PadKey::Back { BACKSPACE } else { face.name };
                let galley = words(ui, text, (theme.font(TextSize::Headline, Weight::SemiBold), ink), rect.width());
                painter.galley((rect.center() - galley.size() / 2.0).round(), galley, ink);
            }
        }
        if response.has_focus() {
            focus_ring(painter, rect, radius::CONTROL, theme);
        }
    }
}

/// Keys are for fingers, whatever the rest of the screen is for.
fn key_height(theme: &Theme) -> f32 {
    (size::CONTROL_KIOSK + space::S).max(theme.line_height(TextSize::Headline) + space::S)
}
