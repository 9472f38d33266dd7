//! Two small servers over real sockets, each an origin of its own; the world decides what they answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::behaviour::Reply;
use crate::world::Shared;

/// One server; its port stays its own while nothing listens there.
pub(crate) struct Server {
    number: usize,
    address: SocketAddr,
    /// Bound, and never listening: nobody else can have the port.
    _reserved: TcpSocket,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// Method and path, with the query.
    pub(crate) line: String,
    pub(crate) token: String,
    pub(crate) merchant: String,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) async fn start(number: usize, shared: &Arc<Shared>) -> Self {
        let reserved = socket().expect("a socket");
        reserved.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let address = reserved.local_addr().expect("an address");
        let mut server = Self { number, address, _reserved: reserved, shared: Arc::clone(shared), listening: None };
        server.up();
        server.down().await;
        server.up();
        server
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Listens, if it did not.
    pub(crate) fn up(&mut self) {
        if self.listening.is_none() {
            let socket = socket().expect("a socket");
            socket.bind(self.address).expect("its own port");
            let listener = socket.listen(64).expect("it listens");
            self.listening = Some(tokio::spawn(accept(listener, self.number, Arc::clone(&self.shared))));
        }
    }

    /// Refuses connections, and drops those there are.
    pub(crate) async fn down(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            let _ = listening.await;
        }
    }
}

fn socket() -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, number: usize, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            connections.spawn(async move {
                // A client that goes away ends the connection.
                let _ = serve(stream, number, &shared).await;
            });
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, number: usize, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    loop {
        let request = read_request(&mut stream, &mut bytes).await?;
        match shared.asked(number, &request) {
            Reply::Bytes(answer) => stream.write_all(answer.as_bytes()).await?,
            Reply::Cut => return Ok(()),
            Reply::Never => std::future::pending().await,
        }
    }
}

async fn read_request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Request> {
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    bytes.drain(..end);
    let mut lines = head.lines();
    let mut request = Request { line: lines.next().unwrap_or_default().to_owned(), ..Request::default() };
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.token = value.to_owned(),
            "x-merchant-id" => request.merchant = value.to_owned(),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    while bytes.len() < length {
        more(stream, bytes).await?;
    }
    request.body = bytes.drain(..length).collect();
    Ok(request)
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    if stream.read_buf(bytes).await? == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}
