//! Plays a cashier on a virtual screen, with real keys: one lookup, one signup, and a picture of every step.
//!
//! `./run` does this where there is no display.

#[path = "../tests/support/desktop.rs"]
mod desktop;
#[path = "../tests/support/shop.rs"]
mod shop;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use desktop::{Desktop, Key, Program, Result, build};
use shop::Shop;

const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    match play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn play() -> Result<()> {
    // With this example itself, so that cargo builds what both share only once.
    let folder = build(&["--bin", "swip-kiosk", "--example", "demo"])?;
    let pictures = pictures()?;
    let shop = Shop::open(folder.join("swip-kiosk"))?;
    let desktop = Desktop::start(1280, 800)?;
    let program = Program::start(&mut shop.window(&desktop))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop.focus(window)?;
    let ready = desktop.wait_until_still(PATIENCE)?;
    ready.save_png(pictures.join("1-counter.png"))?;
    say("The counter is open, against a sandbox of its own.")?;

    desktop.type_digits("79167795322")?;
    enter(&desktop, &shop, 1)?;
    desktop.save_png(pictures.join("2-points.png"))?;
    say("Typed 79167795322 and Enter: a member, with points.")?;

    desktop.key(Key::Escape)?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.type_digits("9991112233")?;
    enter(&desktop, &shop, 2)?;
    desktop.save_png(pictures.join("3-new-customer.png"))?;
    say("Escape, typed 9991112233 and Enter: nobody is known by that phone, the signup form opens.")?;

    enter(&desktop, &shop, 3)?;
    desktop.save_png(pictures.join("4-registered.png"))?;
    say("Enter: signed up. The sandbox has seen three requests and no mistake in them.")?;
    say("The pictures are in target/demo.")
}

/// Presses Enter, waits until the sandbox has answered that many requests, all correct, and the screen shows it.
fn enter(desktop: &Desktop, shop: &Shop, count: usize) -> Result<()> {
    let before = desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Enter)?;
    let ledger = desktop.wait_for(&format!("answer {count} of the sandbox"), PATIENCE, || {
        let ledger = shop.ledger()?;
        let is_answered = ledger.len() >= count && ledger.iter().all(|entry| entry["answer"] != "pending");
        Ok(is_answered.then_some(ledger))
    })?;
    if ledger.len() > count || ledger.iter().any(|entry| !entry["breach"].is_null()) {
        return Err("the program did not ask the sandbox as it should".into());
    }
    desktop.wait_for_change(&before, PATIENCE)?;
    Ok(())
}

/// The folder for the pictures: always the same, wherever cargo builds.
fn pictures() -> Result<PathBuf> {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("demo");
    std::fs::create_dir_all(&pictures)?;
    Ok(pictures)
}

fn say(line: &str) -> Result<()> {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}
