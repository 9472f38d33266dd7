//! Answers as values: a status, headers and a body, for hyper or for the bare wire.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::contract::Breach;
use super::faults::ErrorShape;

/// `code` of shape B for an unknown customer, the only one that SWiP shows.
const CODE_NOT_FOUND: u16 = 9;

/// `code` of shape B for everything else; SWiP documents none, so nobody may rely on it.
const CODE_OTHER: u16 = 1;

/// An answer before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// A status and nothing else.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A body of this type; an empty type sends no header.
    pub(super) fn with_body(status: StatusCode, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::empty(status);
        reply.body = body.into();
        if content_type.is_empty() {
            return reply;
        }
        reply.with_header(CONTENT_TYPE, content_type)
    }

    /// A JSON body.
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::with_body(status, "application/json", body.to_string())
    }

    /// A page for people.
    pub(super) fn html(status: StatusCode, text: &str) -> Self {
        let page =
            format!("<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>");
        Self::with_body(status, "text/html; charset=utf-8", page)
    }

    /// A balance.
    pub(super) fn points(points: i64) -> Self {
        Self::json(StatusCode::OK, &json!({ "points": points }))
    }

    /// SWiP's answer to a customer whom it does not know.
    pub(super) fn not_found(phone_or_pass: &str) -> Self {
        let description = format!("Customer[{phone_or_pass}] not found");
        Self::json(StatusCode::BAD_REQUEST, &shape_b(CODE_NOT_FOUND, &description))
    }

    /// An error in one of the shapes.
    pub(super) fn error(shape: ErrorShape, status: StatusCode, text: &str) -> Self {
        match shape {
            ErrorShape::A => Self::json(status, &shape_a(status, text)),
            ErrorShape::B => Self::json(status, &shape_b(CODE_OTHER, text)),
            ErrorShape::Html => Self::html(status, text),
            ErrorShape::Empty => Self::empty(status),
        }
    }

    /// The answer to a breach of the contract.
    pub(super) fn breach(shape: ErrorShape, breach: Breach) -> Self {
        Self::error(shape, breach.status(), &breach.to_string())
    }

    /// The answer to a wrong method.
    pub(super) fn wrong_method(shape: ErrorShape, allowed: &str) -> Self {
        Self::breach(shape, Breach::Method).with_header(ALLOW, allowed)
    }

    /// The same answer with this header; a value that HTTP cannot carry is left out when it is sent.
    pub(super) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The answer for hyper.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }

    /// Status line and headers for the bare wire, with this extra header line.
    pub(super) fn head(&self, extra: &str) -> String {
        let reason = self.status.canonical_reason().unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status.as_str());
        for (name, value) in &self.headers {
            // Writing to a String cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !extra.is_empty() {
            let _ = write!(head, "{extra}\r\n");
        }
        head.push_str("connection: close\r\n\r\n");
        head
    }
}

fn shape_a(status: StatusCode, message: &str) -> Value {
    json!({
        "error": status.canonical_reason().unwrap_or("Error"),
        "message": message,
        "timestamp": now(),
        "status": status.as_u16(),
    })
}

fn shape_b(code: u16, description: &str) -> Value {
    json!({
        "@type": "ApiError",
        "code": code,
        "description": description,
        "timestamp": now(),
        "fieldErrors": null,
    })
}

#[expect(clippy::disallowed_methods, reason = "the sandbox stamps its errors as SWiP does")]
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
