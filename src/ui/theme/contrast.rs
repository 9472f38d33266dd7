//! The contrast of two colours as WCAG 2 defines it.

use egui::Color32;

/// 1 for equal colours, 21 for black on white; both must be opaque.
pub fn contrast_ratio(one: Color32, other: Color32) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Color32) -> f32 {
    let linear = |channel: u8| {
        let share = f32::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

#[cfg(test)]
mod tests {
    use super::super::{Colors, Tone};
    use super::*;

    fn text_pairs(colors: &Colors) -> Vec<(String, Color32, Color32)> {
        let grounds = [("paper", colors.paper), ("surface", colors.surface), ("sunken", colors.sunken)];
        let mut inks = vec![
            ("ink".to_owned(), colors.ink.text),
            ("ink_muted".to_owned(), colors.ink.muted),
            ("ink_disabled".to_owned(), colors.ink.disabled),
            ("accent".to_owned(), colors.accent.base),
        ];
        inks.extend(Tone::ALL.map(|tone| (format!("{tone:?} ink"), colors.tone(tone).ink)));
        let mut pairs: Vec<_> = inks
            .iter()
            .flat_map(|(name, ink)| grounds.map(|(ground, fill)| (format!("{name} on {ground}"), *ink, fill)))
            .collect();
        for tone in Tone::ALL {
            pairs.push((format!("{tone:?}"), colors.tone(tone).ink, colors.tone(tone).fill));
            pairs.push((format!("ink on {tone:?}"), colors.ink.text, colors.tone(tone).fill));
        }
        let accent = colors.accent;
        for fill in [accent.base, accent.hover, accent.pressed] {
            pairs.push(("on accent".to_owned(), accent.on, fill));
        }
        for fill in [colors.danger.base, colors.danger.hover, colors.danger.pressed] {
            pairs.push(("on danger".to_owned(), colors.danger.on, fill));
        }
        pairs.push(("placeholder".to_owned(), colors.ink.placeholder, colors.surface));
        pairs.push(("accent on its wash".to_owned(), accent.base, accent.soft));
        pairs.push(("ink on accent wash".to_owned(), colors.ink.text, accent.soft));
        pairs.push(("muted on accent wash".to_owned(), colors.ink.muted, accent.soft));
        pairs.push(("ink on pressed".to_owned(), colors.ink.text, colors.pressed));
        pairs
    }

    #[test]
    fn every_text_is_readable_in_both_contrasts() {
        for (colors, least) in [(Colors::NORMAL, 4.5), (Colors::HIGH, 7.0)] {
            for (name, ink, fill) in text_pairs(&colors) {
                let ratio = contrast_ratio(ink, fill);
                assert!(ratio >= least, "{name}: {ratio:.2} < {least}");
            }
        }
    }

    #[test]
    fn borders_and_focus_are_visible_in_both_contrasts() {
        for colors in [Colors::NORMAL, Colors::HIGH] {
            for fill in [colors.paper, colors.surface] {
                assert!(contrast_ratio(colors.line.strong, fill) >= 3.0);
                assert!(contrast_ratio(colors.focus, fill) >= 3.0);
            }
        }
    }

    #[test]
    fn black_on_white_is_twenty_one() {
        assert!((contrast_ratio(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
    }
}
