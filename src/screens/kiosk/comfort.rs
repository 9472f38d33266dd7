//! What one customer needs to read and to reach.

/// What a customer needs to read and to reach; ends with the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comfort {
    /// Larger text.
    pub is_large: bool,
    /// Black on white with strong lines.
    pub is_high_contrast: bool,
    /// Everything in the lower half.
    pub is_low: bool,
}

/// One of these needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Larger text.
    Large,
    /// Black on white with strong lines.
    HighContrast,
    /// Everything in the lower half.
    Low,
}

impl Comfort {
    pub(super) fn switch(&mut self, need: Need) {
        match need {
            Need::Large => self.is_large ^= true,
            Need::HighContrast => self.is_high_contrast ^= true,
            Need::Low => self.is_low ^= true,
        }
    }
}
