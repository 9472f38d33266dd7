//! Help: the guides of the program, to be read where somebody works.

#[cfg(test)]
mod tests;
pub mod view;

use crate::domain::Guide;
use crate::screens::Update;

/// The help screen.
#[derive(Debug)]
pub struct HelpScreen {
    /// Which guide is open.
    pub guide: Guide,
    /// Whether it was come to from behind the manager's door, and is as open as what is there.
    pub is_behind_door: bool,
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Another guide.
    Choose(Guide),
    /// Back.
    Leave,
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
    /// Where the person came from.
    Left,
}

impl HelpScreen {
    /// For a cashier, who has come from work.
    pub fn at_work() -> Self {
        Self { guide: Guide::Cashier, is_behind_door: false }
    }

    /// For whoever works on the settings, of a kiosk or another station.
    pub fn behind_door(is_kiosk: bool) -> Self {
        Self { guide: if is_kiosk { Guide::Kiosk } else { Guide::Technician }, is_behind_door: true }
    }

    /// Takes an event in.
    pub fn update(&mut self, event: Event) -> Update<Exit> {
        match event {
            Event::Acted(Action::Choose(guide)) => {
                self.guide = guide;
                Update::default()
            }
            Event::Acted(Action::Leave) => Update::exit(Exit::Left),
        }
    }
}
