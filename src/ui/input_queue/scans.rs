//! Scanners that type, within the order of all input.

use std::collections::VecDeque;

use egui::{Context, Id};

use super::events::is_typing;
use super::{InputQueue, WaitingEvent, with};
use crate::ui::wedge::{Burst, KeyPlace, ScanMarks, Wedge};

/// What comes of scanners that type.
#[derive(Default)]
pub(super) struct Scans {
    pub(super) wedge: Wedge,
    /// What scanners put around what they read; none while nothing is scanned.
    pub(super) marks: Option<ScanMarks>,
    /// Scans that nobody has taken yet, in their order.
    pub(super) bursts: VecDeque<Burst>,
    /// The box of the screen that takes a scan's text as well.
    pub(super) box_field: Option<Id>,
    /// Whether this pass handed a key out.
    pub(super) has_given_keys: bool,
}

/// Says whether scanners that type are told from people from now on, and what those put around what they read.
pub fn read_scans(ctx: &Context, marks: Option<ScanMarks>) {
    with(ctx, |queue| queue.scans.marks = marks);
}

/// The box that shows a scan's text, as a field; said in every pass.
pub fn take_scans(ctx: &Context, field: Id) {
    with(ctx, |queue| queue.scans.box_field = Some(field));
}

/// Whether no field has the keyboard but the box for scans.
pub fn is_outside_fields(ctx: &Context) -> bool {
    let focused = ctx.memory(egui::Memory::focused);
    !ctx.text_edit_focused() || with(ctx, |queue| queue.scans.box_field == focused).unwrap_or_default()
}

/// Whether every key before a scan has done what it does.
pub fn is_scan_due(ctx: &Context) -> bool {
    with(ctx, |queue| queue.is_scan_due()).unwrap_or(true)
}

/// The next scan that came by keys.
pub fn take_burst(ctx: &Context) -> Option<Burst> {
    with(ctx, |queue| queue.scans.bursts.pop_front()).flatten()
}

impl InputQueue {
    fn is_scan_due(&self) -> bool {
        let is_due = |waiting: &WaitingEvent| is_typing(&waiting.event) && !self.is_held(&waiting.event, true);
        !self.scans.has_given_keys && !self.waiting.iter().any(is_due)
    }

    /// Where a key would go that comes now.
    pub(super) fn place(&self, ctx: &Context) -> KeyPlace {
        let (focused, edits_text) = (ctx.memory(egui::Memory::focused), ctx.text_edit_focused());
        let has_box = self.scans.box_field.is_some();
        if self.waiting.iter().any(|waiting| is_typing(&waiting.event)) {
            KeyPlace::Unknown
        } else if has_box && (!edits_text || focused == self.scans.box_field) {
            KeyPlace::Box
        } else if edits_text && self.takes_digits {
            KeyPlace::Digits
        } else if edits_text {
            KeyPlace::Elsewhere
        } else if self.catcher.is_some() {
            KeyPlace::Unknown
        } else {
            KeyPlace::Nowhere
        }
    }
}
