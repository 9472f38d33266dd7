//! Brings the window back when it was moved, resized, hidden, covered or left without the keyboard.
//!
//! Whatever happens to a window wakes the program, so a window that is right is not watched: only after trouble it looks
//! again, at growing distances, and gives up asking for the keyboard on a screen that gives it to nobody.

use std::time::Duration;

use egui::{Pos2, Rect, Vec2, ViewportCommand, ViewportInfo, WindowLevel};

use crate::app::monitors::MonitorPlace;

/// Watches one window.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    /// How often the window was put right since it was last at peace.
    tries: u32,
    /// How often in a row that was done in vain about what is wrong now.
    vain: u32,
    /// What the last look saw.
    seen: Wrongs,
    tried_at: Option<Duration>,
    /// The monitor that the window is to be on, if it is to be on a certain one.
    place: Option<MonitorPlace>,
    /// Where the window was when it first filled the screen, or at last where it could not be brought elsewhere: the corner of
    /// its monitor.
    corner: Option<Pos2>,
}

/// What a look found to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct GuardFindings {
    /// What puts the window right.
    pub(super) commands: Vec<ViewportCommand>,
    /// When to look again even if nothing happens.
    pub(super) again_after: Option<Duration>,
}

/// What is wrong with a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wrongs {
    is_minimised: bool,
    /// Not where it belongs, or not of the size of its screen.
    is_misplaced: bool,
    /// Covered, or without the keyboard.
    is_behind: bool,
}

/// Between two tries at first; it doubles with each.
const PAUSE: Duration = Duration::from_millis(125);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// After so many tries in vain the window is looked at rarely.
const PATIENCE: u32 = 10;
const RARELY: Duration = Duration::from_secs(30);
/// How long after the last try the window is still looked at.
const CONVALESCENCE: Duration = Duration::from_secs(2);
/// After so long a time without trouble the next is a new one.
const PEACE: Duration = Duration::from_secs(10);
/// How far a size may be off, in points: a scale of the screen rounds.
const ROUNDING: f32 = 1.5;

/// What gives a window the shape of its mode.
pub(super) fn shape(is_full_screen: bool, place: Option<MonitorPlace>) -> Vec<ViewportCommand> {
    let level = if is_full_screen { WindowLevel::AlwaysOnTop } else { WindowLevel::Normal };
    let fills = match place.filter(|_| is_full_screen) {
        Some(place) => ViewportCommand::SetMonitor(place.index),
        None => ViewportCommand::Fullscreen(is_full_screen),
    };
    vec![ViewportCommand::Decorations(!is_full_screen), fills, ViewportCommand::WindowLevel(level)]
}

/// A window as it is known where the system tells no place, as Wayland does not: what is drawn has its size all the same.
pub(super) fn placed(window: ViewportInfo, drawn: Rect, place: Option<MonitorPlace>) -> ViewportInfo {
    if window.inner_rect.is_some() {
        return window;
    }
    // Nor does it tell that a screen was turned to stand upright.
    let is_turned = window.monitor_size.is_some_and(|monitor| is_close(monitor.yx(), drawn.size()));
    let monitor_size = if is_turned { Some(drawn.size()) } else { window.monitor_size };
    // Nor whether the window came onto the monitor that was asked for.
    let home = place.zip(monitor_size).map(|(place, size)| place.corner(size));
    let inner_rect = Some(Rect::from_min_size(home.unwrap_or(drawn.min), drawn.size()));
    ViewportInfo { inner_rect, monitor_size, ..window }
}

fn is_close(one: Vec2, other: Vec2) -> bool {
    let off = (one - other).abs();
    off.x < ROUNDING && off.y < ROUNDING
}

impl Guard {
    /// Watches a window that is to be on this monitor.
    pub(super) fn on(place: Option<MonitorPlace>) -> Self {
        Self { place, ..Self::default() }
    }

    /// Looks at the window; `now` is a time that goes on while the window is hidden, too.
    pub(super) fn look(&mut self, window: &ViewportInfo, now: Duration) -> GuardFindings {
        let wrongs = self.wrongs(window);
        let is_wrong = wrongs != Wrongs::default();
        if std::mem::replace(&mut self.seen, wrongs) != wrongs {
            self.vain = 0;
        }
        let since_try = self.tried_at.map(|tried_at| now.saturating_sub(tried_at));
        if self.vain == 0 && since_try.is_some_and(|since| since >= PEACE) {
            (self.tries, self.tried_at) = (0, None);
        }
        if !is_wrong {
            // Some trouble shows only a moment after the event that came with it. Each look is a whole frame: at the start,
            // when every window is put right once, looks at even distances cost more than all else.
            let again_after = since_try.filter(|since| *since < CONVALESCENCE).map(|since| self.pause().max(since));
            return GuardFindings { commands: Vec::new(), again_after };
        }
        if let Some(left) =
            self.tried_at.and_then(|at| (at + self.pause()).checked_sub(now)).filter(|left| !left.is_zero())
        {
            // A wish that is sent makes a frame of its own: where all was in vain, that is no reason to look again soon.
            let again_after = if self.vain < PATIENCE { Some(left) } else { self.next(wrongs) };
            return GuardFindings { commands: Vec::new(), again_after };
        }
        let commands = self.remedies(wrongs, window);
        self.tries += 1;
        self.vain += 1;
        self.tried_at = Some(now);
        GuardFindings { commands, again_after: self.next(wrongs) }
    }

    fn wrongs(&mut self, window: &ViewportInfo) -> Wrongs {
        let is_minimised = window.minimized == Some(true);
        let is_misplaced = match (window.inner_rect, window.monitor_size) {
            _ if is_minimised => false,
            (Some(inner), Some(monitor)) => {
                let fills = is_close(inner.size(), monitor);
                let home = self.home(monitor);
                let is_home = home.is_none_or(|home| (inner.min - home).length() < ROUNDING);
                if fills && (home.is_none() || self.vain >= PATIENCE) {
                    // Another monitor, or another arrangement of them.
                    self.corner = Some(inner.min);
                }
                !(fills && is_home)
            }
            // A system that tells no place.
            _ => window.fullscreen == Some(false),
        };
        let is_behind = window.focused == Some(false) || window.occluded == Some(true);
        Wrongs { is_minimised, is_misplaced, is_behind }
    }

    fn remedies(&self, wrongs: Wrongs, window: &ViewportInfo) -> Vec<ViewportCommand> {
        let mut commands = Vec::new();
        if wrongs.is_minimised {
            commands.push(ViewportCommand::Minimized(false));
        }
        if wrongs.is_misplaced {
            // What the program takes for full screen may long be undone by others: it is asked for anew.
            commands.push(ViewportCommand::Fullscreen(false));
            commands.extend(shape(true, self.place));
            if let Some(size) = window.monitor_size.filter(|_| self.vain > 0) {
                // Where there is no window manager, nobody hears of full screen.
                commands.push(ViewportCommand::OuterPosition(self.home(size).unwrap_or(Pos2::ZERO)));
                commands.push(ViewportCommand::InnerSize(size));
            }
        }
        if wrongs.is_minimised || wrongs.is_behind {
            commands.push(ViewportCommand::WindowLevel(WindowLevel::AlwaysOnTop));
            commands.push(ViewportCommand::Focus);
        }
        commands
    }

    /// Where the window belongs.
    fn home(&self, monitor_size: Vec2) -> Option<Pos2> {
        self.corner.or_else(|| self.place.map(|place| place.corner(monitor_size)))
    }

    fn pause(&self) -> Duration {
        let doublings = self.tries.saturating_sub(1).min(8);
        PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
    }

    /// When to look again while something is wrong.
    fn next(&self, wrongs: Wrongs) -> Option<Duration> {
        if self.vain < PATIENCE {
            return Some(self.pause());
        }
        // A station without a keyboard may never be given one: that is no reason to wake for ever.
        (wrongs.is_minimised || wrongs.is_misplaced).then_some(RARELY)
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use crate::app::monitors::Monitors;
    use crate::domain::settings::MonitorFacts;

    use super::{placed as as_known, *};

    const SCREEN: Vec2 = vec2(1280.0, 800.0);

    fn right() -> ViewportInfo {
        ViewportInfo {
            monitor_size: Some(SCREEN),
            inner_rect: Some(Rect::from_min_size(Pos2::ZERO, SCREEN)),
            minimized: Some(false),
            fullscreen: Some(true),
            focused: Some(true),
            occluded: Some(false),
            ..ViewportInfo::default()
        }
    }

    fn placed(at: Pos2, size: Vec2) -> ViewportInfo {
        ViewportInfo { inner_rect: Some(Rect::from_min_size(at, size)), ..right() }
    }

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_window_that_is_right_is_left_alone_and_not_watched() {
        let mut guard = Guard::default();
        for second in 0..100 {
            assert_eq!(guard.look(&right(), secs(second)), GuardFindings::default());
        }
        assert_eq!(guard.look(&ViewportInfo::default(), secs(100)), GuardFindings::default(), "nothing is known of it");
    }

    #[test]
    fn every_kind_of_trouble_is_answered_at_once() {
        use ViewportCommand::{Focus, Fullscreen, Minimized};
        let troubles = [
            (ViewportInfo { minimized: Some(true), inner_rect: None, ..right() }, Minimized(false)),
            (ViewportInfo { focused: Some(false), ..right() }, Focus),
            (ViewportInfo { occluded: Some(true), ..right() }, Focus),
            (placed(Pos2::ZERO, vec2(640.0, 480.0)), Fullscreen(true)),
            (placed(pos2(40.0, 0.0), SCREEN), Fullscreen(true)),
            (ViewportInfo { inner_rect: None, fullscreen: Some(false), ..right() }, Fullscreen(true)),
        ];
        for (trouble, answer) in troubles {
            let mut guard = Guard::default();
            guard.look(&right(), secs(0));
            let look = guard.look(&trouble, secs(1));
            assert!(look.commands.contains(&answer), "{look:?}");
            assert_eq!(look.again_after, Some(PAUSE));
            // Put right, it is looked at for a while, ever more rarely, and then let be.
            let (mut now, mut looks) = (secs(1) + PAUSE, 0);
            while let Some(after) = guard.look(&right(), now).again_after {
                (now, looks) = (now + after, looks + 1);
            }
            assert_eq!((now, looks), (secs(3), 4));
            // Trouble that comes back later is answered as fast as the first.
            let later = guard.look(&trouble, secs(60));
            assert_eq!((later.commands.is_empty(), later.again_after), (false, Some(PAUSE)));
        }
    }

    #[test]
    fn a_window_is_brought_to_its_monitor_unless_that_is_in_vain() {
        let monitors = ["left", "right"].map(|name| MonitorFacts { name: name.to_owned(), width: 2560, height: 1600 });
        // Two pixels to a point.
        let place = Monitors::given(monitors.into()).find("right");
        let corner = pos2(SCREEN.x, 0.0);
        let mut guard = Guard::on(place);
        assert!(guard.look(&placed(Pos2::ZERO, SCREEN), secs(1)).commands.contains(&ViewportCommand::SetMonitor(1)));
        assert_eq!(guard.look(&placed(corner, SCREEN), secs(60)), GuardFindings::default());
        let (mut now, mut tries) = (secs(100), 0);
        while let Some(after) = guard.look(&placed(Pos2::ZERO, SCREEN), now).again_after {
            now += after;
            tries += 1;
            assert!(tries < 60);
        }
        assert_eq!(
            guard.look(&placed(Pos2::ZERO, SCREEN), now + secs(3600)),
            GuardFindings::default(),
            "it stays where it is"
        );
        let unplaced = ViewportInfo { inner_rect: None, ..right() };
        let drawn = Rect::from_min_size(Pos2::ZERO, SCREEN);
        let mut guard = Guard::on(place);
        assert_eq!(
            guard.look(&as_known(unplaced, drawn, place), secs(1)),
            GuardFindings::default(),
            "no place is told"
        );
    }

    #[test]
    fn a_window_that_cannot_be_put_right_is_asked_for_ever_more_rarely() {
        let mut guard = Guard::default();
        let hopeless = placed(Pos2::ZERO, vec2(640.0, 480.0));
        let (mut now, mut tries) = (Duration::ZERO, 0);
        while now < secs(600) {
            let look = guard.look(&hopeless, now);
            tries += u32::from(!look.commands.is_empty());
            now += look.again_after.expect("a misplaced window is never given up");
        }
        assert!((20..40).contains(&tries), "{tries}");
    }

    #[test]
    fn a_screen_that_gives_nobody_the_keyboard_is_left_in_peace() {
        let mut guard = Guard::default();
        let unfocused = ViewportInfo { focused: Some(false), ..right() };
        let (mut now, mut looks) = (Duration::ZERO, 0);
        while let Some(after) = guard.look(&unfocused, now).again_after {
            now += after;
            looks += 1;
            assert!(looks < 100);
        }
        // A touch wakes it: that is one more try, and no new series.
        let look = guard.look(&unfocused, now + secs(3600));
        assert_eq!((look.commands.is_empty(), look.again_after), (false, None));
        // The frame that follows each wish is none either.
        let look = guard.look(&unfocused, now + secs(3600) + Duration::from_millis(20));
        assert_eq!(look, GuardFindings::default());
    }

    #[test]
    fn a_quarrel_with_another_window_does_not_run_hot() {
        let mut guard = Guard::default();
        let mut commands = 0;
        // Events come a thousand times a second for a minute.
        for millis in 0..60_000 {
            let window = ViewportInfo { focused: Some(millis % 2 == 0), ..right() };
            commands += u32::from(!guard.look(&window, Duration::from_millis(millis)).commands.is_empty());
        }
        assert!(commands < 70, "{commands}");
    }

    #[test]
    fn where_no_place_is_told_a_screen_that_was_turned_is_filled_all_the_same() {
        let drawn = Rect::from_min_size(Pos2::ZERO, SCREEN.yx());
        let turned = ViewportInfo { inner_rect: None, ..right() };
        let mut guard = Guard::default();
        assert_eq!(guard.look(&as_known(turned.clone(), drawn, None), Duration::ZERO), GuardFindings::default());
        let small = Rect::from_min_size(Pos2::ZERO, vec2(640.0, 480.0));
        assert!(!guard.look(&as_known(turned, small, None), Duration::ZERO).commands.is_empty());
        // Where a place is told, it decides.
        let misplaced = ViewportInfo { inner_rect: Some(drawn), ..right() };
        assert!(!Guard::default().look(&as_known(misplaced, drawn, None), Duration::ZERO).commands.is_empty());
    }
}
