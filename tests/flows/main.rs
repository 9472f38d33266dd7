//! The whole program as a person works it, by what is seen and pressed, against a real server on this machine.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod balances;
mod brand;
mod consents;
mod counter;
mod door;
mod help;
mod journal;
mod keys;
mod kiosk;
mod kiosk_layout;
mod languages;
mod lockdown;
mod manager_keys;
mod manager_queue;
mod measure;
#[cfg(feature = "snapshots")]
mod pictures;
mod queue;
mod queue_states;
mod reach;
mod scans;
mod scripts;
#[cfg(target_os = "linux")]
mod serial;
mod settings;
mod support;
#[path = "../support/till.rs"]
mod till;
mod typing;
mod welcome;
