//! Everything that can go wrong between a person's wish and SWiP's yes, small enough to have words for each.

use super::unfit::Unfit;

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// SWiP does not accept this station.
    Credentials(Credentials),
    /// SWiP refused this request.
    Refused(Refusal),
    /// No trustworthy answer came; trying again later may help.
    Unavailable(Unavailable),
    /// The station is not set up.
    NotConfigured,
    /// Another process owns the station.
    StationInUse,
    /// The disk refused.
    Storage,
    /// The station's directories are no place to store anything.
    Unfit(Unfit),
    /// A bug of ours, caught.
    Internal,
}

/// How SWiP turned the station away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// 401: token missing or wrong.
    TokenRejected,
    /// 403: no permission under these ids.
    NotPermitted,
}

/// How SWiP turned one customer down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// 400: invalid, or blocked by the merchant.
    Rejected,
    /// 422: against a rule of the merchant's.
    AgainstRules,
    /// Another 4xx: this request cannot succeed as it is.
    Unacceptable,
}

/// Why no trustworthy answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unavailable {
    /// The name of the server could not be resolved. Nothing was sent.
    NameNotFound,
    /// No connection to the server. Nothing was sent.
    NoConnection,
    /// The machine has no CA certificates, so no server can be trusted. Nothing was sent.
    NoCaCertificates,
    /// The CA file of the settings cannot be read, or holds no certificate. Nothing was sent.
    CaFileUnusable,
    /// The secure connection failed. Nothing was sent.
    NotSecure,
    /// The server shows a certificate that cannot be trusted. Nothing was sent.
    Certificate(CertificateFault),
    /// No complete answer in time; the request may have been carried out.
    TimedOut,
    /// The connection broke; the request may have been carried out.
    Interrupted,
    /// A redirect or a network's sign-in page stands before the server.
    Redirected,
    /// 404 and the like: the address is not SWiP's API.
    WrongAddress,
    /// 405 or 501: the server does not take this method here.
    MethodNotAllowed,
    /// 408, 425: SWiP could not decide now.
    Undecided,
    /// 409: it clashes with what SWiP has.
    Conflict,
    /// 429, or 503 with `Retry-After`: SWiP asks us to slow down.
    Busy,
    /// 5xx: SWiP's own trouble; the request may have been carried out.
    ServerError,
    /// An answer that makes no sense; the request may have been carried out.
    UnusableAnswer,
    /// An answer that is compressed, though it was asked not to be; the request may have been carried out.
    Compressed,
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateFault {
    /// Its time is over, by this machine's clock.
    Expired,
    /// Its time has not come, by this machine's clock.
    NotYetValid,
    /// Nobody who is trusted here has signed it.
    UnknownAuthority,
    /// It is another server's.
    OtherName,
    /// It names the server only in its common name, which nobody reads any more.
    NoName,
    /// It is the certificate of an authority, and no server's.
    IsAuthority,
    /// It may not be shown by a server.
    OtherPurpose,
    /// It, or one above it, is faulty, revoked or made as none may be any more.
    Unusable,
}

impl CertificateFault {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Expired,
        Self::NotYetValid,
        Self::UnknownAuthority,
        Self::OtherName,
        Self::NoName,
        Self::IsAuthority,
        Self::OtherPurpose,
        Self::Unusable,
    ];

    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::UnknownAuthority => "unknown_authority",
            Self::OtherName => "other_name",
            Self::NoName => "no_name",
            Self::IsAuthority => "is_authority",
            Self::OtherPurpose => "other_purpose",
            Self::Unusable => "unusable",
        }
    }
}

impl Failure {
    /// The name in machine-readable output; the README lists them all.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Credentials(Credentials::TokenRejected) => "token_rejected",
            Self::Credentials(Credentials::NotPermitted) => "not_permitted",
            Self::Refused(Refusal::Rejected) => "rejected",
            Self::Refused(Refusal::AgainstRules) => "against_rules",
            Self::Refused(Refusal::Unacceptable) => "unacceptable",
            Self::Unavailable(unavailable) => unavailable.reason(),
            Self::NotConfigured => "not_configured",
            Self::StationInUse => "station_in_use",
            Self::Storage => "storage_failed",
            Self::Unfit(unfit) => unfit.reason(),
            Self::Internal => "internal",
        }
    }

    /// Whether the way to SWiP is to blame rather than the request.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl Unavailable {
    fn reason(self) -> &'static str {
        match self {
            Self::NameNotFound => "name_not_found",
            Self::NoConnection => "no_connection",
            Self::NoCaCertificates => "no_ca_certificates",
            Self::CaFileUnusable => "ca_file_unusable",
            // What a script does about it is the same; `check` says which.
            Self::NotSecure | Self::Certificate(_) => "not_secure",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
            Self::Redirected => "redirected",
            Self::WrongAddress => "wrong_address",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Undecided => "undecided",
            Self::Conflict => "conflict",
            Self::Busy => "busy",
            Self::ServerError => "server_error",
            Self::UnusableAnswer => "unusable_answer",
            Self::Compressed => "compressed_answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_failure_has_a_reason_of_its_own() {
        use Unavailable::{
            Busy, CaFileUnusable, Compressed, Conflict, Interrupted, MethodNotAllowed, NameNotFound, NoCaCertificates,
            NoConnection, NotSecure, Redirected, ServerError, TimedOut, Undecided, UnusableAnswer, WrongAddress,
        };
        let unavailable = [
            NameNotFound,
            NoConnection,
            NoCaCertificates,
            CaFileUnusable,
            NotSecure,
            TimedOut,
            Interrupted,
            Redirected,
            WrongAddress,
            MethodNotAllowed,
            Undecided,
            Conflict,
            Busy,
            ServerError,
            UnusableAnswer,
            Compressed,
        ];
        let definite = [
            Failure::Credentials(Credentials::TokenRejected),
            Failure::Credentials(Credentials::NotPermitted),
            Failure::Refused(Refusal::Rejected),
            Failure::Refused(Refusal::AgainstRules),
            Failure::Refused(Refusal::Unacceptable),
            Failure::NotConfigured,
            Failure::StationInUse,
            Failure::Storage,
            Failure::Internal,
        ];
        let all: Vec<_> = unavailable.into_iter().map(Failure::Unavailable).chain(definite).collect();
        let reasons: BTreeSet<_> = all.iter().map(|failure| failure.reason()).collect();
        assert_eq!(reasons.len(), all.len());
        for reason in reasons {
            assert!(reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{reason}");
        }
        let temporary = all.iter().filter(|failure| failure.is_temporary()).count();
        assert_eq!(temporary, unavailable.len());
    }
}
