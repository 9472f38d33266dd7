//! The program: logging, then everything else in the library.

use std::alloc::System;
use std::process::ExitCode;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};
use zeroizing_alloc::ZeroAlloc;

/// Every copy of a customer's data, the libraries' too, is gone from memory with the thing that held it.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    // Only our own words: those of libraries may repeat what they were given.
    let ours = Targets::new().with_target("swip_kiosk", tracing::Level::INFO);
    let to_stderr = fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_filter(ours);
    tracing_subscriber::registry().with(to_stderr).init();
    ExitCode::from(swip_kiosk::run(std::env::args_os()))
}
