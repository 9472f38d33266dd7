//! How a customer is asked for: by phone or by pass.

use super::{PassId, Phone, Points, phone};

/// Whom a lookup is about; SWiP takes exactly one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerQuery {
    /// By phone.
    Phone(Phone),
    /// By the id of a loyalty pass.
    Pass(PassId),
}

impl CustomerQuery {
    /// The phone or pass with all but its last two characters hidden.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(phone) => phone.masked(),
            Self::Pass(pass) => pass.masked(),
        }
    }
}

/// What SWiP knows about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A member with this balance.
    Member(Points),
    /// A definite "not found".
    Unknown,
}

/// How a signup that SWiP took ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// 204. SWiP does not say whether the account is new.
    Registered,
    /// SWiP said that the account was there before.
    AlreadyMember,
}

/// What the text in the counter's customer box is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Nothing yet.
    Empty,
    /// Digits and phone punctuation that can still be a phone.
    Phone,
    /// Anything with a letter, led by `#`, or of more digits than a phone has.
    Pass,
}

impl EntryKind {
    /// Sorts a typed text.
    pub fn of(text: &str) -> Self {
        if text.trim().is_empty() {
            Self::Empty
        } else if phone::can_be_phone(text) {
            Self::Phone
        } else {
            Self::Pass
        }
    }
}

/// The pass id within a typed text: a leading `#` only marks it as a pass.
pub fn pass_text(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed.strip_prefix('#').unwrap_or(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_still_be_a_phone_is_one_and_the_rest_is_a_pass() {
        let cases = [
            ("", EntryKind::Empty),
            (" \t\u{A0}", EntryKind::Empty),
            ("8 916 779-53-22", EntryKind::Phone),
            ("+7", EntryKind::Phone),
            ("٨٩١٦", EntryKind::Phone),
            ("+998 90 123-45-67", EntryKind::Phone),
            ("79167795322", EntryKind::Phone),
            ("791677953221", EntryKind::Pass),
            ("4006381333931", EntryKind::Pass),
            ("٤٠٠٦٣٨١٣٣٣٩٣١", EntryKind::Pass),
            ("4006 3813-33931", EntryKind::Pass),
            ("#4006381333931", EntryKind::Pass),
            ("SWIP-0001", EntryKind::Pass),
            ("12Я", EntryKind::Pass),
            ("#", EntryKind::Pass),
            ("12*34", EntryKind::Pass),
        ];
        for (text, kind) in cases {
            assert_eq!(EntryKind::of(text), kind, "{text:?}");
        }
    }

    #[test]
    fn one_leading_hash_marks_a_pass_and_is_no_part_of_it() {
        assert_eq!(pass_text(" #4006381333931 "), "4006381333931");
        assert_eq!(pass_text("##1"), "#1");
        assert_eq!(pass_text("A#1"), "A#1");
        assert_eq!(pass_text("#"), "");
    }

    #[test]
    fn a_query_is_masked_in_words_and_in_debug_output() {
        let phone = CustomerQuery::Phone(Phone::unassignable());
        let pass = CustomerQuery::Pass(PassId::parse("4006381333931").unwrap());
        assert_eq!(phone.masked(), "+7 ••• •••-••-00");
        assert_eq!(pass.masked(), "•••31");
        assert_eq!(format!("{phone:?} {pass:?}"), "Phone(Phone(+7 ••• •••-••-00)) Pass(PassId(•••31))");
    }
}
