//! Runs the program under ptrace, looks at every system call of every thread, and kills or fails it at any of them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{IoSliceMut, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// What happens to a system call that is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is made.
    Go,
    /// The whole program is killed before it.
    Kill,
    /// It is not made, and fails with this error.
    Fail(Errno),
}

/// Looks at system calls as they come.
pub(crate) trait Watch {
    /// Before a call.
    fn enter(&mut self, call: &Call) -> Verdict;

    /// After a call that was made; `result` is negative for an error.
    fn leave(&mut self, _call: &Call, _result: i64) {}
}

/// One system call of one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) thread: Pid,
    pub(crate) number: i64,
    pub(crate) args: [u64; 6],
}

/// How a run ended and what it had said.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// None if it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Call {
    /// What a descriptor of the program stands for, as the system names it.
    pub(crate) fn target(&self, argument: usize) -> PathBuf {
        let descriptor = as_descriptor(self.args[argument]);
        fs::read_link(format!("/proc/{}/fd/{descriptor}", self.thread)).unwrap_or_default()
    }

    /// Which file that is, whatever its name: device and number.
    pub(crate) fn identity(&self, argument: usize) -> Option<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        let descriptor = as_descriptor(self.args[argument]);
        let found = fs::metadata(format!("/proc/{}/fd/{descriptor}", self.thread)).ok()?;
        Some((found.dev(), found.ino()))
    }

    /// Where the next write to a descriptor goes.
    pub(crate) fn position(&self, argument: usize) -> u64 {
        let descriptor = as_descriptor(self.args[argument]);
        let text = fs::read_to_string(format!("/proc/{}/fdinfo/{descriptor}", self.thread)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("pos:")).unwrap();
        line.trim().parse().unwrap()
    }

    /// A path among the arguments.
    pub(crate) fn path(&self, argument: usize) -> PathBuf {
        let mut bytes = Vec::new();
        let mut at = self.args[argument];
        // In small steps: the page behind the text may not be there.
        loop {
            let step = self.memory(at, 256 - at % 256);
            match step.iter().position(|byte| *byte == 0) {
                Some(end) => {
                    bytes.extend_from_slice(&step[..end]);
                    return PathBuf::from(String::from_utf8(bytes).unwrap());
                }
                None => bytes.extend_from_slice(&step),
            }
            at += step.len() as u64;
        }
    }

    /// So many bytes of the program's memory.
    pub(crate) fn memory(&self, at: u64, length: u64) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(length).unwrap()];
        if bytes.is_empty() {
            return bytes;
        }
        let remote = RemoteIoVec { base: usize::try_from(at).unwrap(), len: bytes.len() };
        let read = process_vm_readv(self.thread, &mut [IoSliceMut::new(&mut bytes)], &[remote]).unwrap();
        assert_eq!(read, bytes.len(), "the program's memory can be read");
        bytes
    }

    /// The bytes of a `write`, `pwrite64`, `sendto` or `writev`.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if self.number != libc::SYS_writev {
            return self.memory(self.args[1], self.args[2]);
        }
        let word = |at: u64| u64::from_le_bytes(self.memory(at, 8).try_into().unwrap());
        let pieces = (0..self.args[2]).map(|n| self.args[1] + n * 16);
        pieces.flat_map(|at| self.memory(word(at), word(at + 8))).collect()
    }
}

fn as_descriptor(argument: u64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a descriptor is the lower half of its register")]
    let descriptor = argument as i32;
    descriptor
}

/// Runs a program to its end, and shows every system call to `watch`.
#[expect(clippy::zombie_processes, reason = "the tracer waits for it")]
pub(crate) fn run(command: &Command, watch: &mut dyn Watch) -> Ended {
    // The shell waits until it is watched, and becomes the program.
    let mut waiting = Command::new("/bin/sh");
    waiting.args(["-c", "read _; exec \"$@\"", "sh"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => waiting.env(name, value),
            None => waiting.env_remove(name),
        };
    }
    waiting.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = waiting.spawn().unwrap();
    let main = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(main, options).unwrap();
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    let code = Tracer { main, inside: BTreeSet::new(), failing: Vec::new(), is_killed: false }.follow(watch);
    let mut ended = Ended { code, stdout: String::new(), stderr: String::new() };
    child.stdout.take().unwrap().read_to_string(&mut ended.stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut ended.stderr).unwrap();
    ended
}

struct Tracer {
    main: Pid,
    /// Threads that are inside a call.
    inside: BTreeSet<Pid>,
    /// Calls that are made to fail, and how.
    failing: Vec<(Pid, Errno)>,
    /// From then on its memory may be gone at any moment.
    is_killed: bool,
}

impl Tracer {
    /// The exit code; none after a kill.
    fn follow(mut self, watch: &mut dyn Watch) -> Option<i32> {
        let mut code = None;
        loop {
            // Only what this thread started: other tests have programs of their own.
            match waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD)) {
                Err(Errno::ECHILD) => return code,
                Ok(WaitStatus::Exited(pid, status)) if pid == self.main => code = Some(status),
                Ok(WaitStatus::PtraceEvent(pid, _, event)) => {
                    if event == libc::PTRACE_EVENT_EXEC {
                        self.inside.insert(pid);
                    }
                    resume(pid, None);
                }
                Ok(WaitStatus::PtraceSyscall(pid)) => {
                    self.call(pid, watch);
                    resume(pid, None);
                }
                Ok(WaitStatus::Stopped(pid, signal)) => resume(pid, Some(signal)),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => panic!("the program cannot be waited for: {error}"),
            }
        }
    }

    fn call(&mut self, thread: Pid, watch: &mut dyn Watch) {
        if self.is_killed {
            return;
        }
        let Ok(mut registers) = ptrace::getregs(thread) else {
            return;
        };
        let args = [registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9];
        let call = Call { thread, number: registers.orig_rax.cast_signed(), args };
        if self.inside.remove(&thread) {
            if let Some(at) = self.failing.iter().position(|(failing, _)| *failing == thread) {
                let (_, error) = self.failing.remove(at);
                registers.rax = (-i64::from(error as i32)).cast_unsigned();
                let _ = ptrace::setregs(thread, registers);
            } else {
                watch.leave(&call, registers.rax.cast_signed());
            }
            return;
        }
        self.inside.insert(thread);
        match watch.enter(&call) {
            Verdict::Go => {}
            Verdict::Kill => {
                self.is_killed = true;
                kill(self.main, Signal::SIGKILL).unwrap();
            }
            Verdict::Fail(error) => {
                // No call has this number: nothing is done.
                registers.orig_rax = u64::MAX;
                if ptrace::setregs(thread, registers).is_ok() {
                    self.failing.push((thread, error));
                }
            }
        }
    }
}

fn resume(thread: Pid, signal: Option<Signal>) {
    // It may have been killed meanwhile.
    let _ = ptrace::syscall(thread, signal);
}
