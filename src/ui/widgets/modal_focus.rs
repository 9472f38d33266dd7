//! Brings the keyboard into a dialog, and back to where it was once the dialog is gone.

use egui::{Context, FocusDirection, Id, Memory, Plugin, Ui};

/// The dialogs that are open, the outermost first.
#[derive(Default)]
pub(super) struct DialogFocus {
    open: Vec<Open>,
}

#[derive(Clone, Copy)]
struct Open {
    id: Id,
    /// The pass that drew it last.
    pass: u64,
    /// What had the keyboard before.
    returns_to: Option<Id>,
    /// How often the keyboard is still offered to its first control.
    offers: u8,
}

/// The first passes of a dialog may only measure, and what is measured keeps no focus.
const OFFERS: u8 = 3;

/// Call before the dialog's contents: a dialog that was not there before takes the keyboard.
pub(super) fn enter(ctx: &Context, id: Id) {
    let pass = ctx.cumulative_pass_nr();
    let focused = ctx.memory(Memory::focused);
    let plugin = ctx.plugin_or_default::<DialogFocus>();
    let mut state = plugin.lock();
    let known = state.open.iter().position(|open| open.id == id);
    let at = known.unwrap_or_else(|| {
        state.open.push(Open { id, pass, returns_to: focused, offers: OFFERS });
        state.open.len() - 1
    });
    let Some(open) = state.open.get_mut(at) else { return };
    open.pass = pass;
    if open.offers == 0 {
        return;
    }
    open.offers -= 1;
    drop(state);
    ctx.memory_mut(|memory| {
        if let (None, Some(focused)) = (known, focused) {
            memory.surrender_focus(focused);
        }
        if memory.focused().is_none() {
            memory.move_focus(FocusDirection::Next);
        }
    });
    ctx.request_repaint();
}

impl Plugin for DialogFocus {
    fn debug_name(&self) -> &'static str {
        "dialog focus"
    }

    fn on_begin_pass(&mut self, ui: &mut Ui) {
        // egui lets go of the rest of the screen one pass after a dialog was drawn last.
        let pass = ui.ctx().cumulative_pass_nr();
        let is_gone = |open: &Open| open.pass + 1 < pass;
        let returns_to = self.open.iter().find(|open| is_gone(open)).and_then(|open| open.returns_to);
        self.open.retain(|open| !is_gone(open));
        if let Some(returns_to) = returns_to {
            ui.memory_mut(|memory| {
                // Whoever closed the dialog may have sent the keyboard elsewhere.
                if memory.focused().is_none() {
                    memory.request_focus(returns_to);
                }
            });
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let pass = ui.ctx().cumulative_pass_nr();
        let is_missing = self.open.iter().any(|open| open.pass < pass);
        let may_have_closed = !self.open.is_empty() && ui.input(|input| !input.events.is_empty());
        if is_missing || may_have_closed {
            ui.ctx().request_repaint();
        }
    }
}
