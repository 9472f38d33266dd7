//! The system calls that change something outside the program, counted over all of its threads.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;

use crate::tracer::{Call, Verdict, Watch};

/// Where in a run something happens to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plan {
    /// Nowhere: the points are listed.
    List,
    /// Killed before the point with this number, counted from 0.
    KillAt(usize),
    /// One point fails.
    FailAt(usize, Errno),
    /// Every point from this one on fails.
    FailFrom(usize, Errno),
}

/// Which calls are points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What changes a file, the network or standard output.
    Effects,
    /// What touches one of the station's files, reading too.
    Files,
}

/// Follows a run through its points.
pub(crate) struct Points {
    /// The folder of the station.
    pub(crate) folder: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) plan: Plan,
    /// Whether nobody listens where the program connects to.
    pub(crate) is_server_down: bool,
    /// What was passed, as call and target.
    pub(crate) passed: Vec<String>,
}

impl Points {
    fn name(&self, call: &Call) -> Option<String> {
        let number = call.number;
        let named = |name: &str, path: &Path| {
            let inside = path.strip_prefix(&self.folder).ok()?;
            Some(format!("{name} {}", inside.display()))
        };
        match number {
            libc::SYS_write | libc::SYS_writev | libc::SYS_pwrite64 | libc::SYS_sendto | libc::SYS_recvfrom => {
                let (name, target) = (name_of(number), call.target(0));
                if self.kind == Kind::Effects && call.args[0] == 1 {
                    return Some(format!("{name} stdout"));
                }
                if self.kind == Kind::Effects && target.to_string_lossy().starts_with("socket:") {
                    return Some(format!("{name} socket"));
                }
                named(name, &target)
            }
            libc::SYS_fsync | libc::SYS_fdatasync | libc::SYS_ftruncate => named(name_of(number), &call.target(0)),
            libc::SYS_read | libc::SYS_pread64 if self.kind == Kind::Files => named(name_of(number), &call.target(0)),
            libc::SYS_openat => {
                let creates = call.args[2] & u64::from((libc::O_CREAT | libc::O_TRUNC).cast_unsigned()) != 0;
                (creates || self.kind == Kind::Files).then(|| named("openat", &call.path(1)))?
            }
            libc::SYS_rename | libc::SYS_unlink | libc::SYS_mkdir | libc::SYS_link => {
                named(name_of(number), &call.path(0))
            }
            libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_unlinkat | libc::SYS_mkdirat | libc::SYS_linkat => {
                named(name_of(number), &call.path(1))
            }
            libc::SYS_connect | libc::SYS_shutdown | libc::SYS_exit_group if self.kind == Kind::Effects => {
                Some(name_of(number).to_owned())
            }
            _ => None,
        }
    }
}

impl Watch for Points {
    fn enter(&mut self, call: &Call) -> Verdict {
        let Some(name) = self.name(call) else {
            return Verdict::Go;
        };
        let number = self.passed.len();
        self.passed.push(name);
        match self.plan {
            Plan::KillAt(at) if at == number => Verdict::Kill,
            Plan::FailAt(at, error) if at == number => Verdict::Fail(error),
            Plan::FailFrom(at, error) if at <= number => Verdict::Fail(error),
            _ if self.is_server_down && call.number == libc::SYS_connect => Verdict::Fail(Errno::ECONNREFUSED),
            _ => Verdict::Go,
        }
    }
}

fn name_of(number: i64) -> &'static str {
    match number {
        libc::SYS_write => "write",
        libc::SYS_writev => "writev",
        libc::SYS_pwrite64 => "pwrite64",
        libc::SYS_sendto => "sendto",
        libc::SYS_recvfrom => "recvfrom",
        libc::SYS_fsync => "fsync",
        libc::SYS_fdatasync => "fdatasync",
        libc::SYS_ftruncate => "ftruncate",
        libc::SYS_read => "read",
        libc::SYS_pread64 => "pread64",
        libc::SYS_rename | libc::SYS_renameat | libc::SYS_renameat2 => "rename",
        libc::SYS_unlink | libc::SYS_unlinkat => "unlink",
        libc::SYS_mkdir | libc::SYS_mkdirat => "mkdir",
        libc::SYS_link | libc::SYS_linkat => "link",
        libc::SYS_connect => "connect",
        libc::SYS_shutdown => "shutdown",
        libc::SYS_exit_group => "exit_group",
        _ => "another call",
    }
}
