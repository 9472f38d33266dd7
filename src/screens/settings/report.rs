//! What the connection test found.

use crate::domain::Failure;
use crate::domain::check::StepResult;

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
