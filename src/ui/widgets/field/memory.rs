//! What egui remembers of a field: its caret, and whether it had the keyboard.

use egui::text::CCursorRange;
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{Id, Response, Ui};

/// Whether a field had the keyboard when it was drawn last.
#[derive(Clone, Copy)]
struct HadFocus(bool);

/// Forgets what was typed into all fields, and which had the keyboard: egui keeps the undo history of each for ever.
pub fn forget_typed(ctx: &egui::Context) {
    ctx.data_mut(|data| {
        data.remove_by_type::<TextEditState>();
        data.remove_by_type::<HadFocus>();
    });
}

/// Where the caret of a field stands.
pub(super) fn caret_of(ui: &Ui, id: Id) -> usize {
    TextEditState::load(ui.ctx(), id)
        .and_then(|state| state.cursor.char_range())
        .map_or(0, |range| range.primary.index.0)
}

/// Puts it elsewhere.
pub(super) fn put_caret(ui: &Ui, output: &mut TextEditOutput, range: CCursorRange) {
    if output.state.cursor.char_range() == Some(range) {
        return;
    }
    output.state.cursor.set_char_range(Some(range));
    output.state.clone().store(ui.ctx(), output.response.response.id);
    ui.ctx().request_repaint();
}

/// Cuts before anything is laid out: shaping a pasted book would stop the program.
pub(super) fn cut(text: &mut String, limit: usize) {
    if let Some((end, _)) = text.char_indices().nth(limit) {
        text.truncate(end);
    }
}

/// Whether the keyboard went elsewhere since the field was last drawn; told once.
pub(super) fn noted_focus(ui: &Ui, response: &Response) -> bool {
    let key = response.id.with("had_focus");
    let has_focus = response.has_focus();
    ui.data_mut(|data| {
        let HadFocus(had) = data.get_temp(key).unwrap_or(HadFocus(false));
        if had != has_focus {
            data.insert_temp(key, HadFocus(has_focus));
        }
        had && !has_focus
    })
}
