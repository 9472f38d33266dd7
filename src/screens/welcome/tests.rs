//! What the welcome screen does with events.

use std::time::Duration;

use jiff::civil::date;

use super::*;
use crate::domain::settings::Preferences;
use crate::domain::{ConsentSources, Now};
use crate::effect::RequestIds;

#[derive(Default)]
struct WelcomeFixture {
    welcome: Welcome,
    ids: RequestIds,
}

impl WelcomeFixture {
    fn update(&mut self, event: Event) -> Update<Exit> {
        let now = Now { uptime: Duration::ZERO, local: date(2025, 5, 20).at(12, 0, 0, 0) };
        let preferences = Preferences::default();
        let texts = &preferences.consents.texts;
        let consents = ConsentSources { merchant: texts, built_in: texts, language: &preferences.language };
        let mut cx = UpdateContext { now, preferences: &preferences, consents, ids: &mut self.ids };
        self.welcome.update(event, &mut cx)
    }

    fn try_it(&mut self) -> RequestId {
        match self.update(Event::Acted(Action::TryIt)).effects.as_slice() {
            [Effect::StartSandbox { id }] => *id,
            other => panic!("no sandbox but {other:?}"),
        }
    }
}

#[test]
fn a_thousand_presses_start_one_sandbox() {
    let mut desk = WelcomeFixture::default();
    let id = desk.try_it();
    for _ in 0..1000 {
        assert_eq!(desk.update(Event::Acted(Action::TryIt)), Update::default());
    }
    assert_eq!(desk.welcome.status, Status::Starting(id));
}

#[test]
fn a_sandbox_that_does_not_start_can_be_tried_again() {
    let mut desk = WelcomeFixture::default();
    let id = desk.try_it();
    desk.update(Event::SandboxStarted { id, result: Err(Failure::Internal) });
    assert_eq!(desk.welcome.status, Status::Failed(Failure::Internal));
    let second = desk.try_it();
    assert_ne!(id, second);
    desk.update(Event::SandboxStarted { id, result: Err(Failure::Internal) });
    assert_eq!(desk.welcome.status, Status::Starting(second), "the first answer is late");
    assert_eq!(desk.update(Event::SandboxStarted { id: second, result: Ok(()) }), Update::exit(Exit::Trial));
    assert_eq!(desk.welcome.status, Status::Choosing);
}

#[test]
fn connecting_leaves_the_screen_unless_a_sandbox_is_starting() {
    let mut desk = WelcomeFixture::default();
    assert_eq!(desk.update(Event::Acted(Action::Connect)), Update::exit(Exit::Connect));
    desk.try_it();
    assert_eq!(desk.update(Event::Acted(Action::Connect)), Update::default());
}
