//! A kiosk without a PIN serves nobody: what a customer reads, and what a technician does.

pub mod view;

use crate::screens::Update;

/// The screen of a kiosk whose set-up is not finished.
#[derive(Debug, Default)]
pub struct OutOfService;

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Give the kiosk its first PIN.
    SetPin,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person did something.
    Acted(Action),
}

/// Where this screen is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The PIN pad, for the first PIN.
    SetPin,
}

impl OutOfService {
    /// Takes an event in.
    pub fn update(&mut self, event: Event) -> Update<Exit> {
        match event {
            Event::Acted(Action::SetPin) => Update::exit(Exit::SetPin),
        }
    }
}
