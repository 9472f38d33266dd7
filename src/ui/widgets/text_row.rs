//! A row of a table of texts: one line high, each cell cut where its column ends.

use std::borrow::Cow;

use egui::{Align, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

use crate::ui::theme::{self, TextSize, Weight, space, stroke};

/// Texts beneath each other in columns, row by row.
#[must_use = "call show"]
pub struct TextRow<'a> {
    shares: &'a [f32],
    cells: &'a [&'a str],
    is_head: bool,
}

/// More signs have no room in the widest column.
const LONGEST_IN_SIGHT: usize = 200;

impl<'a> TextRow<'a> {
    /// A row of cells whose columns have these shares of the width.
    pub fn new(shares: &'a [f32], cells: &'a [&'a str]) -> Self {
        Self { shares, cells, is_head: false }
    }

    /// The row above the others: it names the columns.
    pub fn head(mut self) -> Self {
        self.is_head = true;
        self
    }

    /// How high each is.
    pub fn height(ui: &Ui) -> f32 {
        theme::of(ui.ctx()).line_height(TextSize::Body) + space::S
    }

    /// Draws it as wide as there is room; told as one sentence.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = theme::of(ui.ctx());
        let size = vec2(ui.available_width(), Self::height(ui));
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let line = Stroke::new(stroke::HAIRLINE, theme.colors.line.hair);
        ui.painter().hline(rect.x_range(), rect.bottom(), line);
        let (weight, ink) = if self.is_head {
            (Weight::SemiBold, theme.colors.ink.muted)
        } else {
            (Weight::Regular, theme.colors.ink.text)
        };
        let cells: Vec<_> = self.cells.iter().map(|cell| in_sight(cell)).collect();
        let mut left = rect.left();
        for (share, text) in self.shares.iter().zip(&cells) {
            let width = rect.width() * share;
            let cell = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width - space::S, rect.height()));
            left += width;
            let layout = Layout::left_to_right(Align::Center);
            let mut child = ui.new_child(UiBuilder::new().max_rect(cell).layout(layout));
            child.set_clip_rect(cell.intersect(ui.clip_rect()));
            let rich = RichText::new(&**text).font(theme.font(TextSize::Body, weight)).color(ink);
            child.add(Label::new(rich).truncate());
        }
        let words = cells.iter().map(|cell| &**cell).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(", ");
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &words));
        response
    }
}

/// What may be seen of a text, cut before all of it is laid out: that would stop the window.
fn in_sight(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_IN_SIGHT) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT, Queryable};

    use super::*;
    use crate::ui::theme::Look;

    #[test]
    fn a_book_in_a_cell_is_cut_before_it_is_laid_out() {
        let book = "я".repeat(1_000_000);
        let setup = |ctx: &egui::Context| theme::install(ctx, Look::default());
        let mut harness = Harness::builder().with_context_setup(setup).build_ui(move |ui| {
            TextRow::new(&[0.5, 0.5], &[&book, "7"]).show(ui);
        });
        harness.run();
        let row = harness.get_by_role(Role::Row);
        let words = row.accesskit_node().label().expect("its words");
        assert!(words.len() < 1_000 && words.ends_with("я…, 7"), "{}", words.len());
        let labels = harness.query_all_by_role(Role::Label);
        assert!(labels.into_iter().filter_map(|label| label.accesskit_node().value()).all(|text| text.len() < 1_000));
    }
}
