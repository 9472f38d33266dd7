//! Keys that came one behind the other, and what may be concluded from when they came.

use egui::Event;

use super::{Burst, KeyPlace, ScanMarks};

/// Nobody types this fast, in seconds a key; scanners do.
const SCANNER_PACE: f64 = 0.035;
/// Slower than this, in seconds a key, no scanner is.
const PERSON_PACE: f64 = 0.036;
/// What was slower than this for sure, in seconds a key, a scanner hardly is: a person begins like that, too.
const BATCHED_PACE: f64 = 0.033;
/// So many keys within a known time say whose they are.
const FEWEST_TIMED: usize = 5;
/// What is shorter is no scan.
const SHORTEST_SCAN: usize = 6;
/// Longer is no pass: it is refused, and not kept.
pub(super) const LONGEST_SCAN: usize = 256;
/// More digits than this are no phone.
const PHONE_DIGITS: usize = 11;
/// So many digits are no birthday any more.
const MORE_THAN_A_BIRTHDAY: usize = 9;

/// A run of keys that nobody has been given yet.
///
/// When a key came is known only by the pass that took it in: between the pass before and this one. What follows from that
/// holds however late a pass was.
pub(super) struct Run {
    /// In their order; other input among them too.
    pub(super) held: Vec<Event>,
    /// What the keys write on a US keyboard.
    text: String,
    count: usize,
    first_at: f64,
    /// How many of the keys the first pass took in.
    first_count: usize,
    last_at: f64,
    /// The pass before the last one, and how many keys had come by then.
    before_last: (f64, usize),
    /// A key among them that no scan may hold.
    pub(super) is_spoilt: bool,
}

impl Run {
    pub(super) fn new(now: f64) -> Self {
        Self {
            held: Vec::new(),
            text: String::new(),
            count: 0,
            first_at: now,
            first_count: 0,
            last_at: now,
            before_last: (now, 0),
            is_spoilt: false,
        }
    }

    pub(super) fn add(&mut self, sign: char, now: f64) {
        self.touch(now);
        self.count += 1;
        if now <= self.first_at {
            self.first_count += 1;
        }
        if self.count > LONGEST_SCAN {
            self.is_spoilt = true;
            self.held.clear();
        } else {
            self.text.push(sign);
        }
    }

    /// A key of the run came in this pass.
    pub(super) fn touch(&mut self, now: f64) {
        if now > self.last_at {
            (self.before_last, self.last_at) = ((self.last_at, self.count), now);
        }
    }

    pub(super) fn last_at(&self) -> f64 {
        self.last_at
    }

    /// Whether no person can have typed it: so many keys came within a time that is known.
    pub(super) fn is_fast(&self) -> bool {
        let timed = self.count - self.first_count;
        timed >= FEWEST_TIMED && self.last_at - self.first_at <= SCANNER_PACE * as_seconds(timed)
    }

    /// Whether no scanner can have: the next key came only after a time in which a scanner types more.
    pub(super) fn is_slow(&self) -> bool {
        let (at, count) = self.before_last;
        count >= 3 && at - self.first_at > PERSON_PACE * as_seconds(count)
    }

    /// Whether a scanner may have typed it before a machine that takes many keys in at once.
    fn is_batched(&self) -> bool {
        let (at, count) = self.before_last;
        at - self.first_at <= BATCHED_PACE * as_seconds(count)
    }

    /// What it was, now that it is over; `has_end` if Enter or Tab ended it. Nothing if a person typed it, as far as is known.
    pub(super) fn verdict(&self, has_end: bool, marks: &ScanMarks, place: KeyPlace) -> Option<Burst> {
        let scan = || Some(Burst::Scan(self.text.clone()));
        if self.is_spoilt {
            return Some(Burst::Refused);
        }
        if self.count < SHORTEST_SCAN || self.is_slow() {
            return None;
        }
        if self.is_fast() {
            return scan();
        }
        // Speed proves nothing.
        if !has_end && !self.is_batched() {
            return None;
        }
        // What may still be typed on belongs into the box, where it would go anyway.
        let is_whole = has_end || !matches!(place, KeyPlace::Box | KeyPlace::Unknown);
        let are_digits = self.text.bytes().all(|sign| sign.is_ascii_digit());
        let has_both = self.text.contains(|sign: char| sign.is_ascii_digit())
            && self.text.contains(|sign: char| sign.is_ascii_alphabetic())
            && !self.text.contains(' ');
        match place {
            _ if marks.are_on(&self.text) => scan(),
            _ if is_whole && are_digits && self.count > PHONE_DIGITS => scan(),
            _ if is_whole && has_both => scan(),
            // A phone or a card, and its place takes neither.
            KeyPlace::Elsewhere if are_digits && self.count >= MORE_THAN_A_BIRTHDAY => Some(Burst::Unclear),
            _ => None,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a run has a few hundred keys at most")]
fn as_seconds(count: usize) -> f64 {
    count as f64
}
