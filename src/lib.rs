//! Loyalty signup and points for shops.

pub mod domain;
pub mod effect;
pub mod services;
