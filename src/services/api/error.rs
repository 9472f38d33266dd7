//! What can go wrong in one call, in technical words and without personal data or secrets.

use std::time::Duration;

use crate::domain::failure::{CertificateFault, Credentials, Failure, Refusal, Unavailable};

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Nothing was sent.
    #[error("not sent: {0}")]
    NotSent(NotSent),
    /// Sent, but no status came back.
    #[error("no answer: {0}")]
    Lost(Lost),
    /// A status other than success.
    #[error("status {status}, SWiP's code {code:?}: {kind:?}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// What it means.
        kind: StatusKind,
        /// SWiP's number for the error, where its body gave one. Its words are left out: they repeat what was sent.
        code: Option<i64>,
        /// How long SWiP asks to wait.
        retry_after: Option<Duration>,
    },
    /// A success that is none: wrong status for this endpoint, or no whole number of points.
    #[error("status {status} with an unusable body")]
    Unusable {
        /// The HTTP status.
        status: u16,
    },
    /// An answer whose body was packed, where only the body says what it means.
    #[error("status {status} with a body that is compressed, though it was asked not to be")]
    Encoded {
        /// The HTTP status.
        status: u16,
    },
    /// The client could not be built from the settings.
    #[error("the client could not be set up")]
    Setup,
}

/// Why nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The name did not resolve.
    #[error("the server's name could not be resolved")]
    Name,
    /// Refused, unreachable or timed out.
    #[error("no connection")]
    Connect,
    /// The TLS handshake failed.
    #[error("the secure connection failed")]
    Tls,
    /// The server's certificate is not one to be trusted.
    #[error("the server's certificate is not trusted: {}", .0.name())]
    Certificate(CertificateFault),
    /// The machine trusts nobody.
    #[error("the machine has no CA certificates")]
    NoCaCertificates,
    /// The settings name a file of certificates, and it is none.
    #[error("the CA file of the settings cannot be used")]
    CaFile,
}

/// Why no status came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The deadline passed.
    #[error("timed out")]
    TimedOut,
    /// The connection broke, or what came was no HTTP.
    #[error("the connection broke")]
    Interrupted,
}

/// The meaning of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// 401, 403.
    Credentials(Credentials),
    /// This request cannot succeed as it is.
    Refused(Refusal),
    /// Not decided now.
    Temporary(Unavailable),
}

impl ApiError {
    /// How long SWiP asks to wait before anything else is sent, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, kind: StatusKind::Temporary(Unavailable::Busy), .. } => *retry_after,
            _ => None,
        }
    }
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        match error {
            ApiError::NotSent(NotSent::Name) => Self::Unavailable(Unavailable::NameNotFound),
            ApiError::NotSent(NotSent::Connect) => Self::Unavailable(Unavailable::NoConnection),
            ApiError::NotSent(NotSent::Tls) => Self::Unavailable(Unavailable::NotSecure),
            ApiError::NotSent(NotSent::Certificate(fault)) => Self::Unavailable(Unavailable::Certificate(*fault)),
            ApiError::NotSent(NotSent::NoCaCertificates) => Self::Unavailable(Unavailable::NoCaCertificates),
            ApiError::NotSent(NotSent::CaFile) => Self::Unavailable(Unavailable::CaFileUnusable),
            ApiError::Lost(Lost::TimedOut) => Self::Unavailable(Unavailable::TimedOut),
            ApiError::Lost(Lost::Interrupted) => Self::Unavailable(Unavailable::Interrupted),
            ApiError::Status { kind: StatusKind::Credentials(credentials), .. } => Self::Credentials(*credentials),
            ApiError::Status { kind: StatusKind::Refused(refusal), .. } => Self::Refused(*refusal),
            ApiError::Status { kind: StatusKind::Temporary(unavailable), .. } => Self::Unavailable(*unavailable),
            ApiError::Unusable { .. } => Self::Unavailable(Unavailable::UnusableAnswer),
            ApiError::Encoded { .. } => Self::Unavailable(Unavailable::Compressed),
            ApiError::Setup => Self::Internal,
        }
    }
}
