//! A server without manners: it plays a script of bytes on every connection and remembers what it was sent.

#![allow(dead_code, reason = "each of the tests that include this file uses a part of it")]

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::server::TlsStream;

/// One part of a script. A script starts when a whole request was read, unless it says otherwise.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// As the first step: so many bytes of the request are read, the rest is left where it is.
    Take(usize),
    /// These bytes at once.
    Send(Vec<u8>),
    /// These bytes one at a time.
    Drip(Vec<u8>, Duration),
    /// These bytes so many times, or for ever.
    Repeat(Vec<u8>, Option<u64>),
    /// One more request on the same connection.
    Request,
    /// Nothing until the client goes away.
    Hold,
    /// The end, by a reset instead of a farewell.
    Reset,
}

/// What happens on one connection; then it closes.
pub(crate) type Script = Vec<Step>;

/// What comes before the script.
#[derive(Clone)]
enum Greeting {
    Plain,
    Tls(Arc<ServerConfig>),
    /// The connection is taken, and that is all.
    Silence,
}

/// A running server; dropping it closes its port.
pub(crate) struct RawServer {
    address: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    greeting: Mutex<Greeting>,
    connections: AtomicUsize,
    handshakes: AtomicUsize,
    bytes_sent: AtomicU64,
    requests: Mutex<Vec<Vec<u8>>>,
    offers: Mutex<Vec<Vec<String>>>,
    scripts: Mutex<VecDeque<Script>>,
}

impl RawServer {
    /// Plays one script a connection, in order, and the last of them again and again.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::listen("127.0.0.1:0", Greeting::Plain, scripts).await
    }

    /// The same at an address that was free a moment ago.
    pub(crate) async fn start_at(address: &str, scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::listen(address, Greeting::Plain, scripts).await
    }

    /// The same behind TLS.
    pub(crate) async fn start_tls(config: ServerConfig, scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::listen("127.0.0.1:0", Greeting::Tls(Arc::new(config)), scripts).await
    }

    /// Takes connections and never says a word, nor hears one.
    pub(crate) async fn start_silent() -> Self {
        Self::listen("127.0.0.1:0", Greeting::Silence, [vec![]]).await
    }

    async fn listen(at: &str, greeting: Greeting, scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind(at).await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared {
            greeting: Mutex::new(greeting),
            connections: AtomicUsize::new(0),
            handshakes: AtomicUsize::new(0),
            bytes_sent: AtomicU64::new(0),
            requests: Mutex::default(),
            offers: Mutex::default(),
            scripts: Mutex::new(scripts.into_iter().collect()),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, accepting }
    }

    /// Plays other scripts from the next connection on.
    pub(crate) fn play(&self, scripts: impl IntoIterator<Item = Script>) {
        *locked(&self.shared.scripts) = scripts.into_iter().collect();
    }

    /// Shows another certificate from the next connection on.
    pub(crate) fn show(&self, config: ServerConfig) {
        *locked(&self.shared.greeting) = Greeting::Tls(Arc::new(config));
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many of them came through the TLS handshake.
    pub(crate) fn handshakes(&self) -> usize {
        self.shared.handshakes.load(Ordering::SeqCst)
    }

    /// How many bytes the system took from the scripts.
    pub(crate) fn bytes_sent(&self) -> u64 {
        self.shared.bytes_sent.load(Ordering::SeqCst)
    }

    /// The bytes of every request, as far as they were read; behind TLS those inside it.
    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        locked(&self.shared.requests).clone()
    }

    /// The whole requests that start with `start`, as text.
    pub(crate) fn whole_requests(&self, start: &str) -> Vec<String> {
        let requests = self.requests().into_iter().filter(|request| is_whole(request));
        let texts = requests.map(|request| String::from_utf8_lossy(&request).into_owned());
        texts.filter(|text| text.starts_with(start)).collect()
    }

    /// How many connections brought at least one byte of a request.
    pub(crate) fn spoken_to(&self) -> usize {
        self.requests().iter().filter(|request| !request.is_empty()).count()
    }

    /// The protocols that each client offered to speak inside TLS.
    pub(crate) fn offers(&self) -> Vec<Vec<String>> {
        locked(&self.shared.offers).clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A connection that can end rudely.
trait Wire: AsyncRead + AsyncWrite + Unpin {
    fn reset_on_drop(&self) -> io::Result<()>;
}

impl Wire for TcpStream {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Wire for TlsStream<TcpStream> {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.get_ref().0.set_zero_linger()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let script = {
            let mut scripts = locked(&shared.scripts);
            if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() }
        };
        let (shared, greeting) = (Arc::clone(&shared), locked(&shared.greeting).clone());
        tokio::spawn(async move {
            // The client may go away at any time; that ends the script and is no fault of the server.
            let _ = greet(stream, greeting, script.unwrap_or_default(), &shared).await;
        });
    }
}

async fn greet(mut stream: TcpStream, greeting: Greeting, script: Script, shared: &Shared) -> io::Result<()> {
    match greeting {
        Greeting::Plain => serve(stream, script, shared).await,
        Greeting::Tls(config) => {
            let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
            let offer = start
                .client_hello()
                .alpn()
                .map(|names| names.map(|name| String::from_utf8_lossy(name).into_owned()).collect());
            locked(&shared.offers).push(offer.unwrap_or_default());
            let stream = start.into_stream(config).await?;
            shared.handshakes.fetch_add(1, Ordering::SeqCst);
            serve(stream, script, shared).await
        }
        Greeting::Silence => {
            while stream.read(&mut [0; 256]).await? > 0 {}
            Ok(())
        }
    }
}

async fn serve(mut stream: impl Wire, script: Script, shared: &Shared) -> io::Result<()> {
    if !matches!(script.first(), Some(Step::Take(_))) {
        note_request(&mut stream, shared).await?;
    }
    for step in script {
        match step {
            Step::Take(length) => {
                let mut bytes = vec![0; length];
                let read = stream.read_exact(&mut bytes).await;
                locked(&shared.requests).push(bytes);
                read?;
            }
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
            Step::Request => note_request(&mut stream, shared).await?,
            Step::Hold => while stream.read(&mut [0; 256]).await? > 0 {},
            Step::Reset => return stream.reset_on_drop(),
        }
    }
    stream.shutdown().await
}

async fn send(stream: &mut impl Wire, bytes: &[u8], shared: &Shared) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await?;
    shared.bytes_sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
    Ok(())
}

/// Reads a whole request, or whatever comes first where it is no HTTP, and remembers as much of it as came.
async fn note_request(stream: &mut impl Wire, shared: &Shared) -> io::Result<()> {
    let mut bytes = Vec::new();
    while !is_whole(&bytes) {
        if stream.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    locked(&shared.requests).push(bytes);
    Ok(())
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
