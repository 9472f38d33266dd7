//! Draws the records of the chosen days, a page of them, and what is looked for among them.

use std::borrow::Cow;

use egui::Ui;

use super::view::failure_ui;
use super::{Action, JournalPart, JournalScreen, PHONE_END};
use crate::domain::journal::{JournalRow, JournalRows, KindGroup, OutcomeGroup};
use crate::i18n::{Texts, journal_kind, journal_kinds, journal_outcome, journal_outcomes};
use crate::screens::ViewContext;
use crate::ui::layout;
use crate::ui::theme::{self, space};
use crate::ui::widgets::{Button, Choice, Field, Spinner, TextRow, body, muted, wrapped_row};

/// The shares of the columns: when, what, how it ended, whom about, how long it took.
const SHARES: [f32; 5] = [0.16, 0.28, 0.26, 0.20, 0.10];
/// The field for the end of a phone holds two digits and a label.
const PHONE_WIDTH: f32 = 200.0;

/// Draws what is looked for and what was found, in so much height.
pub(super) fn records_ui(
    ui: &mut Ui,
    (journal, height): (&mut JournalScreen, f32),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let texts = cx.texts;
    let bottom = ui.cursor().top() + height;
    let from_search = search_ui(ui, journal, texts);
    ui.add_space(space::S);
    let theme = theme::of(ui.ctx());
    let has_pages = journal.page_number() > 1 || journal.has_older();
    let pages = if has_pages { theme.control_height() + space::M } else { 0.0 };
    let is_turned = std::mem::take(&mut journal.is_turned);
    let JournalPart { told, failure, .. } = &journal.page;
    match (told, failure) {
        (_, Some(failure)) => failure_ui(ui, *failure, cx),
        (None, None) => {
            Spinner::new().label(&texts.get("journal-reading")).show(ui);
        }
        (Some(page), None) if page.rows.is_empty() => {
            let words = if journal.is_searching() { "journal-none-found" } else { "journal-none" };
            body(ui, &texts.get(words));
        }
        (Some(page), None) => {
            let room = (bottom - ui.cursor().top() - pages).max(theme.control_height() * 3.0);
            ui.scope(|ui| rows_ui(ui, (page, room, is_turned), cx));
        }
    }
    let from_pages = if has_pages { pages_ui(ui, journal, texts) } else { None };
    from_search.or(from_pages)
}

fn search_ui(ui: &mut Ui, journal: &mut JournalScreen, texts: &Texts) -> Option<Action> {
    let mut action = None;
    let all = texts.get("journal-all");
    let kinds = KindGroup::ALL.map(|group| (group, journal_kinds(texts, group)));
    let label = texts.get("journal-what");
    let choice = Choice::new(&label).option(None, &all);
    let choice = kinds.iter().fold(choice, |choice, (group, words)| choice.option(Some(*group), words));
    let mut chosen = journal.search.kinds;
    if choice.show(ui, &mut chosen) {
        action = Some(Action::SearchKinds(chosen));
    }
    ui.add_space(space::S);
    ui.horizontal_top(|ui| {
        let outcomes = OutcomeGroup::ALL.map(|group| (group, journal_outcomes(texts, group)));
        let label = texts.get("journal-how");
        let choice = Choice::new(&label).option(None, &all);
        let choice = outcomes.iter().fold(choice, |choice, (group, words)| choice.option(Some(*group), words));
        let mut chosen = journal.search.outcomes;
        if choice.show(ui, &mut chosen) {
            action = Some(Action::SearchOutcomes(chosen));
        }
        ui.add_space(space::M);
        ui.vertical(|ui| {
            ui.set_max_width(PHONE_WIDTH);
            let label = texts.get("journal-phone-end");
            let field = Field::new(&label, &mut journal.phone_end).id_salt("phone end").limit(32).format(phone_end);
            if field.show(ui).changed {
                action = Some(Action::EditPhoneEnd);
            }
        });
    });
    action
}

/// The last digits of what was typed or pasted: the journal keeps no more.
fn phone_end(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(PHONE_END)..].iter().collect()
}

/// Only the rows that are in sight are drawn.
fn rows_ui(ui: &mut Ui, (page, room, is_turned): (&JournalRows, f32, bool), cx: &ViewContext<'_>) {
    let height = TextRow::height(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = layout::scrolled("records", room);
    if is_turned {
        area = area.vertical_scroll_offset(0.0);
    }
    area.show_rows(ui, height, page.rows.len(), |ui, range| {
        for row in page.rows.get(range).unwrap_or_default() {
            let cells = cells(row, cx);
            TextRow::new(&SHARES, &cells.each_ref().map(|cell| &**cell)).show(ui);
        }
    });
}

fn cells<'a>(row: &JournalRow, cx: &ViewContext<'a>) -> [Cow<'a, str>; SHARES.len()] {
    let (texts, record) = (cx.texts, row.record);
    [
        texts.date_and_time(row.at, cx.now.local).into(),
        journal_kind(texts, record.kind),
        journal_outcome(texts, record.outcome),
        record.phone.map(|phone| phone.to_string()).unwrap_or_default().into(),
        texts.seconds(record.latency_ms).into(),
    ]
}

fn pages_ui(ui: &mut Ui, journal: &JournalScreen, texts: &Texts) -> Option<Action> {
    let number = journal.page_number();
    let mut action = None;
    ui.add_space(space::S);
    wrapped_row(ui, |ui| {
        let first = (number == 1).then(|| texts.get("journal-is-first"));
        let newer = texts.get("journal-newer");
        if Button::quiet(&newer).disabled_because(first.as_deref()).reason_elsewhere().show(ui).clicked() {
            action = Some(Action::Newer);
        }
        let last = (!journal.has_older()).then(|| texts.get("journal-is-last"));
        let older = texts.get("journal-older");
        if Button::quiet(&older).disabled_because(last.as_deref()).reason_elsewhere().show(ui).clicked() {
            action = Some(Action::Older);
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        muted(ui, &texts.with("journal-page", &[("number", number.into())]));
    });
    action
}
