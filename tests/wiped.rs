//! Nothing of a customer who has gone is left in the memory of the program.
//!
//! Needs Xvfb, and root to look into the process: `cargo test --features real-window --test wiped`.
#![cfg(feature = "real-window")]
#![expect(clippy::disallowed_methods, reason = "a driver of a real program waits in real time")]

#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/scan.rs"]
mod scan;
#[path = "support/shop.rs"]
mod shop;

use std::time::Duration;

use desktop::{Desktop, Key, Program, Result};
use scan::found_in_memory;
use shop::Shop;

const PATIENCE: Duration = Duration::from_secs(20);
/// After this long nothing may be left.
const WIPED: Duration = Duration::from_secs(5);
/// In each form that it takes on its way: typed, shown, sent.
const PHONE: [&str; 4] = ["9167384519", "+7 916 738-45-19", "916 738-45-19", "916738451"];
const NAME: [&str; 2] = ["Quillowby", "Zephyrtine"];

/// What is there of the texts once it has had its time.
fn left(program: &Program, texts: &[&str]) -> Result<Vec<String>> {
    let start = std::time::Instant::now();
    loop {
        let found = found_in_memory(program.id(), texts)?;
        if found.is_empty() || start.elapsed() >= WIPED {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_customer_at_the_counter_leaves_nothing_behind() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open(env!("CARGO_BIN_EXE_swip-kiosk"))?;
    let program = Program::start(&mut shop.window(&desktop))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop.focus(window)?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.type_digits(PHONE[0])?;
    let typed = desktop.wait_until_still(PATIENCE)?;
    assert!(!found_in_memory(program.id(), &PHONE)?.is_empty(), "the search finds what is there");
    desktop.key(Key::Enter)?;
    desktop.wait_for("the lookup", PATIENCE, || Ok((!shop.ledger()?.is_empty()).then_some(())))?;
    desktop.wait_for_change(&typed, PATIENCE)?;
    let form = desktop.wait_until_still(PATIENCE)?;
    desktop.type_text_us(NAME[0])?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Tab)?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.type_text_us(NAME[1])?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Enter)?;
    desktop.wait_for_change(&form, PATIENCE)?;
    desktop.wait_for("the signup", PATIENCE, || Ok((shop.ledger()?.len() >= 2).then_some(())))?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Escape)?;
    desktop.wait_until_still(PATIENCE)?;
    let texts = [&PHONE[..], &NAME[..]].concat();
    assert_eq!(left(&program, &texts)?, Vec::<String>::new());
    Ok(())
}
