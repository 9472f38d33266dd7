//! Bugs, kills, and a screen that goes away.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::desktop::frames::Frames;
use super::desktop::{Desktop, Key, Program};
use super::{BINARY, Kiosk, PATIENCE, Result, Shop, start};

/// The exit code of a window that ended by a fault: whoever keeps the kiosk starts it again.
const BUG: i32 = 70;
const SENTENCE: &str = "swip-kiosk: The window closed unexpectedly.";

/// What the program says when it ends, without the lines of its log.
fn last_words(log: &str) -> String {
    log.lines().filter(|line| line.starts_with("swip-kiosk: ")).collect::<Vec<_>>().join("\n")
}

/// Signs somebody up while SWiP breaks every connection: the signup waits.
fn save_one(shop: &Shop, phone: &str) -> Result<()> {
    shop.set_faults(&json!({ "signup": { "fault": "cut_before" } }))?;
    assert_eq!(shop.verb(&["signup", "--phone", phone], "")?, Some(10));
    Ok(())
}

/// Waits until the customer has an account, and asserts that there is one only.
fn wait_for_account(shop: &Shop, desktop: &Desktop, phone: &str) -> Result<()> {
    let made = || -> Result<usize> {
        let ledger = shop.ledger()?;
        let is_of = |entry: &&serde_json::Value| entry["body"].as_str().is_some_and(|body| body.contains(phone));
        Ok(ledger.iter().filter(is_of).filter(|entry| entry["accounts_created"] == true).count())
    };
    desktop.wait_for(&format!("an account of {phone}"), 2 * PATIENCE, || Ok((made()? > 0).then_some(())))?;
    assert_eq!(made()?, 1);
    Ok(())
}

#[test]
fn a_bug_in_the_window_ends_in_words_for_people_and_a_fresh_start_of_the_same_window() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    let usual = kiosk.desktop.wait_until_still(PATIENCE)?;
    kiosk.ask_panic("window", true)?;
    kiosk.desktop.key(Key::Us('a'))?;
    let fault = kiosk.desktop.wait_for_change(&usual, PATIENCE)?;
    fault.save_png(super::picture("fault.png"))?;
    assert!(!fault.is_blank());
    kiosk.ask_panic("window", false)?;
    kiosk.desktop.wait_for_change(&fault, PATIENCE)?;
    assert!(kiosk.desktop.wait_until_still(PATIENCE)? == usual, "it is not what it was");
    kiosk.wait_until_full("a bug")?;
    assert!(kiosk.program.is_running()?);
    let log = kiosk.log()?;
    assert_eq!(log.matches("it starts afresh").count(), 1, "{log}");
    assert!(!log.contains("asked for"), "the words of a panic are in the log: {log}");
    Ok(())
}

#[test]
fn a_bug_on_the_thread_of_the_delivery_costs_no_signup() -> Result<()> {
    const PHONE: &str = "79161234567";
    let desktop = Desktop::start(1024, 768)?;
    let _openbox = desktop.start_openbox(&super::session())?;
    let shop = Shop::open_kiosk(BINARY, super::PIN)?;
    save_one(&shop, PHONE)?;
    shop.set_faults(&json!({}))?;
    let panics = shop.folder().join("panics");
    fs::create_dir(&panics)?;
    fs::write(panics.join("delivery"), "")?;
    let (mut program, _) = start(&shop, &desktop)?;
    let log = shop.folder().join("log");
    desktop.wait_for("the delivery to panic", PATIENCE, || {
        Ok(fs::read_to_string(&log)?.contains("the delivery ended; it starts again").then_some(()))
    })?;
    assert!(program.is_running()?);
    fs::remove_file(panics.join("delivery"))?;
    wait_for_account(&shop, &desktop, PHONE)
}

#[test]
fn a_screen_that_goes_away_ends_the_program_and_a_restart_delivers_what_waited() -> Result<()> {
    const PHONE: &str = "79161234568";
    let mut kiosk = Kiosk::open()?;
    drop(kiosk.program);
    save_one(&kiosk.shop, PHONE)?;
    let (mut program, _) = start(&kiosk.shop, &kiosk.desktop)?;
    kiosk.desktop.lose_screen()?;
    let status = program.wait(PATIENCE)?;
    let log = fs::read_to_string(kiosk.shop.folder().join("log"))?;
    // Xlib notices first, ends the process itself, with the code of a window without a display, and says why.
    assert!(status.code() == Some(1) || status.code() == Some(BUG), "{status}: {log}");
    let is_told_by_xlib = ["X connection to", "on X server"].iter().any(|words| log.contains(words));
    assert!(is_told_by_xlib || last_words(&log) == SENTENCE, "{log}");
    assert!(!log.contains("panicked") && !log.contains(PHONE), "{log}");
    // Another screen, and SWiP is back.
    kiosk.shop.set_faults(&json!({}))?;
    let desktop = Desktop::start(800, 600)?;
    let _openbox = desktop.start_openbox(&super::session())?;
    let (_program, _) = start(&kiosk.shop, &desktop)?;
    wait_for_account(&kiosk.shop, &desktop, PHONE)
}

#[test]
fn a_window_that_another_program_destroys_ends_the_program_with_its_own_words() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    kiosk.desktop.destroy(kiosk.window)?;
    let status = kiosk.program.wait(PATIENCE)?;
    let log = kiosk.log()?;
    assert_eq!((status.code(), last_words(&log).as_str()), (Some(BUG), SENTENCE), "{log}");
    Ok(())
}

#[test]
fn the_packaged_session_starts_a_kiosk_that_was_killed_again() -> Result<()> {
    let desktop = Desktop::start(1024, 768)?;
    let _openbox = desktop.start_openbox(&super::session())?;
    let shop = Shop::open_kiosk(BINARY, super::PIN)?;
    let mut command = desktop.command(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/session"));
    command.env("SWIP_KIOSK_PROGRAM", BINARY).env("SWIP_KIOSK_STATE", shop.folder());
    // What surrounds the session is none of the program's business.
    command.env("EFRAME_SCREENSHOT_TO", "/nowhere/picture.png").env("HTTPS_PROXY", "http://127.0.0.1:9");
    let mut session = Program::start(&mut command)?;
    let mut killed = 0;
    for _ in 0..3 {
        let window = desktop.wait_for("a new window, full", PATIENCE, || {
            let found = desktop.wait_for_window("swip-kiosk", PATIENCE)?;
            let is_new = desktop.pid(found)? != Some(killed);
            // It may go while it is looked at.
            Ok(desktop.stand(found).is_ok_and(|stand| is_new && stand == desktop.full()).then_some(found))
        })?;
        killed = desktop.pid(window)?.ok_or("a window of nobody")?;
        let environment = fs::read(format!("/proc/{killed}/environ"));
        // The program lets nobody of its own user look; root may, in a container.
        if let Ok(environment) = environment {
            let environment = String::from_utf8_lossy(&environment).into_owned();
            assert!(!environment.contains("PROXY") && !environment.contains("EFRAME"), "{environment}");
            assert!(environment.contains("WINIT_X11_SCALE_FACTOR=1"), "{environment}");
        }
        assert!(Command::new("kill").args(["-KILL", &killed.to_string()]).status()?.success());
    }
    session.terminate()?;
    session.wait(PATIENCE)?;
    desktop.wait_for_no_window("swip-kiosk", PATIENCE)
}

#[test]
fn nothing_of_a_half_filled_form_is_on_disk_when_the_program_is_killed() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open(BINARY)?;
    let mut program = Program::start(&mut shop.window(&desktop))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop.focus(window)?;
    let empty = desktop.wait_until_still(PATIENCE)?;
    desktop.type_digits("9991112233")?;
    desktop.wait_for_change(&empty, PATIENCE)?;
    desktop.key(Key::Enter)?;
    desktop.wait_for("the lookup", PATIENCE, || Ok((!shop.ledger()?.is_empty()).then_some(())))?;
    let form = desktop.wait_until_still(PATIENCE)?;
    desktop.type_text_us("Qwertova")?;
    desktop.wait_for_change(&form, PATIENCE)?.save_png(super::picture("half-filled.png"))?;
    program.kill()?;
    for folder in [shop.folder(), desktop.folder()] {
        assert_holds_none_of(folder, &["9991112233", "999 111-22-33", "wertova"])?;
    }
    Ok(())
}

fn assert_holds_none_of(folder: &Path, marks: &[&str]) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            assert_holds_none_of(&path, marks)?;
        } else if path.is_file() {
            let bytes = fs::read(&path)?;
            for mark in marks {
                let is_there = bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
                assert!(!is_there, "{mark} is in {}", path.display());
            }
        }
    }
    Ok(())
}

#[test]
fn a_kiosk_at_rest_draws_nothing() -> Result<()> {
    let kiosk = Kiosk::open()?;
    // A moment after the last wish about the window it is left alone.
    kiosk.desktop.wait_until_still(PATIENCE)?;
    let mut frames = Frames::watch(&kiosk.desktop)?;
    let is_quiet = kiosk.desktop.wait_for("five seconds without a frame", PATIENCE, || {
        super::pass(Duration::from_secs(5));
        Ok((frames.count()? == 0).then_some(()))
    });
    is_quiet.map(drop)
}
