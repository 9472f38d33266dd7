//! A customer who cannot see the screen: the whole kiosk by a real accessibility bus.
//!
//! Needs Xvfb, openbox and an accessibility bus: `cargo test --features real-window --test atspi -- --test-threads=1`.
#![cfg(feature = "real-window")]

#[path = "support/desktop.rs"]
mod desktop;
#[path = "support/kiosk.rs"]
mod kiosk;
#[path = "support/reader.rs"]
mod reader;
#[path = "support/shop.rs"]
mod shop;

use std::time::Duration;

use desktop::{Desktop, Result};
use kiosk::{Kiosk, PATIENCE, words};
use reader::{Node, Reader};
use serde_json::{Value, json};

/// What a customer can do something with.
const CONTROLS: [&str; 4] = ["push button", "toggle button", "check box", "entry"];
/// Can have the focus, and cannot be pressed.
const WINDOW: &str = "frame";
/// The program takes a press sooner after a page has turned for the echo of the one before.
const SETTLES: Duration = Duration::from_millis(400);

/// A kiosk and nothing but what a screen reader has of it.
struct Heard {
    kiosk: Kiosk,
    reader: Reader,
}

impl Heard {
    fn open() -> Result<Self> {
        let desktop = Kiosk::screen()?;
        let reader = Reader::start(&desktop)?;
        let kiosk = Kiosk::open(env!("CARGO_BIN_EXE_swip-kiosk"), desktop, &[reader.variable()], |_| ())?;
        Ok(Self { kiosk, reader })
    }

    /// Waits for a page with these words on which every control has a role, a name and a press. A list is many questions,
    /// and the page may turn between two of them: what is wrong must stay wrong.
    fn page(&mut self, id: &str) -> Result<Vec<Node>> {
        let (Self { kiosk, reader }, name) = (self, words(id)?);
        let mut fault = String::new();
        let nodes = kiosk.desktop.wait_for(&format!("{id}, whole"), PATIENCE, || {
            let nodes = reader.list(&kiosk.program)?;
            fault = fault_of(&nodes, name).unwrap_or_default();
            Ok(fault.is_empty().then_some(nodes))
        });
        let nodes = nodes.map_err(|error| format!("{error}: {fault}"))?;
        Desktop::pass(SETTLES);
        Ok(nodes)
    }

    /// Presses the control with this role and name as soon as there is one.
    fn press(&mut self, role: &str, name: &str) -> Result<()> {
        let Self { kiosk, reader } = self;
        let pressed = || Ok(reader.act(&kiosk.program, (role, name), "click")?.then_some(()));
        kiosk.desktop.wait_for(&format!("{role} {name:?}"), PATIENCE, pressed)
    }

    fn button(&mut self, id: &str) -> Result<()> {
        self.press("push button", words(id)?)
    }

    /// Presses the keys of the on-screen keyboard, and waits until the field has the text.
    fn keys(&mut self, keys: &str, text: &str) -> Result<()> {
        keys.chars().try_for_each(|key| self.press("push button", &key.to_string()))?;
        let Self { kiosk, reader } = self;
        kiosk.desktop.wait_for(&format!("{text:?} in the field"), PATIENCE, || {
            let nodes = reader.list(&kiosk.program)?;
            Ok(nodes.iter().any(|node| node.role == "entry" && node.text.as_deref() == Some(text)).then_some(()))
        })
    }
}

/// What is wrong with a page that should say `name`, if anything is.
fn fault_of(nodes: &[Node], name: &str) -> Option<String> {
    if !nodes.iter().any(|node| node.name == name) {
        return Some(format!("nothing is called {name:?}"));
    }
    let controls: Vec<_> = nodes.iter().filter(|node| node.is_control()).collect();
    if controls.len() < 2 {
        return Some(format!("no controls: {nodes:#?}"));
    }
    controls.into_iter().find_map(|control| {
        let what = if control.name.trim().is_empty() {
            "has no name"
        } else if control.role == WINDOW {
            return None;
        } else if !CONTROLS.contains(&&*control.role) {
            "has no role of a control"
        } else if control.actions.iter().any(|action| action == "click") {
            return None;
        } else {
            "cannot be pressed"
        };
        Some(format!("{control:?} {what}"))
    })
}

#[test]
fn a_screen_reader_finds_every_control_and_signs_a_customer_up() -> Result<()> {
    let mut heard = Heard::open()?;
    heard.page("kiosk-join")?;
    heard.button("kiosk-join")?;
    let page = heard.page("kiosk-phone")?;
    let entry = page.iter().find(|node| node.role == "entry").ok_or("no field")?;
    assert!(entry.is("focused") && entry.name == words("kiosk-phone")?, "{entry:?}");
    heard.keys("9161234567", "+7 916 123-45-67")?;
    heard.button("kiosk-next")?;
    heard.page("kiosk-first-name")?;
    heard.keys("Анна", "Анна")?;
    heard.button("kiosk-next")?;
    heard.page("kiosk-last-name")?;
    heard.button("kiosk-skip")?;
    heard.page("kiosk-birthday")?;
    heard.keys("24011990", "24.01.1990")?;
    heard.button("kiosk-next")?;
    let page = heard.page("kiosk-consents")?;
    let boxes: Vec<_> = page.iter().filter(|node| node.role == "check box").cloned().collect();
    let [required, optional] = &boxes[..] else { return Err(format!("{page:#?}").into()) };
    for (asked, text) in [(required, "consent-personal-data"), (optional, "consent-marketing")] {
        assert!(!asked.is("checked"), "{asked:?} was ticked before");
        assert!(asked.description.contains(words(text)?), "{asked:?} does not say what is agreed to");
    }
    let next = page.iter().find(|node| Ok::<_, ()>(&*node.name) == words("kiosk-next").map_err(drop));
    assert!(next.is_some_and(|next| !next.is("enabled")), "{next:?}");
    heard.press("check box", &required.name)?;
    let page = heard.page("kiosk-consent-enough")?;
    assert!(page.iter().any(|node| node.name == required.name && node.is("checked")), "{page:#?}");
    heard.button("kiosk-next")?;
    let page = heard.page("kiosk-confirm")?;
    assert!(page.iter().any(|node| node.name == "+7 916 123-45-67"), "{page:#?}");
    heard.button("kiosk-confirm-yes")?;
    heard.page("kiosk-welcome")?;
    let signups = heard.kiosk.signups()?;
    let [one] = &signups[..] else { return Err(format!("{signups:?}").into()) };
    assert_eq!(one["breach"], Value::Null);
    let body: Value = serde_json::from_str(one["body"].as_str().ok_or("no body")?)?;
    assert_eq!(body, json!({ "phone": "79161234567", "firstName": "Анна", "birthday": "1990-01-24" }));
    heard.button("kiosk-done")?;
    heard.page("kiosk-join")?;
    Ok(())
}

#[test]
fn what_stands_beside_the_signup_has_names_too() -> Result<()> {
    let mut heard = Heard::open()?;
    heard.page("kiosk-join")?;
    heard.button("kiosk-comfort")?;
    let page = heard.page("kiosk-comfort-title")?;
    for need in ["kiosk-comfort-large", "kiosk-comfort-contrast", "kiosk-comfort-low"] {
        let need = words(need)?;
        assert!(page.iter().any(|node| node.role == "check box" && node.name == need), "{need}: {page:#?}");
    }
    heard.press("check box", words("kiosk-comfort-low")?)?;
    heard.button("kiosk-done")?;
    heard.page("kiosk-join")?;
    heard.button("kiosk-my-points")?;
    heard.page("kiosk-points-scan")?;
    heard.button("kiosk-start-over")?;
    heard.page("kiosk-join")?;
    Ok(())
}
