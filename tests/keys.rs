//! Root keys that come and go: nothing sealed is ever thrown away, and what can be opened is sealed anew.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/station.rs"]
mod station;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use station::{Ended, Server, StationHome, finish};
use swip_kiosk::domain::pin::PinVerdict;
use swip_kiosk::services::secrets::PinStore;

const PIN: &str = "802947";
const PHONE: &str = "79161234567";

/// A station whose service manager may hand it a key.
struct Managed {
    home: StationHome,
}

impl Managed {
    fn new() -> Self {
        let managed = Self { home: StationHome::new() };
        fs::create_dir(managed.folder()).expect("made");
        managed
    }

    fn folder(&self) -> PathBuf {
        self.home.folder().join("credentials")
    }

    fn give(&self, byte: u8) {
        fs::write(self.folder().join("swip-kiosk-root-key"), [byte; 32]).expect("written");
    }

    fn take_away(&self) {
        fs::remove_file(self.folder().join("swip-kiosk-root-key")).expect("removed");
    }

    fn run(&self, args: &[&str], input: &str) -> Ended {
        let args = [args, &["--json"]].concat();
        finish(self.home.command(&args).env("CREDENTIALS_DIRECTORY", self.folder()), input.as_bytes())
    }

    fn provision(&self, server: &Server) {
        self.run(&["provision", "-"], &server.profile().to_string()).assert(0, &json!({ "outcome": "provisioned" }));
    }

    fn states(&self) -> Vec<(Value, Value)> {
        let listed = self.run(&["queue", "list"], "").json();
        let entries = listed["entries"].as_array().expect("a list").clone();
        entries.into_iter().map(|entry| (entry["state"].clone(), entry["reason"].clone())).collect()
    }

    fn secrets(&self) -> String {
        fs::read_to_string(self.home.data().join("secrets.json")).expect("a file")
    }
}

fn cut() -> Value {
    json!({ "signup": { "fault": "cut_before" } })
}

#[test]
fn a_credential_takes_over_from_a_key_file_and_strands_nothing() {
    let server = Server::start();
    let station = Managed::new();
    station.provision(&server);
    assert_eq!(station.run(&["pin"], PIN).code, 0);
    server.set_faults(&cut());
    assert_eq!(station.run(&["signup", "--phone", PHONE], "").code, 10);
    server.set_faults(&json!({}));
    let before = station.secrets();

    station.give(7);
    let check = station.run(&["check"], "");
    assert_eq!((check.code, &check.json()["protection"]), (0, &json!("credential")), "the token opens: {check:?}");
    assert_eq!(station.secrets(), before, "who does not own the station changes nothing");
    // The first owner seals everything under the credential: the file may go then.
    assert_eq!(station.run(&["queue", "deliver", "--until-empty", "--deadline", "30"], "").code, 0);
    assert_ne!(station.secrets(), before);
    fs::remove_dir_all(station.home.keys()).expect("removed");
    assert_eq!(station.run(&["points", "--phone", PHONE], "").code, 0);
    assert_eq!(server.requests().iter().filter(|line| line.starts_with("POST /customer-signups")).count(), 2);
}

#[test]
fn the_pin_too_is_sealed_under_the_credential() {
    let server = Server::start();
    let station = Managed::new();
    station.provision(&server);
    assert_eq!(station.run(&["pin"], PIN).code, 0);
    station.give(7);
    assert_eq!(station.run(&["queue", "list"], "").code, 0);
    fs::remove_dir_all(station.home.keys()).expect("removed");
    // Looked at without the credential, it is there and cannot be opened; the station itself opens it.
    let store = PinStore::open(&station.home.dirs(), Duration::ZERO);
    assert_eq!(store.try_pin(PIN, Duration::ZERO).expect("an answer"), PinVerdict::Lost);
    assert_eq!(station.run(&["check"], "").code, 0);
}

#[test]
fn a_credential_that_disappears_leaves_its_rows_waiting_and_the_station_at_work() {
    let server = Server::start();
    let station = Managed::new();
    station.give(7);
    station.provision(&server);
    server.set_faults(&cut());
    assert_eq!(station.run(&["signup", "--phone", PHONE], "").code, 10);
    server.set_faults(&json!({}));

    station.take_away();
    for verb in [&["points", "--phone", PHONE][..], &["signup", "--phone", PHONE], &["queue", "list"]] {
        let ended = station.run(verb, "");
        ended.assert(24, &json!({ "outcome": "not_configured" }));
        assert!(ended.stderr.contains("the token cannot be opened"), "{ended:?}");
    }
    assert!(!station.home.data().join("station-id").exists(), "asking makes no key");
    let check = station.run(&["check"], "").json();
    assert_eq!((&check["outcome"], &check["protection"]), (&json!("not_configured"), &json!("key_file")));
    let without = server.profile_with(&json!({ "token": null })).to_string();
    assert_eq!(station.run(&["provision", "-"], &without).code, 20, "the token must be entered again");

    // With the token, the station goes on under a key of its own; the old row waits for the old key.
    station.provision(&server);
    assert_eq!(station.states(), [(json!("held"), json!("key_lost"))]);
    assert_eq!(station.run(&["signup", "--phone", "79161234568"], "").code, 0);
    for _ in 0..2 {
        assert_eq!(station.run(&["queue", "deliver", "--deadline", "2"], "").code, 10);
        assert_eq!(station.states(), [(json!("held"), json!("key_lost"))]);
    }
    assert_eq!(station.home.key_files().len(), 1, "one new key, not one a start");

    station.give(7);
    assert_eq!(station.run(&["queue", "deliver", "--until-empty", "--deadline", "30"], "").code, 0);
    let posts: Vec<_> = server.requests().into_iter().filter(|line| line.contains(PHONE)).collect();
    assert_eq!(posts.len(), 2, "the cut one, and the one that arrived: {posts:?}");
}

#[test]
fn a_verb_from_a_shell_beside_a_service_with_a_credential_strands_nothing() {
    let server = Server::start();
    let station = Managed::new();
    station.give(7);
    station.provision(&server);
    // A technician's shell has no credential.
    assert_eq!(station.home.run_with(&["pin", "--json"], PIN).code, 0);
    assert_eq!(station.run(&["check"], "").code, 0, "the token is sealed under the credential as before");
    station.home.provision(server.profile());
    assert_eq!(station.run(&["points", "--phone", PHONE], "").code, 12, "a token sealed in the shell opens as well");
    assert_eq!(station.run(&["queue", "list"], "").code, 0);
    fs::remove_dir_all(station.home.keys()).expect("removed");
    assert_eq!(station.run(&["points", "--phone", PHONE], "").code, 12, "it was sealed under the credential");
}

#[test]
fn a_key_inside_the_data_folder_is_told() {
    let server = Server::start();
    let home = StationHome::new();
    let run = |args: &[&str], input: &str| {
        let mut command = station::program();
        command.arg("--data-dir").arg(home.data()).arg("--key-dir").arg(home.data().join("keys")).args(args);
        finish(&mut command, input.as_bytes())
    };
    assert_eq!(run(&["provision", "-"], &server.profile().to_string()).code, 0);
    assert_eq!(run(&["check", "--json"], "").json()["protection"], "key_file_in_data_dir");
    let words = run(&["check", "--lang", "en"], "");
    assert!(words.stdout.contains("a copied folder can be read"), "{words:?}");
    let apart = StationHome::provisioned(&server);
    assert_eq!(apart.run(&["check", "--json"]).json()["protection"], "key_file");
    let words = apart.run(&["check", "--lang", "en"]);
    assert!(words.stdout.contains("Encryption key: a file of its own"), "{words:?}");
}

/// What a station without a folder for keys leaves with the user of this machine; gone when dropped.
#[cfg(windows)]
struct WithUser {
    key: keyring_core::Entry,
    id: String,
    notes: PathBuf,
}

#[cfg(windows)]
impl WithUser {
    /// Of the station in a data directory.
    fn of(data: &std::path::Path) -> Self {
        use keyring_core::api::CredentialStoreApi as _;
        let id = fs::read_to_string(data.join("station-id")).expect("an id");
        let store = windows_native_keyring_store::Store::new().expect("the Credential Manager");
        let here = std::collections::HashMap::from([("persistence", "Local")]);
        let key = store.build("swip-kiosk", &id, Some(&here)).expect("an entry");
        let dirs = swip_kiosk::services::StationDirs::resolve(Some(data.to_owned()), None).expect("a place");
        Self { key, id, notes: dirs.keys().to_owned() }
    }

    /// The files beside other keys of this user that are this station's.
    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.notes).into_iter().flatten().map(|file| file.expect("a file").path());
        let is_ours = |file: &PathBuf| {
            file.display().to_string().contains(&self.id)
                || fs::read_to_string(file).is_ok_and(|text| text.contains(&self.id))
        };
        files.filter(is_ours).collect()
    }
}

#[cfg(windows)]
impl Drop for WithUser {
    fn drop(&mut self) {
        // What is not there any more needs no removal.
        let _ = self.key.delete_credential();
        self.files().into_iter().for_each(|file| drop(fs::remove_file(file)));
    }
}

#[cfg(windows)]
#[test]
fn the_credential_manager_of_windows_keeps_the_key_and_no_file_does() {
    let server = Server::start();
    let home = StationHome::new();
    let run = |args: &[&str], input: &str| {
        let args = [args, &["--json"]].concat();
        finish(station::program().arg("--data-dir").arg(home.data()).args(args), input.as_bytes())
    };
    run(&["provision", "-"], &server.profile().to_string()).assert(0, &json!({ "outcome": "provisioned" }));
    let user = WithUser::of(&home.data());
    let secret = user.key.get_secret().expect("the program's own entry");
    assert_eq!(secret.len(), 32);
    assert!(user.files().iter().all(|file| file.extension().is_none_or(|name| name != "key")), "{:?}", user.files());
    let check = run(&["check"], "");
    assert_eq!((check.code, &check.json()["protection"]), (0, &json!("keychain")), "{check:?}");
    server.set_faults(&cut());
    assert_eq!(run(&["signup", "--phone", PHONE], "").code, 10);
    server.set_faults(&json!({}));

    // Copied without its user's key, a station is of no use; with the key it goes on.
    user.key.delete_credential().expect("deleted");
    assert_eq!(run(&["points", "--phone", PHONE], "").code, 24);
    user.key.set_secret(&secret).expect("kept");
    assert_eq!(run(&["queue", "deliver", "--until-empty", "--deadline", "30"], "").code, 0);
    assert_eq!(run(&["points", "--phone", PHONE], "").code, 0);
}
