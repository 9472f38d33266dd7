//! A customer at a kiosk by nothing but the pointer: where things stand in Russian on a screen of 1024 by 768.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::desktop::{Desktop, Program, Result, Screenshot};
use super::shop::Shop;

pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
const PIN: &str = "483920";
/// The program takes a press sooner after a page has turned for the echo of the one before.
const SETTLES: Duration = Duration::from_millis(400);
/// The part of the bar above that says which page shows: where one can start over, and the steps.
const BAR: (u16, u16) = (640, 72);

/// Where a finger goes.
pub(crate) type Place = (i16, i16);

pub(crate) const JOIN: Place = (512, 562);
/// The first button of the bar below: on, and on the last page "yes".
pub(crate) const NEXT: Place = (740, 723);
pub(crate) const START_OVER: Place = (141, 36);
/// The box that must be ticked.
pub(crate) const CONSENT: Place = (300, 284);
/// The other letters.
pub(crate) const SWITCH: Place = (75, 637);
const DIGITS: [&str; 4] = ["123", "456", "789", " 0 "];
/// The middle of the key left above, and from one key to the next.
const FIRST_DIGIT: Place = (381, 426);
const DIGIT_PITCH: Place = (130, 69);
/// Each row of letters: where the first stands, and from one to the next.
const LETTERS: [(&str, Place, i16); 3] =
    [("йцукенгшщзхъ", (54, 452), 83), ("фывапролджэё", (54, 514), 83), ("ячсмитьбю", (179, 576), 83)];

/// A kiosk at its customers' disposal, set up against a sandbox in another process.
pub(crate) struct Kiosk {
    taps: Cell<usize>,
    // Dropped in this order: the program first, its screen last.
    pub(crate) program: Program,
    pub(crate) openbox: Program,
    pub(crate) shop: Shop,
    pub(crate) desktop: Desktop,
}

impl Kiosk {
    /// Opens a kiosk with changes to its profile, on a screen whose programs have `variables` in their environment.
    pub(crate) fn open(
        binary: &str,
        desktop: Desktop,
        variables: &[(&str, String)],
        change: impl FnOnce(&mut Value),
    ) -> Result<Self> {
        let session = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/openbox/rc.xml");
        let openbox = desktop.start_openbox(&session)?;
        let shop = Shop::open_kiosk_with(binary, PIN, change)?;
        let mut command = shop.window(&desktop);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let program = Program::start(&mut command)?;
        let window = desktop.wait_for_window_of(&program, PATIENCE)?;
        let is_full = || Ok((desktop.stand(window)? == desktop.full()).then_some(()));
        desktop.wait_for("the window to be full", PATIENCE, is_full)?;
        let drawn = || Ok((!desktop.screenshot()?.is_blank()).then_some(()));
        desktop.wait_for("the invitation", PATIENCE, drawn)?;
        desktop.wait_until_still(PATIENCE)?;
        Ok(Self { taps: Cell::default(), program, openbox, shop, desktop })
    }

    /// The screen that the kiosk's places are of.
    pub(crate) fn screen() -> Result<Desktop> {
        Desktop::start(1024, 768)
    }

    /// How often the screen was tapped.
    pub(crate) fn taps(&self) -> usize {
        self.taps.get()
    }

    /// Taps a place once.
    pub(crate) fn tap(&self, (x, y): Place) -> Result<()> {
        self.taps.set(self.taps.get() + 1);
        self.desktop.click(x, y)
    }

    /// Taps what leads to another page, and waits until that stands.
    pub(crate) fn turn(&self, place: Place) -> Result<()> {
        let before = bar(&self.desktop.wait_until_still(PATIENCE)?);
        self.tap(place)?;
        self.await_turn(&before)
    }

    /// Presses Enter on a keyboard that is plugged in, and waits until another page stands.
    pub(crate) fn turn_by_enter(&self) -> Result<()> {
        let before = bar(&self.desktop.wait_until_still(PATIENCE)?);
        self.desktop.key(super::desktop::Key::Enter)?;
        self.await_turn(&before)
    }

    fn await_turn(&self, before: &[u8]) -> Result<()> {
        let is_turned = || Ok((bar(&self.desktop.screenshot()?) != before).then_some(()));
        self.desktop.wait_for("the page to turn", PATIENCE, is_turned)?;
        self.desktop.wait_until_still(PATIENCE)?;
        Desktop::pass(SETTLES);
        Ok(())
    }

    /// Taps digits on the pad.
    pub(crate) fn tap_digits(&self, digits: &str) -> Result<()> {
        digits.chars().try_for_each(|digit| self.tap(digit_key(digit)?))
    }

    /// Taps letters on the Russian keyboard; capitals come by themselves.
    pub(crate) fn tap_letters(&self, text: &str) -> Result<()> {
        text.to_lowercase().chars().try_for_each(|letter| self.tap(letter_key(letter)?))
    }

    /// What a sandbox saw of signups, oldest first.
    pub(crate) fn signups(&self) -> Result<Vec<Value>> {
        Ok(self.shop.ledger()?.into_iter().filter(|entry| entry["path"] == "/customer-signups").collect())
    }
}

/// The pixels that tell one page from another.
pub(crate) fn bar(screen: &Screenshot) -> Vec<u8> {
    let (width, height) = BAR;
    let line = |y: u16| 3 * usize::from(y) * usize::from(screen.width);
    let rows = (0..height).filter_map(|y| screen.rgb.get(line(y)..line(y) + 3 * usize::from(width)));
    rows.flatten().copied().collect()
}

fn digit_key(digit: char) -> Result<Place> {
    let found = (0_i16..).zip(DIGITS).find_map(|(row, digits)| {
        let (column, _) = (0_i16..).zip(digits.chars()).find(|(_, other)| *other == digit)?;
        Some((FIRST_DIGIT.0 + column * DIGIT_PITCH.0, FIRST_DIGIT.1 + row * DIGIT_PITCH.1))
    });
    found.ok_or_else(|| format!("no key for {digit:?}").into())
}

fn letter_key(letter: char) -> Result<Place> {
    let found = LETTERS.iter().find_map(|(letters, (x, y), pitch)| {
        let (column, _) = (0_i16..).zip(letters.chars()).find(|(_, other)| *other == letter)?;
        Some((x + column * pitch, *y))
    });
    found.ok_or_else(|| format!("no key for {letter:?}").into())
}

/// Words of the program in Russian, without variables.
pub(crate) fn words(id: &str) -> Result<&'static str> {
    const TEXTS: [&str; 2] = [include_str!("../../i18n/ru/kiosk.ftl"), include_str!("../../i18n/ru/consent.ftl")];
    let mut lines = TEXTS.iter().flat_map(|texts| texts.lines());
    let found = lines.find_map(|line| line.strip_prefix(id)?.strip_prefix(" = "));
    found.ok_or_else(|| format!("no text {id}").into())
}
