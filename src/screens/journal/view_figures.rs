//! Draws the figures of the chosen days, and the chart of their signups.

use egui::Ui;

use super::view::failure_ui;
use super::{JournalPart, JournalScreen};
use crate::domain::Points;
use crate::domain::journal::{JournalFigures, JournalReport};
use crate::i18n::Texts;
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::space;
use crate::ui::widgets::{BarChart, Card, ChartBar, Spinner, body, caption, title};

/// The height of the chart.
const CHART: f32 = 180.0;

/// Draws both.
pub(super) fn figures_ui(ui: &mut Ui, journal: &JournalScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let JournalPart { told, failure, .. } = &journal.report;
    if let Some(failure) = failure {
        failure_ui(ui, *failure, cx);
        return;
    }
    let Some(report) = told else {
        Spinner::new().label(&texts.get("journal-reading")).show(ui);
        return;
    };
    Card::new().show(ui, |ui| {
        if report.figures.is_empty() {
            body(ui, &texts.get("journal-nothing"));
        } else {
            numbers_ui(ui, report.figures, texts);
        }
    });
    ui.add_space(space::M);
    let is_one_day = journal.range.is_one_day();
    Card::new().title(&texts.get(if is_one_day { "journal-by-hour" } else { "journal-by-day" })).show(ui, |ui| {
        chart_ui(ui, (report, is_one_day), texts);
    });
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
        ("journal-p95", took(answers.map(|answers| answers.p95_ms))),
    ];
    for pair in numbers.chunks(2) {
        layout::side_by_side(ui, (0.5, space::M), |ui, half| {
            let number = match half {
                Half::First => pair.first(),
                Half::Second => pair.last(),
            };
            if let Some((words, number)) = number {
                ui.spacing_mut().item_spacing.y = 0.0;
                title(ui, number);
                caption(ui, &texts.get(words));
            }
        });
    }
}

fn chart_ui(ui: &mut Ui, (report, is_one_day): (&JournalReport, bool), texts: &Texts) {
    let bars = report.bars.iter().map(|bar| ChartBar {
        name: if is_one_day { texts.time(bar.start) } else { texts.short_date(bar.start) },
        value: bar.signups,
    });
    let bars: Vec<_> = bars.collect();
    let sum: u64 = bars.iter().map(|bar| bar.value).sum();
    let label = texts.with("journal-chart", &[("count", sum.into())]);
    BarChart::new(&label, &bars).height(CHART).show(ui);
}
