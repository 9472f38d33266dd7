//! The consents at the manager's: those of one customer, a file of all of them, and the end of one customer's data.

#[cfg(test)]
mod tests;
pub mod view;

use std::path::PathBuf;

use crate::domain::consent::{ConsentAnswer, ConsentQuestion, KeptConsent};
use crate::domain::{Failure, FileForm, Phone, PhoneError, PhoneRules};
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The consents screen.
pub struct ConsentsScreen {
    /// Whose consents are looked for, as typed.
    pub phone: String,
    /// What is wrong with it.
    pub error: Option<PhoneError>,
    /// Whose were looked for last, and what was found.
    pub found: Option<(Phone, Vec<KeptConsent>)>,
    /// Where the screen stands.
    pub status: Status,
    /// Whether it is asked if the data of who was looked for is to be destroyed.
    pub asks_to_forget: bool,
    /// The next phone is to be typed; the view takes it.
    pub wants_focus: bool,
}

/// Where the screen stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// A person looks.
    #[default]
    Ready,
    /// One customer's are looked for.
    Finding(RequestId, Phone),
    /// Everything about one customer is being destroyed.
    Forgetting(RequestId),
    /// A file is being written.
    Exporting(RequestId),
    /// So much about a customer was destroyed.
    Forgotten {
        /// Signups that SWiP had not taken.
        signups: usize,
        /// Consents.
        consents: usize,
    },
    /// All of them are in this file.
    Exported {
        /// Where.
        path: PathBuf,
        /// How many.
        consents: usize,
    },
    /// It could not be done.
    Failed(Failure),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The phone was typed.
    Edit,
    /// Look for the consents of the phone.
    Find,
    /// Destroy everything about the customer who was looked for.
    AskForget,
    /// Do.
    Confirm,
    /// Do not.
    Cancel,
    /// All consents in a file.
    Export(FileForm),
    /// Back.
    Leave,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// Something was told or done, or was not.
    Answered {
        /// To which request.
        id: RequestId,
        /// What.
        result: Result<ConsentAnswer, Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Where the person came from.
    Left,
}

impl ConsentsScreen {
    /// Whether something is being done.
    pub fn is_busy(&self) -> bool {
        self.request().is_some()
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        match event {
            Event::Acted(Action::Leave) => return Update::exit(Exit::Left),
            Event::Acted(action) => return self.act(action, cx).into(),
            Event::Answered { id, result } if self.request() == Some(id) => self.answered(result),
            Event::Answered { .. } => {}
        }
        Update::default()
    }

    fn request(&self) -> Option<RequestId> {
        match &self.status {
            Status::Finding(id, _) | Status::Forgetting(id) | Status::Exporting(id) => Some(*id),
            Status::Ready | Status::Forgotten { .. } | Status::Exported { .. } | Status::Failed(_) => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match action {
            // What was asked for is waited for.
            _ if self.is_busy() => {}
            Action::Edit => {
                self.error = None;
                // What was found is another customer's.
                self.found = None;
            }
            Action::Find => return self.find(cx),
            Action::AskForget => self.asks_to_forget = self.found.is_some(),
            Action::Cancel => self.asks_to_forget = false,
            Action::Confirm => {
                if let Some((phone, _)) = self.found.take_if(|_| self.asks_to_forget) {
                    self.asks_to_forget = false;
                    let id = cx.ids.next_id();
                    self.status = Status::Forgetting(id);
                    return vec![Effect::AskConsents { id, question: ConsentQuestion::Forget(phone) }];
                }
            }
            Action::Export(form) => {
                let id = cx.ids.next_id();
                self.status = Status::Exporting(id);
                return vec![Effect::AskConsents { id, question: ConsentQuestion::Export(form) }];
            }
            Action::Leave => {}
        }
        Vec::new()
    }

    fn find(&mut self, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        self.found = None;
        self.status = Status::Ready;
        // Whoever was signed up once is found, whatever the station accepts by now.
        match Phone::parse(&self.phone, PhoneRules::ANY) {
            Ok(phone) => {
                let id = cx.ids.next_id();
                self.status = Status::Finding(id, phone.clone());
                vec![Effect::AskConsents { id, question: ConsentQuestion::Find(phone) }]
            }
            Err(why) => {
                self.error = Some(why);
                Vec::new()
            }
        }
    }

    fn answered(&mut self, result: Result<ConsentAnswer, Failure>) {
        let asked = std::mem::take(&mut self.status);
        self.wants_focus = !matches!(asked, Status::Exporting(_));
        self.status = match (result, asked) {
            (Ok(ConsentAnswer::Found(consents)), Status::Finding(_, phone)) => {
                self.found = Some((phone, consents));
                Status::Ready
            }
            (Ok(ConsentAnswer::Forgotten { signups, consents }), _) => {
                self.phone.clear();
                Status::Forgotten { signups, consents }
            }
            (Ok(ConsentAnswer::Exported { path, consents }), _) => Status::Exported { path, consents },
            (Ok(ConsentAnswer::Found(_)), _) => Status::Failed(Failure::Internal),
            (Err(failure), _) => Status::Failed(failure),
        };
    }
}

impl Default for ConsentsScreen {
    fn default() -> Self {
        let (phone, status) = (String::new(), Status::Ready);
        Self { phone, error: None, found: None, status, asks_to_forget: false, wants_focus: true }
    }
}

impl std::fmt::Debug for ConsentsScreen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentsScreen")
            .field("error", &self.error)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
