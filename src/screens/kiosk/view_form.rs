//! Draws the pages of the signup.

use std::borrow::Cow;

use egui::Ui;

use super::view::View;
use super::view_layout::BottomBar;
use super::view_result::announce;
use super::{Action, Form, Page};
use crate::domain::{birthday, name, phone};
use crate::i18n::{birthday_error, name_error, phone_error, purpose_name};
use crate::ui::forget::salt_of;
use crate::ui::keyboard::KeyboardKind;
use crate::ui::theme::{TextSize, Tone, space};
use crate::ui::widgets::{Banner, Card, Check, Digits, Field, FieldSize, body_as_high_as, headline, lead};

/// What one page asks.
struct PageText<'a> {
    headline: Cow<'a, str>,
    hint: Cow<'a, str>,
    placeholder: Cow<'a, str>,
    error: Option<Cow<'a, str>>,
    limit: usize,
    format: Option<Formatter>,
}

type Formatter = fn(&str) -> String;

/// Longer than any way to write a phone.
const PHONE_LIMIT: usize = 32;
/// Eight digits and room for separators of all kinds.
const BIRTHDAY_LIMIT: usize = 14;

/// Draws the page that shows.
pub(super) fn form_ui(ui: &mut Ui, form: &mut Form, view: &View<'_>) -> Option<Action> {
    match form.page {
        Page::Phone | Page::FirstName | Page::LastName | Page::Birthday => field_page_ui(ui, form, view),
        Page::Consents => consents_ui(ui, form, view),
        Page::Confirm => confirm_ui(ui, form, view),
    }
}

fn field_page_ui(ui: &mut Ui, form: &mut Form, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let page = form.page;
    let mut asked = asked(form, view);
    let mut from_field = None;
    let kind =
        if matches!(page, Page::FirstName | Page::LastName) { KeyboardKind::Letters } else { KeyboardKind::Digits };
    // Where large text leaves no room for both, the refusal says what the page is about.
    let has_headline = form.refusal.is_none() || !view.frame.is_tight_with_keys(ui);
    if !has_headline {
        asked.hint = Cow::default();
    }
    let is_next = view.frame.page_with_keys(ui, ("field", kind, texts.tag().as_str()), |ui| {
        if has_headline {
            headline(ui, &asked.headline);
        }
        if form.refusal.is_some() {
            if has_headline {
                ui.add_space(space::S);
            }
            Banner::new(Tone::Error, &texts.get("kiosk-refused")).body(&texts.get("kiosk-refused-advice")).show(ui);
        }
        ui.add_space(if has_headline { space::M } else { 0.0 });
        from_field = field_ui(ui, form, (&asked, view));
    });
    let bar = BottomBar::default().back(texts.get("kiosk-back")).first(texts.get("kiosk-next"), Action::Next);
    let bar = if page == Page::Phone { bar } else { bar.second(texts.get("kiosk-skip"), Action::Skip) };
    bar.show(ui, &view.frame).or(from_field).or(is_next.then_some(Action::Next))
}

fn asked<'a>(form: &Form, view: &View<'a>) -> PageText<'a> {
    let texts = view.cx.texts;
    let errors = form.errors;
    let (headline, hint, placeholder) = match form.page {
        Page::FirstName => ("kiosk-first-name", "kiosk-first-name-hint", None),
        Page::LastName => ("kiosk-last-name", "kiosk-last-name-hint", None),
        Page::Birthday => ("kiosk-birthday", "kiosk-birthday-hint", Some("form-birthday-placeholder")),
        _ => ("kiosk-phone", "kiosk-phone-hint", Some("kiosk-phone-placeholder")),
    };
    let (error, limit, format): (_, _, Option<Formatter>) = match form.page {
        Page::FirstName => (errors.first_name.map(|error| name_error(texts, error)), name::LONGEST_GRAPHEMES, None),
        Page::LastName => (errors.last_name.map(|error| name_error(texts, error)), name::LONGEST_GRAPHEMES, None),
        Page::Birthday => {
            let format = birthday::formatter(texts.birthday_separator());
            (errors.birthday.map(|error| birthday_error(texts, error)), BIRTHDAY_LIMIT, Some(format))
        }
        _ => (errors.phone.map(|error| phone_error(texts, error)), PHONE_LIMIT, Some(phone::format_as_typed)),
    };
    let placeholder = placeholder.map(|id| texts.get(id)).unwrap_or_default();
    PageText { headline: texts.get(headline), hint: texts.get(hint), placeholder, error, limit, format }
}

fn field_ui(ui: &mut Ui, form: &mut Form, (asked, view): (&PageText<'_>, &View<'_>)) -> Option<Action> {
    let wants_focus = std::mem::take(&mut form.wants_focus) || ui.memory(|memory| memory.focused().is_none());
    let text = match form.page {
        Page::FirstName => &mut form.draft.first_name,
        Page::LastName => &mut form.draft.last_name,
        Page::Birthday => &mut form.draft.birthday,
        _ => &mut form.draft.phone,
    };
    let mut field = Field::new(&asked.headline, text)
        .id_salt(("kiosk", salt_of(view.generation), form.page))
        .without_label()
        .size(FieldSize::Large)
        .hint(&asked.hint)
        .placeholder(&asked.placeholder)
        .error(asked.error.as_deref())
        .limit(asked.limit)
        .request_focus(wants_focus && !view.is_covered);
    if let Some(format) = asked.format {
        field = field.format(format);
    }
    let response = field.show(ui);
    if response.entered {
        return Some(Action::Next);
    }
    response.changed.then_some(Action::Edit)
}

fn consents_ui(ui: &mut Ui, form: &Form, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let [missing, enough] = ["kiosk-consent-missing", "kiosk-consent-enough"].map(|id| texts.get(id));
    let is_complete = form.consents.is_complete();
    let mut from_boxes = None;
    let [down, up] = ["kiosk-read-on", "kiosk-read-top"].map(|id| texts.get(id));
    view.frame.long_page(ui, ("consents", [&down, &up]), |ui| {
        headline(ui, &texts.get("kiosk-consents"));
        // The room stays taken, so that nothing jumps when the box is ticked.
        let line = body_as_high_as(ui, if is_complete { &enough } else { &missing }, &[&missing, &enough]);
        announce(ui, &line);
        ui.add_space(space::S);
        for (asked, mut is_given) in form.consents.boxes() {
            let kind = if asked.purpose.is_required() { "kiosk-consent-required" } else { "kiosk-consent-optional" };
            let purpose = purpose_name(texts, asked.purpose);
            let label = texts.with(kind, &[("purpose", purpose.as_ref().into())]);
            Card::new().show(ui, |ui| {
                if Check::new(&label).hint(&asked.text).show(ui, &mut is_given).changed() {
                    from_boxes = Some(Action::Consent(asked.purpose));
                }
            });
        }
    });
    let bar = BottomBar::default().back(texts.get("kiosk-back")).first(texts.get("kiosk-next"), Action::Next);
    bar.because((!is_complete).then_some(missing)).show(ui, &view.frame).or(from_boxes)
}

fn confirm_ui(ui: &mut Ui, form: &Form, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let phone = form.phone(view.cx.preferences).map(|phone| phone.pretty()).unwrap_or_default();
    view.frame.page(ui, "confirm", |ui| {
        headline(ui, &texts.get("kiosk-confirm"));
        ui.add_space(space::M);
        Digits::new(&phone).size(TextSize::Hero).show(ui);
        ui.add_space(space::M);
        lead(ui, &texts.get("kiosk-confirm-advice"));
    });
    BottomBar::default()
        .back(texts.get("kiosk-back"))
        .second(texts.get("kiosk-confirm-no"), Action::Correct)
        .first(texts.get("kiosk-confirm-yes"), Action::Next)
        .show(ui, &view.frame)
}
