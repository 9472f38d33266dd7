//! Every colour, size, space, radius and duration of the program, named once.

#![expect(clippy::unreadable_literal, reason = "a colour reads best as the designer writes it")]

use egui::Color32;

/// The colours of one contrast level; views name a role, never a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Colors {
    /// The window behind everything.
    pub paper: Color32,
    /// Cards, fields, dialogs.
    pub surface: Color32,
    /// Wells: tracks, disabled controls, hovered quiet controls.
    pub sunken: Color32,
    /// A pressed quiet control.
    pub pressed: Color32,
    /// Lines around and between surfaces.
    pub line: Lines,
    /// Text, by rank.
    pub ink: Inks,
    /// The one accent and its states.
    pub accent: Accent,
    /// An action that cannot be undone, and its states.
    pub danger: Accent,
    /// The ring around the focused control.
    pub focus: Color32,
    /// What lies under things that float.
    pub float: Float,
    tones: Tones,
}

/// Lines around and between surfaces.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lines {
    /// Hairlines between surfaces.
    pub hair: Color32,
    /// Borders of things one can act on; at least 3:1 against the surface.
    pub strong: Color32,
}

/// Text, by rank.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Inks {
    /// Text.
    pub text: Color32,
    /// Text of lesser rank.
    pub muted: Color32,
    /// An example inside an empty field, fainter than what is typed.
    pub placeholder: Color32,
    /// Text of controls that cannot be used now; still readable.
    pub disabled: Color32,
}

/// What lies under things that float.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Float {
    /// What dims the screen behind a dialog.
    pub backdrop: Color32,
    /// The shadow.
    pub shadow: Color32,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Tones {
    neutral: ToneColors,
    info: ToneColors,
    success: ToneColors,
    warning: ToneColors,
    error: ToneColors,
}

/// A filled action; the accent is the one group a merchant's own colour may replace.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Accent {
    /// The fill of the primary action and the ink of links.
    pub base: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Being pressed.
    pub pressed: Color32,
    /// Text on any of the three above.
    pub on: Color32,
    /// A faint wash behind what is selected.
    pub soft: Color32,
}

/// How one meaning is coloured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ToneColors {
    /// Words and icon, readable on `fill`, on paper and on a surface.
    pub ink: Color32,
    /// The wash behind the words.
    pub fill: Color32,
    /// The hairline around the wash.
    pub line: Color32,
}

/// What a message means; never told by colour alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// A plain fact.
    Neutral,
    /// Worth knowing.
    Info,
    /// It worked.
    Success,
    /// Look here before going on.
    Warning,
    /// It did not work.
    Error,
}

impl Tone {
    /// All tones, in order of urgency.
    pub const ALL: [Self; 5] = [Self::Neutral, Self::Info, Self::Success, Self::Warning, Self::Error];
}

impl Colors {
    /// Warm paper, white surfaces, evergreen accent; text at least 4.5:1.
    pub const NORMAL: Self = Self {
        paper: rgb(0xF6F3EE),
        surface: rgb(0xFFFFFF),
        sunken: rgb(0xEFEBE4),
        pressed: rgb(0xE4DED4),
        line: Lines { hair: rgb(0xE2DBD0), strong: rgb(0x8C857A) },
        ink: Inks { text: rgb(0x1E2422), muted: rgb(0x575D59), placeholder: rgb(0x75756F), disabled: rgb(0x63645F) },
        accent: Accent {
            base: rgb(0x0F5C4C),
            hover: rgb(0x0B4D3F),
            pressed: rgb(0x073A2F),
            on: rgb(0xFFFFFF),
            soft: rgb(0xE2EFEA),
        },
        danger: Accent {
            base: rgb(0xB3261E),
            hover: rgb(0x9A1D16),
            pressed: rgb(0x7D150F),
            on: rgb(0xFFFFFF),
            soft: rgb(0xFCECEA),
        },
        focus: rgb(0x0F5C4C),
        float: Float {
            backdrop: Color32::from_rgba_premultiplied(13, 15, 14, 120),
            shadow: Color32::from_rgba_premultiplied(5, 5, 4, 36),
        },
        tones: Tones {
            neutral: tone(0x4A514E, 0xEFEBE4, 0xD6CFC3),
            info: tone(0x23527C, 0xE8F0F7, 0xB4CBDF),
            success: tone(0x1C6331, 0xE6F3E8, 0xAFD5B7),
            warning: tone(0x7A4A00, 0xFDF1DC, 0xE8C98F),
            error: tone(0xA3261B, 0xFCECEA, 0xE9B3AC),
        },
    };

    /// Black on white with strong lines; text at least 7:1.
    pub const HIGH: Self = Self {
        paper: rgb(0xFFFFFF),
        surface: rgb(0xFFFFFF),
        sunken: rgb(0xEEEEEE),
        pressed: rgb(0xDDDDDD),
        line: Lines { hair: rgb(0x4D4D4D), strong: rgb(0x000000) },
        ink: Inks { text: rgb(0x000000), muted: rgb(0x333333), placeholder: rgb(0x595959), disabled: rgb(0x474747) },
        accent: Accent {
            base: rgb(0x00382D),
            hover: rgb(0x00251E),
            pressed: rgb(0x000000),
            on: rgb(0xFFFFFF),
            soft: rgb(0xE2EFEA),
        },
        danger: Accent {
            base: rgb(0x7A0C05),
            hover: rgb(0x5C0803),
            pressed: rgb(0x3D0502),
            on: rgb(0xFFFFFF),
            soft: rgb(0xFFF2F0),
        },
        focus: rgb(0x000000),
        float: Float {
            backdrop: Color32::from_rgba_premultiplied(0, 0, 0, 170),
            shadow: Color32::from_rgba_premultiplied(0, 0, 0, 60),
        },
        tones: Tones {
            neutral: tone(0x1A1A1A, 0xF4F4F4, 0x1A1A1A),
            info: tone(0x0B2F52, 0xF0F6FC, 0x0B2F52),
            success: tone(0x063B16, 0xEFF8F1, 0x063B16),
            warning: tone(0x4F2E00, 0xFFF7E8, 0x4F2E00),
            error: tone(0x7A0C05, 0xFFF2F0, 0x7A0C05),
        },
    };

    /// The colours of a meaning.
    pub const fn tone(&self, tone: Tone) -> ToneColors {
        match tone {
            Tone::Neutral => self.tones.neutral,
            Tone::Info => self.tones.info,
            Tone::Success => self.tones.success,
            Tone::Warning => self.tones.warning,
            Tone::Error => self.tones.error,
        }
    }
}

/// A picture as it is.
pub const UNTINTED: Color32 = Color32::WHITE;

/// The type scale at a desk; nothing in between. On a customer's page each is what `kiosk_points` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextSize {
    /// 14: captions, labels of fields, key caps.
    Caption,
    /// 16: running text.
    Body,
    /// 20: titles of cards, controls of the kiosk.
    Title,
    /// 28: the headline of a screen.
    Headline,
    /// 40: large numbers.
    Display,
    /// 64: the one number a screen is about.
    Hero,
}

/// The smallest letters of a customer's page. Their capitals are 16.4 points high: 4.8 mm where 768 points fill a screen of 15
/// inches, and more on a larger one. The accessibility standard for such machines asks for 4.8 mm (ADA 707.7.2).
pub const LEAST_KIOSK: f32 = 22.5;

impl TextSize {
    /// The size in points on a customer's page, at the usual size of text and at twice that: what is small at a desk is
    /// larger here from the beginning, and grows by less.
    pub const fn kiosk_points(self) -> [f32; 2] {
        match self {
            Self::Caption | Self::Body => [LEAST_KIOSK, 32.0],
            Self::Title => [24.0, 40.0],
            Self::Headline => [30.0, 56.0],
            Self::Display => [40.0, 80.0],
            Self::Hero => [64.0, 128.0],
        }
    }

    /// The distance between lines on a customer's page, likewise.
    pub const fn kiosk_line_height(self) -> [f32; 2] {
        match self {
            Self::Caption | Self::Body => [30.0, 48.0],
            Self::Title => [32.0, 56.0],
            Self::Headline => [38.0, 72.0],
            Self::Display => [48.0, 96.0],
            Self::Hero => [72.0, 144.0],
        }
    }

    /// The size in points before `Look::text_scale`.
    pub const fn points(self) -> f32 {
        match self {
            Self::Caption => 14.0,
            Self::Body => 16.0,
            Self::Title => 20.0,
            Self::Headline => 28.0,
            Self::Display => 40.0,
            Self::Hero => 64.0,
        }
    }

    /// The distance between lines of running text before `Look::text_scale`.
    pub const fn line_height(self) -> f32 {
        match self {
            Self::Caption => 20.0,
            Self::Body => 24.0,
            Self::Title => 28.0,
            Self::Headline => 36.0,
            Self::Display => 48.0,
            Self::Hero => 72.0,
        }
    }
}

/// The two weights.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Headings, labels, actions.
    SemiBold,
}

/// Distances on the 8-point grid, with one half step.
pub mod space {
    /// Half a step: between an icon and its word in small print.
    pub const XS: f32 = 4.0;
    /// One step: between things that belong together.
    pub const S: f32 = 8.0;
    /// Two steps: between fields.
    pub const M: f32 = 16.0;
    /// Three steps: the padding of a card.
    pub const L: f32 = 24.0;
    /// Four steps: between cards and screen edges.
    pub const XL: f32 = 32.0;
    /// Six steps: between parts of a screen.
    pub const XXL: f32 = 48.0;
}

/// Corner radii.
pub mod radius {
    /// Key caps, boxes to tick.
    pub const SMALL: u8 = 6;
    /// Buttons, fields, segments.
    pub const CONTROL: u8 = 10;
    /// Cards, banners, dialogs.
    pub const CARD: u8 = 12;
}

/// Stroke widths.
pub mod stroke {
    /// A line between surfaces.
    pub const HAIRLINE: f32 = 1.0;
    /// A border that says something: focus, error, selection.
    pub const STRONG: f32 = 2.0;
    /// The gap between a control and its focus ring.
    pub const RING_GAP: f32 = 2.0;
}

/// Sizes of things that are not text.
pub mod size {
    /// A control on the counter.
    pub const CONTROL_COUNTER: f32 = 40.0;
    /// A control on the kiosk.
    pub const CONTROL_KIOSK: f32 = 56.0;
    /// How much higher a large field is than a normal one.
    pub const FIELD_LARGE_FACTOR: f32 = 1.6;
    /// An icon beside running text.
    pub const ICON: f32 = 20.0;
    /// An icon beside a caption.
    pub const ICON_SMALL: f32 = 16.0;
    /// An icon that stands alone.
    pub const ICON_LARGE: f32 = 24.0;
    /// A spinner that stands alone.
    pub const SPINNER: f32 = 72.0;
    /// The widest a dialog gets.
    pub const DIALOG: f32 = 480.0;
    /// The widest a toast gets.
    pub const TOAST: f32 = 480.0;
    /// The longest line of running text: about 60 characters.
    pub const MEASURE: f32 = 480.0;
}

/// Durations in seconds; motion only explains.
pub mod duration {
    /// A small change, such as a tick.
    pub const SHORT_SECS: f32 = 0.15;
    /// A step from one screen to the next.
    pub const STEP_SECS: f32 = 0.25;
    /// The time between two pictures of something that turns.
    pub const SPIN_FRAME_SECS: f32 = 0.066;
    /// One turn of a spinner.
    pub const SPIN_TURN_SECS: f64 = 1.2;
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn tone(ink: u32, fill: u32, line: u32) -> ToneColors {
    ToneColors { ink: rgb(ink), fill: rgb(fill), line: rgb(line) }
}
