//! From a planned fault and the honest answer to what is really sent.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};

use super::faults::{ErrorShape, Fault};
use super::reply::Reply;
use super::wire::{Script, WireStep};

/// The size of a dripping body: long enough to outlive every sensible deadline.
const DRIP_BYTES: usize = 4096;

/// The size of the blocks in which large bodies are written.
const BLOCK_BYTES: usize = 64 * 1024;

/// Spaces, which mean nothing after JSON: a client that waits for the end finds the honest answer in front of them.
static SPACES: [u8; BLOCK_BYTES] = [b' '; BLOCK_BYTES];

/// What is really sent.
#[derive(Clone, Debug)]
pub(super) enum SpoiledAnswer {
    /// An answer in good HTTP.
    Reply(Reply),
    /// Bytes on the wire that begin with this status, if they begin like an answer at all.
    Wire(Option<u16>, Script),
}

/// Applies a fault to the honest answer of an endpoint whose errors have this shape.
pub(super) fn spoil(fault: &Fault, own_shape: ErrorShape, honest: &Reply) -> SpoiledAnswer {
    match fault {
        Fault::Status { code, shape, retry_after, .. } => {
            let reply = Reply::error(shape.unwrap_or(own_shape), status(*code), "Planned by the sandbox");
            SpoiledAnswer::Reply(match retry_after {
                Some(value) => reply.with_header(RETRY_AFTER, value),
                None => reply,
            })
        }
        Fault::Redirect { status: code, location } => {
            SpoiledAnswer::Reply(Reply::empty(status(*code)).with_header(LOCATION, location))
        }
        Fault::CaptivePortal => SpoiledAnswer::Reply(Reply::html(StatusCode::OK, "Sign in to this network")),
        Fault::CutBefore | Fault::CutAfter => SpoiledAnswer::Wire(None, Script::cut()),
        Fault::CutMidBody => cut_mid_body(honest),
        Fault::Garbage => ok("<<<{{{ not JSON \\ \" ]]]"),
        Fault::InvalidUtf8 => ok(b"{\"points\": \"118\xff\xfe06\"}".as_slice()),
        Fault::EndlessBody => endless(honest),
        Fault::DripBody { interval_ms } => drip_body(honest, Duration::from_millis(*interval_ms)),
        Fault::DripHead { interval_ms } => drip_head(honest, Duration::from_millis(*interval_ms)),
        Fault::HugeBody { mib } => huge(honest, u64::from(*mib) * 1024 * 1024),
        Fault::Ok204WithBody => ok_204_with_body(),
        Fault::PointsText => ok(r#"{"points": "11806"}"#),
        Fault::PointsFloat => ok(r#"{"points": 118.06}"#),
        Fault::PointsMissing => ok("{}"),
        Fault::PointsHuge => ok(r#"{"points": 99999999999999999999}"#),
        Fault::PointsNull => ok(r#"{"points": null}"#),
        Fault::Raw { status: code, content_type, body } => {
            SpoiledAnswer::Reply(Reply::with_body(status(*code), content_type, body.as_str()))
        }
        Fault::RawWire { text } => SpoiledAnswer::Wire(status_of(text), Script::send(text.clone())),
    }
}

/// Plans made in code may hold any number; hyper must only see final statuses.
fn status(code: u16) -> StatusCode {
    match StatusCode::from_u16(code) {
        Ok(status) if !status.is_informational() => status,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The status that a client reads from these bytes.
fn status_of(text: &str) -> Option<u16> {
    let rest = text.strip_prefix("HTTP/1.")?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn ok(body: impl Into<Vec<u8>>) -> SpoiledAnswer {
    SpoiledAnswer::Reply(Reply::with_body(StatusCode::OK, "application/json", body))
}

/// The honest answer, or an empty JSON object under 200 where the honest answer has no body to spoil.
fn with_some_body(honest: &Reply) -> Reply {
    if honest.body.is_empty() { Reply::with_body(StatusCode::OK, "application/json", "{}") } else { honest.clone() }
}

fn wire(reply: &Reply, script: Script) -> SpoiledAnswer {
    SpoiledAnswer::Wire(Some(reply.status.as_u16()), script)
}

fn content_length(bytes: impl std::fmt::Display) -> String {
    format!("content-length: {bytes}")
}

fn cut_mid_body(honest: &Reply) -> SpoiledAnswer {
    if honest.body.is_empty() {
        // Without a body the head is all there is: it ends after the status line.
        let head = honest.head("");
        let line = head.split_inclusive("\r\n").next().unwrap_or_default();
        return wire(honest, Script::send(line.to_owned()));
    }
    let mut bytes = honest.head(&content_length(honest.body.len())).into_bytes();
    bytes.extend_from_slice(&honest.body[..honest.body.len() / 2]);
    wire(honest, Script::send(bytes))
}

fn endless(honest: &Reply) -> SpoiledAnswer {
    let reply = with_some_body(honest);
    let mut start = reply.head("transfer-encoding: chunked").into_bytes();
    start.extend_from_slice(&chunk(&reply.body));
    let spaces = Bytes::from(chunk(&SPACES));
    wire(&reply, Script::send(start).then(WireStep::Repeat(spaces, None)))
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

fn drip_body(honest: &Reply, interval: Duration) -> SpoiledAnswer {
    let mut reply = with_some_body(honest);
    let bytes = DRIP_BYTES.max(reply.body.len());
    reply.body.resize(bytes, b' ');
    let head = reply.head(&content_length(bytes));
    wire(&reply, Script::send(head).then(WireStep::Drip(reply.body.clone().into(), interval)))
}

fn drip_head(honest: &Reply, interval: Duration) -> SpoiledAnswer {
    let mut bytes =
        if honest.body.is_empty() { honest.head("") } else { honest.head(&content_length(honest.body.len())) }
            .into_bytes();
    bytes.extend_from_slice(&honest.body);
    wire(honest, Script::default().then(WireStep::Drip(bytes.into(), interval)))
}

fn huge(honest: &Reply, bytes: u64) -> SpoiledAnswer {
    let reply = with_some_body(honest);
    let start_bytes = u64::try_from(reply.body.len()).unwrap_or(u64::MAX);
    let bytes = bytes.max(start_bytes);
    let mut start = reply.head(&content_length(bytes)).into_bytes();
    start.extend_from_slice(&reply.body);
    let left = bytes - start_bytes;
    let blocks = left / BLOCK_BYTES as u64;
    let rest = usize::try_from(left % BLOCK_BYTES as u64).unwrap_or_default();
    let script = Script::send(start)
        .then(WireStep::Repeat(Bytes::from_static(&SPACES), Some(blocks)))
        .then(WireStep::Send(Bytes::from_static(&SPACES[..rest])));
    wire(&reply, script)
}

fn ok_204_with_body() -> SpoiledAnswer {
    let body = br#"{"surprise":true}"#;
    let reply = Reply::with_body(StatusCode::NO_CONTENT, "application/json", body.as_slice());
    let mut bytes = reply.head(&content_length(body.len())).into_bytes();
    bytes.extend_from_slice(body);
    wire(&reply, Script::send(bytes))
}
