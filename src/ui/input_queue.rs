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

/// A page must have been painted for so many seconds before a tap can be meant for it: sooner it is the second one of a
/// double tap on the page before.
const SEEN_FOR: f64 = 0.25;

/// What one window still has to take in.
#[derive(Default)]
pub(super) struct InputQueue {
    waiting: VecDeque<Waiting>,
    hold: Hold,
    /// Passes to be drawn before the next key or press is handed out.
    unsettled: u8,
    /// The page that was drawn last, as a number that another page does not have.
    page: u64,
    /// When the first pass began that came after its painting, in seconds; `None` until then.
    painted_at: Option<f64>,
    /// Where text goes that no field takes.
    catcher: Option<Id>,
    /// The catcher takes the keyboard in the next pass.
    is_catching: bool,
    /// Whatever has the keyboard takes digits.
    takes_digits: bool,
}

struct Waiting {
    event: Event,
    /// The page it was meant for; `None` if it came before anybody could have seen that page.
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
    with(ctx, |queue| queue.catcher = Some(field));
}

/// Whatever has the keyboard takes digits: a key of the digit row or the keypad is one under every layout. Said in every
/// pass.
pub fn take_digits(ctx: &Context) {
    with(ctx, |queue| queue.takes_digits = true);
}

/// Keeps what waits only as far as it can begin another phone number: the first digit, and what follows it. Whether text
/// was dropped.
pub fn keep_digits(ctx: &Context) -> bool {
    with(ctx, InputQueue::keep_digits).unwrap_or_default()
}

/// Drops all keys that wait; whether there was text among them.
pub fn drop_keys(ctx: &Context) -> bool {
    with(ctx, InputQueue::drop_keys).unwrap_or_default()
}

fn with<T>(ctx: &Context, act: impl FnOnce(&mut InputQueue) -> T) -> Option<T> {
    ctx.with_plugin(act)
}

impl InputQueue {
    fn keep_digits(&mut self) -> bool {
        let first = self.waiting.iter().position(|waiting| is_digit(&waiting.event)).unwrap_or(self.waiting.len());
        let kept = self.waiting.split_off(first);
        let has_dropped = self.drop_keys();
        self.waiting.extend(kept);
        has_dropped
    }

    fn drop_keys(&mut self) -> bool {
        let has_text = self.waiting.iter().any(|waiting| is_text(&waiting.event));
        self.waiting.retain(|waiting| !is_typing(&waiting.event));
        has_text
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
            // A key whose press waits is let go of behind it: egui takes a second press without that for a held key.
            let is_held = self.is_held(&next.event, !kept.is_empty())
                || kept.iter().any(|held: &Waiting| is_released_by(&held.event, &next.event));
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
            events.push(next.event);
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
        let last_pass = || ctx.input(|input| input.time + f64::from(input.predicted_dt));
        let now = input.time.unwrap_or_else(last_pass);
        let painted_at = *self.painted_at.get_or_insert(now);
        let page = Some(self.page).filter(|_| now - painted_at >= SEEN_FOR);
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

/// Whether it is a digit, or a key that gives one where digits are meant.
fn is_digit(event: &Event) -> bool {
    match event {
        Event::Key { physical_key, pressed: true, modifiers, .. } => {
            digit_of(*physical_key).is_some() && !modifiers.any()
        }
        Event::Text(text) => !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    }
}

fn is_press(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: true, .. } | Event::Touch { phase: TouchPhase::Start, .. })
}

/// Whether the second event lets the key go that the first one pressed.
fn is_released_by(press: &Event, release: &Event) -> bool {
    match (press, release) {
        (Event::Key { key, pressed: true, .. }, Event::Key { key: other, pressed: false, .. }) => key == other,
        _ => false,
    }
}

fn is_let_go(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: false, .. })
}

fn is_pressed(event: &Event, keys: &[Key]) -> bool {
    matches!(event, Event::Key { key, pressed: true, .. } if keys.contains(key))
}

/// The same input; where digits are meant the digit row and the keypad give digits under every layout, with or without
/// `NumLock`.
fn with_digits(events: Vec<Event>, takes_digits: bool) -> Vec<Event> {
    let mut answer = Vec::with_capacity(events.len());
    let mut events = events.into_iter().peekable();
    while let Some(mut event) = events.next() {
        let Event::Key { key, physical_key, pressed, modifiers, .. } = &mut event else {
            answer.push(event);
            continue;
        };
        let (is_press, is_plain) = (*pressed, !modifiers.any());
        match digit_of(*physical_key) {
            Some((name, digit)) if is_press && is_plain && takes_digits => {
                *key = name;
                let text = events.next_if(|next| matches!(next, Event::Text(_)));
                let is_digit = |text: &Event| matches!(text, Event::Text(text) if text.chars().all(char::is_numeric));
                let text = text.filter(is_digit).unwrap_or_else(|| Event::Text(digit.to_string()));
                answer.extend([event, text]);
            }
            Some((name, _)) if !is_press && name != *key => {
                // It may have been pressed as a digit: egui would take the next press for a held key.
                let mut digit = event.clone();
                if let Event::Key { key, .. } = &mut digit {
                    *key = name;
                }
                answer.extend([event, digit]);
            }
            _ => answer.push(event),
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
