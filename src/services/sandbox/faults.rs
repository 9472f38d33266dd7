//! What can be made to go wrong, as data that a test or a person switches on.

use serde::{Deserialize, Deserializer, Serialize};

/// Everything that the sandbox currently does differently from an honest server.
#[derive(Serialize, Deserialize, Clone, Default, Debug, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// What happens to `POST /customer-signups`.
    pub signup: Plan,
    /// What happens to `/customer-loyalty-stats`.
    pub stats: Plan,
    /// The answer to the signup of a phone that is a customer already.
    pub second_signup: SecondSignup,
    /// Answer `200 {"points": 0}` for unknown customers instead of "not found".
    pub unknown_is_zero: bool,
    /// Answer 405 to `GET /customer-loyalty-stats`, so that only POST works.
    pub stats_get_405: bool,
}

impl Faults {
    /// A plan for signups, nothing else.
    pub fn on_signup(plan: Plan) -> Self {
        Self { signup: plan, ..Self::default() }
    }

    /// A plan for stats, nothing else.
    pub fn on_stats(plan: Plan) -> Self {
        Self { stats: plan, ..Self::default() }
    }
}

/// What happens to the requests of one endpoint, and how many of them.
#[derive(Serialize, Deserialize, Clone, Default, Debug, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// The fault; `None` is an honest answer (which may still be delayed).
    pub fault: Option<Fault>,
    /// How many requests it lasts; `None` until it is changed.
    pub requests: Option<u32>,
    /// Whose requests: 11 digits, or the pass of a lookup; `None` is everybody. The others have an honest answer.
    pub customer: Option<String>,
    /// Time between the processing of a request and its answer.
    ///
    /// The request takes effect first, so a client that gives up meanwhile has registered someone.
    pub delay_ms: u64,
}

impl Plan {
    /// This fault on every request until it is changed.
    pub fn always(fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::default() }
    }

    /// This fault on the next `requests` requests.
    pub fn times(requests: u32, fault: Fault) -> Self {
        Self { fault: Some(fault), requests: Some(requests), ..Self::default() }
    }

    /// This fault on the next request only.
    pub fn once(fault: Fault) -> Self {
        Self::times(1, fault)
    }

    /// An honest answer that comes late.
    pub fn delayed(delay_ms: u64) -> Self {
        Self { delay_ms, ..Self::default() }
    }

    /// The same plan for one customer only: 11 digits, or the pass of a lookup.
    #[must_use]
    pub fn only_for(self, customer: &str) -> Self {
        Self { customer: Some(customer.to_owned()), ..self }
    }

    /// The plan for the request that has just come, counted down; `customer` is whom it names, where it is good.
    pub(super) fn take(&mut self, customer: Option<&str>) -> Self {
        if self.customer.is_some() && self.customer.as_deref() != customer {
            return Self::default();
        }
        let current = self.clone();
        match self.requests {
            Some(0) => {
                // "For no request" is over before it began.
                *self = Self::default();
                return Self::default();
            }
            Some(1) => *self = Self::default(),
            Some(left) => self.requests = Some(left - 1),
            None => {}
        }
        current
    }
}

/// The answer to the signup of a phone that is a customer already; SWiP does not document it.
#[derive(Serialize, Deserialize, Clone, Copy, Default, Debug, PartialEq, Eq)]
pub enum SecondSignup {
    /// 204, as for a new customer, and nothing changes.
    #[default]
    #[serde(rename = "no_content")]
    NoContent,
    /// 400 "already exists".
    #[serde(rename = "bad_request_400")]
    BadRequest400,
    /// 409 "already exists".
    #[serde(rename = "conflict_409")]
    Conflict409,
    /// 422 "already exists".
    #[serde(rename = "unprocessable_422")]
    Unprocessable422,
}

/// The form of an error body.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `error`, `message`, `timestamp`, `status`: SWiP's signup page.
    A,
    /// `@type`, `code`, `description`, `timestamp`, `fieldErrors`: SWiP's stats page.
    B,
    /// A page for people, as proxies send it.
    Html,
    /// No body at all.
    Empty,
}

/// One way to go wrong.
///
/// A fault either stands *in front of* the server (the request takes no effect) or spoils the answer *after* it was
/// processed; [`Fault::takes_effect`] tells which.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// An error status.
    Status {
        /// 200 to 999.
        #[serde(deserialize_with = "final_status")]
        code: u16,
        /// The form of the body; `None` is the endpoint's own.
        #[serde(default)]
        shape: Option<ErrorShape>,
        /// The `Retry-After` header, as it is.
        #[serde(default)]
        retry_after: Option<String>,
        /// Whether the request takes effect in spite of the error.
        #[serde(default)]
        processed: bool,
    },
    /// A redirect; the request takes no effect.
    Redirect {
        /// 301, 302, 303, 307, 308.
        #[serde(deserialize_with = "final_status")]
        status: u16,
        /// The `Location` header, as it is.
        location: String,
    },
    /// 200 with the sign-in page of a public network; the request takes no effect.
    CaptivePortal,
    /// The connection closes without an answer; the request takes no effect.
    CutBefore,
    /// The connection closes without an answer; the request took effect.
    CutAfter,
    /// The connection closes in the middle of the answer (its body, or its head where it has no body).
    CutMidBody,
    /// 200 with something that is not JSON.
    Garbage,
    /// 200 with JSON whose text is not UTF-8.
    InvalidUtf8,
    /// 200 with a body that never ends.
    EndlessBody,
    /// 200 whose body comes one byte per interval, for 4 KiB.
    DripBody {
        /// Time between two bytes.
        interval_ms: u64,
    },
    /// The honest answer, head included, one byte per interval.
    DripHead {
        /// Time between two bytes.
        interval_ms: u64,
    },
    /// 200 with a body of this size.
    HugeBody {
        /// Size in MiB.
        mib: u32,
    },
    /// 204 with a body all the same.
    Ok204WithBody,
    /// `{"points": "11806"}`
    PointsText,
    /// `{"points": 118.06}`
    PointsFloat,
    /// `{}`
    PointsMissing,
    /// A number beyond 64 bits.
    PointsHuge,
    /// `{"points": null}`
    PointsNull,
    /// Any well-formed answer; the request takes no effect.
    Raw {
        /// 200 to 999.
        #[serde(deserialize_with = "final_status")]
        status: u16,
        /// The `Content-Type` header, as it is; empty for none.
        #[serde(default)]
        content_type: String,
        /// The body, as it is.
        #[serde(default)]
        body: String,
    },
    /// Any bytes instead of an HTTP answer, then the connection closes; the request takes no effect.
    RawWire {
        /// Status line, headers and body, as they are.
        text: String,
    },
}

impl Fault {
    /// An error status with the endpoint's own body; the request takes no effect.
    pub fn status(code: u16) -> Self {
        Self::Status { code, shape: None, retry_after: None, processed: false }
    }

    /// 429 with this `Retry-After`; the request takes no effect.
    pub fn too_many_requests(retry_after: &str) -> Self {
        Self::Status { code: 429, shape: None, retry_after: Some(retry_after.to_owned()), processed: false }
    }

    /// Whether a correct request takes effect before the fault happens.
    pub fn takes_effect(&self) -> bool {
        match self {
            Self::Status { processed, .. } => *processed,
            Self::Redirect { .. } | Self::CaptivePortal | Self::CutBefore | Self::Raw { .. } | Self::RawWire { .. } => {
                false
            }
            Self::CutAfter
            | Self::CutMidBody
            | Self::Garbage
            | Self::InvalidUtf8
            | Self::EndlessBody
            | Self::DripBody { .. }
            | Self::DripHead { .. }
            | Self::HugeBody { .. }
            | Self::Ok204WithBody
            | Self::PointsText
            | Self::PointsFloat
            | Self::PointsMissing
            | Self::PointsHuge
            | Self::PointsNull => true,
        }
    }
}

/// Refuses what HTTP cannot send as a final answer, where a person can still see why.
fn final_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let code = u16::deserialize(deserializer)?;
    if (200..=999).contains(&code) {
        Ok(code)
    } else {
        Err(serde::de::Error::custom("a status is a number from 200 to 999"))
    }
}
