//! The outside world: SWiP, the disk, the sandbox.

pub mod api;
