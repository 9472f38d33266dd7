//! What a window manager would do, on an X server that has none.

use x11rb::connection::Connection;
use x11rb::errors::{ConnectError, ReplyError};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, InputFocus};

/// Why a window did not get the keyboard.
#[derive(Debug, thiserror::Error)]
pub enum FocusError {
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

/// Gives the keyboard to a window if nobody else is there to do so. Blocks for some exchanges with the X server.
///
/// # Errors
/// When the X server is not there, or refuses, as for a window that does not show.
pub fn take_keyboard(window: u32) -> Result<(), FocusError> {
    let (connection, screen) = x11rb::connect(None)?;
    let root = connection.setup().roots.get(screen).ok_or(FocusError::NoScreen)?.root;
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
