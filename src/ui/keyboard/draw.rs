//! How the keyboard looks: a tray at the bottom of the screen with keys that fit it.

use std::sync::Arc;

use egui::accesskit::Toggled;
use egui::epaint::{RectShape, Shape};
use egui::{
    Align2, Color32, CornerRadius, FontId, Frame, Galley, Id, Panel, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};

use super::layout::{Cap, KeyNames, KeyPage, KeyboardKind, Row, width};
use super::plugin::{Drawn, Keyboard, KeyboardFace, Placed};
use crate::ui::theme::{self, Contrast, TextSize, Theme, Weight, radius, space, stroke};
use crate::ui::widgets::Icon;

/// The least side of a key, whatever the screen and the size of text.
const LEAST: f32 = 48.0;
/// Keys grow with the screen up to this height.
const HIGHEST: f32 = 84.0;
/// The share of the screen's height that a key has at the usual size of text, and how much wider than high it may be.
const fn proportions(kind: KeyboardKind) -> (f32, f32) {
    match kind {
        KeyboardKind::Letters => (0.07, 1.4),
        KeyboardKind::Digits => (0.08, 2.0),
        // A row more than the letters have, and a bar with buttons stands above it.
        KeyboardKind::Anything => (0.06, 1.9),
    }
}
/// The largest that letters get, as a share of the height of their key.
const LARGEST_LABEL: f32 = 0.56;
/// Tighter gaps where keys are narrow.
const NARROW: f32 = 70.0;
/// Text larger than this needs some of the room around the keys.
const LARGE_TEXT: f32 = 1.5;

/// Draws the keyboard below what is drawn next; `language` is the tag of the screens' language.
///
/// True when its "next" was pressed while no field had the focus; otherwise the field gets Enter. True at every "next" of
/// [`KeyboardKind::Anything`]: where that leads to is up to the caller.
/// Draws nothing without [`install`](super::install).
pub fn dock(ui: &mut Ui, kind: KeyboardKind, language: &str) -> bool {
    let Some(face) = ui.ctx().with_plugin(|keyboard: &mut Keyboard| keyboard.face(kind, language)) else {
        return false;
    };
    let theme = theme::of(ui.ctx());
    let screen = ui.ctx().content_rect();
    // Nobody reaches into the upper half for a key.
    let below_middle = ui.available_rect_before_wrap().bottom() - screen.center().y;
    let room = KeyboardRoom { width: ui.available_width(), height: below_middle, screen: screen.height() };
    let measure = Measure::new(room, &theme, (kind, &face.rows));
    let tray = Frame::new().fill(theme.colors.sunken);
    let panel = Panel::bottom("keyboard").frame(tray).resizable(false).show_separator_line(false);
    // The plugin must not be locked while widgets are made: egui calls it back for each.
    let shown = panel.exact_size(measure.height).show(ui, |ui| tray_ui(ui, &face, &measure));
    let place = Drawn { kind, layer: ui.layer_id(), tray: shown.response.rect, keys: shown.inner };
    let ctx = ui.ctx().clone();
    ctx.with_plugin(|keyboard: &mut Keyboard| {
        keyboard.placed(&ctx, place);
        keyboard.take_unclaimed_next()
    })
    .unwrap_or_default()
}

/// The room for all keys, in logical pixels.
#[derive(Clone, Copy)]
struct KeyboardRoom {
    width: f32,
    height: f32,
    /// The height of the whole screen.
    screen: f32,
}

/// The sizes for one screen, in logical pixels.
struct Measure {
    /// A letter key.
    key: Vec2,
    gap: f32,
    /// Around the keys.
    edge: f32,
    height: f32,
}

impl Measure {
    fn new(room: KeyboardRoom, theme: &Theme, (kind, rows): (KeyboardKind, &[Row])) -> Self {
        let columns = rows.iter().map(width).fold(1.0, f32::max);
        let row_count = rows.iter().fold(0.0, |count: f32, _| count + 1.0);
        let widest = |gap: f32| (room.width - 2.0 * space::S + gap) / columns - gap;
        let gap = if widest(space::S) < NARROW { 6.0 } else { space::S };
        let (of_screen, of_height) = proportions(kind);
        let usual = (room.screen * of_screen).min(widest(gap) * 1.2).clamp(LEAST, HIGHEST);
        let edge = if theme.look.text_scale > LARGE_TEXT { space::S } else { space::M };
        let fitting = (room.height - 2.0 * edge + gap) / row_count - gap;
        // Text that grows needs the room of the keys; their labels grow within them.
        let height = (usual / theme.look.text_scale.sqrt()).min(fitting).max(LEAST).round();
        let key = vec2(widest(gap).min(usual * of_height).floor(), height);
        Self { key, gap, edge, height: row_count * (height + gap) - gap + 2.0 * edge }
    }

    fn width(&self, columns: f32) -> f32 {
        columns * (self.key.x + self.gap) - self.gap
    }
}

/// Draws every key and tells where it stands.
fn tray_ui(ui: &mut Ui, face: &KeyboardFace, measure: &Measure) -> Vec<Placed> {
    let theme = theme::of(ui.ctx());
    let tray = ui.max_rect();
    ui.painter().hline(tray.x_range(), tray.top(), Stroke::new(stroke::HAIRLINE, theme.colors.line.hair));
    let mut placed = Vec::new();
    let mut y = tray.top() + measure.edge;
    for (row_at, row) in face.rows.iter().enumerate() {
        let mut x = (tray.center().x - measure.width(width(row)) / 2.0).round();
        for (key_at, (cap, columns)) in row.iter().enumerate() {
            let rect = Rect::from_min_size(pos2(x, y), vec2(measure.width(*columns), measure.key.y));
            let id = Id::unique(("keyboard", row_at, key_at));
            let key = Key { cap, rect, face, theme: &theme, is_pressed: face.pressed.contains(&id) };
            // Click without focus: the field keeps it.
            let response = ui.interact(rect, id, Sense::CLICK);
            let name = key.name();
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if *cap == Cap::Shift {
                let toggled = if face.is_shifted { Toggled::True } else { Toggled::False };
                ui.ctx().accesskit_node_builder(id, |node| node.set_toggled(toggled));
            }
            key.paint(ui);
            placed.push(Placed { id, target: rect.expand(measure.gap / 2.0), cap: cap.clone() });
            x += rect.width() + measure.gap;
        }
        y += measure.key.y + measure.gap;
    }
    placed
}

struct Key<'a> {
    cap: &'a Cap,
    rect: Rect,
    face: &'a KeyboardFace,
    theme: &'a Theme,
    is_pressed: bool,
}

struct Paint {
    fill: Color32,
    line: Stroke,
    ink: Color32,
}

impl Key<'_> {
    /// What assistive technology says.
    fn name(&self) -> String {
        let names: &KeyNames = &self.face.layout.names;
        match self.cap {
            Cap::Letter(..) => self.label().to_owned(),
            Cap::Sign(sign) => {
                let name = names.signs.iter().find(|(named, _)| sign.chars().eq([*named]));
                name.map_or_else(|| sign.clone(), |(_, name)| name.clone())
            }
            Cap::Space => names.space.clone(),
            Cap::Shift => names.shift.clone(),
            Cap::Backspace => names.backspace.clone(),
            Cap::Switch(other) => names.switch.get(*other).cloned().unwrap_or_else(|| self.face.other.clone()),
            Cap::Turn(KeyPage::Signs) => names.pages.signs.clone(),
            Cap::Turn(KeyPage::Letters) => names.pages.letters.clone(),
            Cap::Hide => names.hide.clone(),
            Cap::Next => names.next.clone(),
        }
    }

    /// What is written on it.
    fn label(&self) -> &str {
        match self.cap {
            Cap::Letter(_, capital) if self.face.is_shifted => capital,
            Cap::Letter(small, _) => small,
            Cap::Sign(sign) => sign,
            Cap::Space => &self.face.layout.name,
            Cap::Next => &self.face.layout.names.next,
            Cap::Switch(_) => &self.face.other,
            Cap::Turn(KeyPage::Signs) => "#+=",
            Cap::Turn(KeyPage::Letters) => &self.face.layout.names.pages.abc,
            Cap::Shift | Cap::Backspace | Cap::Hide => "",
        }
    }

    fn paint_of(&self) -> Paint {
        let colors = &self.theme.colors;
        let is_high = self.theme.look.contrast == Contrast::High;
        let edge = Stroke::new(stroke::HAIRLINE, if is_high { colors.line.strong } else { Color32::TRANSPARENT });
        let pressed = Stroke::new(stroke::STRONG, colors.accent.base);
        match self.cap {
            Cap::Next if self.is_pressed => Paint { fill: colors.accent.pressed, line: pressed, ink: colors.accent.on },
            _ if self.is_pressed => Paint { fill: colors.accent.soft, line: pressed, ink: colors.ink.text },
            Cap::Shift if self.face.is_shifted => Paint { fill: colors.surface, line: edge, ink: colors.accent.base },
            Cap::Shift | Cap::Backspace | Cap::Switch(_) | Cap::Turn(_) | Cap::Hide => {
                Paint { fill: colors.pressed, line: edge, ink: colors.ink.text }
            }
            // The accent's wash: the page's own button is the one that stands out.
            Cap::Next => {
                let edge = Stroke::new(stroke::HAIRLINE, colors.accent.base);
                Paint { fill: colors.accent.soft, line: edge, ink: colors.accent.base }
            }
            Cap::Space => Paint { fill: colors.surface, line: edge, ink: colors.ink.muted },
            Cap::Letter(..) | Cap::Sign(_) => Paint { fill: colors.surface, line: edge, ink: colors.ink.text },
        }
    }

    fn paint(&self, ui: &Ui) {
        let paint = self.paint_of();
        let corner = CornerRadius::same(radius::CONTROL);
        let painter = ui.painter();
        if !self.is_pressed {
            // A hair of shade below, so that a key looks like one.
            painter.rect_filled(self.rect.translate(vec2(0.0, 1.5)), corner, self.theme.colors.line.hair);
        }
        painter.add(RectShape::new(self.rect, corner, paint.fill, paint.line, StrokeKind::Inside));
        let side = self.rect.height() * (0.46 * self.theme.look.text_scale).min(0.58);
        let icon = Rect::from_center_size(self.rect.center(), Vec2::splat(side.min(38.0)));
        match self.cap {
            Cap::Shift => painter.extend(shift_mark(icon, paint.ink, self.face.is_shifted)),
            Cap::Backspace => painter.extend(backspace_mark(icon, paint.ink)),
            Cap::Hide => painter.extend(hide_mark(icon, paint.ink)),
            Cap::Switch(_) => self.paint_switch(ui, icon, paint.ink),
            _ => self.write(ui, paint.ink),
        }
    }

    /// A globe and where the switch leads to, as one in the middle.
    fn paint_switch(&self, ui: &Ui, icon: Rect, ink: Color32) {
        let side = icon.width() * 0.85;
        let room = self.rect.width() - side - 2.0 * space::S - space::XS;
        // A tag such as `uz-Latn` is known by its first part.
        let tag = self.label().split('-').next().unwrap_or_default().to_uppercase();
        let galley = self.words(ui, tag, (room, ink));
        let left = self.rect.center().x - (side + space::S + galley.size().x) / 2.0;
        let globe = Rect::from_center_size(pos2(left + side / 2.0, icon.center().y), Vec2::splat(side));
        Icon::Globe.paint(ui.painter(), globe, ink);
        let words = pos2(left + side + space::S, self.rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(words.round(), galley, ink);
    }

    fn write(&self, ui: &Ui, ink: Color32) {
        let galley = self.words(ui, self.label().to_owned(), (self.rect.width() - space::S, ink));
        let words = Align2::CENTER_CENTER.anchor_size(self.rect.center(), galley.size());
        ui.painter().galley(words.min.round(), galley, ink);
    }

    /// Words as large as the size of text asks and the key allows.
    fn words(&self, ui: &Ui, text: String, (width, ink): (f32, Color32)) -> Arc<Galley> {
        let is_letter = matches!(self.cap, Cap::Letter(..) | Cap::Sign(_));
        let (share, most) = if is_letter { (0.42, LARGEST_LABEL) } else { (0.32, 0.44) };
        let height = self.rect.height();
        let size = (height * share * self.theme.look.text_scale).min(height * most);
        // What customers read is nowhere smaller than the rest of their page.
        let size = size.max(self.theme.points(TextSize::Caption).min(height * LARGEST_LABEL));
        let weight = if *self.cap == Cap::Next { Weight::SemiBold } else { Weight::Regular };
        let font = FontId { size, ..self.theme.font(TextSize::Title, weight) };
        let galley = ui.painter().layout_no_wrap(text.clone(), font.clone(), ink);
        if galley.size().x <= width {
            return galley;
        }
        let size = (size * width / galley.size().x).floor();
        ui.painter().layout_no_wrap(text, FontId { size, ..font }, ink)
    }
}

/// An arrow upwards; filled while capitals are on.
fn shift_mark(square: Rect, ink: Color32, is_filled: bool) -> Vec<Shape> {
    let at = |x: f32, y: f32| square.min + vec2(x, y) * square.width() / 24.0;
    let outline = [(12.0, 3.0), (21.0, 12.5), (16.0, 12.5), (16.0, 20.5), (8.0, 20.5), (8.0, 12.5), (3.0, 12.5)];
    let mut shapes = lines(&outline.map(|(x, y)| at(x, y)), square, ink);
    if is_filled {
        shapes.push(Shape::convex_polygon(vec![at(12.0, 3.0), at(21.0, 12.5), at(3.0, 12.5)], ink, Stroke::NONE));
        shapes.push(Shape::rect_filled(Rect::from_min_max(at(8.0, 12.0), at(16.0, 20.5)), 0.0, ink));
    }
    shapes
}

/// A label pointing left with a cross on it.
fn backspace_mark(square: Rect, ink: Color32) -> Vec<Shape> {
    let at = |x: f32, y: f32| square.min + vec2(x, y) * square.width() / 24.0;
    let outline = [(8.5, 4.5), (22.0, 4.5), (22.0, 19.5), (8.5, 19.5), (2.0, 12.0)];
    let mut shapes = lines(&outline.map(|(x, y)| at(x, y)), square, ink);
    let pen = Stroke::new(square.width() / 12.0, ink);
    shapes.push(Shape::line_segment([at(11.5, 8.8), at(17.9, 15.2)], pen));
    shapes.push(Shape::line_segment([at(17.9, 8.8), at(11.5, 15.2)], pen));
    shapes
}

/// A keyboard and an arrowhead downwards below it.
fn hide_mark(square: Rect, ink: Color32) -> Vec<Shape> {
    let at = |x: f32, y: f32| square.min + vec2(x, y) * square.width() / 24.0;
    let mut shapes = lines(&[(1.0, 2.0), (23.0, 2.0), (23.0, 15.5), (1.0, 15.5)].map(|(x, y)| at(x, y)), square, ink);
    let pen = Stroke::new(square.width() / 12.0, ink);
    let dots = [5.5, 9.8, 14.2, 18.5].map(|x| Shape::circle_filled(at(x, 6.5), pen.width * 0.7, ink));
    shapes.extend(dots);
    shapes.push(Shape::line_segment([at(7.0, 11.2), at(17.0, 11.2)], pen));
    shapes.push(Shape::line(vec![at(8.0, 19.0), at(12.0, 22.8), at(16.0, 19.0)], pen));
    shapes
}

/// A closed line with round corners: epaint has none, so a dot sits on each.
fn lines(points: &[Pos2], square: Rect, ink: Color32) -> Vec<Shape> {
    let pen = Stroke::new(square.width() / 12.0, ink);
    let dots = points.iter().map(|point| Shape::circle_filled(*point, pen.width / 2.0, ink));
    let mut shapes: Vec<Shape> = dots.collect();
    shapes.push(Shape::closed_line(points.to_vec(), pen));
    shapes
}
