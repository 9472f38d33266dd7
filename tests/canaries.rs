//! Marked personal data and secrets go through everything the program does, and turn up nowhere they must not be.
//!
//! The marks are looked for in files, names of files, what was said, and what the process list shows, as they are and as
//! the usual encodings would show them.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/sources.rs"]
#[allow(dead_code, reason = "each of the tests that include this file uses a part of it")]
mod sources;
#[path = "support/station.rs"]
mod station;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use station::{Ended, Running, StationHome, until};
use swip_kiosk::domain::settings::Preferences;
use swip_kiosk::domain::{
    BirthdayForm, ConsentSources, CustomerQuery, Enrolment, PassId, Phone, PhoneRules, Pin, PinEntry, SignupDraft,
};
use swip_kiosk::i18n::{Catalogue, built_in_consents};
use swip_kiosk::services::sandbox::{Sandbox, SandboxOptions};
use swip_kiosk::services::{Clock, LogFile, Station, StationLock};
use tokio::runtime::Runtime;

const PHONE: &str = "79167463829";
const FIRST_NAME: &str = "Канарейкина";
const LAST_NAME: &str = "Tweetybirdova";
const BIRTHDAY: &str = "1987-06-05";
const PASS: &str = "CANARY-PASS-5517";
const TOKEN: &str = "canary-token-0246813579-yranac";
const PIN: &str = "73910284";

/// One way that a mark may be written, and what it is.
struct Form {
    mark: &'static str,
    how: &'static str,
    bytes: Vec<u8>,
}

/// Every way to write every mark.
fn forms() -> Vec<Form> {
    let mut forms = Vec::new();
    let texts = [
        ("phone", vec![PHONE, "9167463829", "916 746-38-29", "(916) 746-38-29", "916-746-38-29", "89167463829"]),
        ("first name", vec![FIRST_NAME, "КАНАРЕЙКИНА", "канарейкина"]),
        ("last name", vec![LAST_NAME, "TWEETYBIRDOVA", "tweetybirdova"]),
        ("birthday", vec![BIRTHDAY, "05.06.1987", "05061987", "19870605"]),
        ("pass", vec![PASS]),
        ("token", vec![TOKEN, "yranac"]),
        ("PIN", vec![PIN]),
    ];
    for (mark, texts) in texts {
        for text in texts {
            let mut add = |how, bytes: Vec<u8>| forms.push(Form { mark, how, bytes });
            add("UTF-8", text.as_bytes().to_vec());
            add("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            add("UTF-16BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            add("hex", hex(text.as_bytes(), "").into_bytes());
            add("HEX", hex(text.as_bytes(), "").to_uppercase().into_bytes());
            if !text.is_ascii() {
                add("percent", hex(text.as_bytes(), "%").to_uppercase().into_bytes());
                add(
                    "JSON",
                    text.encode_utf16().fold(String::new(), |text, unit| format!("{text}\\u{unit:04x}")).into_bytes(),
                );
            }
            for shift in 0..3 {
                add("Base64", in_base64(text.as_bytes(), shift));
                add("Base64 of addresses", url_base64(text.as_bytes(), shift));
            }
        }
    }
    forms
}

fn hex(bytes: &[u8], before: &str) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{before}{byte:02x}"))
}

/// What is certain of a text in Base64 when it starts so many bytes into a group of three.
fn certain(text: &str, shift: usize, length: usize) -> Vec<u8> {
    let from = [0, 2, 3][shift];
    let to = (shift + length) * 8 / 6;
    text.as_bytes()[from..to].to_vec()
}

fn in_base64(bytes: &[u8], shift: usize) -> Vec<u8> {
    certain(&STANDARD_NO_PAD.encode([&vec![0; shift], bytes].concat()), shift, bytes.len())
}

fn url_base64(bytes: &[u8], shift: usize) -> Vec<u8> {
    certain(&URL_SAFE_NO_PAD.encode([&vec![0; shift], bytes].concat()), shift, bytes.len())
}

/// Places to look at, and what was found in them.
struct Search {
    forms: Vec<Form>,
    /// Looks for all of them in one go.
    matcher: AhoCorasick,
    places: usize,
    found: Vec<String>,
}

impl Search {
    fn new() -> Self {
        let forms = forms();
        let matcher = AhoCorasick::new(forms.iter().map(|form| &form.bytes)).expect("a few hundred texts");
        Self { forms, matcher, places: 0, found: Vec::new() }
    }

    fn look(&mut self, place: &str, bytes: &[u8]) {
        self.places += 1;
        let found: BTreeSet<_> = self.matcher.find_overlapping_iter(bytes).map(|at| at.pattern()).collect();
        for form in found.into_iter().map(|at| &self.forms[at]) {
            self.found.push(format!("{} as {} in {place}", form.mark, form.how));
        }
    }

    /// Every file and folder below one, by name and content.
    fn look_below(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").as_encoded_bytes().to_vec();
            self.look(&format!("the name of {}", path.display()), &name);
            if path.is_dir() {
                self.look_below(&path);
            } else {
                match fs::read(&path) {
                    Ok(bytes) => self.look(&path.display().to_string(), &bytes),
                    // A program at work takes its own files away; they are looked at again once it is dead.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{}", path.display()),
                }
            }
        }
    }

    fn heard(&mut self, verb: &str, ended: &Ended) {
        self.look(&format!("what {verb} said"), ended.said().as_bytes());
        assert!(!ended.said().contains("panicked"), "{ended:?}");
    }
}

/// A station at work on marked data, with a folder of its own for temporary files and cores.
struct Marked {
    home: StationHome,
    search: Search,
}

impl Marked {
    fn new() -> Self {
        let marked = Self { home: StationHome::new(), search: Search::new() };
        for folder in ["tmp", "work"] {
            fs::create_dir(marked.home.folder().join(folder)).expect("made");
        }
        marked
    }

    fn command(&self, args: &[&str]) -> std::process::Command {
        let folder = |name: &str| self.home.folder().join(name);
        let mut command = self.home.command(args);
        command.env("TMPDIR", folder("tmp")).current_dir(folder("work")).env("RUST_BACKTRACE", "full");
        command
    }

    /// Runs a verb in words and with `--json`, and keeps what it said; the code of the second.
    fn run(&mut self, args: &[&str], input: &str) -> i32 {
        let mut code = -1;
        for args in [args.to_vec(), [args, &["--json"]].concat()] {
            let ended = station::finish(&mut self.command(&args), input.as_bytes());
            self.search.heard(args[0], &ended);
            code = ended.code;
        }
        code
    }

    /// Starts a verb that reads standard input, looks at what others can see of it, and kills it half-way.
    fn killed(&mut self, sandbox: &Sandbox, args: &[&str], input: &str) {
        let before = sandbox.ledger().len();
        let mut running = Running::start(self.command(args).stdin(Stdio::piped()));
        running.write(input.as_bytes());
        until("it has asked", || sandbox.ledger().len() > before);
        for list in ["cmdline", "environ", "comm"] {
            let bytes = fs::read(format!("/proc/{}/{list}", running.id()));
            // Root only may look at the environment.
            self.search.look(&format!("{list} of {}", args[0]), &bytes.unwrap_or_default());
        }
        self.look_at_files();
        running.kill();
        self.look_at_files();
    }

    fn look_at_files(&mut self) {
        let folder = self.home.folder().to_owned();
        self.search.look_below(&folder);
    }
}

fn customer() -> String {
    json!({ "phone": PHONE, "first_name": FIRST_NAME, "last_name": LAST_NAME, "birthday": BIRTHDAY }).to_string()
}

fn set_faults(sandbox: &Sandbox, faults: &Value) {
    sandbox.set_faults(serde_json::from_value(faults.clone()).expect("faults"));
}

/// Faults of the sandbox in a row, each with its own way of failing, and answers that repeat what was sent.
fn faults() -> Vec<Value> {
    let echo = json!({ "code": 9, "error": format!("{PHONE} {FIRST_NAME} {LAST_NAME} {BIRTHDAY}") }).to_string();
    ["cut_before", "cut_after", "garbage"]
        .into_iter()
        .map(|fault| json!({ "signup": { "fault": fault }, "stats": { "fault": fault } }))
        .chain([400, 401, 403, 404, 409, 422, 429, 500, 503].map(|code| {
            let fault = json!({ "raw": { "status": code, "content_type": "application/json", "body": echo } });
            json!({ "signup": { "fault": fault }, "stats": { "fault": fault } })
        }))
        .collect()
}

#[test]
fn no_mark_turns_up_anywhere() {
    let tokio = Runtime::new().expect("a runtime");
    let options = SandboxOptions { port: 0, token: Some(TOKEN.to_owned()) };
    let sandbox = tokio.block_on(Sandbox::start(options)).expect("a sandbox");
    let mut marked = Marked::new();
    let profile = sandbox.profile().to_string();
    assert!(profile.contains(TOKEN));
    assert_eq!(marked.run(&["provision", "-"], &profile), 0);
    assert_eq!(marked.run(&["pin"], PIN), 0);
    marked.run(&["pin"], &format!("{PIN}{PIN}"));
    marked.run(&["pin", PIN], "");
    let signup = ["signup", "--phone", PHONE, "--first-name", FIRST_NAME, "--last-name", LAST_NAME];
    for fault in faults() {
        set_faults(&sandbox, &fault);
        marked.run(&["check", "--phone", PHONE], "");
        marked.run(&["points", "-"], &json!({ "phone": PHONE }).to_string());
        marked.run(&["points", "--pass", PASS], "");
        marked.run(&["signup", "-"], &customer());
        marked.run(&[&signup[..], &["--birthday", BIRTHDAY]].concat(), "");
        marked.run(&["queue", "list"], "");
    }
    marked.run(&["consents", "find", "-"], &json!({ "phone": PHONE }).to_string());
    marked.run(&["consents", "find", "--phone", PHONE, FIRST_NAME], "");
    // The file is to name people, and nothing else is.
    let evidence = marked.home.folder().join("evidence.csv");
    let name = evidence.to_str().expect("a plain path").to_owned();
    marked.run(&["consents", "export", &name], &format!("{PIN}0"));
    // The second of the two runs finds the file of the first.
    assert_eq!(marked.run(&["consents", "export", &name], PIN), 20);
    assert!(fs::read_to_string(&evidence).expect("a file").contains(PHONE));
    fs::remove_file(&evidence).expect("removed");
    marked.look_at_files();
    // Wrong input, which an error would like to repeat.
    marked.run(&["signup", "-"], &format!("{}x", customer()));
    marked.run(&["signup", "-"], &json!({ "phone": PHONE, PASS: BIRTHDAY }).to_string());
    marked.run(&[&signup[..], &["--birthday", &format!("{BIRTHDAY}0")]].concat(), "");
    marked.run(&["signup", "--phone", PHONE, FIRST_NAME], "");
    marked.run(&["provision", "-"], &profile.replace(TOKEN, &format!("{TOKEN} {PHONE}")));
    marked.run(&["provision", "-"], &profile[..profile.len() - 1]);
    // Dead half-way.
    set_faults(&sandbox, &json!({ "signup": { "delay_ms": 600_000 }, "stats": { "delay_ms": 600_000 } }));
    marked.killed(&sandbox, &["signup", "-"], &customer());
    marked.killed(&sandbox, &["points", "-"], &json!({ "pass": PASS }).to_string());
    marked.killed(&sandbox, &["queue", "deliver", "--until-empty"], "");
    // A damaged database, which is kept aside, and a damaged settings file.
    set_faults(&sandbox, &json!({ "signup": { "fault": "cut_before" } }));
    assert_eq!(marked.run(&["signup", "-"], &customer()), 10);
    for name in ["outbox.db", "outbox.db-wal"] {
        let path = marked.home.data().join(name);
        // The log is there only while the program is, or died.
        if let Ok(mut bytes) = fs::read(&path) {
            let end = bytes.len().min(100);
            bytes[..end].fill(0);
            fs::write(&path, bytes).expect("written");
        }
    }
    marked.run(&["queue", "list"], "");
    assert!(marked.home.data().join("quarantine").is_dir(), "the damage was noticed");
    fs::write(marked.home.data().join("settings.toml"), "damaged").expect("written");
    marked.run(&["provision", "-"], &profile);
    marked.run(&["queue", "retry"], "");
    marked.look_at_files();
    set_faults(&sandbox, &json!({}));
    assert_eq!(marked.run(&["queue", "deliver", "--until-empty", "--deadline", "60"], ""), 0);
    marked.look_at_files();

    let search = marked.search;
    println!("{} forms of the marks, {} places", search.forms.len(), search.places);
    assert!(search.places > 300, "{}", search.places);
    assert!(search.found.is_empty(), "\n{}\n", search.found.join("\n"));
}

/// The customer, as a window hands one over.
fn enrolment(preferences: &Preferences) -> Enrolment {
    let [phone, first_name, last_name, birthday] = [PHONE, FIRST_NAME, LAST_NAME, BIRTHDAY].map(str::to_owned);
    let draft = SignupDraft { phone, first_name, last_name, birthday };
    let signup = draft.check(BirthdayForm::Iso, preferences, Clock::System.local().date()).expect("a signup");
    let built_in = built_in_consents(&Catalogue::built_in(), None);
    let Preferences { consents, language, .. } = preferences;
    let sources = ConsentSources { merchant: &consents.texts, built_in: &built_in, language };
    Enrolment { signup, consents: sources.attested() }
}

/// A window's work on marked data, while its log is kept.
async fn work_with_marks(home: &StationHome, sandbox: &Sandbox, log: &LogFile) {
    let lock = StationLock::acquire(&home.dirs()).expect("the station is free");
    log.keep_in(&home.dirs());
    let (station, opened) = Station::open(&home.dirs());
    station.own(&lock);
    let preferences = opened.loaded.preferences;
    let station = Arc::new(station);
    let worker = Arc::clone(&station);
    let delivery = tokio::spawn(async move { worker.deliver_forever().await });
    let phone = CustomerQuery::Phone(Phone::parse(PHONE, PhoneRules::default()).expect("a phone"));
    let pass = CustomerQuery::Pass(PassId::parse(PASS).expect("a pass"));
    for fault in faults() {
        set_faults(sandbox, &fault);
        for query in [&phone, &pass] {
            let _ = station.look_up(query).await;
        }
        let _ = station.submit(enrolment(&preferences), Clock::System).await;
    }
    let pin = |text| Pin::parse(text).expect("a PIN");
    station.set_pin(&pin(PIN)).expect("kept");
    for digits in [&PIN[1..], PIN] {
        let mut entry = PinEntry::default();
        digits.bytes().for_each(|digit| entry.push(digit - b'0'));
        let _ = station.try_pin(entry, Duration::ZERO).await;
    }
    delivery.abort();
    station.stop().await;
}

#[test]
fn no_mark_turns_up_in_the_log_of_a_window() {
    let log = LogFile::waiting();
    // The threads of the station have it, too.
    tracing::subscriber::set_global_default(swip_kiosk::subscriber(&log)).expect("the first one");
    let tokio = Runtime::new().expect("a runtime");
    let options = SandboxOptions { port: 0, token: Some(TOKEN.to_owned()) };
    let sandbox = tokio.block_on(Sandbox::start(options)).expect("a sandbox");
    let mut marked = Marked::new();
    assert_eq!(marked.run(&["provision", "-"], &sandbox.profile().to_string()), 0);
    let file = marked.home.dirs().log().join("station.log");
    assert!(!file.exists(), "verbs write none");
    // What comes back after damage is told in the log.
    fs::write(marked.home.data().join("outbox.db"), [0; 4096]).expect("written");
    tokio.block_on(work_with_marks(&marked.home, &sandbox, &log));
    log.finish();
    let text = fs::read_to_string(file).expect("a log");
    for told in
        ["the outbox database is damaged", "endpoint=Stats error=status 503", "endpoint=Signup error=status 422"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    marked.look_at_files();
    assert!(marked.search.found.is_empty(), "\n{}\n", marked.search.found.join("\n"));
}

#[test]
fn the_search_finds_what_is_there() {
    let mut marked = Marked::new();
    let planted = marked.home.folder().join("work");
    let mut count = 0;
    for form in forms() {
        // In the midst of something else, as a log line or a page of a database would have it.
        fs::write(planted.join("planted"), [b"\0before ", form.bytes.as_slice(), b" after\xFF"].concat())
            .expect("written");
        marked.search.found.clear();
        marked.look_at_files();
        let found = &marked.search.found;
        assert!(found.iter().any(|line| line.starts_with(form.mark)), "{} as {} was missed", form.mark, form.how);
        count += 1;
    }
    assert!(count > 150, "{count}");
    for (text, mark) in
        [("{\"a\":\"x79167463829\"}", "phone"), ("ab73910284", "PIN"), ("1canary-token-0246813579-yranac", "token")]
    {
        marked.search.found.clear();
        marked.search.look("a text in Base64", STANDARD_NO_PAD.encode(text).as_bytes());
        assert!(marked.search.found.iter().any(|line| line.starts_with(mark)), "{mark}");
    }
    fs::write(planted.join("planted"), "").expect("written");
    fs::write(planted.join(format!("core.{PHONE}")), "").expect("written");
    marked.search.found.clear();
    marked.look_at_files();
    assert_eq!(marked.search.found.len(), 2, "with and without the 7, in a name: {:?}", marked.search.found);
}

/// The title of a window shows in lists of the desktop and in its logs.
#[test]
fn the_title_of_the_window_is_a_constant() {
    let files = sources::rust_files("src");
    let naming = |what: &str| -> Vec<_> { files.iter().filter(|(_, text)| text.contains(what)).collect() };
    assert!(naming("ViewportCommand::Title").is_empty(), "nothing changes it later");
    let [(file, text)] = naming(".with_title(")[..] else { panic!("one place sets it") };
    assert_eq!(file, "src/app/launch.rs");
    assert_eq!(text.matches(".with_title(\"swip-kiosk\")").count(), 1, "it is a word of the program's");
}
