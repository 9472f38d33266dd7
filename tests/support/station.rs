//! A station in folders of its own, the program run on it, and a sandbox in a process of its own.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "a driver of real programs waits in real time")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use swip_kiosk::services::StationDirs;
use tempfile::TempDir;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A station's data and key folders; gone when dropped.
pub(crate) struct StationHome {
    folder: TempDir,
}

/// How a program ended and what it said.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program at work, which does not outlive its guard.
pub(crate) struct Running {
    child: Child,
    /// What it says, read as it is said: a full pipe would hold it up.
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

/// A sandbox in a process of its own, ended when dropped.
pub(crate) struct Server {
    running: Running,
    profile: Value,
}

/// The program without a display, without a service manager's secrets, without a wish for backtraces.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swip-kiosk"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "CREDENTIALS_DIRECTORY", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a program to its end.
pub(crate) fn finish(command: &mut Command, input: &[u8]) -> Ended {
    let mut running = Running::start(command.stdin(Stdio::piped()));
    running.write(input);
    running.finish()
}

impl StationHome {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A station that works against the sandbox.
    pub(crate) fn provisioned(server: &Server) -> Self {
        let home = Self::new();
        home.provision(server.profile());
        home
    }

    /// Stores a profile.
    pub(crate) fn provision(&self, profile: &Value) {
        let ended = self.run_with(&["provision", "-", "--json"], &profile.to_string());
        ended.assert(0, &json!({ "outcome": "provisioned" }));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder().join("keys")
    }

    /// The files of its keys.
    pub(crate) fn key_files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.keys()).expect("a folder").map(|file| file.expect("a file").path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "key")).collect()
    }

    pub(crate) fn dirs(&self) -> StationDirs {
        StationDirs::resolve(Some(self.data()), Some(self.keys())).expect("both are given")
    }

    /// The program on this station.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        command.arg("--data-dir").arg(self.data()).arg("--key-dir").arg(self.keys()).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        finish(&mut self.command(args), b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], input: &str) -> Ended {
        finish(&mut self.command(args), input.as_bytes())
    }

    /// Writes a file beside the station's folders that only its owner can read.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder().join(name);
        fs::write(&path, text).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        }
        path.to_str().expect("a plain path").to_owned()
    }
}

impl Ended {
    /// The one line of JSON on standard output.
    pub(crate) fn json(&self) -> Value {
        let line = self.stdout.strip_suffix('\n').unwrap_or_else(|| panic!("no whole line: {self:?}"));
        assert!(!line.contains('\n'), "more than one line: {self:?}");
        let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "no object: {self:?}");
        value
    }

    /// Asserts how a verb with `--json` ended.
    pub(crate) fn assert(&self, code: i32, object: &Value) {
        assert_eq!((self.code, &self.json()), (code, object), "{self:?}");
    }

    /// Everything that was said.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

impl std::fmt::Debug for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\nstdout: {}\nstderr: {}", self.code, self.stdout, self.stderr)
    }
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let (stdout, stderr) = (child.stdout.take().map(read_all), child.stderr.take().map(read_all));
        Self { child, stdout, stderr }
    }

    /// Writes all of standard input and closes it.
    pub(crate) fn write(&mut self, input: &[u8]) {
        let mut stdin: ChildStdin = self.child.stdin.take().expect("standard input is ours");
        // A program that does not read its input may be gone already.
        let _ = stdin.write_all(input);
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.status().is_some()
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Waits for the end.
    pub(crate) fn finish(mut self) -> Ended {
        until("the program ends", || self.has_ended());
        let code = self.status().and_then(|status| status.code()).unwrap_or(-1);
        let said = |reader: Option<JoinHandle<String>>| reader.map(|reader| reader.join().expect("text"));
        Ended {
            code,
            stdout: said(self.stdout.take()).unwrap_or_default(),
            stderr: said(self.stderr.take()).unwrap_or_default(),
        }
    }

    /// Ends it without a chance to tidy up.
    pub(crate) fn kill(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_at("0")
    }

    /// On a port of choice; 0 is a free one.
    pub(crate) fn start_at(port: &str) -> Self {
        let mut child =
            program().args(["sandbox", "--port", port]).stderr(Stdio::null()).spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("standard output is ours");
        let running = Running { child, stdout: None, stderr: None };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let profile = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { running, profile }
    }

    /// The line that it printed.
    pub(crate) fn profile(&self) -> &Value {
        &self.profile
    }

    /// The profile with some keys replaced; null takes one away.
    pub(crate) fn profile_with(&self, changes: &Value) -> Value {
        let mut profile = self.profile.as_object().expect("an object").clone();
        for (key, value) in changes.as_object().expect("an object") {
            profile.insert(key.clone(), value.clone());
        }
        profile.retain(|_, value| !value.is_null());
        Value::Object(profile)
    }

    pub(crate) fn base_url(&self) -> &str {
        self.profile["base_url"].as_str().expect("a text")
    }

    pub(crate) fn token(&self) -> &str {
        self.profile["token"].as_str().expect("a text")
    }

    pub(crate) fn address(&self) -> &str {
        self.base_url().strip_prefix("http://").expect("plain http")
    }

    pub(crate) fn port(&self) -> &str {
        self.address().rsplit(':').next().expect("a port")
    }

    /// Replaces all faults.
    pub(crate) fn set_faults(&self, faults: &Value) {
        let answer = self.exchange("PUT", "/_sandbox/faults", &faults.to_string());
        assert!(answer.get("error").is_none(), "{answer}");
    }

    /// What it has seen, oldest first.
    pub(crate) fn ledger(&self) -> Vec<Value> {
        let Value::Array(entries) = self.exchange("GET", "/_sandbox/ledger", "") else {
            panic!("the ledger is no list");
        };
        entries
    }

    /// What it has seen, each as method, path with query, and body; every request must have been right.
    pub(crate) fn requests(&self) -> Vec<String> {
        let mut requests = Vec::new();
        for entry in self.ledger() {
            assert_eq!(entry["breach"], Value::Null, "{entry}");
            assert_eq!(entry["authorized"], true, "{entry}");
            let mut line = format!("{} {}", text(&entry["method"]), text(&entry["path"]));
            for pair in entry["query"].as_array().expect("a list") {
                write!(line, " {}={}", text(&pair[0]), text(&pair[1])).expect("a text takes everything");
            }
            if !text(&entry["body"]).is_empty() {
                write!(line, " {}", text(&entry["body"])).expect("a text takes everything");
            }
            requests.push(line);
        }
        requests
    }

    /// Ends it, so that nothing listens on its port.
    pub(crate) fn stop(&mut self) {
        self.running.kill();
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let token = self.token();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
        let length = body.len();
        let request = format!("{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("bytes go out");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer, in time");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no body: {answer}"));
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

/// Reads to the end on a thread of its own.
fn read_all(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut said = String::new();
        pipe.read_to_string(&mut said).expect("text");
        said
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// Waits for a condition, and names it when it never comes.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(LOOK);
    }
}
