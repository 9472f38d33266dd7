//! Where the window of a counter was, on each monitor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// As many monitors are remembered.
const MOST: usize = 16;
/// More than any window manager's frame and panel take.
const FRAME: (u32, u32) = (32, 96);

/// A window on a monitor, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Its left upper corner, counted from that of the monitor; none where the window system does not tell.
    pub corner: Option<(i32, i32)>,
    /// Width and height of what is inside its frame, unless it is maximised.
    pub size: (u32, u32),
    /// Whether it fills the monitor.
    pub is_maximized: bool,
}

/// A monitor among the others, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorArea {
    /// What the window system calls it.
    pub name: String,
    /// Its left upper corner.
    pub corner: (i32, i32),
    /// Width and height.
    pub size: (u32, u32),
}

/// What is remembered of a station's window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPlaces {
    last_monitor: String,
    by_monitor: BTreeMap<String, WindowPlace>,
}

impl WindowPlaces {
    /// Remembers where the window is now. A maximised one keeps the size that it had before.
    pub fn note(&mut self, monitor: &str, place: WindowPlace) {
        let before = self.by_monitor.get(monitor).copied();
        let normal = if place.is_maximized { before } else { None };
        let place = WindowPlace { is_maximized: place.is_maximized, ..normal.unwrap_or(place) };
        if before.is_some() || self.by_monitor.len() < MOST {
            monitor.clone_into(&mut self.last_monitor);
            self.by_monitor.insert(monitor.to_owned(), place);
        }
    }

    /// Whether nothing is remembered: the window system places the window.
    pub fn is_empty(&self) -> bool {
        self.by_monitor.is_empty()
    }

    /// Where the window is to be, on a monitor that is connected, with all of it inside; the corner counts among all monitors.
    /// That is the last one, or another one where it was, or else the first of all. None only if there is no monitor, or nothing
    /// is remembered.
    pub fn on(&self, monitors: &[MonitorArea]) -> Option<WindowPlace> {
        let on = |monitor: &MonitorArea| Some((monitor.clone(), *self.by_monitor.get(&monitor.name)?));
        let last = monitors.iter().find(|monitor| monitor.name == self.last_monitor).and_then(on);
        let elsewhere = || monitors.first().cloned().zip(self.by_monitor.get(&self.last_monitor).copied());
        let (monitor, place) = last.or_else(|| monitors.iter().find_map(on)).or_else(elsewhere)?;
        let size = (place.size.0.min(monitor.size.0), place.size.1.min(monitor.size.1));
        let inside = |wanted: i32, start: i32, length: u32, room: u32| {
            let most = i32::try_from(room.saturating_sub(length)).unwrap_or(i32::MAX);
            start.saturating_add(wanted.clamp(0, most))
        };
        let corner = place.corner.map(|(x, y)| {
            (inside(x, monitor.corner.0, size.0, monitor.size.0), inside(y, monitor.corner.1, size.1, monitor.size.1))
        });
        // Its frame would push its lower edge out.
        let is_too_large = size.0 + FRAME.0 > monitor.size.0 || size.1 + FRAME.1 > monitor.size.1;
        Some(WindowPlace { corner, size, is_maximized: place.is_maximized || is_too_large })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(name: &str, x: i32, size: (u32, u32)) -> MonitorArea {
        MonitorArea { name: name.to_owned(), corner: (x, 0), size }
    }

    fn at(x: i32, y: i32, size: (u32, u32)) -> WindowPlace {
        WindowPlace { corner: Some((x, y)), size, is_maximized: false }
    }

    #[test]
    fn it_comes_back_to_the_monitor_where_it_was() {
        let mut places = WindowPlaces::default();
        places.note("left", at(10, 20, (800, 600)));
        places.note("right", at(30, 40, (1000, 700)));
        let both = [area("left", 0, (1920, 1080)), area("right", 1920, (1920, 1080))];
        assert_eq!(places.on(&both), Some(at(1950, 40, (1000, 700))));
        assert_eq!(places.on(&both[..1]), Some(at(10, 20, (800, 600))), "the right one is gone");
        assert_eq!(places.on(&[area("other", 0, (1920, 1080))]), Some(at(30, 40, (1000, 700))));
        assert_eq!(places.on(&[]), None);
        assert_eq!(WindowPlaces::default().on(&both), None);
    }

    #[test]
    fn all_of_it_is_on_the_monitor_whatever_became_of_that() {
        let mut places = WindowPlaces::default();
        for (corner, size) in [((1800, 1000), (800, 600)), ((-500, -900), (800, 600)), ((i32::MAX, 0), (4000, 3000))] {
            places.note("till", at(corner.0, corner.1, size));
            let found = places.on(&[area("till", -1024, (1024, 768))]).unwrap();
            let (x, y) = found.corner.unwrap();
            let (right, lower) = (x + found.size.0.cast_signed(), y + found.size.1.cast_signed());
            assert_eq!(found.is_maximized, size.0 > 1024, "{size:?}");
            assert!(x >= -1024 && y >= 0 && right <= 0 && lower <= 768, "{corner:?} {size:?}: {found:?}");
        }
    }

    #[test]
    fn a_maximised_window_keeps_the_size_it_had_before() {
        let mut places = WindowPlaces::default();
        places.note("till", at(10, 20, (800, 600)));
        places.note("till", WindowPlace { is_maximized: true, ..at(0, 0, (1366, 700)) });
        let there = [area("till", 0, (1366, 768))];
        assert_eq!(places.on(&there), Some(WindowPlace { is_maximized: true, ..at(10, 20, (800, 600)) }));
        places.note("till", at(5, 6, (700, 500)));
        assert_eq!(places.on(&there), Some(at(5, 6, (700, 500))));
    }

    #[test]
    fn no_more_monitors_are_remembered_than_a_shop_has() {
        let mut places = WindowPlaces::default();
        for number in 0..100 {
            places.note(&number.to_string(), at(0, 0, (800, 600)));
        }
        assert_eq!(places.by_monitor.len(), MOST);
    }
}
