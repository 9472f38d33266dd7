//! A signup on its way: held back after too many others, sent, and answered.

use std::time::Duration;

use super::{Ending, Finished, Kiosk, Status};
use crate::domain::delivery::Submission;
use crate::domain::{Failure, Given, PhoneMask, Signup};
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

/// A signup under way.
#[derive(Debug, PartialEq, Eq)]
pub struct SendingSignup {
    /// Its answer's id.
    pub id: RequestId,
    /// Whose it is.
    pub phone: PhoneMask,
    /// Since when the customer waits, in uptime.
    pub since: Duration,
    /// Since when SWiP is asked, in uptime; until then as [`Self::since`].
    pub(super) sent_at: Duration,
    /// What is still to be sent, if this customer came after too many others.
    pub(super) held: Option<HeldSignup>,
    /// The answer, until it may show.
    pub(super) answer: Option<Result<Submission, Failure>>,
}

/// A signup that is sent a little later.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeldSignup {
    /// In uptime.
    pub(super) until: Duration,
    signup: Signup,
    consents: Vec<Given>,
}

impl Kiosk {
    pub(super) fn sign_up(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let since = cx.now.uptime;
        let Status::Form(mut form) = std::mem::take(&mut self.status) else {
            return Vec::new();
        };
        if !self.is_open {
            self.status = Status::AskStaff { since };
            return Vec::new();
        }
        let Ok((signup, consents)) = form.check(cx) else {
            self.status = Status::Form(form);
            return Vec::new();
        };
        let id = cx.ids.next_id();
        let phone = signup.phone.mask();
        let wait = self.signups.wait(since, cx.preferences.kiosk.rate());
        let held = HeldSignup { until: since + wait, signup, consents };
        self.status =
            Status::Sending(SendingSignup { id, phone, since, sent_at: since, held: Some(held), answer: None });
        self.ticked(cx)
    }

    /// Sends a signup whose time has come. Members and refused phones count too: the limit must not tell them from others.
    pub(super) fn send_held(&mut self, cx: &UpdateContext<'_>) -> Vec<Effect> {
        let now = cx.now.uptime;
        let Status::Sending(sent) = &mut self.status else {
            return Vec::new();
        };
        let Some(HeldSignup { signup, consents, .. }) = sent.held.take_if(|held| held.until <= now) else {
            return Vec::new();
        };
        self.signups.count(now, cx.preferences.kiosk.rate());
        sent.sent_at = now;
        vec![Effect::Register { id: sent.id, signup, consents }]
    }

    /// The answer to a signup shows.
    pub(super) fn reveal(&mut self, answer: Result<Submission, Failure>, cx: &UpdateContext<'_>) {
        let Status::Sending(sent) = std::mem::take(&mut self.status) else {
            return;
        };
        let since = cx.now.uptime;
        let done = |ending| Status::Done(Finished { ending, phone: sent.phone, since });
        self.status = match answer {
            Ok(Submission::Registered | Submission::AlreadyMember) => done(Ending::Welcome),
            Ok(Submission::Saved | Submission::SavedForManager) => done(Ending::Saved),
            // The same whatever it is: who is refused is not told to whoever types a phone.
            Err(_) => Status::AskStaff { since },
        };
        self.active_at = since;
    }
}
