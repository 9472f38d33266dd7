//! Deliberate breaks of one promise each, so that the tests can be seen to notice them.
//!
//! Only a build with the feature `sabotage` has them, and there the environment variable `SWIP_KIOSK_SABOTAGE` names the one
//! that is on; in any other build each of them is off, and costs nothing.

/// One promise that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// The database does not wait for the disk.
    SynchronousNormal,
    /// A PIN is compared before the try is counted.
    PinComparedFirst,
}

impl Sabotage {
    /// Whether it is on.
    #[cfg(feature = "sabotage")]
    pub(super) fn is_on(self) -> bool {
        std::env::var_os("SWIP_KIOSK_SABOTAGE").is_some_and(|name| name == self.name())
    }

    /// Never, in this build.
    #[cfg(not(feature = "sabotage"))]
    #[expect(clippy::unused_self, reason = "asked like the one that can be on")]
    pub(super) fn is_on(self) -> bool {
        false
    }

    #[cfg(feature = "sabotage")]
    fn name(self) -> &'static str {
        match self {
            Self::SynchronousNormal => "synchronous_normal",
            Self::PinComparedFirst => "pin_compared_first",
        }
    }
}
