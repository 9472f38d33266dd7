//! Files that are another user's are named as such, and never taken for lost.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::station::{Ended, Server, StationHome, finish};

/// Nobody's number on Linux.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn give(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).expect("given");
    if path.is_dir() {
        fs::read_dir(path).expect("a folder").for_each(|file| give(&file.expect("a file").path(), user));
    }
}

/// Runs a verb as the owner of the station's files, who is not root.
fn run(home: &StationHome, args: &[&str]) -> Ended {
    let command = home.command(args);
    if !is_root() {
        return finish(&mut home.command(args), b"");
    }
    // Where nobody may read it.
    let program = home.folder().join("swip-kiosk");
    // By another process: a child that is started meanwhile would hold the copy open for writing, and nobody could run it.
    assert!(Command::new("cp").arg(command.get_program()).arg(&program).status().expect("cp").success());
    let user = NOBODY.to_string();
    let mut as_owner = Command::new("setpriv");
    as_owner.args(["--reuid", &user, "--regid", &user, "--clear-groups"]).arg(&program).args(command.get_args());
    as_owner.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(&mut as_owner, b"")
}

#[test]
fn a_file_that_became_another_users_is_named_and_not_taken_for_lost() {
    let server = Server::start();
    let no_permission = json!({ "outcome": "storage_failed", "reason": "no_permission" });
    for file in ["secrets.json", "settings.toml", "outbox.db", "station-id", "key"] {
        let home = StationHome::provisioned(&server);
        assert_eq!(home.run(&["signup", "--phone", "79161234567", "--json"]).code, 0);
        if is_root() {
            fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("opened");
            give(&home.data(), NOBODY);
            give(&home.keys(), NOBODY);
        }
        let path = if file == "key" { home.key_files().remove(0) } else { home.data().join(file) };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("closed");
        for verb in
            [&["points", "--phone", "79161234567", "--json"][..], &["queue", "list", "--json"], &["check", "--json"]]
        {
            let ended = run(&home, verb);
            ended.assert(26, &no_permission);
            assert!(ended.stderr.contains("chmod"), "its own: {file}: {ended:?}");
        }
        if is_root() {
            give(&path, 0);
            let ended = run(&home, &["points", "--phone", "79161234567", "--json"]);
            ended.assert(26, &no_permission);
            assert!(ended.stderr.contains("belongs to root: give it back with chown"), "{file}: {ended:?}");
            give(&path, NOBODY);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("opened");
        assert_eq!(run(&home, &["points", "--phone", "79161234567", "--json"]).code, 0, "{file}");
    }
}

#[test]
fn what_is_not_ours_in_the_key_directory_stops_no_verb() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    if is_root() {
        fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("opened");
        give(&home.data(), NOBODY);
        give(&home.keys(), NOBODY);
    }
    // As `sudo cp` and a disk of its own leave them.
    let key = home.key_files().remove(0).with_added_extension("bak");
    for path in [key, home.keys().join("other.txt")] {
        fs::write(&path, "").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("closed");
    }
    let found = home.keys().join("lost+found");
    fs::create_dir(&found).expect("made");
    fs::set_permissions(&found, fs::Permissions::from_mode(0o000)).expect("closed");
    assert_eq!(run(&home, &["points", "--phone", "79990000001", "--json"]).code, 0);
    assert_eq!(run(&home, &["check", "--json"]).code, 0);
    assert_eq!(run(&home, &["signup", "--phone", "79161234567", "--json"]).code, 0);
    fs::set_permissions(&found, fs::Permissions::from_mode(0o700)).expect("opened");
}

#[test]
fn a_place_where_the_data_directory_cannot_be_made_is_named() {
    let home = StationHome::new();
    let mode = |mode| fs::set_permissions(home.folder(), fs::Permissions::from_mode(mode)).expect("set");
    mode(if is_root() { 0o755 } else { 0o555 });
    let ended = run(&home, &["consents", "find", "--phone", "79161234567", "--json"]);
    mode(0o755);
    ended.assert(26, &json!({ "outcome": "storage_failed", "reason": "no_permission" }));
    assert!(ended.stderr.contains("the place of the data directory"), "{ended:?}");
}

#[test]
fn a_verb_of_another_user_writes_nothing_and_names_whom_to_run_it_as() {
    let server = Server::start();
    let home = StationHome::provisioned(&server);
    let (data, keys) = if is_root() {
        give(&home.data(), 54_321);
        (home.data(), home.keys())
    } else {
        (Path::new("/usr").to_owned(), home.keys())
    };
    let dirs = ["--data-dir", data.to_str().expect("plain"), "--key-dir", keys.to_str().expect("plain")];
    let profile = home.file("profile.json", &server.profile().to_string());
    for (verb, input) in [
        (&["pin", "--json"][..], "802947"),
        (&["provision", &profile, "--json"], ""),
        (&["signup", "--phone", "79161234567", "--json"], ""),
        (&["queue", "retry", "--json"], ""),
    ] {
        let mut command = crate::station::program();
        let ended = finish(command.args(dirs).args(verb), input.as_bytes());
        ended.assert(26, &json!({ "outcome": "storage_failed", "reason": "other_user" }));
        assert!(ended.stderr.contains("sudo -u '"), "{ended:?}");
    }
    assert_eq!(server.ledger().len(), 0);
}
