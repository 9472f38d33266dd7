//! What the keyboard knows between frames, and how presses become events.

use std::time::Duration;

use egui::accesskit::Action;
use egui::{Context, Event, Id, Key, LayerId, PointerButton, Pos2, RawInput, Rect, SurrenderFocusOn, Ui};

use super::layout::{Cap, KeyPage, KeyboardKind, Layout, Row, anything, digits, letters};
use super::turn::{Finger, Turn};

/// How long backspace is held before it repeats, and how fast it does, in seconds.
const REPEAT_AFTER: f64 = 0.5;
const REPEAT_EVERY: f64 = 0.1;

/// The plugin.
#[derive(Default)]
pub(super) struct Keyboard {
    layouts: Vec<Layout>,
    /// The layout of the screens' language.
    usual: usize,
    kind: KeyboardKind,
    choice: KeyChoice,
    /// The field that was last written in, and whether a word starts at its caret.
    caret: (Option<Id>, bool),
    held: Vec<Held>,
    /// Keys that were pressed and let go within one frame: seen pressed all the same.
    flashed: Vec<Id>,
    place: Option<Drawn>,
    is_drawn: bool,
    /// "Next" was pressed while no field had the focus.
    is_next_unclaimed: bool,
    /// It came, or took another place, in this frame.
    is_moved: bool,
    /// What egui did with the focus on a click beside it.
    usual_surrender: Option<SurrenderFocusOn>,
}

/// What a person chose by keys.
#[derive(Default)]
struct KeyChoice {
    /// Another layout than that of the screens' language.
    layout: Option<usize>,
    /// The next letter's case, against the rule.
    shift: Option<bool>,
    page: KeyPage,
}

/// Where the keyboard was drawn last.
pub(super) struct Drawn {
    pub(super) kind: KeyboardKind,
    pub(super) layer: LayerId,
    /// All of the keyboard.
    pub(super) tray: Rect,
    pub(super) keys: Vec<Placed>,
}

/// A key that was drawn.
pub(super) struct Placed {
    pub(super) id: Id,
    /// With half the gaps around it, so that no touch falls between two keys.
    pub(super) target: Rect,
    pub(super) cap: Cap,
}

struct Held {
    finger: Finger,
    id: Id,
    /// When the next repeat is due, for a key that repeats.
    next_secs: Option<f64>,
}

/// What there is to draw.
pub(super) struct KeyboardFace {
    pub(super) rows: Vec<Row>,
    pub(super) layout: Layout,
    pub(super) is_shifted: bool,
    pub(super) pressed: Vec<Id>,
    /// The tag of the layout the switch leads to.
    pub(super) other: String,
}

impl Keyboard {
    pub(super) fn set_layouts(&mut self, layouts: Vec<Layout>) {
        self.layouts = layouts;
        self.reset();
    }

    pub(super) fn offer<'a>(&mut self, tags: &(impl Iterator<Item = &'a str> + Clone)) {
        let is_any_named = tags.clone().next().is_some();
        for layout in &mut self.layouts {
            let is_named = tags.clone().any(|tag| tag == layout.tag);
            layout.is_offered = if is_any_named { is_named } else { !layout.is_spare };
        }
    }

    pub(super) fn reset(&mut self) {
        self.choice = KeyChoice::default();
        self.caret = (None, true);
        self.held.clear();
        self.flashed.clear();
        self.is_next_unclaimed = false;
    }

    /// Takes in what a field says; whether that changes what is drawn.
    pub(super) fn note_caret(&mut self, field: Id, is_word_start: bool) -> bool {
        let before = self.is_shifted();
        if self.caret.0 != Some(field) {
            self.choice.shift = None;
        }
        self.caret = (Some(field), is_word_start);
        self.is_drawn && before != self.is_shifted()
    }

    fn is_shifted(&self) -> bool {
        self.choice.shift.unwrap_or(self.caret.1 && self.kind != KeyboardKind::Anything)
    }

    fn current(&self) -> usize {
        self.choice.layout.unwrap_or(self.usual)
    }

    /// The layout after the current one that has letters.
    fn other(&self) -> Option<usize> {
        let (count, current) = (self.layouts.len(), self.current());
        (1..count)
            .map(|step| (current + step) % count)
            .find(|&at| self.layouts.get(at).is_some_and(|layout| layout.has_letters() && self.is_offered(at, layout)))
    }

    /// A way back to the letters of the screen there always is.
    fn is_offered(&self, at: usize, layout: &Layout) -> bool {
        at == self.usual || layout.is_offered
    }

    /// The keys to draw for a kind and the screens' language, as a tag.
    pub(super) fn face(&mut self, kind: KeyboardKind, language: &str) -> KeyboardFace {
        let own = |layout: &Layout| layout.tag == language && layout.has_letters();
        let any = || self.layouts.iter().position(Layout::has_letters);
        let is_own_latin = |layout: &Layout| own(layout) && layout.is_latin();
        let latin = || {
            let own = self.layouts.iter().position(is_own_latin);
            own.or_else(|| self.layouts.iter().position(Layout::is_latin)).filter(|_| kind == KeyboardKind::Anything)
        };
        let usual = latin().or_else(|| self.layouts.iter().position(own)).or_else(any).unwrap_or_default();
        if (usual, kind) != (self.usual, self.kind) {
            self.usual = usual;
            self.kind = kind;
            self.choice = KeyChoice::default();
        }
        let other = self.other();
        let layout = self.layouts.get(self.current()).cloned().unwrap_or_default();
        // The names are those of the screens' language, whichever letters are shown.
        let own_names = self.layouts.iter().find(|layout| layout.tag == language).map(|own| own.names.clone());
        let rows = match kind {
            KeyboardKind::Letters => letters(&layout, other),
            KeyboardKind::Digits => digits(),
            KeyboardKind::Anything => anything(&layout, other, self.choice.page),
        };
        let tag = other.and_then(|at| self.layouts.get(at)).map(|layout| layout.tag.clone()).unwrap_or_default();
        let names = own_names.unwrap_or_else(|| layout.names.clone());
        let pressed = self.held.iter().map(|held| held.id).chain(self.flashed.iter().copied()).collect();
        KeyboardFace { rows, layout: Layout { names, ..layout }, is_shifted: self.is_shifted(), pressed, other: tag }
    }

    /// Notes where the keys were drawn; a press in the next frame is looked up there.
    pub(super) fn placed(&mut self, ctx: &Context, place: Drawn) {
        self.is_drawn = true;
        let is_same = self.place.as_ref().is_some_and(|last| {
            last.kind == place.kind && last.keys.iter().map(|key| &key.cap).eq(place.keys.iter().map(|key| &key.cap))
        });
        if !is_same {
            self.held.clear();
        }
        self.is_moved = self.place.as_ref().is_none_or(|last| last.tray != place.tray);
        self.place = Some(place);
        // A tap on a key, or beside a field, must not take the focus from the field.
        if self.usual_surrender.is_none() {
            self.usual_surrender = Some(ctx.options(|options| options.input_options.surrender_focus_on));
            ctx.options_mut(|options| options.input_options.surrender_focus_on = SurrenderFocusOn::Never);
        }
    }

    /// Whether it came, or took another place, in this frame.
    pub(super) fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// Whether "next" was pressed while no field had the focus; told once.
    pub(super) fn take_unclaimed_next(&mut self) -> bool {
        std::mem::take(&mut self.is_next_unclaimed)
    }

    /// When something of the keyboard changes by itself, from `now`.
    fn next_change(&self, now: f64) -> Option<Duration> {
        let due = self.held.iter().filter_map(|held| held.next_secs).reduce(f64::min)?;
        Some(Duration::try_from_secs_f64((due - now).max(0.0)).unwrap_or_default())
    }

    fn key_at(&self, pos: Pos2) -> Option<(Id, Cap)> {
        let key = self.place.as_ref()?.keys.iter().find(|key| key.target.contains(pos))?;
        Some((key.id, key.cap.clone()))
    }

    /// Whether a press there reaches the keyboard, and not something that floats above it.
    fn is_reached(&self, ctx: &Context, pos: Option<Pos2>) -> bool {
        let Some(place) = &self.place else { return false };
        let is_on_top = match pos.and_then(|pos| ctx.layer_id_at(pos)) {
            Some(layer) => layer == place.layer,
            None => true,
        };
        is_on_top && ctx.memory(|memory| memory.is_above_modal_layer(place.layer))
    }

    fn down(&mut self, (finger, pos): (Finger, Pos2), turn: &mut Turn<'_>) {
        if !self.is_reached(turn.ctx, Some(pos)) {
            return;
        }
        let Some((id, cap)) = self.key_at(pos) else { return };
        self.held.retain(|held| held.finger != finger);
        let next_secs = (cap == Cap::Backspace).then_some(turn.now_secs + REPEAT_AFTER);
        self.held.push(Held { finger, id, next_secs });
        self.act(&cap, turn);
    }

    /// A finger that leaves its key, or the screen, lets it go.
    fn lift(&mut self, finger: Finger, is_new: bool) {
        if is_new && let Some(held) = self.held.iter().find(|held| held.finger == finger) {
            self.flashed.push(held.id);
        }
        self.held.retain(|held| held.finger != finger);
    }

    fn moved(&mut self, finger: Finger, pos: Pos2) {
        let over = self.key_at(pos).map(|(id, _)| id);
        self.held.retain(|held| held.finger != finger || Some(held.id) == over);
    }

    fn act(&mut self, cap: &Cap, turn: &mut Turn<'_>) {
        match cap {
            Cap::Letter(small, capital) => {
                turn.text(if self.is_shifted() { capital } else { small });
                self.wrote(false);
            }
            Cap::Sign(sign) => {
                turn.text(sign);
                self.wrote(sign.chars().next_back().is_some_and(super::starts_word));
            }
            Cap::Space => {
                turn.text(" ");
                self.wrote(true);
            }
            Cap::Shift => self.choice.shift = Some(!self.is_shifted()),
            Cap::Backspace => turn.key(Key::Backspace, false),
            Cap::Switch(layout) => self.choice.layout = Some(*layout),
            Cap::Turn(page) => self.choice.page = *page,
            Cap::Hide => turn.surrender_focus(),
            Cap::Next if turn.can_type && self.kind != KeyboardKind::Anything => turn.key(Key::Enter, false),
            Cap::Next => self.is_next_unclaimed = true,
        }
    }

    /// What follows in the same frame goes by this; the field itself says more once it is drawn.
    fn wrote(&mut self, is_word_start: bool) {
        self.choice.shift = None;
        self.caret.1 = is_word_start;
    }

    fn take_in(&mut self, event: &Event, later: &[Event], turn: &mut Turn<'_>) {
        match event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed: true, .. } => {
                self.down((Finger::Pointer, *pos), turn);
            }
            Event::PointerButton { button: PointerButton::Primary, pressed: false, .. } | Event::PointerGone => {
                self.lift(Finger::Pointer, turn.is_new(Finger::Pointer));
            }
            Event::PointerMoved(pos) => self.moved(Finger::Pointer, *pos),
            Event::Touch { id, phase, pos, .. } => {
                let finger = Finger::Touch(*id);
                match phase {
                    // The first finger also comes as the pointer.
                    egui::TouchPhase::Start if is_pointer_too(*pos, later) => {}
                    egui::TouchPhase::Start => {
                        self.down((finger, *pos), turn);
                        turn.new_fingers.push(finger);
                    }
                    egui::TouchPhase::Move => self.moved(finger, *pos),
                    egui::TouchPhase::End | egui::TouchPhase::Cancel => self.lift(finger, turn.is_new(finger)),
                }
            }
            Event::AccessKitActionRequest(request) if request.action == Action::Click => {
                self.pressed_by_assistive_technology(request.target_node, turn);
            }
            _ => {}
        }
        if matches!(event, Event::PointerButton { pressed: true, .. }) {
            turn.new_fingers.push(Finger::Pointer);
        }
    }

    fn pressed_by_assistive_technology(&mut self, node: egui::accesskit::NodeId, turn: &mut Turn<'_>) {
        if !self.is_reached(turn.ctx, None) {
            return;
        }
        let keys = self.place.as_ref().map_or(&[] as &[Placed], |place| &place.keys);
        let Some((id, cap)) =
            keys.iter().find(|key| key.id.accesskit_id() == node).map(|key| (key.id, key.cap.clone()))
        else {
            return;
        };
        self.flashed.push(id);
        self.act(&cap, turn);
    }

    /// One repeat a frame at most: a frame that took long must not erase a whole field.
    fn repeat(&mut self, turn: &mut Turn<'_>) {
        for held in &mut self.held {
            if held.next_secs.is_some_and(|due| due <= turn.now_secs) {
                held.next_secs = Some(turn.now_secs + REPEAT_EVERY);
                turn.key(Key::Backspace, true);
            }
        }
    }
}

fn is_pointer_too(pos: Pos2, later: &[Event]) -> bool {
    later
        .iter()
        .any(|event| matches!(event, Event::PointerButton { pos: pressed_at, pressed: true, .. } if *pressed_at == pos))
}

impl egui::Plugin for Keyboard {
    fn debug_name(&self) -> &'static str {
        "on-screen keyboard"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        if self.place.is_none() {
            return;
        }
        let now_secs = input.time.unwrap_or_else(|| ctx.input(|state| state.time) + f64::from(input.predicted_dt));
        let can_type = ctx.text_edit_focused();
        let events = std::mem::take(&mut input.events);
        let mut turn = Turn { ctx, events: Vec::new(), now_secs, can_type, new_fingers: Vec::new() };
        for (at, event) in events.iter().enumerate() {
            turn.events.push(event.clone());
            self.take_in(event, events.get(at + 1..).unwrap_or_default(), &mut turn);
        }
        self.repeat(&mut turn);
        input.events = turn.events;
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        self.is_moved = false;
        if !std::mem::take(&mut self.is_drawn) {
            self.place = None;
            self.choice.page = KeyPage::default();
            self.held.clear();
            if let Some(usual) = self.usual_surrender.take() {
                ctx.options_mut(|options| options.input_options.surrender_focus_on = usual);
            }
        }
        if !self.flashed.is_empty() {
            self.flashed.clear();
            ctx.request_repaint();
        }
        if let Some(wait) = self.next_change(ctx.input(|input| input.time)) {
            ctx.request_repaint_after(wait);
        }
    }
}
