//! Bytes of a serial port as scans: a scanner sends an end behind each, or nothing for a while.

use std::time::Duration;

use zeroize::{Zeroize, Zeroizing};

use crate::domain::{Scan, ScannedText};

/// Longer is no pass: it is refused, and not kept.
pub(super) const LONGEST_SCAN: usize = 256;
/// Without a byte for so long a scan without an end is over.
const QUIET: Duration = Duration::from_millis(50);
/// A scanner that sends ends is waited for: half a number would be somebody else's card.
const END_IS_DUE: Duration = Duration::from_millis(500);

/// What of a scan came so far.
pub(super) struct Splitter {
    held: Zeroizing<Vec<u8>>,
    /// It is no scan, whatever follows: too long, or with bytes for control.
    is_spoilt: bool,
    /// The scanner sends ends.
    has_ends: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        // Room enough once and for all: a vector that grows leaves copies behind.
        Self { held: Zeroizing::new(Vec::with_capacity(LONGEST_SCAN)), is_spoilt: false, has_ends: false }
    }
}

impl Splitter {
    /// Takes a byte in; what it ended.
    pub(super) fn take(&mut self, byte: u8) -> Option<Scan> {
        match byte {
            b'\r' | b'\n' | b'\t' | 0 => {
                self.has_ends |= !self.is_empty();
                return self.end();
            }
            _ if self.is_spoilt => {}
            _ if byte.is_ascii_control() || self.held.len() == LONGEST_SCAN => {
                self.is_spoilt = true;
                self.held.zeroize();
            }
            _ => self.held.push(byte),
        }
        None
    }

    /// How long to wait for the next byte; without an end if nothing came.
    pub(super) fn patience(&self) -> Option<Duration> {
        let patience = if self.has_ends { END_IS_DUE } else { QUIET };
        (!self.is_empty()).then_some(patience)
    }

    /// Nothing came for that long.
    pub(super) fn quiet(&mut self) -> Option<Scan> {
        // It may have been told to send none meanwhile: the next scan shows.
        self.is_spoilt |= std::mem::take(&mut self.has_ends) && !self.is_empty();
        self.end()
    }

    /// How many bytes it has room for.
    #[cfg(all(test, target_os = "linux"))]
    pub(super) fn room(&self) -> usize {
        self.held.capacity()
    }

    fn is_empty(&self) -> bool {
        self.held.is_empty() && !self.is_spoilt
    }

    fn end(&mut self) -> Option<Scan> {
        if self.is_empty() {
            return None;
        }
        let text = str::from_utf8(&self.held).ok().filter(|_| !self.is_spoilt);
        let scan = text.map_or(Scan::Refused, |text| Scan::Text(ScannedText::new(text.to_owned())));
        self.held.zeroize();
        self.is_spoilt = false;
        Some(scan)
    }
}
