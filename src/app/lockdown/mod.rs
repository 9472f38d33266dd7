//! Keeps the window where a kiosk's customers need it, and the customers inside it.

mod filter;
mod guard;

use std::time::Duration;

use egui::{Context, InputOptions, ViewportCommand, ViewportInfo};

use super::monitors::{MonitorPlace, Monitors};
use super::state::State;
use crate::domain::settings::MonitorFacts;
use filter::InputFilter;
use guard::Guard;

/// How far a finger may wander and still have tapped, in points.
const TAP_WANDERS: f32 = 16.0;

/// What holds for the window now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Full screen, without a frame, above everything.
    pub(super) is_full_screen: bool,
    /// Nobody gets out: keys are sifted, closing is refused.
    pub(super) is_locked_down: bool,
}

impl Rules {
    /// The rules for a program in this state.
    pub(super) fn of(state: &State) -> Self {
        Self { is_full_screen: state.is_full_screen(), is_locked_down: state.is_locked_down() }
    }
}

/// The lock on the window.
#[derive(Debug)]
pub(super) struct Lockdown {
    rules: Rules,
    guard: Guard,
    monitors: Monitors,
    /// The monitor that the window is to be on.
    place: Option<MonitorPlace>,
    /// The window as it was before it filled a screen.
    before: Option<ViewportInfo>,
    /// The monitor that it was on before it was first sent to a certain one, by name.
    first_monitor: Option<String>,
}

impl Lockdown {
    /// A lock that is in force before the first key arrives; the window has its first shape already.
    pub(super) fn new(ctx: &Context, rules: Rules) -> Self {
        ctx.add_plugin(InputFilter::default());
        let lockdown = Self {
            rules,
            guard: Guard::default(),
            monitors: Monitors::default(),
            place: None,
            before: None,
            first_monitor: None,
        };
        lockdown.apply(ctx);
        lockdown
    }

    /// Learns the monitors from here on.
    pub(super) fn use_monitors(&mut self, monitors: Monitors) {
        self.monitors = monitors;
    }

    /// The monitors that are connected.
    pub(super) fn monitors(&self) -> Vec<MonitorFacts> {
        self.monitors.list().into_iter().map(|monitor| monitor.facts).collect()
    }

    /// Called before every frame, and also while the window is hidden. A window that is to be on a certain monitor fills it.
    pub(super) fn keep(&mut self, ctx: &Context, rules: Rules, monitor: Option<&str>, now: Duration) {
        let rules = Rules { is_full_screen: rules.is_full_screen || monitor.is_some(), ..rules };
        let place = self.place_of(monitor);
        let window = guard::placed(ctx.input(|input| input.viewport().clone()), ctx.viewport_rect(), place);
        if rules.is_locked_down && window.close_requested() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
        if (rules.is_full_screen, place) != (self.rules.is_full_screen, self.place) {
            self.place = place;
            self.guard = Guard::on(place);
            for command in guard::shape(rules.is_full_screen, place) {
                ctx.send_viewport_cmd(command);
            }
            if rules.is_full_screen {
                self.before.get_or_insert(window.clone());
            } else if let Some(before) = self.before.take() {
                // Its window manager would leave it on the monitor that it filled.
                let corner = before.outer_rect.map(|outer| ViewportCommand::OuterPosition(outer.min));
                let is_maximized = before.maximized == Some(true);
                ctx.send_viewport_cmd(ViewportCommand::Maximized(false));
                if let Some(corner) = corner {
                    ctx.send_viewport_cmd(corner);
                }
                ctx.send_viewport_cmd(ViewportCommand::Maximized(is_maximized));
            }
        }
        if rules != self.rules {
            if rules.is_locked_down != self.rules.is_locked_down {
                tracing::info!(is_locked_down = rules.is_locked_down, "the kiosk");
            }
            self.rules = rules;
            self.apply(ctx);
        }
        if rules.is_full_screen {
            let look = self.guard.look(&window, now);
            look.commands.into_iter().for_each(|command| ctx.send_viewport_cmd(command));
            if let Some(after) = look.again_after {
                ctx.request_repaint_after(after);
            }
        }
    }

    /// Where the window belongs. One that was elsewhere for a while comes back.
    fn place_of(&mut self, monitor: Option<&str>) -> Option<MonitorPlace> {
        let found = monitor.and_then(|name| self.monitors.find(name));
        if found.is_some() && self.place.is_none() {
            self.first_monitor = self.monitors.current();
        }
        // By its name: one that is unplugged meanwhile has no place, and the others another number.
        found.or_else(|| self.monitors.find(self.first_monitor.as_deref()?))
    }

    fn apply(&self, ctx: &Context) {
        ctx.with_plugin(|filter: &mut InputFilter| filter.turn(self.rules));
        let usual = InputOptions::default();
        ctx.options_mut(|options| {
            let input = &mut options.input_options;
            // A finger that rests is no right click, and one that trembles still taps.
            (input.max_click_duration, input.max_click_dist) = if self.rules.is_full_screen {
                (f64::INFINITY, TAP_WANDERS)
            } else {
                (usual.max_click_duration, usual.max_click_dist)
            };
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_is_sent_to_a_monitor_that_was_unplugged() {
        let monitor = |name: &str| MonitorFacts { name: name.to_owned(), width: 1280, height: 800 };
        let rules = Rules { is_full_screen: true, is_locked_down: true };
        let mut lockdown = Lockdown::new(&Context::default(), rules);
        lockdown.use_monitors(Monitors::given(vec![monitor("left"), monitor("right")]));
        assert_eq!(lockdown.place_of(Some("right")).map(|place| place.index), Some(1));
        lockdown.first_monitor = Some("left".to_owned());
        lockdown.use_monitors(Monitors::given(vec![monitor("left")]));
        assert_eq!(lockdown.place_of(Some("right")).map(|place| place.index), Some(0), "it goes back");
        lockdown.use_monitors(Monitors::given(vec![monitor("other")]));
        assert_eq!(lockdown.place_of(Some("right")), None, "the window system decides");
    }
}
