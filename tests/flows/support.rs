//! A shop with a server, a station on disk, and a window that is worked by label.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::{Live, Role};
use egui::{Context, Event, Key, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use fluent_bundle::FluentValue;
use jiff::civil::date;
use swip_kiosk::app::{App, Dependencies, State};
use swip_kiosk::domain::settings::Mode;
use swip_kiosk::domain::{LanguageTag, Pin, Points, SettingKey, Settings, SettingsDraft, Token, TokenChoice};
use swip_kiosk::i18n::Catalogue;
use swip_kiosk::services::sandbox::{Faults, LedgerEntry, Sandbox, SandboxOptions, SandboxStation};
use swip_kiosk::services::secrets::PinStore;
use swip_kiosk::services::{Clock, Station, StationDirs, StationLock, languages};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The languages every flow is walked in.
pub(crate) const LANGUAGES: [&str; 2] = ["ru", "en"];

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A phone nobody has yet, as typed and as sent.
pub(crate) const NEW_PHONE: &str = "9161234567";
pub(crate) const NEW_PHONE_SENT: &str = "79161234567";

/// What opens the manager's door.
pub(crate) const PIN: &str = "739102846";

/// A server, and a station's folder beside it.
pub(crate) struct Shop {
    pub(crate) tokio: Runtime,
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) home: TempDir,
}

impl Shop {
    /// A station that was never set up.
    pub(crate) fn empty() -> Self {
        let tokio = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
        let sandbox = tokio.block_on(Sandbox::start(SandboxOptions::default())).expect("a free port");
        Self { tokio, sandbox: Some(sandbox), home: TempDir::new().expect("a folder") }
    }

    /// A station that is connected to the server.
    pub(crate) fn connected(language: &str) -> Self {
        let shop = Self::empty();
        let station = shop.server().station();
        let (door, _) = Station::open(&shop.dirs());
        let token = Token::parse(&station.token).expect("a token");
        door.save(settings_for(&station, language), &TokenChoice::New(token)).expect("a writable folder");
        shop
    }

    /// A kiosk that is connected to the server and has a PIN, with some settings of its own.
    pub(crate) fn kiosk_with(language: &str, changes: &[(SettingKey, &str)]) -> Self {
        Self::kiosk(language, changes).with_pin()
    }

    /// The same without a PIN.
    pub(crate) fn kiosk(language: &str, changes: &[(SettingKey, &str)]) -> Self {
        Self::empty().set_up(language, &[&[(SettingKey::Mode, "kiosk")], changes].concat())
    }

    /// The same station connected to its server, with some settings of its own.
    pub(crate) fn set_up(self, language: &str, changes: &[(SettingKey, &str)]) -> Self {
        let station = self.server().station();
        let mut draft = SettingsDraft::from(&settings_for(&station, language));
        for (key, text) in changes {
            draft.set(*key, *text);
        }
        let (door, _) = Station::open(&self.dirs());
        let token = Token::parse(&station.token).expect("a token");
        door.save(draft.check().expect("good settings"), &TokenChoice::New(token)).expect("a writable folder");
        self
    }

    /// The same station with [`PIN`] on its door.
    pub(crate) fn with_pin(self) -> Self {
        self.pins().set(&Pin::parse(PIN).expect("a PIN")).expect("kept");
        self
    }

    pub(crate) fn pins(&self) -> PinStore {
        PinStore::open(&self.dirs(), Duration::ZERO)
    }

    pub(crate) fn dirs(&self) -> StationDirs {
        let path = |name: &str| Some(self.home.path().join(name));
        StationDirs::resolve(path("data"), path("keys")).expect("both are given")
    }

    pub(crate) fn settings_file(&self, name: &str) -> PathBuf {
        self.home.path().join("data").join(name)
    }

    pub(crate) fn server(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the server is up")
    }

    /// Ends the server; its port is closed when this returns.
    pub(crate) fn stop_server(&mut self) {
        let address = self.server().station().base_url.replace("http://", "");
        self.sandbox = None;
        wait_outside("the port is closed", || std::net::TcpStream::connect(&address).is_err());
    }

    /// A second server, in the same shop.
    pub(crate) fn another_server(&self) -> Sandbox {
        self.tokio.block_on(Sandbox::start(SandboxOptions::default())).expect("a free port")
    }

    pub(crate) fn signups(&self) -> Vec<LedgerEntry> {
        self.server().ledger().into_iter().filter(|entry| entry.path == "/customer-signups").collect()
    }

    /// Another process signs a customer up, and ends.
    pub(crate) fn sign_up_elsewhere(&self, phone: &str, code: i32) {
        let path = |name: &str| self.home.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_swip-kiosk"));
        command.arg("--data-dir").arg(path("data")).arg("--key-dir").arg(path("keys"));
        let ended = command.args(["signup", "--phone", phone, "--json"]).output().expect("it ran");
        assert_eq!(ended.status.code(), Some(code), "{}", String::from_utf8_lossy(&ended.stderr));
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.server().set_faults(faults);
    }

    /// The program's window on this station.
    pub(crate) fn open(&self, language: &str) -> Window {
        let (station, opened) = Station::open(&self.dirs());
        let state = State::new(opened, Some(tag(language)));
        self.window(state, station, language)
    }

    /// The same, with so many seconds from frame to frame.
    pub(crate) fn open_at(&self, seconds: f32, language: &str) -> Window {
        let (station, opened) = Station::open(&self.dirs());
        let state = State::new(opened, Some(tag(language)));
        self.sized_window((state, station), language, ([1024.0, 2400.0], seconds))
    }

    /// The window of the process that owns the station, and what proves it.
    pub(crate) fn open_owned(&self, language: &str) -> (Window, StationLock) {
        let lock = StationLock::acquire(&self.dirs()).expect("the station is free");
        let (station, opened) = Station::open(&self.dirs());
        station.own(&lock);
        (self.window(State::new(opened, Some(tag(language))), station, language), lock)
    }

    /// The program as it is with a sandbox from the start to the end.
    pub(crate) fn open_trial(&self, language: &str) -> Window {
        let station = Station::trial();
        let at_work = self.tokio.block_on(station.start_sandbox()).expect("a sandbox");
        self.window(State::sandbox(at_work, Mode::Counter, Some(tag(language))), station, language)
    }

    /// The program's window on a kiosk: frames are as quick as time is counted there.
    pub(crate) fn open_kiosk(&self, language: &str) -> Window {
        self.open_kiosk_at(0.1, language)
    }

    /// The same, with so many seconds from frame to frame.
    pub(crate) fn open_kiosk_at(&self, seconds: f32, language: &str) -> Window {
        let (station, opened) = Station::open(&self.dirs());
        let state = State::new(opened, Some(tag(language)));
        self.sized_window((state, station), language, ([1024.0, 768.0], seconds))
    }

    pub(crate) fn window(&self, state: State, station: Station, language: &str) -> Window {
        // On a kiosk, no wider than what is drawn as it is: no backend makes room here for what is drawn larger.
        let width = if state.station.preferences.mode == Mode::Kiosk { 840.0 } else { 1024.0 };
        self.sized_window((state, station), language, ([width, 2400.0], 0.25))
    }

    /// What the program works with on this station.
    fn dependencies(&self, station: Station) -> Dependencies {
        Dependencies {
            tokio: self.tokio.handle().clone(),
            station: Arc::new(station),
            clock: Clock::Fixed(date(2025, 5, 20).at(12, 41, 0, 0)),
            catalogue: Arc::new(Catalogue::with_more(&languages::read(&self.dirs()))),
        }
    }

    /// The program on a context that nothing drives.
    pub(crate) fn app(&self, ctx: &Context, language: &str) -> App {
        let (station, opened) = Station::open(&self.dirs());
        App::new(ctx, State::new(opened, Some(tag(language))), self.dependencies(station))
    }

    /// A window of a size in which so many seconds pass with each frame.
    pub(crate) fn sized_window(
        &self,
        (state, station): (State, Station),
        language: &str,
        (size, seconds): ([f32; 2], f32),
    ) -> Window {
        let dependencies = self.dependencies(station);
        let catalogue = Arc::clone(&dependencies.catalogue);
        let harness = Harness::builder()
            .with_size(size)
            .with_step_dt(seconds)
            .build_eframe(move |cc| App::new(&cc.egui_ctx, state, dependencies));
        let mut window = Window { harness, catalogue, language: tag(language) };
        window.settle();
        window
    }
}

/// The settings that a sandbox's clients need.
pub(crate) fn settings_for(station: &SandboxStation, language: &str) -> Settings {
    let mut draft = SettingsDraft::default();
    draft.set(SettingKey::BaseUrl, &*station.base_url);
    draft.set(SettingKey::MerchantId, &*station.merchant_id);
    draft.set(SettingKey::StoreId, &*station.store_id);
    draft.set(SettingKey::CashId, &*station.cash_id);
    draft.set(SettingKey::Language, language);
    draft.check().expect("good settings")
}

pub(crate) fn tag(text: &str) -> LanguageTag {
    LanguageTag::parse(text).expect("a tag")
}

/// The window, in a language.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) language: LanguageTag,
}

/// What takes events, a pass at a time.
pub(crate) trait Passes {
    /// Draws one pass with these events.
    fn pass(&mut self, events: Vec<Event>);
    /// The program.
    fn app(&self) -> &App;
}

impl Passes for Window {
    fn pass(&mut self, events: Vec<Event>) {
        self.harness.input_mut().events.extend(events);
        self.harness.step();
    }

    fn app(&self) -> &App {
        self.harness.state()
    }
}

impl Window {
    /// A text of the language.
    pub(crate) fn text(&self, id: &str) -> String {
        self.catalogue.texts(&self.language).expect("a language").get(id).into_owned()
    }

    /// A text with one variable.
    pub(crate) fn text_with(&self, id: &str, name: &str, value: &str) -> String {
        self.text_of(id, &[(name, value.to_owned().into())])
    }

    /// A text with any variables.
    pub(crate) fn text_of<'a>(&'a self, id: &str, variables: &[(&'a str, FluentValue<'a>)]) -> String {
        let texts = self.catalogue.texts(&self.language).expect("a language");
        texts.with(id, variables).into_owned()
    }

    /// A balance: its number and its word.
    pub(crate) fn points(&self, value: i64) -> (String, String) {
        let texts = self.catalogue.texts(&self.language).expect("a language");
        (texts.points_number(Points::new(value)), texts.points_word(Points::new(value)))
    }

    /// Draws until nothing moves, but waits for no answer.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// Whether a text of the language is on the screen.
    pub(crate) fn sees(&self, id: &str) -> bool {
        self.sees_words(&self.text(id))
    }

    /// Whether these words are on the screen.
    pub(crate) fn sees_words(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }

    /// Draws until the condition holds; if it never does, leaves a list of what was on the screen.
    #[expect(clippy::disallowed_methods, reason = "the ceiling of a wait is real time")]
    pub(crate) fn wait(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let started = Instant::now();
        self.harness.step();
        while !holds(self) {
            if started.elapsed() > PATIENCE {
                let list = self.list();
                let test = std::thread::current().name().unwrap_or("flow").replace("::", "-");
                let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.txt"));
                let _ = fs::write(&path, &list);
                panic!("waited in vain: {what}\n{list}");
            }
            std::thread::sleep(Duration::from_millis(2));
            self.harness.step();
        }
    }

    /// Draws until a text of the language is on the screen.
    pub(crate) fn wait_for(&mut self, id: &str) {
        let what = format!("{id}: {}", self.text(id));
        self.wait(&what, |window| window.sees(id));
    }

    /// Draws until these words are on the screen.
    pub(crate) fn wait_for_words(&mut self, words: &str) {
        self.wait(words, |window| window.sees_words(words));
    }

    /// What is on the screen, as assistive technology would tell it.
    pub(crate) fn list(&self) -> String {
        let nodes = self.harness.root().children_recursive();
        let lines = nodes.filter_map(|node| {
            let node = node.accesskit_node();
            let (label, value) = (node.label().unwrap_or_default(), node.value().unwrap_or_default());
            let focus = if node.is_focused() { " <- focus" } else { "" };
            (!label.is_empty() || !value.is_empty()).then(|| format!("{:?} {label:?} {value:?}{focus}", node.role()))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Types what has the focus gets, letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.harness.event(Event::Text(letter.to_string()));
        }
        self.harness.step();
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.harness.event(Event::Paste(text.to_owned()));
        self.settle();
    }

    /// A key down and up again.
    pub(crate) fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.step();
    }

    /// A press of the button with these words.
    pub(crate) fn click(&mut self, id: &str) {
        self.click_words(&self.text(id));
    }

    pub(crate) fn click_words(&mut self, words: &str) {
        self.harness.get_by_role_and_label(Role::Button, words).click();
        self.settle();
    }

    /// On to a section of the settings.
    pub(crate) fn section(&mut self, id: &str) {
        let name = self.text(id);
        self.harness.get_by_role_and_label(Role::Tab, &name).click_accesskit();
        self.settle();
    }

    pub(crate) fn has_button(&self, id: &str) -> bool {
        let words = self.text(id);
        self.harness.query_by_role_and_label(Role::Button, &words).is_some()
    }

    /// Puts the keyboard into a field and replaces what is in it.
    pub(crate) fn fill(&mut self, id: &str, text: &str) {
        self.focus(id);
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        self.harness.key_press(Key::Backspace);
        self.harness.step();
        self.type_text(text);
    }

    pub(crate) fn focus(&mut self, id: &str) {
        self.field(id).focus();
        self.settle();
    }

    pub(crate) fn field(&self, id: &str) -> egui_kittest::Node<'_> {
        let words = self.text(id);
        let is_field = |node: &egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            let is_editable = matches!(node.role(), Role::TextInput | Role::PasswordInput);
            is_editable && node.label().as_ref() == Some(&words)
        };
        let mut found = self.harness.root().children_recursive().filter(is_field);
        match (found.next(), found.next()) {
            (Some(field), None) => field,
            _ => panic!("not one field {words:?}:\n{}", self.list()),
        }
    }

    pub(crate) fn value(&self, id: &str) -> String {
        self.field(id).value().unwrap_or_default()
    }

    pub(crate) fn error(&self, id: &str) -> Option<String> {
        let field = self.field(id);
        let node = field.accesskit_node();
        node.data().invalid().and(node.description())
    }

    /// The name of what has the keyboard.
    pub(crate) fn focused(&self) -> Option<String> {
        let mut nodes = self.harness.root().children_recursive();
        nodes.find(|node| node.accesskit_node().is_focused()).and_then(|node| node.accesskit_node().label())
    }

    /// Whether these words are told as soon as they appear: they, or what they stand in, are a live region.
    pub(crate) fn is_announced(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).any(|node| {
            let mut node = Some(node.accesskit_node());
            while let Some(this) = node {
                if this.live() != Live::Off {
                    return true;
                }
                node = this.parent();
            }
            false
        })
    }

    /// Lets the screen come to rest, and says when it wants to be drawn again.
    pub(crate) fn rest(&mut self) -> Duration {
        // A job that ends meanwhile asks for a frame, too; a window that runs hot asks again and again.
        let mut delay = Duration::ZERO;
        for _ in 0..10 {
            self.harness.run_ok();
            self.harness.step();
            delay = self.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay;
            if !delay.is_zero() {
                break;
            }
        }
        delay
    }

    /// Types a customer into the box at the counter and presses Enter.
    pub(crate) fn look_up(&mut self, customer: &str) {
        self.fill("counter-box", customer);
        self.press(Key::Enter);
    }
}

/// Waits for something in the world while the window stands still.
#[expect(clippy::disallowed_methods, reason = "the ceiling of a wait is real time")]
pub(crate) fn wait_outside(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Walks a flow in every language.
pub(crate) fn in_every_language(flow: impl Fn(&str) + Sync) {
    let flow = &flow;
    // At once: much of a flow is waiting.
    std::thread::scope(|threads| {
        for language in LANGUAGES {
            threads.spawn(move || flow(language));
        }
    });
}
