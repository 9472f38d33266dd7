//! A shop for programs that play a real one: a sandbox in a process of its own, and a station set up for it.

#![allow(dead_code, reason = "each of the tests, examples and benches that include this file uses a part of it")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::desktop::{Desktop, Program, Result};

/// How long the sandbox may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sandbox and a station that belongs to it; both are gone, with their files, when dropped.
pub(crate) struct Shop {
    binary: PathBuf,
    profile: String,
    address: String,
    token: String,
    // Dropped in this order: the server before the folder.
    _sandbox: Program,
    folder: TempDir,
}

impl Shop {
    /// Starts a sandbox and sets a station up for it, both through the program's own verbs.
    pub(crate) fn open(binary: impl AsRef<Path>) -> Result<Shop> {
        Self::open_with(tempfile::tempdir()?, binary, |_| ())
    }

    /// The same in Russian, in a folder whose name begins so.
    pub(crate) fn open_russian_in(prefix: &str, binary: impl AsRef<Path>) -> Result<Shop> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir()?;
        Self::open_with(folder, binary, |profile| profile["language"] = "ru".into())
    }

    /// The same, with a kiosk for a station and this manager PIN.
    pub(crate) fn open_kiosk(binary: impl AsRef<Path>, pin: &str) -> Result<Shop> {
        Self::open_kiosk_with(binary, pin, |_| ())
    }

    /// The same, with changes to its profile.
    pub(crate) fn open_kiosk_with(
        binary: impl AsRef<Path>,
        pin: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Shop> {
        let shop = Self::open_with(tempfile::tempdir()?, binary, |profile| {
            profile["mode"] = "kiosk".into();
            change(profile);
        })?;
        let status = shop.verb(&["pin"], pin)?;
        if status == Some(0) { Ok(shop) } else { Err(format!("the PIN was not set: {status:?}").into()) }
    }

    fn open_with(folder: TempDir, binary: impl AsRef<Path>, change: impl FnOnce(&mut Value)) -> Result<Shop> {
        let binary = binary.as_ref().to_owned();
        let mut command = Command::new(&binary);
        command.arg("sandbox").stdin(Stdio::null()).stdout(Stdio::piped()).current_dir(folder.path());
        let mut sandbox = Program::start(&mut command)?;
        let output = sandbox.child().stdout.take().ok_or("no output of the sandbox")?;
        let mut profile = String::new();
        BufReader::new(output).read_line(&mut profile)?;
        let mut fields: Value = serde_json::from_str(&profile)?;
        change(&mut fields);
        profile = fields.to_string();
        let text = |name: &str| fields[name].as_str().map(str::to_owned).ok_or("the profile is not whole");
        let address = text("base_url")?.strip_prefix("http://").ok_or("the sandbox has no address")?.to_owned();
        let token = text("token")?;
        let shop = Shop { binary, profile, address, token, _sandbox: sandbox, folder };
        shop.provision()?;
        Ok(shop)
    }

    fn provision(&self) -> Result<()> {
        for name in ["data", "key"] {
            let path = self.folder.path().join(name);
            fs::create_dir(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o700))?;
        }
        let status = self.verb(&["provision", "-"], &self.profile)?;
        if status == Some(0) { Ok(()) } else { Err(format!("the station was not set up: {status:?}").into()) }
    }

    /// Runs a verb of the station's program to its end and returns the exit code.
    pub(crate) fn verb(&self, verb: &[&str], input: &str) -> Result<Option<i32>> {
        let mut command = Command::new(&self.binary);
        command.args(self.folders()).args(verb).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        // Dropped at once: the input ends where the pipe does. A verb that reads nothing may have gone already.
        let _ = child.stdin.take().ok_or("no way in")?.write_all(input.as_bytes());
        Ok(child.wait()?.code())
    }

    /// The folder with all files of the station.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces the faults of the sandbox.
    pub(crate) fn set_faults(&self, faults: &Value) -> Result<()> {
        let faults = faults.to_string();
        let answer = self.ask("PUT", "faults", &faults)?;
        if answer.starts_with("HTTP/1.0 200 ") { Ok(()) } else { Err("the faults were refused".into()) }
    }

    /// The window of the station, ready to be started on a screen.
    pub(crate) fn window(&self, desktop: &Desktop) -> Command {
        let mut command = desktop.command(&self.binary);
        command.args(self.folders());
        command
    }

    /// The line that the sandbox has printed.
    pub(crate) fn profile(&self) -> &str {
        &self.profile
    }

    /// Every request that the sandbox has seen, oldest first.
    pub(crate) fn ledger(&self) -> Result<Vec<Value>> {
        let answer = self.ask("GET", "ledger", "")?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer of the sandbox")?;
        if head.contains(" 200 ") { Ok(serde_json::from_str(body)?) } else { Err("no ledger".into()) }
    }

    fn ask(&self, method: &str, what: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // In the old version of HTTP the answer comes in one piece and ends with the connection.
        let (token, length) = (&self.token, body.len());
        write!(
            stream,
            "{method} /_sandbox/{what} HTTP/1.0\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn folders(&self) -> [PathBuf; 4] {
        let folder = self.folder.path();
        ["--data-dir".into(), folder.join("data"), "--key-dir".into(), folder.join("key")]
    }
}
