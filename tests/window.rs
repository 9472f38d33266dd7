//! What only a real window can show: keys of real layouts, a real pointer, real pixels.
//!
//! Needs Xvfb and setxkbmap, hence the feature: `cargo test --features real-window --test window`.
#![cfg(feature = "real-window")]

#[path = "support/desktop.rs"]
mod desktop;

use std::time::Duration;

use desktop::{Desktop, Key, Program, Result, example};

const PATIENCE: Duration = Duration::from_secs(20);

/// Opens the bare window and gives it the keyboard.
fn open_bare(desktop: &Desktop) -> Result<Program> {
    let program = Program::start(&mut desktop.command(example("bare")?))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop.focus(window)?;
    desktop.wait_until_still(PATIENCE)?;
    Ok(program)
}

#[test]
fn keys_reach_a_window_through_the_layout_in_force() -> Result<()> {
    let desktop = Desktop::start(800, 600)?;
    let before = desktop.screenshot()?;
    assert!(before.is_blank());
    let mut program = open_bare(&desktop)?;
    let empty = desktop.screenshot()?;
    assert!(!empty.is_blank());

    desktop.type_text_us("Ghbdtn, ")?;
    desktop.wait_for_window("bare: Ghbdtn, ", PATIENCE)?;
    desktop.set_layout("ru")?;
    desktop.type_text_us("Ghbdtn ")?;
    desktop.type_digits("77011234567")?;
    desktop.wait_for_window("bare: Ghbdtn, Привет 77011234567", PATIENCE)?;
    let picture = desktop.wait_for_change(&empty, PATIENCE)?;
    picture.save_png(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bare.png"))?;

    desktop.set_layout("us,ru")?;
    desktop.press_with(&[Key::Control], Key::Us('a'))?;
    desktop.type_text_us("a")?;
    desktop.switch_layout()?;
    desktop.type_text_us("f")?;
    desktop.switch_layout()?;
    desktop.type_text_us("b?")?;
    desktop.key(Key::Backspace)?;
    // The middle letter is the Cyrillic one.
    desktop.wait_for_window("bare: a\u{430}b", PATIENCE)?;
    program.kill()?;
    desktop.wait_for_no_window("bare", PATIENCE)
}

#[test]
fn a_brief_window_ends_by_itself() -> Result<()> {
    let desktop = Desktop::start(320, 240)?;
    let mut command = desktop.command(example("bare")?);
    let mut program = Program::start(command.arg("--exit-after-first-frame"))?;
    assert!(program.wait(PATIENCE)?.success());
    Ok(())
}

#[test]
fn a_click_goes_where_it_is_aimed() -> Result<()> {
    let desktop = Desktop::start(800, 600)?;
    let _program = open_bare(&desktop)?;
    desktop.type_text_us("one two")?;
    desktop.wait_for_window("bare: one two", PATIENCE)?;
    // Left of the first letter, inside the field.
    desktop.click(11, 18)?;
    desktop.type_text_us("x")?;
    desktop.wait_for_window("bare: xone two", PATIENCE)?;
    Ok(())
}

#[test]
fn waiting_in_vain_says_for_what() -> Result<()> {
    let desktop = Desktop::start(320, 240)?;
    let missing = desktop.wait_for_window("nobody", Duration::from_millis(50));
    let words = missing.err().map(|error| error.to_string());
    assert!(words.is_some_and(|words| words.contains("nobody")));
    assert!(desktop.type_digits("12a").is_err());
    assert!(desktop.key(Key::Us('я')).is_err());
    assert!(desktop.set_layout("no-such-layout").is_err());
    Ok(())
}
