//! What the disk under a folder is like: how much room there is.

use std::path::Path;

/// How many bytes the program may still write under a folder; none where the system does not tell.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// How many bytes the program may still write under a folder; none where the system does not tell.
#[cfg(not(unix))]
pub(super) fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}
