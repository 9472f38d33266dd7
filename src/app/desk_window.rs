//! The window of a counter among others: it opens where it was, and comes to the front when the program is started again.

use std::sync::{Arc, Weak};

use egui::Context;
use tokio::runtime::Handle;
use winit::dpi::{PhysicalPosition, PhysicalSize};
use winit::window::{UserAttentionType, Window};

use super::monitors;
use crate::domain::WindowPlaces;
use crate::domain::window_place::WindowPlace;
use crate::services::second_start::SecondStarts;
use crate::services::window_file::WindowFile;

/// What a station's window has beside those of the trial.
pub struct DeskServices {
    /// Where it was.
    pub places: WindowPlaces,
    /// Where that is kept.
    pub file: WindowFile,
    /// Where it hears of other starts; none where the system did not let it listen.
    pub second_starts: Option<SecondStarts>,
}

/// Keeps the place of the window.
pub(super) struct DeskWindow {
    tokio: Handle,
    window: Weak<Window>,
    file: WindowFile,
    kept: WindowPlaces,
    /// The place that it was given at the start.
    start: Option<WindowPlace>,
}

impl DeskWindow {
    /// Puts the window, which nobody has seen yet, where it was, unless it fills the screen, and listens for other starts.
    pub(super) fn new(window: &Arc<Window>, services: DeskServices, tokio: Handle, is_full_screen: bool) -> Self {
        let window_ref = Arc::downgrade(window);
        if let Some(second_starts) = services.second_starts {
            tokio.spawn(come_when_called(second_starts, Weak::clone(&window_ref)));
        }
        let kept = services.places;
        let place = if is_full_screen { None } else { kept.on(&monitors::areas(window)) };
        if let Some(place) = place {
            put(window, place);
        }
        Self { tokio, window: window_ref, file: services.file, kept, start: place }
    }

    /// The place that the window was given at the start, if it has been open before.
    pub(super) fn start(&self) -> Option<WindowPlace> {
        self.start
    }

    /// Notes where the window is whenever it loses the keyboard: a machine that is switched off tells no window.
    pub(super) fn keep(&mut self, ctx: &Context, is_full_screen: bool) {
        let loses_keyboard =
            ctx.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::WindowFocused(false))));
        if loses_keyboard && !is_full_screen {
            self.note();
        }
    }

    /// Notes where the window is now.
    pub(super) fn note(&mut self) {
        let Some(window) = self.window.upgrade() else { return };
        let Some((monitor, place)) = place_of(&window) else { return };
        let mut places = self.kept.clone();
        places.note(&monitor, place);
        if places == self.kept {
            return;
        }
        self.kept = places.clone();
        let file = self.file.clone();
        self.tokio.spawn_blocking(move || file.write(&places));
    }
}

fn put(window: &Window, place: WindowPlace) {
    let _ = window.request_inner_size(PhysicalSize::new(place.size.0, place.size.1));
    if let Some((x, y)) = place.corner {
        window.set_outer_position(PhysicalPosition::new(x, y));
    }
}

fn place_of(window: &Window) -> Option<(String, WindowPlace)> {
    if window.is_minimized() == Some(true) || window.fullscreen().is_some() {
        return None;
    }
    let monitor = window.current_monitor()?;
    let start = monitor.position();
    let corner = window.outer_position().ok().map(|corner| (corner.x - start.x, corner.y - start.y));
    let size = window.inner_size();
    let place = WindowPlace { corner, size: (size.width, size.height), is_maximized: window.is_maximized() };
    Some((monitor.name().unwrap_or_default(), place))
}

async fn come_when_called(second_starts: SecondStarts, window: Weak<Window>) {
    loop {
        second_starts.next().await;
        let Some(window) = window.upgrade() else { return };
        if window.is_minimized() == Some(true) {
            window.set_minimized(false);
        }
        window.focus_window();
        // Wayland lets no program come to the front by itself: the window asks to be looked at.
        if !window.has_focus() && cfg!(target_os = "linux") && window.outer_position().is_err() {
            window.request_user_attention(Some(UserAttentionType::Informational));
        }
    }
}
