//! How large the panels are that are connected, as they say themselves (EDID).

use std::fs;
use std::path::Path;

use crate::domain::settings::{Panel, PanelInches};

/// Where Linux shows its connectors.
const CONNECTORS: &str = "/sys/class/drm";
const HEADER: [u8; 8] = [0, 255, 255, 255, 255, 255, 255, 0];
/// In tenths of a millimetre.
const TENTHS_IN_INCH: u32 = 254;
/// A panel of 14.9 inches is one of 15; one of 15.6 is so as well.
const ALMOST: u32 = 50;

/// The panels whose size is known; none but on Linux.
pub fn connected() -> Vec<Panel> {
    in_folder(Path::new(CONNECTORS))
}

fn in_folder(connectors: &Path) -> Vec<Panel> {
    let entries = fs::read_dir(connectors).into_iter().flatten().flatten();
    let panels = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        // As in `card0-HDMI-A-1`.
        let (_, connector) = name.split_once('-')?;
        let inches = inches(&fs::read(entry.path().join("edid")).ok()?)?;
        Some(Panel { name: connector.to_owned(), inches })
    });
    let mut panels: Vec<_> = panels.collect();
    panels.sort_by(|one, other| one.name.cmp(&other.name));
    panels
}

/// The diagonal that a panel tells of itself, rounded down. Projectors, and panels that tell a mere shape, have none.
fn inches(edid: &[u8]) -> Option<PanelInches> {
    if edid.get(..8)? != HEADER {
        return None;
    }
    // The first timing is the panel's own; it has millimetres. The rest has centimetres.
    let timing = edid.get(54..72)?;
    let [low_width, low_height, high] = [*timing.get(12)?, *timing.get(13)?, *timing.get(14)?].map(u32::from);
    let fine = (low_width | (high >> 4) << 8, low_height | (high & 15) << 8);
    let coarse = (u32::from(*edid.get(21)?), u32::from(*edid.get(22)?));
    let is_timing = timing.get(..2)? != [0, 0];
    let has_size = |(width, height): (u32, u32)| width >= 50 && height >= 50;
    let size = Some(fine).filter(|size| is_timing && has_size(*size) && !is_mere_shape(*size));
    let (width, height) = size.or(Some((coarse.0 * 10, coarse.1 * 10)).filter(|size| has_size(*size)))?;
    let diagonal = ((width * width + height * height).isqrt() * 10 + ALMOST) / TENTHS_IN_INCH;
    PanelInches::new(u16::try_from(diagonal).ok()?)
}

/// 16:9 and its like in tenths of that, which some panels give for a size.
fn is_mere_shape((width, height): (u32, u32)) -> bool {
    [(160, 90), (160, 100), (16, 9), (16, 10)].contains(&(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a panel of this size says, in millimetres and in centimetres.
    fn edid((width, height): (u32, u32), (width_cm, height_cm): (u8, u8)) -> Vec<u8> {
        let mut edid = vec![0; 128];
        edid[..8].copy_from_slice(&HEADER);
        (edid[21], edid[22]) = (width_cm, height_cm);
        (edid[54], edid[55]) = (2, 58);
        edid[66] = u8::try_from(width & 255).unwrap();
        edid[67] = u8::try_from(height & 255).unwrap();
        edid[68] = u8::try_from((width >> 8) << 4 | height >> 8).unwrap();
        edid
    }

    #[test]
    fn a_panel_says_how_large_it_is() {
        for (in_mm, in_cm, expected) in [
            ((476, 268), (48, 27), Some(21)),
            ((304, 228), (30, 23), Some(15)),
            ((344, 194), (34, 19), Some(15)),
            ((0, 0), (31, 23), Some(15)),
            // A shape only, beside a size and without one.
            ((160, 90), (71, 40), Some(32)),
            ((160, 90), (0, 0), None),
            ((0, 0), (0, 0), None),
        ] {
            let told = inches(&edid(in_mm, in_cm)).map(PanelInches::get);
            assert_eq!(told, expected, "{in_mm:?} {in_cm:?}");
        }
    }

    #[test]
    fn what_is_no_word_of_a_panel_says_nothing() {
        assert_eq!(inches(&[]), None);
        assert_eq!(inches(&edid((476, 268), (48, 27))[..60]), None);
        assert_eq!(inches(&[7; 128]), None);
    }

    #[test]
    fn connectors_without_a_panel_are_none() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("card0-HDMI-A-1", edid((476, 268), (48, 27))), ("card0-DP-1", Vec::new())] {
            let place = folder.path().join(name);
            fs::create_dir(&place).unwrap();
            fs::write(place.join("edid"), bytes).unwrap();
        }
        fs::create_dir(folder.path().join("card0")).unwrap();
        let panels = in_folder(folder.path());
        assert_eq!(panels, [Panel { name: "HDMI-A-1".to_owned(), inches: PanelInches::new(21).unwrap() }]);
        assert!(in_folder(&folder.path().join("none")).is_empty());
    }
}
