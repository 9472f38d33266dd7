//! The HTTP client underneath: what it may do, and how it reports what it saw.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, redirect, retry, tls};
use zeroize::Zeroizing;

use super::classify::{Answer, Body, Exchange};
use super::error::{ApiError, Lost, NotSent};
use super::wire;
use crate::domain::Token;
use crate::domain::connection::{CaFile, Connection};
use crate::services::byte_order::without_mark;

const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
const IDLE_CONNECTION: Duration = Duration::from_secs(30);
/// More of a body than this is never read.
const LONGEST_BODY: usize = 64 * 1024;
/// A bundle of all the world's CAs is a quarter of this.
const LONGEST_CA_FILE: u64 = 1024 * 1024;

/// Who turns the server's name into addresses.
pub type Names = Arc<dyn Resolve>;

/// A client that goes to one place and nowhere else: no redirects, proxies, cookies, compression or retries.
///
/// The total deadline is set per request.
pub(super) fn build(connection: &Connection, token: &Token, names: Option<Names>) -> Result<Client, ApiError> {
    // Two crates could bring a provider; which one, is ours to say. A second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let is_https = connection.base_url.is_https();
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
        .pool_idle_timeout(IDLE_CONNECTION);
    // Plain http to this machine must work without any CA certificate on it.
    let builder = match &connection.ca_file {
        _ if !is_https => builder.tls_certs_only(Vec::<Certificate>::new()),
        None => builder,
        Some(file) => builder.tls_certs_merge(read_certificates(file).ok_or(ApiError::NotSent(NotSent::CaFile))?),
    };
    let builder = match names {
        None => builder,
        Some(names) => builder.dns_resolver(names),
    };
    builder.build().map_err(|_| {
        if is_https && connection.ca_file.is_some() {
            // PEM around bytes that are no certificate.
            ApiError::NotSent(NotSent::CaFile)
        } else if rustls_native_certs::load_native_certs().certs.is_empty() {
            ApiError::NotSent(NotSent::NoCaCertificates)
        } else {
            ApiError::Setup
        }
    })
}

/// The certificates of a PEM file; none if there is not one of them, or one that cannot be read.
fn read_certificates(file: &CaFile) -> Option<Vec<Certificate>> {
    // A pipe would never end.
    fs::metadata(file.path()).ok().filter(fs::Metadata::is_file)?;
    let mut pem = Vec::new();
    File::open(file.path()).ok()?.take(LONGEST_CA_FILE).read_to_end(&mut pem).ok()?;
    Certificate::from_pem_bundle(without_mark(&pem)).ok().filter(|certificates| !certificates.is_empty())
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

/// Takes a response apart. The body of a 204 is not waited for: the status has said it all.
pub(super) async fn read_answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let body = if status == 204 { Body::Whole(Vec::new()) } else { read_body(response).await };
    Answer { status, retry_after, body }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    wire::read_retry_after(text(RETRY_AFTER)?, text(DATE))
}

/// Reads a body up to the limit; dropping the response then closes the connection.
async fn read_body(mut response: Response) -> Body {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LONGEST_BODY => return Body::TooLong,
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Body::Whole(bytes),
            Err(error) => return Body::Broken(lost(&error)),
        }
    }
}

/// Sorts an error that came instead of a status.
pub(super) fn not_answered(error: &reqwest::Error) -> Exchange {
    if error.is_builder() {
        // The client is https only and the address is not: the types rule it out.
        Exchange::NotSent(NotSent::Connect)
    } else if !error.is_connect() {
        Exchange::Lost(lost(error))
    } else if error.is_dns() {
        Exchange::NotSent(NotSent::Name)
    } else if is_tls(error) {
        Exchange::NotSent(NotSent::Tls)
    } else {
        Exchange::NotSent(NotSent::Connect)
    }
}

fn lost(error: &reqwest::Error) -> Lost {
    if error.is_timeout() { Lost::TimedOut } else { Lost::Interrupted }
}

/// Whether TLS is somewhere among the causes.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(current) = cause {
        if current.is::<rustls::Error>() {
            return true;
        }
        cause = inner_of(current).or_else(|| current.source());
    }
    false
}

/// What an I/O error carries: that is not its source, and may be an I/O error that carries something itself.
fn inner_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner)
}
