//! Where things stand on the kiosk: a bar above, the page, and the bar with the primary action below it.

use std::borrow::Cow;

use egui::{Align, Color32, Layout, Rangef, Rect, Ui, UiBuilder, pos2, vec2};

use super::view::View;
use super::{Action, Status, pages};
use crate::screens::ViewContext;
use crate::ui::brand;
use crate::ui::keyboard::{self, KeyboardKind};
use crate::ui::layout::{self, Place};
use crate::ui::theme::{self, TextSize, Theme, Weight, space};
use crate::ui::widgets::{Button, Icon, Scene, Steps, icon_button, title};

/// The widest the one column gets.
const COLUMN: f32 = 720.0;
/// The top corners stay free: staff presses them to get in, which must do nothing else.
const CORNER: f32 = 72.0;
/// Where the contents stand in a tall window: near the bottom, but not on its edge.
const LOW: f32 = 0.9;
/// Text larger than this leaves no room for words beside an icon.
const ROOMY_TEXT: f32 = 1.3;
/// A page of fewer lines of running text is tight.
const LEAST_LINES: f32 = 16.0;
/// The share of the bar above that the shop's name may have.
const NAME_SHARE: f32 = 0.5;
/// Less room above a page stays empty.
const LEAST_PICTURE: f32 = 180.0;
/// How far the drawing turns while another picture would show, in degrees.
const TURN: f32 = 25.0;

/// The places of one window.
pub(super) struct Frame {
    /// Everything to touch is in the lower part: the customer has asked for it, or the screen is so high that from a
    /// wheelchair nobody reaches its upper end.
    pub(super) is_low: bool,
    is_portrait: bool,
    /// Whose turn it is among the shop's pictures.
    turn: usize,
    top: Rect,
    page: Rect,
    bottom: Rect,
    /// How far down the page's contents stand in the room they leave: 0.0 at its top, 1.0 at its bottom.
    weight: f32,
}

impl Frame {
    /// The places in all the room there is; a page that is `whole` has no bar below it.
    pub(super) fn new(ui: &Ui, (is_asked_low, turn): (bool, usize), is_whole: bool) -> Self {
        let theme = theme::of(ui.ctx());
        let room = ui.available_rect_before_wrap();
        let is_portrait = is_portrait(ui);
        let is_low = is_asked_low || is_portrait;
        let control = control_height(&theme);
        let below = match (is_whole, is_low) {
            (false, _) => control + 2.0 * space::M,
            // The bar does not stand on the edge of the screen.
            (true, true) => space::S,
            (true, false) => 0.0,
        };
        let (above, bottom) = room.split_top_bottom_at_y(room.bottom() - below);
        let bar = control + 2.0 * space::S;
        let (top, page) = if is_low {
            let (page, top) = above.split_top_bottom_at_y(above.bottom() - bar);
            (top, page)
        } else {
            above.split_top_bottom_at_y(above.top() + bar)
        };
        let weight = if is_low { LOW } else { 0.5 };
        Self { is_low, is_portrait, turn, top, page, bottom, weight }
    }

    /// The page: contents in the middle, or further down.
    pub(super) fn page(&self, ui: &mut Ui, name: &str, add_contents: impl FnOnce(&mut Ui)) {
        self.show_page(ui, (name, None), add_contents);
    }

    /// A page that may be too long, with what the button says that scrolls it down, and back up.
    pub(super) fn long_page(&self, ui: &mut Ui, (name, more): (&str, [&str; 2]), add_contents: impl FnOnce(&mut Ui)) {
        self.show_page(ui, (name, Some(more)), add_contents);
    }

    fn show_page(&self, ui: &mut Ui, (name, more): (&str, Option<[&str; 2]>), add_contents: impl FnOnce(&mut Ui)) {
        let builder = UiBuilder::new().max_rect(self.page).layout(Layout::top_down(Align::Min));
        ui.scope_builder(builder, |ui| {
            let top = layout::weighted(ui, self.place(name, more), add_contents);
            self.picture_above(ui, top);
        });
    }

    /// Whether the page shows a picture, or a drawing, above what it says.
    pub(super) fn has_picture_above(&self) -> bool {
        self.is_portrait
    }

    /// What a high screen leaves free: the shop's picture, or else a drawing.
    fn picture_above(&self, ui: &Ui, top: f32) {
        let room = self.page.with_max_y(top - space::XL);
        if !self.is_portrait || room.height() < LEAST_PICTURE {
            return;
        }
        if !brand::attract(ui, room.shrink2(vec2(space::L, 0.0)).with_min_y(room.top() + space::L)) {
            #[expect(clippy::cast_precision_loss, reason = "a part of a circle")]
            let degrees = (self.turn % 360) as f32 * TURN;
            Scene::turned(degrees).paint(ui, room);
        }
    }

    fn place<'a>(&self, name: &'a str, more: Option<[&'a str; 2]>) -> Place<'a> {
        Place { name, width: COLUMN, weight: self.weight, more }
    }

    /// Whether large text leaves room for the words of a page only.
    pub(super) fn is_tight(&self, ui: &Ui) -> bool {
        self.lines(ui) < LEAST_LINES
    }

    /// How many lines of running text a page has.
    fn lines(&self, ui: &Ui) -> f32 {
        self.page.height() / theme::of(ui.ctx()).line_height(TextSize::Body)
    }

    /// Whether the page is wider than high.
    pub(super) fn is_landscape(&self) -> bool {
        self.page.width() > self.page.height()
    }

    /// A page with a keyboard at its bottom; true when its "next" was pressed and no field took it.
    pub(super) fn page_with_keys(
        &self,
        ui: &mut Ui,
        (name, kind, language): (&str, KeyboardKind, &str),
        add_contents: impl FnOnce(&mut Ui),
    ) -> bool {
        let builder = UiBuilder::new().max_rect(self.page).layout(Layout::top_down(Align::Min));
        ui.scope_builder(builder, |ui| {
            let is_next = keyboard::dock(ui, kind, language);
            let top = layout::weighted(ui, self.place(name, None), add_contents);
            self.picture_above(ui, top);
            is_next
        })
        .inner
    }

    /// The places beside the shop's picture on a wide screen, and where that stands; none where it would leave too little room.
    pub(super) fn beside_picture(&self, ui: &Ui) -> Option<(Self, Rect)> {
        let text_scale = theme::of(ui.ctx()).look.text_scale;
        if self.is_low || text_scale > ROOMY_TEXT || !brand::has_attract(ui.ctx()) {
            return None;
        }
        let whole = self.page.union(self.bottom);
        let edge = whole.center().x;
        let picture = whole.with_max_x(edge).shrink2(vec2(space::L, 0.0)).with_max_y(whole.bottom() - space::L);
        Some((Self { page: self.page.with_min_x(edge), bottom: self.bottom.with_min_x(edge), ..*self }, picture))
    }

    /// The column within the bar below.
    fn bottom_column(&self) -> Rect {
        let width = (self.bottom.width() - 2.0 * space::L).min(COLUMN);
        Rect::from_center_size(self.bottom.center(), vec2(width, self.bottom.height() - 2.0 * space::M))
    }
}

/// Whether the window is higher than wide.
pub(super) fn is_portrait(ui: &Ui) -> bool {
    let room = ui.available_rect_before_wrap();
    room.height() > room.width()
}

fn control_height(theme: &Theme) -> f32 {
    theme.control_height().max(theme.line_height(TextSize::Title) + space::M)
}

/// The bar that every screen of the kiosk has: where one is, and the way to another language and another look.
pub(super) struct TopBar<'a> {
    cx: &'a ViewContext<'a>,
    /// Whether there is something to start over.
    can_start_over: bool,
    is_attract: bool,
    /// Which step of how many.
    step: Option<(usize, usize)>,
}

impl<'a> TopBar<'a> {
    /// The bar of where the screen stands.
    pub(super) fn of(status: &Status, cx: &'a ViewContext<'a>) -> Self {
        let step = match status {
            Status::Form(form) => {
                let count = pages(&cx.preferences.kiosk).count();
                pages(&cx.preferences.kiosk).position(|page| page == form.page).map(|at| (at, count))
            }
            _ => None,
        };
        let is_attract = *status == Status::Attract;
        let can_start_over = !is_attract && !matches!(status, Status::Sending(_));
        Self { cx, can_start_over, is_attract, step }
    }

    /// Draws it.
    pub(super) fn show(&self, ui: &mut Ui, view: &View<'_>) -> Option<Action> {
        let theme = theme::of(ui.ctx());
        let inner = view.frame.top.shrink2(vec2(CORNER, space::S));
        let builder = UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center));
        let left = ui.scope_builder(builder, |ui| self.left(ui, &theme, inner.width()));
        if let Some((at, count)) = self.step {
            let right = inner.right() - self.right_width(ui, &theme);
            self.steps(ui, (inner, Rangef::new(left.response.rect.right(), right)), (at, count));
        }
        let builder = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
        let right = ui.scope_builder(builder, |ui| self.right(ui));
        left.inner.or(right.inner)
    }

    fn left(&self, ui: &mut Ui, theme: &Theme, room: f32) -> Option<Action> {
        let texts = self.cx.texts;
        if self.is_attract {
            match &self.cx.brand.brand.name {
                // A long name would run into the buttons on the right.
                Some(_) if theme.look.text_scale > ROOMY_TEXT => {}
                Some(name) => {
                    ui.set_max_width(room * NAME_SHARE);
                    title(ui, name.as_str());
                }
                None => {
                    title(ui, &texts.get("app-name"));
                }
            }
            return None;
        }
        let words = texts.get("kiosk-start-over");
        if !self.can_start_over {
            return None;
        }
        let steps = self.step.map_or(0.0, |(_, count)| Steps::width(count));
        // What stands in the middle has as much room at the right as at the left.
        let side = button_width(ui, theme, &words).max(self.right_width(ui, theme));
        let is_clicked = if steps + 2.0 * (side + space::M) <= room {
            Button::plain(&words).icon(Icon::Refresh).show(ui).clicked()
        } else {
            icon_button(ui, Icon::Refresh, &words).clicked()
        };
        is_clicked.then_some(Action::StartOver)
    }

    /// In the middle of the bar, or of what is free of it.
    fn steps(&self, ui: &mut Ui, (inner, free): (Rect, Rangef), (at, count): (usize, usize)) {
        let (step, all) = ((at + 1).to_string(), count.to_string());
        let variables = [("step", step.as_str().into()), ("count", all.as_str().into())];
        let name = self.cx.texts.with("kiosk-step", &variables);
        let size = vec2(Steps::width(count), 10.0);
        let middle = Rect::from_center_size(inner.center(), size);
        let is_free = free.contains(middle.left() - space::S) && free.contains(middle.right() + space::S);
        let place = if is_free { middle.center() } else { pos2(free.center(), inner.center().y) };
        let rect = Rect::from_center_size(place, size);
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| Steps::new(at, count, &name).show(ui));
    }

    fn right_width(&self, ui: &Ui, theme: &Theme) -> f32 {
        let icon = theme.icon(theme.control_height() * 0.46) + space::M;
        let others: f32 = self.others().map(|(_, name)| button_width(ui, theme, name) + space::S).sum();
        others + icon.max(theme.control_height())
    }

    fn right(&self, ui: &mut Ui) -> Option<Action> {
        let mut action = None;
        if icon_button(ui, Icon::Person, &self.cx.texts.get("kiosk-comfort")).clicked() {
            action = Some(Action::ChooseComfort(true));
        }
        let others: Vec<_> = self.others().collect();
        for (tag, name) in others.into_iter().rev() {
            if Button::plain(name).icon(Icon::Globe).show(ui).clicked() {
                action = Some(Action::Speak(tag.clone()));
            }
        }
        action
    }

    /// The languages that do not show.
    fn others(&self) -> impl Iterator<Item = &'a (crate::domain::LanguageTag, String)> {
        let shown = self.cx.texts.tag();
        self.cx.languages.iter().filter(move |(tag, _)| tag != shown)
    }
}

/// What a button with an icon takes.
fn button_width(ui: &Ui, theme: &Theme, words: &str) -> f32 {
    let font = theme.font(theme.control_text(), Weight::SemiBold);
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x + theme.icon(theme::size::ICON) + space::S + theme.control_height()
}

/// The bar below the page: back at the left, the primary action always at the right.
#[derive(Default)]
pub(super) struct BottomBar<'a> {
    back: Option<Cow<'a, str>>,
    second: Option<(Cow<'a, str>, Action)>,
    first: Option<(Cow<'a, str>, Action)>,
    /// Why the primary action cannot be taken; the page shows it.
    reason: Option<Cow<'a, str>>,
}

impl<'a> BottomBar<'a> {
    /// A way back.
    pub(super) fn back(mut self, words: Cow<'a, str>) -> Self {
        self.back = Some(words);
        self
    }

    /// Another action, as large as the primary one.
    pub(super) fn second(mut self, words: Cow<'a, str>, action: Action) -> Self {
        self.second = Some((words, action));
        self
    }

    /// The primary action.
    pub(super) fn first(mut self, words: Cow<'a, str>, action: Action) -> Self {
        self.first = Some((words, action));
        self
    }

    /// Why the primary action cannot be taken.
    pub(super) fn because(mut self, reason: Option<Cow<'a, str>>) -> Self {
        self.reason = reason;
        self
    }

    /// Draws it.
    pub(super) fn show(self, ui: &mut Ui, frame: &Frame) -> Option<Action> {
        let theme = theme::of(ui.ctx());
        let column = frame.bottom_column();
        let mut action = None;
        let mut left = column.left();
        if let Some(words) = &self.back {
            // A word of its own, such as "correct it", is no mere way back.
            let is_roomy = theme.look.text_scale <= ROOMY_TEXT || self.second.is_none();
            let width = if is_roomy { button_width(ui, &theme, words) } else { column.height() };
            let place = Rect::from_min_size(column.min, vec2(width, column.height()));
            let is_clicked = within(ui, place, |ui| {
                let button = Button::quiet(words).icon(Icon::Back).wide();
                let button = if is_roomy { button } else { button.icon_only() };
                button.show(ui).clicked()
            });
            action = is_clicked.then_some(Action::Back);
            left = place.right() + space::M;
        }
        let room = column.right() - left;
        let half = ((room - space::M) / 2.0).floor();
        if let Some((words, wanted)) = &self.second {
            let place = Rect::from_min_size(pos2(left, column.top()), vec2(half, column.height()));
            if within(ui, place, |ui| Button::quiet(words).wide().show(ui).clicked()) {
                action = Some(wanted.clone());
            }
        }
        if let Some((words, wanted)) = &self.first {
            let width = if self.second.is_some() { half } else { room };
            let place = Rect::from_min_max(pos2(column.right() - width, column.top()), column.max);
            let button = Button::primary(words).wide().disabled_because(self.reason.as_deref()).reason_elsewhere();
            if within(ui, place, |ui| button.show(ui).clicked()) {
                action = Some(wanted.clone());
            }
        }
        action
    }
}

fn within<R>(ui: &mut Ui, place: Rect, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(place).layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, add_contents).inner
}
