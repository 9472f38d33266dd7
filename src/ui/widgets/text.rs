//! Words on the screen: a helper per rank, wrapping, never clipped.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Label, Response, RichText, Role, Ui};

use crate::ui::theme::{self, TextSize, Weight};

/// From this factor on a headline is as large as a statement at the usual size.
const LARGER_TEXT: f32 = 1.3;

/// The headline of a screen.
pub fn headline(ui: &mut Ui, text: &str) -> Response {
    heading(ui, text, TextSize::Headline)
}

/// A large statement, such as a greeting.
pub fn display(ui: &mut Ui, text: &str) -> Response {
    heading(ui, text, TextSize::Display)
}

/// What a whole screen says. Text that was asked for larger grows, this by less: it is large already.
pub fn statement(ui: &mut Ui, text: &str) -> Response {
    let is_larger = theme::of(ui.ctx()).look.text_scale > LARGER_TEXT;
    heading(ui, text, if is_larger { TextSize::Headline } else { TextSize::Display })
}

/// The title of a card or a section.
pub fn title(ui: &mut Ui, text: &str) -> Response {
    heading(ui, text, TextSize::Title)
}

/// Running text.
pub fn body(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.text;
    line(ui, text, (TextSize::Body, Weight::Regular), ink)
}

/// Running text that takes the room of the longest of `others`, so that nothing below it moves when it says one of them.
pub fn body_as_high_as(ui: &mut Ui, text: &str, others: &[&str]) -> Response {
    let theme = theme::of(ui.ctx());
    let font = theme.font(TextSize::Body, Weight::Regular);
    let line_height = theme.line_height(TextSize::Body);
    let height = |text: &str| {
        let mut job = LayoutJob::simple(text.to_owned(), font.clone(), Color32::PLACEHOLDER, ui.available_width());
        job.sections.iter_mut().for_each(|section| section.format.line_height = Some(line_height));
        ui.painter().layout_job(job).size().y
    };
    let height = others.iter().map(|other| height(other)).fold(height(text), f32::max);
    ui.vertical(|ui| {
        ui.set_min_height(height);
        body(ui, text)
    })
    .inner
}

/// Running text that carries weight.
pub fn strong(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.text;
    line(ui, text, (TextSize::Body, Weight::SemiBold), ink)
}

/// Running text, pieces of which carry weight.
pub fn mixed(ui: &mut Ui, pieces: &[(&str, bool)]) {
    let theme = theme::of(ui.ctx());
    let mut job = LayoutJob::default();
    for (text, is_strong) in pieces {
        let weight = if *is_strong { Weight::SemiBold } else { Weight::Regular };
        let mut format = TextFormat::simple(theme.font(TextSize::Body, weight), theme.colors.ink.text);
        format.line_height = Some(theme.line_height(TextSize::Body));
        job.append(text, 0.0, format);
    }
    ui.add(Label::new(job).wrap());
}

/// Running text of lesser rank.
pub fn muted(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.muted;
    line(ui, text, (TextSize::Body, Weight::Regular), ink)
}

/// What follows a headline where people stand rather than sit: larger than running text, of lesser rank.
pub fn lead(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.muted;
    line(ui, text, (TextSize::Title, Weight::Regular), ink)
}

/// Small print.
pub fn caption(ui: &mut Ui, text: &str) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.muted;
    line(ui, text, (TextSize::Caption, Weight::Regular), ink)
}

/// Text in a size, weight and colour of the theme.
pub(super) fn line(ui: &mut Ui, text: &str, (text_size, weight): (TextSize, Weight), ink: Color32) -> Response {
    let theme = theme::of(ui.ctx());
    let rich = RichText::new(text)
        .font(theme.font(text_size, weight))
        .line_height(Some(theme.line_height(text_size)))
        .color(ink);
    ui.add(Label::new(rich).wrap())
}

fn heading(ui: &mut Ui, text: &str, text_size: TextSize) -> Response {
    let ink = theme::of(ui.ctx()).colors.ink.text;
    let response = line(ui, text, (text_size, Weight::SemiBold), ink);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Heading);
        node.clear_value();
        node.set_label(text);
    });
    response
}
