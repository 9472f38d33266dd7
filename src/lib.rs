//! Loyalty signup and points for shops.
