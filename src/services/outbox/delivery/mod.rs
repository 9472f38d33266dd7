//! Sends what waits, one at a time, for as long as the program runs.

pub(super) mod attempt;
mod claim;
pub(super) mod clock;
mod pacing;
mod result;
pub(super) mod sweep;
pub(super) mod worker;
