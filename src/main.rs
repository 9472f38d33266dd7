//! The program: logging, then everything else in the library.

use std::alloc::System;
use std::process::ExitCode;

use swip_kiosk::services::LogFile;
use zeroizing_alloc::ZeroAlloc;

/// Every copy of a customer's data, the libraries' too, is gone from memory with the thing that held it.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    let log = LogFile::waiting();
    // Nobody was here before us.
    let _ = tracing::subscriber::set_global_default(swip_kiosk::subscriber(&log));
    ExitCode::from(swip_kiosk::run(std::env::args_os(), &log))
}
