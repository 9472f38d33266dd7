//! The sandbox server as its clients see it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "waiting has a ceiling in real time")]

mod contract;
mod faults;
mod life;
mod record;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use swip_kiosk::services::sandbox::{Sandbox, SandboxOptions, SandboxStation};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

const SIGNUPS: &str = "/customer-signups";
const STATS: &str = "/customer-loyalty-stats";

async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).await.expect("a free port")
}

fn client() -> Client {
    // Plain HTTP needs no TLS, but the client refuses to exist without a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .tls_certs_only(Vec::<reqwest::Certificate>::new())
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .expect("a client")
}

/// A correct request but for its body.
fn request(station: &SandboxStation, method: Method, path: &str) -> RequestBuilder {
    client()
        .request(method, format!("{}{path}", station.base_url))
        .bearer_auth(&station.token)
        .header("X-Merchant-ID", &station.merchant_id)
        .header("X-Store-ID", &station.store_id)
        .header("X-Cash-ID", &station.cash_id)
        .header("Api-Version", "3")
}

fn signup(station: &SandboxStation, body: &str) -> RequestBuilder {
    request(station, Method::POST, SIGNUPS).header("Content-Type", "application/json").body(body.to_owned())
}

fn signup_of(station: &SandboxStation, phone: &str) -> RequestBuilder {
    signup(station, &format!("{{\"phone\":\"{phone}\"}}"))
}

fn stats_of(station: &SandboxStation, phone: &str) -> RequestBuilder {
    request(station, Method::GET, STATS).query(&[("phone", phone)])
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn status(request: RequestBuilder) -> u16 {
    send(request).await.status().as_u16()
}

async fn json(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The head and body of a correct request as bytes, for what reqwest would hide.
fn raw_request(station: &SandboxStation, line: &str, body: &str) -> String {
    format!(
        "{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nX-Merchant-ID: {}\r\nX-Store-ID: {}\r\n\
         X-Cash-ID: {}\r\nApi-Version: 3\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        station.token,
        station.merchant_id,
        station.store_id,
        station.cash_id,
        body.len(),
    )
}

fn connect(station: &SandboxStation) -> TcpStream {
    let address = station.base_url.strip_prefix("http://").expect("plain http");
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// Sends bytes and reads at most `limit` bytes of what comes back, or until the end.
async fn exchange(station: &SandboxStation, bytes: String, limit: u64) -> Vec<u8> {
    let mut stream = connect(station);
    let read = move || {
        stream.write_all(bytes.as_bytes()).expect("bytes go out");
        let mut answer = Vec::new();
        stream.take(limit).read_to_end(&mut answer).expect("bytes or an end, in time");
        answer
    };
    tokio::task::spawn_blocking(read).await.expect("no panic")
}

/// Waits for a condition, and names it when it never comes.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
