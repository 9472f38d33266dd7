//! The HTTP client underneath: what it may do, and how it reports what it saw.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
    TRANSFER_ENCODING,
};
use reqwest::{Client, RequestBuilder, Response, redirect, retry, tls};
use tower::util::MapRequestLayer;
use zeroize::Zeroizing;

use super::classify::{Answer, Body, Exchange};
use super::error::{ApiError, Lost, NotSent};
use super::names::SystemNames;
use super::trust::{limit_trust, tls_fault};
use super::wire;
use crate::domain::Token;
use crate::domain::connection::Connection;
use crate::services::server_time::ServerTime;

const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
const IDLE_CONNECTION: Duration = Duration::from_secs(30);
/// More of a body than this is never read.
const LONGEST_BODY: usize = 64 * 1024;
/// The one name that the network is not asked about: whoever answers for it would get the token.
const THIS_MACHINE: &str = "localhost";

/// How what gzip, deflate and zstd have packed begins; no JSON does.
const PACKED: [&[u8]; 6] =
    [&[0x1f, 0x8b], &[0x78, 0x01], &[0x78, 0x5e], &[0x78, 0x9c], &[0x78, 0xda], &[0x28, 0xb5, 0x2f, 0xfd]];

/// Who turns the server's name into addresses.
pub type Names = Arc<dyn Resolve>;

/// A client, and how often it has connected.
#[derive(Clone)]
pub(super) struct HttpClient {
    pub(super) client: Client,
    connects: Arc<AtomicUsize>,
}

impl HttpClient {
    /// How many connections were begun: a call that began none was on one from before.
    pub(super) fn connects(&self) -> usize {
        self.connects.load(Ordering::SeqCst)
    }
}

/// A client that goes to one place and nowhere else: no redirects, proxies, cookies, compression or retries.
///
/// The total deadline is set per request.
pub(super) fn build(connection: &Connection, token: &Token, names: Option<Names>) -> Result<HttpClient, ApiError> {
    // Two crates could bring a provider; which one, is ours to say. A second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let is_https = connection.base_url.is_https();
    let connects = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connects);
    let builder = Client::builder()
        .default_headers(headers(connection, token).ok_or(ApiError::Setup)?)
        .user_agent(concat!("swip-kiosk/", env!("CARGO_PKG_VERSION")))
        .https_only(is_https)
        .tls_version_min(tls::Version::TLS_1_2)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .retry(retry::never())
        .http1_only()
        .connect_timeout(CONNECT_DEADLINE)
        .resolve_to_addrs(THIS_MACHINE, &loopback())
        // A second one may have been closed unnoticed as well.
        .pool_max_idle_per_host(1)
        .connector_layer(MapRequestLayer::new(move |request| {
            counted.fetch_add(1, Ordering::SeqCst);
            request
        }))
        .pool_idle_timeout(IDLE_CONNECTION);
    let builder = limit_trust(builder, connection)?;
    let builder = builder.dns_resolver(names.unwrap_or_else(|| Arc::new(SystemNames::new())));
    // PEM around bytes that are no certificate shows only here.
    let has_ca_file = is_https && connection.ca_file.is_some();
    let client =
        builder.build().map_err(|_| if has_ca_file { ApiError::NotSent(NotSent::CaFile) } else { ApiError::Setup })?;
    Ok(HttpClient { client, connects })
}

/// The port is that of the address.
fn loopback() -> [SocketAddr; 2] {
    [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]
}

fn headers(connection: &Connection, token: &Token) -> Option<HeaderMap> {
    let mut authorization = HeaderValue::from_str(&Zeroizing::new(format!("Bearer {}", token.expose()))).ok()?;
    authorization.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, authorization);
    // Nothing here reads what was packed.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let ids = [
        ("x-merchant-id", connection.merchant_id.as_str()),
        ("x-store-id", connection.store_id.as_str()),
        ("x-cash-id", connection.cash_id.as_str()),
    ];
    for (name, id) in ids {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(id).ok()?);
    }
    Some(headers)
}

/// Sends a request and takes apart what comes.
pub(super) async fn send(request: RequestBuilder, server_time: &ServerTime) -> Exchange {
    match request.send().await {
        Ok(response) => {
            if let Some(date) = response.headers().get(DATE).and_then(|date| date.to_str().ok()) {
                server_time.hear(date);
            }
            Exchange::Answered(read_answer(response).await)
        }
        Err(error) => not_answered(&error),
    }
}

/// Takes a response apart. The body of a 204 is not waited for: the status has said it all.
async fn read_answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let body = match status {
        204 => Body::Whole(Vec::new()),
        _ if is_encoded(response.headers()) => Body::Encoded,
        _ => read_body(response).await,
    };
    Answer { status, retry_after, body }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    wire::read_retry_after(text(RETRY_AFTER)?, text(DATE))
}

/// Whether a body is packed, though it was asked not to be. What says nothing that can be read is no plain body either.
fn is_encoded(headers: &HeaderMap) -> bool {
    let has_more_than = |name, plain: &[&str]| {
        headers.get_all(name).iter().any(|value| {
            let text = value.to_str().unwrap_or("unreadable");
            let mut codings = text.split(',').map(str::trim).filter(|coding| !coding.is_empty());
            codings.any(|coding| !plain.iter().any(|plain| coding.eq_ignore_ascii_case(plain)))
        })
    };
    has_more_than(CONTENT_ENCODING, &["identity"]) || has_more_than(TRANSFER_ENCODING, &["identity", "chunked"])
}

/// Reads a body up to the limit; dropping the response then closes the connection.
async fn read_body(mut response: Response) -> Body {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LONGEST_BODY => return Body::TooLong,
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            // A server that packs everything may not say so.
            Ok(None) if PACKED.iter().any(|start| bytes.starts_with(start)) => return Body::Encoded,
            Ok(None) => return Body::Whole(bytes),
            Err(error) => return Body::Broken(lost(&error)),
        }
    }
}

/// Sorts an error that came instead of a status.
fn not_answered(error: &reqwest::Error) -> Exchange {
    if error.is_builder() {
        // The client is https only and the address is not: the types rule it out.
        Exchange::NotSent(NotSent::Connect)
    } else if !error.is_connect() {
        Exchange::Lost(lost(error))
    } else if error.is_dns() {
        Exchange::NotSent(NotSent::Name)
    } else {
        Exchange::NotSent(tls_fault(error).unwrap_or(NotSent::Connect))
    }
}

fn lost(error: &reqwest::Error) -> Lost {
    if error.is_timeout() { Lost::TimedOut } else { Lost::Interrupted }
}
