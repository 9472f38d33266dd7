//! A shop's logo and pictures, as they are drawn. What there is none of takes no room.

use std::sync::Arc;

use egui::epaint::RectShape;
use egui::{
    ColorImage, Context, CornerRadius, Id, Image, Rect, Role, Sense, TextureHandle, TextureOptions, Ui, Vec2,
    WidgetInfo, vec2,
};

use super::theme::radius;
use super::theme::tokens::UNTINTED;

/// The pictures that are on the graphics card.
#[derive(Clone, Default)]
struct Art {
    logo: Option<TextureHandle>,
    attract: Option<TextureHandle>,
}

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The logo.
    Logo,
    /// The picture of the attract screen now.
    Attract,
}

/// A picture as bytes: red, green, blue and opacity of each pixel, row by row, not multiplied.
#[derive(Clone, Copy)]
pub struct Pixels<'a> {
    /// Width and height.
    pub size: [u32; 2],
    /// Four bytes a pixel.
    pub rgba: &'a [u8],
}

/// Puts a picture into its place, or takes it away; the one before leaves the graphics card.
///
/// What is no picture, or one too large for the card, counts as none.
pub fn put(ctx: &Context, slot: Slot, pixels: Option<Pixels<'_>>) {
    let most = ctx.input(|input| input.max_texture_side);
    let texture = pixels.and_then(|pixels| image(pixels, most)).map(|image| {
        let name = match slot {
            Slot::Logo => "brand logo",
            Slot::Attract => "brand picture",
        };
        // Smaller copies keep a picture calm that is drawn smaller than it is.
        let options = TextureOptions::LINEAR.with_mipmap_mode(Some(egui::TextureFilter::Linear));
        ctx.load_texture(name, image, options)
    });
    ctx.data_mut(|data| {
        let mut art = data.get_temp::<Arc<Art>>(key()).as_deref().cloned().unwrap_or_default();
        match slot {
            Slot::Logo => art.logo = texture,
            Slot::Attract => art.attract = texture,
        }
        data.insert_temp(key(), Arc::new(art));
    });
}

fn image(pixels: Pixels<'_>, most: usize) -> Option<ColorImage> {
    let size = [usize::try_from(pixels.size[0]).ok()?, usize::try_from(pixels.size[1]).ok()?];
    let is_whole = size[0].checked_mul(size[1])?.checked_mul(4)? == pixels.rgba.len();
    let fits = size.iter().all(|side| (1..=most).contains(side));
    (is_whole && fits).then(|| ColorImage::from_rgba_unmultiplied(size, pixels.rgba))
}

/// Draws the logo, at most as large as `room`, with the shop's name for assistive technology; false without a logo.
pub fn logo(ui: &mut Ui, room: Vec2, name: &str) -> bool {
    let Some(logo) = art(ui.ctx()).and_then(|art| art.logo.clone()) else { return false };
    let own = logo.size_vec2();
    let scale = (room.x / own.x).min(room.y / own.y).clamp(0.0, 1.0);
    let (rect, response) = ui.allocate_exact_size(own * scale, Sense::hover());
    Image::new(&logo).paint_at(ui, rect);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    true
}

/// Covers `rect` with the picture of the attract screen, its edges cut where the shapes differ; false without one.
///
/// Decoration, so silent to assistive technology.
pub fn attract(ui: &Ui, rect: Rect) -> bool {
    let Some(picture) = art(ui.ctx()).and_then(|art| art.attract.clone()) else { return false };
    if !rect.is_positive() {
        return false;
    }
    let part = covering(picture.size_vec2(), rect.size());
    let shape = RectShape::filled(rect, CornerRadius::same(radius::CARD), UNTINTED);
    ui.painter().add(shape.with_texture(picture.id(), part));
    true
}

/// Whether there is a picture for the attract screen.
pub fn has_attract(ctx: &Context) -> bool {
    art(ctx).is_some_and(|art| art.attract.is_some())
}

/// The part of a picture that has the shape of its place, from its middle.
fn covering(picture: Vec2, place: Vec2) -> Rect {
    let scale = (place.x / picture.x).max(place.y / picture.y);
    let part = place / (picture * scale);
    Rect::from_center_size(egui::pos2(0.5, 0.5), vec2(part.x.min(1.0), part.y.min(1.0)))
}

fn art(ctx: &Context) -> Option<Arc<Art>> {
    ctx.data(|data| data.get_temp(key()))
}

fn key() -> Id {
    Id::unique("ui_brand")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_cut_to_the_shape_of_its_place() {
        let close = |part: Rect, expected: Vec2| {
            (part.size() - expected).length() < 0.001 && part.center() == egui::pos2(0.5, 0.5)
        };
        assert!(close(covering(vec2(200.0, 100.0), vec2(50.0, 50.0)), vec2(0.5, 1.0)));
        assert!(close(covering(vec2(100.0, 200.0), vec2(1000.0, 1000.0)), vec2(1.0, 0.5)));
        assert!(close(covering(vec2(16.0, 9.0), vec2(1920.0, 1080.0)), vec2(1.0, 1.0)));
    }

    #[test]
    fn what_is_no_picture_or_too_large_counts_as_none() {
        let ctx = Context::default();
        let put_in = |size, length| {
            put(&ctx, Slot::Logo, Some(Pixels { size, rgba: &vec![9; length] }));
            art(&ctx).is_some_and(|art| art.logo.is_some())
        };
        assert!(put_in([2, 3], 24));
        assert!(!put_in([2, 3], 23));
        assert!(!put_in([0, 3], 0));
        assert!(!put_in([100_000, 1], 400_000));
        assert!(!put_in([u32::MAX, u32::MAX], 4));
    }
}
