//! The manager's pages besides the settings, as the counter and the settings lead to them.

/// The pages of the manager's besides the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagerPage {
    /// What waits for SWiP.
    Queue,
    /// What the station has noted down.
    Journal,
    /// The points of many customers.
    Balances,
    /// What customers agreed to.
    Consents,
    /// How it is done.
    Help,
}
