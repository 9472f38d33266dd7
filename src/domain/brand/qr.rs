//! A link as the squares of a QR code.

use qrcodegen::{QrCode as Encoded, QrCodeEcc};

use super::BrandLink;

/// A square of dark and light modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    side: usize,
    dark: Vec<bool>,
}

impl QrCode {
    /// The code of a link; none if the link is too long for one, which no valid link is.
    pub fn of(link: &BrandLink) -> Option<Self> {
        let encoded = Encoded::encode_text(link.as_str(), QrCodeEcc::Medium).ok()?;
        let dark = (0..encoded.size()).flat_map(|y| (0..encoded.size()).map(move |x| (x, y)));
        let dark = dark.map(|(x, y)| encoded.get_module(x, y)).collect();
        Some(Self { side: usize::try_from(encoded.size()).ok()?, dark })
    }

    /// How many modules a side has, without the quiet zone.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The modules row by row; true is dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_link_has_a_code_with_three_corners() {
        let link = BrandLink::parse(&format!("https://example.com/{}", "x".repeat(280))).unwrap();
        let code = QrCode::of(&link).unwrap();
        let rows: Vec<_> = code.rows().collect();
        assert_eq!((rows.len(), rows[0].len()), (code.side(), code.side()));
        assert!(code.side() <= 85, "{}", code.side());
        let corner = [true, true, true, true, true, true, true, false];
        assert_eq!(rows[0][..8], corner);
        assert!(rows[0].iter().rev().zip(corner).all(|(is_dark, expected)| *is_dark == expected));
        assert_eq!(rows[code.side() - 1][..8], corner);
    }
}
