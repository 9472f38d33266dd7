//! Bugs on demand, so that the tests can see what becomes of one.
//!
//! Only a build with the feature `fail-points` has them: there the environment variable `SWIP_KIOSK_PANICS` names a folder, and
//! a place panics for as long as a file of its name lies in that folder. In the unit tests a thread asks for its own.

/// Where a panic can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailPoint {
    /// The window, while it draws.
    Window,
    /// The delivery of what waits.
    Delivery,
}

/// Does nothing at all but in a build for tests.
///
/// # Panics
/// If that was asked for.
pub fn panic_if_asked(place: FailPoint) {
    #[cfg(test)]
    assert!(!asked::is_asked(place), "asked for in a unit test");
    #[cfg(feature = "fail-points")]
    assert!(!is_asked(place), "asked for by a file");
    let _ = place;
}

#[cfg(feature = "fail-points")]
fn is_asked(place: FailPoint) -> bool {
    let name = match place {
        FailPoint::Window => "window",
        FailPoint::Delivery => "delivery",
    };
    std::env::var_os("SWIP_KIOSK_PANICS").is_some_and(|folder| std::path::Path::new(&folder).join(name).exists())
}

/// What the unit tests ask for.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::Cell;

    use super::FailPoint;

    thread_local! {
        static ASKED: Cell<Option<FailPoint>> = const { Cell::new(None) };
    }

    pub(super) fn is_asked(place: FailPoint) -> bool {
        ASKED.get() == Some(place)
    }

    /// From now on this place panics on this thread, or none does.
    pub(crate) fn ask(place: Option<FailPoint>) {
        ASKED.set(place);
    }
}
