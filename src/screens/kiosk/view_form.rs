//! Draws the pages of the signup.

use std::borrow::Cow;

use egui::Ui;

use super::view::View;
use super::view_layout::BottomBar;
use super::view_result::announce;
use super::{Action, Form, Page};
use crate::domain::SignupField;
use crate::i18n::{Texts, field_error, purpose_name};
use crate::ui::forget::salt_of;
use crate::ui::keyboard::KeyboardKind;
use crate::ui::theme::{TextSize, space};
use crate::ui::widgets::{Check, Digits, Field, FieldSize, body_as_high_as, headline, lead};

/// What one page asks, in words.
struct PageText<'a> {
    headline: Cow<'a, str>,
    hint: Cow<'a, str>,
    placeholder: Cow<'a, str>,
}

/// Draws the page that shows.
pub(super) fn form_ui(ui: &mut Ui, form: &mut Form, view: &View<'_>) -> Option<Action> {
    match form.page {
        Page::Field(field) => field_page_ui(ui, form, (field, view)),
        Page::Consents => consents_ui(ui, form, view),
        Page::Confirm => confirm_ui(ui, form, view),
    }
}

fn field_page_ui(ui: &mut Ui, form: &mut Form, (field, view): (SignupField, &View<'_>)) -> Option<Action> {
    let texts = view.cx.texts;
    let mut asked = asked(field, texts);
    if let (SignupField::Phone, Some(phone)) = (field, form.hidden_phone()) {
        asked.placeholder = phone.to_string().into();
    }
    let mut from_field = None;
    let kind = if field.is_of_digits() { KeyboardKind::Digits } else { KeyboardKind::Letters };
    let is_next = view.frame.page_with_keys(ui, ("field", kind, texts.tag().as_str()), |ui| {
        headline(ui, &asked.headline);
        ui.add_space(space::M);
        from_field = field_ui(ui, form, (field, &asked, view));
    });
    let bar = BottomBar::default().back(texts.get("kiosk-back")).first(texts.get("kiosk-next"), Action::Next);
    let bar = if field.is_required() { bar } else { bar.second(texts.get("kiosk-skip"), Action::Skip) };
    bar.show(ui, &view.frame).or(from_field).or(is_next.then_some(Action::Next))
}

fn asked(field: SignupField, texts: &Texts) -> PageText<'_> {
    let (headline, hint, placeholder) = match field {
        SignupField::Phone => ("kiosk-phone", "kiosk-phone-hint", Some("kiosk-phone-placeholder")),
        SignupField::FirstName => ("kiosk-first-name", "kiosk-first-name-hint", None),
        SignupField::LastName => ("kiosk-last-name", "kiosk-last-name-hint", None),
        SignupField::Birthday => ("kiosk-birthday", "kiosk-birthday-hint", Some("form-birthday-placeholder")),
    };
    let placeholder = placeholder.map(|id| texts.get(id)).unwrap_or_default();
    PageText { headline: texts.get(headline), hint: texts.get(hint), placeholder }
}

fn field_ui(
    ui: &mut Ui,
    form: &mut Form,
    (field, asked, view): (SignupField, &PageText<'_>, &View<'_>),
) -> Option<Action> {
    let texts = view.cx.texts;
    let wants_focus = std::mem::take(&mut form.wants_focus) || ui.memory(|memory| memory.focused().is_none());
    let error = form.errors.get(&field).map(|error| field_error(texts, *error));
    let mut shown = Field::new(&asked.headline, form.draft.text_mut(field))
        .id_salt(("kiosk", salt_of(view.generation), field))
        .without_label()
        .size(FieldSize::Large)
        .hint(&asked.hint)
        .placeholder(&asked.placeholder)
        .error(error.as_deref())
        .limit(field.limit())
        .request_focus(wants_focus && !view.is_covered);
    if let Some(format) = field.format(texts.birthday_separator()) {
        shown = shown.format(format);
    }
    let response = shown.show(ui);
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
            if Check::new(&label).hint(&asked.text).card().show(ui, &mut is_given).changed() {
                from_boxes = Some(Action::Consent(asked.purpose));
            }
        }
    });
    let bar = BottomBar::default().back(texts.get("kiosk-back")).first(texts.get("kiosk-next"), Action::Next);
    bar.because((!is_complete).then_some(missing)).show(ui, &view.frame).or(from_boxes)
}

fn confirm_ui(ui: &mut Ui, form: &Form, view: &View<'_>) -> Option<Action> {
    let texts = view.cx.texts;
    let phone = match form.hidden_phone() {
        Some(hidden) => hidden.to_string(),
        None => form.phone(view.cx.preferences).map(|phone| phone.pretty()).unwrap_or_default(),
    };
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
