//! What is typed goes where it belongs, whatever the window is busy with.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use egui::{Context, OutputCommand};
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::App;
use super::event::Event;
#[cfg(target_os = "linux")]
use super::focus::Focus;
use super::screen::Screen;
use super::screen_keys::ScanReading;
use super::second_enter::SecondEnter;
use super::serial::SerialScanner;
use super::state::{State, Toast, ToastMessage};
use crate::domain::{Now, Scan, ScanRules, ScannedText};
use crate::screens::counter::Status;
use crate::services::clipboard::{Clipboard, Selection};
use crate::ui::input_queue::{self, KeyHold, Paste};
use crate::ui::wedge::{Burst, ScanMarks};

/// What the window knows of how its keys came.
#[derive(Default)]
pub(super) struct Typing {
    pub(super) second_enter: SecondEnter,
    #[cfg(target_os = "linux")]
    pub(super) focus: Focus,
    pub(super) scanner: SerialScanner,
    clipboard: Clipboard,
    /// The text that is to be pasted, and how long it is still waited for.
    pasted: Option<(oneshot::Receiver<Option<String>>, Patience)>,
}

/// A program that does not hand over what it has put onto the clipboard is waited for no longer.
const CLIPBOARD: Duration = Duration::from_millis(300);
/// A pass that comes later than this was held up: the thread that asks has stood still, too.
const LONGEST_LOOK: Duration = Duration::from_millis(100);

/// How long something is still waited for, in time that the window has run.
struct Patience {
    left: Duration,
    /// In uptime.
    looked_at: Duration,
}

impl Patience {
    fn new(left: Duration, now: Duration) -> Self {
        Self { left, looked_at: now }
    }

    /// When to look again; nothing if it is over.
    fn look(&mut self, now: Duration) -> Option<Duration> {
        let passed = now.saturating_sub(self.looked_at).min(LONGEST_LOOK);
        (self.left, self.looked_at) = (self.left.saturating_sub(passed), now);
        Some(self.left.min(LONGEST_LOOK)).filter(|left| !left.is_zero())
    }
}

impl Typing {
    /// Asks the clipboard for what is to be pasted, and pastes it; whether that was waited for in vain.
    fn paste(&mut self, ctx: &Context, now: Now) -> bool {
        if let Some(wanted) = input_queue::wanted_paste(ctx) {
            let from = match wanted {
                Paste::Copied => Selection::Clipboard,
                Paste::Marked(_) => Selection::Primary,
            };
            let woken = ctx.clone();
            self.pasted = Some((
                self.clipboard.read(from, move || woken.request_repaint()),
                Patience::new(CLIPBOARD, now.uptime),
            ));
        }
        let Some((answer, patience)) = &mut self.pasted else { return false };
        let (text, is_late) = match (answer.try_recv(), patience.look(now.uptime)) {
            (Ok(text), _) => (text, false),
            (Err(TryRecvError::Empty), Some(wait)) => {
                ctx.request_repaint_after(wait);
                return false;
            }
            (Err(TryRecvError::Empty), None) => (None, true),
            (Err(TryRecvError::Closed), _) => (None, false),
        };
        self.pasted = None;
        input_queue::paste(ctx, text);
        is_late
    }

    /// Puts onto the clipboard what was copied in this pass.
    pub(super) fn copy(&mut self, ctx: &Context) {
        let is_copy = |command: &mut OutputCommand| matches!(command, OutputCommand::CopyText(_));
        ctx.output_mut(|output| {
            for command in output.commands.extract_if(.., is_copy) {
                if let OutputCommand::CopyText(text) = command {
                    self.clipboard.write(text);
                }
            }
        });
    }
}

impl State {
    /// A number of the page on the screen: a tap is meant for one page.
    pub(super) fn page(&self) -> u64 {
        let mut page = DefaultHasher::new();
        self.typist().hash(&mut page);
        self.screen.hash_page(&mut page);
        page.finish()
    }
}

impl App {
    /// A pass begins, with the keys that it takes in already on their way.
    pub(super) fn begin_typing(&mut self, ctx: &Context, now: Now, cost: Duration) {
        if let Some(due_in) = self.typing.second_enter.begin_pass(now.uptime, cost) {
            ctx.request_repaint_after(due_in);
        }
        if self.typing.paste(ctx, now) {
            self.state.toast = Some(Toast { message: ToastMessage::NothingPasted, since: now.uptime });
        }
    }

    /// The pass draws the state as it is now.
    pub(super) fn drawing(&mut self, ctx: &Context) {
        input_queue::draws_page(ctx, self.state.page());
        if self.typing.second_enter.drew(self.state.screen.confirmable(self.state.page())) {
            // It is painted when the next pass begins.
            ctx.request_repaint();
        }
    }

    /// The pass is drawn, and what it brought is done.
    pub(super) fn drew(&self, ctx: &Context) {
        input_queue::turns_to(ctx, self.state.page());
        input_queue::hold(ctx, self.state.screen.awaits());
        let reads_scans = match self.state.screen.reads_scans() {
            ScanReading::Everywhere => true,
            ScanReading::OutsideFields => input_queue::is_outside_fields(ctx),
            ScanReading::Nowhere => false,
        };
        input_queue::read_scans(ctx, reads_scans.then(|| self.marks()));
    }

    fn marks(&self) -> ScanMarks {
        let ScanRules { prefix, suffix, .. } = &self.state.station.preferences.scanner.rules;
        ScanMarks { prefix: prefix.as_str().to_owned(), suffix: suffix.as_str().to_owned() }
    }

    /// A scanner has brought something: it is the next customer, and what still waits was typed for the last one.
    pub(super) fn take_scan(&mut self, ctx: &Context, now: Now) {
        if !input_queue::is_scan_due(ctx) {
            return self.wait_for_turn(ctx);
        }
        let typed = input_queue::take_burst(ctx).map(|burst| match burst {
            Burst::Scan(text) => Scan::Text(ScannedText::new(text)),
            Burst::Refused => Scan::Refused,
            Burst::Unclear => Scan::Unclear,
        });
        let scan = typed.or_else(|| self.typing.scanner.next_scan());
        self.wait_for_turn(ctx);
        let Some(scan) = scan else { return };
        let is_for_customers = self.state.screen.reads_scans() == ScanReading::Everywhere;
        if is_for_customers && input_queue::drop_keys(ctx) {
            self.state.toast = Some(Toast { message: ToastMessage::TypingDropped, since: now.uptime });
        }
        self.dispatch(Event::Scanned(scan), now);
    }

    /// What a scanner at a port has brought beyond that comes with the next pass.
    fn wait_for_turn(&self, ctx: &Context) {
        if self.typing.scanner.has_scans() {
            ctx.request_repaint();
        }
    }

    /// A signup came back as its form while nobody else had begun: what is on its way was typed for the empty box.
    pub(super) fn end_sending(&mut self, ctx: &Context, was_sending: bool, now: Now) {
        let is_back =
            matches!(&self.state.screen, Screen::Counter(counter) if matches!(counter.status, Status::Form(_)));
        if was_sending && is_back && input_queue::drop_on_the_way(ctx) {
            self.state.toast = Some(Toast { message: ToastMessage::TypingDropped, since: now.uptime });
        }
    }

    /// What was typed while SWiP was asked belongs to the form if there is one; digits are the next customer's otherwise.
    pub(super) fn end_hold(&mut self, ctx: &Context, awaited: KeyHold, now: Now) {
        if awaited == KeyHold::Nothing || self.state.screen.awaits() != KeyHold::Nothing {
            return;
        }
        let Screen::Counter(counter) = &self.state.screen else {
            input_queue::drop_keys(ctx);
            return;
        };
        let has_dropped = match &counter.status {
            Status::Form(_) => false,
            // They replace what stands in the box.
            Status::Ready
            | Status::LookingUp(_)
            | Status::Member(_)
            | Status::UnknownPass
            | Status::LookupFailed(_)
            | Status::Sending(_)
            | Status::Done(_) => input_queue::keep_digits(ctx),
        };
        if has_dropped {
            self.state.toast = Some(Toast { message: ToastMessage::TypingDropped, since: now.uptime });
        }
        input_queue::hold(ctx, KeyHold::Nothing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_lasts_as_long_as_the_window_runs() {
        let ms = Duration::from_millis;
        let mut patience = Patience::new(CLIPBOARD, ms(5_000));
        assert_eq!(patience.look(ms(5_000)), Some(ms(100)));
        assert_eq!(patience.look(ms(5_050)), Some(ms(100)));
        // It stood still for ten seconds.
        assert_eq!(patience.look(ms(15_050)), Some(ms(100)));
        assert_eq!(patience.look(ms(15_150)), Some(ms(50)));
        assert_eq!(patience.look(ms(15_200)), None);
    }
}
