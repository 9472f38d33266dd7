//! Hands input to the screens in the order in which it came, however much of it comes at once.
//!
//! A slow machine hands over many keys in one batch. egui handles a batch against one focus, so what follows a Tab would be
//! typed into the wrong field. A pass therefore takes input up to the next key, press or request that may change where the
//! next one belongs; the rest waits, in order, until what that key brought was drawn.

use std::collections::VecDeque;

use egui::{Context, Event, Id, Key, Plugin, RawInput, TouchPhase, Ui};

/// What waits while a request runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    #[default]
    Nothing,
    /// Text and all that follows it; Escape and F2 still cancel, and drop what waits.
    Typing,
    /// Every key: what was sent cannot be taken back.
    Keys,
}

/// What became of the keys that waited for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Digits wait to be typed.
    pub has_digits: bool,
    /// Some text was dropped.
    pub has_dropped: bool,
}

/// What one window still has to take in.
#[derive(Default)]
pub(super) struct InputQueue {
    waiting: VecDeque<Waiting>,
    hold: Hold,
    /// Passes to be drawn before the next key or press is handed out.
    unsettled: u8,
    /// The page that was drawn last, as a number that another page does not have.
    page: u64,
    /// The pass that drew it first is the last one, or the one before.
    is_page_new: bool,
    /// Where text goes that no field takes.
    catcher: Option<Id>,
    /// The catcher takes the keyboard in the next pass.
    is_catching: bool,
    /// Whatever has the keyboard takes digits.
    takes_digits: bool,
}

struct Waiting {
    event: Event,
    /// The page it was meant for; `None` if it came before that page could be seen.
    page: Option<u64>,
}

/// Puts the queue onto a context: behind a filter of input, before what draws keys of its own.
pub fn install(ctx: &Context) {
    ctx.add_plugin(InputQueue::default());
}

/// What waits from now on.
pub fn hold(ctx: &Context, hold: Hold) {
    with(ctx, |queue| queue.hold = hold);
}

/// Says which page this pass draws; a tap that was made before it could be seen is dropped.
pub fn draws_page(ctx: &Context, page: u64) {
    let is_new = with(ctx, |queue| {
        let is_new = queue.page != page;
        if is_new {
            (queue.page, queue.is_page_new) = (page, true);
        }
        is_new
    });
    if is_new == Some(true) {
        // The next pass takes the taps that were made while this one was painted, and no later ones.
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
    with(ctx, |queue| queue.catcher = Some(field));
}

/// Whatever has the keyboard takes digits: a key of the digit row or the keypad is one under every layout. Said in every
/// pass.
pub fn take_digits(ctx: &Context) {
    with(ctx, |queue| queue.takes_digits = true);
}

/// Keeps what waits only as far as it can begin another phone number: digits, and what follows them.
pub fn keep_digits(ctx: &Context) -> Kept {
    with(ctx, InputQueue::keep_digits).unwrap_or_default()
}

/// Drops all keys that wait; whether there was text among them.
pub fn drop_keys(ctx: &Context) -> bool {
    with(ctx, |queue| {
        let has_text = queue.waiting.iter().any(|waiting| is_text(&waiting.event));
        queue.waiting.retain(|waiting| !is_typing(&waiting.event));
        has_text
    })
    .unwrap_or_default()
}

fn with<T>(ctx: &Context, act: impl FnOnce(&mut InputQueue) -> T) -> Option<T> {
    ctx.with_plugin(act)
}

impl InputQueue {
    fn keep_digits(&mut self) -> Kept {
        let mut kept = Kept::default();
        let waiting = std::mem::take(&mut self.waiting);
        let mut key = None;
        for next in waiting {
            match &next.event {
                // It goes the way of its text.
                Event::Key { pressed: true, .. } if !is_boundary(&next.event, true) => {
                    self.waiting.extend(key.replace(next).filter(|_| kept.has_digits));
                }
                event if is_text(event) => {
                    let is_digits = matches!(event, Event::Text(text) if text.chars().all(|c| c.is_ascii_digit()));
                    kept.has_digits |= is_digits;
                    kept.has_dropped |= !is_digits;
                    let key = key.take();
                    if is_digits {
                        self.waiting.extend(key);
                        self.waiting.push_back(next);
                    }
                }
                event => {
                    let is_wanted = kept.has_digits || !is_typing(event);
                    self.waiting.extend(key.take().filter(|_| kept.has_digits));
                    if is_wanted {
                        self.waiting.push_back(next);
                    }
                }
            }
        }
        self.waiting.extend(key.filter(|_| kept.has_digits));
        kept
    }

    /// Escape and F2 end what is waited for, and what was typed for it.
    fn cancel(&mut self) {
        let is_cancel = |waiting: &Waiting| is_pressed(&waiting.event, &[Key::Escape, Key::F2]);
        if self.hold == Hold::Typing
            && let Some(at) = self.waiting.iter().rposition(is_cancel)
        {
            let rest = self.waiting.split_off(at);
            self.waiting.retain(|waiting| !is_typing(&waiting.event));
            self.waiting.extend(rest);
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
            let is_held = self.is_held(&next.event, !kept.is_empty());
            if is_held {
                kept.push_back(next);
                continue;
            }
            let must_wait = !is_settled && !is_harmless(&next.event) && !is_let_go(&next.event);
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
            let is_key = matches!(next.event, Event::Key { pressed: true, .. });
            events.push(next.event);
            // A tap that comes at once is one.
            if is_boundary && !events.last().is_some_and(is_press) {
                // A key is never parted from its text.
                if is_key && self.waiting.front().is_some_and(|text| matches!(text.event, Event::Text(_))) {
                    events.extend(self.waiting.pop_front().map(|text| text.event));
                }
                // What a press moves has moved when the pass is over; what a key moves may take the next one.
                self.unsettled = u8::from(is_key);
                break;
            }
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        if self.takes_digits { with_digits(events) } else { events }
    }

    /// Whether an event waits for an answer; `follows_held` if something before it does.
    fn is_held(&self, event: &Event, follows_held: bool) -> bool {
        match self.hold {
            Hold::Nothing => false,
            Hold::Typing if is_pressed(event, &[Key::Escape, Key::F2]) => false,
            Hold::Typing if is_pressed(event, &[Key::Enter]) => follows_held,
            Hold::Typing | Hold::Keys => is_typing(event),
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
    fn is_stale(&self, waiting: &Waiting) -> bool {
        is_press(&waiting.event) && waiting.page != Some(self.page)
    }
}

impl Plugin for InputQueue {
    fn debug_name(&self) -> &'static str {
        "input queue"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        // What came while a page was being painted for the first time was meant for the one before.
        let page = Some(self.page).filter(|_| !std::mem::take(&mut self.is_page_new));
        let events = std::mem::take(&mut input.events);
        self.waiting.extend(events.into_iter().map(|event| Waiting { event, page }));
        input.events = self.release(ctx);
    }

    fn on_begin_pass(&mut self, ui: &mut Ui) {
        self.takes_digits = false;
        let catcher = self.catcher.take();
        if std::mem::take(&mut self.is_catching)
            && let Some(catcher) = catcher
        {
            ui.memory_mut(|memory| memory.request_focus(catcher));
            self.unsettled = self.unsettled.max(1);
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        // What an answer holds back is no reason to draw.
        let goes_on = |waiting: &Waiting| !self.is_held(&waiting.event, true);
        if self.waiting.iter().any(goes_on) {
            ui.ctx().request_repaint();
        }
    }
}

/// Whether what follows this event may belong elsewhere.
fn is_boundary(event: &Event, edits_text: bool) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Enter, Escape, Space, Tab};
    match event {
        Event::Key { key, pressed: true, .. } => match key {
            Tab | Enter | Escape | ArrowUp | ArrowDown => true,
            // Within a text they move the caret, and write.
            ArrowLeft | ArrowRight | Space => !edits_text,
            key => is_function_key(*key),
        },
        Event::PointerButton { .. } | Event::AccessKitActionRequest(_) => true,
        _ => false,
    }
}

fn is_function_key(key: Key) -> bool {
    key.name().strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok())
}

/// Whether it changes nothing that was typed or pressed, so that it need not wait for a page.
fn is_harmless(event: &Event) -> bool {
    !(is_typing(event) || is_press(event) || is_boundary(event, false))
        || matches!(event, Event::Key { pressed: false, .. } | Event::ModifiersChanged(_))
}

/// Whether a boundary does not share a pass with it. A finger's press comes as a touch and as the pointer's: those are one.
fn stands_alone(event: &Event) -> bool {
    !is_harmless(event) && !matches!(event, Event::Touch { .. })
}

/// Whether it comes from a keyboard.
fn is_typing(event: &Event) -> bool {
    matches!(event, Event::Key { pressed: true, .. }) || is_text(event)
}

fn is_text(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Paste(_) | Event::Ime(_) | Event::MiddleClickPaste { .. })
}

fn is_press(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: true, .. } | Event::Touch { phase: TouchPhase::Start, .. })
}

fn is_let_go(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: false, .. })
}

fn is_pressed(event: &Event, keys: &[Key]) -> bool {
    matches!(event, Event::Key { key, pressed: true, .. } if keys.contains(key))
}

/// The same input where digits are meant: the digit row and the keypad give digits under every layout, with or without
/// `NumLock`.
fn with_digits(events: Vec<Event>) -> Vec<Event> {
    let mut answer = Vec::with_capacity(events.len());
    let mut events = events.into_iter().peekable();
    while let Some(mut event) = events.next() {
        let mut digit = None;
        if let Event::Key { key, physical_key, pressed: true, modifiers, .. } = &mut event
            && !modifiers.any()
            && let Some((name, sign)) = digit_of(*physical_key)
        {
            (*key, digit) = (name, Some(sign));
        }
        answer.push(event);
        if let Some(digit) = digit {
            let text = events.next_if(|next| matches!(next, Event::Text(_)));
            let is_digit = |text: &String| text.chars().all(char::is_numeric);
            match text {
                Some(Event::Text(text)) if is_digit(&text) => answer.push(Event::Text(text)),
                _ => answer.push(Event::Text(digit.to_string())),
            }
        }
    }
    answer
}

fn digit_of(physical: Option<Key>) -> Option<(Key, char)> {
    use Key::{Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9};
    let digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    let keys = [Num0, Num1, Num2, Num3, Num4, Num5, Num6, Num7, Num8, Num9];
    keys.into_iter().zip(digits).find(|(key, _)| Some(*key) == physical)
}
