//! A sandbox, stations that work against it, and what both have seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use jiff::civil::date;
use serde_json::Value;
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{BirthdayForm, Enrolment, SignupDraft};
use swip_kiosk::services::sandbox::{Faults, LedgerAnswer, Sandbox, SandboxOptions};
use swip_kiosk::services::{Station, StationDirs};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::tracer::{self, Ended, Watch};

/// A server, and the runtime that it runs on.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    _tokio: Runtime,
}

/// A station in a folder of its own, on a disk that costs no time.
pub(crate) struct Home {
    folder: TempDir,
}

/// One entry of `queue list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) masked: String,
    pub(crate) state: String,
    pub(crate) attempts: usize,
}

/// What the server saw of a phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) posts: usize,
    pub(crate) accounts: usize,
    /// Requests that were answered with 204 or 400.
    pub(crate) settled: usize,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let tokio = Runtime::new().unwrap();
        let sandbox = tokio.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
        Self { sandbox, _tokio: tokio }
    }

    /// The sandbox's profile with some keys replaced.
    pub(crate) fn profile(&self, changes: &[(&str, &str)]) -> Value {
        let mut profile = self.sandbox.profile();
        for (key, value) in changes {
            profile[*key] = Value::from(*value);
        }
        profile
    }

    pub(crate) fn faults(&self, faults: Faults) {
        self.sandbox.set_faults(faults);
    }

    /// What it saw of a phone.
    pub(crate) fn seen(&self, phone: &str) -> Seen {
        let mut seen = Seen::default();
        for entry in self.sandbox.ledger().iter().filter(|entry| entry.path == "/customer-signups") {
            assert_eq!(entry.breach, None, "{entry:?}");
            if entry.body.contains(phone) {
                seen.posts += 1;
                seen.accounts += usize::from(entry.accounts_created);
                seen.settled +=
                    usize::from([LedgerAnswer::Status(204), LedgerAnswer::Status(400)].contains(&entry.answer));
            }
        }
        seen
    }
}

impl Home {
    /// On a disk: the program refuses to work in memory.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Quicker, for what is only looked into.
    pub(crate) fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { folder: folder.unwrap() }
    }

    /// A station that is set up.
    pub(crate) fn provisioned(profile: &Value) -> Self {
        let home = Self::new();
        let file = home.file("profile.json", profile);
        assert_eq!(home.run(&["provision", &file]).status.code(), Some(0));
        home
    }

    /// The same station once more.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        copy_folder(self.path(), copy.path());
        copy
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn dirs(&self) -> StationDirs {
        StationDirs::resolve(Some(self.data()), Some(self.path().join("keys"))).unwrap()
    }

    pub(crate) fn file(&self, name: &str, content: &Value) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path().join(name);
        fs::write(&path, content.to_string()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_swip-kiosk"));
        for name in ["CREDENTIALS_DIRECTORY", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.args(args).arg("--json").arg("--data-dir").arg(self.data()).arg("--key-dir");
        command.arg(self.path().join("keys")).stdin(Stdio::null());
        command
    }

    /// Runs a verb, undisturbed.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a verb and shows its system calls to `watch`.
    pub(crate) fn watched(&self, args: &[&str], watch: &mut dyn Watch) -> Ended {
        tracer::run(&self.command(args), watch)
    }

    /// Everything that waits.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let output = self.run(&["queue", "list"]);
        assert_eq!(output.status.code(), Some(0), "the queue can be listed: {output:?}");
        let list: Value = serde_json::from_slice(&output.stdout).unwrap();
        let row = |entry: &Value| Row {
            masked: entry["phone_masked"].as_str().unwrap_or_default().to_owned(),
            state: entry["state"].as_str().unwrap().to_owned(),
            attempts: usize::try_from(entry["attempts"].as_u64().unwrap()).unwrap(),
        };
        list["entries"].as_array().unwrap().iter().map(row).collect()
    }

    /// Delivers all that waits.
    pub(crate) fn deliver(&self) {
        let output = self.run(&["queue", "deliver", "--until-empty", "--deadline", "60"]);
        assert_eq!(output.status.code(), Some(0), "the queue is emptied: {output:?}");
    }

    /// Stores signups as if they had been said to be saved; all of them are in the copy.
    pub(crate) fn store(&self, phones: &[String]) {
        self.stored(phones, true);
    }

    /// Stores one that is not in the copy yet.
    pub(crate) fn store_newer(&self, phone: &str) {
        self.stored(&[phone.to_owned()], false);
    }

    fn stored(&self, phones: &[String], are_copied: bool) {
        Runtime::new().unwrap().block_on(async {
            let (station, _) = Station::open(&self.dirs());
            let link = station.settings().unwrap().connection;
            let deliverer = station.deliverer().await.unwrap();
            for phone in phones {
                let draft = SignupDraft { phone: phone.clone(), ..SignupDraft::default() };
                let signup = draft.check(BirthdayForm::Iso, &Preferences::default(), date(2026, 1, 1)).unwrap();
                deliverer
                    .outbox()
                    .enqueue(Enrolment::without_consents(signup), link.clone(), 1_700_000_000_000)
                    .await
                    .unwrap();
            }
            if are_copied {
                station.stop().await;
            }
        });
        // The thread that owned the database puts everything into one file.
        while self.data().join("outbox.db-wal").exists() {
            std::thread::yield_now();
        }
    }

    /// A station with two signups in its copy and a third that is not, whose database is damaged; what that is then.
    pub(crate) fn to_recover(profile: &Value, phones: &[String; 3], damage: Damage) -> (Self, Vec<u8>) {
        let home = Self::provisioned(profile);
        home.store(&phones[..2]);
        home.store_newer(&phones[2]);
        let damaged = home.damage(damage);
        (home, damaged)
    }

    /// Asserts that a recovery of such a station, cut short or not, is complete by now.
    pub(crate) fn assert_recovered(&self, phones: &[String; 3], (damage, damaged): (Damage, &[u8]), ended: &Ended) {
        let rows = self.rows();
        let is_back = |number: usize| rows.iter().any(|row| is_of(row, &phones[number]));
        assert!(is_back(0) && is_back(1), "{ended:?} {rows:?}");
        assert_eq!(is_back(2), damage == Damage::Index, "{ended:?} {rows:?}");
        assert!(rows.iter().all(|row| row.state == "unknown"), "{rows:?}");
        let kept = fs::read(self.data().join("quarantine/outbox-1.db")).unwrap();
        assert!(kept == damaged, "the damaged file is kept as it was");
    }

    fn damage(&self, damage: Damage) -> Vec<u8> {
        const PAGE: usize = 4096;
        let path = self.data().join("outbox.db");
        let index: usize = {
            let db = rusqlite::Connection::open(&path).unwrap();
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'one_live_entry_per_phone'";
            let page: u32 = db.query_row(sql, [], |row| row.get(0)).unwrap();
            page.try_into().unwrap()
        };
        let mut bytes = fs::read(&path).unwrap();
        match damage {
            Damage::Head => bytes[..PAGE].fill(0),
            // The last bytes of a page belong to a key.
            Damage::Index => bytes[index * PAGE - 10] ^= 0x55,
        }
        fs::write(&path, &bytes).unwrap();
        bytes
    }

    /// The store that the station works for, if it is set up and its token can be opened; its settings must be whole.
    pub(crate) fn store_id(&self) -> Option<String> {
        let (_, opened) = Station::open(&self.dirs());
        assert_eq!(opened.loaded.notes, [], "the settings are whole");
        let settings = opened.loaded.settings?;
        assert!(opened.token_tail.is_some(), "there is a token for the settings");
        Some(settings.connection.store_id.as_str().to_owned())
    }

    pub(crate) fn has_quarantine(&self) -> bool {
        self.data().join("quarantine").exists()
    }
}

/// What becomes of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Nothing in it can be read any more.
    Head,
    /// It contradicts itself, and every row can be read.
    Index,
}

/// Whether a row is that of a phone.
pub(crate) fn is_of(row: &Row, phone: &str) -> bool {
    row.masked.ends_with(&phone[phone.len() - 2..])
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}
