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
        let binary = binary.as_ref().to_owned();
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(&binary);
        command.arg("sandbox").stdin(Stdio::null()).stdout(Stdio::piped()).current_dir(folder.path());
        let mut sandbox = Program::start(&mut command)?;
        let output = sandbox.child().stdout.take().ok_or("no output of the sandbox")?;
        let mut profile = String::new();
        BufReader::new(output).read_line(&mut profile)?;
        let fields: Value = serde_json::from_str(&profile)?;
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
        let mut command = Command::new(&self.binary);
        command.args(self.folders()).args(["provision", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        // Dropped at once: the profile ends where the pipe does.
        child.stdin.take().ok_or("no way in")?.write_all(self.profile.as_bytes())?;
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the station was not set up: {status}").into()) }
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
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // In the old version of HTTP the answer comes in one piece and ends with the connection.
        write!(stream, "GET /_sandbox/ledger HTTP/1.0\r\nAuthorization: Bearer {}\r\n\r\n", self.token)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer of the sandbox")?;
        if head.contains(" 200 ") { Ok(serde_json::from_str(body)?) } else { Err("no ledger".into()) }
    }

    fn folders(&self) -> [PathBuf; 4] {
        let folder = self.folder.path();
        ["--data-dir".into(), folder.join("data"), "--key-dir".into(), folder.join("key")]
    }
}
