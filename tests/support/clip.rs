//! A program that has put text onto the clipboard, and one that hangs.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::desktop::{Desktop, Result};

/// Owns the clipboard of a screen.
pub(crate) struct Clip {
    connection: Arc<RustConnection>,
    window: Window,
    text: Arc<Mutex<String>>,
}

impl Clip {
    /// Hands over what [`Clip::put`] was given last.
    pub(crate) fn own(desktop: &Desktop) -> Result<Self> {
        let clip = Self::hung(desktop)?;
        let (connection, text) = (Arc::clone(&clip.connection), Arc::clone(&clip.text));
        let atoms =
            ["TARGETS", "UTF8_STRING"].map(|name| Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom));
        let [targets, utf8]: [Result<Atom>; 2] = atoms;
        let (targets, utf8) = (targets?, utf8?);
        thread::spawn(move || {
            // Ends with the screen.
            while let Ok(event) = connection.wait_for_event() {
                if let Event::SelectionRequest(request) = event {
                    let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    let _ = hand_over(&connection, &request, (targets, utf8), &text);
                }
            }
        });
        Ok(clip)
    }

    /// Never hands anything over, as a program that was stopped.
    pub(crate) fn hung(desktop: &Desktop) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(desktop.display()))?;
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id()?;
        let class = WindowClass::INPUT_ONLY;
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &CreateWindowAux::new())?.check()?;
        let clip = Self { connection: Arc::new(connection), window, text: Arc::default() };
        clip.take()?;
        Ok(clip)
    }

    /// Makes this the text of the clipboard.
    pub(crate) fn put(&self, text: &str) -> Result<()> {
        text.clone_into(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
        self.take()
    }

    fn take(&self) -> Result<()> {
        let clipboard = self.connection.intern_atom(false, b"CLIPBOARD")?.reply()?.atom;
        self.connection.set_selection_owner(self.window, clipboard, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }
}

fn hand_over(
    connection: &RustConnection,
    request: &SelectionRequestEvent,
    (targets, utf8): (Atom, Atom),
    text: &str,
) -> Result<()> {
    let SelectionRequestEvent { time, requestor, selection, target, property, .. } = *request;
    let is_known = target == targets || target == utf8;
    if target == targets {
        connection.change_property32(PropMode::REPLACE, requestor, property, AtomEnum::ATOM, &[targets, utf8])?;
    } else if target == utf8 {
        connection.change_property8(PropMode::REPLACE, requestor, property, utf8, text.as_bytes())?;
    }
    let property = if is_known { property } else { x11rb::NONE };
    let response_type = SELECTION_NOTIFY_EVENT;
    let notice = SelectionNotifyEvent { response_type, sequence: 0, time, requestor, selection, target, property };
    connection.send_event(false, requestor, EventMask::NO_EVENT, notice)?.check()?;
    Ok(())
}
