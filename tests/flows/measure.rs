//! What is wrong with a picture, measured from what was drawn and from what assistive technology is told.

use std::collections::HashMap;
use std::sync::Arc;

use egui::accesskit::{NodeId, Role};
use egui::{Galley, Rect, Shape};
use egui_kittest::kittest::NodeT;

use crate::support::Window;

/// The least side of what a finger must hit.
const LEAST_TARGET: f32 = 48.0;
/// The least distance between two of those.
const LEAST_GAP: f32 = 4.0;
/// The smallest letters.
const LEAST_TEXT: f32 = 13.0;
/// The least width of a bar that says that there is more.
const LEAST_BAR: f32 = 6.0;

/// Something that can be read or touched.
struct Part {
    role: Role,
    words: String,
    rect: Rect,
    /// What is left of it within the part of the window that it scrolls in.
    shown: Rect,
}

impl Part {
    fn is_target(&self) -> bool {
        matches!(self.role, Role::Button | Role::CheckBox | Role::RadioButton) || self.is_field()
    }

    fn is_field(&self) -> bool {
        matches!(self.role, Role::TextInput | Role::PasswordInput)
    }
}

/// Letters as they were drawn.
struct Writing {
    galley: Arc<Galley>,
    /// Where there is ink.
    ink: Rect,
    clip: Rect,
}

impl Writing {
    /// Of its smallest letters, in points.
    fn size(&self) -> f32 {
        self.galley.job.sections.iter().map(|section| section.format.font_id.size).fold(f32::MAX, f32::min)
    }
}

/// What is on the screen; with a dialog on it, only that.
struct Picture {
    window: Rect,
    /// How far words may stand out: places are rounded to pixels, words are not, and a small panel's pixels are large.
    slack: f32,
    parts: Vec<Part>,
    writings: Vec<Writing>,
    /// Where a bar stands that says that there is more.
    bar: Option<Rect>,
    /// Plain rectangles, in which the handle of that bar is found.
    plates: Vec<(Rect, u8)>,
}

/// What is wrong with what is on the screen now; `may_scroll` lets the page be longer than its place, if it says so.
pub(crate) fn faults(window: &Window, may_scroll: bool) -> Vec<String> {
    let picture = Picture::of(window);
    let mut found = picture.faults_of_parts();
    found.extend(picture.faults_of_writings());
    match picture.bar {
        Some(_) if !may_scroll => found.push("it has to be scrolled".to_owned()),
        Some(bar) if !picture.has_handle(bar) => found.push("nothing shows that there is more".to_owned()),
        _ => {}
    }
    found
}

/// The height of a capital of our typeface, as a share of its points.
const CAPITAL: f32 = 0.727;

/// What is written with capitals of less than this height on a panel that the window fills.
pub(crate) fn too_small_letters(window: &Window, (inches, least_mm): (f32, f32)) -> Vec<String> {
    let picture = Picture::of(window);
    let points_in_mm = picture.window.size().length() / (inches * 25.4);
    let in_mm = |points: f32| points * CAPITAL / points_in_mm;
    let small = picture.writings.iter().map(|writing| (writing, in_mm(writing.size())));
    let small = small.filter(|(_, height)| *height < least_mm - 0.005);
    small.map(|(writing, height)| format!("{:?} is {height:.2} mm high", writing.galley.text())).collect()
}

/// What has to be touched further up than this share of the window's height.
pub(crate) fn out_of_low_reach(window: &Window, share: f32) -> Vec<String> {
    let picture = Picture::of(window);
    let limit = picture.window.height() * share;
    let targets = picture.parts.iter().filter(|part| part.is_target() && !part.is_field());
    let high = targets.filter(|part| part.shown.is_positive() && part.shown.center().y < limit);
    high.map(|part| format!("{:?} is too high: {:?}", part.words, part.shown)).collect()
}

impl Picture {
    fn of(window: &Window) -> Self {
        let shown = shown_rects(window);
        let root = window.harness.root();
        let dialog = root.children_recursive().find(|node| node.accesskit_node().role() == Role::Dialog);
        let nodes: Vec<_> = match dialog {
            Some(dialog) => dialog.children_recursive().collect(),
            None => root.children_recursive().collect(),
        };
        let bar =
            nodes.iter().find(|node| node.accesskit_node().role() == Role::ScrollBar).map(egui_kittest::Node::rect);
        let parts = nodes.iter().filter_map(|node| {
            let inner = node.accesskit_node();
            let words = inner.label().or(inner.value()).unwrap_or_default();
            let is_shown = is_part(inner.role()) && inner.bounding_box().is_some() && !words.trim().is_empty();
            is_shown.then(|| {
                let rect = node.rect();
                let shown = shown.get(&inner.locate().0).map_or(rect, |clip| clip.intersect(rect));
                Part { role: inner.role(), words, rect, shown }
            })
        });
        let parts = parts.collect();
        let scale = window.harness.ctx.pixels_per_point();
        let slack = if scale < 1.0 { 1.0 / scale } else { 0.5 };
        let mut picture = Self {
            window: window.harness.ctx.content_rect(),
            slack,
            parts,
            writings: Vec::new(),
            bar,
            plates: Vec::new(),
        };
        for clipped in &window.harness.output().shapes {
            picture.add(&clipped.shape, clipped.clip_rect);
        }
        picture
    }

    fn add(&mut self, shape: &Shape, clip: Rect) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.add(shape, clip)),
            Shape::Rect(plate) => {
                let opacity = plate.fill.a();
                if plate.rect.contains_rect(self.window) && (1..255).contains(&opacity) {
                    // What lies behind a dialog.
                    self.writings.clear();
                    self.plates.clear();
                }
                self.plates.push((plate.rect, opacity));
            }
            Shape::Text(text) => {
                let ink = text.galley.mesh_bounds.translate(text.pos.to_vec2());
                if ink.is_positive() && clip.intersects(ink) {
                    self.writings.push(Writing { galley: Arc::clone(&text.galley), ink, clip });
                }
            }
            _ => {}
        }
    }

    fn faults_of_parts(&self) -> Vec<String> {
        let mut found = Vec::new();
        let parts: Vec<_> = self.parts.iter().filter(|part| part.shown.is_positive()).collect();
        if parts.len() < self.parts.len() && self.bar.is_none() {
            let hidden = self.parts.iter().filter(|part| !part.shown.is_positive());
            found.push(format!("hidden: {:?}", hidden.map(|part| &*part.words).collect::<Vec<_>>()));
        }
        for (at, part) in parts.iter().enumerate() {
            let Part { role, words, rect, shown } = part;
            let named = format!("{role:?} {words:?} {rect:?}");
            if !self.window.expand(0.5).contains_rect(*shown) {
                found.push(format!("{named} leaves the window"));
            }
            let is_cut_aside = shown.width() < rect.width() - 1.0;
            let is_cut_below = shown.height() < rect.height() - 1.0;
            if is_cut_aside || (is_cut_below && self.bar.is_none()) {
                found.push(format!("{named} is cut off: {shown:?}"));
            }
            let least = LEAST_TARGET - 0.5;
            if part.is_target() && (rect.width() < least || (rect.height() < least && *role != Role::TextInput)) {
                found.push(format!("{named} is too small"));
            }
            for other in &parts[at + 1..] {
                // The halves of one choice touch.
                let is_choice = part.role == Role::RadioButton && other.role == Role::RadioButton;
                let are_apart = part.is_target() && other.is_target() && !is_choice;
                let gap = if are_apart { LEAST_GAP / 2.0 } else { -1.0 };
                if shown.expand(gap).intersects(other.shown.expand(gap)) {
                    found.push(format!("{named} lies on {:?} {:?}", other.words, other.rect));
                }
            }
        }
        found
    }

    fn faults_of_writings(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (at, writing) in self.writings.iter().enumerate() {
            let Writing { galley, ink, clip } = writing;
            let named = format!("{:?} at {ink:?}", galley.text());
            let in_field =
                self.parts.iter().any(|part| part.is_field() && part.rect.expand(1.0).contains(ink.center()));
            if galley.elided {
                found.push(format!("{named} is cut short"));
            }
            if let Some(word) = broken_word(galley) {
                found.push(format!("{named} breaks {word:?}"));
            }
            let size = writing.size();
            if size < LEAST_TEXT {
                found.push(format!("{named} is too small: {size}"));
            }
            let is_cut_aside = ink.left() < clip.left() - 1.0 || ink.right() > clip.right() + 1.0;
            let is_cut_below = ink.top() < clip.top() - 1.0 || ink.bottom() > clip.bottom() + 1.0;
            if !in_field && (is_cut_aside || (is_cut_below && self.bar.is_none())) {
                found.push(format!("{named} is cut off by {clip:?}"));
            }
            for part in self.parts.iter().filter(|part| part.is_target() && !part.is_field()) {
                if part.shown.shrink(1.0).intersects(ink.intersect(*clip))
                    && !part.rect.expand(self.slack).contains_rect(*ink)
                {
                    found.push(format!("{named} runs over the edge of {:?} {:?}", part.words, part.rect));
                }
            }
            for other in &self.writings[at + 1..] {
                let (one, two) = (ink.intersect(*clip), other.ink.intersect(other.clip));
                if one.shrink(1.0).intersects(two.shrink(1.0)) {
                    found.push(format!("{named} is written over {:?} at {:?}", other.galley.text(), other.ink));
                }
            }
        }
        found
    }

    /// Whether the bar has a handle that can be seen, and less than all of it.
    fn has_handle(&self, bar: Rect) -> bool {
        self.plates.iter().any(|(plate, opacity)| {
            let is_within = bar.expand(1.0).contains_rect(*plate);
            is_within && *opacity == 255 && plate.width() >= LEAST_BAR && plate.height() < bar.height() - 1.0
        })
    }
}

fn is_part(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::RadioButton
            | Role::TextInput
            | Role::PasswordInput
            | Role::Label
            | Role::Heading
            | Role::Image
            | Role::Timer
            | Role::Status
            | Role::Alert
    )
}

/// What is left of every widget where it is clipped.
fn shown_rects(window: &Window) -> HashMap<NodeId, Rect> {
    window.harness.ctx.viewport(|viewport| {
        let widgets = viewport.prev_pass.widgets.layers().flat_map(|(_, widgets)| widgets);
        widgets.map(|widget| (widget.id.accesskit_id(), widget.interact_rect)).collect()
    })
}

/// A word that goes on in the next row.
fn broken_word(galley: &Galley) -> Option<String> {
    galley.rows.windows(2).find_map(|rows| {
        let (above, below) = (&rows[0], &rows[1]);
        let (last, first) = (above.glyphs.last()?.chr, below.glyphs.first()?.chr);
        let is_broken = !above.ends_with_newline && last.is_alphanumeric() && first.is_alphanumeric();
        is_broken.then(|| format!("{}|{}", above.text(), below.text()))
    })
}
