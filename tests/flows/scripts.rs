//! Random scripts of typing beside an ideal window, in virtual time: what SWiP gets must not depend on how keys are split.

use eframe::{App as _, Frame};
use egui::{Context, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use swip_kiosk::app::{App, Screen};
use swip_kiosk::screens::counter::Status;
use swip_kiosk::services::sandbox::LedgerEntry;

use crate::support::{Passes, Shop, Window, wait_outside};
use crate::till::{self, Ideal, Sent, Stroke};
use crate::typing::{SPLITS, key, send, stroke as keystroke, text};

/// How many scripts are typed with each way to split them.
const SCRIPTS: u64 = 12;
/// How much time passes with each frame, and with how many of them a person has seen what is there.
const SECONDS_PER_FRAME: f32 = 0.02;
/// How long a key takes whoever types quickly, and yet no scanner, in frames.
const FRAMES_PER_KEY: usize = 3;
const FRAMES_TO_LOOK: usize = 20;

/// Whether no answer is waited for.
fn is_at_rest(app: &App) -> bool {
    let Screen::Counter(counter) = &app.state().screen else { return false };
    !matches!(counter.status, Status::LookingUp(_)) && !counter.is_signing_up()
}

/// The events of a stroke; nothing for a look.
fn events_of(stroke: &Stroke) -> Vec<Event> {
    match stroke {
        Stroke::Sign(sign) => text(&sign.to_string()),
        Stroke::Backspace => key(Key::Backspace),
        Stroke::Tab => key(Key::Tab),
        Stroke::BackTab => keystroke(Key::Tab, Some(Key::Tab), Modifiers::SHIFT, None),
        // What bounces at a counter is Enter.
        Stroke::Enter | Stroke::Again => key(Key::Enter),
        Stroke::Escape => key(Key::Escape),
        Stroke::F2 => key(Key::F2),
        Stroke::Paste(text) => vec![Event::Paste(text.clone())],
        Stroke::Look | Stroke::Tap(_) => Vec::new(),
    }
}

/// What a sandbox has got, from some entry on.
fn got(shop: &Shop, from: usize) -> Vec<Sent> {
    let entry = |entry: LedgerEntry| match &entry.query[..] {
        [(name, value)] if name == "phone" => Sent::Lookup("phone", value.clone()),
        [(_, value)] => Sent::Lookup("pass", value.clone()),
        _ => Sent::Signup(serde_json::from_str(&entry.body).expect("JSON")),
    };
    shop.server().ledger().into_iter().skip(from).map(entry).collect()
}

/// Types every script, split by these sizes, and compares.
fn play(shop: &Shop, screen: &mut impl Clocked, sizes: &[usize]) {
    let screen = &mut Paced(screen);
    let mut ideal = Ideal::new();
    for number in 0..SCRIPTS {
        let from = shop.server().ledger().len();
        let mut batch = Vec::new();
        for (_, stroke) in till::script(number) {
            ideal.take(&stroke);
            batch.extend(events_of(&stroke));
            if stroke == Stroke::Look {
                send(screen, &std::mem::take(&mut batch), sizes);
                let what = format!("the answers to script {number} in batches of {sizes:?}: {ideal:?}");
                wait_outside(&what, || {
                    screen.pass(Vec::new());
                    shop.server().ledger().len() >= from + ideal.least_sent() && is_at_rest(screen.app())
                });
                (0..FRAMES_TO_LOOK).for_each(|_| screen.pass(Vec::new()));
            }
        }
        let (meant, sent) = (ideal.take_sent(), got(shop, from));
        assert!(ideal.is_as_meant(&meant, &sent), "{number} {sizes:?}\n{meant:#?}\n{sent:#?}");
    }
}

/// The program on a bare context, with nothing between it and its events.
struct Bare {
    ctx: Context,
    app: App,
    frame: Frame,
    time: f64,
}

/// A window before which a person types: as much time has passed as the keys of a batch take.
struct Paced<'a, W>(&'a mut W);

/// What passes time without drawing.
trait Clocked: Passes {
    fn let_pass(&mut self, frames: usize);
}

impl Clocked for Window {
    fn let_pass(&mut self, frames: usize) {
        (0..frames).for_each(|_| Passes::pass(self, Vec::new()));
    }
}

impl Clocked for Bare {
    fn let_pass(&mut self, frames: usize) {
        (0..frames).for_each(|_| self.time += f64::from(SECONDS_PER_FRAME));
    }
}

impl<W: Clocked> Passes for Paced<'_, W> {
    fn pass(&mut self, events: Vec<Event>) {
        let is_down = |event: &&Event| matches!(event, Event::Key { pressed: true, .. });
        let keys = events.iter().filter(is_down).count();
        self.0.let_pass(keys * FRAMES_PER_KEY);
        self.0.pass(events);
    }

    fn app(&self) -> &App {
        self.0.app()
    }
}

impl Passes for Bare {
    fn pass(&mut self, events: Vec<Event>) {
        self.time += f64::from(SECONDS_PER_FRAME);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1024.0, 2400.0))),
            time: Some(self.time),
            focused: true,
            events,
            ..RawInput::default()
        };
        let Self { ctx, app, frame, .. } = self;
        let mut output = ctx.run_ui(input, |ui| {
            app.logic(&ui.ctx().clone(), frame);
            app.ui(ui, frame);
        });
        // Nobody paints it.
        output.textures_delta.clear();
    }

    fn app(&self) -> &App {
        &self.app
    }
}

#[test]
fn what_an_ideal_window_would_send_is_sent_however_the_keys_are_split() {
    // It draws while the keys of a batch are typed: in others a finger that bounces would come too late to be one.
    for sizes in &SPLITS[..2] {
        let shop = Shop::connected("ru");
        let mut window = shop.open_at(SECONDS_PER_FRAME, "ru");
        play(&shop, &mut window, sizes);
    }
}

#[test]
fn the_same_is_sent_from_a_bare_context() {
    for sizes in SPLITS {
        let shop = Shop::connected("ru");
        let ctx = Context::default();
        let app = shop.app(&ctx, "ru");
        let mut bare = Bare { ctx, app, frame: Frame::_new_kittest(), time: 0.0 };
        (0..4).for_each(|_| bare.pass(Vec::new()));
        play(&shop, &mut bare, sizes);
    }
}
