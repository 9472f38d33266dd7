//! The on-screen keyboard: docked below the fields, it types into the one that has the focus.
//!
//! It is an egui plugin. [`install`] it once with a [`Layout`] per language, and call [`dock`] each frame in which it is
//! wanted, before the panel with the fields. It turns presses on its keys into the events a physical keyboard would
//! send, within the same frame and in the order of the presses, so that fields format, undo and react to Enter alike.
//! A key goes down when it is touched, and every finger counts: fast typing loses nothing. The keys never take the focus.

mod draw;
mod layout;
mod plugin;
mod turn;

use egui::{Context, Id};

pub use draw::dock;
pub use layout::{KeyNames, KeyboardKind, Layout, PageNames};
use plugin::Keyboard;

/// Puts the keyboard onto a context, with the layouts of all languages; a second call changes the layouts.
pub fn install(ctx: &Context, layouts: Vec<Layout>) {
    ctx.add_plugin(Keyboard::default());
    ctx.with_plugin(|keyboard: &mut Keyboard| keyboard.set_layouts(layouts));
}

/// The layouts that the switch goes through, by tag; all but the spare ones if none is named.
pub fn offer<'a>(ctx: &Context, tags: &(impl Iterator<Item = &'a str> + Clone)) {
    ctx.with_plugin(|keyboard: &mut Keyboard| keyboard.offer(tags));
}

/// Forgets what the last person left: a chosen layout, shift, a held key.
pub fn reset(ctx: &Context) {
    ctx.with_plugin(Keyboard::reset);
}

/// Whether the keyboard came, or took another place, in this frame: the field that has the focus may lie under it.
pub(super) fn is_moved(ctx: &Context) -> bool {
    ctx.with_plugin(|keyboard: &mut Keyboard| keyboard.is_moved()).unwrap_or_default()
}

/// Called by a field that has the focus: what stands left of its caret decides about capitals.
///
/// Only whether a word starts is kept, never the character.
pub(super) fn note_caret(ctx: &Context, field: Id, before: Option<char>) {
    let is_word_start = before.is_none_or(starts_word);
    if ctx.with_plugin(|keyboard: &mut Keyboard| keyboard.note_caret(field, is_word_start)) == Some(true) {
        ctx.request_repaint();
    }
}

/// Whether a letter after this one is the first of a name.
fn starts_word(before: char) -> bool {
    before.is_whitespace() || matches!(before, '-' | '\u{2010}'..='\u{2015}')
}
