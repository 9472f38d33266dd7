//! What only a real window can show: keys of real layouts, a real pointer, real pixels, a real way out.
//!
//! Needs Xvfb and setxkbmap, hence the feature: `cargo test --features real-window --test window`.
#![cfg(feature = "real-window")]

#[path = "../support/clip.rs"]
mod clip;
mod desk;
#[path = "../support/desktop.rs"]
mod desktop;
mod scans;
#[path = "../support/shop.rs"]
mod shop;

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clip::Clip;
use desktop::{Desktop, Key, Program, Result, example};
use serde_json::{Value, json};
use shop::Shop;

const PATIENCE: Duration = Duration::from_secs(20);
/// Far less than a clipboard would be waited for in the window's own thread.
const SOON: Duration = Duration::from_secs(5);
const BINARY: &str = env!("CARGO_BIN_EXE_swip-kiosk");
/// All that a window's title ever says.
const TITLE: &str = "swip-kiosk";

/// A cashier's desk: the program in its window, in a shop of its own.
struct Desk {
    // Dropped in this order: the program first, its screen last.
    program: Program,
    window: u32,
    shop: Shop,
    _openbox: Option<Program>,
    desktop: Desktop,
}

impl Desk {
    fn open() -> Result<Self> {
        Self::open_on(Desktop::start(1280, 800)?, None)
    }

    /// The same under openbox with this configuration, on a screen that has room beside the window.
    fn open_under(openbox: &Path) -> Result<Self> {
        let desktop = Desktop::start(1920, 1080)?;
        let openbox = desktop.start_openbox(openbox)?;
        Self::open_on(desktop, Some(openbox))
    }

    fn open_on(desktop: Desktop, openbox: Option<Program>) -> Result<Self> {
        let shop = Shop::open(BINARY)?;
        let program = Program::start(&mut shop.window(&desktop))?;
        let window = desktop.wait_for_window_of(&program, PATIENCE)?;
        desktop.focus(window)?;
        desktop.wait_until_still(PATIENCE)?;
        Ok(Self { program, window, shop, _openbox: openbox, desktop })
    }

    /// The requests to one endpoint so far.
    fn requests(&self, path: &str) -> Result<Vec<Value>> {
        let mut entries = self.shop.ledger()?;
        entries.retain(|entry| entry["path"] == path);
        Ok(entries)
    }

    /// Waits until the endpoint has answered that many requests, then until the screen is still.
    fn wait_for_answers(&self, path: &str, count: usize) -> Result<()> {
        self.desktop.wait_for(&format!("answer {count} of {path}"), PATIENCE, || {
            let entries = self.requests(path)?;
            Ok((entries.len() >= count && entries.iter().all(|entry| entry["answer"] != "pending")).then_some(()))
        })?;
        self.desktop.wait_until_still(PATIENCE)?;
        Ok(())
    }

    /// Enter looks the typed customer up and brings the form, Enter again signs up.
    fn enter_twice(&self) -> Result<()> {
        let (asked, signed_up) = (self.requests(STATS)?.len(), self.requests(SIGNUPS)?.len());
        let typed = self.desktop.wait_until_still(PATIENCE)?;
        self.desktop.key(Key::Enter)?;
        self.wait_for_answers(STATS, asked + 1)?;
        let form = self.desktop.wait_for_change(&typed, PATIENCE)?;
        self.desktop.key(Key::Enter)?;
        self.wait_for_answers(SIGNUPS, signed_up + 1)?;
        self.desktop.wait_for_change(&form, PATIENCE)?;
        assert_eq!(self.desktop.title(self.window)?, TITLE);
        Ok(())
    }

    /// Takes the next customer, keys pressed under the layouts of the screen.
    fn next_customer(&self, keys: impl FnOnce(&Desktop) -> Result<()>) -> Result<()> {
        self.desktop.key(Key::Escape)?;
        self.desktop.wait_until_still(PATIENCE)?;
        keys(&self.desktop)?;
        self.enter_twice()
    }
}

const STATS: &str = "/customer-loyalty-stats";
const SIGNUPS: &str = "/customer-signups";

fn picture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// What SWiP must get for a signup by phone alone, and nothing else.
fn assert_signup(entry: &Value, phone: &str) -> Result<()> {
    assert_eq!(entry["method"], "POST");
    assert_eq!(entry["query"], json!([]));
    assert_eq!(entry["authorized"], true);
    let mut headers: Vec<(String, String)> = serde_json::from_value(entry["headers"].clone())?;
    headers.sort();
    let expected = [
        ("api-version", "3"),
        ("content-type", "application/json"),
        ("x-cash-id", "0001"),
        ("x-merchant-id", "DEMO"),
        ("x-store-id", "Demo store"),
    ];
    assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let mut names: Vec<String> = serde_json::from_value(entry["header_names"].clone())?;
    names.retain(|name| !expected.iter().any(|(expected, _)| name == expected));
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "authorization", "content-length", "host", "user-agent"]);
    let body: Value = serde_json::from_str(entry["body"].as_str().ok_or("no body")?)?;
    assert_eq!(body, json!({ "phone": phone }));
    assert_eq!(entry["answer"], json!({ "status": 204 }));
    assert_eq!(entry["accounts_created"], true);
    Ok(())
}

#[test]
fn a_new_customer_is_signed_up_with_ten_digits_and_two_enters() -> Result<()> {
    let desk = Desk::open()?;
    assert_eq!(desk.desktop.title(desk.window)?, TITLE);
    desk.desktop.type_digits("9991112233")?;
    desk.enter_twice()?;
    desk.desktop.save_png(picture("registered.png"))?;
    let signups = desk.requests(SIGNUPS)?;
    assert_eq!(signups.len(), 1);
    assert_signup(&signups[0], "79991112233")?;
    let ledger = desk.shop.ledger()?;
    assert_eq!(ledger.len(), 2, "one question, one signup");
    assert!(ledger.iter().all(|entry| entry["breach"].is_null()));
    let log = desk.shop.folder().join("data/log/station.log");
    desk.desktop.wait_for("a log", PATIENCE, || {
        Ok(fs::read_to_string(&log).ok().filter(|log| log.contains("a window opens")))
    })?;
    assert_eq!(fs::metadata(&log)?.permissions().mode() & 0o777, 0o600);
    Ok(())
}

#[test]
fn a_member_is_asked_for_once_and_shown() -> Result<()> {
    let desk = Desk::open()?;
    desk.desktop.type_digits("79167795322")?;
    let typed = desk.desktop.wait_until_still(PATIENCE)?;
    desk.desktop.key(Key::Enter)?;
    desk.desktop.wait_for_change(&typed, PATIENCE)?;
    desk.wait_for_answers(STATS, 1)?;
    desk.desktop.save_png(picture("member.png"))?;
    let ledger = desk.shop.ledger()?;
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0]["query"], json!([["phone", "79167795322"]]));
    assert!(ledger[0]["breach"].is_null());
    assert_eq!(desk.desktop.title(desk.window)?, TITLE);
    Ok(())
}

fn type_on_keypad(desktop: &Desktop, digits: &str) -> Result<()> {
    digits.bytes().try_for_each(|digit| {
        Desktop::pass(desktop::FINGERS);
        desktop.key(Key::Pad(digit - b'0'))
    })
}

#[test]
fn the_layout_of_the_keyboard_does_not_matter() -> Result<()> {
    let desk = Desk::open()?;
    let mut phones = Vec::new();
    let mut next = |digits: &str| {
        phones.push(format!("7{digits}"));
        digits.to_owned()
    };
    for (at, layout) in ["us", "ru", "kz", "fr", "de", "tr"].iter().enumerate() {
        desk.desktop.set_layout(layout)?;
        let phone = next(&format!("99911122{at}4"));
        desk.next_customer(|desktop| desktop.type_digits(&phone))?;
        let phone = next(&format!("99911122{at}5"));
        desk.next_customer(|desktop| type_on_keypad(desktop, &phone))?;
        let phone = next(&format!("99911122{at}6"));
        desk.next_customer(|desktop| {
            desktop.key(Key::NumLock)?;
            type_on_keypad(desktop, &phone)?;
            desktop.key(Key::NumLock)
        })?;
    }
    desk.desktop.set_layout("us,ru")?;
    let phone = next("9991112290");
    desk.next_customer(|desktop| {
        desktop.type_digits(&phone[..5])?;
        desktop.switch_layout()?;
        desktop.type_digits(&phone[5..])
    })?;
    let signups = desk.requests(SIGNUPS)?;
    assert_eq!(signups.len(), phones.len());
    for (entry, phone) in signups.iter().zip(&phones) {
        assert_signup(entry, phone)?;
    }
    assert!(desk.shop.ledger()?.iter().all(|entry| entry["breach"].is_null()));
    Ok(())
}

#[test]
fn without_a_window_manager_the_window_takes_the_keyboard_once_and_at_a_click() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open(BINARY)?;
    let program = Program::start(&mut shop.window(&desktop))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    let has_keyboard = || Ok(desktop.stand(window)?.has_keyboard.then_some(()));
    desktop.wait_for("the keyboard", PATIENCE, has_keyboard)?;
    let stranger = desktop.open_stranger()?;
    desktop.lower_stranger(&stranger)?;
    desktop.wait_until_still(PATIENCE)?;
    assert!(!desktop.stand(window)?.has_keyboard, "it is asked for once");
    desktop.click(640, 600)?;
    desktop.wait_for("the keyboard", PATIENCE, has_keyboard)?;
    let before = desktop.wait_until_still(PATIENCE)?;
    desktop.type_digits("916")?;
    desktop.wait_for_change(&before, PATIENCE)?;
    Ok(())
}

#[test]
fn a_compositor_that_is_gone_is_not_waited_for_beside_an_x_server() -> Result<()> {
    let desktop = Desktop::start(1024, 768)?;
    let shop = Shop::open(BINARY)?;
    let program = Program::start(shop.window(&desktop).env("WAYLAND_DISPLAY", "wayland-gone"))?;
    desktop.wait_for_window_of(&program, PATIENCE)?;
    Ok(())
}

#[test]
fn an_x_server_that_knows_no_monitors_is_told_of_in_a_sentence() -> Result<()> {
    let desktop = Desktop::start_with(1024, 768, &["-extension", "RANDR"])?;
    let shop = Shop::open(BINARY)?;
    let mut program = Program::start(shop.window(&desktop).stderr(Stdio::piped()))?;
    assert_eq!(program.wait(PATIENCE)?.code(), Some(1));
    let words = program.complaints()?;
    assert!(words.contains("RANDR") && !words.contains("panicked"), "{words}");
    Ok(())
}

#[test]
fn a_window_and_its_frame_stay_on_the_monitor_whatever_it_says_of_its_size() -> Result<()> {
    for (width, height, scale) in [(1366_u16, 768_u16, "1"), (1920, 1080, "3.17"), (800, 480, "1")] {
        let desktop = Desktop::start(width, height)?;
        // With frames, unlike a kiosk's session.
        let _openbox = desktop.start_openbox(Path::new("/etc/xdg/openbox/rc.xml"))?;
        let shop = Shop::open(BINARY)?;
        let program = Program::start(shop.window(&desktop).env("WINIT_X11_SCALE_FACTOR", scale))?;
        let window = desktop.wait_for_window_of(&program, PATIENCE)?;
        desktop.wait_until_still(PATIENCE)?;
        let is_inside = || {
            let (x, y, inner_width, inner_height) = desktop.stand(window)?.place;
            let is_right = x >= 0 && i32::from(x) + i32::from(inner_width) <= i32::from(width);
            let is_low = y >= 0 && i32::from(y) + i32::from(inner_height) <= i32::from(height);
            Ok((is_right && is_low).then_some(()))
        };
        desktop.wait_for(&format!("a window on a monitor of {width} by {height}"), PATIENCE, is_inside)?;
    }
    Ok(())
}

#[test]
fn what_was_copied_elsewhere_is_pasted_and_what_was_copied_here_goes_there() -> Result<()> {
    let desk = Desk::open()?;
    let clip = Clip::own(&desk.desktop)?;
    clip.put("8 (999) 111-22-33")?;
    desk.desktop.press_with(&[Key::Control], Key::Us('v'))?;
    desk.enter_twice()?;
    let signups = desk.requests(SIGNUPS)?;
    assert_signup(&signups[0], "79991112233")?;
    desk.desktop.key(Key::Escape)?;
    desk.desktop.type_digits("9991112244")?;
    for key in ['a', 'x', 'v'] {
        desk.desktop.press_with(&[Key::Control], Key::Us(key))?;
    }
    desk.enter_twice()?;
    assert_signup(&desk.requests(SIGNUPS)?[1], "79991112244")?;
    Ok(())
}

#[test]
fn a_program_that_does_not_hand_over_what_was_copied_holds_up_no_frame() -> Result<()> {
    let desk = Desk::open()?;
    let _hung = Clip::hung(&desk.desktop)?;
    let still = desk.desktop.wait_until_still(PATIENCE)?;
    desk.desktop.press_with(&[Key::Control], Key::Us('v'))?;
    desk.desktop.type_digits("9991112233")?;
    // What is typed meanwhile waits, and the window says that nothing was pasted.
    desk.desktop.wait_for_change(&still, SOON)?;
    desk.desktop.save_png(picture("nothing-pasted.png"))?;
    desk.enter_twice()?;
    assert_signup(&desk.requests(SIGNUPS)?[0], "79991112233")
}

#[test]
fn the_window_closes_when_asked_to() -> Result<()> {
    let mut desk = Desk::open()?;
    desk.desktop.close(desk.window)?;
    assert_eq!(desk.program.wait(PATIENCE)?.code(), Some(0));
    Ok(())
}

#[test]
fn the_system_can_end_it() -> Result<()> {
    const SIGTERM: i32 = 15;
    let mut desk = Desk::open()?;
    desk.program.terminate()?;
    let status = desk.program.wait(PATIENCE)?;
    assert!(status.signal() == Some(SIGTERM) || status.code() == Some(0), "{status}");
    Ok(())
}

/// Runs a window that cannot open; its only sentence.
fn refusal(command: &mut Command) -> Result<String> {
    let mut program = Program::start(command.arg("--sandbox").stderr(Stdio::piped()))?;
    let status = program.wait(PATIENCE)?;
    let words = program.complaints()?;
    assert_eq!(status.code(), Some(1), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.starts_with("swip-kiosk: ") && words.ends_with(".\n"), "{words}");
    for trace in ["panic", "RUST_BACKTRACE", ".rs", "stack"] {
        assert!(!words.contains(trace), "{words}");
    }
    Ok(words)
}

#[test]
fn without_a_display_it_says_so_in_a_sentence() -> Result<()> {
    let desktop = Desktop::start(320, 240)?;
    let words = refusal(desktop.command(BINARY).env_remove("DISPLAY"))?;
    assert!(words.contains("no display") && words.contains("--help"), "{words}");
    // One that was there once.
    let words = refusal(desktop.command(BINARY).env("DISPLAY", ":64999"))?;
    assert!(words.contains("no display"), "{words}");
    Ok(())
}

#[test]
fn a_missing_library_is_named_by_its_package() -> Result<()> {
    let desktop = Desktop::start(320, 240)?;
    // Those that are looked for by name; the rest of X11 may be by the path it had where the program was built.
    let libraries: [(&[&str], &str); 3] = [
        (&["libxkbcommon-x11.so.0", "libxkbcommon-x11.so"], "libxkbcommon-x11-0"),
        // The first to need it is the one above, whose package brings it along.
        (&["libxkbcommon.so.0", "libxkbcommon.so"], "libxkbcommon-x11-0"),
        (&["libEGL.so.1", "libEGL.so", "libGL.so.1", "libGL.so"], "libegl1"),
    ];
    for (names, package) in libraries {
        let command = &mut desktop.command(BINARY);
        let words = refusal(command.env("LD_LIBRARY_PATH", without(&desktop, names)?))?;
        assert!(words.contains(&format!("apt-get install {package}")), "{package}: {words}");
    }
    Ok(())
}

/// Where the loader looks first and finds these libraries broken, which stops it as if they were missing.
fn without(desktop: &Desktop, names: &[&str]) -> Result<OsString> {
    let folder = desktop.folder().join(format!("without-{}", names[0]));
    fs::create_dir(&folder)?;
    for name in names {
        File::create(folder.join(name))?;
    }
    let mut path = folder.into_os_string();
    if let Some(usual) = std::env::var_os("LD_LIBRARY_PATH") {
        path.push(":");
        path.push(usual);
    }
    Ok(path)
}

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
    let desktop = Desktop::start(1280, 800)?;
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
    let shown = desktop.wait_for_change(&empty, PATIENCE)?;
    shown.save_png(picture("bare.png"))?;

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
    let desktop = Desktop::start(1280, 800)?;
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
