//! Failures in words, and what to do about each.

use std::borrow::Cow;

use super::Texts;
use crate::domain::Unfit;
use crate::domain::check::Step;
use crate::domain::failure::{CertificateFault, Credentials, Failure, Refusal, Unavailable};

/// What went wrong, in a few words for staff.
pub fn failure_title(texts: &Texts, failure: Failure) -> Cow<'_, str> {
    texts.get(match failure {
        Failure::Credentials(Credentials::TokenRejected) => "failure-token-rejected",
        Failure::Credentials(Credentials::NotPermitted) => "failure-not-permitted",
        Failure::Refused(Refusal::Rejected) => "failure-rejected",
        Failure::Refused(Refusal::AgainstRules) => "failure-against-rules",
        Failure::Refused(Refusal::Unacceptable) => "failure-unacceptable",
        Failure::Unavailable(unavailable) => match unavailable {
            Unavailable::NameNotFound => "failure-name-not-found",
            Unavailable::NoConnection => "failure-no-connection",
            Unavailable::NoCaCertificates => "failure-no-ca-certificates",
            Unavailable::CaFileUnusable => "failure-ca-file",
            Unavailable::NotSecure => "failure-not-secure",
            Unavailable::Certificate(fault) => match fault {
                CertificateFault::Expired => "failure-certificate-expired",
                CertificateFault::NotYetValid => "failure-certificate-early",
                CertificateFault::UnknownAuthority => "failure-certificate-unknown",
                CertificateFault::OtherName => "failure-certificate-other-name",
                CertificateFault::NoName => "failure-certificate-no-name",
                CertificateFault::IsAuthority => "failure-certificate-authority",
                CertificateFault::OtherPurpose => "failure-certificate-purpose",
                CertificateFault::Unusable => "failure-certificate-unusable",
            },
            Unavailable::TimedOut => "failure-timed-out",
            Unavailable::Interrupted => "failure-interrupted",
            Unavailable::Redirected => "failure-redirected",
            Unavailable::WrongAddress => "failure-wrong-address",
            Unavailable::MethodNotAllowed => "failure-method-not-allowed",
            Unavailable::Undecided | Unavailable::Conflict => "failure-undecided",
            Unavailable::Busy => "failure-busy",
            Unavailable::ServerError => "failure-server-error",
            Unavailable::UnusableAnswer => "failure-unusable-answer",
            Unavailable::Compressed => "failure-compressed",
        },
        Failure::NotConfigured => "failure-not-configured",
        Failure::StationInUse => "failure-station-in-use",
        Failure::Storage => "failure-storage",
        Failure::Unfit(_) => "failure-unfit",
        Failure::Internal => "failure-internal",
    })
}

/// What staff can do about it.
pub fn failure_advice(texts: &Texts, failure: Failure) -> Cow<'_, str> {
    texts.get(match failure {
        Failure::Credentials(_) | Failure::NotConfigured => "advice-settings",
        Failure::Refused(Refusal::Rejected) => "advice-rejected",
        Failure::Refused(Refusal::AgainstRules | Refusal::Unacceptable) => "advice-refused",
        Failure::Unavailable(unavailable) => match unavailable {
            Unavailable::NameNotFound | Unavailable::NoConnection | Unavailable::Interrupted => "advice-network",
            Unavailable::NoCaCertificates => "advice-no-ca-certificates",
            Unavailable::CaFileUnusable => "advice-ca-file",
            Unavailable::NotSecure => "advice-not-secure",
            Unavailable::Certificate(fault) => match fault {
                CertificateFault::Expired => "advice-certificate-expired",
                CertificateFault::NotYetValid => "advice-certificate-early",
                CertificateFault::UnknownAuthority => "advice-certificate-unknown",
                CertificateFault::OtherName => "advice-certificate-other-name",
                CertificateFault::NoName => "advice-certificate-no-name",
                CertificateFault::IsAuthority => "advice-certificate-authority",
                CertificateFault::OtherPurpose => "advice-certificate-purpose",
                CertificateFault::Unusable => "advice-certificate-unusable",
            },
            Unavailable::Compressed => "advice-compressed",
            Unavailable::Redirected => "advice-redirected",
            Unavailable::WrongAddress | Unavailable::UnusableAnswer => "advice-address",
            Unavailable::MethodNotAllowed => "advice-method",
            Unavailable::TimedOut
            | Unavailable::Undecided
            | Unavailable::Conflict
            | Unavailable::Busy
            | Unavailable::ServerError => "advice-later",
        },
        Failure::StationInUse => "advice-station-in-use",
        Failure::Storage => "advice-storage",
        Failure::Unfit(unfit) => return unfit_advice(texts, unfit),
        Failure::Internal => "advice-internal",
    })
}

/// A step of the connection test.
pub fn step_name(texts: &Texts, step: Step) -> Cow<'_, str> {
    texts.get(match step {
        Step::Connect => "step-connect",
        Step::Secure => "step-secure",
        Step::Address => "step-address",
        Step::Credentials => "step-credentials",
        Step::Answer => "step-answer",
    })
}

/// What is wrong with the station's directories, and what to do.
pub fn unfit_advice(texts: &Texts, unfit: Unfit) -> Cow<'_, str> {
    texts.get(match unfit {
        Unfit::OtherUser => "advice-other-user",
        Unfit::NoPermission => "advice-no-permission",
        Unfit::ReadOnly => "advice-read-only",
        Unfit::Volatile => "advice-volatile",
        Unfit::Shared => "advice-shared",
    })
}
