//! How large everything is drawn, so that it fits its window and can be read from where people stand.

use egui::{Context, Vec2};

use super::screen::Audience;
use super::state::State;
use crate::domain::settings::{Mode, PanelInches};
use crate::ui::theme::tokens::LEAST_KIOSK;
use crate::ui::theme::{Contrast, Density, Look, Theme};

/// The short side of a kiosk's window, in logical pixels, from which on everything grows with the window, and under which
/// everything shrinks.
const LARGE_KIOSK: f32 = 864.0;
const SMALL_KIOSK: f32 = 768.0;
/// The smallest window into which a counter fits as it is.
const SMALL_COUNTER: Vec2 = Vec2::new(720.0, 640.0);
/// How high the smallest capitals of a kiosk are at least: what the accessibility standard asks for (ADA 707.7.2).
const CAPITALS_MM: f32 = 4.8;
/// On a panel of fewer inches less is enough, by as much: people stand nearer.
const WHOLE_PANEL: f32 = 15.0;
/// The height of a capital of our typeface, as a share of its points.
const CAPITAL: f32 = 0.727;
const MM_IN_INCH: f32 = 25.4;
/// How much larger text gets for a customer who asks for it.
const LARGE_TEXT: f32 = 1.5;

/// On a kiosk's screen of many pixels everything is drawn larger, as it stands further away or is looked at as closely. On a
/// small panel, or where a monitor's size makes no sense and the system draws everything far too large, all is drawn smaller.
pub(super) fn fit_window(ctx: &Context, mode: Mode, inches: Option<PanelInches>) {
    let zoom = ctx.zoom_factor();
    let window = ctx.content_rect().size() * zoom;
    let fitting = match mode {
        Mode::Kiosk => {
            let short = window.min_elem();
            let usual = (short / LARGE_KIOSK).clamp(1.0, 4.0) * (short / SMALL_KIOSK).clamp(0.25, 1.0);
            // Fine pixels: larger, as far as every page still fits.
            let readable = zoom * needed_points(ctx, inches) / LEAST_KIOSK;
            readable.min(short / SMALL_KIOSK).max(usual)
        }
        Mode::Counter => (window / SMALL_COUNTER).min_elem().clamp(0.25, 1.0),
    };
    if (fitting - zoom).abs() > 0.01 {
        ctx.set_zoom_factor(fitting);
    }
}

/// How the screen looks to whoever stands before it.
pub(super) fn look(ctx: &Context, state: &State, accent: Option<[u8; 3]>) -> Look {
    let preferences = &state.station.preferences;
    let comfort = state.screen.comfort();
    let density = match (state.screen.audience(), preferences.mode) {
        (Audience::Public, _) => Density::Kiosk,
        // Staff, too, has nothing but fingers at a kiosk.
        (Audience::Staff | Audience::Manager, Mode::Kiosk) => Density::Touch,
        (Audience::Staff | Audience::Manager, Mode::Counter) => Density::Counter,
    };
    let is_high_contrast = preferences.legibility.is_high_contrast || comfort.is_high_contrast;
    let contrast = if is_high_contrast { Contrast::High } else { Contrast::Normal };
    let larger = if comfort.is_large { LARGE_TEXT } else { 1.0 };
    let least = match density {
        Density::Kiosk => Theme::kiosk_scale(needed_points(ctx, state.station.panel_inches())),
        Density::Touch | Density::Counter => 1.0,
    };
    let text_scale = preferences.legibility.text_percent.factor().max(least) * larger;
    Look { contrast, density, text_scale, accent, ..Look::default() }
}

/// How many logical points letters need to be high enough on the panel that the window fills; any if its size is not known.
fn needed_points(ctx: &Context, inches: Option<PanelInches>) -> f32 {
    let Some(inches) = inches.map(|inches| f32::from(inches.get())) else { return 0.0 };
    let logical_in_mm = ctx.content_rect().size().length() / (inches * MM_IN_INCH);
    CAPITALS_MM * (inches / WHOLE_PANEL).min(1.0) * logical_in_mm / CAPITAL
}
