//! Types on a real keyboard what a script says, in Latin and in Cyrillic letters.

use super::clip::Clip;
use super::desktop::{Desktop, Key, Result};
use super::till::{Stroke, Target};

/// The Russian letters on the keys of the US signs, row by row.
const RUSSIAN: (&str, &str) = ("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.");

/// Somebody at a keyboard with two layouts.
pub(crate) struct Typist {
    is_russian: bool,
    clip: Clip,
}

impl Typist {
    /// Puts both layouts into force, the US one first.
    pub(crate) fn new(desktop: &Desktop) -> Result<Self> {
        desktop.set_layout("us,ru")?;
        Ok(Self { is_russian: false, clip: Clip::own(desktop)? })
    }

    /// Presses the keys of a stroke.
    pub(crate) fn take(&mut self, desktop: &Desktop, stroke: &Stroke) -> Result<()> {
        match stroke {
            Stroke::Sign(sign) => self.sign(desktop, *sign),
            Stroke::Paste(text) => {
                self.clip.put(text)?;
                desktop.press_with(&[Key::Control], Key::Us('v'))
            }
            Stroke::Backspace => desktop.key(Key::Backspace),
            Stroke::Tab => desktop.key(Key::Tab),
            Stroke::BackTab => desktop.press_with(&[Key::Shift], Key::Tab),
            Stroke::Enter => desktop.key(Key::Enter),
            Stroke::Escape => desktop.key(Key::Escape),
            Stroke::F2 => desktop.key(Key::F(2)),
            Stroke::Again | Stroke::Look => Ok(()),
            Stroke::Tap(target) => desktop.tap(place(*target)?),
        }
    }

    fn sign(&mut self, desktop: &Desktop, sign: char) -> Result<()> {
        let lower = sign.to_lowercase().next().unwrap_or(sign);
        let (russian, us) = RUSSIAN;
        let key = russian.chars().position(|other| other == lower).and_then(|at| us.chars().nth(at));
        let is_russian = key.is_some();
        // Digits are where they are in both.
        if !sign.is_ascii_digit() && is_russian != self.is_russian {
            desktop.switch_layout()?;
            self.is_russian = is_russian;
        }
        match key {
            Some(key) if lower == sign => desktop.key(Key::Us(key)),
            Some(key) => desktop.press_with(&[Key::Shift], Key::Us(key)),
            None => desktop.type_text_us(&sign.to_string()),
        }
    }
}

/// Where something stands on a kiosk's screen of 1920 by 1080.
fn place(target: Target) -> Result<(i16, i16)> {
    Ok(match target {
        Target::Join => (960, 747),
        Target::Next => (1240, 1025),
        Target::Consent => (556, 386),
        Target::Done => (960, 1025),
        Target::Digit('0') => (960, 906),
        Target::Digit(digit) => {
            let at = i16::try_from(digit.to_digit(10).ok_or("no digit")?)? - 1;
            (777 + at % 3 * 183, 617 + at / 3 * 97)
        }
    })
}
