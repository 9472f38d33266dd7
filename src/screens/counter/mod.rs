//! The counter: one box that looks a customer up, and the signup that follows when nobody is found.

mod entry;
mod form;
mod recent;
mod signing_up;
#[cfg(test)]
mod tests;
pub mod view;
mod view_form;
pub mod view_keys;
mod view_result;
mod view_side;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::civil::DateTime;

use crate::domain::delivery::Submission;
use crate::domain::journal::JournalAnswer;
use crate::domain::{
    CustomerQuery, EntryKind, Failure, Lookup, PassError, PassId, Phone, PhoneError, Points, SignupField,
};
use crate::effect::{Effect, RequestId};
use crate::screens::{ManagerPage, Update, UpdateContext};

pub use form::{Checked, SignupForm};
use recent::RecentStatus;
pub use recent::{CounterOutcome, Operation};

/// The counter screen.
#[derive(Debug, Default)]
pub struct Counter {
    /// The customer box as typed.
    pub entry: String,
    /// The same before it was formatted as a phone.
    pub typed: String,
    /// What is wrong with it, once Enter was pressed.
    pub entry_error: Option<EntryError>,
    /// Whether the box was answered: what is typed next replaces what stands there. The view takes it.
    pub is_entry_done: bool,
    /// Whether the cashier comes back to what was typed: what is typed next goes on behind it.
    pub is_entry_resumed: bool,
    /// What it is taken for, whatever it looks like: until the next customer.
    taken_as: Option<EntryKind>,
    /// Where the screen stands.
    pub status: Status,
    /// The last operations, newest first, masked.
    pub recent: VecDeque<Operation>,
    /// Whether the journal told what was done before.
    recent_status: RecentStatus,
    /// Signups under way whose customer has made room for the next one, the oldest first.
    pub running: Vec<Sending>,
    /// Forms that made room for another customer unfinished, the newest last.
    pub set_aside: Vec<SignupForm>,
    /// Counts customers, so that every one gets fresh fields.
    pub generation: u64,
}

/// Where the screen stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Waiting for a customer.
    #[default]
    Ready,
    /// SWiP is being asked.
    LookingUp(LookingUp),
    /// SWiP knows the customer.
    Member(Member),
    /// SWiP does not know this pass; signup needs a phone.
    UnknownPass,
    /// A lookup by pass brought no answer.
    LookupFailed(Failure),
    /// A new customer's details are being typed.
    Form(SignupForm),
    /// The details were sent.
    Sending(Sending),
    /// The customer is signed up.
    Done(Done),
}

/// A lookup under way.
#[derive(Debug, PartialEq, Eq)]
pub struct LookingUp {
    /// Its answer's id.
    pub id: RequestId,
    /// Whom it is about.
    pub query: CustomerQuery,
    /// Since when, in uptime.
    pub since: Duration,
    /// Enter was pressed again: sign up at once if nobody is found.
    pub signs_up_next: bool,
}

/// A member and the balance.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// How the customer was asked for.
    pub query: CustomerQuery,
    /// The balance.
    pub points: Points,
    /// When SWiP gave it, in local time.
    pub answered_at: DateTime,
}

/// A signup under way.
#[derive(Debug, PartialEq, Eq)]
pub struct Sending {
    /// Its answer's id.
    pub id: RequestId,
    /// The form to come back to.
    pub form: SignupForm,
    /// Whose it is.
    pub phone: Phone,
    /// Since when, in uptime.
    pub since: Duration,
}

/// A signup that SWiP took.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    /// How it ended.
    pub submission: Submission,
    /// Whose it is.
    pub phone: Phone,
}

/// What is wrong with the customer box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// It was taken for a phone.
    Phone(PhoneError),
    /// It was taken for a pass.
    Pass(PassError),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Enter in the customer box, or its button.
    LookUp,
    /// The box was edited.
    EditEntry,
    /// The box is to be taken for the other kind: a phone for a pass, or the reverse.
    SwitchKind,
    /// The form that was set aside last is wanted again.
    Reopen,
    /// Sign up although a member was found, or by phone after an unknown pass.
    OpenForm,
    /// Enter in the form, or its button.
    SignUp,
    /// A field of the form was edited.
    EditField(SignupField),
    /// A field of the form was edited and left at once: a key and Tab within one frame.
    FinishField(SignupField),
    /// A field of the form was left.
    LeaveField(SignupField),
    /// The next customer: Escape or F2.
    Clear,
    /// Help, or a page behind the manager's PIN: F1, F3, F4, F8.
    Open(ManagerPage),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The gear above the screen was pressed.
    ManagerCalled,
    /// A pass was scanned.
    Scanned(PassId),
    /// The journal told what was done today, or did not.
    RecentTold {
        /// To which request.
        id: RequestId,
        /// What.
        result: Result<JournalAnswer, Failure>,
    },
    /// SWiP answered a lookup, or did not.
    LookedUp {
        /// To which request.
        id: RequestId,
        /// What it said.
        result: Result<Lookup, Failure>,
    },
    /// SWiP answered a signup, or did not.
    Registered {
        /// To which request.
        id: RequestId,
        /// What it said.
        result: Result<Submission, Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The manager's screens.
    Manager,
    /// Help, where everything typed stays, or a page behind the manager's PIN.
    Open(ManagerPage),
}

/// How many operations the list shows.
const RECENT: usize = 8;

impl Counter {
    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        let effects = match event {
            // The cashier sees how it ends.
            Event::ManagerCalled | Event::Acted(Action::Open(_)) if self.is_signing_up() => Vec::new(),
            Event::Acted(Action::Open(page)) => return Update::exit(Exit::Open(page)),
            Event::Acted(action) => self.act(action, cx),
            Event::ManagerCalled => return Update::exit(Exit::Manager),
            Event::RecentTold { id, result } => {
                self.recent_told(id, result);
                Vec::new()
            }
            Event::Scanned(pass) => self.scanned(pass, cx),
            Event::LookedUp { id, result } => match std::mem::take(&mut self.status) {
                Status::LookingUp(asked) if asked.id == id => self.looked_up(asked, result, cx),
                other => self.keep(other),
            },
            Event::Registered { id, result } => {
                self.registered(id, result, cx);
                Vec::new()
            }
        };
        effects.into()
    }

    /// Whether the customer box is what the cashier works with.
    pub fn shows_entry(&self) -> bool {
        !matches!(self.status, Status::Form(_))
    }

    /// What a second Enter would confirm, as a number that something else to confirm does not have.
    pub fn confirmable(&self) -> Option<u128> {
        match &self.status {
            Status::LookingUp(asked) => Some(asked.since.as_nanos() << 1),
            Status::Form(form) => Some((form.pressed_at.as_nanos() << 1) + 1),
            _ => None,
        }
    }

    /// The same counter with the next customer: what was open is forgotten, what was done is not.
    #[must_use]
    pub fn put_aside(mut self) -> Self {
        match self.status {
            // Typed by hand: it is there again afterwards.
            Status::Form(_) => {}
            _ => self.next_customer(),
        }
        self.recent_status.forget_question();
        self
    }

    fn keep(&mut self, status: Status) -> Vec<Effect> {
        self.status = status;
        Vec::new()
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match (action, &mut self.status) {
            (Action::LookUp, Status::LookingUp(_)) => return self.enter_again(cx),
            (Action::SwitchKind, _) => return self.switch_kind(cx),
            (Action::Reopen, _) => self.reopen(),
            // The box is out of sight, and what was sent cannot be taken back.
            (Action::LookUp | Action::EditEntry, Status::Form(_)) | (Action::Clear, Status::Sending(_)) => {}
            (Action::LookUp, _) => return self.look_up(cx),
            (Action::EditEntry, _) => self.edit_entry(),
            (Action::OpenForm, Status::Member(_) | Status::UnknownPass | Status::LookupFailed(_)) => {
                let is_phone = self.kind() == EntryKind::Phone;
                let checked = if is_phone { Checked::Yes } else { Checked::NotAsked };
                let phone = if is_phone { self.entry.clone() } else { String::new() };
                self.status = Status::Form(SignupForm::new(phone, checked, cx.now.uptime));
            }
            (Action::SignUp, Status::Form(_)) => return self.sign_up(cx),
            (Action::EditField(field), Status::Form(form)) => form.edited(field, cx),
            (Action::LeaveField(field), Status::Form(form)) => form.left(field, cx),
            (Action::FinishField(field), Status::Form(form)) => {
                form.edited(field, cx);
                form.left(field, cx);
            }
            (Action::Clear, _) => self.next_customer(),
            // Nothing of the kind is on the screen.
            (
                Action::OpenForm
                | Action::Open(_)
                | Action::SignUp
                | Action::EditField(_)
                | Action::LeaveField(_)
                | Action::FinishField(_),
                _,
            ) => {}
        }
        Vec::new()
    }

    fn edit_entry(&mut self) {
        // What replaces an answered customer is another one, and so is what is typed into an emptied box.
        if self.status != Status::Ready || self.entry.is_empty() {
            self.taken_as = None;
        }
        self.entry_error = None;
        self.is_entry_resumed = false;
        self.make_room();
    }

    fn look_up(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let is_done = matches!(self.status, Status::Done(_) | Status::Sending(_));
        let query = match self.query(cx) {
            // Enter on an empty box after a customer is done is nothing to complain about.
            Err(EntryError::Phone(PhoneError::Empty)) if is_done => return Vec::new(),
            Err(error) => {
                self.entry_error = Some(error);
                self.make_room();
                return Vec::new();
            }
            Ok(query) => query,
        };
        self.make_room();
        self.ask(query, cx)
    }

    /// Enter during a lookup: the wish to sign up, unless the box holds another customer by now.
    fn enter_again(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let query = self.query(cx);
        match &mut self.status {
            Status::LookingUp(asked) if query.as_ref() == Ok(&asked.query) => {
                let is_phone = matches!(asked.query, CustomerQuery::Phone(_));
                asked.signs_up_next |= is_phone;
                Vec::new()
            }
            _ => self.look_up(cx),
        }
    }

    fn looked_up(
        &mut self,
        asked: LookingUp,
        result: Result<Lookup, Failure>,
        cx: &mut UpdateContext<'_>,
    ) -> Vec<Effect> {
        let outcome = match result {
            Ok(Lookup::Member(points)) => CounterOutcome::Member(points),
            Ok(Lookup::Unknown) => CounterOutcome::Unknown,
            Err(failure) => CounterOutcome::Failed(failure),
        };
        self.remember(asked.query.masked(), outcome, cx);
        self.is_entry_done = true;
        let checked = result.map_or_else(Checked::No, |_| Checked::Yes);
        match (asked.query, result) {
            (query, Ok(Lookup::Member(points))) => {
                self.status = Status::Member(Member { query, points, answered_at: cx.now.local });
            }
            (CustomerQuery::Pass(_), Ok(Lookup::Unknown)) => self.status = Status::UnknownPass,
            (CustomerQuery::Pass(_), Err(failure)) => self.status = Status::LookupFailed(failure),
            (CustomerQuery::Phone(phone), Ok(Lookup::Unknown) | Err(_)) => {
                self.status = Status::Form(SignupForm::new(phone.pretty(), checked, asked.since));
                // A failed lookup deserves a look before anything is sent.
                if asked.signs_up_next && result.is_ok() {
                    return self.sign_up(cx);
                }
            }
        }
        Vec::new()
    }

    fn next_customer(&mut self) {
        // Not cleared: the bytes would stay.
        self.entry = String::new();
        self.typed = String::new();
        self.entry_error = None;
        self.is_entry_done = false;
        self.is_entry_resumed = false;
        self.taken_as = None;
        self.status = Status::Ready;
        self.generation += 1;
    }
}
