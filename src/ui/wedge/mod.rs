//! Tells a scanner that types from a person's fingers: by its speed and, where that proves nothing, by what came.
//!
//! Keys that may be a scan are held back until it is known: for 50 ms behind the last one, or until they were too slow. The keys
//! decide by their places, so that the layout and caps lock of the till change nothing.

mod run;
#[cfg(test)]
mod tests;
mod us_keys;

use egui::{Event, Key, Modifiers};

use run::Run;
use us_keys::sign_of;

/// What a scanner was set to put around what it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanMarks {
    /// In front.
    pub prefix: String,
    /// Behind.
    pub suffix: String,
}

impl ScanMarks {
    /// Whether a text has one of them.
    fn are_on(&self, text: &str) -> bool {
        let has = |mark: &str, is_there: bool| !mark.is_empty() && text.len() > mark.len() && is_there;
        has(&self.prefix, text.starts_with(&self.prefix)) || has(&self.suffix, text.ends_with(&self.suffix))
    }
}

/// Where keys go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyPlace {
    /// Into the one box of a screen, which takes a scan's text as well.
    Box,
    /// Into a field for digits.
    Digits,
    /// Into another field.
    Elsewhere,
    /// Nowhere.
    Nowhere,
    /// That is not known before what comes first was drawn.
    Unknown,
}

/// What a scanner brought.
#[derive(Clone, PartialEq, Eq)]
pub enum Burst {
    /// This text.
    Scan(String),
    /// Keys that no scan may hold, such as control characters.
    Refused,
    /// It may have been a scanner or a person, and had no place either way.
    Unclear,
}

/// What comes out: input, and bursts in their place among it.
pub(super) enum Arrival {
    Event(Event),
    Burst(Burst),
}

/// Without a key for so long, in seconds, a run is over: scanners send the next one within 30 ms.
const QUIET: f64 = 0.050;
/// So long behind a burst Enter and Tab are its end.
const END_FOR: f64 = 0.3;

/// Keys as they come, sorted.
#[derive(Default)]
pub(super) struct Wedge {
    run: Option<Run>,
    /// A person types: when the last key came.
    typed_at: Option<f64>,
    /// When the last burst ended.
    burst_at: Option<f64>,
    /// What became of the last key that went down; its text goes the same way.
    last_key: Fate,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Fate {
    #[default]
    Passed,
    Held,
    Dropped,
}

/// A key that went down.
enum Press {
    Sign(char),
    End,
    Other,
}

impl Wedge {
    /// Takes in what came with a pass, and gives what may go on. `marks` are none where nothing is scanned.
    pub(super) fn take(
        &mut self,
        now: f64,
        events: Vec<Event>,
        (marks, place): (Option<&ScanMarks>, KeyPlace),
    ) -> Vec<Arrival> {
        let mut out = Vec::new();
        let Some(marks) = marks else {
            self.give_back(&mut out);
            out.extend(events.into_iter().map(Arrival::Event));
            return out;
        };
        let mut place = place;
        let has_keys = events.iter().any(|event| matches!(event, Event::Key { pressed: true, .. }));
        if !has_keys && self.run.as_ref().is_some_and(|run| now - run.last_at() >= QUIET) {
            self.end(now, (false, marks, place), &mut out);
        }
        for event in events {
            match press_of(&event) {
                Some(Press::Sign(sign)) => self.sign(sign, event, now, &mut out),
                Some(Press::End) if self.run.is_some() => {
                    self.hold(event);
                    if !self.end(now, (true, marks, place), &mut out) {
                        place = KeyPlace::Unknown;
                    }
                }
                Some(Press::End) if self.burst_at.is_some_and(|at| now - at <= END_FOR) => {
                    self.last_key = Fate::Dropped;
                }
                Some(Press::End | Press::Other) => {
                    let is_spoiling = self.run.as_mut().is_some_and(|run| {
                        run.touch(now);
                        run.is_fast()
                    });
                    if let Some(run) = self.run.as_mut().filter(|_| is_spoiling) {
                        run.is_spoilt = true;
                        self.last_key = Fate::Dropped;
                    } else {
                        self.give_back(&mut out);
                        self.last_key = Fate::Passed;
                        place = KeyPlace::Unknown;
                        out.push(Arrival::Event(event));
                    }
                }
                None => self.rest(event, &mut out),
            }
        }
        if self.run.as_ref().is_some_and(Run::is_slow) {
            self.give_back(&mut out);
            self.typed_at = Some(now);
        }
        out
    }

    /// When to look again, in seconds from now; nothing if nothing is held.
    pub(super) fn due_in(&self, now: f64) -> Option<f64> {
        self.run.as_ref().map(|run| (run.last_at() + QUIET - now).max(0.0))
    }

    fn sign(&mut self, sign: char, event: Event, now: f64, out: &mut Vec<Arrival>) {
        if self.typed_at.is_some_and(|at| now - at <= QUIET) {
            self.typed_at = Some(now);
            self.last_key = Fate::Passed;
            out.push(Arrival::Event(event));
            return;
        }
        self.typed_at = None;
        self.run.get_or_insert_with(|| Run::new(now)).add(sign, now);
        self.hold(event);
    }

    fn hold(&mut self, event: Event) {
        self.last_key = Fate::Held;
        if let Some(run) = self.run.as_mut().filter(|run| !run.is_spoilt) {
            run.held.push(event);
        }
    }

    /// What is no press of a key.
    fn rest(&mut self, event: Event, out: &mut Vec<Arrival>) {
        if matches!(event, Event::Text(_)) {
            match self.last_key {
                Fate::Held if self.run.is_some() => return self.hold(event),
                Fate::Dropped => return,
                // Text without a key, as an input method or a screen's keyboard sends it.
                Fate::Held | Fate::Passed => self.give_back(out),
            }
        } else if let Some(run) = &mut self.run {
            run.held.push(event);
            return;
        }
        out.push(Arrival::Event(event));
    }

    /// The run is over; whether it was a burst.
    fn end(&mut self, now: f64, (has_end, marks, place): (bool, &ScanMarks, KeyPlace), out: &mut Vec<Arrival>) -> bool {
        let Some(run) = self.run.take() else { return false };
        let Some(burst) = run.verdict(has_end, marks, place) else {
            self.last_key = Fate::Passed;
            out.extend(run.held.into_iter().map(Arrival::Event));
            return false;
        };
        let is_other = |event: &Event| !matches!(event, Event::Key { .. } | Event::Text(_));
        out.extend(run.held.into_iter().filter(is_other).map(Arrival::Event));
        out.push(Arrival::Burst(burst));
        self.last_key = Fate::Dropped;
        self.burst_at = Some(now);
        true
    }

    /// A person typed it.
    fn give_back(&mut self, out: &mut Vec<Arrival>) {
        if let Some(run) = self.run.take() {
            out.extend(run.held.into_iter().map(Arrival::Event));
        }
    }
}

/// What a key that went down is; nothing for what is none.
fn press_of(event: &Event) -> Option<Press> {
    let Event::Key { key, physical_key, pressed: true, repeat, modifiers } = event else { return None };
    // They only say which sign a key writes.
    if matches!(key, Key::ShiftLeft | Key::ShiftRight | Key::CapsLock | Key::NumLock) {
        return None;
    }
    let is_chord = modifiers.any() && *modifiers != Modifiers::SHIFT;
    if *repeat || is_chord {
        return Some(Press::Other);
    }
    let key = physical_key.unwrap_or(*key);
    Some(match (sign_of(key, modifiers.shift), key) {
        (Some(sign), _) => Press::Sign(sign),
        (None, Key::Enter | Key::Tab) if !modifiers.shift => Press::End,
        _ => Press::Other,
    })
}
