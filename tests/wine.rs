//! The program for Windows in a window of Wine, worked by real keys and seen at the ledger of its sandbox.
//!
//! Needs what `.ci/windows` sets up, and runs from there: `SWIP_KIOSK_UNDER_WINE` names the command that starts the program.
#![cfg(feature = "real-window")]

#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/shop.rs"]
mod shop;

use std::path::PathBuf;
use std::time::Duration;

use desktop::{Desktop, Key, Program, Result};
use serde_json::{Value, json};
use shop::Shop;

/// Wine starts a window slowly.
const PATIENCE: Duration = Duration::from_mins(1);
const STATS: &str = "/customer-loyalty-stats";
const SIGNUPS: &str = "/customer-signups";

/// The command that starts the program under Wine.
fn program() -> Result<PathBuf> {
    let program =
        std::env::var_os("SWIP_KIOSK_UNDER_WINE").ok_or("SWIP_KIOSK_UNDER_WINE is not set; see .ci/windows")?;
    Ok(program.into())
}

fn requests(shop: &Shop, path: &str) -> Result<Vec<Value>> {
    let mut entries = shop.ledger()?;
    entries.retain(|entry| entry["path"] == path && entry["answer"] != "pending");
    Ok(entries)
}

/// Waits until an endpoint has answered so often, and gives the last request to it.
fn wait_for_answer(desktop: &Desktop, shop: &Shop, (path, count): (&str, usize)) -> Result<Value> {
    let last = desktop.wait_for(&format!("answer {count} of {path}"), PATIENCE, || {
        Ok(requests(shop, path)?.into_iter().nth(count - 1))
    })?;
    desktop.wait_until_still(PATIENCE)?;
    Ok(last)
}

#[test]
fn a_cashier_looks_up_signs_up_and_saves_what_the_server_does_not_take() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open_russian_in("Касса № 1", program()?)?;
    let window = Program::start(&mut shop.window(&desktop))?;
    let id = desktop.wait_for_window_of(&window, PATIENCE)?;
    desktop.focus(id)?;
    desktop.wait_until_still(PATIENCE)?;

    // A member: ten digits and Enter.
    desktop.type_digits("9167795322")?;
    desktop.key(Key::Enter)?;
    let looked_up = wait_for_answer(&desktop, &shop, (STATS, 1))?;
    assert_eq!(looked_up["query"], json!([["phone", "79167795322"]]));

    // The next one is new: ten digits and two Enters.
    desktop.type_digits("9161234567")?;
    desktop.key(Key::Enter)?;
    wait_for_answer(&desktop, &shop, (STATS, 2))?;
    desktop.key(Key::Enter)?;
    let signed_up = wait_for_answer(&desktop, &shop, (SIGNUPS, 1))?;
    assert_eq!(
        (&signed_up["body"], &signed_up["accounts_created"]),
        (&json!(r#"{"phone":"79161234567"}"#), &json!(true))
    );

    // The server goes down for the third one: saved, and delivered when it is back.
    shop.set_faults(&json!({ "signup": { "fault": "cut_before" } }))?;
    desktop.type_digits("9161234568")?;
    desktop.key(Key::Enter)?;
    wait_for_answer(&desktop, &shop, (STATS, 3))?;
    desktop.key(Key::Enter)?;
    let cut = wait_for_answer(&desktop, &shop, (SIGNUPS, 2))?;
    assert_eq!(cut["accounts_created"], false);
    shop.set_faults(&json!({}))?;
    desktop.wait_for("the delivery", PATIENCE, || {
        let accounts = requests(&shop, SIGNUPS)?.into_iter().filter(|entry| entry["accounts_created"] == true);
        Ok((accounts.count() == 2).then_some(()))
    })?;
    Ok(())
}
