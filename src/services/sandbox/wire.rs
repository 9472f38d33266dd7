//! What hyper will not send: broken, endless and dripping answers, written to the socket by hand.

use std::io;
use std::time::Duration;

use axum::body::Bytes;
use tokio::net::TcpStream;

/// What is written instead of an answer; then the connection closes. An empty script is a plain cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    pub(super) steps: Vec<WireStep>,
}

/// One part of a script.
#[derive(Clone, Debug)]
pub(super) enum WireStep {
    /// These bytes at once.
    Send(Bytes),
    /// These bytes one at a time.
    Drip(Bytes, Duration),
    /// These bytes so many times, or for ever.
    Repeat(Bytes, Option<u64>),
}

impl Script {
    /// Closes the connection and nothing else.
    pub(super) fn cut() -> Self {
        Self::default()
    }

    /// Writes these bytes.
    pub(super) fn send(bytes: impl Into<Bytes>) -> Self {
        Self { steps: vec![WireStep::Send(bytes.into())] }
    }

    /// Writes this next.
    pub(super) fn then(mut self, step: WireStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Plays the script until its end or until the client goes away.
    pub(super) async fn play(self, stream: &TcpStream) -> io::Result<()> {
        for step in self.steps {
            match step {
                WireStep::Send(bytes) => write_all(stream, &bytes).await?,
                WireStep::Drip(bytes, interval) => {
                    for byte in bytes.chunks(1) {
                        write_all(stream, byte).await?;
                        tokio::time::sleep(interval).await;
                    }
                }
                WireStep::Repeat(bytes, times) => {
                    let mut left = times;
                    while left != Some(0) {
                        write_all(stream, &bytes).await?;
                        left = left.map(|times| times - 1);
                    }
                }
            }
        }
        Ok(())
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
