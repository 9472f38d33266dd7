//! A screen, a keyboard and a mouse for tests that open real windows: Xvfb, driven over XTEST.
//!
//! Keys are pressed by their physical position, as a person does: which letter comes out is up to the layout in
//! force. Nothing here sleeps for luck; waiting is by condition and ends with an error that says what did not come.

#![allow(dead_code, reason = "each of the tests, examples and benches that include this file uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "a driver of real programs waits in real time")]

pub(crate) mod frames;
pub(crate) mod windows;

use std::error::Error;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    self, AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, ImageFormat, InputFocus, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// What the driver answers: anything that goes wrong ends the test with its words.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long nothing may move before a picture counts as still.
const STILL: Duration = Duration::from_millis(120);
/// So often a program is looked at meanwhile.
const LOOKS: u32 = 24;
/// How long a fast person takes from key to key: what comes faster is a scanner's.
pub(crate) const FINGERS: Duration = Duration::from_millis(60);
/// How long a finger rests on a button; pressed and let go within one frame, a field would not move its caret.
const HOLD: Duration = Duration::from_millis(80);
/// How long the X server may take to come up.
const SERVER: Duration = Duration::from_secs(20);

/// A virtual screen with nothing on it; gone, with its files, when dropped.
pub(crate) struct Desktop {
    connection: RustConnection,
    root: Window,
    display: String,
    width: u16,
    height: u16,
    // Dropped in this order: the server after our connection, the folder last.
    server: Program,
    folder: TempDir,
}

/// A started program that does not outlive its guard.
pub(crate) struct Program {
    child: Child,
}

/// What the threads of a program do.
enum Activity {
    /// They wait for something to happen.
    Asleep,
    /// One of them runs, or waits for its turn.
    Busy,
    /// They were stopped by a signal.
    Stopped,
}

/// The time since something was done.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn is_past(&self, time: Duration) -> bool {
        self.0.elapsed() > time
    }
}

/// What was to be seen at one moment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Screenshot {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// Three bytes per pixel, row by row.
    pub(crate) rgb: Vec<u8>,
}

/// A key by its place on a PC keyboard; letters and marks are named after the US layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Escape,
    Tab,
    Enter,
    Space,
    Backspace,
    Delete,
    Insert,
    Home,
    End,
    PageUp,
    PageDown,
    Left,
    Right,
    Up,
    Down,
    /// `F1` to `F12`.
    F(u8),
    /// The key that bears this sign, unshifted, on a US keyboard.
    Us(char),
    /// A digit of the number pad; gives digits while Num Lock is on.
    Pad(u8),
    PadEnter,
    NumLock,
    CapsLock,
    Shift,
    Control,
    Alt,
    Super,
}

/// The rows of a US keyboard from the key left of `1` on: first code, plain signs, shifted signs.
const ROWS: [(u8, &str, &str); 6] = [
    (49, "`", "~"),
    (10, "1234567890-=", "!@#$%^&*()_+"),
    (24, "qwertyuiop[]", "QWERTYUIOP{}"),
    (38, "asdfghjkl;'", "ASDFGHJKL:\""),
    (51, "\\", "|"),
    (52, "zxcvbnm,./", "ZXCVBNM<>?"),
];

impl Key {
    /// The X keycode: the Linux one plus eight.
    fn code(self) -> Result<u8> {
        let code = match self {
            Key::Escape => 9,
            Key::Backspace => 22,
            Key::Tab => 23,
            Key::Enter => 36,
            Key::Control => 37,
            Key::Shift => 50,
            Key::Alt => 64,
            Key::Space => 65,
            Key::CapsLock => 66,
            Key::F(number @ 1..=10) => 66 + number,
            Key::F(number @ 11..=12) => 84 + number,
            Key::NumLock => 77,
            Key::Pad(digit @ 0..=9) => [90, 87, 88, 89, 83, 84, 85, 79, 80, 81][usize::from(digit)],
            Key::PadEnter => 104,
            Key::Home => 110,
            Key::Up => 111,
            Key::PageUp => 112,
            Key::Left => 113,
            Key::Right => 114,
            Key::End => 115,
            Key::Down => 116,
            Key::PageDown => 117,
            Key::Insert => 118,
            Key::Delete => 119,
            Key::Super => 133,
            Key::Us(sign) => match place(sign) {
                Some((code, false)) => code,
                _ => return Err(format!("no key of a US keyboard bears {sign:?}").into()),
            },
            Key::F(_) | Key::Pad(_) => return Err(format!("there is no key {self:?}").into()),
        };
        Ok(code)
    }
}

/// The key of a sign on a US keyboard, and whether it needs Shift.
fn place(sign: char) -> Option<(u8, bool)> {
    if sign == ' ' {
        return Some((65, false));
    }
    ROWS.iter().find_map(|(first, plain, shifted)| {
        let key = |at: usize| Some(first + u8::try_from(at).ok()?);
        if let Some(at) = plain.find(sign) {
            return Some((key(at)?, false));
        }
        Some((key(shifted.find(sign)?)?, true))
    })
}

impl Desktop {
    /// Starts a screen of this size with a US keyboard.
    pub(crate) fn start(width: u16, height: u16) -> Result<Desktop> {
        Self::start_with(width, height, &[])
    }

    /// The same with options of the X server.
    pub(crate) fn start_with(width: u16, height: u16, options: &[&str]) -> Result<Desktop> {
        let mut server = Command::new("Xvfb");
        server.args(["-screen", "0"]).arg(format!("{width}x{height}x24")).args(options);
        Self::start_server(server, (width, height), tempfile::tempdir()?)
    }

    /// Starts two monitors: `DUMMY0` of 1024x768 and, right of it, `DUMMY1` of 800x600.
    pub(crate) fn start_two_monitors() -> Result<Desktop> {
        let folder = tempfile::tempdir()?;
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/two-monitors.conf");
        let mut server = Command::new("Xorg");
        server.arg("-config").arg(config).arg("-logfile").arg(folder.path().join("Xorg.log"));
        Self::start_server(server, (1024 + 800, 768), folder)
    }

    fn start_server(mut server: Command, (width, height): (u16, u16), folder: TempDir) -> Result<Desktop> {
        for name in ["home", "config", "data", "state", "cache", "runtime"] {
            let path = folder.path().join(name);
            fs::create_dir(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o700))?;
        }
        let name = server.get_program().display().to_string();
        // With `-terminate` the server goes when its last client does, even if we are killed.
        let child = server
            .args(["-displayfd", "1", "-nolisten", "tcp", "-terminate"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{name} does not start (packages: .ci/run): {error}"))?;
        let mut server = Program { child };
        let display = read_display(&mut server)?;
        let (connection, _) = x11rb::connect(Some(&display))?;
        let root = connection.setup().roots.first().ok_or("no screen")?.root;
        let desktop = Desktop { connection, root, display, width, height, server, folder };
        desktop.set_layout("us")?;
        Ok(desktop)
    }

    /// A program that will open on this screen and find nothing of the machine it runs on: own home, no proxies.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().stdin(Stdio::null());
        // A program needs its libraries; a measured one also its profile file.
        for kept in ["PATH", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("DISPLAY", &self.display)
            .env("WINIT_X11_SCALE_FACTOR", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("LANG", "C.UTF-8")
            .env("HOME", self.folder.path().join("home"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("runtime"));
        command
    }

    /// The folder that the programs of this screen take for the user's; gone with the desktop.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The name of the screen, `:99`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Waits for a visible window whose title contains the words.
    pub(crate) fn wait_for_window(&self, title: &str, timeout: Duration) -> Result<Window> {
        self.wait_for(&format!("a window called {title:?}"), timeout, || {
            self.find_window(|window| Ok(self.title(window)?.contains(title)))
        })
    }

    /// Waits for a visible window of the program.
    pub(crate) fn wait_for_window_of(&self, program: &Program, timeout: Duration) -> Result<Window> {
        let pid = program.id();
        self.wait_for(&format!("a window of process {pid}"), timeout, || {
            self.find_window(|window| Ok(self.pid(window)? == Some(pid)))
        })
    }

    /// Waits until no visible window has the words in its title.
    pub(crate) fn wait_for_no_window(&self, title: &str, timeout: Duration) -> Result<()> {
        self.wait_for(&format!("{title:?} to close"), timeout, || {
            let found = self.find_window(|window| Ok(self.title(window)?.contains(title)))?;
            Ok(found.is_none().then_some(()))
        })
    }

    /// The title of a window, empty when it has none or is gone.
    pub(crate) fn title(&self, window: Window) -> Result<String> {
        let name = self.atom("_NET_WM_NAME")?;
        let long = self.property(window, name)?;
        let bytes = if long.is_empty() { self.property(window, AtomEnum::WM_NAME.into())? } else { long };
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Gives the keyboard to a window; there is no window manager that would.
    pub(crate) fn focus(&self, window: Window) -> Result<()> {
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// Asks a window to close, as the cross in its frame would.
    pub(crate) fn close(&self, window: Window) -> Result<()> {
        let data = [self.atom("WM_DELETE_WINDOW")?, x11rb::CURRENT_TIME, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS")?, data);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }

    /// Presses and releases a key.
    pub(crate) fn key(&self, key: Key) -> Result<()> {
        self.press_with(&[], key)
    }

    /// Presses a key while others are held: `press_with(&[Key::Control], Key::Us('q'))`.
    pub(crate) fn press_with(&self, held: &[Key], key: Key) -> Result<()> {
        for held in held {
            self.fake(xproto::KEY_PRESS_EVENT, held.code()?, 0, 0)?;
        }
        self.fake(xproto::KEY_PRESS_EVENT, key.code()?, 0, 0)?;
        self.fake(xproto::KEY_RELEASE_EVENT, key.code()?, 0, 0)?;
        for held in held.iter().rev() {
            self.fake(xproto::KEY_RELEASE_EVENT, held.code()?, 0, 0)?;
        }
        self.settle()
    }

    /// Types digits on the top row, the same in every layout; refuses anything else.
    pub(crate) fn type_digits(&self, digits: &str) -> Result<()> {
        if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(format!("{other:?} is no digit").into());
        }
        self.type_text_us(digits)
    }

    /// Presses the keys that would give this text on a US keyboard, as fast as a person does; another layout makes other letters
    /// of them.
    pub(crate) fn type_text_us(&self, text: &str) -> Result<()> {
        self.type_at(text, FINGERS)
    }

    /// The same as fast as a scanner does.
    pub(crate) fn scan(&self, text: &str) -> Result<()> {
        self.type_at(text, Duration::from_millis(2))
    }

    fn type_at(&self, text: &str, pace: Duration) -> Result<()> {
        for sign in text.chars() {
            thread::sleep(pace);
            let (code, is_shifted) = place(sign).ok_or_else(|| format!("no US key gives {sign:?}"))?;
            let shift = Key::Shift.code()?;
            if is_shifted {
                self.fake(xproto::KEY_PRESS_EVENT, shift, 0, 0)?;
            }
            self.fake(xproto::KEY_PRESS_EVENT, code, 0, 0)?;
            self.fake(xproto::KEY_RELEASE_EVENT, code, 0, 0)?;
            if is_shifted {
                self.fake(xproto::KEY_RELEASE_EVENT, shift, 0, 0)?;
            }
            // On its way before the next one.
            self.settle()?;
        }
        Ok(())
    }

    /// Moves the pointer, in pixels from the top left corner of the screen.
    pub(crate) fn move_to(&self, x: i16, y: i16) -> Result<()> {
        self.fake(xproto::MOTION_NOTIFY_EVENT, 0, x, y)?;
        self.settle()
    }

    /// Moves there and presses the left button once.
    pub(crate) fn click(&self, x: i16, y: i16) -> Result<()> {
        self.move_to(x, y)?;
        thread::sleep(HOLD);
        self.fake(xproto::BUTTON_PRESS_EVENT, 1, 0, 0)?;
        thread::sleep(HOLD);
        self.fake(xproto::BUTTON_RELEASE_EVENT, 1, 0, 0)?;
        self.settle()
    }

    /// Taps as fast as anybody can.
    pub(crate) fn tap(&self, (x, y): (i16, i16)) -> Result<()> {
        self.move_to(x, y)?;
        self.fake(xproto::BUTTON_PRESS_EVENT, 1, 0, 0)?;
        self.fake(xproto::BUTTON_RELEASE_EVENT, 1, 0, 0)?;
        self.settle()
    }

    /// Puts a layout in force: `us`, `ru`, or several to switch between, `us,ru`, of which the first is in force.
    pub(crate) fn set_layout(&self, layout: &str) -> Result<()> {
        let output = Command::new("setxkbmap")
            .args(["-display", &self.display, "-rules", "evdev", "-model", "pc105"])
            .args(["-layout", layout, "-option", "", "-option", "grp:caps_toggle"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("setxkbmap (package x11-xkb-utils): {error}"))?;
        if output.status.success() {
            Ok(())
        } else {
            let words = String::from_utf8_lossy(&output.stderr);
            Err(format!("no keyboard layout {layout:?}: {}", words.trim()).into())
        }
    }

    /// Goes to the next of the layouts, as the person at the keyboard would: with a key.
    pub(crate) fn switch_layout(&self) -> Result<()> {
        self.key(Key::CapsLock)
    }

    /// Looks at the whole screen.
    pub(crate) fn screenshot(&self) -> Result<Screenshot> {
        let (width, height) = (self.width, self.height);
        // 24 bits deep is four bytes per pixel: blue, green, red and nothing.
        let rgb = self.pixels()?.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        Ok(Screenshot { width, height, rgb })
    }

    /// The whole screen as the server hands it over: enough to see whether something has changed.
    fn pixels(&self) -> Result<Vec<u8>> {
        let format = ImageFormat::Z_PIXMAP;
        Ok(self.connection.get_image(format, self.root, 0, 0, self.width, self.height, u32::MAX)?.reply()?.data)
    }

    /// Looks at the whole screen and keeps the picture.
    pub(crate) fn save_png(&self, path: impl AsRef<Path>) -> Result<()> {
        self.screenshot()?.save_png(path)
    }

    /// Waits until two successive looks at the screen are equal, and returns the last.
    pub(crate) fn wait_until_still(&self, timeout: Duration) -> Result<Screenshot> {
        self.wait_for_rest(timeout)?;
        self.screenshot()
    }

    /// The same for one who does not look at the picture.
    pub(crate) fn wait_for_rest(&self, timeout: Duration) -> Result<()> {
        self.wait_until_unchanged(STILL, timeout).map(|_| ())
    }

    /// Waits until nothing has changed for so long, and returns the screen as the server hands it over.
    pub(crate) fn wait_until_unchanged(&self, still: Duration, timeout: Duration) -> Result<Vec<u8>> {
        let mut last = self.pixels()?;
        self.wait_for("the screen to be still", timeout, || {
            thread::sleep(still);
            let next = self.pixels()?;
            let is_still = next == last;
            last = next;
            Ok(is_still.then_some(()))
        })?;
        Ok(last)
    }

    /// Waits until nothing changes because the program and the server have nothing left to do. On a busy machine the screen
    /// stands still before that: they wait for their turn.
    pub(crate) fn wait_until_done(&self, program: &Program, timeout: Duration) -> Result<()> {
        self.wait_for("the program to have nothing to do", timeout, || {
            let before = self.pixels()?;
            let mut looks = 0;
            while looks < LOOKS {
                thread::sleep(STILL / LOOKS);
                match (program.activity()?, self.server.activity()?) {
                    (Activity::Busy, _) | (_, Activity::Busy) => return Ok(None),
                    // A program that is stopped tells nothing.
                    (Activity::Stopped, _) | (_, Activity::Stopped) => {}
                    (Activity::Asleep, Activity::Asleep) => looks += 1,
                }
            }
            Ok((self.pixels()? == before).then_some(()))
        })
    }

    /// Lets real time pass, for what shows only while it does.
    pub(crate) fn pass(time: Duration) {
        thread::sleep(time);
    }

    /// Waits until the screen differs from an earlier look, then until it is still.
    pub(crate) fn wait_for_change(&self, from: &Screenshot, timeout: Duration) -> Result<Screenshot> {
        self.wait_for("the screen to change", timeout, || Ok((self.screenshot()? != *from).then_some(())))?;
        self.wait_until_still(timeout)
    }

    /// Looks at a condition until it gives something; on timeout the error says what was waited for.
    pub(crate) fn wait_for<T>(
        &self,
        what: &str,
        timeout: Duration,
        mut condition: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(found) = condition()? {
                return Ok(found);
            }
            if start.elapsed() > timeout {
                let name = format!("swip-kiosk-timeout-{}.png", &self.display[1..]);
                let picture = std::env::temp_dir().join(name);
                self.save_png(&picture)?;
                let (seconds, picture) = (timeout.as_secs_f32(), picture.display());
                return Err(format!("waited {seconds} s for {what}; see {picture}").into());
            }
            thread::sleep(LOOK);
        }
    }

    /// Sends one made-up event of the keyboard or the mouse.
    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) -> Result<()> {
        self.connection.xtest_fake_input(kind, detail, x11rb::CURRENT_TIME, self.root, x, y, 0)?.check()?;
        Ok(())
    }

    /// Returns when the server has worked off what we sent.
    fn settle(&self) -> Result<()> {
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }

    /// The first visible window, from the root down, that fits.
    fn find_window(&self, fits: impl Fn(Window) -> Result<bool>) -> Result<Option<Window>> {
        let mut open = vec![self.root];
        while let Some(window) = open.pop() {
            // A window that has gone meanwhile is simply not found.
            let Ok(tree) = self.connection.query_tree(window)?.reply() else {
                continue;
            };
            open.extend(tree.children);
            if window != self.root && self.is_visible(window)? && fits(window)? {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn is_visible(&self, window: Window) -> Result<bool> {
        let reply = self.connection.get_window_attributes(window)?.reply();
        Ok(reply.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE))
    }

    pub(crate) fn pid(&self, window: Window) -> Result<Option<u32>> {
        let bytes = self.property(window, self.atom("_NET_WM_PID")?)?;
        Ok(bytes.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes)))
    }

    fn atom(&self, name: &str) -> Result<xproto::Atom> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    fn property(&self, window: Window, name: xproto::Atom) -> Result<Vec<u8>> {
        let any = AtomEnum::ANY;
        let cookie = self.connection.get_property(false, window, name, any, 0, 1024)?;
        Ok(cookie.reply().map(|reply| reply.value).unwrap_or_default())
    }
}

/// The server tells its free display number on standard output once it is ready.
fn read_display(server: &mut Program) -> Result<String> {
    let output = server.child.stdout.take().ok_or("no output of Xvfb")?;
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        // Nobody listens any more once the time is up.
        let _ = sender.send(read.map(|_| line));
    });
    let line = receiver.recv_timeout(SERVER).map_err(|_| "Xvfb did not say which display it took")??;
    let number = line.trim();
    if number.is_empty() {
        return Err("Xvfb ended at once; are x11-xkb-utils and xkb-data installed?".into());
    }
    Ok(format!(":{number}"))
}

impl Program {
    /// Starts a command under a guard.
    pub(crate) fn start(command: &mut Command) -> Result<Program> {
        let name = command.get_program().display().to_string();
        let child = command.spawn().map_err(|error| format!("{name} does not start: {error}"))?;
        Ok(Program { child })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What its threads do.
    fn activity(&self) -> Result<Activity> {
        for task in fs::read_dir(format!("/proc/{}/task", self.id()))? {
            // A thread may end meanwhile.
            let stat = fs::read_to_string(task?.path().join("stat")).unwrap_or_default();
            match stat.rsplit_once(") ").and_then(|(_, state)| state.chars().next()) {
                None | Some('S') => {}
                Some('T') => return Ok(Activity::Stopped),
                Some(_) => return Ok(Activity::Busy),
            }
        }
        Ok(Activity::Asleep)
    }

    /// The child itself, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits for the program to end by itself.
    pub(crate) fn wait(&mut self, timeout: Duration) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if start.elapsed() > timeout {
                let seconds = timeout.as_secs_f32();
                return Err(format!("the program still runs after {seconds} s").into());
            }
            thread::sleep(LOOK);
        }
    }

    /// Asks the program to end, with SIGTERM.
    pub(crate) fn terminate(&self) -> Result<()> {
        let status = Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { Err("the program has ended already".into()) }
    }

    /// What the program has written to standard error, which must be piped; waits for its end.
    pub(crate) fn complaints(&mut self) -> Result<String> {
        let mut words = String::new();
        self.child.stderr.take().ok_or("standard error is not piped")?.read_to_string(&mut words)?;
        Ok(words)
    }

    /// Ends the program as a power cut would, with SIGKILL, and waits until it is gone.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell.
        let _ = self.kill();
    }
}

impl Screenshot {
    /// The colour at a place.
    pub(crate) fn pixel(&self, x: u16, y: u16) -> Option<[u8; 3]> {
        let at = 3 * (usize::from(y) * usize::from(self.width) + usize::from(x));
        self.rgb.get(at..at + 3)?.first_chunk().copied()
    }

    /// Whether the whole screen has one colour: nothing was drawn.
    pub(crate) fn is_blank(&self) -> bool {
        let (pixels, _) = self.rgb.as_chunks::<3>();
        pixels.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Keeps the picture; folders are made as needed.
    pub(crate) fn save_png(&self, path: impl AsRef<Path>) -> Result<()> {
        if let Some(folder) = path.as_ref().parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(path)?;
        let mut encoder = png::Encoder::new(file, self.width.into(), self.height.into());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(())
    }
}

/// Builds an example in the profile of the running program and returns where it is.
pub(crate) fn example(name: &str) -> Result<PathBuf> {
    Ok(build(&["--example", name])?.join("examples").join(name))
}

/// Builds what the arguments name in the profile of the running program and returns the folder it is put in.
pub(crate) fn build(what: &[&str]) -> Result<PathBuf> {
    // target/<profile>/deps/<test> or target/<profile>/examples/<example>
    let own = std::env::current_exe()?;
    let profile = own.ancestors().nth(2).ok_or("no profile folder")?;
    let target = profile.parent().ok_or("no target folder")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--locked", "--target-dir"])
        .arg(target)
        .args(what)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        build.arg("--release");
    }
    // What cargo tells a program about its package would make build scripts run again.
    for (name, _) in std::env::vars_os() {
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        let is_told = |name: &str| told.iter().any(|prefix| name.starts_with(prefix));
        if name.to_str().is_some_and(is_told) {
            build.env_remove(&name);
        }
    }
    if build.status()?.success() {
        Ok(profile.to_owned())
    } else {
        Err(format!("cargo build {} failed", what.join(" ")).into())
    }
}
