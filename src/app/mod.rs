//! Puts the program together: events in, state changed, effects out, one frame drawn.

mod brand;
mod corner;
mod desk_window;
mod event;
mod fault;
mod fit;
#[cfg(target_os = "linux")]
mod focus;
pub mod keyboard;
mod last_customer;
pub mod launch;
mod lockdown;
mod manager_access;
mod monitors;
mod notice;
mod queue_view;
mod route;
mod runner;
mod screen;
mod screen_keys;
mod second_enter;
mod serial;
mod shell;
mod state;
#[cfg(test)]
mod tests;
mod typing;
mod update;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use eframe::Frame;
use egui::{Context, Ui};
use tokio::runtime::Handle;
use winit::window::Window;

pub use brand::BrandEvent;
pub use corner::Corner;
pub use desk_window::DeskServices;
pub use event::{Event, QueueStatus, ShellAction};
pub use screen::{Audience, Screen, ScreenEvent};
pub use state::{LinkState, State, StationFacts, Toast, ToastMessage, Trial};

use crate::domain::brand::BrandWords;
use crate::domain::settings::MonitorFacts;
use crate::domain::{LanguageTag, Now};
use crate::effect::Effect;
use crate::i18n::{Catalogue, Texts, built_in_consents, list_headings};
use crate::screens::{ViewContext, WallClock, kiosk};
use crate::services::panics::{FailPoint, panic_if_asked};
use crate::services::server_time::CheckedClock;
use crate::services::{Clock, Station, panels};
use crate::ui::forget::drop_commands;
use crate::ui::input_queue;
use crate::ui::theme::{self, Look};
use brand::BrandShow;
use desk_window::DeskWindow;
use fault::{CrashGuard, CrashState};
use last_customer::LastCustomer;
use lockdown::{Lockdown, Rules};
use monitors::Monitors;
use runner::Runner;
use typing::Typing;

/// The program behind its window.
pub struct App {
    state: State,
    runner: Runner,
    catalogue: Arc<Catalogue>,
    languages: Vec<(LanguageTag, String)>,
    clock: CheckedClock,
    last_customer: LastCustomer,
    lockdown: Lockdown,
    faults: CrashGuard,
    typing: Typing,
    /// Whether a first frame was drawn.
    is_drawn: bool,
    brand: BrandShow,
    /// None in a trial and in tests.
    desk_window: Option<DeskWindow>,
}

/// What the program works with.
pub struct Dependencies {
    /// Where effects are carried out.
    pub tokio: Handle,
    /// Through which door.
    pub station: Arc<Station>,
    /// What time it is.
    pub clock: Clock,
    /// In which words.
    pub catalogue: Arc<Catalogue>,
}

impl App {
    /// The program in a given state, on an egui context.
    pub fn new(ctx: &Context, mut state: State, dependencies: Dependencies) -> Self {
        let Dependencies { tokio, station, clock, catalogue } = dependencies;
        // Shortcuts that resize or close the window by accident have no place at a counter.
        ctx.options_mut(|options| {
            options.zoom_with_keyboard = false;
            options.quit_shortcuts.clear();
        });
        let languages = catalogue.languages();
        let last_customer = LastCustomer::new(state.typist());
        state.station.built_in_consents = built_in_consents(&catalogue, None);
        let lockdown = Lockdown::new(ctx, Rules::of(&state));
        // Behind the filter, before the keyboard that is drawn.
        input_queue::install(ctx);
        let clock = CheckedClock { clock, server_time: station.server_time().clone() };
        let runner = Runner::new(tokio, station, ctx.clone(), list_headings(&catalogue));
        let faults = CrashGuard::default();
        let mut app = Self {
            state,
            runner,
            catalogue,
            languages,
            clock,
            last_customer,
            lockdown,
            faults,
            typing: Typing::default(),
            is_drawn: false,
            brand: BrandShow::default(),
            desk_window: None,
        };
        app.runner.start(Effect::ReadBrand);
        theme::install(ctx, app.look(ctx));
        keyboard::install(ctx, &app.catalogue);
        app
    }

    /// The monitors that are connected, by name and size in pixels; for tests.
    pub fn connect_monitors(&mut self, monitors: Vec<MonitorFacts>) {
        self.lockdown.use_monitors(Monitors::given(monitors));
    }

    /// What the program knows; for tests.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the program knows, to be brought to any page; for tests.
    pub fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    fn look(&self, ctx: &Context) -> Look {
        fit::look(ctx, &self.state, self.brand.accent())
    }

    fn now(&self, ctx: &Context) -> Now {
        // egui's time starts with the window and never jumps; under test it is virtual.
        let seconds = ctx.input(|input| input.time).max(0.0);
        Now { uptime: Duration::try_from_secs_f64(seconds).unwrap_or_default(), local: self.clock.local() }
    }

    fn dispatch(&mut self, event: Event, now: Now) {
        for effect in self.state.update(event, now) {
            self.runner.start(effect);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut Frame) {
        let now = self.now(ctx);
        let cost = Duration::try_from_secs_f32(frame.info().cpu_usage.unwrap_or_default()).unwrap_or_default();
        self.begin_typing(ctx, now, cost);
        // egui's time stands still while the window is hidden.
        let uptime = self.clock.clock.steady().unwrap_or(now.uptime);
        self.lockdown.keep(ctx, Rules::of(&self.state), self.state.monitor(now), uptime);
        if self.is_drawn {
            #[cfg(target_os = "linux")]
            self.typing.focus.keep(ctx, frame);
            // Whatever becomes of the window, what waits is delivered.
            self.runner.deliver();
        } else if !self.state.is_full_screen() {
            launch::keep_on_monitor(ctx, self.desk_window.as_ref().and_then(DeskWindow::start));
        }
        if let Some(window) = &mut self.desk_window {
            window.keep(ctx, self.state.is_full_screen());
        }
        match self.faults.stand(now.uptime) {
            CrashState::Sound => {}
            CrashState::Shown { left } => return ctx.request_repaint_after(left),
            CrashState::Over => self.start_afresh(ctx),
        }
        self.guarded(ctx, now, |app| app.work(ctx, now));
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(window) = self.desk_window.as_mut().filter(|_| !self.state.is_full_screen()) {
            window.note();
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        let now = self.now(ui.ctx());
        if self.faults.stand(now.uptime) == CrashState::Sound {
            let ctx = ui.ctx().clone();
            self.guarded(&ctx, now, |app| app.show(ui, now));
        } else {
            fault::ui(ui, self.catalogue.texts(&self.state.language), Rules::of(&self.state));
        }
    }
}

impl App {
    /// Has the window of a station: its monitors, its place, and other starts of the program.
    fn have_window(&mut self, window: Option<&Arc<Window>>, desk: Option<DeskServices>) {
        self.lockdown.use_monitors(Monitors::of_window(window));
        if self.state.is_full_screen() {
            self.state.station.panels = panels::connected();
        }
        self.desk_window = window.zip(desk).map(|(window, desk)| {
            DeskWindow::new(window, desk, self.runner.tokio().clone(), self.state.is_full_screen())
        });
    }

    /// Does something that a bug of ours may end. The window stands, says that it will be a moment, and starts afresh; a bug
    /// that comes again and again ends the process, whose session starts another one.
    fn guarded(&mut self, ctx: &Context, now: Now, work: impl FnOnce(&mut Self)) {
        if let Err(payload) = panic::catch_unwind(AssertUnwindSafe(|| work(self))) {
            self.note_fault(ctx, now, payload);
        }
    }

    fn note_fault(&mut self, ctx: &Context, now: Now, payload: Box<dyn Any + Send>) {
        if !self.faults.note(now.uptime) {
            tracing::error!("the window panics again and again: the process ends");
            panic::resume_unwind(payload);
        }
        // Its words may name anybody.
        drop(payload);
        tracing::error!("the window panicked; it starts afresh");
        // What is half drawn is not shown.
        ctx.request_discard("fault");
        ctx.request_repaint();
    }

    fn start_afresh(&mut self, ctx: &Context) {
        self.faults.clear();
        self.state.start_afresh();
        fault::forget_widgets(ctx);
        self.typing.scanner.forget_scans();
        self.last_customer.forget_all(self.state.typist(), ctx);
        // Nobody is left to listen to a list.
        self.runner.start(Effect::StopList);
        // Its pictures were forgotten with the widgets.
        self.runner.start(Effect::ReadBrand);
    }

    fn work(&mut self, ctx: &Context, now: Now) {
        let (awaited, was_sending) = (self.state.screen.awaits(), self.state.screen.is_sending());
        for event in self.runner.finished() {
            match event {
                Event::Brand(event) => {
                    for effect in self.brand.update(event, ctx) {
                        self.runner.start(effect);
                    }
                    let name = self.brand.facts().brand.name.as_ref().map(BrandWords::as_str);
                    self.state.station.built_in_consents = built_in_consents(&self.catalogue, name);
                }
                event => self.dispatch(event, now),
            }
        }
        self.end_hold(ctx, awaited, now);
        self.end_sending(ctx, was_sending, now);
        self.keep_scanner(ctx, now);
        self.take_scan(ctx, now);
        if let Some(effect) = self.brand.turn(self.state.screen.is_inviting(), now, ctx) {
            self.runner.start(effect);
        }
        fit::fit_window(ctx, self.state.station.preferences.mode, self.state.station.panel_inches());
        if let Screen::Counter(counter) = &mut self.state.screen
            && let Some(effect) = counter.ask_recent(&mut self.state.ids)
        {
            self.runner.start(effect);
        }
        self.state.expire_toast(now);
        self.keep_door(ctx, now);
        self.pass_time_at_kiosk(ctx, now);
        self.last_customer.forget_unless(self.state.typist(), ctx);
    }

    fn show(&mut self, ui: &mut Ui, now: Now) {
        theme::install(ui.ctx(), self.look(ui.ctx()));
        keyboard::offer(ui.ctx(), &self.state.station.preferences.kiosk_device.keyboards);
        if !self.is_drawn {
            // The queue is opened once this frame is on the screen: reading thousands of signups must not hold it up.
            self.is_drawn = true;
            ui.ctx().request_repaint();
        }
        self.last_customer.count_frame(ui.ctx());
        let catalogue = Arc::clone(&self.catalogue);
        let Some(texts) = catalogue.texts(&self.state.language) else {
            return;
        };
        // A screen reader tells the window's name first; egui gives it none.
        ui.ctx().accesskit_node_builder(egui::accesskit_root_id(), |node| node.set_label(&*texts.get("app-name")));
        for corner in corner::presses(ui.ctx()) {
            self.dispatch(Event::Shell(ShellAction::PressCorner(corner)), now);
        }
        panic_if_asked(FailPoint::Window);
        self.drawing(ui.ctx());
        let event = self.draw(ui, texts, now);
        if let Some(event) = event {
            self.dispatch(event, now);
            self.last_customer.forget_unless(self.state.typist(), ui.ctx());
            // The answer to a press shows in the next frame, not at the next press.
            ui.ctx().request_repaint();
        }
        self.drew(ui.ctx());
        if matches!(self.state.screen, Screen::Kiosk(_)) {
            // Nothing that a customer marks or types leaves the window.
            drop_commands(ui.ctx());
        }
        self.typing.copy(ui.ctx());
    }

    /// Shuts the manager's door in time, and asks for the frame in which to do so.
    fn keep_door(&mut self, ctx: &Context, now: Now) {
        self.state.lock_if_idle(now);
        if is_touched(ctx) {
            self.state.touched(now);
        }
        if let Some(at) = self.state.manager_access.locks_at() {
            ctx.request_repaint_after(at.saturating_sub(now.uptime));
        }
    }

    fn pass_time_at_kiosk(&mut self, ctx: &Context, now: Now) {
        let Screen::Kiosk(kiosk) = &mut self.state.screen else {
            return;
        };
        kiosk.set_shows_code(self.brand.facts().code.is_some());
        // The time first: a touch after a long darkness is the next customer's.
        self.dispatch(Event::Screen(ScreenEvent::Kiosk(kiosk::Event::Ticked)), now);
        if is_touched(ctx) {
            self.dispatch(Event::Screen(ScreenEvent::Kiosk(kiosk::Event::Touched)), now);
        }
        if let Some(wait) = self.state.screen.wakes_in(now, self.state.station.preferences.kiosk) {
            ctx.request_repaint_after(wait);
        }
    }

    fn draw(&mut self, ui: &mut Ui, texts: &Texts, now: Now) -> Option<Event> {
        let preferences = self.state.station.preferences.clone();
        let is_in_settings = matches!(self.state.screen, Screen::Settings(_));
        let monitors = if is_in_settings { self.lockdown.monitors() } else { Vec::new() };
        let layouts = if is_in_settings { self.catalogue.layouts() } else { Vec::new() };
        let cx = ViewContext {
            texts,
            monitors: &monitors,
            layouts: &layouts,
            now,
            clock: WallClock { utc_offset_secs: self.clock.clock.utc_offset_secs(), error: self.clock.error() },
            preferences: &preferences,
            languages: &self.languages,
            brand: self.brand.facts(),
            was_seen: self.typing.second_enter.counts(),
            is_touch_only: self.state.is_full_screen(),
            is_trial: self.state.station.trial != Trial::No,
            scanner: self.state.station.scanner,
        };
        shell::ui(ui, &mut self.state, &cx)
    }
}

/// Whether a person has done anything. A pointer that only moves may be a table that shakes; a key that repeats may be one that
/// something lies on, and so may a place of a touch screen.
fn is_touched(ctx: &Context) -> bool {
    ctx.input(|input| is_of_a_person(&input.events))
}

fn is_of_a_person(events: &[egui::Event]) -> bool {
    use egui::Event as E;
    let repeats = events.iter().any(|event| matches!(event, E::Key { repeat: true, .. }));
    let is_repeated =
        |of: egui::Key| events.iter().any(|event| matches!(event, E::Key { key, repeat: true, .. } if *key == of));
    events.iter().any(|event| match event {
        E::PointerMoved(_)
        | E::MouseMoved(_)
        | E::PointerGone
        | E::WindowFocused(_)
        | E::Touch { phase: egui::TouchPhase::Move, .. } => false,
        // The keys of the screen are let go of after each repeat.
        E::Key { key, .. } => !is_repeated(*key),
        E::Text(_) => !repeats,
        _ => true,
    })
}
