//! The escape matrix: keys, wishes of the window manager, other windows, and chance.

use std::fs;
use std::time::Duration;

use super::desktop::{Desktop, Key, Program};
use super::{Kiosk, PATIENCE, Result, session};

const MODIFIERS: [Key; 4] = [Key::Shift, Key::Control, Key::Alt, Key::Super];

/// One of the sixteen sets of modifiers.
fn modifier_set(number: usize) -> Vec<Key> {
    MODIFIERS.into_iter().enumerate().filter(|(bit, _)| number & (1 << bit) != 0).map(|(_, key)| key).collect()
}

#[test]
fn the_packaged_session_binds_no_key_and_no_button() -> Result<()> {
    let session = fs::read_to_string(session())?;
    for binding in ["<keybind", "<mousebind", "<context", "<action", "chainQuitKey", "<file>"] {
        assert!(!session.contains(binding), "{binding}");
    }
    Ok(())
}

#[test]
fn no_key_with_any_set_of_modifiers_leads_out() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    for number in 0..16 {
        let held = modifier_set(number);
        // Every code there is, whether a key of this keyboard has it or not.
        for code in 9..=255 {
            kiosk.desktop.press_code(&held, code)?;
        }
        kiosk.assert_held(&format!("every key with {held:?}"))?;
    }
    Ok(())
}

/// Something done to a window.
type Act = fn(&Desktop, u32) -> Result<()>;

#[test]
fn whatever_is_done_to_the_window_it_stays_or_comes_back() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    let window = kiosk.window;
    let acts: [(&str, Act); 12] = [
        ("a wish to close", |desktop, window| desktop.close(window)),
        ("a wish to close by its manager", |desktop, window| desktop.wish(window, "_NET_CLOSE_WINDOW", [0; 5])),
        ("iconifying", |desktop, window| desktop.iconify(window)),
        ("hiding", |desktop, window| desktop.wish_state(window, "hidden", true)),
        ("leaving full screen", |desktop, window| desktop.wish_state(window, "fullscreen", false)),
        ("leaving the top", |desktop, window| desktop.wish_state(window, "above", false)),
        ("shading", |desktop, window| desktop.wish_state(window, "shaded", true)),
        ("maximising", |desktop, window| desktop.wish_state(window, "maximized_vert", true)),
        ("moving and resizing", |desktop, window| {
            desktop.wish(window, "_NET_MOVERESIZE_WINDOW", [0xf00, 50, 60, 400, 300])
        }),
        ("moving and resizing unasked", |desktop, window| desktop.configure(window, (40, 40, 300, 200))),
        ("lowering", |desktop, window| desktop.lower(window)),
        ("going to another desktop", |desktop, window| desktop.wish(window, "_NET_WM_DESKTOP", [1, 2, 0, 0, 0])),
    ];
    // Twice: what has come back once must do so again.
    for round in ["", " once more"] {
        for (name, act) in acts {
            act(&kiosk.desktop, window)?;
            kiosk.assert_held(&format!("{name}{round}"))?;
        }
    }
    for _ in 0..100 {
        kiosk.desktop.close(window)?;
    }
    kiosk.assert_held("a hundred wishes to close")
}

#[test]
fn another_window_takes_neither_the_keyboard_nor_the_screen_for_long() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    let stranger = kiosk.desktop.open_stranger()?;
    kiosk.assert_held("a stranger's window")?;
    for round in 0..5 {
        kiosk.desktop.let_grab(&stranger)?;
        kiosk.assert_held(&format!("grab {round} of a stranger"))?;
    }
    drop(stranger);
    kiosk.assert_held("a stranger that went away")
}

/// Random numbers that are the same for the same seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn place(&mut self, kiosk: &Kiosk) -> Result<(i16, i16)> {
        let (.., width, height) = kiosk.desktop.full().place;
        Ok((i16::try_from(self.roll(width.into()))?, i16::try_from(self.roll(height.into()))?))
    }
}

fn setting(name: &str, usual: u64) -> Result<u64> {
    std::env::var(name).map_or(Ok(usual), |value| Ok(value.parse()?))
}

/// One touch, key, turn of a wheel, or wish of the manager.
fn act_at_random(kiosk: &Kiosk, dice: &mut Dice) -> Result<()> {
    let desktop = &kiosk.desktop;
    match dice.roll(100) {
        0..50 => {
            let (x, y) = dice.place(kiosk)?;
            desktop.move_to(x, y)?;
            desktop.press_button(1)
        }
        50..60 => {
            let (x, y) = dice.place(kiosk)?;
            desktop.move_to(x, y)?;
            desktop.press_button(u8::try_from(1 + dice.roll(9))?)
        }
        60..97 => {
            let held = if dice.roll(2) == 0 { Vec::new() } else { modifier_set(usize::try_from(dice.roll(16))?) };
            desktop.press_code(&held, u8::try_from(9 + dice.roll(247))?)
        }
        97 => desktop.close(kiosk.window),
        98 => desktop.iconify(kiosk.window),
        _ => desktop.wish_state(kiosk.window, "fullscreen", false),
    }
}

#[test]
fn thousands_of_random_touches_and_keys_lead_nowhere() -> Result<()> {
    let (acts, seed) = (setting("MONKEY_ACTS", 10_000)?, setting("MONKEY_SEED", 1)?);
    let mut kiosk = Kiosk::open()?;
    let mut dice = Dice(seed);
    for act in 0..acts {
        act_at_random(&kiosk, &mut dice)?;
        if act % 250 == 249 {
            kiosk.assert_held(&format!("act {act} of seed {seed}"))?;
        }
    }
    // No key is left held, and it still draws.
    kiosk.desktop.wait_until_still(PATIENCE)?;
    kiosk.assert_held("all of it")?;
    println!("{acts} acts of seed {seed}: {:?}", kiosk.stand()?);
    Ok(())
}

#[test]
fn a_second_start_beside_a_kiosk_opens_nothing() -> Result<()> {
    let mut kiosk = Kiosk::open()?;
    kiosk.wait_until_full("the start")?;
    let mut second = Program::start(&mut kiosk.shop.window(&kiosk.desktop))?;
    // Of itself: a notice would stay for ten seconds, and be found below.
    let status = kiosk.desktop.wait_for("the second start to end", PATIENCE, || {
        let opened = kiosk.desktop.wait_for_window_of(&second, Duration::ZERO);
        assert!(opened.is_err(), "it opened a window");
        Ok((!second.is_running()?).then_some(()))
    });
    status?;
    assert_eq!(second.wait(PATIENCE)?.code(), Some(25));
    kiosk.assert_held("a second start")
}
