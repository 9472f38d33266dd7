//! The desktop's clipboard, asked on a thread of its own: the program that put something there hands it over itself, and may
//! never do so.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::sync::oneshot;

/// Where text is pasted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// What was copied.
    Clipboard,
    /// What is marked somewhere, on X11 and Wayland: the middle button pastes it.
    Primary,
}

/// The clipboard. Its thread starts with the first use, and ends with the last handle.
#[derive(Default)]
pub struct Clipboard {
    jobs: Option<SyncSender<ClipboardJob>>,
}

/// More jobs than these do not wait: the program that is asked hangs.
const JOBS: usize = 8;

enum ClipboardJob {
    Read(Selection, oneshot::Sender<Option<String>>, Box<dyn Fn() + Send>),
    Write(String),
}

impl Clipboard {
    /// Asks for a text, and calls `wake` once the answer is there: `None` if there is no text. It does not come while an
    /// earlier one has not.
    pub fn read(&mut self, from: Selection, wake: impl Fn() + Send + 'static) -> oneshot::Receiver<Option<String>> {
        let (sender, answer) = oneshot::channel();
        self.send(ClipboardJob::Read(from, sender, Box::new(wake)));
        answer
    }

    /// Puts a text there, for other programs.
    pub fn write(&mut self, text: String) {
        self.send(ClipboardJob::Write(text));
    }

    fn send(&mut self, job: ClipboardJob) {
        let jobs = self.jobs.get_or_insert_with(|| {
            let (jobs, received) = sync_channel(JOBS);
            thread::spawn(move || work(&received));
            jobs
        });
        // One that is too much, or has no thread left to do it, ends here: whoever asked is told that there is no text.
        let _ = jobs.try_send(job);
    }
}

fn work(jobs: &Receiver<ClipboardJob>) {
    // On a screen without a window system there is none.
    let Ok(mut clipboard) = arboard::Clipboard::new() else { return };
    for job in jobs {
        match job {
            // Whoever asked has given up meanwhile.
            ClipboardJob::Read(_, sender, _) if sender.is_closed() => {}
            ClipboardJob::Read(from, sender, wake) => {
                let _ = sender.send(text(&mut clipboard, from));
                wake();
            }
            ClipboardJob::Write(text) => {
                if clipboard.set_text(text).is_err() {
                    tracing::warn!("the clipboard takes no text");
                }
            }
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn text(clipboard: &mut arboard::Clipboard, from: Selection) -> Option<String> {
    use arboard::{GetExtLinux, LinuxClipboardKind};
    let kind = match from {
        Selection::Clipboard => LinuxClipboardKind::Clipboard,
        Selection::Primary => LinuxClipboardKind::Primary,
    };
    clipboard.get().clipboard(kind).text().ok()
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn text(clipboard: &mut arboard::Clipboard, from: Selection) -> Option<String> {
    match from {
        Selection::Clipboard => clipboard.get_text().ok(),
        Selection::Primary => None,
    }
}
