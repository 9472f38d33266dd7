//! A shop's own accent, made readable: darkened until everything that stands on it, and everything it stands on, contrasts.

use egui::{Color32, lerp};

use super::contrast::contrast_ratio;
use super::tokens::{Accent, Colors};
use super::{Contrast, Theme};

/// How dark the states of an accent are, from the accent to black.
const HOVER: f32 = 0.16;
const PRESSED: f32 = 0.36;
/// How light its wash is, from white to the accent.
const WASH: f32 = 0.12;

/// The accent that stands in for a colour of red, green and blue, and its states. Its base is the colour itself if that is
/// readable.
pub fn readable_accent([red, green, blue]: [u8; 3], contrast: Contrast) -> Accent {
    let color = Color32::from_rgb(red, green, blue);
    let colors = Theme::colors_of(contrast);
    let (on, soft) = (colors.accent.on, toward(Color32::WHITE, color, WASH));
    // By steps of a hundredth; black is readable at the latest.
    let steps = (0..=100_u8).map(|step| toward(color, Color32::BLACK, f32::from(step) / 100.0));
    let base = steps.into_iter().find(|base| is_readable(*base, (on, soft), (&colors, contrast)));
    let base = base.unwrap_or(Color32::BLACK);
    let state = |share| toward(base, Color32::BLACK, share);
    Accent { base, hover: state(HOVER), pressed: state(PRESSED), on, soft }
}

fn is_readable(base: Color32, (on, soft): (Color32, Color32), (colors, contrast): (&Colors, Contrast)) -> bool {
    let least = match contrast {
        Contrast::Normal => 4.5,
        Contrast::High => 7.0,
    };
    [on, soft, colors.paper, colors.surface, colors.sunken]
        .into_iter()
        .all(|ground| contrast_ratio(base, ground) >= least)
}

fn toward(from: Color32, to: Color32, share: f32) -> Color32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    let mixed = |from: u8, to: u8| lerp(f32::from(from)..=f32::from(to), share).round() as u8;
    Color32::from_rgb(mixed(from.r(), to.r()), mixed(from.g(), to.g()), mixed(from.b(), to.b()))
}

#[cfg(test)]
mod tests {
    use super::super::Look;
    use super::*;

    #[test]
    fn a_readable_colour_stays_as_it_is() {
        for [red, green, blue] in [[0x0F, 0x5C, 0x4C], [0x7A, 0x2E, 0x8E], [0, 0, 0]] {
            let base = readable_accent([red, green, blue], Contrast::Normal).base;
            assert_eq!(base, Color32::from_rgb(red, green, blue));
        }
    }

    #[test]
    fn every_colour_becomes_readable_and_keeps_its_hue() {
        const SIDES: [u8; 6] = [0, 51, 102, 153, 204, 255];
        for index in 0..216_usize {
            let (red, green, blue) = (SIDES[index / 36], SIDES[index / 6 % 6], SIDES[index % 6]);
            for contrast in [Contrast::Normal, Contrast::High] {
                let color = [red, green, blue];
                let look = Look { contrast, accent: Some(color), ..Look::default() };
                let colors = Theme::new(look).colors;
                let least = if contrast == Contrast::Normal { 4.5 } else { 7.0 };
                let Accent { base, hover, pressed, on, soft } = colors.accent;
                for fill in [base, hover, pressed] {
                    assert!(contrast_ratio(on, fill) >= least, "{color:?} {contrast:?}: text on {fill:?}");
                }
                for ground in [soft, colors.paper, colors.surface, colors.sunken] {
                    assert!(contrast_ratio(base, ground) >= least, "{color:?} {contrast:?}: on {ground:?}");
                }
                assert!(
                    contrast_ratio(colors.ink.text, soft) >= least && contrast_ratio(colors.ink.muted, soft) >= 4.5
                );
                assert!(contrast_ratio(colors.focus, colors.surface) >= 3.0);
                let is_ordered = |one: u8, other: u8, now: (u8, u8)| one < other || now.0 >= now.1;
                assert!(is_ordered(red, green, (base.r(), base.g())) && is_ordered(green, blue, (base.g(), base.b())));
            }
        }
    }

    #[test]
    fn a_shop_without_an_accent_has_the_programs_own() {
        assert_eq!(Theme::new(Look::default()).colors, Colors::NORMAL);
    }
}
