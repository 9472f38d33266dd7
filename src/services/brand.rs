//! The brand folder: `brand/brand.json` and its pictures in the data directory. Nothing in it can do harm.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde_json::Value;

use super::byte_order::without_mark;
use super::json::{RepeatedKey, repeated_key};
use super::plain_file;
use crate::domain::brand::{BrandField, BrandFields};
use crate::domain::{Brand, BrandNote, Picture, PictureFault, PictureName};

/// The brand folder of one station.
#[derive(Clone, Debug)]
pub struct BrandFolder {
    folder: PathBuf,
}

/// The room for a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The picture need not be larger than to cover this.
    pub size: [u32; 2],
    /// No side may be longer, whatever its shape.
    pub longest: u32,
}

const LONGEST_JSON: u64 = 64 * 1024;
/// A photograph of a good camera.
const LONGEST_PICTURE: u64 = 24 * 1024 * 1024;
const MOST_PIXELS: u64 = 25_000_000;
const LONGEST_SIDE: u32 = 12_000;
/// What decoding may take besides the picture itself.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

impl BrandFolder {
    /// The brand folder in a data directory.
    pub fn in_dir(data: &Path) -> Self {
        Self { folder: data.join("brand") }
    }

    /// Reads `brand.json`. A station without one has no brand, which is no fault.
    pub fn read(&self) -> (Brand, Vec<BrandNote>) {
        let file = self.folder.join("brand.json");
        if !file.exists() {
            return (Brand::default(), Vec::new());
        }
        let Ok(bytes) = limited(&file, LONGEST_JSON) else {
            return (Brand::default(), vec![BrandNote::Unreadable]);
        };
        let bytes = without_mark(&bytes);
        if let Some(RepeatedKey { key, line }) = repeated_key(&bytes) {
            let mut fields = BrandFields::default();
            fields.given_twice(&key, line);
            return fields.finish();
        }
        let Some(Value::Object(object)) = serde_json::from_slice(&bytes).ok() else {
            return (Brand::default(), vec![BrandNote::Unreadable]);
        };
        let mut fields = BrandFields::default();
        for (name, value) in &object {
            match BrandField::of_name(name) {
                Some(field) => take(&mut fields, field, value),
                None => fields.unknown(name),
            }
        }
        fields.finish()
    }

    /// Decodes a picture and makes it no larger than `room` needs. Takes long: not for the thread of the window.
    ///
    /// # Errors
    /// Why there is none to show.
    pub fn picture(&self, name: &PictureName, room: Room) -> Result<Picture, PictureFault> {
        let bytes = limited(&self.folder.join(name.as_str()), LONGEST_PICTURE)?;
        // A decoder is code of others, and fed by anybody.
        panic::catch_unwind(AssertUnwindSafe(|| decoded(&bytes, room))).unwrap_or(Err(PictureFault::Broken))
    }
}

fn take(fields: &mut BrandFields, field: BrandField, value: &Value) {
    match (field, value) {
        (BrandField::Headline, Value::Object(by_language)) => {
            for (language, text) in by_language {
                fields.add_headline(language, text.as_str().unwrap_or_default());
            }
        }
        (BrandField::Pictures, Value::Array(files)) => {
            for file in files {
                fields.add_picture(file.as_str().unwrap_or_default());
            }
        }
        (BrandField::PictureMinutes, Value::Number(minutes)) => {
            fields.set_minutes(minutes.as_u64().unwrap_or_default());
        }
        (_, Value::String(text)) => fields.set_text(field, text),
        _ => fields.bad(field),
    }
}

fn limited(file: &Path, longest: u64) -> Result<Vec<u8>, PictureFault> {
    plain_file::check(file).map_err(|_| PictureFault::Missing)?;
    plain_file::read(file, longest).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => PictureFault::TooLarge,
        _ => PictureFault::Missing,
    })
}

fn decoded(bytes: &[u8], room: Room) -> Result<Picture, PictureFault> {
    let broken = |_| PictureFault::Broken;
    let format = image::guess_format(bytes).map_err(broken)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PictureFault::Broken);
    }
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| fault(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureFault::TooLarge);
    }
    // A telephone stores photographs lying down.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| fault(&error))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let size = fitted([picture.width(), picture.height()], room);
    if size != [picture.width(), picture.height()] {
        picture = picture.resize_exact(size[0], size[1], FilterType::Triangle);
    }
    Ok(Picture { size, rgba: picture.into_rgba8().into_raw().into() })
}

fn fault(error: &image::ImageError) -> PictureFault {
    match error {
        image::ImageError::Limits(_) => PictureFault::TooLarge,
        _ => PictureFault::Broken,
    }
}

/// The size of a picture that still covers `room`, and is never made larger than it is.
fn fitted([width, height]: [u32; 2], room: Room) -> [u32; 2] {
    let [across, down] = room.size.map(f64::from);
    let (own_width, own_height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let covers = (across / own_width).max(down / own_height).min(1.0);
    let longest = f64::from(room.longest.max(1)) / own_width.max(own_height);
    let scale = covers.min(longest);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1, at most what it was")]
    let scaled = |side: f64| (side * scale).round().max(1.0) as u32;
    [scaled(own_width), scaled(own_height)]
}

#[cfg(test)]
mod tests;
