//! A brand folder as shops, accidents and malice leave it.

use std::fs;
use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};
use tempfile::TempDir;

use super::*;

const ROOM: Room = Room { size: [1920, 1080], longest: 4096 };

struct Shop {
    home: TempDir,
    brand: BrandFolder,
}

impl Shop {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("brand")).unwrap();
        let brand = BrandFolder::in_dir(home.path());
        Self { home, brand }
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.home.path().join("brand").join(name), bytes).unwrap();
    }

    fn picture(&self, name: &str) -> Result<[u32; 2], PictureFault> {
        let picture = self.brand.picture(&PictureName::parse(name).unwrap(), ROOM)?;
        let [width, height] = picture.size;
        assert_eq!(picture.rgba.len() as u64, u64::from(width) * u64::from(height) * 4);
        Ok(picture.size)
    }
}

fn byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

fn encoded(size: [u32; 2], format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(size[0], size[1], |x, y| Rgb([byte(x), byte(y), 90]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_station_without_a_folder_has_no_brand_and_no_note() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(BrandFolder::in_dir(home.path()).read(), (Brand::default(), Vec::new()));
}

#[test]
fn a_whole_file_is_a_brand() {
    let shop = Shop::new();
    shop.put(
        "brand.json",
        r##"{"name": "У моста", "accent": "#7A2E8E", "logo": "logo.png", "pictures": ["a.jpg", "b.png"],
            "picture_minutes": 10, "headline": {"ru": "Кофе в подарок", "en": "Coffee on us"},
            "link": "https://example.com/card"}"##,
    );
    let (brand, notes) = shop.brand.read();
    assert_eq!(notes, []);
    assert_eq!(brand.name.as_ref().unwrap().as_str(), "У моста");
    assert_eq!(brand.accent.unwrap().to_string(), "#7A2E8E");
    assert_eq!(brand.headline(&crate::domain::LanguageTag::parse("en").unwrap()), Some("Coffee on us"));
    assert_eq!((brand.pictures.len(), brand.turn.duration().as_secs()), (2, 600));
    assert_eq!(brand.link.unwrap().as_str(), "https://example.com/card");
}

#[test]
fn wrong_values_of_every_type_are_noted_and_left_out() {
    let shop = Shop::new();
    for wrong in ["null", "7", "[]", "{}", "true", "\"\"", "[[]]", "{\"ru\": 7}", "[7]", "-1", "1e300"] {
        let fields = ["name", "accent", "headline", "link", "logo", "pictures", "picture_minutes"];
        for field in fields {
            shop.put("brand.json", format!("{{\"{field}\": {wrong}, \"colour\": 1}}"));
            let (brand, notes) = shop.brand.read();
            let is_empty_list = (field == "pictures" && wrong == "[]") || (field == "headline" && wrong == "{}");
            let is_minutes = field == "picture_minutes" && wrong == "7";
            assert!(notes.contains(&BrandNote::UnknownField("colour".to_owned())));
            assert_eq!(notes.len(), if is_empty_list || is_minutes { 1 } else { 2 }, "{field} {wrong}: {notes:?}");
            assert!(is_minutes || brand == Brand::default(), "{field} {wrong}: {brand:?}");
        }
    }
}

#[test]
fn a_file_that_is_no_object_of_json_is_noted() {
    let shop = Shop::new();
    let deep = "[".repeat(60_000);
    let long = format!("{{\"name\": \"{}\"}}", "x".repeat(64 * 1024));
    for text in ["", "{", "[]", "\u{0}", &deep, &long] {
        shop.put("brand.json", text);
        assert_eq!(shop.brand.read(), (Brand::default(), vec![BrandNote::Unreadable]));
    }
}

#[test]
fn a_key_that_is_given_twice_is_named_with_its_line() {
    let shop = Shop::new();
    for (text, key, line) in [
        ("{\"name\": \"A\",\n\"name\": \"B\"}", "name", 2),
        ("{\"headline\": {\"ru\": \"A\",\n\n\"ru\": \"B\"}}", "ru", 3),
        ("\u{feff}{\"x\u{436}\": 1, \"x\u{436}\": 1}", "x", 1),
    ] {
        shop.put("brand.json", text);
        assert_eq!(shop.brand.read(), (Brand::default(), vec![BrandNote::GivenTwice(key.to_owned(), line)]));
    }
}

#[test]
fn pictures_are_made_as_large_as_the_screen_and_no_larger() {
    let shop = Shop::new();
    shop.put("small.png", encoded([200, 100], ImageFormat::Png));
    shop.put("large.jpg", encoded([2400, 1800], ImageFormat::Jpeg));
    shop.put("thin.png", encoded([12_000, 2], ImageFormat::Png));
    // The content decides, not the name.
    shop.put("misnamed.png", encoded([30, 20], ImageFormat::Jpeg));
    assert_eq!(shop.picture("small.png"), Ok([200, 100]));
    assert_eq!(shop.picture("large.jpg"), Ok([1920, 1440]));
    assert_eq!(shop.picture("thin.png"), Ok([4096, 1]));
    assert_eq!(shop.picture("misnamed.png"), Ok([30, 20]));
}

/// A PNG that claims a size and has next to no content.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.write_image(&[0; 3], 1, 1, ExtendedColorType::Rgb8).unwrap();
    // Width and height stand behind signature, length and name of the first chunk, its checksum behind them.
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn a_picture_that_is_too_large_is_refused_before_it_takes_memory() {
    let shop = Shop::new();
    for (name, size) in [("a.png", (65_000, 65_000)), ("b.png", (12_001, 1)), ("c.png", (11_000, 11_000))] {
        shop.put(name, bomb(size.0, size.1));
        assert_eq!(shop.picture(name), Err(PictureFault::TooLarge), "{name}");
    }
    shop.put("d.jpg", vec![0; 24 * 1024 * 1024 + 1]);
    assert_eq!(shop.picture("d.jpg"), Err(PictureFault::TooLarge));
}

#[test]
fn a_broken_picture_is_a_fault_and_nothing_else() {
    let shop = Shop::new();
    assert_eq!(shop.picture("none.png"), Err(PictureFault::Missing));
    fs::create_dir(shop.home.path().join("brand/folder.png")).unwrap();
    assert_eq!(shop.picture("folder.png"), Err(PictureFault::Missing));
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
    let gif =
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02".to_vec();
    for (name, bytes) in [("a.png", Vec::new()), ("b.png", svg), ("c.png", gif), ("d.png", bomb(500, 500))] {
        shop.put(name, bytes);
        assert_eq!(shop.picture(name), Err(PictureFault::Broken), "{name}");
    }
}

/// Numbers that are the same in every run.
fn dice(seed: u64) -> impl FnMut() -> u32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap()
    }
}

#[test]
fn three_thousand_damaged_pictures_end_as_a_picture_or_a_fault() {
    let shop = Shop::new();
    let mut roll = dice(7);
    let (mut shown, mut refused) = (0, 0);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = encoded([40, 30], format);
        for _ in 0..1500 {
            let mut bytes = whole.clone();
            for _ in 0..=roll() % 4 {
                let at = roll() as usize % bytes.len();
                bytes[at] = byte(roll());
            }
            bytes.truncate(bytes.len() - roll() as usize % 20);
            shop.put("x.png", &bytes);
            match shop.picture("x.png") {
                Ok(_) => shown += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(shown > 100 && refused > 100, "{shown} {refused}");
}
