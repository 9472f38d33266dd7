//! Draws the signup form.

use std::borrow::Cow;

use egui::{Key, Ui};

use super::{Action, Checked, SignupForm};
use crate::domain::SignupField;
use crate::i18n::{failure_advice, failure_title, field_error};
use crate::screens::ViewContext;
use crate::ui::forget::salt_of;
use crate::ui::layout;
use crate::ui::theme::{Tone, space};
use crate::ui::widgets::{Banner, Button, Card, Field, FieldResponse, Icon, muted, title, wrapped_row};

/// The form of one customer.
pub(super) struct FormView<'a> {
    /// Which customer: fields of different ones share nothing.
    pub(super) generation: u64,
    /// What every view may need.
    pub(super) cx: &'a ViewContext<'a>,
}

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
        let focus = form.focus.take();
        let mut action = None;
        let mut fields = SignupField::ALL.into_iter().peekable();
        while let Some(field) = fields.next() {
            match beside(field).and_then(|other| fields.next_if_eq(&other)) {
                Some(other) => layout::pair(ui, |ui, half| {
                    let field = match half {
                        layout::Half::First => field,
                        layout::Half::Second => other,
                    };
                    action = self.field(ui, form, (field, focus)).or(action);
                }),
                None => action = self.field(ui, form, (field, focus)).or(action),
            }
        }
        action
    }

    fn field(
        &self,
        ui: &mut Ui,
        form: &mut SignupForm,
        (field, focus): (SignupField, Option<SignupField>),
    ) -> Option<Action> {
        let texts = self.cx.texts;
        let (label, placeholder) = match field {
            SignupField::Phone => ("form-phone", None),
            SignupField::FirstName => ("form-first-name", None),
            SignupField::LastName => ("form-last-name", None),
            SignupField::Birthday => ("form-birthday", Some("form-birthday-placeholder")),
        };
        let label = texts.get(label);
        let placeholder = placeholder.map(|id| texts.get(id));
        let optional = texts.get("form-optional");
        let error = form.errors.get(&field).map(|error| field_error(texts, *error));
        let mut shown = Field::new(&label, form.draft.text_mut(field))
            .id_salt(("form", salt_of(self.generation), field))
            .error(error.as_deref())
            .limit(field.limit())
            .catch_more_text()
            .request_focus(focus == Some(field));
        if !field.is_required() {
            shown = shown.hint(&optional);
        }
        if let Some(placeholder) = &placeholder {
            shown = shown.placeholder(placeholder);
        }
        if let Some(format) = field.format(texts.birthday_separator()) {
            shown = shown.format(format);
        }
        let FieldResponse { entered, changed, left, .. } = shown.show(ui);
        match (entered, changed, left) {
            (true, _, _) => self.cx.was_seen.then_some(Action::SignUp),
            (false, true, true) => Some(Action::FinishField(field)),
            (false, true, false) => Some(Action::EditField(field)),
            (false, false, true) => Some(Action::LeaveField(field)),
            (false, false, false) => None,
        }
    }

    fn buttons(&self, ui: &mut Ui) -> Option<Action> {
        let texts = self.cx.texts;
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
        (is_idle && is_entered && self.cx.was_seen).then_some(Action::SignUp)
    }
}

/// The field that stands at the right of this one.
fn beside(field: SignupField) -> Option<SignupField> {
    match field {
        SignupField::FirstName => Some(SignupField::LastName),
        SignupField::Phone | SignupField::LastName | SignupField::Birthday => None,
    }
}
