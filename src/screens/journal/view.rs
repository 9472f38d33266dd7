//! Draws the journal: which days, their figures and chart, their records, and the way to a file.

use egui::Ui;

use super::view_figures::{chart_ui, figures_ui};
use super::view_records::records_ui;
use super::{Action, FileStatus, JournalScreen};
use crate::domain::journal::JournalRange;
use crate::domain::settings::Mode;
use crate::domain::{Failure, FileForm};
use crate::i18n::{failure_advice, failure_title, journal_range};
use crate::screens::ViewContext;
use crate::ui::keyboard::{self, KeyboardKind};
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{Banner, Button, Choice, Icon, headline, wrapped_row};

/// Narrower than this, records stand below the chart.
const NARROW: f32 = 1000.0;
/// The share of the chart beside the records.
const CHART_SHARE: f32 = 0.4;
/// The widest that the screen gets: two columns of a readable width.
const WIDEST: f32 = 1600.0;
/// Lower than this, records and their search are no use.
const LEAST_RECORDS: f32 = 480.0;
/// The height of the chart above the records.
const CHART_ABOVE: f32 = 280.0;

/// Draws the screen.
pub fn ui(ui: &mut Ui, journal: &mut JournalScreen, cx: &ViewContext<'_>) -> Option<Action> {
    // Where nobody plugs a keyboard in, the one on the screen comes with the field.
    if cx.is_touch_only && ui.ctx().text_edit_focused() {
        keyboard::dock(ui, KeyboardKind::Digits, cx.texts.tag().as_str());
    }
    let bar = theme::of(ui.ctx()).control_height() + space::L;
    let (from_page, from_bar) = layout::above_bar(ui, bar, |ui, half| {
        let mut action = None;
        let bottom = ui.max_rect().bottom();
        layout::centred(ui, WIDEST, |ui| {
            action = match half {
                Half::First => page_ui(ui, (journal, bottom), cx),
                Half::Second => bar_ui(ui, journal, cx),
            };
        });
        action
    });
    from_bar.or(from_page)
}

fn page_ui(ui: &mut Ui, (journal, bottom): (&mut JournalScreen, f32), cx: &ViewContext<'_>) -> Option<Action> {
    ui.add_space(space::M);
    let mut action = head_ui(ui, journal, cx);
    ui.add_space(space::S);
    file_ui(ui, journal, cx);
    let height = bottom - ui.cursor().top() - space::S;
    let is_narrow = ui.available_width() < NARROW * theme::of(ui.ctx()).look.text_scale;
    if is_narrow {
        layout::scrolled("journal", height).show(ui, |ui| {
            // The bar lies on what it scrolls.
            ui.set_max_width(ui.available_width() - space::M);
            let top = ui.cursor().top();
            figures_ui(ui, journal, cx);
            chart_ui(ui, (journal, CHART_ABOVE), cx);
            ui.add_space(space::M);
            let rest = height - (ui.cursor().top() - top) - space::S;
            action = action.take().or(records_ui(ui, (journal, rest.max(LEAST_RECORDS)), cx));
        });
        return action;
    }
    figures_ui(ui, journal, cx);
    let height = bottom - ui.cursor().top() - space::S;
    layout::side_by_side(ui, (CHART_SHARE, space::L), |ui, half| match half {
        Half::First => chart_ui(ui, (journal, height), cx),
        Half::Second => action = action.take().or(records_ui(ui, (journal, height), cx)),
    });
    action
}

/// The headline, and which days.
fn head_ui(ui: &mut Ui, journal: &JournalScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let words = JournalRange::ALL.map(|range| (range, journal_range(texts, range)));
    let choice = words.iter().fold(Choice::new(""), |choice, (range, words)| choice.option(*range, words));
    let mut range = journal.range;
    let row = wrapped_row(ui, |ui| {
        headline(ui, &texts.get("journal-title"));
        ui.add_space(space::M);
        choice.show(ui, &mut range)
    });
    row.inner.then_some(Action::Choose(range))
}

/// What became of the file.
fn file_ui(ui: &mut Ui, journal: &JournalScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    match &journal.file {
        FileStatus::Unwanted | FileStatus::Writing(_) => return,
        FileStatus::Written(path) => {
            let path = path.display().to_string();
            Banner::new(Tone::Success, &texts.get("journal-exported")).body(&path).show(ui);
        }
        FileStatus::Failed(failure) => failure_ui(ui, *failure, cx),
    }
    ui.add_space(space::S);
}

/// What went wrong, and what to do.
pub(super) fn failure_ui(ui: &mut Ui, failure: Failure, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    Banner::new(Tone::Error, &failure_title(texts, failure)).body(&failure_advice(texts, failure)).show(ui);
}

fn bar_ui(ui: &mut Ui, journal: &JournalScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    wrapped_row(ui, |ui| {
        if Button::quiet(&texts.get("settings-back")).icon(Icon::Back).show(ui).clicked() {
            action = Some(Action::Leave);
        }
        if Button::quiet(&texts.get("journal-refresh")).show(ui).clicked() {
            action = Some(Action::Refresh);
        }
        if cx.preferences.mode == Mode::Kiosk {
            return;
        }
        let is_busy = matches!(journal.file, FileStatus::Writing(_));
        let is_semicolon = texts.get("form-list-separator") == ";";
        let table = if is_semicolon { FileForm::Semicolons } else { FileForm::Commas };
        for (words, form) in [("journal-export-csv", table), ("journal-export-xlsx", FileForm::Workbook)] {
            if Button::quiet(&texts.get(words)).busy(is_busy).show(ui).clicked() {
                action = Some(Action::Export(form));
            }
        }
    });
    action
}
