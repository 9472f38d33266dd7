//! What a real window costs beside the least one there is: its start, its rest, its memory.
//!
//! Both are looked at from outside and in the same way, on a virtual screen of their own.

#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

#[path = "../tests/support/desktop.rs"]
mod desktop;
#[path = "support/figures.rs"]
mod figures;
#[path = "../tests/support/shop.rs"]
mod shop;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use desktop::frames::Frames;
use desktop::{Desktop, Program, Result, example};
use figures::{heading, median, millis, ratio, row};
use shop::Shop;

const RUNS: usize = 15;
const WARM_UP: usize = 2;
const REST: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

/// The two programs that are compared.
struct Contest {
    shop: Shop,
    bare: PathBuf,
    desktop: Desktop,
}

/// How a program came up.
#[derive(Default)]
struct Starts {
    times: Vec<Duration>,
    ticks: Vec<u64>,
}

/// What the system counts for a process.
struct Usage {
    /// Hundredths of a second on a processor, all threads.
    ticks: u64,
    /// How often one of its threads went to sleep and was woken again.
    wakes: u64,
    resident_kib: u64,
    anonymous_kib: u64,
}

fn main() -> Result<()> {
    let contest = Contest {
        shop: Shop::open(env!("CARGO_BIN_EXE_swip-kiosk"))?,
        bare: example("bare")?,
        desktop: Desktop::start(1280, 800)?,
    };
    contest.start()?;
    contest.rest()
}

impl Contest {
    fn commands(&self) -> [Command; 2] {
        [self.shop.window(&self.desktop), self.desktop.command(&self.bare)]
    }

    /// From the start of the process to the first frame on the screen.
    fn start(&self) -> Result<()> {
        let mut starts = [Starts::default(), Starts::default()];
        for round in 0..WARM_UP + RUNS {
            for (mut command, starts) in self.commands().into_iter().zip(&mut starts) {
                let (time, ticks) = self.first_frame(&mut command)?;
                if round >= WARM_UP {
                    starts.times.push(time);
                    starts.ticks.push(ticks);
                }
            }
        }
        let [ours, bare] = starts.map(|mut starts| (median(&mut starts.times), median(&mut starts.ticks)));
        heading(&format!("start to first frame: {RUNS} interleaved runs, medians"));
        row("swip-kiosk", &start_words(ours), "");
        row("bare window", &start_words(bare), "");
        row("ratio", &ratio(ours.0.as_secs_f64(), bare.0.as_secs_f64()), "at most 1.30x");
        Ok(())
    }

    fn first_frame(&self, command: &mut Command) -> Result<(Duration, u64)> {
        self.desktop
            .wait_for("the screen to be empty", PATIENCE, || Ok(self.desktop.screenshot()?.is_blank().then_some(())))?;
        let mut frames = Frames::watch(&self.desktop)?;
        let start = Instant::now();
        let mut program = Program::start(command)?;
        frames.wait_until_drawn(PATIENCE)?;
        let time = start.elapsed();
        let ticks = usage(&program)?.ticks;
        program.kill()?;
        Ok((time, ticks))
    }

    /// Ten seconds of nothing, with the keyboard in the box.
    fn rest(&self) -> Result<()> {
        let mut memory = Vec::new();
        heading(&format!("at rest for {} s, the box focused", REST.as_secs()));
        for (name, mut command) in ["swip-kiosk", "bare window"].into_iter().zip(self.commands()) {
            let program = Program::start(&mut command)?;
            let window = self.desktop.wait_for_window_of(&program, PATIENCE)?;
            self.desktop.focus(window)?;
            self.desktop.wait_until_still(PATIENCE)?;
            thread::sleep(Duration::from_secs(1));
            let mut frames = Frames::watch(&self.desktop)?;
            let before = usage(&program)?;
            thread::sleep(REST);
            let (drawn, after) = (frames.count()?, usage(&program)?);
            let (ticks, wakes) = (after.ticks - before.ticks, after.wakes - before.wakes);
            let figure = format!("{drawn} frames, {ticks} ticks, {wakes} wakes");
            row(name, &figure, if memory.is_empty() { "0 frames" } else { "" });
            memory.push(after);
        }
        let [ours, bare] = memory.as_slice() else {
            return Err("two programs are compared".into());
        };
        heading("memory at rest");
        let words =
            |usage: &Usage| format!("{} MiB, {} MiB of its own", mib(usage.resident_kib), mib(usage.anonymous_kib));
        row("swip-kiosk", &words(ours), "");
        row("bare window", &words(bare), "");
        row("ratio, resident", &kib_ratio(ours.resident_kib, bare.resident_kib), "at most 1.30x");
        row("ratio, of its own", &kib_ratio(ours.anonymous_kib, bare.anonymous_kib), "");
        Ok(())
    }
}

fn start_words((time, ticks): (Duration, u64)) -> String {
    format!("{}, {} ms of processor", millis(time), 10 * ticks)
}

fn mib(kib: u64) -> String {
    format!("{}.{}", kib / 1024, kib % 1024 * 10 / 1024)
}

#[expect(clippy::cast_precision_loss, reason = "no process has that much memory")]
fn kib_ratio(ours: u64, bare: u64) -> String {
    ratio(ours as f64, bare as f64)
}

fn usage(program: &Program) -> Result<Usage> {
    let folder = PathBuf::from(format!("/proc/{}", program.id()));
    let stat = fs::read_to_string(folder.join("stat"))?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, numbers) = stat.rsplit_once(") ").ok_or("no statistics")?;
    let numbers: Vec<&str> = numbers.split(' ').collect();
    let ticks = |index: usize| numbers.get(index).and_then(|number| number.parse::<u64>().ok());
    let status = fs::read_to_string(folder.join("status"))?;
    let mut wakes = 0;
    for thread in fs::read_dir(folder.join("task"))? {
        wakes += figure(&fs::read_to_string(thread?.path().join("status"))?, "voluntary_ctxt_switches")?;
    }
    Ok(Usage {
        // User and system time, the 14th and 15th of all the numbers.
        ticks: ticks(11).zip(ticks(12)).map(|(user, system)| user + system).ok_or("no processor time")?,
        wakes,
        resident_kib: figure(&status, "VmRSS")?,
        anonymous_kib: figure(&status, "RssAnon")?,
    })
}

/// A number of what the system tells about a process or a thread.
fn figure(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).ok_or("no such figure")?)
}
