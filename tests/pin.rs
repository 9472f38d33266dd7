//! The manager's PIN at rest: counted before it is compared, throttled over restarts, sealed with its hash.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use station::{Server, StationHome, until};
use swip_kiosk::domain::pin::PinVerdict;
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::domain::{Pin, PinEntry};
use swip_kiosk::services::secrets::{PinState, PinStore, SecretsError};
use swip_kiosk::services::settings_file::SettingsNote;
use swip_kiosk::services::{Station, StationDirs};
use tokio::runtime::Runtime;

const RIGHT: &str = "802947";
const WRONG: &str = "729461";
const START: Duration = Duration::ZERO;

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn with_pin() -> (StationHome, PinStore) {
    let home = StationHome::new();
    fs::create_dir(home.data()).expect("made");
    let store = PinStore::open(&home.dirs(), START);
    store.set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
    (home, store)
}

fn wrong(wait: u64) -> PinVerdict {
    PinVerdict::Wrong { wait: secs(wait) }
}

/// Where tries are counted: beside the key.
fn count_file(home: &StationHome) -> PathBuf {
    let id = fs::read_to_string(home.data().join("station-id")).expect("an id");
    home.keys().join(format!("{id}.pin-tries"))
}

fn count_on_disk(home: &StationHome) -> String {
    fs::read_to_string(count_file(home)).expect("a count")
}

#[test]
fn the_right_pin_opens_and_no_other_does() {
    let home = StationHome::new();
    let none = PinStore::open(&home.dirs(), START);
    assert_eq!((none.state(), none.is_set()), (PinState::NotSet, false));
    assert_eq!(none.try_pin(RIGHT, START).expect("an answer"), PinVerdict::NotSet);

    let (_home, store) = with_pin();
    assert_eq!((store.state(), store.is_set()), (PinState::Set, true));
    assert_eq!(store.try_pin(RIGHT, START).expect("counted"), PinVerdict::Right);
    for text in ["", "80294", "8029470", &"8".repeat(100_000)] {
        assert_eq!(store.try_pin(text, START).expect("counted"), wrong(0), "{} digits", text.len());
    }
    assert_eq!(store.try_pin(RIGHT, START).expect("counted"), PinVerdict::Right, "the fifth try is free as well");
}

#[test]
fn a_pin_that_is_gone_is_lost_and_not_one_that_nobody_set() {
    for damage in ["removed", "{}", "not json"] {
        let (home, store) = with_pin();
        let secrets = home.data().join("secrets.json");
        if damage == "removed" {
            fs::remove_file(&secrets).expect("removed");
        } else {
            fs::write(&secrets, damage).expect("written");
        }
        assert_eq!((store.state(), store.is_set()), (PinState::Lost, true), "{damage}");
        assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Lost, "{damage}");
        // Whoever has the files sets another.
        store.set(&Pin::parse(WRONG).expect("a PIN")).expect("kept");
        assert_eq!(store.try_pin(WRONG, START).expect("counted"), PinVerdict::Right, "{damage}");
    }
    // Marks that cannot be read tell of everything.
    let (home, store) = with_pin();
    fs::remove_file(home.data().join("secrets.json")).expect("removed");
    let marks = fs::read_dir(home.keys()).expect("a folder").map(|file| file.expect("a file").path());
    let marks: Vec<_> = marks.filter(|path| path.extension().is_some_and(|extension| extension == "marks")).collect();
    assert_eq!(marks.len(), 1);
    fs::write(&marks[0], "no marks").expect("written");
    assert_eq!(store.state(), PinState::Lost);
}

/// Puts something else in the place of a file, or nothing.
fn spoil(path: &Path, damage: &str) {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    match damage {
        "removed" => {}
        "a folder" => fs::create_dir(path).expect("made"),
        bytes => fs::write(path, bytes).expect("written"),
    }
}

#[test]
fn whatever_goes_with_the_pin_it_is_lost_and_not_one_that_nobody_set() {
    let server = Server::start();
    for damage in ["removed", "", "no id, no key and no marks", "a folder"] {
        for lost in [
            ["secrets.json", "station-id"].as_slice(),
            &["secrets.json", "marks"],
            &["secrets.json", "key"],
            &["secrets.json", "station-id", "marks"],
            &["secrets.json", "station-id", "key"],
            &["secrets.json", "keys"],
            &["data"],
        ] {
            let home = StationHome::provisioned(&server);
            PinStore::open(&home.dirs(), START).set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
            let id = fs::read_to_string(home.data().join("station-id")).expect("an id");
            for name in lost {
                let path = match *name {
                    "data" => home.data(),
                    "keys" => home.keys(),
                    "marks" | "key" => home.keys().join(format!("{id}.{name}")),
                    name => home.data().join(name),
                };
                spoil(&path, if ["data", "keys"].contains(name) { "removed" } else { damage });
            }
            let state = || PinStore::open(&home.dirs(), START).state();
            assert_eq!(state(), PinState::Lost, "{lost:?} {damage}");
            home.provision(server.profile());
            assert_eq!(state(), PinState::Lost, "set up anew: {lost:?} {damage}");
            PinStore::open(&home.dirs(), START).set(&Pin::parse(WRONG).expect("a PIN")).expect("kept");
            assert_eq!(state(), PinState::Set, "whoever has the files sets another: {lost:?} {damage}");
        }
    }
}

#[test]
fn the_name_of_the_key_is_known_beside_the_key_too() {
    let server = Server::start();
    for damage in ["removed", "", "no id", "a folder"] {
        let home = StationHome::provisioned(&server);
        PinStore::open(&home.dirs(), START).set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
        let id_file = home.data().join("station-id");
        let id = fs::read_to_string(&id_file).expect("an id");
        spoil(&id_file, damage);
        let (_, opened) = Station::open(&home.dirs());
        assert!(!opened.keys.is_token_lost && opened.keys.pin == PinState::Set, "{damage}");
        assert_eq!(PinStore::open(&home.dirs(), START).try_pin(RIGHT, START).expect("counted"), PinVerdict::Right);
        assert_eq!(home.run(&["signup", "--phone", "79161234567", "--json"]).code, 0, "{damage}");
        assert_eq!(fs::read_to_string(&id_file).expect("an id"), id, "it is put back: {damage}");
    }
}

#[test]
fn a_token_that_is_gone_is_lost_and_setting_up_anew_does_not_open_a_door() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    PinStore::open(&home.dirs(), START).set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
    fs::write(home.data().join("secrets.json"), "not json").expect("written");
    let (_, opened) = Station::open(&home.dirs());
    assert!(opened.keys.is_token_lost && opened.token_tail.is_none());
    fs::remove_file(home.data().join("secrets.json")).expect("removed");
    let (_, opened) = Station::open(&home.dirs());
    assert!(opened.keys.is_token_lost && opened.keys.pin == PinState::Lost);
    let profile = home.file("profile.json", &server.profile().to_string());
    assert_eq!(home.run(&["provision", &profile, "--json"]).code, 0);
    let (_, opened) = Station::open(&home.dirs());
    assert!(!opened.keys.is_token_lost, "the token is there again");
    assert_eq!(opened.keys.pin, PinState::Lost, "the PIN is not, and nobody walks in");
    let exported = home.run(&["consents", "export", &home.file("never.csv", ""), "--json"]);
    assert_ne!(exported.code, 0, "{exported:?}");
}

#[test]
fn a_station_that_lost_its_keys_and_never_had_a_pin_has_none_still() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    fs::remove_dir_all(home.keys()).expect("removed");
    let (_, opened) = Station::open(&home.dirs());
    assert!(opened.keys.is_token_lost);
    assert_eq!(opened.keys.pin, PinState::NotSet, "the file of token and PIN is there, and says so");
    home.provision(server.profile());
    assert_eq!(Station::open(&home.dirs()).1.keys.pin, PinState::NotSet);
}

#[test]
fn a_station_that_lost_its_settings_was_set_up_and_a_kiosk_stays_one() {
    let server = Server::start();
    for (mode, name) in [(Mode::Counter, "counter"), (Mode::Kiosk, "kiosk")] {
        for lost in [["settings.toml", "settings.last-good.toml", "kiosk"].as_slice(), &["data"]] {
            let home = StationHome::new();
            home.provision(&server.profile_with(&json!({ "mode": name })));
            for name in lost {
                let path = if *name == "data" { home.data() } else { home.data().join(name) };
                if path.exists() {
                    spoil(&path, "removed");
                }
            }
            let loaded = Station::open(&home.dirs()).1.loaded;
            assert!(!loaded.is_first_start && loaded.settings.is_none(), "{name} {lost:?}: {loaded:?}");
            assert_eq!(loaded.preferences.mode, mode, "{lost:?}");
            assert_eq!(loaded.notes, [SettingsNote::Unreadable], "{name} {lost:?}");
        }
    }
    // What it was last counts.
    let home = StationHome::new();
    for (name, mode) in [("kiosk", Mode::Kiosk), ("counter", Mode::Counter)] {
        home.provision(&server.profile_with(&json!({ "mode": name })));
        let saved = home.folder().join("saved");
        fs::rename(home.data(), &saved).expect("moved");
        assert_eq!(Station::open(&home.dirs()).1.loaded.preferences.mode, mode, "{name}");
        fs::rename(&saved, home.data()).expect("moved");
    }
}

#[test]
fn a_kiosk_of_a_program_that_noted_less_is_noted_at_its_next_start() {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "mode": "kiosk" })));
    // Before 0.2 nothing was kept beside the key but the key.
    for file in fs::read_dir(home.keys()).expect("a folder").map(|file| file.expect("a file").path()) {
        if file.extension().is_none_or(|extension| extension != "key") {
            fs::remove_file(file).expect("removed");
        }
    }
    assert_eq!(home.run(&["queue", "list", "--json"]).code, 0);
    fs::remove_dir_all(home.data()).expect("removed");
    let loaded = Station::open(&home.dirs()).1.loaded;
    assert_eq!((loaded.is_first_start, loaded.preferences.mode), (false, Mode::Kiosk));
}

#[test]
fn failures_cost_waits_that_outlive_a_restart_and_end_with_the_right_pin() {
    let (home, store) = with_pin();
    for _ in 0..4 {
        assert_eq!(store.try_pin(WRONG, secs(1)).expect("counted"), wrong(0));
    }
    assert_eq!(store.try_pin(WRONG, secs(1)).expect("counted"), wrong(30));
    assert_eq!(store.try_pin(RIGHT, secs(30)).expect("an answer"), PinVerdict::Locked { left: secs(1) });
    assert_eq!(count_on_disk(&home), "5", "a try while it is locked is none");
    drop(store);

    // A restart at 20 s of the wait: the whole of it starts anew, by a clock that starts anew as well.
    let store = PinStore::open(&home.dirs(), START);
    assert_eq!(store.try_pin(RIGHT, secs(29)).expect("an answer"), PinVerdict::Locked { left: secs(1) });
    assert_eq!(store.try_pin(WRONG, secs(30)).expect("counted"), wrong(60));
    assert_eq!(store.try_pin(RIGHT, secs(90)).expect("counted"), PinVerdict::Right);
    assert_eq!(count_on_disk(&home), "0");
    assert_eq!(store.try_pin(WRONG, secs(90)).expect("counted"), wrong(0), "failures are free again");
}

#[test]
fn a_try_is_on_disk_before_it_is_compared() {
    let (home, store) = with_pin();
    // A count that cannot be written: the right PIN must not be found right.
    fs::create_dir(count_file(&home).with_added_extension("new")).expect("made");
    for _ in 0..6 {
        assert!(matches!(store.try_pin(RIGHT, START), Err(SecretsError::Storage(_)) | Ok(PinVerdict::Locked { .. })));
    }
    assert!(matches!(store.try_pin(RIGHT, START), Ok(PinVerdict::Locked { .. })), "each was a try all the same");
    fs::remove_dir(count_file(&home).with_added_extension("new")).expect("removed");
    assert_eq!(store.try_pin(RIGHT, secs(3_600)).expect("counted"), PinVerdict::Right);
}

#[test]
fn two_tries_at_once_are_two() {
    let (home, store) = with_pin();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| store.try_pin(WRONG, START).expect("counted"));
        }
    });
    assert_eq!(count_on_disk(&home), "4");
}

#[test]
fn a_count_that_cannot_be_read_is_the_longest_wait() {
    for damage in ["", "-1", "many", "99999999999"] {
        let (home, _) = with_pin();
        fs::write(count_file(&home), damage).expect("written");
        let store = PinStore::open(&home.dirs(), START);
        let left = secs(30 * 60);
        assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Locked { left }, "{damage:?}");
        assert_eq!(store.try_pin(RIGHT, left).expect("counted"), PinVerdict::Right);
    }
}

#[test]
fn the_hash_is_sealed_and_no_changed_byte_of_it_opens_anything() {
    let (home, store) = with_pin();
    let path = home.data().join("secrets.json");
    let text = fs::read_to_string(&path).expect("a file");
    assert!(!text.contains(RIGHT) && !text.contains("argon2"), "{text}");
    let secrets: Value = serde_json::from_str(&text).expect("JSON");
    let sealed = secrets["pin"]["sealed"].as_str().expect("a text").to_owned();
    // A record is a form, a salt and a tag, whatever the PIN: its length tells nothing.
    assert_eq!(sealed.len(), 88, "{sealed}");
    for position in [0, 10, 40, 60, 80] {
        let mut bytes = sealed.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        let mut changed = secrets.clone();
        changed["pin"]["sealed"] = String::from_utf8(bytes).expect("text").into();
        fs::write(&path, changed.to_string()).expect("written");
        assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Lost, "{position}");
        assert_eq!(store.state(), PinState::Lost);
    }
    // Another station's record is sealed under another key.
    let (other, _) = with_pin();
    fs::copy(other.data().join("secrets.json"), &path).expect("copied");
    assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Lost);
}

#[test]
fn the_same_pin_is_never_stored_alike() {
    let record = |home: &StationHome| {
        let text = fs::read_to_string(home.data().join("secrets.json")).expect("a file");
        serde_json::from_str::<Value>(&text).expect("JSON")["pin"].clone()
    };
    let (home, store) = with_pin();
    let first = record(&home);
    store.set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
    assert_ne!(first, record(&home));
}

#[test]
fn a_locked_door_keeps_nobody_from_points_or_signup() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let store = PinStore::open(&home.dirs(), START);
    store.set(&Pin::parse(RIGHT).expect("a PIN")).expect("kept");
    for _ in 0..5 {
        store.try_pin(WRONG, START).expect("counted");
    }
    assert!(matches!(store.try_pin(RIGHT, START), Ok(PinVerdict::Locked { .. })));
    assert_eq!(home.run(&["points", "--phone", "79990000001", "--json"]).code, 0);
    home.run(&["signup", "--phone", "79161234567", "--json"]).assert(0, &json!({ "outcome": "registered" }));
}

/// Where the process that is killed finds its station.
const STATION_OF_THE_KILLED: &str = "PIN_TEST_STATION";

/// Tries once through the door of the window, as a process of its own, and says how it ended.
#[expect(clippy::print_stdout, reason = "the process that kills this one listens")]
fn try_once(home: &Path) {
    let dirs = StationDirs::resolve(Some(home.join("data")), Some(home.join("keys"))).expect("both are given");
    let (station, _) = Station::open(&dirs);
    let mut entry = PinEntry::default();
    WRONG.bytes().for_each(|digit| entry.push(digit - b'0'));
    let verdict = Runtime::new().expect("threads").block_on(station.try_pin(entry, START));
    println!("verdict: {verdict:?}");
}

#[test]
fn a_kill_between_the_count_and_the_verdict_costs_the_try() {
    if let Some(home) = std::env::var_os(STATION_OF_THE_KILLED) {
        return try_once(Path::new(&home));
    }
    let (home, store) = with_pin();
    for _ in 0..4 {
        store.try_pin(WRONG, START).expect("counted");
    }
    drop(store);
    let name = "a_kill_between_the_count_and_the_verdict_costs_the_try";
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", name, "--nocapture"])
        .env(STATION_OF_THE_KILLED, home.folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    until("the try is counted", || count_on_disk(&home) == "5");
    child.kill().expect("killed");
    let said = child.wait_with_output().expect("its end");
    // The verdict comes a quarter of a second after the count: on a machine that slept in between the try ended by itself.
    let has_ended = String::from_utf8_lossy(&said.stdout).contains("verdict");
    assert!(has_ended || !said.status.success(), "{said:?}");
    let store = PinStore::open(&home.dirs(), START);
    assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Locked { left: secs(30) });
}

#[test]
fn a_right_answer_and_a_wrong_one_come_at_the_same_time() {
    let (home, _) = with_pin();
    let (station, _) = Station::open(&home.dirs());
    let tokio = Runtime::new().expect("threads");
    for (digits, verdict) in [(WRONG, wrong(0)), (RIGHT, PinVerdict::Right)] {
        let mut entry = PinEntry::default();
        digits.bytes().for_each(|digit| entry.push(digit - b'0'));
        let answer = station.try_pin(entry, START);
        let is_early = tokio.block_on(async { tokio::time::timeout(Duration::from_millis(200), answer).await.is_ok() });
        assert!(!is_early, "{verdict:?} came before the other could");
    }
}

#[test]
fn a_data_directory_that_is_put_back_revives_no_pin_and_forgives_no_try() {
    let (home, store) = with_pin();
    let old = home.folder().join("backup");
    fs::create_dir(&old).expect("made");
    let files = || fs::read_dir(home.data()).expect("a folder").map(|file| file.expect("a file").path());
    for file in files() {
        fs::copy(&file, old.join(file.file_name().expect("a name"))).expect("copied");
    }
    let put_back = || {
        fs::remove_dir_all(home.data()).expect("removed");
        fs::create_dir(home.data()).expect("made");
        for file in fs::read_dir(&old).expect("a folder").map(|file| file.expect("a file").path()) {
            fs::copy(&file, home.data().join(file.file_name().expect("a name"))).expect("copied");
        }
    };
    for _ in 0..5 {
        store.try_pin(WRONG, START).expect("counted");
    }
    put_back();
    let store = PinStore::open(&home.dirs(), START);
    assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Locked { left: secs(30) });

    store.set(&Pin::parse("618035").expect("a PIN")).expect("kept");
    assert_eq!(store.try_pin("618035", START).expect("counted"), PinVerdict::Right);
    put_back();
    let store = PinStore::open(&home.dirs(), START);
    assert_eq!(store.state(), PinState::Lost, "locked, until somebody who has the files sets one");
    assert_eq!(store.try_pin(RIGHT, START).expect("an answer"), PinVerdict::Lost);
    store.set(&Pin::parse("618035").expect("a PIN")).expect("kept");
    assert_eq!(store.try_pin("618035", START).expect("counted"), PinVerdict::Right);
}
