//! A server without manners: it plays a script of bytes on every connection and remembers what it was sent.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One part of a script.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// These bytes at once.
    Send(Vec<u8>),
    /// These bytes one at a time.
    Drip(Vec<u8>, Duration),
    /// These bytes so many times, or for ever.
    Repeat(Vec<u8>, Option<u64>),
    /// Nothing until the client goes away.
    Hold,
}

/// What happens on one connection after the request; then it closes.
pub(crate) type Script = Vec<Step>;

/// A running server; dropping it closes its port.
pub(crate) struct RawServer {
    address: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    connections: AtomicUsize,
    bytes_sent: AtomicU64,
    requests: Mutex<Vec<Vec<u8>>>,
    scripts: Mutex<VecDeque<Script>>,
}

impl RawServer {
    /// Plays one script a connection, in order, and the last of them again and again.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared { scripts: Mutex::new(scripts.into_iter().collect()), ..Shared::default() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, accepting }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many bytes the system took from the scripts.
    pub(crate) fn bytes_sent(&self) -> u64 {
        self.shared.bytes_sent.load(Ordering::SeqCst)
    }

    /// The bytes of every request, one entry a connection.
    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let script = {
            let mut scripts = shared.scripts.lock().unwrap_or_else(PoisonError::into_inner);
            if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() }
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // The client may go away at any time; that ends the script and is no fault of the server.
            let _ = serve(stream, script.unwrap_or_default(), &shared).await;
        });
    }
}

async fn serve(mut stream: TcpStream, script: Script, shared: &Shared) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    for step in script {
        match step {
            Step::Send(bytes) => send(&mut stream, &bytes, shared).await?,
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    send(&mut stream, &[byte], shared).await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Step::Repeat(bytes, times) => {
                let mut left = times;
                while left != Some(0) {
                    send(&mut stream, &bytes, shared).await?;
                    left = left.map(|times| times - 1);
                }
            }
            Step::Hold => while stream.read(&mut [0; 256]).await? > 0 {},
        }
    }
    stream.shutdown().await
}

async fn send(stream: &mut TcpStream, bytes: &[u8], shared: &Shared) -> io::Result<()> {
    stream.write_all(bytes).await?;
    shared.bytes_sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
    Ok(())
}

/// Reads a whole request, or whatever comes first where it is no HTTP.
async fn read_request(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while !is_whole(&bytes) {
        if stream.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    Ok(bytes)
}

fn is_whole(bytes: &[u8]) -> bool {
    let is_http = bytes.first().is_none_or(u8::is_ascii_alphabetic);
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return !is_http;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    bytes.len() >= head.len() + 4 + length.unwrap_or_default()
}
