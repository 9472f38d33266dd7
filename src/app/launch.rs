//! Opens the window, or says in one sentence why there is none.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

use super::notice::Notice;
use super::{App, Outside, State};

/// Why the window did not open, or did not stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// No display, or one that does not answer.
    #[error(
        "There is no display to open a window on. Start it in a desktop session (DISPLAY or WAYLAND_DISPLAY), \
         or use the verbs that need none: swip-kiosk --help."
    )]
    NoDisplay,
    /// A library of the window system is missing.
    #[error(
        "The system library {0} is missing. On Debian: apt-get install {0}. The verbs that need no window work \
         without it: swip-kiosk --help."
    )]
    MissingLibrary(&'static str),
    /// No way to draw.
    #[error(
        "The window cannot be drawn: no OpenGL. On Debian: apt-get install libegl1 libgl1-mesa-dri. The verbs that \
         need no window work without it: swip-kiosk --help."
    )]
    NoGraphics,
    /// The window system went away, or a bug of ours.
    #[error("The window closed unexpectedly.")]
    Broken,
}

/// The size of a counter's window, in logical pixels; it can be resized down to the smallest supported one.
const WINDOW: [f32; 2] = [1280.0, 800.0];
const SMALLEST_WINDOW: [f32; 2] = [720.0, 560.0];

/// Libraries that are looked for when the window opens, and the Debian package of each.
const LIBRARIES: [(&str, &str); 8] = [
    ("xkbcommon-x11", "libxkbcommon-x11-0"),
    ("xkbcommon", "libxkbcommon0"),
    ("X11-xcb", "libx11-xcb1"),
    ("Xcursor", "libxcursor1"),
    ("libXi", "libxi6"),
    ("libX11", "libx11-6"),
    ("wayland-egl", "libwayland-egl1"),
    ("wayland-client", "libwayland-client0"),
];

/// Runs the program in its window until that closes.
///
/// # Errors
/// Why there is no window.
pub fn run_window(state: State, outside: Outside) -> Result<(), WindowError> {
    run("swip-kiosk", WINDOW, move |ctx| Box::new(App::new(ctx, state, outside)))
}

/// Tells a person that another process owns the station; closes by itself.
///
/// # Errors
/// Why there is no window.
pub fn run_in_use_notice(outside: &Outside, state: &State) -> Result<(), WindowError> {
    let catalogue = Arc::clone(&outside.catalogue);
    let language = state.language.clone();
    run("swip-kiosk", Notice::SIZE, move |ctx| Box::new(Notice::new(ctx, catalogue, language)))
}

fn run(
    title: &str,
    size: [f32; 2],
    create: impl FnOnce(&egui::Context) -> Box<dyn eframe::App> + 'static,
) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default()
        .with_app_id("swip-kiosk")
        .with_title(title)
        .with_inner_size(size)
        .with_min_inner_size([size[0].min(SMALLEST_WINDOW[0]), size[1].min(SMALLEST_WINDOW[1])]);
    let options = NativeOptions { viewport, renderer: Renderer::Glow, ..NativeOptions::default() };
    // A missing xkbcommon panics inside a dependency; the words of that panic name it.
    let message = Arc::new(std::sync::Mutex::new(String::new()));
    let sink = Arc::clone(&message);
    let usual = Arc::new(panic::take_hook());
    let logs = Arc::clone(&usual);
    panic::set_hook(Box::new(move |info| {
        let words = panic_text(info);
        // A missing library is no bug of ours, and is told in a sentence.
        if missing_library(&words).is_none() {
            logs(info);
        }
        *sink.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = words;
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native("swip-kiosk", options, Box::new(move |cc| Ok(create(&cc.egui_ctx))))
    }));
    panic::set_hook(Box::new(move |info| usual(info)));
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(window_error(&error)),
        Err(_) => {
            let message = message.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            Err(missing_library(&message).map_or(WindowError::Broken, WindowError::MissingLibrary))
        }
    }
}

fn panic_text(info: &panic::PanicHookInfo<'_>) -> String {
    info.payload_as_str().unwrap_or_default().to_owned()
}

fn window_error(error: &eframe::Error) -> WindowError {
    // The error's own words name paths of the machine it was built on: they are for classifying, not for showing.
    let words = format!("{error:?}");
    match error {
        eframe::Error::WinitEventLoop(_) if words.contains("LibraryOpenError") => {
            missing_library(&words).map_or(WindowError::NoDisplay, WindowError::MissingLibrary)
        }
        eframe::Error::WinitEventLoop(_) if words.contains("ExitFailure") => WindowError::Broken,
        eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        _ => WindowError::NoGraphics,
    }
}

fn missing_library(words: &str) -> Option<&'static str> {
    LIBRARIES.iter().find(|(library, _)| words.contains(library)).map(|(_, package)| *package)
}
