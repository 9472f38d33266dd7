//! What a scanner brought, and which pass that is.

use std::fmt;

use zeroize::Zeroizing;

use super::{PassError, PassId, SettingError};

/// What a scanner brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// This text.
    Text(ScannedText),
    /// Keys or bytes that no pass may hold, such as control characters.
    Refused,
    /// It may have been a scanner or a person, and had no place either way.
    Unclear,
}

/// A scanned text; it may be a customer's card.
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedText(Zeroizing<String>);

/// What is taken off a scanned text, and how long the rest must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanRules {
    /// What the scanner puts in front.
    pub prefix: ScanMark,
    /// What it puts behind.
    pub suffix: ScanMark,
    /// How many characters a pass has; any number if 0.
    pub length: u16,
    /// Whether of a web address only the last part is the pass.
    pub strips_url: bool,
}

/// What a scanner puts before or behind what it reads: at most 16 characters without controls, spaces at its ends kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanMark(String);

/// Why a scan is no pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Control characters, or more than any pass holds.
    #[error("the scan holds what no pass may hold")]
    Refused,
    /// A scanner or a person.
    #[error("it is not clear whether it was a scan")]
    Unclear,
    /// Not as long as a pass is here.
    #[error("the scan has another length than a pass")]
    OtherLength,
    /// No pass at all.
    #[error(transparent)]
    Pass(#[from] PassError),
}

impl ScannedText {
    /// A text as it was scanned.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// As it was scanned.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ScannedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScannedText({} bytes)", self.0.len())
    }
}

impl ScanMark {
    /// The longest mark, in characters.
    pub const LONGEST: usize = 16;

    /// Reads a mark; nothing is one too.
    ///
    /// # Errors
    /// What is too long, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        if text.chars().any(char::is_control) {
            return Err(SettingError::UnexpectedCharacter);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(SettingError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is scanned.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ScanRules {
    /// The pass of a scan.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(&self, scan: &Scan) -> Result<PassId, ScanError> {
        let text = match scan {
            Scan::Text(text) => text.as_str(),
            Scan::Refused => return Err(ScanError::Refused),
            Scan::Unclear => return Err(ScanError::Unclear),
        };
        if text.contains(char::is_control) {
            return Err(ScanError::Refused);
        }
        let bare = text.strip_prefix(self.prefix.as_str()).unwrap_or(text);
        let bare = bare.strip_suffix(self.suffix.as_str()).unwrap_or(bare);
        let bare = if self.strips_url { last_part(bare) } else { bare };
        let pass = PassId::parse(bare)?;
        let has_length = self.length == 0 || pass.as_str().chars().count() == usize::from(self.length);
        if has_length { Ok(pass) } else { Err(ScanError::OtherLength) }
    }
}

/// The last part of a web address without what is asked of it; the text itself, if it is none.
fn last_part(text: &str) -> &str {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let Some(scheme) = scheme else { return text };
    let path = text[scheme.len()..].split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rules: &ScanRules, text: &str) -> Result<String, ScanError> {
        rules.read(&Scan::Text(ScannedText::new(text.to_owned()))).map(|pass| pass.as_str().to_owned())
    }

    fn mark(text: &str) -> ScanMark {
        ScanMark::parse(text).unwrap()
    }

    #[test]
    fn without_rules_a_scan_is_the_pass_it_says() {
        let rules = ScanRules::default();
        assert_eq!(read(&rules, "79167795322").as_deref(), Ok("79167795322"));
        assert_eq!(read(&rules, " https://swip.example/p/1 ").as_deref(), Ok("https://swip.example/p/1"));
        assert_eq!(read(&rules, ""), Err(ScanError::Pass(PassError::Empty)));
        assert_eq!(read(&rules, &"7".repeat(65)), Err(ScanError::Pass(PassError::TooLong)));
        for bad in ["12\u{1d}34", "12\n34", "\u{7}1", "1\u{85}"] {
            assert_eq!(read(&rules, bad), Err(ScanError::Refused), "{bad:?}");
        }
        assert_eq!(rules.read(&Scan::Refused), Err(ScanError::Refused));
        assert_eq!(rules.read(&Scan::Unclear), Err(ScanError::Unclear));
    }

    #[test]
    fn what_the_scanner_puts_around_it_goes_and_the_length_is_of_the_rest() {
        let rules = ScanRules { prefix: mark("~C"), suffix: mark("#"), length: 5, strips_url: false };
        for text in ["~C12345#", "12345", "~C12345"] {
            assert_eq!(read(&rules, text).as_deref(), Ok("12345"), "{text}");
        }
        assert_eq!(read(&rules, "~C1234#"), Err(ScanError::OtherLength));
        assert_eq!(read(&rules, "~C#"), Err(ScanError::Pass(PassError::Empty)));
    }

    #[test]
    fn of_an_address_the_last_part_counts_where_that_is_wished() {
        let rules = ScanRules { strips_url: true, ..ScanRules::default() };
        for (text, pass) in [
            ("https://swip.example/pass/SWIP-1", "SWIP-1"),
            ("HTTP://swip.example/pass/SWIP-1/?a=/b#c/d", "SWIP-1"),
            ("SWIP-1", "SWIP-1"),
            ("a/b", "a/b"),
        ] {
            assert_eq!(read(&rules, text).as_deref(), Ok(pass), "{text}");
        }
        assert_eq!(read(&rules, "https:///?x"), Err(ScanError::Pass(PassError::Empty)));
    }

    #[test]
    fn a_scan_stays_out_of_debug_output() {
        let scan = Scan::Text(ScannedText::new("4006381333931".to_owned()));
        assert_eq!(format!("{scan:?}"), "Text(ScannedText(13 bytes))");
    }

    #[test]
    fn a_mark_is_short_and_without_controls() {
        assert_eq!(mark("").as_str(), "");
        assert_eq!(ScanMark::parse(&"x".repeat(17)), Err(SettingError::TooLong));
        assert_eq!(ScanMark::parse("\t"), Err(SettingError::UnexpectedCharacter));
    }
}
