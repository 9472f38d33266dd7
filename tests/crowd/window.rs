//! The program's window without a screen: frames go in, and what assistive technology would tell comes out.
//!
//! No harness stands in between: one that kept something of each frame would be measured too.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use egui::accesskit::{Node, Role, TreeUpdate};
use egui::{
    Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, TouchDeviceId, TouchId, TouchPhase, pos2, vec2,
};
use jiff::civil::date;
use swip_kiosk::app::{App, Dependencies, Screen, State};
use swip_kiosk::i18n::Catalogue;
use swip_kiosk::screens::kiosk::Kiosk;
use swip_kiosk::services::{Clock, Station, StationDirs, StationLock, process};
use tokio::runtime::{Builder, Runtime};

/// How long a frame of somebody who types takes, in seconds.
const FRAME: f64 = 0.15;
/// For so long after its painting a page takes no press.
const SETTLES: f64 = 0.3;
/// How long anything may take before the test gives up: what is tried again is tried within minutes.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often is looked whether an answer has come.
const LOOK: Duration = Duration::from_millis(3);

pub(crate) struct Window {
    ctx: Context,
    app: App,
    frame: eframe::Frame,
    catalogue: Arc<Catalogue>,
    /// Seconds since the window opened.
    now: f64,
    /// What the last frame showed.
    shown: Option<TreeUpdate>,
    pub(crate) frames: usize,
    // Dropped last.
    _tokio: Runtime,
    _lock: StationLock,
}

impl Window {
    /// As the program opens it.
    pub(crate) fn open(dirs: &StationDirs) -> Self {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).max_blocking_threads(16).enable_all();
        let tokio = builder.on_thread_park(process::wipe_stack).build().expect("threads");
        let lock = StationLock::acquire(dirs).expect("nobody else has it");
        let (station, opened) = Station::open(dirs);
        station.own(&lock);
        let catalogue = Arc::new(Catalogue::built_in());
        let dependencies = Dependencies {
            tokio: tokio.handle().clone(),
            station: Arc::new(station),
            clock: Clock::Fixed(date(2026, 3, 14).at(12, 0, 0, 0)),
            catalogue: Arc::clone(&catalogue),
        };
        let ctx = Context::default();
        ctx.enable_accesskit();
        let app = App::new(&ctx, State::new(opened, None), dependencies);
        let frame = eframe::Frame::_new_kittest();
        Self { ctx, app, frame, catalogue, now: 0.0, shown: None, frames: 0, _tokio: tokio, _lock: lock }
    }

    pub(crate) fn state(&self) -> &State {
        self.app.state()
    }

    pub(crate) fn kiosk(&self) -> &Kiosk {
        let Screen::Kiosk(kiosk) = &self.state().screen else { panic!("no kiosk: {:?}", self.state().screen) };
        kiosk
    }

    /// Draws one frame, so many seconds after the one before.
    pub(crate) fn draw(&mut self, seconds: f64, events: Vec<Event>) {
        self.now += seconds;
        self.frames += 1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1024.0, 768.0))),
            time: Some(self.now),
            focused: true,
            events,
            ..RawInput::default()
        };
        let (app, frame) = (&mut self.app, &mut self.frame);
        let mut output = self.ctx.run_ui(input, |ui| {
            eframe::App::logic(app, ui.ctx(), frame);
            eframe::App::ui(app, ui, frame);
        });
        // A graphics card would take them.
        output.textures_delta.clear();
        let _ = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        self.shown = output.platform_output.accesskit_update;
    }

    /// Lets the page settle.
    pub(crate) fn settle(&mut self) {
        // Drawn, and painted when the next frame begins.
        self.draw(FRAME, Vec::new());
        self.draw(FRAME, Vec::new());
        self.draw(SETTLES, Vec::new());
    }

    /// Lets time pass in one leap, as for a machine that draws nothing at rest.
    pub(crate) fn pass(&mut self, seconds: f64) {
        self.draw(seconds, Vec::new());
    }

    /// A word of the language that shows.
    fn text(&self, id: &str) -> String {
        let texts = self.catalogue.texts(&self.state().language).expect("a language");
        texts.get(id).into_owned()
    }

    /// Whether a button or a box says this.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.place(&self.text(id)).is_some()
    }

    /// Where a button or a box says these words, or begins with them; of two with the same the lower one.
    fn place(&self, words: &str) -> Option<Pos2> {
        let nodes = || self.shown.iter().flat_map(|tree| &tree.nodes).map(|(_, node)| node);
        let lowest = |says: &dyn Fn(&str) -> bool| {
            nodes().filter(|node| is_pressable(node) && node.label().is_some_and(says)).filter_map(middle).next_back()
        };
        lowest(&|label| label == words).or_else(|| lowest(&|label| label.starts_with(words)))
    }

    /// The same, where it takes another frame or two until it shows.
    fn place_of(&mut self, words: &str) -> Pos2 {
        for _ in 0..3 {
            if let Some(place) = self.place(words) {
                return place;
            }
            self.draw(FRAME, Vec::new());
        }
        panic!("nothing says {words:?}: {:?}", self.state().screen);
    }

    /// Taps what has these words and lets the page that comes settle.
    pub(crate) fn tap_words(&mut self, words: &str) {
        let place = self.place_of(words);
        self.draw(FRAME, touch(place));
        self.draw(FRAME, lift(place));
        self.settle();
    }

    pub(crate) fn tap(&mut self, id: &str) {
        self.tap_words(&self.text(id));
    }

    /// Taps the keys of the on-screen keyboard, each within one frame.
    pub(crate) fn tap_keys(&mut self, text: &str) {
        for letter in text.chars() {
            let mut buffer = [0; 4];
            let small = letter.encode_utf8(&mut buffer);
            let capital = letter.to_uppercase().to_string();
            let place = match self.place(small) {
                Some(place) => place,
                None => self.place_of(&capital),
            };
            self.draw(FRAME, [touch(place), lift(place)].concat());
            // The frame that the key asks for.
            self.draw(0.0, Vec::new());
        }
    }

    /// Types on a keyboard that is plugged in, letter by letter, and Enter at the end.
    pub(crate) fn type_line(&mut self, text: &str) {
        for letter in text.chars() {
            self.draw(FRAME, vec![Event::Text(letter.to_string())]);
        }
        self.draw(FRAME, key(Key::Enter, Modifiers::NONE));
        self.settle();
    }

    /// A scanner types: all within one frame.
    pub(crate) fn scan(&mut self, text: &str) {
        self.draw(FRAME, text.chars().map(|letter| Event::Text(letter.to_string())).collect());
    }

    /// What a desktop would copy, cut, paste and take back.
    pub(crate) fn try_shortcuts(&mut self) {
        for letter in [Key::A, Key::C, Key::X, Key::V, Key::Z] {
            self.draw(FRAME, key(letter, Modifiers::COMMAND));
        }
        self.draw(FRAME, vec![Event::Copy, Event::Paste("79160000000".to_owned())]);
    }

    /// Draws without time going by until something has come from outside.
    #[expect(clippy::disallowed_methods, reason = "the ceiling of a wait is real time")]
    pub(crate) fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        self.draw(0.0, Vec::new());
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "waited in vain: {what}: {:?}", self.state());
            thread::sleep(LOOK);
            self.draw(0.0, Vec::new());
        }
    }
}

fn is_pressable(node: &Node) -> bool {
    matches!(node.role(), Role::Button | Role::CheckBox)
}

#[expect(clippy::cast_possible_truncation, reason = "a screen has a few thousand pixels")]
fn middle(node: &Node) -> Option<Pos2> {
    let bounds = node.bounds()?;
    Some(pos2(f64::midpoint(bounds.x0, bounds.x1) as f32, f64::midpoint(bounds.y0, bounds.y1) as f32))
}

/// A finger comes down, as the window system reports the first one: as a touch and as the pointer.
fn touch(place: Pos2) -> Vec<Event> {
    vec![finger(place, TouchPhase::Start), Event::PointerMoved(place), press(place, true)]
}

fn lift(place: Pos2) -> Vec<Event> {
    vec![finger(place, TouchPhase::End), press(place, false), Event::PointerGone]
}

fn finger(pos: Pos2, phase: TouchPhase) -> Event {
    Event::Touch { device_id: TouchDeviceId(1), id: TouchId(1), phase, pos, force: None }
}

fn press(pos: Pos2, pressed: bool) -> Event {
    Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE }
}

fn key(key: Key, modifiers: Modifiers) -> Vec<Event> {
    let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    vec![event(true), event(false)]
}
