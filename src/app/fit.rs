//! How large everything is drawn, so that it fits its window.

use egui::{Context, Vec2};

use crate::domain::settings::Mode;

/// The short side of a kiosk's window, in logical pixels, from which on everything grows with the window, and under which
/// everything shrinks.
const LARGE_KIOSK: f32 = 864.0;
const SMALL_KIOSK: f32 = 768.0;
/// The smallest window into which a counter fits as it is.
const SMALL_COUNTER: Vec2 = Vec2::new(720.0, 640.0);

/// On a kiosk's screen of many pixels everything is drawn larger, as it stands further away or is looked at as closely. On a
/// small panel, or where a monitor's size makes no sense and the system draws everything far too large, all is drawn smaller.
pub(super) fn fit_window(ctx: &Context, mode: Mode) {
    let zoom = ctx.zoom_factor();
    let window = ctx.content_rect().size() * zoom;
    let fitting = match mode {
        Mode::Kiosk => {
            let short = window.min_elem();
            (short / LARGE_KIOSK).clamp(1.0, 4.0) * (short / SMALL_KIOSK).clamp(0.25, 1.0)
        }
        Mode::Counter => (window / SMALL_COUNTER).min_elem().clamp(0.25, 1.0),
    };
    if (fitting - zoom).abs() > 0.01 {
        ctx.set_zoom_factor(fitting);
    }
}
