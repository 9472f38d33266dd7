//! The guides that the program has with it.

/// Whom a guide is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guide {
    /// Who works at the counter.
    Cashier,
    /// Who sets stations up.
    Technician,
    /// In whose shop a kiosk stands.
    Kiosk,
}

impl Guide {
    /// Every guide, in the order of the help screen.
    pub const ALL: [Self; 3] = [Self::Cashier, Self::Technician, Self::Kiosk];
}
