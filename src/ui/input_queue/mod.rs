//! Hands input to the screens in the order in which it came, however much of it comes at once.
//!
//! A slow machine hands over many keys in one batch. egui handles a batch against one focus, so what follows a Tab would be
//! typed into the wrong field. A pass therefore takes input up to the next key, press or request that may change where the
//! next one belongs; the rest waits, in order, until what that key brought was drawn.

mod events;
mod scans;

use std::collections::VecDeque;
use std::time::Duration;

use egui::{Context, Event, Id, Key, Plugin, PointerButton, Pos2, RawInput, Ui};

use super::wedge::Arrival;
use scans::Scans;
pub use scans::{is_outside_fields, is_scan_due, read_scans, take_burst, take_scans};

use events::{
    copying, digit_of, is_boundary, is_digit, is_harmless, is_let_go, is_paste, is_press, is_pressed, is_released_by,
    is_text, is_typing, stands_alone, with_digits,
};

/// What waits while a request runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyHold {
    /// Nothing.
    #[default]
    Nothing,
    /// Text and all that follows it; Escape and F2 still cancel, and drop what waits.
    Typing,
}

/// Text that somebody wants to paste.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paste {
    /// What was copied.
    Copied,
    /// What is marked elsewhere, put where the middle button was pressed.
    Marked(Pos2),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pasting {
    Wanted(Paste),
    Asked(Paste),
}

/// A page must have been painted for so many seconds before a tap can be meant for it: sooner it is the second one of a
/// double tap on the page before.
const SEEN_FOR: f64 = 0.25;

/// What one window still has to take in.
#[derive(Default)]
pub(super) struct InputQueue {
    waiting: VecDeque<WaitingEvent>,
    hold: KeyHold,
    /// Passes to be drawn before the next key or press is handed out.
    unsettled: u8,
    /// The page that was drawn last, as a number that another page does not have.
    page: u64,
    /// When the first pass began that came after its painting, in seconds; `None` until then.
    painted_at: Option<f64>,
    /// Where text goes that no field takes.
    catcher: Option<Id>,
    /// The last of several fields that had the keyboard.
    last_field: Option<Id>,
    /// The catcher takes the keyboard in the next pass.
    is_catching: bool,
    /// It took it in this one.
    has_caught: bool,
    /// Whatever has the keyboard takes digits.
    takes_digits: bool,
    /// What is waited for before anything else is typed.
    pasting: Option<Pasting>,
    scans: Scans,
}

struct WaitingEvent {
    event: Event,
    /// The page it was meant for; `None` if it came before anybody could have seen that page.
    page: Option<u64>,
}

/// Puts the queue onto a context: behind a filter of input, before what draws keys of its own.
pub fn install(ctx: &Context) {
    ctx.add_plugin(InputQueue::default());
}

/// What waits from now on.
pub fn hold(ctx: &Context, hold: KeyHold) {
    with(ctx, |queue| queue.hold = hold);
}

/// Says which page this pass draws; a tap that was made before it could be seen is dropped.
pub fn draws_page(ctx: &Context, page: u64) {
    let is_new = with(ctx, |queue| {
        let is_new = queue.page != page;
        if is_new {
            (queue.page, queue.painted_at) = (page, None);
        }
        is_new
    });
    if is_new == Some(true) {
        // It is painted when the next pass begins.
        ctx.request_repaint();
    }
}

/// Says which page the next pass draws: if it is another one, no key is handed out before it is there.
pub fn turns_to(ctx: &Context, page: u64) {
    with(ctx, |queue| {
        if queue.page != page {
            queue.unsettled = queue.unsettled.max(1);
        }
    });
}

/// The field that takes what is typed while no field has the keyboard; said in every pass.
pub fn catch_text(ctx: &Context, field: Id) {
    with(ctx, |queue| (queue.catcher, queue.scans.box_field) = (Some(field), Some(field)));
}

/// The same for one of several fields: the one that had the keyboard last.
pub fn catch_more_text(ctx: &Context, field: Id, is_focused: bool) {
    with(ctx, |queue| {
        if is_focused {
            queue.last_field = Some(field);
        }
        if queue.last_field == Some(field) {
            queue.catcher = Some(field);
        }
    });
}

/// Whether the keyboard went to [that field](catch_text) in this pass.
pub fn has_caught(ctx: &Context) -> bool {
    with(ctx, |queue| queue.has_caught).unwrap_or_default()
}

/// Whatever has the keyboard takes digits: a key of the digit row or the keypad is one under every layout. Said in every
/// pass.
pub fn take_digits(ctx: &Context) {
    with(ctx, |queue| queue.takes_digits = true);
}

/// What somebody wants to paste, told once. Nothing is typed until [`paste`] brings it.
pub fn wanted_paste(ctx: &Context) -> Option<Paste> {
    with(ctx, |queue| match queue.pasting {
        Some(Pasting::Wanted(wanted)) => {
            queue.pasting = Some(Pasting::Asked(wanted));
            Some(wanted)
        }
        _ => None,
    })
    .flatten()
}

/// Pastes the text that was asked for, or goes on without it.
pub fn paste(ctx: &Context, text: Option<String>) {
    with(ctx, |queue| {
        let Some(Pasting::Wanted(wanted) | Pasting::Asked(wanted)) = queue.pasting.take() else { return };
        let text = text.map(|text| text.replace("\r\n", "\n")).filter(|text| !text.is_empty());
        let event = text.map(|text| match wanted {
            Paste::Copied => Event::Paste(text),
            Paste::Marked(pos) => Event::MiddleClickPaste { pos, text },
        });
        if let Some(event) = event {
            // Before all that came since.
            queue.waiting.push_front(WaitingEvent { event, page: Some(queue.page) });
        }
    });
    ctx.request_repaint();
}

/// Keeps what waits only as far as it can begin another phone number: the first digit, and what follows it. Whether text
/// was dropped.
pub fn keep_digits(ctx: &Context) -> bool {
    with(ctx, InputQueue::keep_digits).unwrap_or_default()
}

/// Drops all keys that wait for an answer; whether there was text among them.
pub fn drop_keys(ctx: &Context) -> bool {
    with(ctx, InputQueue::drop_keys).unwrap_or_default()
}

/// Drops every key that is on its way, in this pass too: another page has come under them. Whether there was text among them.
pub fn drop_on_the_way(ctx: &Context) -> bool {
    let has_waited = with(ctx, InputQueue::drop_typing).unwrap_or_default();
    ctx.input_mut(|input| {
        let has_text = input.events.iter().any(|event| is_text(event) || is_paste(event));
        input.events.retain(|event| !is_typing(event));
        has_text || has_waited
    })
}

fn with<T>(ctx: &Context, act: impl FnOnce(&mut InputQueue) -> T) -> Option<T> {
    ctx.with_plugin(act)
}

impl InputQueue {
    fn keep_digits(&mut self) -> bool {
        if self.hold == KeyHold::Nothing {
            return false;
        }
        let first = self.waiting.iter().position(|waiting| is_digit(&waiting.event)).unwrap_or(self.waiting.len());
        let kept = self.waiting.split_off(first);
        let has_dropped = self.drop_keys();
        self.waiting.extend(kept);
        has_dropped
    }

    fn drop_keys(&mut self) -> bool {
        self.hold != KeyHold::Nothing && self.drop_typing()
    }

    fn drop_typing(&mut self) -> bool {
        let has_text = self.waiting.iter().any(|waiting| is_text(&waiting.event) || is_paste(&waiting.event));
        self.waiting.retain(|waiting| !is_typing(&waiting.event));
        has_text
    }

    /// Escape and F2 end what is waited for, and what was typed for it.
    fn cancel(&mut self) {
        let is_cancel = |waiting: &WaitingEvent| is_pressed(&waiting.event, &[Key::Escape, Key::F2]);
        if self.hold == KeyHold::Typing
            && let Some(at) = self.waiting.iter().rposition(is_cancel)
        {
            let rest = self.waiting.split_off(at);
            self.waiting.retain(|waiting| !is_typing(&waiting.event));
            self.waiting.extend(rest);
            // What follows is typed for no answer, though one may come in this very pass.
            self.hold = KeyHold::Nothing;
        }
    }

    /// Hands out what this pass may take.
    fn release(&mut self, ctx: &Context) -> Vec<Event> {
        let is_settled = self.unsettled == 0;
        self.unsettled = self.unsettled.saturating_sub(1);
        self.cancel();
        let edits_text = ctx.text_edit_focused();
        let catches = self.catcher.is_some() && !edits_text;
        let mut events: Vec<Event> = Vec::new();
        let mut kept = VecDeque::new();
        while let Some(next) = self.waiting.pop_front() {
            if self.is_stale(&next) {
                continue;
            }
            // A key whose press waits is let go of behind it: egui takes a second press without that for a held key.
            let is_held = self.is_held(&next.event, !kept.is_empty())
                || kept.iter().any(|held: &WaitingEvent| is_released_by(&held.event, &next.event));
            if is_held {
                kept.push_back(next);
                continue;
            }
            let must_wait =
                (!is_settled || self.pasting.is_some()) && !is_harmless(&next.event) && !is_let_go(&next.event);
            let is_boundary = is_boundary(&next.event, edits_text);
            if must_wait || (is_boundary && !is_let_go(&next.event) && events.iter().any(stands_alone)) {
                self.waiting.push_front(next);
                break;
            }
            if catches && self.begins_text(&next.event) {
                self.is_catching = true;
                self.waiting.push_front(next);
                break;
            }
            if is_paste(&next.event) {
                self.pasting = Some(Pasting::Wanted(Paste::Copied));
                break;
            }
            if let Event::PointerButton { button: PointerButton::Middle, pressed: true, pos, .. } = next.event {
                self.pasting = Some(Pasting::Wanted(Paste::Marked(pos)));
            }
            events.push(copying(next.event));
            if matches!(events.last(), Some(Event::Copy | Event::Cut)) {
                // It is there for the next paste.
                break;
            }
            // A tap that comes at once is one.
            if is_boundary && !events.last().is_some_and(is_press) {
                // A key is never parted from its text; of these only the space bar has one.
                if events.last().is_some_and(|event| is_pressed(event, &[Key::Space]))
                    && self.waiting.front().is_some_and(|text| matches!(text.event, Event::Text(_)))
                {
                    events.extend(self.waiting.pop_front().map(|text| text.event));
                }
                // What it brought is drawn before the next one: egui finds what lies under a press in the pass before.
                self.unsettled = 1;
                break;
            }
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        with_digits(events, self.takes_digits)
    }

    /// Whether an event waits for an answer; `follows_held` if something before it does.
    fn is_held(&self, event: &Event, follows_held: bool) -> bool {
        match self.hold {
            KeyHold::Nothing => false,
            KeyHold::Typing if is_pressed(event, &[Key::Escape, Key::F2]) => false,
            KeyHold::Typing if is_pressed(event, &[Key::Enter]) => follows_held,
            KeyHold::Typing => is_typing(event),
        }
    }

    /// Whether it is a key or text that some field should take.
    fn begins_text(&self, event: &Event) -> bool {
        match event {
            Event::Text(text) => !text.trim().is_empty(),
            Event::Key { key, physical_key, pressed: true, modifiers, .. } => {
                let is_digit = digit_of(*physical_key).is_some() && !modifiers.any();
                let has_text = || {
                    let text = self.waiting.front().map(|next| &next.event);
                    matches!(text, Some(Event::Text(text)) if !text.trim().is_empty())
                };
                *key != Key::Space && (is_digit || has_text())
            }
            Event::Paste(_) | Event::Ime(_) => true,
            _ => false,
        }
    }

    /// Whether it is a tap at a page that whoever tapped had not seen.
    fn is_stale(&self, waiting: &WaitingEvent) -> bool {
        is_press(&waiting.event) && waiting.page != Some(self.page)
    }
}

impl Plugin for InputQueue {
    fn debug_name(&self) -> &'static str {
        "input queue"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let last_pass = || ctx.input(|input| input.time + f64::from(input.predicted_dt));
        let now = input.time.unwrap_or_else(last_pass);
        let painted_at = *self.painted_at.get_or_insert(now);
        let page = Some(self.page).filter(|_| now - painted_at >= SEEN_FOR);
        let place = self.place(ctx);
        let events = std::mem::take(&mut input.events);
        for arrival in self.scans.wedge.take(now, events, (self.scans.marks.as_ref(), place)) {
            match arrival {
                Arrival::Event(event) => self.waiting.push_back(WaitingEvent { event, page }),
                Arrival::Burst(burst) => self.scans.bursts.push_back(burst),
            }
        }
        input.events = self.release(ctx);
        self.scans.has_given_keys = input.events.iter().any(is_typing);
    }

    fn on_begin_pass(&mut self, ui: &mut Ui) {
        self.takes_digits = false;
        let catcher = self.catcher.take();
        self.scans.box_field = None;
        self.has_caught = false;
        if std::mem::take(&mut self.is_catching)
            && let Some(catcher) = catcher
        {
            self.has_caught = true;
            ui.memory_mut(|memory| memory.request_focus(catcher));
            self.unsettled = self.unsettled.max(1);
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        // What an answer holds back is no reason to draw.
        let goes_on = |waiting: &WaitingEvent| !self.is_held(&waiting.event, true);
        if self.pasting.is_none() && (self.waiting.iter().any(goes_on) || !self.scans.bursts.is_empty()) {
            ui.ctx().request_repaint();
        }
        if let Some(due_in) = self.scans.wedge.due_in(ui.input(|input| input.time)) {
            ui.ctx().request_repaint_after(Duration::try_from_secs_f64(due_in).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::Modifiers;

    use super::*;

    /// What a pass with these events hands out; `meanwhile` happens in it.
    fn pass(ctx: &Context, events: Vec<Event>, meanwhile: impl Fn(&Context)) -> Vec<Event> {
        let mut taken = Vec::new();
        let mut output = ctx.run_ui(RawInput { events, ..RawInput::default() }, |ui| {
            meanwhile(ui.ctx());
            taken = ui.input(|input| input.events.clone());
        });
        output.textures_delta.clear();
        taken
    }

    #[test]
    fn what_follows_an_escape_is_kept_though_the_answer_comes_in_its_pass() {
        let ctx = Context::default();
        install(&ctx);
        hold(&ctx, KeyHold::Typing);
        let (key, modifiers) = (Key::Escape, Modifiers::NONE);
        let escape = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        let paste = Event::Paste("9161234567".to_owned());
        let events = vec![Event::Text("8".to_owned()), escape.clone(), paste.clone()];
        let answer = |ctx: &Context| assert!(!keep_digits(ctx), "nothing that was typed for it is left");
        assert_eq!(pass(&ctx, events, answer), [escape]);
        let later: Vec<Event> = (0..3).flat_map(|_| pass(&ctx, Vec::new(), |_| ())).collect();
        assert_eq!(later, [paste]);
    }
}
