//! Slow machines: what was typed is what SWiP gets, while the program gets a quarter of the time, or none for a moment.
//!
//! Random scripts are typed in a real window beside an ideal one. Needs Xvfb, setxkbmap and openbox:
//! `cargo test --features real-window --test slow_till`. `SLOW_TILL_SCRIPTS=400` and `SLOW_TILL_CUSTOMERS=100` make
//! the tests that long, `SLOW_TILL_FROM=40` begins with another script, and `SLOW_TILL_SEED=7` stalls at other moments.
//! `SLOW_TILL_PAIRS=34` presses so many pairs of Enters at each speed and size, `SLOW_TILL_SEEN_MS=250` the second ones
//! that are meant so soon.
#![cfg(all(feature = "real-window", target_os = "linux"))]

#[path = "support/brake.rs"]
mod brake;
#[path = "support/clip.rs"]
mod clip;
#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/kiosk.rs"]
mod kiosk;
#[path = "support/shop.rs"]
mod shop;
#[path = "support/till.rs"]
mod till;
#[path = "support/typist.rs"]
mod typist;

use std::time::Duration;

use brake::Brake;
use desktop::{Desktop, Key, Program, Result, Stopwatch};
use fastrand::Rng;
use kiosk::Kiosk;
use serde_json::Value;
use shop::Shop;
use till::{Customer, Ideal, Sent, Stroke, Timed};
use typist::Typist;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long SWiP's sandbox may take to get what was typed.
const ANSWERS: Duration = Duration::from_secs(10);
const BINARY: &str = env!("CARGO_BIN_EXE_swip-kiosk");
/// How many scripts each test of a counter types, and how many customers come to a kiosk.
const SCRIPTS: u64 = 12;
const CUSTOMERS: u64 = 4;
/// How many pairs of Enters of each kind, for each speed and size.
const PAIRS: u64 = 1;
const FULL_HD: (u16, u16) = (1920, 1080);
const ULTRA_HD: (u16, u16) = (3840, 2160);
/// For so many milliseconds at least a form that is to be confirmed has been there.
const SEEN_MS: u64 = 300;
const GLANCE: Duration = Duration::from_millis(20);
/// A finger that bounces presses again within this.
const BOUNCES_FOR: Duration = Duration::from_millis(200);
/// How long somebody looks before the next key, on top of a window that stands still.
const LOOKS_FOR: Duration = Duration::from_millis(600);
/// A kiosk shows no answer sooner.
const NO_SOONER: Duration = Duration::from_millis(1_500);

/// How the machine is slow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slowness {
    /// It stands still now and then, and gets what was typed meanwhile at once.
    Stalls,
    /// It has so many hundredths of the time, always.
    Share(u64),
}

/// A program on a slow machine, and the person before it.
struct Till {
    slowness: Slowness,
    rng: Rng,
    /// Strokes until the machine stands still again, or goes on.
    strokes_left: u32,
    typist: Typist,
    /// The last stroke, and the time since.
    last: (Stroke, Stopwatch),
    brake: Brake,
    // Dropped in this order: the programs first, their screen last.
    program: Program,
    _openbox: Option<Program>,
    shop: Shop,
    desktop: Desktop,
}

fn number_from(variable: &str, otherwise: u64) -> Result<u64> {
    std::env::var(variable).map_or(Ok(otherwise), |text| Ok(text.parse()?))
}

impl Till {
    fn open(slowness: Slowness, (width, height): (u16, u16)) -> Result<Self> {
        let desktop = Desktop::start(width, height)?;
        let shop = Shop::open(BINARY)?;
        let program = Program::start(&mut shop.window(&desktop))?;
        let window = desktop.wait_for_window_of(&program, PATIENCE)?;
        desktop.configure(window, (0, 0, width.into(), height.into()))?;
        desktop.focus(window)?;
        desktop.wait_until_still(PATIENCE)?;
        Self::new(slowness, desktop, shop, program, None)
    }

    fn open_kiosk(slowness: Slowness) -> Result<Self> {
        let desktop = Desktop::start(FULL_HD.0, FULL_HD.1)?;
        let Kiosk { program, openbox, shop, desktop, .. } = Kiosk::open(BINARY, desktop, &[], |_| ())?;
        Self::new(slowness, desktop, shop, program, Some(openbox))
    }

    fn new(
        slowness: Slowness,
        desktop: Desktop,
        shop: Shop,
        program: Program,
        openbox: Option<Program>,
    ) -> Result<Self> {
        let typist = Typist::new(&desktop)?;
        let mut brake = Brake::new(program.id())?;
        if let Slowness::Share(percent) = slowness {
            brake.leave(percent);
        }
        let rng = Rng::with_seed(number_from("SLOW_TILL_SEED", 1)?);
        let last = (Stroke::Look, Stopwatch::start());
        Ok(Self { slowness, rng, strokes_left: 0, typist, last, brake, program, _openbox: openbox, shop, desktop })
    }

    /// What SWiP got, from some entry on.
    fn got(&self, from: usize) -> Result<Vec<Sent>> {
        self.shop.ledger()?.iter().skip(from).map(sent).collect()
    }

    /// Waits until SWiP has got and answered so many requests, and looks at the window; whether they came.
    fn look(&mut self, least: usize) -> Result<bool> {
        self.brake.let_go();
        let mut is_done = || {
            let entries = self.shop.ledger()?;
            let is_done = entries.len() >= least && entries.iter().all(|entry| entry["answer"] != "pending");
            Ok(is_done.then_some(()))
        };
        // If it never comes, that is a difference to be told of at the end.
        let is_done = self.desktop.wait_for(&format!("{least} answers"), ANSWERS, &mut is_done).is_ok();
        self.desktop.wait_until_done(&self.program, PATIENCE)?;
        if let Slowness::Share(percent) = self.slowness {
            self.brake.leave(percent);
        }
        Desktop::pass(LOOKS_FOR);
        Ok(is_done)
    }

    /// Types a script; what should have been sent, and what was.
    fn play(&mut self, number: u64, ideal: &mut Ideal) -> Result<(Vec<Sent>, Vec<Sent>)> {
        let from = self.shop.ledger()?.len();
        for timed in till::script(number) {
            ideal.take(&timed.1);
            if !self.take(&timed, from + ideal.least_sent())? {
                break;
            }
        }
        Ok((ideal.take_sent(), self.got(from)?))
    }

    /// Does one thing; false if it is a look and SWiP did not get so many requests.
    fn take(&mut self, (pause, stroke): &Timed, least: usize) -> Result<bool> {
        if *stroke == Stroke::Look {
            self.strokes_left = 0;
            return self.look(least);
        }
        Desktop::pass(Duration::from_millis(*pause));
        if self.slowness == Slowness::Stalls {
            if self.strokes_left == 0 {
                self.brake.let_go();
                self.strokes_left = self.rng.u32(1..=12);
                if self.rng.bool() {
                    self.brake.stop();
                }
            }
            self.strokes_left -= 1;
        }
        if *stroke != Stroke::Again {
            self.last = (stroke.clone(), Stopwatch::start());
        } else if self.last.1.is_past(BOUNCES_FOR) {
            // This machine was too busy to let it bounce.
            return Ok(true);
        }
        self.typist.take(&self.desktop, &self.last.0)?;
        Ok(true)
    }
}

/// An entry of the sandbox's ledger.
fn sent(entry: &Value) -> Result<Sent> {
    let asked =
        |name: &str| entry["query"].as_array()?.iter().find(|pair| pair[0] == name)?[1].as_str().map(str::to_owned);
    Ok(match (asked("phone"), entry["body"].as_str()) {
        (Some(phone), _) => Sent::Lookup("phone", phone),
        (None, Some(body)) if !body.is_empty() => Sent::Signup(serde_json::from_str(body)?),
        _ => Sent::Lookup("pass", entry["query"][0][1].as_str().ok_or("neither a question nor a signup")?.to_owned()),
    })
}

/// Types scripts and tells every one of which SWiP did not get what was meant.
fn scripts(slowness: Slowness, first: u64) -> Result<()> {
    let mut till = Till::open(slowness, FULL_HD)?;
    let mut ideal = Ideal::new();
    let (first, count) = (number_from("SLOW_TILL_FROM", first)?, number_from("SLOW_TILL_SCRIPTS", SCRIPTS)?);
    let mut different = Vec::new();
    for number in first..first + count {
        let (meant, got) = till.play(number, &mut ideal)?;
        if !ideal.is_as_meant(&meant, &got) {
            let script = till::script(number);
            different.push(format!("script {number}: {script:?}\nmeant {meant:#?}\ngot {got:#?}"));
        }
        // The next script begins with nobody at the counter.
        till.desktop.key(Key::Escape)?;
        ideal.take(&Stroke::Escape);
        till.look(0)?;
    }
    assert!(different.is_empty(), "{} of {count} scripts\n{}", different.len(), different.join("\n\n"));
    Ok(())
}

/// Customers at a kiosk, each of whom signs up.
fn customers(slowness: Slowness, first: u64) -> Result<()> {
    let (first, count) = (number_from("SLOW_TILL_FROM", first)?, number_from("SLOW_TILL_CUSTOMERS", CUSTOMERS)?);
    let mut till = None;
    for number in first..first + count {
        // A kiosk stops at the tenth within an hour.
        if (number - first).is_multiple_of(CUSTOMERS) {
            till = None;
        }
        let till = match &mut till {
            Some(till) => till,
            none => none.insert(Till::open_kiosk(slowness)?),
        };
        let from = till.shop.ledger()?.len();
        let Customer { signs_up, leaves, signup } = till::customer(number);
        for timed in &signs_up {
            till.take(timed, 0)?;
        }
        Desktop::pass(NO_SOONER);
        till.look(from + 1)?;
        let got = till.got(from)?;
        if got != [Sent::Signup(signup.clone())] {
            till.desktop.save_png(std::env::temp_dir().join(format!("swip-kiosk-slow-{number}.png")))?;
            // Whoever comes next would find the page of this one.
            return Err(format!("script {number}: {signs_up:?}\nmeant {signup:#?}\ngot {got:#?}").into());
        }
        for timed in &leaves {
            till.take(timed, 0)?;
        }
    }
    Ok(())
}

impl Till {
    /// Types a customer whom nobody knows, presses Enter, and once more: a moment later as a bouncing finger does, or when the
    /// form has been there for a while. Whether somebody was signed up.
    fn press_twice(&mut self, phone: u64, is_meant: bool) -> Result<bool> {
        let from = self.shop.ledger()?.len();
        let seen = Duration::from_millis(number_from("SLOW_TILL_SEEN_MS", SEEN_MS)?);
        self.desktop.type_digits(&format!("916{phone:07}"))?;
        let typed = self.desktop.wait_until_unchanged(seen, PATIENCE)?;
        self.desktop.key(Key::Enter)?;
        if is_meant {
            let is_answered = || Ok((self.got(from)?.len() == 1).then_some(()));
            self.desktop.wait_for("the answer", PATIENCE, is_answered)?;
            let is_painted = || Ok((self.desktop.wait_until_unchanged(GLANCE, PATIENCE)? != typed).then_some(()));
            self.desktop.wait_for("the form", PATIENCE, is_painted)?;
            self.desktop.wait_until_done(&self.program, PATIENCE)?;
            Desktop::pass(seen);
        } else {
            Desktop::pass(Duration::from_millis(self.rng.u64(20..=140)));
        }
        self.desktop.key(Key::Enter)?;
        self.look(from + if is_meant { 2 } else { 1 })?;
        let is_signed_up = self.got(from)?.iter().any(|sent| matches!(sent, Sent::Signup(_)));
        self.desktop.key(Key::Escape)?;
        self.look(0)?;
        Ok(is_signed_up)
    }
}

#[test]
fn an_enter_that_bounces_signs_nobody_up_and_one_that_is_meant_does() -> Result<()> {
    let count = number_from("SLOW_TILL_PAIRS", PAIRS)?;
    let mut wrong = Vec::new();
    for size in [FULL_HD, ULTRA_HD] {
        for percent in [100, 50, 25] {
            let mut till = Till::open(Slowness::Share(percent), size)?;
            for pair in 0..count {
                for is_meant in [false, true] {
                    let phone = 1_000_000 + 2 * pair + u64::from(is_meant);
                    if till.press_twice(phone, is_meant)? != is_meant {
                        wrong.push(format!("pair {pair} at {percent} % of {size:?}, meant: {is_meant}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

#[test]
fn a_kiosk_that_stalls_sends_what_was_typed() -> Result<()> {
    customers(Slowness::Stalls, 3_000)
}

#[test]
fn a_kiosk_with_a_quarter_of_the_time_sends_what_was_typed() -> Result<()> {
    customers(Slowness::Share(25), 4_000)
}

#[test]
fn a_counter_that_stalls_sends_what_was_typed() -> Result<()> {
    scripts(Slowness::Stalls, 1_000)
}

#[test]
fn a_counter_with_a_quarter_of_the_time_sends_what_was_typed() -> Result<()> {
    scripts(Slowness::Share(25), 2_000)
}
