//! The embedded typeface: Inter in two weights, and no other.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

use super::Weight;

const REGULAR: &str = "inter";
const SEMI_BOLD: &str = "inter-semibold";

/// The family egui knows a weight by.
pub(super) fn family(weight: Weight) -> FontFamily {
    match weight {
        Weight::Regular => FontFamily::Proportional,
        Weight::SemiBold => FontFamily::Name(SEMI_BOLD.into()),
    }
}

/// Only our own faces, so that every machine shows the same letters.
pub(super) fn definitions() -> FontDefinitions {
    let regular: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
    let semi_bold: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
    let mut fonts = FontDefinitions::empty();
    fonts.font_data.insert(REGULAR.to_owned(), Arc::new(FontData::from_static(regular)));
    fonts.font_data.insert(SEMI_BOLD.to_owned(), Arc::new(FontData::from_static(semi_bold)));
    fonts.families.insert(FontFamily::Proportional, vec![REGULAR.to_owned()]);
    // egui wants a monospace family to exist even though nothing here uses one.
    fonts.families.insert(FontFamily::Monospace, vec![REGULAR.to_owned()]);
    fonts.families.insert(family(Weight::SemiBold), vec![SEMI_BOLD.to_owned()]);
    fonts
}
