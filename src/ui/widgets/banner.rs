//! A message in the flow of the screen, with what can be done about it.

use egui::accesskit::Live;
use egui::{Align, CornerRadius, Frame, Layout, Margin, Response, Role, Sense, Stroke, Ui, vec2};

use super::button::{Button, icon_button, icon_button_side};
use super::icon::Icon;
use super::text::line;
use crate::ui::theme::{self, TextSize, Theme, Tone, ToneColors, Weight, radius, size, space, stroke};

/// A message: icon, words, at most one action.
#[must_use = "call show"]
pub struct Banner<'a> {
    tone: Tone,
    title: &'a str,
    body: Option<&'a str>,
    action: Option<&'a str>,
    close_name: Option<&'a str>,
}

/// What a person did with a banner.
pub struct BannerResponse {
    /// The banner as a whole.
    pub response: Response,
    /// Its action was pressed.
    pub action_clicked: bool,
    /// It was closed.
    pub closed: bool,
}

impl<'a> Banner<'a> {
    /// A message that means `tone`.
    pub fn new(tone: Tone, title: &'a str) -> Self {
        Self { tone, title, body: None, action: None, close_name: None }
    }

    /// A sentence more.
    pub fn body(mut self, body: &'a str) -> Self {
        self.body = Some(body).filter(|body| !body.is_empty());
        self
    }

    /// The words of the one action.
    pub fn action(mut self, action: &'a str) -> Self {
        self.action = Some(action);
        self
    }

    /// A cross to close it, with its name for assistive technology.
    pub fn closable(mut self, accessible_name: &'a str) -> Self {
        self.close_name = Some(accessible_name);
        self
    }

    /// Draws it as wide as there is room.
    pub fn show(self, ui: &mut Ui) -> BannerResponse {
        let theme = theme::of(ui.ctx());
        let colors = theme.tone(self.tone);
        let frame = Frame::new()
            .fill(colors.fill)
            .stroke(Stroke::new(stroke::HAIRLINE, colors.line))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(self.margin());
        let drawn = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| self.contents(ui, &theme, colors)).inner
        });
        let (words, action_clicked, closed) = drawn.inner;
        announce(ui, &words, self.tone, self.title);
        BannerResponse { response: drawn.response, action_clicked, closed }
    }

    /// A cross has room of its own around it; words below it need theirs.
    fn margin(&self) -> Margin {
        let top = if self.close_name.is_some() { 4 } else { 12 };
        let bottom = if self.body.is_some() || self.action.is_some() { 12 } else { top };
        Margin { left: 16, right: 16, top, bottom }
    }

    fn first_line_drop(&self, theme: &Theme) -> f32 {
        let cross = self.close_name.map_or(0.0, |_| icon_button_side(theme));
        ((cross - theme.line_height(TextSize::Body)) / 2.0).max(0.0)
    }

    fn contents(&self, ui: &mut Ui, theme: &Theme, colors: ToneColors) -> (Response, bool, bool) {
        ui.spacing_mut().item_spacing.x = 12.0;
        let drop = self.first_line_drop(theme);
        ui.vertical(|ui| {
            ui.add_space(drop);
            tone_icon(ui, theme, self.tone, colors);
        });
        let close_room = self.close_name.map_or(0.0, |_| icon_button_side(theme) + 12.0);
        let room = (ui.available_width() - close_room).max(1.0);
        let (words, action_clicked) = ui
            .allocate_ui_with_layout(vec2(room, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = space::XS;
                // Beside a cross, a single line stands in the middle of it.
                ui.add_space(self.first_line_drop(theme));
                let words = line(ui, self.title, (TextSize::Body, Weight::SemiBold), colors.ink);
                if let Some(body) = self.body {
                    line(ui, body, (TextSize::Body, Weight::Regular), theme.colors.ink.text);
                }
                let clicked = self.action.is_some_and(|action| {
                    ui.add_space(space::S);
                    Button::quiet(action).id_salt("banner_action").show(ui).clicked()
                });
                (words, clicked)
            })
            .inner;
        let closed = self.close_name.is_some_and(|name| icon_button(ui, Icon::Close, name).clicked());
        (words, action_clicked, closed)
    }
}

/// The icon of a meaning, as high as a line of text so that it sits on the first line.
pub(super) fn tone_icon(ui: &mut Ui, theme: &Theme, tone: Tone, colors: ToneColors) {
    let extent = vec2(theme.icon(size::ICON), theme.line_height(TextSize::Body));
    let (place, _) = ui.allocate_exact_size(extent, Sense::hover());
    Icon::of_tone(tone).paint(ui.painter(), place, colors.ink);
}

/// Turns the words of a message into a live region, urgent ones at once.
pub(super) fn announce(ui: &Ui, words: &Response, tone: Tone, text: &str) {
    let (role, live) = match tone {
        Tone::Warning | Tone::Error => (Role::Alert, Live::Assertive),
        Tone::Neutral | Tone::Info | Tone::Success => (Role::Status, Live::Polite),
    };
    ui.ctx().accesskit_node_builder(words.id, |node| {
        node.set_role(role);
        node.clear_value();
        node.set_label(text);
        node.set_live(live);
    });
}
