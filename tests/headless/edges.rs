//! The program in odd surroundings: no display, no home, no reader, no place to write.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::station::{Ended, Running, Server, StationHome, finish, program};
use crate::{PHONE, assert_silent, assert_usage, outcome, run_both_ways};

/// A place that no folder can be made in, not even by an administrator.
const NOWHERE: &str = if cfg!(windows) { "?:\\station" } else { "/dev/null/station" };

#[test]
fn an_unknown_verb_is_wrong_usage() {
    let home = StationHome::new();
    let arguments: [&[&str]; 9] = [
        &["queue"],
        &["queue", "empty"],
        &["queue", "retry", "x"],
        &["balances", "in.csv", "--out", "out.csv"],
        &["--json"],
        &["check", "--windowed"],
        &["--sandbox", "check"],
        &["--mode", "kiosk"],
        &["sandbox", "--port", "65536"],
    ];
    for args in arguments {
        assert_usage(&home.run(args));
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for argument in ["--help", "--version"] {
        let ended = finish(program().arg(argument), b"");
        assert_eq!((ended.code, &*ended.stderr), (0, ""), "{ended:?}");
        assert!(ended.stdout.contains("swip-kiosk"), "{ended:?}");
    }
}

#[test]
fn words_are_in_the_language_asked_for_or_the_stations_own() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "language": "en" })));
    let unknown = ["points", "--phone", PHONE];
    assert_eq!(home.run(&unknown).stdout, "Not found\n");
    assert_eq!(home.run(&[&unknown[..], &["--lang", "ru"]].concat()).stdout, "Не найден\n");
    assert_eq!(home.run(&[&["--lang", "RU"], &unknown[..]].concat()).stdout, "Не найден\n");
    let json = [&unknown[..], &["--json", "--lang", "ru"]].concat();
    home.run(&json).assert(12, &outcome("not_found"));
    let wrong = home.run(&["--lang", "xx", "check"]);
    assert_usage(&wrong);
    assert!(wrong.stderr.contains("en") && wrong.stderr.contains("ru"), "{wrong:?}");

    // A station may be set to a language that this program has no words for.
    home.provision(&server.profile_with(&json!({ "language": "kk" })));
    assert_eq!(home.run(&unknown).stdout, "Не найден\n");
}

/// Asserts that a window could not open, and that one sentence says why.
#[cfg(target_os = "linux")]
fn assert_no_window(ended: &Ended) {
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(ended.stdout, "", "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    assert_silent(ended, &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_window_says_so_in_one_line() {
    let home = StationHome::new();
    let arguments: [&[&str]; 3] = [&[], &["--windowed"], &["--sandbox", "--mode", "kiosk"]];
    for args in arguments {
        assert_no_window(&home.run(args));
        assert_no_window(&finish(home.command(args).env("RUST_BACKTRACE", "1"), b""));
    }
    // A display that is not there.
    assert_no_window(&finish(home.command(&[]).env("DISPLAY", ":4242"), b""));
    let server = Server::start();
    home.provision(server.profile());
    assert_no_window(&home.run(&[]));
}

#[test]
fn a_folder_that_cannot_be_made_is_a_failure_to_store() {
    let server = Server::start();
    let home = StationHome::new();
    let profile = server.profile().to_string();
    let at = |data: &Path, keys: &Path, args: &[&str]| {
        let mut command = program();
        command.arg("--data-dir").arg(data).arg("--key-dir").arg(keys).args(args);
        command
    };
    let nowhere = Path::new(NOWHERE);
    let provision = ["provision", "-", "--json"];
    let no_data = finish(&mut at(nowhere, &home.keys(), &provision), profile.as_bytes());
    no_data.assert(26, &outcome("storage_failed"));
    let no_keys = finish(&mut at(&home.data(), nowhere, &provision), profile.as_bytes());
    no_keys.assert(26, &outcome("storage_failed"));
    for ended in [no_data, no_keys] {
        assert_silent(&ended, &[server.token()]);
    }
    let window = finish(&mut at(nowhere, &home.keys(), &[]), b"");
    assert_eq!((window.code, window.stderr.lines().count()), (26, 1), "{window:?}");
    // There is nothing to be read, and nothing is written.
    finish(&mut at(nowhere, nowhere, &["signup", "--phone", PHONE, "--json"]), b"")
        .assert(24, &outcome("not_configured"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_systems_own_places_are_used_where_none_are_given() {
    let server = Server::start();
    let home = StationHome::new();
    let at_home = |args: &[&str]| {
        let mut command = program();
        command.env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME").env("HOME", home.folder()).args(args);
        command
    };
    let ended = finish(&mut at_home(&["provision", "-", "--json"]), server.profile().to_string().as_bytes());
    ended.assert(0, &outcome("provisioned"));
    assert!(home.folder().join(".local/share/swip-kiosk/settings.toml").is_file());
    assert!(home.folder().join(".config/swip-kiosk/keys").is_dir());
    assert_eq!(finish(&mut at_home(&["points", "--phone", "79990000001", "--json"]), b"").code, 0);
}

#[test]
fn without_a_home_the_given_folders_are_enough() {
    let server = Server::start();
    let home = StationHome::new();
    let homeless = |args: &[&str]| {
        let mut command = home.command(args);
        for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "USER", "PATH", "LANG"] {
            command.env_remove(name);
        }
        command
    };
    let ended = finish(&mut homeless(&["provision", "-", "--json"]), server.profile().to_string().as_bytes());
    ended.assert(0, &outcome("provisioned"));
    assert_eq!(finish(&mut homeless(&["check", "--json"]), b"").code, 0);
}

/// A pipe that nobody reads from.
fn deaf() -> Stdio {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[test]
fn a_reader_that_has_left_changes_no_exit_code() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let code = |command: &mut Command| {
        let ended = Running::start(command.stdin(Stdio::null())).finish();
        assert_silent(&ended, &[]);
        ended.code
    };
    let arguments: [(&[&str], i32); 5] = [
        (&["check", "--json"], 0),
        (&["points", "--phone", PHONE], 12),
        (&["signup", "--phone", "1", "--json"], 20),
        (&["--help"], 0),
        (&["points"], 2),
    ];
    for (args, expected) in arguments {
        assert_eq!(code(home.command(args).stdout(deaf())), expected, "{args:?}");
        assert_eq!(code(home.command(args).stdout(deaf()).stderr(deaf())), expected, "{args:?}");
    }
}

#[test]
fn a_sandbox_on_a_taken_port_says_so() {
    let server = Server::start();
    let ended = finish(program().args(["sandbox", "--port", server.port()]), b"");
    assert_eq!((ended.code, &*ended.stdout), (23, ""), "{ended:?}");
    assert!(ended.stderr.contains(server.port()) && ended.stderr.lines().count() == 1, "{ended:?}");
}

#[test]
fn a_station_with_damaged_settings_is_not_set_up() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    for name in ["settings.toml", "settings.last-good.toml"] {
        std::fs::write(home.data().join(name), "damaged").expect("written");
    }
    run_both_ways(&home, &["points", "--phone", PHONE], "").assert(24, &outcome("not_configured"));
    // The token is still there for its origin, so the profile need not hold it.
    home.provision(&server.profile_with(&json!({ "token": null })));
    run_both_ways(&home, &["points", "--phone", PHONE], "").assert(12, &outcome("not_found"));
}
