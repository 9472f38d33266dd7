//! Draws the consents: whose are looked for, what they say, and what can be done with them.

use egui::Ui;

use super::{Action, ConsentsScreen, Status};
use crate::domain::consent::KeptConsent;
use crate::domain::{FieldError, FileForm};
use crate::i18n::{Texts, consent_origin, failure_advice, failure_title, field_error, purpose_name};
use crate::screens::ViewContext;
use crate::ui::layout::{self, Half};
use crate::ui::theme::{self, Tone, space};
use crate::ui::widgets::{
    Banner, Button, Card, Field, Icon, Modal, Spinner, body, headline, muted, title, wrapped_row,
};

/// The share of the search beside what was found.
const SEARCH_SHARE: f32 = 0.4;
/// What was found is no use in less.
const LEAST_HEIGHT: f32 = 240.0;
/// The longest phone that is typed or pasted.
const LONGEST_PHONE: usize = 32;

/// Draws the screen.
pub fn ui(ui: &mut Ui, screen: &mut ConsentsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let bar = theme::of(ui.ctx()).control_height() + space::L;
    let (from_page, from_bar) = layout::above_bar(ui, bar, |ui, half| {
        let mut action = None;
        let bottom = ui.max_rect().bottom();
        layout::centred(ui, layout::WORK_WIDTH, |ui| {
            action = match half {
                Half::First => page_ui(ui, (screen, bottom), cx),
                Half::Second => bar_ui(ui, screen, cx),
            };
        });
        action
    });
    dialog_ui(ui, screen, cx).or(from_bar).or(from_page)
}

fn page_ui(ui: &mut Ui, (screen, bottom): (&mut ConsentsScreen, f32), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    ui.add_space(space::M);
    headline(ui, &texts.get("consents-title"));
    muted(ui, &texts.get("consents-lead"));
    ui.add_space(space::M);
    status_ui(ui, screen, texts);
    let mut action = None;
    layout::side_by_side(ui, (SEARCH_SHARE, space::L), |ui, half| {
        let from_half = match half {
            Half::First => search_ui(ui, screen, texts),
            Half::Second => found_ui(ui, (screen, bottom), cx),
        };
        action = action.take().or(from_half);
    });
    action
}

/// What was done last, or went wrong.
fn status_ui(ui: &mut Ui, screen: &ConsentsScreen, texts: &Texts) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).into();
    match &screen.status {
        Status::Ready | Status::Finding(..) | Status::Forgetting(_) | Status::Exporting(_) => return,
        Status::Forgotten { signups: 0, consents: 0 } => {
            Banner::new(Tone::Info, &texts.get("queue-done-nobody")).show(ui);
        }
        Status::Forgotten { signups, consents } => {
            let words = [("signups", number(*signups)), ("consents", number(*consents))];
            let title = texts.with("queue-done-forgotten", &words);
            Banner::new(Tone::Success, &title).body(&texts.get("consents-forgotten-body")).show(ui);
        }
        Status::Exported { path, consents } => {
            let path = path.display().to_string();
            let title = texts.with("consents-exported", &[("count", number(*consents))]);
            let body = texts.with("consents-exported-body", &[("path", path.into())]);
            Banner::new(Tone::Success, &title).body(&body).show(ui);
        }
        Status::Failed(failure) => {
            Banner::new(Tone::Error, &failure_title(texts, *failure)).body(&failure_advice(texts, *failure)).show(ui);
        }
    }
    ui.add_space(space::M);
}

fn search_ui(ui: &mut Ui, screen: &mut ConsentsScreen, texts: &Texts) -> Option<Action> {
    let (label, error) = (texts.get("queue-forget-phone"), screen.error);
    let error = error.map(|error| field_error(texts, FieldError::Phone(error)));
    let (is_busy, is_finding) = (screen.is_busy(), matches!(screen.status, Status::Finding(..)));
    let wants_focus = !is_busy && std::mem::take(&mut screen.wants_focus);
    let card = Card::new().show(ui, |ui| {
        let field = Field::new(&label, &mut screen.phone).id_salt("consents").limit(LONGEST_PHONE).digits(true);
        let response =
            field.error(error.as_deref()).enabled(!is_busy).request_focus(wants_focus).select_all(wants_focus).show(ui);
        let find = texts.get("consents-find");
        let is_clicked = Button::primary(&find).icon(Icon::Search).key("Enter").busy(is_busy).show(ui).clicked();
        if is_finding {
            Spinner::new().label(&texts.get("consents-finding")).show(ui);
        }
        if response.entered || is_clicked { Some(Action::Find) } else { response.changed.then_some(Action::Edit) }
    });
    card.inner
}

fn found_ui(ui: &mut Ui, (screen, bottom): (&ConsentsScreen, f32), cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let Some((phone, consents)) = screen.found.as_ref() else {
        if !screen.is_busy() {
            muted(ui, &texts.get("consents-pick"));
        }
        return None;
    };
    let is_clicked = wrapped_row(ui, |ui| {
        title(ui, &phone.pretty());
        ui.add_space(space::M);
        let forget = texts.get("consents-forget");
        // There may be signups that wait, but hardly.
        let button = if consents.is_empty() { Button::quiet(&forget) } else { Button::danger(&forget) };
        button.busy(screen.is_busy()).show(ui).clicked()
    });
    ui.add_space(space::S);
    if consents.is_empty() {
        body(ui, &texts.get("consents-none"));
    }
    let height = (bottom - ui.cursor().top() - space::S).max(LEAST_HEIGHT);
    layout::scrolled("consents", height).show(ui, |ui| {
        // The bar lies on what it scrolls.
        ui.set_max_width(ui.available_width() - space::M);
        for consent in consents {
            consent_ui(ui, consent, cx);
            ui.add_space(space::M);
        }
    });
    is_clicked.inner.then_some(Action::AskForget)
}

fn consent_ui(ui: &mut Ui, consent: &KeptConsent, cx: &ViewContext<'_>) {
    let texts = cx.texts;
    let title = consent.purpose.map_or_else(|| texts.get("consents-unknown"), |purpose| purpose_name(texts, purpose));
    Card::new().title(&title).show(ui, |ui| {
        if consent.is_altered {
            Banner::new(Tone::Warning, &texts.get("consents-altered"))
                .body(&texts.get("consents-altered-body"))
                .show(ui);
        }
        ui.spacing_mut().item_spacing.y = space::S;
        // A year counts where evidence is kept for some.
        let time = texts.whole_date_and_time(consent.taken);
        body(ui, &texts.with("consents-taken", &[("time", time.into())]));
        if let Some(how) = consent.how {
            body(ui, &consent_origin(texts, how));
        }
        let tag = consent.language.as_str();
        let own_name = cx.languages.iter().find(|(known, _)| known.as_str() == tag).map_or(tag, |(_, name)| name);
        let text = [("version", consent.version.as_str().into()), ("language", own_name.into())];
        muted(ui, &texts.with("consents-text", &text));
        let place = [("store", consent.store_id.as_str().into()), ("cash", consent.cash_id.as_str().into())];
        muted(ui, &texts.with("consents-place", &place));
    });
}

fn bar_ui(ui: &mut Ui, screen: &ConsentsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let texts = cx.texts;
    let mut action = None;
    wrapped_row(ui, |ui| {
        if Button::quiet(&texts.get("settings-back")).icon(Icon::Back).show(ui).clicked() {
            action = Some(Action::Leave);
        }
        let is_semicolon = texts.get("form-list-separator") == ";";
        let table = if is_semicolon { FileForm::Semicolons } else { FileForm::Commas };
        for (words, form) in [("consents-export-csv", table), ("consents-export-xlsx", FileForm::Workbook)] {
            if Button::quiet(&texts.get(words)).busy(screen.is_busy()).show(ui).clicked() {
                action = Some(Action::Export(form));
            }
        }
    });
    action
}

fn dialog_ui(ui: &Ui, screen: &ConsentsScreen, cx: &ViewContext<'_>) -> Option<Action> {
    let (phone, _) = screen.found.as_ref().filter(|_| screen.asks_to_forget)?;
    let texts = cx.texts;
    let title = texts.with("consents-forget-title", &[("phone", phone.pretty().into())]);
    let text = texts.get("queue-forget-text");
    let response = Modal::new("forget customer", &title).body(&text).show(ui.ctx(), |ui| {
        let mut action = None;
        wrapped_row(ui, |ui| {
            if Button::danger(&texts.get("queue-delete")).show(ui).clicked() {
                action = Some(Action::Confirm);
            }
            if Button::quiet(&texts.get("queue-keep")).show(ui).clicked() {
                action = Some(Action::Cancel);
            }
        });
        action
    });
    response.inner.or(response.dismissed.then_some(Action::Cancel))
}
