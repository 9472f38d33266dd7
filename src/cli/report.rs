//! How a verb ended: one exit code, one line of JSON, or words.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::balances_report::BalancesReport;
use super::queue_report::QueueReport;
use super::reason::{list_reason, profile_reason};
use crate::domain::balances::ListError;
use crate::domain::check::StepResult;
use crate::domain::consent::How;
use crate::domain::failure::{Failure, Unavailable};
use crate::domain::{ClockError, Points};
use crate::domain::{ProfileError, ProfileProblem};
use crate::i18n::{Texts, failure_advice, failure_title, list_error, purpose_name, step_name};
use crate::services::outbox::{Broken, Evidence, Forgotten};
use crate::services::secrets::Protection;

/// How a verb ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// `provision` stored the profile.
    Provisioned,
    /// `check` found nothing wrong, or stopped at a failure.
    Checked { steps: Vec<CheckStep>, failure: Option<Failure>, protection: Protection, clock: Option<ClockError> },
    /// SWiP knows the customer.
    Found(Points),
    /// It does not.
    NotFound,
    /// The customer is signed up.
    Registered,
    /// The customer was a member before.
    AlreadyMember,
    /// The customer will be signed up later.
    Saved,
    /// What waits.
    Queue(QueueReport),
    /// `queue deliver` is done, and nothing is left.
    Delivered,
    /// `queue deliver` is done; this many entries are left.
    Left(u32),
    /// `queue retry` put them back in line.
    Retried,
    /// `consents export` wrote so many into a file.
    Written(usize),
    /// What one customer agreed to.
    Consents(Vec<Evidence>),
    /// `consents delete` destroyed it.
    Forgotten(Forgotten),
    /// The queue has no entry of this number.
    NoSuchEntry,
    /// `balances` wrote a list.
    Balances(BalancesReport),
    /// A file holds no list; nothing was sent.
    BadList(ListError),
    /// `pin` stored the PIN.
    PinSet,
    /// A field is wrong; nothing was sent. What somebody wrote by hand has a line.
    Invalid { field: Cow<'static, str>, reason: &'static str, line: Option<usize> },
    /// It was not done.
    Failed(Failure),
}

/// One step of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckStep {
    /// The settings can be used, or not.
    Settings(Option<Failure>),
    /// What the connection test found.
    Connection(StepResult),
}

impl Report {
    /// A field that is wrong.
    pub(super) fn invalid(field: impl Into<Cow<'static, str>>, reason: &'static str) -> Self {
        Self::Invalid { field: field.into(), reason, line: None }
    }

    /// A profile that is wrong.
    pub(super) fn invalid_profile(error: ProfileError) -> Self {
        let line = match error.problem {
            ProfileProblem::GivenTwice { line } => Some(line),
            _ => None,
        };
        Self::Invalid { field: error.field.into(), reason: profile_reason(error.problem), line }
    }

    /// The exit code of the process.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Provisioned
            | Self::Found(_)
            | Self::Registered
            | Self::Checked { failure: None, .. }
            | Self::Queue(_)
            | Self::Retried
            | Self::Written(_)
            | Self::Consents(_)
            | Self::Forgotten(_)
            | Self::PinSet
            | Self::Delivered => 0,
            Self::Saved | Self::Left(_) => 10,
            Self::AlreadyMember => 11,
            Self::NotFound | Self::NoSuchEntry => 12,
            Self::Invalid { .. } | Self::BadList(_) => 20,
            Self::Balances(balances) => match balances.failure() {
                Some(failure) => Self::Failed(failure).exit_code(),
                None if balances.is_whole() => 0,
                None => 23,
            },
            Self::Failed(failure) | Self::Checked { failure: Some(failure), .. } => match failure {
                Failure::Refused(_) => 21,
                Failure::Credentials(_) => 22,
                Failure::Unavailable(_) => 23,
                Failure::NotConfigured => 24,
                Failure::StationInUse => 25,
                Failure::Storage | Failure::Unfit(_) => 26,
                Failure::Internal => 70,
            },
        }
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        let mut object = Map::new();
        object.insert("outcome".to_owned(), self.outcome().into());
        match self {
            Self::Found(points) => {
                object.insert("points".to_owned(), points.value().into());
            }
            Self::Queue(queue) => queue.json(&mut object),
            Self::Consents(found) => {
                object.insert("consents".to_owned(), found.iter().map(Evidence::json).collect());
            }
            Self::Forgotten(Forgotten { consents, signups }) => {
                object.insert("consents".to_owned(), (*consents).into());
                object.insert("signups".to_owned(), (*signups).into());
            }
            Self::Balances(balances) => balances.json(&mut object),
            Self::BadList(error) => {
                object.insert("field".to_owned(), "file".into());
                object.insert("reason".to_owned(), list_reason(*error).into());
            }
            Self::Written(count) => {
                object.insert("exported".to_owned(), (*count).into());
            }
            Self::Invalid { field, reason, line } => {
                object.insert("field".to_owned(), field.as_ref().into());
                object.insert("reason".to_owned(), (*reason).into());
                if let Some(line) = line {
                    object.insert("line".to_owned(), (*line).into());
                }
            }
            Self::Checked { steps, failure, protection, clock } => {
                if let Some(error) = clock {
                    object.insert("clock_ahead_minutes".to_owned(), error.ahead_minutes().into());
                }
                object.insert("steps".to_owned(), steps.iter().map(|step| step.json()).collect());
                object.insert("protection".to_owned(), protection.name().into());
                if let Some(failure) = failure {
                    object.insert("reason".to_owned(), failure.reason().into());
                }
                if let Some(Failure::Unavailable(Unavailable::Certificate(fault))) = failure {
                    object.insert("certificate".to_owned(), fault.name().into());
                }
            }
            Self::Failed(failure)
                if !matches!(failure, Failure::NotConfigured | Failure::StationInUse | Failure::Storage) =>
            {
                object.insert("reason".to_owned(), failure.reason().into());
            }
            _ => {}
        }
        Value::Object(object).to_string()
    }

    /// Words for a person.
    pub(super) fn words(&self, texts: &Texts) -> String {
        match self {
            Self::Provisioned => texts.get("cli-provisioned").into_owned(),
            Self::Found(points) => format!("{} {}", texts.points_number(*points), texts.points_word(*points)),
            Self::NotFound => texts.get("recent-unknown").into_owned(),
            Self::Saved => format!("{}. {}", texts.get("done-saved"), texts.get("done-saved-advice")),
            Self::Queue(queue) => queue.words(texts),
            Self::Delivered => words_left(texts, 0),
            Self::Left(left) => words_left(texts, *left),
            Self::Retried => texts.get("cli-retried").into_owned(),
            Self::Written(count) => texts.with("cli-written", &[("count", number(*count).into())]).into_owned(),
            Self::Consents(found) => found.iter().map(|one| evidence_words(texts, one)).collect::<Vec<_>>().join("\n"),
            Self::Forgotten(Forgotten { consents, signups }) => {
                let variables = [("consents", number(*consents).into()), ("signups", number(*signups).into())];
                texts.with("cli-forgotten", &variables).into_owned()
            }
            Self::NoSuchEntry => texts.get("cli-no-such-entry").into_owned(),
            Self::Balances(balances) => balances.words(texts),
            Self::BadList(error) => list_error(texts, *error).into_owned(),
            Self::PinSet => texts.get("cli-pin-set").into_owned(),
            Self::Registered => texts.get("done-registered").into_owned(),
            Self::AlreadyMember => texts.get("done-already-member").into_owned(),
            Self::Invalid { field, reason, line } => {
                let (field, reason) = (("field", field.as_ref().into()), ("reason", (*reason).into()));
                match line {
                    None => texts.with("cli-invalid", &[field, reason]),
                    Some(line) => texts.with("cli-invalid-line", &[field, reason, ("line", (*line).into())]),
                }
                .into_owned()
            }
            Self::Failed(failure) => failure_words(texts, *failure),
            Self::Checked { steps, failure, protection, clock } => {
                let mut lines: Vec<_> = steps.iter().map(|step| step.words(texts)).collect();
                lines.push(protection_words(texts, *protection).into_owned());
                lines.extend(clock.map(|error| clock_words(texts, error)));
                lines.push(failure.map_or_else(
                    || texts.get("settings-test-passed").into_owned(),
                    |failure| failure_words(texts, failure),
                ));
                lines.join("\n")
            }
        }
    }

    fn outcome(&self) -> &'static str {
        match self {
            Self::Provisioned => "provisioned",
            Self::Found(_) | Self::Consents(_) => "found",
            Self::NotFound | Self::NoSuchEntry => "not_found",
            Self::Registered => "registered",
            Self::Saved | Self::Left(_) => "saved",
            Self::AlreadyMember => "already_member",
            Self::Invalid { .. } | Self::BadList(_) => "invalid",
            Self::Balances(balances) => match balances.failure() {
                Some(failure) => Self::Failed(failure).outcome(),
                None if balances.is_whole() => "ok",
                None => "unavailable",
            },
            Self::Checked { failure: None, .. }
            | Self::Queue(_)
            | Self::Retried
            | Self::Written(_)
            | Self::Forgotten(_)
            | Self::PinSet
            | Self::Delivered => "ok",
            Self::Failed(failure) | Self::Checked { failure: Some(failure), .. } => match failure {
                Failure::Refused(_) => "refused",
                Failure::Credentials(_) => "credentials_refused",
                Failure::Unavailable(_) | Failure::Internal => "unavailable",
                Failure::NotConfigured => "not_configured",
                Failure::StationInUse => "busy",
                Failure::Storage | Failure::Unfit(_) => "storage_failed",
            },
        }
    }
}

impl CheckStep {
    fn name(self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::Connection(result) => result.step.name(),
        }
    }

    fn failure(self) -> Option<Failure> {
        match self {
            Self::Settings(failure) => failure,
            Self::Connection(result) => result.failure,
        }
    }

    fn json(self) -> Value {
        let failure = self.failure();
        json!({ "step": self.name(), "ok": failure.is_none(), "reason": failure.map(Failure::reason) })
    }

    fn words(self, texts: &Texts) -> String {
        let name = match self {
            Self::Settings(_) => texts.get("step-settings"),
            Self::Connection(result) => step_name(texts, result.step),
        };
        let mark = if self.failure().is_none() { "+" } else { "-" };
        format!("{mark} {name}")
    }
}

fn words_left(texts: &Texts, left: u32) -> String {
    texts.with("cli-left", &[("count", left.into())]).into_owned()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What, in which version and language, when, and who says so.
fn evidence_words(texts: &Texts, evidence: &Evidence) -> String {
    let facts = &evidence.facts;
    let how = evidence.how.map_or(Cow::Borrowed("?"), |how| {
        texts.get(match how {
            How::TickedByCustomer => "cli-consent-ticked",
            How::AttestedByStaff => "cli-consent-attested",
        })
    });
    let purpose = evidence.purpose.map_or(Cow::Borrowed("?"), |purpose| purpose_name(texts, purpose));
    let broken = evidence.phone.as_ref().err().map(|broken| {
        texts.get(match broken {
            Broken::KeyLost => "cli-consent-key-lost",
            Broken::Altered => "cli-consent-altered",
        })
    });
    let line = format!("{purpose} {} ({}), {}, {how}", facts.version, facts.language, facts.taken_at());
    broken.map_or(line.clone(), |broken| format!("{line}: {broken}"))
}

fn failure_words(texts: &Texts, failure: Failure) -> String {
    format!("{}. {}", failure_title(texts, failure), failure_advice(texts, failure))
}

fn clock_words(texts: &Texts, error: ClockError) -> String {
    let id = if error.ahead_ms > 0 { "cli-clock-ahead" } else { "cli-clock-behind" };
    texts.with(id, &[("minutes", error.ahead_minutes().abs().into())]).into_owned()
}

fn protection_words(texts: &Texts, protection: Protection) -> Cow<'_, str> {
    texts.get(match protection {
        Protection::Credential => "protection-credential",
        Protection::Keychain => "protection-keychain",
        Protection::KeyFile => "protection-key-file",
        Protection::KeyFileInDataDir => "protection-key-file-in-data-dir",
    })
}
