//! Puts the program together: events in, state changed, effects out, one frame drawn.

mod corner;
mod doorkeeper;
mod event;
pub mod launch;
mod notice;
mod queue_view;
mod runner;
mod shell;
mod state;
#[cfg(test)]
mod tests;
mod update;

use std::sync::Arc;
use std::time::Duration;

use eframe::Frame;
use egui::{Context, Ui};
use tokio::runtime::Handle;

pub use corner::Corner;
pub use event::{Event, QueueStatus, ShellAction};
pub use state::{LinkState, Screen, State, StationFacts, Toast, ToastMessage, Trial};

use crate::domain::{LanguageTag, Now};
use crate::i18n::{Catalogue, Texts};
use crate::screens::ViewContext;
use crate::services::{Clock, Station};
use crate::ui::theme::{self, Contrast, Look};
use crate::ui::widgets::forget_typed;
use runner::Runner;

/// The program behind its window.
pub struct App {
    state: State,
    runner: Runner,
    catalogue: Arc<Catalogue>,
    languages: Vec<(LanguageTag, String)>,
    clock: Clock,
    /// The customer whose typing egui remembers.
    customer: u64,
    /// How often a manager's typing was forgotten.
    wipes: u64,
}

/// What the program works with.
pub struct Outside {
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
    pub fn new(ctx: &Context, state: State, outside: Outside) -> Self {
        let Outside { tokio, station, clock, catalogue } = outside;
        // Shortcuts that resize or close the window by accident have no place at a counter.
        ctx.options_mut(|options| {
            options.zoom_with_keyboard = false;
            options.quit_shortcuts.clear();
        });
        let languages = catalogue.languages();
        let runner = Runner::new(tokio, station, ctx.clone());
        let app = Self { state, runner, catalogue, languages, clock, customer: 0, wipes: 0 };
        theme::install(ctx, app.look());
        app
    }

    /// What the program knows; for tests.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn look(&self) -> Look {
        let contrast = if self.state.station.preferences.is_high_contrast { Contrast::High } else { Contrast::Normal };
        Look { contrast, ..Look::default() }
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
    fn logic(&mut self, ctx: &Context, _frame: &mut Frame) {
        let now = self.now(ctx);
        for event in self.runner.finished() {
            self.dispatch(event, now);
        }
        self.state.expire_toast(now);
        self.keep_door(ctx, now);
        self.forget_last_customer(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        theme::install(ui.ctx(), self.look());
        let now = self.now(ui.ctx());
        let catalogue = Arc::clone(&self.catalogue);
        let Some(texts) = catalogue.texts(&self.state.language) else {
            return;
        };
        for corner in corner::presses(ui.ctx()) {
            self.dispatch(Event::Shell(ShellAction::PressCorner(corner)), now);
        }
        let event = self.draw(ui, texts, now);
        if let Some(event) = event {
            self.dispatch(event, now);
            self.forget_last_customer(ui.ctx());
            // The answer to a press shows in the next frame, not at the next press.
            ui.ctx().request_repaint();
        }
    }
}

impl App {
    /// Shuts the manager's door in time, and asks for the frame in which to do so.
    fn keep_door(&mut self, ctx: &Context, now: Now) {
        self.state.shut_if_idle(now);
        if ctx.input(|input| input.events.iter().any(doorkeeper::is_touch)) {
            self.state.touched(now);
        }
        if let Some(at) = self.state.shuts_at() {
            ctx.request_repaint_after(at.saturating_sub(now.uptime));
        }
    }

    fn forget_last_customer(&mut self, ctx: &Context) {
        if self.state.wipes() != self.wipes {
            self.wipes = self.state.wipes();
            forget_typed(ctx);
        }
        if let Screen::Counter(counter) = &self.state.screen
            && counter.generation != self.customer
        {
            self.customer = counter.generation;
            forget_typed(ctx);
        }
    }

    fn draw(&mut self, ui: &mut Ui, texts: &Texts, now: Now) -> Option<Event> {
        let preferences = self.state.station.preferences.clone();
        let cx = ViewContext {
            texts,
            now,
            preferences: &preferences,
            languages: &self.languages,
            is_trial: self.state.station.trial != Trial::No,
        };
        shell::ui(ui, &mut self.state, &cx)
    }
}
