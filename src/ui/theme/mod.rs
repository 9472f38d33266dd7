//! Puts the look onto an egui context and hands it to whoever draws.

mod accent;
mod contrast;
mod fonts;
mod style;
pub mod tokens;

use std::sync::Arc;

use egui::{Context, FontId, Id};

pub use accent::readable_accent;
pub use contrast::contrast_ratio;
pub use tokens::{Accent, Colors, TextSize, Tone, ToneColors, Weight, duration, radius, size, space, stroke};

/// How strongly colours differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contrast {
    /// At least 4.5:1.
    Normal,
    /// At least 7:1.
    High,
}

/// How large controls are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Density {
    /// Controls 40 high, for a keyboard and a mouse.
    Counter,
    /// Controls 56 high, for the fingers of staff.
    Touch,
    /// The same in letters that can be read a step away, for customers.
    Kiosk,
}

impl Density {
    /// Whether fingers are all there is.
    pub const fn is_touched(self) -> bool {
        match self {
            Self::Counter => false,
            Self::Touch | Self::Kiosk => true,
        }
    }
}

/// What a person may choose about the look.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// How strongly colours differ.
    pub contrast: Contrast,
    /// How large controls are.
    pub density: Density,
    /// The size of text, 1.0 to 2.0.
    pub text_scale: f32,
    /// Whether anything may move.
    pub motion: bool,
    /// A shop's own accent as red, green and blue; what is not readable is darkened.
    pub accent: Option<[u8; 3]>,
}

impl Default for Look {
    fn default() -> Self {
        Self { contrast: Contrast::Normal, density: Density::Counter, text_scale: 1.0, motion: true, accent: None }
    }
}

/// The look, resolved: what a widget needs to draw itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Theme {
    /// What was asked for.
    pub look: Look,
    /// The colours to draw with.
    pub colors: Colors,
}

impl Theme {
    /// Resolves a look; a text scale outside 1.0 to 2.0 is brought inside.
    pub fn new(look: Look) -> Self {
        let text_scale = if look.text_scale.is_finite() { look.text_scale.clamp(1.0, 2.0) } else { 1.0 };
        let mut colors = Self::colors_of(look.contrast);
        if let Some(accent) = look.accent {
            colors.accent = readable_accent(accent, look.contrast);
            colors.focus = colors.accent.base;
        }
        Self { look: Look { text_scale, ..look }, colors }
    }

    const fn colors_of(contrast: Contrast) -> Colors {
        match contrast {
            Contrast::Normal => Colors::NORMAL,
            Contrast::High => Colors::HIGH,
        }
    }

    /// The font of a size and weight, scaled.
    pub fn font(&self, text_size: TextSize, weight: Weight) -> FontId {
        FontId::new(self.points(text_size), fonts::family(weight))
    }

    /// The points of a size, scaled.
    pub fn points(&self, text_size: TextSize) -> f32 {
        self.scaled(text_size.points(), text_size.kiosk_points())
    }

    /// The line height of a size, scaled.
    pub fn line_height(&self, text_size: TextSize) -> f32 {
        self.scaled(text_size.line_height(), text_size.kiosk_line_height())
    }

    fn scaled(&self, at_desk: f32, [usual, twice]: [f32; 2]) -> f32 {
        let scale = self.look.text_scale;
        match self.look.density {
            Density::Counter | Density::Touch => at_desk * scale,
            Density::Kiosk => egui::lerp(usual..=twice, scale - 1.0),
        }
    }

    /// The text scale at which the smallest letters of a customer's page have so many points, as far as text grows.
    pub fn kiosk_scale(points: f32) -> f32 {
        let [usual, twice] = TextSize::Caption.kiosk_points();
        (1.0 + (points - usual) / (twice - usual)).clamp(1.0, 2.0)
    }

    /// The colours of a meaning.
    pub const fn tone(&self, tone: Tone) -> ToneColors {
        self.colors.tone(tone)
    }

    /// The least height of a control.
    pub const fn control_height(&self) -> f32 {
        match self.look.density {
            Density::Counter => size::CONTROL_COUNTER,
            Density::Touch | Density::Kiosk => size::CONTROL_KIOSK,
        }
    }

    /// The text size inside controls.
    pub const fn control_text(&self) -> TextSize {
        match self.look.density {
            Density::Counter => TextSize::Body,
            Density::Touch | Density::Kiosk => TextSize::Title,
        }
    }

    /// An icon's size, growing with the text it stands beside.
    pub fn icon(&self, base: f32) -> f32 {
        base * self.look.text_scale
    }
}

/// Installs fonts and style; call it every frame, it does nothing while the look stays the same.
pub fn install(ctx: &Context, look: Look) {
    let theme = Theme::new(look);
    let installed = ctx.data(|data| data.get_temp::<Arc<Theme>>(key()));
    if installed.as_ref().is_some_and(|installed| **installed == theme) {
        return;
    }
    if installed.is_none() {
        ctx.set_fonts(fonts::definitions());
    }
    ctx.set_theme(egui::Theme::Light);
    ctx.all_styles_mut(|egui_style| style::apply(&theme, egui_style));
    ctx.data_mut(|data| data.insert_temp(key(), Arc::new(theme)));
}

/// The theme installed on this context.
pub fn of(ctx: &Context) -> Arc<Theme> {
    ctx.data(|data| data.get_temp(key())).unwrap_or_else(|| Arc::new(Theme::new(Look::default())))
}

fn key() -> Id {
    Id::unique("ui_theme")
}
