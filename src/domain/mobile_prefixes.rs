//! Mobile prefixes that a station accepts besides those the program knows.

use super::SettingError;

/// Which first three digits after the country code are mobile numbers: a bit for each, so that rules stay small to hand on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MobilePrefixes([u64; WORDS]);

const COUNT: usize = 1_000;
const WORDS: usize = COUNT.div_ceil(64);

impl MobilePrefixes {
    /// None.
    pub const NONE: Self = Self([0; WORDS]);
    /// Every one: for a number that was accepted before.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// Reads prefixes of three digits, with commas or spaces, each with or without `+7`.
    ///
    /// # Errors
    /// What is no such list.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let mut found = Self::NONE;
        for part in text.split([',', ';', ' ', '\u{A0}']) {
            let digits = part.strip_prefix("+7").unwrap_or(part);
            if digits.is_empty() {
                continue;
            }
            let prefix = index(digits).filter(|_| digits.len() == 3).ok_or(SettingError::NotAPrefix)?;
            found.0[prefix / 64] |= 1 << (prefix % 64);
        }
        Ok(found)
    }

    /// Whether the digits after the country code begin with one of them.
    pub fn accept(self, national: &str) -> bool {
        national.get(..3).and_then(index).is_some_and(|prefix| self.has(prefix))
    }

    /// The prefixes in ascending order: `001, 709`.
    pub fn as_text(self) -> String {
        let prefixes = (0..COUNT).filter(|prefix| self.has(*prefix)).map(|prefix| format!("{prefix:03}"));
        prefixes.collect::<Vec<_>>().join(", ")
    }

    fn has(self, prefix: usize) -> bool {
        self.0[prefix / 64] >> (prefix % 64) & 1 == 1
    }
}

/// Below [`COUNT`].
fn index(digits: &str) -> Option<usize> {
    digits.parse().ok().filter(|prefix| *prefix < COUNT && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_three_digits_in_any_order_and_shown_in_theirs() {
        for (text, shown) in [
            ("", ""),
            (" , ", ""),
            ("709", "709"),
            ("709, 001,600 999", "001, 600, 709, 999"),
            ("+7709; +7 001", "001, 709"),
            ("000,000", "000"),
        ] {
            let prefixes = MobilePrefixes::parse(text).unwrap();
            assert_eq!(prefixes.as_text(), shown, "{text}");
            assert_eq!(MobilePrefixes::parse(shown), Ok(prefixes));
        }
        for text in ["7", "70", "7090", "70x", "-70", "+70", "٧٠٩", "+7 70", "709.", "1e2"] {
            assert_eq!(MobilePrefixes::parse(text), Err(SettingError::NotAPrefix), "{text}");
        }
        assert_eq!(MobilePrefixes::parse(&MobilePrefixes::ALL.as_text()).unwrap().as_text().len(), 1_000 * 5 - 2);
    }

    #[test]
    fn a_prefix_accepts_what_begins_with_it() {
        let prefixes = MobilePrefixes::parse("001, 709").unwrap();
        assert!(prefixes.accept("0011234567") && prefixes.accept("7091234567"));
        assert!(!prefixes.accept("0101234567") && !prefixes.accept("7901234567") && !prefixes.accept("70"));
        assert!((0..1_000).all(|prefix| MobilePrefixes::ALL.accept(&format!("{prefix:03}1234567"))));
    }
}
