//! A disk that is not ours alone, and a machine that gives nothing more: nothing is lost, and nobody is told "saved" in vain.
//!
//! Full and read-only disks need mounts: `tests/rigs/mounts.rs`.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::fs::{CWD, FileType, mknodat};
use serde_json::{Value, json};
use station::{Ended, Server, StationHome, finish};

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

/// The program under a limit of the shell's `ulimit`.
fn limited(home: &StationHome, limit: &str, number: usize) -> Ended {
    let program = signup(home, number);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit}; exec \"$@\""), "sh"]);
    command.arg(program.get_program()).args(program.get_args());
    for (name, _) in program.get_envs() {
        command.env_remove(name);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(&mut command, b"")
}

#[test]
fn a_program_that_gets_no_more_files_or_memory_tells_nobody_that_it_saved_in_vain() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    // The way to SWiP may need more than storing does.
    let files = (3..40).step_by(3).map(|count| format!("-n {count}"));
    let memory = (16..400).step_by(32).map(|mebibytes| format!("-v {}", mebibytes * 1024));
    let mut worked = 0;
    for (number, limit) in files.chain(memory).enumerate() {
        let known = accounts(&server);
        let ended = limited(&home, &limit, number);
        assert!(!ended.stderr.contains("panicked"), "{limit}: {ended:?}");
        let is_known = accounts(&server) > known;
        match ended.code {
            0 => assert!(is_known, "{limit}: {ended:?}"),
            10 => assert!(waiting(&home) != 0, "{limit}: {ended:?}"),
            // Refused, or ended by the system.
            _ => assert!(ended.stdout.is_empty() || ended.json()["outcome"] != "saved", "{limit}: {ended:?}"),
        }
        worked += usize::from(ended.code == 0);
        if waiting(&home) != 0 {
            assert_eq!(home.run(&["queue", "deliver", "--until-empty", "--deadline", "20", "--json"]).code, 0);
        }
    }
    assert!(worked > 0, "some of the limits are generous");
    assert_eq!(finish(&mut signup(&home, 9_000), b"").code, 0);
    assert!(!home.data().join("quarantine").exists());
}

#[test]
fn a_folder_that_is_synchronised_is_no_place_for_a_station() {
    let server = Server::start();
    let home = StationHome::new();
    let data = home.folder().join("Dropbox").join("kiosk");
    let mut command = station::program();
    command.arg("--data-dir").arg(&data).arg("--key-dir").arg(home.keys()).args(["provision", "-", "--json"]);
    let ended = finish(&mut command, server.profile().to_string().as_bytes());
    ended.assert(26, &json!({ "outcome": "storage_failed", "reason": "shared" }));
    assert!(ended.stderr.contains("synchronised"), "{ended:?}");
    assert!(!data.join("settings.toml").exists());
}

/// Puts what is no file in the place of one, whether it is there or not.
fn put_in_place_of(path: &Path, stranger: &str) {
    let _ = fs::remove_file(path);
    match stranger {
        "a pipe" => mknodat(CWD, path, FileType::Fifo, 0o600.into(), 0).expect("made"),
        "a folder" => fs::create_dir(path).and_then(|()| fs::write(path.join("x"), "x")).expect("made"),
        "a circle" => symlink(path, path).expect("made"),
        _ => symlink("/dev/zero", path).expect("made"),
    }
}

#[test]
fn pipes_folders_circles_and_devices_in_the_place_of_files_hold_nothing_up() {
    let server = Server::start();
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 503 } } } }));
    for stranger in ["a pipe", "a folder", "a circle", "a device"] {
        let home = StationHome::provisioned(&server);
        assert_eq!(finish(&mut signup(&home, 1), b"").code, 10);
        let id = fs::read_to_string(home.data().join("station-id")).expect("an id");
        let in_data = [
            "station.lock",
            "station-id",
            "outbox.copy.db",
            "outbox.copy.db-wal",
            "outbox.db-wal",
            "outbox.db",
            "journal.db",
            "journal.db-wal",
            "reserve",
            "ballast",
            "pin-tries",
            "brand",
            "languages",
            "settings.last-good.toml",
            "window.port",
            "window.json",
        ];
        let in_data = in_data.map(|name| home.data().join(name));
        let in_keys = ["marks", "pin-tries", "station"].map(|end| home.keys().join(format!("{id}.{end}")));
        for (number, path) in in_data.iter().chain(&in_keys).enumerate() {
            put_in_place_of(path, stranger);
            let mut waits = Command::new("timeout");
            let program = signup(&home, 2 + number);
            waits.arg("20").arg(program.get_program()).args(program.get_args());
            let ended = finish(waits.stdout(Stdio::piped()).stderr(Stdio::piped()), b"");
            assert_eq!(ended.code, 10, "{stranger} as {}: {ended:?}", path.display());
        }
        // Without the token nothing is sent, and the PIN is lost; the station can be set up anew.
        put_in_place_of(&home.data().join("secrets.json"), stranger);
        assert_eq!(home.run(&["check", "--json"]).code, 24, "{stranger}");
        home.provision(server.profile());
        assert_eq!(finish(&mut signup(&home, 99), b"").code, 10, "{stranger}");
    }
}

#[test]
fn files_that_another_program_holds_are_waited_for_and_nothing_is_lost() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "fault": { "status": { "code": 503 } } } }));
    assert_eq!(finish(&mut signup(&home, 1), b"").code, 10);
    server.set_faults(&json!({}));
    let holder = rusqlite::Connection::open(home.data().join("outbox.db")).expect("the database");
    holder.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").expect("held");
    finish(&mut signup(&home, 2), b"").assert(25, &json!({ "outcome": "busy" }));
    assert_eq!(accounts(&server), 0);

    // Let go while the next one waits for it: one that did not wait would have ended before these two.
    let mut waits = station::Running::start(&mut signup(&home, 2));
    for _ in 0..2 {
        assert_eq!(home.run(&["points", "--phone", "79990000001"]).code, 0);
    }
    assert!(!waits.has_ended(), "it waits");
    drop(holder);
    waits.finish().assert(0, &json!({ "outcome": "registered" }));
    assert_eq!(home.run(&["queue", "deliver", "--until-empty", "--deadline", "20", "--json"]).code, 0);
    assert_eq!(accounts(&server), 2);
}
