//! The way to the manager's door on a kiosk: five presses in a top corner.

use std::time::Duration;

use egui::{Context, Event, PointerButton, Pos2, Rect, Vec2};

/// One of the two corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Left.
    TopLeft,
    /// Right.
    TopRight,
}

/// The last presses in one corner, in uptime.
#[derive(Debug, Default)]
pub(super) struct CornerPresses {
    corner: Option<Corner>,
    times: [Duration; BEFORE],
    count: usize,
}

/// The side of a corner, in logical pixels: a fingertip finds it without looking.
const SIDE: f32 = 72.0;
/// Presses before the one that opens.
const BEFORE: usize = 4;
/// From one press to the next.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// From the first of five to the last.
const LONGEST: Duration = Duration::from_secs(3);

impl CornerPresses {
    /// Takes a press in; true with the fifth of five in time.
    pub(super) fn press(&mut self, corner: Corner, now: Duration) -> bool {
        let is_next = self.corner == Some(corner)
            && self.count > 0
            && now.saturating_sub(self.times[self.count - 1]) <= LONGEST_PAUSE;
        if !is_next {
            *self = Self { corner: Some(corner), ..Self::default() };
        }
        if self.count < BEFORE {
            self.times[self.count] = now;
            self.count += 1;
            return false;
        }
        if now.saturating_sub(self.times[0]) <= LONGEST {
            *self = Self::default();
            return true;
        }
        // Too slow: this may be the fifth of a quicker five.
        self.times.rotate_left(1);
        self.times[BEFORE - 1] = now;
        false
    }
}

/// The presses of this frame in the corners; the events are only looked at, so that nothing lies over what is there.
pub(super) fn presses(ctx: &Context) -> Vec<Corner> {
    let screen = ctx.content_rect();
    ctx.input(|input| {
        let press = |event: &Event| match event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed: true, .. } => corner_at(screen, *pos),
            _ => None,
        };
        input.events.iter().filter_map(press).collect()
    })
}

fn corner_at(screen: Rect, pos: Pos2) -> Option<Corner> {
    let left = Rect::from_min_size(screen.min, Vec2::splat(SIDE));
    let right = left.translate(Vec2::new(screen.width() - SIDE, 0.0));
    if left.contains(pos) { Some(Corner::TopLeft) } else { right.contains(pos).then_some(Corner::TopRight) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Corner::{TopLeft, TopRight};

    /// Which of the presses, at these milliseconds, open the door.
    fn opening(presses: &[(Corner, u64)]) -> Vec<usize> {
        let mut state = CornerPresses::default();
        let open = |(index, (corner, at)): (usize, &(Corner, u64))| {
            state.press(*corner, Duration::from_millis(*at)).then_some(index)
        };
        presses.iter().enumerate().filter_map(open).collect()
    }

    fn left(times: &[u64]) -> Vec<usize> {
        opening(&times.iter().map(|at| (TopLeft, *at)).collect::<Vec<_>>())
    }

    #[test]
    fn five_presses_within_three_seconds_open() {
        assert_eq!(left(&[0, 750, 1500, 2250, 3000]), [4]);
        assert_eq!(left(&[0, 0, 0, 0, 0]), [4], "as fast as anybody likes");
        assert_eq!(left(&[0, 750, 1500, 2250]), [0; 0], "four do not");
        assert_eq!(left(&[0, 750, 1500, 2250, 3001]), [0; 0], "too slow");
        assert_eq!(left(&[0, 100, 200, 300, 1301]), [0; 0], "a pause starts anew");
        assert_eq!(left(&[0, 1000, 1500, 2000, 3000]), [4], "a second is no pause yet");
    }

    #[test]
    fn the_last_five_count_and_each_only_once() {
        assert_eq!(left(&[0, 900, 1800, 2700, 3600, 3700]), [5]);
        assert_eq!(left(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [4, 9]);
    }

    #[test]
    fn five_in_two_corners_are_not_five() {
        let presses = [(TopLeft, 0), (TopLeft, 1), (TopRight, 2), (TopLeft, 3), (TopLeft, 4)];
        assert_eq!(opening(&presses), [0; 0]);
        let presses = [(TopLeft, 0), (TopRight, 1), (TopRight, 2), (TopRight, 3), (TopRight, 4), (TopRight, 5)];
        assert_eq!(opening(&presses), [5]);
    }

    #[test]
    fn a_corner_is_where_a_fingertip_finds_it() {
        let screen = Rect::from_min_size(Pos2::ZERO, Vec2::new(1024.0, 768.0));
        for (x, y, corner) in [
            (0.0, 0.0, Some(TopLeft)),
            (71.0, 71.0, Some(TopLeft)),
            (73.0, 10.0, None),
            (10.0, 73.0, None),
            (1023.0, 0.0, Some(TopRight)),
            (953.0, 71.0, Some(TopRight)),
            (951.0, 10.0, None),
            (10.0, 760.0, None),
        ] {
            assert_eq!(corner_at(screen, Pos2::new(x, y)), corner, "{x}, {y}");
        }
    }
}
