//! Real keys of a scanner and of a person, under real layouts.

use serde_json::{Value, json};

use super::desktop::{Key, Result};
use super::{Desk, PATIENCE, SIGNUPS, STATS};

/// A signup that is open, and the cards that are scanned over it.
const CARDS: [&str; 4] = ["4006381333931", "79167795322", "SWIP-0001", "ABCDEFGHIJ"];

impl Desk {
    /// Whom the last lookup was about.
    fn last_asked(&self) -> Result<Value> {
        Ok(self.requests(STATS)?.last().ok_or("nobody was asked for")?["query"].clone())
    }
}

#[test]
fn a_scan_is_looked_up_under_every_layout_and_wherever_the_keyboard_is() -> Result<()> {
    let desk = Desk::open()?;
    let mut asked = 0;
    for layout in ["us", "ru", "kz"] {
        desk.desktop.set_layout(layout)?;
        for card in CARDS {
            desk.desktop.scan(card)?;
            if asked % 2 == 0 {
                desk.desktop.key(Key::Enter)?;
            }
            asked += 1;
            desk.wait_for_answers(STATS, asked)?;
            assert_eq!(desk.last_asked()?, json!([["pass", card]]), "{layout}");
        }
    }
    // Over a form with the keyboard in its first name.
    desk.desktop.set_layout("us")?;
    desk.desktop.type_digits("9161234567")?;
    desk.desktop.key(Key::Enter)?;
    desk.wait_for_answers(STATS, asked + 1)?;
    assert_eq!(desk.last_asked()?, json!([["phone", "79161234567"]]), "what a person types is a phone");
    desk.desktop.scan("79167795322")?;
    desk.desktop.key(Key::Enter)?;
    desk.wait_for_answers(STATS, asked + 2)?;
    assert_eq!(desk.last_asked()?, json!([["pass", "79167795322"]]));
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
