//! The people whom a fresh sandbox knows.

/// A customer whom every fresh sandbox knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Eleven digits starting with 7.
    pub phone: &'static str,
    /// The text of the pass, for customers who have one.
    pub pass: Option<&'static str>,
    /// The balance.
    pub points: i64,
}

/// The customer of SWiP's own example.
pub const REGULAR: Seed = Seed { phone: "79167795322", pass: Some("4006381333931"), points: 11_806 };

/// One point: the singular of every language.
pub const ONE_POINT: Seed = Seed { phone: "79990000001", pass: Some("SWIP-0001"), points: 1 };

/// A member who has nothing yet, which is not the same as an unknown customer.
pub const ZERO: Seed = Seed { phone: "79990000002", pass: Some("SWIP-0002"), points: 0 };

/// A balance below zero, as after a returned purchase.
pub const NEGATIVE: Seed = Seed { phone: "79990000003", pass: Some("SWIP-0003"), points: -150 };

/// A balance beyond 32 bits, on a pass that only survives correct percent-encoding.
pub const LARGE: Seed = Seed { phone: "79990000004", pass: Some("Карта 7+1/4&5%"), points: 9_876_543_210 };

/// A member who can be found by phone only.
pub const WITHOUT_PASS: Seed = Seed { phone: "79990000005", pass: None, points: 320 };

/// Everyone above.
pub const ALL: [Seed; 6] = [REGULAR, ONE_POINT, ZERO, NEGATIVE, LARGE, WITHOUT_PASS];

/// A phone on the merchant's blacklist: signup and stats both answer 400.
pub const BLACKLISTED_PHONE: &str = "79990000666";

/// A well-formed phone that no network can assign, so nobody is ever found under it.
pub const NOT_ASSIGNED: &str = "70000000000";
