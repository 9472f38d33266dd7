//! Says that a customer is being signed up: lists wait meanwhile.

use tokio::sync::watch;

/// A customer is being signed up for as long as it lives.
pub(super) struct SignupUnderWay<'a>(&'a watch::Sender<usize>);

impl<'a> SignupUnderWay<'a> {
    /// It begins.
    pub(super) fn begin(signups: &'a watch::Sender<usize>) -> Self {
        signups.send_modify(|count| *count += 1);
        Self(signups)
    }
}

impl Drop for SignupUnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
