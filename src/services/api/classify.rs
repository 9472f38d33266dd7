//! What an exchange with SWiP means: one total function from what was seen to what is known.

use std::fmt;
use std::time::Duration;

use super::error::{ApiError, Lost, NotSent, StatusKind};
use super::wire;
use crate::domain::Points;
use crate::domain::failure::{Credentials, Refusal, Unavailable};
use crate::domain::settings::{Codes, Preferences};

/// Which endpoint was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `POST /customer-signups`
    Signup,
    /// `GET` or `POST /customer-loyalty-stats`
    Stats,
}

/// All that was seen of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// No byte of the request left.
    NotSent(NotSent),
    /// The request may have arrived, no status came back.
    Lost(Lost),
    /// A status came back.
    Answered(Answer),
}

/// A status and what came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long SWiP asks to wait, if it says so in a way that makes sense.
    pub retry_after: Option<Duration>,
    /// The body, as far as it was read.
    pub body: Body,
}

/// A body, read up to a limit.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// Packed, though it was asked not to be: nothing here unpacks it.
    Encoded,
    /// Longer than the limit; the rest was not read.
    TooLong,
    /// It broke off.
    Broken(Lost),
}

// By hand: SWiP's words repeat whom a request was about.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Self::Encoded => f.write_str("Encoded"),
            Self::TooLong => f.write_str("TooLong"),
            Self::Broken(why) => write!(f, "Broken({why:?})"),
        }
    }
}

/// What is known after an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerVerdict {
    /// The account exists now.
    Registered,
    /// The account was there before.
    AlreadyMember,
    /// The customer has this many points.
    Member(Points),
    /// SWiP has no such customer.
    UnknownCustomer,
    /// None of it.
    Failed(ApiError),
}

/// Which of SWiP's undocumented codes mean what; they are settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMeanings {
    /// The customer does not exist.
    pub not_found: Codes,
    /// The customer exists already.
    pub already_exists: Codes,
}

impl From<&Preferences> for CodeMeanings {
    fn from(preferences: &Preferences) -> Self {
        Self {
            not_found: preferences.not_found_codes.clone(),
            already_exists: preferences.already_exists_codes.clone(),
        }
    }
}

/// Sorts an exchange. The status decides, the body only refines.
pub fn classify(endpoint: Endpoint, exchange: &Exchange, codes: &CodeMeanings) -> AnswerVerdict {
    match exchange {
        Exchange::NotSent(why) => AnswerVerdict::Failed(ApiError::NotSent(*why)),
        Exchange::Lost(why) => AnswerVerdict::Failed(ApiError::Lost(*why)),
        Exchange::Answered(answer) => match (endpoint, answer.status) {
            (Endpoint::Signup, 204) => AnswerVerdict::Registered,
            (Endpoint::Stats, 200) => read_member(&answer.body),
            // Any other success is none: a network's sign-in page answers 200 as well.
            (_, 200..=299) => AnswerVerdict::Failed(unusable(answer)),
            _ => read_error(endpoint, answer, codes),
        },
    }
}

fn unusable(answer: &Answer) -> ApiError {
    match answer.body {
        Body::Encoded => ApiError::Encoded { status: answer.status },
        _ => ApiError::Unusable { status: answer.status },
    }
}

fn read_member(body: &Body) -> AnswerVerdict {
    match body {
        Body::Encoded => AnswerVerdict::Failed(ApiError::Encoded { status: 200 }),
        Body::Whole(bytes) => wire::read_points(bytes)
            .map_or(AnswerVerdict::Failed(ApiError::Unusable { status: 200 }), AnswerVerdict::Member),
        Body::TooLong => AnswerVerdict::Failed(ApiError::Unusable { status: 200 }),
        Body::Broken(why) => AnswerVerdict::Failed(ApiError::Lost(*why)),
    }
}

fn read_error(endpoint: Endpoint, answer: &Answer, codes: &CodeMeanings) -> AnswerVerdict {
    let status = answer.status;
    let code = match &answer.body {
        Body::Whole(bytes) => wire::read_code(bytes),
        Body::Encoded | Body::TooLong | Body::Broken(_) => None,
    };
    let has = |known: &Codes| code.is_some_and(|code| known.contains(code));
    match (endpoint, status) {
        (Endpoint::Stats, 400 | 404 | 422) if has(&codes.not_found) => AnswerVerdict::UnknownCustomer,
        (Endpoint::Signup, 400 | 409 | 422) if has(&codes.already_exists) => AnswerVerdict::AlreadyMember,
        // Whether it says "unknown" or "refused" stands in what cannot be read.
        (Endpoint::Stats, 400 | 404 | 422) | (Endpoint::Signup, 400 | 409 | 422) if answer.body == Body::Encoded => {
            AnswerVerdict::Failed(ApiError::Encoded { status })
        }
        _ => AnswerVerdict::Failed(ApiError::Status {
            status,
            kind: status_kind(answer),
            code,
            retry_after: answer.retry_after,
        }),
    }
}

fn status_kind(answer: &Answer) -> StatusKind {
    match answer.status {
        400 => StatusKind::Refused(Refusal::Rejected),
        401 => StatusKind::Credentials(Credentials::TokenRejected),
        403 => StatusKind::Credentials(Credentials::NotPermitted),
        422 => StatusKind::Refused(Refusal::AgainstRules),
        404 | 406 | 410 | 415 | 505 => StatusKind::Temporary(Unavailable::WrongAddress),
        405 | 501 => StatusKind::Temporary(Unavailable::MethodNotAllowed),
        408 | 425 => StatusKind::Temporary(Unavailable::Undecided),
        409 => StatusKind::Temporary(Unavailable::Conflict),
        429 => StatusKind::Temporary(Unavailable::Busy),
        503 if answer.retry_after.is_some() => StatusKind::Temporary(Unavailable::Busy),
        300..=399 | 511 => StatusKind::Temporary(Unavailable::Redirected),
        402..=499 => StatusKind::Refused(Refusal::Unacceptable),
        500..=599 => StatusKind::Temporary(Unavailable::ServerError),
        // No HTTP status: 1xx that never ended, or a number outside the protocol.
        _ => StatusKind::Temporary(Unavailable::UnusableAnswer),
    }
}
