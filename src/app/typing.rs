//! What is typed goes where it belongs, whatever the window is busy with.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::time::Duration;

use egui::Context;

use super::App;
use super::state::{Screen, State, Toast, ToastMessage};
use crate::domain::Now;
use crate::screens::counter::Status;
use crate::screens::kiosk;
use crate::ui::input_queue::{self, Hold};

impl State {
    /// What of the keys waits for an answer now.
    pub(super) fn awaits(&self) -> Hold {
        match &self.screen {
            Screen::Counter(counter) => match counter.status {
                Status::LookingUp(_) => Hold::Typing,
                Status::Sending(_) => Hold::Keys,
                _ => Hold::Nothing,
            },
            _ => Hold::Nothing,
        }
    }

    /// A number of the page on the screen: a tap is meant for one page.
    pub(super) fn page(&self) -> u64 {
        let mut page = DefaultHasher::new();
        discriminant(&self.screen).hash(&mut page);
        self.customer().hash(&mut page);
        match &self.screen {
            Screen::Counter(counter) => counter.shows_entry().hash(&mut page),
            Screen::Kiosk(kiosk) => kiosk.page().hash(&mut page),
            _ => {}
        }
        page.finish()
    }

    fn confirmable(&self) -> Option<u128> {
        match &self.screen {
            Screen::Counter(counter) => counter.confirmable(),
            Screen::Kiosk(kiosk) => matches!(kiosk.status, kiosk::Status::Form(_)).then(|| self.page().into()),
            _ => None,
        }
    }
}

impl App {
    /// A pass begins, with the keys that it takes in already on their way.
    pub(super) fn begin_typing(&mut self, ctx: &Context, now: Now, cost: Duration) {
        if let Some(due_in) = self.second_enter.begin_pass(now.uptime, cost) {
            ctx.request_repaint_after(due_in);
        }
    }

    /// The pass draws the state as it is now.
    pub(super) fn drawing(&mut self, ctx: &Context) {
        input_queue::draws_page(ctx, self.state.page());
        if self.second_enter.drew(self.state.confirmable()) {
            // It is painted when the next pass begins.
            ctx.request_repaint();
        }
    }

    /// The pass is drawn, and what it brought is done.
    pub(super) fn drew(&self, ctx: &Context) {
        input_queue::turns_to(ctx, self.state.page());
        input_queue::hold(ctx, self.state.awaits());
    }

    /// What was typed while SWiP was asked belongs to the form if there is one; digits are the next customer's otherwise.
    pub(super) fn end_hold(&mut self, ctx: &Context, awaited: Hold, now: Now) {
        if awaited == Hold::Nothing || self.state.awaits() != Hold::Nothing {
            return;
        }
        let Screen::Counter(counter) = &self.state.screen else {
            input_queue::drop_keys(ctx);
            return;
        };
        let has_dropped = match &counter.status {
            Status::Form(form) if form.failure.is_none() => false,
            Status::Form(_) => input_queue::drop_keys(ctx),
            // They replace what stands in the box.
            _ => input_queue::keep_digits(ctx),
        };
        if has_dropped {
            self.state.toast = Some(Toast { message: ToastMessage::TypingDropped, since: now.uptime });
        }
        input_queue::hold(ctx, Hold::Nothing);
    }
}
