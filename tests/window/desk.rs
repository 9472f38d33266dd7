//! The window among others on a desk: started twice, and started again.

use std::path::Path;
use std::process::Stdio;

use super::desktop::windows::Stand;
use super::desktop::{Desktop, Program, Result};
use super::shop::Shop;
use super::{BINARY, Desk, PATIENCE, TITLE, open_bare, picture};
use swip_kiosk::services::{StationDirs, StationLock};

/// A session of a desk, with frames, unlike a kiosk's.
const OPENBOX: &str = "/etc/xdg/openbox/rc.xml";
const IN_USE: &str = "swip-kiosk: the station is in use by another window or process\n";

impl Desk {
    /// Starts the program a second time and waits for its end, which needs nobody to press anything.
    fn start_again(&self) -> Result<()> {
        let mut second = Program::start(self.shop.window(&self.desktop).stderr(Stdio::piped()))?;
        assert_eq!(second.wait(PATIENCE)?.code(), Some(25));
        assert_eq!(second.complaints()?, IN_USE);
        Ok(())
    }

    fn wait_until(&self, what: &str, stands: impl Fn(&Stand) -> bool) -> Result<()> {
        let mut last = None;
        let waited = self.desktop.wait_for(what, PATIENCE, || {
            let stand = last.insert(self.desktop.stand(self.window)?);
            Ok(stands(stand).then_some(()))
        });
        waited.map_err(|error| format!("{error}; the window stands so: {last:?}").into())
    }
}

#[test]
fn a_second_start_brings_the_first_window_to_the_front_and_ends() -> Result<()> {
    let mut desk = Desk::open_under(Path::new(OPENBOX))?;
    desk.desktop.iconify(desk.window)?;
    desk.wait_until("an iconified window", |stand| !stand.is_mapped)?;
    desk.start_again()?;
    desk.wait_until("the window is back", |stand| stand.is_mapped && stand.has_keyboard)?;

    let other = open_bare(&desk.desktop)?;
    let over = desk.desktop.wait_for_window_of(&other, PATIENCE)?;
    desk.desktop.wish(over, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
    desk.wait_until("another window has the keyboard", |stand| !stand.has_keyboard)?;
    desk.start_again()?;
    desk.wait_until("the window has the keyboard again", |stand| stand.has_keyboard)?;
    assert!(desk.program.is_running()?);
    Ok(())
}

#[test]
fn a_window_beside_a_verb_at_work_says_so_and_ends() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open(BINARY)?;
    let dirs = StationDirs::resolve(Some(shop.folder().join("data")), Some(shop.folder().join("key")))?;
    let _verb = StationLock::acquire(&dirs)?;
    let mut second = Program::start(shop.window(&desktop).stderr(Stdio::piped()))?;
    let notice = desktop.wait_for_window_of(&second, PATIENCE)?;
    desktop.focus(notice)?;
    desktop.wait_until_still(PATIENCE)?.save_png(picture("in-use.png"))?;
    assert_eq!(desktop.title(notice)?, TITLE);
    desktop.key(super::Key::Enter)?;
    // By itself it closes after ten seconds.
    assert_eq!(second.wait(super::SOON)?.code(), Some(25));
    assert_eq!(second.complaints()?, IN_USE);
    Ok(())
}

#[test]
fn a_window_comes_back_where_it_was_and_onto_a_monitor_that_is_there() -> Result<()> {
    let mut desk = Desk::open_under(Path::new(OPENBOX))?;
    desk.desktop.configure(desk.window, (300, 140, 700, 500))?;
    desk.wait_until("the new size", |stand| (stand.place.2, stand.place.3) == (700, 500))?;
    let before = desk.desktop.stand(desk.window)?.place;
    desk.desktop.close(desk.window)?;
    assert_eq!(desk.program.wait(PATIENCE)?.code(), Some(0));

    desk.program = Program::start(&mut desk.shop.window(&desk.desktop))?;
    desk.window = desk.desktop.wait_for_window_of(&desk.program, PATIENCE)?;
    desk.wait_until("the place of before", |stand| stand.place == before)?;
    // Switched off where another program had the keyboard, it is told nothing.
    desk.desktop.configure(desk.window, (100, 90, 800, 520))?;
    desk.wait_until("another size", |stand| (stand.place.2, stand.place.3) == (800, 520))?;
    let moved = desk.desktop.stand(desk.window)?.place;
    desk.desktop.focus(desk.window)?;
    desk.wait_until("the keyboard", |stand| stand.has_keyboard)?;
    let other = open_bare(&desk.desktop)?;
    desk.desktop.focus(desk.desktop.wait_for_window_of(&other, PATIENCE)?)?;
    let file = desk.shop.folder().join("data/window.json");
    let is_noted = || Ok(std::fs::read_to_string(&file)?.contains("[800,520]").then_some(()));
    desk.desktop.wait_for("the place is noted", PATIENCE, is_noted)?;
    desk.program.kill()?;
    drop(other);

    desk.program = Program::start(&mut desk.shop.window(&desk.desktop))?;
    desk.window = desk.desktop.wait_for_window_of(&desk.program, PATIENCE)?;
    desk.wait_until("the place before the power went", |stand| stand.place == moved)?;
    desk.program.kill()?;

    // A smaller monitor of the same name.
    let small = Desktop::start(640, 480)?;
    let _openbox = small.start_openbox(Path::new(OPENBOX))?;
    let program = Program::start(&mut desk.shop.window(&small))?;
    let window = small.wait_for_window_of(&program, PATIENCE)?;
    let is_inside = || {
        let (x, y, width, height) = small.stand(window)?.place;
        let right = i32::from(x) + i32::from(width);
        let lower = i32::from(y) + i32::from(height);
        Ok((x >= 0 && y >= 0 && right <= 640 && lower <= 480).then_some(()))
    };
    small.wait_for("a window on the smaller monitor", PATIENCE, is_inside)
}
