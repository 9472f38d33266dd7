//! Nothing of one person is left in egui's memory for the next.

use egui::Context;

use super::widgets::forget_typed;

/// Forgets what was typed, where the keyboard was, how far was scrolled, and whatever was on its way to the clipboard.
///
/// What was laid out goes with the frames that no longer show it: draw a few.
pub fn forget_person(ctx: &Context) {
    forget_typed(ctx);
    ctx.data_mut(|data| {
        data.remove_by_type::<egui::scroll_area::State>();
        data.remove_by_type::<bool>();
    });
    ctx.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.surrender_focus(focused);
        }
    });
    drop_commands(ctx);
}

/// Lets nothing reach the clipboard or the world outside of the window.
pub fn drop_commands(ctx: &Context) {
    ctx.output_mut(|output| output.commands.clear());
}
