//! What a manager asks of the consents that customers gave, and what is told.

use std::path::PathBuf;

use jiff::civil::DateTime;

use super::{How, Purpose};
use crate::domain::{FileForm, Phone};

/// What a manager wants with the consents that customers gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentQuestion {
    /// Those of one customer.
    Find(Phone),
    /// Destroy them, and every signup of the phone that SWiP has not taken.
    Forget(Phone),
    /// Put all of them into a file.
    Export(FileForm),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentAnswer {
    /// Those of one customer, oldest first.
    Found(Vec<KeptConsent>),
    /// What was destroyed.
    Forgotten {
        /// Signups that SWiP had not taken.
        signups: usize,
        /// Consents.
        consents: usize,
    },
    /// The file is there.
    Exported {
        /// Where.
        path: PathBuf,
        /// How many consents are in it.
        consents: usize,
    },
}

/// One consent that a customer gave, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptConsent {
    /// What for; none of a row that somebody edited.
    pub purpose: Option<Purpose>,
    /// Who says so; none of a row that somebody edited.
    pub how: Option<How>,
    /// Of the merchant's text.
    pub version: String,
    /// A tag.
    pub language: String,
    /// When it was given, in local time; by SWiP's clock, where that contradicted the station's.
    pub taken: DateTime,
    /// `X-Store-ID`
    pub store_id: String,
    /// `X-Cash-ID`
    pub cash_id: String,
    /// It, or the text it names, is not what the program wrote: it proves nothing.
    pub is_altered: bool,
}
