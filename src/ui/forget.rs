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

/// Sets the fields of one customer, the `number`th, apart from those of the one before. It comes round again: egui keeps
/// something of every id that it has ever seen.
pub fn salt_of(number: u64) -> u64 {
    /// More customers than can come and go between two frames.
    const ROUND: u64 = 8;
    number % ROUND
}

/// Lets nothing reach the clipboard or the world outside of the window.
pub fn drop_commands(ctx: &Context) {
    ctx.output_mut(|output| output.commands.clear());
}

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput};

    use super::*;
    use crate::ui::theme::{self, Look};
    use crate::ui::widgets::{Field, FieldResponse};

    /// One frame with the field of the `number`th customer; whether the keyboard has just left it.
    fn is_left(ctx: &Context, number: u64, wants_focus: bool) -> bool {
        let mut is_left = false;
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let mut text = String::new();
            let field = Field::new("Name", &mut text).id_salt(salt_of(number)).request_focus(wants_focus);
            let FieldResponse { left, .. } = field.show(ui);
            is_left |= left;
        });
        output.textures_delta.clear();
        is_left
    }

    #[test]
    fn a_field_that_comes_round_again_remembers_nobody() {
        let ctx = Context::default();
        theme::install(&ctx, Look::default());
        is_left(&ctx, 0, true);
        is_left(&ctx, 0, false);
        assert!(ctx.memory(|memory| memory.focused().is_some()));
        for number in 1..8 {
            forget_typed(&ctx);
            assert_ne!(salt_of(number), salt_of(number - 1), "two customers in a row share a field");
            is_left(&ctx, number, false);
        }
        forget_typed(&ctx);
        assert_eq!(salt_of(8), salt_of(0), "egui would know more and more ids");
        assert!(!is_left(&ctx, 8, false), "the keyboard left the field of a customer who is long gone");
    }
}
