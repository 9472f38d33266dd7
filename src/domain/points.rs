//! A balance of loyalty points.

/// A balance as SWiP gave it: any 64-bit integer, a negative one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(i64);

impl Points {
    /// A balance of `value` points.
    pub fn new(value: i64) -> Self {
        Self(value)
    }

    /// The number of points.
    pub fn value(self) -> i64 {
        self.0
    }
}
