//! The shop's brand while the program runs: read at the start and on wish, its pictures one after another.

use std::time::Duration;

use egui::Context;

use crate::domain::brand::{BrandFacts, PictureUse, Rgb};
use crate::domain::{Brand, BrandNote, Now, Picture, PictureFault, PictureName};
use crate::effect::Effect;
use crate::ui::brand::{Pixels, Slot, put};
use crate::ui::theme::{Contrast, readable_accent};

/// What happened to the brand.
#[derive(Debug)]
pub enum BrandEvent {
    /// The folder was read.
    Read(Brand, Vec<BrandNote>),
    /// A picture was decoded, or cannot be.
    PictureRead {
        /// What for.
        usage: PictureUse,
        /// Which.
        name: PictureName,
        /// Its pixels, or why there are none.
        result: Result<Picture, PictureFault>,
    },
}

/// The brand, and which picture's turn it is.
#[derive(Debug, Default)]
pub(super) struct BrandShow {
    facts: BrandFacts,
    /// Since when the picture of this turn shows, in uptime; none while no picture may.
    since: Option<Duration>,
}

impl BrandShow {
    pub(super) fn facts(&self) -> &BrandFacts {
        &self.facts
    }

    /// The accent of every screen.
    pub(super) fn accent(&self) -> Option<[u8; 3]> {
        self.facts.brand.accent.map(bytes)
    }

    /// Takes an event in.
    pub(super) fn update(&mut self, event: BrandEvent, ctx: &Context) -> Vec<Effect> {
        match event {
            BrandEvent::Read(brand, notes) => self.read(brand, notes, ctx),
            BrandEvent::PictureRead { usage, name, result } => self.picture_read((usage, &name), result, ctx),
        }
    }

    fn read(&mut self, brand: Brand, notes: Vec<BrandNote>, ctx: &Context) -> Vec<Effect> {
        let correction = brand.accent.and_then(corrected);
        self.facts = BrandFacts::new(brand, notes.into_iter().chain(correction).collect());
        for (usage, slot) in [(PictureUse::Logo, Slot::Logo), (PictureUse::Attract, Slot::Attract)] {
            if self.facts.wanted(usage).is_none() {
                put(ctx, slot, None);
            }
        }
        [PictureUse::Logo, PictureUse::Attract].into_iter().filter_map(|usage| self.ask_for(usage)).collect()
    }

    fn picture_read(
        &mut self,
        (usage, name): (PictureUse, &PictureName),
        result: Result<Picture, PictureFault>,
        ctx: &Context,
    ) -> Vec<Effect> {
        if self.facts.wanted(usage) != Some(name) {
            // The brand was read anew meanwhile, or the next picture's turn has come.
            return Vec::new();
        }
        let slot = match usage {
            PictureUse::Logo => Slot::Logo,
            PictureUse::Attract => Slot::Attract,
        };
        match result {
            Ok(picture) => {
                put(ctx, slot, Some(Pixels { size: picture.size, rgba: &picture.rgba }));
                Vec::new()
            }
            Err(fault) => {
                self.facts.drop_picture(usage, name, fault);
                let next = self.ask_for(usage);
                if next.is_none() {
                    put(ctx, slot, None);
                }
                next.into_iter().collect()
            }
        }
    }

    fn ask_for(&self, usage: PictureUse) -> Option<Effect> {
        self.facts.wanted(usage).map(|name| Effect::ReadPicture { usage, name: name.clone() })
    }

    /// Passes the turn on while the attract screen shows, and wakes the window when the next is due.
    pub(super) fn turn(&mut self, is_attract: bool, now: Now, ctx: &Context) -> Option<Effect> {
        if !is_attract {
            self.since = None;
            return None;
        }
        let since = *self.since.get_or_insert(now.uptime);
        let stays = self.facts.brand.turn.duration();
        let left = stays.saturating_sub(now.since(since));
        if !left.is_zero() {
            ctx.request_repaint_after(left);
            return None;
        }
        self.since = Some(now.uptime);
        let before = self.facts.wanted(PictureUse::Attract).cloned();
        self.facts.turn = self.facts.turn.wrapping_add(1);
        ctx.request_repaint_after(stays);
        self.ask_for(PictureUse::Attract).filter(|_| self.facts.wanted(PictureUse::Attract) != before.as_ref())
    }
}

/// The note about an accent that is not readable as it was given.
fn corrected(given: Rgb) -> Option<BrandNote> {
    let [red, green, blue, _] = readable_accent(bytes(given), Contrast::Normal).base.to_array();
    let used = Rgb { red, green, blue };
    (used != given).then_some(BrandNote::AccentCorrected { given, used })
}

fn bytes(Rgb { red, green, blue }: Rgb) -> [u8; 3] {
    [red, green, blue]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::brand::{BrandField, BrandFields};

    fn at(secs: u64) -> Now {
        Now { uptime: Duration::from_secs(secs), local: date(2025, 5, 20).at(12, 0, 0, 0) }
    }

    fn name(text: &str) -> PictureName {
        PictureName::parse(text).unwrap()
    }

    fn show(pictures: &[&str], accent: Option<&str>) -> (BrandShow, Context, Vec<Effect>) {
        let mut fields = BrandFields::default();
        for file in pictures {
            fields.add_picture(file);
        }
        if let Some(accent) = accent {
            fields.set_text(BrandField::Accent, accent);
        }
        let (brand, notes) = fields.finish();
        let (mut show, ctx) = (BrandShow::default(), Context::default());
        let effects = show.update(BrandEvent::Read(brand, notes), &ctx);
        (show, ctx, effects)
    }

    fn attract(file: &str) -> Effect {
        Effect::ReadPicture { usage: PictureUse::Attract, name: name(file) }
    }

    fn came(file: &str, result: Result<Picture, PictureFault>) -> BrandEvent {
        BrandEvent::PictureRead { usage: PictureUse::Attract, name: name(file), result }
    }

    fn pixel() -> Picture {
        Picture { size: [1, 1], rgba: vec![1, 2, 3, 255].into() }
    }

    #[test]
    fn pictures_take_turns_while_the_attract_screen_shows_and_no_longer() {
        let (mut show, ctx, effects) = show(&["a.png", "b.png"], None);
        assert_eq!(effects, [attract("a.png")]);
        assert_eq!(show.turn(true, at(100), &ctx), None);
        assert_eq!(show.turn(true, at(399), &ctx), None);
        assert_eq!(show.turn(true, at(400), &ctx), Some(attract("b.png")));
        assert_eq!(show.turn(false, at(500), &ctx), None);
        assert_eq!(show.turn(true, at(1000), &ctx), None, "the time begins anew after a customer");
        assert_eq!(show.turn(true, at(1300), &ctx), Some(attract("a.png")));
    }

    #[test]
    fn one_picture_is_read_once_and_the_turns_go_on() {
        let (mut show, ctx, _) = show(&["a.png"], None);
        assert_eq!(show.turn(true, at(0), &ctx), None);
        assert_eq!(show.turn(true, at(300), &ctx), None);
        assert_eq!(show.facts().turn, 1);
    }

    #[test]
    fn a_broken_picture_is_noted_and_the_next_one_shows() {
        let (mut show, ctx, _) = show(&["a.png", "b.png"], None);
        let effects = show.update(came("a.png", Err(PictureFault::Broken)), &ctx);
        assert_eq!(effects, [attract("b.png")]);
        assert_eq!(show.update(came("b.png", Err(PictureFault::Missing)), &ctx), []);
        assert_eq!(show.facts().brand.pictures, []);
        let notes = [("a.png", PictureFault::Broken), ("b.png", PictureFault::Missing)];
        assert_eq!(show.facts().notes, notes.map(|(file, fault)| BrandNote::Picture(name(file), fault)));
        assert_eq!(show.update(came("b.png", Ok(pixel())), &ctx), [], "what nobody waits for changes nothing");
    }

    #[test]
    fn an_accent_that_cannot_be_read_on_is_corrected_and_noted() {
        let (yellow, _, _) = show(&[], Some("#FFE600"));
        let [BrandNote::AccentCorrected { given, used }] = yellow.facts().notes.as_slice() else {
            panic!("{:?}", yellow.facts().notes);
        };
        assert_eq!(given.to_string(), "#FFE600");
        assert!(used.red < given.red && used.red >= used.green && used.blue == 0, "{used}");
        let (violet, _, _) = show(&[], Some("#7A2E8E"));
        assert_eq!(violet.facts().notes, []);
    }
}
