//! Gives the programs for Windows their icon, version and manifest.

use std::{env, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=assets/icon/swip-kiosk.ico");
    println!("cargo::rerun-if-changed=packaging/windows/swip-kiosk.manifest");
    // What it is built for, not what it is built on.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        winresource::WindowsResource::new()
            .set_icon("assets/icon/swip-kiosk.ico")
            .set_manifest_file("packaging/windows/swip-kiosk.manifest")
            .set("ProductName", "swip-kiosk")
            .set("LegalCopyright", "MIT OR Apache-2.0")
            .compile()?;
    }
    Ok(())
}
