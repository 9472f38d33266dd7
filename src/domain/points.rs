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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_64_bit_integer_is_a_balance() {
        for value in [i64::MIN, -150, 0, 1, 11_806, i64::MAX] {
            assert_eq!(Points::new(value).value(), value);
        }
        assert!(Points::new(-1) < Points::new(0));
    }
}
