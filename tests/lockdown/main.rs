//! A kiosk in a real window, under the packaged openbox session: nobody gets out, and whatever befalls it, it comes back.
//!
//! Needs Xvfb, setxkbmap and openbox: `cargo test --features real-window --test lockdown -- --test-threads=1`.
#![cfg(feature = "real-window")]

mod cookie;
#[path = "../support/desktop.rs"]
mod desktop;
mod escape;
mod faults;
#[path = "../support/shop.rs"]
mod shop;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use desktop::windows::Stand;
use desktop::{Desktop, Program, Result};
use shop::Shop;

const PATIENCE: Duration = Duration::from_secs(30);
const BINARY: &str = env!("CARGO_BIN_EXE_swip-kiosk");
const PIN: &str = "483920";

/// A kiosk at its customers' disposal.
struct Kiosk {
    // Dropped in this order: the program first, its screen last.
    program: Program,
    window: u32,
    _openbox: Program,
    shop: Shop,
    desktop: Desktop,
}

impl Kiosk {
    fn open() -> Result<Self> {
        let desktop = Desktop::start(1024, 768)?;
        let openbox = desktop.start_openbox(&session())?;
        let shop = Shop::open_kiosk(BINARY, PIN)?;
        fs::create_dir(shop.folder().join("panics"))?;
        let (program, window) = start(&shop, &desktop)?;
        Ok(Self { program, window, _openbox: openbox, shop, desktop })
    }

    /// Waits until the window stands as it should.
    fn wait_until_full(&mut self, after: &str) -> Result<()> {
        let full = self.desktop.full();
        let mut last = None;
        let Self { desktop, program, window, .. } = self;
        let waited = desktop.wait_for(after, PATIENCE, || {
            if !program.is_running()? {
                return Err(format!("the program ended after {after}").into());
            }
            let stand = desktop.stand(*window)?;
            let is_full = stand == full;
            last = Some(stand);
            Ok(is_full.then_some(()))
        });
        waited.map_err(|error| format!("{error}; the window stands so: {last:?}").into())
    }

    fn stand(&self) -> Result<Stand> {
        self.desktop.stand(self.window)
    }

    /// What the program has said so far.
    fn log(&self) -> Result<String> {
        Ok(fs::read_to_string(self.shop.folder().join("log"))?)
    }

    /// Asserts that the window is what it was, and that nobody came in.
    fn assert_held(&mut self, after: &str) -> Result<()> {
        self.wait_until_full(after)?;
        assert_eq!(self.desktop.title(self.window)?, "swip-kiosk", "{after}");
        let log = self.log()?;
        assert!(!log.contains("is_locked_down"), "after {after} the kiosk was unlocked: {log}");
        assert!(!log.contains("panicked"), "after {after}: {log}");
        Ok(())
    }

    /// Asks a place of the program to panic, or to stop that.
    fn ask_panic(&self, place: &str, is_asked: bool) -> Result<()> {
        let file = self.shop.folder().join("panics").join(place);
        if is_asked { Ok(File::create(file).map(drop)?) } else { Ok(fs::remove_file(file)?) }
    }
}

/// The packaged session.
fn session() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/openbox/rc.xml")
}

/// Starts the station's window and waits until it stands.
fn start(shop: &Shop, desktop: &Desktop) -> Result<(Program, u32)> {
    let mut command = shop.window(desktop);
    command.env("SWIP_KIOSK_PANICS", shop.folder().join("panics"));
    let program = Program::start(command.stderr(File::create(shop.folder().join("log"))?))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop
        .wait_for("the window to be full", PATIENCE, || Ok((desktop.stand(window)? == desktop.full()).then_some(())))?;
    desktop.wait_until_still(PATIENCE)?;
    Ok((program, window))
}

fn picture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Lets real time pass.
fn pass(time: Duration) {
    std::thread::sleep(time);
}
