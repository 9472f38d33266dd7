//! The first screen of a station that was never set up: try it, or connect it.

#[cfg(test)]
mod tests;
pub mod view;

use crate::domain::Failure;
use crate::effect::{Effect, RequestId};
use crate::screens::{Update, UpdateContext};

/// The welcome screen.
#[derive(Debug, Default)]
pub struct Welcome {
    /// Where the screen stands.
    pub status: Status,
}

/// Where the screen stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Waiting for a choice.
    #[default]
    Choosing,
    /// The sandbox is starting.
    Starting(RequestId),
    /// The sandbox did not start.
    Failed(Failure),
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Play with the built-in sandbox.
    TryIt,
    /// Set the station up.
    Connect,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
    /// The sandbox runs, or does not.
    SandboxStarted {
        /// To which request.
        id: RequestId,
        /// Why not.
        result: Result<(), Failure>,
    },
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The settings: set the station up.
    Connect,
    /// Work, against the sandbox that runs now.
    Trial,
}

impl Welcome {
    /// Takes an event in.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Update<Exit> {
        let is_starting = matches!(self.status, Status::Starting(_));
        match event {
            Event::Acted(Action::TryIt) if !is_starting => {
                let id = cx.ids.next_id();
                self.status = Status::Starting(id);
                vec![Effect::StartSandbox { id }].into()
            }
            // A sandbox that is starting would otherwise answer a station that was connected meanwhile.
            Event::Acted(Action::Connect) if !is_starting => Update::exit(Exit::Connect),
            Event::SandboxStarted { id, result } if self.status == Status::Starting(id) => match result {
                Ok(()) => {
                    self.status = Status::Choosing;
                    Update::exit(Exit::Trial)
                }
                Err(failure) => {
                    self.status = Status::Failed(failure);
                    Update::default()
                }
            },
            Event::Acted(Action::TryIt | Action::Connect) | Event::SandboxStarted { .. } => Update::default(),
        }
    }
}
