//! What a shop looks like at its kiosk: name, colour, pictures, a headline in each language, and a link.

mod field;
mod qr;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::language::LanguageTag;

pub use field::{BrandField, BrandFields};
pub use qr::QrCode;

/// What a shop has said about its looks; whatever is not given stays the program's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// The shop's name.
    pub name: Option<BrandWords>,
    /// Its colour, as given: a theme makes it readable.
    pub accent: Option<Rgb>,
    /// The headline of the attract screen, by language.
    pub headlines: BTreeMap<LanguageTag, BrandWords>,
    /// What the code on the result screen leads to.
    pub link: Option<BrandLink>,
    /// The file of the logo.
    pub logo: Option<PictureName>,
    /// The files of the pictures that take turns on the attract screen.
    pub pictures: Vec<PictureName>,
    /// How long each of them stays.
    pub turn: PictureTurn,
}

/// One line of words: no controls and nothing that turns the direction of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandWords(String);

/// A colour without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

/// An https address of at most 300 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandLink(String);

/// The name of a PNG or JPEG file in the brand folder; no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureName(String);

/// How long a picture stays on the attract screen: whole minutes, 1 to 60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureTurn(u8);

/// A decoded picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Red, green, blue and opacity of each pixel, row by row, not multiplied.
    pub rgba: Arc<[u8]>,
}

/// Why a picture is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// There is no such file, or it cannot be read.
    #[error("the picture is missing")]
    Missing,
    /// Too many bytes or pixels.
    #[error("the picture is too large")]
    TooLarge,
    /// No PNG or JPEG, or a damaged one.
    #[error("the picture is damaged, or neither PNG nor JPEG")]
    Broken,
}

/// One thing that was wrong with the brand folder; the rest stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrandNote {
    /// `brand.json` cannot be read, or is no object of JSON.
    Unreadable,
    /// A key is there twice: its name, at most 40 characters of ASCII, and the line of the second one. Nothing of the file is used.
    GivenTwice(String, usize),
    /// The value of a field is not one.
    BadValue(BrandField),
    /// A field that the program does not know. Its name, at most 40 characters of ASCII.
    UnknownField(String),
    /// A picture is not shown.
    Picture(PictureName, PictureFault),
    /// The accent was not readable; a darker one stands in for it.
    AccentCorrected {
        /// The one in the file.
        given: Rgb,
        /// The one on the screen.
        used: Rgb,
    },
}

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureUse {
    /// The logo.
    Logo,
    /// The attract screen.
    Attract,
}

/// What is known of the brand now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandFacts {
    /// The brand, without what cannot be shown.
    pub brand: Brand,
    /// What was wrong with it.
    pub notes: Vec<BrandNote>,
    /// The code of its link.
    pub code: Option<QrCode>,
    /// How often the attract screen has changed: what never moves burns into a screen.
    pub turn: usize,
}

/// The longest name and headline, in characters.
const LONGEST_NAME: usize = 40;
const LONGEST_HEADLINE: usize = 80;
/// A code for more would have modules too fine for a phone's camera.
const LONGEST_LINK_BYTES: usize = 300;
const LONGEST_FILE_NAME: usize = 100;

impl Brand {
    /// The headline in a language, if the shop has one in it.
    pub fn headline(&self, language: &LanguageTag) -> Option<&str> {
        self.headlines.get(language).map(BrandWords::as_str)
    }

    /// Which picture is on the attract screen in a turn that is counted up for ever.
    pub fn picture_in(&self, turn: usize) -> Option<&PictureName> {
        self.pictures.get(turn.checked_rem(self.pictures.len())?)
    }
}

impl BrandFacts {
    /// What is known once the folder was read.
    pub fn new(brand: Brand, notes: Vec<BrandNote>) -> Self {
        let code = brand.link.as_ref().and_then(QrCode::of);
        Self { brand, notes, code, turn: 0 }
    }

    /// The picture that a place shows now.
    pub fn wanted(&self, usage: PictureUse) -> Option<&PictureName> {
        match usage {
            PictureUse::Logo => self.brand.logo.as_ref(),
            PictureUse::Attract => self.brand.picture_in(self.turn),
        }
    }

    /// Leaves a picture out that cannot be shown, and notes why.
    pub fn drop_picture(&mut self, usage: PictureUse, name: &PictureName, fault: PictureFault) {
        match usage {
            PictureUse::Logo => self.brand.logo = None,
            PictureUse::Attract => self.brand.pictures.retain(|picture| picture != name),
        }
        self.notes.push(BrandNote::Picture(name.clone(), fault));
    }
}

impl BrandWords {
    /// A name.
    pub fn name(text: &str) -> Option<Self> {
        Self::parse(text, LONGEST_NAME)
    }

    /// A headline.
    pub fn headline(text: &str) -> Option<Self> {
        Self::parse(text, LONGEST_HEADLINE)
    }

    fn parse(text: &str, longest: usize) -> Option<Self> {
        let text = text.trim();
        let is_whole = !text.is_empty() && text.chars().count() <= longest && !text.chars().any(is_hidden);
        is_whole.then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character shows nothing, or turns what follows around.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

impl Rgb {
    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

impl BrandLink {
    /// Reads an address.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        let text = url.as_str();
        (is_plain && url.has_host() && text.len() <= LONGEST_LINK_BYTES).then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PictureName {
    /// Reads a file's name.
    pub fn parse(text: &str) -> Option<Self> {
        let (stem, kind) = text.rsplit_once('.')?;
        let is_picture = ["png", "jpg", "jpeg"].iter().any(|known| kind.eq_ignore_ascii_case(known));
        let is_plain = !stem.is_empty() && !text.starts_with('.') && text.chars().count() <= LONGEST_FILE_NAME;
        let leads_elsewhere = text.contains(['/', '\\', ':']) || text.chars().any(is_hidden);
        (is_picture && is_plain && !leads_elsewhere).then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PictureTurn {
    /// A number of minutes, if a picture may stay so long.
    pub fn minutes(minutes: u64) -> Option<Self> {
        u8::try_from(minutes).ok().filter(|minutes| (1..=60).contains(minutes)).map(Self)
    }

    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_mins(self.0.into())
    }
}

impl Default for PictureTurn {
    fn default() -> Self {
        Self(5)
    }
}

/// Pixels are no use in a log.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("size", &self.size).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_hash_and_six_digits() {
        let colour = Rgb::parse(" #0f5C4c ").unwrap();
        assert_eq!((colour.red, colour.green, colour.blue), (0x0F, 0x5C, 0x4C));
        assert_eq!(colour.to_string(), "#0F5C4C");
        for text in ["", "#", "0F5C4C", "#0F5C4", "#0F5C4CFF", "#+F5C4C", "#ГГГГГГ", "red"] {
            assert_eq!(Rgb::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn words_are_one_short_line_without_tricks() {
        assert_eq!(BrandWords::name("  Кофейня «У моста» ").unwrap().as_str(), "Кофейня «У моста»");
        for text in ["", "  ", "a\nb", "a\u{202E}b", "a\u{200B}b", "a\u{FEFF}", &"x".repeat(41)] {
            assert_eq!(BrandWords::name(text), None, "{text:?}");
        }
        assert!(BrandWords::headline(&"ж".repeat(80)).is_some() && BrandWords::headline(&"ж".repeat(81)).is_none());
    }

    #[test]
    fn a_link_is_https_without_a_password() {
        assert_eq!(BrandLink::parse("https://example.com/карта?a=1").unwrap().as_str().find(' '), None);
        let long = format!("https://example.com/{}", "x".repeat(300));
        for text in ["", "http://example.com", "javascript:alert(1)", "https://a:b@example.com", "example.com", &long] {
            assert_eq!(BrandLink::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_picture_is_a_file_in_the_folder_and_nowhere_else() {
        for text in ["logo.png", "Витрина 2.JPG", "a.b.jpeg"] {
            assert_eq!(PictureName::parse(text).unwrap().as_str(), text);
        }
        let elsewhere = ["../a.png", "a/b.png", "a\\b.png", "C:a.png", "/a.png", ".png", "..png", "a.svg", "png", ""];
        for text in elsewhere.into_iter().chain([format!("{}.png", "x".repeat(100)).as_str(), "a\0.png"]) {
            assert_eq!(PictureName::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn pictures_take_turns_for_ever() {
        let names = ["a.png", "b.png"].map(|name| PictureName::parse(name).unwrap());
        let brand = Brand { pictures: names.to_vec(), ..Brand::default() };
        let shown: Vec<_> = [0, 1, 2, usize::MAX].map(|turn| brand.picture_in(turn).unwrap().as_str()).to_vec();
        assert_eq!(shown, ["a.png", "b.png", "a.png", "b.png"]);
        assert_eq!(Brand::default().picture_in(7), None);
        assert_eq!([0, 1, 60, 61].map(|minutes| PictureTurn::minutes(minutes).is_some()), [false, true, true, false]);
    }
}
