//! Draws the figures of the chosen days, and the chart of their signups.

use egui::{Align, Layout, Ui, vec2};

use super::view::failure_ui;
use super::{JournalPart, JournalScreen};
use crate::domain::Points;
use crate::domain::journal::JournalFigures;
use crate::i18n::Texts;
use crate::screens::ViewContext;
use crate::ui::theme::{self, space};
use crate::ui::widgets::{BarChart, Card, ChartBar, Spinner, body, caption, title};

/// The least height of the chart in its card.
const LEAST_CHART: f32 = 120.0;
/// What a card has around the chart: its margins, and its title.
const AROUND_CHART: f32 = 100.0;
/// A figure and its words are so wide.
const FIGURE_WIDTH: f32 = 140.0;

/// Draws the figures, or what there is in place of them.
pub(super) fn figures_ui(ui: &mut Ui, journal: &JournalScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    match &journal.report {
        JournalPart { failure: Some(failure), .. } => failure_ui(ui, *failure, cx),
        JournalPart { told: Some(report), .. } if report.figures.is_empty() => {
            body(ui, &texts.get("journal-nothing"));
        }
        JournalPart { told: Some(report), .. } => {
            Card::new().show(ui, |ui| numbers_ui(ui, report.figures, texts));
        }
        JournalPart { .. } => {
            Spinner::new().label(&texts.get("journal-reading")).show(ui);
        }
    }
    ui.add_space(space::M);
}

fn numbers_ui(ui: &mut Ui, figures: JournalFigures, texts: &Texts) {
    let JournalFigures { registered, already_members, saved, refused, lookups, failures, answers } = figures;
    let count = |count: u64| texts.points_number(Points::new(i64::try_from(count).unwrap_or(i64::MAX)));
    let took = |took: Option<u32>| took.map_or_else(|| "\u{2013}".to_owned(), |took| texts.seconds(took));
    let numbers = [
        ("journal-registered", count(registered)),
        ("journal-already-members", count(already_members)),
        ("journal-saved", count(saved)),
        ("journal-refused", count(refused)),
        ("journal-lookups", count(lookups)),
        ("journal-failures", count(failures)),
        ("journal-median", took(answers.map(|answers| answers.median_ms))),
        ("journal-most", took(answers.map(|answers| answers.p95_ms))),
    ];
    let room = ui.available_width() / (FIGURE_WIDTH * theme::of(ui.ctx()).look.text_scale);
    let (beside, columns) = if room >= 8.0 {
        (8, 8.0)
    } else if room >= 4.0 {
        (4, 4.0)
    } else {
        (2, 2.0)
    };
    let width = (ui.available_width() - space::M * (columns - 1.0)) / columns;
    for row in numbers.chunks(beside) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            for (words, number) in row {
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing.y = 0.0;
                    title(ui, number);
                    caption(ui, &texts.get(words));
                });
            }
        });
    }
}

/// Draws the signups bar by bar, in so much height.
pub(super) fn chart_ui(ui: &mut Ui, (journal, height): (&JournalScreen, f32), cx: &ViewContext<'_>) {
    let (texts, is_one_day) = (cx.texts, journal.range.is_one_day());
    let Some(report) = &journal.report.told else { return };
    let bars = report.bars.iter().map(|bar| ChartBar {
        name: if is_one_day { texts.time(bar.start) } else { texts.short_date(bar.start) },
        value: bar.signups,
    });
    let bars: Vec<_> = bars.collect();
    let sum: u64 = bars.iter().map(|bar| bar.value).sum();
    let label = texts.with("journal-chart", &[("count", sum.into())]);
    let height = (height - AROUND_CHART * theme::of(ui.ctx()).look.text_scale).max(LEAST_CHART);
    Card::new().title(&texts.get(if is_one_day { "journal-by-hour" } else { "journal-by-day" })).show(ui, |ui| {
        BarChart::new(&label, &bars).height(height).show(ui);
    });
}
