//! What a screen reader knows of a window: a real accessibility bus with a client on it.
//!
//! Needs the packages dbus-daemon, at-spi2-core, gir1.2-atspi-2.0 and python3-gi.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::desktop::{Desktop, Program, Result};

/// The interpreter that Debian's bindings belong to.
const PYTHON: &str = "/usr/bin/python3";

/// A client of an accessibility bus that belongs to one screen.
pub(crate) struct Reader {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    address: String,
    // Dropped in this order: the client before its bus.
    _client: Program,
    _bus: Program,
}

/// Something in a window.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Node {
    /// Such as `push button`.
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) actions: Vec<String>,
    pub(crate) states: Vec<String>,
    /// What stands in a field.
    pub(crate) text: Option<String>,
}

impl Node {
    pub(crate) fn is(&self, state: &str) -> bool {
        self.states.iter().any(|other| other == state)
    }

    /// Whether a person can do something with it. egui's scroll bars have no names; whoever is read to has no use for them.
    pub(crate) fn is_control(&self) -> bool {
        self.role != "scroll bar" && (!self.actions.is_empty() || self.is("focusable"))
    }
}

impl Reader {
    /// Starts a bus for the programs of this screen, and tells it that a screen reader is there.
    pub(crate) fn start(desktop: &Desktop) -> Result<Self> {
        let mut daemon = desktop.command("dbus-daemon");
        daemon.args(["--session", "--nofork", "--print-address=1"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bus = Program::start(&mut daemon)?;
        let mut address = String::new();
        BufReader::new(bus.child().stdout.take().ok_or("no output of the bus")?).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/reader.py");
        let mut command = desktop.command(PYTHON);
        command.args(["-W", "ignore", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = Program::start(command.env("DBUS_SESSION_BUS_ADDRESS", &address))?;
        let to = client.child().stdin.take().ok_or("no way to the client")?;
        let from = BufReader::new(client.child().stdout.take().ok_or("no answers of the client")?);
        let mut reader = Self { to, from, address, _client: client, _bus: bus };
        reader.ask(&json!({ "do": "enable" }))?;
        Ok(reader)
    }

    /// What a program must have in its environment to be read.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        ("DBUS_SESSION_BUS_ADDRESS", self.address.clone())
    }

    /// Everything in the windows of a program; nothing while they change.
    pub(crate) fn list(&mut self, program: &Program) -> Result<Vec<Node>> {
        let answer = self.ask(&json!({ "do": "list", "pid": program.id() }))?;
        if answer.get("error").is_some() {
            return Ok(Vec::new());
        }
        Ok(serde_json::from_value(answer)?)
    }

    /// Does an action of the first control with this role and name; whether there was one.
    pub(crate) fn act(&mut self, program: &Program, (role, name): (&str, &str), action: &str) -> Result<bool> {
        let request = json!({ "do": "act", "pid": program.id(), "role": role, "name": name, "action": action });
        Ok(self.ask(&request)?["done"] == true)
    }

    /// Waits until something has this name, and returns all there is then.
    pub(crate) fn wait_for(
        &mut self,
        name: &str,
        (desktop, program): (&Desktop, &Program),
        patience: Duration,
    ) -> Result<Vec<Node>> {
        desktop.wait_for(&format!("{name:?}"), patience, || {
            let nodes = self.list(program)?;
            Ok(nodes.iter().any(|node| node.name == name).then_some(nodes))
        })
    }

    fn ask(&mut self, request: &Value) -> Result<Value> {
        writeln!(self.to, "{request}")?;
        let mut answer = String::new();
        self.from.read_line(&mut answer)?;
        if answer.is_empty() {
            return Err("the accessibility client ended (packages python3-gi, gir1.2-atspi-2.0, at-spi2-core)".into());
        }
        Ok(serde_json::from_str(&answer)?)
    }
}
