//! What egui remembers of the last customer, and when it has to forget it.

use egui::Context;

use super::screen::Typist;
use crate::services::process;
use crate::ui::forget::forget_person;
use crate::ui::widgets::forget_typed;

/// egui keeps the texts and the input of a frame, and what it laid out for the one before, until others take their place.
const FRAMES_TO_FORGET: u8 = 3;

/// Whose typing egui remembers.
#[derive(Debug)]
pub(super) struct LastCustomer {
    typist: Typist,
    /// Frames still to be drawn until egui has let go of what it drew for the last customer.
    frames_to_forget: u8,
}

impl LastCustomer {
    /// Nobody has typed yet but, if so, this one.
    pub(super) fn new(typist: Typist) -> Self {
        Self { typist, frames_to_forget: 0 }
    }

    /// Forgets who typed before, if that was another one.
    pub(super) fn forget_unless(&mut self, typist: Typist, ctx: &Context) {
        let had = std::mem::replace(&mut self.typist, typist);
        if typist != had {
            forget_typed(ctx);
            if [had, typist].iter().any(|one| matches!(one, Typist::Kiosk(_))) {
                clean(ctx);
            }
            self.frames_to_forget = FRAMES_TO_FORGET;
        }
    }

    /// Forgets everybody.
    pub(super) fn forget_all(&mut self, typist: Typist, ctx: &Context) {
        self.typist = typist;
        forget_typed(ctx);
        clean(ctx);
        self.frames_to_forget = FRAMES_TO_FORGET;
    }

    /// Asks for the next frame in which egui lets go of something.
    pub(super) fn count_frame(&mut self, ctx: &Context) {
        if let Some(left) = self.frames_to_forget.checked_sub(1) {
            self.frames_to_forget = left;
            process::wipe_stack();
            ctx.request_repaint();
        }
    }
}

/// Nothing of a kiosk's customer stays in what egui and the keyboard remember.
fn clean(ctx: &Context) {
    forget_person(ctx);
    crate::ui::keyboard::reset(ctx);
}
