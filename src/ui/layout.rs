//! Where things stand: columns of a readable width, pairs that stack on a narrow screen.

use egui::scroll_area::ScrollAreaOutput;
use egui::{Layout, Rect, ScrollArea, Stroke, Ui, UiBuilder, Vec2, pos2, vec2};

use super::theme::{TextSize, space, stroke};
use super::widgets::{Button, Icon};

/// The width of a column of text and fields.
pub const READING_WIDTH: f32 = 880.0;
/// The width of work and context side by side.
pub const WORK_WIDTH: f32 = 1200.0;
/// The width of a list at the side of a page.
const LIST_WIDTH: f32 = 240.0;
/// Narrower than this, work and context stand below each other.
const NARROW_SCREEN: f32 = 860.0;
/// Narrower than this, two halves do.
const NARROW_PAIR: f32 = 420.0;

/// How much of a page the next one is on: the last lines are seen again.
const PAGE_SHARE: f32 = 0.8;

/// Which of a pair is being drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Left, or above.
    First,
    /// Right, or below.
    Second,
}

/// Which side of a screen is being drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Where the work is done: two thirds.
    Work,
    /// What surrounds it: one third.
    Context,
}

/// One column, at most `width` wide, centred, scrolled when it is too long.
pub fn column(ui: &mut Ui, width: f32, add_contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        centred(ui, width, |ui| {
            ui.add_space(space::L);
            add_contents(ui);
            ui.add_space(space::L);
        });
    });
}

/// What scrolls by itself, as high as this.
pub fn scrolled(name: &str, height: f32) -> ScrollArea {
    ScrollArea::vertical().id_salt(name).auto_shrink(false).min_scrolled_height(height).max_height(height)
}

/// The same column without scrolling, for what stands above or below it.
pub fn centred(ui: &mut Ui, width: f32, add_contents: impl FnOnce(&mut Ui)) {
    let room = ui.available_width();
    let inner = (room - 2.0 * space::L).clamp(0.0, width);
    let left = ui.min_rect().left() + (room - inner) / 2.0;
    let rect = Rect::from_min_size(pos2(left, ui.cursor().top()), vec2(inner, f32::INFINITY));
    let column = UiBuilder::new().max_rect(rect).layout(Layout::top_down(egui::Align::Min));
    ui.scope_builder(column, add_contents);
}

/// How a page stands in its room.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Tells it from other pages.
    pub name: &'a str,
    /// The widest it gets.
    pub width: f32,
    /// Where it stands in the room that it leaves: 0.0 at its top, 1.0 at its bottom.
    pub weight: f32,
    /// What the button beneath it says that scrolls a page that is too long: down, and from its end back to its top.
    pub more: Option<[&'a str; 2]>,
}

/// One column, centred, as high as its contents. Scrolled when they are too long. Answers where they begin.
pub fn weighted(ui: &mut Ui, place: Place<'_>, add_contents: impl FnOnce(&mut Ui)) -> f32 {
    let key = ui.scope_id().with(("weighted", place.name));
    let room = ui.available_rect_before_wrap();
    let known = ui.data(|data| data.get_temp::<f32>(key)).unwrap_or(room.height());
    // The bar that says that there is more stands beside the column, not at the edge of the screen.
    let width = room.width().min(place.width + 2.0 * space::L);
    let left = room.left() + ((room.width() - width) / 2.0).floor();
    let column = Rect::from_min_size(pos2(left, room.top()), vec2(width, room.height()));
    let more = place.more.filter(|_| known > room.height() + 0.5);
    let theme = super::theme::of(ui.ctx());
    let button = theme.control_height().max(theme.line_height(TextSize::Title) + space::M);
    let below = if more.is_some() { button + space::S } else { 0.0 };
    let (page, strip) = column.split_top_bottom_at_y(column.bottom() - below);
    let (mut height, mut top) = (0.0, room.top());
    let mut area = ScrollArea::vertical().id_salt(place.name).auto_shrink(false);
    if let Some(offset) = ui.data_mut(|data| data.remove_temp(key.with("offset"))) {
        area = area.vertical_scroll_offset(offset);
    }
    let scrolled = ui.scope_builder(UiBuilder::new().max_rect(page), |ui| {
        area.show(ui, |ui| {
            ui.add_space(((page.height() - known).max(0.0) * place.weight).floor());
            top = ui.cursor().top();
            centred(ui, place.width, add_contents);
            height = ui.min_rect().bottom() - top;
        })
    });
    if (known - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(key, height));
        // Nobody sees a picture in which it stands elsewhere.
        ui.ctx().request_discard("the height of a page has changed");
    }
    if let Some(words) = more
        && let Some(offset) = more_ui(ui, strip, (words, &scrolled.inner))
    {
        ui.data_mut(|data| data.insert_temp(key.with("offset"), offset));
    }
    top
}

/// The button that scrolls on by most of a page, and from the end back to the top; answers how far down, once pressed.
fn more_ui(ui: &mut Ui, strip: Rect, ([down, up], scrolled): ([&str; 2], &ScrollAreaOutput<()>)) -> Option<f32> {
    let (offset, seen) = (scrolled.state.clamped_offset().y, scrolled.inner_rect.height());
    let most = (scrolled.content_size.y - seen).max(0.0);
    let is_at_end = offset > most - 1.0;
    let (words, icon) = if is_at_end { (up, Icon::Up) } else { (down, Icon::Down) };
    let place = strip.shrink2(vec2(space::L, 0.0)).with_min_y(strip.top() + space::S);
    let builder = UiBuilder::new().max_rect(place).layout(Layout::top_down(egui::Align::Min));
    let button = Button::quiet(words).icon(icon).wide().id_salt("more");
    let is_clicked = ui.scope_builder(builder, |ui| button.show(ui)).inner.clicked();
    is_clicked.then(|| if is_at_end { 0.0 } else { (offset + seen * PAGE_SHARE).min(most) })
}

/// Contents above, and a bar below that is always in sight; the contents come first in reading order.
pub fn above_bar<R>(ui: &mut Ui, bar_height: f32, mut add_contents: impl FnMut(&mut Ui, Half) -> R) -> (R, R) {
    let room = ui.available_rect_before_wrap();
    let split = (room.bottom() - bar_height).max(room.top());
    let (above, below) = room.split_top_bottom_at_y(split);
    let first = ui.scope_builder(UiBuilder::new().max_rect(above), |ui| {
        ui.set_clip_rect(above.intersect(ui.clip_rect()));
        add_contents(ui, Half::First)
    });
    let second = ui.scope_builder(UiBuilder::new().max_rect(below), |ui| {
        let colors = super::theme::of(ui.ctx()).colors;
        ui.painter().rect_filled(below, 0.0, colors.surface);
        ui.painter().hline(below.x_range(), below.top(), Stroke::new(stroke::HAIRLINE, colors.line.hair));
        ui.add_space(space::M);
        add_contents(ui, Half::Second)
    });
    (first.inner, second.inner)
}

/// Work left and context right, 2:1; below each other on a narrow screen.
pub fn work_and_context(ui: &mut Ui, mut add_contents: impl FnMut(&mut Ui, Side)) {
    column(ui, WORK_WIDTH, |ui| {
        let split = Split { share: 2.0 / 3.0, gap: space::L, narrow: NARROW_SCREEN };
        split.show(ui, |ui, half| match half {
            Half::First => add_contents(ui, Side::Work),
            Half::Second => add_contents(ui, Side::Context),
        });
    });
}

/// Whether there is room for a list at the side of a page.
pub fn has_side(ui: &Ui) -> bool {
    ui.available_width() >= NARROW_SCREEN * super::theme::of(ui.ctx()).look.text_scale
}

/// How wide a list and the page beside it are together.
pub fn list_and_page_width(ui: &Ui) -> f32 {
    LIST_WIDTH * super::theme::of(ui.ctx()).look.text_scale + space::L + READING_WIDTH
}

/// A list at the left and a page beside it, each as high as the room and scrolled by itself. What is scrolled of the page is
/// remembered by its name.
pub fn list_and_page(ui: &mut Ui, page_name: &str, mut add_contents: impl FnMut(&mut Ui, Half)) {
    let scale = super::theme::of(ui.ctx()).look.text_scale;
    let room = ui.available_rect_before_wrap();
    let list_width = LIST_WIDTH * scale;
    let page_width = (room.width() - list_width - 3.0 * space::L).clamp(0.0, READING_WIDTH);
    let left = (room.left() + (room.width() - list_width - page_width - space::L) / 2.0).floor();
    // The bar of the page stands at the edge of the window, that of the list in the gap.
    let (list, page) = (room.with_min_x(left), room.with_min_x(left + list_width + space::L));
    let halves =
        [(Half::First, list.with_max_x(left + list_width + space::M), list_width), (Half::Second, page, page_width)];
    for (half, rect, width) in halves {
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            let name = if half == Half::First { "list" } else { page_name };
            ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(width);
                ui.add_space(space::L);
                add_contents(ui, half);
                ui.add_space(space::L);
            });
        });
    }
}

/// Two columns side by side, the first with a `share` (0.0 to 1.0) of what the gap leaves.
pub fn side_by_side(ui: &mut Ui, (share, gap): (f32, f32), add_contents: impl FnMut(&mut Ui, Half)) {
    Split { share, gap, narrow: 0.0 }.show(ui, add_contents);
}

/// Two halves of the same width; below each other on a narrow screen.
pub fn pair(ui: &mut Ui, add_contents: impl FnMut(&mut Ui, Half)) {
    Split { share: 0.5, gap: space::M, narrow: NARROW_PAIR }.show(ui, add_contents);
}

/// How a width is shared.
struct Split {
    /// Of the first, 0 to 1.
    share: f32,
    gap: f32,
    /// Below this width the second goes below the first. Grows with the text.
    narrow: f32,
}

impl Split {
    fn show(&self, ui: &mut Ui, mut add_contents: impl FnMut(&mut Ui, Half)) {
        let Self { share, gap, narrow } = *self;
        let room = ui.available_width();
        if room < narrow * super::theme::of(ui.ctx()).look.text_scale {
            add_contents(ui, Half::First);
            ui.add_space(gap);
            add_contents(ui, Half::Second);
            return;
        }
        let first = ((room - gap) * share).floor();
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (half, width) in [(Half::First, first), (Half::Second, room - gap - first)] {
                ui.allocate_ui_with_layout(Vec2::new(width, 0.0), Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(width);
                    add_contents(ui, half);
                });
                if half == Half::First {
                    ui.add_space(gap);
                }
            }
        });
    }
}
