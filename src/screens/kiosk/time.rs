//! What happens at a kiosk by itself as time passes.

use std::time::Duration;

use super::points::{FoundPoints, PointsAnswer, PointsLookup};
use super::{Comfort, Finished, Kiosk, SendingSignup, Status};
use crate::domain::Now;
use crate::domain::settings::KioskRules;
use crate::effect::Effect;
use crate::screens::UpdateContext;

/// How long it is asked whether somebody is there.
pub const IDLE_WARNING: Duration = Duration::from_secs(15);
/// How long a result shows after the last touch.
pub const RESULT_SHOWN: Duration = Duration::from_secs(10);
/// The same with a code on it: a telephone has to be found, and its camera opened.
pub const CODE_SHOWN: Duration = Duration::from_secs(30);
/// No answer to a signup shows sooner: how soon SWiP knows would tell who is a member.
pub(super) const NO_SOONER: Duration = Duration::from_millis(1_500);
/// An answer that comes before this needs no sign that one is awaited.
pub const ANSWER_AT_ONCE: Duration = Duration::from_millis(200);
/// From here on the words admit that it takes long.
pub const TAKES_LONG: Duration = Duration::from_secs(3);
/// Nobody is left before a screen that waits for ever: every call has ended long before.
const NO_LATER: Duration = Duration::from_secs(40);

impl Kiosk {
    /// A key or the screen was touched. While it is asked whether somebody is there, only the answer to that counts: the
    /// same touch must not also press what lies beneath.
    pub(super) fn touched(&mut self, now: Now) {
        if self.asked_since.is_some() {
            return;
        }
        self.active_at = now.uptime;
        if let Some(since) = self.result_since() {
            *since = now.uptime;
        }
    }

    /// Time has passed; what was held back may be sent now.
    pub(super) fn ticked(&mut self, cx: &UpdateContext<'_>) -> Vec<Effect> {
        let mut effects = self.send_held(cx);
        effects.extend(self.ask_held(cx));
        self.pass_time(cx);
        effects
    }

    fn pass_time(&mut self, cx: &UpdateContext<'_>) {
        let now = cx.now;
        if let Status::Sending(sent) = &self.status {
            let waited = now.since(sent.sent_at);
            match sent.answer {
                Some(answer) if waited >= NO_SOONER => self.reveal(answer, cx),
                None if waited >= NO_LATER && sent.held.is_none() => {
                    self.status = Status::AskStaff { since: now.uptime };
                }
                _ => {}
            }
            return;
        }
        let is_over = self.ends_in(now, &cx.preferences.kiosk).is_some_and(|left| left.is_zero());
        match &self.status {
            Status::LookingUp(asked) if is_over && asked.held.is_none() => {
                self.status = Status::Answer(PointsAnswer { found: FoundPoints::Nothing, since: now.uptime });
            }
            // Nobody could be asked for so long: the window was not to be seen.
            Status::Form(_) | Status::Points(_)
                if now.since(self.active_at) >= cx.preferences.kiosk.idle.duration() + IDLE_WARNING
                    && self.asked_since.is_none() =>
            {
                self.end_customer();
            }
            Status::Form(_) | Status::Points(_) if is_over && self.asked_since.is_none() => {
                self.asked_since = Some(now.uptime);
                self.is_choosing_comfort = false;
            }
            _ if is_over => self.end_customer(),
            _ => {}
        }
    }

    /// How long what shows stays if nothing is touched; none if it stays as it is.
    pub fn ends_in(&self, now: Now, rules: &KioskRules) -> Option<Duration> {
        let left = |since: Duration, span: Duration| Some((since + span).saturating_sub(now.uptime));
        if let Some(asked) = self.asked_since {
            return left(asked, IDLE_WARNING);
        }
        match &self.status {
            Status::Attract if self.is_untouched() => None,
            Status::Attract | Status::Form(_) | Status::Points(_) => left(self.active_at, rules.idle.duration()),
            Status::Sending(SendingSignup { held: Some(held), .. }) => left(held.until, Duration::ZERO),
            Status::LookingUp(PointsLookup { held: Some(held), .. }) => left(held.until, Duration::ZERO),
            Status::Sending(sent) if sent.answer.is_some() => left(sent.sent_at, NO_SOONER),
            Status::Sending(sent) => left(sent.sent_at, NO_LATER),
            Status::LookingUp(asked) => left(asked.sent_at, NO_LATER),
            Status::Done(Finished { since, .. })
            | Status::AskStaff { since }
            | Status::Answer(PointsAnswer { since, .. }) => left(*since, self.result_shown()),
        }
    }

    /// How long the result shows after the last touch.
    pub fn result_shown(&self) -> Duration {
        match &self.status {
            Status::Done(_) if self.shows_code => CODE_SHOWN,
            _ => RESULT_SHOWN,
        }
    }

    /// When the screen must be drawn again though nothing happens: a second less is left, or none.
    pub fn wakes_in(&self, now: Now, rules: &KioskRules) -> Option<Duration> {
        let left = self.ends_in(now, rules)?;
        let is_counting = self.asked_since.is_some() || self.is_result();
        let to_next_second = match left.subsec_nanos() {
            0 => left.min(Duration::from_secs(1)),
            nanos => Duration::from_nanos(nanos.into()),
        };
        Some(if is_counting { to_next_second } else { left })
    }

    fn is_result(&self) -> bool {
        matches!(self.status, Status::Done(_) | Status::AskStaff { .. } | Status::Answer(_))
    }

    fn result_since(&mut self) -> Option<&mut Duration> {
        match &mut self.status {
            Status::Done(Finished { since, .. })
            | Status::AskStaff { since }
            | Status::Answer(PointsAnswer { since, .. }) => Some(since),
            _ => None,
        }
    }

    /// Whether nobody has left anything behind.
    fn is_untouched(&self) -> bool {
        self.language.is_none() && self.comfort == Comfort::default() && !self.is_choosing_comfort
    }
}
