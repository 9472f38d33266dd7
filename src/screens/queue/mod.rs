//! The queue at the manager's: what waits and why, what ended unsent, and what can be done about each.

#[cfg(test)]
mod tests;
pub mod view;
mod view_entry;

use std::time::Duration;

use crate::domain::queue::{DeleteReason, QueueDone, QueueEntry, QueueList, QueueWork};
use crate::domain::{
    BirthdayForm, Failure, Now, PersonName, Phone, PhoneError, PhoneRules, Signup, SignupDraft, SignupErrors,
    SignupField,
};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The queue screen.
#[derive(Debug)]
pub struct QueueScreen {
    /// As it was last told; none before the first answer.
    pub list: Option<QueueList>,
    /// Where the screen stands.
    pub status: Status,
    /// What was done last, until something else is.
    pub done: Option<QueueDone>,
    /// Which entry is looked at.
    pub selected: Option<i64>,
    /// Whether what has ended is listed in place of what waits.
    pub shows_ended: bool,
    /// What is sealed in the entry that is looked at, for a while.
    pub revealed: Option<Revealed>,
    /// What is asked before something is destroyed.
    pub dialog: Option<Dialog>,
    /// Whether a PIN stands before what is sealed.
    pub is_guarded: bool,
    /// Until when it was typed, in uptime.
    unlocked_until: Duration,
    /// The list that is being read.
    listing: Option<RequestId>,
    /// The queue changed while it was being read.
    is_outdated: bool,
}

/// What is sealed in an entry, to be read and corrected.
pub struct Revealed {
    /// Which entry.
    pub id: i64,
    /// As it is, or as it was typed since; the view types into it.
    pub draft: SignupDraft,
    /// The errors that show.
    pub errors: SignupErrors,
    /// Until when it shows, in uptime.
    pub until: Duration,
}

/// What is asked before something is destroyed.
#[derive(Clone, PartialEq, Eq)]
pub enum Dialog {
    /// Why one entry is to be deleted; none before a reason was chosen.
    Delete(i64, Option<DeleteReason>),
    /// Whose data is to be destroyed: as typed, and what is wrong with it.
    Forget(String, Option<PhoneError>),
}

/// Where the screen stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// A person looks.
    #[default]
    Ready,
    /// Something is being done.
    Working(RequestId),
    /// It could not be done, or the queue could not be read.
    Failed(Failure),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look at one entry.
    Select(i64),
    /// List what waits, or what has ended.
    ShowEnded(bool),
    /// Send one, or all, once more.
    Retry(Option<i64>),
    /// See what is sealed in the entry that is looked at.
    Reveal,
    /// Hide it again.
    Hide,
    /// It was typed in.
    Edit(SignupField),
    /// Put what was typed in the place of what is sealed.
    Correct,
    /// Delete the entry that is looked at.
    AskDelete,
    /// Destroy everything about one customer.
    AskForget,
    /// A reason was chosen.
    Choose(DeleteReason),
    /// The phone of the customer was typed.
    EditForget,
    /// Do what was asked about.
    Confirm,
    /// Do not.
    Cancel,
    /// Back.
    Leave,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The screen came up, or the queue is another than before.
    Changed,
    /// Somebody is back from the PIN pad, which no answer passes.
    Back,
    /// The PIN was typed.
    Confirmed,
    /// The queue was read, or was not.
    Listed {
        /// To which request.
        id: RequestId,
        /// What is in it.
        result: Result<QueueList, Failure>,
    },
    /// Something was done, or was not.
    Worked {
        /// To which request.
        id: RequestId,
        /// How it ended.
        result: Result<QueueDone, Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The PIN pad, before what is sealed.
    ConfirmPin,
    /// Where the person came from.
    Left,
}

/// How long what is sealed shows, and a PIN counts.
const REVEALED: Duration = Duration::from_mins(1);

impl QueueScreen {
    /// The screen before anything is known; with a PIN before what is sealed, or none.
    pub fn new(is_guarded: bool) -> Self {
        Self {
            list: None,
            status: Status::Ready,
            done: None,
            selected: None,
            shows_ended: false,
            revealed: None,
            dialog: None,
            is_guarded,
            unlocked_until: Duration::ZERO,
            listing: None,
            is_outdated: false,
        }
    }

    /// The entry that is looked at.
    pub fn entry(&self) -> Option<&QueueEntry> {
        let id = self.selected?;
        self.list.as_ref()?.entries.iter().find(|entry| entry.id == id)
    }

    /// Whether something is being done.
    pub fn is_busy(&self) -> bool {
        matches!(self.status, Status::Working(_))
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(action) => return self.act(action, cx),
            Event::Changed => return self.read(cx).into(),
            Event::Back => {
                (self.listing, self.is_outdated) = (None, false);
                return self.read(cx).into();
            }
            Event::Confirmed => {
                self.unlocked_until = cx.now.uptime.saturating_add(REVEALED);
                return self.reveal(cx);
            }
            Event::Listed { id, result } if self.listing == Some(id) => {
                self.listing = None;
                match result {
                    Ok(list) => self.take_list(list),
                    Err(failure) if !self.is_busy() => self.status = Status::Failed(failure),
                    Err(_) => {}
                }
                if std::mem::take(&mut self.is_outdated) {
                    return self.read(cx).into();
                }
            }
            Event::Worked { id, result } if self.status == Status::Working(id) => {
                return self.worked(result, cx).into();
            }
            Event::Listed { .. } | Event::Worked { .. } => {}
        }
        Update::default()
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match action {
            Action::Hide => self.hide(),
            Action::Edit(field) => self.edit(field, cx.now),
            Action::EditForget => {
                if let Some(Dialog::Forget(_, error)) = &mut self.dialog {
                    *error = None;
                }
            }
            Action::Choose(reason) => {
                if let Some(Dialog::Delete(_, chosen)) = &mut self.dialog {
                    *chosen = Some(reason);
                }
            }
            Action::Cancel => self.dialog = None,
            Action::Leave => {
                self.hide();
                return Update::exit(Exit::Left);
            }
            // What was asked for is waited for.
            _ if self.is_busy() => {}
            Action::Select(id) => {
                self.hide();
                self.done = None;
                self.selected = Some(id);
            }
            Action::ShowEnded(shows_ended) => {
                self.hide();
                self.shows_ended = shows_ended;
            }
            Action::Retry(id) => return self.work(QueueWork::Retry(id), cx).into(),
            Action::Reveal => return self.reveal(cx),
            Action::Correct => return self.correct(cx).into(),
            Action::AskDelete => self.dialog = self.selected.map(|id| Dialog::Delete(id, None)),
            Action::AskForget => self.dialog = Some(Dialog::Forget(String::new(), None)),
            Action::Confirm => return self.confirm(cx).into(),
        }
        Update::default()
    }

    fn reveal(&mut self, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        let Some(id) = self.selected.filter(|_| !self.is_busy()) else {
            return Update::default();
        };
        if self.is_guarded && cx.now.uptime >= self.unlocked_until {
            return Update::exit(Exit::ConfirmPin);
        }
        self.work(QueueWork::Reveal(id), cx).into()
    }

    fn edit(&mut self, field: SignupField, now: Now) {
        if let Some(revealed) = &mut self.revealed {
            revealed.errors.remove(&field);
            // Whoever types is there.
            revealed.until = now.uptime.saturating_add(REVEALED);
        }
    }

    fn correct(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let Some(revealed) = &mut self.revealed else {
            return Vec::new();
        };
        match revealed.draft.check(BirthdayForm::Typed, cx.preferences, cx.now.local.date()) {
            Ok(signup) => {
                let id = revealed.id;
                self.work(QueueWork::Correct(id, signup), cx)
            }
            Err(errors) => {
                revealed.errors = errors;
                Vec::new()
            }
        }
    }

    fn confirm(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match &mut self.dialog {
            Some(Dialog::Delete(id, Some(reason))) => {
                let work = QueueWork::Delete(*id, *reason);
                self.work(work, cx)
            }
            // Whoever was signed up once is found, whatever the station accepts by now.
            Some(Dialog::Forget(text, error)) => match Phone::parse(text, PhoneRules::ANY) {
                Ok(phone) => self.work(QueueWork::Forget(phone), cx),
                Err(why) => {
                    *error = Some(why);
                    Vec::new()
                }
            },
            Some(Dialog::Delete(_, None)) | None => Vec::new(),
        }
    }

    fn work(&mut self, work: QueueWork, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        let id = cx.ids.next_id();
        self.status = Status::Working(id);
        self.done = None;
        self.dialog = None;
        vec![Effect::WorkOnQueue { id, work }]
    }

    fn worked(&mut self, result: Result<QueueDone, Failure>, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match result {
            Ok(QueueDone::Revealed(id, signup)) => {
                self.status = Status::Ready;
                // Somebody may have gone on to another meanwhile.
                if self.selected == Some(id) {
                    let until = cx.now.uptime.saturating_add(REVEALED);
                    self.revealed = Some(Revealed { id, draft: draft_of(&signup), errors: SignupErrors::new(), until });
                }
                Vec::new()
            }
            Ok(done) => {
                self.status = Status::Ready;
                // What another signup stands in the way of may be corrected further.
                if done != QueueDone::AnotherWaits && done != QueueDone::InFlight {
                    self.hide();
                }
                self.done = Some(done);
                self.read(cx)
            }
            Err(failure) => {
                self.status = Status::Failed(failure);
                Vec::new()
            }
        }
    }

    /// Reads the queue, or once more when it is read.
    fn read(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        if self.listing.is_some() {
            self.is_outdated = true;
            return Vec::new();
        }
        let id = cx.ids.next_id();
        self.listing = Some(id);
        vec![Effect::ListQueue { id }]
    }

    fn take_list(&mut self, list: QueueList) {
        self.list = Some(list);
        if matches!(self.status, Status::Failed(_)) {
            self.status = Status::Ready;
        }
        if self.entry().is_none() {
            self.selected = None;
            self.hide();
        }
    }

    fn hide(&mut self) {
        if let Some(mut revealed) = self.revealed.take() {
            revealed.draft.wipe();
        }
    }
}

/// The details as a person would type them.
fn draft_of(signup: &Signup) -> SignupDraft {
    let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
    // The other way round: `yyyy-MM-dd`.
    let typed = |iso: String| iso.rsplit('-').collect::<Vec<_>>().join(".");
    SignupDraft {
        phone: signup.phone.pretty(),
        first_name: name(&signup.first_name),
        last_name: name(&signup.last_name),
        birthday: signup.birthday.map(|birthday| typed(birthday.iso())).unwrap_or_default(),
    }
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Revealed").field("id", &self.id).field("until", &self.until).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Dialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Delete(id, reason) => f.debug_tuple("Delete").field(id).field(reason).finish(),
            Self::Forget(_, error) => f.debug_tuple("Forget").field(error).finish(),
        }
    }
}
