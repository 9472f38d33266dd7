//! What stands on the screen after a bug of ours, until the program starts afresh.

use std::time::Duration;

use egui::util::IdTypeMap;
use egui::{CentralPanel, Context, Frame, Ui};

use super::lockdown::Rules;
use crate::i18n::Texts;
use crate::ui::layout;
use crate::ui::theme;
use crate::ui::widgets::{lead, statement};

/// The panics of the last while.
#[derive(Debug, Default)]
pub(super) struct CrashGuard {
    /// When each was, in uptime, oldest first.
    recent: Vec<Duration>,
    /// Until when the fault stands on the screen.
    shown_until: Option<Duration>,
}

/// Where the program stands after a panic, or without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CrashState {
    /// Nothing has happened, or it is over.
    Sound,
    /// People are told to wait.
    Shown {
        /// For so much longer.
        left: Duration,
    },
    /// They have waited: everything begins anew.
    Over,
}

impl CrashGuard {
    /// How long the screen stands after the first panic; it doubles with each.
    const SHOWN: Duration = Duration::from_secs(5);
    const LONGEST_SHOWN: Duration = Duration::from_mins(1);
    /// Panics that are older do not count.
    const WHILE: Duration = Duration::from_mins(10);
    /// More in that while, and only a new process can help.
    const PATIENCE: usize = 5;

    /// Takes note of a panic; false if there were too many to go on.
    pub(super) fn note(&mut self, now: Duration) -> bool {
        self.recent.retain(|at| now.saturating_sub(*at) < Self::WHILE);
        self.recent.push(now);
        let doublings = u32::try_from(self.recent.len()).unwrap_or(u32::MAX).saturating_sub(1).min(8);
        self.shown_until = Some(now + Self::SHOWN.saturating_mul(1 << doublings).min(Self::LONGEST_SHOWN));
        self.recent.len() <= Self::PATIENCE
    }

    /// Where the program stands.
    pub(super) fn stand(&self, now: Duration) -> CrashState {
        match self.shown_until.map(|until| until.saturating_sub(now)) {
            None => CrashState::Sound,
            Some(Duration::ZERO) => CrashState::Over,
            Some(left) => CrashState::Shown { left },
        }
    }

    /// Everything has begun anew.
    pub(super) fn clear(&mut self) {
        self.shown_until = None;
    }
}

/// Draws the fault. As little as can go wrong: two sentences.
pub(super) fn ui(ui: &mut Ui, texts: Option<&Texts>, rules: Rules) {
    let paper = Frame::new().fill(theme::of(ui.ctx()).colors.paper);
    CentralPanel::default().frame(paper).show(ui, |ui| {
        let Some(texts) = texts else {
            return;
        };
        let (heading, advice) =
            if rules.is_full_screen { ("fault-kiosk", "fault-kiosk-advice") } else { ("fault-title", "fault-advice") };
        ui.add_space(ui.available_height() / 3.0);
        layout::centred(ui, layout::READING_WIDTH, |ui| {
            ui.vertical_centered(|ui| {
                statement(ui, &texts.get(heading));
                lead(ui, &texts.get(advice));
            });
        });
    });
}

/// Lets egui forget everything it remembers of widgets: one may have been left half drawn.
pub(super) fn forget_widgets(ctx: &Context) {
    ctx.data_mut(IdTypeMap::clear);
    ctx.memory_mut(|memory| {
        memory.reset_areas();
        if let Some(focused) = memory.focused() {
            memory.surrender_focus(focused);
        }
    });
    ctx.stop_dragging();
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;

    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;
    use jiff::civil::date;
    use tokio::runtime::{Builder, Runtime};

    use super::*;
    use crate::app::{App, Dependencies, State};
    use crate::domain::LanguageTag;
    use crate::domain::settings::{Mode, TextPercent};
    use crate::i18n::Catalogue;
    use crate::services::panics::{FailPoint, asked};
    use crate::services::{Clock, Station};

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn after_a_panic_the_screen_waits_longer_each_time_and_then_gives_up() {
        let mut faults = CrashGuard::default();
        let mut now = secs(100);
        assert_eq!(faults.stand(now), CrashState::Sound);
        for wait in [5, 10, 20, 40, 60] {
            assert!(faults.note(now));
            assert_eq!(faults.stand(now), CrashState::Shown { left: secs(wait) });
            now += secs(wait);
            assert_eq!(faults.stand(now), CrashState::Over);
            faults.clear();
            assert_eq!(faults.stand(now), CrashState::Sound);
        }
        assert!(!faults.note(now), "the sixth in ten minutes");
    }

    #[test]
    fn panics_that_are_far_apart_are_none_of_a_series() {
        let mut faults = CrashGuard::default();
        for hour in 1..50 {
            let now = secs(3600 * hour);
            assert!(faults.note(now));
            assert_eq!(faults.stand(now), CrashState::Shown { left: secs(5) });
            faults.clear();
        }
    }

    /// The program in a window of a sandbox. A quarter of a second passes with each frame.
    fn window(mode: Mode) -> (Runtime, Harness<'static, App>) {
        let tokio = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let station = Station::trial();
        let at_work = tokio.block_on(station.start_sandbox()).expect("a free port");
        let state = State::sandbox(at_work, mode, LanguageTag::parse("en"));
        let catalogue = Arc::new(Catalogue::built_in());
        let clock = Clock::Fixed(date(2025, 5, 20).at(12, 41, 0, 0));
        let dependencies = Dependencies { tokio: tokio.handle().clone(), station: Arc::new(station), clock, catalogue };
        let window = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_step_dt(0.25)
            .build_eframe(|cc| App::new(&cc.egui_ctx, state, dependencies));
        (tokio, window)
    }

    fn pass(window: &mut Harness<'_, App>, seconds: usize) {
        window.run_steps(4 * seconds);
    }

    #[test]
    fn a_panic_while_drawing_ends_in_words_for_people_and_a_fresh_start() {
        let screens =
            [(Mode::Counter, "Something went wrong", "Settings"), (Mode::Kiosk, "Please ask the staff", "Join now")];
        for (mode, words, usual) in screens {
            let (_tokio, mut window) = window(mode);
            window.step();
            assert!(window.query_by_label(words).is_none());
            asked::ask(Some(FailPoint::Window));
            window.step();
            asked::ask(None);
            // Not one frame is left half drawn.
            assert!(window.query_by_label(words).is_some());
            pass(&mut window, 4);
            assert!(window.query_by_label(words).is_some());
            pass(&mut window, 2);
            assert!(window.query_by_label(words).is_none());
            assert!(window.query_by_label(usual).is_some());
        }
    }

    #[test]
    fn the_words_stand_within_every_screen_in_every_size_of_text() {
        let (_tokio, mut window) = window(Mode::Kiosk);
        window.step();
        asked::ask(Some(FailPoint::Window));
        window.step();
        asked::ask(None);
        for (width, height) in [(1024.0, 768.0), (860.0, 480.0), (768.0, 1366.0)] {
            for percent in [100, 200] {
                window.set_size(egui::vec2(width, height));
                window.state_mut().state_mut().station.preferences.legibility.text_percent =
                    TextPercent::new(percent).unwrap();
                let look = window.state().look(&window.ctx);
                theme::install(&window.ctx, look);
                window.run_steps(2);
                for words in ["Please ask the staff", "This screen starts again by itself in a moment."] {
                    let place = window.get_by_label(words).rect();
                    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, height)).shrink(16.0);
                    assert!(screen.contains_rect(place), "{words} in {width} x {height} at {percent} %: {place:?}");
                }
            }
        }
    }

    #[test]
    fn a_panic_that_comes_again_and_again_ends_the_process() {
        let (_tokio, mut window) = window(Mode::Kiosk);
        asked::ask(Some(FailPoint::Window));
        pass(&mut window, 100);
        assert!(window.query_by_label("Please ask the staff").is_some());
        let ended = catch_unwind(AssertUnwindSafe(|| pass(&mut window, 60)));
        asked::ask(None);
        assert!(ended.is_err(), "it goes on for ever");
    }
}
