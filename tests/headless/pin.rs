//! `pin`: sets the manager PIN, and says nothing about it.

use std::fs;
use std::io::Write;
use std::time::Duration;

use serde_json::json;
use swip_kiosk::domain::pin::PinVerdict;
use swip_kiosk::services::StationLock;
use swip_kiosk::services::secrets::{PinState, PinStore};

use crate::station::{Ended, Server, StationHome, finish, until};
use crate::{assert_silent, assert_usage, invalid, outcome, run_both_ways};

const PIN: &str = "802947";
const OTHER: &str = "57291364";

fn set(home: &StationHome, line: &str) -> Ended {
    let ended = home.run_with(&["pin", "--json"], line);
    assert_silent(&ended, &[PIN, OTHER]);
    ended
}

fn verdict(home: &StationHome, text: &str) -> PinVerdict {
    PinStore::open(&home.dirs(), Duration::ZERO).try_pin(text, Duration::ZERO).expect("counted")
}

#[test]
fn the_pin_is_the_first_line_of_standard_input() {
    let lines = ["802947\n", "802947", "802947\r\n", "802947 \r\n", "802947\nand more\n", "\u{feff}802947\r\n"];
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| "\u{feff}802947\r\n".encode_utf16().flat_map(to_bytes).collect();
    let lines = lines.map(|line| line.as_bytes().to_vec());
    for line in lines.into_iter().chain([utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)]) {
        let home = StationHome::new();
        finish(&mut home.command(&["pin", "--json"]), &line).assert(0, &outcome("ok"));
        assert_eq!(verdict(&home, PIN), PinVerdict::Right, "{line:?}");
        assert_eq!(verdict(&home, OTHER), PinVerdict::Wrong { wait: Duration::ZERO }, "{line:?}");
    }
}

#[test]
fn a_terminal_is_not_waited_for_after_the_line() {
    let home = StationHome::new();
    let mut child = home.command(&["pin"]).stdin(std::process::Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is ours");
    stdin.write_all(b"802947\n").expect("written");
    until("the program ends with its input open", || child.try_wait().expect("a child").is_some());
    assert!(child.wait().expect("a child").success());
}

#[test]
fn a_bad_pin_is_refused_with_its_reason_and_changes_nothing() {
    let home = StationHome::new();
    set(&home, PIN).assert(0, &outcome("ok"));
    let long = "8".repeat(5_000);
    let wrong = [
        ("", "empty"),
        ("\n", "empty"),
        ("80294\n", "too_short"),
        ("8029471536284\n", "too_long"),
        (&long, "too_long"),
        ("80294x\n", "unexpected_character"),
        (" 802947\n", "unexpected_character"),
        ("٨٠٢٩٤٧\n", "unexpected_character"),
        ("123456\n", "too_simple"),
        ("240190\n", "too_simple"),
        ("777777\n", "too_simple"),
    ];
    for (line, reason) in wrong {
        set(&home, line).assert(20, &invalid("pin", reason));
    }
    let mut command = home.command(&["pin", "--json"]);
    crate::station::finish(&mut command, b"80\xFF2947\n").assert(20, &invalid("pin", "unexpected_character"));
    assert_eq!(verdict(&home, PIN), PinVerdict::Right);
}

#[test]
fn words_say_that_it_is_set_and_not_what_it_is() {
    let home = StationHome::new();
    let ended = run_both_ways(&home, &["pin"], PIN);
    ended.assert(0, &outcome("ok"));
    assert_silent(&ended, &[PIN]);
    // Nor does a wrong place for it on the command line.
    for args in [&["pin", PIN][..], &["pin", "--pin", PIN], &["pin", "--json", PIN]] {
        let ended = home.run(args);
        assert_usage(&ended);
        assert_silent(&ended, &[PIN]);
    }
}

#[test]
fn a_station_at_work_is_busy_and_a_bad_pin_is_told_first() {
    let home = StationHome::new();
    let _lock = StationLock::acquire(&home.dirs()).expect("ours");
    set(&home, PIN).assert(25, &outcome("busy"));
    set(&home, "123").assert(20, &invalid("pin", "too_short"));
    assert_eq!(PinStore::open(&home.dirs(), Duration::ZERO).state(), PinState::NotSet);
}

#[test]
fn what_cannot_be_stored_is_said() {
    let home = StationHome::new();
    fs::write(home.data(), "a file where the folder belongs").expect("written");
    set(&home, PIN).assert(26, &outcome("storage_failed"));

    let home = StationHome::new();
    fs::create_dir_all(home.data().join("secrets.json.new")).expect("made");
    set(&home, PIN).assert(26, &outcome("storage_failed"));
    assert_eq!(PinStore::open(&home.dirs(), Duration::ZERO).state(), PinState::NotSet);
}

#[test]
fn a_new_pin_replaces_a_forgotten_one_and_forgives_its_failures() {
    let home = StationHome::new();
    set(&home, PIN);
    let store = PinStore::open(&home.dirs(), Duration::ZERO);
    for _ in 0..5 {
        assert!(matches!(store.try_pin("000001", Duration::ZERO), Ok(PinVerdict::Wrong { .. })));
    }
    assert!(matches!(verdict(&home, PIN), PinVerdict::Locked { .. }));
    set(&home, OTHER).assert(0, &outcome("ok"));
    assert_eq!(verdict(&home, PIN), PinVerdict::Wrong { wait: Duration::ZERO });
    assert_eq!(verdict(&home, OTHER), PinVerdict::Right);
}

#[test]
fn a_pin_that_went_with_its_key_is_replaced_and_nothing_else_is_lost() {
    let home = StationHome::new();
    set(&home, PIN);
    fs::remove_dir_all(home.keys()).expect("removed");
    assert_eq!(PinStore::open(&home.dirs(), Duration::ZERO).state(), PinState::Lost);
    assert_eq!(verdict(&home, PIN), PinVerdict::Lost);
    set(&home, OTHER).assert(0, &outcome("ok"));
    assert_eq!(verdict(&home, OTHER), PinVerdict::Right);
    assert!(home.data().join("station-id.lost-1").exists(), "the old key may turn up again");
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_list_does_not_show_it() {
    use crate::station::Running;
    let home = StationHome::new();
    let mut running = Running::start(home.command(&["pin"]).stdin(std::process::Stdio::piped()));
    let list = fs::read(format!("/proc/{}/cmdline", running.id())).expect("a running process");
    assert!(!String::from_utf8_lossy(&list).contains(PIN));
    running.write(PIN.as_bytes());
    assert_eq!(running.finish().code, 0);
}

#[test]
fn it_works_before_and_after_the_station_is_set_up() {
    let server = Server::start();
    let home = StationHome::new();
    set(&home, PIN).assert(0, &outcome("ok"));
    home.provision(server.profile());
    assert_eq!(verdict(&home, PIN), PinVerdict::Right);
    set(&home, OTHER).assert(0, &outcome("ok"));
    assert_eq!(home.run(&["points", "--phone", "79990000001", "--json"]).code, 0, "the token is as it was");
    assert_eq!(home.run(&["check", "--json"]).json()["protection"], json!("key_file"));
}
