//! The connection test, step by step, read off one request and its answer.

use super::failure::{Credentials, Refusal, Unavailable};
use super::{Failure, Lookup};

/// What one step of the test proves, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The server's name resolves and it takes connections.
    Connect,
    /// The connection is secure; skipped for a loopback address.
    Secure,
    /// SWiP's API answers at this address.
    Address,
    /// SWiP accepts token and ids.
    Credentials,
    /// The answer is one the program understands.
    Answer,
}

/// How one step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// Which step.
    pub step: Step,
    /// The failure that stopped the test here, if it did.
    pub failure: Option<Failure>,
}

/// What a connection test found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestOutcome {
    /// How far it came.
    pub steps: Vec<StepResult>,
    /// Whether SWiP said of a number that nobody has that it does not know it: then a lookup can tell whether a signup
    /// has arrived.
    pub tells_unknown: bool,
    /// Whether the station works by that from now on.
    pub is_adopted: bool,
}

impl Step {
    /// The name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Secure => "secure",
            Self::Address => "address",
            Self::Credentials => "credentials",
            Self::Answer => "answer",
        }
    }
}

/// The steps up to the first that failed, for a test over TLS or not.
///
/// A definite "not found" proves as much as a member does, and a 422 too: SWiP read the request. A bare 400 may come
/// from anything.
pub fn steps(result: Result<Lookup, Failure>, is_https: bool) -> Vec<StepResult> {
    let failed = match result {
        Ok(_) | Err(Failure::Refused(Refusal::AgainstRules)) => None,
        Err(failure) => Some((step_of(failure), failure)),
    };
    [Step::Connect, Step::Secure, Step::Address, Step::Credentials, Step::Answer]
        .into_iter()
        .filter(|step| is_https || *step != Step::Secure || failed.is_some_and(|(at, _)| at == *step))
        .take_while(|step| failed.is_none_or(|(at, _)| *step <= at))
        .map(|step| StepResult { step, failure: failed.filter(|(at, _)| *at == step).map(|(_, failure)| failure) })
        .collect()
}

/// Where in the test a failure shows.
fn step_of(failure: Failure) -> Step {
    match failure {
        Failure::Credentials(Credentials::TokenRejected | Credentials::NotPermitted) => Step::Credentials,
        Failure::Unavailable(unavailable) => match unavailable {
            // Without certificates to trust, no connection is even tried.
            Unavailable::NameNotFound
            | Unavailable::NoConnection
            | Unavailable::NoCaCertificates
            | Unavailable::CaFileUnusable => Step::Connect,
            Unavailable::NotSecure | Unavailable::Certificate(_) => Step::Secure,
            Unavailable::Redirected | Unavailable::WrongAddress | Unavailable::MethodNotAllowed => Step::Address,
            Unavailable::TimedOut
            | Unavailable::Interrupted
            | Unavailable::Undecided
            | Unavailable::Conflict
            | Unavailable::Busy
            | Unavailable::ServerError
            | Unavailable::UnusableAnswer
            | Unavailable::Compressed => Step::Answer,
        },
        Failure::Refused(_)
        | Failure::NotConfigured
        | Failure::StationInUse
        | Failure::Storage
        | Failure::Unfit(_)
        | Failure::Internal => Step::Answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Points;

    fn names(result: Result<Lookup, Failure>, is_https: bool) -> Vec<(&'static str, bool)> {
        steps(result, is_https).into_iter().map(|one| (one.step.name(), one.failure.is_none())).collect()
    }

    #[test]
    fn an_answer_proves_every_step() {
        let all = [("connect", true), ("secure", true), ("address", true), ("credentials", true), ("answer", true)];
        let proofs =
            [Ok(Lookup::Member(Points::new(1))), Ok(Lookup::Unknown), Err(Failure::Refused(Refusal::AgainstRules))];
        for proof in proofs {
            assert_eq!(names(proof, true), all);
            let plain: Vec<_> = all.into_iter().filter(|(name, _)| *name != "secure").collect();
            assert_eq!(names(proof, false), plain);
        }
    }

    #[test]
    fn the_test_ends_at_the_step_that_failed() {
        let ends = [
            (Failure::Unavailable(Unavailable::NameNotFound), "connect"),
            (Failure::Unavailable(Unavailable::NoConnection), "connect"),
            (Failure::Unavailable(Unavailable::NotSecure), "secure"),
            (Failure::Unavailable(Unavailable::NoCaCertificates), "connect"),
            (Failure::Unavailable(Unavailable::CaFileUnusable), "connect"),
            (Failure::Unavailable(Unavailable::Redirected), "address"),
            (Failure::Unavailable(Unavailable::WrongAddress), "address"),
            (Failure::Unavailable(Unavailable::MethodNotAllowed), "address"),
            (Failure::Credentials(Credentials::TokenRejected), "credentials"),
            (Failure::Credentials(Credentials::NotPermitted), "credentials"),
            (Failure::Unavailable(Unavailable::TimedOut), "answer"),
            (Failure::Unavailable(Unavailable::ServerError), "answer"),
            (Failure::Unavailable(Unavailable::UnusableAnswer), "answer"),
            (Failure::Refused(Refusal::Rejected), "answer"),
            (Failure::Internal, "answer"),
        ];
        for (failure, end) in ends {
            let shown = steps(Err(failure), true);
            let (last, before) = shown.split_last().unwrap();
            assert_eq!((last.step.name(), last.failure), (end, Some(failure)));
            assert!(before.iter().all(|one| one.failure.is_none() && one.step < last.step), "{failure:?}");
        }
    }

    #[test]
    fn a_failure_always_shows_whether_over_tls_or_not() {
        let failures = [Unavailable::NoConnection, Unavailable::NotSecure, Unavailable::Redirected, Unavailable::Busy];
        for failure in failures.map(Failure::Unavailable) {
            for is_https in [true, false] {
                let shown = steps(Err(failure), is_https);
                assert_eq!(shown.last().and_then(|last| last.failure), Some(failure));
            }
        }
    }
}
