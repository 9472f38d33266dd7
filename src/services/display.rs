//! What there is of the window systems of Linux, and what a window manager would do where there is none.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use x11rb::connection::Connection;
use x11rb::errors::{ConnectError, ReplyError};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, InputFocus};
use x11rb::rust_connection::RustConnection;

/// Its port is the last one.
const HIGHEST_DISPLAY: u32 = 65_535 - 6_000;

/// Why the X server did not do something.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    /// No connection to the X server.
    #[error("the X server takes no connection")]
    Connection(#[from] ConnectError),
    /// The X server refused, or is gone.
    #[error("the X server refused")]
    Request(#[from] ReplyError),
    /// It has no such screen.
    #[error("the X server has no screen")]
    NoScreen,
}

/// Whether the environment names a Wayland compositor that is not there, and an X server beside it: as after a session that
/// left its variables behind.
pub fn is_wayland_stale() -> bool {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let Some(socket) = named("WAYLAND_DISPLAY").filter(|_| named("WAYLAND_SOCKET").is_none()) else { return false };
    // An absolute name stays as it is.
    let path = named("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default().join(socket);
    named("DISPLAY").is_some() && UnixStream::connect(path).is_err()
}

/// Whether the X server says what monitors it has. Without that no window can be opened on it.
///
/// # Errors
/// When the X server is not there.
pub fn has_randr() -> Result<bool, DisplayError> {
    let (connection, _) = connect()?;
    let found = connection.query_extension(b"RANDR").map_err(ReplyError::from)?.reply()?;
    Ok(found.present)
}

fn connect() -> Result<(RustConnection, usize), DisplayError> {
    // x11rb adds the number to that of a port, and panics where there is none so high.
    let display = env::var("DISPLAY").unwrap_or_default();
    let number = display.rsplit(':').next().and_then(|rest| rest.split('.').next()).and_then(|text| text.parse().ok());
    if number.is_some_and(|number: u32| number > HIGHEST_DISPLAY) {
        return Err(DisplayError::NoScreen);
    }
    Ok(x11rb::connect(None)?)
}

/// Whether a window would be opened on an X server.
pub fn is_x11() -> bool {
    let named = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    named("DISPLAY") && (is_wayland_stale() || !(named("WAYLAND_DISPLAY") || named("WAYLAND_SOCKET")))
}

/// Gives the keyboard to a window if nobody else is there to do so. Blocks for some exchanges with the X server.
///
/// # Errors
/// When the X server is not there, or refuses, as for a window that does not show.
pub fn take_keyboard(window: u32) -> Result<(), DisplayError> {
    let (connection, screen) = connect()?;
    let root = connection.setup().roots.get(screen).ok_or(DisplayError::NoScreen)?.root;
    if is_managed(&connection, root)? {
        return Ok(());
    }
    connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).map_err(ReplyError::from)?.check()?;
    Ok(())
}

/// Whether there is a window manager: every one of today says so.
fn is_managed(connection: &impl Connection, root: u32) -> Result<bool, ReplyError> {
    let name = connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?.reply()?.atom;
    let found = connection.get_property(false, root, name, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(found.value_len > 0)
}
