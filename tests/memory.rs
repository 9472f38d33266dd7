//! Nobody sees into the process: no core dump, and no other process of the same user.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::json;
use station::{Server, StationHome, program, until};

/// A program that is ended with the test.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Guard {
    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).expect("a running process")
    }

    /// Has it abort.
    fn abort(&mut self) -> ExitStatus {
        let id = self.0.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -ABRT $0", &id]).status().expect("a shell").success());
        let status = self.0.wait().expect("a child");
        assert_eq!(status.signal(), Some(6), "{status}");
        status
    }

    fn core_limits(&self) -> Vec<String> {
        let limits = self.proc("limits");
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit").to_owned();
        line.split_whitespace().skip(4).take(2).map(str::to_owned).collect()
    }
}

/// Runs a program in a folder, in a shell that would let it leave a core of any size.
fn unlimited(command: &Command, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg("ulimit -c unlimited 2>/dev/null; exec \"$0\" \"$@\"").arg(command.get_program());
    shell.args(command.get_args()).current_dir(folder);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell
}

/// The program at work in each of its ways: a verb that waits for its answer, and the sandbox.
fn at_work(server: &Server, home: &StationHome) -> Vec<Guard> {
    let before = server.ledger().len();
    server.set_faults(&json!({ "signup": { "delay_ms": 600_000 }, "stats": { "delay_ms": 600_000 } }));
    let verbs =
        [home.command(&["points", "--phone", "79167795322"]), home.command(&["signup", "--phone", "79161234567"])];
    let started: Vec<_> =
        verbs.iter().map(|verb| Guard(unlimited(verb, home.folder()).spawn().expect("it starts"))).collect();
    until("both have asked", || server.ledger().len() == before + 2);
    started
}

#[test]
fn no_core_may_be_written_of_a_process_that_knows_a_secret() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let mut sandbox = program();
    sandbox.arg("sandbox");
    let mut running = at_work(&server, &home);
    running.push(Guard(unlimited(&sandbox, home.folder()).spawn().expect("it starts")));
    until("the sandbox has done it too", || running[2].core_limits() == ["0", "0"]);
    for process in &running {
        assert_eq!(process.core_limits(), ["0", "0"], "soft and hard, so that nothing in it can raise it again");
    }
}

#[test]
fn an_abort_leaves_no_core() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    for mut process in at_work(&server, &home) {
        assert!(!process.abort().core_dumped());
    }
    let names: Vec<_> =
        fs::read_dir(home.folder()).expect("a folder").map(|entry| entry.expect("one").file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("core")), "{names:?}");

    // Any other program leaves one, where the system writes cores to files and somebody has not forbidden it to all.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut sleep = Command::new("sleep");
    let mut other = Guard(unlimited(sleep.arg("600"), elsewhere.path()).spawn().expect("it starts"));
    until("it is no shell any more", || other.proc("comm") == "sleep\n");
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").expect("a pattern");
    if other.core_limits() == ["unlimited", "unlimited"] && pattern.trim() == "core" {
        assert!(other.abort().core_dumped(), "without our doing there would be one");
    }
}

/// As root this is seen with a process that root runs as somebody else: of root's own, root can see everything.
#[test]
fn no_other_process_of_the_same_user_can_look_into_it() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    if fs::metadata("/proc/self").expect("ourselves").uid() != 0 {
        for process in at_work(&server, &home) {
            let environ = fs::read(format!("/proc/{}/environ", process.0.id()));
            assert_eq!(environ.expect_err("it is closed").kind(), ErrorKind::PermissionDenied);
        }
        return;
    }
    // Where an ordinary user can run it.
    let copy = home.folder().join("swip-kiosk");
    // By another process: a child that is started meanwhile would hold the copy open for writing, and nobody could run it.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_swip-kiosk")).arg(&copy).status().expect("cp").success());
    let open = Command::new("chmod").args(["-R", "a+rwX"]).arg(home.folder()).status();
    assert!(open.expect("chmod").success());
    server.set_faults(&json!({ "stats": { "delay_ms": 600_000 } }));
    let verb = home.command(&["points", "--phone", "79167795322"]);
    let as_nobody = |program: &Path, args: &[&OsStr]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let ordinary = Guard(as_nobody(Path::new("sleep"), &[OsStr::new("600")]).spawn().expect("setpriv"));
    let process = Guard(as_nobody(&copy, &verb.get_args().collect::<Vec<_>>()).spawn().expect("setpriv"));
    until("it has asked", || server.ledger().len() == 1);
    let can_look = |guard: &Guard| {
        let environ = format!("/proc/{}/environ", guard.0.id());
        let look = as_nobody(Path::new("head"), &["-c", "1", &environ].map(OsStr::new)).status();
        look.expect("setpriv").success()
    };
    until("an ordinary one can be looked into", || can_look(&ordinary));
    assert!(!can_look(&process));
}
