//! Signups under way: the next customer may begin while one runs, and no answer reaches another one's form.

use super::{Counter, CounterOutcome, Done, Sending, SignupForm, Status};
use crate::domain::Failure;
use crate::domain::delivery::Submission;
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

impl Counter {
    /// Whether a signup is under way, on the screen or behind another customer.
    pub fn is_signing_up(&self) -> bool {
        matches!(self.status, Status::Sending(_)) || !self.running.is_empty()
    }

    /// The same counter while the cashier reads something, with the customer who stands there. A lookup that is not answered yet is
    /// given up: what was typed is there to be looked up again.
    #[must_use]
    pub fn set_down(mut self) -> Self {
        if matches!(self.status, Status::LookingUp(_)) {
            self.status = Status::Ready;
        }
        self.is_entry_resumed = self.status == Status::Ready;
        match self.status {
            Status::Member(_) | Status::UnknownPass | Status::LookupFailed(_) | Status::Done(_) => {
                self.is_entry_done = true;
            }
            Status::Ready | Status::LookingUp(_) | Status::Form(_) | Status::Sending(_) => {}
        }
        self.recent_status.forget_question();
        self
    }

    /// The form that is asked about beside the work: the one set aside last, unless another one is being typed.
    pub fn unfinished(&self) -> Option<&SignupForm> {
        self.set_aside.last().filter(|_| self.shows_entry())
    }

    /// What stands on the screen makes room for another customer: a signup runs on, a form waits.
    pub(super) fn make_room(&mut self) {
        match std::mem::take(&mut self.status) {
            Status::Sending(sent) => self.running.push(sent),
            Status::Form(form) => self.set_aside.push(form),
            Status::Ready
            | Status::LookingUp(_)
            | Status::Member(_)
            | Status::UnknownPass
            | Status::LookupFailed(_)
            | Status::Done(_) => {}
        }
    }

    /// The form set aside last comes back in place of what stands on the screen.
    pub(super) fn reopen(&mut self) {
        if !self.shows_entry() {
            return;
        }
        if let Some(form) = self.set_aside.pop() {
            self.make_room();
            self.next_customer();
            self.status = Status::Form(form);
        }
    }

    pub(super) fn sign_up(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Status::Form(mut form) = std::mem::take(&mut self.status) else {
            return Vec::new();
        };
        match form.submit(cx) {
            Err(()) => self.keep(Status::Form(form)),
            Ok(signup) => {
                let id = cx.ids.next_id();
                let phone = signup.phone.clone();
                // The box is there for the next customer at once.
                self.next_customer();
                self.status = Status::Sending(Sending { id, form, phone, since: cx.now.uptime });
                vec![Effect::Register { id, signup, consents: cx.consents.attested() }]
            }
        }
    }

    pub(super) fn registered(
        &mut self,
        id: RequestId,
        result: Result<Submission, Failure>,
        cx: &mut UpdateContext<'_>,
    ) {
        match std::mem::take(&mut self.status) {
            Status::Sending(sent) if sent.id == id => {
                self.remember_signup(&sent, result, cx);
                self.status = match result {
                    Ok(submission) => Status::Done(Done { submission, phone: sent.phone }),
                    Err(failure) => Status::Form(sent.form.failed(failure, sent.since)),
                };
            }
            other => {
                self.status = other;
                let Some(at) = self.running.iter().position(|sent| sent.id == id) else { return };
                let sent = self.running.remove(at);
                self.remember_signup(&sent, result, cx);
                if let Err(failure) = result {
                    // Another customer stands here: it waits until somebody asks for it.
                    self.set_aside.push(sent.form.failed(failure, sent.since));
                }
            }
        }
    }

    fn remember_signup(&mut self, sent: &Sending, result: Result<Submission, Failure>, cx: &UpdateContext<'_>) {
        let outcome = result.map_or_else(CounterOutcome::Failed, CounterOutcome::SignedUp);
        self.remember(sent.phone.masked(), outcome, cx);
    }
}
