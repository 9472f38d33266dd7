//! The signup form: what is typed, which errors show, and when.

use std::time::Duration;

use crate::domain::{BirthdayForm, Failure, Signup, SignupDraft, SignupErrors, SignupField};
use crate::screens::UpdateContext;

/// A new customer's details while they are being typed.
#[derive(Debug, PartialEq, Eq)]
pub struct SignupForm {
    /// As typed.
    pub draft: SignupDraft,
    /// The errors that show.
    pub errors: SignupErrors,
    /// Whether SWiP was asked for this phone first.
    pub checked: Checked,
    /// Why the last try did not succeed.
    pub failure: Option<Failure>,
    /// Where the focus belongs next; the view takes it.
    pub focus: Option<SignupField>,
    /// When the press was that brought the form, in uptime: another press brings another form.
    pub pressed_at: Duration,
}

/// Whether SWiP was asked for the phone before signup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was.
    Yes,
    /// It did not answer.
    No(Failure),
    /// It was not asked about this one.
    NotAsked,
}

impl Drop for SignupForm {
    fn drop(&mut self) {
        self.draft.wipe();
    }
}

impl SignupForm {
    /// An empty form for a phone, brought by a press at `pressed_at`.
    pub fn new(phone: String, checked: Checked, pressed_at: Duration) -> Self {
        let draft = SignupDraft { phone, ..SignupDraft::default() };
        let focus = Some(SignupField::FirstName);
        Self { draft, errors: SignupErrors::default(), checked, failure: None, focus, pressed_at }
    }

    /// The form after SWiP said no, or nothing, to the press at `pressed_at`.
    pub(super) fn failed(mut self, failure: Failure, pressed_at: Duration) -> Self {
        self.pressed_at = pressed_at;
        self.failure = Some(failure);
        self.focus = Some(SignupField::Phone);
        self
    }

    /// An error that shows goes as soon as it is mended.
    pub(super) fn edited(&mut self, field: SignupField, cx: &UpdateContext<'_>) {
        self.failure = None;
        if field == SignupField::Phone && self.checked == Checked::Yes {
            self.checked = Checked::NotAsked;
        }
        let found = self.check(cx);
        self.show(field, &found, |shows| shows);
    }

    /// A field is complained about when it is left, but not for being empty: it may be filled in later.
    pub(super) fn left(&mut self, field: SignupField, cx: &UpdateContext<'_>) {
        self.draft.tidy_names();
        let found = self.check(cx);
        let is_empty = self.draft.text(field).trim().is_empty();
        self.show(field, &found, |_| !is_empty);
    }

    /// All errors show at once on submit.
    pub(super) fn submit(&mut self, cx: &UpdateContext<'_>) -> Result<Signup, ()> {
        self.failure = None;
        self.draft.tidy_names();
        match self.draft.check(BirthdayForm::Typed, cx.preferences, cx.now.local.date()) {
            Ok(signup) => {
                self.errors = SignupErrors::default();
                Ok(signup)
            }
            Err(errors) => {
                // The first in reading order.
                self.focus = errors.keys().next().copied();
                self.errors = errors;
                Err(())
            }
        }
    }

    fn check(&self, cx: &UpdateContext<'_>) -> SignupErrors {
        let checked = self.draft.check(BirthdayForm::Typed, cx.preferences, cx.now.local.date());
        checked.err().unwrap_or_default()
    }

    /// Lets one field's error show if `may_show` says so of whether it shows now.
    fn show(&mut self, field: SignupField, found: &SignupErrors, may_show: impl Fn(bool) -> bool) {
        let shows = self.errors.remove(&field).is_some();
        if let Some(error) = found.get(&field).filter(|_| may_show(shows)) {
            self.errors.insert(field, *error);
        }
    }
}
