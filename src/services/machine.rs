//! Which machine this is.

use std::fs;

use sha2::{Digest, Sha256};

use super::hex::hex;

/// Where Linux keeps the name that it gives each installation.
const PLACES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// What tells this machine from others, and nothing else about it; none if the system has no name for it.
pub(in crate::services) fn id() -> Option<String> {
    let names = PLACES.iter().filter_map(|place| fs::read_to_string(place).ok());
    let name = names.map(|name| name.trim().to_owned()).find(|name| !name.is_empty() && name != "uninitialized")?;
    let hash = Sha256::digest(format!("swip-kiosk machine 1 {name}"));
    Some(hex(&hash[..16]))
}
