//! The program killed and broken at every one of its system calls, the power cut at any moment, disks full and read-only.
//!
//! Needs ptrace and mounts, hence the feature: `cargo test --features crash-rigs --test rigs`. `docs/design/crash-rigs.md` says how long it takes.
#![cfg(all(feature = "crash-rigs", target_os = "linux", target_arch = "x86_64"))]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "figures, and what led to a failure")]

#[path = "../support/station.rs"]
mod station;

mod disk;
mod points;
mod recording;
mod shop;
mod tracer;

mod failures;
mod kills;
mod mounts;
mod places;
mod power;
