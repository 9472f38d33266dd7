//! Placing things in a row that wraps, and things of several parts as one.

use egui::style::ScrollAnimation;
use egui::{InnerResponse, Layout, Response, Ui, UiBuilder, Vec2};

use crate::ui::keyboard;
use crate::ui::theme::space;

/// A row that goes on below where the room ends; its height is that of what is in it.
pub fn wrapped_row<R>(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    ui.scope(|ui| {
        // egui would make every row as high as a control, which tears rows of small things apart.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.spacing_mut().item_spacing = Vec2::splat(space::S);
        ui.horizontal_wrapped(add_contents).inner
    })
}

/// Takes `size` at once, so that a wrapping row moves the whole to the next line, and fills it from the top.
pub(super) fn block<R>(ui: &mut Ui, size: Vec2, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let (_, rect) = ui.allocate_space(size);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(egui::Align::Min)));
    add_contents(&mut child)
}

/// Scrolls to what the keyboard has just reached, or what the on-screen one may have covered, with room for its label and
/// its error.
pub(super) fn keep_in_sight(ui: &Ui, response: &Response) {
    if response.gained_focus() || (response.has_focus() && keyboard::is_moved(ui.ctx())) {
        ui.scroll_to_rect_animation(response.rect.expand(space::XXL), None, ScrollAnimation::none());
    }
}
