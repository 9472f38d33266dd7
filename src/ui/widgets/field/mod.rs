//! A line of text with its label above and its hint or error below.

mod draw;
mod format;
mod memory;

use egui::accesskit::Invalid;
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{Align2, Frame, Id, Rect, Response, RichText, Sense, Shape, TextBuffer, TextEdit, Ui, UiBuilder, vec2};

use self::format::{Edited, FormattedBuffer};
pub use self::memory::forget_typed;
use self::memory::{caret_of, cut, noted_focus, put_caret};
use super::icon::Icon;
use super::paint::focus_ring;
use super::place::keep_in_sight;
use super::press::fresh_enter;
use super::text::line;
use crate::ui::theme::{self, TextSize, Theme, Weight, radius};
use crate::ui::{input_queue, keyboard};

/// How high a field is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldSize {
    /// As high as a button.
    Normal,
    /// For the one field a screen is about.
    Large,
}

/// What happened in a field this frame.
pub struct FieldResponse {
    /// The editable part.
    pub response: Response,
    /// The text is another one.
    pub changed: bool,
    /// The keyboard went elsewhere: the time to judge what was typed.
    pub left: bool,
    /// Enter went down in it; a held key counts once, and the field keeps the keyboard.
    pub entered: bool,
}

/// A field; its identity is its label unless `id` or `id_salt` says otherwise.
#[must_use = "call show"]
pub struct Field<'a> {
    label: &'a str,
    text: &'a mut String,
    id: Option<Id>,
    salt: Option<egui::IdSalt>,
    words: FieldWords<'a>,
    leading: Option<Icon>,
    limit: usize,
    format: Option<fn(&str) -> String>,
    typed: Option<&'a mut String>,
    height_class: FieldSize,
    flags: Flags,
}

#[derive(Default)]
struct FieldWords<'a> {
    hint: Option<&'a str>,
    placeholder: &'a str,
    error: Option<&'a str>,
    badge: Option<&'a str>,
}

impl FieldWords<'_> {
    /// What the text was recognised as, and the help: for those who cannot see where they stand.
    fn beneath(&self) -> Option<String> {
        let words: Vec<&str> = self.badge.into_iter().chain(self.hint).collect();
        (!words.is_empty()).then(|| words.join(". "))
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Flags {
    is_secret: bool,
    is_enabled: bool,
    wants_focus: bool,
    /// The name stands elsewhere on the screen, such as in the headline.
    is_unnamed: bool,
    takes_digits: bool,
    catches_text: bool,
    catches_more: bool,
    selects_all: bool,
    goes_on: bool,
}

/// No field of this program holds more; a longer paste is cut before it is laid out.
const DEFAULT_LIMIT: usize = 1024;

impl<'a> Field<'a> {
    /// A field that edits `text`.
    pub fn new(label: &'a str, text: &'a mut String) -> Self {
        Self {
            label,
            text,
            id: None,
            salt: None,
            words: FieldWords::default(),
            leading: None,
            limit: DEFAULT_LIMIT,
            format: None,
            typed: None,
            height_class: FieldSize::Normal,
            flags: Flags {
                is_secret: false,
                is_enabled: true,
                wants_focus: false,
                is_unnamed: false,
                takes_digits: false,
                catches_text: false,
                catches_more: false,
                selects_all: false,
                goes_on: false,
            },
        }
    }

    /// The identity of the editable part, for a caller that moves the focus.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// An identity of its own within this part of the screen.
    pub fn id_salt(mut self, salt: impl egui::AsIdSalt) -> Self {
        self.salt = Some(egui::IdSalt::new(salt));
        self
    }

    /// Help beneath the field; an error takes its place.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.words.hint = Some(hint).filter(|hint| !hint.is_empty());
        self
    }

    /// An example inside the empty field.
    pub fn placeholder(mut self, placeholder: &'a str) -> Self {
        self.words.placeholder = placeholder;
        self
    }

    /// What is wrong and what to do.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.words.error = error;
        self
    }

    /// Shows dots instead of letters.
    pub fn secret(mut self, is_secret: bool) -> Self {
        self.flags.is_secret = is_secret;
        self
    }

    /// The most characters it takes, counted before formatting: leave room for what people paste.
    pub fn limit(mut self, chars: usize) -> Self {
        self.limit = chars;
        self
    }

    /// Formats after every edit; must give the same text again for text it formatted.
    pub fn format(mut self, format: fn(&str) -> String) -> Self {
        self.format = Some(format);
        self
    }

    /// Keeps what was typed before it was formatted.
    pub fn remember(mut self, typed: &'a mut String) -> Self {
        self.typed = Some(typed);
        self
    }

    /// Another height.
    pub fn size(mut self, height: FieldSize) -> Self {
        self.height_class = height;
        self
    }

    /// A word at the right inside the field, such as what the text was recognised as.
    pub fn badge(mut self, badge: &'a str) -> Self {
        self.words.badge = Some(badge).filter(|badge| !badge.is_empty());
        self
    }

    /// An icon at the left inside the field.
    pub fn leading(mut self, icon: Icon) -> Self {
        self.leading = Some(icon);
        self
    }

    /// Takes digits: the keys of the digit row and the keypad give them under every layout. A field that formats does.
    pub fn digits(mut self, takes_digits: bool) -> Self {
        self.flags.takes_digits = takes_digits;
        self
    }

    /// What is typed while no field has the keyboard is typed here, in place of what stands here.
    pub fn catch_text(mut self) -> Self {
        self.flags.catches_text = true;
        self
    }

    /// The same if this is the field that had the keyboard last, and behind what stands here.
    pub fn catch_more_text(mut self) -> Self {
        self.flags.catches_more = true;
        self
    }

    /// Marks everything this frame, so that what is typed next replaces it; pass `true` once, not every frame.
    pub fn select_all(mut self, is_wanted: bool) -> Self {
        self.flags.selects_all = is_wanted;
        self
    }

    /// Keeps what stands here when it gets the keyboard: what is typed next goes on behind it.
    pub fn goes_on(mut self, is_wanted: bool) -> Self {
        self.flags.goes_on = is_wanted;
        self
    }

    /// Takes the keyboard this frame; pass `true` once, not every frame.
    pub fn request_focus(mut self, wants_focus: bool) -> Self {
        self.flags.wants_focus = wants_focus;
        self
    }

    /// Whether it can be edited.
    pub fn enabled(mut self, is_enabled: bool) -> Self {
        self.flags.is_enabled = is_enabled;
        self
    }

    /// Leaves the label out: the screen says it in larger letters. Assistive technology still tells it.
    pub fn without_label(mut self) -> Self {
        self.flags.is_unnamed = true;
        self
    }

    /// Draws label, field and what stands beneath.
    pub fn show(mut self, ui: &mut Ui) -> FieldResponse {
        cut(self.text, self.limit);
        let theme = theme::of(ui.ctx());
        let id = self.id.unwrap_or_else(|| match self.salt {
            Some(salt) => ui.make_persistent_id(salt),
            None => ui.make_persistent_id(("field", self.label)),
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let label = (!self.flags.is_unnamed)
                .then(|| line(ui, self.label, (TextSize::Caption, Weight::SemiBold), theme.colors.ink.text));
            let is_enabled = self.flags.is_enabled;
            let answer = ui.add_enabled_ui(is_enabled, |ui| self.edit(ui, &theme, id)).inner;
            let note = self.note(ui, &theme);
            let response = &answer.response;
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.clear_label();
                match &label {
                    Some(label) => node.push_labelled_by(label.id.accesskit_id()),
                    None => node.set_label(self.label),
                }
                if let Some(text) = self.words.error {
                    node.set_invalid(Invalid::True);
                    node.set_description(text);
                } else if let Some(text) = self.words.beneath() {
                    node.set_description(text);
                }
                if let (Some(note), true) = (&note, self.words.error.is_some()) {
                    node.set_error_message(note.id.accesskit_id());
                }
            });
            answer
        })
        .inner
    }

    fn edit(&mut self, ui: &mut Ui, theme: &Theme, id: Id) -> FieldResponse {
        if self.flags.wants_focus && self.flags.is_enabled {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let text_size = self.text_size(theme);
        let height = self.height(ui, theme, text_size);
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
        // The surface depends on what the editing answers, yet lies beneath the words.
        let ground = ui.painter().add(Shape::Noop);
        let room = self.room(ui, theme, rect);
        // The whole box is the target, not only where the words stand.
        let around = ui.interact(rect, id.with("box"), Sense::CLICK);
        let had_focus = ui.memory(|memory| memory.had_focus_last_frame(id));
        let before = caret_of(ui, id);
        let (mut output, buffer) = self.text_edit(ui, theme, (id, room), before);
        // Only now: egui takes the keyboard from an edit when a press falls beside it.
        if around.clicked() && self.flags.is_enabled {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if let Some(caret) = buffer.caret {
            put_caret(ui, &mut output, CCursorRange::one(CCursor::new(caret)));
        }
        let response = output.response.response.clone();
        // A window without the keyboard has fields with the focus: that is no change to draw.
        let is_focused = ui.memory(|memory| memory.has_focus(id));
        if had_focus != is_focused {
            ui.ctx().request_repaint();
        }
        let is_pointer_used = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
        let keeps_text = self.flags.catches_more && input_queue::has_caught(ui.ctx());
        let is_entered = response.gained_focus() && !is_pointer_used && !keeps_text;
        if is_entered && self.flags.goes_on {
            let end = CCursorRange::one(output.galley.end());
            put_caret(ui, &mut output, end);
        } else if (is_entered || self.flags.selects_all) && !self.text.is_empty() {
            let everything = CCursorRange::select_all(&output.galley);
            put_caret(ui, &mut output, everything);
        }
        ui.painter().set(ground, self.ground(theme, rect, (response.has_focus(), around.contains_pointer())));
        self.adorn(ui, theme, rect);
        keep_in_sight(ui, &response);
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CONTROL, theme);
            keyboard::note_caret(ui.ctx(), id, self.left_of_caret(ui, id));
        }
        if is_focused && (self.flags.takes_digits || self.format.is_some()) {
            input_queue::take_digits(ui.ctx());
        }
        match self.flags {
            Flags { is_enabled: true, catches_text: true, .. } => input_queue::catch_text(ui.ctx(), id),
            Flags { is_enabled: true, catches_more: true, .. } => {
                input_queue::catch_more_text(ui.ctx(), id, is_focused);
            }
            _ => {}
        }
        let left = noted_focus(ui, &response);
        let entered = had_focus && response.has_focus() && fresh_enter(ui);
        FieldResponse { changed: buffer.is_changed.unwrap_or(response.changed()), response, left, entered }
    }

    /// The character left of the caret, or of what is selected.
    fn left_of_caret(&self, ui: &Ui, id: Id) -> Option<char> {
        let range = TextEditState::load(ui.ctx(), id)?.cursor.char_range()?;
        let start = range.primary.index.0.min(range.secondary.index.0);
        self.text.chars().nth(start.checked_sub(1)?)
    }

    fn text_edit(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        (id, room): (Id, Rect),
        caret_before: usize,
    ) -> (TextEditOutput, Edited) {
        let text_size = self.text_size(theme);
        let font = self.fitting(ui, theme.font(text_size, Weight::Regular), room.width() - 4.0);
        let ink = if ui.is_enabled() { theme.colors.ink.text } else { theme.colors.ink.disabled };
        let mut inner = ui.new_child(UiBuilder::new().max_rect(room));
        let placeholder = RichText::new(self.words.placeholder).font(font.clone());
        let (limit, is_secret) = (self.limit, self.flags.is_secret);
        let draw = |buffer: &mut dyn TextBuffer| {
            TextEdit::singleline(buffer)
                .id(id)
                .font(font)
                .text_color(ink)
                .hint_text(placeholder)
                .password(is_secret)
                .char_limit(limit)
                .desired_width(room.width())
                .min_size(room.size())
                .align(Align2::LEFT_CENTER)
                .frame(Frame::NONE)
                // Enter belongs to the caller, and a held Enter must not throw the keyboard out.
                .return_key(None)
                .show(&mut inner)
        };
        match self.format {
            Some(format) => {
                let typed = self.typed.as_deref_mut();
                let mut buffer = FormattedBuffer::new(self.text, format, caret_before).remembering(typed);
                let output = draw(&mut buffer);
                (output, buffer.edited())
            }
            None => (draw(self.text), Edited::default()),
        }
    }
}
