//! Opens the window, or says in one sentence why there is none.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use eframe::{CreationContext, EventLoopBuilderHook, NativeOptions, Renderer};
use egui::{IconData, Vec2, ViewportBuilder, ViewportCommand};
use winit::window::Theme;

use super::notice::Notice;
use super::{App, Dependencies, DeskServices, State};
use crate::domain::Failure;
use crate::domain::window_place::WindowPlace;
#[cfg(target_os = "linux")]
use crate::services::display;

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
    /// The X server has no RANDR extension.
    #[error(
        "The X server does not say what monitors it has: it runs without its RANDR extension. Start it with RANDR. The \
         verbs that need no window work without it: swip-kiosk --help."
    )]
    NoMonitors,
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

/// The size of a counter's window, in logical pixels; it can be resized down to the smallest one, and what
/// does not fit is drawn smaller.
const WINDOW: [f32; 2] = [1280.0, 800.0];
/// More than any window manager's frame and panel take.
const FRAME: [f32; 2] = [32.0, 96.0];
const SMALLEST_WINDOW: [f32; 2] = [240.0, 240.0];

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
pub fn run_window(state: State, dependencies: Dependencies, desk: Option<DeskServices>) -> Result<(), WindowError> {
    let has_place = desk.as_ref().is_some_and(|desk| !desk.places.is_empty());
    let shape = match (state.is_full_screen(), has_place) {
        (true, _) => Shape::FullScreen,
        (false, true) => Shape::Placed,
        (false, false) => Shape::Sized(WINDOW),
    };
    run(shape, move |cc| {
        let mut app = App::new(&cc.egui_ctx, state, dependencies);
        app.have_window(cc.winit_window(), desk);
        Box::new(app)
    })
}

/// Tells a person why the station cannot be opened, such as that another process owns it; closes by itself.
///
/// # Errors
/// Why there is no window.
pub fn run_notice(dependencies: &Dependencies, state: &State, failure: Failure) -> Result<(), WindowError> {
    let catalogue = Arc::clone(&dependencies.catalogue);
    let language = state.language.clone();
    let shape = Shape::Sized(Notice::SIZE);
    run(shape, move |cc| Box::new(Notice::new(&cc.egui_ctx, catalogue, language, failure)))
}

/// What a window looks like when it opens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// A window of this size, in logical pixels.
    Sized([f32; 2]),
    /// A window that is put where it was before anybody sees it.
    Placed,
    /// The whole screen, without a frame, above everything.
    FullScreen,
}

fn run(
    shape: Shape,
    create: impl FnOnce(&CreationContext<'_>) -> Box<dyn eframe::App> + 'static,
) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default().with_app_id("swip-kiosk").with_title("swip-kiosk").with_icon(icon());
    let sized = |size: [f32; 2]| {
        let smallest = [size[0].min(SMALLEST_WINDOW[0]), size[1].min(SMALLEST_WINDOW[1])];
        viewport.clone().with_inner_size(size).with_min_inner_size(smallest)
    };
    let viewport = match shape {
        Shape::Sized(size) => sized(size),
        // A window manager on X11 keeps its hands off a window that comes with a position, whichever.
        Shape::Placed => sized(WINDOW).with_position([0.0, 0.0]),
        Shape::FullScreen => {
            viewport.with_fullscreen(true).with_decorations(false).with_always_on_top().with_active(true)
        }
    };
    #[cfg(target_os = "linux")]
    if display::is_x11() && matches!(display::has_randr(), Ok(false)) {
        return Err(WindowError::NoMonitors);
    }
    let options = NativeOptions {
        viewport,
        renderer: Renderer::Glow,
        event_loop_builder: event_loop(),
        // The clipboard is read elsewhere.
        clipboard_shortcuts: false,
        ..NativeOptions::default()
    };
    // A missing xkbcommon panics inside a dependency; the words of that panic name it.
    let missing = Arc::new(Mutex::new(None));
    let sink = Arc::clone(&missing);
    let usual = Arc::new(panic::take_hook());
    let logs = Arc::clone(&usual);
    panic::set_hook(Box::new(move |info| {
        let library = missing_library(info.payload_as_str().unwrap_or_default());
        // A missing library is no bug of ours, and is told in a sentence.
        match library {
            Some(library) => *sink.lock().unwrap_or_else(PoisonError::into_inner) = Some(library),
            None => logs(info),
        }
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        let create = move |cc: &CreationContext<'_>| {
            // Its frame is as light as what is inside, whatever the system's own colours.
            if let Some(window) = cc.winit_window() {
                window.set_theme(Some(Theme::Light));
            }
            Ok(create(cc))
        };
        eframe::run_native("swip-kiosk", options, Box::new(create))
    }));
    panic::set_hook(Box::new(move |info| usual(info)));
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(window_error(&error)),
        Err(_) => {
            let missing = missing.lock().unwrap_or_else(PoisonError::into_inner);
            Err(missing.map_or(WindowError::Broken, WindowError::MissingLibrary))
        }
    }
}

/// Fills the monitor where the window did so last time, and where a new one and its frame would be larger: the frame would push
/// its lower edge out.
pub(super) fn keep_on_monitor(ctx: &egui::Context, start: Option<WindowPlace>) {
    if let Some(start) = start {
        if start.is_maximized {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
        return;
    }
    let Some(monitor) = ctx.input(|input| input.viewport().monitor_size) else { return };
    let zoom = ctx.zoom_factor();
    let room = monitor * zoom - Vec2::from(FRAME);
    if WINDOW[0] > room.x || WINDOW[1] > room.y {
        ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
    }
}

fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon/swip-kiosk-128.png")).unwrap_or_default()
}

/// What else the event loop must know: which window system to take, where the environment is wrong about it.
fn event_loop() -> Option<EventLoopBuilderHook> {
    #[cfg(target_os = "linux")]
    if display::is_wayland_stale() {
        use winit::platform::x11::EventLoopBuilderExtX11;
        return Some(Box::new(|builder| {
            builder.with_x11();
        }));
    }
    None
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
