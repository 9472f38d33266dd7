//! Draws the signup form.

use std::borrow::Cow;
use std::time::Duration;

use egui::{Key, Ui};

use super::view_result::waiting_ui;
use super::{Action, Checked, SignupField, SignupForm};
use crate::domain::{birthday, name, phone};
use crate::i18n::{birthday_error, failure_advice, failure_title, name_error, phone_error};
use crate::screens::ViewContext;
use crate::ui::forget::salt_of;
use crate::ui::layout;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Field, FieldResponse, Icon, muted, title, wrapped_row};

/// The form of one customer, being typed or being sent.
pub(super) struct FormView<'a> {
    /// Which customer: fields of different ones share nothing.
    pub(super) generation: u64,
    /// Since when it is being sent, in uptime.
    pub(super) sending_since: Option<Duration>,
    /// What every view may need.
    pub(super) cx: &'a ViewContext<'a>,
}

/// What one field shows besides its text.
struct FieldText<'a> {
    field: SignupField,
    label: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    placeholder: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    limit: usize,
    format: Option<fn(&str) -> String>,
}

/// Longer than any way to write a phone.
const PHONE_LIMIT: usize = 32;
/// Eight digits and room for separators of all kinds.
const BIRTHDAY_LIMIT: usize = 14;

impl FormView<'_> {
    /// Draws the form and its buttons.
    pub(super) fn show(&self, ui: &mut Ui, form: &mut SignupForm) -> Option<Action> {
        let texts = self.cx.texts;
        Card::new()
            .show(ui, |ui| {
                title(ui, &texts.get("form-title"));
                self.notice(ui, form);
                ui.add_space(space::S);
                // The very frame that brings a form to be sent as it is.
                let is_fresh =
                    form.focus.is_some() && form.failure.is_none() && !matches!(form.checked, Checked::No(_));
                let from_fields = self.fields(ui, form);
                ui.add_space(space::M);
                // The cashier vouches by pressing Enter, as everybody does here: no box, no key more.
                muted(ui, &texts.get("form-attested"));
                ui.add_space(space::S);
                let from_buttons = self.buttons(ui);
                from_buttons.or(from_fields).or_else(|| self.orphan_enter(ui, is_fresh))
            })
            .inner
    }

    /// What the cashier should know before signing up: the last failure, or that SWiP was not asked.
    fn notice(&self, ui: &mut Ui, form: &SignupForm) {
        let texts = self.cx.texts;
        let (tone, heading, body) = match (form.failure, form.checked) {
            (Some(failure), _) => (Tone::Error, failure_title(texts, failure), failure_advice(texts, failure)),
            (None, Checked::No(failure)) => {
                let body = format!("{}. {}", failure_title(texts, failure), failure_advice(texts, failure));
                (Tone::Warning, texts.get("form-not-checked"), Cow::Owned(body))
            }
            (None, Checked::NotAsked) => {
                muted(ui, &texts.get("form-not-asked"));
                return;
            }
            (None, Checked::Yes) => return,
        };
        ui.add_space(space::S);
        Banner::new(tone, &heading).body(&body).show(ui);
    }

    fn fields(&self, ui: &mut Ui, form: &mut SignupForm) -> Option<Action> {
        let texts = self.cx.texts;
        let focus = form.focus.take().filter(|_| self.sending_since.is_none());
        let SignupForm { draft, errors, .. } = form;
        let optional = || Some(texts.get("form-optional"));

        let shown = FieldText {
            field: SignupField::Phone,
            label: texts.get("form-phone"),
            hint: None,
            placeholder: None,
            error: errors.phone.map(|error| phone_error(texts, error)),
            limit: PHONE_LIMIT,
            format: Some(phone::format_as_typed),
        };
        let from_phone = self.field(ui, &mut draft.phone, &shown, focus);
        let mut from_names = None;
        layout::pair(ui, |ui, half| {
            let (field, label, text, error) = match half {
                layout::Half::First => {
                    (SignupField::FirstName, "form-first-name", &mut draft.first_name, errors.first_name)
                }
                layout::Half::Second => {
                    (SignupField::LastName, "form-last-name", &mut draft.last_name, errors.last_name)
                }
            };
            let shown = FieldText {
                field,
                label: texts.get(label),
                hint: optional(),
                placeholder: None,
                error: error.map(|error| name_error(texts, error)),
                limit: name::LONGEST_GRAPHEMES,
                format: None,
            };
            from_names = self.field(ui, text, &shown, focus).or(from_names);
        });
        let shown = FieldText {
            field: SignupField::Birthday,
            label: texts.get("form-birthday"),
            hint: optional(),
            placeholder: Some(texts.get("form-birthday-placeholder")),
            error: errors.birthday.map(|error| birthday_error(texts, error)),
            limit: BIRTHDAY_LIMIT,
            format: Some(birthday::formatter(texts.birthday_separator())),
        };
        let from_birthday = self.field(ui, &mut draft.birthday, &shown, focus);
        from_birthday.or(from_names).or(from_phone)
    }

    fn field(
        &self,
        ui: &mut Ui,
        text: &mut String,
        shown: &FieldText<'_>,
        focus: Option<SignupField>,
    ) -> Option<Action> {
        let mut field = Field::new(&shown.label, text)
            .id_salt(("form", salt_of(self.generation), shown.field))
            .error(shown.error.as_deref())
            .limit(shown.limit)
            .enabled(self.sending_since.is_none())
            .catch_more_text()
            .request_focus(focus == Some(shown.field));
        if let Some(hint) = &shown.hint {
            field = field.hint(hint);
        }
        if let Some(placeholder) = &shown.placeholder {
            field = field.placeholder(placeholder);
        }
        if let Some(format) = shown.format {
            field = field.format(format);
        }
        let FieldResponse { entered, changed, left, .. } = field.show(ui);
        match (entered, changed, left) {
            (true, _, _) => self.cx.was_seen.then_some(Action::SignUp),
            (_, true, true) => Some(Action::FinishField(shown.field)),
            (_, true, _) => Some(Action::EditField(shown.field)),
            (_, _, true) => Some(Action::LeaveField(shown.field)),
            _ => None,
        }
    }

    fn buttons(&self, ui: &mut Ui) -> Option<Action> {
        let texts = self.cx.texts;
        if let Some(since) = self.sending_since {
            let first = texts.get("form-sending");
            waiting_ui(ui, since, &first, self.cx);
            return None;
        }
        let mut action = None;
        wrapped_row(ui, |ui| {
            let sign_up = texts.get("form-sign-up");
            if Button::primary(&sign_up).icon(Icon::UserPlus).key("Enter").show(ui).clicked() {
                action = Some(Action::SignUp);
            }
            if Button::quiet(&texts.get("form-cancel")).key("Esc").show(ui).clicked() {
                action = Some(Action::Clear);
            }
        });
        action
    }

    /// An Enter that no field takes: in the frame that brings the form, or while nothing has the focus.
    fn orphan_enter(&self, ui: &Ui, is_fresh: bool) -> Option<Action> {
        let is_idle = is_fresh || ui.memory(|memory| memory.focused().is_none());
        let is_entered = ui.input(|input| {
            input
                .events
                .iter()
                .any(|event| matches!(event, egui::Event::Key { key: Key::Enter, pressed: true, repeat: false, .. }))
        });
        (is_idle && is_entered && self.cx.was_seen && self.sending_since.is_none()).then_some(Action::SignUp)
    }
}
