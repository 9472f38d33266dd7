//! Makes a program slow, as an old or busy machine would: all its threads stand still for a while.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::desktop::Result;

/// The time that is shared out, as under a quota of the kernel.
const PERIOD: Duration = Duration::from_millis(100);

/// Holds a program; lets go of it when dropped.
pub(crate) struct Brake {
    pid: Pid,
    share: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Brake {
    pub(crate) fn new(pid: u32) -> Result<Self> {
        Ok(Self { pid: Pid::from_raw(pid.try_into()?), share: None })
    }

    /// The program stands still until it is let go of.
    pub(crate) fn stop(&mut self) {
        send(self.pid, Signal::SIGSTOP);
    }

    /// The program has so many hundredths of the time until it is let go of.
    pub(crate) fn leave(&mut self, percent: u64) {
        if percent >= 100 {
            return;
        }
        let runs = Duration::from_millis(percent);
        let is_over = Arc::new(AtomicBool::new(false));
        let (pid, watched) = (self.pid, Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            while !watched.load(Ordering::Relaxed) {
                send(pid, Signal::SIGSTOP);
                thread::sleep(PERIOD.saturating_sub(runs));
                send(pid, Signal::SIGCONT);
                thread::sleep(runs);
            }
        });
        self.share = Some((is_over, thread));
    }

    /// The program has all the time there is.
    pub(crate) fn let_go(&mut self) {
        if let Some((is_over, thread)) = self.share.take() {
            is_over.store(true, Ordering::Relaxed);
            // It cannot panic.
            let _ = thread.join();
        }
        send(self.pid, Signal::SIGCONT);
    }
}

impl Drop for Brake {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// A program that has ended needs no brake; the test finds out by itself.
fn send(pid: Pid, signal: Signal) {
    let _ = kill(pid, signal);
}
