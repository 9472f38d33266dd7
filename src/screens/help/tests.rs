//! Whose guide is open, and which others can be.

use super::*;

#[test]
fn everybody_finds_the_own_guide_open_and_every_other_one() {
    let mut help = HelpScreen::at_work();
    assert_eq!((help.guide, help.is_behind_door), (Guide::Cashier, false));
    for guide in Guide::ALL {
        assert_eq!(help.update(Event::Acted(Action::Choose(guide))).exit, None);
        assert_eq!(help.guide, guide);
    }
    assert_eq!(HelpScreen::behind_door(false).guide, Guide::Technician);
    assert_eq!(HelpScreen::behind_door(true).guide, Guide::Kiosk);
    assert_eq!(help.update(Event::Acted(Action::Leave)).exit, Some(Exit::Left));
}
