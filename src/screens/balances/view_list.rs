//! Draws a list at work: how far it is, its rows as they fill in, and what can be done with it.

use std::borrow::Cow;
use std::time::Duration;

use egui::{CornerRadius, ProgressBar, Ui};

use super::{Action, BalancesScreen, ListFile, ListRate, Status};
use crate::domain::balances::{ListFilter, ListSort, ListWork, RowAnswer};
use crate::domain::{FileForm, Points};
use crate::i18n::{failure_advice, failure_title, list_filter, list_sort, row_answer};
use crate::screens::ViewContext;
use crate::ui::layout;
use crate::ui::theme::{self, Tone, radius, space};
use crate::ui::widgets::{Banner, Button, Choice, Icon, TextRow, body, muted, strong, wrapped_row};

/// The shares of the columns: number, what stood in the list, the answer, points, when.
const SHARES: [f32; 5] = [0.09, 0.33, 0.28, 0.14, 0.16];
/// While rows are asked about, the screen tells how far it is so often.
const SHOWN_EVERY: Duration = Duration::from_millis(100);
/// While SWiP wishes to be left alone, so often.
const WAIT_SHOWN_EVERY: Duration = Duration::from_secs(1);
/// A list of fewer rows than this is no use.
const LEAST_ROWS: f32 = 5.0;

/// Draws it.
pub(super) fn list_ui(
    ui: &mut Ui,
    (balances, bottom): (&mut BalancesScreen, f32),
    cx: &ViewContext<'_>,
) -> Option<Action> {
    let is_turned = std::mem::take(&mut balances.is_turned);
    let list = balances.list.as_ref()?;
    status_ui(ui, (balances, list), cx);
    file_ui(ui, balances, cx);
    let action = arrange_ui(ui, list, cx);
    ui.add_space(space::S);
    let least = TextRow::height(ui) * LEAST_ROWS;
    rows_ui(ui, (list, (bottom - ui.cursor().top() - space::S).max(least), is_turned), cx);
    action
}

/// Where it stands: how far, how fast, how much longer; or why it does not go on.
fn status_ui(ui: &mut Ui, (balances, list): (&BalancesScreen, &ListWork), cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let (rows, done) = (list.len(), list.len() - list.waiting());
    let is_whole = done == rows && list.counts().unanswered == 0;
    let (done, total) = (texts.count(done), texts.count(rows));
    let progress = texts.with("balances-progress", &[("done", done.into()), ("rows", total.into())]).into_owned();
    match balances.status {
        Status::Running => running_ui(ui, (balances, list, progress), cx),
        Status::Paused => {
            let title = texts.get("balances-paused");
            Banner::new(Tone::Info, &format!("{title}: {progress}")).body(&texts.get("balances-paused-body")).show(ui);
        }
        Status::Cancelled => {
            let title = texts.get("balances-cancelled");
            Banner::new(Tone::Info, &format!("{title}: {progress}"))
                .body(&texts.get("balances-cancelled-body"))
                .show(ui);
        }
        Status::Ended(failure) => {
            let words = format!("{progress}. {}", failure_advice(texts, failure));
            Banner::new(Tone::Error, &failure_title(texts, failure)).body(&words).show(ui);
        }
        // The file says as much.
        Status::Done if is_whole && matches!(balances.file, ListFile::Written { is_behind: false, .. }) => return,
        Status::Done if is_whole => {
            Banner::new(Tone::Success, &texts.get("balances-done")).show(ui);
        }
        Status::Done => {
            Banner::new(Tone::Warning, &texts.get("balances-done-in-part")).show(ui);
        }
        Status::Choosing | Status::Refused(_) | Status::Finding(_) | Status::Reading(_) | Status::Previewing => {}
    }
    ui.add_space(space::S);
}

fn running_ui(ui: &mut Ui, (balances, list, progress): (&BalancesScreen, &ListWork, String), cx: &ViewContext<'_>) {
    let (texts, now) = (cx.texts, cx.now.uptime);
    let running = texts.get("balances-running").into_owned();
    let mut words = vec![running, progress];
    if let Some(wait) = balances.speed.wait(now) {
        words.push(texts.with("balances-waits", &[("time", texts.roughly(wait).into())]).into_owned());
        ui.ctx().request_repaint_after(wait.min(WAIT_SHOWN_EVERY));
    } else {
        if let Some(rate) = balances.speed.rate(now) {
            let (id, number) = match rate {
                ListRate::Second(number) => ("balances-rate", number),
                ListRate::Minute(number) => ("balances-rate-minute", number),
            };
            words.push(texts.with(id, &[("number", format!("{number:.0}").into())]).into_owned());
        }
        if let Some(left) = balances.speed.left(list.waiting(), now) {
            words.push(texts.with("balances-left", &[("time", texts.roughly(left).into())]).into_owned());
        }
        ui.ctx().request_repaint_after(SHOWN_EVERY);
    }
    body(ui, &words.join(" · "));
    ui.add_space(space::XS);
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
    let share = 1.0 - list.waiting() as f32 / list.len().max(1) as f32;
    let colors = theme::of(ui.ctx()).colors;
    ui.visuals_mut().extreme_bg_color = colors.sunken;
    ui.add(
        ProgressBar::new(share)
            .desired_height(space::S)
            .corner_radius(CornerRadius::same(radius::SMALL))
            .fill(colors.accent.base),
    );
}

/// What became of the file.
fn file_ui(ui: &mut Ui, balances: &BalancesScreen, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    match &balances.file {
        ListFile::Unwanted | ListFile::Writing { .. } => return,
        ListFile::Written { path, is_behind } => {
            let (tone, words) = if *is_behind {
                (Tone::Warning, "balances-exported-in-part")
            } else {
                (Tone::Success, "balances-exported")
            };
            let path = path.display().to_string();
            Banner::new(tone, &texts.get(words)).body(&path).show(ui);
        }
        ListFile::Failed(failure) => {
            let (title, advice) = (failure_title(texts, *failure), failure_advice(texts, *failure));
            Banner::new(Tone::Error, &title).body(&advice).show(ui);
        }
    }
    ui.add_space(space::S);
}

/// Which rows are shown and in which order, and the points of all.
fn arrange_ui(ui: &mut Ui, list: &ListWork, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    let words = ListFilter::ALL.map(|one| (one, list_filter(texts, one, list.counts().shown_by(one, list.len()))));
    let choice = words.iter().fold(Choice::new(""), |choice, (one, words)| choice.option(*one, words));
    let mut filter = list.filter();
    if choice.show(ui, &mut filter) {
        action = Some(Action::Filter(filter));
    }
    ui.push_id("sort", |ui| {
        wrapped_row(ui, |ui| {
            let words = ListSort::ALL.map(|one| (one, list_sort(texts, one)));
            let choice = words.iter().fold(Choice::new(""), |choice, (one, words)| choice.option(*one, words));
            let mut sort = list.sort();
            if choice.show(ui, &mut sort) {
                action = Some(Action::Sort(sort));
            }
        });
    });
    let points = i64::try_from(list.counts().points).unwrap_or(i64::MAX);
    strong(ui, &texts.with("balances-total", &[("points", texts.points_number(Points::new(points)).into())]));
    action
}

/// Only the rows that are in sight are drawn.
fn rows_ui(ui: &mut Ui, (list, room, is_turned): (&ListWork, f32, bool), cx: &ViewContext<'_>) {
    let texts = cx.texts;
    ui.spacing_mut().item_spacing.y = 0.0;
    let heads = [
        "balances-head-number",
        "balances-head-input",
        "balances-head-answer",
        "balances-head-points",
        "balances-head-time",
    ];
    let heads = heads.map(|head| texts.get(head));
    TextRow::new(&SHARES, &heads.each_ref().map(|head| &**head)).head().show(ui);
    let height = TextRow::height(ui);
    if list.shown().is_empty() {
        ui.add_space(space::S);
        muted(ui, &texts.get("balances-nothing-shown"));
        return;
    }
    let mut area = layout::scrolled("rows", room - height);
    if is_turned {
        area = area.vertical_scroll_offset(0.0);
    }
    area.show_rows(ui, height, list.shown().len(), |ui, range| {
        for row in list.shown().get(range).unwrap_or_default() {
            let cells = cells(list, usize::try_from(*row).unwrap_or(usize::MAX), cx);
            TextRow::new(&SHARES, &cells.each_ref().map(|cell| &**cell)).show(ui);
        }
    });
}

fn cells<'a>(list: &'a ListWork, row: usize, cx: &ViewContext<'a>) -> [Cow<'a, str>; SHARES.len()] {
    let (texts, answer) = (cx.texts, list.answer(row));
    let points = answer.and_then(RowAnswer::points).map(|points| texts.points_number(points));
    let time = list.answered_at(row).map(|at_ms| texts.moment(at_ms, cx.clock.utc_offset_secs, cx.now.local));
    [
        texts.count(row + 1).into(),
        list.row(row).map_or("", |row| row.input.as_str()).into(),
        row_answer(texts, answer),
        points.unwrap_or_default().into(),
        time.unwrap_or_default().into(),
    ]
}

/// Draws what can be done with it.
pub(super) fn list_bar_ui(ui: &mut Ui, balances: &BalancesScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    let mut offer = |ui: &mut Ui, button: Button<'_>, wish: Action| {
        if button.show(ui).clicked() {
            action = Some(wish);
        }
    };
    let words = ["balances-pause", "balances-cancel", "balances-go-on", "balances-retry"].map(|word| texts.get(word));
    let [pause, cancel, go_on, retry] = words.each_ref().map(|word| &**word);
    if balances.status == Status::Running {
        offer(ui, Button::quiet(pause), Action::Pause);
        offer(ui, Button::quiet(cancel), Action::Cancel);
    }
    if balances.can_go_on() {
        offer(ui, Button::primary(go_on).icon(Icon::Play), Action::GoOn);
    }
    if balances.can_retry() {
        offer(ui, Button::quiet(retry).icon(Icon::Refresh), Action::RetryFailed);
    }
    let trial = cx.is_trial.then(|| texts.get("balances-export-trial"));
    let table = if texts.get("form-list-separator") == ";" { FileForm::Semicolons } else { FileForm::Commas };
    let is_writing = balances.file.is_being_written();
    for (words, form) in [("balances-export-csv", table), ("balances-export-xlsx", FileForm::Workbook)] {
        let words = texts.get(words);
        let button = Button::quiet(&words).busy(is_writing).disabled_because(trial.as_deref()).reason_elsewhere();
        offer(ui, button, Action::Export(form));
    }
    if balances.status != Status::Running {
        offer(ui, Button::quiet(&texts.get("balances-other")), Action::Close);
    }
    action
}
