//! A name as somebody may type it.

use swip_kiosk::domain::PersonName;
use swip_kiosk::domain::name::{LONGEST_BYTES, LONGEST_GRAPHEMES};
use unicode_normalization::is_nfc;
use unicode_segmentation::UnicodeSegmentation;

/// Every accepted name is NFC, within the limits, without controls, and stays as it is.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(Some(name)) = PersonName::parse(text) else { return };
    let written = name.as_str();
    assert!(is_nfc(written));
    assert!(!written.is_empty() && written.len() <= LONGEST_BYTES);
    assert!(written.graphemes(true).count() <= LONGEST_GRAPHEMES);
    assert!(written.trim() == written, "white space around it");
    assert!(!written.chars().any(|c| c.is_control() || c.is_numeric()));
    assert!(PersonName::parse(written) == Ok(Some(name.clone())), "it reads as another one");
    assert_eq!(format!("{name:?}"), "PersonName(•••)");
}
