//! Customers sign themselves up at a kiosk, by nothing but the pointer, and a sandbox in another process gets the signup.
//!
//! What the screen says is asked as a screen reader would. Needs Xvfb, openbox and an accessibility bus:
//! `cargo test --features real-window --test kiosk -- --test-threads=1`.
#![cfg(feature = "real-window")]

#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/kiosk.rs"]
mod kiosk;
#[path = "support/reader.rs"]
mod reader;
#[path = "support/shop.rs"]
mod shop;

use std::path::Path;
use std::time::Duration;

use desktop::{Desktop, Program, Result};
use kiosk::{CONSENT, JOIN, Kiosk, NEXT, PATIENCE, words};
use reader::{Node, Reader};
use serde_json::{Value, json};
use shop::Shop;

/// A delivery that failed is tried again within minutes.
const DELIVERY: Duration = Duration::from_mins(5);
const PHONE: &str = "9161234567";

/// A kiosk and one who reads what it says.
fn open(change: impl FnOnce(&mut Value)) -> Result<(Kiosk, Reader)> {
    let desktop = Kiosk::screen()?;
    let reader = Reader::start(&desktop)?;
    let kiosk = Kiosk::open(env!("CARGO_BIN_EXE_swip-kiosk"), desktop, &[reader.variable()], change)?;
    Ok((kiosk, reader))
}

fn phone_only(profile: &mut Value) {
    profile["settings"] = json!({ "ask_first_name": false, "ask_last_name": false, "ask_birthday": false });
}

/// Waits until the screen says this.
fn sees(kiosk: &Kiosk, reader: &mut Reader, id: &str) -> Result<Vec<Node>> {
    reader.wait_for(words(id)?, (&kiosk.desktop, &kiosk.program), PATIENCE)
}

/// From the invitation through all pages of a kiosk that asks nothing but the phone.
fn sign_up(kiosk: &Kiosk) -> Result<()> {
    kiosk.turn(JOIN)?;
    kiosk.tap_digits(PHONE)?;
    kiosk.turn(NEXT)?;
    kiosk.tap(CONSENT)?;
    kiosk.turn(NEXT)?;
    kiosk.turn(NEXT)
}

/// The body of the one signup that made an account.
fn only_account(kiosk: &Kiosk) -> Result<Value> {
    let signups = kiosk.signups()?;
    assert!(signups.iter().all(|entry| entry["breach"].is_null()), "{signups:?}");
    let made: Vec<&Value> = signups.iter().filter(|entry| entry["accounts_created"] == true).collect();
    let [one] = made[..] else { return Err(format!("not one account: {signups:?}").into()) };
    Ok(serde_json::from_str(one["body"].as_str().ok_or("no body")?)?)
}

#[test]
fn a_customer_signs_up_in_russian_by_pointer_alone() -> Result<()> {
    let (kiosk, mut reader) = open(|_| ())?;
    sees(&kiosk, &mut reader, "kiosk-join")?;
    kiosk.turn(JOIN)?;
    kiosk.tap_digits(PHONE)?;
    kiosk.turn(NEXT)?;
    kiosk.tap_letters("Анна")?;
    kiosk.turn(NEXT)?;
    kiosk.tap_letters("Ёлкина")?;
    kiosk.turn(NEXT)?;
    kiosk.tap_digits("24011990")?;
    kiosk.turn(NEXT)?;
    kiosk.tap(CONSENT)?;
    kiosk.turn(NEXT)?;
    let page = sees(&kiosk, &mut reader, "kiosk-confirm")?;
    assert!(page.iter().any(|node| node.name == "+7 916 123-45-67"), "{page:?}");
    kiosk.turn(NEXT)?;
    sees(&kiosk, &mut reader, "kiosk-welcome")?;
    assert_eq!(kiosk.signups()?.len(), 1);
    let body = only_account(&kiosk)?;
    let names = [&body["firstName"], &body["lastName"]];
    assert_eq!(body["phone"], "79161234567");
    assert_eq!(names, ["Анна", "Ёлкина"], "{body}");
    assert_eq!(body["birthday"], "1990-01-24");
    // Nobody touches it any more.
    sees(&kiosk, &mut reader, "kiosk-join")?;
    Ok(())
}

#[test]
fn fifteen_taps_lead_to_the_welcome_if_only_the_phone_is_asked() -> Result<()> {
    let (kiosk, mut reader) = open(phone_only)?;
    sign_up(&kiosk)?;
    sees(&kiosk, &mut reader, "kiosk-welcome")?;
    assert!(kiosk.taps() <= 15, "{} taps", kiosk.taps());
    assert_eq!(only_account(&kiosk)?, json!({ "phone": "79161234567" }));
    Ok(())
}

#[test]
fn without_a_network_the_signup_is_saved_and_delivered_later_once() -> Result<()> {
    let (kiosk, mut reader) = open(phone_only)?;
    kiosk.shop.set_faults(&json!({ "signup": { "fault": "cut_before" } }))?;
    sign_up(&kiosk)?;
    let page = sees(&kiosk, &mut reader, "kiosk-saved")?;
    assert!(page.iter().all(|node| node.name != words("kiosk-welcome").unwrap_or_default()), "{page:?}");
    assert!(kiosk.signups()?.iter().all(|entry| entry["accounts_created"] == false));
    sees(&kiosk, &mut reader, "kiosk-join")?;
    kiosk.shop.set_faults(&json!({}))?;
    let is_made = || Ok(kiosk.signups()?.iter().any(|entry| entry["accounts_created"] == true).then_some(()));
    kiosk.desktop.wait_for("the delivery", DELIVERY, is_made)?;
    assert_eq!(only_account(&kiosk)?, json!({ "phone": "79161234567" }));
    Ok(())
}

#[test]
fn a_kiosk_fills_the_monitor_that_its_settings_name() -> Result<()> {
    let desktop = Desktop::start_two_monitors()?;
    let session = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/openbox/rc.xml");
    let _openbox = desktop.start_openbox(&session)?;
    let (left, right) = ((0, 0, 1024, 768), (1024, 0, 800, 600));
    for (name, place) in [("DUMMY1", right), ("DUMMY0", left), ("unplugged", left), ("", left)] {
        let shop = Shop::open_kiosk_with(env!("CARGO_BIN_EXE_swip-kiosk"), "483920", |profile| {
            profile["settings"] = json!({ "kiosk_monitor": name });
        })?;
        let program = Program::start(&mut shop.window(&desktop))?;
        let window = desktop.wait_for_window_of(&program, PATIENCE)?;
        let is_there = || Ok((desktop.stand(window)?.place == place).then_some(()));
        desktop.wait_for(&format!("the window on {name:?}"), PATIENCE, is_there)?;
        desktop.wait_until_done(&program, PATIENCE)?;
        assert_eq!(desktop.stand(window)?.place, place, "{name:?}");
    }
    Ok(())
}
