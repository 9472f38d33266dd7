//! Real keys of a scanner and of a person, under real layouts.

use serde_json::{Value, json};

use super::desktop::{Key, Result};
use super::{Desk, PATIENCE, SIGNUPS, STATS};

/// Cards that are told whatever the machine is busy with; letters alone, and what may be a phone, need one that keeps up.
const CARDS: [&str; 2] = ["4006381333931", "SWIP-0001"];

impl Desk {
    /// Whom the last lookup was about.
    fn last_asked(&self) -> Result<Value> {
        Ok(self.requests(STATS)?.last().ok_or("nobody was asked for")?["query"].clone())
    }
}

#[test]
fn a_scan_is_looked_up_under_every_layout() -> Result<()> {
    let desk = Desk::open()?;
    let mut asked = 0;
    for layout in ["us", "ru", "kz"] {
        desk.desktop.set_layout(layout)?;
        for card in CARDS {
            desk.desktop.scan(card)?;
            desk.desktop.key(Key::Enter)?;
            asked += 1;
            desk.wait_for_answers(STATS, asked)?;
            assert_eq!(desk.last_asked()?, json!([["pass", card]]), "{layout}");
        }
    }
    assert!(desk.requests(SIGNUPS)?.is_empty());
    Ok(())
}

#[test]
fn eleven_presses_are_a_lookup_and_twelve_a_signup_without_escape_between() -> Result<()> {
    let desk = Desk::open()?;
    for (number, phone) in ["9167795322", "9990000001", "9161234567", "9990000005"].into_iter().enumerate() {
        desk.desktop.type_digits(phone)?;
        desk.desktop.key(Key::Enter)?;
        desk.wait_for_answers(STATS, number + 1)?;
        assert_eq!(desk.last_asked()?, json!([["phone", format!("7{phone}")]]));
        if phone == "9161234567" {
            desk.desktop.wait_until_still(PATIENCE)?;
            desk.desktop.key(Key::Enter)?;
            desk.wait_for_answers(SIGNUPS, 1)?;
        }
    }
    Ok(())
}

#[test]
fn a_phone_typed_after_a_scanned_card_is_that_phone() -> Result<()> {
    let desk = Desk::open()?;
    let card = CARDS[0];
    desk.desktop.scan(card)?;
    desk.desktop.key(Key::Enter)?;
    desk.wait_for_answers(STATS, 1)?;
    assert_eq!(desk.last_asked()?, json!([["pass", card]]));
    desk.desktop.type_digits("9167795322")?;
    desk.desktop.key(Key::Enter)?;
    desk.wait_for_answers(STATS, 2)?;
    assert_eq!(desk.last_asked()?, json!([["phone", "79167795322"]]));
    Ok(())
}
