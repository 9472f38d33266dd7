//! A scanner at a serial port, real or virtual: its scans as they come, and how it is with the port.

mod port;
mod splitter;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use self::splitter::Splitter;
use crate::domain::{PortStatus, Scan, SerialPort};

pub use port::available_ports;

/// A port that is not there, or is not there any more, is looked for so often.
const BEFORE_ANOTHER_LOOK: Duration = Duration::from_secs(5);
/// More scans than anybody makes while a window is busy; what comes then waits in the port.
const MOST_WAITING: usize = 8;
/// What is read at once.
const CHUNK: usize = 256;

/// A port being read. Dropped, it is let go.
pub struct PortReader {
    scans: mpsc::Receiver<Scan>,
    status: watch::Receiver<PortStatus>,
    task: Option<JoinHandle<()>>,
}

impl PortReader {
    /// Reads a port from now on, behind a reader that ends; `wake` is called whenever there is something new.
    pub fn start(
        tokio: &Handle,
        port: SerialPort,
        before: Option<Self>,
        wake: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Self {
        let (to_scans, scans) = mpsc::channel(MOST_WAITING);
        let (to_status, status) = watch::channel(PortStatus::Looking);
        let teller = Teller { scans: to_scans, status: to_status, wake };
        let before = before.and_then(|mut before| before.task.take());
        let task = tokio.spawn(async move {
            if let Some(before) = before {
                before.abort();
                // It may have the same port.
                let _ = before.await;
            }
            keep_reading(port, teller).await;
        });
        Self { scans, status, task: Some(task) }
    }

    /// The next scan that nobody has taken yet.
    pub fn next_scan(&mut self) -> Option<Scan> {
        self.scans.try_recv().ok()
    }

    /// Whether there is another one.
    pub fn has_scans(&self) -> bool {
        !self.scans.is_empty()
    }

    /// How it is with the port.
    pub fn status(&self) -> PortStatus {
        *self.status.borrow()
    }
}

impl Drop for PortReader {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Where scans and news of the port go.
#[derive(Clone)]
struct Teller<W> {
    scans: mpsc::Sender<Scan>,
    status: watch::Sender<PortStatus>,
    wake: W,
}

impl<W: Fn()> Teller<W> {
    fn tell(&self, status: PortStatus) {
        let is_news = self.status.send_if_modified(|known| std::mem::replace(known, status) != status);
        if is_news {
            tracing::info!(?status, "the scanner's port");
            (self.wake)();
        }
    }

    async fn bring(&self, scan: Scan) {
        if self.scans.send(scan).await.is_ok() {
            (self.wake)();
        }
    }
}

/// Reads for as long as it is wanted; a bug in it is told, and it goes on.
async fn keep_reading(port: SerialPort, teller: Teller<impl Fn() + Clone + Send + Sync + 'static>) {
    loop {
        // Whoever ends this task ends what is in the set.
        let mut job = JoinSet::new();
        job.spawn(look_again_and_again(port.clone(), teller.clone()));
        if job.join_next().await.is_some_and(|ended| ended.is_err()) {
            tracing::error!("reading the scanner's port ended; it starts again");
        }
        teller.tell(PortStatus::Unusable);
        sleep(BEFORE_ANOTHER_LOOK).await;
    }
}

async fn look_again_and_again(port: SerialPort, teller: Teller<impl Fn()>) {
    loop {
        let wanted = port.clone();
        // Some drivers think for seconds.
        match tokio::task::spawn_blocking(move || port::open(&wanted)).await {
            Ok(Ok(mut open)) => {
                teller.tell(PortStatus::Connected);
                let ended = read_scans(&mut open.line, &teller).await;
                drop(open);
                tracing::debug!(error = ?ended.err().map(|error| error.kind()), "the scanner's port is gone");
                teller.tell(PortStatus::NotFound);
            }
            Ok(Err(status)) => teller.tell(status),
            Err(_) => teller.tell(PortStatus::Unusable),
        }
        sleep(BEFORE_ANOTHER_LOOK).await;
    }
}

/// Reads until the port is gone. At rest it waits for the port alone.
async fn read_scans(line: &mut (impl AsyncRead + Unpin), teller: &Teller<impl Fn()>) -> io::Result<()> {
    let mut splitter = Splitter::default();
    let mut bytes = Zeroizing::new([0; CHUNK]);
    loop {
        let read = line.read(bytes.as_mut_slice());
        let count = match splitter.patience() {
            None => read.await?,
            // A byte that is there counts before the time that has passed.
            Some(patience) => {
                let Ok(read) = timeout(patience, read).await else {
                    if let Some(scan) = splitter.quiet() {
                        teller.bring(scan).await;
                    }
                    continue;
                };
                read?
            }
        };
        if count == 0 {
            return Ok(());
        }
        for byte in bytes.iter_mut().take(count) {
            if let Some(scan) = splitter.take(std::mem::take(byte)) {
                teller.bring(scan).await;
            }
        }
    }
}
