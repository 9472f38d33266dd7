//! Loyalty signup and points for shops, against the SWiP API.
//!
//! ```text
//!   main ─ options ─┬─ cli        verbs without a window
//!                   └─ app        window: events in, state changed, effects out
//!                        │
//!          screens ──────┤        one folder each: pure update, view that draws
//!          ui   i18n     │        widgets and look; words
//!                        │
//!          effect        │        what is asked of the outside, as data
//!          services ─────┘        SWiP, disk, clock, sandbox
//!          domain                 the rules
//! ```
//!
//! A layer names only those below it; `tests/layering.rs` holds the code to that.

pub mod app;
pub mod cli;
pub mod domain;
pub mod effect;
pub mod i18n;
pub mod options;
pub mod screens;
pub mod services;
pub mod ui;

mod start;

pub use start::{run, subscriber};
