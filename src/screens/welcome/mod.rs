//! The first screen of a station that was never set up: try it, or connect it.

#[cfg(test)]
mod tests;
pub mod view;

use crate::domain::Failure;
use crate::effect::{Effect, RequestId};
use crate::screens::UpdateContext;

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

impl Welcome {
    /// Whether the sandbox has been asked for and has not answered.
    pub fn is_starting(&self) -> bool {
        matches!(self.status, Status::Starting(_))
    }

    /// Takes an event in. Connecting is the app's to do: it leaves this screen.
    pub fn update(&mut self, event: Event, cx: &mut UpdateContext<'_>) -> Vec<Effect> {
        match event {
            Event::Acted(Action::TryIt) if !matches!(self.status, Status::Starting(_)) => {
                let id = cx.ids.next_id();
                self.status = Status::Starting(id);
                vec![Effect::StartSandbox { id }]
            }
            Event::SandboxStarted { id, result } if self.status == Status::Starting(id) => {
                self.status = result.map_or_else(Status::Failed, |()| Status::Choosing);
                Vec::new()
            }
            Event::Acted(_) | Event::SandboxStarted { .. } => Vec::new(),
        }
    }
}
