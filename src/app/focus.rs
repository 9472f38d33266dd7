//! Gets the window the keyboard on an X server without a window manager: there nobody else does, not even at a click.

use eframe::Frame;
use egui::Context;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};

use crate::services::display;

/// What was done about the keyboard.
#[derive(Debug, Default)]
pub(super) struct Focus {
    /// It was asked for once, when the window came.
    has_asked: bool,
}

impl Focus {
    /// Asks for the keyboard once the window is there, and whenever somebody presses something in it while it has none.
    pub(super) fn keep(&mut self, ctx: &Context, frame: &Frame) {
        // What the window system says; a kiosk tells egui that it always has it.
        let (has_keyboard, is_pressed) = ctx.input(|input| (input.viewport().focused, input.pointer.any_pressed()));
        if has_keyboard == Some(true) || (self.has_asked && !is_pressed) {
            return;
        }
        self.has_asked = true;
        if let Some(window) = x11_window(frame) {
            std::thread::spawn(move || {
                if let Err(error) = display::take_keyboard(window) {
                    tracing::debug!(%error, "the window did not get the keyboard");
                }
            });
        }
    }
}

fn x11_window(frame: &Frame) -> Option<u32> {
    match frame.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => u32::try_from(handle.window).ok(),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}
