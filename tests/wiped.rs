//! Nothing of a customer who has gone is left in the memory of the program.
//!
//! Needs Xvfb, openbox, and root to look into the process: `cargo test --features real-window --test wiped`.
#![cfg(feature = "real-window")]
#![expect(clippy::disallowed_methods, reason = "a driver of a real program waits in real time")]

#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/kiosk.rs"]
mod kiosk;
#[path = "support/scan.rs"]
mod scan;
#[path = "support/shop.rs"]
mod shop;

use std::time::Duration;

use desktop::{Desktop, Key, Program, Result};
use kiosk::{CONSENT, JOIN, Kiosk, NEXT, START_OVER, bar};
use scan::found_in_memory;
use shop::Shop;

const PATIENCE: Duration = Duration::from_secs(20);
/// After this long nothing may be left.
const WIPED: Duration = Duration::from_secs(5);
/// In each form that it takes on its way: typed, shown, sent.
const PHONE: [&str; 4] = ["9167384519", "+7 916 738-45-19", "916 738-45-19", "916738451"];
const NAME: [&str; 2] = ["Quillowby", "Zephyrtine"];
const RUSSIAN_NAME: [&str; 2] = ["Щербогнев", "Крыжопеньев"];
/// Typed, shown, sent.
const BIRTHDAY: [&str; 3] = ["17031957", "17.03.1957", "1957-03-17"];
/// Once the answer has come, the last of the delivery is over within this.
const DELIVERY: Duration = Duration::from_mins(1);

/// What is there of the texts once it has had its time.
fn left(program: &Program, texts: &[&str]) -> Result<Vec<String>> {
    let start = std::time::Instant::now();
    loop {
        let found = found_in_memory(program.id(), texts)?;
        if found.is_empty() || start.elapsed() >= WIPED {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_customer_at_the_counter_leaves_nothing_behind() -> Result<()> {
    let desktop = Desktop::start(1280, 800)?;
    let shop = Shop::open(env!("CARGO_BIN_EXE_swip-kiosk"))?;
    let program = Program::start(&mut shop.window(&desktop))?;
    let window = desktop.wait_for_window_of(&program, PATIENCE)?;
    desktop.focus(window)?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.type_digits(PHONE[0])?;
    let typed = desktop.wait_until_still(PATIENCE)?;
    assert!(!found_in_memory(program.id(), &PHONE)?.is_empty(), "the search finds what is there");
    desktop.key(Key::Enter)?;
    desktop.wait_for("the lookup", PATIENCE, || Ok((!shop.ledger()?.is_empty()).then_some(())))?;
    desktop.wait_for_change(&typed, PATIENCE)?;
    let form = desktop.wait_until_still(PATIENCE)?;
    desktop.type_text_us(NAME[0])?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Tab)?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.type_text_us(NAME[1])?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Enter)?;
    desktop.wait_for_change(&form, PATIENCE)?;
    desktop.wait_for("the signup", PATIENCE, || Ok((shop.ledger()?.len() >= 2).then_some(())))?;
    desktop.wait_until_still(PATIENCE)?;
    desktop.key(Key::Escape)?;
    desktop.wait_until_still(PATIENCE)?;
    let texts = [&PHONE[..], &NAME[..]].concat();
    assert_eq!(left(&program, &texts)?, Vec::<String>::new());
    Ok(())
}

/// How a customer at a kiosk types.
#[derive(Clone, Copy)]
enum Typing {
    OnScreen,
    /// On a keyboard that is plugged in, in Latin letters.
    Plugged,
}

impl Typing {
    fn digits(self, kiosk: &Kiosk, digits: &str) -> Result<()> {
        match self {
            Self::OnScreen => kiosk.tap_digits(digits),
            Self::Plugged => kiosk.desktop.type_digits(digits),
        }
    }

    fn name(self, kiosk: &Kiosk, at: usize) -> Result<()> {
        match self {
            Self::OnScreen => kiosk.tap_letters(RUSSIAN_NAME[at]),
            Self::Plugged => kiosk.desktop.type_text_us(NAME[at]),
        }
    }

    /// What it would leave behind.
    fn texts(self) -> Vec<&'static str> {
        let name = match self {
            Self::OnScreen => RUSSIAN_NAME,
            Self::Plugged => NAME,
        };
        [&PHONE[..], &name[..], &BIRTHDAY[..]].concat()
    }

    fn next(self, kiosk: &Kiosk) -> Result<()> {
        kiosk.desktop.wait_until_still(PATIENCE)?;
        match self {
            Self::OnScreen => kiosk.turn(NEXT),
            Self::Plugged => kiosk.turn_by_enter(),
        }
    }

    /// From the invitation to the consents.
    fn fill(self, kiosk: &Kiosk) -> Result<()> {
        kiosk.turn(JOIN)?;
        self.digits(kiosk, PHONE[0])?;
        self.next(kiosk)?;
        self.name(kiosk, 0)?;
        self.next(kiosk)?;
        self.name(kiosk, 1)?;
        self.next(kiosk)?;
        self.digits(kiosk, BIRTHDAY[0])?;
        kiosk.desktop.wait_until_still(PATIENCE)?;
        let found = found_in_memory(kiosk.program.id(), &self.texts())?;
        assert!(!found.is_empty(), "the search finds what is there");
        self.next(kiosk)
    }
}

fn open_kiosk() -> Result<Kiosk> {
    Kiosk::open(env!("CARGO_BIN_EXE_swip-kiosk"), Kiosk::screen()?, &[], |_| ())
}

fn signs_up_at_a_kiosk(typing: Typing) -> Result<()> {
    let kiosk = open_kiosk()?;
    let invitation = bar(&kiosk.desktop.wait_until_still(PATIENCE)?);
    typing.fill(&kiosk)?;
    kiosk.tap(CONSENT)?;
    kiosk.turn(NEXT)?;
    kiosk.turn(NEXT)?;
    let answered = || Ok(kiosk.signups()?.first().filter(|entry| entry["answer"]["status"] == 204).map(|_| ()));
    kiosk.desktop.wait_for("the signup", PATIENCE, answered)?;
    let is_back = || Ok((bar(&kiosk.desktop.screenshot()?) == invitation).then_some(()));
    kiosk.desktop.wait_for("the invitation", DELIVERY, is_back)?;
    kiosk.desktop.wait_until_still(PATIENCE)?;
    assert_eq!(left(&kiosk.program, &typing.texts())?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_customer_who_signed_up_by_the_keys_on_the_screen_leaves_nothing_behind() -> Result<()> {
    signs_up_at_a_kiosk(Typing::OnScreen)
}

#[test]
fn a_customer_who_signed_up_by_a_plugged_keyboard_leaves_nothing_behind() -> Result<()> {
    signs_up_at_a_kiosk(Typing::Plugged)
}

#[test]
fn a_customer_who_starts_over_halfway_leaves_nothing_behind() -> Result<()> {
    let kiosk = open_kiosk()?;
    Typing::OnScreen.fill(&kiosk)?;
    kiosk.turn(START_OVER)?;
    assert_eq!(left(&kiosk.program, &Typing::OnScreen.texts())?, Vec::<String>::new());
    assert!(kiosk.signups()?.is_empty());
    Ok(())
}
