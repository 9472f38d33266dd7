//! How large everything is drawn, so that it fits its window and can be read from where people stand.

use egui::{Context, Vec2};

use crate::domain::settings::{Mode, PanelInches};
use crate::ui::theme::Theme;
use crate::ui::theme::tokens::LEAST_KIOSK;

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

/// The least text scale with which a kiosk's smallest letters are high enough on a panel of this size.
pub(super) fn readable_scale(ctx: &Context, inches: Option<PanelInches>) -> f32 {
    Theme::kiosk_scale(needed_points(ctx, inches))
}

/// How many logical points letters need to be high enough on the panel that the window fills; any if its size is not known.
fn needed_points(ctx: &Context, inches: Option<PanelInches>) -> f32 {
    let Some(inches) = inches.map(|inches| f32::from(inches.get())) else { return 0.0 };
    let logical_in_mm = ctx.content_rect().size().length() / (inches * MM_IN_INCH);
    CAPITALS_MM * (inches / WHOLE_PANEL).min(1.0) * logical_in_mm / CAPITAL
}
