//! The token at rest: sealed, bound to its origin, readable by this station only, and never said aloud.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use station::{Ended, Server, StationHome, finish};
use swip_kiosk::domain::connection::{BaseUrl, Origin};
use swip_kiosk::domain::{Token, TokenChoice};
use swip_kiosk::services::Station;
use swip_kiosk::services::secrets::{SecretsError, TokenStore};

const CANARY: &str = "canary-token-0123456789-canary";
const OTHER: &str = "another-token-9876543210";

fn origin(text: &str) -> Origin {
    BaseUrl::parse(text).expect("an address").origin()
}

fn here() -> Origin {
    origin("https://api.example.org")
}

fn there() -> Origin {
    origin("https://api.example.net:8443")
}

fn token(text: &str) -> Token {
    Token::parse(text).expect("a token")
}

/// A station's tokens, one for each of two origins.
fn with_tokens() -> (StationHome, TokenStore) {
    let home = StationHome::new();
    let store = TokenStore::new(&home.dirs());
    store.add(&here(), &token(CANARY)).expect("kept");
    store.add(&there(), &token(OTHER)).expect("kept");
    (home, store)
}

fn secrets_file(home: &StationHome) -> PathBuf {
    home.data().join("secrets.json")
}

fn read_secrets(home: &StationHome) -> Value {
    serde_json::from_slice(&fs::read(secrets_file(home)).expect("a file")).expect("JSON")
}

fn write_secrets(home: &StationHome, secrets: &Value) {
    fs::write(secrets_file(home), secrets.to_string()).expect("written");
}

/// The one key in a station's key folder.
fn key_file(home: &StationHome) -> PathBuf {
    let mut files = home.key_files();
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn a_token_comes_back_for_its_own_origin_only() {
    let (home, store) = with_tokens();
    assert_eq!(store.token_for(&here()).expect("opened"), Some(token(CANARY)));
    assert_eq!(store.token_for(&there()).expect("opened"), Some(token(OTHER)));
    for other in ["https://api.example.org:444", "https://example.org", "http://127.0.0.1", "http://127.0.0.1:1"] {
        assert_eq!(store.token_for(&origin(other)).expect("no error"), None, "{other}");
    }
    assert_eq!(store.token_for(&origin("https://API.example.org:443/v3/")).expect("opened"), Some(token(CANARY)));

    store.add(&here(), &token("a-newer-token")).expect("kept");
    assert_eq!(store.token_for(&here()).expect("opened"), Some(token("a-newer-token")));
    store.keep_only(&there()).expect("forgotten");
    assert_eq!(store.token_for(&here()).expect("no error"), None);
    assert_eq!(read_secrets(&home)["tokens"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_edited_origin_opens_nothing() {
    let (home, store) = with_tokens();
    let mut secrets = read_secrets(&home);
    secrets["tokens"][0]["origin"] = there().as_str().into();
    secrets["tokens"][1]["origin"] = "https://evil.example.org".into();
    write_secrets(&home, &secrets);
    assert!(matches!(store.token_for(&there()), Err(SecretsError::Sealed)));
    assert!(matches!(store.token_for(&origin("https://evil.example.org")), Err(SecretsError::Sealed)));
    assert_eq!(store.token_for(&here()).expect("no error"), None);
}

#[test]
fn swapped_entries_open_nothing() {
    let (home, store) = with_tokens();
    let whole = read_secrets(&home);
    for fields in [&["sealed"][..], &["nonce"], &["nonce", "sealed"]] {
        let mut secrets = whole.clone();
        for field in fields {
            secrets["tokens"][0][field] = whole["tokens"][1][field].clone();
            secrets["tokens"][1][field] = whole["tokens"][0][field].clone();
        }
        write_secrets(&home, &secrets);
        for origin in [here(), there()] {
            assert!(matches!(store.token_for(&origin), Err(SecretsError::Sealed)), "{fields:?}");
        }
    }
}

#[test]
fn no_flipped_bit_opens_anything() {
    let home = StationHome::new();
    let store = TokenStore::new(&home.dirs());
    store.add(&here(), &token(CANARY)).expect("kept");
    let whole = fs::read(secrets_file(&home)).expect("a file");
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            fs::write(secrets_file(&home), &bytes).expect("written");
            let opened = store.token_for(&here());
            assert!(!matches!(opened, Ok(Some(_))), "bit {bit} of byte {at}");
        }
    }
    for length in 0..whole.len() {
        fs::write(secrets_file(&home), &whole[..length]).expect("written");
        assert!(store.token_for(&here()).is_err(), "{length} bytes");
    }
    fs::write(secrets_file(&home), &whole).expect("written");
    assert_eq!(store.token_for(&here()).expect("opened"), Some(token(CANARY)));
}

#[test]
fn no_flipped_bit_of_the_key_opens_anything() {
    let (home, store) = with_tokens();
    let path = key_file(&home);
    let whole = fs::read(&path).expect("a key");
    assert_eq!(whole.len(), 32);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).expect("written");
        assert!(matches!(store.token_for(&here()), Err(SecretsError::Sealed)), "byte {at}");
    }
    for bytes in [&whole[..31], &[], &[whole.as_slice(), b"\n"].concat()] {
        fs::write(&path, bytes).expect("written");
        assert!(matches!(store.token_for(&here()), Err(SecretsError::Key(_))), "{} bytes", bytes.len());
    }
}

#[test]
fn another_stations_key_does_not_open_it() {
    let (home, _) = with_tokens();
    let (other, _) = with_tokens();
    fs::copy(key_file(&other), key_file(&home)).expect("copied");
    assert!(matches!(TokenStore::new(&home.dirs()).token_for(&here()), Err(SecretsError::Sealed)));
    fs::copy(secrets_file(&home), secrets_file(&other)).expect("copied");
    assert!(matches!(TokenStore::new(&other.dirs()).token_for(&here()), Err(SecretsError::Sealed)));
}

#[cfg(unix)]
#[test]
fn the_key_is_a_private_file_outside_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    use swip_kiosk::services::secrets::Protection;
    let (home, store) = with_tokens();
    let key = key_file(&home);
    assert!(!key.starts_with(home.data()));
    for path in [&key, &secrets_file(&home), &home.data().join("station-id")] {
        assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    assert_eq!(store.protection(), Protection::KeyFile);
    let names = [Protection::Credential, Protection::KeyFile, Protection::KeyFileInDataDir].map(Protection::name);
    assert_eq!(names, ["credential", "key_file", "key_file_in_data_dir"]);
    let key = fs::read(&key).expect("a key");
    for file in files_below(&home.data()) {
        let bytes = fs::read(&file).expect("a file");
        assert!(!bytes.windows(key.len()).any(|window| window == key), "the key lies in {}", file.display());
    }
}

#[test]
fn two_stations_share_a_key_folder_and_nothing_else() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let beside = home.folder().join("beside");
    let mut command = station::program();
    command.arg("--data-dir").arg(&beside).arg("--key-dir").arg(home.keys()).args(["provision", "-", "--json"]);
    assert_eq!(finish(&mut command, server.profile().to_string().as_bytes()).code, 0);
    assert_eq!(home.key_files().len(), 2);
    fs::copy(secrets_file(&home), beside.join("secrets.json")).expect("copied");
    let mut command = station::program();
    command.arg("--data-dir").arg(&beside).arg("--key-dir").arg(home.keys()).args(["check", "--json"]);
    assert_eq!(finish(&mut command, b"").code, 24);
}

#[test]
fn the_key_may_come_from_the_service_manager() {
    let server = Server::start();
    let home = StationHome::new();
    let credentials = home.folder().join("credentials");
    fs::create_dir(&credentials).expect("made");
    let run = |args: &[&str], input: &str| -> Ended {
        finish(home.command(args).env("CREDENTIALS_DIRECTORY", &credentials), input.as_bytes())
    };
    let protection = || run(&["check", "--json"], "").json()["protection"].clone();
    assert_eq!(protection(), "key_file", "a folder without our key in it");
    let key = credentials.join("swip-kiosk-root-key");
    fs::write(&key, [7; 32]).expect("written");
    assert_eq!(protection(), "credential");

    let profile = server.profile().to_string();
    run(&["provision", "-", "--json"], &profile).assert(0, &json!({ "outcome": "provisioned" }));
    assert_eq!(run(&["check", "--json"], "").code, 0);
    assert!(home.key_files().is_empty() && !home.data().join("station-id").exists(), "no key of our own");
    assert_eq!(home.run(&["check", "--json"]).code, 24, "nothing opens without it");
    fs::write(&key, [8; 32]).expect("written");
    assert_eq!(run(&["check", "--json"], "").code, 24, "nor with another one");
    fs::write(&key, [7; 31]).expect("written");
    assert_eq!(run(&["provision", "-", "--json"], &profile).code, 26, "a damaged one is not replaced by ours");
}

/// Whether anybody has tried to connect.
fn was_called(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).expect("set");
    match listener.accept() {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
            false
        }
    }
}

#[test]
fn another_address_never_gets_the_old_token() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let stranger = format!("http://{}", listener.local_addr().expect("an address"));
    let run_all = || {
        let profile = server.profile_with(&json!({ "base_url": stranger, "token": null })).to_string();
        let missing = json!({ "outcome": "invalid", "field": "token", "reason": "missing" });
        home.run_with(&["provision", "-", "--json"], &profile).assert(20, &missing);
        ["points", "signup", "check"].map(|verb| home.run(&[verb, "--phone", "79990000001", "--json"]).code)
    };
    assert_eq!(run_all(), [0, 0, 0], "the station still works with its own server");

    // Somebody edits the files.
    for name in ["settings.toml", "settings.last-good.toml"] {
        let path = home.data().join(name);
        let text = fs::read_to_string(&path).expect("a file").replace(server.base_url(), &stranger);
        fs::write(path, text).expect("written");
    }
    assert_eq!(run_all(), [24, 24, 24]);
    let mut secrets = read_secrets(&home);
    secrets["tokens"][0]["origin"] = stranger.as_str().into();
    write_secrets(&home, &secrets);
    assert_eq!(run_all(), [24, 24, 24]);
    assert!(!was_called(&listener), "nothing was sent there at all");
}

/// The files of a station at one moment.
type Snapshot = Vec<(PathBuf, Vec<u8>)>;

fn snapshot(home: &StationHome) -> Snapshot {
    files_below(&home.data()).into_iter().map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

/// Files of a moment, by name.
type Restored<'a> = (&'a Snapshot, &'a [&'a str]);

/// Puts files of a moment back by name.
fn restore(from: &Snapshot, names: &[&str]) {
    for (path, bytes) in from {
        if names.iter().any(|name| path.ends_with(name)) {
            fs::write(path, bytes).expect("written");
        }
    }
}

#[test]
fn a_power_cut_at_any_step_of_a_move_leaves_a_station_that_works() {
    let (old, new) = (Server::start(), Server::start());
    let home = StationHome::provisioned(&old);
    let before = snapshot(&home);
    let both = {
        let store = TokenStore::new(&home.dirs());
        store.add(&origin(new.base_url()), &token(new.token())).expect("kept");
        snapshot(&home)
    };
    home.provision(new.profile());
    let after = snapshot(&home);
    let all = ["settings.toml", "settings.last-good.toml", "secrets.json"];
    let steps: [(&[Restored<'_>], &Server); 5] = [
        (&[(&before, &all)], &old),
        (&[(&before, &all), (&both, &["secrets.json"])], &old),
        (&[(&before, &all), (&both, &["secrets.json"]), (&after, &["settings.toml"])], &new),
        (&[(&after, &all), (&both, &["secrets.json"])], &new),
        (&[(&after, &all)], &new),
    ];
    for (n, (files, server)) in steps.iter().enumerate() {
        for (from, names) in *files {
            restore(from, names);
        }
        let seen = server.ledger().len();
        let ended = home.run(&["points", "--phone", "79990000001", "--json"]);
        ended.assert(0, &json!({ "outcome": "found", "points": 1 }));
        assert_eq!(server.requests().len(), seen + 1, "step {n} works with the right server");
        // What was begun can be done again.
        home.provision(new.profile());
        assert_eq!(read_secrets(&home)["tokens"].as_array().map(Vec::len), Some(1), "step {n}");
    }
    old.requests();
}

#[test]
fn a_power_cut_at_any_step_of_the_first_set_up_leaves_a_station_that_can_be_set_up() {
    let server = Server::start();
    let whole = StationHome::provisioned(&server);
    let id = fs::read_to_string(whole.data().join("station-id")).expect("an id");
    let half = &id[..7];
    let states: [(&str, &[(&str, &str)]); 5] = [
        ("folders only", &[]),
        ("a key nobody points to", &[("keys/00000000000000000000000000000000.key", "half a key")]),
        ("an id that was not finished", &[("data/station-id.new", half)]),
        ("the token, but no settings", &[("data/secrets.json.new", "{\"tok")]),
        ("settings that were not finished", &[("data/settings.toml.new", "mode = ")]),
    ];
    for (what, files) in states {
        let home = StationHome::new();
        fs::create_dir(home.data()).expect("made");
        fs::create_dir(home.keys()).expect("made");
        for (name, text) in files {
            fs::write(home.folder().join(name), text).expect("written");
        }
        assert_eq!(home.run(&["check", "--json"]).code, 24, "{what}");
        assert!(Station::open(&home.dirs()).1.loaded.is_first_start, "{what}");
        home.provision(server.profile());
        assert_eq!(home.run(&["check", "--json"]).code, 0, "{what}");
    }
}

/// Takes something away from a station.
type Lose = fn(&StationHome);

#[test]
fn a_station_whose_key_is_lost_can_be_set_up_again() {
    let server = Server::start();
    let lose: [(&str, Lose); 3] = [
        ("the key", |home| fs::remove_dir_all(home.keys()).expect("removed")),
        ("half of the key", |home| fs::write(key_file(home), [1; 16]).expect("written")),
        ("the secrets", |home| fs::write(secrets_file(home), "damaged").expect("written")),
    ];
    for (what, lose) in lose {
        let home = StationHome::provisioned(&server);
        let old_id = fs::read(home.data().join("station-id")).expect("an id");
        lose(&home);
        assert_eq!(home.run(&["points", "--phone", "79990000001", "--json"]).code, 24, "{what}");
        let without = server.profile_with(&json!({ "token": null })).to_string();
        assert_eq!(home.run_with(&["provision", "-", "--json"], &without).code, 20, "{what}: the token is gone");
        home.provision(server.profile());
        assert_eq!(home.run(&["points", "--phone", "79990000001", "--json"]).code, 0, "{what}");
        if what == "the key" {
            let aside = fs::read(home.data().join("station-id.lost-1")).expect("kept for a key that turns up again");
            assert_eq!(aside, old_id);
        }
    }
}

#[test]
fn the_old_token_that_cannot_be_forgotten_does_not_undo_a_save() {
    let (home, store) = with_tokens();
    let (station, _) = Station::open(&home.dirs());
    let mut draft = swip_kiosk::domain::SettingsDraft::default();
    for (key, text) in [
        (swip_kiosk::domain::SettingKey::BaseUrl, "https://api.example.org"),
        (swip_kiosk::domain::SettingKey::MerchantId, "MRCH"),
        (swip_kiosk::domain::SettingKey::StoreId, "S"),
        (swip_kiosk::domain::SettingKey::CashId, "1"),
    ] {
        draft.set(key, text);
    }
    fs::create_dir(home.data().join("secrets.json.new")).expect("made");
    let saved = station.save(draft.check().expect("valid settings"), &TokenChoice::Stored);
    assert!(saved.is_ok(), "the settings are on disk: {saved:?}");
    assert!(station.settings().is_ok(), "and at work");
    fs::remove_dir(home.data().join("secrets.json.new")).expect("removed");
    assert_eq!(store.token_for(&here()).expect("opened"), Some(token(CANARY)));
}

/// Asserts that a secret is in no file, neither as it is nor as Base64 or hexadecimal digits would show it.
fn assert_nowhere(home: &StationHome, secret: &str) {
    let hex = secret.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let forms = [secret.to_owned(), STANDARD.encode(secret).trim_end_matches('=').to_owned(), hex];
    let files = [files_below(&home.data()), files_below(&home.keys())].concat();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        for form in &forms {
            let is_there = bytes.windows(form.len()).any(|window| window.eq_ignore_ascii_case(form.as_bytes()));
            assert!(!is_there, "{form} is in {}", file.display());
        }
    }
}

#[test]
fn the_token_is_in_no_file_and_in_nothing_that_is_said() {
    let mut server = Server::start();
    let home = StationHome::new();
    let bad = home.file("bad.json", &server.profile_with(&json!({ "mode": "shop" })).to_string());
    let good = home.file("good.json", &server.profile().to_string());
    let mut said = String::new();
    let mut run = |args: &[&str]| {
        for args in [args.to_vec(), [args, &["--json"]].concat()] {
            said.push_str(&home.run(&args).said());
        }
    };
    run(&["provision", &bad]);
    run(&["provision", &good]);
    let verbs: [&[&str]; 4] =
        [&["check"], &["points", "--phone", "79990000001"], &["signup", "--phone", "79161234567"], &[]];
    // Windows always has a screen: a start without a verb would open a window and stay.
    let verbs = &verbs[..if cfg!(windows) { 3 } else { 4 }];
    for verb in verbs {
        run(verb);
    }
    server
        .set_faults(&json!({ "signup": { "fault": "garbage" }, "stats": { "fault": { "status": { "code": 401 } } } }));
    for verb in verbs {
        run(verb);
    }
    server.stop();
    for verb in verbs {
        run(verb);
    }
    fs::write(home.data().join("settings.toml"), "damaged").expect("written");
    run(&["provision", &good]);
    assert!(!said.contains(server.token()), "{said}");
    fs::remove_file(&bad).expect("removed");
    fs::remove_file(&good).expect("removed");
    assert_nowhere(&home, server.token());
}

#[test]
fn debug_output_shows_no_token() {
    let (home, store) = with_tokens();
    let (station, opened) = Station::open(&home.dirs());
    let shown = format!(
        "{store:?} {opened:?} {:?} {:?} {:?}",
        token(CANARY),
        TokenChoice::New(token(CANARY)),
        station.settings().err(),
    );
    assert!(!shown.contains(CANARY) && !shown.contains("canary"), "{shown}");
    assert_nowhere(&home_with_profile(), CANARY);
}

/// A station set up with the canary.
fn home_with_profile() -> StationHome {
    let server = Server::start();
    let home = StationHome::new();
    home.provision(&server.profile_with(&json!({ "token": CANARY })));
    home
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_list_shows_neither_token_nor_customer() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    server.set_faults(&json!({ "signup": { "delay_ms": 600_000 } }));
    let mut command = home.command(&["signup", "-", "--json"]);
    let mut running = station::Running::start(command.stdin(std::process::Stdio::piped()));
    running.write(b"{\"phone\":\"79161234567\",\"first_name\":\"Tweetybird\"}");
    station::until("the signup is at work", || server.ledger().len() == 1);
    for list in ["cmdline", "environ", "comm"] {
        let bytes = match fs::read(format!("/proc/{}/{list}", running.id())) {
            // Its own user may not look there at all; root may.
            Err(error) if list == "environ" && error.kind() == io::ErrorKind::PermissionDenied => continue,
            shown => shown.expect("a running process"),
        };
        let text = String::from_utf8_lossy(&bytes);
        for secret in [server.token(), "79161234567", "9161234567", "Tweetybird"] {
            assert!(!text.contains(secret), "{list} shows {secret}");
        }
    }
    running.kill();
}

#[cfg(unix)]
#[test]
fn what_is_open_to_other_users_is_closed_and_nothing_new_is_open() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    let home = StationHome::new();
    let open = |home: &StationHome| -> Vec<_> {
        let (exports, quarantine) = (home.data().join("exports"), home.data().join("quarantine"));
        let folders = [home.data(), home.keys(), exports, quarantine].into_iter().filter(|folder| folder.exists());
        let files = folders.flat_map(|folder| {
            let files = fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file").path());
            files.chain([folder.clone()]).collect::<Vec<_>>()
        });
        files.filter(|file| fs::metadata(file).expect("there").permissions().mode() & 0o077 != 0).collect()
    };
    // With a mask that closes nothing.
    let profile = home.file("profile.json", &server.profile().to_string());
    for verb in ["provision", "signup"] {
        let words: &[&str] = if verb == "signup" { &["--phone", "79161234567"] } else { &[&profile] };
        let command = home.command(&[&[verb], words].concat());
        let mut masked = std::process::Command::new("sh");
        masked.args(["-c", "umask 000; exec \"$@\"", "sh"]).arg(command.get_program()).args(command.get_args());
        assert!(masked.status().expect("sh").success());
    }
    assert_eq!(open(&home), Vec::<std::path::PathBuf>::new());

    // What a manager's screens keep beside them is the station's own, too.
    let list = home.data().join("balances.list");
    fs::write(&list, "").expect("written");
    // With phones in them: tables that found no other place, and a damaged database.
    let beside = ["exports", "exports/consents-2026-10-25.csv", "quarantine", "quarantine/outbox-1.db-wal"];
    let beside = beside.map(|name| home.data().join(name));
    for path in &beside {
        if path.extension().is_some() { fs::write(path, "") } else { fs::create_dir(path) }.expect("made");
    }
    let others = [home.data(), home.keys(), home.key_files().remove(0), home.data().join("outbox.db"), list];
    for path in others.into_iter().chain(beside) {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).expect("opened");
    }
    let ended = home.run(&["queue", "list", "--json"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.contains("it was open to other users of this machine"), "{ended:?}");
    assert_eq!(open(&home), Vec::<std::path::PathBuf>::new());

    // Files of somebody else are not the program's to close, nor is the folder they are in.
    let foreign = home.file("data/notes.txt", "");
    for path in [Path::new(&foreign), &home.data()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("opened");
    }
    assert_eq!(home.run(&["queue", "list", "--json"]).code, 0);
    assert_eq!(open(&home), [Path::new(&foreign).to_owned(), home.data()]);
}
