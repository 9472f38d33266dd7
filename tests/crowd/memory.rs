//! How much memory this process has.

use std::fmt::{self, Display, Formatter};
use std::fs;

use crate::ALLOCATOR;

/// In bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// What the system has given and not got back: `Rss` of `/proc/self/smaps_rollup`.
    pub(crate) resident: usize,
    /// The part of it that no file stands behind.
    pub(crate) anonymous: usize,
    /// What the allocator has given out and not got back.
    pub(crate) live: usize,
}

impl Memory {
    pub(crate) const HEADING: &'static str = "  resident  anonymous       live  (KiB)";

    pub(crate) fn now() -> Self {
        let live = ALLOCATOR.0.allocated();
        let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
        let of = |name: &str| {
            let size = rollup.lines().find_map(|line| line.strip_prefix(name)).expect("a line of it");
            let kib: usize = size.trim().trim_end_matches(" kB").parse().expect("a number");
            kib * 1024
        };
        Self { resident: of("Rss:"), anonymous: of("Anonymous:"), live }
    }

    /// How much more that is than before; nothing where it is less.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            resident: self.resident.saturating_sub(before.resident),
            anonymous: self.anonymous.saturating_sub(before.anonymous),
            live: self.live.saturating_sub(before.live),
        }
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kib = |bytes: usize| bytes / 1024;
        write!(f, "{:>10} {:>10} {:>10}", kib(self.resident), kib(self.anonymous), kib(self.live))
    }
}
