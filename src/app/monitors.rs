//! The monitors that the window system tells of.

use std::sync::{Arc, Weak};

use egui::{Pos2, Vec2};
use winit::monitor::MonitorHandle;
use winit::window::Window;

use crate::domain::settings::MonitorFacts;
use crate::domain::window_place::MonitorArea;

/// Where the monitors are learned from.
#[derive(Debug, Default)]
pub(super) enum Monitors {
    /// There is no window.
    #[default]
    Unknown,
    /// From the program's window, while there is one.
    Window(Weak<Window>),
    /// These, for tests.
    Given(Vec<Monitor>),
}

/// A monitor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Monitor {
    /// What a person is told of it.
    pub(super) facts: MonitorFacts,
    /// Where it is among the others, in pixels.
    corner: Pos2,
}

/// A monitor that the window is to be on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MonitorPlace {
    /// Which one, as the window system counts.
    pub(super) index: usize,
    /// In pixels.
    corner: Pos2,
    /// In pixels.
    width: f32,
}

impl Monitors {
    /// The monitors of a window.
    pub(super) fn of_window(window: Option<&Arc<Window>>) -> Self {
        window.map_or(Self::Unknown, |window| Self::Window(Arc::downgrade(window)))
    }

    /// These, side by side.
    pub(super) fn given(monitors: Vec<MonitorFacts>) -> Self {
        let mut left = 0;
        let beside = |facts: MonitorFacts| {
            let corner = pixels(left, 0);
            left += i32::try_from(facts.width).unwrap_or_default();
            Monitor { facts, corner }
        };
        Self::Given(monitors.into_iter().map(beside).collect())
    }

    /// Every monitor, in the order in which the window system counts them.
    pub(super) fn list(&self) -> Vec<Monitor> {
        match self {
            Self::Unknown => Vec::new(),
            Self::Window(window) => window
                .upgrade()
                .map(|window| window.available_monitors().map(|handle| Monitor::new(&handle)).collect())
                .unwrap_or_default(),
            Self::Given(monitors) => monitors.clone(),
        }
    }

    /// The place of the monitor of this name, if it is connected.
    pub(super) fn find(&self, name: &str) -> Option<MonitorPlace> {
        let monitors = self.list();
        let index = monitors.iter().position(|monitor| monitor.facts.name == name)?;
        monitors.get(index).map(|monitor| monitor.place(index))
    }

    /// The name of the monitor that the window is on now.
    pub(super) fn current(&self) -> Option<String> {
        let Self::Window(window) = self else { return None };
        window.upgrade()?.current_monitor()?.name()
    }
}

impl Monitor {
    fn new(handle: &MonitorHandle) -> Self {
        let (size, corner) = (handle.size(), handle.position());
        let name = handle.name().unwrap_or_default();
        let facts = MonitorFacts { name, width: size.width, height: size.height };
        Self { facts, corner: pixels(corner.x, corner.y) }
    }

    fn place(&self, index: usize) -> MonitorPlace {
        let width = pixels(i32::try_from(self.facts.width).unwrap_or_default(), 0).x;
        MonitorPlace { index, corner: self.corner, width }
    }
}

/// The monitors around a window, in pixels.
pub(super) fn areas(window: &Window) -> Vec<MonitorArea> {
    let area = |handle: MonitorHandle| {
        let (size, corner) = (handle.size(), handle.position());
        MonitorArea {
            name: handle.name().unwrap_or_default(),
            corner: (corner.x, corner.y),
            size: (size.width, size.height),
        }
    };
    window.available_monitors().map(area).collect()
}

#[expect(clippy::cast_precision_loss, reason = "no monitor is so large")]
fn pixels(x: i32, y: i32) -> Pos2 {
    Pos2::new(x as f32, y as f32)
}

impl MonitorPlace {
    /// Where a window that fills it has its corner, by the units in which this is the size of its monitor.
    pub(super) fn corner(self, monitor_size: Vec2) -> Pos2 {
        self.corner * (monitor_size.x / self.width.max(1.0))
    }
}
