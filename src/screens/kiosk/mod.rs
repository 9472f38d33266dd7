//! The kiosk: a customer alone at a touch screen signs up, or asks for points, and leaves nothing behind.

mod comfort;
mod form;
mod points;
mod sending;
#[cfg(test)]
mod tests;
mod time;
pub mod view;
mod view_form;
mod view_layout;
mod view_points;
mod view_result;

use std::hash::Hash;
use std::mem::discriminant;
use std::time::Duration;

use crate::domain::delivery::Submission;
use crate::domain::limit::RateLimit;
use crate::domain::{ConsentSources, Failure, LanguageTag, Lookup, PassId, PhoneMask, Purpose};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

pub use comfort::{Comfort, Need};
pub use form::{Form, Page, pages};
pub use points::{FoundPoints, PointsAnswer, PointsEntry, PointsEntryError, PointsLookup};
pub use sending::SendingSignup;
pub use time::{ANSWER_AT_ONCE, CODE_SHOWN, IDLE_WARNING, RESULT_SHOWN, TAKES_LONG};

/// The kiosk screen.
#[derive(Debug)]
pub struct Kiosk {
    /// Where the screen stands.
    pub status: Status,
    /// Counts customers, so that every one gets fresh fields.
    pub generation: u64,
    /// What this customer chose in place of the station's language.
    pub language: Option<LanguageTag>,
    /// What this customer needs to read and to reach.
    pub comfort: Comfort,
    /// Whether the choice of that is open.
    pub is_choosing_comfort: bool,
    /// Since when it is asked whether somebody is there, in uptime.
    pub asked_since: Option<Duration>,
    /// Whether signups can be stored.
    is_open: bool,
    /// Whether there is a code to scan at the end of a signup.
    shows_code: bool,
    /// When a key or the screen was touched last, in uptime.
    active_at: Duration,
    signups: RateLimit,
    lookups: RateLimit,
}

/// Where the screen stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Waiting for a customer.
    #[default]
    Attract,
    /// A customer signs up.
    Form(Form),
    /// The signup was sent.
    Sending(SendingSignup),
    /// It ended well.
    Done(Finished),
    /// A person must help; why is not told apart, for a phone that SWiP refuses is nobody's business here.
    AskStaff {
        /// Since when, in uptime.
        since: Duration,
    },
    /// A customer asks for points.
    Points(PointsEntry),
    /// SWiP is being asked for them.
    LookingUp(PointsLookup),
    /// What it said.
    Answer(PointsAnswer),
}

/// A signup that ended well.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    /// How.
    pub ending: Ending,
    /// Whose it is.
    pub phone: PhoneMask,
    /// Since when it shows untouched, in uptime.
    pub since: Duration,
}

/// What a customer is told at the end. New members and old ones are told the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// SWiP has the signup.
    Welcome,
    /// It is stored and will be sent.
    Saved,
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sign up.
    Join,
    /// See points.
    AskPoints,
    /// The field of the page was edited.
    Edit,
    /// On to the next page; from the last one, sign up.
    Next,
    /// On without what the page asks.
    Skip,
    /// Back to the page before.
    Back,
    /// The phone is another one.
    Correct,
    /// Everything away, back to the beginning.
    StartOver,
    /// Tick a box, or take the tick away.
    Consent(Purpose),
    /// Ask for the points.
    LookUp,
    /// Somebody is there.
    StillHere,
    /// Another language, for this customer.
    Speak(LanguageTag),
    /// Open or close the choice of what this customer needs.
    ChooseComfort(bool),
    /// Switch one need on or off.
    Switch(Need),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// A key or the screen was touched.
    Touched,
    /// Time has passed.
    Ticked,
    /// A card was scanned.
    Scanned(PassId),
    /// A corner was pressed as only staff does.
    ManagerCalled,
    /// Whether signups can be stored.
    Opened(bool),
    /// SWiP answered a signup, or did not.
    Registered {
        /// To which request.
        id: RequestId,
        /// What it said.
        result: Result<Submission, Failure>,
    },
    /// SWiP answered a lookup, or did not.
    LookedUp {
        /// To which request.
        id: RequestId,
        /// What it said.
        result: Result<Lookup, Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The manager's screens.
    Manager,
}

impl Kiosk {
    /// What is on the screen, as far as a tap must know.
    pub fn page(&self) -> impl Hash + use<> {
        let page = match &self.status {
            Status::Form(form) => Some(form.page),
            _ => None,
        };
        (discriminant(&self.status), page, self.is_choosing_comfort, self.asked_since.is_some())
    }

    /// A kiosk that waits for its first customer.
    pub fn new(is_open: bool) -> Self {
        Self {
            status: Status::Attract,
            generation: 0,
            language: None,
            comfort: Comfort::default(),
            is_choosing_comfort: false,
            asked_since: None,
            is_open,
            shows_code: false,
            active_at: Duration::ZERO,
            signups: RateLimit::default(),
            lookups: RateLimit::default(),
        }
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(action) => return self.act(action, cx).into(),
            // The customer sees how it ends. What was not sent yet keeps no manager waiting.
            Event::ManagerCalled if matches!(&self.status, Status::Sending(sent) if sent.held.is_none()) => {}
            Event::ManagerCalled => return Update::exit(Exit::Manager),
            Event::Touched => self.touched(cx.now),
            Event::Ticked => return self.ticked(cx).into(),
            Event::Scanned(pass) => return self.scanned(pass, cx).into(),
            Event::Opened(is_open) => self.set_open(is_open),
            Event::Registered { id, result } => match &mut self.status {
                Status::Sending(sent) if sent.id == id => {
                    sent.answer = Some(result);
                    return self.ticked(cx).into();
                }
                // Of a customer who is gone; the outbox knows what became of it.
                _ => {}
            },
            Event::LookedUp { id, result } => self.looked_up(id, result, cx.now),
        }
        Update::default()
    }

    /// Whether the screen invites customers: the one that stands for hours.
    pub fn is_inviting(&self) -> bool {
        self.status == Status::Attract
    }

    /// Takes note of whether signups can be stored.
    pub fn set_open(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// Takes note of whether there is a code to scan at the end of a signup.
    pub fn set_shows_code(&mut self, shows_code: bool) {
        self.shows_code = shows_code;
    }

    /// Whether signups can be stored.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The kiosk for whoever comes next; what was counted stays counted.
    #[must_use]
    pub fn put_aside(mut self) -> Self {
        self.end_customer();
        self
    }

    /// Staff has looked at who signs up here: what slows customers down counts anew.
    pub fn lift_limits(&mut self) {
        self.signups.lift();
        self.lookups.lift();
    }

    /// Everything of this customer goes.
    fn end_customer(&mut self) {
        self.status = Status::Attract;
        self.language = None;
        self.comfort = Comfort::default();
        self.is_choosing_comfort = false;
        self.asked_since = None;
        self.generation += 1;
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if self.asked_since.is_some() {
            self.answer_question(&action, cx);
            return Vec::new();
        }
        self.active_at = cx.now.uptime;
        match action {
            Action::StillHere => {}
            Action::Speak(tag) => self.speak(tag, cx),
            Action::ChooseComfort(is_open) => self.is_choosing_comfort = is_open,
            Action::Switch(need) => self.comfort.switch(need),
            Action::Join => self.join(cx),
            Action::AskPoints => {
                if self.status == Status::Attract {
                    self.status = Status::Points(PointsEntry::new());
                }
            }
            Action::LookUp => return self.look_up(cx),
            // What was sent cannot be taken back; how it ended will show.
            Action::StartOver if matches!(self.status, Status::Sending(_)) => {}
            Action::StartOver => self.end_customer(),
            Action::Back => self.back(cx),
            Action::Correct => {
                if let Status::Form(form) = &mut self.status {
                    form.correct();
                }
            }
            Action::Edit | Action::Next | Action::Skip | Action::Consent(_) => {
                return self.act_on_page(&action, cx);
            }
        }
        Vec::new()
    }

    /// While it is asked whether somebody is there, nothing else counts. Whoever says so may be somebody else by now, and does
    /// not get to see the phone again.
    fn answer_question(&mut self, action: &Action, cx: &UpdateContext<'_>) {
        match action {
            Action::StillHere => {
                self.asked_since = None;
                self.touched(cx.now);
                match &mut self.status {
                    Status::Form(form) => form.hide_phone(cx.preferences),
                    Status::Points(entry) => *entry = PointsEntry::new(),
                    Status::Attract
                    | Status::Sending(_)
                    | Status::LookingUp(_)
                    | Status::Done(_)
                    | Status::AskStaff { .. }
                    | Status::Answer(_) => {}
                }
            }
            Action::StartOver => self.end_customer(),
            Action::Join
            | Action::AskPoints
            | Action::Edit
            | Action::Next
            | Action::Skip
            | Action::Back
            | Action::Correct
            | Action::Consent(_)
            | Action::LookUp
            | Action::Speak(_)
            | Action::ChooseComfort(_)
            | Action::Switch(_) => {}
        }
    }

    fn join(&mut self, cx: &UpdateContext<'_>) {
        if self.status != Status::Attract {
            return;
        }
        let since = cx.now.uptime;
        self.status = if self.is_open { Status::Form(Form::new(cx)) } else { Status::AskStaff { since } };
    }

    /// Another language: a tick stays only under the very words it was made under.
    fn speak(&mut self, tag: LanguageTag, cx: &UpdateContext<'_>) {
        if let Status::Form(form) = &mut self.status {
            form.consents.say_anew(ConsentSources { language: &tag, ..cx.consents }.asked());
        }
        self.language = Some(tag);
    }

    fn back(&mut self, cx: &UpdateContext<'_>) {
        let is_turned = match &mut self.status {
            Status::Form(form) => form.back(cx),
            Status::Sending(_) | Status::LookingUp(_) => true,
            _ => false,
        };
        if !is_turned {
            self.end_customer();
        }
    }

    fn act_on_page(&mut self, action: &Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match (action, &mut self.status) {
            (Action::Edit, Status::Points(entry)) => entry.error = None,
            (Action::Edit, Status::Form(form)) => form.edited(cx),
            (Action::Consent(purpose), Status::Form(form)) => form.toggle(*purpose),
            (Action::Skip, Status::Form(form)) => form.skip(cx),
            (Action::Next, Status::Form(form)) => match form.next(cx) {
                form::PageStep::Stays => {}
                form::PageStep::Done => return self.sign_up(cx),
            },
            _ => {}
        }
        Vec::new()
    }
}
