//! The connection test: what it tries with, and what it found.

use crate::domain::check::StepResult;
use crate::domain::{Failure, PhoneError};

/// What the connection is tried with, and what was found.
#[derive(Debug, Default)]
pub struct ConnectionTest {
    /// A phone; empty for one that cannot be assigned.
    pub phone: String,
    /// What is wrong with it.
    pub error: Option<PhoneError>,
    /// What the last test found.
    pub report: Option<TestReport>,
}

/// What a test found, for a person to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// The steps tried.
    pub steps: Vec<StepResult>,
    /// It belongs in sight; the view takes it.
    pub is_new: bool,
}

impl TestReport {
    /// The failure that ended the test, if it did.
    pub fn failure(&self) -> Option<Failure> {
        self.steps.iter().find_map(|step| step.failure)
    }
}
