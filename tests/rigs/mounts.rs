//! Disks that are full or read-only: points go on, nothing is lost, and nobody is told "saved" in vain.
//!
//! They are mounts in a namespace of their own, which needs root or user namespaces.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::station::{Ended, Server, StationHome, finish};

/// A view of the files with mounts that nobody else sees; gone when dropped.
struct Mounts {
    holder: Child,
    enter: Vec<String>,
}

impl Mounts {
    /// Runs a script of mounts as root of a new namespace.
    fn of(script: &str) -> Self {
        let works = |args: &[&str]| {
            let tried = Command::new("unshare").args(args).arg("true").stderr(Stdio::null()).status();
            tried.is_ok_and(|status| status.success())
        };
        // Root needs no user namespace, which a container may forbid.
        let (how, enter): (&[&str], &[&str]) = if works(&["-m"]) {
            (&["-m"], &["-m"])
        } else if works(&["-rm"]) {
            (&["-rm"], &["-U", "-m", "--preserve-credentials"])
        } else {
            panic!("mounts of our own are needed: run as root, or allow user namespaces");
        };
        let script = format!("set -e; {script}; echo ready; exec cat");
        let mut holder = Command::new("unshare")
            .args(how)
            .args(["sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare runs");
        let mut line = String::new();
        BufReader::new(holder.stdout.take().expect("ours")).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n", "the mounts are made");
        let mut args = vec!["-t".to_owned(), holder.id().to_string()];
        args.extend(enter.iter().map(|&arg| arg.to_owned()));
        Self { holder, enter: args }
    }

    /// Runs a command that sees the mounts.
    fn run(&self, command: &Command) -> Ended {
        self.run_with(command, b"")
    }

    fn run_with(&self, command: &Command, input: &[u8]) -> Ended {
        let mut inside = Command::new("nsenter");
        inside.args(&self.enter).arg("--").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => inside.env(name, value),
                None => inside.env_remove(name),
            };
        }
        inside.stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(&mut inside, input)
    }

    fn sh(&self, script: &str) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.run(&command)
    }
}

impl Drop for Mounts {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Mounts a small disk: a folder laid over another, on a disk in memory beside it, which is still to be seen.
fn overlay(data: &str) -> String {
    overlay_on(data, "size=40m")
}

fn overlay_on(data: &str, options: &str) -> String {
    let small = format!("{data}.small");
    format!(
        "mkdir '{small}'; mount -t tmpfs -o {options} tmpfs '{small}'; mkdir -m 700 '{small}/lower' '{small}/upper' '{small}/work'; \
         mount -t overlay -o 'lowerdir={small}/lower,upperdir={small}/upper,workdir={small}/work' overlay '{data}'"
    )
}

fn phone(number: usize) -> String {
    format!("7916{number:07}")
}

fn signup(home: &StationHome, number: usize) -> Command {
    home.command(&["signup", "--phone", &phone(number), "--json"])
}

fn accounts(server: &Server) -> usize {
    server.ledger().iter().filter(|entry| entry["accounts_created"] == true).count()
}

fn waiting(home: &StationHome) -> Value {
    home.run(&["queue", "list", "--json"]).json()["counts"]["waiting"].clone()
}

#[test]
fn a_station_on_a_read_only_disk_shows_points_and_takes_nobody() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 503 } } } }));
    assert_eq!(finish(&mut signup(&home, 1), b"").code, 10);
    server.set_faults(&json!({}));
    let before = server.ledger().len();

    let data = home.data();
    let data = data.to_str().expect("a plain path");
    let mounts = Mounts::of(&format!("mount --bind '{data}' '{data}'; mount -o remount,bind,ro '{data}'"));
    assert_ne!(mounts.sh(&format!("touch '{data}/x'")).code, 0, "it is read-only");
    let points = mounts.run(&home.command(&["points", "--phone", &phone(1), "--json"]));
    points.assert(12, &json!({ "outcome": "not_found" }));
    let refused = json!({ "outcome": "storage_failed", "reason": "read_only" });
    mounts.run(&signup(&home, 2)).assert(26, &refused);
    mounts.run(&home.command(&["queue", "deliver", "--json"])).assert(26, &refused);
    // The window comes as far as looking for a display, and shows points from there on.
    let window = mounts.run(&home.command(&[]));
    assert_eq!(window.code, 1, "{window:?}");
    assert_eq!(server.ledger().len(), before + 1, "one lookup, and nothing else");
    drop(mounts);

    assert_eq!(waiting(&home), 1, "what waited still does");
    assert_eq!(finish(&mut signup(&home, 2), b"").code, 0);
}

#[test]
fn keys_on_a_read_only_disk_are_named_before_anybody_is_told_a_pin_is_wrong() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    assert_eq!(home.run_with(&["pin", "--json"], "802947").code, 0);
    let keys = home.keys();
    let keys = keys.to_str().expect("a plain path");
    let mounts = Mounts::of(&format!("mount --bind '{keys}' '{keys}'; mount -o remount,bind,ro '{keys}'"));
    assert_ne!(mounts.sh(&format!("touch '{keys}/x'")).code, 0, "it is read-only");
    let check = mounts.run(&home.command(&["check", "--json"]));
    assert_eq!((check.code, &check.json()["reason"]), (26, &json!("read_only")), "{check:?}");
    assert!(check.stderr.contains("the key directory"), "{check:?}");
    let refused = json!({ "outcome": "storage_failed", "reason": "read_only" });
    mounts.run_with(&home.command(&["pin", "--json"]), b"802947").assert(26, &refused);
    mounts.run(&signup(&home, 1)).assert(26, &refused);
    let points = mounts.run(&home.command(&["points", "--phone", &phone(1), "--json"]));
    points.assert(12, &json!({ "outcome": "not_found" }));
    drop(mounts);
    assert_eq!(home.run(&["check", "--json"]).code, 0);
}

#[test]
fn a_full_disk_takes_nobody_new_and_lets_everything_out_that_waits() {
    const WAITING: usize = 6;
    let server = Server::start();
    let home = StationHome::new();
    fs::create_dir(home.data()).expect("a folder");
    let data = home.data();
    let data = data.to_str().expect("a plain path");
    let mounts = Mounts::of(&format!("{}; umount -l '{data}.small'", overlay(data)));
    let profile = home.file("profile.json", &server.profile().to_string());
    assert_eq!(mounts.run(&home.command(&["provision", &profile, "--json"])).code, 0);
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 503 } } } }));
    for number in 0..WAITING {
        assert_eq!(mounts.run(&signup(&home, number)).code, 10);
    }
    server.set_faults(&json!({}));
    assert_eq!(mounts.sh(&format!("stat -c '%s' '{data}/reserve'")).stdout, "1048576\n");

    // To the last byte.
    assert_ne!(mounts.sh(&format!("cat /dev/zero > '{data}/filler'")).code, 0);
    let refused = mounts.run(&signup(&home, WAITING));
    refused.assert(26, &json!({ "outcome": "storage_failed" }));
    assert_eq!(accounts(&server), 0, "what is not stored is not sent");
    let points = mounts.run(&home.command(&["points", "--phone", &phone(1), "--json"]));
    points.assert(12, &json!({ "outcome": "not_found" }));

    let delivered = mounts.run(&home.command(&["queue", "deliver", "--until-empty", "--deadline", "25", "--json"]));
    assert_eq!(delivered.code, 0, "{delivered:?}");
    assert_eq!(accounts(&server), WAITING);
    assert_ne!(mounts.sh(&format!("ls '{data}/reserve'")).code, 0, "the room was given up");

    assert_eq!(mounts.sh(&format!("rm '{data}/filler'")).code, 0);
    assert_eq!(mounts.run(&signup(&home, WAITING)).code, 0);
    assert_eq!(accounts(&server), WAITING + 1);
    assert_eq!(mounts.sh(&format!("stat -c '%s' '{data}/reserve'")).stdout, "1048576\n");
}

#[test]
fn a_station_in_memory_takes_nobody_and_says_why() {
    let server = Server::start();
    let refused = json!({ "outcome": "storage_failed", "reason": "volatile" });
    let tmpfs = |data: &str| format!("mount -t tmpfs -o size=40m,mode=700 tmpfs '{data}'");
    for mount in [&tmpfs as &dyn Fn(&str) -> String, &overlay] {
        let home = StationHome::provisioned(&server);
        let data = home.data();
        let data = data.to_str().expect("a plain path");
        let fill = format!("cp -a '{data}' '{data}.before'; {}; cp -a '{data}.before/.' '{data}'", mount(data));
        let mounts = Mounts::of(&fill);
        mounts.run(&signup(&home, 1)).assert(26, &refused);
        let profile = home.file("profile.json", &server.profile().to_string());
        mounts.run(&home.command(&["provision", &profile, "--json"])).assert(26, &refused);
        let check = mounts.run(&home.command(&["check", "--json"]));
        assert_eq!((check.code, &check.json()["reason"]), (26, &json!("volatile")), "{check:?}");
        let points = mounts.run(&home.command(&["points", "--phone", &phone(1), "--json"]));
        points.assert(12, &json!({ "outcome": "not_found" }));
    }
    assert_eq!(accounts(&server), 0);
}

#[test]
fn a_machine_with_another_id_is_another_machine() {
    let server = Server::start();
    let home = StationHome::new();
    let id = |name: &str| {
        let file = home.file(name, &format!("{name}\n"));
        Mounts::of(&format!("test -e /etc/machine-id; mount --bind '{file}' /etc/machine-id"))
    };
    let (here, there) = (id("0a3f"), id("77c1"));
    let profile = home.file("profile.json", &server.profile().to_string());
    assert_eq!(here.run(&home.command(&["provision", &profile, "--json"])).code, 0);
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 401 } } } }));
    assert_eq!(here.run(&signup(&home, 1)).code, 10);
    let list = |machine: &Mounts| machine.run(&home.command(&["queue", "list", "--json"])).json();
    assert_eq!((&list(&here)["returned"], &list(&here)["entries"][0]["state"]), (&Value::Null, &json!("held")));
    let copied = list(&there);
    assert_eq!((&copied["returned"], &copied["entries"][0]["state"]), (&json!("other_machine"), &json!("unknown")));
}

#[test]
fn a_disk_without_room_for_another_file_lets_everything_out_that_waits() {
    const WAITING: usize = 3;
    let server = Server::start();
    let home = StationHome::new();
    fs::create_dir(home.data()).expect("a folder");
    let data = home.data();
    let data = data.to_str().expect("a plain path");
    let mounts = Mounts::of(&format!("{}; umount -l '{data}.small'", overlay_on(data, "size=40m,nr_inodes=60")));
    let profile = home.file("profile.json", &server.profile().to_string());
    assert_eq!(mounts.run(&home.command(&["provision", &profile, "--json"])).code, 0);
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 503 } } } }));
    for number in 0..WAITING {
        assert_eq!(mounts.run(&signup(&home, number)).code, 10);
    }
    server.set_faults(&json!({}));
    // The system gives back a moment later what the last process used: full is what stays full.
    mounts.sh(&format!(
        "n=0; refused=0; while [ $refused -lt 50 ]; do
             if touch '{data}/filler-'$n 2>/dev/null; then n=$((n + 1)) refused=0; else refused=$((refused + 1)); sleep 0.01; fi
         done"
    ));
    assert_ne!(mounts.sh(&format!("touch '{data}/x'")).code, 0, "there is no room for a file");
    let delivered = mounts.run(&home.command(&["queue", "deliver", "--until-empty", "--deadline", "25", "--json"]));
    assert_eq!((delivered.code, accounts(&server)), (0, WAITING), "{delivered:?}");
    mounts.sh(&format!("rm '{data}'/filler-*"));
    assert_eq!(mounts.run(&signup(&home, WAITING)).code, 0);
}
