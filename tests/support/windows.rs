//! What a window manager, another program or a curious person can do to a window, and what became of it.

use std::path::Path;
use std::process::Stdio;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, StackMode,
    Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{Command, Desktop, Program, Result};

/// Where a window is and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    /// Left, top, width, height, on the screen.
    pub(crate) place: (i16, i16, u16, u16),
    pub(crate) is_mapped: bool,
    /// Whether it has the keyboard, itself or through a child.
    pub(crate) has_keyboard: bool,
    /// Whether it is what a person sees in the four corners and in the middle.
    pub(crate) is_on_top: bool,
}

/// A window of another program.
pub(crate) struct Stranger {
    connection: RustConnection,
    window: Window,
}

impl Desktop {
    /// Starts openbox with this configuration and waits until it manages the screen.
    pub(crate) fn start_openbox(&self, config: &Path) -> Result<Program> {
        let mut command: Command = self.command("openbox");
        command.arg("--config-file").arg(config).stdout(Stdio::null()).stderr(Stdio::piped());
        let openbox = Program::start(&mut command)?;
        let managed = self.atom("_NET_SUPPORTING_WM_CHECK")?;
        self.wait_for("openbox to manage the screen", super::SERVER, || {
            Ok((!self.property(self.root, managed)?.is_empty()).then_some(()))
        })?;
        Ok(openbox)
    }

    /// Ends the X server as a crash would.
    pub(crate) fn lose_screen(&mut self) -> Result<()> {
        self.server.kill()
    }

    /// Destroys a window that belongs to a program, as only a bug elsewhere would.
    pub(crate) fn destroy(&self, window: Window) -> Result<()> {
        self.connection.destroy_window(window)?.check()?;
        self.settle()
    }

    /// How the window stands; an error if it is gone.
    pub(crate) fn stand(&self, window: Window) -> Result<Stand> {
        let connection = &self.connection;
        let size = connection.get_geometry(window)?.reply()?;
        let at = connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        let keyboard = connection.get_input_focus()?.reply()?.focus;
        let (width, height) = (i16::try_from(self.width)?, i16::try_from(self.height)?);
        let places = [(1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2), (width / 2, height / 2)];
        let mut is_on_top = true;
        for (x, y) in places {
            is_on_top &= self.is_inside(window, self.window_at(x, y)?)?;
        }
        Ok(Stand {
            place: (at.dst_x, at.dst_y, size.width, size.height),
            is_mapped: self.is_visible(window)?,
            has_keyboard: self.is_inside(window, keyboard)?,
            is_on_top,
        })
    }

    /// How a window stands that nobody got out of.
    pub(crate) fn full(&self) -> Stand {
        Stand { place: (0, 0, self.width, self.height), is_mapped: true, has_keyboard: true, is_on_top: true }
    }

    /// The topmost window at a place: what a person sees there.
    fn window_at(&self, x: i16, y: i16) -> Result<Window> {
        let mut window = self.root;
        loop {
            let child = self.connection.translate_coordinates(self.root, window, x, y)?.reply()?.child;
            if child == x11rb::NONE {
                return Ok(window);
            }
            window = child;
        }
    }

    fn is_inside(&self, window: Window, mut inner: Window) -> Result<bool> {
        while inner != x11rb::NONE && inner != self.root {
            if inner == window {
                return Ok(true);
            }
            // Gone meanwhile is not inside; 1 is a focus that follows the pointer.
            let Ok(tree) = self.connection.query_tree(inner)?.reply() else {
                return Ok(false);
            };
            inner = tree.parent;
        }
        Ok(false)
    }

    /// Sends a wish about a window to whoever manages the screen.
    pub(crate) fn wish(&self, window: Window, what: &str, data: [u32; 5]) -> Result<()> {
        let message = ClientMessageEvent::new(32, window, self.atom(what)?, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, message)?.check()?;
        self.settle()
    }

    /// Wishes a state of the window away, or here: `fullscreen`, `above`, `hidden` and the like.
    pub(crate) fn wish_state(&self, window: Window, name: &str, is_wished: bool) -> Result<()> {
        let state = self.atom(&format!("_NET_WM_STATE_{}", name.to_uppercase()))?;
        self.wish(window, "_NET_WM_STATE", [u32::from(is_wished), state, 0, 2, 0])
    }

    /// Iconifies the window, as the button in its frame would.
    pub(crate) fn iconify(&self, window: Window) -> Result<()> {
        self.wish(window, "WM_CHANGE_STATE", [3, 0, 0, 0, 0])
    }

    /// Moves the window and gives it another size without asking its manager first.
    pub(crate) fn configure(&self, window: Window, place: (i32, i32, u32, u32)) -> Result<()> {
        let (x, y, width, height) = place;
        let wishes = ConfigureWindowAux::new().x(x).y(y).width(width).height(height);
        self.connection.configure_window(window, &wishes)?.check()?;
        self.settle()
    }

    /// Puts the window below all others.
    pub(crate) fn lower(&self, window: Window) -> Result<()> {
        self.connection.configure_window(window, &ConfigureWindowAux::new().stack_mode(StackMode::BELOW))?.check()?;
        self.settle()
    }

    /// Presses and releases a key by its X code, which may be of no key at all, while others are held.
    pub(crate) fn press_code(&self, held: &[super::Key], code: u8) -> Result<()> {
        use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
        for key in held {
            self.fake(KEY_PRESS_EVENT, key.code()?, 0, 0)?;
        }
        self.fake(KEY_PRESS_EVENT, code, 0, 0)?;
        self.fake(KEY_RELEASE_EVENT, code, 0, 0)?;
        for key in held.iter().rev() {
            self.fake(KEY_RELEASE_EVENT, key.code()?, 0, 0)?;
        }
        Ok(())
    }

    /// Presses and releases a button of the mouse where the pointer is; 4 to 7 are its wheels.
    pub(crate) fn press_button(&self, button: u8) -> Result<()> {
        use x11rb::protocol::xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT};
        self.fake(BUTTON_PRESS_EVENT, button, 0, 0)?;
        self.fake(BUTTON_RELEASE_EVENT, button, 0, 0)
    }

    /// Opens a window of another program as large as the screen and has it grab for the keyboard by every means.
    pub(crate) fn open_stranger(&self) -> Result<Stranger> {
        let (connection, screen) = x11rb::connect(Some(&self.display))?;
        let window = connection.generate_id()?;
        let screen = &connection.setup().roots[screen];
        let look = CreateWindowAux::new().background_pixel(screen.white_pixel);
        let (width, height) = (self.width, self.height);
        let class = WindowClass::INPUT_OUTPUT;
        connection
            .create_window(x11rb::COPY_DEPTH_FROM_PARENT, window, self.root, 0, 0, width, height, 0, class, 0, &look)?
            .check()?;
        let name = AtomEnum::WM_NAME;
        connection.change_property8(
            x11rb::protocol::xproto::PropMode::REPLACE,
            window,
            name,
            AtomEnum::STRING,
            b"stranger",
        )?;
        connection.map_window(window)?.check()?;
        let stranger = Stranger { connection, window };
        self.wait_for("the stranger's window", super::SERVER, || Ok(self.is_visible(window)?.then_some(())))?;
        self.let_grab(&stranger)?;
        Ok(stranger)
    }

    /// Puts the stranger below all others; it keeps the keyboard.
    pub(crate) fn lower_stranger(&self, stranger: &Stranger) -> Result<()> {
        self.lower(stranger.window)
    }

    /// Has the stranger grab for the keyboard and for the top of the screen once more.
    pub(crate) fn let_grab(&self, stranger: &Stranger) -> Result<()> {
        for state in ["above", "fullscreen"] {
            self.wish_state(stranger.window, state, true)?;
        }
        self.wish(stranger.window, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
        stranger
            .connection
            .configure_window(stranger.window, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE))?;
        let focus = x11rb::protocol::xproto::InputFocus::PARENT;
        stranger.connection.set_input_focus(focus, stranger.window, x11rb::CURRENT_TIME)?;
        stranger.connection.sync()?;
        Ok(())
    }
}
