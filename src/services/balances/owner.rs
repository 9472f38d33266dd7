//! Whose list it is.

use serde::{Deserialize, Serialize};

use crate::domain::Connection;

/// Whose list it is: the balances of one merchant say nothing about another's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOwner {
    pub(super) origin: String,
    pub(super) merchant_id: String,
}

impl ListOwner {
    /// That of a connection.
    pub fn of(connection: &Connection) -> Self {
        Self {
            origin: connection.base_url.origin().as_str().to_owned(),
            merchant_id: connection.merchant_id.as_str().to_owned(),
        }
    }
}
