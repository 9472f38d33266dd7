//! Draws how a list was understood, for a person to confirm or correct.

use egui::Ui;

use super::{Action, BalancesScreen, Status};
use crate::domain::balances::{ListPreview, ListSource};
use crate::i18n::{Texts, list_error, list_form};
use crate::screens::ViewContext;
use crate::ui::layout;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Choice, Icon, Spinner, TextRow, body, muted, strong, title};

/// A longer heading of a column is cut.
const LONGEST_NAME: usize = 24;

/// Draws it.
pub(super) fn preview_ui(
    ui: &mut Ui,
    (balances, bottom): (&BalancesScreen, f32),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let texts = cx.texts;
    let preview = balances.preview.as_ref()?;
    muted(ui, &texts.get("balances-preview"));
    ui.add_space(space::M);
    let height = bottom - ui.cursor().top() - space::S;
    layout::scrolled("preview", height)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - space::M);
            let mut action = None;
            Card::new().show(ui, |ui| {
                title(ui, &list_form(texts, preview.form, matches!(balances.source, Some(ListSource::Pasted(_)))));
                found_ui(ui, preview, texts);
                if preview.columns.len() > 1 {
                    ui.add_space(space::S);
                    action = column_ui(ui, preview, texts);
                }
            });
            if matches!(balances.status, Status::Reading(_)) {
                ui.add_space(space::S);
                Spinner::new().label(&texts.get("balances-reading")).show(ui);
            }
            ui.add_space(space::M);
            Card::new().show(ui, |ui| head_ui(ui, preview, texts));
            action
        })
        .inner
}

/// How many customers are in the column, or why there are none.
fn found_ui(ui: &mut Ui, preview: &ListPreview, texts: &Texts) {
    if let Err(error) = preview.list {
        Banner::new(Tone::Warning, &list_error(texts, error)).show(ui);
        return;
    }
    let (customers, others) = preview.counts();
    if customers == 0 {
        Banner::new(Tone::Warning, &texts.get("balances-nobody")).show(ui);
        return;
    }
    let words = texts.with("balances-customers", &[("count", texts.count(customers).into())]);
    if others == 0 {
        body(ui, &words);
        return;
    }
    let others = texts.with("balances-not-customers", &[("count", texts.count(others).into())]);
    body(ui, &format!("{words}, {others}"));
}

fn column_ui(ui: &mut Ui, preview: &ListPreview, texts: &Texts) -> Option<Action> {
    let names: Vec<String> = (0..preview.columns.len()).map(|at| column_name(preview, at, texts)).collect();
    let label = texts.get("balances-column");
    let choice = Choice::new(&label);
    let options = preview.columns.iter().zip(&names);
    let choice = options.fold(choice, |choice, (column, name)| choice.option(Some(*column), name));
    let mut chosen = preview.column();
    choice.show(ui, &mut chosen).then(|| chosen.map(Action::ChooseColumn)).flatten()
}

/// What stands at the top of one of the columns that are shown, below a title that stands above all of them.
fn column_name(preview: &ListPreview, at: usize, texts: &Texts) -> String {
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count() > 1;
    let top = preview.head.iter().find(filled).or_else(|| preview.head.first());
    let cell = top.and_then(|row| row.get(at)).map_or("", |cell| cell.trim());
    if cell.is_empty() {
        let column = preview.columns.get(at).map_or(at, |column| *column);
        let number = u32::try_from(column + 1).unwrap_or(u32::MAX);
        return texts.with("balances-column-name", &[("number", number.into())]).into_owned();
    }
    match cell.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// The first rows as they stand in the table.
fn head_ui(ui: &mut Ui, preview: &ListPreview, texts: &Texts) {
    strong(ui, &texts.get("balances-first-rows"));
    ui.spacing_mut().item_spacing.y = 0.0;
    let columns = preview.columns.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a table has a few columns")]
    let shares = vec![1.0 / columns as f32; columns];
    for row in &preview.head {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        TextRow::new(&shares, &cells).show(ui);
    }
}

/// Draws what can be done with it.
pub(super) fn preview_bar_ui(ui: &mut Ui, balances: &BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let customers = balances.preview.as_ref().map_or(0, |preview| preview.counts().0);
    let is_closed = Button::quiet(&texts.get("balances-other")).show(ui).clicked();
    let why = (customers == 0).then(|| texts.get("balances-nobody"));
    let start = texts.get("balances-start");
    let button = Button::primary(&start).icon(Icon::Play).busy(matches!(balances.status, Status::Reading(_)));
    let is_started = button.disabled_because(why.as_deref()).reason_elsewhere().show(ui).clicked();
    if is_started { Some(Action::Start) } else { is_closed.then_some(Action::Close) }
}
